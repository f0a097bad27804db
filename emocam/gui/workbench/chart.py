"""The chart of a recording: a lane per shown face with playhead, markers and threshold; below them the whole in a strip."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFocusEvent, QPalette, QPen
from PyQt6.QtWidgets import QComboBox, QGraphicsItem, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from emocam.domain.annotations import Marker
from emocam.domain.decimation import Pyramid
from emocam.domain.recording import Series
from emocam.domain.summary import stands_until
from emocam.domain.times import clock_text
from emocam.gui import plots, theme
from emocam.gui.legend import ClassLegend
from emocam.gui.numbers import NumberField, decimal, moment, with_sign
from emocam.gui.plain import PlainLabel
from emocam.gui.translation import class_name, later, tr, word
from emocam.gui.workbench.stack import Stack

LINES, STACKED = later("Lines"), later("Stacked")
MOST_LANES = 4
_SHORTEST_VIEW_S = 0.2
_OVERVIEW_PX = 56
_ABOVE_CURVES = 4
_BESIDE_PX = 14  # Of the mouse stands what it points at.


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A lane: whose it is, and what it shows."""

    name: str
    pyramid: Pyramid


class RecordingChart(QWidget):
    """Click or drag seeks; the wheel zooms time, with Shift it moves; a double click fits all of it."""

    seek_wanted = pyqtSignal(float)
    threshold_changed = pyqtSignal(float)
    left = pyqtSignal()  # The user has typed a value and is done with it.
    smoothing_changed = pyqtSignal(object)  # Seconds; None for as it was analysed.

    def __init__(self, classes: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes = classes
        self._duration = 1.0
        self._fitted = True
        self._position = 0.0
        self._shown: tuple[Shown, ...] = ()
        self._instead = ""
        self._lanes: list[_Lane] = []
        self._markers: tuple[Marker, ...] = ()
        self._range: tuple[float, float] | None = None
        self._threshold = 0.5
        self.setMinimumHeight(250)

        self._legend = ClassLegend(classes)
        self._legend.toggled.connect(lambda *_: self._draw())
        self._style = QComboBox()
        for style in (LINES, STACKED):
            self._style.addItem(word(style), style)
        self._style.setAccessibleName(tr("Kind of chart"))
        self._style.setToolTip(tr("Lines, or the classes stacked up to 1"))
        self._style.currentTextChanged.connect(lambda *_: self._draw())
        self._smoothing = NumberField(-0.05, 10.0, 0.05, -0.05, " s")
        self._smoothing.setSpecialValueText(tr("as analysed"))
        self._smoothing.setKeyboardTracking(False)
        self._smoothing.setAccessibleName(tr("Smoothing"))
        self._smoothing.setToolTip(tr("Smoothing: time constant in seconds, 0 shows the model's own values"))
        if (field := self._smoothing.lineEdit()) is not None:
            field.returnPressed.connect(self.left)
        self._smoothing.valueChanged.connect(
            lambda value: self.smoothing_changed.emit(None if value < -0.01 else max(value, 0))
        )
        head = QHBoxLayout()
        head.setContentsMargins(2 * theme.GRID, 0, 2 * theme.GRID, 0)
        head.addWidget(self._legend)
        head.addStretch(1)
        head.addWidget(QLabel(tr("Smoothing")))
        head.addWidget(self._smoothing)
        head.addWidget(self._style)

        self._view = _View()
        self._view.setAccessibleName(tr("Timeline of the selected faces"))
        self._view.ci.layout.setSpacing(0)
        self._view.ci.layout.setContentsMargins(0, 0, 0, 0)
        self._view.scene().sigMouseMoved.connect(self._hover)
        # Over the chart, where one looks anyway; a row of its own would be empty mostly.
        self._read_out = PlainLabel(parent=self._view)
        self._read_out.setFont(theme.number_font(12))
        self._read_out.setAutoFillBackground(True)
        self._read_out.setMargin(4)
        self._read_out.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._read_out.hide()
        self._view.mouse_left.connect(self._read)
        self._view.focused.connect(self._read_by_keys)
        self._by_keys = False  # Whether the read-out is of the playhead, not of where the mouse is.
        self._overview = _Overview(classes)
        self._overview.window_moved.connect(self.show_span)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, theme.GRID, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._overview)
        self.show_lanes(())

    # What is shown

    @property
    def threshold(self) -> float:
        return self._threshold

    def set_duration(self, duration: float) -> None:
        """Seconds; may grow while the analysis goes on."""
        if duration == self._duration:
            return
        self._duration = max(duration, 1e-3)
        self._overview.set_duration(self._duration)
        for lane in self._lanes:
            lane.set_limits(self._duration)
        if self._fitted:
            self.fit()

    def show_lanes(self, shown: Sequence[Shown], instead: str = "") -> None:
        """What the lanes show, at most four; the overview shows the first. instead: is said where there is none."""
        self._instead = instead
        self._shown = tuple(shown[:MOST_LANES])
        if len(self._lanes) != max(1, len(self._shown)):
            self._build_lanes(max(1, len(self._shown)))
        self._overview.show_pyramid(self._shown[0].pyramid if self._shown else None)
        self._draw()

    def reset(self) -> None:
        """For another recording."""
        self._smoothing.blockSignals(True)
        self._smoothing.setValue(self._smoothing.minimum())
        self._smoothing.blockSignals(False)
        self._read_out.hide()
        self._view.setAccessibleDescription("")
        self.show_lanes(())

    def set_position(self, position: float) -> None:
        self._position = position
        for lane in self._lanes:
            lane.playhead.setValue(position)
        self._overview.playhead.setValue(position)
        if self._by_keys:
            self._read_at_playhead()

    def set_markers(self, markers: tuple[Marker, ...], span: tuple[float, float] | None) -> None:
        """span: the range that is chosen, in seconds."""
        self._markers, self._range = markers, span
        for lane in self._lanes:
            lane.set_markers(markers, span)
        self._overview.set_markers(markers, span)

    def set_threshold(self, threshold: float) -> None:
        self._threshold = threshold
        for lane in self._lanes:
            lane.threshold.setValue(threshold)

    def fit(self) -> None:
        self.show_span(0.0, self._duration)
        self._fitted = True

    def zoom(self, factor: float) -> None:
        """Show `factor` times as much time, about the playhead."""
        start, end = self.span
        middle = self._position if start <= self._position <= end else (start + end) / 2
        self.show_span(middle - (middle - start) * factor, middle + (end - middle) * factor)

    @property
    def span(self) -> tuple[float, float]:
        """The seconds on the screen."""
        low, high = self._lanes[0].item.viewRange()[0]
        return float(low), float(high)

    def show_span(self, start: float, end: float) -> None:
        length = min(max(end - start, _SHORTEST_VIEW_S), self._duration)
        start = min(max(start, 0.0), max(self._duration - length, 0.0))
        self._fitted = length >= self._duration
        self._lanes[0].item.setXRange(start, start + length, padding=0)

    def keep_in_view(self, position: float) -> None:
        """Turn the page where the playhead has left it."""
        start, end = self.span
        if not start <= position <= end:
            length = end - start
            self.show_span(position - 0.05 * length, position + 0.95 * length)

    def show_style(self, style: str) -> None:
        self._style.setCurrentIndex(self._style.findData(style))

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and hasattr(self, "_overview"):
            self._recolour()
            self._draw()
        elif event is not None and event.type() == QEvent.Type.LocaleChange and hasattr(self, "_overview"):
            for lane in self._lanes:
                lane.write_numbers()

    # Inside

    def _build_lanes(self, count: int) -> None:
        span = self.span if self._lanes else None
        self._view.clear()
        self._lanes = [_Lane(self._classes, first=place == 0, last=place == count - 1) for place in range(count)]
        for place, lane in enumerate(self._lanes):
            self._view.addItem(lane.item, row=place, col=0)
            lane.set_limits(self._duration)
            lane.box.seek_wanted.connect(self.seek_wanted)
            lane.box.fit_wanted.connect(self.fit)
            lane.box.sigRangeChangedManually.connect(lambda *_: self._unfit())
            lane.threshold.setValue(self._threshold)
            lane.threshold.sigPositionChangeFinished.connect(self._threshold_moved)
            lane.playhead.setValue(self._position)
            lane.set_markers(self._markers, self._range)
            if place:
                lane.item.setXLink(self._lanes[0].item)
        self._lanes[0].item.sigXRangeChanged.connect(lambda *_: self._range_changed())
        if span:
            self.show_span(*span)
        else:
            self.fit()
        self._recolour()

    def _unfit(self) -> None:
        start, end = self.span
        self._fitted = end - start >= self._duration * 0.999

    def _threshold_moved(self, line: pg.InfiniteLine) -> None:
        self.set_threshold(round(min(max(float(line.value()), 0.0), 1.0), 2))
        self.threshold_changed.emit(self._threshold)

    def _range_changed(self) -> None:
        self._overview.show_window(*self.span)
        self._draw()

    def _draw(self) -> None:
        start, end = self.span
        fine = 2 if len(self._lanes) < 3 else 1  # Low lanes need no lowest and highest value for each single pixel.
        points = max(fine * int(self._view.width()), 400)
        switches = [self._legend.is_on(place) for place in range(len(self._classes))]
        for place, lane in enumerate(self._lanes):
            shown = self._shown[place] if place < len(self._shown) else None
            lane.draw(shown, start, end, points, switches, stacked=self._style.currentData() == STACKED)
            if shown is None:
                lane.say(self._instead)

    def _hover(self, point: QPointF) -> None:
        """What the lane under the mouse says there."""
        self._by_keys = False
        lane = next((lane for lane in self._lanes if lane.item.sceneBoundingRect().contains(point)), None)
        if lane is None or lane.shown is None:
            self._read_out.hide()
            return
        said = self._said_of(lane.shown, float(lane.item.vb.mapSceneToView(point).x()))
        if said:
            self._show_read_out(said, point)
        else:
            self._read_out.hide()

    def _read_by_keys(self, there: bool) -> None:
        self._by_keys = there
        self._read()

    def _read(self) -> None:
        if self._by_keys:
            self._read_at_playhead()
        else:
            self._read_out.hide()

    def _read_at_playhead(self) -> None:
        """The same of each lane where the playhead stands, for who has come here by the keyboard."""
        said = [(shown.name, text) for shown in self._shown if (text := self._said_of(shown, self._position))]
        whole = "\n".join(f"{name}  {text}" if len(self._shown) > 1 else text for name, text in said)
        self._view.setAccessibleDescription(whole)
        if whole:
            self._show_read_out(whole, self._lanes[0].item.vb.mapViewToScene(QPointF(self._position, 0.5)))
        else:
            self._read_out.hide()

    def _said_of(self, shown: Shown, time: float) -> str:
        """Empty where nothing was analysed as yet or the recording is over."""
        series = shown.pyramid.series
        place = bisect.bisect_right(series.times, time) - 1
        if not 0 <= time <= self._duration or place < 0:
            return ""
        values = series.values[place]
        if time > stands_until(series.times, place):
            said = tr("not analysed")
        elif np.isnan(values[0]):
            said = tr("not in the picture")
        else:
            best = np.argsort(-values)[:2]
            said = "  ".join(f"{class_name(self._classes[each])} {decimal(float(values[each]))}" for each in best)
        return f"{moment(time)}  {said}"

    def _show_read_out(self, said: str, point: QPointF) -> None:
        self._read_out.setText(said)
        self._read_out.adjustSize()
        beside = point.x() + _BESIDE_PX
        if beside + self._read_out.width() > self._view.width():
            beside = point.x() - _BESIDE_PX - self._read_out.width()
        self._read_out.move(round(beside), max(round(point.y()) - self._read_out.height(), 0))
        self._read_out.show()

    def _recolour(self) -> None:
        palette = self.palette()
        self._view.setBackground(palette.color(QPalette.ColorRole.Base))
        for lane in self._lanes:
            lane.recolour(palette)
        self._overview.recolour(palette)


