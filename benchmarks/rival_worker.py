"""One rival on one clip, in the environment of that rival: started by rivals.py as
`python rival_worker.py NAME CLIP OUT.json RATE SECONDS`.

Each is called as its own documentation shows, frame by frame, with the settings it has by itself. OUT.json gets the seconds it
took (decoding included, loading and the first frame left out), a label per frame where it gives one, and what it could not do.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NAMES = {"anger": "angry", "sadness": "sad", "happiness": "happy"}
Labels = Iterator[str | None]


def _pictures(clip: Path) -> Iterator[Any]:
    import cv2

    video = cv2.VideoCapture(str(clip))
    while True:
        read, picture = video.read()
        if not read:
            return
        yield picture


def _fer(clip: Path, detector: Any) -> Labels:
    for picture in _pictures(clip):
        found = detector.detect_emotions(picture)
        yield max(found[0]["emotions"].items(), key=lambda one: one[1])[0] if found else None


def fer(clip: Path) -> Labels:
    """FER().detect_emotions(picture)"""
    from fer.fer import FER

    yield from _fer(clip, FER())


def fer_mtcnn(clip: Path) -> Labels:
    """FER(mtcnn=True).detect_emotions(picture)"""
    from fer.fer import FER

    yield from _fer(clip, FER(mtcnn=True))


def deepface(clip: Path) -> Labels:
    """DeepFace.analyze(picture, actions=["emotion"], enforce_detection=False)"""
    from deepface import DeepFace

    for picture in _pictures(clip):
        found = DeepFace.analyze(picture, actions=["emotion"], enforce_detection=False, silent=True)
        yield str(found[0]["dominant_emotion"])


def deepface_detection(clip: Path) -> Labels:
    """DeepFace.extract_faces(picture, enforce_detection=False): faces only"""
    from deepface import DeepFace

    for picture in _pictures(clip):
        DeepFace.extract_faces(picture, enforce_detection=False)
        yield None


def pyfeat(clip: Path) -> Labels:
    """Detectorv1(device="cpu").detect(clip, data_type="video")"""
    from feat import Detectorv1

    detector = Detectorv1(device="cpu")
    yield None  # It is loaded; the first frame is not judged, since this one call takes all frames.
    found = detector.detect(str(clip), data_type="video", progress_bar=False)
    for _, scores in found.emotions.iloc[1:].iterrows():
        yield None if scores.isna().all() else str(scores.idxmax())


def pyfeat_reading(clip: Path) -> Labels:
    """VideoDataset(clip)[n]: reads the frames, finds nothing in them"""
    from feat.data import VideoDataset

    pictures = VideoDataset(str(clip))
    for number in range(len(pictures)):
        pictures[number]
        yield None


RIVALS: dict[str, Callable[[Path], Labels]] = {
    "fer": fer,
    "fer-mtcnn": fer_mtcnn,
    "deepface": deepface,
    "deepface-detection": deepface_detection,
    "py-feat": pyfeat,
    "py-feat-reading": pyfeat_reading,
}

_IN_ONE_CALL = {"py-feat"}  # All frames at once: there is nothing to stop between two of them.


def measure(name: str, clip: Path, rate: float, most_s: float) -> dict[str, Any]:
    """Frames until the clip ends or, where they come one by one, `most_s` seconds are over.

    labels: [time in seconds, label or None] of each.
    """
    began = start = time.perf_counter()
    labels: list[tuple[float, str | None]] = []
    loaded = took = 0.0
    for said in RIVALS[name](clip):
        now = time.perf_counter()
        if not labels:
            loaded = now - began
            start = now
        took = now - start
        labels.append((len(labels) / rate, NAMES.get(said or "", said)))
        if took > most_s and name not in _IN_ONE_CALL:
            break
    call = RIVALS[name].__doc__
    return {"call": call, "loaded_s": round(loaded, 1), "frames": len(labels) - 1, "seconds": took, "labels": labels}


def main() -> None:
    name, clip, out, rate, most_s = sys.argv[1:]
    try:
        result = measure(name, Path(clip), float(rate), float(most_s))
    except BaseException as error:  # noqa: BLE001  # whatever a rival does, it is told and the next one has its turn
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        result = {"failed": f"{type(error).__name__}: {lines[0] if lines else ''}"[:200]}
    Path(out).write_text(json.dumps(result))


if __name__ == "__main__":
    main()
