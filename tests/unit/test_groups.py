"""Statistics over files, against published tables, textbook values and SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emocam.domain.groups import hedges_g, mean, pearson, t_quantile


@pytest.mark.parametrize(
    ("probability", "freedom", "table"),
    [
        (0.975, 1, 12.706),
        (0.975, 2, 4.303),
        (0.975, 3, 3.182),
        (0.975, 4, 2.776),
        (0.975, 9, 2.262),
        (0.975, 30, 2.042),
        (0.975, 120, 1.980),
        (0.95, 5, 2.015),
        (0.995, 10, 3.169),
    ],
)
def test_quantiles_of_t_are_those_of_the_printed_tables(probability, freedom, table):
    assert t_quantile(probability, freedom) == pytest.approx(table, abs=5e-4)
    assert t_quantile(1 - probability, freedom) == pytest.approx(-table, abs=5e-4)


@settings(deadline=None)  # The first call imports SciPy.
@given(st.floats(0.001, 0.999), st.integers(1, 3000))
def test_quantiles_of_t_are_those_of_scipy(probability, freedom):
    scipy_stats = pytest.importorskip("scipy.stats")
    assert t_quantile(probability, freedom) == pytest.approx(scipy_stats.t.ppf(probability, freedom), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(("probability", "freedom"), [(0.0, 3), (1.0, 3), (0.5, 0)])
def test_what_is_no_quantile_is_refused(probability, freedom):
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(probability, freedom)


def test_a_mean_with_its_interval():
    # Mean 3, standard deviation √2.5, t(4) = 2.776: 3 ± 1.963.
    found = mean([1, 2, 3, 4, 5])
    assert (found.n, found.value) == (5, 3)
    assert (found.low, found.high) == pytest.approx((1.0368, 4.9632), abs=1e-4)


def test_a_mean_of_one_has_no_interval_and_of_none_no_value():
    one, none = mean([0.25]), mean([])
    assert (one.n, one.value) == (1, 0.25)
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    assert none.n == 0
    assert math.isnan(none.value)


def test_hedges_g_of_a_worked_example():
    # Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 4: means 103 and 100, standard deviations 5.5 and 4.5,
    # 50 each: d 0.5970, J 0.9923, g 0.5924. By Hedges and Olkin (1985) its variance is 100 / 2500 + g² / 200 = 0.04175.
    shape = np.array([-1.0, 1.0] * 25) * math.sqrt(49 / 50)  # 50 values of mean 0 and standard deviation 1
    found = hedges_g(100 + 4.5 * shape, 103 + 5.5 * shape)
    assert found.n == 100
    assert found.value == pytest.approx(0.5924, abs=2e-4)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * math.sqrt(0.04175), abs=1e-4)
    assert hedges_g(103 + 5.5 * shape, 100 + 4.5 * shape).value == pytest.approx(-found.value)


def test_the_interval_of_hedges_g_holds_in_small_groups():
    random = np.random.default_rng(5)
    found = [hedges_g(random.normal(size=3), random.normal(size=3)) for _ in range(2000)]
    assert np.mean([each.low <= 0 <= each.high for each in found]) > 0.945


@pytest.mark.parametrize(
    ("first", "second"), [([], [1.0, 2.0]), ([1.0], [1.0, 2.0]), ([0.1] * 3, [0.1] * 4), ([1.0, 1.0], [2.0, 2.0])]
)
def test_hedges_g_of_too_little_is_nothing(first, second):
    assert math.isnan(hedges_g(first, second).value)


def test_pearson_of_a_worked_example():
    # Anscombe's first set: r 0.81642; by Fisher's z with 11 pairs from 0.4244 to 0.9507.
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    found = pearson(x, y)
    assert found.value == pytest.approx(0.81642, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((0.4244, 0.9507), abs=1e-4)


def test_pearson_is_that_of_scipy():
    scipy_stats = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(3)
    x = random.normal(size=40)
    y = 0.4 * x + random.normal(size=40)
    found, wanted = pearson(x, y), scipy_stats.pearsonr(x, y)
    interval = wanted.confidence_interval(0.95)
    assert (found.value, found.low, found.high) == pytest.approx((wanted.statistic, interval.low, interval.high))


@pytest.mark.parametrize(("first", "second"), [([], []), ([1, 2], [1, 2]), ([0.1] * 5, [1, 2, 3, 4, 5])])
def test_pearson_of_too_little_is_nothing(first, second):
    assert math.isnan(pearson(first, second).value)


def test_pearson_on_a_line_has_no_interval():
    found = pearson([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])
    assert found.value == pytest.approx(1)
    assert math.isnan(found.low)


def test_the_interval_of_a_mean_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(7)
    held = [found.low <= 0.3 <= found.high for found in (mean(random.normal(0.3, 1, 6)) for _ in range(2000))]
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)
