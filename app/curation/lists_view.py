"""What the pages of work lists draw: rows that say what waits, filters, and the ways on. Plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from app.base import html
from app.base.language import _
from app.catalogue import naming, vocabulary, work
from app.catalogue.query import SearchQuery
from app.catalogue.record import Conflict, DatasetRecord, facts
from app.curation import diff, labels
from app.curation.form import showing
from app.curation.form.showing import Shown
from app.curation.lists import ANY, GROUPS, LINKS, SORTS, Waiting, WorkList
from app.links.addresses import addresses
from app.links.queries import LinkState
from app.portal import rail
from app.portal.chips import Chip, chips_of
from app.portal.record_view import written

FILTERED = ("task", "modality", "theme", "kind")
"""Facets that have a field on the page; others that an address names are kept and shown as chips."""
MOST_DETAILS = 4


@dataclass(frozen=True)
class Place:
    """Somewhere to look for what is missing."""

    label: str
    href: str


@dataclass(frozen=True)
class Row:
    """One record of a list: what waits, in short sentences, where to look, and the ways to mend it."""

    slug: str
    name: str
    title: str
    year: int | None
    score: int
    details: tuple[str, ...]
    lookups: tuple[str, ...]
    form: str
    fill: str
    has_open: bool
    updated: datetime


class Unfolded(Shown):
    """A field whose choices all lie open, however many there are: it stands alone on its page."""

    @property
    def is_folded(self) -> bool:
        """Never."""
        return False


@dataclass(frozen=True)
class Choice:
    """One entry of a field that filters."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Tally:
    """One line of the overview; `width` is its share of the longest list of its group, 0 to 100."""

    title: str
    href: str
    count: int
    width: float


def pairs_of(query: SearchQuery) -> list[tuple[str, str]]:
    """The filters of a search as an address has them, without order, page and counts."""
    return [pair for pair in query.pairs() if pair[0] not in ("sort", "limit", "cursor", "facets")]


def address(path: str, query: SearchQuery, **more: str) -> str:
    """A page of curation under the filters of a search."""
    said = [*pairs_of(query), *((name, value) for name, value in more.items() if value)]
    return f"{path}?{urlencode(said)}" if said else path


def ordered(sort: str) -> str:
    """A sort as an address names it: nothing for the usual one."""
    return "" if sort == next(iter(SORTS)) else sort


def chips(path: str, query: SearchQuery, sort: str) -> list[Chip]:
    """What is filtered by and has no field, each with the list that lacks it."""
    hidden = SearchQuery(**{name: query.choices(name) for name in FILTERED})  # type: ignore[arg-type]
    shown = {(chip.label) for chip in chips_of(hidden)}
    return [
        Chip(chip.label, address(path, chip.query, order=ordered(sort)), chip.query)
        for chip in chips_of(query)
        if chip.label not in shown
    ]


def selects(query: SearchQuery) -> dict[str, list[Choice]]:
    """The entries of the fields that filter, by facet."""
    found: dict[str, list[Choice]] = {}
    for name in FILTERED:
        chosen = query.choices(name)
        entries = [Choice("", _("any"), not chosen)]
        found[name] = entries + [
            Choice(code, naming.term(name, code), code in chosen) for code in vocabulary.terms(name)
        ]
    return found


def kept(query: SearchQuery) -> list[tuple[str, str]]:
    """Filters without a field on the page, to be sent along with the form."""
    return [(name, value) for name, value in pairs_of(query) if name not in (*FILTERED, "q")]


def tallies(counted: Sequence[tuple[WorkList, int]], query: SearchQuery) -> list[Tally]:
    """The lines of one group of the overview."""
    most = max((number for _list, number in counted), default=1)
    return [
        Tally(one.title, address(one.address, query), number, round(100 * number / most, 1))
        for one, number in counted
    ]


def rows(
    list_: WorkList,
    found: Iterable[Waiting],
    links: Mapping[str, Sequence[LinkState]],
    pending: frozenset[str],
    query: SearchQuery,
    sort: str,
) -> list[Row]:
    """The rows of a page of a list.

    Args:
        links: what is known of the addresses of each record, by slug; for lists of links.
        pending: slugs of records with a change under way.
    """
    return [
        Row(
            slug=one.slug,
            name=one.record.name,
            title=one.record.title or written(one.record, one.card),
            year=one.record.year,
            score=one.card["completeness"],
            details=tuple(_details(list_, one, links.get(one.slug, ())))[:MOST_DETAILS],
            lookups=_lookups(list_, one.record),
            form=form_of(list_, one, links.get(one.slug, ())),
            fill=fill_of(list_, one.slug, query, sort),
            has_open=one.slug in pending,
            updated=one.updated,
        )
        for one in found
    ]


def form_of(list_: WorkList, one: Waiting, links: Sequence[LinkState] = ()) -> str:
    """The form of a record, at the field to be mended: that of the first of some links, on their lists."""
    paths = named(one.record, links) or mended(list_, one.record)
    anchor = f"#{showing.anchor(paths[0])}" if paths else ""
    return f"/suggest?{urlencode({'dataset': one.slug})}{anchor}"


