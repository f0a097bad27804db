"""What a model is given and what is made of its answer; and that nothing of it is reported."""

import math
import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from emocam.adapters.face_classifier import FaceClassifier
from emocam.adapters.face_input import crop_face
from emocam.adapters.no_uploads import refuse_uploads
from emocam.adapters.settings import Settings
from emocam.bundle import model_card
from emocam.domain.model_card import FaceInput
from emocam.domain.vision import Keypoints


class Network:
    """Answers with the row of outputs that belongs to the grey of a crop."""

    device = "CPU (test)"

    def __init__(self, *rows: Sequence[float]) -> None:
        self._rows = np.array(rows, np.float32)
        self.closed = False

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        return self._rows[batch[:, 0, 0, 0].astype(int)]

    def close(self) -> None:
        self.closed = True


class TestFaceClassifier:
    def answers(self, output: str, *rows: Sequence[float]) -> list[list[float]]:
        classes, bias = ("happy", "sad", "neutral"), (0.0, math.log(2), 0.0)
        card = model_card(Settings())
        card = replace(card, classes=classes, output=output, temperature=2.0, bias=bias, first_output=1)
        side, channels = card.face_input.side, card.face_input.channels
        network = Network(*rows)
        made = FaceClassifier(card, network)
        found = made.classify([np.full((side, side, channels), row, np.uint8) for row in range(len(rows))])
        made.close()
        assert network.closed
        return [list(each.values) for each in found]

    def test_logits_are_divided_by_the_temperature_then_the_bias_is_added(self):
        (found,) = self.answers("logits", [99, 2 * math.log(3), 0, 0])
        assert found == pytest.approx([3 / 6, 2 / 6, 1 / 6], abs=1e-6)

    def test_probabilities_are_calibrated_by_their_logarithms_also_where_one_is_none(self):
        (found,) = self.answers("probabilities", [99, 0.09, 0.01, 0.0])
        assert found == pytest.approx([0.6, 0.4, 0.0], abs=1e-4)

    def test_a_sure_answer_spoils_neither_itself_nor_its_neighbour(self):
        sure, even = self.answers("logits", [0, 9000, 0, 0], [0, 0, 0, 0])
        assert sure == pytest.approx([1, 0, 0])
        assert even == pytest.approx([1 / 4, 2 / 4, 1 / 4])


SIDE = 48
POINTS = Keypoints((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.5, 0.8))


def cropped(picture: np.ndarray, left: int, top: int, size: float, colour: str = "grey") -> np.ndarray:
    """The crop of an upright face that fills the square of `size` pixels at (left, top)."""
    height, width = picture.shape[:2]

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        return (left + size * point[0]) / width, (top + size * point[1]) / height

    points = Keypoints(*(placed(getattr(POINTS, name)) for name in ("right_eye", "left_eye", "nose", "mouth")))
    return crop_face(picture, points, FaceInput(SIDE, colour, POINTS)).astype(int)


class TestFaceInput:
    def test_a_face_of_the_size_of_the_crop_is_cut_out_as_it_is(self):
        picture = np.random.default_rng(1).integers(0, 255, (120, 200, 3), np.uint8)
        assert np.abs(cropped(picture, 90, 31, SIDE, "rgb") - picture[31 : 31 + SIDE, 90 : 90 + SIDE]).max() <= 1

    @pytest.mark.parametrize("times", [0.5, 2, 3, 5, 8, 20])
    def test_a_face_of_any_size_is_where_it_was(self, times):
        """A steep ramp of grey, 40 for each pixel of the crop, across and down: a tenth of a pixel would show."""
        size, left, top = round(SIDE * times), 60, 20
        height, width = size + 70, size + 150
        for axis, start in ((1, left), (0, top)):
            centres = np.arange((height, width)[axis]) + 0.5
            ramp = np.clip(128 + 40 / times * (centres - start - size / 2), 0, 255)
            picture = np.broadcast_to(ramp[None, :, None] if axis else ramp[:, None, None], (height, width, 3))
            found = cropped(np.ascontiguousarray(picture.round().astype(np.uint8)), left, top, size)[..., 0].mean(axis=1 - axis)
            assert found[22:26] == pytest.approx([128 - 60, 128 - 20, 128 + 20, 128 + 60], abs=1)

    def test_what_lies_outside_the_picture_repeats_its_edge(self):
        white = np.full((60, 100, 3), 255, np.uint8)
        for left, top in ((-30, 5), (80, 5), (20, -30), (20, 40)):
            assert cropped(white, left, top, SIDE).min() == 255

    @pytest.mark.parametrize(("colour", "grey"), [((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29)])
    def test_grey_is_as_bright_as_the_eye_sees_red_green_and_blue(self, colour, grey):
        picture = np.empty((100, 100, 3), np.uint8)
        picture[:] = colour
        assert cropped(picture, 10, 10, SIDE) == pytest.approx(grey, abs=1)

    def test_fine_lines_of_a_larger_face_are_averaged(self):
        lines = np.zeros((3 * SIDE + 20, 3 * SIDE + 80, 3), np.uint8)
        lines[::2] = 255
        found = cropped(lines, 40, 10, 3 * SIDE)[5:-5, 5:-5]
        assert 60 < found.min() < found.max() < 195
        chequered = lines[: 2 * SIDE + 20].copy()
        chequered[:, ::2] = 255 - chequered[:, ::2]
        assert cropped(chequered, 40, 10, 2 * SIDE)[5:-5, 5:-5] == pytest.approx(127, abs=2)


class TestNoUploads:
    @pytest.fixture(autouse=True)
    def others_proxies(self, monkeypatch):
        for name in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, "http://proxy.example.org:3128")
        for name in ("no_proxy", "NO_PROXY", "http_proxy"):
            monkeypatch.setenv(name, "")

    def test_neither_spelling_of_the_proxy_stays(self):
        refuse_uploads()
        assert {os.environ[name].partition(":")[0] for name in ("https_proxy", "HTTPS_PROXY")} == {"none"}
        assert os.environ["http_proxy"] == "", "network cameras go by that"

    @pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
    @pytest.mark.parametrize(
        "entry",
        ["*", "com", ".com", "googleapis.com", ".GoogleAPIs.com", "play.googleapis.com", ".PLAY.googleapis.com", "com."],
    )
    @pytest.mark.parametrize("between", [",", " ", ", ", "\t"])
    def test_no_exception_lets_the_reports_past_it_and_the_others_stay(self, monkeypatch, name, entry, between):
        others = ["localhost", ".example.org", "apis.com", "maps.googleapis.com"]
        monkeypatch.setenv(name, between.join([others[0], entry, *others[1:]]))
        refuse_uploads()
        assert [kept for kept in os.environ[name].split(",") if kept] == others
