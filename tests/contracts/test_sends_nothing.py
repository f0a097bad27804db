"""emocam sends nothing anywhere: the kernel kills an analysis that so much as tries (Linux).

A seccomp filter, set before anything of emocam is imported, ends the process with SIGSYS at its first connect, send to an
address, bind or listen, be it in Python or in a native library.
"""

import os
import platform
import signal
import subprocess
import sys

import pytest

from emocam.bundle import DEMO_CLIP

_CALLS = {
    "x86_64": {"connect": 42, "sendto": 44, "sendmsg": 46, "bind": 49, "listen": 50, "sendmmsg": 307},
    "aarch64": {"bind": 200, "listen": 201, "connect": 203, "sendto": 206, "sendmsg": 211, "sendmmsg": 269},
}
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in _CALLS, reason="seccomp filters are for Linux on x86-64 and ARM64"
)

_CUT_OFF = """
import ctypes, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
forbidden = {numbers}
load = struct.pack("HBBI", 0x20, 0, 0, 0)  # the number of the system call
jumps = [struct.pack("HBBI", 0x15, len(forbidden) - place, 0, number) for place, number in enumerate(forbidden)]
allow, kill = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000), struct.pack("HBBI", 0x06, 0, 0, 0x80000000)
program = load + b"".join(jumps) + allow + kill
buffer = ctypes.create_string_buffer(program)
filter_ = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
assert libc.prctl(38, 1, 0, 0, 0) == 0, "no new privileges"
if libc.prctl(22, 2, ctypes.create_string_buffer(filter_)) != 0:
    sys.exit(77)
"""
_ANALYSE = """
from emocam.cli import app
app({arguments!r}, standalone_mode=False)
"""
_WITHOUT_THE_BLOCK = """
import emocam.adapters.no_uploads as no_uploads
no_uploads.refuse_uploads = lambda: None
"""


def _run(*parts: str) -> int:
    numbers = list(_CALLS[platform.machine()].values())
    script = "\n".join((_CUT_OFF.format(numbers=numbers), *parts))
    # Tests before this one may have called `refuse_uploads` in this very process.
    clean = {name: value for name, value in os.environ.items() if name.lower() != "https_proxy"}
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=240, check=False, env=clean)
    if finished.returncode == 77:
        pytest.skip("this kernel takes no seccomp filter")
    return finished.returncode


def _analyse(out, source=DEMO_CLIP) -> str:
    return _ANALYSE.format(arguments=["analyze", str(source), "--csv", str(out)])


def test_a_whole_analysis_reaches_for_no_network(tmp_path):
    assert _run(_analyse(tmp_path / "out.csv")) == 0
    assert (tmp_path / "out.csv").stat().st_size > 10_000


def test_the_filter_bites():
    attempt = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    assert _run(attempt) == -signal.SIGSYS


def test_what_no_proxy_excepts_is_not_excepted_for_the_reports(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "localhost, .googleapis.com,*\tgoogleapis.com. play.googleapis.com.")
    assert _run(_analyse(tmp_path / "out.csv")) == 0


def test_without_the_block_mediapipe_would_reach_out(tmp_path):
    """The control: should this fail, MediaPipe has mended its ways and `adapters/no_uploads.py` can go."""
    assert _run(_WITHOUT_THE_BLOCK, _analyse(tmp_path / "out.csv")) == -signal.SIGSYS


def test_a_playlist_can_not_reach_for_the_network(tmp_path):
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    refused = "from emocam.cli import main; import sys; sys.argv = ['emocam', 'analyze', {!r}, '--csv', {!r}]; main()"
    assert _run(refused.format(str(playlist), str(tmp_path / "out.csv"))) == 1
