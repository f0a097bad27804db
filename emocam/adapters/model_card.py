"""Model folders: `card.json` read and checked, and which folders there are."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path
from typing import Any

from emocam.domain.errors import ModelError
from emocam.domain.model_card import FaceInput, ModelCard
from emocam.domain.vision import Keypoints

CARD, KERAS, LITERT = "card.json", "model.keras", "model.tflite"
_SMALLEST_SIDE, _LARGEST_SIDE = 8, 1024
_EYES_APART = 0.05  # Of the side, at least.


def read_card(folder: Path) -> ModelCard:
    """Raises ModelError, which says what is missing or wrong in the folder."""
    try:
        data: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
        face_input = data["face_input"]
        card = ModelCard(
            name=folder.name,
            version=data["version"],
            summary=data["summary"],
            classes=tuple(data["classes"]),
            face_input=FaceInput(
                side=face_input["side"],
                colour=face_input["colour"],
                keypoints=Keypoints(**{part: (x, y) for part, (x, y) in face_input["keypoints"].items()}),
            ),
            output=data["output"],
            temperature=data["temperature"],
            bias=tuple(data["bias"]),
            uncertain_below=data["uncertain_below"],
            first_output=data.get("first_output", 0),
        )
        _check(card)
        return card
    except FileNotFoundError:
        raise ModelError(
            "There is no model in {path}: {card} is missing; choose a folder of trained_models.", path=folder, card=CARD
        ) from None
    except OSError as error:
        raise ModelError(
            "{path} can't be read ({reason}); choose a folder of trained_models.", path=folder / CARD, reason=error.strerror
        ) from None
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ModelError(
            "{path} can't be used: {reason}; export the model again.", path=folder / CARD, reason=f"{error!r}"
        ) from None


def _check(card: ModelCard) -> None:
    """Raises TypeError or ValueError where the readings would be wrong, or fail later."""
    _check_classes(card.classes)
    _check_input(card.face_input)
    if not isinstance(card.first_output, int) or card.first_output < 0:
        raise ValueError(f"first_output {card.first_output!r} is no number of an output")
    if card.output not in ("logits", "probabilities"):
        raise ValueError(f"output {card.output!r} is neither logits nor probabilities")
    if len(card.bias) != len(card.classes):
        raise ValueError(f"{len(card.bias)} values of bias for {len(card.classes)} classes")
    if not math.isfinite(card.temperature) or card.temperature <= 0:
        raise ValueError(f"temperature {card.temperature!r} is not above 0")
    if not 0 <= card.uncertain_below <= 1:
        raise ValueError(f"uncertain_below {card.uncertain_below!r} is no probability")
    if not all(math.isfinite(value) for value in card.bias):
        raise ValueError(f"bias {card.bias!r}")


def _check_classes(classes: tuple[Any, ...]) -> None:
    """A session joins their names by commas."""
    for name in classes:
        if not isinstance(name, str) or not name.isprintable() or "," in name or not name.strip():
            raise ValueError(f"{name!r:.40} is no name of a class")
    if not classes or len(set(classes)) < len(classes):
        raise ValueError("classes are missing, or one is there twice")


def _check_input(face: FaceInput) -> None:
    if not isinstance(face.side, int) or not _SMALLEST_SIDE <= face.side <= _LARGEST_SIDE:
        raise ValueError(f"side {face.side!r:.40} is not from {_SMALLEST_SIDE} to {_LARGEST_SIDE} pixels")
    if face.colour not in ("grey", "rgb"):
        raise ValueError(f"colour {face.colour!r:.40} is neither grey nor rgb")
    if not all(math.isfinite(value) for point in astuple(face.keypoints) for value in point):
        raise ValueError("keypoints lie at no place")
    if math.dist(face.keypoints.right_eye, face.keypoints.left_eye) < _EYES_APART:
        raise ValueError("keypoints have both eyes in one place")


def model_folders(root: Path) -> tuple[Path, ...]:
    return tuple(sorted(path.parent for path in root.glob(f"*/{CARD}")))


def fingerprint(folder: Path) -> str:
    """Changes with the card and with the network in each of its forms, which may be others under the same name and version.
    Raises ModelError."""
    forms = [path for path in (folder / LITERT, folder / KERAS) if path.exists()] or [folder / LITERT]
    try:
        made = [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in (folder / CARD, *forms)]
        return _digest(*made)
    except OSError as error:
        raise ModelError(
            "{path} can't be read ({reason}); choose a folder of trained_models.", path=folder, reason=error.strerror
        ) from None


@lru_cache(maxsize=16)
def _digest(*files: tuple[Path, int, int]) -> str:
    """Once per state of the files, as it is asked for at every start."""
    return hashlib.sha256("".join(sha256(path) for path, _, _ in files).encode()).hexdigest()[:12]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
