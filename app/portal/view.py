"""What the search page shows, from a query and its answer. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.base import html
from app.base.language import N_, _, ngettext
from app.catalogue.lookup import SPELLED
from app.catalogue.query import SORTS, SearchQuery
from app.catalogue.search import Answer
from app.links.states import State
from app.portal.chips import chips_of
from app.portal.rail import LACKED, address, groups
from app.portal.rows import row
from app.portal.typed import Problem, Typed

SORT_LABELS = {
    "relevance": N_("relevance"),
    "newest": N_("newest"),
    "size": N_("size"),
    "completeness": N_("completeness"),
    "name": N_("name"),
    "updated": N_("last change"),
}


def note(text: str | None) -> str:
    """What the search says of how it read the words; kept with the answer in English, for all readers."""
    before, after = SPELLED.split("%(typed)s")
    if text and text.startswith(before) and text.endswith(after):
        return _(SPELLED, typed=text[len(before) : -len(after)])
    return _(text) if text else ""


@dataclass(frozen=True)
class SortChoice:
    """One line of the sort menu."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class Widening:
    """A search without one of the filters, and how many datasets it finds."""

    label: str
    href: str
    count: int


@dataclass(frozen=True)
class Apart:
    """Datasets of the answer that the map cannot draw, by name, with the searches that list them all."""

    global_: tuple[tuple[str, str], ...]
    global_count: int
    global_href: str
    unlocated: tuple[tuple[str, str], ...]
    unlocated_count: int
    unlocated_href: str


def left_out_lines(answer: Answer) -> list[str]:
    """What a range filter leaves out because the value is unknown, one sentence each."""
    return [
        ngettext(
            "%(n)s more record lacks %(what)s and is left out.",
            "%(n)s more records lack %(what)s and are left out.",
            count,
            n=html.number(count),
            what=_(LACKED[name]),
        )
        for name, count in answer.left_out.items()
        if count
    ]


def sorts(query: SearchQuery) -> list[SortChoice]:
    """The choices of the sort menu.

    The order that holds without asking has an empty value, so that new words sort by relevance again.
    """
    usual = replace(query, sort=None).order
    return [
        SortChoice("" if code == usual else code, _(SORT_LABELS[code]), code == query.order)
        for code in SORTS
        if code != "relevance" or query.q
    ]


def links(query: SearchQuery, problem: Problem | None) -> dict[str, str | None]:
    """The addresses that go with a search: feed, figures, JSON, tiles, and the same without filters."""
    filters = replace(query, sort=None, limit=SearchQuery().limit, cursor=None, facets=None)
    first = replace(query, cursor=None, facets=None)
    return {
        "clear": address(SearchQuery(q=query.q, sort=query.sort, limit=query.limit)),
        "feed": address(first, "/datasets.atom"),
        "insights": address(first, "/insights"),
        "json": address(first, "/api/datasets"),
        "save": address(first, "/searches/new"),
        "tiles": address(filters, ""),
        "here": address(filters, ""),
        "facets": ",".join(f"{name}:{count}" for name, count in (query.facets or {}).items()),
        "without": address(problem.without) if problem else None,
        "mended": address(problem.mended) if problem and problem.mended else None,
    }


@dataclass(frozen=True)
class Pages:
    """Where the page stands among its neighbours; `previous` is the first page where less lies before."""

    words: str
    first: str | None
    previous: str | None
    next: str | None


def pages(query: SearchQuery, answer: Answer) -> Pages:
    """The links below a list, and which of the results it shows."""
    start, shown = answer.passed, len(answer.cards)
    first = address(replace(query, cursor=None))
    is_second = start <= query.limit
    back, on = answer.previous_cursor, answer.next_cursor
    return Pages(
        words=_(
            "%(which)s of %(n)s", which=_run(start + 1, start + shown), n=html.number(answer.number_matched)
        ),
        first=first if back and not is_second else None,
        previous=(first if is_second else address(replace(query, cursor=back))) if back else None,
        next=address(replace(query, cursor=on)) if on else None,
    )


def _run(first: int, last: int) -> str:
    return f"{html.number(first)}–{html.number(last)}" if last > first else html.number(first)


def apart(answer: Answer, query: SearchQuery) -> Apart:
    """What the answer holds that no map can show."""
    return Apart(
        global_=tuple(answer.apart.globals),
        global_count=answer.apart.global_count,
        global_href=address(query.without("geo_status").with_("geo_status", "global")),
        unlocated=tuple(answer.apart.unlocated),
        unlocated_count=answer.apart.unlocated_count,
        unlocated_href=address(
            query.without("geo_status").with_("geo_status", "none").with_("geo_status", "unknown")
        ),
    )


def search_context(
    query: SearchQuery, answer: Answer, problem: Problem | None, typed: Typed, states: Mapping[str, State]
) -> dict[str, Any]:
    """Everything the templates of the search need; beside a problem, of the search without what is wrong.

    Args:
        states: what is known of the links of the datasets, by slug.
    """
    return {
        "query": query,
        "answer": answer,
        "note": note(answer.note),
        "problem": problem,
        "typed": typed,
        "wrong": problem.wrong if problem else frozenset(),
        "chips": chips_of(query),
        "groups": groups(answer, query),
        "rows": [row(card, states.get(card["slug"])) for card in answer.cards],
        "lacking": left_out_lines(answer),
        "apart": apart(answer, query),
        "sorts": sorts(query),
        "links": links(query, problem),
        "pages": pages(query, answer),
    }
