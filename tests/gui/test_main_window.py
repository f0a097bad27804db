import gc
import math
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeSource, MissingSource, observation, reading, scores
from PyQt6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PyQt6.QtGui import QDropEvent, QImage
from PyQt6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QInputDialog, QLineEdit, QListWidget, QPushButton

from emocam.domain.colours import face_colour
from emocam.domain.emotions import FER7
from emocam.domain.errors import ModelError, Sentence
from emocam.domain.ports import SourceKind
from emocam.domain.recording import Series
from emocam.gui import theme
from emocam.gui.export_dialog import ExportDialog
from emocam.gui.face_panel import FacePanel
from emocam.gui.timeline_plot import TimelinePlot
from emocam.gui.translation import class_name, install_translator
from emocam.pipeline.analyser import Analysis
from emocam.pipeline.live import SessionState


def running(qtbot, window, source="demo"):
    window.start_source(source)
    qtbot.waitUntil(lambda: isinstance(window._drawn, Analysis), timeout=5000)
    return window.session


def exporting(window, out):
    window._ask_export()
    dialog = window.findChild(ExportDialog)
    dialog._out.setText(str(out))
    dialog.start()
    return dialog


def test_without_a_camera_it_says_so_and_offers_ways_in(qtbot, window):
    window.start_source("")
    qtbot.waitUntil(lambda: window._stage.currentWidget() is window._welcome)
    assert window._welcome._sentence.text() == "No camera was found. Connect one."
    assert window._welcome.isVisible()


def test_all_of_it_is_on_a_small_screen(window):
    room = window.screen().availableGeometry()
    assert room.height() < 800 + 48, "the screen of the tests is large enough for any window"
    assert window.frameGeometry().height() <= room.height()
    assert window.width() >= 960


def test_what_is_drawn_was_read_from_that_very_frame(qtbot, window):
    running(qtbot, window)
    for _ in range(20):
        qtbot.wait(15)
        frame, observation = window._preview._frame, window._preview._observation
        assert observation.frame_index == frame.index
        assert window._preview._image.pixelColor(5, 5).red() == frame.pixels[5, 5, 0]


def test_bars_and_chart_follow_the_selected_face(qtbot, window):
    session = running(qtbot, window)
    qtbot.waitUntil(lambda: window._panel._bars._scores is not None)
    assert window._panel._label.text() == "happy"
    other = next(track for track in session.timeline.faces if track != window._selected)
    window._preview.face_clicked.emit(other)
    assert window._selected == other
    qtbot.waitUntil(lambda: window._panel._chooser.currentText() == f"Face {other}")
    qtbot.waitUntil(lambda: len(window._chart._curves[3].getData()[0]) > 3)
    assert np.allclose(window._chart._curves[3].getData()[1], 0.75)


def test_a_click_into_a_box_selects_its_face(qtbot, window):
    running(qtbot, window)
    reading = window._preview._observation.readings[1]
    x, y = reading.face.box.center
    place = window._preview.picture_rect()
    point = QPointF(place.left() + x * place.width(), place.top() + y * place.height()).toPoint()
    with qtbot.waitSignal(window._preview.face_clicked) as clicked:
        qtbot.mouseClick(window._preview, Qt.MouseButton.LeftButton, pos=point)
    assert clicked.args == [reading.track_id]


def test_pause_stands_still_and_goes_on(qtbot, window):
    session = running(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert session.status.state is SessionState.PAUSED
    qtbot.wait(100)
    before = session.status.analysed
    qtbot.wait(150)
    assert session.status.analysed - before <= 1
    window._watch.see(window._preview._frame, time.monotonic() - 60)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window._watch.word(None, time.monotonic()) == "", "the pause was no silence of the camera"
    qtbot.waitUntil(lambda: session.status.analysed > before + 3)


@pytest.mark.qt_log_ignore("This plugin does not support")  # Without a screen there is no keyboard to grab.
def test_keys_start_and_stop_and_open_the_sources(qtbot, window):
    session = running(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: session.status.state.ended)
    qtbot.keyClick(window, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.session is not session and window.session.status.analysed > 0)
    menu = window._controls._source_menu
    seen = []
    menu.aboutToShow.connect(lambda: QTimer.singleShot(50, lambda: (seen.append(menu.isVisible()), menu.close())))
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: seen == [True])
    assert "Ctrl+L" in window._controls._source.toolTip()


