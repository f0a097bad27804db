"""How every chart of probabilities over time is made, set up and coloured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PyQt6.QtGui import QColor, QPainter, QPalette, QPen
from PyQt6.QtWidgets import QGraphicsItem

from emocam.gui import theme
from emocam.gui.numbers import short
from emocam.gui.translation import tr

AXIS_PX = 52  # The width of a left axis, so that charts below each other stand in one line.


class Axis(pg.AxisItem):
    """With grid lines behind what is shown, of the plain colours that come out there: to blend each with the `background` costs
    five times as much."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.background = QColor()
        self._above = True  # As pyqtgraph has it.

    def put_grid(self, *, above: bool) -> None:
        """above: blended, over areas, which else would hide it."""
        if above != self._above:
            self._above = above
            self.setZValue(0.5 if above else -1)
            self.picture = None
            self.update()

    def generateDrawSpecs(self, p: QPainter) -> Any:
        specs = super().generateDrawSpecs(p)
        if specs is None or self._above:
            return specs
        line, ticks, texts = specs
        pens = {id(pen): pen for pen, _, _ in ticks}  # A few, each for many lines.
        pens = {key: _opaque(pen, self.background) for key, pen in pens.items()}
        return line, [(pens[id(pen)], start, end) for pen, start, end in ticks], texts


class Curve(pg.PlotCurveItem):
    """A probability over time, whose times ascend. pyqtgraph looks for the bounds of what it shows with each repaint; these are
    known."""

    def __init__(self) -> None:
        super().__init__(connect="finite")

    def dataBounds(self, ax: int, frac: float = 1.0, orthoRange: object = None) -> tuple[float | None, float | None]:
        if self.xData is None or not len(self.xData):
            return None, None
        return (0.0, 1.0) if ax else (float(self.xData[0]), float(self.xData[-1]))


def set_up(item: pg.PlotItem) -> None:
    """Time to the right, probability up, nothing to click away by accident. Its axes are those above."""
    item.setMenuEnabled(False)
    item.hideButtons()
    item.getAxis("bottom").enableAutoSIPrefix(False)
    item.setLabel("bottom", tr("time (s)"))
    item.setLabel("left", tr("probability"))
    item.showGrid(x=True, y=True, alpha=0.15)
    put_grid(item, above=False)
    item.setYRange(-0.07, 1.09, padding=0)  # Room for the outer numbers.
    # Grid lines cost much where they are blended: none for the finest ticks, and those across from memory while time moves.
    item.getAxis("bottom").setStyle(maxTickLevel=1)
    left = item.getAxis("left")
    left.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
    left.setStyle(hideOverlappingLabels=False)
    write_numbers(item)
    left.setWidth(theme.scaled(AXIS_PX))
    view = item.getViewBox()
    view.setMouseEnabled(x=True, y=False)
    view.sigResized.connect(view.prepareForPaint)
    view.sigXRangeChanged.connect(view.prepareForPaint)  # Else its items move while they are painted, and so are painted twice.
    view.sigResized.connect(lambda view: _show_name(left, view.height()))


def write_numbers(item: pg.PlotItem, ticks: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)) -> None:
    """Of the probabilities, as the user's numbers are written by now."""
    item.getAxis("left").setTicks([[(tick, short(tick)) for tick in ticks]])


def _show_name(axis: pg.AxisItem, height: float) -> None:
    """Only where the axis is as high as its name is long; else both its ends would be cut off."""
    axis.showLabel(bool(axis.labelText) and height >= axis.label.boundingRect().width())


def plate(palette: QPalette) -> QColor:
    """Behind text that stands in a plot."""
    colour = QColor(palette.color(QPalette.ColorRole.Base))
    colour.setAlphaF(0.75)
    return colour


def put_grid(item: pg.PlotItem, *, above: bool) -> None:
    """Behind what is shown, or above it."""
    for side in ("left", "bottom"):
        item.getAxis(side).put_grid(above=above)


def recolour_axes(item: pg.PlotItem, palette: QPalette) -> None:
    for side in ("left", "bottom"):
        axis = item.getAxis(side)
        axis.background = palette.color(QPalette.ColorRole.Base)
        axis.setTextPen(theme.quiet_text(palette))
        axis.setPen(theme.quiet_text(palette))


def recolour_curves(
    curves: Sequence[pg.PlotCurveItem], classes: Sequence[str], palette: QPalette, dominant: int | None
) -> None:
    """Wide lines cost six times as much to draw, so only the `dominant` class has one."""
    for place, (name, curve) in enumerate(zip(classes, curves, strict=True)):
        curve.setPen(line(theme.class_colour(name, palette), 2.0 if place == dominant else 1.0))
        curve.setZValue(1 if place == dominant else 0)


def _opaque(pen: QPen, background: QColor) -> QPen:
    *parts, share = pen.color().getRgbF()
    mixed = (share * above + (1 - share) * below for above, below in zip(parts, background.getRgbF(), strict=False))
    found = QPen(pen)
    found.setColor(QColor.fromRgbF(*mixed))
    return found


def line(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    return pen
