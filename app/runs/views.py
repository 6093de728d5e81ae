"""The page of a run, worked out: the picture of the tile, the layers beside it, their legends, and times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.base.errors import NotFound
from app.base.html import decimals, number
from app.base.language import N_, _
from app.runs import drawing
from app.runs.tables import Run
from app.tiles import pictures
from app.tiles.layers import TileDescription
from app.tiles.pictures import Asked, Read
from app.tiles.viewer import STRETCH_NAMES, Side, grouped, side
from app.tiles.viewing import OWN, STRETCHES, Choice, Sight, sight, usual_stretch

LAYERS = {
    "prediction": N_("Prediction"),
    "truth": N_("Truth"),
    "uncertainty": N_("Uncertainty"),
    "aleatoric": N_("Aleatoric"),
    "epistemic": N_("Epistemic"),
    "error": N_("Errors"),
}
"""What the right side may show, by the names that files of a report have."""
HELP = {
    "aleatoric": N_("What the data leave open: noise, haze, mixed pixels."),
    "epistemic": N_("What the model has not learned: more training could make it less."),
    "error": N_("How far the prediction is from the truth."),
}
STEPS = {
    "read": N_("Tile read and checked"),
    "load": N_("Network opened"),
    "prepare": N_("Prepared as the card asks"),
    "network": N_("Network"),
    "measure": N_("Measured and drawn"),
    "occlusion": N_("Bands hidden, one group after the other"),
    "write": N_("Written"),
}
STRIPES = 24
REFLECTANCE = N_("reflectance")
Report = Mapping[str, Any]


@dataclass(frozen=True)
class Layer:
    """One choice of the right side."""

    key: str
    title: str
    address: str
    is_shown: bool


@dataclass(frozen=True)
class Key:
    """What colours mean: classes with shares, or a ramp between two ends; `help` is a sentence.

    Attributes:
        ends, unit: the ends as numbers, in this unit, where they are known.
    """

    classes: tuple[Mapping[str, Any], ...] = ()
    stripes: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    help: str = ""
    ends: tuple[float, float] | None = None
    unit: str = ""


def address(run: Run, choice: Choice, **changed: str) -> str:
    """The page of a run with a choice; a pixel and an overlay are of the tile's page alone."""
    kept = replace(choice, over="", row=-1, column=-1, **changed)  # type: ignore[arg-type]
    query = urlencode(kept.pairs(), safe=":,")
    return f"/runs/{run.id}" + (f"?{query}" if query else "")


def tidy(choice: Choice, tile: TileDescription | None) -> Choice:
    """A choice without what is as nobody chose; a form sends every field along, an address need not."""
    is_usual = tile is not None and choice.stretch == usual_stretch(tile)
    return replace(choice, stretch=None) if is_usual else choice


def context(
    run: Run, outcome: Mapping[str, Any] | None, tile: TileDescription | None, choice: Choice
) -> dict[str, Any]:
    """What the page needs beyond the run itself."""
    reports = list(outcome["models"].values()) if outcome else []
    there = [key for key in LAYERS if any(f"{key}_picture" in one["files"] for one in reports)]
    right = choice.right if choice.right in there else (there[0] if there else "")
    left = _left(tile, choice)
    return {
        "reports": reports,
        "choice": choice,
        "right": right,
        "layers": [
            Layer(key, _(LAYERS[key]), address(run, choice, right=key), key == right) for key in there
        ],
        "keys": {one["model"]: key_of(one, right) for one in reports},
        "left": left,
        "left_picture": _picture(tile, left),
        "groups": grouped(left.views) if left else [],
        "own": OWN,
        "stretches": [(one, _(STRETCH_NAMES[one])) for one in STRETCHES],
        "steps": STEPS,
        "seconds": _seconds(run),
        "waited": (run.started - run.created).total_seconds() if run.started else None,
    }


def _left(tile: TileDescription | None, choice: Choice) -> Sight | None:
    """What the left side shows; None where the tile is gone, or has nothing to show."""
    if tile is None:
        return None
    try:
        return sight(tile, choice)
    except NotFound:
        return None


