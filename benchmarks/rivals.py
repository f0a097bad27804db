"""emocam beside other packages, on the same clip, in one run.

    python benchmarks/rivals.py [CLIP] [--truth TRUTH.csv] [--folder FOLDER] [--markdown OUT.md] [--json OUT.json] [--download]

Each package gets an environment of its own in FOLDER, made with pip the first time. Without --download they may load nothing
but packages: what needs the weights of a network from elsewhere then says so. TRUTH.csv has t_start, t_end, label; spans whose
label is no class are left out. See README.md beside this.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from emocam.adapters.av_file import VideoFile
from emocam.adapters.settings import Settings
from emocam.bench.files import cores_free
from emocam.bench.machine import commit, machine
from emocam.bootstrap import build_analyser, locators_for_file
from emocam.bundle import DEMO_CLIP
from emocam.domain.emotions import FER7
from emocam.domain.vision import Observation
from emocam.pipeline.offline import analyse_recording

PACKAGES = {
    "fer": ("fer==25.10.3",),
    "deepface": ("deepface==0.0.103", "tf-keras", "werkzeug"),  # It imports the last one and does not say so.
    "py-feat": ("py-feat==2.1.5",),
}
RUNS = {  # What is run, in the environment of which package.
    "fer": "fer",
    "fer-mtcnn": "fer",
    "deepface": "deepface",
    "deepface-detection": "deepface",
    "py-feat": "py-feat",
    "py-feat-reading": "py-feat",
}
_NO_WAY_OUT = "http://127.0.0.1:9"


class _Labels:
    """An `ObservationSink` that keeps the label of the first face."""

    def __init__(self) -> None:
        self.labels: list[tuple[float, str | None]] = []

    def write(self, observation: Observation) -> None:
        first = observation.readings[0].smoothed.dominant if observation.readings else None
        self.labels.append((observation.timestamp, first))

    def flush(self) -> None: ...

    def close(self) -> None: ...


def emocam(clip: Path) -> dict[str, Any]:
    began = time.perf_counter()
    analyser, kept = build_analyser(Settings(), locators_for_file()), _Labels()
    loaded = time.perf_counter() - began
    began = time.perf_counter()
    done = analyse_recording(VideoFile(clip), analyser, lambda _: [kept])
    seconds = time.perf_counter() - began
    analyser.close()
    return {
        "call": "analyse_recording(VideoFile(clip), analyser, sinks), every frame, tracked and smoothed",
        "loaded_s": round(loaded, 1),
        "frames": done.frames,
        "seconds": seconds,
        "labels": kept.labels,
    }


def rival(name: str, clip: Path, folder: Path, download: bool, most_s: float) -> dict[str, Any]:
    python = environment(RUNS[name], folder)
    if python is None:
        return {"failed": f"pip can't install {' '.join(PACKAGES[RUNS[name]])} here"}
    surroundings = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
    surroundings["DEEPFACE_HOME"] = str(_cascades_for_deepface(folder))
    surroundings.pop("PYTHONPATH", None)
    if not download:
        surroundings |= {"HF_HUB_OFFLINE": "1", "https_proxy": _NO_WAY_OUT, "http_proxy": _NO_WAY_OUT}
    worker = Path(__file__).with_name("rival_worker.py")
    with tempfile.TemporaryDirectory() as place:
        out = Path(place, "out.json")
        command = [str(python), str(worker), name, str(clip), str(out), str(_rate(clip)), str(most_s)]
        try:
            done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return {"failed": "nothing came within 300 s"}
        if not out.exists():
            return {"failed": f"ended by itself: {done.stderr.strip()[-150:]}"}
        result: dict[str, Any] = json.loads(out.read_text())
        return result


def _rate(clip: Path) -> float:
    source = VideoFile(clip)
    try:
        return source.open().frame_rate or 25.0
    finally:
        source.close()


def _cascades_for_deepface(folder: Path) -> Path:
    """deepface loads OpenCV's Haar cascades from the network, though OpenCV's own packages hold the same files: where the
    environment of fer has them, deepface finds them in the folder returned."""
    weights = folder / "deepface-home" / ".deepface" / "weights"
    weights.mkdir(parents=True, exist_ok=True)
    for name in ("haarcascade_frontalface_default.xml", "haarcascade_eye.xml"):
        for found in sorted((folder / "fer").glob(f"**/cv2/data/{name}")):
            shutil.copy(found, weights / name)
    return folder / "deepface-home"


def environment(package: str, folder: Path) -> Path | None:
    """The Python of the package's environment, which is made where it is not there; None where that fails."""
    home = folder / package
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = home / ".ready"
    if ready.exists():
        return python
    print(f"… making the environment of {package}", file=sys.stderr)  # noqa: T201
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    made = subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES[package]], check=False)
    if made.returncode:
        return None
    ready.touch()
    return python


