"""What has to do with the window, each in a process of its own: `python -m emocam.bench.screen start|live|timeline …`.

It runs the application as it is and watches it from outside; the last line on standard output is the result as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from emocam.adapters.display import display_missing
from emocam.adapters.settings import Settings, load_settings, save_settings
from emocam.bench.timing import summary

_HOURS, _RATE, _FACES = 8, 30, 4
_SETTLE_S = 2.0  # Of a live run, left out: the model loads, the window is laid out.
_SETTINGS = "settings.json"
_HEAVY = ("tensorflow", "keras", "matplotlib", "pandas", "pyarrow")


def in_a_process(what: str, settings: Settings, *arguments: str, timeout: float = 120.0) -> dict[str, Any]:
    """The result of this module run by itself, with `settings`, recorded into a folder that goes. Without a display Qt draws
    into memory. Raises RuntimeError where it fails."""
    environment = dict(os.environ)
    if display_missing():
        environment["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="emocam-bench-") as home:
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
            environment[f"XDG_{kind}_HOME"] = str(Path(home, kind.lower()))
        save_settings(replace(settings, record=True, recordings=str(Path(home, "recordings"))), Path(home, _SETTINGS))
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-m", "emocam.bench.screen", what, str(time.time()), home, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(f"the measurement {what!r} failed with status {done.returncode}: {done.stderr.strip()[-1500:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result | {"display": environment.get("QT_QPA_PLATFORM") or "the screen"}


def start(spawned: float, home: Path, clip: Path) -> dict[str, Any]:
    """Seconds from the start of the process to the window, and to a labelled face in it."""
    seen: dict[str, float] = {}
    _watch_paints(
        lambda: seen.setdefault("window_s", time.time() - spawned),
        lambda *_: _close_after(seen, "first_label_s", spawned),
    )
    _run_app(str(clip), home)
    return {
        "window_s": round(seen["window_s"], 3),
        "first_label_s": round(seen["first_label_s"], 3),
        "peak_mb": peak_memory_mb(),
        "heavy_imports": [name for name in _HEAVY if name in sys.modules],
    }


def live(spawned: float, home: Path, clip: Path, seconds: float) -> dict[str, Any]:
    """A camera of 30 frames per second: from capture to the painted overlay, and what it costs."""
    from PyQt6.QtWidgets import QApplication

    from emocam import app
    from emocam.bench.paced import PacedReplay
    from emocam.bootstrap import Recorder, build_analyser
    from emocam.bundle import model_card
    from emocam.domain.timeline import Timeline
    from emocam.pipeline.live import LiveSession

    def session_on_replay(source: str, settings: Any, listener: Any = None) -> Any:
        recorder = Recorder(settings)
        made = LiveSession(
            PacedReplay(clip),
            lambda: build_analyser(settings),
            recorder,
            Timeline(model_card(settings).classes),
            listener=listener,
        )
        sessions.append(made)
        return made, recorder

    sessions: list[LiveSession] = []
    setattr(app, "build_live_session", session_on_replay)  # noqa: B010  # the one thing that is exchanged
    delays: list[float] = []
    marks: list[tuple[float, float, float, int, int]] = []

    def painted(frame: Any) -> None:
        now = time.monotonic()
        status = sessions[0].status
        if not marks:
            marks.append((now, time.process_time(), memory_mb(), status.analysed, status.dropped))
            return
        if len(marks) == 1 and now - marks[0][0] >= _SETTLE_S:
            marks.append((now, time.process_time(), memory_mb(), status.analysed, status.dropped))
        if len(marks) == 2:
            delays.append(now - frame.captured)
            if now - marks[1][0] >= seconds:
                marks.append((now, time.process_time(), memory_mb(), status.analysed, status.dropped))
                QApplication.closeAllWindows()

    _watch_paints(lambda: None, painted)
    _run_app("the replay", home)  # A file's own name would open the workbench.
    (began, busy, memory, analysed, dropped), (ended, busy_then, memory_then, analysed_then, dropped_then) = marks[1:]
    return {
        "device": sessions[0].status.device,
        "seconds": round(ended - began, 1),
        "capture_to_paint": summary(delays),
        "painted_per_s": round(len(delays) / (ended - began), 1),
        "analysed_per_s": round((analysed_then - analysed) / (ended - began), 1),
        "dropped": dropped_then - dropped,
        "share_of_two_cores": round((busy_then - busy) / (ended - began) / 2, 3),
        "peak_mb": peak_memory_mb(),
        "growth_mb": round(memory_then - memory, 1),
    }


def timeline(spawned: float, home: Path) -> dict[str, Any]:
    """Eight hours of four faces in the chart of a recording: moving and zooming, until it is painted."""
    from PyQt6.QtWidgets import QApplication

    from emocam.domain.decimation import Pyramid
    from emocam.domain.emotions import FER7
    from emocam.domain.recording import Series
    from emocam.gui.workbench.chart import RecordingChart, Shown

    frames = _HOURS * 3600 * _RATE
    chance = np.random.default_rng(8)
    times = np.arange(frames) / _RATE
    application = QApplication([])
    began = time.perf_counter()
    shown = []
    for face in range(_FACES):
        values = chance.random((frames, len(FER7)), np.float32)
        values /= values.sum(axis=1, keepdims=True)
        values[(times // 600).astype(int) % 5 == face] = np.nan  # Everybody leaves now and then.
        shown.append(Shown(f"face {face + 1}", Pyramid(Series(times, values))))
    made = time.perf_counter() - began
    chart = RecordingChart(FER7)
    chart.resize(1280, 700)
    chart.set_duration(times[-1])
    chart.show_lanes(shown)
    chart.show()
    application.processEvents()
    took: dict[str, list[float]] = {}
    for style in ("Lines", "Stacked"):
        chart.show_style(style)
        application.processEvents()
        for length in (_HOURS * 3600.0, 3600.0, 300.0, 20.0):
            for step in range(12):
                began = time.perf_counter()
                start = times[-1] * step / 13
                chart.show_span(start, start + length * (1 + 0.01 * step))
                application.processEvents()
                took.setdefault(style.lower(), []).append(time.perf_counter() - began)
    chart.close()
    return {
        "hours": _HOURS,
        "frames_per_s": _RATE,
        "faces": _FACES,
        "lines": summary(took["lines"]),
        "stacked": summary(took["stacked"]),
        "made_ready_s": round(made, 2),
    }


def memory_mb() -> float:
    """In use now; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, AttributeError):
        return 0.0


