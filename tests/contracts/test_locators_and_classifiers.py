"""Every locator and classifier, real and fake, keeps the promises of its port; the two back ends give the same numbers."""

import gc
import json
import threading

import numpy as np
import pytest
from clips import first_frame
from fakes import FakeClassifier, FakeLocator, face

from emocam.adapters.face_classifier import FaceClassifier
from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.mediapipe_calls import call_in_place
from emocam.adapters.mediapipe_locator import FULL_RANGE, SHORT_RANGE, MediaPipeLocator
from emocam.adapters.model_card import CARD, KERAS, LITERT, model_folders, read_card
from emocam.adapters.opencv import cv2
from emocam.adapters.settings import DEFAULT_MODEL
from emocam.bundle import DEMO_CLIP, bundled
from emocam.domain.detector_range import DetectorRange
from emocam.domain.errors import ModelError
from emocam.domain.vision import Frame, Sight

MODELS = bundled("assets", "models")
FOLDER = bundled("trained_models", DEFAULT_MODEL)


@pytest.fixture(scope="module")
def picture():
    return first_frame(DEMO_CLIP)


@pytest.fixture(scope="module", params=["fake", *DetectorRange])
def locator(request):
    made = FakeLocator(face()) if request.param == "fake" else MediaPipeLocator(MODELS, request.param)
    yield made
    made.close()
    made.close()


def keras_classifier():
    from emocam.adapters.keras_network import KerasNetwork

    return FaceClassifier(read_card(FOLDER), KerasNetwork(FOLDER / KERAS))


@pytest.fixture(scope="module", params=["fake", "litert", "keras"])
def classifier(request):
    if request.param == "fake":
        made = FakeClassifier()
    elif request.param == "litert":
        made = FaceClassifier(read_card(FOLDER), LiteRtNetwork(FOLDER / LITERT))
    else:
        made = keras_classifier()
    yield made
    made.close()
    made.close()


def test_a_face_is_found_where_it_is(locator, picture):
    (found,) = locator.locate(picture).faces
    assert 0.75 <= found.confidence <= 1
    assert found.box.left < found.keypoints.right_eye[0] < found.keypoints.left_eye[0] < found.box.right
    assert found.keypoints.right_eye[1] < found.keypoints.nose[1] < found.keypoints.mouth[1]


def test_an_answer_depends_on_nothing_but_what_is_given(locator, picture):
    first = locator.locate(picture)
    second = locator.locate(picture, first)
    locator.locate(Frame(1, 0.1, np.ascontiguousarray(picture.pixels[:, ::-1])), first)
    assert locator.locate(picture) == first
    assert locator.locate(picture, first) == second
    assert second == first, "of the same picture"


def test_mediapipe_is_called_in_the_thread_that_asks(picture):
    before = set(threading.enumerate())
    locator = MediaPipeLocator(MODELS)
    try:
        locator.locate(picture)
        assert set(threading.enumerate()) <= before
        with pytest.raises(ValueError, match="image"):  # What goes wrong in MediaPipe is still told.
            locator._full._detector.detect_for_video(locator._full._image(locator._full._format, picture.pixels), 0)
    finally:
        locator.close()


def test_what_another_mediapipe_made_is_left_as_it_is():
    class Library:
        _executor = own = object()

    class Task:
        _lib = Library()

    call_in_place(Task(), "1.3.0")
    assert Task._lib._executor is Library.own


@pytest.mark.parametrize("shape", [(2, 2), (36, 64), (120, 1920), (1080, 606)])
def test_any_size_of_frame_will_do(locator, shape):
    for found in locator.locate(Frame(0, 0.0, np.zeros((*shape, 3), np.uint8))).faces:
        assert 0 <= found.confidence <= 1


@pytest.mark.parametrize("shape", [(36, 64), (721, 1283), (1080, 606), (1080, 1080)])
def test_a_face_is_found_in_any_size_of_frame(locator, picture, shape):
    height, width = shape
    pixels = np.zeros((height, width, 3), np.uint8)
    shrunk = cv2.resize(picture.pixels, (width, round(width / picture.width * picture.height)))
    pixels[: len(shrunk)] = shrunk[:height]
    (found,) = locator.locate(Frame(0, 0.0, pixels)).faces
    assert 0.5 <= found.confidence <= 1
    assert 0 <= found.box.left < found.box.right <= 1
    assert 0 <= found.box.top < found.box.bottom <= 1


def test_where_nothing_is_nothing_is_found():
    for chosen in DetectorRange:
        locator = MediaPipeLocator(MODELS, chosen)
        assert locator.locate(Frame(0, 0.0, np.zeros((180, 320, 3), np.uint8))) == Sight()
        locator.close()


