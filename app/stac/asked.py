"""What a client asks of the datasets, read from the parameters of STAC collection search and OGC records.

Both standards share the meaning of `q`, `bbox`, `datetime`, `limit` and `sortby`. What they leave open (the
codes and ranges of the catalogue) is read as the portal reads it, so one search core answers all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.base.errors import Invalid, TooLarge
from app.catalogue.nearest import nearest
from app.catalogue.parameters import parse_query
from app.catalogue.query import FACET_NAMES, LONGEST_TEXT, RANGE_NAMES, SearchQuery
from app.stac.fields import EVERYTHING, Fields, fields_of_text
from app.stac.paging import SORTABLES

COLLECTIONS_PER_PAGE = 100
RECORDS_PER_PAGE = 10
MOST_PER_PAGE = 1_000
MOST_TERMS = 10
MOST_IDS = 1_000
MOST_OFFSET = 1_000_000
LONGEST_LIST = 32_768

FILTERS = (*FACET_NAMES, *(f"{name}_{side}" for name in RANGE_NAMES for side in ("min", "max")))
SHARED = ("q", "bbox", "datetime", "include_global", "include_unlocated", *FILTERS)
PAGED = ("limit", "token", "sortby")
OF_COLLECTIONS = (*SHARED, *PAGED, "fields")
OF_RECORDS = (*SHARED, *PAGED, "offset", "type", "ids", "externalIds", "facets")

Sort = tuple[str, bool]


@dataclass(frozen=True)
class Asked:
    """A search: `terms` are joined by OR, `sorts` are names with True for descending.

    `query` holds area, time, codes and ranges, which filter; its own words, sort and page are unused.
    """

    query: SearchQuery
    terms: tuple[str, ...] = ()
    sorts: tuple[Sort, ...] = ()
    limit: int = COLLECTIONS_PER_PAGE
    token: str | None = None
    offset: int = 0
    include_unlocated: bool = False
    fields: Fields = EVERYTHING
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None
    external_ids: tuple[str, ...] | None = None


def read(pairs: Iterable[tuple[str, str]], known: tuple[str, ...], *, limit: int) -> Asked:
    """Read the parameters of an address.

    Args:
        known: the parameters of this route.
        limit: datasets per page where none is asked for.
    Raises:
        Invalid: an unknown parameter or value; the message names the nearest right one.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in known:
            raise Invalid(
                f"There is no parameter {name[:60]!r}. {nearest(name, {one: one for one in known})}"
            )
        if "\0" in value:
            raise Invalid(f"{name} holds a NUL byte; remove it.")
        if value.strip():
            given.setdefault(name, []).append(value)
    if "token" in given and "offset" in given:
        raise Invalid("token and offset both say where the page starts; give one of them.")
    return Asked(
        query=_query(given),
        terms=_terms(_only(given, "q")),
        sorts=_sorts(_only(given, "sortby")),
        limit=_whole("limit", _only(given, "limit"), limit, 1, MOST_PER_PAGE),
        token=_only(given, "token"),
        offset=_whole("offset", _only(given, "offset"), 0, 0, MOST_OFFSET),
        include_unlocated=_flag("include_unlocated", _only(given, "include_unlocated")),
        fields=fields_of_text(_only(given, "fields") or ""),
        types=_list("type", _only(given, "type")) or (),
        ids=_list("ids", _only(given, "ids")),
        external_ids=_list("externalIds", _only(given, "externalIds")),
    )


def _only(given: dict[str, list[str]], name: str) -> str | None:
    """The value of a parameter that may stand once."""
    values = given.get(name)
    if values is None:
        return None
    if len(values) > 1:
        raise Invalid(f"{name} was given {len(values)} times; give it once.")
    return values[0]


def _query(given: dict[str, list[str]]) -> SearchQuery:
    """Area, time, codes and ranges; a global dataset lies everywhere, as its extent says."""
    shared = ("bbox", "datetime", "include_global", "facets", *FILTERS)
    pairs = [(name, value) for name in shared for value in given.get(name, ())]
    if "include_global" not in given:
        pairs.append(("include_global", "true"))
    return parse_query(pairs)


def _terms(text: str | None) -> tuple[str, ...]:
    """Terms between commas; the words of a term must stand together, in this order."""
    if text is None:
        return ()
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            f"q has {len(text):,} characters; at most {LONGEST_TEXT} are searched. Use fewer words."
        )
    terms = tuple(dict.fromkeys(" ".join(part.split()) for part in text.split(",") if part.strip()))
    if len(terms) > MOST_TERMS:
        raise TooLarge(f"q has {len(terms)} terms; at most {MOST_TERMS} are searched at once.")
    return terms


def _sorts(text: str | None) -> tuple[Sort, ...]:
    """`-updated,+title` as pairs; a plus may arrive as the blank that it means in an address."""
    sorts: dict[str, bool] = {}
    for part in (text or "").split(","):
        name = part.strip()
        if not name:
            continue
        descending, name = name.startswith("-"), name.lstrip("+-").strip()
        if name not in SORTABLES:
            known = {one: one for one in SORTABLES}
            raise Invalid(f"sortby={name[:60]} is not known. {nearest(name, known)}")
        if name in sorts:
            raise Invalid(f"sortby names {name} twice; name it once.")
        sorts[name] = descending
    return tuple(sorts.items())


def _list(name: str, text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    parts = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if len(text) > LONGEST_LIST or len(parts) > MOST_IDS:
        raise TooLarge(f"{name} has {len(parts):,} values; at most {MOST_IDS:,} can be asked for at once.")
    return parts


def _whole(name: str, text: str | None, default: int, lowest: int, highest: int) -> int:
    if text is None:
        return default
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and lowest <= int(digits[:12]) <= highest):
        raise Invalid(f"{name} is a whole number from {lowest} to {highest}; got {text[:60]!r}.")
    return int(digits)


def _flag(name: str, text: str | None) -> bool:
    if text is None:
        return False
    if text.lower() not in ("true", "false"):
        raise Invalid(f"{name} is true or false; got {text[:60]!r}.")
    return text.lower() == "true"
