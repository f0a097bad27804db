"""What comes with emocam: models, the demo clip. And the model that the settings name, which may be one of these."""

from __future__ import annotations

from pathlib import Path

from emocam.adapters.model_card import CARD, read_card
from emocam.adapters.paths import exists, is_folder
from emocam.adapters.settings import Settings
from emocam.domain.model_card import ModelCard


def bundled(*parts: str) -> Path:
    """A file of `assets/` or `trained_models/`: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parent
    inside = package.joinpath("bundled", *parts)
    return inside if inside.exists() else package.parent.joinpath(*parts)


DEMO_CLIP = bundled("assets", "demo", "demo.mp4")


def model_folder(settings: Settings) -> Path:
    """One's own by its path; what is called like a bundled one, as a folder here may be by chance, is that."""
    own, named = Path(settings.model), bundled("trained_models", settings.model)
    return own if is_folder(own) and not (own.name == settings.model and exists(named / CARD)) else named


def model_card(settings: Settings) -> ModelCard:
    return read_card(model_folder(settings))
