import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.domain.completeness import ends_early
from emocam.domain.times import clock_text, parse_time, time_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12.5", 12.5), (" 1:02,5 ", 62.5), ("1:00:02.5", 3602.5), ("0", 0), ("90", 90), ("2:90", 210)],
)
def test_times_as_people_type_them(text, seconds):
    assert parse_time(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "soon", "1:2:3:4", "-1", "1:-2", "inf", "nan", "1::2", "1e10", "2000000:00:00"])
def test_what_is_no_time(text):
    assert parse_time(text) is None


@given(st.floats(0, 1e6))
def test_what_is_written_is_read_again(seconds):
    assert parse_time(time_text(seconds)) == pytest.approx(seconds, abs=0.0051)


@pytest.mark.parametrize(("seconds", "text"), [(0, "00:00"), (59.99, "00:59"), (3600, "1:00:00")])
def test_a_clock_does_not_run_ahead(seconds, text):
    assert clock_text(seconds) == text


def test_a_recording_that_ends_long_before_its_time_may_be_cut_off():
    assert ends_early(2.3, 6.0)
    assert not ends_early(5.2, 6.0)  # Sound may go on for a moment.
    assert not ends_early(57.0, 60.0)
    assert not ends_early(2.3, None)
