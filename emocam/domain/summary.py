"""What a stretch of a recording comes to: shares of time, episodes, transitions. All is weighted by time, not by frames."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import Emotion
from emocam.domain.recording import Series

_HOLE = 5.0  # A frame stands for at most so many usual steps: nobody looked into a hole in the recording.


@dataclass(frozen=True, slots=True)
class Rules:
    """threshold: a class counts as shown from this probability on. shortest: seconds an episode lasts at least.
    bridge: seconds below the threshold, or out of sight, that do not end an episode."""

    threshold: float = 0.5
    shortest: float = 0.25
    bridge: float = 0.2


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


def summarise(series: Series, classes: tuple[str, ...], rules: Rules | None = None) -> Summary:
    """Sum up `series`; a part of it is `series.between(...)`."""
    rules = rules or Rules()
    lengths = frame_lengths(series.times)
    seen = series.present
    values, weights, times = series.values[seen], lengths[seen], series.times[seen]
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
        transitions=_transitions(leading, times, weights, len(classes), rules),
        expressiveness=1 - float(mean[classes.index(neutral)]) if neutral in classes else math.nan,
        episodes=tuple(sorted(episodes, key=lambda episode: (episode.start_s, episode.label))),
    )


def frame_lengths(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) how many seconds each frame stands for: up to the next one, a usual step for the last one, and no hole."""
    if len(times) < 2:
        return np.full(len(times), 1e-3)  # A still picture has no length, but its shares must not be divided by none.
    steps = np.diff(times)
    usual = max(float(np.median(steps)), 1e-3)
    lengths: NDArray[np.float64] = np.minimum(np.append(steps, usual), _HOLE * usual)
    return lengths


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
    near = times[1:] - (times[:-1] + weights[:-1]) <= rules.bridge
    on = holds[1:] & holds[:-1] & near
    starts = np.flatnonzero(holds & ~np.concatenate([[False], on]))
    stops = np.flatnonzero(holds & ~np.concatenate([on, [False]])) + 1
    joined: list[tuple[int, int]] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        before = joined[-1][1] - 1 if joined else -1
        if joined and times[start] - (times[before] + weights[before]) <= rules.bridge:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return [(a, b) for a, b in joined if times[b - 1] + weights[b - 1] - times[a] >= rules.shortest]


def _transitions(
    leading: NDArray[np.intp], times: NDArray[np.float64], weights: NDArray[np.float64], classes: int, rules: Rules
) -> tuple[tuple[int, ...], ...]:
    """Changes between classes that led for as long as an episode lasts; a flicker in between is none."""
    led = sorted((start, place) for place in range(classes) for start, stop in _runs(leading == place, times, weights, rules))
    counts = np.zeros((classes, classes), int)
    for (_, before), (_, after) in itertools.pairwise(led):
        if before != after:
            counts[before, after] += 1
    return tuple(tuple(row) for row in counts.tolist())
