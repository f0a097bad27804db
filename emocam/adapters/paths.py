"""What is at a path: unlike `pathlib`, with no for an answer where one may not look or a name is too long. And what the system
says of it where something fails."""

from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import Set
from pathlib import Path


def exists(path: Path) -> bool:
    return os.path.lexists(path)


def is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112


def free_name(path: Path, taken: Set[Path] = frozenset()) -> Path:
    """`path`; where something is there, or it is one of `taken`, the first of `NAME 2`, `NAME 3` and so on that is free."""
    names = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in itertools.count(2))
    return next(name for name in itertools.chain([path], names) if not exists(name) and name not in taken)


def draft_for(path: Path) -> Path:
    """A name beside `path` for what takes its place once it is whole: nobody else's, and short, as `path` may have the longest
    name that a disk takes."""
    return path.with_name(f".{uuid.uuid4().hex[:12]}.part")


def why_not(path: Path) -> str:
    """Why there can't be a file `path`, in the system's words; empty where that is not known beforehand."""
    try:
        path.lstat()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return error.strerror or str(error)
    return ""


def trouble(error: OSError, where: str = "") -> str:
    """What the system said, as a sentence. where: what it is about, if the system does not say."""
    place = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else where
    return f"{place}{': ' if place else ''}{error.strerror or error}; mend it and run again."
