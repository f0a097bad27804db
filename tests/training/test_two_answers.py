"""Networks that answer twice: what FER2013's label is, and how FER+'s votes would fall."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from emocam.adapters.face_classifier import FaceClassifier
from emocam.adapters.litert_network import LiteRtNetwork
from emocam.adapters.model_card import LITERT, read_card
from training import calibration, models
from training import export as exporting
from training.datasets import open_dataset
from training.datasets.faces import TEST, TRAINING, VALIDATION
from training.datasets.fer2013 import VOTES
from training.errors import TrainingError
from training.evaluate import evaluate
from training.explain import occlusion_map
from training.export import export
from training.metrics import Calibration, softmax
from training.models import open_model, write_both_forms
from training.recipe import recipe_of
from training.report import write_report
from training.trainer import CALIBRATION, DATA, _framings, _taught, _teach, batches, build_network, left_out_of, train
from training.zoo.mobilenet import lean

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras, TensorFlow and the LiteRT converter warn of each other.

ONE = recipe_of(
    {
        "name": "one",
        "summary": "for a test",
        "family": "cnn",
        "epochs": 4,
        "batch": 32,
        "learning_rate": 2e-3,
        "optimizer": "adam",
        "schedule": "constant",
        "network": {"widths": [8, 16], "dense": [32], "dropout": 0.0, "block_dropout": 0.0},
    }
)
TWO = replace(ONE, name="two", two_answers=True)


@pytest.fixture(scope="module")
def faces(sheets):
    """The votes call each picture by the next class after its label, so that the two answers can't be mistaken."""
    data = open_dataset(sheets)
    votes = np.zeros_like(data.votes)
    names = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
    votes[np.arange(len(data)), [VOTES.index(names[(label + 1) % 7]) for label in data.labels]] = 10
    return replace(data, soft=np.roll(data.soft, 1, axis=1), votes=votes)


@pytest.fixture(scope="module")
def runs(faces, tmp_path_factory):
    """A network with one answer, and one with two that started from it."""
    folder = tmp_path_factory.mktemp("runs")
    train(ONE, faces, folder / "one", verbose=0)
    train(replace(TWO, start_from=("one",), teachers=("one",), distillation=0.3), faces, folder / "two", verbose=0)
    return folder


def test_each_half_learns_its_own_answer(runs, faces):
    model, test = open_model(runs / "two"), faces.split(TEST)
    logits = model.logits(test)
    assert logits.shape == (len(test), 14)
    assert (logits[:, :7].argmax(axis=1) == test.labels).mean() > 0.8
    assert (logits[:, 7:].argmax(axis=1) == (test.labels + 1) % 7).mean() > 0.8
    for tta in (False, True):
        summary = evaluate(model, faces, TEST, tta=tta, timed=False).summary
        assert summary["accuracy"] > 0.8
        assert summary["ferplus_majority_accuracy"] > 0.8
        assert summary["shown"] == "votes"


def test_the_app_shows_the_votes_and_the_card_keeps_both(runs, faces, tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, "_FEWEST", 50)
    (runs / "two" / CALIBRATION).unlink(missing_ok=True)
    export(runs / "two", faces, tmp_path, version="1")
    exported, test = open_model(tmp_path), faces.split(TEST)
    crops = next(test.batches(48, 1))
    classifier = FaceClassifier(read_card(tmp_path), LiteRtNetwork(tmp_path / LITERT))
    answers = np.array([answer.values for answer in classifier.classify([*crops])])
    assert (answers.argmax(axis=1) == (test.labels + 1) % 7).mean() > 0.8
    assert np.allclose(answers, exported.shown(crops.astype(np.float32)), atol=1e-4)

    evaluation, of_the_run = (evaluate(model, faces, TEST, timed=False) for model in (exported, open_model(runs / "two")))
    assert evaluation.summary["calibrated_on"] == "its card"
    for one, other in zip(evaluation.answers, of_the_run.answers, strict=True):
        assert np.abs(one.probabilities - other.probabilities).mean() < 0.01  # The one in 8 bits.
    assert of_the_run.summary["calibrated_on"] == VALIDATION
    card = json.loads((tmp_path / "card.json").read_text())
    assert card["temperature"] == pytest.approx(of_the_run.summary["votes_temperature"], abs=1e-4)
    assert card["label_answer"]["temperature"] == pytest.approx(of_the_run.summary["temperature"], abs=1e-4)
    assert card["bias"] == pytest.approx(of_the_run.summary["votes_bias"], abs=1e-4)
    assert card["label_answer"]["bias"] == pytest.approx(of_the_run.summary["bias"], abs=1e-4)


