"""What a person names becomes a source: a camera's number or name, a file, or an address."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from emocam.adapters.av_file import VideoFile
from emocam.adapters.av_network import SCHEMES, NetworkCamera
from emocam.adapters.paths import exists, is_file
from emocam.adapters.picture_file import PictureFile
from emocam.domain.errors import SourceError
from emocam.domain.files import PICTURES, VIDEOS
from emocam.domain.ports import FrameSource

_LONGEST_NAME = 4000
_LARGEST_NUMBER = 9999


def find_source(text: str) -> FrameSource:
    """What is there as a file, else a camera; not open yet. Raises SourceError where it is neither."""
    return find_recording(Path(text)) if text and exists(Path(text)) else find_camera(text)


def find_recording(path: Path) -> FrameSource:
    """The video or picture `path`, not open yet; whether it is there is seen then."""
    return PictureFile(path) if path.suffix.lower() in PICTURES and is_file(path) else VideoFile(path)


def find_camera(text: str) -> FrameSource:
    """By its address, number or a part of its name; the first one where `text` is empty. Not open yet. Raises SourceError where
    there is none. A file that is called so is not looked for: cameras have numbers, and folders may."""
    if not text:
        return _first_camera()
    scheme = re.match(r"([a-z][a-z0-9+.-]+)://", text, re.IGNORECASE)
    if scheme:
        if scheme[1].lower() not in SCHEMES:
            raise SourceError("emocam can't open {scheme}:// addresses; use http:// or rtsp://.", scheme=scheme[1])
        return NetworkCamera(text)
    if len(text) > _LONGEST_NAME:
        raise SourceError("{name}… is too long for a name; check it.", name=text[:40])
    from emocam.adapters.cv2_camera import Cv2Camera, cameras

    if text.isdecimal():
        number = int(text)
        if number > _LARGEST_NUMBER:
            raise SourceError("There is no camera {text}; run `emocam cameras` to see which there are.", text=text)
        return Cv2Camera(next((camera for camera in cameras() if camera.index == number), number))
    for camera in cameras():
        if text.casefold() in camera.name.casefold():
            return Cv2Camera(camera)
    raise SourceError(
        "There is no file and no camera {text}; check the name, or run `emocam cameras` to see which cameras there are.",
        text=f"{text!r}",
    )


def _first_camera() -> FrameSource:
    from emocam.adapters.cv2_camera import Cv2Camera, cameras

    found = cameras()
    if not found:
        raise SourceError("No camera was found. Connect one and press Start, or open a video or the demo.")
    return Cv2Camera(found[0])


def recordings_in(
    folder: Path, on_trouble: Callable[[OSError], None] = lambda error: None, stop: Callable[[], bool] = lambda: False
) -> list[Path]:
    """The videos and pictures in `folder` and in what lies in it or is linked there, by their extensions, in the order of their
    names; nothing that is hidden. on_trouble: is told what can't be looked at. stop: asked for each file whether to leave it
    at what was found."""
    root = os.path.realpath(folder)
    seen = {root}

    def is_new(place: str, link: bool) -> bool:
        """Links may lead in circles, and to what is found anyway."""
        real = os.path.realpath(place)
        known = real in seen or (link and Path(real).is_relative_to(root))
        seen.add(real)
        return not known

    found: list[Path] = []
    for here, folders, names in os.walk(folder, onerror=on_trouble, followlinks=True):
        places = {name: os.path.join(here, name) for name in sorted(folders) if not name.startswith(".")}  # noqa: PTH118
        folders[:] = [name for name, place in places.items() if is_new(place, os.path.islink(place))]  # noqa: PTH114
        for path in (Path(here, name) for name in names if not name.startswith(".")):
            if stop():
                return sorted(found)
            if path.suffix.lower() in VIDEOS | PICTURES:
                try:
                    if stat.S_ISREG(path.stat().st_mode):
                        found.append(path)
                except FileNotFoundError:  # A link to what is gone.
                    continue
                except OSError as error:
                    on_trouble(error)
    return sorted(found)


def is_recording(source: FrameSource) -> bool:
    """Whether the source ends by itself, so that every frame of it can be analysed."""
    return isinstance(source, (VideoFile, PictureFile))
