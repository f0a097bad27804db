"""The emotion classes, in the one order used everywhere, and a distribution over them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Emotion(StrEnum):
    """An expression as it appears on a face. The order is that of FER2013."""

    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    SAD = "sad"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


FER7: tuple[str, ...] = tuple(emotion.value for emotion in Emotion)
UNCERTAIN = "uncertain"
ROUNDED = 1e-6  # By so much a probability may lie outside of 0..1, as what is computed may.


@dataclass(frozen=True, slots=True)
class EmotionScores:
    """One probability per class, in the order of `classes`; they sum to 1.

    Raises ValueError where the lengths differ, a value lies outside 0..1 or the sum is off by more than 1e-3.
    """

    classes: tuple[str, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.classes) != len(self.values):
            raise ValueError(f"{len(self.values)} scores for {len(self.classes)} classes")
        if not all(-ROUNDED <= value <= 1 + ROUNDED for value in self.values):
            raise ValueError(f"scores must lie between 0 and 1, not {self.values}")
        if not math.isclose(sum(self.values), 1.0, abs_tol=1e-3):
            raise ValueError(f"scores must sum to 1, not {sum(self.values):.4f}")

    @property
    def dominant(self) -> str:
        """The most probable class; the first one where several are equal."""
        return self.classes[self.values.index(max(self.values))]

    @property
    def confidence(self) -> float:
        """The probability of the dominant class."""
        return max(self.values)

    def label(self, threshold: float = 0.0) -> str:
        """The dominant class, or `UNCERTAIN` where its probability is below `threshold`."""
        return self.dominant if self.confidence >= threshold else UNCERTAIN
