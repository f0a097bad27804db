"""Train a recipe. A run is a folder: it holds the recipe, the history, the best weights and what a resumed run needs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from sklearn.utils.class_weight import compute_class_weight

from emocam.domain.emotions import FER7
from training import zoo
from training.augment import augment, reframed
from training.datasets.duplicates import Duplicates, find_duplicates
from training.datasets.faces import TRAINING, VALIDATION, FaceDataset, fitted, one_hot
from training.datasets.fer2013 import is_face
from training.errors import TrainingError
from training.history import FROZEN, HISTORY, WHOLE, History, read_history
from training.keeping import KeepBest, KeepState, newest_state
from training.located import cut_like_the_app, fer2013_input
from training.randomness import SeedEachEpoch
from training.recipe import Recipe, recipe_of
from training.sharpness import SharpnessAware
from training.standstill import Diverged, Patience, Plateau, has_stopped, of_phase
from training.tasks import balanced, for_task

BEST, RECIPE, DATA, EVALUATION = "best.weights.h5", "recipe.json", "data.json", "evaluation.json"
CALIBRATION = "calibration.json"
STATE = "state"
_PHASES = ("frozen", "whole")
Answer = Callable[[tf.Tensor], tf.Tensor]  # Pictures into probabilities, (N, answers, classes).
Teach = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # Pictures and the targets they had into those that are taught.
_FROZEN_RATE = 1e-3  # Of learning, while the backbone is fixed.
_FRAMINGS_STRENGTH = 0.4  # A teacher is right about what is about as it was trained with: six degrees, seven and three percent.


def build_network(recipe: Recipe, classes: int) -> keras.Model:
    """The network of a recipe, untrained: logits, one alone where the loss is binary, twice `classes` for two answers."""
    outputs = 1 if recipe.loss == "binary" else 2 * classes if recipe.two_answers else classes
    if recipe.loss == "binary" and classes != 2:
        raise TrainingError(f"The recipe {recipe.name} has a binary loss, but the task {recipe.task} has {classes} classes.")
    try:
        return zoo.family(recipe.family).build(recipe.side, recipe.channels, outputs, **recipe.network)
    except (TypeError, ValueError, IndexError) as error:
        reason = " ".join(str(error).split())[:240]
        raise TrainingError(
            f"The recipe {recipe.name} does not fit the family {recipe.family} ({reason}); look at what stands "
            "under [network], and at side."
        ) from None


def load_best(network: keras.Model, run: Path) -> None:
    """Raises TrainingError where the weights can't be read or are those of another network."""
    try:
        network.load_weights(run / BEST)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().splitlines()[0][:160]
        raise TrainingError(f"{run / BEST} can't be used ({reason}); the run is damaged, train it anew.") from None


def prepare(recipe: Recipe, data: FaceDataset) -> FaceDataset:
    """What a recipe takes of a dataset: its task, cut down and balanced where it says so."""
    chosen = for_task(data, recipe.task)
    return balanced(chosen, recipe.pictures, recipe.seed) if recipe.pictures else chosen


def cautions(recipe: Recipe, prepared: FaceDataset, run: Path) -> list[str]:
    """What of a recipe comes out otherwise than it says, with these pictures and in this folder; to be asked before `train`."""
    said = []
    if recipe.votes and prepared.votes is None:
        said.append(
            f"The recipe {recipe.name} has votes = {recipe.votes:g}, but the data has no votes; its labels count alone."
        )
    before = run_recipe(run).epochs if newest_state(run / STATE, "whole")[0] else recipe.epochs
    if recipe.schedule == "cosine" and recipe.epochs != before:
        said.append(
            f"{run} was made for {before} epochs, now it is for {recipe.epochs}: the cosine is laid anew over all of them, so "
            "the learning rate jumps where the run goes on."
        )
    return said


