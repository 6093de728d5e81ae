"""What the record page shows of a dataset's items: how many by split and time, where, and one page of them.

Numbers come from the columns in memory; only the documents of the page are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import quote, urlencode
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.base import html
from app.base.errors import Invalid
from app.base.extent import first_day, last_day
from app.base.language import N_, _
from app.catalogue.nearest import nearest, unknown_parameter
from app.items.cql2 import Filter, parse_filter
from app.items.find import find_items
from app.items.forms import OWN_BOX
from app.items.index import ItemIndex
from app.items.indexes import current
from app.items.moments import micros
from app.items.query import ItemQuery, Moments
from app.items.splits import SPLITS, split_of
from app.portal.item_lines import Line, line
from app.portal.item_time import Bar, Timeline, Times, read_times, timeline

PER_PAGE = 10
NAMES = ("split", "from", "to", "token")
LABELS = {
    "train": N_("Training"),
    "validate": N_("Validation"),
    "test": N_("Test"),
    "other": N_("No split stated"),
}
# Places of the palette of categories; each split also has a dash of its own on the map.
COLOURS = {"train": "cat-1", "validate": "cat-5", "test": "cat-2", "other": "cat-0"}


@dataclass(frozen=True)
class Choice:
    """What a reader wants to see: splits (none is all), first and last year or month, and the page."""

    splits: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    token: str | None = None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The choice as parameters of an address, without the page."""
        told = [("split", split) for split in self.splits]
        told += [("from", self.start)] if self.start else []
        return told + ([("to", self.end)] if self.end else [])

    @property
    def moments(self) -> Moments | None:
        """The moments chosen, ends included."""
        if not self.start and not self.end:
            return None
        first = datetime.combine(first_day(self.start), time.min, UTC) if self.start else None
        return Moments(first, datetime.combine(last_day(self.end), time.max, UTC) if self.end else None)


@dataclass(frozen=True)
class Split:
    """One line of the legend: items of a split under the other choices."""

    code: str
    label: str
    colour: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Section:
    """Everything the templates of the items need."""

    slug: str
    total: int
    matched: int
    without_place: int
    points: int
    without_time: int
    taken: str
    bounds: str
    splits: tuple[Split, ...]
    timeline: Timeline | None
    choice: Choice
    tiles: str
    lines: tuple[Line, ...]
    next_page: str | None
    previous_page: str | None

    @property
    def has_splits(self) -> bool:
        """Whether any item says which split it belongs to."""
        return any(split.code != "other" for split in self.splits)

    @property
    def shown(self) -> str:
        """The splits that the map shows."""
        return " ".join(self.choice.splits or SPLITS)

    @property
    def here(self) -> str:
        """The address of this choice, from its first page on."""
        return address(self.slug, self.choice.pairs)

    def at(self, label: str) -> str:
        """The address of the items of one bar, splits as they are."""
        return address(self.slug, replace(self.choice, start=label, end=label).pairs)

    def count(self, bar: Bar, split: str) -> int:
        """Items of a split in a bar."""
        return bar.counts[SPLITS.index(split)]

    def colour(self, split: str) -> str:
        """The class of a split's colour; without splits all are alike."""
        return COLOURS[split] if self.has_splits else "known"

    def label(self, split: str) -> str:
        """The name of a split."""
        return _(LABELS[split])


def read_choice(pairs: Sequence[tuple[str, str]]) -> Choice:
    """Read the parameters of a page of items.

    Raises:
        Invalid: an unknown parameter, split, year or month; the message names the nearest right one.
    """
    given: dict[str, list[str]] = {name: [] for name in NAMES}
    for name, value in pairs:
        if name not in NAMES:
            raise unknown_parameter(name, NAMES)
        if value.strip():
            given[name].append(value.strip())
    for split in given["split"]:
        if split not in SPLITS:
            hint = nearest(split, {one: one for one in SPLITS})
            raise Invalid(_("There is no split %(given)s. %(hint)s", given=repr(split[:40]), hint=hint))
    start, end, token = (_last(given[name]) for name in ("from", "to", "token"))
    for label in (start, end):
        _check(label)
    if start and end and first_day(start) > last_day(end):
        raise Invalid(_("from (%(start)s) lies after to (%(end)s); swap them.", start=start, end=end))
    return Choice(tuple(split for split in SPLITS if split in given["split"]), start, end, token)


def _last(values: list[str]) -> str | None:
    return values[-1] if values else None


def _check(label: str | None) -> None:
    try:
        if label is not None and len(label) <= len("2019-01"):
            first_day(label)
            return
    except (ValueError, OverflowError):
        pass
    if label is not None:
        raise Invalid(
            _(
                "from and to take a year or a month, for example 2019 or 2019-05; got %(given)s.",
                given=repr(label[:40]),
            )
        )


