"""`emocam doctor`: what is here, what is wrong, and how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
from rich.console import Console

import emocam
from emocam.adapters.display import display_missing
from emocam.adapters.model_card import KERAS, LITERT, model_folders, read_card, sha256
from emocam.adapters.paths import exists
from emocam.adapters.quiet import native_stderr_to_log
from emocam.adapters.settings import read_settings, settings_path
from emocam.bootstrap import gpu_present
from emocam.bundle import bundled
from emocam.domain.errors import EmocamError

_PACKAGES = ("PyQt6", "pyqtgraph", "numpy", "mediapipe", "ai-edge-litert", "av", "tensorflow", "keras", "matplotlib", "pyarrow")
_CV2_PACKAGES = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)
_LEAST_FREE_GB = 1.0
_LIBRARIES = "libgl1 libegl1 libgles2 libglib2.0-0"  # What OpenCV and MediaPipe load.
_PLATFORM, _PLAYER = "libqxcb.so", "libffmpegmediaplugin.so"  # Qt's plug-ins for windows and for sound on Linux.
_QT_TRIAL = (
    "import sys; from PyQt6.QtGui import QGuiApplication; a = QGuiApplication(sys.argv); print(QGuiApplication.platformName())"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """what: was looked at. value: what was found. remedy: a sentence that mends it, empty where nothing is wrong.
    hint: something to know that is not wrong."""

    what: str
    value: str
    remedy: str = ""
    hint: str = ""


def examine() -> int:
    """Print every finding; 0 where nothing is wrong, else 1."""
    screen = Console(soft_wrap=True, highlight=False, emoji=False)
    wrong = 0
    for check in (_versions, _one_cv2, _qt, _sound, _cameras, _devices, _detectors, _models, _places):
        for finding in _guarded(check):
            mark = "[red]✘[/red]" if finding.remedy else "[green]✔[/green]"
            screen.print(mark, end=" ")
            screen.print(f"{finding.what:<22}", end="", markup=False)
            screen.print(finding.value, markup=False)
            for line in (finding.remedy, finding.hint):
                if line:
                    screen.print(f"  → {line}", markup=False)
            wrong += bool(finding.remedy)
    screen.print("Nothing is wrong." if not wrong else f"{wrong} thing(s) to mend.")
    return 1 if wrong else 0


def _guarded(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """A check that can't be done, because a library can't even be loaded or for any other reason, is a finding too, and the
    other checks go on."""
    what = check.__name__.strip("_").replace("_", " ")
    try:
        yield from check()
    except ImportError as error:
        remedy = f"Install what it names; on Debian and Ubuntu `sudo apt-get install {_LIBRARIES}` has it all."
        yield Finding(what, f"can't be checked: {error}", remedy)
    except Exception as error:  # noqa: BLE001  # who asks what is wrong must get all of the answer
        yield Finding(what, f"can't be checked: {error!r}", "Report this line, if nothing above it is the reason.")


def _versions() -> Iterator[Finding]:
    yield Finding("emocam", emocam.__version__)
    yield Finding("system", f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    for package in _PACKAGES:
        version = _version(package)
        remedy = "" if version else f"Run `{sys.executable} -m pip install {package}`."
        yield Finding(package, version or "not installed", remedy)


def _one_cv2() -> Iterator[Finding]:
    found = [package for package in _CV2_PACKAGES if _version(package)]
    remedy = ""
    if len(found) != 1:
        extra = " ".join(found)
        clear = f"{sys.executable} -m pip uninstall -y {extra} && " if extra else ""
        remedy = f"Exactly one OpenCV may be installed; run `{clear}{sys.executable} -m pip install opencv-contrib-python`."
    yield Finding("OpenCV", ", ".join(f"{package} {_version(package)}" for package in found) or "not installed", remedy)


def _qt() -> Iterator[Finding]:
    stray = os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH")
    if stray:
        yield Finding(
            "Qt plug-in path", stray, "Unset QT_QPA_PLATFORM_PLUGIN_PATH; it points Qt at another program's plug-ins."
        )
    if display_missing():
        hint = "The window needs a display; `emocam analyze` does not."
        yield Finding("display", "none", hint=hint)
        platform_name = "offscreen"
    else:
        platform_name = os.environ.get("QT_QPA_PLATFORM", "")
    environment = {**os.environ, **({"QT_QPA_PLATFORM": platform_name} if platform_name else {})}
    try:
        trial = subprocess.run(
            [sys.executable, "-c", _QT_TRIAL], capture_output=True, text=True, timeout=30, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        yield Finding("Qt", "does not start within 30 s", "Log out of the desktop and in again, then run `emocam doctor`.")
        return
    if trial.returncode == 0:
        yield Finding("Qt platform", trial.stdout.strip())
    else:
        lines = trial.stderr.strip().splitlines() or ["no message"]
        yield Finding("Qt", lines[0][:160], _qt_remedy())


def _sound() -> Iterator[Finding]:
    """Recordings are shown without it too, so that there is none is worth knowing, and no fault."""
    missing = _missing_libraries(_PLAYER)
    hint = f"Recordings are played without. {_to_install(missing)}" if missing else ""
    yield Finding("sound", "can't be played" if missing else "can be played", hint=hint)


def _qt_remedy() -> str:
    chosen = os.environ.get("QT_QPA_PLATFORM")
    if chosen:
        return f"Unset QT_QPA_PLATFORM, which is {chosen!r}."
    missing = _missing_libraries(_PLATFORM)
    return _to_install(missing) if missing else "Install PyQt6 anew: `pip install --force-reinstall PyQt6 PyQt6-Qt6`."


def _to_install(missing: list[str]) -> str:
    packages = " ".join(sorted({_debian_package(library) for library in missing}))
    return f"Libraries are missing ({', '.join(missing)}); on Debian and Ubuntu run `sudo apt-get install {packages}`."


def _missing_libraries(name: str) -> list[str]:
    """What the dynamic linker does not find for Qt's plug-in `name`."""
    files = metadata.files("PyQt6-Qt6") or []
    plugin = next((file for file in files if file.name == name), None)
    if plugin is None or shutil.which("ldd") is None:
        return []
    listing = subprocess.run(["ldd", str(plugin.locate())], capture_output=True, text=True, timeout=30, check=False).stdout
    return [line.split()[0] for line in listing.splitlines() if "not found" in line]


