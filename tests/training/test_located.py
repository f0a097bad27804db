"""Pictures as the app cuts them out, in training and in evaluation; on a real face, of the clip that comes with emocam."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from clips import first_frame

from emocam.adapters.face_input import crop_face
from emocam.adapters.mediapipe_locator import MediaPipeLocator
from emocam.bundle import DEMO_CLIP, bundled
from training import trainer
from training.datasets import open_dataset
from training.datasets.faces import TEST, TRAINING, FaceDataset, PicturesInMemory
from training.errors import TrainingError
from training.evaluate import evaluate
from training.located import DETECTORS, cut_like_the_app, fer2013_input
from training.models import open_model
from training.recipe import load_recipe
from training.report import write_report
from training.trainer import batches

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.

HAPPY, SAD = 3, 4


@pytest.fixture(scope="module")
def faces():
    """The same face framed in three ways, and a picture without any among them."""
    frame = first_frame(DEMO_CLIP)
    grey = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY)
    locator = MediaPipeLocator(DETECTORS)
    (face,) = locator.locate(frame).faces
    locator.close()
    x, y = face.box.center
    x, y, side = x * frame.width, y * frame.height, 1.2 * face.box.height * frame.height

    def cut(right: float, down: float, larger: float) -> np.ndarray:
        scale = 48 / (side * larger)
        matrix = np.array([[scale, 0, 24 - (x + right * side) * scale], [0, scale, 24 - (y + down * side) * scale]])
        return cv2.warpAffine(grey, matrix, (48, 48), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)

    noise = np.random.default_rng(5).integers(0, 255, (48, 48), np.uint8)
    images = np.stack([cut(0, 0, 1), noise, cut(0.07, -0.06, 1.1), cut(-0.07, 0.06, 0.85)])
    labels = np.array([HAPPY, SAD, HAPPY, SAD])
    return FaceDataset(
        PicturesInMemory(images),
        labels,
        ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"),
        np.array([TEST] * 4),
        np.array(["a", "b", "c", "d"]),
        np.eye(7, dtype=np.float32)[labels],
    )


def apart(pictures, one: int, other: int) -> float:
    """But for the edges, where each framing has something else."""
    inner = np.s_[8:40, 8:40]
    return float(np.abs(pictures[one][inner].astype(float) - pictures[other][inner]).mean())


def sharpness(picture) -> float:
    return float(cv2.Laplacian(np.squeeze(picture), cv2.CV_64F).var())


def test_a_face_is_cut_out_alike_however_it_was_framed(faces):
    crops, found = cut_like_the_app(faces, fer2013_input(48, 1))
    assert found.tolist() == [True, False, True, True]
    for one, other in ((0, 2), (0, 3), (2, 3)):
        assert apart(crops, one, other) < 0.7 * apart(faces.pictures, one, other)
    assert np.array_equal(crops[1], faces.pictures[1]), "what holds no face stays as it is"
    assert not any((crops[place] == 127).all(axis=axis).any() for place in (0, 2, 3) for axis in (0, 1)), "no room is seen"
    assert cut_like_the_app(faces, fer2013_input(32, 3))[0][0].shape == (32, 32, 3)


def test_a_large_picture_is_cut_out_of_all_its_pixels(faces):
    frame = first_frame(DEMO_CLIP)
    whole = replace(faces.where(np.array([0])), pictures=PicturesInMemory(frame.pixels[None]))
    crops, found = cut_like_the_app(whole, fer2013_input(128, 1))
    locator = MediaPipeLocator(DETECTORS)
    (face,) = locator.locate(frame).faces
    locator.close()
    assert found.all()
    as_in_the_app = crop_face(frame.pixels, face.keypoints, fer2013_input(128, 1))
    assert sharpness(crops[0]) > 0.8 * sharpness(as_in_the_app)


def test_a_recipe_shows_the_share_of_located_pictures_it_says(faces):
    many = faces.where(np.repeat([0, 2, 3], 100))
    plain = replace(many, pictures=PicturesInMemory(np.zeros((300, 48, 48), np.uint8)))
    taught = replace(plain, splits=np.array([TRAINING] * 300), located=PicturesInMemory(np.full((300, 48, 48), 255, np.uint8)))
    recipe = load_recipe("happy-ann")

    def share(located: float, epoch: int = 0) -> np.ndarray:
        some = batches(taught, replace(recipe, located=located, augmentation=0.0, loss="softmax"), training=True, epoch=epoch)
        pictures, _ = next(iter(some))
        return np.asarray(pictures)[:, 0, 0, 0] > 0

    assert not share(0.0).any()
    assert share(1.0).all()
    half = share(0.5)
    assert 0.2 < half.mean() < 0.8
    assert np.array_equal(half, share(0.5)), "a resumed run sees the same"
    assert not np.array_equal(half, share(0.5, epoch=1))


def test_training_is_shown_the_located_pictures_with_their_own_targets(sheets, tmp_path, monkeypatch):
    data = open_dataset(sheets)

    def marked(chosen, wanted):
        """Each wholly as bright as its class."""
        pictures = np.repeat(20 + 30 * chosen.labels[:, None, None], 48, axis=1).repeat(48, axis=2)
        return PicturesInMemory(pictures.astype(np.uint8)), np.ones(len(chosen), bool)

    shown = []

    def seen(faces, recipe, **rest):
        shown.append((faces, recipe))
        return batches(faces, recipe, **rest)

    monkeypatch.setattr(trainer, "cut_like_the_app", marked)
    monkeypatch.setattr(trainer, "batches", seen)
    recipe = replace(load_recipe("happy-ann"), task="fer7", loss="softmax", pictures=0, located=1.0, augmentation=0.0, epochs=1)
    trainer.train(recipe, data, tmp_path / "run", verbose=0)
    pictures, targets = next(iter(batches(*shown[0], training=True)))
    assert np.array_equal((np.asarray(pictures)[:, 0, 0, 0] - 20) / 30, np.asarray(targets).argmax(axis=1))
    assert len(np.unique(np.asarray(targets).argmax(axis=1))) == 7


def test_a_model_is_measured_on_what_the_app_cuts_out(faces, tmp_path):
    model = open_model(bundled("trained_models", "emocam-fer7"))
    evaluation = evaluate(model, faces, TEST, located=True, timed=False)
    summary = evaluation.summary
    assert (summary["n"], summary["located_of"], summary["n_without_duplicates"]) == (3, 4, None)
    crops, _ = cut_like_the_app(faces, model.face_input)
    seen = model.outputs(np.stack([crops[place][..., None] for place in (0, 2, 3)]).astype(np.float32))
    for answer, expected in zip(evaluation.answers, model.answers(seen), strict=True):
        assert np.allclose(answer.probabilities, expected)
    as_they_are = model.outputs(faces.pictures.images[[0, 2, 3], ..., None].astype(np.float32))
    uncut = model.answers(as_they_are)[0].argmax(axis=1)
    assert summary["accuracy_as_they_are"] == pytest.approx((uncut == faces.labels[[0, 2, 3]]).mean())
    write_report(model, evaluation, tmp_path / "report.html")
    assert "not cut out by the app" in (tmp_path / "report.html").read_text()
    with pytest.raises(TrainingError, match="finds a face in none"):
        evaluate(model, faces.where(np.array([1])), TEST, located=True, timed=False)
