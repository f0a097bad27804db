"""A frame in, an observation out: locate, crop, classify, track, smooth."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import EmotionScores
from emocam.domain.ports import Classifier, FaceLocator
from emocam.domain.quality import assess
from emocam.domain.vision import Face, FaceReading, Frame, Observation, Quality
from emocam.pipeline.looks import Looks
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker

_FORGET_AFTER_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """An observation with the very frame it was made on, and what the model saw of each face (crop by track id)."""

    frame: Frame
    observation: Observation
    crops: Mapping[int, NDArray[np.uint8]]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """What one face in one frame shows by itself. crop: what the model saw of it."""

    crop: NDArray[np.uint8]
    raw: EmotionScores
    quality: Quality


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """A frame, without its pixels, and what its faces show, before it is known whose they are."""

    frame_index: int
    timestamp: float
    width: int
    height: int
    faces: Mapping[Face, Expression]


class Analyser:
    """Owns what it is given, and closes it. Frames must come in time order; use it in one thread, but for `locators` and
    `glance`. more_locators: just like `locator`, to look at several frames side by side."""

    def __init__(
        self,
        locator: FaceLocator,
        classifier: Classifier,
        tracker: Tracker,
        smoother: Smoother,
        more_locators: Sequence[FaceLocator] = (),
    ) -> None:
        self.locators = (locator, *more_locators)
        self._looks = Looks()
        self._classifier = classifier
        self._tracker = tracker
        self._smoother = smoother
        self._patience = tracker.patience
        self._latest: deque[float] | None = None  # When the last two frames were, where gaps are expected.

    @property
    def device(self) -> str:
        return self._classifier.device

    def expect_gaps(self) -> None:
        """Frames between those that come are passed over: however far apart these are, a face that is missing in one of them
        keeps its number all the same, and is smoothed."""
        self._latest = deque(maxlen=2)

    def analyse(self, frame: Frame) -> Analysis:
        glance = self.glance(frame, self._looks.of(frame).locate(self.locators[0], frame))
        observation = self.follow(glance)
        crops = {reading.track_id: glance.faces[reading.face].crop for reading in observation.readings}
        return Analysis(frame, observation, crops)

    def glance(self, frame: Frame, faces: Sequence[Face]) -> Glance:
        """What depends on no other frame. In one thread at a time, whichever it is."""
        crops = [self._classifier.crop(frame, face) for face in faces]
        found = zip(faces, crops, self._classifier.classify(crops), strict=True)
        read = {face: Expression(crop, raw, assess(frame, face, crop)) for face, crop, raw in found}
        return Glance(frame.index, frame.timestamp, frame.width, frame.height, read)

    def follow(self, glance: Glance) -> Observation:
        """Whose faces these are, and what they show over time."""
        now = glance.timestamp
        if self._latest is not None:
            since = now - self._latest[0] if self._latest else 0.0
            self._tracker.patience = self._smoother.reset_after = max(self._patience, since)
            self._latest.append(now)
        readings = []
        for track in self._tracker.update(tuple(glance.faces), now):
            seen = glance.faces[track.face]
            smoothed = self._smoother.smooth(track.id, now, seen.raw)
            readings.append(FaceReading(track.id, track.face, seen.raw, smoothed, seen.quality))
        self._smoother.forget_before(now - max(_FORGET_AFTER_S, self._smoother.reset_after))
        return Observation(glance.frame_index, now, glance.width, glance.height, tuple(readings))

    def close(self) -> None:
        for locator in self.locators:
            locator.close()
        self._classifier.close()
