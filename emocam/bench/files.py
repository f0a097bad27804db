"""Analysis of a file: its parts alone, its stages one after another, and the whole of it as the app does it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.av_file import VideoFile
from emocam.adapters.columns import columns
from emocam.adapters.csv_sink import CsvSink
from emocam.adapters.session_file import SessionWriter
from emocam.adapters.settings import Settings
from emocam.bench.timing import Stopwatch, summary
from emocam.bootstrap import build_analyser, build_classifier, build_locator, locators_for_file
from emocam.bundle import model_card
from emocam.domain.emotions import EmotionScores
from emocam.domain.errors import SourceError
from emocam.domain.ports import Classifier, FaceLocator, ObservationSink, SourceInfo
from emocam.domain.vision import Face, Frame, Sight
from emocam.pipeline.analyser import Analyser
from emocam.pipeline.looks import Looks
from emocam.pipeline.offline import analyse_recording
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker
from emocam.session_facts import session_meta

RAW_PARTS = ("decode", "locate", "classify")
_HELD_BYTES = 150_000_000  # Of decoded frames, for the parts that are timed alone.


class FileBench:
    """Of one clip. Rounds may be repeated; the fastest of each counts, for a busy machine only ever adds."""

    def __init__(self, clip: Path, settings: Settings, folder: Path) -> None:
        self.clip, self._settings, self._folder = clip, settings, folder
        self._card = model_card(settings)
        self.info = _info(clip)
        self._parts: list[dict[str, Any]] = []
        self._stages: list[dict[str, Any]] = []
        self._whole: list[dict[str, float]] = []

    def round(self) -> None:
        """The three one after another, so that what slows the machine down slows all of them."""
        self._parts.append(self._parts_alone())
        self._stages.append(self._one_after_another())
        self._whole.append(self._as_the_app_does())

    @property
    def result(self) -> dict[str, Any]:
        parts = {name: min((each[name] for each in self._parts), key=lambda one: one["mean_ms"]) for name in RAW_PARTS}
        stages = min(self._stages, key=lambda one: one["frame"]["mean_ms"])
        whole = min(self._whole, key=lambda one: one["wall_s"])
        slowest = max(parts[name]["mean_ms"] for name in RAW_PARTS)
        # Two cores do two seconds' work in one. A part may have threads of its own, so its work is more than its time.
        two_cores = max(slowest, sum(parts[name]["cpu_ms"] for name in RAW_PARTS) / 2)
        per_frame = 1000 * whole["wall_s"] / whole["frames"]
        return {
            "clip": self.clip.name,
            "width": self.info.width,
            "height": self.info.height,
            "frames": int(whole["frames"]),
            "faces_per_frame": round(whole["readings"] / whole["frames"], 2),
            "parts_alone": parts,
            "stages": {name: times for name, times in stages.items() if name != "overhead"},
            "overhead": stages["overhead"],
            "file": {
                "frames_per_s": round(1000 / per_frame, 1),
                "one_thread_frames_per_s": round(1000 / stages["frame"]["mean_ms"], 1),
                "times_faster_than_it_plays": round(whole["seconds"] / whole["wall_s"], 2),
                "cpu_ms_per_frame": round(1000 * whole["cpu_s"] / whole["frames"], 2),
                "slowest_part_allows": round(1000 / slowest, 1),
                "two_cores_allow": round(1000 / two_cores, 1),
                "of_slowest_part": round(slowest / per_frame, 3),
                "of_two_cores": round(two_cores / per_frame, 3),
            },
        }

    def first_face(self) -> Face:
        """In the first frames. Raises SourceError where there is none."""
        source, locator = VideoFile(self.clip), build_locator(self._settings)
        try:
            source.open()
            found = (locator.locate(frame).faces for frame in islice(iter(source.read, None), 30))
            face = next((faces[0] for faces in found if faces), None)
        finally:
            source.close()
            locator.close()
        if face is None:
            raise SourceError(f"No face is seen at the beginning of {self.clip.name}; measure a clip that shows one.")
        return face

    def _parts_alone(self) -> dict[str, Any]:
        watch = Stopwatch()
        source, locator, classifier = VideoFile(self.clip), build_locator(self._settings), build_classifier(self._settings)
        try:
            source.open()
            held: list[Frame] = []
            room = max(4, _HELD_BYTES // (self.info.width * self.info.height * 3))
            apart = max(1, (self.info.frame_count or room) // room)
            while (frame := watch.timed("decode", source.read)) is not None:
                watch.end_round()
                if frame.index % apart == 0 and len(held) < room:
                    # A copy: the decoder's own memory goes back to it, as it does in an analysis.
                    held.append(Frame(frame.index, frame.timestamp, frame.pixels.copy()))
            found, looks = [], Looks()
            for place, frame in enumerate(held):
                # As close to each other in time as they are played, so that as many of them are looked at in full.
                look = looks.of(Frame(place, frame.timestamp / apart, frame.pixels))
                found.append((frame, watch.timed("locate", look.locate, locator, Frame(place, 0.0, frame.pixels))))
                watch.end_round()
            for frame, faces in found:
                crops = [classifier.crop(frame, face) for face in faces]
                watch.timed("classify", classifier.classify, crops)
                watch.end_round()
        finally:
            source.close()
            locator.close()
            classifier.close()
        return {name: _alone(watch, name) for name in RAW_PARTS}

    def _one_after_another(self) -> dict[str, Any]:
        watch = Stopwatch()
        source = VideoFile(self.clip)
        analyser = Analyser(
            _TimedLocator(build_locator(self._settings), watch),
            _TimedClassifier(build_classifier(self._settings), watch),
            Tracker(),
            Smoother(self._settings.smoothing_s),
        )
        info = source.open()
        session, table = self._sinks(info, "stages")
        overhead = []
        try:
            while (frame := watch.timed("decode", source.read)) is not None:
                observation = watch.timed("analyse", analyser.analyse, frame).observation
                for name, sink in (("session file", session), ("csv", table)):
                    watch.timed(name, sink.write, observation)
                lap = watch.lap
                inside = lap("analyse") - lap("locate") - lap("crop") - lap("classify")
                watch.seconds["track, smooth, quality"].append(inside)
                overhead.append(inside + lap("crop") + lap("session file") + lap("csv"))
                watch.seconds["frame"].append(lap("decode") + lap("analyse") + lap("session file") + lap("csv"))
                watch.end_round()
        finally:
            for each in (session, table, source, analyser):
                each.close()
        order = (*RAW_PARTS[:2], "crop", "classify", "track, smooth, quality", "session file", "csv", "frame")
        stages = {name: summary(watch.seconds[name]) for name in order}
        return stages | {"overhead": summary(overhead)}

    def _as_the_app_does(self) -> dict[str, float]:
        analyser = build_analyser(self._settings, locators_for_file())
        try:
            began, busy = time.perf_counter(), time.process_time()
            done = analyse_recording(VideoFile(self.clip), analyser, lambda info: self._sinks(info, "whole"))
            wall, cpu = time.perf_counter() - began, time.process_time() - busy
        finally:
            analyser.close()
        last_frame = 1 / self.info.frame_rate if self.info.frame_rate else 0.0
        return {
            "frames": done.frames,
            "readings": done.readings,
            "seconds": done.time_s + last_frame,
            "wall_s": wall,
            "cpu_s": cpu,
        }

    def _sinks(self, info: SourceInfo, name: str) -> tuple[ObservationSink, ObservationSink]:
        return (
            SessionWriter(self._folder / f"{self.clip.stem} {name}.emocam", session_meta(self._settings, info)),
            CsvSink(
                self._folder / f"{self.clip.stem} {name}.csv", columns(self._card.classes, None, self._card.uncertain_below)
            ),
        )


def _alone(watch: Stopwatch, name: str) -> dict[str, float]:
    cpu_ms = 1000 * watch.cpu_s[name] / len(watch.seconds[name])
    return summary(watch.seconds[name]) | {"cpu_ms": round(cpu_ms, 3)}


def faces_cost(results: Sequence[dict[str, Any]]) -> float:
    """Time of the whole per frame with the most faces, over that with the fewest."""
    ordered = sorted(results, key=lambda result: result["faces_per_frame"])
    cost: float = ordered[0]["file"]["frames_per_s"] / ordered[-1]["file"]["frames_per_s"]
    return round(cost, 2)


def cores_free(seconds: float = 0.4) -> float:
    """How many cores' worth of work two busy threads get done just now: 2 on a machine of two cores that does nothing else."""
    import hashlib
    import threading

    block, until = bytes(1 << 20), time.perf_counter() + seconds

    def work() -> None:
        while time.perf_counter() < until:
            hashlib.sha256(block).digest()

    threads = [threading.Thread(target=work) for _ in range(min(2, os.cpu_count() or 1))]
    busy, began = time.process_time(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    free: float = (time.process_time() - busy) / (time.perf_counter() - began)
    return round(free, 2)


class _TimedLocator:
    def __init__(self, locator: FaceLocator, watch: Stopwatch) -> None:
        self._locator, self._watch = locator, watch

    def locate(self, frame: Frame, before: Sight | None = None) -> Sight:
        return self._watch.timed("locate", self._locator.locate, frame, before)

    def close(self) -> None:
        self._locator.close()


class _TimedClassifier:
    def __init__(self, classifier: Classifier, watch: Stopwatch) -> None:
        self._classifier, self._watch = classifier, watch

    @property
    def classes(self) -> tuple[str, ...]:
        return self._classifier.classes

    @property
    def device(self) -> str:
        return self._classifier.device

    def crop(self, frame: Frame, face: Face) -> NDArray[np.uint8]:
        return self._watch.timed("crop", self._classifier.crop, frame, face)

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> tuple[EmotionScores, ...]:
        return self._watch.timed("classify", self._classifier.classify, crops)

    def close(self) -> None:
        self._classifier.close()


def _info(clip: Path) -> SourceInfo:
    source = VideoFile(clip)
    try:
        return source.open()
    finally:
        source.close()
