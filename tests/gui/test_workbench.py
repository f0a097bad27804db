"""The workbench over scripted recordings: what is shown, every command, undo, saving, the queue."""

import itertools
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from av.video.frame import VideoFrame
from fakes import FakeReader
from PyQt6.QtCore import QEvent, QLocale, QMimeData, QPointF, QStandardPaths, Qt, QUrl
from PyQt6.QtGui import QColor, QDropEvent, QImage, QKeySequence, QPalette
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTableWidget,
)

from emocam.adapters.av_decode import UprightRgb
from emocam.domain.annotations import Annotations, Marker, Piece
from emocam.domain.emotions import FER7
from emocam.domain.errors import SessionFileError, SourceError
from emocam.gui import theme
from emocam.gui.bridge import BackgroundJob
from emocam.gui.export_dialog import ExportDialog
from emocam.gui.numbers import use_numbers
from emocam.gui.preview import image_of
from emocam.gui.recent import recent_files
from emocam.gui.workbench import people as people_module
from emocam.gui.workbench import window as window_module
from emocam.gui.workbench.editing import Editing
from emocam.gui.workbench.editor import Editor, Editors
from emocam.gui.workbench.event_keys import EventKey, EventKeysDialog, load_event_keys, save_event_keys
from emocam.gui.workbench.faces import FaceRow, FacesPanel
from emocam.gui.workbench.stack import areas
from emocam.gui.workbench.window import RecordingWindow
from emocam.pipeline.file_run import FileRun, FileState, FileStatus, OpenedRecording

HAPPY, SAD = FER7.index("happy"), FER7.index("sad")


def show(qtbot, window, name="clip.mp4"):
    """Open and wait until everything there is, is drawn."""
    window.open_paths([Path(name)])
    qtbot.waitUntil(lambda: window._frames_drawn == 100 and bool(window._drawn), timeout=5000)


def press(qtbot, window, *keys):
    """As a user does it, with the focus where it is."""
    for key in keys:
        (combination,) = QKeySequence(key)
        target = window.focusWidget() or window
        qtbot.keyClick(target, combination.key(), combination.keyboardModifiers())


def seek(window, seconds):
    window.seek(seconds)


def test_an_analysis_can_be_watched_while_it_goes_on(qtbot, workbench, backend):
    backend.gate.clear()
    workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    assert workbench._bar._state.text().startswith("Analysing · frame 50")
    assert workbench._bar._progress_action.isVisible()
    assert workbench._bar._progress.value() == 500
    assert workbench._device.text() == "fake-model · CPU (fake)"
    seek(workbench, 3.0)
    qtbot.waitUntil(lambda: workbench._preview._frame.index == 30)
    seek(workbench, 7.0)
    qtbot.waitUntil(lambda: workbench._preview._frame.index == 70)
    assert workbench._preview._observation is None, "nothing is known of that frame yet"
    backend.gate.set()
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    qtbot.waitUntil(lambda: workbench._preview._observation is not None)
    qtbot.waitUntil(lambda: not workbench._bar._progress_action.isVisible())
    assert workbench._bar._state.text() == "100 frames"


def test_a_stopped_analysis_keeps_what_is_done(qtbot, workbench, backend):
    backend.gate.clear()
    workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    workbench._bar._stop.click()
    qtbot.waitUntil(lambda: "Stopped after 50 frames" in workbench._bar._state.text())
    assert workbench.opened.run.status.state is FileState.STOPPED
    assert len(workbench._people.rows) == 1


def test_picture_boxes_and_names_belong_to_the_playhead(qtbot, workbench):
    show(qtbot, workbench)
    for seconds, faces in ((2.0, [1]), (6.0, [1, 2]), (8.5, []), (9.9, [1, 2])):
        seek(workbench, seconds)
        qtbot.waitUntil(lambda seconds=seconds: workbench._preview._frame.timestamp == pytest.approx(seconds))
        assert [reading.track_id for reading in workbench._preview._observation.readings] == faces


def test_the_chart_shows_one_face_several_or_the_mean(qtbot, workbench):
    show(qtbot, workbench)
    chart = workbench._chart
    assert [shown.name for shown in chart._shown] == ["Face 1"]
    workbench._faces.select([1, 2])
    assert [shown.name for shown in chart._shown] == ["Face 1", "Face 2"]
    assert len(chart._lanes) == 2
    workbench._faces._mean.click()
    (mean,) = chart._shown
    assert mean.name == "mean"
    assert mean.pyramid.series.values[60, HAPPY] == pytest.approx(0.4)
    assert mean.pyramid.series.values[60, SAD] == pytest.approx(0.45)


def test_classes_can_be_switched_off_and_areas_stacked(qtbot, workbench):
    show(qtbot, workbench)
    lane = workbench._chart._lanes[0]
    assert lane._curves[HAPPY].isVisible()
    workbench._chart._legend.switches[HAPPY].click()
    assert not lane._curves[HAPPY].isVisible()
    press(qtbot, workbench, "Ctrl+2")
    assert lane._stack.isVisible()
    assert not lane._curves[SAD].isVisible()
    assert areas_at(lane, 5.0) == {"neutral"}, "what is left beside happy"
    assert areas_at(lane, 8.5) == set(), "nobody was there"


def test_stacked_areas_stand_where_their_times_and_values_are(qtbot, workbench):
    show(qtbot, workbench)
    press(qtbot, workbench, "Ctrl+2")
    lane = workbench._chart._lanes[0]
    qtbot.wait(50)
    image, view = workbench._chart.grab().toImage(), lane.item.getViewBox()

    def colour_at(time, value):
        place = lane.item.scene().views()[0].mapFromScene(view.mapViewToScene(QPointF(time, value)))
        place = lane.item.scene().views()[0].mapTo(workbench._chart, place)
        return image.pixelColor(round(place.x() * image.devicePixelRatio()), round(place.y() * image.devicePixelRatio())).name()

    happy, neutral = (theme.class_colour(name, workbench.palette()).name() for name in ("happy", "neutral"))
    assert [colour_at(time, value) for time, value in ((3.3, 0.6), (3.3, 0.9), (7.7, 0.6), (9.2, 0.9))] == [
        happy,
        neutral,
        happy,
        neutral,
    ]
    assert colour_at(8.5, 0.6) not in (happy, neutral)
    assert colour_at(3.3, 1.04) not in (happy, neutral)


def areas_at(lane, time):
    stack = lane._stack
    (column,) = areas(stack._series, stack._switches, np.array([time]), (np.arange(500) + 0.5) / 500).T
    return {FER7[place] for place in column.tolist() if place < len(FER7)}


def test_smoothing_is_under_the_users_hand(qtbot, workbench):
    show(qtbot, workbench)
    workbench._faces.select([2])
    workbench._chart._smoothing.setValue(0.0)
    qtbot.waitUntil(lambda: workbench._curves._scores is not None)
    # The script's raw values are happy 0.75 for everybody, whatever the smoothed ones say.
    assert workbench._chart._shown[0].pyramid.series.values[60, HAPPY] == pytest.approx(0.75)
    workbench._chart._smoothing.setValue(workbench._chart._smoothing.minimum())
    assert workbench._chart._shown[0].pyramid.series.values[60, SAD] == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["Right"], 6.0),
        (["Left"], 4.0),
        (["Shift+Left"], 0.0),
        (["Shift+Right"], 9.9),
        (["Ctrl+Right"], 9.9),
        (["Ctrl+Left"], 0.0),
        (["."], 5.1),
        ([",", ","], 4.8),
        (["Home"], 0.0),
        (["End"], 9.9),
        (["End", "."], 9.9),
    ],
)
def test_keys_move_the_playhead(qtbot, workbench, keys, expected):
    show(qtbot, workbench)
    seek(workbench, 5.0)
    press(qtbot, workbench, *keys)
    assert workbench.playback.position == pytest.approx(expected, abs=1e-4)
    qtbot.waitUntil(lambda: workbench._preview._frame.timestamp == pytest.approx(expected))


def test_space_and_j_k_l_play(qtbot, workbench):
    show(qtbot, workbench)
    playback = workbench.playback
    press(qtbot, workbench, "Space")
    qtbot.waitUntil(lambda: playback.position > 0.2)
    assert playback.playing
    assert playback.rate == 1
    press(qtbot, workbench, "L", "L")
    assert playback.rate == 2
    press(qtbot, workbench, "J")
    assert playback.rate == -1
    qtbot.waitUntil(lambda: not playback.playing, timeout=5000)
    assert playback.position == 0, "it ran back to the start"
    press(qtbot, workbench, "K")
    assert playback.playing
    assert playback.rate == 1


def test_it_stops_at_the_end_and_begins_anew(qtbot, workbench):
    show(qtbot, workbench)
    seek(workbench, 9.8)
    press(qtbot, workbench, "Space")
    qtbot.waitUntil(lambda: not workbench.playback.playing)
    assert workbench.playback.position == workbench.playback.duration
    press(qtbot, workbench, "Space")
    assert workbench.playback.position < 1


def test_a_click_in_the_chart_seeks_and_the_wheel_zooms(qtbot, workbench):
    show(qtbot, workbench)
    chart = workbench._chart
    chart.seek_wanted.emit(4.25)
    assert workbench.playback.position == pytest.approx(4.25)
    start, end = chart.span
    press(qtbot, workbench, "Ctrl++")
    inner = chart.span
    assert inner[1] - inner[0] == pytest.approx((end - start) / 2, rel=0.02)
    press(qtbot, workbench, "Z")
    assert chart.span == pytest.approx((start, end))


