"""The legend of a chart, whose names are switches."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QPalette, QPixmap
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from emocam.gui import theme
from emocam.gui.plain import plain
from emocam.gui.translation import class_name, tr


class ClassLegend(QWidget):
    """In class order, each with its colour."""

    toggled = pyqtSignal(int, bool)  # The place of a class, and whether it is to be seen.

    def __init__(self, classes: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes = classes
        self.switches = [self._switch(place, name) for place, name in enumerate(classes)]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for switch in self.switches:
            layout.addWidget(switch)
        self._recolour()

    def is_on(self, place: int) -> bool:
        return self.switches[place].isChecked()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._recolour()

    def _switch(self, place: int, name: str) -> QToolButton:
        switch = QToolButton()
        switch.setObjectName("switch")
        switch.setText(class_name(name))
        switch.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        switch.setCheckable(True)
        switch.setChecked(True)
        switch.setToolTip(plain(tr("Show or hide {expression}", expression=class_name(name))))
        switch.toggled.connect(lambda on: self.toggled.emit(place, on))
        switch.toggled.connect(lambda *_: self._recolour())
        return switch

    def _recolour(self) -> None:
        palette = self.palette()
        for name, switch in zip(self._classes, self.switches, strict=True):
            swatch = QPixmap(14, 4)
            swatch.fill(theme.class_colour(name, palette) if switch.isChecked() else QColor(Qt.GlobalColor.transparent))
            switch.setIcon(QIcon(swatch))
            text = palette.color(QPalette.ColorRole.WindowText)
            text.setAlphaF(1.0 if switch.isChecked() else 0.4)
            switch.setStyleSheet(f"color: {text.name(QColor.NameFormat.HexArgb)};")
