"""For who sees little, sees no colours, or has no mouse."""

import re
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QAction, QImage, QPalette
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QTabBar

from emocam.domain.emotions import FER7, EmotionScores
from emocam.gui import theme
from emocam.gui.export_dialog import Exportable, ExportDialog
from emocam.gui.face_panel import Bars
from emocam.gui.settings_dialog import SettingsDialog
from emocam.gui.tool_bar import SignButton
from emocam.gui.workbench.event_keys import EventKey, EventKeysDialog
from emocam.gui.workbench.window import RecordingWindow


@pytest.fixture
def text_of(qapp):
    """Says how large the system's own text is, in pixels."""
    before = qapp.property("system_text_px")

    def at(pixels):
        qapp.setProperty("system_text_px", pixels)
        theme.apply_theme(qapp, "light")

    yield at
    qapp.setProperty("system_text_px", before)
    theme.apply_theme(qapp, "light")


@pytest.fixture
def recording(qtbot, workbench):
    workbench.resize(1280, 800)
    workbench.show()
    workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100 and bool(workbench._drawn), timeout=5000)
    workbench.activateWindow()
    return workbench


def focus(qtbot, widget):
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)


class TestTextSize:
    @pytest.mark.parametrize(("system", "ours"), [(11, 13), (13, 13), (15, 13), (16, 16), (26, 26)])
    def test_larger_text_than_desktops_have_of_themselves_is_meant(self, qapp, text_of, system, ours):
        text_of(system)
        text_of(system)  # Again, as for each change of scheme: nothing grows twice.
        assert qapp.font().pixelSize() == ours
        assert theme.number_font().pixelSize() == ours
        assert theme.number_font(12).pixelSize() == round(12 * ours / 13)

    def test_what_the_system_says_is_asked_once_before_it_is_changed(self, qapp, text_of):
        text_of(None)
        assert qapp.property("system_text_px") > 0
        assert qapp.font().pixelSize() == 13

    def test_rows_grow_with_their_text(self, qtbot, text_of):
        bars = Bars(FER7)
        qtbot.addWidget(bars)
        usual = bars.sizeHint().height()
        text_of(26)
        large = Bars(FER7)
        qtbot.addWidget(large)
        assert large.sizeHint().height() == 2 * usual

    def test_nothing_of_the_dialogs_is_cut_off(self, qtbot, text_of, backend):
        text_of(20)
        export = ExportDialog(backend.export, Exportable(Path("run.emocam"), "clip.mp4", [(1, "Anna")]))
        settings = SettingsDialog(backend.choices, ("fake-model",))
        keys = EventKeysDialog((EventKey("1", "smile", True),), {})
        for dialog in (export, settings, keys):
            qtbot.addWidget(dialog)
            dialog.show()
        formats = export._formats
        assert formats.viewport().width() >= formats.sizeHintForColumn(0)
        assert export._step.width() >= export._step.sizeHint().width()
        assert settings._record.width() >= settings._record.sizeHint().width()
        kind = keys._table.cellWidget(0, 2)
        assert kind.width() >= kind.sizeHint().width()

    def test_times_of_markers_are_whole(self, qtbot, text_of, backend):
        text_of(20)
        window = RecordingWindow(backend)
        qtbot.addWidget(window)
        table = window._markers._table
        assert table.columnWidth(0) > table.fontMetrics().horizontalAdvance("00:00:00.00")
        assert table.columnWidth(1) == table.columnWidth(0)


class TestContrast:
    def test_a_system_of_high_contrast_keeps_its_colours(self, qapp, monkeypatch):
        theme.apply_theme(qapp, "system")
        ours = qapp.palette().color(QPalette.ColorRole.Window)
        monkeypatch.setattr(theme, "_asks_for_contrast", lambda hints: True)
        theme.apply_theme(qapp, "system")
        assert qapp.palette() == QPalette()
        assert qapp.palette().color(QPalette.ColorRole.Window) != ours
        theme.apply_theme(qapp, "light")  # Who chooses one of ours gets it.
        assert qapp.palette().color(QPalette.ColorRole.Window) == ours

    @pytest.mark.parametrize("look", ["light", "dark"])
    def test_words_stand_out_from_what_is_behind_them(self, qapp, look):
        theme.apply_theme(qapp, look)
        palette = qapp.palette()
        of = palette.color
        role = QPalette.ColorRole
        for text, ground in ((role.Link, role.Base), (role.HighlightedText, role.Highlight), (role.Text, role.Base)):
            assert contrast(of(text), of(ground)) >= 4.5, (text, ground)
        theme.apply_theme(qapp, "light")

    def test_the_words_of_a_hidden_face_stay_as_they_are(self, qtbot, recording):
        faces = recording._faces
        row = faces._model.rows[1]
        hidden = row.__class__(**{**{name: getattr(row, name) for name in row.__slots__}, "hidden": True})
        faces.select([faces._model.rows[0].person])
        place = faces._list.visualRect(faces._model.index(1))
        before = faces._list.grab(place).toImage()
        faces.show_rows([faces._model.rows[0], hidden], faces._model.thumbnails)
        after = faces._list.grab(place).toImage()
        name = (70, 2, 80, 24)
        assert pixels(before, name).tobytes() == pixels(after, name).tobytes()
        picture = (10, 10, 40, 44)
        assert pixels(before, picture).tobytes() != pixels(after, picture).tobytes()


