"""A report that is one HTML file: nothing in it is loaded from elsewhere, and it holds no script."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from emocam.adapters.exports import chart
from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.stills import Still, stills_of
from emocam.domain.colours import style_of
from emocam.domain.summary import Episode, Summary
from emocam.domain.times import clock_text, time_text

_MOST_STILLS = 6  # Of one face.
_MOST_EPISODES = 40  # Of one face; all of them are in the tables.
_SHORT_TABLE = 12  # Rows that are kept on one page of paper.
_MOST_FACES = 40  # In full; the table at the top has all.


def write_report(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    summaries = dict(job.summaries())
    in_full = sorted(sorted(summaries, key=lambda person: -summaries[person].present_s)[:_MOST_FACES])
    stills = stills_of(job, {person: _peaks(summaries[person]) for person in in_full})
    job.check()
    parts = [
        _head(job),
        _facts(job, summaries),
        _overview(job, summaries),
        f'<h2>Over time</h2>\n<figure class="chart">{_svg(job)}</figure>',
        *(_face(job, person, summaries[person], stills[person]) for person in in_full),
        _left_out(len(summaries) - len(in_full)),
        _markers(job),
        _method(job, any(stills.values())),
        "</body>\n</html>\n",
    ]
    out.write_text("\n".join(part for part in parts if part), encoding="utf-8")
    count = len(summaries)
    return count, f"a report on {count} {'face' if count == 1 else 'faces'}"


def _head(job: ExportJob) -> str:
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    light = "".join(f"--{_variable(name)}: {style_of(name).light};" for name in job.classes)
    dark = "".join(f"--{_variable(name)}: {style_of(name).dark};" for name in job.classes)
    title = _text(job.title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – expression over time</title>
<style>
{style}:root {{ {light} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="lead">Facial expression over time. It shows expression as it appears, not what a person feels.</p>"""


def _facts(job: ExportJob, summaries: dict[int, Summary]) -> str:
    meta = job.reader.meta
    began = job.reader.started_at
    frames = len(job.part().times)
    span = f"{time_text(job.start_s)} – {time_text(job.end_s)}"
    facts = {
        "Recorded": f"{began:%Y-%m-%d %H:%M %Z}" if began else "",
        "Time": f"{span}{'' if job.whole else f', a part of {time_text(job.length_s)}'}",
        "Analysed": f"up to {time_text(job.analysed_to_s)} only, not to the end" if job.analysed_to_s is not None else "",
        "Frames analysed": f"{frames:,}".replace(",", "\u202f"),
        "Faces": ", ".join(job.names[person] for person in summaries) if len(summaries) <= 12 else str(len(summaries)),
        "Model": meta.get("model", ""),
        "Made with": meta.get("app", ""),
    }
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in facts.items() if value) + "</dl>"


def _overview(job: ExportJob, summaries: dict[int, Summary]) -> str:
    if not summaries:
        return "<h2>At a glance</h2>\n<p>No face was found.</p>"
    rows = [
        [
            f'<td class="label">{_text(job.names[person])}</td>',
            f"<td>{_seconds(summary.present_s)}</td>",
            f"<td>{_seconds(summary.missing_s)}</td>",
            f'<td class="text">{_key(leading)}{_text(leading)}</td>' if (leading := summary.leading) else "<td></td>",
            f"<td>{_bar(summary)}</td>",
            f"<td>{_percent(summary.expressiveness)}</td>",
            f"<td>{len(summary.episodes)}</td>",
        ]
        for person, summary in summaries.items()
    ]
    heads = ("Face", "Seen", "Away", "Mostly", "Leading expression, share of the time seen", "Expressiveness", "Episodes")
    keys = "".join(f"<span class='one'>{_key(name)}{_text(name)}</span>" for name in job.classes)
    return f"<h2>At a glance</h2>\n{_table(heads, rows, left={3, 4})}\n<p class='keys quiet'>{keys}</p>"


def _face(job: ExportJob, person: int, summary: Summary, stills: Sequence[Still]) -> str:
    name = _text(job.names[person])
    if not summary.present_s:
        return f"<section class='face'><h2>{name}</h2><p>Not seen in this time.</p></section>"
    seen = f"Seen for {_seconds(summary.present_s)}, from {time_text(summary.first_s)} to {time_text(summary.last_s)}."
    parts = [f"<section class='face'>\n<h2>{name}</h2>\n<p>{seen}</p>"]
    if stills:
        parts.append(f'<div class="stills">{"".join(map(_still, stills))}</div>')
    parts += [_classes(summary), _transitions(summary), _episodes(summary.episodes), "</section>"]
    return "\n".join(parts)