def train(
    recipe: Recipe, data: FaceDataset, run: Path, *, weights: str = "", resume: bool = False, verbose: int | None = None
) -> Path:
    """Train into the folder `run` and return the path of the best weights, chosen by accuracy on the validation split.

    weights: of the backbone; imagenet, none, a file, or a run of the same family; by default imagenet where there is such. A
    backbone of random weights has nothing to keep, so it is never frozen. With `resume` a run that was cut off goes on from its
    last finished epoch. What a test split also holds is left out of training. verbose: as for Keras; None shows a bar on a
    terminal. Raises TrainingError.
    """
    verbose = (1 if sys.stdout.isatty() else 2) if verbose is None else verbose  # A bar, or in a log a line an epoch.
    begun = (run / RECIPE).is_file() and (run / HISTORY).is_file()  # One that failed before its first epoch holds nothing.
    backbone = _begin(run, recipe, weights, begun=begun, resume=resume)
    keras.utils.set_random_seed(recipe.seed)
    chosen = prepare(recipe, data)
    if recipe.two_answers and chosen.votes is None:
        raise TrainingError(f"The recipe {recipe.name} has a second answer, to FER+'s votes, but the data has no votes.")
    training, validation = _splits(chosen, run, backbone, begun=begun)
    teach: Teach | None = None
    if recipe.teachers and recipe.same_view:
        teach = _teach(recipe, run, chosen.classes)
    elif recipe.teachers:
        training = _taught(training, recipe, run)
    if recipe.located:
        training = replace(training, located=cut_like_the_app(training, fer2013_input(recipe.side, recipe.channels))[0])
    keras.mixed_precision.set_global_policy(recipe.precision)
    network = build_network(recipe, len(chosen.classes))
    if recipe.sharpness:
        network = SharpnessAware(network, recipe.sharpness)
    if recipe.frozen_epochs and all(layer.name != zoo.BACKBONE for layer in network.layers):
        raise TrainingError(f"The recipe {recipe.name} has frozen_epochs, but the family {recipe.family} has no backbone.")
    if not any(newest_state(run / STATE, phase)[0] for phase in _PHASES):  # Else it takes its weights from its own state.
        _load_start(network, recipe, run, backbone)
    write_json(run / RECIPE, recipe.as_dict())  # Not before: a run that does not go on keeps the recipe it was made by.
    if recipe.frozen_epochs and backbone != "none" and not newest_state(run / STATE, "whole")[0]:
        network.get_layer(zoo.BACKBONE).trainable = False
        _fit(network, recipe, training, validation, run, "frozen", teach=teach, verbose=verbose)
        network.get_layer(zoo.BACKBONE).trainable = True
    _fit(network, recipe, training, validation, run, "whole", teach=teach, verbose=verbose)
    return run / BEST


def run_recipe(run: Path) -> Recipe:
    """The recipe that a run was made by. Raises TrainingError where the folder holds no run."""
    if not (run / RECIPE).is_file():
        raise TrainingError(f"{run} holds no run; train one, or give another folder.")
    return recipe_of(read_kept(run / RECIPE))


def kept_facts(run: Path) -> dict[str, Any]:
    """What the run says of its pictures. Raises TrainingError."""
    return read_kept(run / DATA)


def of_the_same(prepared: FaceDataset, facts: Mapping[str, Any]) -> bool:
    """Whether `prepared` is what a run of these facts was trained with; an early run says no more of it than the counts."""
    if list(prepared.classes) != facts.get("classes") or prepared.counts() != facts.get("counts"):
        return False
    return "fingerprint" not in facts or prepared.fingerprint() == facts["fingerprint"]


def run_classes(run: Path) -> tuple[str, ...]:
    """Raises TrainingError where the run does not say."""
    classes = kept_facts(run).get("classes")
    if not classes:
        raise TrainingError(f"{run / DATA} says no classes; the run is damaged, train it anew.")
    return tuple(classes)