def test_the_recording_is_not_lit_while_nothing_is_recorded(qtbot, window):
    session = running(qtbot, window)
    shown = window._controls._record
    qtbot.waitUntil(lambda: shown.text().startswith("● Rec") and shown.isEnabled())
    session.pause()
    qtbot.waitUntil(lambda: shown.text().startswith("○ Rec") and not shown.isEnabled())
    session.resume()
    qtbot.waitUntil(lambda: shown.text().startswith("● Rec") and shown.isEnabled())
    session._move({SessionState.RUNNING}, SessionState.WAITING, Sentence("The camera is gone."))
    window._draw_numbers(session, 0.0)
    assert not shown.isEnabled()


def test_the_end_of_a_source_is_told_and_it_starts_again(qtbot, window):
    session = running(qtbot, window, "short")
    qtbot.waitUntil(lambda: session.status.state is SessionState.FINISHED)
    assert session.status.captured == 12
    assert 0 < session.status.analysed <= 12
    qtbot.waitUntil(lambda: "The end of the recording" in window._preview._word)
    window._controls.start_stop_wanted.emit()
    qtbot.waitUntil(lambda: window.session is not session and window.session.status.captured == 12)


def test_what_was_recorded_can_be_looked_at(qtbot, window, backend):
    session = running(qtbot, window)
    window._review()
    assert "no recording yet" in window.news.text()
    (backend.recordings_folder / "run.emocam").touch()
    with qtbot.waitSignal(window.recordings_chosen) as chosen:
        window._review()
    assert chosen.args == [[backend.recordings_folder / "run.emocam"]]
    assert session.status.state.ended


class StalledSource(FakeSource):
    """A network camera that has gone silent: it gives some frames, and then lets its reader wait until `held` is set."""

    def __init__(self):
        super().__init__(None, SourceKind.NETWORK)
        self.stalled, self.held = threading.Event(), threading.Event()

    def read(self):
        if self._next >= 5:
            self.stalled.set()
            self.held.wait(10)
        return super().read()


@pytest.fixture
def stalled(backend):
    source = StalledSource()
    backend.sources["stalled"] = lambda: source
    (backend.recordings_folder / "run.emocam").touch()
    yield source
    source.held.set()


def test_a_camera_that_hangs_does_not_make_the_window_hang(qtbot, window, backend, stalled):
    """Whether its recording is asked for by the command, or dropped, or chosen in a dialog."""
    recording = backend.recordings_folder / "run.emocam"
    session = running(qtbot, window, "stalled")
    assert stalled.stalled.wait(5)
    chosen = []
    window.recordings_chosen.connect(chosen.append)
    began = time.monotonic()
    window._review()
    assert time.monotonic() - began < 3
    qtbot.wait(100)
    assert chosen == [], "it is not whole yet"
    assert "being completed" in window.news.text()
    window.files_dropped([recording])
    stalled.held.set()
    qtbot.waitUntil(lambda: chosen == [[recording]])
    assert session.join(0)
    assert window.news.text() == ""


def test_a_run_that_ends_in_the_middle_of_a_look_is_opened_by_the_next(qtbot, window, backend, stalled, monkeypatch):
    session = running(qtbot, window, "short")
    qtbot.waitUntil(lambda: session.join(0) and not window._timer.isActive())
    answers = iter([False])
    monkeypatch.setattr(session, "join", lambda timeout: next(answers, True))
    with qtbot.waitSignal(window.recordings_chosen, timeout=1000):
        window._review()


def test_a_camera_that_does_not_let_go_is_not_waited_for_forever(qtbot, window, backend, stalled, monkeypatch):
    monkeypatch.setattr("emocam.gui.main_window._COMPLETE_WITHIN_S", 0.2)
    running(qtbot, window, "stalled")
    assert stalled.stalled.wait(5)
    with qtbot.waitSignal(window.recordings_chosen):
        window._review()


def test_who_starts_another_source_meanwhile_is_not_taken_away_from_it(qtbot, window, stalled):
    running(qtbot, window, "stalled")
    assert stalled.stalled.wait(5)
    window._review()
    with qtbot.assertNotEmitted(window.recordings_chosen, wait=100):
        running(qtbot, window, "demo")
        stalled.held.set()
    assert window.news.text() == ""


def test_a_video_opens_at_once_whatever_the_camera_does(qtbot, desktop, stalled):
    desktop.open_camera("stalled")
    session = desktop._live.session
    assert stalled.stalled.wait(5)
    began = time.monotonic()
    desktop._live.files_dropped([Path("dropped.mp4")])
    assert time.monotonic() - began < 3
    assert desktop._workbench.windowTitle().startswith("dropped.mp4")
    assert not desktop._live.isVisible()
    threading.Timer(0.3, stalled.held.set).start()
    desktop.finish()
    assert session.join(0), "the end of the application waits a moment"


