"""The export dialog: what it asks for, progress, cancel, and what it says."""

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings, Qt, QUrl
from PyQt6.QtWidgets import QApplication, QMessageBox, QPushButton

from emocam.domain.export import FORMATS, Selection
from emocam.gui.export_dialog import Exportable, ExportDialog


@pytest.fixture
def dialog(qtbot, backend, tmp_path):
    QSettings().clear()
    QSettings().setValue("export/folder", str(tmp_path))
    what = Exportable(tmp_path / "run.emocam", "clip.mp4", [(1, "Ada"), (4, "Face 4")], (2.0, 61.5), 0.4)
    dialog = ExportDialog(backend.export, what)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    backend.gate.set()
    dialog.close()


def choose(dialog, kind):
    dialog._formats.setCurrentRow([each.kind for each in FORMATS].index(kind))


def test_it_begins_with_what_was_chosen_in_the_window(dialog, tmp_path):
    assert dialog.out == tmp_path / "clip.csv"
    assert dialog.selection == Selection(2.0, 61.5, None, None, 0.4)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("http://127.0.0.1:8977/", "127.0.0.1-8977.csv"),
        ("rtsp://192.168.1.21/stream?x=1", "192.168.1.21-stream-x-1.csv"),
        ("2026-11-22T06-50-12 192.168.1.20 p1", "2026-11-22T06-50-12 192.168.1.20 p1.csv"),
        ("Interview 3.5 Anna", "Interview 3.5 Anna.csv"),
        ("Interview 3.5 Anna.MP4", "Interview 3.5 Anna.csv"),
    ],
)
def test_it_proposes_the_whole_name_of_the_recording(qtbot, backend, tmp_path, title, name):
    dialog = ExportDialog(backend.export, Exportable(tmp_path / "run.emocam", title, [(1, "Ada")]))
    qtbot.addWidget(dialog)
    choose(dialog, "csv")
    assert dialog.out.name == name


def test_only_what_a_format_has_a_use_for_is_asked(dialog):
    choose(dialog, "csv")
    assert dialog._step.isVisible()
    assert not dialog._threshold.isVisible()
    choose(dialog, "report")
    assert not dialog._step.isVisible()
    assert dialog._threshold.isVisible()
    assert dialog._blur.isVisible()
    choose(dialog, "video")
    assert not dialog._go.isEnabled()
    assert "can't be found" in dialog._news.text()


def test_the_form_becomes_a_selection(dialog):
    choose(dialog, "csv")
    dialog._start.setText("0:03.5")
    dialog._end.clear()
    dialog._faces.item(0).setCheckState(dialog._faces.item(0).checkState().Unchecked)
    dialog._step.setValue(1.5)
    dialog._raw.setChecked(True)
    assert dialog.selection == Selection(3.5, None, (4,), 1.5, 0.4), "a table has both, so raw is not asked"


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [("soon", "", "m:ss"), ("5", "4", "ends before it starts"), ("5", "5", "ends before it starts")],
)
def test_what_can_not_be_is_said(dialog, backend, start, end, sentence):
    dialog._start.setText(start)
    dialog._end.setText(end)
    dialog.start()
    assert sentence in dialog._news.text()
    assert not backend.exported


def test_no_face_is_no_export(dialog):
    for row in range(2):
        dialog._faces.item(row).setCheckState(dialog._faces.item(row).checkState().Unchecked)
    assert dialog.selection is None
    assert "at least one face" in dialog._news.text()