def read_kept(path: Path) -> dict[str, Any]:
    """A JSON file of a run. Raises TrainingError."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} can't be read ({error}); the run is damaged, train it anew.") from None
    return found


def left_out_of(run: Path) -> dict[str, int]:
    """How many pictures that equal, or nearly equal, a test picture nothing behind this run has seen: neither itself, nor the
    run it started from, nor its teachers."""
    recipe = run_recipe(run)
    facts = kept_facts(run)
    counts = {kind: int(facts[f"left_out_{kind}_duplicates"]) for kind in ("exact", "near")}
    beside = {run.parent / name for name in (*recipe.start_from, *recipe.teachers)}
    for other in {*beside, Path(facts.get("backbone", ""))}:
        if (other / DATA).is_file():  # A start from a package was made from other pictures.
            counts = {kind: min(count, left_out_of(other)[kind]) for kind, count in counts.items()}
    return counts


def _begin(run: Path, recipe: Recipe, weights: str, *, begun: bool, resume: bool) -> str:
    """Make the run's folder, and say where its backbone comes from: a start, imagenet, none, a file or a run."""
    if recipe.start_from and weights:
        raise TrainingError(f"The recipe {recipe.name} starts from {', '.join(recipe.start_from)}; it takes no --weights.")
    if begun and not resume:
        raise TrainingError(f"{run} holds a run already; add --resume to go on with it, or choose another folder with --out.")
    if begun:
        if run_recipe(run).but_for("epochs") != recipe.but_for("epochs"):
            raise TrainingError(f"{run} was made by another recipe than {recipe.name}; choose another folder with --out.")
        if (done := newest_state(run / STATE, "whole")[1]) > recipe.epochs:
            raise TrainingError(
                f"{run} has {done} epochs behind it, more than the {recipe.epochs} wanted; give --epochs {done} or more, or "
                "choose another folder with --out."
            )
        if len(read_history(run)) > 1 and not any((run / STATE).glob("*.weights.h5")):
            raise TrainingError(f"{run} holds no state to go on from; train anew into another folder with --out.")
    run.mkdir(parents=True, exist_ok=True)
    if begun:
        return str(kept_facts(run)["backbone"])
    if recipe.start_from:
        return ", ".join(recipe.start_from)
    if weights in ("", "imagenet", "none"):
        return weights or ("imagenet" if zoo.has_imagenet(recipe.family) else "none")
    return str(Path(weights).resolve())  # It is asked again where this run is a start or a teacher itself.


def write_json(path: Path, content: object) -> None:
    """Whole or not at all."""
    new = path.with_name(f"new-{path.name}")
    new.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    new.replace(path)


def _splits(chosen: FaceDataset, run: Path, backbone: str, *, begun: bool) -> tuple[FaceDataset, FaceDataset]:
    """The training and validation pictures of a run; what they are is kept in the run's folder. Raises TrainingError where a
    run that was begun had others."""
    inside, faces, duplicates = chosen.splits == TRAINING, is_face(chosen), find_duplicates(chosen)
    training = training_pictures(chosen, duplicates)
    validation = chosen.split(VALIDATION)
    if not len(training) or not len(validation):
        raise TrainingError(
            "There are no pictures to train or to validate with; `python -m training data` shows what there is."
        )
    before = kept_facts(run) if begun else {}
    if begun and (before.get("trained_on") != len(training) or not of_the_same(chosen, before)):
        raise TrainingError(
            f"{run} was begun with other pictures ({before.get('trained_on')} to train on, here {len(training)}) or other "
            "labels; give those with --data, or choose another folder with --out."
        )
    facts = {
        "classes": list(chosen.classes),
        "counts": chosen.counts(),
        "fingerprint": before.get("fingerprint") or chosen.fingerprint(),
        "trained_on": len(training),
        "left_out_exact_duplicates": int((inside & duplicates.exact).sum()),
        "left_out_near_duplicates": int((inside & duplicates.near).sum()),
        "left_out_non_faces": int((inside & ~faces).sum()),
        "skipped_files": len(chosen.skipped),
        "backbone": backbone,
        "data": chosen.source,
    }
    write_json(run / DATA, facts)
    return training, validation