def section(session: Session, number: int, slug: str, choice: Choice, secret: str) -> Section | None:
    """The items of a dataset under a choice; None where it has none.

    Args:
        number: the dataset's number in the database.
        secret: signs the tokens of other pages.
    """
    index = current(session)
    span = index.spans.get(number)
    if span is None:
        return None
    rows = slice(span.first, span.last)
    times = _times(index, number, rows)
    in_time, in_split = _in_time(index, rows, choice), _in_split(times, choice)
    counts = np.bincount(times.splits[in_time], minlength=len(SPLITS)).tolist()
    whole = np.bincount(times.splits, minlength=len(SPLITS)).tolist()
    query = _query(index, slug, rows, choice)
    page = find_items(session, query, secret)
    return Section(
        slug=slug,
        total=span.last - span.first,
        matched=int(np.count_nonzero(in_time & in_split)),
        **_places(index, rows),
        without_time=int(np.count_nonzero(~times.known)),
        taken=_taken(index, rows, times),
        splits=tuple(
            Split(code, _(LABELS[code]), COLOURS[code], count, not choice.splits or code in choice.splits)
            for code, count, all_of_it in zip(SPLITS, counts, whole, strict=True)
            if all_of_it
        ),
        timeline=timeline(times, in_split, (choice.start, choice.end)),
        choice=choice,
        tiles=tiles_address(slug, choice),
        lines=tuple(line(item) for item in page.items),
        next_page=_page(slug, choice, page.next_token),
        previous_page=_page(slug, choice, page.previous_token),
    )


_TIMES: WeakKeyDictionary[ItemIndex, dict[int, Times]] = WeakKeyDictionary()


def _times(index: ItemIndex, number: int, rows: slice) -> Times:
    """The times of a collection, worked out once for each index."""
    held = _TIMES.setdefault(index, {})
    if number not in held:
        held[number] = read_times(index, rows)
    return held[number]


def _in_time(index: ItemIndex, rows: slice, choice: Choice) -> NDArray[np.bool_]:
    """Overlap, ends included, as searches have it."""
    mask = np.ones(rows.stop - rows.start, dtype=bool)
    moments = choice.moments
    if moments and moments.start:
        mask &= index.until[rows] >= micros(moments.start)
    if moments and moments.end:
        mask &= index.start[rows] <= micros(moments.end)
    return mask


def _in_split(times: Times, choice: Choice) -> NDArray[np.bool_]:
    chosen = np.array([not choice.splits or split in choice.splits for split in SPLITS])
    return chosen[times.splits]


def _query(index: ItemIndex, slug: str, rows: slice, choice: Choice) -> ItemQuery:
    query = ItemQuery((slug,), moments=choice.moments, limit=PER_PAGE, token=choice.token)
    if not choice.splits or set(choice.splits) == set(SPLITS):
        return query
    words = index.texts.get("split")
    met = [] if words is None else [index.words[one] for one in np.unique(words[rows]).tolist() if one]
    if not met:
        # Items that state no split have none of the three.
        return query if "other" in choice.splits else replace(query, collections=())
    return replace(query, filter=_filter(met, choice.splits))


def _filter(met: list[str], splits: tuple[str, ...]) -> Filter:
    """The words of a dataset that mean some splits, as a filter."""
    quoted = ["'" + word.replace("'", "''") + "'" for word in met if split_of(word) in splits]
    parts = [f"split IN ({', '.join(quoted)})"] if quoted else []
    parts += ["split IS NULL"] if "other" in splits else []
    return parse_filter(" OR ".join(parts) or "split = ''", "cql2-text")


def _places(index: ItemIndex, rows: slice) -> dict[str, Any]:
    """How many items have no place, how many only a point, and the box of all."""
    west, south, east, north = (side[rows] for side in (index.west, index.south, index.east, index.north))
    placed = np.flatnonzero(~np.isnan(west))
    points = (index.form[rows] == OWN_BOX) & (west == east) & (south == north)
    sides = (
        (west[placed].min(), south[placed].min(), east[placed].max(), north[placed].max())
        if len(placed)
        else ()
    )
    return {
        "without_place": len(west) - len(placed),
        "points": int(np.count_nonzero(points)),
        "bounds": ",".join(f"{side:.5f}" for side in sides),
    }


def _taken(index: ItemIndex, rows: slice, times: Times) -> str:
    """From when to when, as far as it is known."""
    if not times.known.any():
        return _("when they were taken is not recorded")
    first, last = (
        str(np.datetime64(int(value), "us").astype("datetime64[D]"))
        for value in (index.start[rows][times.known].min(), index.until[rows][times.known].max())
    )
    when = html.day(first) if first == last else f"{html.day(first)} – {html.day(last)}"
    return _("taken %(when)s", when=when)


def tiles_address(slug: str, choice: Choice) -> str:
    """The parameters of the map's tiles."""
    told = [("collection", slug)]
    if moments := choice.moments:
        ends = (
            one.isoformat().replace("+00:00", "Z") if one else ".." for one in (moments.start, moments.end)
        )
        told.append(("datetime", "/".join(ends)))
    return urlencode(told)


def address(slug: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The address of a page of items."""
    return f"/datasets/{quote(slug)}/items" + (f"?{urlencode(pairs)}" if pairs else "")


def _page(slug: str, choice: Choice, token: str | None) -> str | None:
    return address(slug, [*choice.pairs, ("token", token)]) if token else None
