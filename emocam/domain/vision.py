"""Frames, faces and what was read from them.

Frame of coordinates: fractions of the upright picture, (0, 0) its top left corner and (1, 1) its bottom right one, so that
the scale of a preview never matters. A face that is cut off by the edge may reach below 0 or above 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import EmotionScores

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from a source.

    index: counts every frame the source gave, from 0. timestamp: seconds on the source's clock since its first frame, never
    decreasing. pixels: (H, W, 3) uint8 RGB, upright; made read-only here. captured: this computer's monotonic clock when
    a camera gave the frame, None for a recording.
    """

    index: int
    timestamp: float
    pixels: NDArray[np.uint8]
    captured: float | None = None

    def __post_init__(self) -> None:
        self.pixels.flags.writeable = False

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class FaceBox:
    """The edges of a face, as fractions of the frame."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def center(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlap(self, other: FaceBox) -> float:
        """Intersection over union, 0 to 1."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        if wide <= 0 or high <= 0:
            return 0.0
        shared = wide * high
        return shared / (self.area + other.area - shared)


@dataclass(frozen=True, slots=True)
class Keypoints:
    """Where the parts of a face are, as fractions of the frame. Right and left are the person's own."""

    right_eye: Point
    left_eye: Point
    nose: Point
    mouth: Point


SURE = 0.75  # Of a detection: from here on it is taken for a face that is new; one that is known is kept below it too.


@dataclass(frozen=True, slots=True)
class Face:
    """A face found in a frame. confidence: of the detector, 0 to 1."""

    box: FaceBox
    confidence: float
    keypoints: Keypoints


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen in a frame: the faces, the surest first. close_ups: there are some, all of them large, and a quicker look
    sees them just as well."""

    faces: tuple[Face, ...] = ()
    close_ups: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be read: 0 (not at all) to 1, and the reason in a word or two where it is poor."""

    value: float
    remark: str


@dataclass(frozen=True, slots=True)
class FaceReading:
    """What one face in one frame showed. track_id: counts people from 1 and stays with a face while it is followed.
    raw: the model's own calibrated probabilities. smoothed: those over time."""

    track_id: int
    face: Face
    raw: EmotionScores
    smoothed: EmotionScores
    quality: Quality


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything read from one frame, without its pixels. width and height: of the upright frame, in pixels."""

    frame_index: int
    timestamp: float
    width: int
    height: int
    readings: tuple[FaceReading, ...]
