"""Subtitles to go with the recording: what each face shows most, and the markers. Times are those of the recording."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from emocam.adapters.exports.job import ExportJob
from emocam.domain.summary import leading_stretches

_MARKER_S = 1.5  # How long a point marker can be read.


@dataclass(frozen=True, slots=True)
class _Line:
    start_s: float
    end_s: float
    who: str
    text: str


def write_webvtt(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    lines = _lines(job)
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        file.write("WEBVTT\n\nNOTE\nExpression as it appears, not what a person feels.\n")
        for line in lines:
            spoken = html.escape(line.text, quote=False)
            if line.who:
                spoken = f"<v {_voice(line.who)}>{html.escape(line.who, quote=False)}: {spoken}</v>"
            file.write(f"\n{_clock(line.start_s, '.')} --> {_clock(line.end_s, '.')}\n{spoken}\n")
    return len(lines), _said(len(lines))


def write_srt(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    lines = _lines(job)
    with open(out, "w", encoding="utf-8", newline="\r\n") as file:
        for number, line in enumerate(lines, 1):
            said = f"{line.who}: {line.text}" if line.who else line.text
            file.write(f"{number}\n{_clock(line.start_s, ',')} --> {_clock(line.end_s, ',')}\n{said}\n\n")
    return len(lines), _said(len(lines))


def _lines(job: ExportJob) -> list[_Line]:
    """On the clock of a player."""
    lines = (replace(line, start_s=line.start_s + job.lead_s, end_s=line.end_s + job.lead_s) for line in _all_lines(job))
    return sorted(lines, key=lambda line: (line.start_s, line.end_s))


def _all_lines(job: ExportJob) -> Iterator[_Line]:
    alone = len(job.people) == 1 and not job.annotations.person(job.people[0]).name
    for place, person in enumerate(job.people):
        job.progress(place / len(job.people))
        who = "" if alone else _one_line(job.names[person])
        for stretch in leading_stretches(job.part(person), job.rules, job.reader.uncertain_below):
            yield _Line(stretch.start_s, stretch.end_s, who, job.classes[stretch.leading])
    for marker in job.markers:
        end = marker.start_s + _MARKER_S if marker.end_s is None else max(marker.end_s, marker.start_s + 0.001)
        yield _Line(marker.start_s, end, "", f"[{_one_line(marker.label) or 'marker'}]")


def _one_line(text: str) -> str:
    """An empty line would end the cue, and an arrow would begin one."""
    return " ".join(text.split()).replace("-->", "→")


def _voice(name: str) -> str:
    return html.escape(name, quote=False).replace("&gt;", " ")


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"


def _said(count: int) -> str:
    return "1 subtitle" if count == 1 else f"{count} subtitles"
