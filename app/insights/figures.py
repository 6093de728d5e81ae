"""The survey figures as tables: plain arithmetic over the arrays of the index, for one search.

Every figure says how many datasets it shows and how many lack what it needs. A value that is not known is
left out; it is never a zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.base.language import N_, _
from app.catalogue import naming
from app.catalogue.index import Index, Mask
from app.insights.shares import Bits, codes_of, families, family_bits, joined, main_families, shares

TOP_SENSORS = 8
OTHER_SENSORS = "other"

# Classes of ground sampling distance in metres, 1-2-5 per decade; each holds its lower edge alone.
GSD_EDGES = np.asarray([float(f"{step}e{power}") for power in range(-4, 6) for step in (1, 2, 5)])

Rows = tuple[tuple[Any, ...], ...]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """One figure: n datasets of the search are in it, `lacking` do not state what it needs.

    `columns` are the names of the fields of each row, the same in JSON and CSV.
    """

    name: str
    title: str
    rule: str
    n: int
    lacking: int
    columns: tuple[str, ...]
    rows: Rows

    @property
    def matched(self) -> int:
        """How many datasets the search finds."""
        return self.n + self.lacking

    def column(self, name: str) -> list[Any]:
        """The values of one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Selection:
    """The datasets that a search finds, as rows of the index."""

    index: Index
    mask: Mask

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.mask.sum())

    def numbers(self, name: str) -> Numbers:
        """A number of every dataset of the whole index; NaN for unknown, and for what the search lacks."""
        return np.where(self.mask, self.index.numbers[name], np.nan)

    @cached_property
    def family_bits(self) -> Bits:
        """The task families of every dataset; none for what the search lacks."""
        return np.where(self.mask, family_bits(self.index), 0)

    def with_code(self, name: str) -> Mask:
        """The datasets that have any code of a list."""
        mask = np.zeros(self.index.size, dtype=bool)
        mask[self.index.codes[name].rows] = True
        return mask & self.mask


def volume_by_year(chosen: Selection) -> Figure:
    """One row per dataset that states year and volume, largest volume first."""
    years, volumes = chosen.numbers("year"), chosen.numbers("volume")
    rows = np.flatnonzero(~np.isnan(years) & ~np.isnan(volumes) & (volumes > 0))
    rows = rows[np.argsort(-volumes[rows], kind="stable")]
    pixels, prominence = chosen.numbers("size_measure"), chosen.index.prior
    first, names = main_families(chosen.index), families()
    return _figure(
        chosen,
        "volume-by-year",
        _("Do datasets grow?"),
        _(
            "Volume on disk against year of publication. Images × width × height give the size of the "
            "circle, the first task gives its colour."
        ),
        len(rows),
        ("slug", "name", "year", "volume_gb", "size_measure_px", "task_family", "prominence"),
        [
            (
                chosen.index.slugs[row],
                chosen.index.names[row],
                int(years[row]),
                float(volumes[row]),
                None if np.isnan(pixels[row]) else int(pixels[row]),
                names[first[row]] if first[row] >= 0 else None,
                int(prominence[row]),
            )
            for row in rows
        ],
    )