def test_markers_spans_and_the_way_between_them(qtbot, workbench, backend):
    show(qtbot, workbench)
    seek(workbench, 2.0)
    press(qtbot, workbench, "M")
    seek(workbench, 4.0)
    press(qtbot, workbench, "I")
    seek(workbench, 7.0)
    press(qtbot, workbench, "O", "Shift+M")
    markers = workbench._editor.annotations.markers
    assert [(each.start_s, each.end_s) for each in markers] == [(2.0, None), (4.0, 7.0)]
    assert workbench._markers._table.rowCount() == 2
    press(qtbot, workbench, "Shift+Up")
    assert workbench.playback.position == pytest.approx(4.0)
    press(qtbot, workbench, "Shift+Up")
    assert workbench.playback.position == pytest.approx(2.0)
    press(qtbot, workbench, "Ctrl+Z")
    assert len(workbench._editor.annotations.markers) == 1
    press(qtbot, workbench, "Ctrl+Y")
    assert workbench._editor.annotations.markers == markers
    qtbot.waitUntil(lambda: bool(backend.saved) and backend.saved[-1][1].markers == markers)
    assert backend.saved[-1][0].name == "clip.emocam"


def test_a_marker_is_edited_in_the_list(qtbot, workbench):
    show(qtbot, workbench)
    press(qtbot, workbench, "M", "Alt+2")
    table = workbench._markers._table
    table.item(0, 2).setText("smile")
    table.item(0, 0).setText("0:03.5")
    assert workbench._editor.annotations.markers == (Marker(3.5, "smile"),)
    table.item(0, 1).setText("1")
    assert table.item(0, 1).text() == "", "an end before the start is put back"
    table.item(0, 1).setText("5")
    assert workbench._editor.annotations.markers == (Marker(3.5, "smile", 5.0),)
    for column in (0, 1):
        table.item(0, column).setText("9:00")
        assert workbench._editor.annotations.markers == (Marker(3.5, "smile", 5.0),)
        assert (table.item(0, 0).text(), table.item(0, 1).text()) == ("00:03.50", "00:05.00")
    table.item(0, 1).setText("9:00")
    assert "The recording ends at 00:10.00" in workbench.news.text()
    table.selectRow(0)
    workbench._markers._remove()
    assert workbench._editor.annotations.markers == ()


def test_what_is_typed_is_not_taken_for_a_command(qtbot, workbench):
    show(qtbot, workbench)
    press(qtbot, workbench, "M", "Alt+2", "F2")
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "mikjl. e")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [marker.label for marker in workbench._editor.annotations.markers] == ["mikjl. e"])
    assert not workbench.playback.playing


def test_keys_of_the_users_own_set_points_and_spans(qtbot, workbench):
    save_event_keys((EventKey("1", "nod", False), EventKey("2", "talks", True)))
    workbench._build_event_keys()
    show(qtbot, workbench)
    seek(workbench, 1.0)
    press(qtbot, workbench, "1", "2")
    seek(workbench, 3.0)
    press(qtbot, workbench, "2")
    assert workbench._editor.annotations.markers == (Marker(1.0, "nod"), Marker(1.0, "talks", 3.0))
    assert {marker.label for marker in workbench._chart._markers} == {"nod", "talks"}
    assert load_event_keys()[1].label == "talks"


def test_faces_are_renamed_hidden_merged_and_split_with_undo(qtbot, workbench):
    show(qtbot, workbench)
    workbench._faces.rename_wanted.emit(1, "Ada")
    assert workbench._people.rows[0].name == "Ada"
    workbench._faces.select([1, 2])
    workbench._faces.merge()
    assert "in the picture together at 00:05.00" in workbench.news.text(), "they can't be one person"
    workbench._faces.select([1])
    seek(workbench, 5.0)
    press(qtbot, workbench, "Ctrl+B")
    assert [row.person for row in workbench._people.rows] == [1, 2, 3]
    assert workbench._faces.selected == (1, 3)
    workbench._faces.select([1, 3])
    press(qtbot, workbench, "Ctrl+M")
    assert [row.person for row in workbench._people.rows] == [1, 2]
    workbench._faces.select([2])
    press(qtbot, workbench, "H")
    seek(workbench, 6.0)
    qtbot.waitUntil(lambda: workbench._preview._frame.index == 60)
    assert [reading.track_id for reading in workbench._preview._observation.readings] == [1]
    press(qtbot, workbench, *["Ctrl+Z"] * 4)
    assert [row.name for row in workbench._people.rows] == ["Face 1", "Face 2"]
    assert not any(row.hidden for row in workbench._people.rows)


def test_the_summary_is_of_the_range_and_the_face(qtbot, workbench):
    show(qtbot, workbench)
    press(qtbot, workbench, "Alt+3")
    qtbot.waitUntil(lambda: "Face 1" in workbench._summary._head.text())
    assert "whole" in workbench._summary._head.text()
    workbench._faces.select([2])
    seek(workbench, 6.0)
    press(qtbot, workbench, "I")
    qtbot.waitUntil(lambda: "00:06.00 – 00:10.00" in workbench._summary._head.text())
    assert "Face 2" in workbench._summary._head.text()


def test_a_recording_without_its_video_still_shows_its_chart(qtbot, workbench):
    workbench.open_paths([Path("lost.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    assert "can't be found" in workbench._preview._word
    assert workbench._chart._shown


def test_several_files_are_analysed_one_after_another(qtbot, workbench, backend):
    workbench.open_paths([Path("a.mp4"), Path("broken.mp4"), Path("c.mp4")])
    queue = workbench._queue
    qtbot.waitUntil(lambda: [queue.status(path).state for path in queue.paths] == ["done", "failed", "done"], timeout=8000)
    assert workbench.news.text() == "broken.mp4 holds no video."
    assert workbench._queue_panel.isVisible()
    workbench.show_path(Path("c.mp4"))
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    assert workbench.windowTitle().startswith("c.mp4")
    assert workbench.opened.session.name == "c.emocam"


def test_edits_are_saved_when_another_file_is_shown(qtbot, workbench, backend):
    backend.gate.clear()
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    press(qtbot, workbench, "M")
    workbench.show_path(Path("b.mp4"))
    qtbot.waitUntil(lambda: bool(backend.saved))
    session, annotations = backend.saved[0]
    assert session.name == "a.emocam"
    assert len(annotations.markers) == 1


def test_dropped_and_recent_files(qtbot, workbench, tmp_path):
    clip = tmp_path / "dropped.mp4"
    clip.touch()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(clip))])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    workbench.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, button, keys))
    assert workbench.windowTitle().startswith("dropped.mp4")
    assert recent_files() == [clip]
    workbench._fill_recent()
    assert [action.text() for action in workbench._recent.actions()] == ["dropped.mp4"]


