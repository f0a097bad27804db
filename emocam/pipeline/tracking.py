"""Which face is whose: keeps a number with each face from frame to frame and through short losses.

A face starts a track only when the detector is sure, and keeps it on less (as in ByteTrack, Zhang et al. 2022): a flower that
looks like a face for a moment gets no number, and a face that turns away keeps its own.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from emocam.domain.vision import SURE, Face, FaceBox


@dataclass(frozen=True, slots=True)
class Track:
    """A face that is followed. id: from 1, never given twice. last_seen: seconds on the source's clock."""

    id: int
    face: Face
    last_seen: float


class Tracker:
    """patience: seconds for which a lost face keeps its id."""

    def __init__(self, patience: float = 1.0) -> None:
        self.patience = patience
        self._tracks: dict[int, Track] = {}
        self._ids = itertools.count(1)

    def update(self, faces: Sequence[Face], timestamp: float) -> tuple[Track, ...]:
        """The tracks seen in this frame, by id. Frames must come in time order."""
        known = {track.id: track for track in self._tracks.values() if timestamp - track.last_seen <= self.patience + 1e-6}
        pairs = sorted(
            (
                (likeness, -track.id, number)
                for track in known.values()
                for number, face in enumerate(faces)
                if (likeness := _likeness(track, face, timestamp)) > 0
            ),
            reverse=True,
        )
        seen: dict[int, Track] = {}
        taken: set[int] = set()
        for _, negative_id, number in pairs:
            if -negative_id not in seen and number not in taken:
                seen[-negative_id] = replace(known[-negative_id], face=faces[number], last_seen=timestamp)
                taken.add(number)
        for number, face in enumerate(faces):
            if number not in taken and face.confidence >= SURE:
                track = Track(next(self._ids), face, timestamp)
                seen[track.id] = track
        self._tracks = known | seen
        return tuple(seen[track_id] for track_id in sorted(seen))


def _likeness(track: Track, face: Face, timestamp: float) -> float:
    """Above 0 where `face` may be the one of `track`: the mean of overlap and nearness, less for a track that was lost
    meanwhile."""
    before, now = track.face.box, face.box
    if not 0.4 < _size(now) / _size(before) < 2.5:
        return 0.0
    (x0, y0), (x1, y1) = before.center, now.center
    away = math.hypot((x1 - x0) / ((before.width + now.width) / 2), (y1 - y0) / ((before.height + now.height) / 2))
    nearness = max(0.0, 1 - away)
    return (before.overlap(now) + nearness) / (2 + (timestamp - track.last_seen))


def _size(box: FaceBox) -> float:
    return max(math.sqrt(max(box.area, 0.0)), 1e-6)