def datasets_per_year(chosen: Selection) -> Figure:
    """Datasets per year of publication without gaps; those of unknown year in the last row."""
    years = chosen.numbers("year")
    known = years[~np.isnan(years)].astype(np.int64)
    first = int(known.min()) if len(known) else 0
    counts = np.bincount(known - first)
    rows: list[tuple[Any, ...]] = [(first + place, int(count)) for place, count in enumerate(counts)]
    if chosen.size > len(known):
        rows.append(("unknown", chosen.size - len(known)))
    return _figure(
        chosen,
        "datasets-per-year",
        _("How many appear each year?"),
        _("Year in which the dataset or its publication came out."),
        len(known),
        ("year", "datasets"),
        rows,
    )


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
    if share >= 0.2 and len(found) > 1:
        rule.append(_("%(name)s alone holds %(share)s.", name=largest, share=f"{100 * share:.0f} %"))
    return _figure(
        chosen,
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


def gsd(chosen: Selection) -> Figure:
    """Datasets per class of their finest ground sampling distance, without gaps between the classes."""
    values = chosen.numbers("gsd_min")
    known = values[~np.isnan(values)]
    places = np.clip(np.searchsorted(GSD_EDGES, known, side="right") - 1, 0, len(GSD_EDGES) - 2)
    counts = np.bincount(places, minlength=1)
    return _figure(
        chosen,
        "gsd",
        _("How sharp are the images?"),
        _(
            "Finest ground sampling distance of each dataset on a logarithmic axis. The list behind a bar "
            "also holds datasets whose coarser images reach into it."
        ),
        len(known),
        ("gsd_from_m", "gsd_below_m", "datasets"),
        [
            (float(GSD_EDGES[place]), float(GSD_EDGES[place + 1]), int(counts[place]))
            for place in range(int(places.min(initial=len(counts))), len(counts))
        ],
    )


def sensors_by_year(chosen: Selection) -> Figure:
    """Datasets per year for the most frequent sensors, and for all others together."""
    codes, years = chosen.index.codes["sensor"], chosen.numbers("year")
    kept = ~np.isnan(years[codes.rows])
    rows, sensors = codes.rows[kept], codes.values[kept]
    per_sensor = np.bincount(sensors, minlength=len(codes.names))
    ranked = sorted(np.flatnonzero(per_sensor), key=lambda one: (-per_sensor[one], codes.names[one]))
    top = ranked[:TOP_SENSORS]
    found: list[tuple[Any, ...]] = []
    for sensor in top:
        code = codes.names[sensor]
        found += _per_year(code, naming.term("sensor", code), years[rows[sensors == sensor]])
    others = np.unique(rows[~np.isin(sensors, top)])
    found += _per_year(OTHER_SENSORS, _("Other sensors"), years[others])
    return _figure(
        chosen,
        "sensors-by-year",
        _("Which sensors feed them, and when?"),
        _(
            "Datasets per year of publication for the %(n)s most frequent sensors. A dataset with several "
            "sensors counts once for each.",
            n=TOP_SENSORS,
        ),
        len(np.unique(rows)),
        ("sensor", "label", "year", "datasets"),
        found,
    )


def _per_year(code: str, label: str, years: Numbers) -> list[tuple[Any, ...]]:
    found, counts = np.unique(years.astype(np.int64), return_counts=True)
    return [(code, label, int(year), int(count)) for year, count in zip(found, counts, strict=True)]


def countries(chosen: Selection) -> Figure:
    """Datasets per country, most first."""
    return _counted(
        chosen,
        "countries",
        _("Where do the images lie?"),
        _(
            "Datasets per country. One that covers several counts once for each; global and unlocated ones "
            "name none."
        ),
        "country",
    )


def label_types(chosen: Selection) -> Figure:
    """Datasets per form of their labels, most first."""
    return _counted(
        chosen,
        "label-types",
        _("What form do the labels have?"),
        _("The main form of the labels."),
        "label_type",
    )


def licences(chosen: Selection) -> Figure:
    """Datasets per class of their licence, most first; one that is not stated is lacking."""
    figure = _counted(
        chosen,
        "licences",
        _("What does the licence allow?"),
        _("Licence of the data. A licence that is not stated allows nothing by itself."),
        "licence_class",
    )
    unstated = sum(row[2] for row in figure.rows if row[0] == "not-stated")
    return _figure(
        chosen, figure.name, figure.title, figure.rule, figure.n - unstated, figure.columns, figure.rows
    )


def _counted(chosen: Selection, name: str, title: str, rule: str, facet: str) -> Figure:
    counts = chosen.index.codes[facet].count(chosen.mask)
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    return _figure(
        chosen,
        name,
        title,
        rule,
        int(chosen.with_code(facet).sum()),
        (facet, "label", "datasets"),
        [(code, naming.term(facet, code), counts[code]) for code in ranked],
    )


def _figure(
    chosen: Selection,
    name: str,
    title: str,
    rule: str,
    n: int,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]] | Rows,
) -> Figure:
    return Figure(name, title, rule, n, chosen.size - n, columns, tuple(rows))


# Name in the address → the function that makes the figure, in the order of the page.
FIGURES: dict[str, Callable[[Selection], Figure]] = {
    "volume-by-year": volume_by_year,
    "countries": countries,
    "datasets-per-year": datasets_per_year,
    "gsd": gsd,
    "datasets-per-task": datasets_per_task,
    "size-per-task": size_per_task,
    "volume-per-task": volume_per_task,
    "sensors-by-year": sensors_by_year,
    "licences": licences,
    "label-types": label_types,
}


def draw(chosen: Selection) -> dict[str, Figure]:
    """Every figure of a selection."""
    return {name: make(chosen) for name, make in FIGURES.items()}