def test_no_two_commands_have_one_key_and_the_sheet_has_them_all(workbench):
    keys = [key.toString() for action in workbench._menus._actions for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    wanted = "Space K J L . , Left Right Shift+Left Home End M I O E Z F2 ? Ctrl+Z Ctrl+O Ctrl+M Ctrl+B"
    show_nothing = workbench._menus.shortcuts
    assert set(wanted.split()) - {"Ctrl+Z"} <= set(show_nothing)


def test_everything_has_a_name_for_those_who_cannot_see_it(qtbot, workbench):
    show(qtbot, workbench)
    kinds = (QAbstractButton, QComboBox, QAbstractSlider)
    nameless = [
        widget
        for kind in kinds
        for widget in workbench.findChildren(kind)
        if widget.isVisible() and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    own = [widget for widget in nameless if not widget.objectName().startswith("qt_")]
    assert not own, [(type(widget).__name__, widget.parent()) for widget in own]
    assert workbench._tabs.tabBar().accessibleName()
    keys = EventKeysDialog((EventKey("1", "nod", False),), {}, workbench)
    assert all(kind.accessibleName() for kind in keys.findChildren(QComboBox))


def test_a_focused_list_keeps_its_arrow_keys(qtbot, workbench):
    show(qtbot, workbench)
    span = workbench._chart.span
    workbench._faces._list.setFocus()
    press(qtbot, workbench, "Down")
    assert workbench._faces.selected == (2,)
    assert workbench._chart.span == span
    press(qtbot, workbench, "M")
    choose_marker(workbench, 0)
    table, position = workbench._markers._table, workbench.playback.position
    table.setFocus()
    press(qtbot, workbench, "Right", "Right", "Left")
    assert table.currentColumn() == 1
    assert workbench.playback.position == position


def test_cameras_and_recordings_each_have_their_window(qtbot, backend, desktop):
    clip = backend.recordings_folder / "clip.mp4"
    clip.touch()
    desktop.open([str(clip)])
    assert desktop._workbench.isVisible()
    assert desktop._live is None
    desktop._workbench.camera_wanted.emit()
    assert desktop._live.isVisible()
    assert not desktop._workbench.isVisible()
    desktop._live.recordings_chosen.emit([clip])
    assert desktop._workbench.isVisible()
    assert not desktop._live.isVisible()
    qtbot.waitUntil(lambda: desktop._workbench._frames_drawn == 100, timeout=5000)
    desktop.open(["short"])
    assert desktop._live.isVisible()
    assert desktop._live.session is not None


def test_the_window_comes_back_as_it_was(qtbot, workbench, backend):
    workbench._whole.setSizes([250, 330])
    sizes = workbench._whole.sizes()
    workbench.close()
    again = RecordingWindow(backend)
    qtbot.addWidget(again)
    again.show()
    assert again._whole.sizes()[1] == pytest.approx(sizes[1], abs=5)
    again.close()


# What a fault hunt found


def test_any_width_of_picture_is_drawn(qtbot):
    """FFmpeg pads lines of most widths."""
    for width in (404, 426, 1366):
        picture = VideoFrame.from_ndarray(np.full((90, width, 3), 200, np.uint8), format="rgb24").reformat(format="yuv420p")
        pixels = UprightRgb()(picture, None)
        image = image_of(pixels)
        assert (image.width(), image.height()) == (width, 90)
        assert image.pixelColor(width - 1, 89).red() == pytest.approx(200, abs=3)


def test_saves_do_not_overtake_each_other(qtbot):
    kept, going, most = [], [], []

    def save(annotations):
        going.append(annotations)
        most.append(len(going))
        time.sleep(0.05 if len(kept) else 0.3)  # The first one has to wait for the file.
        kept.append(annotations)
        going.remove(annotations)

    editor = Editor(Annotations(), save)
    for place in range(6):
        editor.edit("mark", editor.annotations.marked(Marker(float(place), "x")))
        editor.save_now()
        qtbot.wait(30)
    assert editor.flush() == ""
    assert kept[-1] == editor.annotations
    assert max(most) == 1


def test_a_failed_save_is_tried_again_and_told_at_closing(qtbot, workbench, backend, monkeypatch):
    show(qtbot, workbench)
    broken = SessionFileError("The disk is full; make room.")

    def refuse(session, annotations):
        raise broken

    monkeypatch.setattr(backend, "save_annotations", refuse)
    workbench._editors._save = refuse
    workbench._editors.clear()
    workbench._editor = workbench._editors.of(workbench.opened)
    workbench._editing._editor = workbench._editor
    press(qtbot, workbench, "M")
    qtbot.waitUntil(lambda: workbench.news.text() == str(broken))
    asked = []
    monkeypatch.setattr(workbench, "_gives_up", lambda message: bool(asked.append(message)))
    assert not workbench.close()
    assert asked == [str(broken)]
    assert workbench.isVisible()
    monkeypatch.setattr(workbench, "_gives_up", lambda message: True)


def test_a_failed_save_is_not_tried_for_ever(qtbot):
    tried = []

    def refuse(annotations):
        tried.append(annotations)
        raise SessionFileError("The disk is full; make room.")

    editor = Editor(Annotations(), refuse)
    for place in range(2):
        editor.edit("mark", editor.annotations.marked(Marker(float(place), "x")))
        with qtbot.waitSignal(editor.failed):
            pass
    qtbot.wait(600)
    assert len(tried) == 2
    assert not editor.findChildren(BackgroundJob)


def test_what_was_given_up_is_not_tried_again(qtbot):
    tried = []
    editors = Editors(lambda session, annotations: tried.append(annotations))
    run = FileRun(("sad", "happy"), lambda run: None)
    opened = OpenedRecording(run, "a", Path("a.emocam"), None, Annotations(), {}, uncertain_below=0.4, earlier=True)
    editor = editors.of(opened)
    editor.edit("mark", editor.annotations.marked(Marker(1.0, "x")))
    editors.clear()
    qtbot.wait(600)
    assert tried == []


def test_a_file_that_failed_before_its_first_frame_can_be_tried_again_though_it_was_marked(qtbot, workbench, backend):
    opened, asked = backend.open_recording, []
    workbench._queue._open_recording = lambda path, anew: asked.append(path) or opened(path)
    workbench.open_paths([Path("broken.mp4")])
    qtbot.waitUntil(lambda: workbench._queue.status(Path("broken.mp4")).state == "failed", timeout=5000)
    workbench._editor.edit("mark", Annotations(markers=(Marker(0.0, "x"),)))
    workbench.open_paths([Path("broken.mp4")])
    assert len(asked) == 2
    workbench._gives_up = lambda message: "can't be kept" in message


def test_what_was_marked_waits_for_its_file_and_is_asked_about_where_none_comes(qtbot):
    kept, there = [], []
    editor = Editor(Annotations(), kept.append, ready=lambda: bool(there))
    editor.edit("mark", editor.annotations.marked(Marker(1.0, "x")))
    qtbot.wait(600)
    assert kept == []
    assert "can't be kept" in editor.flush()
    there.append("file")
    qtbot.waitUntil(lambda: kept == [editor.annotations], timeout=3000)
    assert editor.flush() == ""


def test_a_marker_is_asked_about_where_its_recording_had_no_turn(qtbot, workbench, backend, monkeypatch):
    backend.gate.clear()
    workbench.open_paths([Path(f"{name}.mp4") for name in "abc"])
    for name in "abc":
        workbench.show_path(Path(f"{name}.mp4"))
        if name != "c":
            qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    press(qtbot, workbench, "M")
    asked = []
    monkeypatch.setattr(workbench, "_gives_up", lambda message: bool(asked.append(message)))
    assert not workbench.close()
    assert "can't be kept" in asked[0]
    monkeypatch.setattr(workbench, "_gives_up", lambda message: True)


def test_a_label_that_is_typed_stays_its_marker_s(qtbot, workbench):
    show(qtbot, workbench)
    workbench._tabs.setCurrentWidget(workbench._markers)
    for seconds in (5.0, 7.0):
        seek(workbench, seconds)
        press(qtbot, workbench, "M")
    table = workbench._markers._table
    table.selectRow(1)
    workbench._markers.edit()
    field = table.findChild(QLineEdit)
    field.setText("lau")
    seek(workbench, 2.0)
    workbench._bar._mark.click()  # A row comes in above.
    qtbot.keyClicks(field, "ghs")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: table.rowCount() == 3)
    markers = workbench._editor.annotations.markers
    assert [(marker.start_s, marker.label) for marker in markers] == [(2.0, "marker 3"), (5.0, "marker 1"), (7.0, "laughs")]
    assert [table.item(row, 2).text() for row in range(3)] == [marker.label for marker in markers]


def test_a_file_that_cannot_be_opened_does_not_take_the_place_of_the_one_shown(qtbot, workbench, backend, monkeypatch):
    show(qtbot, workbench)
    workbench.open_paths([Path("broken.mp4")])
    workbench.show_path(Path("broken.mp4"))
    asked = []
    monkeypatch.setattr(workbench, "open_paths", lambda paths, anew: asked.extend(paths))
    workbench._analyse_anew()
    assert asked == [Path("clip.mp4")]


def test_the_length_of_the_video_is_learned_when_it_is_open(qtbot, workbench, backend):
    """Also after the run has ended: the rest of what was not analysed can be looked at."""
    opened = threading.Event()

    class LateReader(FakeReader):
        def open(self):
            opened.wait(5)
            return super().open()

    backend.make_reader = LateReader
    backend.gate.clear()
    workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    workbench._bar._stop.click()
    qtbot.waitUntil(lambda: workbench.opened.run.status.state is FileState.STOPPED)
    qtbot.wait(700)
    assert workbench.playback.duration == pytest.approx(4.9)
    opened.set()
    qtbot.waitUntil(lambda: workbench.playback.duration == pytest.approx(10.0), timeout=5000)


def test_nothing_is_said_of_moments_that_were_not_analysed(qtbot, workbench, backend):
    backend.gate.clear()
    workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    chart = workbench._chart
    chart.set_duration(10.0)
    for seconds, said in ((2.0, "happy"), (9.0, "not analysed")):
        chart._hover(chart._lanes[0].item.vb.mapViewToScene(QPointF(seconds, 0.5)))
        assert said in chart._read_out.text()
        assert chart._read_out.isVisible()
    QApplication.sendEvent(chart._view, QEvent(QEvent.Type.Leave))
    assert not chart._read_out.isVisible(), "it is for where the mouse is"
    chart._hover(chart._lanes[0].item.vb.mapViewToScene(QPointF(2.0, 0.5)))
    chart.reset()
    assert not chart._read_out.isVisible(), "what it said is of another recording"
    workbench._draw_head(workbench.opened, 5.8)
    assert "49" not in workbench._transport._frame.text()


def test_an_end_before_its_time_is_told(qtbot, workbench, backend, monkeypatch):
    """A recording that was cut off looks like any other."""
    monkeypatch.setattr(OpenedRecording, "source_s", 60.0)
    show(qtbot, workbench)
    qtbot.waitUntil(
        lambda: "cut off" in workbench._bar._state.text() or "cut off" in workbench._bar._state.toolTip(), timeout=3000
    )


def test_tab_leads_out_of_every_table(workbench):
    tables = workbench.findChildren(QTableWidget)
    assert tables
    assert not [table for table in tables if table.tabKeyNavigation()]


def test_a_held_key_sets_no_row_of_markers(qtbot, workbench):
    repeating = {key.toString() for action in workbench._menus._actions if action.autoRepeat() for key in action.shortcuts()}
    assert {".", ",", "Right", "Shift+Left"} <= repeating
    assert not {"M", "I", "O", "C", "Space"} & repeating


def test_only_what_is_new_is_drawn_for_a_marker(qtbot, workbench):
    show(qtbot, workbench)
    for seconds in (1.0, 2.0):
        seek(workbench, seconds)
        press(qtbot, workbench, "M")
    drawn = workbench._chart._overview._marks._drawn
    before = dict(drawn)
    seek(workbench, 3.0)
    press(qtbot, workbench, "M")
    assert len(drawn) == 3
    assert all(drawn[marker] is item for marker, item in before.items())
    press(qtbot, workbench, "Ctrl+Z")
    assert dict(drawn) == before


def test_what_has_not_changed_is_not_worked_out_anew(qtbot, workbench, monkeypatch):
    """Of hours each takes a moment, in which the window stands still."""
    show(qtbot, workbench)
    asked = []
    for module, name in ((people_module, "presences"), (window_module, "summarise")):
        original = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, name=name, original=original: (asked.append(name), original(*a))[1])
    press(qtbot, workbench, "M")
    workbench._editing.rename(1, "Ada")
    assert workbench._people.rows[0].name == "Ada"
    workbench._tabs.setCurrentWidget(workbench._summary)
    qtbot.waitUntil(lambda: "summarise" in asked, timeout=3000)
    qtbot.wait(1500)
    assert asked == ["summarise"]
    workbench._chart.set_threshold(0.7)
    workbench._threshold_changed(0.7)
    qtbot.waitUntil(lambda: asked == ["summarise", "summarise"], timeout=3000)


