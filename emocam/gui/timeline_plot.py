"""The live chart: the probability of each class over the last minute, for the selected face."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QColor, QPalette, QPen, QPixmap
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from emocam.domain.timeline import TimelineView
from emocam.gui import theme

SPAN_S = 60.0


class TimelinePlot(QWidget):
    """Follows the right edge until someone moves or zooms it; then "● live" returns to it. The legend's names are switches."""

    def __init__(self, classes: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes = classes
        self._following = True
        self._dominant: int | None = None
        self._newest = 0.0
        self._marks: list[pg.InfiniteLine] = []
        self.setMinimumHeight(160)

        self._plot = pg.PlotWidget()
        self._plot.setAccessibleName("Timeline of the selected face")
        item = self._plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setLabel("bottom", "time (s)")
        item.setLabel("left", "probability")
        item.showGrid(x=True, y=True, alpha=0.15)
        item.setYRange(-0.07, 1.09, padding=0)  # Room for the outer numbers.
        item.getAxis("left").setStyle(hideOverlappingLabels=False)
        item.getAxis("left").setTicks([[(tick / 4, f"{tick / 4:g}") for tick in range(5)]])
        item.getAxis("left").setWidth(52)
        view = item.getViewBox()
        view.setMouseEnabled(x=True, y=False)
        view.setLimits(xMin=-SPAN_S, minXRange=1.0)
        view.sigRangeChangedManually.connect(lambda *_: self._follow(False))
        self._curves = [pg.PlotCurveItem(connect="finite") for _ in classes]
        for curve in self._curves:
            item.addItem(curve)

        self._switches = [self._switch(place, name) for place, name in enumerate(classes)]
        self._live = QToolButton()
        self._live.setText("● live")
        self._live.setToolTip("Follow the newest again (End)")
        self._live.clicked.connect(lambda: self._follow(True))
        legend = QHBoxLayout()
        legend.setContentsMargins(2 * theme.GRID, 0, 2 * theme.GRID, 0)
        legend.setSpacing(2)
        for switch in self._switches:
            legend.addWidget(switch)
        legend.addStretch(1)
        legend.addWidget(self._live)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, theme.GRID, 0)
        layout.setSpacing(2)
        layout.addLayout(legend)
        layout.addWidget(self._plot, 1)
        self._follow(True)
        self._recolour()

    @property
    def start(self) -> float:
        """From which second on the chart needs data."""
        return 0.0 if not self._following else max(0.0, self._newest - SPAN_S - 1)

    def show_view(self, view: TimelineView, newest: float) -> None:
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
            self._plot.setXRange(max(0.0, newest - SPAN_S), max(SPAN_S, newest), padding=0)

    def add_mark(self, time_s: float) -> None:
        """A line at `time_s` seconds, until the chart is cleared."""
        line = pg.InfiniteLine(time_s, pen=pg.mkPen(theme.ACCENT, style=Qt.PenStyle.DashLine))
        self._marks.append(line)
        self._plot.addItem(line)

    def clear(self) -> None:
        for line in self._marks:
            self._plot.removeItem(line)
        self._marks.clear()
        self.show_view(TimelineView(np.empty(0), np.empty((0, len(self._classes)), np.float32)), 0.0)
        self._follow(True)

    def follow(self) -> None:
        self._follow(True)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and hasattr(self, "_live"):
            self._recolour()

    def _follow(self, following: bool) -> None:
        self._following = following
        self._live.setVisible(not following)
        if following:
            self._plot.setXRange(max(0.0, self._newest - SPAN_S), max(SPAN_S, self._newest), padding=0)

    def _switch(self, place: int, name: str) -> QToolButton:
        switch = QToolButton()
        switch.setObjectName("switch")
        switch.setText(name)
        switch.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        switch.setCheckable(True)
        switch.setChecked(True)
        switch.setToolTip(f"Show or hide {name}")
        switch.toggled.connect(self._curves[place].setVisible)
        switch.toggled.connect(lambda *_: self._recolour())
        return switch

    def _recolour(self) -> None:
        palette = self.palette()
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        for side in ("left", "bottom"):
            axis = self._plot.getPlotItem().getAxis(side)
            axis.setTextPen(theme.quiet_text(palette))
            axis.setPen(theme.quiet_text(palette))
        for place, name in enumerate(self._classes):
            colour = theme.class_colour(name, palette)
            # Wide lines cost six times as much to draw, so only the dominant class has one.
            pen = QPen(colour, 2.0 if place == self._dominant else 1.0)
            pen.setCosmetic(True)
            self._curves[place].setPen(pen)
            self._curves[place].setZValue(1 if place == self._dominant else 0)
            swatch = QPixmap(14, 4)
            swatch.fill(colour if self._switches[place].isChecked() else QColor(Qt.GlobalColor.transparent))
            switch = self._switches[place]
            switch.setIcon(pg.QtGui.QIcon(swatch))
            text = palette.color(QPalette.ColorRole.WindowText)
            text.setAlphaF(1.0 if switch.isChecked() else 0.4)
            switch.setStyleSheet(f"color: {text.name(QColor.NameFormat.HexArgb)};")
