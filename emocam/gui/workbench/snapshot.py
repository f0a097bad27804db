"""The picture of a moment, saved where people keep theirs."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path

from PyQt6.QtCore import QFileInfo, QStandardPaths
from PyQt6.QtGui import QImage

from emocam.domain.files import plain_name
from emocam.domain.times import time_text
from emocam.gui.translation import tr


def save_snapshot(picture: QImage | None, title: str, position: float) -> str:
    """What came of it, in a sentence. Replaces nothing. title: of the recording; position: in it, in seconds."""
    if picture is None:
        return tr("There is no picture here to save.")
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    folder = Path(pictures) if Path(pictures).is_dir() else Path.home()
    stem = f"{plain_name(title)} {time_text(position).replace(':', '-')}"
    names = chain([f"{stem}.png"], (f"{stem} {number}.png" for number in count(2)))
    out = next(folder / name for name in names if not QFileInfo.exists(str(folder / name)))
    if picture.save(str(out)):
        return tr("Snapshot saved to {path}", path=out)
    return tr("The snapshot can't be written to {path}; make room, or let emocam write there.", path=out)
