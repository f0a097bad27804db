"""A backend for the window with real sessions over scripted sources: no camera, no model, no files but in `tmp_path`."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeCamera, FakeReader, MissingSource, analyser, face, observation, reading, scores
from PyQt6.QtCore import QObject, QSettings

from emocam.domain.annotations import Annotations
from emocam.domain.detector_range import DetectorRange
from emocam.domain.emotions import FER7
from emocam.domain.errors import ExportCancelledError, SessionFileError, SourceError
from emocam.domain.export import Exported, Selection
from emocam.domain.recording import Readings
from emocam.domain.timeline import Timeline
from emocam.gui.backend import Choices
from emocam.gui.desktop import Desktop
from emocam.gui.main_window import MainWindow
from emocam.gui.workbench.window import RecordingWindow
from emocam.pipeline.file_run import FileRun, OpenedRecording
from emocam.pipeline.live import LiveSession


class FakeBackend:
    model_name, classes, uncertain_below, demo = "fake-model", FER7, 0.4, "demo"

    def __init__(self, folder: Path) -> None:
        self.recordings_folder = folder
        self.choices = Choices(
            model="fake-model",
            device="auto",
            detector=DetectorRange.AUTO,
            smoothing_s=0.3,
            threshold=0.5,
            record=True,
            recordings=str(folder),
            appearance="light",
            language="en",
            numbers="point",
        )
        self.models = ("fake-model", "other")
        # Makers, since a run that was left closes its own source some time after the next has opened.
        self.sources = {"demo": lambda: FakeCamera(100), "short": lambda: FakeCamera(100, count=12), "": MissingSource}
        self.exported: list[tuple[Path, Path, Selection]] = []
        self.saved: list[tuple[Path, Annotations]] = []
        self.videos: list[tuple[Path, Path]] = []
        self.gate = threading.Event()  # Until it is set, a recording stays at its first half.
        self.gate.set()
        self.make_reader = FakeReader

    def choose(self, choices: Choices) -> None:
        self.choices = replace(choices)

    def new_session(self, source, listener):
        return LiveSession(
            self.sources[source](),
            lambda: analyser(face(0.1), face(0.6)),
            lambda _: None,
            Timeline(FER7),
            listener=listener,
        )

    def recording(self, session) -> Path | None:
        return self.recordings_folder / "run.emocam"

    def cameras(self) -> tuple[tuple[str, str], ...]:
        return (("0", "First"), ("2", "Second"))

    def export(self, session, out, selection, on_progress, stop):
        """Waits for the gate half way."""
        self.exported.append((session, out, selection))
        on_progress(0.5)
        while not self.gate.wait(0.01):
            if stop.is_set():
                raise ExportCancelledError("Cancelled; nothing was written.")
        if "full" in out.name:
            raise SessionFileError("The disk is full; make room.")
        return Exported(out, 3, "3 rows")

    def recordings_in(self, paths, stop):
        return list(paths)

    def open_recording(self, path, anew=False):
        """Ten seconds at 10 frames a second: face 1 happy throughout, face 2 sad from 5 s on, both gone from 8 s to 9 s."""
        if "broken" in path.name:
            raise SourceError(f"{path.name} holds no video.")

        def work(run):
            run.opened(None, 100, "CPU (fake)")
            run.append(Readings.of(told[:50], len(FER7)))
            while not self.gate.wait(0.01):
                if run.stop_wanted.is_set():
                    return
            run.append(Readings.of(told[50:], len(FER7)))

        told = [
            observation(
                place,
                place / 10,
                *([reading(1, scores(happy=0.8))] if not 80 <= place < 90 else []),
                *([reading(2, scores(sad=0.9), left=0.7)] if 50 <= place < 80 or place >= 90 else []),
            )
            for place in range(100)
        ]
        return OpenedRecording(
            run=FileRun(FER7, work),
            title=path.name,
            session=self.recordings_folder / f"{path.stem}.emocam",
            video=None if "lost" in path.name else path,
            annotations=Annotations(),
            meta={},
            uncertain_below=0.4,
            earlier=False,
        )

    def open_reader(self, video):
        return self.make_reader()

    def save_annotations(self, session, annotations):
        self.saved.append((session, annotations))
        return ""

    def keep_video(self, session, video):
        self.videos.append((session, video))


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
    window.leaving.wait(5)


@pytest.fixture
def desktop(qtbot, backend):
    QSettings().clear()
    desktop = Desktop(backend)
    yield desktop
    for window in filter(None, (desktop._live, desktop._workbench)):
        qtbot.addWidget(window)
        window.close()
    desktop.finish()


class FakeSound(QObject):
    """Says what it was told; `available` as where there is no sound."""

    available = False

    def __init__(self, path, parent):
        super().__init__(parent)
        self.told: list[tuple[float, float, bool]] = []
        self.moves = 0

    def set_volume(self, volume: float) -> None: ...

    def follow(self, position, rate, *, playing) -> float:
        self.told.append((position, rate, playing))
        return 0.0

    def moved(self) -> None:
        self.moves += 1

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def no_sound_card(monkeypatch):
    monkeypatch.setattr("emocam.gui.workbench.playback.Sound", FakeSound)


@pytest.fixture
def workbench(qtbot, backend):
    QSettings().clear()
    window = RecordingWindow(backend)
    qtbot.addWidget(window)
    window.show()
    yield window
    backend.gate.set()
    window.close()
    window.leaving.wait(5)
