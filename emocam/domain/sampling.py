"""Which frames of a recording are analysed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from emocam.domain.errors import EmocamError
from emocam.domain.vision import Frame


@dataclass(frozen=True, slots=True)
class Sampling:
    """every: the first frame and each `every`-th after it. step_s: the first frame at or after each multiple of so many
    seconds; 0 for no such rule. Frames keep the index and the time they have in the source.

    Raises EmocamError where it makes no sense.
    """

    every: int = 1
    step_s: float = 0.0

    def __post_init__(self) -> None:
        if self.every < 1:
            raise EmocamError("Every {every}. frame can't be analysed; choose 1 or more.", every=self.every)
        if not (math.isfinite(self.step_s) and self.step_s >= 0):
            raise EmocamError("A step of {step} seconds can't be taken; choose 0 or more.", step=self.step_s)
        if self.every > 1 and self.step_s > 0:
            raise EmocamError("Frames are chosen by number or by time, not both; leave one of the two out.")

    def count(self, frames: int | None, duration: float | None) -> int | None:
        """About how many will be analysed of so many frames in so many seconds; None where that can't be told."""
        if self.step_s > 0:
            return math.ceil(duration / self.step_s) if duration else None
        return math.ceil(frames / self.every) if frames else None

    @property
    def meta(self) -> dict[str, str]:
        """What a session file says of it; nothing where every frame is analysed."""
        if self.step_s > 0:
            return {"step_s": f"{self.step_s:g}"}
        return {"every": str(self.every)} if self.every > 1 else {}

    def chooser(self) -> Callable[[Frame], bool]:
        """Asked of each frame of one run in turn: whether to analyse it."""
        if self.step_s <= 0:
            return lambda frame: frame.index % self.every == 0
        taken = -1

        def due(frame: Frame) -> bool:
            nonlocal taken
            step = math.floor(frame.timestamp / self.step_s + 1e-6)
            if step <= taken:
                return False
            taken = step
            return True

        return due


ALL_FRAMES = Sampling()
SAMPLING_KEYS = {"every", "step_s"}
