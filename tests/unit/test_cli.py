import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest
from clips import steady, write_clip
from typer.testing import CliRunner

import emocam
from emocam import analyze, file_sessions
from emocam.adapters import cv2_camera
from emocam.adapters.session_file import SessionReader
from emocam.adapters.settings import Settings
from emocam.bundle import DEMO_CLIP
from emocam.cli import app, main
from emocam.domain.errors import SessionFileError

COMMAND = [sys.executable, "-m", "emocam"]


def run(*arguments, **options):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options)


@pytest.fixture
def clip(tmp_path):
    """A second of nobody."""
    return write_clip(tmp_path / "nobody.mp4", steady(25), width=160, height=120)


def test_help_names_every_command():
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    for command in ("analyze", "export", "cameras", "doctor", "bench"):
        assert command in shown.output
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0


def test_help_says_what_no_record_is_for():
    shown = " ".join(CliRunner().invoke(app, ["open", "--help"]).output.replace("│", " ").split())
    assert "of live runs; that of an analysed file is always kept" in shown


def test_version():
    assert CliRunner().invoke(app, ["--version"]).output == f"emocam {emocam.__version__}\n"


def test_a_session_and_an_export_of_it_equal_what_analyze_wrote(tmp_path):
    short = tmp_path / "short.mp4"
    shutil.copy(DEMO_CLIP, short)
    done = run("analyze", short, "--csv", tmp_path / "a.csv", "--session", tmp_path / "a.emocam", "--chart", tmp_path / "a.png")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Traceback" not in done.stderr
    assert (tmp_path / "a.png").stat().st_size > 20_000
    again = run("analyze", short, "--csv", tmp_path / "b.csv")
    assert again.returncode == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    exported = CliRunner().invoke(app, ["export", str(tmp_path / "a.emocam"), str(tmp_path / "c.csv")])
    assert exported.exit_code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()
    with open(tmp_path / "a.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["face_id"] == "1" for row in rows) > 0.9 * len(rows)
    assert max(float(row["happy"]) for row in rows if row["happy"]) > 0.6


def test_several_sources_give_a_file_each_and_one_bad_one_does_not_spoil_the_rest(tmp_path, clip):
    (tmp_path / "bad.mp4").write_text("no video")
    other = shutil.copy(clip, tmp_path / "other.mp4")
    done = run("analyze", clip, tmp_path / "bad.mp4", other, "--csv", tmp_path / "out.csv")
    assert done.returncode == 1
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["out-nobody.csv", "out-other.csv"]
    assert "bad.mp4 can't be opened as a video" in done.stderr
    assert "Traceback" not in done.stderr


def test_somebodys_own_table_is_not_replaced_where_emocam_chose_its_name(tmp_path, clip):
    own = tmp_path / "tables" / "nobody.csv"
    own.parent.mkdir()
    own.write_text("participant,notes\n1,typed by hand\n")
    done = run("analyze", clip, "--csv", own.parent)
    assert done.returncode == 1
    assert "was not written by emocam" in " ".join(done.stderr.split())
    assert own.read_text() == "participant,notes\n1,typed by hand\n"
    assert run("analyze", clip, "--csv", own).returncode == 0, "which was named"
    assert run("analyze", clip, "--csv", own.parent).returncode == 0, "which is emocam's"


def test_a_bug_in_one_source_does_not_spoil_the_rest(clip, monkeypatch, capsys, caplog):
    make = analyze.make_session

    def make_session(path, *arguments, **options):
        if path.name == "odd.mp4":
            raise ZeroDivisionError("a bug")
        return make(path, *arguments, **options)

    monkeypatch.setattr(analyze, "make_session", make_session)
    odd, out = str(shutil.copy(clip, clip.with_name("odd.mp4"))), clip.with_name("out")
    assert analyze.analyze_all([odd, str(clip)], Settings(), csv=out, session=None, chart=None, stop=threading.Event()) == 1
    assert [path.name for path in out.iterdir()] == ["nobody.csv"]
    assert "odd.mp4: Something went wrong inside emocam (ZeroDivisionError('a bug'))" in capsys.readouterr().err
    assert "The analysis of" in caplog.text


def test_ctrl_c_keeps_what_is_done_and_says_so(tmp_path):
    out = tmp_path / "out.csv"
    child = subprocess.Popen(
        [*COMMAND, "analyze", str(DEMO_CLIP), "--csv", str(out)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 60
    while (not out.exists() or out.stat().st_size < 2000) and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=30)
    assert child.returncode == 1
    assert "stopped after" in errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == [out]
    lines = out.read_text().splitlines()
    assert len(lines) > 5
    assert len({line.count(",") for line in lines}) == 1


def test_what_is_done_is_there_after_a_killed_process(tmp_path):
    session = tmp_path / "a.emocam"
    command = [*COMMAND, "analyze", str(DEMO_CLIP), "--session", str(session)]
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    log = session.with_name("a.emocam-wal")
    while (not log.exists() or log.stat().st_size < 100_000) and time.monotonic() < until:
        time.sleep(0.02)
    child.kill()
    child.wait(10)
    reader = SessionReader(session)
    assert reader.frame_count > 5
    assert "complete" not in reader.meta
    reader.close()


def test_an_older_result_stays_until_the_new_one_is_whole(tmp_path, clip, monkeypatch, capsys):
    def analysed(stop):
        places = {"csv": tmp_path / "a.csv", "session": tmp_path / "a.emocam", "chart": tmp_path / "a.png"}
        return analyze.analyze_all([str(clip)], Settings(), **places, stop=stop)

    def frames(name):
        reader = SessionReader(tmp_path / name)
        count = reader.frame_count
        reader.close()
        return count, reader.meta.get("complete")

    assert analysed(threading.Event()) == 0
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    whole = frames("a.emocam")
    assert whole[1] == "yes"
    make = analyze.make_session

    def stopped(path, *arguments, stop, on_progress, **options):
        return make(path, *arguments, stop=stop, on_progress=lambda done: (on_progress(done), stop.set()), **options)

    monkeypatch.setattr(analyze, "make_session", stopped)
    assert analysed(threading.Event()) == 1
    assert {path: path.read_bytes() for path in before} == before
    made = sorted(path.name for path in tmp_path.iterdir() if path not in before)
    assert made == ["a 2.csv", "a 2.emocam", "a 2.png"]
    assert frames("a 2.emocam") == (1, None)
    assert "a 2.emocam" in capsys.readouterr().err


def test_a_session_that_can_not_be_written_empties_no_table(tmp_path, clip, monkeypatch, capsys):
    (tmp_path / "a.csv").write_text("older")

    def refusing(path, meta, called, annotations):
        raise SessionFileError(f"The session file {called} can't be written (read-only); choose another folder.")

    monkeypatch.setattr(file_sessions, "SessionWriter", refusing)
    places = {"csv": tmp_path / "a.csv", "session": tmp_path / "a.emocam", "chart": None}
    assert analyze.analyze_all([str(clip)], Settings(), **places, stop=threading.Event()) == 1
    assert (tmp_path / "a.csv").read_text() == "older"
    assert "a.emocam can't be written" in capsys.readouterr().err
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["analyze", "missing.mp4"], 1, "There is no file and no camera"),
        (["analyze", "missing.mp4", "--device", "tpu"], 1, "There is no device 'tpu'; choose auto, cpu or gpu."),
        (["analyze", "missing.mp4", "--smoothing", "inf"], 1, "give one, or 0 for none"),
        (["analyze", "0"], 1, "is a camera, which never ends"),
        (["analyze", ""], 1, "A name is empty"),
        (["analyze"], 2, "Missing argument"),
        (["analyze", "--nonsense"], 2, "No such option"),
        (["export", "missing.emocam", "out.csv"], 1, "There is no session"),
        (["--model", "nobody", "x.mp4"], 1, "There is no model in"),
    ],
)
def test_bad_input_gets_a_sentence_and_a_status(tmp_path, arguments, status, words):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == status
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


