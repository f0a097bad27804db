import json
import os
import struct
import zlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from emocam import session_facts
from emocam.adapters import cv2_camera, sources
from emocam.adapters.av_file import VideoFile
from emocam.adapters.av_network import NetworkCamera
from emocam.adapters.cv2_camera import CameraEntry, Cv2Camera, found_again, twins_of
from emocam.adapters.face_classifier import FaceClassifier
from emocam.adapters.face_input import Similarity, crop_face, similarity
from emocam.adapters.model_card import CARD, read_card
from emocam.adapters.named_camera import NamedCamera
from emocam.adapters.picture_file import PictureFile
from emocam.adapters.settings import Settings, load_settings, read_settings, save_settings, settings_path
from emocam.adapters.sources import find_camera, find_recording, find_source, is_recording
from emocam.analysis_files import output_paths
from emocam.bootstrap import Recorder, build_classifier, gpu_present
from emocam.bundle import bundled, model_card, model_folder
from emocam.domain.address import shown_address
from emocam.domain.detector_range import DetectorRange
from emocam.domain.errors import AnotherCameraError, EmocamError, ModelError, SourceError
from emocam.domain.model_card import FaceInput
from emocam.domain.ports import SourceInfo, SourceKind
from emocam.domain.vision import Keypoints
from emocam.session_facts import new_session_path, session_meta

CAMERAS = (CameraEntry(0, "Built-in Webcam", 200), CameraEntry(2, "Studio Camera", 200))


