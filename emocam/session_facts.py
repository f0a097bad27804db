"""What a session says of itself, by which files and analyses are known again, and what it is called."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import emocam
from emocam.adapters.model_card import fingerprint
from emocam.adapters.paths import free_name
from emocam.adapters.settings import Settings
from emocam.bundle import bundled, model_card, model_folder
from emocam.domain.files import SESSION, hyphenated, plain_name
from emocam.domain.ports import SourceInfo

MODEL_HASH = "model_hash"
_GIVEN: set[Path] = set()  # Names of sessions that may not be there yet.


def session_meta(settings: Settings, info: SourceInfo, path: Path | None = None) -> dict[str, str]:
    """What a session file says of its run. path: of the file that is analysed, so that a player finds it again."""
    card = model_card(settings)
    meta = {
        "app": f"emocam {emocam.__version__}",
        "classes": ",".join(card.classes),
        "uncertain_below": str(card.uncertain_below),
        "source": info.name,
        "source_kind": info.kind.value,
        "frame_rate": str(info.frame_rate or ""),
        "duration_s": str(info.duration or ""),
    } | analysis_facts(settings)
    if info.started_at:
        meta["started_at"] = info.started_at.isoformat()
    return meta | (file_facts(path) if path else {})


def analysis_facts(settings: Settings) -> dict[str, str]:
    """By which two analyses are known to be alike: all of the settings that changes the readings."""
    card = model_card(settings)
    return {
        "model": f"{card.name} {card.version}",
        MODEL_HASH: fingerprint(model_folder(settings)),
        "detector": settings.detector.value,
        "smoothing_s": str(settings.smoothing_s),
    }


def is_bundled_model(model_hash: str) -> bool:
    return model_hash == fingerprint(bundled("trained_models", Settings().model))


def file_facts(path: Path) -> dict[str, str]:
    """By which a file is known again."""
    facts = path.stat()
    return {
        "source_path": str(path.resolve()),
        "source_bytes": str(facts.st_size),
        "source_modified": datetime.fromtimestamp(facts.st_mtime, UTC).isoformat(),
    }


def new_session_path(settings: Settings, name: str) -> Path:
    """A free one in the recordings folder, named by the moment, the source's name and this process; no other call and no other
    window gets the same."""
    source = hyphenated(plain_name(name))[:40] or "source"
    stem = f"{datetime.now():%Y-%m-%dT%H-%M-%S} {source} p{os.getpid()}"
    path = free_name(settings.recordings_folder / f"{stem}{SESSION}", _GIVEN)
    _GIVEN.add(path)
    return path