def peak_memory_mb() -> int | None:
    """The most this process ever had; None where the system does not tell."""
    try:
        # Not `ru_maxrss`, which a process takes over from the one that started it.
        told = Path("/proc/self/status").read_text()
        return int(told.partition("VmHWM:")[2].split()[0]) // 1024
    except (OSError, IndexError):
        return None


def _run_app(source: str, home: Path) -> None:
    from PyQt6.QtCore import QSettings

    from emocam.app import run

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)  # The user's own settings are not touched.
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(home))
    status = run([source], load_settings(home / _SETTINGS))
    if status:
        raise SystemExit(status)


def _watch_paints(on_window: Any, on_label: Any) -> None:
    """Call `on_window` once the window has painted itself, and `on_label` after each new frame with a label is painted."""
    from emocam.gui.main_window import MainWindow
    from emocam.gui.preview import Preview
    from emocam.gui.workbench.window import RecordingWindow

    paint = Preview.paintEvent
    last: list[object] = [None]

    def paint_window(window: Any, event: Any) -> None:
        super(type(window), window).paintEvent(event)
        on_window()

    def paint_preview(preview: Any, event: Any) -> None:
        paint(preview, event)
        frame, observation = preview._frame, preview._observation
        if observation is not None and observation.readings and frame is not last[0]:
            last[0] = frame
            on_label(frame)

    for window in (MainWindow, RecordingWindow):
        setattr(window, "paintEvent", paint_window)  # noqa: B010  # looked at from outside, not changed
    setattr(Preview, "paintEvent", paint_preview)  # noqa: B010


def _close_after(seen: dict[str, float], name: str, spawned: float) -> None:
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication

    if name not in seen:
        seen[name] = time.time() - spawned
        QTimer.singleShot(0, QApplication.closeAllWindows)


def main(arguments: list[str]) -> None:
    what, spawned, home, *rest = arguments
    if what == "start":
        result = start(float(spawned), Path(home), Path(rest[0]))
    elif what == "live":
        result = live(float(spawned), Path(home), Path(rest[0]), float(rest[1]))
    elif what == "timeline":
        result = timeline(float(spawned), Path(home))
    else:
        raise SystemExit(f"there is no measurement {what!r}")
    print(json.dumps(result), flush=True)  # noqa: T201  # read by `in_a_process`
    os._exit(0)  # As the app ends: threads of FFmpeg and Qt may still be at work while Python takes itself apart.


if __name__ == "__main__":
    main(sys.argv[1:])