class TestFindSource:
    @pytest.fixture(autouse=True)
    def two_cameras(self, monkeypatch):
        monkeypatch.setattr(cv2_camera, "cameras", lambda: CAMERAS)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [("", Cv2Camera), ("2", Cv2Camera), ("studio", Cv2Camera), ("7", Cv2Camera), ("rtsp://a/b", NetworkCamera)],
    )
    def test_names(self, text, kind):
        assert type(find_source(text)) is kind

    def test_a_camera_by_number_or_by_a_part_of_its_name(self):
        assert find_source("").entry == CAMERAS[0]
        assert find_source("2").entry == CAMERAS[1]
        assert find_source("STUDIO").entry == CAMERAS[1]

    def test_a_camera_that_comes_back_under_another_number_is_the_same(self, monkeypatch):
        assert found_again(CAMERAS[0], frozenset()).entry == CAMERAS[0]
        assert found_again(replace(CAMERAS[1], index=0), frozenset()).entry == CAMERAS[1]
        gone = CameraEntry(0, "Gone Camera", 200)
        assert found_again(gone, frozenset()).entry == CAMERAS[0], "whose name tells that it is another"
        assert found_again(replace(gone, index=7), frozenset()).entry == replace(gone, index=7)

    def test_a_camera_is_not_taken_for_its_twin(self, monkeypatch):
        """Of one number, as on Linux, and of a place in a list, as elsewhere."""
        twins = (CameraEntry(0, "Twin", 200), CameraEntry(1, "Twin", 200))
        monkeypatch.setattr(cv2_camera, "cameras", lambda: twins)
        assert twins_of(twins[1]) == {"0"}
        assert found_again(twins[1], frozenset({"0"})).entry == twins[1]
        monkeypatch.setattr(cv2_camera, "cameras", lambda: twins[:1])
        assert found_again(twins[1], frozenset({"0"})).entry == twins[1], "which can't be opened"
        monkeypatch.setattr(cv2_camera, "cameras", lambda: (twins[0], replace(twins[1], index=4)))
        assert found_again(twins[1], frozenset({"0"})).entry.index == 4

    def test_a_twin_that_moved_up_in_the_list_is_not_taken_for_it(self, monkeypatch):
        first, second = (CameraEntry(number, "Twin", 700, f"usb-{number}") for number in (0, 1))
        monkeypatch.setattr(cv2_camera, "cameras", lambda: (first, second))
        twins = twins_of(first)
        assert twins == {"usb-1"}
        monkeypatch.setattr(cv2_camera, "cameras", lambda: (replace(second, index=0),))
        with pytest.raises(AnotherCameraError, match="another of that name is in its place"):
            found_again(first, twins)
        back = (replace(second, index=0), replace(first, index=1))
        monkeypatch.setattr(cv2_camera, "cameras", lambda: back)
        assert found_again(first, twins).entry == back[1]
        elsewhere = replace(first, index=1, path="usb-7")  # Plugged in at another place.
        monkeypatch.setattr(cv2_camera, "cameras", lambda: (back[0], elsewhere))
        assert found_again(first, twins).entry == elsewhere

    def test_the_run_remembers_its_camera_s_twins(self, monkeypatch):
        first, second = (CameraEntry(number, "Twin", 700, f"usb-{number}") for number in (0, 1))
        monkeypatch.setattr(cv2_camera, "cameras", lambda: (first, second))
        monkeypatch.setattr(Cv2Camera, "open", lambda camera: SourceInfo(camera.entry.name, SourceKind.CAMERA, 4, 3))
        source = NamedCamera("0")
        source.open()
        monkeypatch.setattr(cv2_camera, "cameras", lambda: (replace(second, index=0),))
        with pytest.raises(SourceError, match="another of that name"):
            source.open()
        monkeypatch.setattr(cv2_camera, "cameras", lambda: (replace(second, index=0), replace(first, index=1)))
        source.open()
        assert source._source.entry.identity == first.identity
        source.close()

    @pytest.mark.parametrize("text", ["2", "studio", ""])
    def test_the_run_remembers_which_camera_it_was(self, monkeypatch, text):
        there = CAMERAS[::-1] if text == "" else CAMERAS
        monkeypatch.setattr(cv2_camera, "cameras", lambda: there)
        monkeypatch.setattr(Cv2Camera, "open", lambda camera: SourceInfo(camera.entry.name, SourceKind.CAMERA, 4, 3))
        source = NamedCamera(text)
        assert source.open().name == "Studio Camera"
        monkeypatch.setattr(cv2_camera, "cameras", lambda: (CAMERAS[0], replace(CAMERAS[1], index=5)))
        assert source.open().name == "Studio Camera"
        assert source._source.entry.index == 5
        source.close()

    def test_files(self, tmp_path):
        for name, kind in (("a.png", PictureFile), ("b.JPG", PictureFile), ("c.mp4", VideoFile), ("no extension", VideoFile)):
            (tmp_path / name).touch()
            assert type(find_source(str(tmp_path / name))) is kind
            assert is_recording(find_source(str(tmp_path / name)))
        assert not is_recording(find_source("0"))

    @pytest.mark.parametrize("text", ["nobody", "4294967296", "ftp://a/b", "concat:a|b"])
    def test_what_is_none_of_those_says_so(self, text):
        with pytest.raises(SourceError):
            find_source(text)

    def test_a_camera_is_no_folder_of_that_name(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "2").mkdir()
        assert find_camera("2").entry == CAMERAS[1]
        assert is_recording(find_source("2"))

    def test_a_file_that_is_gone_is_no_camera(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SourceError, match="There is no file"):
            find_recording(Path("2")).open()

    def test_no_camera_says_so(self, monkeypatch):
        monkeypatch.setattr(cv2_camera, "cameras", lambda: ())
        with pytest.raises(SourceError, match="No camera was found"):
            find_source("")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://user:pass@host:554/x?y=1", "rtsp://host:554/x?y=1"),
        ("http://10.0.0.7/video.cgi?user=admin&PWD=1234&size=2#x", "http://10.0.0.7/video.cgi?size=2#x"),
        ("http://10.0.0.7/x?a=1;access_token=pa/ss", "http://10.0.0.7/x?a=1"),
        ("http://10.0.0.7/?psw=1", "http://10.0.0.7/"),
        ("http://10.0.0.7/v#t=3&token=abc", "http://10.0.0.7/v#t=3"),
        ("http://10.0.0.7/v#password=abc", "http://10.0.0.7/v"),
        *(
            (f"http://h/v?size=2&{name}=abc", "http://h/v?size=2")
            for name in ("pw", "usr", "passw", "Passphrase", "userPassword", "passwort", "access-token", "api-key", "sig")
        ),
        ("http://h/v#/live?token=abc", "http://h/v#/live"),
        ("http://h/v?a=1#!/x?pwd=1&b=2", "http://h/v?a=1#!/x?b=2"),
        ("http://h/v#live?user=a&password=b", "http://h/v#live"),
        ("http://h/v?x=1?token=2", "http://h/v?x=1"),
        ("http://h/v?x-api-key=1&X-Amz-Signature=2&n=3", "http://h/v?n=3"),
        ("http://h/v?pwd=a?b#c", "http://h/v#c"),
        ("http://h/v#", "http://h/v#"),
        ("http://h/v?", "http://h/v?"),
        ("http://h/v?Authorization=Basic%20abc&credentials=x", "http://h/v"),
        ("rtsp://h:554/user=admin&password=pass&channel=1&stream=0.sdp", "rtsp://h:554/channel=1&stream=0.sdp"),
        (
            "rtsp://h:554/user=admin_password=pa_ss_channel=1_stream=0.sdp?real_stream",
            "rtsp://h:554/channel=1_stream=0.sdp?real_stream",
        ),
        *(
            (f"rtsp://admin:{password}@cam:554/s", "rtsp://cam:554/s")
            for password in ("pa#ss", "pa/ss", "12?3", "a@b", "1/2@3")
        ),
        ("http://user:secret@[half/", "http://[half/"),
        ("http://cam/x?mail=a@b", "http://cam/x?mail=a@b"),
        ("http://[::1]:80/a_b?keyboard=2", "http://[::1]:80/a_b?keyboard=2"),
        ("a@b.mp4", "a@b.mp4"),
    ],
)
def test_a_password_is_never_shown(address, shown):
    assert shown_address(address) == shown


