"""German is complete, fits the windows and reaches every text; English stays what it was."""

import errno
import os
import re
import runpy
from pathlib import Path
from string import Formatter

import pytest
from PyQt6.QtCore import QLocale, QSettings, Qt, QTranslator
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGraphicsScene,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QTabBar,
    QTableWidget,
    QToolBar,
    QWidget,
)

from emocam.domain.errors import Sentence, SessionFileError, SourceError
from emocam.domain.export import FORMATS
from emocam.gui import translation
from emocam.gui.bridge import BackgroundJob
from emocam.gui.export_dialog import Exportable, ExportDialog
from emocam.gui.main_window import MainWindow
from emocam.gui.settings_dialog import SettingsDialog
from emocam.gui.translation import amount, class_name, face_name, install_translator, native_key, told, tr, word
from emocam.gui.workbench.event_keys import EventKey, EventKeysDialog
from emocam.gui.workbench.window import RecordingWindow

ROOT = Path(__file__).resolve().parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "update-translations"))
FILES = sorted((ROOT / "emocam" / "gui" / "translations").glob("emocam_*.ts"))
GERMAN = TOOL["translations"](next(path for path in FILES if path.stem == "emocam_de"))


def places(text):
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)


@pytest.fixture
def german(qapp):
    install_translator(qapp, "de")
    yield
    install_translator(qapp, "en")
    assert tr("Close") == "Close"


@pytest.fixture
def recording(german, qtbot, workbench):
    """The workbench in German, with a recording that was analysed."""
    workbench.resize(1280, 800)
    workbench.open_paths([Path("clip.mp4")])
    qtbot.waitUntil(lambda: workbench._frames_drawn == 100 and bool(workbench._drawn), timeout=5000)
    return workbench


@pytest.fixture
def live(german, qtbot, backend):
    """The live window in German, on the demo."""
    QSettings().clear()
    window = MainWindow(backend)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.start_source("demo")
    qtbot.waitUntil(lambda: bool(window._panel._seen.text()), timeout=5000)
    yield window
    window.close()
    window.leaving.wait(5)


# The files


def test_the_code_has_only_literals_to_translate():
    assert len(TOOL["texts"]()) > 300  # Exits where one is no literal.


@pytest.mark.parametrize("ts", FILES, ids=lambda path: path.stem)
def test_every_text_is_translated_with_the_same_places(ts):
    done = TOOL["translations"](ts)
    assert not set(TOOL["texts"]()) ^ set(done), "run tools/update-translations and translate what is new"
    wrong = [text for text, translated in done.items() if places(text) != places(translated)]
    assert not wrong


@pytest.mark.parametrize("ts", FILES, ids=lambda path: path.stem)
def test_the_compiled_file_agrees(qapp, ts):
    compiled = QTranslator()
    assert compiled.load(str(ts.with_suffix(".qm")))
    done = TOOL["translations"](ts)
    assert {text: compiled.translate("emocam", text.encode()) for text in done} == done, "run tools/update-translations"


def test_each_ellipsis_and_each_mnemonic_is_kept():
    wrong = [text for text, german in GERMAN.items() if ("…" in text, text.count("&")) != ("…" in german, german.count("&"))]
    assert not wrong


# What other layers say


def test_an_error_is_said_in_german_with_all_that_is_in_it(german):
    who = Sentence("there are {names}", names="1, 2 ({Anna})")
    error = SessionFileError("There is no face {face} in this session; {who}.", face=3, who=who)
    assert str(error) == "There is no face 3 in this session; there are 1, 2 ({Anna})."
    assert told(error.sentence) == "Ein Gesicht 3 gibt es in dieser Sitzung nicht; es gibt 1, 2 ({Anna})."


def test_what_nobody_translated_stays_english(german):
    assert told(Sentence("Nobody wrote {this} down.", this="{so}")) == "Nobody wrote {so} down."
    assert told(Sentence("Braces {stay} here.")) == "Braces {stay} here."
    full = SessionFileError("{path} can't be written ({reason}).", path="a.emocam", reason=os.strerror(errno.ENOSPC))
    assert "kein Platz auf dem Datenträger" in told(full.sentence)
    assert told(os.strerror(errno.EPIPE)) == os.strerror(errno.EPIPE), "what nobody translated stays"
    assert told(Sentence("")) == ""  # Qt would translate it into the header of the file.


def test_a_job_that_fails_says_so_in_german(german, qtbot):
    def work():
        raise SourceError("There is no file {path}; check the name.", path="a.mp4")

    job = BackgroundJob(work)
    with qtbot.waitSignal(job.failed) as said:
        job.start()
    assert said.args == ["Es gibt keine Datei a.mp4; bitte den Namen prüfen."]


# The language