class _View(pg.GraphicsLayoutWidget):
    mouse_left = pyqtSignal()
    focused = pyqtSignal(bool)  # By the keyboard; a click gives the focus too, and says where it is by itself.

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(event.reason() != Qt.FocusReason.MouseFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.mouse_left.emit()


class _SeekBox(pg.ViewBox):
    """Left: seek. Middle and right: move. Wheel: zoom time; with Shift, or sideways, move."""

    seek_wanted = pyqtSignal(float)
    fit_wanted = pyqtSignal()

    def mouseClickEvent(self, ev) -> None:  # type: ignore[no-untyped-def]  # pyqtgraph's own events have no types
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            if ev.double():
                self.fit_wanted.emit()
            else:
                self.seek_wanted.emit(float(self.mapSceneToView(ev.scenePos()).x()))

    def mouseDragEvent(self, ev, axis=None) -> None:  # type: ignore[no-untyped-def]
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.seek_wanted.emit(float(self.mapSceneToView(ev.scenePos()).x()))
        else:
            super().mouseDragEvent(ev, axis=0)

    def wheelEvent(self, ev, axis=None) -> None:  # type: ignore[no-untyped-def]
        if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier or ev.orientation() == Qt.Orientation.Horizontal:
            low, high = self.viewRange()[0]
            self.translateBy(x=-ev.delta() / 120 * (high - low) * 0.1)
            ev.accept()
            self.sigRangeChangedManually.emit(self.state["mouseEnabled"])
        else:
            super().wheelEvent(ev, axis=0)


class _Lane:
    """One face."""

    def __init__(self, classes: tuple[str, ...], *, first: bool, last: bool) -> None:
        self._classes = classes
        self.shown: Shown | None = None
        self.box = _SeekBox()
        self.item = pg.PlotItem(viewBox=self.box, axisItems={"left": plots.Axis("left"), "bottom": _TimeAxis()})
        plots.set_up(self.item)
        self.item.getAxis("bottom").setStyle(showValues=last)
        self.item.setLabel("bottom", tr("time") if last else "")
        if not last:
            self.item.getAxis("bottom").setHeight(4)
        self._low = not (first and last)
        if self._low:  # One of several: the name takes no room of its own, and the numbers must not run into each other.
            self.item.setLabel("left", "")
            self.item.getAxis("left").setStyle(hideOverlappingLabels=True)
        self.write_numbers()
        self._name = pg.TextItem(anchor=(0, 0))
        self._name.setParentItem(self.box)
        self._name.setPos(4, 0)
        self._name.setZValue(20)
        self._curves = [plots.Curve() for _ in classes]
        for curve in self._curves:
            self.item.addItem(curve)
        self._stack = Stack()
        self.item.addItem(self._stack)
        self.threshold = pg.InfiniteLine(
            0.5, angle=0, movable=True, bounds=(0, 1), pen=pg.mkPen("#888", style=Qt.PenStyle.DotLine)
        )
        self.threshold.setZValue(5)
        self.item.addItem(self.threshold)
        self.playhead = pg.InfiniteLine(0, pen=pg.mkPen(theme.ACCENT, width=1))
        self.playhead.setZValue(10)
        self.item.addItem(self.playhead)
        self._marks = _Marks(self.item, labels=first)
        self._palette = QPalette()

    def set_limits(self, duration: float) -> None:
        self.box.setLimits(xMin=-0.02 * duration, xMax=1.02 * duration, minXRange=min(_SHORTEST_VIEW_S, duration))

    def write_numbers(self) -> None:
        plots.write_numbers(self.item, *(((0, 0.5, 1),) if self._low else ()))

    def set_markers(self, markers: tuple[Marker, ...], span: tuple[float, float] | None) -> None:
        self._marks.show(markers, span)

    def draw(
        self, shown: Shown | None, start: float, end: float, points: int, switches: Sequence[bool], *, stacked: bool
    ) -> None:
        if shown is not self.shown:
            self.shown = shown
            self._name.setText(shown.name if shown else "")
        for curve in self._curves:
            curve.setVisible(False)
        self._stack.setVisible(False)
        if shown is None:
            return
        plots.put_grid(self.item, above=stacked)
        if stacked:
            series = shown.pyramid.means(start, end, points // 2)
            colours = [theme.class_colour(name, self._palette) for name in self._classes]
            self._stack.show_series(series, colours, switches)
            self._stack.setVisible(True)
            return
        series = shown.pyramid.lines(start, end, points)
        if len(series.times) == 1:  # Of a picture: a line has two ends.
            series = Series(np.array([start, end]), np.repeat(series.values, 2, axis=0))
        for place, curve in enumerate(self._curves):
            if switches[place]:
                curve.setData(series.times, series.values[:, place].astype(np.float64))
                curve.setVisible(True)

    def say(self, text: str) -> None:
        """In place of the name."""
        self._name.setText(text)

    def recolour(self, palette: QPalette) -> None:
        self._palette = palette
        plots.recolour_axes(self.item, palette)
        self._name.setColor(palette.color(QPalette.ColorRole.Text))
        self._name.fill = pg.mkBrush(plots.plate(palette))
        self._marks.recolour(palette)
        plots.recolour_curves(self._curves, self._classes, palette, None)


class _Overview(pg.PlotWidget):
    """All of the recording in a strip; its window is what the lanes show, and can be dragged."""

    window_moved = pyqtSignal(float, float)

    def __init__(self, classes: tuple[str, ...]) -> None:
        super().__init__()
        self._classes = classes
        self._duration = 1.0
        self.setAccessibleName(tr("The whole recording"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # It has no keys.
        self.setFixedHeight(_OVERVIEW_PX)
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.setYRange(0, 1, padding=0)
        item.hideAxis("bottom")
        left = item.getAxis("left")
        left.setWidth(theme.scaled(plots.AXIS_PX))
        left.setStyle(showValues=False, tickLength=0)
        left.setPen(QColor(0, 0, 0, 0))
        self._stack = Stack()
        self._stack.setCacheMode(
            QGraphicsItem.CacheMode.DeviceCoordinateCache
        )  # It stands still while the window moves over it.
        item.addItem(self._stack)
        self._marks = _Marks(item, labels=False)
        self._window = pg.LinearRegionItem(brush=QColor(47, 127, 209, 40), hoverBrush=QColor(47, 127, 209, 70))
        self._window.sigRegionChanged.connect(self._moved)
        item.addItem(self._window)
        self.playhead = pg.InfiniteLine(0, pen=pg.mkPen(theme.ACCENT, width=1))
        item.addItem(self.playhead)
        self._pyramid: Pyramid | None = None

    def set_duration(self, duration: float) -> None:
        self._duration = duration
        self.getPlotItem().setXRange(0, duration, padding=0)
        self._window.setBounds((0, duration))

    def show_pyramid(self, pyramid: Pyramid | None) -> None:
        self._pyramid = pyramid
        if pyramid is None:
            self._stack.setVisible(False)
            return
        colours = [theme.class_colour(name, self.palette()) for name in self._classes]
        series = pyramid.means(0.0, self._duration, max(self.width(), 300))
        self._stack.show_series(series, colours, [True] * len(self._classes))
        self._stack.setVisible(True)

    def show_window(self, start: float, end: float) -> None:
        self._window.blockSignals(True)
        self._window.setRegion((start, end))
        self._window.blockSignals(False)

    def set_markers(self, markers: tuple[Marker, ...], span: tuple[float, float] | None) -> None:
        self._marks.show(markers, span)

    def recolour(self, palette: QPalette) -> None:
        self.setBackground(palette.color(QPalette.ColorRole.Base))
        self.show_pyramid(self._pyramid)

    def _moved(self) -> None:
        self.window_moved.emit(*map(float, self._window.getRegion()))


class _Marks:
    """Markers as lines, spans and the chosen range as bands, on one plot; their names stand on a plate, above the curves."""

    def __init__(self, item: pg.PlotItem, *, labels: bool) -> None:
        self._item = item
        self._labels = labels
        self._plate, self._colour = plots.plate(QPalette()), QColor(theme.ACCENT)
        self._drawn: dict[Marker | tuple[float, float], list[pg.GraphicsObject]] = {}

    def recolour(self, palette: QPalette) -> None:
        self._plate, self._colour = plots.plate(palette), palette.color(QPalette.ColorRole.Link)
        for line in chain.from_iterable(self._drawn.values()):
            if (label := getattr(line, "label", None)) is not None:
                label.fill = pg.mkBrush(self._plate)
                label.setColor(self._colour)
                label.update()

    def show(self, markers: tuple[Marker, ...], span: tuple[float, float] | None) -> None:
        """Only what is new is made: with hundreds, to make all of them anew for each takes a second."""
        wanted: set[Marker | tuple[float, float]] = {*markers, *([span] if span is not None else [])}
        for gone in self._drawn.keys() - wanted:
            for item in self._drawn.pop(gone):
                self._item.removeItem(item)
        for new in wanted - self._drawn.keys():
            self._drawn[new] = drawn = self._made(new)
            for item in drawn:
                self._item.addItem(item)

    def _made(self, what: Marker | tuple[float, float]) -> list[pg.GraphicsObject]:
        if not isinstance(what, Marker):
            return [_band(*what, QColor(47, 127, 209, 45))]
        if what.end_s is None:
            return [self._line(what, pg.mkPen(theme.ACCENT, style=Qt.PenStyle.DashLine))]
        colour = QColor(150, 150, 150, 50)
        return [_band(what.start_s, what.end_s, colour), self._line(what, pg.mkPen(colour))]

    def _line(self, marker: Marker, pen: QPen) -> pg.InfiniteLine:
        """Where it begins, with what it is called."""
        line = pg.InfiniteLine(marker.start_s, pen=pen)
        line.setZValue(_ABOVE_CURVES)
        if marker.label and self._labels:
            plain = marker.label.replace("{", "{{").replace("}", "}}")  # pyqtgraph takes it for a format.
            line.label = pg.InfLineLabel(
                line, plain, position=0.7, anchors=[(0, 0.5), (0, 0.5)], color=self._colour, fill=self._plate
            )
        return line


def _band(start: float, end: float, colour: QColor) -> pg.LinearRegionItem:
    band = pg.LinearRegionItem((start, end), movable=False, brush=colour, pen=pg.mkPen(colour))
    band.setZValue(-5)
    return band


class _TimeAxis(plots.Axis):
    """Seconds; minutes and hours where the recording is long."""

    def __init__(self) -> None:
        super().__init__("bottom")

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if max(map(abs, self.range)) < 120:
            digits = max(0, -math.floor(math.log10(spacing))) if spacing < 1 else 0
            return [f"{decimal(value, digits)} s" for value in values]
        hundredths = [with_sign(f"{value % 1:.2f}"[1:]) if spacing < 1 else "" for value in values]
        return [clock_text(value) + rest if value >= 0 else "" for value, rest in zip(values, hundredths, strict=True)]
