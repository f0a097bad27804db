"""Faces out of photos, found and cut out as the app does it, in the same class folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emocam.adapters.face_input import crop_face
from emocam.adapters.mediapipe_locator import MediaPipeLocator
from emocam.domain.vision import Frame
from training.datasets.faces import png_of, read_picture
from training.errors import TrainingError
from training.located import DETECTORS, fer2013_input


def cut_photos(photos: Path, out: Path, side: int) -> Iterator[str]:
    """Write the largest face of each photo below `photos` to the same place below `out`, as a PNG of `side`×`side` in colour,
    upright and framed as FER2013's pictures are. Gives a line for each photo that has no face, or several, and one at the end.

    Raises TrainingError, before anything is written, where `photos` is no folder or `out` is not a new one apart from it; at
    the end, where no face was found at all.
    """
    if not photos.is_dir():
        raise TrainingError(f"{photos} is not a folder; name one that holds a folder of photos for each class.")
    if out.resolve().is_relative_to(photos.resolve()):
        raise TrainingError(f"{out} lies among the photos; name another folder for the faces.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TrainingError(f"{out} is there already; name a new folder for the faces.")
    files = [file for file in sorted(photos.rglob("*")) if file.is_file() and not file.name.startswith(".")]
    wanted, cut = fer2013_input(side, 3), 0
    locator = MediaPipeLocator(DETECTORS)
    try:
        for file in files:
            try:
                pixels = read_picture(file)
            except TrainingError as error:
                yield str(error)
                continue
            faces = locator.locate(Frame(0, 0.0, pixels)).faces
            if not faces:
                yield f"{file}: no face found"
                continue
            if len(faces) > 1:
                yield f"{file}: {len(faces)} faces, the largest taken"
            face = max(faces, key=lambda face: face.box.area)
            place = out / file.relative_to(photos)
            place.parent.mkdir(parents=True, exist_ok=True)
            # The whole name, so that me.jpg and me.png do not meet.
            place.with_name(f"{file.name}.png").write_bytes(png_of(crop_face(pixels, face.keypoints, wanted)))
            cut += 1
    finally:
        locator.close()
    if not cut:
        raise TrainingError(f"No face was found in {photos}; the photos must show them upright, from the front.")
    yield f"{cut} faces from {len(files)} files, in {out}"
