"""What leads for how long: runs of one class, and things in rows in which nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from emocam.domain.summary import Part, Rules, leading_stretches


class Span(Protocol):
    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Cue:
    """From `start_s` to `end_s` seconds `label` was the most probable class."""

    label: str
    start_s: float
    end_s: float


_Any = TypeVar("_Any", bound=Span)


def leading_cues(part: Part, classes: tuple[str, ...], uncertain_below: float, rules: Rules) -> list[Cue]:
    """What leads, and where a class reaches `uncertain_below` (`domain.summary.leading_stretches`)."""
    stretches = leading_stretches(part, rules, uncertain_below)
    return [Cue(classes[each.leading], each.start_s, each.end_s) for each in stretches]


def rows_without_overlap(stretches: Iterable[_Any]) -> list[list[_Any]]:
    """Each in the first row in which it begins after the last one ends."""
    rows: list[list[_Any]] = []
    for each in sorted(stretches, key=lambda stretch: (stretch.start_s, stretch.end_s)):
        row = next((row for row in rows if row[-1].end_s <= each.start_s), None)
        if row is None:
            rows.append([each])
        else:
            row.append(each)
    return rows