def test_showing_the_same_file_again_keeps_its_edits_and_undo(qtbot, workbench):
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    press(qtbot, workbench, "M")
    workbench.show_path(Path("a.mp4"))
    assert len(workbench._editor.annotations.markers) == 1
    qtbot.waitUntil(lambda: workbench._queue.status(Path("b.mp4")).state == "done", timeout=5000)
    workbench.show_path(Path("b.mp4"))
    assert not workbench._editor.annotations.markers
    workbench.show_path(Path("a.mp4"))
    assert len(workbench._editor.annotations.markers) == 1
    press(qtbot, workbench, "Ctrl+Z")
    assert not workbench._editor.annotations.markers


def test_a_stopped_file_is_there_when_one_comes_back(qtbot, workbench, backend):
    backend.gate.clear()
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    workbench._bar._stop.click()
    qtbot.waitUntil(lambda: workbench.opened.run.status.state is FileState.STOPPED)
    stopped = workbench.opened
    workbench.show_path(Path("b.mp4"))
    workbench.show_path(Path("a.mp4"))
    assert workbench.opened is stopped


def test_two_files_at_most_are_at_work(qtbot, workbench, backend):
    backend.gate.clear()
    paths = [Path(f"{name}.mp4") for name in "abcd"]
    workbench.open_paths(paths)
    for path in paths:
        workbench.show_path(path)
        qtbot.wait(20)
    states = [entry.opened.run.status.state for entry in workbench._queue._entries.values() if entry.opened]
    assert states.count(FileState.WORKING) == 2
    qtbot.waitUntil(lambda: workbench._bar._state.text().startswith("Waits"))
    backend.gate.set()
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    assert workbench.windowTitle().startswith("d.mp4")


def test_a_name_can_be_typed_while_the_analysis_goes_on(qtbot, workbench, backend):
    backend.gate.clear()
    workbench.open_paths([Path("a.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    faces = workbench._faces._list
    faces.edit(faces.model().index(0, 0))
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "Ann")
    backend.gate.set()
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    assert field.text() == "Ann"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [row.name for row in workbench._faces._model.rows] == ["Ann", "Face 2"])


def test_keys_mean_the_same_after_a_value_was_typed(qtbot, workbench):
    show(qtbot, workbench)
    box = workbench._chart._smoothing
    box.setFocus()
    box.lineEdit().selectAll()
    qtbot.keyClicks(box, "1")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    press(qtbot, workbench, "M")
    assert len(workbench._editor.annotations.markers) == 1


def test_a_hidden_face_leaves_chart_and_summary(qtbot, workbench):
    show(qtbot, workbench)
    workbench._faces.select([1, 2])
    workbench._editing.hide([2], True)
    assert [shown.name for shown in workbench._chart._shown] == ["Face 1"]


def test_after_a_split_the_pictures_are_made_anew(qtbot, workbench):
    show(qtbot, workbench)
    qtbot.waitUntil(lambda: set(workbench._people.pictures) == {1, 2}, timeout=5000)
    before = workbench._people.pictures[1]
    workbench._editing._position = lambda: 5.0
    workbench._editing.split(1)
    qtbot.waitUntil(lambda: set(workbench._people.pictures) == {1, 2, 3}, timeout=5000)
    assert workbench._people.pictures[1] is not before


def test_pictures_out_of_a_wrong_video_go_with_it(qtbot, workbench):
    show(qtbot, workbench)
    qtbot.waitUntil(lambda: set(workbench._people.pictures) == {1, 2}, timeout=5000)
    before = dict(workbench._people.pictures)
    workbench._open_video(Path("right.mp4"))
    qtbot.waitUntil(lambda: set(workbench._people.pictures) == {1, 2}, timeout=5000)
    assert all(workbench._people.pictures[person] is not picture for person, picture in before.items())


def test_a_picture_of_whom_a_number_meant_before_is_not_kept(qtbot, workbench):
    show(qtbot, workbench)
    qtbot.waitUntil(lambda: set(workbench._people.pictures) == {1, 2}, timeout=5000)
    late, kept = QImage(4, 4, QImage.Format.Format_RGB32), workbench._people.pictures[2]
    workbench._people._thumbnails.made.emit(2, late, (Piece(2, 5.0, 3),))
    assert workbench._people.pictures[2] is kept
    workbench._people._thumbnails.made.emit(2, late, ())
    assert workbench._people.pictures[2] is not kept


def test_many_faces_are_chosen_in_one_step(qtbot):
    panel = FacesPanel(FER7)
    qtbot.addWidget(panel)
    rows = [FaceRow(number, f"Face {number}", False, 1.0, "happy", (1 / 7,) * 7) for number in range(1, 201)]
    panel.show_rows(rows[:-1], {})
    panel._list.selectAll()
    told = []
    panel.selection_changed.connect(lambda: told.append(panel.selected))
    panel.show_rows(rows, {})
    assert told == [tuple(range(1, 200))]


def test_a_marker_with_a_rounded_time_leads_to_its_frame(qtbot, workbench):
    show(qtbot, workbench)
    readings = replace(workbench.opened.run.recording.readings, times=np.arange(100) / 29.97)
    workbench._playback.go_to(round(1 / 29.97, 3), readings)
    assert workbench.playback.position >= readings.times[1]
    workbench._playback.go_to(2.5, readings)
    assert workbench.playback.position == 2.5


def test_a_session_with_other_classes_is_refused_in_a_sentence(qtbot, workbench, backend, monkeypatch):
    original = backend.open_recording

    def other(path, anew=False):
        opened = original(path)
        return replace(opened, run=FileRun(("sad", "happy"), lambda run: None))

    show(qtbot, workbench)
    monkeypatch.setattr(workbench._queue, "_open_recording", other)
    workbench.open_paths([Path("two.emocam")])
    assert "other classes (sad, happy)" in workbench.news.text()
    assert workbench.windowTitle().startswith("clip.mp4")


def test_of_several_the_first_that_opens_is_shown_and_missing_ones_are_named(backend, desktop):
    for name in ("broken.mp4", "good.mp4"):
        (backend.recordings_folder / name).touch()
    folder = backend.recordings_folder
    desktop.open([str(folder / "broken.mp4"), str(folder / "good.mp4"), "typo.mp4"])
    window = desktop._workbench
    assert window.windowTitle().startswith("good.mp4")
    assert window._queue_panel._list.count() == 2
    assert "typo.mp4" in window.news.text()


def test_every_key_reaches_its_command(qtbot, workbench):
    show(qtbot, workbench)
    reached = []
    for action in workbench._menus._actions:
        action.setEnabled(True)
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, action=action: reached.append(action))
    pressed = [(action, key.toString()) for action in workbench._menus._actions for key in action.shortcuts()]
    assert len(pressed) > 40
    workbench._chart.setFocus()  # On the play button Space is the button's own.
    for action, key in pressed:
        press(qtbot, workbench, key)
        assert reached == [action], f"{key} should do {action.text()}"
        reached.clear()


def test_sound_follows_the_picture_once_it_plays(qtbot, workbench):
    show(qtbot, workbench)
    assert workbench.playback._sound is None, "who only looks need not wait for it"
    assert workbench._transport._volume.isVisible()
    press(qtbot, workbench, "Space")
    qtbot.waitUntil(lambda: workbench.playback._sound is not None and len(workbench.playback._sound.told) > 5)
    positions = [position for position, rate, playing in workbench.playback._sound.told if playing]
    assert positions == sorted(positions)
    moves = workbench.playback._sound.moves
    press(qtbot, workbench, "Right")
    assert workbench.playback._sound.moves == moves + 1, "a short jump is not for the sound to guess"
    workbench._transport._volume.setValue(10)
    assert workbench.playback._volume == pytest.approx(0.1)


