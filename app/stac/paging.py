"""The order of datasets and the cut of a page, forwards and backwards.

Pages are cut by key: a token holds the sort and the keys of a dataset at the edge of a page, so datasets that
are published in between neither repeat nor hide others.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.base.tokens import read_token, write_token
from app.catalogue.index import Index, Mask

RELEVANCE = "relevance"

Key = tuple[Any, ...]


class Sortable:
    """What can be sorted by: how a dataset's value is read, as text or as a number; None is unknown."""

    def __init__(self, description: str, kind: str, read: Callable[[Index], Sequence[Any]]) -> None:
        self.description = description
        self.kind = kind
        self.read = read


def _number(name: str) -> Callable[[Index], Sequence[Any]]:
    def read(index: Index) -> Sequence[Any]:
        values: list[float] = index.numbers[name].tolist()
        return values

    return read


SORTABLES: dict[str, Sortable] = {
    "id": Sortable("Identifier", "string", lambda index: index.slugs),
    "title": Sortable("Name", "string", lambda index: [name.casefold() for name in index.names]),
    "updated": Sortable("When the description last changed", "string", _number("updated")),
    "extent.temporal": Sortable("First day of acquisition", "string", _number("first_day")),
    "gsd": Sortable("Finest ground sampling distance, metres", "number", _number("gsd_min")),
    "eod:year": Sortable("Year of publication", "integer", _number("year")),
    "eod:n_samples": Sortable("Number of samples", "integer", _number("samples")),
    "eod:n_classes": Sortable("Number of classes", "integer", _number("classes")),
    "eod:volume_gb": Sortable("Volume, gigabytes", "number", _number("volume")),
    "eod:completeness": Sortable(
        "Share of the description that is filled in", "integer", _number("completeness")
    ),
}


@dataclass(frozen=True)
class Cut:
    """The rows of a page in order, and the tokens of its neighbours where there are any."""

    rows: list[int]
    following: str | None
    preceding: str | None


def cut(
    index: Index,
    mask: Mask,
    sorts: tuple[tuple[str, bool], ...],
    scores: NDArray[np.float64] | None,
    *,
    limit: int,
    token: str | None,
    offset: int,
    secret: str,
) -> Cut:
    """One page of the rows of a mask.

    Args:
        scores: relevance per row of the index; orders the rows, best first, where no sort is asked for.
        token: where a page before this one ended, or one after it began.
    Raises:
        Invalid: the token is not ours, or belongs to another sort.
    """
    name = ",".join(f"{'-' if down else ''}{one}" for one, down in sorts) or (
        RELEVANCE if scores is not None else "id"
    )
    columns = _columns(index, sorts, scores)
    rows = np.flatnonzero(mask).tolist()
    keyed = sorted((_key(columns, index, row), row) for row in rows)
    keys = [key for key, _ in keyed]
    start, stop = offset, offset + limit
    if token is not None:
        backwards, position = _position(read_token(secret, token), name, columns)
        edge = bisect_left(keys, position) if backwards else bisect_right(keys, position)
        start, stop = (max(edge - limit, 0), edge) if backwards else (edge, edge + limit)
    shown = [row for _, row in keyed[start:stop]]
    edges = {"next": shown[-1:] if stop < len(keyed) else [], "prev": shown[:1] if start > 0 else []}
    tokens = {
        way: write_token(secret, [name, way, *_values(columns, index, one[0])]) if one else None
        for way, one in edges.items()
    }
    return Cut(shown, tokens["next"], tokens["prev"])


@dataclass(frozen=True)
class _Column:
    """One thing that decides: the values shown in tokens, and the figure that compares them."""

    values: Sequence[Any]
    place: Callable[[Any], float]


def _columns(
    index: Index, sorts: tuple[tuple[str, bool], ...], scores: NDArray[np.float64] | None
) -> list[_Column]:
    if sorts:
        return [_column(SORTABLES[name], index, descending) for name, descending in sorts]
    if scores is None:
        return []
    return [
        _Column(scores.tolist(), lambda score: -_figure(score)),
        _Column(index.prior.tolist(), lambda prior: -_figure(prior)),
    ]


def _column(sortable: Sortable, index: Index, descending: bool) -> _Column:
    """Texts are compared by their place in the alphabet, which a text that has gone still has."""
    values = sortable.read(index)
    sign = -1.0 if descending else 1.0
    if not isinstance(next(iter(values), None), str):
        return _Column(values, lambda value: sign * figure if (figure := _figure(value)) != inf else inf)
    alphabet = sorted(set(values))

    def place(value: Any) -> float:
        rank = bisect_left(alphabet, str(value))
        present = rank < len(alphabet) and alphabet[rank] == value
        return sign * (rank if present else rank - 0.5)

    return _Column(values, place)


def _figure(value: Any) -> float:
    """A number, and infinity for what is not known, so that it comes last."""
    if not isinstance(value, int | float) or isinstance(value, bool) or isnan(value):
        return inf
    return float(value)


def _key(columns: list[_Column], index: Index, row: int) -> Key:
    return (*(column.place(column.values[row]) for column in columns), index.slugs[row])


def _values(columns: list[_Column], index: Index, row: int) -> list[object]:
    """The values at the edge of a page, as they are, so that they mean the same in the next version."""
    values = [column.values[row] for column in columns]
    plain = [None if isinstance(value, float) and isnan(value) else value for value in values]
    return [*plain, index.slugs[row]]


def _position(held: list[object], name: str, columns: list[_Column]) -> tuple[bool, Key]:
    if len(held) != len(columns) + 3 or held[0] != name or held[1] not in ("next", "prev"):
        raise Invalid("This token belongs to another list or sort; start again without it.")
    places = [column.place(value) for column, value in zip(columns, held[2:-1], strict=True)]
    return held[1] == "prev", (*places, str(held[-1]))