def training_pictures(chosen: FaceDataset, duplicates: Duplicates) -> FaceDataset:
    """What a run is trained on: faces of the training split that no test split holds too."""
    return chosen.where((chosen.splits == TRAINING) & is_face(chosen) & ~duplicates.any)


def _load_start(network: keras.Model, recipe: Recipe, run: Path, backbone: str) -> None:
    if recipe.start_from:
        starts = [_start(network, recipe, run.parent / name) for name in recipe.start_from]
        network.set_weights([np.mean(values, axis=0) for values in zip(*starts, strict=True)])
    elif backbone == "imagenet":
        zoo.load_imagenet(network, recipe.family)
    elif backbone == "none":
        if any(layer.name == zoo.BACKBONE for layer in network.layers):
            zoo.he_initialise(network)
    else:
        _load_backbone(network, recipe, Path(backbone))


def _start(network: keras.Model, recipe: Recipe, start: Path) -> list[np.ndarray]:
    """The weights of `network` once it has taken those of `start`. Raises TrainingError."""
    if not (start / BEST).is_file():
        raise TrainingError(f"{recipe.name} starts from {start / BEST}, which is missing; make that first (docs/training.md).")
    try:
        _take_weights(network, recipe, start)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0][:160]
        raise TrainingError(f"{start / BEST} does not fit the recipe {recipe.name} ({reason}).") from None
    return list(network.get_weights())


def _take_weights(network: keras.Model, recipe: Recipe, start: Path) -> None:
    """The best weights of a run for a network like its own; a second answer begins as the only one it has. Of a start from a
    package only the backbone."""
    if not (start / RECIPE).is_file():
        donor = build_network(_of_a_package(recipe), len(FER7))
        donor.load_weights(start / BEST)
        network.get_layer(zoo.BACKBONE).set_weights(donor.get_layer(zoo.BACKBONE).get_weights())
        return
    before = run_recipe(start)
    donor = build_network(before, len(run_classes(start)))
    donor.load_weights(start / BEST)
    known, layers = ([layer for layer in each.layers if layer.weights] for each in (donor, network))
    for old, layer in zip(known, layers, strict=True):
        weights = old.get_weights()
        if layer is layers[-1] and recipe.two_answers and not before.two_answers:
            weights = [np.concatenate([values, values], axis=-1) for values in weights]
        layer.set_weights(weights)


def _of_a_package(recipe: Recipe) -> Recipe:
    """How `training.pretrained` builds a start for a recipe: with the family's own head, for seven classes."""
    network = {key: value for key, value in recipe.network.items() if key == "variant"}
    return replace(recipe, network=network, side=48, colour="grey", loss="softmax", two_answers=False)


def _load_backbone(network: keras.Model, recipe: Recipe, source: Path) -> None:
    """source: a file of the backbone's weights, or a run of the same family, whose best backbone is taken."""
    try:
        layer = network.get_layer(zoo.BACKBONE)
        if source.is_dir():
            donor = build_network(run_recipe(source), len(run_classes(source)))
            donor.load_weights(source / BEST)
            layer.set_weights(donor.get_layer(zoo.BACKBONE).get_weights())
        else:
            layer.load_weights(source)
            if source.name.endswith("_notop.h5"):  # Keras's own, as it fetches them.
                zoo.as_without_weights(layer)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0][:160]
        raise TrainingError(f"{source} does not fit the backbone of {recipe.family} ({reason}).") from None