def test_a_missing_detector_says_so(tmp_path):
    with pytest.raises(ModelError, match="install emocam again"):
        MediaPipeLocator(tmp_path)


def test_a_broken_detector_says_so_and_leaves_no_other_behind(tmp_path):
    """Several times, with the garbage collector at work: one that is not closed would hang the process."""
    (tmp_path / SHORT_RANGE).write_bytes((MODELS / SHORT_RANGE).read_bytes())
    (tmp_path / FULL_RANGE).write_bytes((MODELS / FULL_RANGE).read_bytes()[:5000])
    for _ in range(3):
        with pytest.raises(ModelError, match="is broken"):
            MediaPipeLocator(tmp_path)
        gc.collect()


@pytest.mark.parametrize("count", [0, 1, 3, 11])
def test_one_distribution_per_crop_in_order(classifier, picture, count):
    crop = classifier.crop(picture, face())
    crops = [np.roll(crop, 3 * number, axis=1) for number in range(count)]
    answers = classifier.classify(crops)
    assert len(answers) == count
    for answer, single in zip(answers, crops, strict=True):
        assert answer.classes == classifier.classes
        assert np.allclose(answer.values, classifier.classify([single])[0].values, atol=1e-4)


def test_a_crop_is_square_bytes_even_of_a_face_at_the_edge(classifier, picture):
    for place in (face(), face(-0.1, -0.2), face(0.9, 0.8), face(0.5, 0.5, 1e-6, 1e-6), face(0, 0, 1, 1)):
        crop = classifier.crop(picture, place)
        assert crop.dtype == np.uint8
        assert crop.ndim == 3
        assert crop.shape[0] == crop.shape[1]


def test_it_names_its_device(classifier):
    assert classifier.device.startswith(("CPU", "GPU"))


def several_answers(classifiers, picture):
    """(crops, classes) of each classifier for a face that is turned and moved."""
    crop = classifiers[0].crop(picture, face())
    crops = [
        np.roll(crop[:, ::mirror], (across, down), axis=(1, 0))
        for mirror in (1, -1)
        for across in (-2, 0, 3)
        for down in (-3, 0, 2)
    ]
    return [np.array([answer.values for answer in each.classify(crops)]) for each in classifiers]


@pytest.mark.filterwarnings("ignore")  # TensorFlow and the LiteRT converter warn of each other.
def test_both_back_ends_give_the_same_numbers_for_the_same_network(picture, tmp_path):
    import keras

    from training.models import write_both_forms

    card, network = read_card(FOLDER), keras.models.load_model(FOLDER / KERAS, compile=False)
    forms = write_both_forms(network, tmp_path, rounded=False)
    one, other = several_answers([FaceClassifier(card, form) for form in forms], picture)
    assert np.abs(one - other).max() < 1e-4
    assert np.ptp(one, axis=0).max() > 0.05


def test_rounding_to_8_bits_moves_them_little(picture):
    lite = FaceClassifier(read_card(FOLDER), LiteRtNetwork(FOLDER / LITERT))
    one, other = several_answers([lite, keras_classifier()], picture)
    assert np.abs(one - other).max() < 0.02
    assert (np.abs(one - other).sum(axis=1) / 2).mean() < 0.01  # Half of what the export asks of the test split.
    assert not np.array_equal(one, other)


def test_every_model_folder_is_whole():
    folders = model_folders(bundled("trained_models"))
    assert FOLDER in folders
    for folder in folders:
        assert read_card(folder).classes
        assert (folder / KERAS).is_file()
        assert (folder / LITERT).is_file()
        assert (folder / "README.md").is_file()
        assert json.loads((folder / CARD).read_text(encoding="utf-8"))["metrics"]["accuracy"] > 0.5


def test_a_broken_model_says_so(tmp_path):
    (tmp_path / LITERT).write_bytes(b"not a model")
    with pytest.raises(ModelError, match="no LiteRT model"):
        LiteRtNetwork(tmp_path / LITERT)
    with pytest.raises(ModelError, match="install emocam again"):
        LiteRtNetwork(tmp_path / "missing.tflite")


def test_a_model_that_is_missing_leaves_no_detector_behind(monkeypatch):
    """One that is not closed hangs the process when it is collected."""
    from emocam.adapters import mediapipe_locator
    from emocam.adapters.settings import Settings
    from emocam.bootstrap import build_analyser

    made = []
    monkeypatch.setattr(mediapipe_locator, "MediaPipeLocator", lambda *_: made.append(1))
    with pytest.raises(ModelError):
        build_analyser(Settings(model="nobody"))
    assert made == []