class TestSettings:
    def test_they_are_kept(self):
        chosen = Settings(detector=DetectorRange.FULL, smoothing_s=0.7, record=False)
        save_settings(chosen)
        assert load_settings() == chosen

    @pytest.fixture
    def kept(self):
        settings_path().parent.mkdir(parents=True)
        return settings_path()

    @pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"recordings": "C:\\Users\\x"}', "[" * 100_000, "\0"])
    def test_what_can_not_be_read_takes_the_defaults_says_so_and_is_not_lost(self, kept, caplog, content):
        kept.write_text(content)
        assert load_settings() == Settings()
        assert "so the defaults hold" in caplog.text
        save_settings(Settings(smoothing_s=0.7))
        assert load_settings() == Settings(smoothing_s=0.7)
        assert kept.with_name("settings.json.broken").read_text() == content

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("model", 3),
            ("model", "a\0b"),
            ("recordings", "\ud800"),
            ("detector", "far"),
            ("detector", ["auto"]),
            ("smoothing_s", "0.5"),
            ("smoothing_s", -1),
            ("smoothing_s", True),
            ("smoothing_s", float("nan")),
            ("smoothing_s", 10**400),
            ("record", "no"),
            ("recordings", 5),
            ("recordings", None),
            ("device", "tpu"),
            ("threshold", 1.1),
            ("appearance", "pink"),
            ("language", {}),
            ("numbers", 0),
            ("nonsense", 1),
        ],
    )
    def test_one_that_is_wrong_is_named_and_costs_none_of_the_others(self, kept, name, value):
        good = {"record": False, "threshold": 1}
        kept.write_text(json.dumps(good | {name: value}))
        settings, (slip,) = read_settings()
        good.pop(name, None)
        assert settings == Settings(**good)
        assert isinstance(settings.threshold, float)
        assert name in slip
        assert "; " in slip, "it says what to do"

    def test_one_that_is_missing_takes_its_default(self, kept):
        kept.write_text('{"smoothing_s": 0.7}')
        assert read_settings() == (Settings(smoothing_s=0.7), ())
        save_settings(Settings())
        assert [path.name for path in kept.parent.iterdir()] == ["settings.json"], "nothing was wrong, nothing is set aside"

    def test_every_setting_is_checked(self):
        from dataclasses import fields

        from emocam.adapters.settings import _VALUES

        assert list(_VALUES) == [field.name for field in fields(Settings)]


