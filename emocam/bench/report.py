"""The result of a benchmark as tables: for the terminal, and as Markdown to keep."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from emocam.bench.verdict import WORSE_BY, Change, goals

Rows = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def tables(result: dict[str, Any], changes: list[Change]) -> list[Rows]:
    """Title, columns and rows of each table."""
    found: list[Rows] = []
    for clip in result["clips"]:
        rows: list[tuple[str, ...]] = [
            (name, _number(times["median_ms"]), _number(times["p95_ms"]), _alone(clip, name))
            for name, times in clip["stages"].items()
        ]
        rows.append(("all but decode, locate, classify", *(_number(clip["overhead"][each]) for each in _SPREAD), ""))
        size = f"{clip['width']}×{clip['height']}, {clip['faces_per_frame']:g} faces"
        found.append((f"{clip['clip']} ({size}), one after another, ms", ("stage", "median", "95 %", "alone"), rows))
    columns = (
        ("frames/s", "frames_per_s"),
        ("× faster", "times_faster_than_it_plays"),
        ("one thread", "one_thread_frames_per_s"),
        ("CPU ms", "cpu_ms_per_frame"),
        ("two cores allow", "two_cores_allow"),
        ("of that", "of_two_cores"),
        ("of the slowest part", "of_slowest_part"),
    )
    rows = [
        (f"{clip['clip']}, {clip['faces_per_frame']:g} faces", *(f"{clip['file'][key]:g}" for _, key in columns))
        for clip in (*result["clips"], *result.get("faces", []))
    ]
    found.append(("A file, as the app analyses it", ("clip", *(name for name, _ in columns)), rows))
    found.append(
        (
            "Goals",
            ("what", "measured", "floor", "goal", "reached"),
            [
                (
                    goal.what,
                    f"{_or_dash(goal.value)} {goal.unit if goal.value is not None else ''}".strip(),
                    f"{goal.floor:g}",
                    f"{goal.goal:g}",
                    goal.reached,
                )
                for goal in goals(result)
            ],
        )
    )
    if changes:
        rows = [(one.what, _or_dash(one.then), _or_dash(one.now), _verdict(one)) for one in changes]
        found.append((f"Against the kept run (worse from {WORSE_BY:g} × on)", ("ratio", "then", "now", "change"), rows))
    return found


def remarks(result: dict[str, Any]) -> list[str]:
    """What must be known to read the tables."""
    machine, versions = result["machine"], result["versions"]
    busy = min(result["cores_free"]) < 0.9 * min(2, machine["cores"])
    said = [
        f"emocam {versions['emocam']} {result['commit']}, {result['when']}",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, "
        f"Python {machine['python']}; model on {result['device']}",
        ", ".join(f"{name} {number}" for name, number in versions.items() if name != "emocam"),
        f"cores free for two busy threads before and after: {result['cores_free'][0]:g}, {result['cores_free'][1]:g}"
        + (" – something else is running, times are too long" if busy else ""),
        f"yardstick, a fixed piece of work for one thread: {result['yardstick_ms']:g} ms",
    ]
    if start := result.get("start"):
        kept = ", ".join(start["heavy_imports"]) or "none"
        said.append(f"window on: {start['display']}; heavy libraries the app has loaded by its first label: {kept}")
    if live := result.get("live"):
        said.append(
            f"live for {live['seconds']:g} s: {live['analysed_per_s']:g} analysed and {live['painted_per_s']:g} painted "
            f"a second, {live['dropped']} dropped, memory grew by {live['growth_mb']:g} MB"
        )
    return said


def show(result: dict[str, Any], changes: list[Change], screen: Console) -> None:
    for title, columns, rows in tables(result, changes):
        table = Table(*columns, title=title, title_justify="left")
        for column in table.columns[1:]:
            column.justify = "right"
        for row in rows:
            table.add_row(*row, style="bold red" if row[-1].endswith(("WORSE", "below the floor")) else None)
        screen.print(table)
    for line in remarks(result):
        screen.print(line, markup=False, highlight=False)


def as_markdown(result: dict[str, Any], changes: list[Change]) -> str:
    lines = [f"# Benchmark of {result['when'][:10]}", ""]
    lines += [f"- {line}" for line in remarks(result)]
    for title, columns, rows in tables(result, changes):
        lines += ["", f"## {title}", "", f"| {' | '.join(columns)} |", "| --- " + "| ---: " * (len(columns) - 1) + "|"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


_SPREAD = ("median_ms", "p95_ms")


def _number(value: float) -> str:
    return f"{value:.2f}"


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _verdict(change: Change) -> str:
    if change.times is None:
        return "not in the kept run" if not change.then else "not measured now"
    return f"{change.times:.2f} ×" + (" WORSE" if change.worse else "")


def _alone(clip: dict[str, Any], name: str) -> str:
    part = clip["parts_alone"].get(name)
    return _number(part["median_ms"]) if part else ""
