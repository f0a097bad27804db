import importlib.util
import io
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import FakeClock, FakeSource, face
from rich.console import Console

from emocam.adapters.av_file import VideoFile
from emocam.adapters.settings import Settings, load_settings
from emocam.bench import run as bench_run
from emocam.bench.clips import tile
from emocam.bench.files import FileBench, faces_cost
from emocam.bench.paced import PacedReplay
from emocam.bench.report import as_markdown, show
from emocam.bench.screen import in_a_process, peak_memory_mb
from emocam.bench.timing import Stopwatch, percentile, summary, yardstick_ms
from emocam.bench.verdict import Goal, against, goal_rows, ratios
from emocam.bootstrap import build_locator
from emocam.bundle import DEMO_CLIP
from emocam.domain.detector_range import DetectorRange
from emocam.domain.errors import EmocamError, SourceError
from emocam.domain.ports import SourceKind


def times(ms):
    return {"median_ms": ms, "p95_ms": 2 * ms, "mean_ms": ms}


def part_alone(ms):
    return times(ms) | {"cpu_ms": ms}


def result(**changes):
    """A result as `measure` gives it, made up."""
    stages = ("decode", "locate", "crop", "classify", "track, smooth, quality", "session file", "csv", "frame")
    clip = {
        "clip": "a.mp4", "width": 1280, "height": 720, "frames": 300, "faces_per_frame": 1.0,
        "parts_alone": {"decode": part_alone(1.0), "locate": part_alone(3.0), "classify": part_alone(2.0)},
        "stages": {name: times(0.5) for name in stages},
        "overhead": times(0.4),
        "file": {
            "frames_per_s": 250.0, "one_thread_frames_per_s": 125.0, "times_faster_than_it_plays": 8.3,
            "cpu_ms_per_frame": 7.0, "slowest_part_allows": 333.3, "two_cores_allow": 333.3,
            "of_slowest_part": 0.75, "of_two_cores": 0.75,
        },
    }  # fmt: skip
    made = {
        "when": "2026-01-02T03:04:05+00:00",
        "commit": "abc",
        "machine": {"processor": "P", "cores": 2, "memory_gb": 8, "system": "S", "python": "3.11"},
        "versions": {"emocam": "1", "av": "2"},
        "device": "CPU (LiteRT)",
        "cores_free": [2.0, 1.2],
        "yardstick_ms": 10.0,
        "clips": [clip],
        "faces": [clip],
        "empty_python_s": 0.1,
        "eight_faces_cost": 2.0,
        "start": {"window_s": 0.3, "first_label_s": 5.0, "heavy_imports": [], "display": "offscreen"},
        "timeline": {"lines": times(20.0), "stacked": times(40.0)},
    } | changes
    made["ratios"] = ratios(made)
    made["goals"] = goal_rows(made)
    return made


def test_a_stopwatch_adds_up_within_a_round():
    watch = Stopwatch()
    for _ in range(3):
        for _ in range(2):
            assert watch.timed("sum", sum, (1, 2)) == 3
        watch.end_round()
    assert len(watch.seconds["sum"]) == 3
    with pytest.raises(ZeroDivisionError):
        watch.timed("sum", lambda: 1 / 0)
    assert watch.lap("sum") > 0


def test_a_stopwatch_tells_work_from_waiting():
    def work():
        until = time.process_time() + 0.2  # However little of a core there is for it.
        while time.process_time() < until:
            pass

    watch = Stopwatch()
    watch.timed("waits", time.sleep, 0.3)
    watch.timed("works", work)
    watch.end_round()
    assert watch.cpu_s["waits"] < 0.12 < watch.seconds["waits"][0]
    assert watch.cpu_s["works"] == pytest.approx(0.2, abs=0.05)


def test_median_and_percentile():
    assert summary([0.001, 0.002, 0.003, 0.004, 0.1])["median_ms"] == 3
    assert percentile(range(1, 21), 0.95) == 19
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile(range(1, 11), 0.95) == 10
    assert percentile([7], 0.95) == 7


