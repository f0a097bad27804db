"""Pictures as the app cuts them out, in training and in evaluation; on a real face, of the clip that comes with emocam."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from emocam.adapters.av_file import VideoFile
from emocam.adapters.mediapipe_locator import MediaPipeLocator
from emocam.bootstrap import DEMO_CLIP, bundled
from training.datasets.faces import TEST, TRAINING, FaceDataset, PicturesInMemory
from training.errors import TrainingError
from training.evaluate import evaluate
from training.located import DETECTORS, cut_like_the_app
from training.models import open_model
from training.recipe import load_recipe
from training.report import write_report
from training.trainer import batches

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.

HAPPY, SAD = 3, 4


@pytest.fixture(scope="module")
def faces():
    """The same face framed in three ways, and a picture without any."""
    source = VideoFile(DEMO_CLIP)
    source.open()
    frame = source.read()
    source.close()
    grey = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY)
    locator = MediaPipeLocator(DETECTORS)
    (face,) = locator.locate(frame)
    locator.close()
    x, y = face.box.center
    x, y, side = x * frame.width, y * frame.height, 1.2 * face.box.height * frame.height

    def cut(right: float, down: float, larger: float) -> np.ndarray:
        scale = 48 / (side * larger)
        matrix = np.array([[scale, 0, 24 - (x + right * side) * scale], [0, scale, 24 - (y + down * side) * scale]])
        return cv2.warpAffine(grey, matrix, (48, 48), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)

    noise = np.random.default_rng(5).integers(0, 255, (48, 48), np.uint8)
    images = np.stack([cut(0, 0, 1), cut(0.07, -0.06, 1.1), cut(-0.07, 0.06, 1.15), noise])
    labels = np.array([HAPPY, HAPPY, SAD, SAD])
    return FaceDataset(
        PicturesInMemory(images),
        labels,
        ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"),
        np.array([TEST] * 4),
        np.array(["a", "b", "c", "d"]),
        np.eye(7, dtype=np.float32)[labels],
    )


def apart(pictures, one: int, other: int) -> float:
    return float(np.abs(pictures[one].astype(float) - pictures[other]).mean())


def test_a_face_is_cut_out_alike_however_it_was_framed(faces):
    crops, found = cut_like_the_app(faces, 48, 1)
    assert found.tolist() == [True, True, True, False]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert apart(crops, one, other) < 0.6 * apart(faces.pictures, one, other)
    assert np.array_equal(crops[3], faces.pictures[3]), "what holds no face stays as it is"
    assert cut_like_the_app(faces, 32, 3)[0][0].shape == (32, 32, 3)


def test_a_recipe_shows_the_share_of_located_pictures_it_says(faces):
    many = faces.where(np.repeat(np.arange(3), 100))
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


def test_a_model_is_measured_on_what_the_app_cuts_out(faces, tmp_path):
    model = open_model(bundled("trained_models", "emocam-fer7"))
    evaluation = evaluate(model, faces, TEST, located=True, timed=False)
    summary = evaluation.summary
    assert (summary["n"], summary["located_of"], summary["n_without_duplicates"]) == (3, 4, 3)
    crops, _ = cut_like_the_app(faces, 48, 1)
    seen = model.probabilities(np.stack([crops[place][..., None] for place in range(3)]).astype(np.float32))
    assert np.allclose(evaluation.probabilities, seen)
    uncut = model.probabilities(faces.pictures.images[:3, ..., None].astype(np.float32)).argmax(axis=1)
    assert summary["accuracy_as_they_are"] == pytest.approx((uncut == faces.labels[:3]).mean())
    write_report(model, evaluation, tmp_path / "report.html")
    assert "not cut out by the app" in (tmp_path / "report.html").read_text()
    with pytest.raises(TrainingError, match="finds a face in none"):
        evaluate(model, faces.where(np.array([3])), TEST, located=True, timed=False)
