"""Comparing groups of recordings: means, standardised differences and correlations, each with its confidence interval.

The unit of analysis is whatever one value stands for, in emocam a file: frames of one file are no independent observations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

LEVEL = 0.95  # Of all intervals.
_Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)


@dataclass(frozen=True, slots=True)
class Estimate:
    """n: values it is made of. value: NaN where they don't allow any. low, high: of its interval, NaN where there is none."""

    n: int
    value: float
    low: float
    high: float


def mean(values: Sequence[float]) -> Estimate:
    """The arithmetic mean, with the interval of Student's t; none for fewer than two values."""
    count = len(values)
    if not count:
        return _nothing(0)
    middle = float(np.mean(values))
    if count < 2:
        return Estimate(count, middle, math.nan, math.nan)
    half = t_quantile(0.5 + LEVEL / 2, count - 1) * standard_deviation(values) / math.sqrt(count)
    return Estimate(count, middle, middle - half, middle + half)


def standard_deviation(values: Sequence[float]) -> float:
    """Of the sample (divided by n - 1); NaN for fewer than two values."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan


def hedges_g(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """By how many pooled standard deviations the mean of `second` is above that of `first`, corrected for small samples.

    The interval is the normal one with the large-sample variance of Hedges and Olkin (1985). No value where a group has fewer
    than two, or where all values within the groups are equal.
    """
    a, b = len(first), len(second)
    if a < 2 or b < 2:
        return _nothing(a + b)
    freedom = a + b - 2
    pooled = math.sqrt(((a - 1) * float(np.var(first, ddof=1)) + (b - 1) * float(np.var(second, ddof=1))) / freedom)
    difference = float(np.mean(second)) - float(np.mean(first))
    if pooled <= _roundoff(*first, *second):
        return _nothing(a + b)
    d = difference / pooled
    correction = math.exp(math.lgamma(freedom / 2) - math.lgamma((freedom - 1) / 2)) / math.sqrt(freedom / 2)
    g = correction * d
    half = _Z * math.sqrt((a + b) / (a * b) + g * g / (2 * (a + b)))
    return Estimate(a + b, g, g - half, g + half)


def pearson(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """The linear correlation of pairs, with the interval by Fisher's z; none for fewer than four pairs.

    No value for fewer than three pairs, or where one side does not vary.
    """
    count = len(first)
    if count != len(second):
        raise ValueError("a correlation is of pairs")
    if count < 3 or np.std(first) <= _roundoff(*first) or np.std(second) <= _roundoff(*second):
        return _nothing(count)
    r = max(-1.0, min(1.0, float(np.corrcoef(first, second)[0, 1])))
    if count < 4 or abs(r) > 1 - 1e-12:
        return Estimate(count, r, math.nan, math.nan)
    half = _Z / math.sqrt(count - 3)
    return Estimate(count, r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))


def t_quantile(probability: float, freedom: int) -> float:
    """Below which a variable of Student's t with `freedom` (1, 2, …) degrees of freedom lies with `probability`, in (0, 1).

    The distribution for whole degrees of freedom is a finite sum (Abramowitz and Stegun 26.7.3 and 26.7.4) of the angle
    atan(t / √freedom), which is found by bisection.
    """
    if freedom < 1 or not 0 < probability < 1:
        raise ValueError(f"no quantile {probability} with {freedom} degrees of freedom")
    if probability < 0.5:
        return -t_quantile(1 - probability, freedom)
    within = 2 * probability - 1
    low, high = 0.0, math.pi / 2
    for _ in range(100):
        middle = (low + high) / 2
        if _t_within(middle, freedom) < within:
            low = middle
        else:
            high = middle
    return math.tan((low + high) / 2) * math.sqrt(freedom)


def _t_within(angle: float, freedom: int) -> float:
    """The probability of |T| ≤ √freedom · tan(angle)."""
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    # The factors from one term to the next: 1/2, 3/4, 5/6 … for even degrees of freedom and 2/3, 4/5 … for odd ones.
    below = np.arange(3 if odd else 2, freedom - 1, 2)
    terms = np.cumprod((below - 1) / below * cosine**2)
    if not odd:
        return sine * (1 + float(terms.sum()))
    rest = sine * cosine * (1 + float(terms.sum())) if freedom > 1 else 0.0
    return 2 / math.pi * (angle + rest)


def _roundoff(*values: float) -> float:
    """Deviations up to this size are of the arithmetic, not of the values."""
    return 1e-12 * max(map(abs, values), default=0.0)


def _nothing(count: int) -> Estimate:
    return Estimate(count, math.nan, math.nan, math.nan)
