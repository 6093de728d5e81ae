"""What the page of a model draws: its bands on the axis of wavelengths, tables, claims. Pure functions."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.base.language import N_, _, ngettext
from app.zoo.cards import Claim, Input, ModelCard
from app.zoo.compatibility import Fit
from app.zoo.fitting import dates_wanted, smallest_edge

# fmt: off
KINDS = {
    "classification": N_("Classification"), "segmentation": N_("Segmentation"),
    "regression": N_("Regression"), "restoration": N_("Restoration"), "matching": N_("Matching"),
}
QUESTIONS = {
    "land-cover": N_("Which land cover?"), "local-climate-zone": N_("Which local climate zone?"),
    "clear-image": N_("What lies under the clouds?"), "ndvi": N_("How green (NDVI)?"),
    "height": N_("How high?"), "cloud": N_("Where are clouds?"),
}
FAMILIES = {"restoration": "regression", "matching": "other"}
VERDICTS = {
    "fits": (N_("fits"), "good"), "in-part": (N_("fits in part"), "warn"),
    "unknown": (N_("not known"), "unknown"), "no": (N_("does not fit"), "bad"),
}
CLAIMS = {
    "reproduced": (N_("reproduced"), "good"), "partly": (N_("partly reproduced"), "warn"),
    "not reproduced": (N_("not reproduced"), "bad"),
}
RETURNED = {
    "scores": N_("scores before softmax"), "probabilities": N_("probabilities"), "values": N_("values"),
    "variance": N_("variance of each value"), "locations": N_("location and log-scale of each subnetwork"),
}
# fmt: on
ABBREVIATED = {
    "mae": "mean absolute error",
    "rmse": "root mean square error",
    "psnr": "PSNR, dB",
    "ssim": "SSIM",
    "sam": "spectral angle, °",
    "nll": "negative log-likelihood",
    "uce": "uncertainty calibration error",
    "iou": "IoU",
    "auroc": "AUROC",
    "truth": "against the truth:",
    "coarse": "against the coarse labels:",
    "labels": "the coarse labels themselves:",
    "thick": "under thick cloud",
    "clear": "where it was clear",
    "within": "errors within standard deviations:",
    "constant": "of the best constant",
}  # fmt: skip
"""How figures are called in full, where the trainings have short names for them; English, as cards are."""
AXIS = (20.0, 960.0, 0.4, 2.5)
"""The axis of wavelengths: first and last x of 980, and the micrometres there."""
TICKS = (0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.6, 2.0, 2.5)
BASE, LEVEL, LABEL_WIDTH = 66, 13, 8.0


@dataclass(frozen=True)
class Mark:
    """A band on the axis of wavelengths, which is 980 × 90, and how high its name stands."""

    name: str
    x: float
    label_y: int


@dataclass(frozen=True)
class Measurements:
    """What we measured: a column for each variant, the model itself first; rows of mean and spread."""

    variants: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[float, float] | None, ...]], ...]


def context(card: ModelCard) -> dict[str, Any]:
    """Everything the template of a card needs of the card itself."""
    return {
        "card": card,
        "kind": _(KINDS[card.kind]),
        "question": _(QUESTIONS[card.answers]) if card.answers else None,
        "family": FAMILIES.get(card.kind, card.kind),
        "inputs": [(one, shape_of(one)) for one in card.inputs],
        "outputs": [(one, _(RETURNED[one.returned])) for one in card.outputs],
        "marks": marks(card),
        "ticks": [(place(tick), f"{tick:g}") for tick in TICKS],
        "smallest": smallest_edge(card),
        "dates": dates_wanted(card),
        "measured": measured(card),
        "claims": [(claim, *_claimed(claim)) for claim in card.claims],
        "tiles_address": f"/tiles?model={card.id}",
        "has_classes": any(one.classes for one in card.outputs),
    }


def _claimed(claim: Claim) -> tuple[str, str]:
    words, kind = CLAIMS[claim.verdict]
    return _(words), kind


def verdict_of(code: str) -> tuple[str, str]:
    """A verdict in words, and the kind of its mark."""
    words, kind = VERDICTS[code]
    return _(words), kind


@dataclass(frozen=True)
class FitLine:
    """A model held against a dataset, in words; `kind` is that of the mark of its verdict."""

    model: ModelCard
    verdict: str
    kind: str
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]


def fit_lines(fits: Iterable[Fit]) -> list[FitLine]:
    """Fits as a page lists them."""
    return [FitLine(one.model, *verdict_of(one.verdict), one.reasons, one.cautions) for one in fits]


def shape_of(wanted: Input) -> str:
    """The arrays that an input takes, in words."""
    edge = f"{wanted.smallest} × {wanted.smallest}"
    if wanted.fixed:
        size = _("Exactly %(edge)s pixels; larger tiles are cut", edge=edge)
    elif wanted.multiple > 1:
        size = _("At least %(edge)s pixels, a multiple of %(multiple)s", edge=edge, multiple=wanted.multiple)
    else:
        size = _("At least %(edge)s pixels", edge=edge)
    return "; ".join((size, *_more(wanted)))


def _more(wanted: Input) -> Iterator[str]:
    if wanted.dates:
        yield ngettext("%(num)s date", "%(num)s dates of one place", wanted.dates)
    elif wanted.dates == 0:
        yield _("any number of dates of one place")
    if wanted.days:
        yield _("the days of its dates as a second input")
    if wanted.copies and wanted.copies > 1:
        yield _("the same tile %(count)s times, once for each subnetwork", count=wanted.copies)


def place(micrometres: float) -> float:
    """Where a wavelength stands on the axis."""
    first, last, low, high = AXIS
    return round(first + (last - first) * math.log(micrometres / low) / math.log(high / low), 1)


def marks(card: ModelCard) -> list[Mark]:
    """The bands whose wavelength the axis holds, their names on as many levels as keep them apart."""
    bands = {band.name: band for one in card.inputs for band in one.bands if band.centre_um}
    known = sorted((band.centre_um or 0, band.name) for band in bands.values())
    found, taken = [], [-math.inf] * 3
    for centre, name in known:
        if not AXIS[2] <= centre <= AXIS[3]:
            continue
        x, half = place(centre), LABEL_WIDTH * len(name) / 2
        level = next((number for number, end in enumerate(taken) if x - half > end + 4), 0)
        taken[level] = x + half
        found.append(Mark(name, x, BASE - 22 - LEVEL * level))
    return found


def spelled(what: str) -> str:
    """The name of a figure as people read it: "mean_iou" becomes "mean IoU"."""
    return " ".join(ABBREVIATED.get(word, word) for word in what.split("_"))


def measured(card: ModelCard) -> Measurements:
    """Our figures as a table."""
    variants = tuple(dict.fromkeys(one.variant for one in card.measured))
    found = {(one.what, one.variant): (one.value, one.spread) for one in card.measured}
    whats = dict.fromkeys(one.what for one in card.measured)
    rows = tuple((spelled(what), tuple(found.get((what, variant)) for variant in variants)) for what in whats)
    return Measurements(variants, rows)
