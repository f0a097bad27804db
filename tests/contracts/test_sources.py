"""Every frame source, real and fake, keeps the promises of `FrameSource`."""

import contextlib
import http.server
import threading
import time

import av
import cv2
import numpy as np
import pytest
from clips import NamedLate, grey_of, steady, write_clip
from fakes import FakeSource

from emocam.adapters import cv2_camera
from emocam.adapters.av_decode import FFmpegError
from emocam.adapters.av_file import VideoFile
from emocam.adapters.av_network import NetworkCamera
from emocam.adapters.cv2_camera import Cv2Camera
from emocam.adapters.named_camera import NamedCamera
from emocam.adapters.picture_file import PictureFile
from emocam.domain.errors import SourceError
from emocam.domain.ports import SourceKind
from emocam.domain.vision import Frame

LIVE = (SourceKind.CAMERA, SourceKind.NETWORK)


class MjpegServer:
    """A network camera on this computer: `count` pictures, then it hangs up, or goes `silent`; those in `damaged` are cut.
    status: of its answer."""

    def __init__(self, count=12, silent=False, damaged=(), status=200):
        quiet = threading.Event()
        self._quiet = quiet

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                with contextlib.suppress(OSError):  # Who looks may leave.
                    for number in range(count):
                        _, jpeg = cv2.imencode(".jpg", np.full((48, 64, 3), grey_of(number), np.uint8))
                        if number in damaged:
                            jpeg = jpeg[: len(jpeg) // 3]
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                        self.wfile.write(head.encode() + jpeg.tobytes() + b"\r\n")
                        time.sleep(0.02)
                if silent:
                    quiet.wait(10)

            def log_message(self, *_): ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self._quiet.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def network():
    servers = []

    def make(**options):
        servers.append(MjpegServer(**options))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


class FakeCapture:
    """OpenCV's VideoCapture as a camera of `count` pictures."""

    def __init__(self, *_):
        self._left = 12

    def isOpened(self):  # OpenCV's name
        return True

    def set(self, *_):
        return True

    def get(self, _):
        return 30.0

    def grab(self):
        self._left -= 1
        return self._left >= 0

    def retrieve(self):
        return True, np.full((48, 64, 3), 99, np.uint8)

    def read(self):
        return self.grab(), np.full((48, 64, 3), 99, np.uint8)

    def release(self): ...


@pytest.fixture(params=["fake", "video", "picture", "named", "network", "camera"])
def source(request, tmp_path, monkeypatch):
    if request.param == "video":
        made = VideoFile(write_clip(tmp_path / "clip.mp4", steady(8)))
    elif request.param == "picture":
        cv2.imwrite(str(tmp_path / "picture.png"), np.zeros((48, 64, 3), np.uint8))
        made = PictureFile(tmp_path / "picture.png")
    elif request.param in ("network", "named"):
        address = request.getfixturevalue("network")().address
        made = NetworkCamera(address) if request.param == "network" else NamedCamera(address)
    elif request.param == "camera":
        monkeypatch.setattr(cv2_camera.cv2, "VideoCapture", FakeCapture)
        made = Cv2Camera(0)
    else:
        made = FakeSource()
    yield made
    made.close()


def drain(source):
    while source.read() is not None:
        pass


def frames_of(source):
    """All its frames; a live one ends with an error."""
    frames = []
    with contextlib.suppress(SourceError):
        while (frame := source.read()) is not None:
            frames.append(frame)
    return frames


def test_frames_are_numbered_timed_upright_rgb_and_read_only(source):
    info = source.open()
    frames = frames_of(source)
    assert frames
    assert [frame.index for frame in frames] == list(range(len(frames)))
    times = [frame.timestamp for frame in frames]
    assert times[0] == 0.0
    assert times == sorted(times)
    for frame in frames:
        assert isinstance(frame, Frame)
        assert frame.pixels.shape == (info.height, info.width, 3)
        assert frame.pixels.dtype == np.uint8
        assert not frame.pixels.flags.writeable
        assert (frame.captured is not None) == (info.kind in LIVE)
    assert (info.started_at is not None) == (info.kind in LIVE)


def test_after_the_end_there_is_nothing_ever_after(source):
    source.open()
    frames_of(source)
    if source.open().kind in LIVE:
        return
    frames_of(source)
    assert source.read() is None
    assert source.read() is None


def test_close_may_come_first_and_twice(source):
    source.close()
    source.open()
    source.close()
    source.close()
    assert source.read() is None


def test_it_may_be_opened_anew_and_starts_over(source):
    source.open()
    source.read()
    first = source.open()
    again = source.read()
    assert (again.index, again.timestamp) == (0, 0.0)
    assert again.pixels.shape == (first.height, first.width, 3)


def test_a_missing_one_raises_a_sentence_and_leaves_nothing_open(tmp_path):
    for missing in (VideoFile(tmp_path / "no.mp4"), PictureFile(tmp_path / "no.png"), NamedCamera("no such thing")):
        with pytest.raises(SourceError, match=r"\w.*; "):
            missing.open()
        assert missing.read() is None


def test_a_network_camera_that_hangs_up_or_falls_silent_says_so_and_can_be_opened_again(network):
    for silent in (False, True):
        camera = NetworkCamera(network(silent=silent).address)
        camera.open()
        started = time.monotonic()
        with pytest.raises(SourceError, match="stopped sending"):
            drain(camera)
        assert time.monotonic() - started < 5
        assert camera.open().width == 64
        camera.close()


def test_a_network_camera_that_is_not_there_says_so_soon():
    started = time.monotonic()
    with pytest.raises(SourceError, match="does not answer"):
        NetworkCamera("http://user:secret@127.0.0.1:9/").open()
    assert time.monotonic() - started < 6
    with pytest.raises(SourceError) as raised:
        NetworkCamera("http://user:secret@127.0.0.1:9/").open()
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "wants a user name and a password"),
        (403, "wants a user name and a password"),
        (404, "has no picture at that address"),
        (400, "has no picture at that address"),
        (429, "does not answer"),
        (503, "does not answer"),
    ],
)
def test_a_network_camera_that_answers_with_a_no_says_which(network, status, said):
    with pytest.raises(SourceError, match=said):
        NetworkCamera(network(status=status).address).open()