def test_what_was_recorded_can_be_exported_while_it_runs(qtbot, window, backend):
    running(qtbot, window)
    window._ask_export()
    dialog = window.findChild(ExportDialog)
    assert dialog._what.session == backend.recordings_folder / "run.emocam"
    assert [name for _, name in dialog._what.faces] == ["Face 1", "Face 2"]
    dialog.close()


def test_an_export_is_not_lost_by_closing_the_window(qtbot, window, backend, monkeypatch, tmp_path):
    backend.gate.clear()
    running(qtbot, window)
    dialog = exporting(window, tmp_path / "faces.csv")
    asked: list[str] = []
    monkeypatch.setattr(window, "_gives_up", lambda message: bool(asked.append(message)))
    assert not window.close()
    assert window.isVisible()
    assert window.session.status.state is SessionState.RUNNING
    assert asked == ["An export is being written; closed now, it leaves nothing."]
    backend.gate.set()
    qtbot.waitUntil(lambda: "Saved" in dialog._news.text(), timeout=5000)
    assert window.close()
    assert len(asked) == 1


def test_an_export_that_is_given_up_ends_with_the_window(qtbot, window, backend, monkeypatch, tmp_path):
    backend.gate.clear()
    running(qtbot, window)
    exporting(window, tmp_path / "faces.csv")
    monkeypatch.setattr(window, "_gives_up", lambda message: True)
    assert window.close()
    assert not any(each.busy for each in window.findChildren(ExportDialog))


def test_an_export_goes_on_where_a_recording_is_opened(qtbot, backend, desktop, monkeypatch, tmp_path):
    backend.gate.clear()
    desktop.open_camera("demo")
    live = desktop._live
    qtbot.waitUntil(lambda: isinstance(live._drawn, Analysis), timeout=5000)
    dialog = exporting(live, tmp_path / "faces.csv")
    desktop.open_recordings([Path("clip.mp4")])
    assert not live.isVisible()
    assert dialog.busy
    assert dialog.isVisible()
    asked: list[str] = []
    monkeypatch.setattr(desktop._workbench, "_gives_up", lambda message: bool(asked.append(message)))
    assert not desktop._workbench.close()
    assert "An export is being written; closed now, it leaves nothing." in asked[0]
    backend.gate.set()
    qtbot.waitUntil(lambda: "Saved" in dialog._news.text(), timeout=5000)
    dialog.close()


def test_the_source_menu_lists_cameras(qtbot, window, backend):
    window._find_cameras()
    qtbot.waitUntil(lambda: window._controls._cameras == (("0", "First"), ("2", "Second")))
    window._controls._fill_source_menu()
    assert [action.text() for action in window._controls._source_menu.actions()][:2] == ["First", "Second"]
    backend.sources["2"] = FakeSource
    with qtbot.waitSignal(window._controls.source_wanted) as wanted:
        window._controls._source_menu.actions()[1].trigger()
    assert wanted.args == ["2"]  # The camera's own number, not its place in the list.


def test_nothing_is_looked_for_where_another_run_can_not_be_made(qtbot, window, backend, monkeypatch):
    def fails(*_):
        raise ModelError("The model is broken; install emocam again.")

    running(qtbot, window)
    monkeypatch.setattr(backend, "new_session", fails)
    window.start_source("short")
    assert window.session is None
    qtbot.waitUntil(lambda: not window._timer.isActive())


def test_a_picture_that_comes_while_the_window_looks_for_the_end_is_drawn(qtbot, window, monkeypatch):
    def ends_with_one_more(look_session, now):
        if not late:
            session.stop()
            assert session.join(5)
            late.append(replace(window._drawn, frame=replace(window._drawn.frame, index=9_999)))
            monkeypatch.setattr(type(session), "shown", property(lambda _: late[0]))
        draw(look_session, now)

    session, late, draw = running(qtbot, window), [], window._draw_numbers
    monkeypatch.setattr(window, "_draw_numbers", ends_with_one_more)
    qtbot.waitUntil(lambda: not window._timer.isActive(), timeout=5000)
    assert window._drawn is late[0]