def _debian_package(library: str) -> str:
    """libxcb-cursor.so.0 is in libxcb-cursor0 and libX11.so.6 in libx11-6, by Debian's rule for naming packages; only the
    libraries of GLib share one, which newer systems know by this name too."""
    name, _, version = library.partition(".so.")
    if name.endswith("-2.0"):
        return "libglib2.0-0"
    return f"{name.lower()}{'-' if name[-1:].isdigit() else ''}{version.split('.')[0]}"


def _cameras() -> Iterator[Finding]:
    from emocam.adapters.cv2_camera import cameras

    found = cameras()
    for camera in found:
        yield Finding(f"camera {camera.index}", camera.name)
    if not found:
        yield Finding("cameras", "none found", hint="Connect one, or use a network camera's address or a video.")
    for device in sorted(Path("/dev").glob("video*")):
        if not os.access(device, os.R_OK | os.W_OK):
            yield Finding(str(device), "no permission", "Run `sudo usermod -aG video $USER`, log out and in again.")


def _devices() -> Iterator[Finding]:
    what = "models run on"
    if not gpu_present():
        yield Finding(what, "CPU (LiteRT); no NVIDIA GPU")
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with native_stderr_to_log():
        import tensorflow

        found = tensorflow.config.list_physical_devices("GPU")
    if found:
        yield Finding(what, f"GPU (Keras); TensorFlow finds {len(found)}")
    else:
        install = f"`{sys.executable} -m pip install tensorflow[and-cuda]`"
        remedy = f"Its CUDA libraries are missing or do not fit the driver; run {install}."
        yield Finding(what, "CPU (LiteRT); there is an NVIDIA GPU, but TensorFlow can't use it", remedy)


def _detectors() -> Iterator[Finding]:
    from emocam.adapters.mediapipe_locator import FULL_RANGE, SHORT_RANGE

    for name in (SHORT_RANGE, FULL_RANGE):
        path = bundled("assets", "models", name)
        if path.is_file():
            yield Finding("face detector", f"{name}, sha256 {sha256(path)[:12]}")
        else:
            yield Finding("face detector", f"{name} is missing", "Install emocam again.")


def _models() -> Iterator[Finding]:
    from emocam.adapters.face_classifier import FaceClassifier
    from emocam.adapters.litert_network import LiteRtNetwork

    folders = model_folders(bundled("trained_models"))
    if not folders:
        yield Finding("models", "none", "Install emocam again, or make one: `python -m training`.")
    for folder in folders:
        try:
            card = read_card(folder)
            network = LiteRtNetwork(folder / LITERT)
            FaceClassifier(card, network).close()  # Runs it once.
            hashes = f"{LITERT} sha256 {sha256(folder / LITERT)[:12]}, {KERAS} sha256 {sha256(folder / KERAS)[:12]}"
            yield Finding(f"model {card.name}", f"version {card.version}, {hashes}")
        except (EmocamError, ValueError, OSError) as error:
            yield Finding(f"model {folder.name}", str(error), "Export it again, or install emocam again.")


def _places() -> Iterator[Finding]:
    settings, slips = read_settings()
    kept = settings_path()
    for slip in slips or ("",):
        yield Finding("settings", f"{kept}{'' if kept.is_file() else ' (none kept, defaults hold)'}", slip)
    folder = settings.recordings_folder
    nearest = next((place for place in (folder, *folder.parents) if exists(place)), None)
    if nearest is None:
        yield Finding("recordings", f"{folder} can't be reached", f"Set another folder for recordings in {kept}.")
        return
    free = shutil.disk_usage(nearest).free / 1e9
    remedy = ""
    if not os.access(nearest, os.W_OK):
        remedy = f"Make {nearest} writable, or set another folder for recordings in {kept}."
    elif free < _LEAST_FREE_GB:
        remedy = "Make room on the disk: a session takes about 20 MB an hour and face."
    yield Finding("recordings", f"{folder}, {np.floor(free):.0f} GB free", remedy)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