def test_tiled_clips_show_as_many_faces_as_asked_for(tmp_path):
    face = FileBench(DEMO_CLIP, Settings(), tmp_path).first_face()
    locator = build_locator(Settings())
    try:
        for faces in (1, 8):
            source = VideoFile(tile(DEMO_CLIP, face.box, faces, 3, tmp_path / f"{faces}.mp4"))
            info = source.open()
            assert (info.width, info.height) == (1280, 720)
            assert len(locator.locate(source.read()).faces) == faces
            source.close()
    finally:
        locator.close()


def test_a_file_is_measured_in_parts_stages_and_as_a_whole(tmp_path):
    face = FileBench(DEMO_CLIP, Settings(), tmp_path).first_face()
    bench = FileBench(tile(DEMO_CLIP, face.box, 1, 12, tmp_path / "a.mp4"), Settings(), tmp_path)
    bench.round()
    FileBench(tile(DEMO_CLIP, face.box, 4, 3, tmp_path / "b.mp4"), Settings(), tmp_path).round()  # In the same folder.
    measured = bench.result
    assert (measured["frames"], measured["faces_per_frame"]) == (12, 1.0)
    assert set(measured["parts_alone"]) == {"decode", "locate", "classify"}
    assert {"crop", "session file", "csv", "track, smooth, quality", "frame"} <= set(measured["stages"])
    file = measured["file"]
    assert file["of_two_cores"] == pytest.approx(file["frames_per_s"] / file["two_cores_allow"], rel=0.02)
    assert file["two_cores_allow"] <= file["slowest_part_allows"]
    parts = measured["parts_alone"].values()
    # A part that works in two threads at once takes from both cores.
    half = sum(part["cpu_ms"] for part in parts) / 2
    assert 1000 / file["two_cores_allow"] == pytest.approx(max(half, *(part["mean_ms"] for part in parts)), rel=0.02)
    assert json.loads(json.dumps(measured)) == measured


def test_a_clip_without_a_face_is_refused(tmp_path):
    from clips import steady, write_clip

    with pytest.raises(SourceError, match="No face"):
        FileBench(write_clip(tmp_path / "nobody.mp4", steady(10)), Settings(), tmp_path).first_face()


def test_the_cost_of_faces_is_the_most_against_the_fewest():
    made = [
        {"faces_per_frame": faces, "file": {"frames_per_s": rate}} for faces, rate in ((8.0, 50.0), (1.0, 100.0), (4.0, 80.0))
    ]
    assert faces_cost(made) == 2.0


def test_a_replay_is_a_camera_that_keeps_its_pace():
    clock = FakeClock()
    waits = []

    def wait(seconds):
        waits.append(seconds)
        clock.now += seconds

    source = PacedReplay(Path("a.mp4"), 10, make_source=lambda _: FakeSource(3), clock=clock, wait=wait)
    assert source.open().kind is SourceKind.CAMERA
    frames = [source.read() for _ in range(5)]  # More than the clip has: it begins anew.
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert [round(frame.timestamp, 6) for frame in frames] == [0, 0.1, 0.2, 0.3, 0.4]
    assert [round(seconds, 6) for seconds in waits] == [0.1] * 4
    clock.now += 0.35  # Whoever reads was away: what was due meanwhile is gone.
    assert round(source.read().timestamp, 6) == 0.7
    source.close()
    assert source.read() is None


def test_a_goal_says_what_is_reached():
    assert [Goal("", value, "", 10, 5).reached for value in (4, 5, 9, 11, None)] == [
        "goal",
        "goal",
        "floor",
        "below the floor",
        "not measured",
    ]
    assert [Goal("", value, "", 5, 10, least=False).reached for value in (12, 7, 4)] == ["goal", "floor", "below the floor"]


