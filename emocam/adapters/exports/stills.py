"""Small pictures of moments of the recording, as text that a page can hold."""

from __future__ import annotations

import base64
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from emocam.adapters.exports.drawing import Pixels, hide_faces
from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.overlay import Overlay
from emocam.adapters.opencv import cv2
from emocam.adapters.video_reader import RecordingReader
from emocam.domain.errors import SourceError
from emocam.domain.summary import Episode
from emocam.domain.vision import FaceBox

_SIDE = 220
_ROOM = 0.45  # Around the face's box, on each side.
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Still:
    """data: a data: URI of a JPEG."""

    episode: Episode
    data: str


def stills_of(job: ExportJob, peaks: dict[int, list[Episode]]) -> dict[int, list[Still]]:
    """Of each person's peaks, cut around the face; none where the recording is not there or can't be read."""
    found: dict[int, list[Still]] = {person: [] for person in peaks}
    if job.video is None:
        return found
    if job.selection.blur:
        job.refuse_to_hide_in_another()
    overlay = Overlay(job)
    readings = job.recording.readings

    def analysed(time_s: float) -> float:
        """When the frame was that stands at `time_s`: where some were passed over, nobody looked at the one that is there."""
        return float(readings.times[max(readings.place_at(time_s), 0)])

    wanted = sorted(
        ((analysed(each.peak_s), person, each) for person, episodes in peaks.items() for each in episodes), key=lambda x: x[:2]
    )
    with ExitStack() as stack:
        reader = RecordingReader(job.video)
        stack.callback(reader.close)
        try:
            reader.open()
            for place, (time_s, person, episode) in enumerate(wanted):
                job.progress(0.2 + 0.7 * place / len(wanted))
                frame = reader.frame_at(time_s)
                box = next((shown.box for shown in overlay.shown_at(time_s) if shown.person == person), None)
                if frame is None or box is None:
                    continue
                pixels = frame.pixels.copy()
                if job.selection.blur:
                    hide_faces(pixels, overlay.boxes_near(time_s))
                found[person].append(Still(episode, _as_data(_cut(pixels, box))))
        except SourceError:
            if job.selection.video is not None:
                raise
            # A recording that has gone bad since is as good as none: the figures are still worth a page.
    return {person: sorted(stills, key=lambda still: still.episode.peak_s) for person, stills in found.items()}


def _cut(pixels: Pixels, box: FaceBox) -> Pixels:
    """A square around the face, as far as the picture goes, not larger than it needs to be."""
    height, width = pixels.shape[:2]
    side = max(box.width * width, box.height * height) * (1 + 2 * _ROOM)
    side = min(side, width, height)
    x, y = box.center
    left = round(min(max(x * width - side / 2, 0), width - side))
    top = round(min(max(y * height - side / 2, 0), height - side))
    part = pixels[top : top + max(round(side), 1), left : left + max(round(side), 1)]
    fewer = cv2.INTER_AREA if part.shape[0] > _SIDE else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (_SIDE, _SIDE), interpolation=fewer), np.uint8)


def _as_data(pixels: Pixels) -> str:
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return f"data:image/jpeg;base64,{base64.b64encode(coded.tobytes()).decode('ascii')}"