def left_side(tile: TileDescription | None, left: Sight | None, read: Read) -> Side | None:
    """The left picture with its legend; None where it or its file is gone."""
    if tile is None or left is None:
        return None
    try:
        return side(tile, left, left.left, read)
    except NotFound:
        return None


def _picture(tile: TileDescription | None, left: Sight | None) -> str | None:
    if tile is None or left is None:
        return None
    return pictures.address(tile, Asked(left.left, left.choice.step, left.stretch))


def _seconds(run: Run) -> float | None:
    return (run.ended - run.started).total_seconds() if run.ended and run.started else None


def key_of(report: Report, layer: str) -> Key:
    """What the colours of one layer of a report mean."""
    legend = report["legend"]
    of_classes = isinstance(legend, list)
    if layer in ("prediction", "truth"):
        return _classes(report, legend, layer) if of_classes else _values(legend)
    told = _(HELP[layer]) if layer in HELP else ""
    if layer == "error" and of_classes:
        return Key(classes=_right_and_wrong(report), help="")
    if of_classes:
        told = _("Entropy of the class probabilities, as a share of the most there can be.")
        return Key((), _stripes(drawing.DOUBT), _("sure"), _("undecided"), told, (0.0, 1.0))
    told = (
        f"{told} {_('Errors and uncertainties of one model have one scale, so that they compare.')}".strip()
    )
    doubt = report.get("doubt")
    ends = (0.0, doubt["high"]) if doubt else None
    unit = doubt["unit"] if doubt and doubt["unit"] != "1" else ""
    return Key((), _stripes(drawing.DOUBT), "0", _largest(doubt), told, ends, _(unit) if unit else "")


def _largest(doubt: Mapping[str, Any] | None) -> str:
    """The upper end of errors and uncertainties; reports of before kept none."""
    if doubt is None:
        return _("largest")
    rounded = float(f"{doubt['high']:.2g}")
    return number(rounded) + _units(doubt["unit"])


def _classes(report: Report, legend: Sequence[Mapping[str, Any]], layer: str) -> Key:
    shares = true_shares(report) if layer == "truth" else report["shares"]
    told = tuple({**one, "share": shares.get(one["name"], 0)} for one in legend)
    return Key(tuple(one for one in told if one["share"]))


def true_shares(report: Report) -> dict[str, float]:
    """The share of each class among the pixels whose truth is known."""
    confusion = report["confusion"]
    if not confusion:
        return {}
    sums = [sum(row) for row in confusion["rows"]]
    total = sum(sums) or 1
    return {name: count / total for name, count in zip(confusion["classes"], sums, strict=True)}


def _right_and_wrong(report: Report) -> tuple[Mapping[str, Any], ...]:
    rows = report["confusion"]["rows"] if report["confusion"] else []
    total = sum(map(sum, rows)) or 1
    hits = sum(row[place] for place, row in enumerate(rows)) / total
    return (
        {"name": _("right"), "colour": drawing.RIGHT, "share": hits},
        {"name": _("wrong"), "colour": drawing.WRONG, "share": 1 - hits},
    )


def _values(legend: Mapping[str, Any]) -> Key:
    """A ramp; an image in natural colours has none, only what its full light stands for."""
    if legend["unit"] == REFLECTANCE:
        told = _(
            "Red, green and blue; full light is a reflectance of %(high)s.", high=f"{legend['high']:.2f}"
        )
        return Key(help=told)
    low, high, unit = legend["low"], legend["high"], _units(legend["unit"])
    ends = decimals(low, 2), decimals(high, 2) + unit
    return Key((), _stripes(drawing.VALUES), *ends, ends=(low, high), unit=unit.strip())


def _units(unit: str) -> str:
    """A unit behind its figure; nothing for what has none."""
    return "" if unit == "1" else f" {_(unit)}"


def _stripes(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple("#" + bytes(one.tolist()).hex() for one in drawing.ramp(codes, STRIPES))
