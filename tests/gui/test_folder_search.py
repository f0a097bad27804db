"""Folders are looked through in the background: of a large one, or on a slow drive, it takes a while."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QMessageBox

NO_VIDEO = "There is no video, picture or session there."


class SlowFolder:
    """In place of the backend's search: a folder holds these `files`, which it takes until `done` to find."""

    def __init__(self, *files: str) -> None:
        self.files = [Path(name) for name in files]
        self.done = threading.Event()
        self.stopped = threading.Event()

    def __call__(self, paths, stop):
        if not any(path.is_dir() for path in paths):
            return list(paths)
        assert threading.current_thread() is not threading.main_thread()
        while not self.done.wait(0.01):
            if stop():
                self.stopped.set()
                break
        return self.files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Trial 3"
    made.mkdir()
    return made


def test_the_window_is_free_while_a_folder_is_looked_through(qtbot, workbench, backend, folder):
    backend.recordings_in = slow = SlowFolder("a.mp4", "b.mp4")
    workbench.open_paths([folder])
    assert workbench.news.text() == "Looking for recordings in Trial 3…"
    assert workbench.opened is None
    slow.done.set()
    qtbot.waitUntil(lambda: workbench.opened is not None, timeout=5000)
    assert workbench.opened.title == "a.mp4"
    assert workbench._queue.paths == [Path("a.mp4"), Path("b.mp4")]
    assert not workbench.news.text()


def test_an_empty_folder_says_so(qtbot, workbench, backend, folder):
    backend.recordings_in = slow = SlowFolder()
    slow.done.set()
    workbench.open_paths([folder])
    qtbot.waitUntil(lambda: workbench.news.text() == NO_VIDEO, timeout=5000)


def test_a_search_that_fails_says_so(qtbot, workbench, backend, folder):
    def fail(paths, stop):
        raise RuntimeError("a bug")

    backend.recordings_in = fail
    workbench.open_paths([folder])
    qtbot.waitUntil(lambda: "Something went wrong" in workbench.news.text(), timeout=5000)


def test_what_is_opened_meanwhile_stays(qtbot, workbench, backend, folder):
    backend.recordings_in = slow = SlowFolder("a.mp4")
    workbench.open_paths([folder])
    workbench.open_paths([Path("clip.mp4")])
    assert workbench.opened.title == "clip.mp4"
    assert not workbench.news.text()
    assert slow.stopped.wait(5)
    qtbot.wait(100)
    assert workbench._queue.paths == [Path("clip.mp4")]


def test_a_window_that_was_left_opens_nothing_later(qtbot, workbench, backend, folder):
    backend.recordings_in = slow = SlowFolder("a.mp4")
    workbench.open_paths([folder])
    workbench.leave()
    assert slow.stopped.wait(5)
    qtbot.wait(100)
    assert workbench.opened is None


def test_what_is_chosen_in_the_queue_meanwhile_stays(qtbot, workbench, backend, folder):
    workbench.open_paths([Path("a.mp4"), Path("b.mp4")])
    backend.recordings_in = slow = SlowFolder("c.mp4")
    workbench.open_paths([folder])
    workbench._show_chosen(Path("b.mp4"))
    assert slow.stopped.wait(5)
    assert workbench.opened.title == "b.mp4"


def test_nothing_is_opened_while_a_question_is_answered(qtbot, workbench, backend, folder):
    """A name that is typed belongs to the recording that is shown."""
    backend.recordings_in = slow = SlowFolder("a.mp4")
    workbench.open_paths([folder])
    question = QMessageBox(workbench)
    question.open()
    slow.done.set()
    qtbot.wait(400)
    assert workbench.opened is None
    question.close()
    qtbot.waitUntil(lambda: workbench.opened is not None, timeout=5000)


def test_the_review_of_a_run_wins_over_a_search_before_it(qtbot, backend, desktop, folder):
    desktop.open_camera("short")
    live = desktop._live
    (folder.parent / "run.emocam").touch()
    qtbot.waitUntil(lambda: live.session.status.state.ended, timeout=5000)
    backend.recordings_in = slow = SlowFolder("a.mp4")
    desktop.open_recordings([folder])
    live._review()
    assert slow.stopped.wait(5)
    qtbot.waitUntil(lambda: desktop._workbench is not None and desktop._workbench.opened is not None, timeout=8000)
    assert desktop._workbench.opened.title == "run.emocam"


def test_the_live_window_stays_until_something_is_found(qtbot, backend, desktop, folder):
    desktop.open_camera(None)
    backend.recordings_in = slow = SlowFolder("a.mp4")
    desktop.open_recordings([folder])
    assert desktop._live.isVisible()
    assert desktop._live.news.text() == "Looking for recordings in Trial 3…"
    slow.done.set()
    qtbot.waitUntil(lambda: desktop._workbench is not None and desktop._workbench.opened is not None, timeout=5000)
    assert not desktop._live.isVisible()


def test_a_camera_that_is_started_meanwhile_is_not_left(qtbot, backend, desktop, folder):
    desktop.open_camera(None)
    backend.recordings_in = slow = SlowFolder("a.mp4")
    desktop.open_recordings([folder])
    desktop.open_camera("demo")
    assert slow.stopped.wait(5)
    qtbot.wait(100)
    assert desktop._live.isVisible()
    assert desktop._live.session is not None
