"""Names that look like HTML are shown as they are, and lead nowhere."""

import html
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QMessageBox

from emocam.gui.controls import ShortenedLabel
from emocam.gui.export_dialog import Exportable, ExportDialog
from emocam.gui.plain import plain

NAME = "<img src=//host/share/x.png><b>a & b</b>"


def read_as_html(text: str) -> str:
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


@pytest.mark.parametrize("name", [NAME, "&lt;b&gt;", "1 < 2\n3 > 2", "a  b <"])
def test_what_looks_like_html_is_shown_as_it_is(name):
    assert read_as_html(plain(name)) == name
    assert html.unescape(html.unescape(plain(name))) != name, "it says that it is HTML"


@pytest.mark.parametrize("name", ["clip.mp4", "R & B", "3 > 2", "Änne’s"])
def test_other_texts_stay(name):
    assert plain(name) == name
    assert not Qt.mightBeRichText(name)


def test_labels_with_names_take_no_html(window, workbench):
    for shell in (window, workbench):
        shell.say(NAME, stays=True)
        assert shell.news.text() == NAME
        assert shell.news.textFormat() is Qt.TextFormat.PlainText
        assert read_as_html(shell.news.toolTip()) == NAME
    assert window._device_text.textFormat() is Qt.TextFormat.PlainText


def test_a_shortened_name_is_whole_in_its_tip(qtbot):
    label = ShortenedLabel()
    qtbot.addWidget(label)
    label.setText(NAME)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert read_as_html(label.toolTip()) == NAME


def test_questions_about_files_name_them(qtbot, backend, monkeypatch):
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda parent, title, text, *_: asked.append(text))
    dialog = ExportDialog(backend.export, Exportable(Path("run.emocam"), "clip.mp4", []))
    qtbot.addWidget(dialog)
    dialog._replaces(Path(NAME.replace("/", "_")))
    assert NAME.replace("/", "_") in read_as_html(asked[0])
