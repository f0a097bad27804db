"""The recording with boxes and labels in it (PyAV): its own timestamps, upright, sound kept."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import OutputContainer
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from emocam.adapters.av_decode import FFmpegError, frame_rate, moving_picture, open_file, reason
from emocam.adapters.exports.drawing import draw_faces, hide_faces
from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.overlay import Overlay
from emocam.adapters.exports.sound import Sound
from emocam.adapters.first_picture import first_picture
from emocam.adapters.opencv import cv2
from emocam.adapters.sources import find_recording
from emocam.domain.errors import SessionFileError
from emocam.domain.ports import FrameSource

_TICKS = 60_000  # A second; as fine as the oldest of the codecs takes.
_SAME_S = 1e-4
_OVERLOOKED_S = 0.25  # In less than that after the last frame a face does not leave the margin that is hidden around it.
_BT709, _BT601 = 1, (5, 6)
_ENCODERS: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "hevc": (("libx265", {"crf": "24", "preset": "veryfast", "x265-params": "log-level=error"}),),
    "vp9": (("libvpx-vp9", {"crf": "32", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"}),),
    "av1": (("libsvtav1", {"crf": "30", "preset": "10"}),),
    "mpeg4": (("mpeg4", {"qscale": "3"}),),
}
# What every player shows; the last one is in every build of FFmpeg.
_USUAL: tuple[tuple[str, dict[str, str]], ...] = (
    ("libx264", {"crf": "20", "preset": "veryfast"}),
    ("libopenh264", {}),
    ("mpeg4", {"qscale": "3"}),
)


@dataclass(frozen=True, slots=True)
class _Facts:
    """Of the source. origin_s: what its clock says at the first picture. colours: how it codes them, by FFmpeg's numbers."""

    codec: str
    origin_s: float
    colours: int
    rate: Fraction


def write_video(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    path = job.needed_video()
    if job.selection.blur:
        job.refuse_to_hide_in_another()
        _refuse_what_nobody_looked_at(job, path.name)
    overlay = Overlay(job)
    source = find_recording(path)  # As it was analysed: pictures are turned as their EXIF data says.
    with ExitStack() as stack:
        source.open()
        stack.callback(source.close)
        facts = _facts(path)
        end_s = None if job.selection.end_s is None else job.end_s
        try:
            place = f"file:{out.absolute()}"  # Never an address, whatever it is called.
            output = stack.enter_context(av.open(place, "w", format="mp4", options={"movflags": "+faststart"}))
            sound = Sound(path, facts.origin_s, job.start_s, end_s)
            stack.callback(sound.close)
            count = _write(job, source, overlay, output, sound, facts, end_s)
        except FFmpegError as error:
            raise SessionFileError(
                "The video can't be written ({reason}); make room or choose another place.", reason=reason(error)
            ) from None
    if not count:
        raise SessionFileError("{name} shows nothing in this range; choose another one.", name=path.name)
    return count, "1 frame" if count == 1 else f"{count} frames"


def _refuse_what_nobody_looked_at(job: ExportJob, name: str) -> None:
    """A face can be hidden only where it was looked for. Raises SessionFileError."""
    meta, times, end_s = job.reader.meta, job.recording.readings.times, job.selection.end_s
    if job.reader.sampled:
        raise SessionFileError(
            "Only some frames of {name} were analysed, so faces would be seen between them; analyse every frame first.",
            name=name,
        )
    last = float(times[-1]) if len(times) else 0.0
    if meta.get("complete") != "yes" and (end_s is None or end_s > last + _OVERLOOKED_S):
        raise SessionFileError(
            "{name} was analysed up to {last} s only, so faces would be seen after that; analyse all of it, or choose a "
            "range before.",
            name=name,
            last=f"{last:.1f}",
        )


def _write(
    job: ExportJob,
    source: FrameSource,
    overlay: Overlay,
    output: OutputContainer,
    sound: Sound,
    facts: _Facts,
    end_s: float | None,
) -> int:
    stream: VideoStream | None = None
    count, last = 0, -1
    # As in the source, so that a player that is told nothing of it guesses the same of both.
    matrix = Colorspace.ITU709 if facts.colours == _BT709 else None
    while (frame := source.read()) is not None:
        job.at(frame.timestamp)
        if frame.timestamp < job.start_s - _SAME_S:
            continue
        if end_s is not None and frame.timestamp > end_s + _SAME_S:
            break
        # 4:2:0 wants even sides: an odd last row or column goes.
        pixels = frame.pixels[: max(frame.height // 2 * 2, 1), : max(frame.width // 2 * 2, 1)].copy()
        if stream is None:
            height, width = max(pixels.shape[0], 2), max(pixels.shape[1], 2)
            stream = _stream(output, facts, width, height)
            sound.add_to(output)
        if job.selection.blur:
            hide_faces(pixels, overlay.boxes_near(frame.timestamp))
        draw_faces(pixels, overlay.shown_at(frame.timestamp))
        if pixels.shape[:2] != (stream.height, stream.width):  # Some recordings change their size on the way.
            pixels = np.asarray(cv2.resize(pixels, (stream.width, stream.height), interpolation=cv2.INTER_AREA), np.uint8)
        time = max(frame.timestamp - job.start_s, 0.0)
        picture = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
            format="yuv420p", dst_colorspace=matrix, src_color_range=ColorRange.JPEG, dst_color_range=ColorRange.MPEG
        )
        last = picture.pts = max(round(time * _TICKS), last + 1)
        picture.time_base = Fraction(1, _TICKS)
        output.mux(stream.encode(picture))
        sound.mux_until(time)
        count += 1
    if stream is not None:
        output.mux(stream.encode(None))
        # Without a range all of the sound is kept, also what goes on after the last picture.
        sound.mux_until(None)
    return count


def _facts(path: Path) -> _Facts:
    with open_file(path) as container:
        stream = moving_picture(container, path.name)
        first = first_picture(container, stream)
        return _Facts(
            codec=stream.codec_context.name,
            origin_s=(first.time or 0.0) if first is not None and first.pts is not None else 0.0,
            colours=int(stream.codec_context.colorspace),
            rate=frame_rate(stream) or Fraction(25),
        )


def _stream(output: OutputContainer, facts: _Facts, width: int, height: int) -> VideoStream:
    os.environ.setdefault("SVT_LOG", "1")  # It would tell its whole life on the terminal.
    codec = {"libdav1d": "av1", "libvpx-vp9": "vp9"}.get(facts.codec, facts.codec)
    for name, options in (*_ENCODERS.get(codec, ()), *_USUAL):
        try:
            av.Codec(name, "w")
        except ValueError:
            continue
        stream = cast(VideoStream, output.add_stream(name, rate=facts.rate, options=dict(options)))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
        if facts.colours in (_BT709, *_BT601):
            stream.codec_context.colorspace = facts.colours
        stream.codec_context.thread_count = 0
        if name == "libx265":
            stream.codec_context.codec_tag = "hvc1"  # What Apple's players look for.
        return stream
    raise SessionFileError("This computer has no video encoder that emocam knows; install PyAV anew.")