def test_a_snapshot_goes_to_the_pictures_and_says_where_or_why_not(qtbot, workbench, tmp_path, monkeypatch):
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(tmp_path))
    show(qtbot, workbench)
    press(qtbot, workbench, "C")
    (out,) = tmp_path.iterdir()
    frame, saved = image_of(workbench._preview._frame.pixels), QImage(str(out)).convertToFormat(QImage.Format.Format_RGB32)
    assert saved.size() == frame.size() != workbench._preview.size()
    assert saved != frame.convertToFormat(QImage.Format.Format_RGB32), "boxes and names are on it"
    assert str(out) in workbench.news.text()
    press(qtbot, workbench, "C")
    assert {path.stem for path in tmp_path.iterdir()} == {out.stem, f"{out.stem} 2"}  # Another video may have the same name.
    monkeypatch.setattr(workbench._preview, "picture", QImage)  # What can't be written.
    press(qtbot, workbench, "C")
    assert "can't be written" in workbench.news.text()


def test_without_a_picture_no_snapshot_is_made(qtbot, workbench, tmp_path, monkeypatch):
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(tmp_path))
    workbench.open_paths([Path("lost.mp4")])
    press(qtbot, workbench, "C")
    assert "no picture" in workbench.news.text()
    assert not list(tmp_path.iterdir())


def test_a_marker_may_be_called_anything(qtbot, workbench):
    show(qtbot, workbench)
    for label in ("AU{12}", ":-}", "{", "%s"):
        workbench._editor.edit("mark", workbench._editor.annotations.marked(Marker(1.0, label)))
    workbench._editor.edit("rename", workbench._editor.annotations.renamed(1, "Anna"))
    qtbot.waitUntil(lambda: workbench._people.rows[0].name == "Anna")


def test_what_was_shown_does_not_live_on_after_it_was_left(qtbot, workbench):
    show(qtbot, workbench, "clip.mp4")
    for name in ("other.mp4", "clip.mp4", "other.mp4"):
        show(qtbot, workbench, name)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(workbench.findChildren(Editing)) == 1


def test_shown_again_it_shows_nothing_of_before_and_no_run_ends_for_nothing(qtbot, backend, desktop, tmp_path):
    desktop.open_recordings([Path("clip.mp4"), Path("other.mp4")])
    window = desktop._workbench
    show(qtbot, window)
    press(qtbot, window, "M")
    qtbot.waitUntil(lambda: len(window._editor.annotations.markers) == 1)
    desktop.open_camera(None)
    backend.recordings_in = lambda paths, stop: []
    desktop.open_recordings([tmp_path])
    qtbot.waitUntil(lambda: "no video" in desktop._live.news.text(), timeout=5000)
    assert desktop._live.isVisible()
    window.show()
    assert window.windowTitle() == "emocam"
    assert window._editor.annotations == Annotations()
    assert not window._editor.undo_stack.canUndo()
    assert window._queue_panel._list.count() == 0
    assert not window._bar._export.isEnabled()


class SlowReader(FakeReader):
    """Is at one frame for as long as it is held."""

    def __init__(self, held):
        super().__init__()
        self.held, self.asked = held, threading.Event()

    def frame_at(self, time_s):
        self.asked.set()
        self.held.wait(10)
        return super().frame_at(time_s)


def test_the_window_does_not_wait_for_a_video_that_was_left(qtbot, workbench, backend):
    held, readers = threading.Event(), []
    backend.make_reader = lambda: readers.append(SlowReader(held)) or readers[-1]
    workbench.open_paths([Path("slow.mp4")])
    qtbot.waitUntil(lambda: len(readers) == 2, timeout=5000)  # The player's and the thumbnails'.
    assert all(reader.asked.wait(5) for reader in readers)
    backend.make_reader = FakeReader
    began = time.monotonic()
    workbench.open_paths([Path("other.mp4")])
    assert time.monotonic() - began < 3
    show(qtbot, workbench, "other.mp4")
    assert workbench._preview._frame.index == 0
    held.set()
    qtbot.waitUntil(lambda: not workbench.leaving._left)
    assert [reader.closes for reader in readers] == [1, 1]


def test_a_file_is_looked_at_again_in_the_session_that_was_worked_on(qtbot, workbench, backend, monkeypatch):
    """Though the settings are others by now, by which it would be analysed anew."""
    asked = []
    open_recording = backend.open_recording
    monkeypatch.setattr(
        backend, "open_recording", lambda path, anew=False: (asked.append((path.name, anew)), open_recording(path, anew))[1]
    )
    workbench._queue._open_recording = backend.open_recording
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    press(qtbot, workbench, "M")
    workbench.show_path(Path("b.mp4"))
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    workbench.show_path(Path("a.mp4"))
    assert asked[-1] == ("a.emocam", False)
    assert len(workbench._editor.annotations.markers) == 1
    answers = [False, True]
    monkeypatch.setattr(workbench, "_begins_without_them", lambda: answers.pop(0))
    workbench._analyse_anew()
    assert asked[-1] == ("a.emocam", False)
    workbench._analyse_anew()
    assert asked[-1] == ("a.mp4", True)
    assert workbench._queue.paths == [Path("a.mp4"), Path("b.mp4")]


def test_a_file_that_was_still_being_copied_can_be_opened_again(qtbot, workbench, backend, monkeypatch):
    whole, half = backend.open_recording, []

    def open_recording(path, anew=False):
        assert not anew, "what was made of it before, and worked on, is not passed over"
        if not half:
            half.append(path)
            raise SessionFileError("It is not whole.")
        return whole(path, anew)

    workbench._queue._open_recording = open_recording
    workbench.open_paths([Path("a.mp4")])
    assert workbench.opened is None
    show(qtbot, workbench, "a.mp4")
    assert workbench._queue.status(Path("a.mp4")).state == "done"


@pytest.mark.parametrize("width", [960, 1280])
def test_a_long_sentence_pushes_nothing_out_of_the_bar(qtbot, workbench, width):
    show(qtbot, workbench)
    workbench.resize(width, 600)
    workbench._bar._state.setText(
        "The session file can't be written any more (disk full); what was recorded before is kept. " * 3
    )
    qtbot.wait(50)
    for button in (workbench._bar._mark, workbench._bar._export):
        assert button.isVisible()
        right = button.mapTo(workbench, button.rect().topRight()).x()
        assert right <= workbench.width() == width
    assert workbench._bar._state.toolTip() == workbench._bar._state.text()


def test_a_long_time_is_read_in_a_narrow_window_too(qtbot, workbench):
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    workbench.resize(960, 600)
    transport = workbench._transport
    transport.show_sound(available=True)
    workbench._timer.stop()
    transport.show_time(3725.5, 7300.0, 123456)
    qtbot.wait(50)
    assert transport._time.width() >= transport._time.sizeHint().width()
    shown = [each for each in (transport._time, transport._frame, transport._volume, transport._rate) if each.isVisible()]
    assert shown[0] is transport._time
    for left, right in itertools.pairwise(shown):
        assert left.width() >= min(left.sizeHint().width(), left.maximumWidth())
        assert left.geometry().right() < right.geometry().left()
    workbench.resize(2000, 600)
    qtbot.waitUntil(lambda: transport._frame.isVisible() and transport._volume.isVisible())


@pytest.mark.parametrize("what", ["export", "analysis"])
def test_work_under_way_is_not_thrown_away_without_a_question(qtbot, workbench, backend, monkeypatch, what):
    show(qtbot, workbench)
    asked = []
    monkeypatch.setattr(workbench, "_gives_up", lambda message: bool(asked.append(message)))
    assert workbench.close()
    assert asked == []
    workbench.show()
    show(qtbot, workbench, "other.mp4")
    backend.gate.clear()
    if what == "export":
        workbench._ask_export()
        dialog = workbench.findChildren(ExportDialog)[-1]
        dialog._out.setText("x.csv")
        dialog.start()
    else:
        workbench.open_paths([Path("long.mp4")])
        monkeypatch.setattr(FileStatus, "seconds_left", property(lambda self: 100.0))
        qtbot.waitUntil(lambda: workbench._queue.seconds_left > 0, timeout=5000)
    assert not workbench.close()
    assert what in asked[0]
    assert workbench.isVisible()
    monkeypatch.delattr(workbench, "_gives_up")

    def signalled(*_):  # A signal closes the question too, as if it had been declined.
        asked.append("")
        monkeypatch.setattr(type(workbench), "ending", True)
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "warning", signalled)
    assert workbench.close()
    assert len(asked) == 2


def test_no_letter_leads_to_a_menu_and_to_a_tab(workbench):
    def letters(texts):
        return [text[text.index("&") + 1].lower() for text in texts if "&" in text]

    bar = workbench.menuBar()
    used = letters([action.text() for action in bar.actions()])
    used += letters([workbench._tabs.tabText(place) for place in range(workbench._tabs.count())])
    assert len(used) == len(set(used)) >= 8


def test_a_click_on_the_chosen_marker_goes_there_again(qtbot, workbench):
    show(qtbot, workbench)
    seek(workbench, 3.0)
    press(qtbot, workbench, "M")
    workbench._tabs.setCurrentWidget(workbench._markers)
    table = workbench._markers._table
    place = table.visualItemRect(table.item(0, 0)).center()
    for _ in range(2):
        seek(workbench, 8.0)
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert workbench.playback.position == pytest.approx(3.0, abs=0.01)