def test_each_answer_has_figures_errors_and_maps_of_its_own(runs, faces, tmp_path):
    model = open_model(runs / "two")
    evaluation = evaluate(model, faces, TEST, timed=False)
    summary = evaluation.summary
    test = faces.split(TEST)
    said = model.answers(model.logits(test))[1].argmax(axis=1)
    assert summary["shown_accuracy"] == summary["ferplus_majority_accuracy"] == (said == (test.labels + 1) % 7).mean()
    assert summary["shown_ece"] == summary["ferplus_ece"]
    by_hand = np.zeros((7, 7), int)
    np.add.at(by_hand, ((test.labels + 1) % 7, said), 1)
    assert summary["shown_confusion"] == by_hand.tolist() != summary["confusion"]
    picture = next(test.batches(48, 1))[0]
    soft = replace(model, calibrations=(Calibration(50.0, (0.0,) * 7),) * 2)  # Else covering a place changes nothing.
    assert not np.allclose(*(occlusion_map(soft, picture, 3, answer) for answer in (0, 1)))

    write_report(model, evaluation, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    for words in ("Figures", "Per class", "Confusion matrix", "ROC", "Reliability", "The surest errors", "What decisions"):
        whose = re.findall(rf"<h2>{words}[^<]*<small>\(([^<]*)\)</small>", page)
        assert whose == ["what the app shows, by FER+&#x27;s taggers", "the answer to the label"], words

    unasked = evaluate(model, replace(faces, votes=None), TEST, timed=False).summary
    assert unasked["shown_accuracy"] == (said == test.labels).mean()
    assert unasked["shown_whose"] == "what the app shows, by the data's label"


@pytest.mark.parametrize("same_view", [False, True])
def test_a_teacher_with_two_answers_teaches_both(runs, faces, tmp_path, same_view):
    """From the teacher alone: the pictures' own votes and labels take no part."""
    for name in ("one", "two"):
        (tmp_path / name).symlink_to(runs / name)
    pupil = replace(TWO, name="pupil", start_from=("one",), teachers=("two",), distillation=1.0, same_view=same_view)
    train(pupil, replace(faces, soft=np.full_like(faces.soft, 1 / 7)), tmp_path / "pupil", verbose=0)
    test = faces.split(TEST)
    logits = open_model(tmp_path / "pupil").logits(test)
    assert (logits[:, :7].argmax(axis=1) == test.labels).mean() > 0.7
    assert (logits[:, 7:].argmax(axis=1) == (test.labels + 1) % 7).mean() > 0.7


def test_teachers_who_see_what_the_student_sees_speak_of_that(runs, faces, tmp_path):
    """Of the changed pictures: their mean is half of the target, the pictures' own votes and labels the other."""
    for name in ("one", "two"):
        (tmp_path / name).symlink_to(runs / name)
    pupil = replace(TWO, name="pupil", teachers=("one", "two"), distillation=0.5, same_view=True, augmentation=1.0)
    alone = next(iter(batches(faces, pupil, training=True)))
    images, wanted = next(iter(batches(faces, pupil, training=True, teach=_teach(pupil, tmp_path / "pupil", faces.classes))))
    assert np.array_equal(images, alone[0])
    one, two = (open_model(runs / name).outputs(np.asarray(images)) for name in ("one", "two"))
    first, second, of_votes = (softmax(each) for each in (one, two[:, :7], two[:, 7:]))
    assert np.allclose(wanted[:, :7], 0.5 * alone[1][:, :7] + 0.25 * (first + second), atol=1e-5)
    assert np.allclose(wanted[:, 7:], 0.5 * alone[1][:, 7:] + 0.5 * of_votes, atol=1e-5)


def test_teachers_are_asked_of_as_many_framings_as_the_recipe_wants_and_their_mean_is_taught(runs, faces, tmp_path):
    (tmp_path / "two").symlink_to(runs / "two")
    some = faces.where(np.arange(150))  # More than are asked of at once.
    pupil = replace(TWO, name="pupil", teachers=("two",), distillation=0.5)
    two, several = (_taught(some, replace(pupil, framings=count), tmp_path / "pupil") for count in (2, 5))
    pictures = np.concatenate([*some.batches(48, 1, 64)]).astype(np.float32)
    said = [softmax(open_model(runs / "two").outputs(each)[:, 7:]) for each in (pictures, pictures[:, :, ::-1])]
    assert np.allclose(two.taught_votes, np.mean(said, axis=0), atol=1e-5)
    parts = (pictures[:128], pictures[128:])
    asked = [[*_framings(tf.constant(part), (pupil.seed, number), 5)] for number, part in enumerate(parts)]
    assert np.array_equal(asked[0][0], pictures[:128])
    assert np.array_equal(asked[0][1], pictures[:128, :, ::-1])
    moved = [np.abs(each - pictures[:128]).mean() for each in map(np.asarray, asked[0][2:])]
    assert min(moved) > 3
    assert len({round(float(each), 3) for each in moved}) == 3
    outputs = open_model(runs / "two").outputs
    said = [
        softmax(np.concatenate([outputs(np.asarray(part)) for part in framed])[:, :7]) for framed in zip(*asked, strict=True)
    ]
    assert np.allclose(several.taught, np.mean(said, axis=0), atol=1e-5)
    assert np.abs(several.taught - two.taught).max() > 0.01


def test_a_teacher_of_other_pictures_does_not_see_what_the_student_sees(runs, faces, tmp_path):
    (tmp_path / "two").symlink_to(runs / "two")
    pupil = replace(TWO, name="pupil", teachers=("two",), distillation=0.5, same_view=True, colour="rgb")
    with pytest.raises(TrainingError, match="leave same_view out"):
        train(pupil, faces, tmp_path / "pupil", verbose=0)


def alike(logits, others):
    """Near enough to have the same weights: the running means of the normalisation have moved in an epoch."""
    return np.corrcoef(logits.ravel(), others.ravel())[0, 1] > 0.95


def test_a_start_of_another_shape_says_so(runs, faces, tmp_path):
    (tmp_path / "one").symlink_to(runs / "one")
    other = replace(TWO, name="other", start_from=("one",), family="compact", network={"widths": [8, 16]})
    with pytest.raises(TrainingError, match="does not fit the recipe other"):
        train(other, faces, tmp_path / "other", verbose=0)


@pytest.mark.parametrize("wrong", [{"loss": "binary", "task": "happy"}, {"class_weights": True}])
def test_what_does_not_go_with_two_answers_says_so(wrong):
    with pytest.raises(TrainingError, match="two answers; that goes with neither"):
        recipe_of({**TWO.as_dict(), **wrong})


def test_votes_are_needed_for_an_answer_to_them(faces, tmp_path):
    with pytest.raises(TrainingError, match="the data has no votes"):
        train(TWO, replace(faces, votes=None), tmp_path / "two", verbose=0)


def test_a_start_is_taken_whatever_the_options_that_change_no_shape(faces, runs, tmp_path):
    (tmp_path / "one").symlink_to(runs / "one")
    network = {**ONE.network, "dropout": 0.5}
    other = replace(ONE, name="other", start_from=("one",), network=network, epochs=1, learning_rate=1e-9)
    train(other, faces, tmp_path / "other", verbose=0)
    assert alike(open_model(tmp_path / "other").logits(faces), open_model(runs / "one").logits(faces))


def test_of_several_starts_the_mean_is_taken(faces, runs, tmp_path):
    (tmp_path / "one").symlink_to(runs / "one")
    train(replace(ONE, name="again", seed=8, epochs=1), faces, tmp_path / "again", verbose=0)
    soup = replace(ONE, name="soup", start_from=("one", "again"), epochs=1, learning_rate=1e-9)
    train(soup, faces, tmp_path / "soup", verbose=0)
    weights = [open_model(tmp_path / name).network.trainable_weights for name in ("one", "again", "soup")]
    assert len(weights[2]) > 4
    for one, again, both in zip(*weights, strict=True):
        assert np.allclose(both, (np.array(one) + np.array(again)) / 2, atol=1e-6)
    one, again = (np.array(each[0]) for each in weights[:2])
    assert np.abs(one - again).max() > 0.01, "the two are not the same"
    facts = json.loads((tmp_path / "again" / DATA).read_text()) | {"left_out_exact_duplicates": 0}
    (tmp_path / "again" / DATA).write_text(json.dumps(facts))
    assert left_out_of(tmp_path / "one")["exact"] > 0
    assert left_out_of(tmp_path / "soup")["exact"] == 0, "what one of them has seen the mean has seen"


@pytest.mark.parametrize(("said", "starts"), [("", ()), ("one", ("one",)), (["one", "two"], ("one", "two")), ([], ())])
def test_a_start_is_a_name_or_a_list_of_names(said, starts):
    assert recipe_of({**ONE.as_dict(), "start_from": said}).start_from == starts


@pytest.mark.parametrize("said", [3, ["one", 2], {"one": 1}])
def test_another_start_is_refused(said):
    with pytest.raises(TrainingError, match="it must be a name or a list of names"):
        recipe_of({**ONE.as_dict(), "start_from": said})


def test_a_start_that_fits_in_part_only_is_refused(faces, tmp_path):
    short = replace(ONE, name="short", family="compact", network={"widths": [8, 16]}, epochs=1)
    train(short, faces, tmp_path / "short", verbose=0)
    longer = replace(short, name="longer", start_from=("short",), network={"widths": [8, 16, 16]})
    with pytest.raises(TrainingError, match="does not fit the recipe longer"):
        train(longer, faces, tmp_path / "longer", verbose=0)


class TestTheLiteRtForm:
    def test_it_is_not_rounded_where_that_moves_too_much(self, runs, faces, tmp_path, monkeypatch):
        export(runs / "two", faces, tmp_path / "eight", version="1")
        distances = iter((0.3, 0.0))
        whole = exporting._as_litert
        monkeypatch.setattr(exporting, "_as_litert", lambda *given: whole(*given) | {"differs_on_average": next(distances)})
        export(runs / "two", faces, tmp_path / "whole", version="1")
        bits = [json.loads((tmp_path / name / "card.json").read_text())["litert"]["bits"] for name in ("eight", "whole")]
        assert bits == [8, 32]
        assert [open_model(tmp_path / name).rounded for name in ("eight", "whole")] == [True, False]
        sizes = [(tmp_path / name / LITERT).stat().st_size for name in ("eight", "whole")]
        assert sizes[0] < sizes[1]

    def test_it_is_rounded_by_pictures_of_its_training(self, runs, faces, tmp_path, monkeypatch):
        shown = []
        choose = models.with_weights_for_8_bits
        monkeypatch.setattr(models, "with_weights_for_8_bits", lambda form, seen: shown.append(seen) or choose(form, seen))
        monkeypatch.setattr(exporting, "_PICTURES_TO_ROUND_BY", 9)
        export(runs / "two", faces, tmp_path, version="1")
        (seen,) = shown
        monkeypatch.setattr(exporting, "_PICTURES_TO_ROUND_BY", len(faces))
        export(runs / "two", faces, tmp_path, version="1")
        taken = json.loads((runs / "two" / DATA).read_text())["trained_on"]
        assert len(shown[1]) == taken < len(faces.split(TRAINING)), "not what training left out"
        known = {picture.tobytes() for picture in np.concatenate(list(faces.split(TRAINING).batches(48, 1)))}
        assert seen.shape == (9, 48, 48, 1)
        assert {picture.tobytes() for picture in seen.astype(np.uint8)} <= known

    def test_one_that_is_too_far_off_is_refused_and_the_old_one_stays(self, runs, faces, tmp_path, monkeypatch):
        monkeypatch.setattr(exporting, "_LARGEST_DISTANCE", -1.0)
        (tmp_path / LITERT).write_bytes(b"the old one")
        with pytest.raises(TrainingError, match="not meant to be used"):
            export(runs / "two", faces, tmp_path, version="1")
        assert (tmp_path / LITERT).read_bytes() == b"the old one"

    def test_depthwise_convolutions_are_not_rounded(self, tmp_path):
        mobile = build_network(replace(ONE, family="mobilenet", network={"enlarged": 32}), 7)
        write_both_forms(mobile, tmp_path)
        details = Interpreter(model_path=str(tmp_path / LITERT)).get_tensor_details()
        shapes = [(detail["dtype"], tuple(detail["shape"])) for detail in details if len(detail["shape"]) == 4]
        assert np.int8 in {dtype for dtype, shape in shapes if shape[1:3] == (1, 1) and shape[0] > 1}
        assert np.int8 not in {dtype for dtype, shape in shapes if shape[:3] == (1, 3, 3)}

    @pytest.mark.parametrize("even_contrast", [False, True])
    def test_a_grey_mobilenet_needs_no_three_channels(self, tmp_path, even_contrast):
        mobile = build_network(replace(ONE, family="mobilenet", network={"enlarged": 32, "even_contrast": even_contrast}), 7)
        normalisation = mobile.get_layer("backbone").get_layer("conv1_bn")
        rng = np.random.default_rng(2)
        normalisation.set_weights([rng.uniform(0.5, 2, weights.shape) for weights in normalisation.get_weights()])
        faces = rng.uniform(0, 255, (3, 48, 48, 1)).astype(np.float32)
        _, lite = write_both_forms(mobile, tmp_path, rounded=False)
        assert np.allclose(lite(faces), np.asarray(mobile(faces, training=False)), atol=1e-4)
        shapes = [tuple(each["shape"]) for each in Interpreter(model_path=str(tmp_path / LITERT)).get_tensor_details()]
        assert (1, 32, 32, 1) in shapes
        assert (1, 32, 32, 3) not in shapes

    @pytest.mark.parametrize("options", [{"family": "mobilenet", "colour": "rgb"}, {"family": "vgg16"}])
    def test_other_networks_stay_as_they_are(self, options):
        network = build_network(replace(ONE, network={}, **options), 7)
        assert lean(network) is network
