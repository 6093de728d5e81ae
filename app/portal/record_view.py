"""What the record page draws: facts, areas, bands, ways to the data, citations, gaps. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.base import html
from app.base.language import N_, _, language
from app.catalogue import naming, places
from app.catalogue.bands import bands_of
from app.catalogue.completeness import completeness
from app.catalogue.describe import summary
from app.catalogue.record import DatasetRecord, Source
from app.catalogue.related import Related
from app.catalogue.search import Row
from app.catalogue.sources import Credit, credit
from app.exchange.formats import FORMATS, Context, bibtex, highwire, schema_org
from app.exchange.formats.citations import citations, plain
from app.portal import facts, german, loading, review_mark, rows
from app.portal.class_table import class_table
from app.portal.spectrum import spectrum

PLACES_NAMED = 12
# How exactly an area is known, and what relatives may share, in words that are looked up.
PRECISIONS = {
    "footprint": N_("footprint"),
    "city": N_("city"),
    "region": N_("region"),
    "country": N_("country"),
    "continent": N_("continent"),
}
SHARED = (N_("task"), N_("theme"), N_("sensor"), N_("modality"), N_("kind of label"), N_("country"))


@dataclass(frozen=True)
class Badge:
    """A word about the whole record; `kind` is good, warn, bad, unknown or nothing."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Cited:
    """One thing to cite, as plain text and as BibTeX."""

    what: str
    plain: str
    bibtex: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SourceLine:
    """One source of the record with its credit and where in it the record was found."""

    credit: Credit
    ref: str
    href: str | None
    where: str


@dataclass(frozen=True)
class Link:
    """A way to a page."""

    href: str
    name: str


@dataclass(frozen=True)
class AreaLine:
    """One area: its name, how exact it is, and its box in degrees."""

    name: str
    precision: str
    box: tuple[str, str, str, str] | None


def context(
    row: Row, related: Related, base_url: str, quality: review_mark.Quality | None = None
) -> dict[str, Any]:
    """Everything the template of a record needs."""
    record = row.record
    exchanged = Context(base_url=base_url, updated=row.updated)
    return {
        **_opening(row, quality),
        **_sections(record),
        **_margin(record, related),
        "formats": [(known.label, f"/datasets/{record.slug}.{suffix}") for suffix, known in FORMATS.items()],
        "json_ld": schema_org.script_safe(schema_org.document(record, exchanged)),
        "tags": highwire.tags(record, base_url),
    }


def _opening(row: Row, quality: review_mark.Quality | None) -> dict[str, Any]:
    """Head, facts and map."""
    record = row.record
    return {
        "record": record,
        "card": row.card,
        "updated": row.updated,
        "family": row.card["task_family"],
        "subtitle": rows.subtitle(record.name, record.title),
        "summary": html.spaced(record.description) if record.description else written(record, row.card),
        "crumb": crumb(record),
        "badges": badges(record, row.card, quality),
        "quality": quality,
        "groups": facts.groups(record),
        "conflicts": facts.other_conflicts(record),
        "areas": area_lines(record),
        "where": where_sentence(record),
        "is_drawn": row.card["geo_status"] in ("located", "approximate"),
    }


def written(record: DatasetRecord, card: Mapping[str, Any]) -> str:
    """A paragraph about a dataset that has no description of its own, with figures as pages write them."""
    return german.summary(record, card) if language() == "de" else html.spaced(summary(record))


def _sections(record: DatasetRecord) -> dict[str, Any]:
    """What follows below: bands, ways to the data, citations, sources."""
    bands = bands_of(record)
    return {
        "bands": bands,
        "spectrum": spectrum(bands),
        "links": loading.links(record),
        "class_table": class_table(record),
        "successors": successors(record),
        "snippets": loading.snippets(record),
        "cited": cited(record),
        "sources": [source_line(source) for source in record.sources],
        "letters": facts.letters(),
    }


def successors(record: DatasetRecord) -> list[Link]:
    """The datasets that take the place of this one."""
    return [
        Link(f"/datasets/{one.slug}", one.slug) for one in record.relations if one.kind == "superseded-by"
    ]


def _margin(record: DatasetRecord, related: Related) -> dict[str, Any]:
    """What is missing, heaviest first, and the relatives."""
    meter = completeness(record)
    missing = [one for one in meter.criteria if one.applicable and not one.met]
    return {
        "score": meter.score,
        "criteria": sum(criterion.applicable for criterion in meter.criteria),
        "gaps": sorted(missing, key=lambda one: -one.weight),
        "related": related_groups(related),
        "like": [(rows.row(like.card), reasons(like.reasons)) for like in related.like],
    }


