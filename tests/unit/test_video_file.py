import errno
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from clips import RATE, NamedLate, grey_of, steady, write_clip

from emocam.adapters import av_decode
from emocam.adapters.av_file import VideoFile
from emocam.adapters.sources import find_source
from emocam.domain.errors import SourceError
from emocam.domain.ports import SourceKind

AWKWARD = Path(__file__).parents[3] / "shared" / "media" / "awkward"
needs_awkward = pytest.mark.skipif(not AWKWARD.is_dir(), reason="the shared awkward media are not here")


def frames_of(path):
    source = VideoFile(path)
    info = source.open()
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    source.close()
    return info, frames


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "mpeg4"), ("a.mkv", "mpeg4"), ("a.avi", "mpeg4"), ("a.mov", "mjpeg")])
def test_every_frame_comes_once_and_in_order(tmp_path, name, codec):
    info, frames = frames_of(write_clip(tmp_path / name, steady(40), codec=codec))
    assert len(frames) == 40
    for number, frame in enumerate(frames):
        assert abs(int(frame.pixels.mean()) - grey_of(number)) < 6
        assert frame.timestamp == pytest.approx(number / RATE, abs=0.002)
    assert (info.width, info.height, info.kind) == (64, 48, SourceKind.VIDEO)


def test_a_hole_stays_a_hole_and_a_late_start_is_zero(tmp_path):
    times = [10.0, 10.04, 10.08, 17.0, 17.04]
    _, frames = frames_of(write_clip(tmp_path / "hole.mkv", times))
    assert [frame.timestamp for frame in frames] == pytest.approx([0, 0.04, 0.08, 7.0, 7.04], abs=0.002)


def test_a_browser_s_unit_of_time_is_no_frame_rate(tmp_path):
    """MediaRecorder's files say 1000 frames a second."""
    path = tmp_path / "browser.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            picture.pts, picture.time_base = 40 * number, Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    info, frames = frames_of(path)
    assert info.frame_rate is None
    assert frames[-1].timestamp == pytest.approx(0.36)


def test_what_was_cut_off_gives_what_is_there(tmp_path):
    path = write_clip(tmp_path / "whole.mkv", steady(40), width=320, height=240)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    _, frames = frames_of(path)
    assert 5 < len(frames) < 40


def test_a_frame_that_makes_no_picture_is_passed_over(tmp_path, monkeypatch):
    convert = av_decode.UprightRgb.__call__
    asked = []

    def fails_once(self, frame, aspect):
        asked.append(frame)
        if len(asked) == 3:
            raise av.InvalidDataError(1, "Invalid data found when processing input")
        return convert(self, frame, aspect)

    monkeypatch.setattr(av_decode.UprightRgb, "__call__", fails_once)
    _, frames = frames_of(write_clip(tmp_path / "a.mkv", steady(10)))
    assert [frame.index for frame in frames] == list(range(9))
    assert [round(frame.timestamp * RATE) for frame in frames] == [0, 1, 3, 4, 5, 6, 7, 8, 9]


def test_a_decoder_that_fails_at_the_end_of_what_was_cut_off_ends_it(tmp_path):
    class Broken:
        def demux(self, stream):
            raise av.InvalidDataError(1, "Invalid data found when processing input")
            yield

        def decode(self, packet):
            raise av.InvalidDataError(1, "Invalid data found when processing input")

    assert list(VideoFile(tmp_path / "a.mkv")._decoded(Broken(), Broken())) == []


def test_a_drive_that_fails_in_the_middle_is_not_taken_for_the_end(tmp_path, monkeypatch):
    """A session of half a file would else say that it is whole."""
    path = write_clip(tmp_path / "a.mkv", steady(40))
    decoded = VideoFile._decoded

    class Failing:
        def __init__(self, container):
            self._container = container

        def demux(self, stream):
            for number, packet in enumerate(self._container.demux(stream)):
                if number == 20:
                    raise av.OSError(errno.EIO, "Input/output error", str(path))
                yield packet

    monkeypatch.setattr(VideoFile, "_decoded", lambda self, container, stream: decoded(self, Failing(container), stream))
    source = VideoFile(path)
    source.open()
    with pytest.raises(SourceError, match=r"a\.mkv can't be read any further \(Input/output error\); check the drive"):
        list(iter(source.read, None))
    source.close()


def test_matroska_s_end_is_counted_from_the_first_picture(tmp_path):
    path = write_clip(tmp_path / "late.mkv", [10 + time for time in steady(75)])
    info, frames = frames_of(path)
    assert info.duration == pytest.approx(3.0, abs=0.1)
    assert frames[-1].timestamp == pytest.approx(74 / RATE, abs=0.01)


