"""That reading a video, or a network camera, gives its own times."""

import functools
import http.server
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from clips import RATE, grey_of, steady, write_clip

from emocam.adapters.av_file import VideoFile
from emocam.adapters.av_network import NetworkCamera
from emocam.domain.errors import SourceError
from emocam.domain.ports import SourceInfo
from emocam.domain.vision import Frame


def frames_of(source: VideoFile) -> list[Frame]:
    return list(iter(source.read, None))


def times_of(path: Path) -> list[float]:
    source = VideoFile(path)
    source.open()
    found = [frame.timestamp for frame in frames_of(source)]
    source.close()
    return found


def info_of(path: Path) -> SourceInfo:
    source = VideoFile(path)
    info = source.open()
    source.close()
    return info


def write_mjpeg(path: Path, stamps: Sequence[int], damaged: int | None = None) -> Path:
    """A picture at each of `stamps` (milliseconds), which may go back; the one of number `damaged` is none."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        for number, stamp in enumerate(stamps):
            grey = np.full((48, 64, 3), grey_of(number), np.uint8)
            (coded,) = stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24"))
            packet = av.Packet(b"no picture" * 20 if number == damaged else bytes(coded))
            packet.stream, packet.is_keyframe = stream, True
            packet.dts, packet.pts, packet.time_base = number, stamp, Fraction(1, 1000)
            container.mux(packet)
    return path


class TestVideoFile:
    def test_recordings_that_were_joined_go_on_in_time(self, tmp_path):
        first = write_clip(tmp_path / "first.ts", steady(60))
        second = write_clip(tmp_path / "second.ts", [2 * time for time in steady(30)])
        joined = tmp_path / "joined.ts"
        joined.write_bytes(first.read_bytes() + second.read_bytes())
        expected = steady(60) + [60 / RATE + 2 * time for time in steady(30)]
        assert times_of(joined) == pytest.approx(expected, abs=0.002)

    def test_a_picture_from_a_little_before_comes_after_the_last(self, tmp_path):
        path = write_mjpeg(tmp_path / "back.mkv", [0, 40, 80, 60, 140, 180])
        assert times_of(path) == pytest.approx([0, 0.04, 0.08, 0.12, 0.14, 0.18], abs=0.002)

    def test_a_damaged_picture_is_passed_over_and_the_others_keep_their_times(self, tmp_path):
        path = write_mjpeg(tmp_path / "damaged.mkv", [100 * number for number in range(8)], damaged=3)
        assert times_of(path) == pytest.approx([0.1 * number for number in (0, 1, 2, 4, 5, 6, 7)], abs=0.002)

    def test_an_even_clock_goes_at_the_rate_of_the_file(self, tmp_path):
        path = tmp_path / "slow.avi"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            stream.codec_context.max_b_frames = 2
            for number in range(12):
                grey = np.full((48, 64, 3), grey_of(number), np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
            container.mux(stream.encode())
        assert info_of(path).frame_rate == 10
        found = times_of(path)
        assert found == pytest.approx([number / 10 for number in range(len(found))])
        assert len(found) >= 10

    def test_a_matroska_file_of_an_hour_lasts_an_hour(self, tmp_path):
        info = info_of(write_clip(tmp_path / "long.mkv", [0.0, 3725.5]))
        assert info.duration == pytest.approx(3725.5, abs=0.5)

    def test_a_flash_video_lasts_as_long_as_it_says(self, tmp_path):
        assert info_of(write_clip(tmp_path / "a.flv", steady(50), codec="flv")).duration == pytest.approx(2.0, abs=0.1)

    def test_opened_anew_after_its_end_it_has_the_same_times(self, tmp_path):
        source = VideoFile(write_clip(tmp_path / "a.mp4", [3 * time for time in steady(6)]))
        source.open()
        before = [frame.timestamp for frame in frames_of(source)]
        source.open()
        assert [frame.timestamp for frame in frames_of(source)] == before
        source.close()

    def test_pixels_that_are_wide_make_the_picture_wide(self, tmp_path):
        path = tmp_path / "wide.mkv"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=RATE)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            stream.codec_context.sample_aspect_ratio = Fraction(3, 2)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
            container.mux(stream.encode())
        assert (info_of(path).width, info_of(path).height) == (96, 48)

    def test_it_says_whether_there_is_sound(self, tmp_path):
        path = write_clip(tmp_path / "mute.mp4", steady(5))
        assert not info_of(path).sound
        with av.open(str(path)) as mute, av.open(str(tmp_path / "loud.mkv"), "w") as container:
            pictures = container.add_stream_from_template(mute.streams.video[0])
            sound = container.add_stream("pcm_s16le", rate=8000, layout="mono")
            for packet in mute.demux(video=0):
                if packet.dts is not None:
                    packet.stream = pictures
                    container.mux(packet)
            samples = av.AudioFrame.from_ndarray(np.zeros((1, 1600), np.int16), format="s16", layout="mono")
            samples.rate, samples.pts = 8000, 0
            container.mux(sound.encode(samples))
        assert info_of(tmp_path / "loud.mkv").sound

    def test_an_empty_file_is_called_empty(self, tmp_path):
        (tmp_path / "a.mp4").touch()
        with pytest.raises(SourceError, match=r"a\.mp4 is empty \(0 bytes\)"):
            VideoFile(tmp_path / "a.mp4").open()


@pytest.fixture
def served(tmp_path) -> Iterator[str]:
    """The address, with a name and a password, of a video that is served on this computer."""
    write_clip(tmp_path / "clip.mkv", steady(10))

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_): ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=tmp_path))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://user:secret@127.0.0.1:{server.server_port}/clip.mkv"
    server.shutdown()
    server.server_close()


def test_a_camera_with_a_password_is_named_without_it_and_has_ended_when_it_said_so(served):
    camera = NetworkCamera(served)
    for _ in range(2):
        info = camera.open()
        assert (info.name, info.sound) == (served.replace("user:secret@", ""), False)
        assert info.started_at is not None
        assert info.started_at.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - info.started_at) < timedelta(seconds=30)
        before = time.monotonic()
        frame = camera.read()
        assert frame is not None
        assert frame.timestamp == 0
        assert before <= frame.captured <= time.monotonic()
        with pytest.raises(SourceError) as ended:
            list(iter(camera.read, None))
        assert "stopped sending" in str(ended.value)
        assert "secret" not in str(ended.value)
        assert camera.read() is None
    camera.close()


def test_a_frame_of_a_camera_is_stamped_when_it_has_come():
    camera = NetworkCamera("http://127.0.0.1:9/")
    picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")

    def slowly() -> Iterator[av.VideoFrame]:
        for _ in range(2):
            time.sleep(0.05)
            yield picture

    camera._container, camera._frames = SimpleNamespace(close=lambda: None), slowly()
    asked = time.monotonic()
    first, second = camera.read(), camera.read()
    camera.close()
    assert first.captured - asked >= 0.04
    assert second.captured - first.captured == pytest.approx(second.timestamp)