def crumb(record: DatasetRecord) -> tuple[str, str] | None:
    """The theme, or else the task, that the record is filed under: (label, address)."""
    for facet, codes in (("theme", record.themes), ("task", record.tasks)):
        for code in codes[:1]:
            return naming.term(facet, code), f"/datasets?{facet}={code}"
    return None


def badges(
    record: DatasetRecord, card: Mapping[str, Any], quality: review_mark.Quality | None = None
) -> list[Badge]:
    """Kind, licence, location and review in a word each."""
    found = [Badge(naming.term("kind", record.kind))]
    if card["licence_class"] in (None, "none-stated", "not-stated", "unknown"):
        found.append(Badge(_("licence not stated"), "unknown"))
    else:
        found.append(Badge(naming.term("licence_class", card["licence_class"])))
    status = card["geo_status"]
    kind = "unknown" if status in ("none", "unknown") else ""
    found.append(Badge(naming.term("geo_status", status), kind))
    found.append(_reviewed(record, quality))
    return found


def _reviewed(record: DatasetRecord, quality: review_mark.Quality | None) -> Badge:
    """Whether a person looked at the record: at this version as a whole, at some facts, or at none."""
    if quality and quality.reviewed:
        return Badge(_("version %(number)s reviewed", number=quality.number), "good")
    if any(origin.checked_on for origin in record.provenance.values()):
        return Badge(_("checked by a person"), "good")
    return Badge(_("not yet reviewed"), "unknown")


def where_sentence(record: DatasetRecord) -> str:
    """How the location is known, and the countries it names."""
    countries = [naming.term("country", code) for code in record.spatial.countries]
    named = f"{', '.join(countries)}. " if countries else ""
    return named + geo_reason(record)


def geo_reason(record: DatasetRecord) -> str:
    """How well the location is known, and why not better."""
    return german.geo_reason(record) if language() == "de" else places.geo_reason(record)


def area_lines(record: DatasetRecord) -> list[AreaLine]:
    """The areas of a record as a table, so that the map is never alone."""
    return [
        AreaLine(
            name=naming.term("country", area.code or "") if area.kind == "outline" else area.name or "",
            precision=_(PRECISIONS[area.precision]) if area.precision in PRECISIONS else area.precision,
            box=None if area.geometry is None else _box(area.geometry.bounds),
        )
        for area in places.areas(record)
    ]


def _box(bounds: Iterable[float]) -> tuple[str, str, str, str]:
    west, south, east, north = (f"{value:.2f}".replace("-", "\u2212") for value in bounds)
    return west, south, east, north


def cited(record: DatasetRecord) -> list[Cited]:
    """The dataset and its paper, apart."""
    return [
        Cited(
            _("Dataset") if one.sort == "dataset" else _("Paper"),
            plain(one),
            bibtex.entry(one),
            tuple(_(note) for note in one.notes),
        )
        for one in citations(record)
    ]


def source_line(source: Source) -> SourceLine:
    """One source with an address where its reference is one."""
    known = credit(source.key)
    line = _("line %(n)s", n=html.number(source.line)) if source.line else ""
    name = _("as “%(name)s”", name=source.name) if source.name else ""
    where = "".join(f", {part}" for part in (line, name) if part)
    return SourceLine(known, source.ref, source_address(source, known), where)


def source_address(source: Source, known: Credit) -> str | None:
    """Where the reference leads: a DOI, an arXiv entry, a page, or a repository's file at the commit read."""
    scheme, _, rest = source.ref.partition(":")
    if scheme == "doi":
        return f"https://doi.org/{rest}"
    if scheme.lower() == "arxiv":
        return f"https://arxiv.org/abs/{rest}"
    if scheme in ("http", "https"):
        return source.ref
    if known.repository and source.ref == f"{known.repository}:{rest}" and known.commit and "*" not in rest:
        return f"https://github.com/{known.repository}/blob/{known.commit}/{rest}"
    return None


def related_groups(related: Related) -> list[tuple[str, list[rows.Row]]]:
    """Relatives by what they are to this record; empty groups are left out."""
    found = (
        (_("Derived from or part of"), related.parents),
        (_("Derived from this, or part of it"), related.children),
        (_("Same family by name"), related.family),
    )
    return [(title, [rows.row(card) for card in cards]) for title, cards in found if cards]


def reasons(shared: Iterable[str]) -> str:
    """Reasons as one phrase: "same task, theme and sensor"."""
    *parts, last = [_(reason.removeprefix("same ")) for reason in shared]
    listed = _("%(all)s and %(last)s", all=", ".join(parts), last=last) if parts else last
    return _("same %(what)s", what=listed)
