"""The figures that say which tasks have how much of all there is: datasets, pixels, bytes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.base.language import N_, _
from app.insights.figure import Figure
from app.insights.selection import Numbers, Selection
from app.insights.shares import codes_of, joined, shares

# A dataset with so large a part of the whole is named beside the figure.
LARGE_SHARE = 0.2


def datasets_per_task(chosen: Selection) -> Figure:
    """The share of datasets per task family or combination of families."""
    return _shares(
        chosen,
        "datasets-per-task",
        _("Which tasks have the datasets?"),
        "datasets",
        np.ones(chosen.index.size),
    )


def size_per_task(chosen: Selection) -> Figure:
    """The share of pixels per task family or combination of families."""
    return _shares(
        chosen,
        "size-per-task",
        _("Which tasks have the pixels?"),
        "size_measure_px",
        chosen.numbers("size_measure"),
    )


def volume_per_task(chosen: Selection) -> Figure:
    """The share of volume per task family or combination of families."""
    return _shares(
        chosen, "volume-per-task", _("Which tasks have the bytes?"), "volume_gb", chosen.numbers("volume")
    )


RULES_OF_SHARES = {
    "datasets": N_("Number of datasets."),
    "size_measure_px": N_("Sum of images × width × height; bands do not count."),
    "volume_gb": N_("Sum of the volumes on disk."),
}


def _shares(chosen: Selection, name: str, title: str, measure: str, values: Numbers) -> Figure:
    found = shares(chosen.family_bits, values)
    largest, share = _largest(chosen, values) if measure != "datasets" else ("", 0.0)
    summed: dict[str, Callable[[float], Any]] = {"size_measure_px": round, "volume_gb": lambda value: value}
    rows = [
        (
            joined(codes_of(one.bits)),
            one.datasets,
            *((summed[measure](one.total),) if measure in summed else ()),
            round(one.share, 6),
        )
        for one in found
    ]
    rule = [
        _(RULES_OF_SHARES[measure]),
        _("A combination of tasks has a bar of its own, so the shares add up to 100 %."),
    ]
    if share >= LARGE_SHARE and len(found) > 1:
        rule.append(_("%(name)s alone holds %(share)s.", name=largest, share=f"{100 * share:.0f} %"))
    return chosen.figure(
        name,
        title,
        " ".join(rule),
        sum(one.datasets for one in found),
        ("task_families", "datasets", *((measure,) if measure in summed else ()), "share"),
        rows,
    )


def _largest(chosen: Selection, values: Numbers) -> tuple[str, float]:
    """The dataset with the largest value among those with tasks, and its share of the sum."""
    counted = np.where(chosen.family_bits != 0, np.nan_to_num(values), 0.0)
    whole = float(counted.sum())
    if not whole:
        return "", 0.0
    row = int(counted.argmax())
    return chosen.index.names[row], float(counted[row]) / whole
