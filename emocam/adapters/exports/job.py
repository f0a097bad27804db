"""One export under way: the session, the part of it that was asked for, and how far it is."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from unicodedata import category

import numpy as np

from emocam.adapters.exports.probe import lengths
from emocam.adapters.exports.xml_text import xml_text
from emocam.adapters.first_picture import lead
from emocam.adapters.paths import is_file
from emocam.adapters.session_file import SessionReader, video_of
from emocam.domain.address import shown_address
from emocam.domain.annotations import Marker
from emocam.domain.completeness import is_whole, same_bytes, same_length
from emocam.domain.errors import ExportCancelledError, Sentence, SessionFileError
from emocam.domain.export import Selection
from emocam.domain.recording import Recording, Series
from emocam.domain.summary import Part, Rules, Summary, end_of, frame_lengths, part_of, summarise
from emocam.domain.times import time_text
from emocam.domain.vision import Observation

MARKERS = "Markers"  # What the row of the markers is called, where each face has a row.
_SHORTEST_STEP_S = 1e-3


class ExportJob:
    """What every writer is handed. Raises SessionFileError where the session or the selection is no good."""

    def __init__(
        self,
        session: Path,
        selection: Selection,
        on_progress: Callable[[float], None] | None = None,
        stop: threading.Event | None = None,
        out: Path | None = None,
    ) -> None:
        """out: what people know the file by, of which a draft is written."""
        self.session, self.out = session, out
        self.selection = selection
        self._on_progress = on_progress
        self._stop = stop
        self._told = -1.0
        self.reader = SessionReader(session)
        self.classes = self.reader.classes
        self.annotations = self.reader.annotations
        self.rules = Rules(selection.threshold)
        try:
            self._check_numbers()
            self.end_s = self._end()
            self.people = self._people()
        except BaseException:
            self.close()
            raise

    @property
    def start_s(self) -> float:
        return self.selection.start_s

    @cached_property
    def length_s(self) -> float:
        """From the first frame to the end of the last one."""
        return end_of(self.recording.readings.times, self.reader.source_s)

    @property
    def duration_s(self) -> float:
        return max(self.end_s - self.start_s, 0.0)

    @property
    def title(self) -> str:
        """The source's name, for people."""
        return shown_address(self.reader.meta["source"])

    @property
    def made_at(self) -> datetime:
        """When a camera was opened; of a recording, whose date can't be trusted, when the session was last changed."""
        return self.reader.started_at or datetime.fromtimestamp(self.session.stat().st_mtime, UTC)

    @property
    def whole(self) -> bool:
        """Whether the whole time of the recording was asked for."""
        return self.start_s <= 0 and self.end_s >= self.length_s

    @property
    def analysed_to_s(self) -> float | None:
        """Where the analysis of a file ends before the file does, and with it what is exported; None where all of it is
        there."""
        times = self.recording.readings.times
        beyond = len(times) > 0 and (self.end_s > times[-1] or self.selection.end_s is None)
        return float(times[-1]) if beyond and not is_whole(self.reader.meta) else None

    @cached_property
    def recording(self) -> Recording:
        """All of the session in columns."""
        return self.reader.recording(self.check)

    @cached_property
    def names(self) -> dict[int, str]:
        """Of everybody there is, by id. No two are alike, nor like the row of the markers, as tiers and subjects are told apart
        by them; without the control characters that no format can hold."""
        people = self.recording.people(self.annotations)
        plain = {
            person: "".join(letter for letter in xml_text(self.annotations.name(person)) if category(letter) != "Cc")
            for person in people
        }
        often = Counter([*plain.values(), MARKERS])
        taken, names = {MARKERS, *(name for name in plain.values() if often[name] == 1)}, {}
        for person, name in plain.items():
            while often[plain[person]] > 1 and (name in taken or name == plain[person]):
                name = f"{name} ({person})"
            taken.add(name)
            names[person] = name
        return names

    @cached_property
    def markers(self) -> tuple[Marker, ...]:
        """Those that touch the range, in time order, and no longer than it."""
        latest = math.inf if self.selection.end_s is None else self.end_s
        kept = []
        for marker in self.annotations.markers:
            last = marker.start_s if marker.end_s is None else marker.end_s
            if marker.start_s <= latest and last >= self.start_s:
                end = None if marker.end_s is None else min(marker.end_s, latest)
                kept.append(Marker(max(marker.start_s, self.start_s), marker.label, end))
        return tuple(kept)

    def observations(self) -> Iterator[tuple[Observation, tuple[str, ...]]]:
        """Those of the range with the chosen people, each with the markers' labels; progress is told on the way. Of a session
        that is still being written, no frame that `recording` does not know."""
        frames = self.recording.readings.frames
        last = frames[-1] if len(frames) else -1
        people = None if self.selection.people is None else self.people
        end_s = math.inf if self.selection.end_s is None else self.selection.end_s
        for place, pair in enumerate(self.reader.observations_with_markers(self.start_s, end_s, people)):
            if pair[0].frame_index > last:
                return
            if place % 256 == 0:
                self.at(pair[0].timestamp)
            yield pair

    def series(self, *people: int) -> Series:
        """The frames that stand in the range, with their own times; the mean where several are given."""
        series = self._whole_series(*people)
        ends = series.times + frame_lengths(series.times)
        first = np.searchsorted(ends, self.start_s, "right")
        begins = float(series.times[first]) if first < len(ends) else self.start_s
        return series.between(min(begins, self.start_s), self.end_s)

    def part(self, *people: int) -> Part:
        """Of the range, with frames that reach over its edges cut there."""
        return part_of(self._whole_series(*people), self.start_s, self.end_s)

    def summary(self, *people: int) -> Summary:
        return summarise(self._whole_series(*people), self.classes, self.rules, self.start_s, self.end_s)

    def summaries(self) -> Iterator[tuple[int, Summary]]:
        """Of each chosen person in turn; progress is told on the way."""
        for place, person in enumerate(self.people):
            self.progress(place / len(self.people))
            yield person, self.summary(person)

    @cached_property
    def video(self) -> Path | None:
        """Where the recording is: as selected, where it was when it was analysed, or beside the session; None where nothing is
        there, or another recording."""
        chosen = self.selection.video
        if chosen is not None:
            if not is_file(chosen):
                raise SessionFileError("There is no video {path}; check the name.", path=chosen)
            if another := self._another_length(chosen):
                lasts, told = map(time_text, another)
                raise SessionFileError(
                    "{name} lasts {lasts}, the recording that was analysed {told}; choose that recording, or a copy of it.",
                    name=chosen.name,
                    lasts=lasts,
                    told=told,
                )
            return chosen
        found = video_of(self.session, self.reader.meta)
        return None if found is None or self._another_length(found) else found

    def _another_length(self, video: Path) -> tuple[float, float] | None:
        """How long `video` and what was analysed last, in seconds, where they are so far apart that it is another recording:
        it would be labelled with faces that it never showed. None where it may be the same, or a copy in another format."""
        if self.reader.of_camera or same_bytes(self.reader.meta, video.stat().st_size):
            return None
        told = [each for each in (self.reader.source_s, is_whole(self.reader.meta) and self.length_s) if each]
        lasts = lengths(video)
        if not told or not lasts or any(same_length(one, other) for one in lasts for other in told):
            return None
        return lasts[0], told[0]

    @cached_property
    def lead_s(self) -> float:
        """Seconds from where players begin the recording to its first picture, from which on emocam counts."""
        return lead(self.video) if self.video is not None else 0.0

    def needed_video(self) -> Path:
        if self.video is None and self.reader.of_camera:
            raise SessionFileError(
                "A session of a camera holds no pictures; where somebody filmed along, choose that video (--video PATH)."
            )
        if self.video is None:
            raise SessionFileError("The recording {name} is not where it was; choose it anew (--video PATH).", name=self.title)
        return self.video

    def refuse_to_hide_in_another(self) -> None:
        """Faces are hidden where they were found, so only in the very file in which they were. Raises SessionFileError."""
        video = self.video
        if video is None:
            return
        if self.reader.of_camera or same_bytes(self.reader.meta, video.stat().st_size) is False:
            raise SessionFileError(
                "{name} is not the file that was analysed, so faces in it can't be hidden; analyse it, and export that.",
                name=video.name,
            )

    def check(self) -> None:
        """Raises ExportCancelledError once somebody wants to stop."""
        if self._stop is not None and self._stop.is_set():
            raise ExportCancelledError("The export was cancelled; nothing was written.")

    def progress(self, share: float) -> None:
        """Tell that 0 to 1 of the work is done, and stop where somebody wants that."""
        self.check()
        share = min(max(share, 0.0), 1.0)
        if self._on_progress is not None and share > self._told:
            self._told = share
            self._on_progress(share)

    def at(self, time_s: float) -> None:
        """The same, where the work goes through the range in time order."""
        self.progress((time_s - self.start_s) / self.duration_s if self.duration_s else 0.0)

    def close(self) -> None:
        self.reader.close()

    def _whole_series(self, *people: int) -> Series:
        scores = self.recording.readings.raw if self.selection.raw else None
        return self.recording.series(people, self.annotations, scores)

    def _check_numbers(self) -> None:
        wanted = self.selection
        if wanted.start_s < 0 or (wanted.end_s is not None and wanted.end_s < wanted.start_s):
            raise SessionFileError("The range ends before it begins; give its start first, then its end.")
        if wanted.step_s is not None and not _SHORTEST_STEP_S <= wanted.step_s < math.inf:
            raise SessionFileError("A step lasts at least 0.001 seconds, and not for ever; choose another one.")
        if not 0 <= wanted.threshold <= 1:
            raise SessionFileError("A threshold is a probability; choose one from 0 to 1.")

    def _end(self) -> float:
        """Of the range, and no later than the last frame ends."""
        duration = self.length_s
        end = duration if self.selection.end_s is None else min(self.selection.end_s, duration)
        if self.selection.start_s > duration:
            last = time_text(duration)
            if is_whole(self.reader.meta):
                raise SessionFileError("The recording lasts {last} only; choose a range that begins before that.", last=last)
            raise SessionFileError(
                "The recording was analysed up to {last} only; choose a range that begins before that.", last=last
            )
        return end

    def _people(self) -> tuple[int, ...]:
        everybody = self.recording.people(self.annotations)
        if self.selection.people == ():
            raise SessionFileError("No face was chosen; choose one at least.")
        if self.selection.people is None:
            return tuple(person for person in everybody if person not in self.annotations.hidden)
        for person in self.selection.people:
            if person not in everybody:
                raise SessionFileError(
                    "There is no face {face} in this session; {who}.",
                    face=person,
                    who=who_is_there(self.reader, everybody),
                )
        return tuple(sorted(set(self.selection.people)))


def who_is_there(reader: SessionReader, people: tuple[int, ...]) -> Sentence:
    names = [f"{person} ({name})" if (name := reader.annotations.person(person).name) else str(person) for person in people]
    return Sentence("there are {names}", names=", ".join(names)) if names else Sentence("no face was found in it")
