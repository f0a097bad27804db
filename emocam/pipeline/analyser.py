"""A frame in, an observation out: locate, track, crop, classify, smooth."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.ports import Classifier, FaceLocator
from emocam.domain.quality import assess
from emocam.domain.vision import Face, FaceReading, Frame, Observation
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


class Analyser:
    """Owns what it is given, and closes it. Frames must come in time order; use it in one thread, but for `locators`, each
    of which may go ahead in another. more_locators: just like `locator`, to look at several frames side by side."""

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
        return self.read(frame, self._looks.of(frame).locate(self.locators[0], frame))

    def read(self, frame: Frame, faces: Sequence[Face]) -> Analysis:
        """The rest of the analysis, from the faces in it."""
        if self._latest is not None:
            since = frame.timestamp - self._latest[0] if self._latest else 0.0
            self._tracker.patience = self._smoother.reset_after = max(self._patience, since)
            self._latest.append(frame.timestamp)
        tracks = self._tracker.update(faces, frame.timestamp)
        crops = [self._classifier.crop(frame, track.face) for track in tracks]
        scores = self._classifier.classify(crops)
        readings = tuple(
            FaceReading(
                track_id=track.id,
                face=track.face,
                raw=raw,
                smoothed=self._smoother.smooth(track.id, frame.timestamp, raw),
                quality=assess(frame, track.face, crop),
            )
            for track, crop, raw in zip(tracks, crops, scores, strict=True)
        )
        self._smoother.forget_before(frame.timestamp - max(_FORGET_AFTER_S, self._smoother.reset_after))
        observation = Observation(frame.index, frame.timestamp, frame.width, frame.height, readings)
        return Analysis(frame, observation, {track.id: crop for track, crop in zip(tracks, crops, strict=True)})

    def close(self) -> None:
        for locator in self.locators:
            locator.close()
        self._classifier.close()