def _still(still: Still) -> str:
    each = still.episode
    caption = f"{_key(each.label)}{_text(each.label)} {each.peak:.2f}<br><span class='quiet'>at {time_text(each.peak_s)}</span>"
    picture = (
        f'<img src="{still.data}" alt="The face at {time_text(each.peak_s)}, {_text(each.label)}" width="148" height="148">'
    )
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


def _classes(summary: Summary) -> str:
    rows = []
    for place, name in enumerate(summary.classes):
        own = [episode for episode in summary.episodes if episode.label == name]
        rows.append(
            [
                f"<td>{_key(name)}{_text(name)}</td>",
                f"<td>{summary.mean[place]:.2f}</td>",
                f"<td>{_percent(summary.above[place])}</td>",
                f"<td>{_percent(summary.dominant[place])}</td>",
                f"<td>{len(own) or ''}</td>",
                f"<td>{_seconds(sum(each.duration_s for each in own)) if own else ''}</td>",
                f"<td>{_seconds(max(each.duration_s for each in own)) if own else ''}</td>",
                f"<td>{max(each.peak for each in own):.2f}</td>" if own else "<td></td>",
            ]
        )
    heads = ("Expression", "Mean probability", "Above threshold", "Leading", "Episodes", "In all", "Longest", "Peak")
    return _table(heads, rows)


def _transitions(summary: Summary) -> str:
    kinds = summary.kinds_of_change
    if not kinds:
        return ""
    said = ", ".join(f"{_text(before)} → {_text(after)} {count}×" for count, before, after in kinds[:12])
    return f"<h3>Changes of the leading expression</h3>\n<p>{said}{', and rarer ones' if len(kinds) > 12 else ''}.</p>"


def _episodes(episodes: Sequence[Episode]) -> str:
    if not episodes:
        return "<p class='quiet'>No expression stayed above the threshold for long enough to be an episode.</p>"
    shown = sorted(sorted(episodes, key=lambda each: -each.duration_s)[:_MOST_EPISODES], key=lambda each: each.start_s)
    rows = [
        [
            f"<td>{_key(each.label)}{_text(each.label)}</td>",
            f"<td>{time_text(each.start_s)}</td>",
            f"<td>{_seconds(each.duration_s)}</td>",
            f"<td>{each.peak:.2f}</td>",
            f"<td>{time_text(each.peak_s)}</td>",
        ]
        for each in shown
    ]
    more = f"<p class='quiet'>The longest {len(shown)} of {len(episodes)}.</p>" if len(shown) < len(episodes) else ""
    return f"<h3>Episodes</h3>\n{_table(('Expression', 'Begins', 'Lasts', 'Peak', 'Peak at'), rows)}{more}"


def _left_out(count: int) -> str:
    return f"<p class='quiet'>{count} more faces, seen more briefly, are in the table at the top only.</p>" if count else ""


def _markers(job: ExportJob) -> str:
    if not job.markers:
        return ""
    rows = [
        [
            f"<td>{time_text(marker.start_s)}</td>",
            f"<td>{'' if marker.end_s is None else time_text(marker.end_s)}</td>",
            f'<td class="text label">{_text(marker.label)}</td>',
        ]
        for marker in job.markers
    ]
    return f"<h2>Markers</h2>\n{_table(('From', 'To', 'Label'), rows, left={2})}"


def _how_often(meta: Mapping[str, str]) -> str:
    if "step_s" in meta:
        return f"in one frame in {_text(meta['step_s'])} s, the others passed over,"
    if "every" in meta:
        return f"in one frame of every {_text(meta['every'])}, the others passed over,"
    return "frame by frame"