def test_a_name_may_hold_any_sign(qtbot, workbench, monkeypatch):
    show(qtbot, workbench)
    workbench._with_editing(lambda editing: editing.rename(1, "P<1 control"))
    workbench._tabs.setCurrentWidget(workbench._summary)
    qtbot.waitUntil(lambda: "P&lt;1 control" in workbench._summary._head.text())


def test_a_camera_s_session_is_not_said_to_be_lost(qtbot, workbench, backend):
    opened = backend.open_recording(Path("lost.mp4"))
    workbench._queue._open_recording = lambda path, anew: replace(opened, meta={"source_kind": "camera"})
    workbench.open_paths([Path("lost.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    assert "A session of a camera holds no pictures" in workbench._preview._word


def test_a_video_that_was_found_again_is_remembered(qtbot, workbench, backend, monkeypatch):
    workbench.open_paths([Path("lost.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    assert not workbench._anew_action.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("here.mp4", ""))
    workbench._ask_video()
    assert workbench._anew_action.isEnabled()
    asked = []
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(workbench, "open_paths", lambda paths, anew: asked.append(paths))
        workbench._analyse_anew()
    assert asked == [[Path("here.mp4")]]
    qtbot.waitUntil(lambda: len(workbench._people.pictures) == 2, timeout=5000)
    qtbot.waitUntil(lambda: bool(backend.videos), timeout=5000)
    workbench.show_path(Path("b.mp4"))
    workbench.show_path(Path("lost.mp4"))
    assert workbench._video == Path("here.mp4")
    assert backend.videos == [(backend.recordings_folder / "lost.emocam", Path("here.mp4"))]  # Kept for the next time.


@pytest.fixture
def commas(qapp):
    before = QLocale()
    use_numbers("comma")
    yield
    QLocale.setDefault(before)


def test_axes_and_speeds_are_written_as_numbers_are(commas, qtbot, workbench):
    show(qtbot, workbench)
    item = workbench._chart._lanes[0].item
    assert [text for _, text in item.getAxis("left")._tickLevels[0]] == ["0", "0,25", "0,5", "0,75", "1"]
    rates = workbench._transport._rate
    assert "0,25×" in [rates.itemText(place) for place in range(rates.count())]
    axis = item.getAxis("bottom")
    axis.setRange(0, 5)
    assert axis.tickStrings([1.5], 1, 0.5) == ["1,5 s"]
    axis.setRange(0, 500)
    assert axis.tickStrings([61.5, 62.0], 1, 0.5) == ["01:01,50", "01:02,00"]


def test_moments_are_written_as_numbers_are_and_read_back(commas, qtbot, workbench):
    show(qtbot, workbench)
    seek(workbench, 3.5)
    press(qtbot, workbench, "M")
    table, transport = workbench._markers._table, workbench._transport
    assert table.item(0, 0).text() == "00:03,50"
    assert workbench.news.text().startswith("Marker set at 00:03,50")
    qtbot.waitUntil(lambda: transport._time.text().startswith("00:03,50 / "), timeout=3000)
    table.item(0, 0).setText("4,25")
    assert table.item(0, 0).text() == "00:04,25"
    assert workbench._editor.annotations.markers[0].start_s == 4.25
    table.selectRow(0)
    use_numbers("point")
    qtbot.waitUntil(lambda: table.item(0, 0).text() == "00:04.25", timeout=3000)
    assert workbench._markers._rows() == [0]


def test_a_file_that_was_replaced_is_not_shown_with_the_readings_of_the_old_one(qtbot, workbench, backend, tmp_path):
    clip = tmp_path / "a.mp4"
    clip.write_bytes(b"old")
    asked, open_recording = [], backend.open_recording
    workbench._queue._open_recording = lambda path, anew: (asked.append(path.name), open_recording(path, anew))[1]
    for content in (b"old", b"quite new"):
        workbench.open_paths([clip, Path("b.mp4")])
        qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
        workbench.show_path(Path("b.mp4"))
        qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
        if content != b"old":
            clip.write_bytes(content)
    workbench.show_path(clip)
    assert [name for name in asked if name.startswith("a.")] == ["a.mp4", "a.emocam", "a.mp4"]


@pytest.mark.parametrize("looked_elsewhere", [False, True])
def test_a_file_that_is_replaced_while_it_is_looked_at_is_analysed_anew(qtbot, workbench, backend, tmp_path, looked_elsewhere):
    clip = tmp_path / "a.mp4"
    clip.write_bytes(b"old")
    asked, open_recording = [], backend.open_recording
    workbench._queue._open_recording = lambda path, anew: (asked.append(path.name), open_recording(path, anew))[1]
    workbench.open_paths([clip])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    first = workbench.opened
    workbench.open_paths([clip])
    assert workbench.opened is first, "it is the same file"
    clip.write_bytes(b"quite new")
    if looked_elsewhere:
        workbench.open_paths([Path("b.mp4")])
        qtbot.waitUntil(lambda: workbench.opened is not first and workbench._frames_drawn == 100, timeout=5000)
    workbench.open_paths([clip])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    assert workbench.opened is not first
    assert [name for name in asked if name.startswith("a.")] == ["a.mp4", "a.mp4"]


def test_a_run_that_ends_while_the_queue_looks_is_not_begun_twice(qtbot, workbench, backend):
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    queue = workbench._queue
    run = queue._entries[Path("a.mp4")].opened.run
    assert run.join(5)
    queue._entries[Path("a.mp4")].outcome = None  # As if it had ended only now.
    run.start()
    assert run.status.state is FileState.DONE
    qtbot.waitUntil(lambda: queue.status(Path("b.mp4")).state == FileState.DONE.value, timeout=5000)


def test_a_range_to_the_end_holds_the_last_frame(qtbot, workbench):
    show(qtbot, workbench)
    seek(workbench, 5.0)
    press(qtbot, workbench, "I")
    assert workbench._span == (pytest.approx(5.0), pytest.approx(10.0))


def test_a_failure_stays_on_the_picture_that_plays(qtbot, workbench, backend):
    def fail(run):
        raise SessionFileError("The recordings folder can't be written.")

    opened = backend.open_recording(Path("a.mp4"))
    workbench._queue._open_recording = lambda path, anew: replace(opened, run=FileRun(FER7, fail))
    workbench.open_paths([Path("a.mp4")])
    qtbot.waitUntil(lambda: "can't be written" in workbench._preview._word)
    workbench.play()
    for _ in range(20):
        qtbot.wait(10)
        assert "can't be written" in workbench._preview._word


def choose_marker(workbench, row):
    workbench._tabs.setCurrentWidget(workbench._markers)
    workbench._markers._table.selectRow(row)


def test_two_cells_of_a_marker_are_edited_one_after_the_other(qtbot, workbench):
    show(qtbot, workbench)
    for seconds in (2.0, 5.0):
        seek(workbench, seconds)
        press(qtbot, workbench, "M")
    choose_marker(workbench, 0)
    table = workbench._markers._table
    table.setFocus()
    table.setCurrentCell(0, 0)
    table.editItem(table.item(0, 0))
    for text, key in (("1", Qt.Key.Key_Tab), ("3", Qt.Key.Key_Return)):
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, key)
    qtbot.wait(50)
    assert [(each.start_s, each.end_s) for each in workbench._editor.annotations.markers] == [(1.0, 3.0), (5.0, None)]
    assert [table.item(0, column).text() for column in (0, 1)] == ["00:01.00", "00:03.00"]


def test_remove_and_rename_mean_the_chosen_marker_though_its_row_is_another_by_now(qtbot, workbench):
    show(qtbot, workbench)
    for seconds in (2.0, 5.0, 8.0):
        seek(workbench, seconds)
        press(qtbot, workbench, "M")
    workbench._tabs.setCurrentWidget(workbench._markers)
    table, markers = workbench._markers._table, workbench._markers
    assert markers._rows() == [2], "the one just set"
    workbench._editor.edit("mark", workbench._editor.annotations.marked(Marker(1.0, "a")).marked(Marker(3.0, "b")))
    assert [table.item(row, 2).text() for row in markers._rows()] == ["marker 3"]
    assert workbench.playback.position == pytest.approx(8.0, abs=0.01), "nobody has gone there"
    markers.edit()
    assert table.currentItem().text() == "marker 3"
    qtbot.keyClick(table.findChild(QLineEdit), Qt.Key.Key_Escape)
    markers._remove()
    assert [each.label for each in workbench._editor.annotations.markers] == ["a", "marker 1", "b", "marker 2"]
    assert markers._rows() == []


def test_faces_are_not_merged_while_more_of_them_may_come(qtbot, workbench, backend):
    """Seen together later on, they would not be one person, and readings of one of them would go."""
    backend.gate.clear()
    workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    workbench._editing.merge([1, 2])
    assert workbench._editor.annotations == Annotations()
    assert "once the analysis is done" in workbench.news.text()


def test_a_key_of_the_users_own_needs_a_key_that_nothing_else_needs(qtbot, workbench):
    for keys, said in (
        ((EventKey("", "laughs", False),), "“laughs” has no key"),
        *(((EventKey(key, "x", False),), "needed in lists") for key in ("Delete", "Tab", "Return", "Enter")),
    ):
        dialog = EventKeysDialog(keys, workbench._menus.shortcuts, workbench)
        dialog._accept()
        assert not dialog.result()
        assert said in dialog._problem.text()
    dialog = EventKeysDialog((EventKey("", "", False), EventKey("1", "", True)), workbench._menus.shortcuts, workbench)
    dialog._accept()
    assert dialog.result()
    assert dialog.keys == (EventKey("1", "1", True),)


def states(workbench):
    return [workbench._queue.status(path).state for path in workbench._queue.paths]


def test_all_that_is_left_to_do_can_be_stopped(qtbot, workbench, backend):
    backend.gate.clear()
    workbench.open_paths([Path(f"{name}.mp4") for name in "abcd"])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    workbench.show_path(Path("b.mp4"))
    workbench.show_path(Path("c.mp4"))  # Waits for one of the two.
    workbench._queue_panel._stop.click()
    qtbot.waitUntil(lambda: states(workbench) == ["stopped"] * 4, timeout=3000)
    qtbot.waitUntil(lambda: not workbench._queue_panel._stop.isEnabled(), timeout=3000)
    backend.gate.set()
    qtbot.wait(700)
    assert states(workbench) == ["stopped"] * 4, "nothing begins by itself"
    workbench.show_path(Path("d.mp4"))
    qtbot.waitUntil(lambda: states(workbench) == [*["stopped"] * 3, "done"], timeout=5000)


def test_a_file_is_taken_off_the_list_but_not_while_it_is_at_work(qtbot, workbench, backend):
    backend.gate.clear()
    paths = [Path(f"{name}.mp4") for name in ("a", "b", "c", "broken")]
    workbench.open_paths(paths)
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    rows = workbench._queue_panel._list
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(0)).center())

    def delete(row):
        rows.setCurrentRow(row)
        press(qtbot, workbench, "Delete")

    delete(1)
    assert workbench._queue.paths == [paths[0], *paths[2:]]
    assert [rows.item(row).text().split("\n")[0] for row in range(rows.count())] == ["a.mp4", "c.mp4", "broken.mp4"]
    delete(0)
    assert "stop it first" in workbench.news.text()
    backend.gate.set()
    qtbot.waitUntil(lambda: states(workbench) == ["done", "done", "failed"], timeout=5000)
    press(qtbot, workbench, "M")
    delete(0)
    assert workbench.windowTitle().startswith("c."), "the next one takes the place of the one that was shown"
    assert rows.currentRow() == 0
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    qtbot.waitUntil(lambda: bool(backend.saved) and backend.saved[0][0].name == "a.emocam", timeout=3000)
    delete(1)
    delete(0)
    assert workbench.opened is None
    assert workbench.windowTitle() == "emocam"
    workbench.open_paths([Path("a.mp4")])
    assert len(workbench._editor.annotations.markers) == 1


def test_the_list_marks_what_is_shown(qtbot, workbench):
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    rows = workbench._queue_panel._list
    assert rows.currentRow() == 0
    workbench.show_path(Path("b.mp4"))
    qtbot.waitUntil(lambda: rows.currentRow() == 1, timeout=3000)
    rows.setCurrentRow(0)  # With the arrow keys, on the way to another one.
    qtbot.wait(700)
    assert rows.currentRow() == 0


@pytest.mark.parametrize("again", ["opened", "anew"])
def test_a_stopped_analysis_goes_on_with_what_was_named(qtbot, workbench, backend, monkeypatch, again):
    """As after a new start: `open_recording` takes over what was kept."""
    opened, asked = backend.open_recording, []

    def open_recording(path, anew=False):
        asked.append(anew)
        return replace(opened(path, anew), annotations=backend.saved[-1][1] if backend.saved else Annotations())

    workbench._queue._open_recording = open_recording
    monkeypatch.setattr(workbench, "_begins_without_them", lambda: pytest.fail("nothing is left behind"))
    backend.gate.clear()
    workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    workbench._bar._stop.click()
    qtbot.waitUntil(lambda: workbench._queue.status(Path("clip.mp4")).state == "stopped")
    press(qtbot, workbench, "M")
    backend.gate.set()
    if again == "anew":
        workbench._analyse_anew()
    else:
        workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
    assert asked == [False, again == "anew"]
    assert len(workbench._editor.annotations.markers) == 1
    assert "of before" not in workbench.news.text()


def test_the_summary_is_written_anew_where_numbers_are_written_otherwise(qtbot, workbench, monkeypatch):
    show(qtbot, workbench)
    workbench._tabs.setCurrentWidget(workbench._summary)
    mean = lambda: workbench._summary._shares.item(0, 3).text()  # noqa: E731
    qtbot.waitUntil(lambda: workbench._summary._shares.item(0, 3) is not None and "." in mean(), timeout=3000)
    monkeypatch.setattr("emocam.gui.workbench.window.ask_settings", lambda backend, parent: use_numbers("comma") is None)
    workbench._ask_settings()
    qtbot.waitUntil(lambda: "," in mean(), timeout=3000)
    use_numbers("point")


def test_what_was_analysed_in_this_window_is_not_said_to_be_of_before(qtbot, workbench, backend):
    opened = backend.open_recording
    workbench._queue._open_recording = lambda path, anew: replace(opened(path), earlier=path.suffix == ".emocam")
    workbench.open_paths([Path("a.mp4"), Path("b.mp4"), Path("old.emocam")])
    qtbot.waitUntil(lambda: states(workbench) == ["done"] * 3, timeout=8000)
    for name, said in (("b.mp4", "100 frames"), ("old.emocam", "100 frames, analysed before")):
        workbench.show_path(Path(name))
        assert workbench.opened.earlier
        qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)
        qtbot.wait(600)
        assert workbench._bar._state.text() == said


def test_of_a_hidden_face_chart_and_summary_say_so(qtbot, workbench):
    show(qtbot, workbench)
    workbench._tabs.setCurrentWidget(workbench._summary)
    press(qtbot, workbench, "H")
    lane = workbench._chart._lanes[0]
    assert lane._name.toPlainText() == "Face 1 is hidden; H shows it."
    qtbot.waitUntil(lambda: workbench._summary._head.text() == "Face 1 is hidden; H shows it.", timeout=3000)
    workbench._editing.hide([2], True)
    workbench._faces.select([2])
    qtbot.waitUntil(lambda: workbench._summary._head.text().startswith("Face 2 is hidden"), timeout=3000)
    workbench._faces.select([1, 2])
    assert lane._name.toPlainText() == "The chosen faces are hidden; H shows them."
    press(qtbot, workbench, "H")
    assert workbench._chart._lanes[0]._name.toPlainText() == "Face 1"


def test_in_a_low_window_all_of_the_summary_can_be_scrolled_to(qtbot, workbench):
    show(qtbot, workbench)
    workbench.resize(1024, 640)
    workbench._tabs.setCurrentWidget(workbench._summary)
    summary = workbench._summary
    qtbot.waitUntil(lambda: summary._shares.rowCount() == len(FER7), timeout=3000)
    qtbot.wait(50)
    for table in (summary._shares, summary._list):
        assert table.viewport().height() >= table.verticalHeader().length() > 0
    bar = summary._area.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(0)
    summary._list.setFocus()
    press(qtbot, workbench, "Down")
    bottom = summary._list.mapTo(summary, summary._list.rect().bottomLeft()).y()
    assert bar.value() > 0
    assert bottom - summary._list.verticalHeader().sectionSize(0) <= summary.height()


def test_what_a_marker_is_called_can_be_read_over_curves(qtbot, workbench):
    show(qtbot, workbench)
    editor = workbench._editor
    editor.edit("mark", editor.annotations.marked(Marker(1.0, "point")).marked(Marker(2.0, "span", 4.0)))
    lane = workbench._chart._lanes[0]
    labels = [item for item in lane.item.vb.allChildItems() if isinstance(item, pg.InfLineLabel)]
    assert sorted(label.toPlainText() for label in labels) == ["point", "span"]
    for label in labels:
        assert label.fill.color().alpha() > 128
        assert label.line.zValue() > max(curve.zValue() for curve in lane._curves)
    dark = QPalette()
    dark.setColor(QPalette.ColorRole.Base, QColor("black"))
    lane.recolour(dark)
    assert {label.fill.color().lightness() for label in labels} == {0}
    press(qtbot, workbench, "Ctrl+Z")
    assert not [item for item in lane.item.vb.allChildItems() if isinstance(item, pg.InfLineLabel)]


def test_a_large_window_is_large_for_the_chart_too(qtbot, workbench):
    workbench.resize(1024, 640)
    qtbot.wait(50)
    low = workbench._chart.height()
    assert low >= 250
    workbench.resize(2300, 1200)
    qtbot.waitUntil(lambda: workbench.height() == 1200)
    qtbot.wait(50)
    assert workbench._chart.height() > low + 80
    assert workbench._whole.sizes()[0] > 1.5 * workbench._chart.height()


def test_the_field_of_a_name_leaves_the_line_below_it_free(qtbot, workbench):
    show(qtbot, workbench)
    faces = workbench._faces._list
    faces.edit(faces.model().index(0, 0))
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.geometry().bottom() < faces.visualRect(faces.model().index(0, 0)).top() + 26
    assert field.fontMetrics().height() <= field.height() - 2


def test_a_stopped_list_can_be_emptied(qtbot, workbench, backend):
    backend.gate.clear()
    workbench.open_paths([Path(f"{name}.mp4") for name in "abc"])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 50, timeout=5000)
    workbench._queue_panel._stop.click()
    qtbot.waitUntil(lambda: states(workbench) == ["stopped"] * 3, timeout=3000)
    workbench._remove(Path("a.mp4"))
    assert states(workbench) == ["stopped"] * 2, "the next one does not begin by taking its place"
    assert workbench.opened is None
    assert workbench._queue_panel.isVisible()
    for name in "cb":
        workbench._remove(Path(f"{name}.mp4"))
    assert not workbench._queue_panel.isVisible()


def test_a_state_event_without_an_end_is_seen_and_asked_about(qtbot, workbench, monkeypatch):
    save_event_keys((EventKey("2", "talks", True),))
    workbench._build_event_keys()
    show(qtbot, workbench)
    seek(workbench, 1.0)
    press(qtbot, workbench, "2")
    assert [(marker.start_s, marker.label) for marker in workbench._chart._markers] == [(1.0, "talks …")]
    assert workbench._editor.annotations.markers == ()
    asked = []
    monkeypatch.setattr(workbench, "_gives_up", lambda message: bool(asked.append(message)))
    assert not workbench.close()
    monkeypatch.setattr(type(workbench._queue), "seconds_left", 3600.0)
    assert not workbench.close()
    assert "lost: talks (clip.mp4)." in asked[0]
    assert "An analysis is under way" not in asked[0]
    assert "lost: talks (clip.mp4)." in asked[1]
    assert "An analysis is under way" in asked[1], "all that would be lost is asked about at once"
    monkeypatch.setattr(type(workbench._queue), "seconds_left", 0.0)
    seek(workbench, 3.0)
    press(qtbot, workbench, "2")
    assert workbench._chart._markers == (Marker(1.0, "talks", 3.0),)
    assert workbench.may_close()


@pytest.fixture
def failing(workbench, backend):
    """Opening works, and the analysis fails before its first frame."""

    def open_recording(path, anew):
        def work(run):
            raise SourceError("The file is empty.")

        return (
            replace(backend.open_recording(path, anew), run=FileRun(FER7, work)) if "bad" in path.name else opened(path, anew)
        )

    opened = workbench._queue._open_recording
    workbench._queue._open_recording = open_recording
    return workbench


def test_what_failed_before_its_first_frame_takes_no_marker_and_no_export(qtbot, failing):
    failing.open_paths([Path("bad & empty.mp4")])
    qtbot.waitUntil(lambda: failing._preview._word == "The file is empty.", timeout=5000)
    qtbot.waitUntil(lambda: not failing._export_action.isEnabled())
    press(qtbot, failing, "M", "E")
    assert failing._editor.annotations == Annotations()
    assert not failing.findChildren(ExportDialog)
    press(qtbot, failing, "Alt+3")
    qtbot.waitUntil(lambda: failing._summary.findChild(QLabel) is not None and "empty" in shown_text(failing._summary))
    assert failing.may_close()


def shown_text(widget):
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_bug_with_one_file_is_told_once_and_the_others_have_their_turn(qtbot, workbench, backend, caplog):
    opened = workbench._queue._open_recording

    def open_recording(path, anew):
        if "bad" in path.name:
            raise RuntimeError("a bug")
        return opened(path, anew)

    workbench._queue._open_recording = open_recording
    said = []
    workbench._queue.failed.connect(said.append)
    backend.gate.set()
    workbench.open_paths([Path("a.mp4"), Path("bad.mp4"), Path("c.mp4")])
    queue = workbench._queue
    qtbot.waitUntil(lambda: queue.status(Path("c.mp4")).state is FileState.DONE, timeout=10_000)
    assert queue.status(Path("bad.mp4")).state is FileState.FAILED
    assert [text for text in said if "bad.mp4 can't be opened" in text] == said
    assert len(said) == 1
    assert "a bug" in caplog.text


def test_what_can_not_be_kept_goes_with_its_file_and_is_told_by_name(qtbot, failing):
    path = Path("bad.mp4")
    failing.open_paths([path])
    failing._editor.edit("mark", Annotations(markers=(Marker(0.0, "x"),)))  # While the analysis had not failed yet.
    qtbot.waitUntil(lambda: failing._queue.status(path).state == "failed", timeout=5000)
    failing._remove(path)
    assert "markers of bad.mp4 can't be kept" in failing.news.text()
    assert failing.may_close()


def test_a_sign_for_and_is_seen_in_menus(qtbot, workbench, tmp_path):
    (tmp_path / "you & me.mp4").touch()
    show(qtbot, workbench, tmp_path / "you & me.mp4")
    workbench._fill_recent()
    assert workbench._recent.actions()[0].text() == "you && me.mp4"
    workbench._editing.rename(1, "Tom & Jerry")
    workbench._editing.rename(1, "Tom")
    assert workbench._editor.undo_stack.undoText() == "rename Tom && Jerry"


def test_news_is_of_the_moment_and_of_the_file_shown(qtbot, workbench, monkeypatch):
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: states(workbench) == ["done", "done"], timeout=5000)
    press(qtbot, workbench, "M")
    assert "Marker set" in workbench.news.text()
    workbench._show_chosen(Path("b.mp4"))
    assert workbench.news.text() == ""
    workbench._news_timer.setInterval(50)
    workbench.say("of the moment")
    qtbot.waitUntil(lambda: workbench.news.text() == "")
    workbench.say("not to be missed", stays=True)
    qtbot.wait(150)
    assert workbench.news.text() == "not to be missed"


