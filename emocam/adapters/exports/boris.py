"""Events in BORIS's own tabular layout, one observation in a file: episodes as state events, markers as they are.

The first columns are those of BORIS's "Export events". The last two, `code` and `modifier`, together with `Time`, `Subject` and
`Comment`, are the five that BORIS's "Import observations" looks for in a spreadsheet, in any case of letters.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emocam.adapters.csv_sink import text
from emocam.adapters.exports.job import Job

_NOT_THERE = "NA"
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


def write_boris(job: Job, out: Path, ending: str) -> tuple[int, str]:
    # Of two events at the same time, the one that ends comes first: BORIS pairs starts and stops as they come.
    events = sorted(_events(job), key=lambda event: (event.time_s, event.kind != "STOP"))
    media = "" if job.video is None else str(job.video.resolve())
    began = job.reader.started_at
    rate = job.reader.meta.get("frame_rate") or _NOT_THERE
    duration = job.reader.duration
    same = {
        "Observation id": Path(job.title).stem or job.title,
        "Observation date": began.strftime("%Y-%m-%d %H:%M:%S") if began else "",
        "Description": f"Expression as it appears; threshold {job.rules.threshold:g}; {job.reader.meta.get('model', '')}",
        "Observation duration": f"{job.duration_s:.3f}",
        "Observation type": "Media file(s)" if media else "Live observation",
        "Source": f"player #1:{media}" if media else _NOT_THERE,
        "Time offset (s)": "0.0",
        "Media duration (s)": f"{duration:.3f}" if media else _NOT_THERE,
        "FPS": f"{float(rate):.3f}" if media and rate != _NOT_THERE else _NOT_THERE,
        "Media file name": media or _NOT_THERE,
        "Image file path": _NOT_THERE,
        "modifier": "",
    }
    times, frames = job.recording.readings.times, job.recording.readings.frames
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="\t" if ending == ".tsv" else ",")
        writer.writerow(_COLUMNS)
        for event in events:
            place = max(int(np.searchsorted(times, event.time_s + 1e-6, "right")) - 1, 0)
            row = same | {
                "Subject": event.subject,
                "Behavior": event.behaviour,
                "Behavioral category": event.category,
                "Behavior type": event.kind,
                "Time": f"{event.time_s:.3f}",
                "Image index": str(frames[place]) if len(frames) else _NOT_THERE,
                "Comment": event.comment,
                "code": event.behaviour,
            }
            writer.writerow([text(" ".join(row[column].split()), None) for column in _COLUMNS])
    return len(events), "1 event" if len(events) == 1 else f"{len(events)} events"


def _events(job: Job) -> Iterator[_Event]:
    for person, summary in job.summaries():
        who = job.names[person]
        for episode in summary.episodes:
            peak = f"peak {episode.peak:.2f} at {episode.peak_s:.3f} s"
            yield _Event(episode.start_s, who, episode.label, "expression", "START", peak)
            yield _Event(episode.end_s, who, episode.label, "expression", "STOP")
    for marker in job.markers:
        if marker.end_s is None:
            yield _Event(marker.start_s, "", marker.label, "marker", "POINT")
        else:
            yield _Event(marker.start_s, "", marker.label, "marker", "START")
            yield _Event(marker.end_s, "", marker.label, "marker", "STOP")
