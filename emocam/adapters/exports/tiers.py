"""Episodes and markers as tiers, for ELAN and Praat: named rows of stretches that do not overlap, in whole milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from emocam.adapters.exports.job import MARKERS, ExportJob

_POINT_S = 0.04  # How long a point lasts where only stretches can be shown: about a frame.


@dataclass(frozen=True, slots=True)
class _Labelled:
    """In seconds, as it is, whatever else overlaps it."""

    label: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Entry:
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    """face: whether it is a person's, not the markers'."""

    name: str
    face: bool
    entries: tuple[Entry, ...]


def tiers_of(job: ExportJob) -> Iterator[Tier]:
    """One per chosen person, empty where there is no episode, then one for the markers. Where two episodes of a person overlap,
    as they may below a threshold of 0.5 and where short breaks are bridged, the later one is in a tier of its own, "NAME +1".
    Times are a player's."""
    lead, taken = job.lead_s, {*job.names.values(), MARKERS}
    for person, summary in job.summaries():
        episodes = [_Labelled(each.label, each.start_s + lead, each.end_s + lead) for each in summary.episodes]
        yield from _tiers(job.names[person], True, episodes, taken)
    ends = [each.start_s + _POINT_S if each.end_s is None else each.end_s for each in job.markers]
    markers = [_Labelled(each.label, each.start_s + lead, end + lead) for each, end in zip(job.markers, ends, strict=True)]
    yield from _tiers(MARKERS, False, markers, taken)


def _tiers(name: str, face: bool, labelled: list[_Labelled], taken: set[str]) -> Iterator[Tier]:
    """taken: names of tiers, of which none may be there twice; those that are given now come in."""
    numbers = count(1)
    for place, row in enumerate(_rows_without_overlap(labelled) or [[]]):
        entries: list[Entry] = []
        for each in row:
            start = max(round(each.start_s * 1000), entries[-1].end_ms if entries else 0)
            entries.append(Entry(start, max(round(each.end_s * 1000), start + 1), each.label))
        called = name if not place else next(more for more in (f"{name} +{number}" for number in numbers) if more not in taken)
        taken.add(called)
        yield Tier(called, face, tuple(entries))


def _rows_without_overlap(labelled: list[_Labelled]) -> list[list[_Labelled]]:
    """Each in the first row in which it begins after the last one ends."""
    rows: list[list[_Labelled]] = []
    for each in sorted(labelled, key=lambda each: (each.start_s, each.end_s)):
        row = next((row for row in rows if row[-1].end_s <= each.start_s), None)
        if row is None:
            rows.append([each])
        else:
            row.append(each)
    return rows
