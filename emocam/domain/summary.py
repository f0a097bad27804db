"""What a stretch of a recording comes to: shares of time, episodes, transitions. All is weighted by time, not by frames."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import Emotion
from emocam.domain.recording import Series
from emocam.domain.times import ROUNDED_S

# A frame stands for at most so many usual steps, or for so many seconds where that is more: nobody looked into a hole in the
# recording, but a slow stretch of it, of a few frames a second, is none.
_HOLE, _HOLE_S = 5.0, 1.0
_AROUND = 50
_NO_LENGTH_S = 1e-6  # What is left of a frame at the edge of a range by the arithmetic alone.
_LOST_S = 1.0  # A face that was away for longer is seen anew: what changed meanwhile was no change that anybody saw.


@dataclass(frozen=True, slots=True)
class Rules:
    """threshold: a class counts as shown from this probability on. shortest: seconds an episode lasts at least.
    bridge: seconds below the threshold, or out of sight, that do not end an episode. Both hold to the millisecond, to which the
    times of many files are rounded."""

    threshold: float = 0.5
    shortest: float = 0.25
    bridge: float = 0.2

    def lasts(self, seconds: float) -> bool:
        return seconds >= self.shortest - ROUNDED_S

    def bridges(self, seconds: float) -> bool:
        return seconds <= self.bridge + ROUNDED_S


@dataclass(frozen=True, slots=True)
class Episode:
    """A class at or above the threshold from `start_s` to `end_s`; `peak` is its highest probability, at `peak_s` seconds."""

    label: str
    start_s: float
    end_s: float
    peak: float
    peak_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one person, or of several on average.

    present_s, missing_s: seconds in which the face was and was not seen. first_s, last_s: when it was first and last seen, NaN
    for never. mean, above, dominant: per class, in their order: the mean probability, and the shares of the time in sight with
    the class at or above the threshold, and as the most probable one; NaN where the face was never seen. transitions: how often
    the most probable class changed from the row's to the column's. expressiveness: the mean of 1 - neutral, 0 to 1, NaN where
    the model has no such class. episodes: of all classes, by their start.
    """

    classes: tuple[str, ...]
    present_s: float
    missing_s: float
    first_s: float
    last_s: float
    mean: tuple[float, ...]
    above: tuple[float, ...]
    dominant: tuple[float, ...]
    transitions: tuple[tuple[int, ...], ...]
    expressiveness: float
    episodes: tuple[Episode, ...]

    @property
    def leading(self) -> str:
        """The class that led for most of the time; empty where the face was never seen."""
        return self.classes[max(range(len(self.classes)), key=self.dominant.__getitem__)] if self.present_s else ""

    @property
    def changes(self) -> int:
        """All transitions together."""
        return sum(map(sum, self.transitions))

    @property
    def kinds_of_change(self) -> list[tuple[int, str, str]]:
        """How often which class was followed by which, the most frequent first, then in class order; none that never was."""
        found = [
            (count, before, after)
            for before, row in zip(self.classes, self.transitions, strict=True)
            for after, count in zip(self.classes, row, strict=True)
            if count
        ]
        return sorted(found, key=lambda each: -each[0])


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A range of a series. times, lengths: (N,) from when and for how long, in seconds, each frame stands within the range.
    values: (N, classes) as in the series."""

    times: NDArray[np.float64]
    lengths: NDArray[np.float64]
    values: NDArray[np.float32]

    @property
    def present(self) -> NDArray[np.bool_]:
        """(N,) whether somebody was seen."""
        return ~np.isnan(self.values[:, 0])

    @property
    def ends(self) -> NDArray[np.float64]:
        ends: NDArray[np.float64] = self.times + self.lengths
        return ends


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start_s` to `end_s` seconds the class at place `leading` was the most probable one."""

    leading: int
    start_s: float
    end_s: float


