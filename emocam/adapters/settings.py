"""What the user chose, kept in a small JSON file in the system's place for settings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import platformdirs

from emocam.domain.detector_range import DetectorRange

DEFAULT_MODEL = "emocam-fer7"


@dataclass(frozen=True, slots=True)
class Settings:
    """model: a folder of trained_models, or a path. smoothing_s: time constant in seconds. record: whether every live run is
    kept as a session file. recordings: where; empty for the user's data folder. device: auto, cpu or gpu. threshold: from
    which probability on a class counts as shown. appearance: system, light or dark. language: system, or a code such as de.
    numbers: system, point or comma."""

    model: str = DEFAULT_MODEL
    detector: DetectorRange = DetectorRange.AUTO
    smoothing_s: float = 0.5
    record: bool = True
    recordings: str = ""
    device: str = "auto"
    threshold: float = 0.5
    appearance: str = "system"
    language: str = "system"
    numbers: str = "system"

    @property
    def recordings_folder(self) -> Path:
        return Path(self.recordings) if self.recordings else platformdirs.user_data_path("emocam", False) / "sessions"


def settings_path() -> Path:
    return platformdirs.user_config_path("emocam", False) / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """The kept settings; what is missing or unreadable takes its default."""
    try:
        kept = json.loads((path or settings_path()).read_text(encoding="utf-8"))
        known = {field.name: kept[field.name] for field in fields(Settings) if field.name in kept}
        if "detector" in known:
            known["detector"] = DetectorRange(known["detector"])
        return Settings(**known)
    except (OSError, ValueError, TypeError):
        return Settings()


def save_settings(settings: Settings, path: Path | None = None) -> None:
    target = path or settings_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")
    part.replace(target)