LONG = "x" * 300  # Longer than any disk takes.


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyze", "nobody.mp4", "--csv", f"{LONG}.csv"], "can't be written"),
        (["analyze", "nobody.mp4", "--csv", f"{LONG}.csv/out.csv"], "There is no folder"),
        (["analyze", "nobody.mp4", "--csv", LONG], "can't be made"),
        (["analyze", "nobody.mp4", "--session", f"{LONG}.emocam"], "can't be written"),
        (["analyze", "nobody.mp4", "--out", LONG], LONG),
        (["analyze", LONG, "--out", "out"], "There is no file and no folder"),
        (["analyze", "nobody.mp4", "--model", LONG], "choose a folder of trained_models"),
        (["export", f"{LONG}.emocam", "out.csv"], "There is no session"),
    ],
)
def test_names_that_no_disk_takes_get_a_sentence(clip, monkeypatch, capfd, arguments, words):
    monkeypatch.chdir(clip.parent)
    monkeypatch.setattr(sys, "argv", ["emocam", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capfd.readouterr().err
    assert words in "".join(said.split("\n"))
    assert "Traceback" not in said


def test_what_nobody_foresaw_of_a_disk_is_a_sentence_too(monkeypatch, capsys):
    def broken():
        raise OSError(5, "Input/output error", "clip.mp4")

    monkeypatch.setattr("emocam.cli.app", broken)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == "emocam: clip.mp4: Input/output error; mend it and run again.\n"


def test_without_a_display_the_window_says_what_to_do_instead(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "argv", ["emocam"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "run `emocam analyze VIDEO`, which needs none" in capsys.readouterr().err


def test_what_the_output_has_no_letters_for_is_printed_as_it_can_be(monkeypatch):
    page = io.TextIOWrapper(io.BytesIO(), "cp1252", write_through=True)  # What Windows gives to a file or a pipe.
    monkeypatch.setattr(cv2_camera, "cameras", lambda: (cv2_camera.CameraEntry(0, "カメラ ✔", 200),))
    monkeypatch.setattr(sys, "argv", ["emocam", "cameras"])
    monkeypatch.setattr(sys, "stdout", page)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert page.buffer.getvalue().decode("cp1252").strip() == "0  ??? ?"


def test_cameras_lists_them_or_says_there_are_none(monkeypatch, capsys):
    monkeypatch.setattr(cv2_camera, "cameras", lambda: (cv2_camera.CameraEntry(3, "Studio Camera", 200),))
    assert CliRunner().invoke(app, ["cameras"]).output == "3  Studio Camera\n"
    monkeypatch.setattr(cv2_camera, "cameras", lambda: ())
    monkeypatch.setattr(sys, "argv", ["emocam", "cameras"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "No camera found" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["app.AppBackend", "app.Desktop", "gui.desktop.MainWindow"])
def test_a_signal_during_the_start_ends_it(moment, number):
    """Before Qt is there, before there is a window, and while there is going to be one. What was left is waited for."""
    code = (
        "import os, sys, emocam.app as app, emocam.gui as gui, emocam.gui.desktop\n"
        "finish = app.Desktop.finish\n"
        "app.Desktop.finish = lambda desktop: (print('finished'), finish(desktop))\n"
        f"made = {moment}\n"
        f"{moment} = lambda *given: (os.kill(os.getpid(), {int(number)}), made(*given))[1]\n"
        "sys.exit(app.run(['rtsp://127.0.0.1:9/none'], app.Settings(record=False)))"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "finished\n", "")


class TestDoctor:
    def test_it_finds_nothing_wrong_here(self):
        done = run("doctor")
        assert "Nothing is wrong." in done.stdout, done.stdout
        assert done.returncode == 0
        for what in ("mediapipe", "OpenCV", "Qt platform", "face detector", "model emocam-fer7", "recordings"):
            assert what in done.stdout

    def test_two_opencvs_are_found_and_the_cure_is_named(self, monkeypatch):
        from emocam import doctor

        monkeypatch.setattr(doctor, "_version", lambda package: "5.0" if package.startswith("opencv") else "1")
        (finding,) = doctor._one_cv2()
        assert "pip uninstall -y opencv-python opencv-contrib-python" in finding.remedy

    def test_a_qt_that_does_not_start_is_found(self, monkeypatch):
        from emocam import doctor

        monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense")
        finding = list(doctor._qt())[-1]
        assert finding.remedy == "Unset QT_QPA_PLATFORM, which is 'nonsense'."

    def test_a_missing_library_is_named_with_its_package(self, monkeypatch):
        from emocam import doctor

        listing = "\tlibxcb-cursor.so.0 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n"
        monkeypatch.delenv("QT_QPA_PLATFORM")
        monkeypatch.setattr(doctor.shutil, "which", lambda _: "/usr/bin/ldd")
        monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, listing))
        assert "sudo apt-get install libxcb-cursor0`" in doctor._qt_remedy()

    @pytest.mark.parametrize(
        ("library", "package"),
        [
            ("libxcb-cursor.so.0", "libxcb-cursor0"),
            ("libX11-xcb.so.1", "libx11-xcb1"),
            ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
            ("libX11.so.6", "libx11-6"),
            ("libdbus-1.so.3", "libdbus-1-3"),
            ("libglib-2.0.so.0", "libglib2.0-0"),
            ("libgthread-2.0.so.0", "libglib2.0-0"),
        ],
    )
    def test_a_package_has_the_name_that_debian_gives_it(self, library, package):
        from emocam import doctor

        assert doctor._debian_package(library) == package

    @pytest.mark.parametrize(
        ("listing", "value", "hint"),
        [
            ("\tlibc.so.6 => /lib/libc.so.6 (0x1)\n", "can be played", ""),
            (
                "\tlibXrandr.so.2 => not found\n\tlibpulse.so.0 => not found\n",
                "can't be played",
                "install libpulse0 libxrandr2`",
            ),
        ],
    )
    def test_where_no_sound_can_be_played_the_libraries_are_named_and_it_is_no_fault(self, monkeypatch, listing, value, hint):
        from emocam import doctor

        asked = []
        monkeypatch.setattr(doctor.shutil, "which", lambda _: "/usr/bin/ldd")
        monkeypatch.setattr(
            doctor.subprocess, "run", lambda command, **_: asked.append(command) or subprocess.CompletedProcess([], 0, listing)
        )
        (finding,) = doctor._sound()
        assert asked[0][1].endswith("libffmpegmediaplugin.so")
        assert (finding.value, finding.remedy) == (value, "")
        assert hint in finding.hint
        assert bool(finding.hint) is bool(hint)

    def test_a_library_that_does_not_load_is_a_finding_and_not_a_traceback(self, monkeypatch, capsys):
        from emocam import doctor

        def broken():
            raise ImportError("libGL.so.1: cannot open shared object file")
            yield

        monkeypatch.setattr(doctor, "_cameras", broken)
        monkeypatch.setattr(doctor, "_qt", lambda: iter(()))
        assert doctor.examine() == 1
        shown = capsys.readouterr().out
        assert "can't be checked: libGL.so.1" in shown
        assert "sudo apt-get install libgl1" in shown
        assert "recordings" in shown

    def test_slips_in_the_settings_are_found_and_a_bug_in_a_check_ends_no_other(self, monkeypatch, capsys):
        from emocam import doctor
        from emocam.adapters.settings import settings_path

        settings_path().parent.mkdir(parents=True)
        settings_path().write_text('{"recordings": 5, "smoothing_s": "0.5"}')
        monkeypatch.setattr(doctor, "_cameras", lambda: iter([1 / 0]))
        monkeypatch.setattr(doctor._cameras, "__name__", "_cameras")
        for check in ("_qt", "_models"):
            monkeypatch.setattr(doctor, check, lambda: iter(()))
        assert doctor.examine() == 1
        shown = capsys.readouterr().out
        assert "The setting recordings is 5" in shown
        assert 'The setting smoothing_s is "0.5"' in shown
        assert "can't be checked: ZeroDivisionError" in shown
        assert "GB free" in shown

    @pytest.mark.parametrize(
        ("found", "said", "wrong"), [(["GPU:0", "GPU:1"], "TensorFlow finds 2", False), ([], "TensorFlow can't use it", True)]
    )
    def test_where_there_is_a_gpu_tensorflow_is_asked_for_it(self, monkeypatch, found, said, wrong):
        from types import SimpleNamespace

        from emocam import doctor

        config = SimpleNamespace(list_physical_devices=lambda kind: found)
        monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=config))
        monkeypatch.setattr(doctor, "gpu_present", lambda: True)
        (finding,) = doctor._guarded(doctor._devices)
        assert said in finding.value
        assert ("tensorflow[and-cuda]" in finding.remedy) is wrong

    def test_a_gpu_without_tensorflow_is_a_finding(self, monkeypatch):
        from emocam import doctor

        monkeypatch.setitem(sys.modules, "tensorflow", None)
        monkeypatch.setattr(doctor, "gpu_present", lambda: True)
        (finding,) = doctor._guarded(doctor._devices)
        assert "can't be checked" in finding.value

    def test_a_broken_model_makes_it_fail(self, tmp_path, monkeypatch, capsys):
        from emocam import doctor

        (tmp_path / "trained_models" / "half").mkdir(parents=True)
        (tmp_path / "trained_models" / "half" / "card.json").write_text("{}")
        monkeypatch.setattr(doctor, "bundled", lambda *parts: tmp_path.joinpath(*parts))
        monkeypatch.setattr(doctor, "_qt", lambda: iter(()))
        assert doctor.examine() == 1
        shown = capsys.readouterr().out
        assert "export the model again" in shown
        assert "face_detection_short_range.tflite is missing" in shown


def test_every_fifth_frame_and_a_step_are_analysed_and_the_session_says_so(tmp_path, clip):
    for option, value, meta, frames in (
        ("--every", 5, {"every": "5"}, [0, 5, 10, 15, 20]),
        ("--step", 0.5, {"step_s": "0.5"}, [0, 13]),
    ):
        out = tmp_path / f"a{value}.emocam"
        assert run("analyze", clip, option, value, "--session", out).returncode == 0
        reader = SessionReader(out)
        assert meta.items() <= reader.meta.items()
        assert [seen.frame_index for seen in reader.observations()] == frames
        reader.close()
    both = run("analyze", clip, "--every", 5, "--step", 1, "--csv", tmp_path / "no.csv")
    assert both.returncode == 1
    assert "leave one of the two out" in both.stderr


def test_of_several_cameras_none_is_dropped_without_a_word(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["emocam", "0", "1"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    assert "0, 1" in capsys.readouterr().err
