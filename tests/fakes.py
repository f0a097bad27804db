"""Stand-ins for every port, and small makers of values. The contract tests hold the ports' fakes to the ports' rules."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from emocam.domain.emotions import FER7, EmotionScores
from emocam.domain.errors import SourceError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.vision import Face, FaceBox, FaceReading, Frame, Keypoints, Observation, Quality, Sight
from emocam.pipeline.analyser import Analyser
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker


def scores(**values: float) -> EmotionScores:
    """Named classes as given; neutral takes the rest."""
    values["neutral"] = values.get("neutral", 0.0) + 1 - sum(values.values())
    return EmotionScores(FER7, tuple(values.get(name, 0.0) for name in FER7))


HAPPY = scores(happy=0.75)


def face(left: float = 0.4, top: float = 0.3, width: float = 0.2, height: float = 0.4, confidence: float = 0.95) -> Face:
    def at(x: float, y: float) -> tuple[float, float]:
        return left + width * x, top + height * y

    points = Keypoints(at(0.3, 0.4), at(0.7, 0.4), at(0.5, 0.6), at(0.5, 0.8))
    return Face(FaceBox(left, top, left + width, top + height), confidence, points)


def frame(index: int = 0, timestamp: float | None = None, width: int = 320, height: int = 180) -> Frame:
    pixels = np.full((height, width, 3), 40 + index % 200, np.uint8)
    return Frame(index, index / 100 if timestamp is None else timestamp, pixels)


def observation(index: int = 0, timestamp: float | None = None, *readings: FaceReading) -> Observation:
    return Observation(index, index / 100 if timestamp is None else timestamp, 320, 180, readings)


def reading(track_id: int = 1, smoothed: EmotionScores = HAPPY, left: float = 0.4) -> FaceReading:
    return FaceReading(track_id, face(left), HAPPY, smoothed, Quality(0.9, "good"))


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeSource:
    """`count` frames at 100 a second, each another grey; None never ends. opens, closes: how often it was."""

    def __init__(self, count: int | None = 5, kind: SourceKind = SourceKind.VIDEO) -> None:
        self._count, self._kind = count, kind
        self._next = -1
        self.opens = self.closes = 0

    def open(self) -> SourceInfo:
        self._next, self.opens = 0, self.opens + 1
        live = self._kind in (SourceKind.CAMERA, SourceKind.NETWORK)
        started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) if live else None
        return SourceInfo("clip.mp4", self._kind, 320, 180, frame_rate=100.0, frame_count=self._count, started_at=started)

    def read(self) -> Frame | None:
        if self._next < 0 or (self._count is not None and self._next >= self._count):
            return None
        self._next += 1
        return frame(self._next - 1)

    def close(self) -> None:
        self._next, self.closes = -1, self.closes + 1


class FakeCamera(FakeSource):
    """`count` frames, None without end, at `rate` a second; after `dies_at` of them it stops answering, and `refusals` times it
    can't be opened again."""

    def __init__(self, rate: float = 200.0, dies_at: int | None = None, refusals: int = 0, count: int | None = None) -> None:
        super().__init__(count, SourceKind.CAMERA)
        self._rate, self._dies_at, self._refusals = rate, dies_at, refusals

    def open(self) -> SourceInfo:
        if self.opens and self._refusals:
            self._refusals -= 1
            raise SourceError("The camera does not answer.")
        return super().open()

    def read(self) -> Frame | None:
        time.sleep(1 / self._rate)
        made = super().read()
        if made is not None and self._dies_at is not None and self.opens == 1 and made.index >= self._dies_at:
            raise SourceError("The camera stopped sending.")
        return made and replace(made, captured=time.monotonic())


class MissingSource(FakeSource):
    def open(self) -> SourceInfo:
        raise SourceError("No camera was found. Connect one.")


class FakeLocator:
    """The same faces in every frame."""

    def __init__(self, *faces: Face) -> None:
        self._faces = faces
        self.closed = 0

    def locate(self, frame: Frame, before: Sight | None = None) -> Sight:
        return Sight(self._faces)

    def close(self) -> None:
        self.closed += 1


class FakeClassifier:
    """Always the same answer. batches: the sizes it was asked for. gate: where given, it waits for it before each answer."""

    classes = FER7
    device = "CPU (fake)"

    def __init__(self, answer: EmotionScores = HAPPY, gate: threading.Semaphore | None = None) -> None:
        self._answer, self._gate = answer, gate
        self.batches: list[int] = []

    def crop(self, frame: Frame, face: Face) -> np.ndarray:
        return np.full((48, 48, 1), 128, np.uint8)

    def classify(self, crops: Sequence[np.ndarray]) -> tuple[EmotionScores, ...]:
        if self._gate is not None:
            self._gate.acquire(timeout=5)
        self.batches.append(len(crops))
        return tuple(self._answer for _ in crops)

    def close(self) -> None: ...


class FakeSink:
    """Keeps what it is given. `broken` makes the next write fail with it."""

    def __init__(self) -> None:
        self.observations: list[Observation] = []
        self.marks: list[tuple[float, str]] = []
        self.flushes = self.closes = 0
        self.broken: Exception | None = None

    def write(self, observation: Observation) -> None:
        if self.broken:
            raise self.broken
        self.observations.append(observation)

    def mark(self, time_s: float, label: str) -> None:
        self.marks.append((time_s, label))

    def flush(self) -> None:
        self.flushes += 1

    def close(self) -> None:
        self.closes += 1


def analyser(*faces: Face, classifier: FakeClassifier | None = None) -> Analyser:
    return Analyser(FakeLocator(*(faces or (face(),))), classifier or FakeClassifier(), Tracker(), Smoother())


class FakeReader:
    """A `FrameReader` over `count` frames at `rate` a second, each another grey."""

    def __init__(self, count: int = 100, rate: float = 10.0) -> None:
        self._count, self._rate = count, rate
        self.closes = 0

    def open(self) -> SourceInfo:
        lasts = self._count / self._rate
        return SourceInfo("clip.mp4", SourceKind.VIDEO, 320, 180, self._rate, self._count, lasts, sound=True)

    def frame_at(self, time_s: float) -> Frame | None:
        place = min(max(int(time_s * self._rate + 1e-6), 0), self._count - 1)
        return frame(place, place / self._rate)

    def close(self) -> None:
        self.closes += 1
