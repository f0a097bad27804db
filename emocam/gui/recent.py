"""The files that were opened last."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QFileInfo, QSettings

_MOST = 12


def recent_files() -> list[Path]:
    """Those that are still there, the newest first."""
    kept = QSettings().value("recent/files", []) or []
    names = [kept] if isinstance(kept, str) else list(kept)
    return [Path(name) for name in names if QFileInfo.exists(name)]  # Python's own raises where one may not look.


def remember_file(path: Path) -> None:
    path = path.resolve()
    names = [str(path), *(str(known) for known in recent_files() if known != path)]
    QSettings().setValue("recent/files", names[:_MOST])
