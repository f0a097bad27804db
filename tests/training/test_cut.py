"""Faces cut out of photos; on a real face, of the clip that comes with emocam."""

import cv2
import numpy as np
import pytest
from clips import first_frame

from emocam.bundle import DEMO_CLIP
from training.cut import cut_photos
from training.datasets import open_dataset
from training.datasets.faces import png_of, read_picture
from training.errors import TrainingError


@pytest.fixture(scope="module")
def person():
    return first_frame(DEMO_CLIP).pixels


@pytest.fixture
def photos(tmp_path, person):
    folder = tmp_path / "photos"
    for name in ("happy/one.jpg", "happy/one.png", "sad/deep/two.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png_of(person))
    (folder / "sad" / "wall.png").write_bytes(png_of(np.full((200, 300, 3), 128, np.uint8)))
    (folder / "sad" / "notes.txt").write_text("no picture")
    half = cv2.resize(person, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    two = person.copy()
    two[: half.shape[0], : half.shape[1]] = half
    (folder / "happy" / "pair.png").write_bytes(png_of(two[:, : person.shape[1]]))
    return folder


def test_faces_lie_in_the_same_class_folders_framed_as_a_network_wants_them(photos, tmp_path):
    out = tmp_path / "faces"
    lines = list(cut_photos(photos, out, 96))
    cut = sorted(str(path.relative_to(out)) for path in out.rglob("*.png"))
    assert cut == ["happy/one.jpg.png", "happy/one.png.png", "happy/pair.png.png", "sad/deep/two.png.png"]
    assert lines[-1] == f"4 faces from 6 files, in {out}"
    assert any("wall.png: no face found" in line for line in lines)
    assert any("notes.txt" in line and "not a picture" in line for line in lines)
    face = read_picture(out / "happy" / "one.jpg.png")
    assert face.shape == (96, 96, 3)
    data = open_dataset(out)
    assert data.classes == ("happy", "sad")
    assert len(data) == 4


def test_the_face_is_where_fer2013_has_it(photos, tmp_path, person):
    """Found again in what was cut out, with room around it, its eyes lie where the recipes expect them."""
    from emocam.adapters.mediapipe_locator import MediaPipeLocator
    from emocam.domain.vision import Frame
    from training.located import DETECTORS, FER2013_KEYPOINTS

    list(cut_photos(photos, tmp_path / "faces", 224))
    face = read_picture(tmp_path / "faces" / "happy" / "one.png.png")
    room = 80
    locator = MediaPipeLocator(DETECTORS)
    (found,) = locator.locate(
        Frame(0, 0.0, cv2.copyMakeBorder(face, *(room,) * 4, cv2.BORDER_CONSTANT, value=(127,) * 3))
    ).faces
    locator.close()
    for name in ("right_eye", "left_eye", "mouth"):
        seen = (np.array(getattr(found.keypoints, name)) * (224 + 2 * room) - room) / 224
        assert seen == pytest.approx(FER2013_KEYPOINTS[name], abs=0.06), name


def test_nothing_is_written_over_and_no_face_is_an_error(photos, tmp_path):
    for out in (photos / "faces", photos):
        with pytest.raises(TrainingError, match="among the photos"):
            list(cut_photos(photos, out, 96))
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine").write_text("mine")
    with pytest.raises(TrainingError, match="there already"):
        list(cut_photos(photos, full, 96))
    assert [path.name for path in full.iterdir()] == ["mine"]
    with pytest.raises(TrainingError, match="not a folder"):
        list(cut_photos(photos / "happy" / "one.jpg", tmp_path / "faces", 96))
    blank = tmp_path / "blank"
    blank.mkdir()
    (blank / "wall.png").write_bytes(png_of(np.full((200, 300, 3), 128, np.uint8)))
    with pytest.raises(TrainingError, match="No face was found"):
        list(cut_photos(blank, tmp_path / "faces", 96))
