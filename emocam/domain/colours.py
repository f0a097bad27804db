"""The colours of classes and of faces, on the screen and in print.

The classes' are Okabe and Ito's (2008), which the colour-blind can tell apart; dashes tell them apart in grey print too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """light, dark: #RRGGBB on a light and on a dark ground. dash: strokes and gaps in line widths, empty for none."""

    light: str
    dark: str
    dash: tuple[float, ...] = ()


_CLASSES = {
    "angry": Style("#D55E00", "#E8752A", (5, 2)),
    "disgust": Style("#009E73", "#22B58A", (1, 2)),
    "fear": Style("#CC79A7", "#D98FBA", (3, 1, 1, 1)),
    "happy": Style("#E69F00", "#F0B028"),
    "sad": Style("#0072B2", "#4A72E8", (7, 3)),
    "surprise": Style("#56B4E9", "#56B4E9", (3, 3)),
    "neutral": Style("#8A8A8A", "#9A9A9A", (1, 1)),
}
_OTHERS = ("#8C564B", "#17BECF", "#BCBD22", "#7F3C8D", "#11A579", "#3969AC", "#80BA5A")
_FACES = ("#FFD166", "#7BDFF2", "#B8F2A0", "#F7AEF8", "#FFB38A", "#C7CEFF", "#F4F1BB", "#9BE8D8")


def style_of(name: str) -> Style:
    """A class's style; a class that is none of the seven gets one of its own by its name."""
    other = _OTHERS[sum(name.encode()) % len(_OTHERS)]
    return _CLASSES.get(name, Style(other, other))


def face_colour(track_id: int) -> str:
    """#RRGGBB, light enough to be seen on any picture with a dark edge; the same face keeps it."""
    return _FACES[(track_id - 1) % len(_FACES)]
