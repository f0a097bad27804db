"""What the window asks of the rest of the application. `emocam/app.py` fills it, the GUI tests fake it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emocam.domain.annotations import Annotations
from emocam.domain.detector_range import DetectorRange
from emocam.domain.export import Exported, Selection
from emocam.domain.ports import FrameReader, SessionListener
from emocam.pipeline.file_run import OpenedRecording
from emocam.pipeline.live import LiveSession


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user can set, and what is kept until next time. detector to record: of the next analysis. threshold: from which
    probability on a class counts as shown. recordings: the folder of session files. appearance: system, light or dark.
    language: system or a code such as de. numbers: system, point or comma."""

    model: str
    device: str
    detector: DetectorRange
    smoothing_s: float
    threshold: float
    record: bool
    recordings: str
    appearance: str
    language: str
    numbers: str


class Backend(Protocol):
    """Nothing here takes longer than a few milliseconds, but for what is called in a thread, as it says, and `open_recording`:
    to look for an earlier analysis of a file among the newest sessions takes up to a tenth of a second."""

    @property
    def model_name(self) -> str: ...

    @property
    def classes(self) -> tuple[str, ...]: ...

    @property
    def uncertain_below(self) -> float: ...

    @property
    def demo(self) -> str:
        """The source that is the demo clip."""

    @property
    def recordings_folder(self) -> Path: ...

    @property
    def choices(self) -> Choices: ...

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models there are."""

    def choose(self, choices: Choices) -> None:
        """Use these from the next start on, and keep them."""

    def new_session(self, source: str, listener: SessionListener) -> LiveSession:
        """A session on `source`, empty for the first camera; not started. Raises EmocamError."""

    def recording(self, session: LiveSession) -> Path | None:
        """The session file of `session`; None where it is not recorded, or not yet."""

    def cameras(self) -> tuple[tuple[str, str], ...]:
        """In a thread. The cameras there are, each as a source for `new_session` and by its name."""

    def export(
        self, session: Path, out: Path, selection: Selection, on_progress: Callable[[float], None], stop: threading.Event
    ) -> Exported:
        """In a thread. Write `out`, by how its name ends. Raises EmocamError."""

    def recordings_in(self, paths: list[Path], stop: Callable[[], bool]) -> list[Path]:
        """In a thread where there are folders. The files of `paths`, and the videos and pictures in the folders of it; what was
        found until then where `stop` says so."""

    def open_recording(self, path: Path, anew: bool = False) -> OpenedRecording:
        """A session, or a file to be analysed, or its earlier analysis unless `anew`; not started. Raises EmocamError."""

    def open_reader(self, video: Path) -> FrameReader: ...

    def save_annotations(self, session: Path, annotations: Annotations) -> None:
        """In a thread. Raises EmocamError."""

    def keep_video(self, session: Path, video: Path) -> None:
        """In a thread. Keep with `session` where its recording is now. Raises EmocamError."""
