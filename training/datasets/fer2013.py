"""FER2013 (Goodfellow et al. 2013) with the FER+ votes (Barsoum et al. 2016): as a CSV, and packed in sheets."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from emocam.domain.emotions import FER7
from training.datasets.faces import SPLITS, FaceDataset, PicturesInMemory, one_hot
from training.errors import TrainingError

VOTES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF")
# The column of VOTES for each class of FER7. Contempt, unknown and NF have no counterpart among the seven.
_VOTE_OF_CLASS = tuple(VOTES.index({"angry": "anger", "happy": "happiness", "sad": "sadness"}.get(name, name)) for name in FER7)
SIDE, _COLUMNS, _PER_SHEET = 48, 120, 9000
_CSV_NAMES = ("fer2013.csv", "icml_face_data.csv")
_FERPLUS_NAME = "fer2013new.csv"
# Label and clear majority are the same for 67 to 68 % of each of FER2013's splits, for 52 % of the worst hundred rows in a row,
# and for 18 % once the rows are shuffled (36 % where all of them are of one class).
_AGREEMENT, _ENOUGH = 0.45, 100


def load_sheets(folder: Path) -> FaceDataset:
    """`faces_*.png`, each a grid of 120 pictures a line and 9,000 in all, and `labels.csv`. Raises TrainingError."""
    try:
        with open(folder / "labels.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        labels = np.array([int(row["emotion"]) for row in rows])
        usages = np.array([row["usage"] for row in rows])
        votes = np.array([[int(row[column]) for column in VOTES] for row in rows])
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{folder / 'labels.csv'} is not that of packed sheets ({error!r}); copy it anew.") from None
    if not rows or not set(usages.tolist()) <= set(SPLITS) or not set(labels.tolist()) <= set(range(len(FER7))):
        raise TrainingError(f"{folder / 'labels.csv'} has no rows, or labels or splits that FER2013 has not; copy it anew.")
    Image.MAX_IMAGE_PIXELS = None
    sheets = []
    for number in range(-(-len(rows) // _PER_SHEET)):
        path = folder / f"faces_{number}.png"
        if not path.is_file():
            raise TrainingError(f"{path} is missing; copy all the sheets.")
        held = min(len(rows) - number * _PER_SHEET, _PER_SHEET)
        try:
            sheet = np.asarray(Image.open(path))
            lines = sheet.shape[0] // SIDE
            sheets.append(sheet.reshape(lines, SIDE, _COLUMNS, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE)[:held])
        except (OSError, ValueError) as error:
            raise TrainingError(f"{path} is not a sheet of pictures ({error}); copy it anew.") from None
        if len(sheets[-1]) < held:
            raise TrainingError(f"{path} holds {len(sheets[-1])} pictures where {held} should be; copy it anew.")
    return _dataset(np.concatenate(sheets), labels, usages, votes)


def find_csv(path: Path) -> Path | None:
    if path.is_file() and path.suffix.lower() == ".csv":
        return path
    return next((path / name for name in _CSV_NAMES if (path / name).is_file()), None)


def load_csv(path: Path) -> FaceDataset:
    """Columns emotion, pixels and Usage, as in `fer2013.csv` and `icml_face_data.csv`; a row that is no picture is skipped.

    Raises TrainingError where the columns are missing.
    """
    images, labels, usages, rows = [], [], [], []
    skipped: list[tuple[str, str]] = []
    try:
        # In pieces: the text of all pixels takes more than a gigabyte in memory.
        with pd.read_csv(path, chunksize=500, skipinitialspace=True) as chunks:
            for chunk in chunks:
                chunk.columns = [column.strip() for column in chunk.columns]
                table = chunk[["emotion", "pixels", "Usage"]]
                for row, (label, pixels, usage) in zip(chunk.index, table.itertuples(index=False), strict=True):
                    picture = _picture(pixels)
                    label = pd.to_numeric(label, errors="coerce")
                    if picture is None or label not in range(len(FER7)) or usage not in SPLITS:
                        skipped.append((f"row {row + 2}", "not a label, a split and 48 x 48 pixels"))
                        continue
                    images.append(picture)
                    labels.append(int(label))
                    usages.append(str(usage))
                    rows.append(row)
    except (KeyError, ValueError, pd.errors.ParserError) as error:
        if "out of memory" in str(error):
            raise MemoryError from None
        raise TrainingError(
            f"{path} is not a FER2013 table ({error}); it needs the columns emotion, pixels and Usage."
        ) from None
    if not images:
        raise TrainingError(f"{path} holds no picture; it needs 48 x 48 numbers in the column pixels.")
    votes = _ferplus_beside(path, np.array(rows), np.array(usages))
    data = _dataset(np.stack(images), np.array(labels), np.array(usages), votes, np.array(rows), tuple(skipped))
    if votes is not None and not _votes_belong(data):
        raise _not_of(path)
    return data


def _picture(pixels: object) -> NDArray[np.uint8] | None:
    """(48, 48) from a text of numbers; None where it is none."""
    try:
        values = np.fromstring(pixels, sep=" ", dtype=np.int64) if isinstance(pixels, str) else np.empty(0)
    except ValueError:  # Not only numbers.
        return None
    if len(values) != SIDE * SIDE or values.min() < 0 or values.max() > 255:
        return None
    return values.astype(np.uint8).reshape(SIDE, SIDE)


def _ferplus_beside(path: Path, rows: NDArray[np.int64], usages: NDArray[np.str_]) -> NDArray[np.int64] | None:
    """(N, 10) from the FER+ table in the same folder, whose rows are those of FER2013; only their number joins the two."""
    beside = path.with_name(_FERPLUS_NAME)
    if not beside.is_file():
        return None
    try:
        table = pd.read_csv(beside)
    except ValueError as error:  # All that pandas and the decoding of text raise.
        raise TrainingError(f"{beside} is no table of FER+ ({error}); get it anew, or move it away.") from None
    if len(table) <= rows.max() or not {"Usage", *VOTES} <= set(table.columns):
        raise _not_of(path)
    table = table.iloc[rows]
    votes = table[list(VOTES)].apply(pd.to_numeric, errors="coerce").to_numpy(float)
    # As after rows were taken out or shuffled; or a cell is empty.
    if (table["Usage"].to_numpy() != usages).any() or not (votes >= 0).all():
        raise _not_of(path)
    return votes.astype(np.int64)


def _votes_belong(data: FaceDataset) -> bool:
    """False where the votes of a split are those of other pictures, as after its rows alone were taken out or shuffled."""
    majority, clear = ferplus_majority(data)
    judged = [clear & (data.splits == split) for split in SPLITS]
    return all((majority[some] == data.labels[some]).mean() >= _AGREEMENT for some in judged if some.sum() >= _ENOUGH)


def _not_of(path: Path) -> TrainingError:
    return TrainingError(
        f"{path.with_name(_FERPLUS_NAME)} does not belong to {path.name}: its rows are not those of the same pictures; get "
        "both anew, as they were published, or move it away."
    )


def _dataset(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    usages: NDArray[np.str_],
    votes: NDArray[np.int64] | None,
    rows: NDArray[np.int64] | None = None,
    skipped: tuple[tuple[str, str], ...] = (),
) -> FaceDataset:
    rows = np.arange(len(labels)) if rows is None else rows
    soft = one_hot(labels, len(FER7)) if votes is None else _distribution(votes, labels)
    names = np.array([f"{usage} {row}" for usage, row in zip(usages, rows, strict=True)])
    return FaceDataset(PicturesInMemory(images), labels, FER7, usages, names, soft, votes, skipped=skipped)


def _distribution(votes: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """(N, 7) votes as a distribution over `FER7`; the one-hot label where nobody voted for any of the seven."""
    seven = votes[:, _VOTE_OF_CLASS].astype(np.float32)
    total = seven.sum(axis=1, keepdims=True)
    return np.where(total > 0, seven / np.maximum(total, 1), one_hot(labels, len(FER7))).astype(np.float32)


def is_face(data: FaceDataset) -> NDArray[np.bool_]:
    """(N,) False where at least half of the taggers said that the picture shows no face."""
    if data.votes is None:
        return np.ones(len(data), bool)
    return np.asarray(data.votes[:, VOTES.index("NF")] * 2 < np.maximum(data.votes.sum(axis=1), 1))


def ferplus_majority(data: FaceDataset) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(N,) index into `FER7` of what most taggers saw, and (N,) whether FER+'s protocol counts the picture.

    As Barsoum et al.: single votes count for nothing, a majority must be more than half, unknown and non-faces are left out;
    here contempt is too.
    """
    if data.votes is None:
        raise TrainingError("These pictures have no FER+ votes; put fer2013new.csv beside the table.")
    votes = np.where(data.votes <= 1, 0, data.votes)
    best = votes.argmax(axis=1)
    clear = votes.max(axis=1) * 2 > votes.sum(axis=1)
    place = np.full(len(VOTES), -1)
    place[list(_VOTE_OF_CLASS)] = np.arange(len(FER7))
    return place[best], clear & (place[best] >= 0)
