"""Whether a recording is all there, whether all of it is analysed, and whether a video may be that recording."""

from __future__ import annotations

from collections.abc import Mapping

_EARLY_S, _EARLY = 1.0, 0.1
_COPY_S, _COPY = 5.0, 0.1


def ends_early(end_s: float, told_s: float | None) -> bool:
    """Whether a recording that says it lasts `told_s` seconds ends so long before that it may have been cut off."""
    return told_s is not None and told_s - end_s > max(_EARLY_S, _EARLY * told_s)


def is_whole(meta: Mapping[str, str]) -> bool:
    """Whether a session that says this of itself holds all of its recording: the analysis of a file may have been stopped, or
    be still under way; of a camera there is no more."""
    return "source_path" not in meta or meta.get("complete") == "yes"


def is_of_camera(meta: Mapping[str, str]) -> bool:
    """Whether a session that says this of itself holds no file's readings but a camera's."""
    return meta.get("source_kind", "").endswith("camera")


def same_bytes(meta: Mapping[str, str], size: int) -> bool | None:
    """Whether a video of `size` bytes has as many as the file that was analysed; None where the session does not say."""
    told = meta.get("source_bytes")
    return None if told is None else told == str(size)


def same_length(one_s: float, other_s: float) -> bool:
    """Whether the two may be of one recording: a copy in another format, whose sound may last longer than its pictures."""
    return abs(one_s - other_s) <= max(_COPY_S, _COPY * max(one_s, other_s))