def batches(
    data: FaceDataset, recipe: Recipe, *, training: bool, epoch: int = 0, teach: Teach | None = None
) -> tf.data.Dataset:
    """(pictures, targets) in batches; pictures (N, side, side, channels) float32 in 0..255. Loaded as they are needed, on two
    threads.

    When `training`, shuffled and changed at random, epoch after epoch without end, `steps` to each. What an epoch holds depends
    on its number and the seed alone, so that a run that was cut off goes on with what it would have seen. Else once, in order.
    teach: what has a word in the targets, from the pictures as they come.
    """
    targets = tf.constant(_targets(data, recipe) if training else _truth(data, recipe))
    if recipe.loss == "binary":
        targets = targets[:, 1:]
    shape = (recipe.side, recipe.side, recipe.channels)

    def load(place: np.ndarray, located: np.ndarray) -> np.ndarray:
        pictures = data.located if located else data.pictures
        return fitted(pictures[int(place)], recipe.side, recipe.channels)

    def fetch(place: tf.Tensor, located: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.ensure_shape(tf.numpy_function(load, [place, located], tf.uint8), shape), targets[place]

    def shuffled(number: tf.Tensor) -> tf.data.Dataset:
        order = tf.argsort(tf.random.stateless_uniform([len(data)], (recipe.seed, number)))
        located = tf.random.stateless_uniform([len(data)], (recipe.seed + 1, number)) < recipe.located
        return tf.data.Dataset.from_tensor_slices((order[: count * recipe.batch], located[: count * recipe.batch]))

    def change(step: tf.Tensor, batch: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        images, wanted = tf.cast(batch[0], tf.float32), batch[1]
        if training and recipe.augmentation:
            images = augment(images, tf.cast((recipe.seed, step), tf.int32), strength=recipe.augmentation)
        return images, teach(images, wanted) if teach else wanted

    count = steps(data, recipe)
    places = (
        tf.data.Dataset.range(epoch, np.iinfo(np.int32).max).flat_map(shuffled)
        if training
        else tf.data.Dataset.range(len(data)).map(lambda place: (place, False))
    )
    whole = places.map(fetch, num_parallel_calls=2).batch(recipe.batch if not training else min(recipe.batch, len(data)))
    return whole.enumerate(epoch * count).map(change, num_parallel_calls=2).prefetch(4)


def steps(data: FaceDataset, recipe: Recipe) -> int:
    """Batches of an epoch; the pictures that do not fill the last one are left out, others in each epoch."""
    return max(1, len(data) // recipe.batch)


def _targets(data: FaceDataset, recipe: Recipe) -> np.ndarray:
    hard = one_hot(data.labels, len(data.classes))
    first = _blended((1 - recipe.votes) * hard + recipe.votes * data.soft, data.taught, recipe)
    if not recipe.two_answers:
        return first
    return np.concatenate([first, _blended(data.soft, data.taught_votes, recipe)], axis=1)


def _blended(own: np.ndarray | tf.Tensor, taught: np.ndarray | tf.Tensor | None, recipe: Recipe) -> np.ndarray | tf.Tensor:
    return own if taught is None else (1 - recipe.distillation) * own + recipe.distillation * taught


def _truth(data: FaceDataset, recipe: Recipe) -> np.ndarray:
    """What is to be validated against: the labels, and for a second answer the votes."""
    hard = one_hot(data.labels, len(data.classes))
    return np.concatenate([hard, data.soft], axis=1) if recipe.two_answers else hard


def _teachers(recipe: Recipe, run: Path, classes: tuple[str, ...], *, exact: bool) -> Iterator[tuple[Recipe, Answer]]:
    """Each with the recipe it was made by. exact: in 32 bits, as when it was evaluated; else as fast as it was trained."""
    for teacher in recipe.teachers:
        folder = run.parent / teacher
        knows = run_recipe(folder)
        if run_classes(folder) != classes or "binary" in (knows.loss, recipe.loss):
            raise TrainingError(
                f"The teacher {teacher} can't teach {recipe.name}: both need the same classes and a softmax loss."
            )
        keras.mixed_precision.set_global_policy("float32" if exact else knows.precision)
        with nullcontext() if exact else tf.device("CPU"):  # There batches are made, on a machine with a GPU too.
            network = build_network(knows, len(classes))
            load_best(network, folder)

        def answer(batch: tf.Tensor, network: keras.Model = network) -> tf.Tensor:
            """(N, answers, classes) probabilities."""
            return tf.nn.softmax(tf.reshape(network(batch, training=False), (tf.shape(batch)[0], -1, len(classes))))

        yield knows, answer


def _teach(recipe: Recipe, run: Path, classes: tuple[str, ...]) -> Teach:
    """Teachers who see what the student sees. Of two answers the second is taught by those that have one."""
    asked = []
    for knows, answer in _teachers(recipe, run, classes, exact=False):
        if (knows.side, knows.channels) != (recipe.side, recipe.channels):
            raise TrainingError(
                f"The teacher {knows.name} takes pictures of {knows.side} pixels in {knows.colour}, {recipe.name} others; "
                "leave same_view out, or that teacher."
            )
        asked.append((answer, knows.two_answers))

    def blended(own: tf.Tensor, said: list[tf.Tensor]) -> tf.Tensor:
        return _blended(own, tf.add_n(said) / len(said) if said else None, recipe)

    def teach(images: tf.Tensor, own: tf.Tensor) -> tf.Tensor:
        said = [(answer(images), two) for answer, two in asked]
        first = blended(own[:, : len(classes)], [each[:, 0] for each, _ in said])
        if not recipe.two_answers:
            return first
        return tf.concat([first, blended(own[:, len(classes) :], [each[:, 1] for each, two in said if two])], axis=1)

    return teach


def _taught(data: FaceDataset, recipe: Recipe, run: Path) -> FaceDataset:
    """`data` with what the teachers say of each picture, as exactly as when they were evaluated."""
    said: list[np.ndarray] = []
    for knows, answer in _teachers(recipe, run, data.classes, exact=True):
        asked = tf.function(answer, reduce_retracing=True)
        batches = (tf.constant(batch, tf.float32) for batch in data.batches(knows.side, knows.channels, 128))
        said.append(
            np.concatenate(
                [
                    np.mean([asked(framed) for framed in _framings(batch, (recipe.seed, number), recipe.framings)], axis=0)
                    for number, batch in enumerate(batches)
                ]
            )
        )
    both = [each[:, 1] for each in said if each.shape[1] == 2]
    votes = np.mean(both, axis=0) if both and recipe.two_answers else None
    return replace(data, taught=np.mean([each[:, 0] for each in said], axis=0), taught_votes=votes)


def _framings(batch: tf.Tensor, seed: tuple[int, int], count: int) -> Iterator[tf.Tensor]:
    """The batch as it is, its mirror image, and as many more as `count` wants."""
    yield batch
    yield batch[:, :, ::-1]
    for each in tf.random.split(tf.constant(seed, tf.int32), count)[2:]:
        yield reframed(batch, each, strength=_FRAMINGS_STRENGTH)


def _fit(
    network: keras.Model,
    recipe: Recipe,
    training: FaceDataset,
    validation: FaceDataset,
    run: Path,
    phase: str,
    *,
    teach: Teach | None,
    verbose: int,
) -> None:
    """Train one phase, from where it was cut off if it was. Whether the backbone is frozen is for the caller to see to."""
    whole = phase == "whole"
    number = WHOLE if whole else FROZEN
    epochs = recipe.epochs if whole else recipe.frozen_epochs
    rate = recipe.learning_rate if whole else _FROZEN_RATE
    count = steps(training, recipe)
    loss, accuracy = _loss_and_accuracy(recipe)
    optimizer = _optimizer(recipe, rate, epochs if whole else 0, count)
    network.compile(optimizer=optimizer, loss=loss, metrics=[accuracy], jit_compile=False)
    state, done = newest_state(run / STATE, phase)
    if state:
        network.optimizer.build(network.trainable_variables)  # Else its state would not be read.
        network.load_weights(state)
    if done >= epochs or has_stopped(of_phase(run, number, "val_accuracy", done), recipe.patience):
        return
    best = max((row["val_accuracy"] for row in read_history(run)), default=-1.0) if (run / BEST).exists() else -1.0
    figures = (run / EVALUATION, run / CALIBRATION)  # Also where somebody looks on while it trains.
    for of_other_weights in figures:
        of_other_weights.unlink(missing_ok=True)
    network.fit(
        batches(training, recipe, training=True, epoch=done, teach=teach),
        steps_per_epoch=count,
        validation_data=batches(validation, recipe, training=False),
        initial_epoch=done,
        epochs=epochs,
        class_weight=_class_weights(training) if recipe.class_weights else None,
        verbose=verbose,
        # The order matters at an epoch's end. Nothing is kept of one that diverged. The best weights come before the history:
        # the other way round, an epoch that is killed between the two would find its own accuracy there when it is done again.
        # `Patience` reads the history. The state comes last, so that an epoch that is cut off in the middle of these is done
        # again.
        callbacks=[
            SeedEachEpoch(recipe.seed),
            Diverged(),
            *([Plateau(run, number, rate)] if whole and recipe.schedule == "plateau" else []),
            KeepBest(run / BEST, best, figures),
            History(run, number),
            Patience(run, number, recipe.patience),
            KeepState(run / STATE, phase),
        ],
    )


def _loss_and_accuracy(recipe: Recipe) -> tuple[object, keras.metrics.Metric]:
    """Of two answers both count the same, in the loss and in the accuracy; that of the second is the share of pictures for
    which it gives what most taggers said."""
    if recipe.loss == "binary":
        return keras.losses.BinaryCrossentropy(from_logits=True), keras.metrics.MeanMetricWrapper(_right_side, "accuracy")
    if not recipe.two_answers:
        return keras.losses.CategoricalCrossentropy(from_logits=True), keras.metrics.CategoricalAccuracy("accuracy")

    def of_both(wanted: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        halves = zip(tf.split(wanted, 2, axis=1), tf.split(logits, 2, axis=1), strict=True)
        return tf.add_n([keras.losses.categorical_crossentropy(*half, from_logits=True) for half in halves]) / 2

    def right_of_both(wanted: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        halves = zip(tf.split(wanted, 2, axis=1), tf.split(logits, 2, axis=1), strict=True)
        return tf.add_n([keras.metrics.categorical_accuracy(*half) for half in halves]) / 2

    return of_both, keras.metrics.MeanMetricWrapper(right_of_both, name="accuracy")


def _right_side(wanted: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """(N,) 1 where a single output is on the side of the target, which votes may have put anywhere between 0 and 1 (of Keras's
    own BinaryAccuracy a target of 0.9 is never met)."""
    return tf.reduce_mean(tf.cast((wanted > 0.5) == (logits > 0), tf.float32), axis=-1)


def _optimizer(recipe: Recipe, rate: float, cosine_epochs: int, steps: int) -> keras.optimizers.Optimizer:
    schedule: float | keras.optimizers.schedules.LearningRateSchedule = rate
    if recipe.schedule == "cosine" and cosine_epochs:
        warm_up = min(recipe.warmup_epochs, cosine_epochs / 2)
        schedule = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=rate / 25,
            decay_steps=max(1, int((cosine_epochs - warm_up) * steps)),
            warmup_target=rate,
            warmup_steps=int(warm_up * steps),
        )
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(schedule)
    return keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)


def _class_weights(data: FaceDataset) -> dict[int, float]:
    present = np.unique(data.labels)
    return dict(zip(map(int, present), compute_class_weight("balanced", classes=present, y=data.labels), strict=True))
