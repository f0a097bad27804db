"""Numbers as the user wants them written: with a point or a comma."""

from __future__ import annotations

from PyQt6.QtCore import QLocale
from PyQt6.QtWidgets import QDoubleSpinBox


def use_numbers(kind: str) -> None:
    """For the windows, from now on; in files a point is a point. kind: system, point or comma."""
    languages = {"point": QLocale.Language.English, "comma": QLocale.Language.German}
    QLocale.setDefault(QLocale(languages[kind]) if kind in languages else QLocale.system())


def decimal(value: float, digits: int = 2) -> str:
    return QLocale().toString(float(value), "f", digits)


def short(value: float) -> str:
    """With as many digits as it has."""
    return with_sign(f"{value:g}")


def with_sign(text: str) -> str:
    """text: a number with a point."""
    return text.replace(".", QLocale().decimalPoint())


def percent(share: float, digits: int = 0) -> str:
    """share: 0 to 1."""
    return f"{decimal(100 * share, digits)} %"


def number_field(low: float, high: float, step: float, value: float, suffix: str) -> QDoubleSpinBox:
    """For a number with two digits."""
    box = QDoubleSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setDecimals(2)
    box.setValue(value)
    box.setSuffix(suffix)
    return box
