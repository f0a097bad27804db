"""An evaluation as one self-contained HTML page."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from emocam.adapters.opencv import cv2
from emocam.domain.colours import style_of
from training.datasets.faces import fitted, one_hot, png_of
from training.evaluate import Evaluation
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
_EXPLAINED_PER_CLASS = 2


def write_report(model: OpenModel, evaluation: Evaluation, out: Path) -> None:
    """Figures, confusion matrix, ROC curves, reliability, the surest errors, and what decisions rest on."""
    summary = evaluation.summary
    parts = [
        f"<h1>{html.escape(str(summary['model']))}</h1>",
        f"<p class=note>{summary['split']}, {summary['n']} pictures, task {html.escape(str(summary['task']))}; "
        f"test-time augmentation: {summary['tta']}; calibrated on {summary['calibrated_on']}. "
        "Expression as it appears in a picture, not what a person felt.</p>",
        "<h2>Figures</h2>",
        _table(_rows(summary)),
        "<h2>Per class</h2>",
        _per_class(summary),
        _plot(_confusion(summary), "Confusion matrix: share of each true class"),
        _plot(_roc(evaluation, model.classes), "ROC curves, one class against the rest"),
        _plot(_reliability(evaluation), "Reliability: how often the model is right, by how sure it says it is"),
        "<h2>The surest errors</h2><div class=faces>",
        *_errors(model, evaluation),
        "</div>",
        "<h2>What decisions rest on</h2><p class=note>Orange: covering this place lowers the probability of the class named. "
        "Blue: it raises it.</p><div class=faces>",
        *_explained(model, evaluation),
        "</div>",
    ]
    title = html.escape(f"{summary['model']} on {summary['split']}")
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    out.write_text(f"{head}{''.join(parts)}</html>\n", encoding="utf-8")


def _rows(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    def share(key: str) -> str:
        return "–" if summary.get(key) is None else f"{100 * summary[key]:.2f} %"

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
    if "ferplus_majority_accuracy" in summary:
        rows += [
            (f"FER+ majority ({summary['ferplus_majority_n']} pictures, seven classes)", share("ferplus_majority_accuracy")),
            ("FER+ distribution: total variation distance", f"{summary['ferplus_distribution_total_variation']:.4f}"),
        ]
    rows += [("Parameters", f"{summary['parameters']:,}"), ("File", f"{summary['file_bytes'] / 1e6:.2f} MB")]
    if "milliseconds" in summary:
        rows += [
            ("Operations per picture", f"{summary['operations_per_picture'] / 1e6:.1f} M"),
            ("One face, LiteRT and Keras", f"{summary['milliseconds']['litert']} ms, {summary['milliseconds']['keras']} ms"),
            ("LiteRT file", f"{summary['litert_bytes'] / 1e6:.2f} MB"),
        ]
    return rows


def _table(rows: list[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><td>{html.escape(name)}<td>{html.escape(value)}" for name, value in rows) + "</table>"


def _per_class(summary: Mapping[str, Any]) -> str:
    lines = "".join(
        f"<tr><td>{html.escape(name)}<td>{row['precision']:.3f}<td>{row['recall']:.3f}<td>{row['f1']:.3f}<td>{row['n']}"
        for name, row in summary["per_class"].items()
    )
    return f"<table><tr><th>class<th>precision<th>recall<th>F1<th>pictures{lines}</table>"


def _canvas(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _confusion(summary: Mapping[str, Any]) -> Figure:
    counts = np.array(summary["confusion"], float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    classes = summary["classes"]
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


def _roc(evaluation: Evaluation, classes: tuple[str, ...]) -> Figure:
    figure = _canvas(6.2, 5)
    axis = figure.subplots()
    labels = evaluation.chosen.labels
    for place, name in enumerate(classes):
        if 0 < (labels == place).sum() < len(labels):
            false, true, _ = roc_curve(labels == place, evaluation.probabilities[:, place])
            style = style_of(name)
            axis.plot(false, true, label=name, color=style.light, linestyle=(0, style.dash) if style.dash else "-")
    axis.plot([0, 1], [0, 1], color="#cccccc", linewidth=1)
    axis.set_xlabel("false positive rate")
    axis.set_ylabel("true positive rate")
    axis.legend(frameon=False)
    axis.grid(alpha=0.25)
    return figure


def _reliability(evaluation: Evaluation) -> Figure:
    table = calibration_bins(evaluation.probabilities, one_hot(evaluation.chosen.labels, evaluation.probabilities.shape[1]))
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


def _plot(figure: Figure, title: str) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return f"<h2>{html.escape(title)}</h2><img class=plot alt='{html.escape(title)}' src='{_data_uri(buffer.getvalue())}'>"


def _errors(model: OpenModel, evaluation: Evaluation) -> list[str]:
    """Those of which the model is surest that they are something else."""
    guesses = evaluation.probabilities.argmax(axis=1)
    labels = evaluation.chosen.labels
    wrong = np.flatnonzero(guesses != labels)
    surest = wrong[np.argsort(-evaluation.probabilities[wrong].max(axis=1), kind="stable")][:_TOP_ERRORS]
    return [
        _face(
            _enlarged(fitted(evaluation.chosen.pictures[int(place)], model.side, model.channels)),
            f"{evaluation.chosen.names[place]}: is {model.classes[labels[place]]}, said {model.classes[guesses[place]]} "
            f"{evaluation.probabilities[place].max():.2f}",
        )
        for place in surest
    ]


def _explained(model: OpenModel, evaluation: Evaluation) -> list[str]:
    """The surest right answers of each class."""
    guesses = evaluation.probabilities.argmax(axis=1)
    labels = evaluation.chosen.labels
    shown = []
    for label, name in enumerate(model.classes):
        right = np.flatnonzero((guesses == label) & (labels == label))
        for place in right[np.argsort(-evaluation.probabilities[right, label], kind="stable")][:_EXPLAINED_PER_CLASS]:
            picture = fitted(evaluation.chosen.pictures[int(place)], model.side, model.channels)
            heat = occlusion_map(model, picture, label)
            shown.append(_face(drawn_over(picture, heat), f"{name} {evaluation.probabilities[place, label]:.2f}"))
    return shown


def _enlarged(picture: NDArray[np.uint8], side: int = 144) -> NDArray[np.uint8]:
    large = np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)
    return large if large.ndim == 3 else np.repeat(large[..., None], 3, axis=2)


def _face(picture: NDArray[np.uint8], words: str) -> str:
    return f"<figure><img alt='' src='{_data_uri(png_of(picture))}'><figcaption>{html.escape(words)}</figcaption></figure>"


def _data_uri(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
