"""The last mile: what the whole app says of real clips, against what is truly there.

Beside each clip lies `NAME.truth.csv`: rows with t_start and t_end in seconds, and either `label` (a class, or none) and
`faces`, or `faces_full` and `faces_partial` (faces wholly and partly in the picture). Other labels are not judged.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from emocam.adapters.settings import Settings
from emocam.domain.emotions import FER7
from emocam.domain.files import VIDEOS
from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares from 0 to 1. what: a class, of whose faces that share has it as the most probable one; or faces: the share of
    frames with the true number of them."""

    clip: str
    what: str
    share: float
    count: int


def judge(folder: Path, model: str) -> Iterator[Agreement]:
    """Run `emocam analyze` on every clip of `folder` with a truth. model: as for `emocam --model`. Raises TrainingError."""
    if not folder.is_dir():
        raise TrainingError(f"There is no folder {folder}; check the name.")
    clips = [(clip_of(truth), truth) for truth in sorted(folder.glob("*.truth.csv"))]
    if not clips:
        raise TrainingError(f"{folder} holds no NAME.truth.csv; give a folder of clips with their truth.")
    plain = Settings()  # Not what somebody has set for themselves.
    usual = ("--detector", plain.detector.value, "--smoothing", str(plain.smoothing_s))
    with tempfile.TemporaryDirectory() as place:
        for clip, truth in clips:
            out = Path(place) / f"{clip.stem}.csv"
            command = [sys.executable, "-m", "emocam", "analyze", str(clip), "--csv", str(out), "--model", model, *usual]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or [f"emocam ended with {done.returncode}"])[-1]
                raise TrainingError(f"{clip.name}: {reason}")
            said = pd.read_csv(out)
            if not {*FER7} <= {*said.columns}:
                raise TrainingError(f"{model} has other classes than the truth files; give a model of {', '.join(FER7)}.")
            yield from compare(clip.stem, said, truth_of(truth))


def truth_of(path: Path) -> pd.DataFrame:
    """Raises TrainingError where it is none."""
    try:
        found = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} can't be read as a table ({error}).") from None
    numbers = ["t_start", "t_end", *(["faces_full", "faces_partial"] if "faces_full" in found else ["faces"])]
    missing = [name for name in [*numbers, *([] if "faces_full" in found else ["label"])] if name not in found]
    if missing:
        raise TrainingError(
            f"{path} has no column {', '.join(missing)}; it needs t_start and t_end, and label and faces or faces_full and "
            "faces_partial."
        )
    for name in numbers:
        if pd.to_numeric(found[name], errors="coerce").isna().any():
            raise TrainingError(f"{path} has something in the column {name} that is no number; put it right.")
    return found


def compare(clip: str, said: pd.DataFrame, truth: pd.DataFrame) -> list[Agreement]:
    """said: a timeline CSV. truth: as above."""
    shown = said[said.face_id.notna()]
    shown = shown.assign(best=shown[list(FER7)].idxmax(axis=1))
    per_frame = said.groupby("frame").agg(time_s=("time_s", "first"), faces=("face_id", "count"))
    right = faces = 0
    labels: dict[str, list[bool]] = {}
    for row in truth.itertuples():
        frames = per_frame[(per_frame.time_s >= row.t_start) & (per_frame.time_s < row.t_end)]
        if hasattr(row, "faces_full"):
            whole, partly = int(row.faces_full), int(row.faces_partial)
            right += int(frames.faces.between(whole, whole + partly).sum())
        else:
            right += int((frames.faces == int(row.faces)).sum())
            if row.label in FER7:
                then = shown[(shown.time_s >= row.t_start) & (shown.time_s < row.t_end)]
                labels.setdefault(str(row.label), []).extend(then.best == row.label)
        faces += len(frames)
    agreements = [Agreement(clip, label, sum(hits) / len(hits), len(hits)) for label, hits in labels.items() if hits]
    return [*agreements, *([Agreement(clip, "faces", right / faces, faces)] if faces else [])]


def table(agreements: Sequence[Agreement]) -> str:
    """Markdown."""
    lines = ["| clip | what | agrees | of |", "| --- | --- | --- | --- |"]
    lines += [f"| {entry.clip} | {entry.what} | {100 * entry.share:.1f} % | {entry.count} |" for entry in agreements]
    return "\n".join(lines)


def clip_of(truth: Path) -> Path:
    """The video beside NAME.truth.csv. Raises TrainingError where there is none, or more than one."""
    stem = truth.name.removesuffix(".truth.csv")
    found = [path for path in sorted(truth.parent.iterdir()) if path.stem == stem and path.suffix.lower() in VIDEOS]
    if not found:
        raise TrainingError(f"{truth} has no clip {stem} beside it.")
    if len(found) > 1:
        raise TrainingError(f"{truth} may be of {' or '.join(path.name for path in found)}; keep one of them beside it.")
    return found[0]