def test_a_camera_is_opened_only_once_the_one_before_let_go(network):
    """Most cameras refuse a second opening, so a restart must wait for the old run."""
    first, second, order = NamedCamera(network().address), NamedCamera(network().address), []
    first.open()

    def restart():
        second.open()
        order.append("second is open")

    thread = threading.Thread(target=restart)
    thread.start()
    time.sleep(0.1)
    order.append("first is closed")
    first.close()
    thread.join(5)
    second.close()
    assert order == ["first is closed", "second is open"]


def test_a_network_camera_whose_picture_is_none_has_stopped_sending(network):
    camera = NetworkCamera(network(count=12).address)
    camera.open()

    def fails(*_):
        raise FFmpegError(22, "no picture")

    camera._upright_rgb = fails
    with pytest.raises(SourceError, match=r"stopped sending \(no picture"):
        camera.read()
    camera.close()


def test_a_damaged_picture_from_a_network_camera_is_passed_over(network):
    camera = NetworkCamera(network(count=12, damaged=(5,)).address)
    camera.open()
    assert len(frames_of(camera)) >= 9
    camera.close()


def test_a_camera_that_is_unplugged_says_so(monkeypatch):
    monkeypatch.setattr(cv2_camera.cv2, "VideoCapture", FakeCapture)
    camera = Cv2Camera(0)
    camera.open()
    with pytest.raises(SourceError, match="stopped sending"):
        drain(camera)


def test_a_stream_that_a_camera_names_late_does_not_end_it(network, monkeypatch):
    opened = av.open
    monkeypatch.setattr(av, "open", lambda *given, **options: NamedLate(opened(*given, **options), lambda number: number == 3))
    camera = NetworkCamera(network(count=8).address)
    camera.open()
    read = 0
    with contextlib.suppress(SourceError):  # The camera hangs up.
        while camera.read():
            read += 1
    camera.close()
    assert read >= 5
