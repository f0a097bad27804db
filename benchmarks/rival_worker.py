"""One rival on one clip, in the environment of that rival: `python rival_worker.py NAME CLIP OUT.json`. Started by rivals.py.

Each is called as its own documentation shows, frame by frame, with the settings it has by itself. OUT.json gets the seconds it
took (decoding included, loading and the first frame left out), a label per frame where it gives one, and what it could not do.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2

NAMES = {"anger": "angry", "sadness": "sad", "happiness": "happy"}


def fer() -> tuple[Callable[[Any], str | None], str]:
    from fer.fer import FER

    detector = FER()  # OpenCV's Haar cascade; its own model comes with the package.

    def label(frame: Any) -> str | None:
        found = detector.detect_emotions(frame)
        return max(found[0]["emotions"].items(), key=lambda one: one[1])[0] if found else None

    return label, "FER().detect_emotions(frame)"


def fer_mtcnn() -> tuple[Callable[[Any], str | None], str]:
    from fer.fer import FER

    detector = FER(mtcnn=True)

    def label(frame: Any) -> str | None:
        found = detector.detect_emotions(frame)
        return max(found[0]["emotions"].items(), key=lambda one: one[1])[0] if found else None

    return label, "FER(mtcnn=True).detect_emotions(frame)"


def deepface() -> tuple[Callable[[Any], str | None], str]:
    from deepface import DeepFace

    def label(frame: Any) -> str | None:
        found = DeepFace.analyze(frame, actions=["emotion"], enforce_detection=False, silent=True)
        return str(found[0]["dominant_emotion"])

    return label, 'DeepFace.analyze(frame, actions=["emotion"])'


def deepface_detection() -> tuple[Callable[[Any], str | None], str]:
    from deepface import DeepFace

    def label(frame: Any) -> str | None:
        DeepFace.extract_faces(frame, enforce_detection=False)
        return None

    return label, "DeepFace.extract_faces(frame), detection only"


def pyfeat() -> tuple[Callable[[Any], str | None], str]:
    from feat import Detector

    detector = Detector(device="cpu")

    def label(frame: Any) -> str | None:
        import torch

        picture = torch.from_numpy(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)).permute(2, 0, 1)
        found = detector.detect(picture, data_type="tensor", progress_bar=False)
        scores = found.emotions
        return None if scores.isna().all(axis=None) else str(scores.iloc[0].idxmax())

    return label, 'Detector(device="cpu").detect(frame, data_type="tensor")'


RIVALS = {
    "fer": fer,
    "fer-mtcnn": fer_mtcnn,
    "deepface": deepface,
    "deepface-detection": deepface_detection,
    "py-feat": pyfeat,
}


def measure(name: str, clip: Path, most_s: float) -> dict[str, Any]:
    """Frames until the clip ends or `most_s` seconds are over. labels: [time in seconds, label or None] of each."""
    began = time.perf_counter()
    label, call = RIVALS[name]()
    video = cv2.VideoCapture(str(clip))
    rate = video.get(cv2.CAP_PROP_FPS)
    labels: list[tuple[float, str | None]] = []
    loaded = took = 0.0
    while True:
        start = time.perf_counter()
        read, frame = video.read()
        if not read:
            break
        said = label(frame)
        spent = time.perf_counter() - start
        if labels:
            took += spent
        else:
            loaded = time.perf_counter() - began
        labels.append((len(labels) / rate, NAMES.get(said or "", said)))
        if took > most_s:
            break
    return {"call": call, "loaded_s": round(loaded, 1), "frames": len(labels) - 1, "seconds": took, "labels": labels}


def main() -> None:
    name, clip, out, most_s = sys.argv[1:]
    try:
        result = measure(name, Path(clip), float(most_s))
    except BaseException as error:  # noqa: BLE001  # whatever a rival does, it is told and the next one has its turn
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        result = {"failed": f"{type(error).__name__}: {lines[0] if lines else ''}"[:200]}
    Path(out).write_text(json.dumps(result))


if __name__ == "__main__":
    main()
