"""The live chart: the probability of each class over the last minute, for the selected face."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from emocam.domain.recording import Series
from emocam.gui import plots, theme
from emocam.gui.legend import ClassLegend
from emocam.gui.translation import tip_with, tr

SPAN_S = 60.0


class TimelinePlot(QWidget):
    """Follows the right edge until someone moves or zooms it; then "● live" returns to it."""

    def __init__(self, classes: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes = classes
        self._following = True
        self._dominant: int | None = None
        self._newest = 0.0
        self._marks: list[pg.InfiniteLine] = []
        self.setMinimumHeight(160)

        self._plot = pg.PlotWidget(axisItems={side: plots.Axis(side) for side in ("left", "bottom")})
        self._plot.setAccessibleName(tr("Timeline of the selected face"))
        item = self._plot.getPlotItem()
        plots.set_up(item)
        view = item.getViewBox()
        view.setLimits(xMin=-SPAN_S, minXRange=1.0)
        view.sigRangeChangedManually.connect(lambda *_: self._follow(False))
        self._curves = [plots.Curve() for _ in classes]
        for curve in self._curves:
            # As a path: of line segments one object stays behind for good with each drawing, ten times a second
            # (PyQt6-sip 13.13, slices of a sip.array).
            curve.setSegmentedLineMode("off")
            item.addItem(curve)

        self._legend = ClassLegend(classes)
        self._legend.toggled.connect(lambda place, on: self._curves[place].setVisible(on))
        self._live = QToolButton()
        self._live.setText(tr("● live"))
        self._live.setToolTip(tip_with(tr("Follow the newest again"), "End"))
        self._live.clicked.connect(lambda: self._follow(True))
        head = QHBoxLayout()
        head.setContentsMargins(2 * theme.GRID, 0, 2 * theme.GRID, 0)
        head.addWidget(self._legend)
        head.addStretch(1)
        head.addWidget(self._live)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, theme.GRID, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._plot, 1)
        self._follow(True)
        self._recolour()

    @property
    def start(self) -> float:
        """From which second on the chart needs data."""
        return 0.0 if not self._following else max(0.0, self._newest - SPAN_S - 1)

    def show_view(self, view: Series, newest: float) -> None:
        """newest: seconds of the last analysed frame, also where the face was not in it."""
        self._newest = newest
        last = view.values[-1] if len(view.values) and np.isfinite(view.values[-1]).all() else None
        dominant = None if last is None else int(np.argmax(last))
        if dominant != self._dominant:
            self._dominant = dominant
            self._recolour()
        for place, curve in enumerate(self._curves):
            curve.setData(view.times, view.values[:, place].astype(np.float64))
        if self._following:
            self._show_newest()

    def add_mark(self, time_s: float) -> None:
        """A line at `time_s` seconds, until the chart is cleared."""
        line = pg.InfiniteLine(time_s, pen=pg.mkPen(theme.ACCENT, style=Qt.PenStyle.DashLine))
        self._marks.append(line)
        self._plot.addItem(line)

    def clear(self) -> None:
        for line in self._marks:
            self._plot.removeItem(line)
        self._marks.clear()
        self.show_view(Series(np.empty(0), np.empty((0, len(self._classes)), np.float32)), 0.0)
        self._follow(True)

    def follow(self) -> None:
        self._follow(True)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and hasattr(self, "_live"):
            self._recolour()
        elif event is not None and event.type() == QEvent.Type.LocaleChange and hasattr(self, "_live"):
            plots.write_numbers(self._plot.getPlotItem())

    def _follow(self, following: bool) -> None:
        self._following = following
        self._live.setVisible(not following)
        if following:
            self._show_newest()

    def _show_newest(self) -> None:
        self._plot.setXRange(max(0.0, self._newest - SPAN_S), max(SPAN_S, self._newest), padding=0)

    def _recolour(self) -> None:
        palette = self.palette()
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        plots.recolour_axes(self._plot.getPlotItem(), palette)
        plots.recolour_curves(self._curves, self._classes, palette, self._dominant)
