"""An evaluation as one self-contained HTML page."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from emocam.adapters.opencv import cv2
from emocam.domain.colours import style_of
from training.datasets.faces import fitted, png_of
from training.evaluate import Answer, Evaluation, heading
from training.explain import drawn_over, occlusion_map
from training.metrics import calibration_bins
from training.models import OpenModel

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c1e20;background:#fff}
h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2.2rem}table{border-collapse:collapse;margin:.6rem 0}
td,th{padding:.25rem .8rem .25rem 0;text-align:right;border-bottom:1px solid #e3e5e8;font-variant-numeric:tabular-nums}
td:first-child,th:first-child{text-align:left}img{max-width:100%}.faces{display:flex;flex-wrap:wrap;gap:.8rem}
figure{margin:0;width:144px;font-size:.8rem;line-height:1.3}.note{color:#5b6168}
@media(prefers-color-scheme:dark){body{color:#e6e8ea;background:#16191b}td,th{border-color:#33383c}.note{color:#9aa1a8}img.plot{background:#fff}}
"""
_TOP_ERRORS = 24
matplotlib.rcParams["text.parse_math"] = False  # Classes are called as their folders are, with $ in the name too.
_EXPLAINED_PER_CLASS = 2


def write_report(model: OpenModel, evaluation: Evaluation, out: Path) -> None:
    """Figures, confusion matrix, ROC curves, reliability, the surest errors, and what decisions rest on."""
    summary = evaluation.summary
    parts = [
        f"<h1>{html.escape(str(summary['model']))}</h1>",
        f"<p class=note>{html.escape(heading(summary))}; task {html.escape(str(summary['task']))}. "
        "Expression as it appears in a picture, not what a person felt.</p>",
        *([_title("Figures", evaluation.answers[-1]), _table(_shown_rows(summary))] if "shown_n" in summary else []),
        _title("Figures", evaluation.answers[0]),
        _table(_rows(summary)),
        "<h2>Size and time</h2>",
        _table(_size_rows(summary)),
    ]
    for place in reversed(range(len(evaluation.answers))):  # What the app shows comes first.
        parts += _of_answer(model, evaluation, place)
    title = html.escape(f"{summary['model']} on {summary['split']}")
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    out.write_text(f"{head}{''.join(parts)}</html>\n", encoding="utf-8")


def _of_answer(model: OpenModel, evaluation: Evaluation, place: int) -> list[str]:
    answer = evaluation.answers[place]
    found = answer.figures(model.classes)
    return [
        _title("Per class", answer),
        _per_class(found),
        _plot(_confusion(found, model.classes), "Confusion matrix: share of each true class", answer),
        _plot(_roc(answer, model.classes), "ROC curves, one class against the rest", answer),
        _plot(_reliability(answer), "Reliability: how often the model is right, by how sure it says it is", answer),
        _title("The surest errors", answer),
        f"<div class=faces>{''.join(_errors(model, evaluation, answer))}</div>",
        _title("What decisions rest on", answer),
        "<p class=note>Orange: covering this place lowers the probability of the class named. Blue: it raises it.</p>",
        f"<div class=faces>{''.join(_explained(model, evaluation, place))}</div>",
    ]


def _title(words: str, answer: Answer) -> str:
    return f"<h2>{words}{f' <small>({html.escape(answer.whose)})</small>' if answer.whose else ''}</h2>"


def _share(summary: Mapping[str, Any], key: str) -> str:
    return "–" if summary.get(key) is None else f"{100 * summary[key]:.2f} %"


