"""What the user chose, kept in a small JSON file in the system's place for settings."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

from emocam.domain.detector_range import DetectorRange
from emocam.domain.errors import ModelError

DEVICES = ("auto", "cpu", "gpu")
DEFAULT_MODEL = "emocam-fer7"
BROKEN = ".broken"  # What a settings file with a slip is called once another one was saved in its place.
_log = logging.getLogger(__name__)


def check_device(device: str) -> None:
    """Raises ModelError where there is no such device."""
    if device not in DEVICES:
        raise ModelError("There is no device {device}; choose auto, cpu or gpu.", device=f"{device!r}")


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
        if not self.recordings:
            return platformdirs.user_data_path("emocam", False) / "sessions"
        with suppress(RuntimeError):  # Nobody of that name is here.
            return Path(self.recordings).expanduser()
        return Path(self.recordings)


def settings_path() -> Path:
    return platformdirs.user_config_path("emocam", False) / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """The kept settings; what is missing takes its default, and so does what is wrong, which the log tells."""
    settings, slips = read_settings(path)
    for slip in slips:
        _log.warning("%s", slip)
    return settings


def read_settings(path: Path | None = None) -> tuple[Settings, tuple[str, ...]]:
    """The kept settings, and a sentence for each that is not as it must be: its default holds, the others stay."""
    source = path or settings_path()
    try:
        kept = json.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(), ()
    except OSError as error:
        return Settings(), (f"{source} can't be read ({error.strerror}), so the defaults hold; make it readable.",)
    except (ValueError, RecursionError) as error:
        way_out = "mend it there (within a path write / or \\\\) or remove it"
        return Settings(), (f"{source} is no valid JSON ({error}), so the defaults hold; {way_out}.",)
    if not isinstance(kept, dict):
        return Settings(), (f"{source} holds no settings, so the defaults hold; remove it.",)
    slips = {name: slip for name, value in kept.items() if (slip := _slip(name, value))}
    good: dict[str, Any] = {name: _VALUES[name].take(value) for name, value in kept.items() if name not in slips}
    return Settings(**good), tuple(f"{slip} in {source}." for slip in slips.values())


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """A file with a slip, which may hold what somebody wrote by hand, is set aside first."""
    target = path or settings_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")
    if read_settings(target)[1]:
        target.replace(target.with_name(target.name + BROKEN))
    part.replace(target)


@dataclass(frozen=True, slots=True)
class _Value:
    """wanted: what it must be, in words. take: makes the setting of what JSON gave."""

    wanted: str
    fits: Callable[[Any], bool]
    take: Callable[[Any], Any] = lambda value: value


def _text(what: str) -> _Value:
    return _Value(f"{what}, in quotes", _can_be_a_path)


def _can_be_a_path(value: Any) -> bool:
    try:
        return isinstance(value, str) and b"\0" not in os.fsencode(value)
    except UnicodeError:
        return False


def _one_of(*names: str) -> _Value:
    return _Value(f"one of {', '.join(names)}, in quotes", lambda value: value in names)


def _number(most: float) -> _Value:
    def fits(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most

    return _Value(f"a number from 0 to {most:g}, without quotes", fits, float)


_VALUES = {
    "model": _text("a model's name or folder"),
    "detector": _Value(_one_of(*DetectorRange).wanted, lambda value: value in tuple(DetectorRange), DetectorRange),
    "smoothing_s": _number(3600),
    "record": _Value("true or false", lambda value: isinstance(value, bool)),
    "recordings": _text("a folder"),
    "device": _one_of(*DEVICES),
    "threshold": _number(1),
    "appearance": _one_of("system", "light", "dark"),
    "language": _text("system or a code such as de"),
    "numbers": _one_of("system", "point", "comma"),
}


def _slip(name: str, value: Any) -> str:
    """What is wrong with one setting, as the beginning of a sentence; empty where nothing is."""
    if name not in _VALUES:
        return f"There is no setting {name!r}; correct or remove it"
    wrong = not _VALUES[name].fits(value)
    return f"The setting {name} is {json.dumps(value)}, so its default holds; make it {_VALUES[name].wanted}" if wrong else ""
