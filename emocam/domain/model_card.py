"""What a model says of itself: all that the app needs to use it rightly, and what people should know before they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emocam.domain.vision import Keypoints


@dataclass(frozen=True, slots=True)
class FaceInput:
    """How a face becomes the model's input. side: of the square crop, in pixels.

    keypoints: where the parts of an upright face lie in the crop, as fractions of its side; a face is turned, scaled and
    shifted so that its own parts come as near to them as can be.
    """

    side: int
    colour: Literal["grey", "rgb"]
    keypoints: Keypoints

    @property
    def channels(self) -> int:
        return 1 if self.colour == "grey" else 3


@dataclass(frozen=True, slots=True)
class ModelCard:
    """name: the folder's. classes: in the order of the outputs, from `first_output` on; a network may answer more than the app
    shows. output: what the network gives. temperature: its logits are
    divided by it (Guo et al. 2017), then the bias of each class is added (Alexandari et al. 2020). uncertain_below: a face
    whose best class is less probable is called uncertain."""

    name: str
    version: str
    summary: str
    classes: tuple[str, ...]
    face_input: FaceInput
    output: Literal["logits", "probabilities"]
    temperature: float
    bias: tuple[float, ...]
    uncertain_below: float
    first_output: int = 0