def test_it_writes_in_the_background_says_where_and_opens_the_folder(qtbot, dialog, backend, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("emocam.gui.export_dialog.QDesktopServices.openUrl", opened.append)
    backend.gate.clear()
    dialog._go.click()
    qtbot.waitUntil(lambda: dialog._bar.value() == 500)
    assert dialog._go.text() == "Cancel"
    assert not dialog._form.isEnabled()
    backend.gate.set()
    qtbot.waitUntil(lambda: dialog._news.text() == f"Saved 3 rows to {tmp_path / 'clip.csv'}")
    assert dialog._go.text() == "Export"
    dialog._folder.click()
    assert opened == [QUrl.fromLocalFile(str(tmp_path))]


def test_it_can_be_cancelled(qtbot, dialog, backend):
    backend.gate.clear()
    dialog._go.click()
    qtbot.waitUntil(lambda: dialog._bar.value() == 500)
    dialog._go.click()
    qtbot.waitUntil(lambda: "Cancelled" in dialog._news.text())
    assert not dialog._folder.isEnabled()


def test_a_failure_is_one_sentence(qtbot, dialog, tmp_path):
    dialog._out.setText(str(tmp_path / "full.csv"))
    dialog._go.click()
    qtbot.waitUntil(lambda: dialog._news.text() == "The disk is full; make room.")


def test_another_format_changes_how_a_chosen_name_ends(dialog):
    dialog._out.setText("/data/Study 3.summary.csv")
    dialog._out.textEdited.emit(dialog._out.text())
    choose(dialog, "chart")
    assert dialog.out == Path("/data/Study 3.png")
    choose(dialog, "boris")
    assert dialog.out == Path("/data/Study 3.boris.tsv")


@pytest.mark.parametrize("way", ["escape", "button", "window"])
def test_closing_it_in_any_way_asks_and_cancels(qtbot, dialog, backend, way, monkeypatch):
    def close():
        if way == "escape":
            qtbot.keyClick(dialog._formats, Qt.Key.Key_Escape)
        elif way == "button":
            next(button for button in dialog.findChildren(QPushButton) if button.text() == "Close").click()
        else:
            dialog.close()

    backend.gate.clear()
    dialog._go.click()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    close()
    assert dialog.isVisible()
    assert dialog.busy
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    close()
    assert not dialog.isVisible()
    assert not dialog.busy


def test_a_signal_ends_it_without_a_question(qtbot, window, backend, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda *_: asked.append(True) or QMessageBox.StandardButton.No)
    dialog = ExportDialog(backend.export, Exportable(tmp_path / "run.emocam", "camera", [(1, "Ada")], of_camera=True), window)
    dialog.show()
    backend.gate.clear()
    dialog.start()
    qtbot.waitUntil(lambda: bool(backend.exported))
    application = QApplication.instance()
    application.setProperty("ending", True)
    try:
        QApplication.closeAllWindows()
    finally:
        application.setProperty("ending", False)
        backend.gate.set()
    assert not asked
    assert not dialog.isVisible()
    assert not window.isVisible()
    assert not dialog.busy, "it has ended in order"


def test_a_range_that_nobody_touched_stays_exact(qtbot, backend, tmp_path):
    """The fields show hundredths; a frame at 1.66833 s would be before 1.67."""
    dialog = ExportDialog(backend.export, Exportable(tmp_path / "run.emocam", "clip.mp4", [], (1.66833, 3.33667)))
    qtbot.addWidget(dialog)
    assert dialog._start.text() == "00:01.67"
    assert (dialog.selection.start_s, dialog.selection.end_s) == (1.66833, 3.33667)
    dialog._start.setText("00:01.60")
    assert (dialog.selection.start_s, dialog.selection.end_s) == (1.6, 3.33667)


def test_the_list_says_what_is_written_not_the_name(qtbot, dialog, backend, tmp_path):
    choose(dialog, "summary")
    dialog._out.setText(str(tmp_path / "anna.csv"))
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.busy)
    assert backend.exported[0][1] == tmp_path / "anna.csv.summary.csv"


def test_a_name_without_a_folder_is_beside_the_last_export(dialog, tmp_path):
    dialog._out.setText("new.csv")
    assert dialog.out == tmp_path / "new.csv"


@pytest.mark.parametrize("yes", [True, False])
def test_what_is_there_is_replaced_only_when_asked(qtbot, dialog, backend, tmp_path, monkeypatch, yes):
    (tmp_path / "clip.csv").touch()
    answer = QMessageBox.StandardButton.Yes if yes else QMessageBox.StandardButton.No
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answer)
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.busy)
    assert bool(backend.exported) is yes


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "~nosuchuser/x.csv"])
def test_a_name_that_can_not_be_is_tried_and_told(qtbot, dialog, backend, name):
    choose(dialog, "csv")
    dialog._out.setText(name)
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.busy and bool(backend.exported))


def test_a_camera_never_was_a_file(qtbot, backend, tmp_path):
    dialog = ExportDialog(backend.export, Exportable(tmp_path / "run.emocam", "camera", [(1, "Ada")], of_camera=True))
    qtbot.addWidget(dialog)
    choose(dialog, "video")
    assert "A session of a camera holds no pictures" in dialog._news.text()
    assert not dialog._go.isEnabled()


def test_keys_go_on_where_they_were(qtbot, dialog, monkeypatch):
    dialog._formats.setFocus()
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.busy and dialog._formats.isEnabled())
    assert dialog.focusWidget() is dialog._formats


def test_enter_once_too_often_replaces_nothing(qtbot, dialog, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda *given: asked.append(given[-1]) or given[-1])
    dialog.out.write_text("there")
    dialog.start()
    assert asked == [QMessageBox.StandardButton.No]
    assert not dialog.busy


def test_what_is_not_all_analysed_is_told_before_and_after(qtbot, backend, tmp_path, monkeypatch):
    export = backend.export
    monkeypatch.setattr(backend, "export", lambda *given: replace(export(*given), analysed_to_s=223.76))
    what = Exportable(tmp_path / "run.emocam", "clip.mp4", [(1, "Ada")], unfinished=True)
    dialog = ExportDialog(backend.export, what)
    qtbot.addWidget(dialog)
    choose(dialog, "json")
    choose(dialog, "csv")
    assert "not finished" in dialog._news.text()
    dialog._out.setText(str(tmp_path / "out.csv"))
    dialog.start()
    qtbot.waitUntil(lambda: "Saved 3 rows" in dialog._news.text())
    assert dialog._news.text().endswith("the analysis goes up to 03:43.76 only")
