"""What a file comes to: a summary per face, and from these one value per measure, for the comparison of files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emocam.adapters.session_file import SessionReader
from emocam.domain.completeness import ends_early
from emocam.domain.summary import Rules, Summary, end_of, part_of, summarise


@dataclass(frozen=True, slots=True)
class FaceSummary:
    """face: its `face_id`. name: as the user gave it, or empty."""

    face: int
    name: str
    summary: Summary


@dataclass(frozen=True, slots=True)
class FileSummary:
    """duration_s: seconds that its frames stand for. in_sight_s: those with at least one face. faces: none hidden. device: what
    the model ran on, and app: by which emocam, both empty where the session does not say. cut_off: whether it ends long before
    it says it does."""

    name: str
    classes: tuple[str, ...]
    duration_s: float
    in_sight_s: float
    faces: tuple[FaceSummary, ...]
    device: str = ""
    app: str = ""
    cut_off: bool = False


def summarise_session(name: str, session: Path, rules: Rules) -> FileSummary:
    """Of all its faces, as annotated. Raises SessionFileError."""
    reader = SessionReader(session)
    try:
        classes, annotations = reader.classes, reader.annotations
        recording = reader.recording()
        end_s = end_of(recording.readings.times, reader.source_s)
        # Of a single frame out of many it can't be told where the file ends.
        known = not reader.sampled or len(recording.readings.times) > 1
        cut_off = known and ends_early(end_of(recording.readings.times), reader.source_s)
    finally:
        reader.close()
    people = tuple(person for person in recording.people(annotations) if person not in annotations.hidden)
    faces = tuple(
        FaceSummary(
            person,
            annotations.person(person).name,
            summarise(recording.series((person,), annotations), classes, rules, end_s=end_s),
        )
        for person in people
    )
    part = part_of(recording.series(people, annotations), end_s=end_s)
    return FileSummary(
        name,
        classes,
        float(part.lengths.sum()),
        float(part.lengths[part.present].sum()),
        faces,
        reader.meta.get("device", ""),
        reader.meta.get("app", ""),
        cut_off,
    )


def file_measures(file: FileSummary) -> Mapping[str, float]:
    """One value per measure; NaN where the file shows no face, or for what happens over time where it is a still picture. Each
    face counts by its time in sight."""
    total = sum(face.summary.present_s for face in file.faces)

    def over_faces(values: list[float]) -> float:
        known = [
            (value, face.summary.present_s) for value, face in zip(values, file.faces, strict=True) if not math.isnan(value)
        ]
        weight = sum(present for _, present in known)
        return sum(value * present for value, present in known) / weight if weight else math.nan

    summaries = [face.summary for face in file.faces]
    found = {}
    for place, name in enumerate(file.classes):
        found[f"above_{name}"] = over_faces([summary.above[place] for summary in summaries])
    for place, name in enumerate(file.classes):
        found[f"mean_{name}"] = over_faces([summary.mean[place] for summary in summaries])
    found["expressiveness"] = over_faces([summary.expressiveness for summary in summaries])
    # In what is shorter than an episode there can be none, so that none says nothing.
    minutes = total / 60 if Rules().lasts(file.duration_s) else 0.0
    found["episodes_per_minute"] = sum(len(summary.episodes) for summary in summaries) / minutes if minutes else math.nan
    found["transitions_per_minute"] = sum(summary.changes for summary in summaries) / minutes if minutes else math.nan
    found["share_in_sight"] = file.in_sight_s / file.duration_s if file.duration_s else math.nan
    return found
