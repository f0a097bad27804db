"""What the charts of probabilities over time are made of, and that they are painted once for each change."""

import time

import numpy as np
import pyqtgraph as pg
import pytest
from PyQt6.QtGui import QColor, QPainter, QPalette, QPicture

from emocam.domain.decimation import Pyramid
from emocam.domain.emotions import FER7
from emocam.domain.recording import Series
from emocam.gui import plots
from emocam.gui.timeline_plot import TimelinePlot
from emocam.gui.workbench.chart import LINES, STACKED, RecordingChart, Shown


def series(seconds: float) -> Series:
    times = np.arange(0, seconds, 1 / 30)
    return Series(times, np.random.default_rng(5).dirichlet(np.ones(7), len(times)).astype(np.float32))


@pytest.fixture
def paints(monkeypatch):
    """The views that were painted, one after another."""
    seen = []
    paint = pg.GraphicsView.paintEvent
    monkeypatch.setattr(pg.GraphicsView, "paintEvent", lambda view, event: (seen.append(view), paint(view, event))[1])
    return seen


def painted(qapp, paints) -> list[pg.GraphicsView]:
    """What was painted since this was last asked."""
    until = time.monotonic() + 0.05  # Qt gathers what is to be painted for a moment.
    while time.monotonic() < until:
        qapp.processEvents()
    seen = [*paints]
    paints.clear()
    return seen


@pytest.mark.parametrize("style", [LINES, STACKED])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_chart_whose_time_moves_is_painted_once(qtbot, qapp, paints, style, count):
    chart = RecordingChart(FER7)
    qtbot.addWidget(chart)
    chart.resize(900, 600)
    chart.show()
    chart.set_duration(60.0)
    chart.show_lanes([Shown(str(place), Pyramid(series(60))) for place in range(count)])
    chart.show_style(style)
    painted(qapp, paints)
    for start in (0.0, 7.0, 21.0):
        chart.show_span(start, start + 10)
        assert painted(qapp, paints).count(chart._view) == 1
        assert chart.span == pytest.approx((start, start + 10))
        assert all(lane.item.viewRange()[0] == pytest.approx(chart.span) for lane in chart._lanes)


def test_the_live_chart_is_painted_once_for_each_step(qtbot, qapp, paints):
    chart = TimelinePlot(FER7)
    qtbot.addWidget(chart)
    chart.resize(900, 240)
    chart.show()
    shown = series(90)
    for newest in (70.0, 70.1, 70.2, 70.3):
        place = np.searchsorted(shown.times, newest)
        chart.show_view(Series(shown.times[:place], shown.values[:place]), newest)
        seen = painted(qapp, paints)
        assert seen == [chart._plot] or newest == 70.0  # Before that its axes were not laid out.


def test_a_chart_that_is_zoomed_by_hand_or_resized_is_painted_once_and_not_drawn_anew_for_its_size(
    qtbot, qapp, paints, monkeypatch
):
    chart = RecordingChart(FER7)
    qtbot.addWidget(chart)
    chart.resize(1500, 900)
    chart.show()
    chart.set_duration(60.0)
    chart.show_lanes([Shown(str(place), Pyramid(series(60))) for place in range(3)])
    painted(qapp, paints)
    middle = chart._lanes[1].box
    middle.scaleBy(x=0.5)
    assert painted(qapp, paints).count(chart._view) == 1
    assert all(lane.item.viewRange()[0] == pytest.approx(chart.span) for lane in chart._lanes)
    drawn = []
    monkeypatch.setattr(chart, "_draw", lambda: drawn.append(chart.width()))
    for size in ((1500, 840), (1460, 840)):
        chart.resize(*size)
        assert painted(qapp, paints).count(chart._view) == 1
    assert not drawn


