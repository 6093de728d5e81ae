"""The survey figures as tables: plain arithmetic over the arrays of the index, for one search.

Every figure says how many datasets it shows and how many lack what it needs. A value that is not known is
left out; it is never a zero.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from app.base.language import _
from app.catalogue import naming
from app.insights.figure import Figure
from app.insights.selection import Numbers, Selection
from app.insights.shares import families, main_families
from app.insights.task_shares import datasets_per_task, size_per_task, volume_per_task

TOP_SENSORS = 8
OTHER_SENSORS = "other"

# Classes of ground sampling distance in metres, 1-2-5 per decade; each holds its lower edge alone.
GSD_EDGES = np.asarray([float(f"{step}e{power}") for power in range(-4, 6) for step in (1, 2, 5)])


def volume_by_year(chosen: Selection) -> Figure:
    """One row per dataset that states year and volume, largest volume first."""
    years, volumes = chosen.numbers("year"), chosen.numbers("volume")
    rows = np.flatnonzero(~np.isnan(years) & ~np.isnan(volumes) & (volumes > 0))
    rows = rows[np.argsort(-volumes[rows], kind="stable")]
    pixels, prominence = chosen.numbers("size_measure"), chosen.index.prior
    first, names = main_families(chosen.index), families()
    return chosen.figure(
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
    return chosen.figure(
        "datasets-per-year",
        _("How many appear each year?"),
        _("Year in which the dataset or its publication came out."),
        len(known),
        ("year", "datasets"),
        rows,
    )


def gsd(chosen: Selection) -> Figure:
    """Datasets per class of their finest ground sampling distance, without gaps between the classes."""
    values = chosen.numbers("gsd_min")
    known = values[~np.isnan(values)]
    places = np.clip(np.searchsorted(GSD_EDGES, known, side="right") - 1, 0, len(GSD_EDGES) - 2)
    counts = np.bincount(places, minlength=1)
    return chosen.figure(
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
    return chosen.figure(
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
    return replace(figure, n=figure.n - unstated, lacking=figure.lacking + unstated)


def _counted(chosen: Selection, name: str, title: str, rule: str, facet: str) -> Figure:
    counts = chosen.index.codes[facet].count(chosen.mask)
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    return chosen.figure(
        name,
        title,
        rule,
        int(chosen.with_code(facet).sum()),
        (facet, "label", "datasets"),
        [(code, naming.term(facet, code), counts[code]) for code in ranked],
    )


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