def named(record: DatasetRecord, links: Sequence[LinkState]) -> tuple[str, ...]:
    """The facts of a record that name some links."""
    wanted = {link.address for link in links}
    found = addresses(record.model_dump(mode="json"))
    return tuple(dict.fromkeys(one.path for one in found if one.address in wanted))


def fill_of(list_: WorkList, slug: str, query: SearchQuery, sort: str) -> str:
    """The page that shows one record of a list with the field at hand."""
    return address(f"{list_.address}/fill", query, order=ordered(sort), record=slug)


def mended(list_: WorkList, record: DatasetRecord) -> tuple[str, ...]:
    """The facts of a record that a list is about."""
    if list_.group == LINKS:
        return tuple(dict.fromkeys(one.path for one in addresses(record.model_dump(mode="json"))))
    if list_.key != ANY:
        return list_.paths
    if list_.group == work.CONFLICT:
        return tuple(dict.fromkeys(one.field for one in record.conflicts if not one.set_aside))
    return tuple(path for path, origin in record.provenance.items() if origin.unconfirmed)


def _details(list_: WorkList, one: Waiting, links: Sequence[LinkState]) -> Iterable[str]:
    """What waits, one short sentence each."""
    record = one.record
    if list_.group == LINKS:
        yield from failures(links)
    elif list_.is_of_wholes:
        yield from age(one)
    elif list_.group == work.MISSING:
        yield from _beside(list_, record)
    else:
        yield from said(record, mended(list_, record))


def age(one: Waiting) -> Iterable[str]:
    """When somebody looked at a record, and when it was changed."""
    if one.reviewed:
        yield _("Reviewed on %(day)s", day=html.day(one.reviewed.date()))
    yield _("Last changed on %(day)s", day=html.day(one.updated.date()))


def failures(links: Iterable[LinkState]) -> Iterable[str]:
    """What became of addresses, and where they lead now."""
    for link in links:
        moved = f" \u2192 {link.target}" if link.target else ""
        yield f"{_(link.look.word)}: {link.address}{moved}"


def _beside(list_: WorkList, record: DatasetRecord) -> Iterable[str]:
    """What is known of the neighbours of a missing fact."""
    known = facts(record)
    for path in list_.paths:
        if path in known:
            yield f"{labels.fact(path)}: {diff.in_words(path, _plain(known[path]))}"


def said(record: DatasetRecord, paths: Iterable[str]) -> Iterable[str]:
    """What a record says under some paths, and what other sources say instead."""
    known = facts(record)
    for path in paths:
        value = diff.in_words(path, _plain(known.get(path)))
        yield f"{labels.fact(path)}: {value or _('not stated')}"
        for one in record.conflicts:
            if one.field == path and not one.set_aside:
                other = diff.in_words(path, one.value)
                yield _("%(source)s says: %(value)s", source=naming.source(one.source), value=other)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _lookups(list_: WorkList, record: DatasetRecord) -> tuple[str, ...]:
    """The names of the places where to look for what is missing."""
    if list_.group not in (work.MISSING, work.UNCONFIRMED) and not list_.is_of_wholes:
        return ()
    return tuple(dict.fromkeys(place.label for place in places(record)))


def places(record: DatasetRecord) -> list[Place]:
    """Where to look: the pages that the record names, then a search of the web for its name."""
    paper = record.publication
    found = [
        (_("Home page"), record.urls.home),
        (_("Documentation"), record.urls.docs),
        (_("Paper"), paper.url or (f"https://doi.org/{paper.doi}" if paper.doi else None)),
        ("arXiv", f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None),
        (_("Data"), f"https://doi.org/{record.data_doi}" if record.data_doi else None),
        (_("Code"), record.urls.code),
        *((_("Download"), one) for one in record.urls.download[:1]),
        *(("Hugging Face", f"https://huggingface.co/datasets/{one}") for one in record.libraries.huggingface),
    ]
    return [Place(label, href) for label, href in found if href and href.startswith(("http://", "https://"))]


def crumb(list_: WorkList) -> str:
    """A list by its group and title."""
    return f"{_(GROUPS[list_.group])}: {list_.title}"


def page_context(list_: WorkList, query: SearchQuery, sort: str, total: int, passed: int) -> dict[str, Any]:
    """What the head of a list needs."""
    return {
        "list": list_,
        "heading": crumb(list_),
        "q": query.q,
        "selects": selects(query),
        "titles": {name: _(rail.FACET_TITLES[name]) for name in FILTERED},
        "sorts": [Choice(name, _(words), name == sort) for name, (words, *_rest) in SORTS.items()],
        "chips": chips(list_.address, query, sort),
        "kept": kept(query),
        "is_filtered": bool(pairs_of(query)),
        "total": total,
        "passed": passed,
        "number": html.number(total),
    }


def contradiction(record: DatasetRecord, conflict: Conflict) -> tuple[str, str, str, str]:
    """One contradiction in words: the fact, the value kept, whose the other value is, and that value."""
    kept_value = _plain(facts(record).get(conflict.field))
    return (
        labels.fact(conflict.field),
        diff.in_words(conflict.field, kept_value) or _("not stated"),
        naming.source(conflict.source),
        diff.in_words(conflict.field, conflict.value),
    )
