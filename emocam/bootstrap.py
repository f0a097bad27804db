"""The one place that joins settings, adapters and pipeline.

Adapters are imported inside the functions: OpenCV, PyAV and MediaPipe take a second to load, and they do so in the threads that
call these, while the window is on the screen already.
"""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from pathlib import Path

from emocam.adapters.model_card import KERAS, LITERT, read_card
from emocam.adapters.named_camera import NamedCamera
from emocam.adapters.settings import Settings, check_device
from emocam.bundle import bundled, model_card, model_folder
from emocam.domain.errors import ModelError, Sentence
from emocam.domain.ports import Classifier, FaceLocator, RecordingSink, SessionListener, SourceInfo
from emocam.domain.timeline import Timeline
from emocam.pipeline.analyser import Analyser
from emocam.pipeline.live import LiveSession
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker
from emocam.session_facts import new_session_path, session_meta

_log = logging.getLogger(__name__)
_DEVICES = Path("/dev")


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def locators_for_file(at_once: int = 1) -> int:
    """How many threads work on a file where so many files share the cores. One at a time reads, and one classifies, so that
    more than four would wait for each other."""
    return min(4, max(1, cores() // at_once))


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
            reason: str = Sentence("install its CUDA libraries (`pip install tensorflow[and-cuda]`)")
        except ModelError as error:  # Such as a folder with the LiteRT form alone.
            if settings.device == "gpu":
                raise
            reason = error.sentence
        except Exception as error:  # noqa: BLE001  # TensorFlow's own, such as no memory left on the GPU
            reason = str(error).partition("\n")[0][:160]
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
