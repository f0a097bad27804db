"""What everything on the screen is drawn with: the system's light or dark scheme, one accent, an 8-pixel grid."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette, QStyleHints
from PyQt6.QtWidgets import QApplication

from emocam.domain.colours import style_of

GRID = 8
ACCENT = QColor("#2874C4")
_TEXT_PX = 13
_LARGEST_USUAL_PX = 15  # Of a desktop's own text; who has larger text has asked for it.
_SYSTEM_PX = "system_text_px"


def apply_theme(application: QApplication, appearance: str = "system") -> None:
    """appearance: system, light or dark. May be called again at any time.

    Not every desktop can be told a scheme, so the palette is set here as well; where the system asks for high contrast, its own
    colours stay.
    """
    application.setStyle("Fusion")
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    hints = QGuiApplication.styleHints()
    dark, contrast = appearance == "dark", False
    if hints is not None:
        hints.setColorScheme(schemes.get(appearance, Qt.ColorScheme.Unknown))
        if appearance == "system":
            dark, contrast = hints.colorScheme() == Qt.ColorScheme.Dark, _asks_for_contrast(hints)
    _set_text_size(application)
    palette = QPalette() if contrast else _palette(_DARK if dark else _LIGHT)
    application.setPalette(palette)
    if not contrast:
        # Fusion draws a border in the window's colour, darkened; on a dark window that can't be seen.
        palette.setColor(QPalette.ColorRole.Window, QColor(_BORDER_DARK if dark else _BORDER_LIGHT).lighter(_FUSION_DARKENS))
    for kind in _BORDERED:
        application.setPalette(palette, kind)
    application.setStyleSheet(_STYLE)


def _asks_for_contrast(hints: QStyleHints) -> bool:
    """Known to Qt from 6.10 on."""
    known = getattr(hints, "accessibility", None)
    return known is not None and known().contrastPreference() == Qt.ContrastPreference.HighContrast


def _set_text_size(application: QApplication) -> None:
    font = application.font()
    if application.property(_SYSTEM_PX) is None:  # Before it is ours.
        application.setProperty(_SYSTEM_PX, QFontInfo(font).pixelSize())
    system = int(application.property(_SYSTEM_PX))
    font.setPixelSize(system if system > _LARGEST_USUAL_PX else _TEXT_PX)
    application.setFont(font)


def _palette(colours: dict[str, str]) -> QPalette:
    palette = QPalette()
    for name, value in colours.items():
        palette.setColor(QPalette.ColorRole[name], QColor(value))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        faded = QColor(palette.color(role))
        faded.setAlphaF(0.4)
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    palette.setColor(QPalette.ColorRole.Accent, ACCENT)
    palette.setColor(QPalette.ColorRole.Highlight, ACCENT)
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("white"))
    return palette


_LIGHT = {
    "Window": "#F1F2F4",
    "WindowText": "#1C1F23",
    "Base": "#FFFFFF",
    "AlternateBase": "#F6F7F8",
    "Text": "#1C1F23",
    "Button": "#E7E9EC",
    "ButtonText": "#1C1F23",
    "PlaceholderText": "#71767D",
    "ToolTipBase": "#FFFFFF",
    "ToolTipText": "#1C1F23",
    "Light": "#FFFFFF",
    "Midlight": "#DEE1E5",
    "Mid": "#BFC4CA",
    "Dark": "#9BA1A8",
    "Shadow": "#6B7178",
    "BrightText": "#D33333",
    "Link": "#1F6FC0",
}
_DARK = {
    "Window": "#1E2124",
    "WindowText": "#E6E8EA",
    "Base": "#16181B",
    "AlternateBase": "#1B1E21",
    "Text": "#E6E8EA",
    "Button": "#2B2F34",
    "ButtonText": "#E6E8EA",
    "PlaceholderText": "#8D939A",
    "ToolTipBase": "#2B2F34",
    "ToolTipText": "#E6E8EA",
    "Light": "#3C4147",
    "Midlight": "#33383D",
    "Mid": "#454B52",
    "Dark": "#111315",
    "Shadow": "#08090A",
    "BrightText": "#FF6B6B",
    "Link": "#6FB1F0",
}

_BORDERED = ("QLineEdit", "QAbstractSpinBox", "QComboBox", "QCheckBox", "QListView", "QTableView")
_BORDER_LIGHT, _BORDER_DARK = "#8F959C", "#6B7178"  # Both with a contrast of about three to what is inside.
_FUSION_DARKENS = 140  # Per cent.


def is_dark(palette: QPalette) -> bool:
    return palette.color(QPalette.ColorRole.Base).lightness() < 128  # That of the window is a border's in lists and fields.


def class_colour(name: str, palette: QPalette) -> QColor:
    style = style_of(name)
    return QColor(style.dark if is_dark(palette) else style.light)


def quiet_text(palette: QPalette) -> QColor:
    """For what is there to be read, but not first."""
    colour = QColor(palette.color(QPalette.ColorRole.WindowText))
    colour.setAlphaF(0.72)
    return colour


def scaled(pixels: int) -> int:
    """So many pixels beside text of the usual size, and more beside larger text."""
    return round(pixels * max(QGuiApplication.font().pixelSize(), _TEXT_PX) / _TEXT_PX)


def number_font(pixels: int = _TEXT_PX) -> QFont:
    """Digits of one width, for numbers that move. pixels: beside text of the usual size."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(scaled(pixels))
    return font


_STYLE = """
QToolButton, QPushButton { padding: 5px 10px; border-radius: 5px; }
QPushButton { background: palette(button); border: 1px solid palette(mid); }
QPushButton:hover { background: palette(midlight); }
QToolButton { border: 1px solid transparent; }
QToolButton:hover:enabled { background: palette(midlight); }
QToolButton:checked { background: palette(mid); }
QToolButton:focus, QPushButton:focus { border: 1px solid palette(accent); }
QToolButton[popupMode="2"] { padding-right: 20px; }
QToolButton::menu-indicator { subcontrol-position: right center; right: 4px; }
QToolButton#switch { padding: 3px 8px; }
QToolButton#switch:checked { background: transparent; }
QToolBar { border: none; spacing: 4px; padding: 4px 8px; }
QStatusBar::item { border: none; }
QSplitter::handle { background: transparent; }
QGraphicsView { border: 1px solid transparent; }
QGraphicsView:focus { border: 1px solid palette(accent); }
"""
