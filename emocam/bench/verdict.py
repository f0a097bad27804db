"""What the figures say: against the goals, and against a run that was kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

WORSE_BY = 1.25  # Less than that is within what a machine differs from one run to the next.


@dataclass(frozen=True, slots=True)
class Goal:
    """value: None where it was not measured. least: whether it is to be as small as can be."""

    what: str
    value: float | None
    unit: str
    floor: float
    goal: float
    least: bool = True

    @property
    def reached(self) -> str:
        if self.value is None:
            return "not measured"
        for border, word in ((self.goal, "goal"), (self.floor, "floor")):
            if self.value <= border if self.least else self.value >= border:
                return word
        return "below the floor"


def goals(result: dict[str, Any]) -> list[Goal]:
    file, clip = result["clips"][0]["file"], result["clips"][0]
    measured = [*result["clips"], *result.get("faces", [])]
    live, start, timeline = result.get("live", {}), result.get("start", {}), result.get("timeline", {})
    delay = live.get("capture_to_paint", {})
    lines, stacked = timeline.get("lines", {}), timeline.get("stacked", {})
    overhead = clip["overhead"]["median_ms"]
    return [
        *(
            Goal(
                f"file: frames/s of what two cores allow, {_named(one)}", one["file"]["of_two_cores"], "", 0.6, 0.9, least=False
            )
            for one in measured
        ),
        Goal("file: all but decode, locate, classify, per frame", overhead, "ms", 1.0, 0.3),
        Goal("file: eight faces against one", result.get("eight_faces_cost"), "×", 3.0, 1.8),
        Goal("file: times faster than it plays", file["times_faster_than_it_plays"], "×", 8, 15, least=False),
        Goal("live: capture to painted overlay, 95th percentile", delay.get("p95_ms"), "ms", 60, 25),
        Goal("live: share of two cores", live.get("share_of_two_cores"), "", 0.6, 0.25),
        Goal("start: window visible", start.get("window_s"), "s", 1.0, 0.4),
        Goal("start: first labelled frame", start.get("first_label_s"), "s", 4.0, 1.5),
        Goal("live: peak memory", live.get("peak_mb"), "MB", 700, 350),
        Goal("timeline of 8 h, 4 faces: a repaint, median", lines.get("median_ms"), "ms", 33, 12),
        Goal("the same with stacked areas", stacked.get("median_ms"), "ms", 33, 12),
    ]


def goal_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [asdict(goal) | {"reached": goal.reached} for goal in goals(result)]


def ratios(result: dict[str, Any]) -> dict[str, float]:
    """Figures that hold on another machine, each the smaller the better: times as multiples of the yardstick, of the same thing
    done by one thread or of an empty process; and memory, which is the same everywhere."""
    clip = result["clips"][0]
    parts, stages, file = clip["parts_alone"], clip["stages"], clip["file"]
    start, live, empty = result.get("start", {}), result.get("live", {}), result.get("empty_python_s")
    in_ms = {
        "file, a frame": 1000 / file["frames_per_s"],
        **{name: part["median_ms"] for name, part in parts.items()},
        "crop": stages["crop"]["median_ms"],
        "overhead": clip["overhead"]["median_ms"],
        "timeline repaint": result.get("timeline", {}).get("lines", {}).get("median_ms"),
        "live delay": live.get("capture_to_paint", {}).get("p95_ms"),
        "live, CPU of a second": 2000 * live.get("share_of_two_cores", 0.0),
    }
    found = {
        "file over its parts on two cores": 1 / file["of_two_cores"],
        "file over one thread": file["one_thread_frames_per_s"] / file["frames_per_s"],
        "cpu of a file over its parts": file["cpu_ms_per_frame"] / sum(part["cpu_ms"] for part in parts.values()),
        "eight faces over one": result.get("eight_faces_cost", 0.0),
        "window over an empty Python": _over(start.get("window_s"), empty),
        "first label over an empty Python": _over(start.get("first_label_s"), empty),
        # Its fast variant is another yardstick.
        **{
            f"{name} over {result.get('yardstick', 'yardstick')}": _over(value, result["yardstick_ms"])
            for name, value in in_ms.items()
        },
        "live, peak memory in GB": (live.get("peak_mb") or 0) / 1000,
    }
    return {name: round(value, 4) for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Change:
    """then, now: None where it was not measured. times: now over then; above 1 is worse, None where one is missing."""

    what: str
    then: float | None
    now: float | None

    @property
    def times(self) -> float | None:
        return self.now / self.then if self.then and self.now is not None else None

    @property
    def worse(self) -> bool:
        return self.times is not None and self.times > WORSE_BY


def against(now: dict[str, float], then: dict[str, float]) -> list[Change]:
    """Of what either has measured: a figure that has nothing to be compared with must not look as if it were as before."""
    return [Change(name, then.get(name), now.get(name)) for name in {**then, **now}]


def _over(value: float | None, unit: float | None) -> float:
    return value / unit if value and unit else 0.0


def _named(clip: dict[str, Any]) -> str:
    return f"{clip['clip']} ({clip['faces_per_frame']:g} faces)"
