"""What each figure shows, as one sentence: the answer to its title, and the name of its drawing."""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from app.base import html
from app.base.language import SOURCE, _, language
from app.catalogue import naming
from app.insights.figure import Figure

RECENT_YEARS = 5


def percent(share: float, digits: int = 0) -> str:
    """A share in per cent; what is not quite nothing stays visible."""
    smallest = 10**-digits / 100
    if 0 < share < smallest:
        return f"< {html.number(float(f'{100 * smallest:g}'))}{html.UNIT}%"
    return f"{html.decimals(100 * share, digits)}{html.UNIT}%"


def families_in_words(families: str, most: int = 99) -> str:
    """Task families as people read them: "Segmentation + classification"; of many, the first and the number
    of the others."""
    codes = families.split("+")
    first, *rest = [naming.group("task", code) for code in codes[:most]]
    more = [_("%(n)s more", n=len(codes) - most)] if len(codes) > most else []
    # Other languages write nouns with a capital letter wherever they stand.
    small = rest if language() != SOURCE else [name[0].lower() + name[1:] for name in rest]
    return " + ".join([first, *small, *more])


def combination(families: str) -> str:
    """Task families where room is short: the first two, and how many more."""
    return families_in_words(families, most=2)


def finding(figure: Figure) -> str:
    """The sentence of one figure."""
    return (
        FINDINGS[figure.name](figure) if figure.n else _("No dataset of this search states what this needs.")
    )


def _volumes(figure: Figure) -> str:
    years, volumes = figure.column("year"), figure.column("volume_gb")
    border = max(years) - RECENT_YEARS + 1
    recent = [volume for year, volume in zip(years, volumes, strict=True) if year >= border]
    earlier = [volume for year, volume in zip(years, volumes, strict=True) if year < border]
    largest = {"name": figure.rows[0][1], "year": years[0], "volume": html.gigabytes(volumes[0])}
    if not earlier:
        return _(
            "Half of them have at most %(half)s; the largest is %(name)s (%(year)s) with %(volume)s.",
            half=html.gigabytes(median(volumes)),
            **largest,
        )
    return _(
        "Half of those since %(border)s have at most %(recent)s, half of the earlier ones at most "
        "%(earlier)s; the largest is %(name)s (%(year)s) with %(volume)s.",
        border=border,
        recent=html.gigabytes(median(recent)),
        earlier=html.gigabytes(median(earlier)),
        **largest,
    )


def _years(figure: Figure) -> str:
    best = max((row for row in figure.rows if row[0] != "unknown"), key=lambda row: row[1])
    return _(
        "Most are of %(year)s: %(n)s of %(all)s with a known year.",
        year=best[0],
        n=html.number(best[1]),
        all=html.number(figure.n),
    )


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
    return _(
        "Most lie at %(between)s: %(n)s of %(all)s; half are finer than %(middle)s.",
        between=between,
        n=html.number(best[2]),
        all=html.number(figure.n),
        middle=html.gsd(middle[1]),
    )


def _reached(rows: Sequence[tuple[Any, ...]]) -> int:
    return sum(row[2] for row in rows)


def _sensors(figure: Figure) -> str:
    totals: Counter[str] = Counter()
    for code, label, _year, count in figure.rows:
        totals[label] += count if code != "other" else 0
    first, *rest = [f"{name} ({html.number(count)})" for name, count in totals.most_common(3) if count]
    return _(
        "Most frequent: %(names)s of %(all)s with a known sensor and year.",
        names=_list([first, *rest]),
        all=html.number(figure.n),
    )


def _countries(figure: Figure) -> str:
    first = _list([f"{label} ({html.number(count)})" for _code, label, count in figure.rows[:3]])
    if len(figure.rows) == 1:
        return _("%(names)s alone.", names=first)
    n = html.number(len(figure.rows))
    return _("%(names)s have most; %(n)s countries have at least one.", names=first, n=n)


def _labels(figure: Figure) -> str:
    _code, label, count = figure.rows[0]
    share = percent(count / figure.n)
    return _(
        "Most frequent: %(name)s, %(n)s of %(all)s (%(share)s).",
        name=label,
        n=html.number(count),
        all=html.number(figure.n),
        share=share,
    )


def _licences(figure: Figure) -> str:
    _code, label, count = next(row for row in figure.rows if row[0] != "not-stated")
    return _(
        "%(without)s of %(all)s state none. Most frequent of the others: %(name)s, %(n)s of %(others)s.",
        without=html.number(figure.lacking),
        all=html.number(figure.matched),
        name=label,
        n=html.number(count),
        others=html.number(figure.n),
    )


def _list(parts: Sequence[str]) -> str:
    *most, last = parts
    return _("%(all)s and %(last)s", all=", ".join(most), last=last) if most else last


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