def contrast(one, other):
    """As WCAG 2 counts it."""

    def light(colour):
        parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pixels(image, rect):
    left, top, width, height = rect
    part = image.copy(left, top, width, height).convertToFormat(QImage.Format.Format_RGB32)
    memory = part.constBits()
    memory.setsize(part.sizeInBytes())
    return np.frombuffer(memory, np.uint8).copy()


class TestKeyboard:
    def test_the_keys_of_a_tab_bar_a_list_and_a_slider_are_theirs(self, qtbot, recording):
        recording.seek(5.0)
        bar = recording._tabs.findChild(QTabBar)
        focus(qtbot, bar)
        QTest.keyClick(bar, Qt.Key.Key_Right)
        assert recording._tabs.currentIndex() == 1
        recording._tabs.setCurrentIndex(0)
        focus(qtbot, recording._faces._list)
        QTest.keyClick(recording._faces._list, Qt.Key.Key_End)
        QTest.keyClick(recording._faces._list, Qt.Key.Key_Home)
        volume = recording._transport._volume
        focus(qtbot, volume)
        volume.setValue(50)
        QTest.keyClick(volume, Qt.Key.Key_Home)
        assert volume.value() == volume.minimum()
        assert recording.playback.position == pytest.approx(5.0, abs=0.11)

    def test_which_face_has_the_focus_can_be_seen(self, qtbot, recording):
        listed = recording._faces._list
        focus(qtbot, recording._transport._play)
        without = listed.grab().toImage()
        focus(qtbot, listed)
        first = listed.grab().toImage()
        QTest.keyClick(listed, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
        assert listed.currentIndex().row() == 1
        second = listed.grab().toImage()
        assert without != first
        assert first != second

    def test_the_chart_says_what_stands_at_the_playhead(self, qtbot, recording):
        chart = recording._chart
        recording._faces.select([1])
        recording.seek(2.0)
        qtbot.waitUntil(lambda: chart._position == 2.0)
        assert chart._view.accessibleDescription() == ""
        before = chart.grab().toImage()
        focus(qtbot, chart._view)
        assert chart._read_out.isVisible()
        assert re.fullmatch(r"00:02\.00  happy 0\.\d\d  \w+ 0\.\d\d", chart._read_out.text())
        assert chart._view.accessibleDescription() == chart._read_out.text()
        assert chart.grab().toImage() != before
        recording.seek(3.0)
        qtbot.waitUntil(lambda: chart._view.accessibleDescription().startswith("00:03.00"))
        recording._faces.select([1, 2])
        recording.seek(6.0)
        qtbot.waitUntil(lambda: "00:06.00" in chart._view.accessibleDescription())
        one, other = chart._view.accessibleDescription().split("\n")
        assert one.startswith("Face 1  00:06.00")
        assert other.startswith("Face 2  00:06.00")
        focus(qtbot, recording._transport._play)
        assert not chart._read_out.isVisible()
        recording.seek(7.0)
        qtbot.waitUntil(lambda: chart._position == 7.0)
        assert not chart._read_out.isVisible()

    def test_who_comes_by_the_mouse_reads_where_it_is(self, qtbot, recording):
        chart = recording._chart
        recording._faces.select([1])
        qtbot.waitUntil(lambda: chart._shown != ())
        chart._view.setFocus(Qt.FocusReason.MouseFocusReason)
        assert chart._view.hasFocus()
        chart._hover(chart._lanes[0].item.vb.mapViewToScene(QPointF(2.0, 0.5)))
        before = chart._read_out.text()
        assert before.startswith("00:02.00")
        chart.set_position(6.0)
        assert chart._read_out.text() == before
        focus(qtbot, recording._transport._play)
        focus(qtbot, chart._view)
        assert chart._read_out.text().startswith("00:06.00")
        QApplication.sendEvent(chart._view, QEvent(QEvent.Type.Leave))
        assert chart._read_out.isVisible(), "the mouse was not what it is for"
        chart.reset()
        assert chart._view.accessibleDescription() == ""

    def test_nothing_is_said_of_lanes_with_nothing_to_say(self, qtbot, recording):
        chart = recording._chart
        recording._faces.select([1, 2])
        qtbot.waitUntil(lambda: len(chart._shown) == 2)
        focus(qtbot, chart._view)
        assert chart._view.accessibleDescription() != ""
        chart.set_position(10_000.0)
        assert chart._view.accessibleDescription() == ""
        assert not chart._read_out.isVisible()

    def test_the_overview_has_no_keys_and_takes_no_focus(self, workbench):
        assert workbench._chart._overview.focusPolicy() == Qt.FocusPolicy.NoFocus

    def test_no_mnemonic_stands_twice(self, workbench):
        workbench._editor  # noqa: B018  # With its undo.
        bar = workbench.menuBar()
        groups = [[action.text() for action in menu.actions()] for menu in [bar, *bar.findChildren(QMenu)]]
        groups += [[action.text() for action in bar.actions()] + [workbench._tabs.tabText(place) for place in range(3)]]
        for texts in groups:
            letters = [match.group(1).lower() for text in texts if (match := re.search(r"&(\w)", text))]
            assert len(letters) == len(set(letters)), texts

    def test_the_sheet_of_keys_can_be_read_by_keyboard(self, qtbot, workbench, monkeypatch):
        seen = []

        def look(sheet):
            sheet.show()
            (label,) = (each for each in sheet.findChildren(QLabel) if "<table" in each.text())
            qtbot.waitUntil(label.hasFocus)
            seen.append((label.textInteractionFlags(), sheet.size()))
            sheet.close()

        monkeypatch.setattr(QDialog, "exec", look)
        workbench.show()
        next(
            action for action in workbench.findChildren(QAction) if "F1" in [k.toString() for k in action.shortcuts()]
        ).trigger()
        ((flags, size),) = seen
        assert flags & Qt.TextInteractionFlag.TextSelectableByKeyboard
        assert size.width() <= workbench.width()

    def test_the_key_that_can_not_stay_is_where_one_goes_on(self, qtbot):
        dialog = EventKeysDialog((EventKey("1", "a", False), EventKey("1", "b", False)), {})
        qtbot.addWidget(dialog)
        dialog.show()
        dialog._accept()
        assert "1 stands there twice" in dialog._problem.text()
        assert (dialog._table.currentRow(), dialog._table.currentColumn()) == (1, 0)
        qtbot.waitUntil(dialog._table.hasFocus)


class TestWords:
    def test_the_bars_are_told_from_the_most_to_the_least_probable(self, qtbot):
        bars = Bars(FER7)
        qtbot.addWidget(bars)
        bars.show_scores(EmotionScores(FER7, (0.05, 0.0, 0.1, 0.6, 0.02, 0.03, 0.2)))
        said = bars.accessibleDescription()
        assert said.startswith("happy 60 %, neutral 20 %, fear 10 %")
        assert said.count("%") == 7
        bars.show_scores(None)
        assert bars.accessibleDescription() == ""

    def test_the_picture_tells_the_faces_in_it(self, qtbot, recording):
        recording._faces.select([1])
        recording.seek(2.0)
        qtbot.waitUntil(lambda: recording._preview._frame.index == 20)
        assert recording._preview.accessibleDescription() == "1  happy"
        recording._preview.show_word("Paused")
        assert recording._preview.accessibleDescription() == "Paused"
        recording._preview.show_word("")
        assert recording._preview.accessibleDescription() == "1  happy"
        recording._preview.clear()
        assert recording._preview.accessibleDescription() == ""

    def test_signs_are_not_read_aloud(self, qtbot):
        button = SignButton()
        qtbot.addWidget(button)
        for text, name in (("▶  Start", "Start"), ("❚❚  Pause", "Pause"), ("■  Stop", "Stop"), ("⚑  Mark", "Mark")):
            button.setText(text)
            assert (button.text(), button.accessibleName()) == (text, name)

    def test_a_long_message_is_whole(self, qtbot, workbench):
        workbench.resize(1000, 700)
        workbench.show()
        qtbot.waitUntil(lambda: workbench.news.width() > 100)
        workbench.say("Short.")
        qtbot.wait(50)
        low = workbench.statusBar().height()
        said = "The session file can't be written any more; what was recorded before is kept: make room on the disk. " * 3
        workbench.say(said, stays=True)
        qtbot.wait(50)
        news = workbench.news
        assert news.height() >= news.heightForWidth(news.width()) > 1.5 * news.fontMetrics().height()
        assert workbench.statusBar().height() < 5 * low
        workbench.say("Short.")
        qtbot.wait(50)
        assert workbench.statusBar().height() == low
