"""The whole benchmark, in under a minute."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from emocam.adapters.settings import Settings
from emocam.bench.clips import tile
from emocam.bench.files import FileBench, cores_free, faces_cost
from emocam.bench.machine import commit, machine, versions
from emocam.bench.report import as_markdown, show
from emocam.bench.screen import in_a_process
from emocam.bench.timing import YARDSTICK, yardstick_ms
from emocam.bench.verdict import against, goal_rows, ratios
from emocam.bootstrap import build_classifier
from emocam.domain.errors import EmocamError

_ROUNDS = 3
_FACES = (1, 4, 8)
_TILED_FRAMES = 60
_LIVE_S = 10.0


def bench(
    clip: Path,
    settings: Settings,
    *,
    live: bool = False,
    json_out: Path | None = None,
    markdown_out: Path | None = None,
    baseline: Path | None = None,
) -> int:
    """Measure, show and keep it. 1 where a ratio of `baseline` got worse by a quarter, else 0. Raises EmocamError."""
    screen = Console(markup=False, emoji=False)  # The name of a clip may look like either.
    for out in filter(None, (json_out, markdown_out)):
        if not out.absolute().parent.is_dir():  # Told now, not after a minute.
            raise EmocamError(f"There is no folder {out.absolute().parent}; make it or choose another place.")
    then = _kept(baseline, clip, settings) if baseline else {}
    result = measure(clip, settings, live=live, say=lambda what: screen.print(f"… {what}", style="dim"))
    changes = against(result["ratios"], then) if then else []
    show(result, changes, screen)
    _write(json_out, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    _write(markdown_out, as_markdown(result, changes))
    return 1 if any(change.worse for change in changes) else 0


def measure(clip: Path, settings: Settings, *, live: bool, say: Any = lambda what: None) -> dict[str, Any]:
    free, yardsticks = [cores_free()], [yardstick_ms()]
    with tempfile.TemporaryDirectory(prefix="emocam-bench-") as name:
        folder = Path(name)
        say(f"{clip.name}: parts, stages and the whole")
        whole = FileBench(clip, settings, folder)
        face = whole.first_face()
        tiled = [
            FileBench(tile(clip, face.box, faces, _TILED_FRAMES, folder / f"{faces} of 8 cells.mp4"), settings, folder)
            for faces in _FACES
        ]
        for _ in range(_ROUNDS):
            whole.round()
            yardsticks.append(yardstick_ms())
        say("one, four and eight faces")
        for _ in range(_ROUNDS):
            for each in tiled:
                each.round()
    say("start of the window")
    result: dict[str, Any] = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "versions": versions(),
        "device": _device(settings),
        "settings": _said(settings),
        "clips": [whole.result],
        "faces": [each.result for each in tiled],
        "empty_python_s": min(_empty_python() for _ in range(3)),
        "start": min((_on_screen("start", settings, clip) for _ in range(2)), key=lambda one: float(one["first_label_s"])),
    }
    result["eight_faces_cost"] = faces_cost(result["faces"])
    say("timeline of eight hours")
    result["timeline"] = _on_screen("timeline", settings)
    if live:
        say(f"live for {_LIVE_S:g} s")
        result["live"] = _on_screen("live", settings, clip, str(_LIVE_S))
    free.append(cores_free())
    yardsticks.append(yardstick_ms())
    result["cores_free"] = free
    result["yardstick_ms"] = min(yardsticks)  # As of the rounds, the fastest counts.
    result["yardstick"] = YARDSTICK
    result["ratios"] = ratios(result)
    result["goals"] = goal_rows(result)
    return result


def _on_screen(what: str, settings: Settings, *arguments: Path | str) -> dict[str, Any]:
    try:
        told = (str(Path(each).resolve()) if isinstance(each, Path) else each for each in arguments)
        return in_a_process(what, settings, *told)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        raise EmocamError(
            f"The window could not be measured ({error}); run `emocam doctor`, which says what is missing."
        ) from None


def _empty_python() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    return round(time.perf_counter() - began, 3)


def _device(settings: Settings) -> str:
    classifier = build_classifier(settings)
    try:
        return classifier.device
    finally:
        classifier.close()


def _said(settings: Settings) -> dict[str, str]:
    """What must be the same for two runs to be compared: less than `analysis_facts`, since a newer model is worth comparing."""
    return {"model": Path(settings.model).name, "detector": settings.detector.value, "smoothing_s": f"{settings.smoothing_s:g}"}


def _kept(path: Path, clip: Path, settings: Settings) -> dict[str, float]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        measured = kept["clips"][0]["clip"]
        found = {str(name): float(value) for name, value in kept["ratios"].items()}
        then = dict(kept.get("settings", {}))  # Which an older file does not have.
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise EmocamError(f"{path} holds no ratios to compare with ({error}); give a file that --json wrote.") from None
    if measured != clip.name:
        raise EmocamError(f"{path} was measured on {measured}, this is {clip.name}; give the same clip.")
    now = _said(settings)
    for name in sorted(then.keys() & now.keys()):
        if then[name] != now[name]:
            raise EmocamError(f"{path} was measured with {name} {then[name]}, this is with {now[name]}; use the same.")
    return found


def _write(out: Path | None, text: str) -> None:
    if out is None:
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EmocamError(f"{out} can't be written ({error.strerror}); choose another place.") from None
