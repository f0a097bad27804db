"""Cameras of this computer, by OpenCV."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from emocam.adapters.opencv import cv2
from emocam.domain.errors import AnotherCameraError, SourceError
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.vision import Frame

_WIDTH, _HEIGHT, _RATE = 1280, 720, 30


@dataclass(frozen=True, slots=True)
class CameraEntry:
    """A camera that the system names. index and backend: what OpenCV opens it by. path: what the system knows this very one by,
    empty where it does not tell."""

    index: int
    name: str
    backend: int
    path: str = ""

    @property
    def identity(self) -> str:
        """On Windows and macOS the index is but a place in a list, which another camera takes when this one is gone."""
        return self.path or str(self.index)


def cameras() -> tuple[CameraEntry, ...]:
    """The cameras the system knows, without opening any."""
    from cv2_enumerate_cameras import enumerate_cameras

    try:
        found = enumerate_cameras()
    except (OSError, RuntimeError, NotImplementedError):
        return ()
    entries: dict[str, CameraEntry] = {}
    for camera in found:
        entry = CameraEntry(int(camera.index) % 100, str(camera.name), int(camera.backend), str(camera.path or ""))
        entries.setdefault(f"{entry.name} {entry.index}", entry)
    return tuple(sorted(entries.values(), key=lambda entry: entry.index))


def twins_of(camera: CameraEntry) -> frozenset[str]:
    """The identities of the others that have its name."""
    return frozenset(other.identity for other in cameras() if other.name == camera.name and other.identity != camera.identity)


def found_again(camera: CameraEntry, twins: frozenset[str]) -> Cv2Camera:
    """One that was open before, which may have come back under another number. twins: what `twins_of` it said then.

    Where it is not there, the one that has its number now, whose name tells that it is another. Raises AnotherCameraError where
    that is one of its twins.
    """
    there = cameras()
    fitting = [other for other in there if other.name == camera.name and other.identity not in twins]
    fitting.sort(key=lambda other: other.identity != camera.identity)
    numbered = [other for other in there if other.index == camera.index]
    if not fitting and any(other.name == camera.name for other in numbered):
        raise AnotherCameraError(
            "{name} is away, and another of that name is in its place; connect it again.", name=camera.name
        )
    return Cv2Camera((fitting or numbered or [camera])[0])


class Cv2Camera:
    """A camera by its entry, or by its number alone."""

    def __init__(self, camera: CameraEntry | int) -> None:
        self.entry = camera if isinstance(camera, CameraEntry) else CameraEntry(camera, f"camera {camera}", cv2.CAP_ANY)
        self._capture: cv2.VideoCapture | None = None
        self._index = 0
        self._first = 0.0

    def open(self) -> SourceInfo:
        self.close()
        capture = cv2.VideoCapture(self.entry.index, self.entry.backend)
        if not capture.isOpened():
            capture.release()
            raise SourceError(
                "There is no {name}, or another program uses it; "
                "run `emocam cameras` to see which there are, or open a video instead.",
                name=self.entry.name,
            )
        # Uncompressed, many USB cameras give 720 lines only six times a second.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, _WIDTH)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, _HEIGHT)
        capture.set(cv2.CAP_PROP_FPS, _RATE)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        shown, picture = capture.read()
        if not shown or picture is None:
            capture.release()
            raise SourceError("{name} shows no picture; unplug it, plug it in again and start anew.", name=self.entry.name)
        self._capture, self._index = capture, 0
        rate = float(capture.get(cv2.CAP_PROP_FPS))
        return SourceInfo(
            name=self.entry.name,
            kind=SourceKind.CAMERA,
            width=picture.shape[1],
            height=picture.shape[0],
            frame_rate=rate if 0 < rate <= 1000 else None,
            started_at=datetime.now(UTC),
        )

    def read(self) -> Frame | None:
        if self._capture is None:
            return None
        grabbed = self._capture.grab()
        now = time.monotonic()
        shown, picture = self._capture.retrieve() if grabbed else (False, None)
        if not shown or picture is None:
            raise SourceError("{name} stopped sending pictures; emocam keeps trying.", name=self.entry.name)
        self._first = now if self._index == 0 else self._first
        pixels = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        frame = Frame(self._index, now - self._first, pixels, captured=now)
        self._index += 1
        return frame

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None
