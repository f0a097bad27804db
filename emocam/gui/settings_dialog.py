"""What a user can set, in one place for both windows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emocam.domain.detector_range import DetectorRange
from emocam.domain.errors import EmocamError
from emocam.gui import theme
from emocam.gui.backend import Backend, Choices
from emocam.gui.numbers import NumberField, use_numbers
from emocam.gui.plain import plain
from emocam.gui.translation import told, tr

_WIDTH = 600


class SettingsDialog(QDialog):
    """models: the names of the models there are."""

    def __init__(self, choices: Choices, models: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self._before = choices
        ranges = {
            tr("Near and far"): DetectorRange.AUTO,
            tr("Near faces only (fastest)"): DetectorRange.SHORT,
            tr("Far faces, unchecked"): DetectorRange.FULL,
        }
        names = list(dict.fromkeys([*models, choices.model]))
        self._model = _choice({name: name for name in names}, choices.model)
        self._device = _choice({tr("GPU where there is one"): "auto", "CPU": "cpu", "GPU": "gpu"}, choices.device)
        self._detector = _choice(ranges, choices.detector)
        self._smoothing = NumberField(0.0, 10.0, 0.05, choices.smoothing_s, " s")
        self._smoothing.setSpecialValueText(tr("off"))
        self._threshold = NumberField(0.05, 1.0, 0.05, choices.threshold, "")
        self._showed = {field: field.value() for field in (self._smoothing, self._threshold)}
        self._record = QCheckBox(tr("Keep a session file of every live run"))
        self._record.setChecked(choices.record)
        self._folder = QLineEdit()
        # There may be no room for all of it.
        self._folder.textChanged.connect(lambda path: self._folder.setToolTip(plain(path)))
        self._folder.setText(choices.recordings)
        browse = QPushButton(tr("Browse…"))
        browse.clicked.connect(self._browse)
        folder = QHBoxLayout()
        folder.setSpacing(theme.GRID)
        folder.addWidget(self._folder, 1)
        folder.addWidget(browse)
        self._appearance = _choice(
            {tr("As the system"): "system", tr("Light"): "light", tr("Dark"): "dark"}, choices.appearance
        )
        self._language = _choice({tr("As the system"): "system", "English": "en", "Deutsch": "de"}, choices.language)
        self._numbers = _choice({tr("As the system"): "system", "1,234.5": "point", "1.234,5": "comma"}, choices.numbers)

        layout = QVBoxLayout(self)
        layout.setSpacing(theme.GRID)
        labels: list[QLabel] = []
        for title, rows in (
            (
                tr("Analysis"),
                (
                    (tr("&Model"), self._model),
                    (tr("&Runs on"), self._device),
                    (tr("&Faces"), self._detector),
                    (tr("&Smoothing"), self._smoothing),
                    (tr("&Threshold"), self._threshold),
                ),
            ),
            (tr("Recordings"), (("", self._record), (tr("Fo&lder"), folder))),
            (
                tr("Window"),
                ((tr("&Appearance"), self._appearance), (tr("Lan&guage"), self._language), (tr("&Numbers"), self._numbers)),
            ),
        ):
            group = QGroupBox(title)
            form = QFormLayout(group)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            for label, field in rows:
                form.addRow(label, field)
                if isinstance(said := form.labelForField(field), QLabel):
                    labels.append(said)
                    if field is folder:
                        said.setBuddy(self._folder)  # Else the "&" would be seen.
            layout.addWidget(group)
        widest = max(said.sizeHint().width() for said in labels)
        for said in labels:  # The fields of all groups begin below each other.
            said.setMinimumWidth(widest)
        note = QLabel(
            tr(
                "Appearance, numbers and threshold change at once, model and language when emocam is started anew, "
                "the rest when a camera is started or a file analysed."
            )
        )
        note.setWordWrap(True)
        layout.addWidget(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._accept_if_whole)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        width = max(_WIDTH, layout.totalMinimumSize().width())
        self.setMinimumWidth(width)
        self.resize(width, layout.totalHeightForWidth(width))  # Left to Qt, it is pressed into two thirds of the screen.

    @property
    def choices(self) -> Choices:
        folder = self._folder.text()
        return Choices(
            model=self._model.currentData(),
            device=self._device.currentData(),
            detector=self._detector.currentData(),
            smoothing_s=self._unless_the_same(self._smoothing, self._before.smoothing_s),
            threshold=self._unless_the_same(self._threshold, self._before.threshold),
            record=self._record.isChecked(),
            recordings=folder if folder == self._before.recordings else folder.strip(),
            appearance=self._appearance.currentData(),
            language=self._language.currentData(),
            numbers=self._numbers.currentData(),
        )

    def _unless_the_same(self, field: NumberField, before: float) -> float:
        """A field shows two digits and a usual range; what was finer or beyond and not touched stays as it was."""
        return before if field.value() == self._showed[field] else round(field.value(), 2)

    def _accept_if_whole(self) -> None:
        """Told here rather than by the next start."""
        folder = self.choices.recordings
        if folder and folder != self._before.recordings:
            try:
                Path(folder).expanduser().mkdir(parents=True, exist_ok=True)
            except (OSError, RuntimeError, ValueError) as error:
                reason = getattr(error, "strerror", None) or error
                words = tr("{path} can't be made ({reason}); choose another folder.")
                QMessageBox.warning(self, self.windowTitle(), plain(words.format(path=folder, reason=reason)))
                self._folder.setFocus()
                return
        self.accept()

    def _browse(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder for session files"), self._folder.text())
        if name:
            self._folder.setText(name)


def ask_settings(backend: Backend, parent: QWidget) -> bool:
    """Let the user change them, and keep them; False where nothing was changed. What concerns the windows changes at once."""
    before = backend.choices
    dialog = SettingsDialog(before, backend.models, parent)
    if not dialog.exec() or dialog.choices == before:
        return False
    try:
        backend.choose(dialog.choices)
    except EmocamError as error:  # They hold for this run all the same.
        QMessageBox.warning(parent, "emocam", plain(told(error.sentence)))
    use_numbers(dialog.choices.numbers)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply_theme(application, dialog.choices.appearance)
    return True


def _choice(options: dict[str, Any], current: object) -> QComboBox:
    """What the settings file says stays to be chosen, even where the list does not have it."""
    box = QComboBox()
    if current not in options.values():
        options = {**options, str(current): current}
    for text, value in options.items():
        box.addItem(text, value)
    box.setCurrentIndex(list(options.values()).index(current))
    return box
