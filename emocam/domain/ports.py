"""The plugs between the pipeline and the outside world, with the contract of each.

Every adapter of a port, and the fake of it, passes the same tests in `tests/contracts/`. `close` may be called twice, and
before `open`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from emocam.domain.emotions import EmotionScores
from emocam.domain.vision import Face, Frame, Observation, Sight


class SourceKind(StrEnum):
    CAMERA = "camera"
    NETWORK = "network camera"
    VIDEO = "video"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source once it is open. width and height: of the upright picture, in pixels.

    frame_rate: frames per second, None where unknown. duration: seconds, and frame_count: both as the source says them, so
    estimates; the duration also ends the last frame, and tells where a file was cut off.
    started_at: when a camera was opened; None for a recording, whose date a file can't be trusted to tell. sound: whether
    there is any with the picture. lead_s: seconds from where the file, and perhaps its sound, begins to its first picture.
    """

    name: str
    kind: SourceKind
    width: int
    height: int
    frame_rate: float | None = None
    frame_count: int | None = None
    duration: float | None = None
    started_at: datetime | None = None
    sound: bool = False
    lead_s: float = 0.0


class FrameSource(Protocol):
    """Gives frames one after another: `open`, then `read` until it returns None, then `close`; one call at a time, and those of
    a camera all in one thread."""

    def open(self) -> SourceInfo:
        """Raises SourceError where there is nothing to open or it shows no picture. A failed open leaves nothing open."""

    def read(self) -> Frame | None:
        """The next frame: index one up, timestamp not before the last, 0 for the first. None at the end, and ever after.

        Raises SourceError where a live source does not answer within a few seconds; it may then be opened anew.
        """

    def close(self) -> None: ...


class FrameReader(Protocol):
    """Shows any moment of a recording: `open`, then `frame_at` in any order, then `close`, all in one thread."""

    def open(self) -> SourceInfo:
        """Raises SourceError. A failed open leaves nothing open."""

    def frame_at(self, time_s: float) -> Frame | None:
        """The frame that is on the screen at `time_s` seconds: the last one that begins by then, or the first. Its timestamp is
        the one that a `FrameSource` on the same recording gives; its index is -1."""

    def close(self) -> None: ...


class FaceLocator(Protocol):
    """Finds faces. The answer depends on nothing but what is given."""

    def locate(self, frame: Frame, before: Sight | None = None) -> Sight:
        """before: what was seen a moment ago, where the answer may rest on it; else the whole frame is looked at in full."""

    def close(self) -> None: ...


class Classifier(Protocol):
    """Reads expressions. How a face must be cut out is the model's own business, so the classifier does that too."""

    @property
    def classes(self) -> tuple[str, ...]: ...

    @property
    def device(self) -> str:
        """What it runs on and why, in words for the status bar, such as "CPU (LiteRT), no NVIDIA GPU here"."""

    def crop(self, frame: Frame, face: Face) -> NDArray[np.uint8]:
        """(side, side, channels) uint8: the aligned face as the model sees it."""

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> tuple[EmotionScores, ...]:
        """Calibrated probabilities, one per crop and in its order; for no crops an empty tuple. All in one batch."""

    def close(self) -> None: ...


class ObservationSink(Protocol):
    """Keeps observations, in time order."""

    def write(self, observation: Observation) -> None: ...

    def flush(self) -> None:
        """Make durable what was written so far. A run calls it at least twice a second."""

    def close(self) -> None:
        """Flush, and finish the file."""


class RecordingSink(ObservationSink, Protocol):
    """An observation sink that keeps markers too."""

    def mark(self, time_s: float, label: str) -> None: ...


class Clock(Protocol):
    def __call__(self) -> float:
        """Seconds, never decreasing."""


class SessionListener(Protocol):
    """Hears of rare events of a live session. Called from the session's threads; must return at once."""

    def state_changed(self) -> None: ...
