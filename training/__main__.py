"""Command line of the training: `python -m training train ID`, then `evaluate ID`, then `export ID`."""

from pathlib import Path
from typing import Annotated, Literal

import torch
import typer

from app.runs.comparison import rows_of
from training import comparing, evaluation, exporting, importing, loop
from training.recipe import Recipe
from training.recipes import RECIPES

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
Model = Annotated[str, typer.Argument(help=f"One of {', '.join(RECIPES)}.")]
SEEDS = (1, 2, 3)


def _recipe(model: str) -> Recipe:
    if model not in RECIPES:
        raise typer.BadParameter(f"{model} is none of {', '.join(RECIPES)}.")
    return RECIPES[model]


@app.callback()
def prepare(threads: Annotated[int, typer.Option(min=1, help="Threads of one training.")] = 1) -> None:
    """Train, judge and export the reference models on simulated scenes."""
    torch.set_num_threads(threads)


@app.command()
def train(
    model: Model,
    variant: Annotated[str | None, typer.Option(help="One variant only.")] = None,
    seed: Annotated[int | None, typer.Option(help="One seed only.")] = None,
) -> None:
    """Train all variants with three seeds; what is done already is left, what was stopped goes on."""
    recipe = _recipe(model)
    for one in SEEDS if seed is None else (seed,):
        for other in recipe.variants if variant is None else (variant,):
            loop.train(recipe, other, one)


@app.command()
def evaluate(
    model: Model,
    split: Annotated[
        Literal["validation", "test"], typer.Option(help="Test scenes are for the end.")
    ] = "validation",
    into: Annotated[Path, typer.Option(help="Folder of the models.")] = Path("data/models"),
) -> None:
    """Measure all variants with three seeds and judge the claims of the paper."""
    print(evaluation.evaluate(_recipe(model), SEEDS, split, into))


@app.command()
def export(
    model: Model, into: Annotated[Path, typer.Option(help="Folder of the models.")] = Path("data/models")
) -> None:
    """Write network, card and reference answer of a model whose test scenes were measured."""
    print(exporting.export(_recipe(model), into))


@app.command()
def compare(
    into: Annotated[Path, typer.Option(help="Folder of the models.")] = Path("data/models"),
) -> None:
    """Measure all seeds of all models on the sample tiles of the service, for the page of benchmarks."""
    for question in comparing.compare(RECIPES, SEEDS, into).questions:
        for one in question.compared:
            for row in rows_of(one):
                print(f"{one.name:32} {row.what:44} {row.mean:9.4f} ± {row.seeds or 0:.4f}")


@app.command("import-weights")
def import_weights(
    network: Annotated[str, typer.Argument(help=f"One of {', '.join(importing.PAPERS)}.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="State dictionary of PyTorch.")],
    into: Annotated[Path, typer.Option(help="Folder of the models.")] = Path("data/models"),
) -> None:
    """Make a model of published weights of a network at the size of its paper."""
    card = importing.import_state(network, file, into)
    print(f"{card.id}: {card.parameters:,} parameters, {card.file.size:,} bytes")


if __name__ == "__main__":
    app()