def _method(job: ExportJob, stills: bool) -> str:
    meta, rules = job.reader.meta, job.rules
    smoothing = (
        ""
        if job.selection.raw
        else f", smoothed over time with a time constant of {_text(meta.get('smoothing_s', '?'))} s at rest"
    )
    limits = [
        "The model names the expression that a face resembles most. The same expression can come from feeling, talk, habit or "
        "light, and a feeling may not show. These figures are no measure of what somebody feels, intends or is.",
        "The model is often wrong, and more often for some people than for others; its README says how often and where. "
        "Compare a person with themselves over time rather than with others, and judge nobody by these figures.",
        "A face that is small, dark, turned away or partly covered is read badly or not at all; time away is missing, not "
        "neutral.",
        "Neighbouring frames are not independent observations: count people or episodes, not frames, in statistics.",
    ]
    how = [
        f"Faces were found and followed {_how_often(meta)} (detector range {_text(meta.get('detector', 'auto'))}) and read by "
        f"{_text(meta.get('model', 'the model'))}, which gives each a probability per class{smoothing}.",
        f"An expression counts as shown from a probability of {rules.threshold:g} on. An episode lasts at least "
        f"{rules.shortest:g} s; breaks of up to {rules.bridge:g} s are bridged. All shares are of the time in which the face "
        "was seen, weighted by time. Expressiveness is 1 less the mean probability of neutral.",
    ]
    if stills:
        hidden = " Faces were made unrecognisable." if job.selection.blur else ""
        how.append(f"The stills show the highest moment of an episode, the strongest of each expression first.{hidden}")
    elif job.people:
        how.append("There are no stills, as the recording was not there when this report was made or shows no episode.")
    return (
        "<h2>Method</h2>\n" + "\n".join(f"<p>{each}</p>" for each in how)
        + "\n<h2>Limits</h2>\n" + "\n".join(f"<p>{each}</p>" for each in limits)
        + "\n<footer>Made by emocam on this computer; nothing was sent anywhere.</footer>"
    )  # fmt: skip


def _peaks(summary: Summary) -> list[Episode]:
    """The highest episode of each class, the highest first; then the next ones, while there is room."""
    by_peak = sorted(summary.episodes, key=lambda each: -each.peak)
    first: dict[str, Episode] = {}
    for each in by_peak:
        first.setdefault(each.label, each)
    chosen = list(first.values())
    return (chosen + [each for each in by_peak if each not in chosen])[:_MOST_STILLS]


def _svg(job: ExportJob) -> str:
    """The chart in the page's own colours, so that it is readable on a dark page too."""
    picture = chart.svg_of(job)
    for name in job.classes:
        picture = re.sub(re.escape(style_of(name).light), f"var(--{_variable(name)})", picture, flags=re.IGNORECASE)
    for colour, variable in ((chart.INK, "ink"), (chart.GRID, "rule"), (chart.AWAY, "rule")):
        picture = re.sub(re.escape(colour), f"var(--{variable})", picture, flags=re.IGNORECASE)
    label = f"Chart: a lane per face with the probability of each expression over time, {_text(job.title)}"
    # matplotlib gives its size in points; the page gives it the width there is.
    picture = re.sub(
        r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", picture, count=1), count=1
    )
    return picture.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]], left: Iterable[int] = ()) -> str:
    aligned = set(left)
    head = "".join(
        f"<th scope='col'{' class=text' if place in aligned else ''}>{text}</th>" for place, text in enumerate(heads)
    )
    lines = [f"<tr>{''.join(row)}</tr>" for row in rows]
    body = "\n".join(lines)
    short = " short" if len(lines) <= _SHORT_TABLE else ""
    return f'<div class="wide{short}"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'


def _bar(summary: Summary) -> str:
    return f'<div class="bar" role="img" aria-label="{_shares(summary)}">{"".join(_pieces(summary))}</div>'


def _pieces(summary: Summary) -> Iterator[str]:
    for name, share in zip(summary.classes, summary.dominant, strict=True):
        if share > 0:
            said = f"{_text(name)} {_percent(share)}"
            yield f'<span style="width:{share * 100:.2f}%;background:var(--{_variable(name)})" title="{said}"></span>'


def _shares(summary: Summary) -> str:
    pairs = zip(summary.classes, summary.dominant, strict=True)
    return ", ".join(f"{_text(name)} {_percent(share)}" for name, share in pairs if share > 0)


def _key(name: str) -> str:
    return f'<span class="key" style="background:var(--{_variable(name)})"></span>'


def _variable(name: str) -> str:
    """A class's name as CSS takes it."""
    return "class-" + re.sub(r"[^a-z0-9]", lambda letter: f"-{ord(letter[0]):x}", name.lower())


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.0%}" if share >= 0.0995 or not share else f"{share:.1%}"


def _seconds(seconds: float) -> str:
    return clock_text(seconds) if seconds >= 60 else f"{seconds:.1f} s"


def _text(text: str) -> str:
    return html.escape(text)
