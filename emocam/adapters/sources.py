"""What a person names becomes a source: a camera's number or name, a file, or an address."""

from __future__ import annotations

import re
from pathlib import Path

from emocam.adapters.av_file import VideoFile
from emocam.adapters.av_network import SCHEMES, NetworkCamera
from emocam.adapters.paths import exists, is_file
from emocam.adapters.picture_file import PictureFile
from emocam.domain.errors import SourceError
from emocam.domain.files import PICTURES, VIDEOS
from emocam.domain.ports import FrameSource

_LONGEST_NAME = 4000


def find_source(text: str) -> FrameSource:
    """A source that is not open yet; the first camera where `text` is empty. Raises SourceError where it is none of those."""
    if not text:
        return _first_camera()
    scheme = re.match(r"([a-z][a-z0-9+.-]+)://", text, re.IGNORECASE)
    if scheme:
        if scheme[1].lower() not in SCHEMES:
            raise SourceError(f"emocam can't open {scheme[1]}:// addresses; use http:// or rtsp://.")
        return NetworkCamera(text)
    if len(text) > _LONGEST_NAME:
        raise SourceError(f"{text[:40]}… is too long for a name; check it.")
    path = Path(text)
    if path.suffix.lower() in PICTURES and is_file(path):
        return PictureFile(path)
    if exists(path):
        return VideoFile(path)
    from emocam.adapters.cv2_camera import Cv2Camera, cameras

    if text.isdecimal():
        number = int(text)
        return Cv2Camera(next((camera for camera in cameras() if camera.index == number), number))
    for camera in cameras():
        if text.casefold() in camera.name.casefold():
            return Cv2Camera(camera)
    raise SourceError(
        f"There is no file and no camera {text!r}; check the name, or run `emocam cameras` to see which cameras there are."
    )


def _first_camera() -> FrameSource:
    from emocam.adapters.cv2_camera import Cv2Camera, cameras

    found = cameras()
    if not found:
        raise SourceError("No camera was found. Connect one and press Start, or open a video or the demo.")
    return Cv2Camera(found[0])


def recordings_in(folder: Path) -> list[Path]:
    """The videos and pictures in `folder` and in what lies in it, by their extensions, in the order of their names."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in VIDEOS | PICTURES and not path.name.startswith("."))
    return sorted(path for path in found if is_file(path))


def is_recording(source: FrameSource) -> bool:
    """Whether the source ends by itself, so that every frame of it can be analysed."""
    return isinstance(source, (VideoFile, PictureFile))
