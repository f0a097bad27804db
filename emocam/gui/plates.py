"""Where the labels of faces go: beside the face's box, inside the picture, and none over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF, QSizeF
from PyQt6.QtGui import QFontMetricsF

_GAP = 2.0
_PADDING_X, _PADDING_Y = 7.0, 4.0


@dataclass(frozen=True, slots=True)
class Plate:
    text: str
    rect: QRectF


def plates(faces: Sequence[tuple[QRectF, Sequence[str]]], metrics: QFontMetricsF, within: QRectF) -> list[Plate]:
    """One for each face, in their order. faces: the box, and what may be said, from the longest to the shortest, as many texts
    for each. The first face's label is the longest; the others' are as long as they all have room for, so that they look alike.
    """
    placed: list[Plate] = []
    for length in range(len(faces[0][1]) if faces else 0):
        placed, free = [], True
        for box, texts in faces:
            text = texts[length if placed else 0]
            size = QSizeF(metrics.horizontalAdvance(text) + 2 * _PADDING_X, metrics.height() + 2 * _PADDING_Y)
            places = list(_beside(box, size, within))
            rect = next((place for place in places if not any(place.intersects(other.rect) for other in placed)), None)
            free = free and rect is not None
            placed.append(Plate(text, rect or places[0]))
        if free:
            break
    return placed


def _beside(box: QRectF, size: QSizeF, within: QRectF) -> Iterator[QRectF]:
    """Above and below the box where there is room, else inside its edge; never outside `within`."""
    above, below = box.top() - size.height() - _GAP, box.bottom() + _GAP
    above = above if above >= within.top() else max(box.top(), within.top()) + _GAP
    below = below if below + size.height() <= within.bottom() else min(box.bottom(), within.bottom()) - size.height() - _GAP
    for left in (box.left(), box.right() - size.width()):
        for top in (above, below):
            yield QRectF(max(within.left(), min(left, within.right() - size.width())), top, size.width(), size.height())
