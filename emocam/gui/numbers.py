"""Numbers as the user wants them written: with a point or a comma."""

from __future__ import annotations

from PyQt6.QtCore import QLocale
from PyQt6.QtGui import QValidator
from PyQt6.QtWidgets import QApplication, QDoubleSpinBox

from emocam.domain.times import time_text


def use_numbers(kind: str) -> None:
    """For the windows, from now on; in files a point is a point. kind: system, point or comma."""
    languages = {"point": QLocale.Language.English, "comma": QLocale.Language.German}
    QLocale.setDefault(QLocale(languages[kind]) if kind in languages else QLocale.system())
    for window in QApplication.topLevelWidgets():
        window.setLocale(QLocale())  # All in it hear of it.


def decimal(value: float, digits: int = 2) -> str:
    return QLocale().toString(float(value), "f", digits)


def short(value: float) -> str:
    """With as many digits as it has."""
    return with_sign(f"{value:g}")


def moment(seconds: float) -> str:
    """A time in a recording, to the hundredth of a second; `parse_time` reads it back, which knows point and comma alone."""
    text = time_text(seconds)
    return text.replace(".", ",") if QLocale().decimalPoint() == "," else text


def with_sign(text: str) -> str:
    """text: a number with a point."""
    return text.replace(".", QLocale().decimalPoint())


def percent(share: float, digits: int = 0) -> str:
    """share: 0 to 1."""
    return f"{decimal(100 * share, digits)} %"


class NumberField(QDoubleSpinBox):
    """For a number with two digits, written with either sign."""

    def __init__(self, low: float, high: float, step: float, value: float, suffix: str) -> None:
        super().__init__()
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setDecimals(2)
        self.setValue(value)
        self.setSuffix(suffix)

    def validate(self, text: str | None, pos: int) -> tuple[QValidator.State, str, int]:
        return super().validate(self._with_own_sign(text or ""), pos)

    def valueFromText(self, text: str | None) -> float:
        return super().valueFromText(self._with_own_sign(text or ""))

    def _with_own_sign(self, text: str) -> str:
        """Qt takes the other one for the sign between thousands, and leaves it out: 0,5 would become 5."""
        own = self.locale().decimalPoint()
        return text.replace("," if own == "." else ".", own)
