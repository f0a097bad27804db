"""What is at a path. Unlike those of `pathlib`, these answer no where one may not look or a name is too long."""

from __future__ import annotations

import os.path
from pathlib import Path


def exists(path: Path) -> bool:
    return os.path.lexists(path)


def is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112
