"""A backend for the window with real sessions over scripted sources: no camera, no model, no files but in `tmp_path`."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emocam.domain.detector_range import DetectorRange
from emocam.domain.emotions import FER7, EmotionScores
from emocam.domain.errors import SourceError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.timeline import Timeline
from emocam.domain.vision import Face, FaceBox, Frame, Keypoints
from emocam.gui.backend import Choices
from emocam.gui.main_window import MainWindow
from emocam.pipeline.analyser import Analyser
from emocam.pipeline.live import LiveSession
from emocam.pipeline.smoothing import Smoother
from emocam.pipeline.tracking import Tracker

HAPPY = EmotionScores(FER7, (0.0, 0.0, 0.0, 0.75, 0.0, 0.0, 0.25))


def face(left: float) -> Face:
    def at(x: float, y: float) -> tuple[float, float]:
        return left + 0.2 * x, 0.3 + 0.4 * y

    points = Keypoints(at(0.3, 0.4), at(0.7, 0.4), at(0.5, 0.6), at(0.5, 0.8))
    return Face(FaceBox(left, 0.3, left + 0.2, 0.7), 0.95, points)


class Clip:
    """Frames at 100 a second, each another grey; `end` None never ends."""

    def __init__(self, end: int | None) -> None:
        self._end, self._next = end, 0

    def open(self) -> SourceInfo:
        self._next = 0
        return SourceInfo("clip.mp4", SourceKind.VIDEO, 320, 180, frame_rate=100.0)

    def read(self) -> Frame | None:
        if self._end is not None and self._next >= self._end:
            return None
        index, self._next = self._next, self._next + 1
        return Frame(index, index / 100, np.full((180, 320, 3), 40 + index % 200, np.uint8))

    def close(self) -> None: ...


class Missing(Clip):
    def open(self) -> SourceInfo:
        raise SourceError("No camera was found. Connect one.")


class TwoFaces:
    def locate(self, frame: Frame) -> tuple[Face, ...]:
        return face(0.1), face(0.6)

    def close(self) -> None: ...


class AlwaysHappy:
    classes = FER7
    device = "CPU (fake)"

    def crop(self, frame, found):
        return np.full((48, 48, 1), 128, np.uint8)

    def classify(self, crops):
        return tuple(HAPPY for _ in crops)

    def close(self) -> None: ...


class FakeBackend:
    model_name, classes, uncertain_below, demo = "fake-model", FER7, 0.4, "demo"

    def __init__(self, folder: Path) -> None:
        self.recordings_folder = folder
        self.choices = Choices(DetectorRange.AUTO, 0.3, True, "light")
        self.sources = {"demo": Clip(None), "short": Clip(12), "": Missing(None)}
        self.exported: list[tuple[Path, Path]] = []

    def choose(self, choices: Choices) -> None:
        self.choices = replace(choices)

    def new_session(self, source, listener):
        return LiveSession(
            self.sources[source],
            lambda: Analyser(TwoFaces(), AlwaysHappy(), Tracker(), Smoother()),
            lambda *_: None,
            Timeline(FER7),
            listener=listener,
        )

    def recording(self, session) -> Path | None:
        return self.recordings_folder / "run.emocam"

    def cameras(self) -> tuple[str, ...]:
        return ("First", "Second")

    def export(self, recording: Path, out: Path) -> int:
        self.exported.append((recording, out))
        return 3


@pytest.fixture
def backend(tmp_path):
    return FakeBackend(tmp_path)


@pytest.fixture
def window(qtbot, backend):
    window = MainWindow(backend)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