@pytest.mark.parametrize(("told", "another"), [(10.0, False), (64.0, True), (None, False)])
def test_a_video_of_another_length_is_doubted(qtbot, workbench, backend, monkeypatch, told, another):
    opened = workbench._queue._open_recording
    workbench._queue._open_recording = lambda path, anew: replace(opened(path, anew), told_s=told)
    show_lost(qtbot, workbench)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("here.mp4", ""))
    workbench._ask_video()
    qtbot.waitUntil(lambda: workbench._learned_from[1] is not None, timeout=5000)
    assert ("here.mp4 lasts 00:10.00, the recording that was analysed 01:04.00" in workbench.news.text()) == another
    workbench.leaving.wait(5)
    assert bool(backend.videos) != another  # Nobody wants to be asked for it anew, or to be shown the wrong one for ever.


def test_a_face_is_uncertain_as_the_model_of_the_session_has_it(qtbot, workbench):
    opened = workbench._queue._open_recording
    workbench._queue._open_recording = lambda path, anew: replace(opened(path, anew), uncertain_below=0.9)
    show(qtbot, workbench)
    assert workbench._preview.uncertain_below == 0.9


@pytest.mark.parametrize("same_bytes", [False, True])
def test_a_video_that_is_only_called_alike_is_doubted_too(qtbot, workbench, tmp_path, same_bytes):
    opened, video = workbench._queue._open_recording, tmp_path / "b.mp4"
    video.write_bytes(b"1234")
    meta = {"source_bytes": "4" if same_bytes else "5"}
    workbench._queue._open_recording = lambda path, anew: replace(opened(path, anew), told_s=64.0, meta=meta, earlier=True)
    workbench.open_paths([video])
    qtbot.waitUntil(lambda: workbench._learned_from[1] is not None, timeout=5000)
    assert ("it may be another one" in workbench.news.text()) != same_bytes