class TestOutputPaths:
    def test_one_source(self, tmp_path):
        assert output_paths(tmp_path / "o.csv", ["v/a.mp4"], ".csv") == [tmp_path / "o.csv"]
        assert output_paths(tmp_path, ["v/a.mp4"], ".csv") == [tmp_path / "a.csv"]

    def test_several(self, tmp_path):
        several = ["a.mp4", "b.mov", "x/a.mp4", "a.mov"]
        assert [path.name for path in output_paths(tmp_path / "o.csv", several, ".csv")] == [
            "o-a.mp4.csv",
            "o-b.csv",
            "o-a.mp4-2.csv",
            "o-a.mov.csv",
        ]

    def test_a_source_is_never_overwritten(self, tmp_path):
        with pytest.raises(EmocamError, match="would be overwritten"):
            output_paths(tmp_path / "a.csv", [str(tmp_path / "a.csv")], ".csv")

    def test_another_extension_or_a_missing_folder_says_so(self, tmp_path):
        with pytest.raises(EmocamError, match="must end in"):
            output_paths(tmp_path / "o.txt", ["a.mp4"], ".csv")
        with pytest.raises(EmocamError, match="no folder"):
            output_paths(tmp_path / "x" / "o.csv", ["a.mp4"], ".csv")


POINTS = Keypoints((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.5, 0.8))


class TestFaceInput:
    @pytest.mark.parametrize("angle", [0.0, 0.4, -1.2])
    @pytest.mark.parametrize("scale", [0.5, 2.0, 9.0])
    def test_a_similarity_is_found_again(self, angle, scale):
        source = [1 + 2j, 4 + 1j, 3 + 5j, 2 + 7j]
        turn = scale * (np.cos(angle) + 1j * np.sin(angle))
        found = similarity(source, [turn * point + (5 - 3j) for point in source])
        assert found.turn == pytest.approx(turn)
        assert found.shift == pytest.approx(5 - 3j)
        assert found.back(found.turn * (2 + 3j) + found.shift) == pytest.approx(2 + 3j)

    def test_points_that_coincide_only_shift(self):
        assert similarity([1 + 1j] * 4, [3 + 3j] * 4) == Similarity(1, 2 + 2j)

    def test_a_crop_of_a_picture_that_is_one_already_is_that_picture(self):
        picture = np.random.default_rng(1).integers(0, 255, (48, 48, 3), np.uint8)
        crop = crop_face(picture, POINTS, FaceInput(48, "rgb", POINTS))
        assert np.abs(crop.astype(int) - picture).max() <= 1

    def test_a_large_face_is_averaged_not_skipped(self):
        stripes = np.tile(np.array([0, 255], np.uint8), 480)[None, :, None].repeat(960, 0).repeat(3, 2)
        crop = crop_face(np.ascontiguousarray(stripes), POINTS, FaceInput(48, "grey", POINTS))
        assert crop.shape == (48, 48, 1)
        assert np.abs(crop.astype(int) - 127).max() < 6

    def test_a_turned_face_is_put_upright(self):
        picture = np.zeros((200, 200, 3), np.uint8)
        picture[80:120, 40:80] = 255  # Left in the picture, so above the centre once the picture is turned upright.
        # The person lies on the side: the eyes to the left, the mouth to the right.
        lying = Keypoints((0.4, 0.7), (0.4, 0.3), (0.6, 0.5), (0.8, 0.5))
        crop = crop_face(picture, lying, FaceInput(48, "grey", POINTS))
        assert crop[:24].mean() > 4 * max(crop[24:].mean(), 1)


PLACES = {"right_eye": [0.3, 0.4], "left_eye": [0.7, 0.4], "nose": [0.5, 0.6], "mouth": [0.5, 0.8]}
CARD_CONTENT = {
    "version": 1,
    "summary": "",
    "classes": ["happy", "sad"],
    "face_input": {"side": 48, "colour": "grey", "keypoints": PLACES},
    "output": "logits",
    "temperature": 1,
    "bias": [0, 0],
    "uncertain_below": 0.4,
}


