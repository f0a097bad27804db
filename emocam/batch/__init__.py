"""Many files: a queue over processes or a cluster, a session per file, and tables over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emocam.adapters.paths import is_folder


def wants_queue(sources: Sequence[str], *options: object) -> bool:
    """Whether `emocam analyze` is meant for many files: a folder is among the sources, or an option of the queue is given."""
    return any(option is not None for option in options) or any(is_folder(Path(source)) for source in sources)