def show_lost(qtbot, workbench):
    workbench.open_paths([Path("lost.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100, timeout=5000)


def test_the_numbers_of_the_axes_change_with_the_settings(qtbot, workbench, commas):
    show(qtbot, workbench)
    axis = workbench._chart._lanes[0].item.getAxis("left")
    assert ("0,5" in str(axis._tickLevels)) or ("0,5" in [text for _, text in axis._tickLevels[0]])
    use_numbers("point")
    qtbot.waitUntil(lambda: "0.5" in [text for _, text in axis._tickLevels[0]])


@pytest.mark.parametrize("way", ["taken off", "analysed anew", "key gone"])
def test_a_state_event_that_nobody_could_end_is_let_go(qtbot, workbench, monkeypatch, way):
    save_event_keys((EventKey("2", "talks", True),))
    workbench._build_event_keys()
    show(qtbot, workbench)
    press(qtbot, workbench, "2")
    if way == "taken off":
        workbench._remove(Path("clip.mp4"))
    elif way == "analysed anew":
        workbench._analyse_anew()
    else:
        monkeypatch.setattr(EventKeysDialog, "exec", lambda self: True)
        monkeypatch.setattr(EventKeysDialog, "keys", ())
        workbench._ask_event_keys()
    assert workbench._editors.begun == []
    assert workbench._chart._markers == ()
    if way != "analysed anew":
        assert "not kept: talks" in workbench.news.text()
    assert workbench.may_close()


def test_a_marker_beyond_the_end_can_be_brought_back(qtbot, workbench):
    """Such as one of a session from elsewhere."""
    show(qtbot, workbench)
    far = Marker(60.0, "far")
    workbench._editor.edit("mark", Annotations(markers=(far,)))
    workbench._editing.change_marker(far, replace(far, start_s=55.0))
    assert workbench._editor.annotations.markers == (Marker(55.0, "far"),)


def test_a_finished_session_that_is_being_read_is_not_unfinished(backend):
    opened = backend.open_recording(Path("a.mp4"))
    assert opened.unfinished, "its analysis has not begun"
    assert not replace(opened, earlier=True, meta={"source_path": "a.mp4", "complete": "yes"}).unfinished
    assert replace(opened, earlier=True, meta={"source_path": "a.mp4"}).unfinished
