"""What a visitor typed into the search form: kept as typed, read as a query, mended where it is wrong."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.base.errors import Invalid, TooLarge
from app.base.language import N_, _
from app.catalogue.nearest import named_nearest
from app.catalogue.parameters import PARAMETERS, parse_query
from app.catalogue.query import RANGE_NAMES, SearchQuery
from app.portal.rail import RANGES

Pairs = Sequence[tuple[str, str]]

# Parameter → the label of its field on the page.
LABELS = {
    "q": N_("Search box"),
    "bbox": N_("Type the area"),
    "intersects": N_("Outline"),
    "datetime": N_("Acquired"),
    **{
        f"{name}_{side}": words
        for name in RANGES
        for side, words in (("min", N_("%(what)s, from")), ("max", N_("%(what)s, to")))
    },
}
_NAMES = re.compile(rf"(?<![\w'])(?:{'|'.join(LABELS)})(?![\w'=,])")


@dataclass(frozen=True)
class Problem:
    """Why a search cannot be answered, the fields it lies in, and the searches that can.

    `mending` says how `mended` searches.
    """

    message: str
    status: int
    wrong: frozenset[str]
    without: SearchQuery
    mending: str | None = None
    mended: SearchQuery | None = None


@dataclass(frozen=True)
class Typed:
    """The texts to write back into the form."""

    q: str
    datetime: str
    intersects: str
    box: tuple[str, str, str, str]
    bounds: dict[str, str]


def one_box(pairs: Pairs) -> list[tuple[str, str]]:
    """Join the four fields west, south, east, north, each sent as `bbox`, into the one parameter.

    A box of which a side is missing stays as it is, to be named as wrong; an empty one disappears.
    """
    sides = [value.strip() for name, value in pairs if name == "bbox"]
    others = [(name, value) for name, value in pairs if name != "bbox"]
    if not any(sides):
        return others
    return [*others, ("bbox", ",".join(sides))]


def is_raw(pairs: Pairs) -> bool:
    """Whether these come straight from a form, with empty fields or a box in four parts."""
    return any(not value.strip() for _, value in pairs) or sum(name == "bbox" for name, _ in pairs) > 1


def read(pairs: Pairs) -> tuple[SearchQuery, Problem | None]:
    """The query of an address; beside a problem, the query of all that is right in it."""
    pairs = one_box(pairs)
    try:
        return parse_query(pairs), None
    except (Invalid, TooLarge) as error:
        problem = _problem(pairs, error)
        return problem.without, problem


def _problem(pairs: Pairs, error: Invalid | TooLarge) -> Problem:
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, value in pairs:
        stem = PARAMETERS[name].attribute if name in PARAMETERS else name
        groups.setdefault(stem, []).append((name, value))
    wrong = [group for group in groups.values() if not _reads(group)]
    right = [pair for group in groups.values() if group not in wrong for pair in group]
    mending, mended = _mending(wrong, right, error.message)
    return Problem(
        message=in_words(error.message),
        status=error.status,
        wrong=frozenset(name for group in wrong for name, _ in group),
        without=parse_query(right),
        mending=mending if mended else None,
        mended=mended,
    )


def in_words(message: str) -> str:
    """A message with the labels of the fields in place of the names of parameters."""
    return _NAMES.sub(lambda found: _("“%(label)s”", label=label(found[0])), message)


def label(parameter: str) -> str:
    """The words beside the field of a parameter."""
    stem = parameter.rsplit("_", 1)[0]
    return _(LABELS[parameter], what=_(RANGES[stem].title)) if stem in RANGES else _(LABELS[parameter])


def _mending(wrong: Sequence[Pairs], right: Pairs, message: str) -> tuple[str | None, SearchQuery | None]:
    """What would make the first wrong part right: the nearest known value, or bounds the other way round."""
    found = named_nearest(message)
    if found and wrong:
        return _("Search with %(value)s instead", value=found), _mended(wrong[0], right, found)
    swapped = _swapped(wrong[0]) if wrong else None
    if swapped and _reads([*right, *swapped]):
        return _("Search with the two swapped"), parse_query([*right, *swapped])
    return None, None


def _swapped(wrong: Pairs) -> Pairs | None:
    """Two bounds of one range, each right in itself, with their values exchanged."""
    if len(wrong) != 2 or not all(_reads([pair]) for pair in wrong):
        return None
    (first, low), (second, high) = wrong
    return [(first, high), (second, low)]


def _reads(pairs: Pairs) -> bool:
    try:
        parse_query(pairs)
    except (Invalid, TooLarge):
        return False
    return True


def _mended(wrong: Pairs, right: Pairs, nearest: str) -> SearchQuery | None:
    """The search with `nearest` in the place of the first wrong name or value, if that can be read."""
    name, value = next((pair for pair in wrong if not _reads([pair])), wrong[0])
    instead = (name, nearest) if name in PARAMETERS else (nearest, value)
    rest = [pair for pair in wrong if pair != (name, value) and _reads([pair])]
    pairs = [*right, *rest, instead]
    return parse_query(pairs) if _reads(pairs) else None


def typed(pairs: Pairs, query: SearchQuery, problem: Problem | None) -> Typed:
    """What stands in the fields: the query in canonical writing, or the very words where they are wrong."""
    given = dict(one_box(pairs))
    wrong = problem.wrong if problem else frozenset()
    written = dict(query.pairs()) | {name: given[name] for name in wrong if name in given}
    box = (written.get("bbox", "").split(",") + [""] * 4)[:4]
    return Typed(
        q=written.get("q", ""),
        datetime=written.get("datetime", ""),
        intersects=written.get("intersects", ""),
        box=(box[0], box[1], box[2], box[3]),
        bounds={
            name: written.get(name, "") for stem in RANGE_NAMES for name in (f"{stem}_min", f"{stem}_max")
        },
    )
