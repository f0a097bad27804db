"""The player's signs, drawn in the text's colour, since not every font has them."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPixmap, QPolygonF

_SIDE = 16  # Shapes are in a square of this side.
_FINE = 4


def icon(name: str, palette: QPalette) -> QIcon:
    """name: play, pause, start, end, back, on or sound."""
    made = QIcon()
    text, faded = palette.color(QPalette.ColorRole.ButtonText), QColor(palette.color(QPalette.ColorRole.ButtonText))
    faded.setAlphaF(0.35)
    for mode, colour in ((QIcon.Mode.Normal, text), (QIcon.Mode.Disabled, faded)):
        pixmap = QPixmap(_SIDE * _FINE, _SIDE * _FINE)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(_FINE, _FINE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPath(_SHAPES[name]())
        painter.end()
        made.addPixmap(pixmap, mode)
    return made


def _path(*parts: QPolygonF | QRectF) -> QPainterPath:
    path = QPainterPath()
    for part in parts:
        if isinstance(part, QRectF):
            path.addRect(part)
        else:
            path.addPolygon(part)
            path.closeSubpath()
    return path


def _triangle(tip: float, back: float, half: float) -> QPolygonF:
    """Points at `tip`, both along the middle line."""
    return QPolygonF([QPointF(tip, 8), QPointF(back, 8 - half), QPointF(back, 8 + half)])


def _sound() -> QPainterPath:
    body = QPolygonF([QPointF(2, 6), QPointF(5, 6), QPointF(9, 2.5), QPointF(9, 13.5), QPointF(5, 10), QPointF(2, 10)])
    path = _path(body)
    for radius in (2.5, 5.0):
        wave = QPainterPath()
        box = QRectF(9.5 - radius, 8 - radius, 2 * radius, 2 * radius)
        inner = box.adjusted(1.2, 1.2, -1.2, -1.2)
        wave.arcMoveTo(box, -50)
        wave.arcTo(box, -50, 100)
        wave.arcTo(inner, 50, -100)
        wave.closeSubpath()
        path.addPath(wave)
    return path


_SHAPES = {
    "play": lambda: _path(_triangle(14, 3, 6.5)),
    "pause": lambda: _path(QRectF(3.5, 2, 3, 12), QRectF(9.5, 2, 3, 12)),
    "start": lambda: _path(QRectF(2, 3, 2, 10), _triangle(5, 13.5, 5.5)),
    "end": lambda: _path(QRectF(12, 3, 2, 10), _triangle(11, 2.5, 5.5)),
    "back": lambda: _path(_triangle(4.5, 10.5, 4)),
    "on": lambda: _path(_triangle(11.5, 5.5, 4)),
    "sound": _sound,
}
