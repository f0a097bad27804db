"""Probabilities over time as areas on top of each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QImage, QPainter

from emocam.domain.recording import Series

_LONE_S = 0.04  # So long lasts a single frame that none comes after.


class Stack(pg.GraphicsObject):
    """In class order from below; nothing where nobody was seen.

    Painted pixel by pixel: to fill polygons with thousands of corners takes Qt far longer.
    """

    def __init__(self) -> None:
        super().__init__()
        self._series = Series(np.empty(0), np.empty((0, 1), np.float32))
        self._colours: list[int] = []
        self._switches: Sequence[bool] = ()
        self._bounds = QRectF()
        self._image = QImage()
        self._image_of: tuple[object, ...] = ()

    def show_series(self, series: Series, colours: Sequence[QColor], switches: Sequence[bool]) -> None:
        """switches: which classes are shown; what lies on top of others comes down to where they were."""
        self.prepareGeometryChange()
        self._series, self._switches = series, switches
        self._colours = [*(colour.rgba() for colour in colours), QColor(0, 0, 0, 0).rgba()]
        self._image_of = ()
        self._bounds = QRectF(0, 0, max(float(series.times[-1]) + _LONE_S if len(series.times) else 1.0, 1e-3), 1)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, *_: object) -> None:
        seen = self._bounds.intersected(self.viewRect())
        device = painter.device()
        if seen.isEmpty() or device is None or not len(self._series.times):
            return
        ratio = device.devicePixelRatioF()
        there = painter.worldTransform().mapRect(seen)
        left, top = math.floor(there.left() * ratio), round(there.top() * ratio)
        width, height = math.ceil(there.right() * ratio) - left, max(round(there.bottom() * ratio) - top, 1)
        image_of = (seen.getRect(), left - there.left() * ratio, width, height, ratio)
        if image_of != self._image_of:  # Else only something above it has moved, as the playhead does all the time.
            per_px = seen.width() / (there.width() * ratio)
            times = seen.left() + (left - there.left() * ratio + np.arange(width, dtype=np.float64) + 0.5) * per_px
            heights = seen.bottom() - (np.arange(height, dtype=np.float64) + 0.5) * (seen.height() / height)
            places = areas(self._series, self._switches, times, heights).tobytes()
            self._image = QImage(places, width, height, width, QImage.Format.Format_Indexed8).copy()  # Of memory of its own.
            self._image.setColorTable(self._colours)
            self._image.setDevicePixelRatio(ratio)
            self._image_of = image_of
        painter.save()
        painter.resetTransform()
        painter.drawImage(QPointF(left / ratio, top / ratio), self._image)
        painter.restore()


def areas(
    series: Series, switches: Sequence[bool], times: NDArray[np.float64], heights: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """(H, W) which class lies at each of the `heights` (0 to 1) at each of the `times` (seconds), and the number of classes
    where none does."""
    values = np.where(np.array(switches), series.values, np.float32(0))
    values[np.isnan(series.values[:, 0])] = np.nan
    tops = np.cumsum(values, axis=1)
    tops = np.vstack([tops, np.full_like(tops[:1], np.nan)])  # Nobody after the end.
    known = np.append(series.times, series.times[-1] + _LONE_S)
    place = np.searchsorted(known, times, "right") - 1
    inside = (place >= 0) & (place < len(series.times))
    place = place.clip(0, len(series.times) - 1)
    # A single frame is as wide as the way to the next one; else areas reach from frame to frame.
    absent = np.isnan(tops[:, 0])
    lone = ~absent & np.append(True, absent[:-1]) & np.append(absent[1:], True)
    share = (times - known[place]) / np.maximum(known[place + 1] - known[place], 1e-9)
    reached = np.where(lone[place, None], tops[place], tops[place] + (tops[place + 1] - tops[place]) * share[:, None])
    reached = np.where(inside[:, None] & ~np.isnan(reached), reached, -1).astype(np.float32)
    found = np.zeros((len(heights), len(times)), np.uint8)
    above = np.empty_like(found, bool)  # One for all, and added up as the bytes that it is made of: half of the time.
    rows = heights[:, None].astype(np.float32)
    for tops_of_a_class in np.ascontiguousarray(reached.T):
        np.greater(rows, tops_of_a_class, out=above)
        found += above.view(np.uint8)
    return found