def test_ratios_are_the_smaller_the_better_and_leave_out_what_was_not_measured():
    slower, measured = result(), result()
    slower["clips"] = [json.loads(json.dumps(measured["clips"][0]))]
    slower["clips"][0]["file"] |= {"frames_per_s": 125.0, "of_two_cores": 0.375, "cpu_ms_per_frame": 14.0}
    before, after = measured["ratios"], ratios(slower)
    worse = {name for name in before if after[name] > before[name]}
    assert worse == {
        "file over its parts on two cores",
        "file over one thread",
        "cpu of a file over its parts",
        "file, a frame over yardstick",
    }
    assert "timeline repaint over yardstick" not in ratios(result(timeline={}))


@pytest.mark.parametrize("part", ["decode", "locate", "classify"])
def test_a_part_that_got_twice_as_slow_is_told_and_makes_no_other_look_faster(part):
    slower, measured = result(), result()
    slower["clips"] = [json.loads(json.dumps(measured["clips"][0]))]
    slower["clips"][0]["parts_alone"][part] = part_alone(2 * measured["clips"][0]["parts_alone"][part]["median_ms"])
    changes = against(ratios(slower), measured["ratios"])
    assert [change.what for change in changes if change.worse] == [f"{part} over yardstick"]
    assert {change.what for change in changes if change.times < 1} <= {"cpu of a file over its parts"}


def test_a_live_run_that_got_worse_is_told():
    live = {"capture_to_paint": times(12.0), "share_of_two_cores": 0.2, "peak_mb": 280}
    worse = {"capture_to_paint": times(24.0), "share_of_two_cores": 0.4, "peak_mb": 400}
    changes = against(ratios(result() | {"live": worse}), ratios(result() | {"live": live}))
    assert [change.what for change in changes if change.worse] == [
        "live delay over yardstick",
        "live, CPU of a second over yardstick",
        "live, peak memory in GB",
    ]


def test_a_peak_of_memory_that_the_system_does_not_tell_reaches_no_goal(monkeypatch):
    monkeypatch.setattr(Path, "read_text", lambda _: "Name:\tpython\n")
    assert peak_memory_mb() is None
    live = {"capture_to_paint": times(12.0), "share_of_two_cores": 0.2, "peak_mb": peak_memory_mb()}
    untold = result(live=live)
    assert {row["what"]: row["reached"] for row in untold["goals"]}["live: peak memory"] == "not measured"
    assert "live, peak memory in GB" not in untold["ratios"]


def test_the_yardstick_is_timed():
    assert 0.5 < yardstick_ms(3) < 5000


def test_what_one_of_two_runs_lacks_is_named_and_is_not_worse():
    measured = result()
    old = {"file over one thread": 0.5, "decode over classify": 0.6}
    changes = against(measured["ratios"], old)
    assert [change.what for change in changes if change.times] == ["file over one thread"]
    assert not any(change.worse for change in changes)
    text = as_markdown(measured, changes)
    assert "| decode over classify | 0.6 | – | not measured now |" in text
    assert "| classify over yardstick | – | 0.2 | not in the kept run |" in text


def test_every_clip_has_its_share_of_two_cores_among_the_goals():
    (one,) = result()["clips"]
    four = one | {"clip": "4 of 8 cells.mp4", "faces_per_frame": 4.0, "file": one["file"] | {"of_two_cores": 0.55}}
    rows = {row["what"]: row["reached"] for row in result(faces=[four])["goals"]}
    assert rows["file: frames/s of what two cores allow, a.mp4 (1 faces)"] == "floor"
    assert rows["file: frames/s of what two cores allow, 4 of 8 cells.mp4 (4 faces)"] == "below the floor"


def test_a_quarter_slower_is_worse_and_less_is_not():
    changes = {
        change.what: change.worse for change in against({"a": 1.3, "b": 1.2, "c": 0.5, "new": 9.0}, {"a": 1, "b": 1, "c": 1})
    }
    assert changes == {"a": True, "b": False, "c": False, "new": False}


