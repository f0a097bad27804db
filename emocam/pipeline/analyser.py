"""A frame in, an observation out: locate, track, crop, classify, smooth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.ports import Classifier, FaceLocator
from emocam.domain.quality import assess
from emocam.domain.vision import FaceReading, Frame, Observation
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
    """Owns what it is given, and closes it. Frames must come in time order; use it in one thread."""

    def __init__(self, locator: FaceLocator, classifier: Classifier, tracker: Tracker, smoother: Smoother) -> None:
        self._locator = locator
        self._classifier = classifier
        self._tracker = tracker
        self._smoother = smoother

    @property
    def device(self) -> str:
        return self._classifier.device

    def analyse(self, frame: Frame) -> Analysis:
        tracks = self._tracker.update(self._locator.locate(frame), frame.timestamp)
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
        self._smoother.forget_before(frame.timestamp - _FORGET_AFTER_S)
        observation = Observation(frame.index, frame.timestamp, frame.width, frame.height, readings)
        return Analysis(frame, observation, {track.id: crop for track, crop in zip(tracks, crops, strict=True)})

    def close(self) -> None:
        self._locator.close()
        self._classifier.close()