def _shown_rows(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Of the answer that the app shows, where there is another."""
    return [
        (f"Agreement, {summary['shown_n']} pictures", _share(summary, "shown_accuracy")),
        ("Balanced accuracy: the mean of the recalls", _share(summary, "shown_balanced_accuracy")),
        ("Macro-F1", _share(summary, "shown_macro_f1")),
        ("Calibration error (ECE, 15 bins)", f"{summary['shown_ece']:.4f}"),
        ("Temperature", f"{summary['votes_temperature']:.3f}"),
    ]


def _rows(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    share = partial(_share, summary)

    def between(key: str) -> str:
        return "" if not summary.get(key) else f" ({100 * summary[key][0]:.1f} to {100 * summary[key][1]:.1f})"

    def number(key: str, form: str = "") -> str:
        return "–" if summary[key] is None else format(summary[key], form)

    rows = [
        ("Accuracy (95 % interval)", share("accuracy") + between("accuracy_interval")),
        (
            f"Accuracy on the {number('n_without_duplicates')} that training does not hold too",
            share("accuracy_without_duplicates") + between("accuracy_without_duplicates_interval"),
        ),
        (
            f"… and on the {number('n_without_near_duplicates')} without near duplicates",
            share("accuracy_without_near_duplicates"),
        ),
        ("Balanced accuracy", share("balanced_accuracy")),
        ("Macro-F1 (95 % interval)", share("macro_f1") + between("macro_f1_interval")),
        ("ROC-AUC, mean of one class against the rest", number("roc_auc", ".4f")),
        (
            "Calibration error (ECE, 15 bins), before and after calibration",
            f"{summary['ece_before_calibration']:.4f}, {summary['ece']:.4f}",
        ),
        ("Temperature", f"{summary['temperature']:.3f}"),
    ]
    if "located_of" in summary:
        rows.append(
            (
                f"On the same {summary['n']} of {summary['located_of']} pictures, not cut out by the app",
                share("accuracy_as_they_are"),
            )
        )
    if "ferplus_majority_accuracy" in summary and "shown_n" not in summary:
        rows += [
            (f"FER+ majority ({summary['ferplus_majority_n']} pictures, seven classes)", share("ferplus_majority_accuracy")),
            ("FER+ votes: calibration error (ECE, 15 bins)", f"{summary['ferplus_ece']:.4f}"),
            ("FER+ distribution: total variation distance", f"{summary['ferplus_distribution_total_variation']:.4f}"),
        ]
    return rows


def _size_rows(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [("Parameters", f"{summary['parameters']:,}"), ("File", f"{summary['file_bytes'] / 1e6:.2f} MB")]
    if "milliseconds" in summary:
        rows += [
            ("Operations per picture", f"{summary['operations_per_picture'] / 1e6:.1f} M"),
            ("One face, LiteRT and Keras", f"{summary['milliseconds']['litert']} ms, {summary['milliseconds']['keras']} ms"),
            ("LiteRT file", f"{summary['litert_bytes'] / 1e6:.2f} MB"),
        ]
    return rows


def _table(rows: list[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><td>{html.escape(name)}<td>{html.escape(value)}" for name, value in rows) + "</table>"


def _per_class(found: Mapping[str, Any]) -> str:
    lines = "".join(
        f"<tr><td>{html.escape(name)}<td>{row['precision']:.3f}<td>{row['recall']:.3f}<td>{row['f1']:.3f}<td>{row['n']}"
        for name, row in found["per_class"].items()
    )
    return f"<table><tr><th>class<th>precision<th>recall<th>F1<th>pictures{lines}</table>"


def _canvas(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _confusion(found: Mapping[str, Any], classes: tuple[str, ...]) -> Figure:
    counts = np.array(found["confusion"], float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = _canvas(1.6 + 0.75 * len(classes), 1.2 + 0.62 * len(classes))
    axis = figure.subplots()
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for true in range(len(classes)):
        for said in range(len(classes)):
            shown = "white" if shares[true, said] > 0.55 else "black"
            axis.text(said, true, f"{shares[true, said]:.2f}", ha="center", va="center", color=shown, fontsize=9)
    axis.set_xticks(range(len(classes)), classes, rotation=30, ha="right")
    axis.set_yticks(range(len(classes)), classes)
    axis.set_xlabel("said")
    axis.set_ylabel("true")
    return figure


def _roc(answer: Answer, classes: tuple[str, ...]) -> Figure:
    figure = _canvas(6.2, 5)
    axis = figure.subplots()
    known = answer.truth >= 0
    labels, probabilities = answer.truth[known], answer.probabilities[known]
    for place, name in enumerate(classes):
        if 0 < (labels == place).sum() < len(labels):
            false, true, _ = roc_curve(labels == place, probabilities[:, place])
            style = style_of(name)
            axis.plot(false, true, label=name, color=style.light, linestyle=(0, style.dash) if style.dash else "-")
    axis.plot([0, 1], [0, 1], color="#cccccc", linewidth=1)
    axis.set_xlabel("false positive rate")
    axis.set_ylabel("true positive rate")
    axis.legend(frameon=False)
    axis.grid(alpha=0.25)
    return figure


def _reliability(answer: Answer) -> Figure:
    table = calibration_bins(answer.probabilities, answer.wanted)
    figure = _canvas(6.2, 4.4)
    axis = figure.subplots()
    axis.plot([0, 1], [0, 1], color="#cccccc", linewidth=1)
    axis.plot(table[:, 0], table[:, 1], marker="o", color="#0072B2", label="accuracy")
    axis.bar(table[:, 0], table[:, 2], width=0.03, color="#E69F00", alpha=0.5, label="share of the pictures")
    axis.set_xlim(0, 1)
    axis.set_ylim(0, 1)
    axis.set_xlabel("probability of the class that was said")
    axis.legend(frameon=False)
    axis.grid(alpha=0.25)
    return figure


def _plot(figure: Figure, words: str, answer: Answer) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return f"{_title(words, answer)}<img class=plot alt='{words}' src='{_data_uri(buffer.getvalue())}'>"


def _errors(model: OpenModel, evaluation: Evaluation, answer: Answer) -> list[str]:
    """Those of which the model is surest that they are something else."""
    guesses = answer.probabilities.argmax(axis=1)
    wrong = np.flatnonzero((guesses != answer.truth) & (answer.truth >= 0))
    surest = wrong[np.argsort(-answer.probabilities[wrong].max(axis=1), kind="stable")][:_TOP_ERRORS]
    return [
        _face(
            _enlarged(fitted(evaluation.chosen.pictures[int(place)], model.side, model.channels)),
            f"{evaluation.chosen.names[place]}: is {model.classes[answer.truth[place]]}, said {model.classes[guesses[place]]} "
            f"{answer.probabilities[place].max():.2f}",
        )
        for place in surest
    ]


def _explained(model: OpenModel, evaluation: Evaluation, which: int) -> list[str]:
    """The surest right ones of each class, of the answer in place `which`."""
    answer = evaluation.answers[which]
    guesses = answer.probabilities.argmax(axis=1)
    shown = []
    for label, name in enumerate(model.classes):
        right = np.flatnonzero((guesses == label) & (answer.truth == label))
        for place in right[np.argsort(-answer.probabilities[right, label], kind="stable")][:_EXPLAINED_PER_CLASS]:
            picture = fitted(evaluation.chosen.pictures[int(place)], model.side, model.channels)
            heat = occlusion_map(model, picture, label, which)
            shown.append(_face(drawn_over(picture, heat), f"{name} {answer.probabilities[place, label]:.2f}"))
    return shown


def _enlarged(picture: NDArray[np.uint8], side: int = 144) -> NDArray[np.uint8]:
    large = np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)
    return large if large.ndim == 3 else np.repeat(large[..., None], 3, axis=2)


def _face(picture: NDArray[np.uint8], words: str) -> str:
    return f"<figure><img alt='' src='{_data_uri(png_of(picture))}'><figcaption>{html.escape(words)}</figcaption></figure>"


def _data_uri(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
