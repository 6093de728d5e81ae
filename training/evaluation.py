"""Measures what was trained, with its spread over seeds, and says which claims of the papers hold."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training import loop
from training.recipe import Found, Recipe, Split


def evaluate(recipe: Recipe, seeds: Sequence[int], split: Split, into: Path) -> str:
    """Write `measured-<split>.json` into the model's folder; returns what it says as text."""
    data = recipe.data(split)
    found: dict[str, dict[str, list[float]]] = {variant: {} for variant in recipe.variants}
    for variant in recipe.variants:
        for seed in seeds:
            for name, value in recipe.figures(loop.trained(recipe, variant, seed), data, variant).items():
                found[variant].setdefault(name, []).append(round(value, 6))
    verdicts = [
        {"claim": claim.text, "margin": claim.margin, "verdict": claim.judge(found)}
        for claim in recipe.claims
    ]
    document = {
        "model": recipe.id,
        "split": split,
        "seeds": list(seeds),
        "figures": found,
        "claims": verdicts,
    }
    folder = into / recipe.id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"measured-{split}.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return "\n".join([*_table(found), *(f"{one['verdict']}: {one['claim']}" for one in verdicts)])


def _table(found: Found) -> list[str]:
    return [
        f"{variant:12} {name:24} {np.mean(values):9.4f} ± {np.std(values):.4f}"
        for variant, figures in found.items()
        for name, values in figures.items()
    ]
