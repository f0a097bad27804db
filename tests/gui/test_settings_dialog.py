"""Settings: what is shown, what is kept, and what changes at once."""

from dataclasses import replace

import pytest
from PyQt6.QtCore import QLocale, QPoint, Qt
from PyQt6.QtWidgets import QApplication, QDialog, QMessageBox

from emocam.adapters.settings import Settings, load_settings
from emocam.app import AppBackend
from emocam.domain.detector_range import DetectorRange
from emocam.gui import theme
from emocam.gui.numbers import NumberField, decimal, percent, use_numbers
from emocam.gui.settings_dialog import SettingsDialog, ask_settings
from emocam.gui.translation import install_translator


@pytest.fixture(autouse=True)
def locale_afterwards(qapp):
    yield
    QLocale.setDefault(QLocale.c())
    theme.apply_theme(qapp, "light")


def test_it_shows_what_is_kept_and_gives_it_back(qtbot, backend):
    dialog = SettingsDialog(backend.choices, backend.models)
    qtbot.addWidget(dialog)
    assert dialog.choices == backend.choices


def test_what_was_not_touched_stays_as_it_was(qtbot, backend):
    """Also what the dialog itself does not offer: such values stand in a settings file that somebody wrote."""
    backend.choices = replace(backend.choices, smoothing_s=30.0, threshold=0.023, language="de_AT", recordings=" /data/runs ")
    dialog = SettingsDialog(backend.choices, backend.models)
    qtbot.addWidget(dialog)
    assert dialog.choices == backend.choices
    dialog._threshold.setValue(0.4)
    assert (dialog.choices.smoothing_s, dialog.choices.threshold) == (30.0, 0.4)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_fields_of_all_groups_are_below_each_other(qtbot, qapp, backend, language):
    install_translator(qapp, language)
    dialog = SettingsDialog(backend.choices, backend.models)
    install_translator(qapp, "en")
    qtbot.addWidget(dialog)
    dialog.show()
    fields = (dialog._model, dialog._smoothing, dialog._record, dialog._folder, dialog._numbers)
    assert len({field.mapTo(dialog, QPoint()).x() for field in fields}) == 1


def test_it_is_as_high_as_its_fields_need_on_a_low_screen_too(qtbot, backend):
    dialog = SettingsDialog(backend.choices, backend.models)
    qtbot.addWidget(dialog)
    needed = dialog.layout().totalHeightForWidth(dialog.width())
    assert dialog.height() == needed, "Qt would give it no more than two thirds of the screen once it is shown"
    assert needed <= 600


def test_all_of_the_folder_is_told_where_there_is_no_room_for_it(qtbot, backend):
    dialog = SettingsDialog(backend.choices, backend.models)
    qtbot.addWidget(dialog)
    assert dialog._folder.toolTip() == backend.choices.recordings
    dialog._folder.setText("/data/elsewhere")
    assert dialog._folder.toolTip() == "/data/elsewhere"


def test_every_field_can_be_changed(qtbot, backend, tmp_path):
    dialog = SettingsDialog(backend.choices, backend.models)
    qtbot.addWidget(dialog)
    dialog._model.setCurrentText("other")
    dialog._device.setCurrentText("CPU")
    dialog._detector.setCurrentIndex(1)
    dialog._smoothing.setValue(1.25)
    dialog._threshold.setValue(0.65)
    dialog._record.setChecked(False)
    dialog._folder.setText(str(tmp_path / "x"))
    dialog._appearance.setCurrentText("Dark")
    dialog._language.setCurrentText("Deutsch")
    dialog._numbers.setCurrentText("1.234,5")
    assert dialog.choices == replace(
        backend.choices,
        model="other",
        device="cpu",
        detector=DetectorRange.SHORT,
        smoothing_s=1.25,
        threshold=0.65,
        record=False,
        recordings=str(tmp_path / "x"),
        appearance="dark",
        language="de",
        numbers="comma",
    )


@pytest.mark.parametrize("accepted", [True, False])
def test_accepted_they_hold_at_once_and_are_kept(qtbot, monkeypatch, accepted, window):
    kept = AppBackend(Settings())

    def answer(dialog):
        dialog._appearance.setCurrentText("Dark")
        dialog._numbers.setCurrentText("1.234,5")
        return QDialog.DialogCode.Accepted if accepted else QDialog.DialogCode.Rejected

    monkeypatch.setattr(SettingsDialog, "exec", answer)
    before = load_settings()
    assert ask_settings(kept, window) is accepted
    assert theme.is_dark(QApplication.palette()) is accepted
    assert (load_settings().appearance == "dark") is accepted
    assert (load_settings() == before) is not accepted
    assert load_settings().recordings == "", "the folder was not chosen, so it goes on following the system"


def test_an_option_of_the_command_line_is_not_kept(qtbot, monkeypatch, window):
    monkeypatch.setattr(SettingsDialog, "exec", lambda dialog: dialog._threshold.setValue(0.7) or True)
    ask_settings(AppBackend(Settings(smoothing_s=9.0)), window)
    assert load_settings().threshold == 0.7
    assert load_settings().smoothing_s == Settings().smoothing_s


@pytest.mark.parametrize(("kind", "number", "share"), [("point", "0.25", "12.5 %"), ("comma", "0,25", "12,5 %")])
def test_numbers_are_written_as_chosen(kind, number, share):
    use_numbers(kind)
    assert decimal(0.25) == number
    assert percent(0.125, 1) == share


@pytest.mark.parametrize(("kind", "other"), [("point", "0,35"), ("comma", "0.35")])
def test_a_number_may_be_typed_with_either_sign(qtbot, kind, other):
    use_numbers("point")
    field = NumberField(0.0, 10.0, 0.05, 1.0, " s")
    qtbot.addWidget(field)
    use_numbers(kind)  # Also of a window that is open already.
    line = field.lineEdit()
    assert line.text() == ("1.00 s" if kind == "point" else "1,00 s")
    line.selectAll()
    qtbot.keyClicks(line, other)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert field.value() == 0.35


def test_a_folder_that_can_not_be_is_told_at_once(qtbot, backend, tmp_path, monkeypatch):
    warned = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *given: warned.append(given[2]))
    (tmp_path / "file").write_text("")
    dialog = SettingsDialog(backend.choices, backend.models)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._folder.setText(str(tmp_path / "file" / "x"))
    dialog._accept_if_whole()
    assert dialog.isVisible()
    assert "choose another folder" in warned[0]
    dialog._folder.setText(str(tmp_path / "new"))
    dialog._accept_if_whole()
    assert not dialog.isVisible()
    assert (tmp_path / "new").is_dir()