def test_avi_with_pictures_out_of_order_has_an_even_clock(tmp_path):
    """It says when each is decoded, not when it is shown."""
    path = tmp_path / "b.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.max_b_frames = 2
        for number in range(20):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), grey_of(number), np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    frames = frames_of(path)[1]
    assert [frame.timestamp for frame in frames] == pytest.approx([number / RATE for number in range(len(frames))])
    assert len(frames) >= 18


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_file_lasts_as_long_as_its_pictures(tmp_path, name):
    """Sound that goes on is no sign of a file that was cut off."""
    with av.open(str(write_clip(tmp_path / "mute.mp4", steady(50)))) as mute, av.open(str(tmp_path / name), "w") as container:
        pictures = container.add_stream_from_template(mute.streams.video[0])
        sound = container.add_stream("pcm_s16le" if name.endswith("mkv") else "aac", rate=8000, layout="mono")
        for packet in mute.demux(video=0):
            if packet.dts is not None:
                packet.stream = pictures
                container.mux(packet)
        for number in range(30):
            samples = av.AudioFrame.from_ndarray(np.zeros((1, 1000), np.int16), format="s16", layout="mono")
            samples.rate, samples.pts = 8000, 1000 * number
            container.mux(sound.encode(samples))
        container.mux(sound.encode())
    info = frames_of(tmp_path / name)[0]
    assert info.duration == pytest.approx(2.0, abs=0.05)
    assert info.frame_count == pytest.approx(50, abs=1)


def test_a_stream_that_a_file_names_late_does_not_end_it(tmp_path, monkeypatch):
    path = write_clip(tmp_path / "a.mp4", steady(12))
    opened = av.open
    monkeypatch.setattr(
        av, "open", lambda *given, **options: NamedLate(opened(*given, **options), lambda number: number % 4 == 3)
    )
    assert len(frames_of(path)[1]) == 12 - 3


def test_a_frame_without_a_unit_of_time_comes_after_the_last(tmp_path):
    """As what is left in a decoder after the last packet may have."""
    source = VideoFile(write_clip(tmp_path / "a.mkv", steady(3)))
    source.open()
    source.read()
    known = source._time_of(SimpleNamespace(pts=1, time=0.04))
    assert source._time_of(SimpleNamespace(pts=2, time=float("nan"))) == pytest.approx(known + 1 / RATE)
    source.close()


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b"just a text\n" * 400])
def test_what_is_no_video_says_so_in_one_sentence(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(SourceError) as raised:
        VideoFile(tmp_path / "a.mp4").open()
    assert "a.mp4" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_folder_and_a_sound_say_so(tmp_path):
    with pytest.raises(SourceError, match="is a folder"):
        VideoFile(tmp_path).open()
    with av.open(str(tmp_path / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.rate = 44100
        container.mux(stream.encode(silence))
        container.mux(stream.encode())
    with pytest.raises(SourceError, match="only sound"):
        VideoFile(tmp_path / "sound.mp4").open()


@pytest.mark.parametrize("name", ["a%d.mp4", "pipe:1.mp4", "- -.mp4", "Ünï ☃ 'x'.mp4"])
def test_a_name_is_a_name_and_no_instruction(tmp_path, name):
    _, frames = frames_of(write_clip(tmp_path / "plain.mp4", steady(3)).rename(tmp_path / name))
    assert len(frames) == 3


NO_VIDEO = {
    "audio_only.mp4",
    "audio_only.wav",
    "audio_with_cover_picture.m4a",
    "ftyp_only_64bytes.mp4",
    "png_header_only.mp4",
    "random_bytes.mp4",
    "text_named.mp4",
    "truncated_no_moov.mp4",
    "zero_byte.mp4",
}


@needs_awkward
@pytest.mark.parametrize("path", sorted(path for path in AWKWARD.glob("*")), ids=lambda path: path.name)
def test_awkward_files_give_good_frames_or_one_sentence(path):
    source = find_source(str(path))
    if path.name in NO_VIDEO:
        with pytest.raises(SourceError) as refused:
            source.open()
        assert "\n" not in str(refused.value)
        assert str(refused.value).endswith(".")
        return
    info = source.open()
    last = -1.0
    for index in range(40):  # The 8K one takes its time.
        frame = source.read()
        if frame is None:
            assert index > 0
            break
        assert frame.index == index
        assert frame.timestamp >= last
        last = frame.timestamp
        if index == 0:
            assert frame.timestamp == 0
            assert (frame.width, frame.height) == (info.width, info.height)
    source.close()


@needs_awkward
class TestAwkward:
    def test_a_gap_in_time_is_kept(self):
        _, frames = frames_of(AWKWARD / "vfr_gap.mp4")
        times = np.array([frame.timestamp for frame in frames])
        assert times[-1] == pytest.approx(8.0, abs=0.1)
        assert np.diff(times).max() > 2

    def test_time_is_relative_to_the_first_frame(self):
        for name in ("starts_at_10s.mkv", "starts_at_1h.ts"):
            _, frames = frames_of(AWKWARD / name)
            assert frames[0].timestamp == 0
            assert frames[-1].timestamp < 60

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_a_turned_one_is_upright(self, turn):
        from emocam.adapters.mediapipe_locator import MediaPipeLocator
        from emocam.bundle import bundled

        _, frames = frames_of(AWKWARD / f"rotate_meta_{turn}_upright_when_honoured.mp4")
        locator = MediaPipeLocator(bundled("assets", "models"))
        (face,) = locator.locate(frames[0]).faces
        locator.close()
        assert face.keypoints.right_eye[0] < face.keypoints.left_eye[0]
        assert face.keypoints.nose[1] < face.keypoints.mouth[1]
