"""The one place that joins settings, adapters and pipeline.

Adapters are imported inside the functions: OpenCV, PyAV and MediaPipe take a second to load, and they do so in the threads that
call these, while the window is on the screen already.
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import emocam
from emocam.adapters.model_card import CARD, KERAS, LITERT, fingerprint, read_card
from emocam.adapters.paths import exists, free_name, is_folder
from emocam.adapters.settings import Settings, check_device
from emocam.domain.errors import ModelError, Sentence
from emocam.domain.files import hyphenated, plain_name
from emocam.domain.model_card import ModelCard
from emocam.domain.ports import Classifier, FaceLocator, FrameSource, RecordingSink, SessionListener, SourceInfo
from emocam.domain.timeline import Timeline
from emocam.domain.vision import Frame
from emocam.pipeline.analyser import Analyser
from emocam.pipeline.live import LiveSession
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker

if TYPE_CHECKING:
    from emocam.adapters.cv2_camera import CameraEntry


def bundled(*parts: str) -> Path:
    """A file of `assets/` or `trained_models/`: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parent
    inside = package.joinpath("bundled", *parts)
    return inside if inside.exists() else package.parent.joinpath(*parts)


_log = logging.getLogger(__name__)
_DEVICES = Path("/dev")
_LET_GO_WITHIN_S = 5.0  # A network camera that hangs lets go after its own time limit.
_GIVEN: set[Path] = set()  # Names of sessions that may not be there yet.
LOCATORS_FOR_FILES = min(2, os.cpu_count() or 1)  # docs/decisions/0009: more were not faster on two cores.
MODEL_HASH = "model_hash"
DEMO_CLIP = bundled("assets", "demo", "demo.mp4")


def model_folder(settings: Settings) -> Path:
    """One's own by its path; what is called like a bundled one, as a folder here may be by chance, is that."""
    own, named = Path(settings.model), bundled("trained_models", settings.model)
    return own if is_folder(own) and not (own.name == settings.model and exists(named / CARD)) else named


def model_card(settings: Settings) -> ModelCard:
    return read_card(model_folder(settings))


def gpu_present() -> bool:
    """Whether there is an NVIDIA GPU that this process may use; asked of the system, since asking TensorFlow takes seconds."""
    # A container may have been given any one of them, such as nvidia3 alone.
    return any(_DEVICES.glob("nvidia[0-9]*")) and os.environ.get("CUDA_VISIBLE_DEVICES") not in ("", "-1")


def build_classifier(settings: Settings) -> Classifier:
    """The Keras model where a GPU runs it, else its LiteRT form. Raises ModelError."""
    from emocam.adapters.face_classifier import FaceClassifier
    from emocam.adapters.keras_network import KerasNetwork
    from emocam.adapters.litert_network import LiteRtNetwork

    check_device(settings.device)
    if settings.device == "gpu" and not gpu_present():
        raise ModelError("There is no NVIDIA GPU that emocam can use here; choose the device cpu or auto.")
    folder = model_folder(settings)
    card = read_card(folder)
    why = Sentence("as chosen") if settings.device == "cpu" else Sentence("no NVIDIA GPU here")
    if settings.device != "cpu" and gpu_present():
        try:
            network = KerasNetwork(folder / KERAS)
            if network.device.startswith("GPU"):
                why = Sentence("as chosen") if settings.device == "gpu" else Sentence("found here")
                return FaceClassifier(card, network, why)
            reason = Sentence("install its CUDA libraries (`pip install tensorflow[and-cuda]`)")
        except ModelError as error:  # Such as a folder with the LiteRT form alone.
            if settings.device == "gpu":
                raise
            reason = error.sentence
        except Exception as error:  # noqa: BLE001  # TensorFlow's own, such as no memory left on the GPU
            reason = Sentence(str(error).partition("\n")[0][:160])
        if settings.device == "gpu":
            raise ModelError("TensorFlow can't use the GPU here; {reason}.", reason=reason)
        _log.warning("There is a GPU, but the model runs on the CPU: %s", reason)
        why = Sentence("TensorFlow can't use the GPU")
    return FaceClassifier(card, LiteRtNetwork(folder / LITERT), why)


def build_locator(settings: Settings) -> FaceLocator:
    """Raises ModelError."""
    from emocam.adapters.mediapipe_locator import MediaPipeLocator

    return MediaPipeLocator(bundled("assets", "models"), settings.detector)


def build_analyser(settings: Settings, locators: int = 1) -> Analyser:
    """locators: so many detectors, for a recording, whose frames can be looked at side by side. Raises ModelError."""
    from emocam.adapters.frame_memory import keep_freed_memory

    keep_freed_memory()
    with ExitStack() as undo:
        classifier = build_classifier(settings)
        undo.callback(classifier.close)
        made = []
        for _ in range(locators):
            made.append(build_locator(settings))
            undo.callback(made[-1].close)
        undo.pop_all()
    return Analyser(made[0], classifier, Tracker(), Smoother(settings.smoothing_s), made[1:])


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
    from emocam.adapters.session_file import EXTENSION

    source = hyphenated(plain_name(name))[:40] or "source"
    stem = f"{datetime.now():%Y-%m-%dT%H-%M-%S} {source} p{os.getpid()}"
    path = free_name(settings.recordings_folder / f"{stem}{EXTENSION}", _GIVEN)
    _GIVEN.add(path)
    return path


class NamedCamera:
    """A camera that is found and opened by the thread that reads it: to list cameras takes a while too.

    One is open at a time: most cameras refuse a second opening, so a new run waits until the one before has let go.
    """

    _one_at_a_time = threading.Lock()

    def __init__(self, text: str) -> None:
        self._text = text
        self._camera: tuple[CameraEntry, frozenset[str]] | None = None  # Which it was, and its twins.
        self._source: FrameSource | None = None
        self._holds = False

    def open(self) -> SourceInfo:
        from emocam.adapters.cv2_camera import Cv2Camera, found_again, twins_of
        from emocam.adapters.sources import find_camera

        self.close()
        self._holds = self._one_at_a_time.acquire(timeout=_LET_GO_WITHIN_S)
        try:
            self._source = found_again(*self._camera) if self._camera else find_camera(self._text)
            info = self._source.open()
            if self._camera is None and isinstance(self._source, Cv2Camera):
                self._camera = self._source.entry, twins_of(self._source.entry)
            return info
        except BaseException:
            self.close()
            raise

    def read(self) -> Frame | None:
        return self._source.read() if self._source else None

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None
        if self._holds:
            self._holds = False
            self._one_at_a_time.release()


class Recorder:
    """Makes the session file of one live run, if the settings want one, and remembers where it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path: Path | None = None

    def __call__(self, info: SourceInfo) -> RecordingSink | None:
        from emocam.adapters.session_file import SessionWriter

        if not self._settings.record:
            return None
        path = new_session_path(self._settings, info.name)
        sink = SessionWriter(path, session_meta(self._settings, info))
        self.path = path  # Only now: there is nothing where it can't be begun.
        return sink


def build_live_session(
    source: str, settings: Settings, listener: SessionListener | None = None
) -> tuple[LiveSession, Recorder]:
    """A session on what `source` names, not started. Raises ModelError where the model's folder is not in order."""
    recorder = Recorder(settings)
    session = LiveSession(
        NamedCamera(source),
        lambda: build_analyser(settings),
        recorder,
        Timeline(model_card(settings).classes),
        listener=listener,
    )
    return session, recorder
