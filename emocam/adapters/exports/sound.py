"""The sound of a recording on its way into an MP4: as it is where the container takes it, else as AAC."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from emocam.adapters.av_decode import FFmpegError, open_file, packets_of

_AS_IT_IS = frozenset({"aac", "mp3", "alac", "opus"})
_LEAD_S = 0.2  # What a codec plays in before the first picture is kept, so that nothing is missing behind it.
_AAC_BIT_RATE = 160_000
_AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)


class Sound:
    """The best sound track of `path` from `start_s` to `end_s` seconds after the first picture, which is at `origin_s` of the
    file. Use: `add_to` the container before anything is written, `mux_until` along with the pictures, `close`."""

    def __init__(self, path: Path, origin_s: float, start_s: float, end_s: float | None) -> None:
        self._container: InputContainer = open_file(path)
        best = self._container.streams.best("audio")
        self._stream = (
            best if isinstance(best, AudioStream) and best.codec_context is not None else None
        )  # None where no decoder is known.
        self._begin_s = origin_s + start_s
        self._end_s = None if end_s is None else origin_s + end_s
        self._whole = start_s <= 0
        self._packets: Iterator[tuple[float, Packet[Any]]] = iter(())
        self._next: tuple[float, Packet[Any]] | None = None
        self._output: OutputContainer | None = None

    def add_to(self, output: OutputContainer) -> None:
        source = self._stream
        if source is None:
            return
        self._output = output
        # Without its header, as in an MPEG transport stream, a track can't be taken over as it is.
        known = source.codec_context.extradata or source.codec_context.name == "mp3"
        if source.codec_context.name in _AS_IT_IS and known:
            target = output.add_stream_from_template(source)
            self._packets = self._copied(source, target)
        else:
            rate = min(_AAC_RATES, key=lambda each: (abs(each - source.codec_context.sample_rate), -each))
            target = output.add_stream("aac", rate=rate)
            target.bit_rate = _AAC_BIT_RATE
            target.layout = "mono" if source.codec_context.channels == 1 else "stereo"
            self._packets = self._encoded(source, target)

    def mux_until(self, time_s: float | None) -> None:
        """Write what sounds before `time_s` seconds of the new file; None for all that is left."""
        if self._output is None:
            return
        while True:
            self._next = self._next or next(self._packets, None)
            if self._next is None or (time_s is not None and self._next[0] > time_s):
                return
            self._output.mux(self._next[1])
            self._next = None

    def close(self) -> None:
        self._packets = iter(())
        self._container.close()

    def _source_packets(self, source: AudioStream) -> Iterator[Packet[Any]]:
        if not self._whole:
            self._container.seek(int(max(self._begin_s - 1, 0) / float(source.time_base or 1)), stream=source)
        packets = packets_of(self._container, source)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):  # Damaged towards its end: what came before is kept.
                return
            if packet.pts is not None and packet.dts is not None and packet.time_base is not None:
                yield packet

    def _copied(self, source: AudioStream, target: AudioStream) -> Iterator[tuple[float, Packet[Any]]]:
        last: int | None = None
        for packet in self._source_packets(source):
            base = packet.time_base
            start = float((packet.pts or 0) * base) - self._begin_s
            if start < (-_LEAD_S if self._whole else -1e-3):
                continue
            if self._end_s is not None and start >= self._end_s - self._begin_s:
                return
            shift = round(Fraction(self._begin_s).limit_denominator(10**6) / base)
            packet.pts, packet.dts = (packet.pts or 0) - shift, (packet.dts or 0) - shift
            if last is not None and packet.dts <= last:
                continue  # Timestamps that fall back, as in recordings that were joined, can't be written.
            last = packet.dts
            packet.stream = target
            yield start, packet

    def _encoded(self, source: AudioStream, target: AudioStream) -> Iterator[tuple[float, Packet[Any]]]:
        time = 0.0
        for packet in self._source_packets(source):
            try:
                decoded = source.codec_context.decode(packet)
            except FFmpegError:
                continue
            for frame in decoded:
                if frame.pts is None or frame.time is None:
                    continue
                time = frame.time - self._begin_s
                if time < -1e-3:
                    continue
                if self._end_s is not None and time >= self._end_s - self._begin_s:
                    yield from self._rest(target, time)
                    return
                frame.pts, frame.time_base = round(time * frame.sample_rate), Fraction(1, frame.sample_rate)
                for made in target.encode(frame):  # Which brings it to the wanted rate and layout by itself.
                    yield time, made
        yield from self._rest(target, time)

    @staticmethod
    def _rest(target: AudioStream, time: float) -> Iterator[tuple[float, Packet[Any]]]:
        for made in target.encode(None):
            yield time, made