def test_tables_name_every_stage_goal_and_change():
    measured = result()
    changes = against(measured["ratios"], {name: value / 2 for name, value in measured["ratios"].items()})
    text = as_markdown(measured, changes)
    for word in (
        "crop",
        "session file",
        "of what two cores allow",
        "below the floor",
        "not measured",
        "WORSE",
        "abc",
        "something else is running",
    ):
        assert word in text
    screen = io.StringIO()
    show(measured, changes, Console(width=160, file=screen))
    assert "eight faces against one" in screen.getvalue()


@pytest.mark.parametrize(("slower", "status"), [(1.0, 0), (0.7, 1)])
def test_the_command_compares_with_a_kept_run(tmp_path, monkeypatch, slower, status):
    measured = result()
    monkeypatch.setattr(bench_run, "measure", lambda *_, **__: measured)
    kept, out, table = tmp_path / "kept.json", tmp_path / "out.json", tmp_path / "out.md"
    ratios_then = {name: value * slower for name, value in measured["ratios"].items()}
    kept.write_text(json.dumps({"clips": [{"clip": DEMO_CLIP.name}], "ratios": ratios_then}))
    assert bench_run.bench(DEMO_CLIP, Settings(), json_out=out, markdown_out=table, baseline=kept) == status
    assert json.loads(out.read_text()) == measured
    assert ("WORSE" in table.read_text()) == bool(status)


def test_a_clip_is_named_as_it_is(monkeypatch, capsys):
    name = "10:100:3 [dQw4w9].mp4"
    measured = result(clips=[result()["clips"][0] | {"clip": name}])

    def measure(*_, say, **__):
        say(name)
        return measured

    monkeypatch.setattr(bench_run, "measure", measure)
    monkeypatch.setenv("COLUMNS", "200")
    assert bench_run.bench(DEMO_CLIP, Settings()) == 0
    out = capsys.readouterr().out
    for place in (f"… {name}", f"{name} (1280", f"{name}, 1 faces"):
        assert place in out


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"clips": [{"clip": "demo.mp4"}], "ratios": {"a": "b"}}'])
def test_a_kept_run_that_is_none_is_refused(tmp_path, content):
    kept = tmp_path / "kept.json"
    kept.write_text(content)
    with pytest.raises(EmocamError, match="holds no ratios"):
        bench_run.bench(DEMO_CLIP, Settings(), baseline=kept)


def test_a_run_on_another_clip_is_no_measure(tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(result()))
    with pytest.raises(EmocamError, match=r"measured on a\.mp4"):
        bench_run.bench(DEMO_CLIP, Settings(), baseline=kept)


def test_a_run_with_other_settings_is_no_measure(tmp_path, monkeypatch):
    measured = result(settings={"model": "emocam-fer7", "detector": "auto", "smoothing_s": "0.5"})
    measured["clips"][0] |= {"clip": DEMO_CLIP.name}
    monkeypatch.setattr(bench_run, "measure", lambda *_, **__: measured)
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(measured))
    assert bench_run.bench(DEMO_CLIP, Settings(), baseline=kept) == 0
    with pytest.raises(EmocamError, match="measured with detector auto, this is with short; use the same"):
        bench_run.bench(DEMO_CLIP, Settings(detector=DetectorRange.SHORT), baseline=kept)


def test_a_folder_that_is_not_there_is_told_before_measuring(tmp_path):
    with pytest.raises(EmocamError, match=r"There is no folder .*nope; make it"):
        bench_run.bench(DEMO_CLIP, Settings(), json_out=tmp_path / "nope" / "o.json")