def part_of(series: Series, start_s: float = 0.0, end_s: float = math.inf) -> Part:
    """What of `series` lies from `start_s` to `end_s` seconds; a frame that reaches over an edge with what lies within."""
    begins = np.maximum(series.times, start_s)
    lengths = np.minimum(series.times + frame_lengths(series.times), end_s) - begins
    kept = lengths > _NO_LENGTH_S
    return Part(begins[kept], lengths[kept], series.values[kept])


def summarise(
    series: Series, classes: tuple[str, ...], rules: Rules | None = None, start_s: float = 0.0, end_s: float = math.inf
) -> Summary:
    """Sum up what of `series` lies from `start_s` to `end_s` seconds."""
    rules = rules or Rules()
    part = part_of(series, start_s, end_s)
    lengths = part.lengths
    seen = part.present
    values, weights, times = part.values[seen], lengths[seen], part.times[seen]
    total = float(weights.sum())
    if not total:
        nothing = (math.nan,) * len(classes)
        none = ((0,) * len(classes),) * len(classes)
        return Summary(classes, 0.0, float(lengths.sum()), math.nan, math.nan, nothing, nothing, nothing, none, math.nan, ())
    leading = values.argmax(axis=1)
    mean = weights @ values / total
    neutral = Emotion.NEUTRAL.value
    episodes = [
        episode for place, name in enumerate(classes) for episode in _episodes(name, times, weights, values[:, place], rules)
    ]
    return Summary(
        classes=classes,
        present_s=total,
        missing_s=float(lengths.sum()) - total,
        first_s=float(times[0]),
        last_s=float(times[-1]),
        mean=tuple(mean.tolist()),
        above=tuple((weights @ (values >= rules.threshold) / total).tolist()),
        dominant=tuple((np.bincount(leading, weights, len(classes)) / total).tolist()),
        transitions=_transitions(leading_stretches(part, rules), len(classes)),
        expressiveness=1 - float(mean[classes.index(neutral)]) if neutral in classes else math.nan,
        episodes=tuple(sorted(episodes, key=lambda episode: (episode.start_s, episode.label))),
    )