class TestModelCard:
    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("classes", [], "classes are missing"),
            ("classes", ["happy", "happy"], "one is there twice"),
            ("classes", ["happy", "sad,angry"], "no name of a class"),
            ("classes", ["happy", ""], "no name of a class"),
            ("classes", ["happy", "sad\n"], "no name of a class"),
            ("classes", ["happy", 3], "no name of a class"),
            ("output", "percent", "neither logits nor probabilities"),
            ("bias", [0], "1 values of bias for 2 classes"),
            ("bias", [0, float("nan")], "bias"),
            ("temperature", 0, "not above 0"),
            ("temperature", 10**400, "export the model again"),
            ("uncertain_below", 2, "no probability"),
            ("first_output", -1, "no number of an output"),
            ("first_output", "x", "no number of an output"),
            ("face_input", CARD_CONTENT["face_input"] | {"side": 10**9}, "side 1000000000 is not from 8 to 1024 pixels"),
            ("face_input", CARD_CONTENT["face_input"] | {"side": 0}, "side 0"),
            ("face_input", CARD_CONTENT["face_input"] | {"side": 48.5}, "side 48.5"),
            ("face_input", CARD_CONTENT["face_input"] | {"colour": "blue"}, "neither grey nor rgb"),
            ("face_input", CARD_CONTENT["face_input"] | {"keypoints": []}, "export the model again"),
            ("face_input", CARD_CONTENT["face_input"] | {"keypoints": PLACES | {"nose": [0, float("inf")]}}, "lie at no place"),
            (
                "face_input",
                CARD_CONTENT["face_input"] | {"keypoints": {part: [0.5, 0.5] for part in PLACES}},
                "both eyes in one place",
            ),
        ],
    )
    def test_what_is_wrong_in_a_card_is_said(self, tmp_path, name, value, said):
        (tmp_path / CARD).write_text(json.dumps(CARD_CONTENT))
        assert read_card(tmp_path).classes == ("happy", "sad")
        (tmp_path / CARD).write_text(json.dumps(CARD_CONTENT | {name: value}))
        with pytest.raises(ModelError, match=said) as error:
            read_card(tmp_path)
        assert "export the model again" in str(error.value)

    def test_a_card_of_a_thousand_brackets_is_none(self, tmp_path):
        (tmp_path / CARD).write_text("[" * 100_000)
        with pytest.raises(ModelError, match="export the model again"):
            read_card(tmp_path)

    def test_what_is_wrong_with_a_folder_is_said(self, tmp_path):
        with pytest.raises(ModelError, match="choose a folder of trained_models"):
            read_card(tmp_path)
        for content in ("{}", "no json", json.dumps({"version": 1, "summary": "", "classes": [], "face_input": 3})):
            (tmp_path / CARD).write_text(content)
            with pytest.raises(ModelError, match="export the model again"):
                read_card(tmp_path)

    @pytest.mark.parametrize(
        ("there", "visible", "present"),
        [
            (["nvidia0"], None, True),
            (["nvidia3"], None, True),
            (["nvidia12", "nvidiactl"], "0", True),
            (["nvidia0"], "-1", False),
            (["nvidia0"], "", False),
            (["nvidiactl", "nvidia-uvm"], None, False),
            ([], None, False),
        ],
    )
    def test_a_gpu_of_any_number_is_one(self, tmp_path, monkeypatch, there, visible, present):
        for name in there:
            (tmp_path / name).touch()
        monkeypatch.setattr("emocam.bootstrap._DEVICES", tmp_path)
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        if visible is not None:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        assert gpu_present() is present

    def test_a_device_that_is_not_there_says_so(self, monkeypatch):
        monkeypatch.setattr("emocam.bootstrap.gpu_present", lambda: False)
        for device in ("gpu", "abacus"):
            with pytest.raises(ModelError, match="choose"):
                build_classifier(Settings(device=device))
        assert build_classifier(Settings(device="cpu")).device == "CPU (LiteRT), as chosen"
        assert build_classifier(Settings()).device == "CPU (LiteRT), no NVIDIA GPU here"

    @pytest.mark.parametrize(
        ("device", "works", "said"),
        [
            ("auto", True, "GPU (Keras), found here"),
            ("gpu", True, "GPU (Keras), as chosen"),
            ("cpu", True, "CPU (LiteRT), as chosen"),
            ("auto", False, "CPU (LiteRT), TensorFlow can't use the GPU"),
            ("gpu", False, None),
        ],
    )
    def test_where_there_is_a_gpu_the_device_and_the_reason_are_said(self, monkeypatch, device, works, said):
        card = model_card(Settings())

        class FakeKeras:
            def __init__(self, path):
                self.device = "GPU (Keras)" if works else "CPU (Keras)"

            def __call__(self, batch):
                return np.zeros((len(batch), card.first_output + len(card.classes)), np.float32)

        monkeypatch.setattr("emocam.bootstrap.gpu_present", lambda: True)
        monkeypatch.setattr("emocam.adapters.keras_network.KerasNetwork", FakeKeras)
        if said is None:
            with pytest.raises(ModelError, match="CUDA"):
                build_classifier(Settings(device=device))
        else:
            assert build_classifier(Settings(device=device)).device == said

    @pytest.mark.parametrize(
        "trouble", [ModelError("model.keras is missing; install emocam again."), RuntimeError("no memory")]
    )
    def test_a_model_that_fails_on_the_gpu_runs_on_the_cpu_unless_the_gpu_was_asked_for(self, monkeypatch, trouble):
        def fail(path):
            raise trouble

        monkeypatch.setattr("emocam.bootstrap.gpu_present", lambda: True)
        monkeypatch.setattr("emocam.adapters.keras_network.KerasNetwork", fail)
        assert build_classifier(Settings()).device == "CPU (LiteRT), TensorFlow can't use the GPU"
        with pytest.raises(ModelError, match=r"is missing|no memory"):
            build_classifier(Settings(device="gpu"))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("output", "softmax"),
            ("bias", [0.0]),
            ("bias", [float("nan")] * 7),
            ("temperature", 0),
            ("temperature", "1"),
            ("uncertain_below", "0.4"),
            ("uncertain_below", 40),
        ],
    )
    def test_a_card_that_would_give_wrong_readings_is_refused(self, tmp_path, name, value):
        data = json.loads((model_folder(Settings()) / CARD).read_text(encoding="utf-8"))
        (tmp_path / CARD).write_text(json.dumps(data | {name: value}), encoding="utf-8")
        with pytest.raises(ModelError, match="export the model again"):
            read_card(tmp_path)

    @pytest.mark.parametrize(("first_output", "outputs"), [(0, 14), (7, 7), (7, 8), (0, 9)])
    def test_a_network_with_other_outputs_than_the_card_says_is_refused(self, first_output, outputs):
        card = replace(model_card(Settings()), first_output=first_output)
        with pytest.raises(ModelError, match="does not fit its card"):
            FaceClassifier(card, lambda batch: np.zeros((len(batch), outputs), np.float32))

    def test_a_models_own_folder_may_be_given(self, tmp_path):
        assert model_folder(Settings(model=str(tmp_path))) == tmp_path

    def test_a_folder_that_is_called_like_a_bundled_model_is_not_taken_for_one(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name in (Settings().model, "mine"):
            (tmp_path / name).mkdir()
        assert model_folder(Settings()) == bundled("trained_models", Settings().model)
        assert model_folder(Settings(model="mine")) == Path("mine")
        assert model_folder(Settings(model=f"./{Settings().model}")) == Path(Settings().model)


class TestRecording:
    INFO = SourceInfo("http://10.0.0.7:8080/video", SourceKind.NETWORK, 64, 48)

    def test_two_runs_in_the_same_second_get_two_files_named_by_their_source(self, tmp_path):
        settings = Settings(recordings=str(tmp_path))
        writers = [Recorder(settings)(self.INFO) for _ in range(3)]
        for writer in writers:
            writer.close()
        names = sorted(path.name for path in tmp_path.iterdir())
        assert len(names) == 3
        assert all("10.0.0.7-8080-video" in name for name in names)

    def test_two_windows_in_the_same_second_get_two_names(self, tmp_path, monkeypatch):
        settings, names = Settings(recordings=str(tmp_path)), set()
        for process in (4711, 4712):
            monkeypatch.setattr(os, "getpid", lambda process=process: process)
            monkeypatch.setattr(session_facts, "_GIVEN", set())
            monkeypatch.setattr(session_facts, "datetime", SimpleNamespace(now=lambda: datetime(2026, 1, 2, 3, 4, 5)))
            names.add(new_session_path(settings, "clip.mp4").name)
        assert names == {"2026-01-02T03-04-05 clip p4711.emocam", "2026-01-02T03-04-05 clip p4712.emocam"}

    def test_dots_are_part_of_a_name(self, tmp_path):
        assert " Interview-3.5-Anna p" in new_session_path(Settings(recordings=str(tmp_path)), "Interview 3.5 Anna.mp4").name
        assert " Camera-2.0-HD p" in new_session_path(Settings(recordings=str(tmp_path)), "Camera 2.0 HD").name

    def test_a_session_says_how_it_was_made(self):
        meta = session_meta(Settings(), self.INFO)
        assert meta["model"].startswith("emocam-fer7 ")
        assert (meta["detector"], meta["smoothing_s"], meta["source_kind"]) == ("auto", "0.5", "network camera")


def test_a_picture_of_more_pixels_than_can_be_read_says_so(tmp_path):
    _, png = cv2.imencode(".png", np.zeros((4, 4, 3), np.uint8))
    content = bytearray(png.tobytes())
    content[16:24] = struct.pack(">II", 50_000, 50_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    (tmp_path / "huge.png").write_bytes(content)
    with pytest.raises(SourceError, match=r"huge\.png is too large or damaged; save it smaller"):
        PictureFile(tmp_path / "huge.png").open()


def test_a_picture_is_turned_as_its_exif_says(tmp_path):
    picture = np.zeros((20, 40, 3), np.uint8)
    picture[:, :20] = 255
    _, jpeg = cv2.imencode(".jpg", picture)
    turned = bytes.fromhex("ffe10022") + b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    (tmp_path / "turned.jpg").write_bytes(jpeg.tobytes()[:2] + turned + jpeg.tobytes()[2:])
    source = PictureFile(tmp_path / "turned.jpg")
    info = source.open()
    assert (info.width, info.height) == (20, 40)
    pixels = source.read().pixels
    assert pixels[:18].mean() > 250
    assert pixels[22:].mean() < 5


def test_no_camera_library_at_all_means_no_cameras(monkeypatch):
    import cv2_enumerate_cameras

    def fails(*_):
        raise OSError("nothing here")

    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", fails)
    assert cv2_camera.cameras() == ()
    assert sources.find_source("3").entry.index == 3


def test_names_that_differ_in_case_only_are_told_apart(tmp_path):
    """On many disks they are one, and the second result would take the place of the first."""
    for out in (tmp_path, tmp_path / "all.csv"):
        names = [path.name.casefold() for path in output_paths(out, ["a/Clip.mp4", "b/clip.mov", "c/CLIP.mp4"], ".csv")]
        assert len({*names}) == 3


def test_a_folder_of_one_s_own_home_is_meant_as_it_is_written(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Settings(recordings="~/Recordings").recordings_folder == tmp_path / "Recordings"
    assert Settings(recordings="~nosuchuser/x").recordings_folder == Path("~nosuchuser/x")


class TestWhatSettingsKeep:
    @pytest.mark.parametrize(
        "kept",
        [
            {"smoothing_s": 0},
            {"smoothing_s": 3600},
            {"threshold": 0.0},
            {"threshold": 1},
            *({"device": name} for name in ("auto", "cpu", "gpu")),
            *({"numbers": name} for name in ("system", "point", "comma")),
            *({"appearance": name} for name in ("system", "light", "dark")),
            *({"detector": name} for name in ("auto", "short", "full")),
        ],
        ids=lambda kept: " ".join(map(str, *kept.items())),
    )
    def test_what_can_be_chosen_is_kept(self, kept):
        settings = Settings(**kept)
        save_settings(settings)
        assert read_settings() == (settings, ())
        assert isinstance(read_settings()[0].detector, DetectorRange)

    def test_what_is_no_file_is_told_and_set_aside(self):
        settings_path().mkdir(parents=True)
        settings, (slip,) = read_settings()
        assert settings == Settings()
        assert slip.endswith("so the defaults hold; make it readable.")
        save_settings(Settings(threshold=0.7))
        assert read_settings() == (Settings(threshold=0.7), ())