@pytest.mark.parametrize(
    ("language", "of_the_system", "said"),
    [
        ("de", ["en-US"], "Schließen"),
        ("de-CH", ["en-US"], "Schließen"),
        ("en", ["de-DE"], "Close"),
        ("system", ["de-Latn-DE", "de", "en-US"], "Schließen"),
        ("system", ["en-GB", "de"], "Close"),
        ("system", ["xx-XX", "de_AT"], "Schließen"),
        ("system", ["C"], "Close"),
        ("xx", ["de"], "Close"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_systems(qapp, german, monkeypatch, language, of_the_system, said):
    monkeypatch.setattr(QLocale, "uiLanguages", lambda *_: of_the_system)
    install_translator(qapp, language)
    assert tr("Close") == said


def test_what_data_calls_something_is_translated_for_the_eye_only(german):
    assert [class_name(name) for name in ("angry", "uncertain", "Close")] == ["Ärger", "unsicher", "Close"]
    assert [word("done"), word("done, more or less")] == ["fertig", "done, more or less"]
    assert [face_name(3), face_name(3, "Ada")] == ["Gesicht 3", "Ada"]
    assert [amount("1 row"), amount("240 rows"), amount("a chart of 2 faces"), amount("7 knots"), amount("nothing")] == [
        "1 Zeile",
        "240 Zeilen",
        "ein Diagramm mit 2 Gesichtern",
        "7 knots",
        "nothing",
    ]
    assert all(word(format.title) and word(format.hint) != format.hint for format in FORMATS)


def test_in_english_all_is_as_it_stands(qapp):
    assert tr("Saved {what} to {path}", what=amount("3 rows"), path="{x}") == "Saved 3 rows to {x}"
    assert class_name("happy") == "happy"
    assert translation.tip_with("Close", "Ctrl+W") == "Close (Ctrl+W)"


# The windows


def shown(window, kind):
    return [widget for widget in window.findChildren(kind) if widget.isVisibleTo(window)]


def cut_off(window):
    """The texts of `window` that have less room than they need."""
    rooms = [  # What it is, what it says, the pixels there are, the pixels it needs.
        (widget, getattr(widget, "text", str)(), widget.width(), widget.sizeHint().width())
        for widget in [*shown(window, QAbstractButton), *shown(window, QComboBox), *shown(window, QTabBar)]
        if not isinstance(widget.parent(), (QLineEdit, QTabBar)) and widget.objectName() != "qt_toolbar_ext_button"
    ]
    for label in shown(window, QLabel):
        if label.wordWrap():
            rooms.append((label, label.text(), label.height(), label.heightForWidth(label.width())))
        elif label.text():
            rooms.append((label, label.text(), label.width(), label.sizeHint().width()))
    for head in shown(window, QHeaderView):
        for place in range(head.count() if head.orientation() == Qt.Orientation.Horizontal else 0):
            text = head.model().headerData(place, Qt.Orientation.Horizontal)
            rooms.append((head, text, head.sectionSize(place), head.sectionSizeHint(place)))
    for items in shown(window, QListWidget):
        need = items.sizeHintForColumn(0) if items.count() else 0
        rooms.append((items, "", items.viewport().width(), need))
    for table in shown(window, QTableWidget):
        columns = range(table.columnCount() if table.rowCount() else 0)
        rooms.extend((table, place, table.columnWidth(place), table.sizeHintForColumn(place)) for place in columns)
    for bar in shown(window, QToolBar):
        extension = bar.findChild(QWidget, "qt_toolbar_ext_button")
        rooms.append((bar, "", 0, 1 if extension is not None and extension.isVisibleTo(window) else 0))
    return [(type(widget).__name__, *rest, room, need) for widget, *rest, room, need in rooms if room < need]


def english(window):
    """The texts of `window` that are English and should not be."""
    sources = [
        re.compile("(.+)".join(re.escape(part.replace("&", "")) for part in re.split(r"\{\w+\}", text)))
        for text, german in GERMAN.items()
        if german != text and re.search("[a-z]", re.sub(r"\{\w+\}", "", text))
    ]
    texts = set()
    for action in window.findChildren(QAction):
        if not isinstance(action.parent(), QGraphicsScene):  # pyqtgraph's own menu, which nobody can open.
            texts |= {action.text(), action.toolTip()}
    for menu in window.findChildren(QMenu):
        texts.add(menu.title())
    for widget in window.findChildren(QWidget):
        texts |= {widget.toolTip(), widget.accessibleName(), widget.windowTitle()}
        if isinstance(widget, (QAbstractButton, QLabel)):
            texts.add(widget.text())
        if isinstance(widget, QComboBox):
            texts |= {widget.itemText(place) for place in range(widget.count())}
        if isinstance(widget, QListWidget):
            texts |= {widget.item(row).text() for row in range(widget.count())}
        if isinstance(widget, QTabBar):
            texts |= {widget.tabText(place) for place in range(widget.count())}
        if isinstance(widget, QHeaderView) and widget.orientation() == Qt.Orientation.Horizontal:
            texts |= {str(widget.model().headerData(place, Qt.Orientation.Horizontal)) for place in range(widget.count())}
    plain = {re.sub(r" \([^()]*\)$", "", text.replace("&", "")) for text in texts}
    return sorted(text for text in plain if any(source.fullmatch(text) for source in sources))


def test_the_workbench_in_german(qtbot, recording):
    assert recording.size().width() == 1280
    assert english(recording) == []
    for tab in range(3):
        recording._tabs.setCurrentIndex(tab)
        qtbot.wait(100)
        assert cut_off(recording) == []
    assert recording._tabs.width() <= 420, "the picture must keep its room"
    assert recording._faces._model.rows[0].name == "Gesicht 1"
    assert recording._faces._model.rows[0].dominant == "happy", "data stays as it is"
    assert recording._summary._shares.rowCount() == 7
    assert "Mittel" in recording._summary._shares.horizontalHeaderItem(3).text()
    assert recording._bar._state.text() == "100 Bilder"


def test_no_mnemonic_stands_twice_in_a_menu(recording):
    recording._editing.mark()
    for menu in [recording.menuBar(), *recording.menuBar().findChildren(QMenu)]:
        letters = [match.group(1).lower() for action in menu.actions() if (match := re.search(r"&(\w)", action.text()))]
        assert len(letters) == len(set(letters)), [action.text() for action in menu.actions()]
    bar = recording.menuBar().actions()
    tabs = [recording._tabs.tabText(place) for place in range(3)]
    letters = [re.search(r"&(\w)", text).group(1).lower() for text in [*(action.text() for action in bar), *tabs]]
    assert len(letters) == len(set(letters))


def test_what_can_be_undone_reads_well(recording):
    recording._faces.rename_wanted.emit(1, "Ada")
    assert recording._menus._undo[0].text().replace("&", "") == "Rückgängig (Gesicht 1 umbenennen)"


def test_the_number_typed_back_is_no_name(recording):
    recording._faces.rename_wanted.emit(1, "Ada")
    recording._faces.rename_wanted.emit(1, "Gesicht 1")
    assert recording._editor.annotations.person(1).name == ""


def test_the_keys_are_the_same_in_every_language(qtbot, qapp, german, backend, workbench):
    install_translator(qapp, "en")
    other = RecordingWindow(backend)
    qtbot.addWidget(other)
    assert list(workbench._menus.shortcuts) == list(other._menus.shortcuts)
    other.close()


def test_keys_are_called_as_on_the_keyboard(german):
    assert native_key("Ctrl+Shift+O") == "Strg+Umschalt+O"
    assert QKeySequence(native_key("Home")) == QKeySequence("Home")


def test_the_live_window_in_german(qtbot, live):
    assert live.size().width() == 1280
    assert english(live) == []
    qtbot.waitUntil(lambda: cut_off(live) == [])  # A number that has just grown has its room a moment later.
    assert live._panel._label.text() == "Freude"
    live.start_source("")
    qtbot.waitUntil(lambda: cut_off(live) == [])


def test_the_dialogs_in_german(qtbot, german, backend, monkeypatch, workbench):
    sheets = []
    monkeypatch.setattr(QDialog, "exec", lambda dialog: sheets.append(dialog))
    workbench._menus.show_sheet((EventKey("Ctrl+1", "a", True),))
    dialogs = [
        SettingsDialog(backend.choices, backend.models),
        ExportDialog(backend.export, Exportable(Path("a.emocam"), "a.mp4", [(1, "Gesicht 1")])),
        EventKeysDialog((EventKey("Ctrl+1", "a", True),), {}),
        sheets[0],
    ]
    for dialog in dialogs:
        if dialog is not sheets[0]:
            qtbot.addWidget(dialog)
        dialog.show()
        assert english(dialog) == []
        assert cut_off(dialog) == []
        labels = [label for label in dialog.findChildren(QLabel) if re.search(r"&(?!\w+;)", label.text())]
        assert all(label.buddy() for label in labels), "without one the & is seen"
        dialog.close()
    assert "Strg+Umschalt+O" in sheets[0].findChild(QLabel).text()


def test_every_format_fits_the_export_dialog(qtbot, german, backend):
    dialog = ExportDialog(backend.export, Exportable(Path("a.emocam"), "a.mp4", [(1, "Gesicht 1")]))
    qtbot.addWidget(dialog)
    dialog.show()
    for row in range(len(FORMATS)):
        dialog._formats.setCurrentRow(row)
        qtbot.wait(10)
        assert english(dialog) == []
        assert cut_off(dialog) == []
    dialog.close()


def test_standard_buttons_are_german(qtbot, german):
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Close)
    qtbot.addWidget(buttons)
    said = {button.text().replace("&", "") for button in buttons.buttons()}
    assert said == {"Abbrechen", "Schließen"}