@pytest.mark.parametrize("style", [LINES, STACKED])
def test_a_chart_follows_from_light_to_dark(qtbot, qapp, style):
    def chart_in(*colours: str) -> RecordingChart:
        chart = RecordingChart(FER7)
        qtbot.addWidget(chart)
        for base in colours:
            palette = QPalette()
            palette.setColor(QPalette.ColorRole.Base, QColor(base))
            palette.setColor(QPalette.ColorRole.Window, QColor(base))
            palette.setColor(QPalette.ColorRole.Text, QColor("#ffffff" if base < "#8" else "#000000"))
            chart.setPalette(palette)
            chart.resize(700, 400)
            chart.show()
            chart.set_duration(60.0)
            if base == colours[0]:
                chart.show_lanes([Shown("1", Pyramid(series(60)))])
                chart.show_style(style)
            for _ in range(5):
                qapp.processEvents()
        return chart

    changed, fresh = chart_in("#f8f8f8", "#181818"), chart_in("#181818")
    assert changed._view.grab().toImage() == fresh._view.grab().toImage()


@pytest.mark.parametrize("shown", [series(5), Series(np.array([3.0]), np.full((1, 7), 0.2, np.float32))])
def test_the_bounds_of_a_curve_hold_all_of_it(shown):
    curve, usual = plots.Curve(), pg.PlotCurveItem()
    for each in (curve, usual):
        each.setData(shown.times, shown.values[:, 2].astype(float))
    assert curve.dataBounds(0) == usual.dataBounds(0)
    assert curve.dataBounds(1) == (0, 1)
    assert curve.boundingRect() | usual.boundingRect() == curve.boundingRect()


def test_a_curve_of_nothing_has_no_bounds():
    curve = plots.Curve()
    assert curve.dataBounds(0) == curve.dataBounds(1) == (None, None)
    curve.setData(np.empty(0), np.empty(0))
    assert curve.boundingRect().isEmpty()


@pytest.mark.parametrize(("base", "text"), [("#ffffff", "#000000"), ("#202020", "#e0e0e0")])
def test_grid_lines_are_of_one_plain_colour_between_that_of_the_axis_and_the_background(qtbot, base, text):
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
        palette.setColor(role, QColor(text))
    view = pg.PlotWidget(axisItems={side: plots.Axis(side) for side in ("left", "bottom")})
    qtbot.addWidget(view)
    view.resize(600, 300)
    plots.set_up(view.getPlotItem())
    plots.recolour_axes(view.getPlotItem(), palette)
    view.show()
    axis, picture = view.getPlotItem().getAxis("bottom"), QPicture()
    painter = QPainter(picture)
    plain, blended = (kind.generateDrawSpecs(axis, painter)[1] for kind in (plots.Axis, pg.AxisItem))
    painter.end()
    assert len(plain) == len(blended) > 5
    for (pen, *ends), (usual, *usual_ends) in zip(plain, blended, strict=True):
        share = usual.color().alphaF()
        assert 0 < share < 0.5
        assert ends == usual_ends
        assert pen.color().alpha() == 255
        below, above = QColor(base).red(), usual.color().red()
        assert pen.color().red() == pytest.approx(share * above + (1 - share) * below, abs=1)
        assert abs(pen.color().red() - below) > 1


def test_over_areas_the_grid_is_above_and_blended_and_behind_lines_it_is_not(qtbot, qapp):
    chart = RecordingChart(FER7)
    qtbot.addWidget(chart)
    chart.resize(900, 400)
    chart.show()
    chart.set_duration(60.0)
    chart.show_lanes([Shown("1", Pyramid(series(60)))])
    axes = [chart._lanes[0].item.getAxis(side) for side in ("left", "bottom")]
    for style, above in ((LINES, False), (STACKED, True), (LINES, False)):
        chart.show_style(style)
        qapp.processEvents()
        picture = QPicture()
        painter = QPainter(picture)
        alphas = {pen.color().alpha() for axis in axes for pen, _, _ in axis.generateDrawSpecs(painter)[1]}
        painter.end()
        assert all((axis.zValue() > 0) is above for axis in axes)
        assert (max(alphas) < 128) if above else (alphas == {255})
