"""Measures what was trained, with its spread over seeds, and says which claims of the papers hold."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from training import loop
from training.recipe import Found, Recipe, Split


def evaluate(recipe: Recipe, seeds: Sequence[int], split: Split, into: Path) -> str:
    """Write `measured-<split>.json` into the model's folder; returns what it says as text.

    A variant that is not trained with every seed is left out, and with it the claims that need it.
    """
    found = _figures(recipe, seeds, split)
    tried = [claim for claim in recipe.claims if set(claim.needs) <= set(found)]
    verdicts = [
        {"claim": claim.text, "margin": claim.margin, "verdict": claim.judge(found)} for claim in tried
    ]
    document = {
        "model": recipe.id,
        "split": split,
        "day": date.today().isoformat(),
        "seeds": list(seeds),
        "figures": found,
        "claims": verdicts,
        "not_tried": [claim.text for claim in recipe.claims if claim not in tried],
    }
    folder = into / recipe.id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"measured-{split}.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return "\n".join([*_table(found), *(f"{one['verdict']}: {one['claim']}" for one in verdicts)])


def _figures(recipe: Recipe, seeds: Sequence[int], split: Split) -> Found:
    """Of each variant that is trained with every seed, and of what nobody has to train."""
    data = recipe.data(split)
    trained = [one for one in recipe.variants if all(loop.is_trained(recipe, one, seed) for seed in seeds)]
    found: dict[str, dict[str, list[float]]] = {}
    for variant in trained:
        for seed in seeds:
            figures = recipe.figures(loop.trained(recipe, variant, seed), data, variant)
            for name, value in figures.items():
                found.setdefault(variant, {}).setdefault(name, []).append(round(value, 6))
    simple = recipe.yardsticks(data) if recipe.yardsticks else {}
    for name, figures in simple.items():
        found[name] = {one: [round(value, 6)] * len(seeds) for one, value in figures.items()}
    return found


def _table(found: Found) -> list[str]:
    return [
        f"{variant:12} {name:24} {np.mean(values):9.4f} ± {np.std(values):.4f}"
        for variant, figures in found.items()
        for name, values in figures.items()
    ]