def test_an_address_that_failed_need_not_be_typed_again(qtbot, window, backend, monkeypatch):
    def answer(*_, text):
        offered.append(text)
        return "http://anna:secret@10.0.0.5:8080/", True

    offered = []
    monkeypatch.setattr(QInputDialog, "getText", answer)
    backend.sources["http://anna:secret@10.0.0.5:8080/"] = MissingSource
    window._ask_address()
    qtbot.waitUntil(lambda: window.session.status.state is SessionState.FAILED)
    running(qtbot, window)
    window._ask_address()
    assert offered == ["", "http://anna:secret@10.0.0.5:8080/"]


def test_a_dropped_file_and_the_demo_go_to_the_workbench(qtbot, window, backend, tmp_path):
    name = str(Path(tmp_path / "dropped.mp4"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(name)])
    drop = Qt.DropAction.CopyAction
    event = QDropEvent(QPointF(9, 9), drop, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(window.recordings_chosen) as chosen:
        window.dropEvent(event)
    assert chosen.args == [[Path(name)]]
    with qtbot.waitSignal(window.recordings_chosen) as chosen:
        window._controls.demo_wanted.emit()
    assert chosen.args == [[Path("demo")]]


def test_a_mark_is_set_at_the_frame_shown(qtbot, window):
    running(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert "Marker set at" in window.news.text()
    assert len(window._chart._marks) == 1


def test_without_a_recording_no_mark_is_set_and_that_is_said(qtbot, window, backend, monkeypatch):
    monkeypatch.setattr(backend, "recording", lambda session: None)
    running(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert "No recording" in window.news.text()
    assert not window._chart._marks


def test_it_closes_at_any_moment(qtbot, window):
    window.start_source("demo")
    session = window.session
    window.close()
    assert session.join(5)
    assert session.status.state is SessionState.STOPPED


def test_light_and_dark_are_both_readable(qtbot, window):
    application = QApplication.instance()
    for appearance, dark in (("dark", True), ("light", False)):
        theme.apply_theme(application, appearance)
        palette = application.palette()
        assert theme.is_dark(palette) is dark
        ground = palette.color(palette.ColorRole.Window).lightness()
        assert abs(ground - palette.color(palette.ColorRole.WindowText).lightness()) > 150
        listed = QListWidget()
        qtbot.addWidget(listed)
        assert theme.is_dark(listed.palette()) is dark, "its bars have the chart's colours"


@pytest.mark.parametrize("appearance", ["dark", "light"])
@pytest.mark.parametrize("kind", [QLineEdit, QDoubleSpinBox, QListWidget])
def test_a_field_has_a_border_that_can_be_seen(qtbot, qapp, appearance, kind):
    def luminance(point):
        shares = [value / 12.92 if value <= 0.04 else ((value + 0.055) / 1.055) ** 2.4 for value in point.getRgbF()[:3]]
        return 0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2]

    theme.apply_theme(qapp, appearance)
    field = kind()
    qtbot.addWidget(field)
    field.resize(120, 30)
    shown = field.grab().toImage()
    theme.apply_theme(qapp, "light")
    inside = luminance(shown.pixelColor(60, 6))
    contrasts = [abs(math.log((luminance(shown.pixelColor(60, y)) + 0.05) / (inside + 0.05))) for y in range(4)]
    assert max(contrasts) > math.log(2.5)


def test_the_arrow_of_a_menu_has_room_beside_the_text(qtbot, qapp, window):
    theme.apply_theme(qapp, "light")
    plain, source = window._controls._mark, window._controls._source
    source.setText(plain.text())
    assert source.sizeHint().width() >= plain.sizeHint().width() + 8


def test_the_smallest_window_cuts_nothing_off(qtbot, window):
    running(qtbot, window)
    window.resize(window.minimumSize())
    qtbot.wait(50)
    assert window.width() <= 960
    for switch in window._chart._legend.switches:
        assert switch.width() >= switch.sizeHint().width() - 1
    assert window._panel._bars.height() >= window._panel._bars.sizeHint().height()


def test_the_name_of_an_axis_is_there_where_there_is_room_for_it(qtbot, qapp):
    install_translator(qapp, "de")
    chart = TimelinePlot(FER7)
    install_translator(qapp, "en")
    qtbot.addWidget(chart)
    chart.show()
    name = chart._plot.getPlotItem().getAxis("left").label
    for height in (300, 160, 300):
        chart.resize(600, height)
        qtbot.wait(20)
        assert name.isVisible() is (height == 300)


def test_the_picture_is_never_stretched(qtbot, window):
    running(qtbot, window)
    for size in ((960, 600), (1500, 640), (970, 1100)):
        window.resize(*size)
        qtbot.wait(20)
        place = window._preview.picture_rect()
        assert abs(place.width() / place.height() - 320 / 180) < 0.02
        assert isinstance(window._preview.grab().toImage(), QImage)


def test_a_window_that_is_shown_again_shows_nothing_of_the_run_before(qtbot, window):
    running(qtbot, window)
    qtbot.waitUntil(lambda: window._controls._record.text() != "" or window._status_text.text() != "Ready")
    window.close()
    window.show()
    assert window._controls._record.text() == ""
    assert window._status_text.text() == "Ready"
    assert window._drawn is None
    assert window._welcome.isVisible()


def test_a_chart_that_is_drawn_for_hours_leaves_nothing_behind(qtbot):
    chart = TimelinePlot(FER7)
    qtbot.addWidget(chart)
    chart.resize(600, 240)
    chart.show()
    values = np.random.default_rng(3).random((900, 7)).astype(np.float32)

    def draw(times):
        for number in range(times):
            rows = 600 + number % 300  # As many as there are, so that what is drawn grows and shrinks.
            chart.show_view(Series(np.arange(rows) / 30, values[:rows]), rows / 30)
            chart.grab()

    draw(100)
    gc.collect()
    before = sys.getallocatedblocks()
    draw(300)
    gc.collect()
    assert sys.getallocatedblocks() - before < 250  # One left at each would be 300.


def test_a_file_dropped_by_mistake_ends_no_run(qtbot, desktop, tmp_path):
    desktop.open_camera("demo")
    window = desktop._live
    qtbot.waitUntil(lambda: isinstance(window._drawn, Analysis), timeout=5000)
    window.files_dropped([tmp_path / "notes.txt"])
    assert window.isVisible()
    assert not window.session.status.state.ended
    assert "no video, picture or session" in window.news.text()


def test_what_was_scrolled_past_is_there_after_the_end(qtbot, window, monkeypatch):
    monkeypatch.setattr("emocam.gui.timeline_plot.SPAN_S", 0.05)
    session = running(qtbot, window)
    qtbot.wait(300)
    window._chart._newest = 1e6  # As after hours: what is followed begins far from the start.
    window.stop_source()
    qtbot.waitUntil(lambda: session.status.state.ended and not window._timer.isActive(), timeout=5000)
    times = window._chart._curves[0].getData()[0]
    assert len(times) == len(session.timeline.view(window._selected, 0.0).times) > 5


def test_the_space_bar_pauses_after_a_face_was_chosen_by_mouse(qtbot, window, monkeypatch):
    monkeypatch.setattr(QComboBox, "showPopup", lambda self: None)
    session = running(qtbot, window)
    qtbot.waitUntil(lambda: window._panel._chooser.isEnabled())
    qtbot.mouseClick(window._panel._chooser, Qt.MouseButton.LeftButton)
    assert not window._panel._chooser.hasFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.status.state is SessionState.PAUSED)


def test_the_export_counts_by_the_threshold_of_the_settings(qtbot, window, backend):
    backend.choices = replace(backend.choices, threshold=0.8)
    running(qtbot, window)
    window._ask_export()
    dialog = window.findChild(ExportDialog)
    assert dialog._threshold.value() == 0.8
    dialog.close()


def test_what_is_painted_is_told_to_those_who_cannot_see_it(qtbot, window):
    running(qtbot, window)
    qtbot.waitUntil(lambda: "happy" in window._panel._bars.accessibleDescription())
    window._preview.show_word("The camera does not answer…")
    assert window._preview.accessibleDescription() == "The camera does not answer…"
    window._panel.show_reading(None, None)
    assert window._panel._bars.accessibleDescription() == ""


@pytest.mark.parametrize("paused", [False, True])
def test_a_change_of_settings_holds_from_the_next_start_on(qtbot, window, backend, monkeypatch, paused):
    session = running(qtbot, window)
    if paused:
        window._toggle_paused()
    state = session.status.state

    def smoother(backend, parent):
        backend.choose(replace(backend.choices, smoothing_s=backend.choices.smoothing_s + 1))
        return True

    monkeypatch.setattr("emocam.gui.main_window.ask_settings", smoother)
    window._set_mark()
    window._ask_settings()
    assert window.session is session
    assert session.status.state is state
    assert len(window._chart._marks) == 1
    assert "from the next start on" in window.news.text()
    running(qtbot, window)
    assert window.session is not session
    assert window.news.text() == "", "it is of the run before"


def test_what_changes_at_once_does_not_wait_for_the_next_start(qtbot, window, backend, monkeypatch):
    def darker(backend, parent):
        backend.choose(replace(backend.choices, appearance="dark", threshold=0.7))
        return True

    monkeypatch.setattr("emocam.gui.main_window.ask_settings", darker)
    running(qtbot, window)
    window._ask_settings()
    assert window.news.text() == ""


def test_the_export_offers_faces_that_the_chart_has_let_go(qtbot, window):
    session = running(qtbot, window)
    for face in range(1, 61):
        session.timeline.append(observation(face, 100.0 + face, reading(face, scores(happy=0.8))))
    window._ask_export()
    dialog = window.findChild(ExportDialog)
    assert dialog._faces.count() == 60
    assert len(session.timeline.faces) == 32
    dialog.close()


def test_what_a_failed_run_has_saved_can_be_looked_at(qtbot, window, backend):
    window.start_source("short")
    qtbot.waitUntil(lambda: window.session.status.state.ended and window.session.join(0), timeout=5000)
    backend.recording(None).write_bytes(b"")
    window.session._fail("The disk is full; make room.", set(SessionState))
    assert window.session.status.state is SessionState.FAILED
    with qtbot.waitSignal(window.recordings_chosen, timeout=1000):
        window._review()


def test_the_focus_does_not_go_from_the_welcome_to_the_first_switch_of_the_legend(qtbot, window):
    """Space would turn that, and not pause."""
    window._welcome.findChild(QPushButton).setFocus()
    running(qtbot, window)
    assert window.focusWidget() is window._whole


def test_a_network_camera_that_did_not_answer_is_asked_again(qtbot, window, backend):
    asked = []
    backend.sources["http://10.0.0.5/"] = lambda: asked.append("again") or MissingSource()
    window.start_source("http://10.0.0.5/")
    qtbot.waitUntil(lambda: window._stage.currentWidget() is window._welcome)
    window._welcome.camera_wanted.emit()
    assert asked == ["again", "again"]


def test_an_address_without_its_beginning_is_asked_for_again(qtbot, window, backend, monkeypatch):
    answers, asked = ["10.0.0.5:80/video", "http://10.0.0.5:80/video"], []

    def answer(_, __, words, *, text):
        asked.append((words, text))
        return answers.pop(0), True

    monkeypatch.setattr(QInputDialog, "getText", answer)
    started = []
    monkeypatch.setattr(window, "start_source", started.append)
    window._ask_address()
    assert started == ["http://10.0.0.5:80/video"]
    assert "begins with http:// or rtsp://" in asked[1][0]
    assert asked[1][1] == "10.0.0.5:80/video"


def test_nothing_is_paused_or_marked_before_there_is_a_picture(qtbot, window, backend):
    gate = threading.Event()

    class Slow(FakeSource):
        def open(self):
            gate.wait(5)
            return super().open()

    backend.sources["slow"] = lambda: Slow(None)
    window.start_source("slow")
    assert not window._controls._pause.isEnabled()
    assert not window._controls._mark.isEnabled()
    gate.set()
    qtbot.waitUntil(window._controls._pause.isEnabled)
    assert window._controls._mark.isEnabled()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_longest_class_has_room_beside_the_face(qtbot, qapp, language):
    install_translator(qapp, language)
    panel = FacePanel(FER7, 0.4)
    longest = max(map(class_name, FER7), key=len)
    install_translator(qapp, "en")
    qtbot.addWidget(panel)
    panel.show_faces((1, 12), 12)
    panel._label.setText(longest)
    panel.show()
    least = panel.minimumSizeHint().width()
    panel.resize(least, 400)
    assert panel.width() == least < 400
    assert panel._chooser.width() >= panel._chooser.sizeHint().width()
    assert panel._label.width() >= panel._label.fontMetrics().horizontalAdvance(longest)
    assert panel._label.geometry().right() < panel.width()
    assert panel._label.geometry().left() > panel._chooser.geometry().right()


def test_a_single_face_has_its_colour_too(qtbot):
    panel = FacePanel(FER7, 0.4)
    qtbot.addWidget(panel)
    panel.show_faces((3,), 3)
    panel.show()
    assert not panel._chooser.isEnabled()
    shown = panel._chooser.grab().toImage()
    colours = {shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height())}
    assert face_colour(3).lower() in colours
