"""What leads for how long: runs of one class, and things in rows in which nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from emocam.domain.recording import Series
from emocam.domain.summary import Rules, frame_lengths


class Stretch(Protocol):
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


_Any = TypeVar("_Any", bound=Stretch)


def leading_cues(series: Series, classes: tuple[str, ...], uncertain_below: float, rules: Rules) -> list[Cue]:
    """Without overlap, in time order. A flicker shorter than an episode goes to what leads before or after it; where nobody is
    seen, or no class reaches `uncertain_below`, for longer than `rules.bridge`, there is no cue."""
    if not len(series.times):
        return []
    values = np.nan_to_num(series.values, nan=-1.0)
    leads = np.where(values.max(axis=1) >= uncertain_below, values.argmax(axis=1), -1)
    ends = series.times + frame_lengths(series.times)
    starts = np.flatnonzero(np.concatenate([[True], leads[1:] != leads[:-1]]))
    stops = np.append(starts[1:], len(leads))
    cues: list[Cue] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        if leads[start] < 0:
            continue
        cue = Cue(classes[leads[start]], float(series.times[start]), float(ends[stop - 1]))
        near = bool(cues) and cue.start_s - cues[-1].end_s <= rules.bridge
        if near and (cue.label == cues[-1].label or cue.end_s - cue.start_s < rules.shortest):
            cues[-1] = Cue(cues[-1].label, cues[-1].start_s, cue.end_s)
        elif near and cues[-1].end_s - cues[-1].start_s < rules.shortest:
            cues[-1] = Cue(cue.label, cues[-1].start_s, cue.end_s)
        else:
            cues.append(cue)
    return [cue for cue in cues if cue.end_s - cue.start_s >= rules.shortest]


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
