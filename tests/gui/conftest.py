"""A backend for the window with real sessions over scripted sources: no camera, no model, no files but in `tmp_path`."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeSource, MissingSource, analyser, face

from emocam.domain.detector_range import DetectorRange
from emocam.domain.emotions import FER7
from emocam.domain.timeline import Timeline
from emocam.gui.backend import Choices
from emocam.gui.main_window import MainWindow
from emocam.pipeline.live import LiveSession


class FakeBackend:
    model_name, classes, uncertain_below, demo = "fake-model", FER7, 0.4, "demo"

    def __init__(self, folder: Path) -> None:
        self.recordings_folder = folder
        self.choices = Choices(DetectorRange.AUTO, 0.3, True, "light")
        self.sources = {"demo": FakeSource(None), "short": FakeSource(12), "": MissingSource()}
        self.exported: list[tuple[Path, Path]] = []

    def choose(self, choices: Choices) -> None:
        self.choices = replace(choices)

    def new_session(self, source, listener):
        return LiveSession(
            self.sources[source],
            lambda: analyser(face(0.1), face(0.6)),
            lambda _: None,
            Timeline(FER7),
            listener=listener,
        )

    def recording(self, session) -> Path | None:
        return self.recordings_folder / "run.emocam"

    def cameras(self) -> tuple[tuple[str, str], ...]:
        return (("0", "First"), ("2", "Second"))

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