def frame_lengths(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) how many seconds each frame stands for: up to the next one, a usual step for the last one, and no hole."""
    if len(times) < 2:
        return np.full(len(times), 1e-3)  # A still picture has no length, but its shares must not be divided by none.
    steps = np.diff(times)
    usual = max(float(np.median(steps)), 1e-3)
    lengths: NDArray[np.float64] = np.minimum(np.append(steps, usual), max(_HOLE * usual, _HOLE_S))
    return lengths


def stands_until(times: NDArray[np.float64], place: int) -> float:
    """Until when what the frame at `place` showed may be said, in seconds: up to the next one, but into no hole."""
    first = max(place - _AROUND, 0)  # Enough to tell a hole from a usual step; all of hours would be too many for a moment.
    return float(times[place] + frame_lengths(times[first : place + _AROUND])[place - first])


def end_of(times: NDArray[np.float64], source_s: float | None = None) -> float:
    """When the last frame has stood for as long as it does, in seconds; 0 where there is none.

    source_s: how long the source says it lasts. It ends there, unless that is before its last frame.
    """
    if not len(times):
        return 0.0
    end = float(times[-1] + frame_lengths(times)[-1])
    return min(end, source_s) if source_s and source_s > times[-1] else end


def _episodes(
    name: str, times: NDArray[np.float64], weights: NDArray[np.float64], values: NDArray[np.float32], rules: Rules
) -> list[Episode]:
    found = []
    for start, stop in _runs(values >= rules.threshold, times, weights, rules):
        peak = start + int(np.argmax(values[start:stop]))
        end = float(times[stop - 1] + weights[stop - 1])
        found.append(Episode(name, float(times[start]), end, float(values[peak]), float(times[peak])))
    return found


def _runs(
    holds: NDArray[np.bool_], times: NDArray[np.float64], weights: NDArray[np.float64], rules: Rules
) -> list[tuple[int, int]]:
    """[start, stop) of the stretches that last, short breaks bridged. What follows later than that in time begins anew."""
    near = times[1:] - (times[:-1] + weights[:-1]) <= rules.bridge + ROUNDED_S
    on = holds[1:] & holds[:-1] & near
    starts = np.flatnonzero(holds & ~np.concatenate([[False], on]))
    stops = np.flatnonzero(holds & ~np.concatenate([on, [False]])) + 1
    joined: list[tuple[int, int]] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        before = joined[-1][1] - 1 if joined else -1
        if joined and rules.bridges(times[start] - (times[before] + weights[before])):
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return [(a, b) for a, b in joined if rules.lasts(times[b - 1] + weights[b - 1] - times[a])]


def leading_stretches(part: Part, rules: Rules, least: float = 0.0) -> list[Stretch]:
    """Without overlap, in time order; none where for longer than `rules.bridge` nobody is seen or no class reaches `least`.
    What flickers, each class for less than an episode, goes to what leads before or else after it; where it goes
    on for longer than an episode, it is a stretch of the class that leads in most of it."""
    found: list[Stretch] = []
    for group in _seen_together(part, rules, least):
        flicker: list[Stretch] = []
        for run in group:
            if rules.lasts(run.end_s - run.start_s):
                _settle(found, flicker, run, rules)
                flicker = []
            else:
                flicker.append(run)
        _settle(found, flicker, None, rules)
    return [each for each in found if rules.lasts(each.end_s - each.start_s)]


def _seen_together(part: Part, rules: Rules, least: float) -> Iterator[list[Stretch]]:
    """Runs of one leading class, in groups with no more than a short break between two of a group."""
    if not len(part.times):
        return
    values = np.nan_to_num(part.values, nan=-1.0)
    leads = np.where(values.max(axis=1) >= least, values.argmax(axis=1), -1)
    ends = part.ends
    away = part.times[1:] - ends[:-1] > rules.bridge + ROUNDED_S
    starts = np.flatnonzero(np.concatenate([[True], (leads[1:] != leads[:-1]) | away]))
    stops = np.append(starts[1:], len(leads))
    group: list[Stretch] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        if leads[start] < 0:
            continue
        run = Stretch(int(leads[start]), float(part.times[start]), float(ends[stop - 1]))
        if group and not rules.bridges(run.start_s - group[-1].end_s):
            yield group
            group = []
        if group and group[-1].leading == run.leading:
            group[-1] = Stretch(run.leading, group[-1].start_s, run.end_s)
        else:
            group.append(run)
    yield group


def _settle(found: list[Stretch], flicker: list[Stretch], after: Stretch | None, rules: Rules) -> None:
    """Add to `found` what flickered before `after`, and that."""
    if flicker:
        start, end = flicker[0].start_s, flicker[-1].end_s
        before = found[-1] if found and rules.bridges(start - found[-1].end_s) else None
        times: dict[int, float] = {}
        for run in flicker:
            times[run.leading] = times.get(run.leading, 0.0) + run.end_s - run.start_s
        leading = max(times, key=times.__getitem__)
        if not rules.lasts(end - start):
            leading = before.leading if before else after.leading if after else leading
        _add(found, Stretch(leading, start, end), rules)
    if after:
        _add(found, after, rules)


def _add(found: list[Stretch], new: Stretch, rules: Rules) -> None:
    """As one with the last where that is of the same class and near."""
    if found and found[-1].leading == new.leading and rules.bridges(new.start_s - found[-1].end_s):
        new = Stretch(new.leading, found.pop().start_s, new.end_s)
    found.append(new)


def _transitions(stretches: list[Stretch], classes: int) -> tuple[tuple[int, ...], ...]:
    """From one class to the next, of those that led for as long as an episode lasts; a flicker in between is none."""
    counts = np.zeros((classes, classes), int)
    for before, after in itertools.pairwise(stretches):
        if before.leading != after.leading and after.start_s - before.end_s <= _LOST_S + ROUNDED_S:
            counts[before.leading, after.leading] += 1
    return tuple(tuple(row) for row in counts.tolist())
