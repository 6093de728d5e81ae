"""What each figure shows, as one sentence: the answer to its title, and the name of its drawing."""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from app.base import html
from app.catalogue import vocabulary
from app.insights.figures import Figure

RECENT_YEARS = 5


def percent(share: float, digits: int = 0) -> str:
    """A share in per cent; what is not quite nothing stays visible."""
    smallest = 10**-digits / 100
    if 0 < share < smallest:
        return f"< {100 * smallest:g}{html.UNIT}%"
    return f"{100 * share:.{digits}f}{html.UNIT}%"


def families_in_words(families: str, most: int = 99) -> str:
    """Task families as people read them: "Segmentation + classification"; of many, the first and the number
    of the others."""
    codes = families.split("+")
    first, *rest = [vocabulary.task_groups().get(code, code) for code in codes[:most]]
    more = [f"{len(codes) - most} more"] if len(codes) > most else []
    return " + ".join([first, *(name[0].lower() + name[1:] for name in rest), *more])


def combination(families: str) -> str:
    """Task families where room is short: the first two, and how many more."""
    return families_in_words(families, most=2)


def finding(figure: Figure) -> str:
    """The sentence of one figure."""
    return FINDINGS[figure.name](figure) if figure.n else "No dataset of this search states what this needs."


def _volumes(figure: Figure) -> str:
    years, volumes = figure.column("year"), figure.column("volume_gb")
    border = max(years) - RECENT_YEARS + 1
    recent = [volume for year, volume in zip(years, volumes, strict=True) if year >= border]
    earlier = [volume for year, volume in zip(years, volumes, strict=True) if year < border]
    largest = f"the largest is {figure.rows[0][1]} ({years[0]}) with {html.gigabytes(volumes[0])}"
    if not earlier:
        return f"Half of them have at most {html.gigabytes(median(volumes))}; {largest}."
    return (
        f"Half of those since {border} have at most {html.gigabytes(median(recent))}, half of the earlier "
        f"ones at most {html.gigabytes(median(earlier))}; {largest}."
    )


def _years(figure: Figure) -> str:
    best = max((row for row in figure.rows if row[0] != "unknown"), key=lambda row: row[1])
    return f"Most are of {best[0]}: {html.number(best[1])} of {html.number(figure.n)} with a known year."


def _shares(figure: Figure) -> str:
    shares = [
        f"{combination(families)} {percent(share)}"
        for families, share in zip(figure.column("task_families"), figure.column("share"), strict=True)
    ]
    return f"{_list(shares[:3])}."


def _gsd(figure: Figure) -> str:
    best = max(figure.rows, key=lambda row: row[2])
    between = html.gsd({"min": best[0], "max": best[1]})
    middle = next(
        row for place, row in enumerate(figure.rows) if _reached(figure.rows[: place + 1]) * 2 >= figure.n
    )
    return (
        f"Most lie at {between}: {html.number(best[2])} of {html.number(figure.n)}; half are finer than "
        f"{html.gsd(middle[1])}."
    )


def _reached(rows: Sequence[tuple[Any, ...]]) -> int:
    return sum(row[2] for row in rows)


def _sensors(figure: Figure) -> str:
    totals: Counter[str] = Counter()
    for code, label, _year, count in figure.rows:
        totals[label] += count if code != "other" else 0
    first, *rest = [f"{name} ({html.number(count)})" for name, count in totals.most_common(3) if count]
    return f"Most frequent: {_list([first, *rest])} of {html.number(figure.n)} with a known sensor and year."


def _countries(figure: Figure) -> str:
    first = _list([f"{label} ({html.number(count)})" for _code, label, count in figure.rows[:3]])
    if len(figure.rows) == 1:
        return f"{first} alone."
    return f"{first} have most; {html.number(len(figure.rows))} countries have at least one."


def _labels(figure: Figure) -> str:
    _code, label, count = figure.rows[0]
    share = percent(count / figure.n)
    return f"Most frequent: {label}, {html.number(count)} of {html.number(figure.n)} ({share})."


def _licences(figure: Figure) -> str:
    _code, label, count = next(row for row in figure.rows if row[0] != "not-stated")
    return (
        f"{html.number(figure.lacking)} of {html.number(figure.matched)} state none. Most frequent of the "
        f"others: {label}, {html.number(count)} of {html.number(figure.n)}."
    )


def _list(parts: Sequence[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


FINDINGS: dict[str, Callable[[Figure], str]] = {
    "volume-by-year": _volumes,
    "countries": _countries,
    "datasets-per-year": _years,
    "gsd": _gsd,
    "datasets-per-task": _shares,
    "size-per-task": _shares,
    "volume-per-task": _shares,
    "sensors-by-year": _sensors,
    "licences": _licences,
    "label-types": _labels,
}
