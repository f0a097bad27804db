import os
import threading

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The user's own folders are not touched, not even by what reads them while it is imported.
for name in ("PYTHONUSERBASE", "QT_STYLE_OVERRIDE", "QT_SCALE_FACTOR"):
    os.environ.pop(name, None)

import emocam.adapters.opencv  # noqa: E402, F401  # Before a test imports cv2 itself, which turns Qt's variables.


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory, monkeypatch):
    """Settings and recordings of a test are its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    return home


@pytest.fixture(autouse=True)
def no_thread_is_left_behind():
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("emocam-")]
    assert not left, f"threads still running: {left}"
