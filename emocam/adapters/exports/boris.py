"""Events for BORIS, one observation in a file: episodes as state events, markers as they are.

As a project, which BORIS opens with the recording linked, or in the tabular layout of its exports.

The table's first columns are those of BORIS's "Export events". The last two, `code` and `modifier`, together with `Time`,
`Subject` and `Comment`, are the five that BORIS's "Import observations" looks for in a spreadsheet, in any case of letters.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from emocam.adapters.csv_sink import text
from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.probe import duration, has_sound
from emocam.domain.annotations import Marker
from emocam.domain.colours import style_of
from emocam.domain.files import plain_name

_NOT_THERE = "NA"
_ONE_LINE = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_SHORTEST_S = 0.001
_SAME_RATE = 0.02  # So far, as a share, may times that are rounded be off.
_ON_THE_EDGE = 0.01  # Of a frame: times are rounded to the millisecond.
_COLUMNS = (
    *("Observation id", "Observation date", "Description", "Observation duration", "Observation type", "Source"),
    *("Time offset (s)", "Media duration (s)", "FPS", "Subject", "Behavior", "Behavioral category", "Behavior type", "Time"),
    *("Media file name", "Image index", "Image file path", "Comment", "code", "modifier"),
)


@dataclass(frozen=True, slots=True)
class _Event:
    """subject: empty for what BORIS calls no focal subject. kind: START, STOP or POINT."""

    time_s: float
    subject: str
    behaviour: str
    category: str
    kind: str
    comment: str = ""


def write_boris(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    events = _events(job)
    media = "" if job.video is None else str(job.video.resolve())
    rate, length = _rate(job), f"{_length(job) + job.lead_s:.3f}"
    same = {
        "Observation id": _observation_id(job),
        "Observation date": f"{job.made_at:%Y-%m-%d %H:%M:%S}",
        "Description": _description(job),
        "Observation duration": length,
        "Observation type": "Media file(s)" if media else "Live observation",
        "Source": f"player #1:{media}" if media else _NOT_THERE,
        "Time offset (s)": "0.0",
        "Media duration (s)": length if media else _NOT_THERE,
        "FPS": f"{rate:.3f}" if media else _NOT_THERE,
        "Media file name": media or _NOT_THERE,
        "Image file path": _NOT_THERE,
        "modifier": "",
    }
    # A path may hold bytes that are no text.
    with open(out, "w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file, delimiter="\t" if ending == ".tsv" else ",")
        writer.writerow(_COLUMNS)
        for event in events:
            row = same | {
                "Subject": event.subject,
                "Behavior": event.behaviour,
                "Behavioral category": event.category,
                "Behavior type": event.kind,
                "Time": f"{event.time_s:.3f}",
                "Image index": str(_frame_at(job, event.time_s - job.lead_s)),
                "Comment": event.comment,
                "code": event.behaviour,
            }
            writer.writerow([text(_ONE_LINE.sub(" ", row[column]), None) for column in _COLUMNS])
    return len(events), _said(events)


def write_boris_project(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    events = _events(job)
    kinds = {event.behaviour: event for event in events if event.kind != "STOP"}
    behaviours = [(name, "State event", "expression") for name in job.classes]
    behaviours += [
        (event.behaviour, "Point event" if event.kind == "POINT" else "State event", event.category)
        for event in kinds.values()
        if event.behaviour not in job.classes
    ]
    made = f"{job.made_at:%Y-%m-%dT%H:%M:%S}"
    said = f"Made by {job.reader.meta.get('app', 'emocam')}. Expression as it appears, not what a person feels."
    project = {
        "time_format": "hh:mm:ss",
        "project_date": made,
        "project_name": _observation_id(job),
        "project_description": said,
        "project_format_version": "7.0",
        "subjects_conf": {
            str(place): {"key": "", "name": job.names[person], "description": f"face {person}"}
            for place, person in enumerate(job.people)
        },
        "behaviors_conf": {
            str(place): {
                "type": kind,
                "key": "",
                "code": name,
                "description": "",
                "color": style_of(name).light if name in job.classes else "",
                "category": category,
                "modifiers": {},
                "excluded": "",
                "coding map": "",
            }
            for place, (name, kind, category) in enumerate(behaviours)
        },
        "observations": {_observation_id(job): _observation(job, events, made)},
        "behavioral_categories": ["expression", "marker"],
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    # In JSON what replaces a byte that is no text means that very byte to Python, in which BORIS is written.
    out.write_text(json.dumps(project, ensure_ascii=False, indent=1), encoding="utf-8", errors="backslashreplace")
    return len(events), _said(events)


def _observation(job: ExportJob, events: list[_Event], made: str) -> dict[str, object]:
    common: dict[str, object] = {
        "date": made,
        "description": _description(job),
        "time offset": 0.0,
        "observation time interval": [0, 0],
        "independent_variables": {},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "close_behaviors_between_videos": False,
    }
    rows = [[round(event.time_s, 3), event.subject, event.behaviour, "", event.comment] for event in events]
    if job.video is None:
        return common | {"type": "LIVE", "file": {}, "scan_sampling_time": 0, "events": rows}
    media = str(job.video.resolve())
    info = {
        "length": {media: round(_length(job) + job.lead_s, 3)},
        "fps": {media: _rate(job)},
        "hasVideo": {media: True},
        "hasAudio": {media: has_sound(job.video)},
        "offset": {"1": 0.0},
    }
    framed = [[*row, _frame_at(job, event.time_s - job.lead_s)] for row, event in zip(rows, events, strict=True)]
    files = {str(player): [media] if player == 1 else [] for player in range(1, 9)}
    return common | {"type": "MEDIA", "file": files, "media_info": info, "events": framed}


def _events(job: ExportJob) -> list[_Event]:
    """In time order, on the clock of a player. Of two at the same time the one that ends comes first: BORIS pairs starts and
    stops as they come."""
    events = (replace(event, time_s=event.time_s + job.lead_s) for event in _unsorted_events(job))
    return sorted(events, key=lambda event: (event.time_s, event.kind != "STOP"))


def _unsorted_events(job: ExportJob) -> Iterator[_Event]:
    length = _length(job)
    for person, summary in job.summaries():
        who = job.names[person]
        for episode in summary.episodes:
            peak = f"peak {episode.peak:.2f} at {episode.peak_s + job.lead_s:.3f} s"
            yield _Event(episode.start_s, who, episode.label, "expression", "START", peak)
            end = max(min(episode.end_s, length), episode.start_s)  # The last frame stands for as long as those before it.
            yield _Event(end, who, episode.label, "expression", "STOP")
    # A behaviour is either of points or of spans there, and none is called like another.
    points = [marker for marker in job.markers if marker.end_s is None]
    taken = {*job.classes, *(marker.label for marker in points)}
    for marker in points:
        name = f"{marker.label} (marker)" if marker.label in job.classes else marker.label
        yield _Event(marker.start_s, "", name, "marker", "POINT")
    for label, start, end in _joined([marker for marker in job.markers if marker.end_s is not None]):
        name = f"{label} (span)" if label in taken else label
        yield _Event(start, "", name, "marker", "START")
        yield _Event(end, "", name, "marker", "STOP")


def _joined(spans: list[Marker]) -> Iterator[tuple[str, float, float]]:
    """Label, start and end; those of one label that overlap as one, which else would pair up wrongly."""
    ends: dict[str, tuple[float, float]] = {}
    for span in spans:  # In the order of their starts.
        start, end = span.start_s, max(span.end_s or 0.0, span.start_s + _SHORTEST_S)
        before = ends.get(span.label)
        if before is not None and start <= before[1]:
            ends[span.label] = (before[0], max(before[1], end))
            continue
        if before is not None:
            yield span.label, *before
        ends[span.label] = (start, end)
    for label, (start, end) in ends.items():
        yield label, start, end


def _frame_at(job: ExportJob, time_s: float) -> int:
    """The number of the frame that is shown then; counted on from the last analysed one where others were passed over."""
    readings = job.recording.readings
    if not len(readings.frames):
        return 0
    place = max(readings.place_at(time_s), 0)
    number = int(readings.frames[place])
    if job.reader.sampled:
        number += max(int((time_s - readings.times[place]) * _rate_at(job, place) + _ON_THE_EDGE), 0)
    return number


def _rate_at(job: ExportJob, place: int) -> float:
    """Frames per second from an analysed frame to the next; after the last one as before it."""
    readings = job.recording.readings
    first = max(min(place, len(readings.times) - 2), 0)
    seconds = np.diff(readings.times[first : first + 2]).sum()
    return float(np.diff(readings.frames[first : first + 2]).sum() / seconds) if seconds > 0 else _rate(job)


def _observation_id(job: ExportJob) -> str:
    return plain_name(job.title).strip() or "emocam"


def _description(job: ExportJob) -> str:
    zone = "" if job.made_at.utcoffset() else "; date in UTC"  # BORIS's dates have no zone of their own.
    return f"Expression as it appears; threshold {job.rules.threshold:g}; {job.reader.meta.get('model', '')}{zone}"


def _rate(job: ExportJob) -> float:
    """Frames per second: what the recording says, where its frames came so, or else as they came; 25 where nothing tells."""
    readings, said = job.recording.readings, float(job.reader.meta.get("frame_rate") or 0)
    seconds = float(readings.times[-1] - readings.times[0]) if len(readings.times) > 1 else 0.0
    if not seconds > 0:
        return said or 25.0
    came = float(readings.frames[-1] - readings.frames[0]) / seconds
    return said if abs(said - came) < _SAME_RATE * came else came


def _length(job: ExportJob) -> float:
    """Seconds of the recording from its first picture on, and no less than to the last frame that was analysed: what was joined
    may say how long its first part is. Where it is not there, of what was analysed or marked."""
    whole = duration(job.video) if job.video is not None else None
    if whole:
        return max(whole - job.lead_s, job.length_s)
    ends = [marker.start_s if marker.end_s is None else marker.end_s for marker in job.annotations.markers]
    return max([job.length_s, *ends])


def _said(events: list[_Event]) -> str:
    return "1 event" if len(events) == 1 else f"{len(events)} events"
