"""How far away faces are looked for."""

from enum import StrEnum


class DetectorRange(StrEnum):
    """short: faces within about two metres of a webcam. full: small faces too, and now and then a bottle. auto: the full-range
    model proposes, and where it is not sure the short-range one takes a closer look (`docs/decisions/0002`), which also
    follows large faces between one look and the next (`docs/decisions/0016`)."""

    AUTO = "auto"
    SHORT = "short"
    FULL = "full"