def share_right(labels: list[tuple[float, str | None]], truth: Path | None) -> float | None:
    """Of the frames whose truth is a class, how many got that label; a frame without a label is wrong. None without any."""
    if truth is None or not any(label for _, label in labels):
        return None
    with open(truth, newline="", encoding="utf-8") as file:
        spans = [row for row in csv.DictReader(file) if row["label"] in FER7]
    judged = [
        label == span["label"]
        for time_s, label in labels
        for span in spans
        if float(span["t_start"]) <= time_s < float(span["t_end"])
    ]
    return sum(judged) / len(judged) if judged else None


def row(name: str, result: dict[str, Any], truth: Path | None) -> dict[str, Any]:
    if "failed" in result:
        return {"name": name, "failed": result["failed"]}
    if result["frames"] < 1 or not result["seconds"]:  # The first one is not counted, as it waits for the model.
        return {"name": name, "failed": "gave fewer than two frames"}
    right = share_right(result["labels"], truth)
    return {
        "name": name,
        "call": result["call"],
        "frames": result["frames"],
        "frames_per_s": round(result["frames"] / result["seconds"], 1),
        "loaded_s": result["loaded_s"],
        "faces_seen": sum(bool(label) for _, label in result["labels"]),
        "right": None if right is None else round(right, 3),
    }


def as_markdown(told: dict[str, Any]) -> str:
    first = told["rows"][0]["frames_per_s"]
    lines = [
        f"# Beside other packages, {told['when'][:10]}",
        "",
        f"{told['clip']}, in one run; emocam at {told['commit']}; "
        f"{told['machine']['processor']}, {told['machine']['cores']} cores; "
        f"cores free before and after: {told['cores_free'][0]:g}, {told['cores_free'][1]:g}.",
        "Labels against the truth file where there is one: the share of the frames with a class whose label is right. Who was "
        "stopped for time is judged by the frames until then.",
        "",
        "| | frames | frames/s | emocam is | right | call |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for one in told["rows"]:
        if "failed" in one:
            lines.append(f"| {one['name']} | | did not run | | | {one['failed']} |")
            continue
        right = "–" if one["right"] is None else f"{one['right']:.0%}"
        compared = one["name"] not in ("emocam", "py-feat-reading") and one["frames_per_s"]
        faster = f"{first / one['frames_per_s']:.1f} × faster" if compared else ""
        lines.append(f"| {one['name']} | {one['frames']} | {one['frames_per_s']} | {faster} | {right} | `{one['call']}` |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path, nargs="?", default=DEMO_CLIP)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--folder", type=Path, default=platformdirs.user_cache_path("emocam", False) / "rivals")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--download", action="store_true")
    parser.add_argument("--seconds", type=float, default=40.0, help="for each rival at most")
    parser.add_argument("--only", nargs="*", choices=list(RUNS), default=list(RUNS))
    args = parser.parse_args()
    for name in args.only:
        environment(RUNS[name], args.folder)  # Before anything is timed.
    free = [cores_free()]
    rows = [row("emocam", emocam(args.clip), args.truth)]
    rows += [row(name, rival(name, args.clip, args.folder, args.download, args.seconds), args.truth) for name in args.only]
    free.append(cores_free())
    told = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "clip": args.clip.name,
        "cores_free": free,
        "rows": rows,
    }
    print(as_markdown(told))  # noqa: T201
    if args.markdown:
        args.markdown.write_text(as_markdown(told), encoding="utf-8")
    if args.json:
        args.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
