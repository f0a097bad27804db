"""The `Classifier` port over any network that maps a batch of crops to one row of outputs each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from emocam.adapters.face_input import crop_face
from emocam.adapters.model_card import CARD
from emocam.domain.emotions import EmotionScores
from emocam.domain.errors import ModelError, Sentence
from emocam.domain.model_card import ModelCard
from emocam.domain.vision import Face, Frame


class Network(Protocol):
    device: str

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, outputs) for (N, side, side, channels) in 0..255; what they are is for the model's card to say."""

    def close(self) -> None: ...


class FaceClassifier:
    """Crops as the card says, runs the network once for all crops, calibrates as the card says. Raises ModelError where the
    network has not as many outputs as the card says.

    why: the reason for the device, in a few words for the status bar.
    """

    def __init__(self, card: ModelCard, network: Network, why: str = "") -> None:
        self._card = card
        self._why = why
        self._network = network
        self._bias = np.array(card.bias)
        # The first call of a network is many times slower than the rest.
        self.classify([np.zeros((card.face_input.side, card.face_input.side, card.face_input.channels), np.uint8)])

    @property
    def classes(self) -> tuple[str, ...]:
        return self._card.classes

    @property
    def device(self) -> str:
        return Sentence("{device}, {why}", device=self._network.device, why=self._why) if self._why else self._network.device

    def crop(self, frame: Frame, face: Face) -> NDArray[np.uint8]:
        return crop_face(frame.pixels, face.keypoints, self._card.face_input)

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> tuple[EmotionScores, ...]:
        if not crops:
            return ()
        outputs = self._network(np.stack(crops).astype(np.float32)).astype(np.float64)
        if outputs.shape[1] != self._card.first_output + len(self._card.classes):
            raise ModelError(
                "The model {model} does not fit its {card}; export it again.",
                model=self._card.name,
                card=CARD,
            )
        outputs = outputs[:, self._card.first_output :]
        logits = outputs if self._card.output == "logits" else np.log(np.maximum(outputs, 1e-9))
        logits = logits / self._card.temperature + self._bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        # As float32, so that a session file keeps them exactly.
        scores = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return tuple(EmotionScores(self._card.classes, tuple(row.tolist())) for row in scores)

    def close(self) -> None:
        self._network.close()