def test_start_and_live_are_measured_in_a_process_of_their_own():
    started = in_a_process("start", Settings(), str(DEMO_CLIP))
    assert 0 < started["window_s"] < started["first_label_s"]
    assert started["heavy_imports"] == []
    live = in_a_process("live", Settings(device="cpu", record=False), str(DEMO_CLIP), "1.5")
    assert live["device"] == "CPU (LiteRT), as chosen"
    assert live["capture_to_paint"]["median_ms"] > 0
    assert live["analysed_per_s"] > 0


def test_every_part_of_a_run_has_the_chosen_settings(monkeypatch, tmp_path):
    chosen = Settings(model="other", detector=DetectorRange.FULL, smoothing_s=0.1, device="cpu", record=False)
    found = []

    def child(command, **_):
        what, _, home = command[command.index("emocam.bench.screen") + 1 :][:3]
        found.append((what, load_settings(Path(home, "settings.json"))))
        return subprocess.CompletedProcess(command, 0, json.dumps({"first_label_s": 1}), "")

    class FakeBench:
        result = result()["clips"][0]

        def __init__(self, clip, settings, folder):
            assert settings is chosen

        def round(self): ...

        def first_face(self):
            return face()

    monkeypatch.setattr(bench_run, "FileBench", FakeBench)
    monkeypatch.setattr(bench_run, "tile", lambda *_: DEMO_CLIP)
    monkeypatch.setattr(bench_run, "_device", lambda _: "CPU")
    monkeypatch.setattr(bench_run, "_empty_python", lambda: 0.1)
    monkeypatch.setattr("emocam.bench.screen.subprocess", SimpleNamespace(run=child))
    bench_run.measure(DEMO_CLIP, chosen, live=True)
    assert [what for what, _ in found] == ["start", "start", "timeline", "live"]
    for _, settings in found:
        assert Path(settings.recordings).name == "recordings"
        assert replace(settings, recordings="", record=False) == chosen


def test_a_measurement_that_fails_is_told():
    with pytest.raises(RuntimeError, match="no measurement"):
        in_a_process("nonsense", Settings())


def test_an_analysis_needs_neither_tensorflow_nor_matplotlib():
    code = (
        "import sys; from pathlib import Path; from emocam.adapters.settings import Settings;"
        "from emocam.bootstrap import build_analyser; build_analyser(Settings(device='cpu')).close();"
        "print([name for name in ('tensorflow', 'keras', 'matplotlib', 'pandas') if name in sys.modules]);"
        "from matplotlib.figure import Figure; print(Figure.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines() == ["[]", "Figure"]


def test_a_rival_that_sees_no_frame_does_not_cost_the_comparison():
    spec = importlib.util.spec_from_file_location("rivals", Path(__file__).parents[2] / "benchmarks" / "rivals.py")
    rivals = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rivals)
    told = {"call": "x()", "loaded_s": 1.0, "labels": []}
    rows = [
        rivals.row("emocam", told | {"frames": 100, "seconds": 1.0}, None),
        rivals.row("fer", told | {"frames": -1, "seconds": 0.0}, None),  # As of a clip that its OpenCV can't open.
        rivals.row("deepface", told | {"frames": 1, "seconds": 60.0}, None),
    ]
    assert rows[1] == {"name": "fer", "failed": "gave fewer than two frames"}
    machine = {"processor": "a", "cores": 2}
    page = rivals.as_markdown(
        {"when": "2026-01-01", "clip": "a.mp4", "commit": "b", "machine": machine, "cores_free": [2, 2], "rows": rows}
    )
    assert "| fer | | did not run | | | gave fewer than two frames |" in page
    assert "| deepface | 1 | 0.0 |  | – | `x()` |" in page


def test_the_kept_baseline_has_all_that_is_compared():
    kept = json.loads((Path(__file__).parents[2] / "docs" / "benchmarks" / "baseline.json").read_text())
    assert kept["ratios"].keys() == ratios(kept).keys()
    assert {"classify over yardstick", "locate over yardstick", "live delay over yardstick"} <= kept["ratios"].keys()
