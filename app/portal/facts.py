"""The facts of a record in groups: where each comes from, what contradicts it, and which are missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.base import html
from app.base.language import N_, _, ngettext
from app.catalogue import derived, naming
from app.catalogue.record import DatasetRecord, Provenance
from app.catalogue.sources import credit
from app.portal.rows import classes, image_size, modality_keys

LETTERS = {
    "P": N_("the dataset's own publication or documentation"),
    "L": N_("a public list"),
    "M": N_("a machine-readable catalogue"),
    "C": N_("computed"),
    "A": N_("asserted by the curators"),
    "I": N_("read from an identifier"),
}


def letters() -> dict[str, str]:
    """What the boxed letters of sources mean."""
    return {letter: _(words) for letter, words in LETTERS.items()}


# What samples are mostly called; other words stand as the records have them.
UNITS = (
    N_("samples"),
    N_("images"),
    N_("image pairs"),
    N_("image pair"),
    N_("bi-temporal image pair"),
    N_("tile"),
    N_("tiles"),
    N_("scene"),
    N_("scenes"),
    N_("patches"),
    N_("image patches"),
    N_("question-answer pair"),
    N_("image-text pair"),
    N_("caption"),
    N_("video"),
)

SET_ASIDE = N_("%(source)s says %(value)s; set aside: it looked wrong, or counts something else.")
SAID = N_("%(source)s says %(value)s.")

# Fields whose values are codes, with the vocabulary that names them.
CODED = {
    "tasks": "task",
    "themes": "theme",
    "modalities": "modality",
    "platforms": "platform",
    "sensors": "sensor",
    "label_type": "label_type",
    "spatial.extent": "extent",
    "spatial.countries": "country",
    "spatial.continents": "continent",
}


@dataclass(frozen=True)
class Piece:
    """One value of a fact: its words, a search it leads to, a colour key."""

    text: str
    href: str | None = None
    colour: str | None = None


@dataclass(frozen=True)
class Mark:
    """A boxed letter that says where a fact comes from."""

    letter: str
    words: str


@dataclass(frozen=True)
class Fact:
    """One line of the table; without pieces the value is missing and `missing` says so."""

    label: str
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    missing: str = N_("not stated")


@dataclass(frozen=True)
class Line:
    """How one fact is read from a record; `paths` are those of its provenance and conflicts."""

    label: str
    paths: tuple[str, ...]
    read: Callable[[DatasetRecord], Iterable[Piece]]
    missing: str = N_("not stated")


def coded(facet: str, codes: Iterable[str | None]) -> Iterable[Piece]:
    """Terms of a vocabulary, each leading to the search for it."""
    for code in codes:
        if code:
            yield Piece(naming.term(facet, code), f"/datasets?{urlencode({facet: code})}")


def _said(text: str | None) -> Iterable[Piece]:
    return (Piece(text),) if text else ()


def _modalities(record: DatasetRecord) -> Iterable[Piece]:
    for code, key in zip(record.modalities, modality_keys(record.modalities), strict=True):
        yield Piece(key.label, f"/datasets?{urlencode({'modality': code})}", key.colour)


def _labels(record: DatasetRecord) -> Iterable[Piece]:
    yield from coded("label_type", [record.label_type])
    if record.n_classes:
        yield Piece(classes(record.n_classes))
    if record.n_instances:
        count = record.n_instances
        yield Piece(ngettext("%(n)s object", "%(n)s objects", count, n=html.number(count)))


def _samples(record: DatasetRecord) -> Iterable[Piece]:
    if record.n_samples is not None:
        yield Piece(f"{html.number(record.n_samples)} {_(record.sample_unit or UNITS[0])}")


def _images(record: DatasetRecord) -> Iterable[Piece]:
    if record.n_images is not None:
        yield Piece(html.number(record.n_images))


def _pixels(record: DatasetRecord) -> Iterable[Piece]:
    measure = derived.size_measure(record)
    if measure:
        yield Piece(html.pixels(measure))


def _image_size(record: DatasetRecord) -> Iterable[Piece]:
    if record.image_size_px:
        yield Piece(image_size(record.image_size_px.model_dump()))


def _resolution(record: DatasetRecord) -> Iterable[Piece]:
    if record.gsd_m:
        yield Piece(html.gsd(record.gsd_m))


def _volume(record: DatasetRecord) -> Iterable[Piece]:
    if record.volume_gb:
        yield Piece(html.gigabytes(record.volume_gb))


def _year(record: DatasetRecord) -> Iterable[Piece]:
    if record.year:
        yield Piece(str(record.year), f"/datasets?year_min={record.year}&year_max={record.year}")


def _acquired(record: DatasetRecord) -> Iterable[Piece]:
    extent = record.temporal_extent
    if extent and extent.start and extent.end:
        start, end = html.day(extent.start), html.day(extent.end)
        yield Piece(start if start == end else _("%(low)s to %(high)s", low=start, high=end))
    elif extent and (extent.start or extent.end):
        since = _("from %(low)s", low=html.day(extent.start)) if extent.start else None
        yield Piece(since or _("until %(high)s", high=html.day(extent.end)))


def _acquisitions(record: DatasetRecord) -> Iterable[Piece]:
    if record.n_timestamps:
        yield Piece(_("%(n)s per place", n=html.number(record.n_timestamps)))


def _regions(record: DatasetRecord) -> Iterable[Piece]:
    yield from coded("extent", [record.spatial.extent])
    if record.n_regions:
        count = record.n_regions
        yield Piece(ngettext("%(n)s region or event", "%(n)s regions or events", count, n=html.number(count)))


def _licence(record: DatasetRecord) -> Iterable[Piece]:
    if record.licence and (record.licence.spdx or record.licence.text):
        spdx, text = record.licence.spdx, record.licence.text
        yield Piece(spdx or text or "")
        if spdx and text and text != spdx:
            yield Piece(_("stated as “%(text)s”", text=text))
        yield from coded("licence_class", [derived.licence_class(record)])


def _publication(record: DatasetRecord) -> Iterable[Piece]:
    paper = record.publication
    if paper.title:
        author = _("%(author)s and others:", author=paper.first_author) if paper.first_author else ""
        yield Piece(f"{author} {paper.title}".lstrip(), _paper_address(record))
    elif _paper_address(record):
        yield Piece(_("paper"), _paper_address(record))
    if paper.venue:
        yield Piece(paper.venue)


def _paper_address(record: DatasetRecord) -> str | None:
    paper = record.publication
    if paper.doi:
        return f"https://doi.org/{paper.doi}"
    return f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else paper.url


GROUPS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        N_("What it is for"),
        (
            Line(N_("Task"), ("tasks",), lambda record: coded("task", record.tasks)),
            Line(N_("Theme"), ("themes",), lambda record: coded("theme", record.themes)),
            Line(N_("Labels"), ("label_type", "n_classes", "n_instances"), _labels),
            Line(N_("Labels come from"), ("label_source",), lambda record: _said(record.label_source)),
        ),
    ),
    (
        N_("Imagery"),
        (
            Line(N_("Modality"), ("modalities",), _modalities),
            Line(N_("Platform"), ("platforms",), lambda record: coded("platform", record.platforms)),
            Line(N_("Sensor"), ("sensors",), lambda record: coded("sensor", record.sensors)),
            Line(N_("Imagery by"), ("image_sources",), lambda record: _said(", ".join(record.image_sources))),
            Line(N_("Resolution (GSD)"), ("gsd_m",), _resolution),
            Line(N_("Image size"), ("image_size_px",), _image_size),
            Line(
                N_("Polarisation"), ("polarisations",), lambda record: _said(", ".join(record.polarisations))
            ),
        ),
    ),
    (
        N_("How much, when, where"),
        (
            Line(N_("Samples"), ("n_samples", "sample_unit"), _samples),
            Line(N_("Images"), ("n_images",), _images),
            Line(
                N_("Pixels"), ("size_measure",), _pixels, N_("not computable: images or their size unknown")
            ),
            Line(N_("Volume"), ("volume_gb",), _volume),
            Line(N_("Acquired"), ("temporal_extent",), _acquired),
            Line(N_("Acquisitions"), ("n_timestamps",), _acquisitions),
            Line(N_("Extent"), ("spatial.extent", "n_regions"), _regions),
        ),
    ),
    (
        N_("Publication and rights"),
        (
            Line(N_("Year"), ("year",), _year),
            Line(
                N_("Paper"),
                ("publication.title", "publication.doi", "publication.url", "publication.venue"),
                _publication,
            ),
            Line(N_("Publisher"), ("publisher",), lambda record: _said(record.publisher)),
            Line(
                N_("Licence"),
                ("licence", "licence.text", "licence.spdx"),
                _licence,
                N_("not stated, which is not the same as free"),
            ),
            Line(N_("Also called"), ("aliases",), lambda record: _said("; ".join(record.aliases))),
        ),
    ),
)

# These lines are left out where nothing is known: their absence is no gap of the record.
OPTIONAL = frozenset(
    {"Labels come from", "Imagery by", "Polarisation", "Acquisitions", "Also called", "Images"}
)


def groups(record: DatasetRecord) -> list[tuple[str, list[Fact]]]:
    """The groups of facts in reading order."""
    return [(_(title), [fact for line in lines if (fact := _fact(record, line))]) for title, lines in GROUPS]


def _fact(record: DatasetRecord, line: Line) -> Fact | None:
    pieces = tuple(line.read(record))
    notes = tuple(conflict_notes(record, line.paths))
    if not pieces and line.label in OPTIONAL and not notes:
        return None
    origin = origin_of(record, line.paths) if pieces else None
    return Fact(
        label=_(line.label),
        pieces=pieces,
        marks=tuple(marks(origin)) if origin else (),
        doubts=tuple(doubts(origin)) if origin else (),
        notes=notes,
        missing=_(line.missing),
    )


def origin_of(record: DatasetRecord, paths: Sequence[str]) -> Provenance | None:
    """The provenance of the first of these paths that has one; the size measure is always computed."""
    if paths == ("size_measure",):
        return Provenance(sources=("computed",), how="computed")
    return next((record.provenance[path] for path in paths if path in record.provenance), None)


def marks(origin: Provenance) -> Iterable[Mark]:
    """One letter for each kind of source, with the names behind it."""
    if origin.how == "computed":
        yield Mark("C", _("Source: computed from other facts of this record"))
        return
    named: dict[str, list[str]] = {}
    for key in origin.sources:
        named.setdefault(credit(key).letter, []).append(naming.source(key))
    for letter, names in named.items():
        if origin.exact:
            yield Mark(letter, _("Source: %(names)s", names=", ".join(names)))
        else:
            among = _("Source: one of those of this record; among them %(names)s", names=", ".join(names))
            yield Mark(letter, among)


def doubts(origin: Provenance) -> Iterable[str]:
    """How far to trust a fact, in words."""
    if origin.how == "inferred":
        yield _("inferred")
    if origin.unconfirmed:
        yield _("unconfirmed")


def conflict_notes(record: DatasetRecord, paths: Sequence[str]) -> Iterable[str]:
    """What other sources say about the same fact."""
    for conflict in record.conflicts:
        if conflict.field in paths:
            name = naming.source(conflict.source)
            value = in_words(conflict.field, conflict.value)
            yield _(SET_ASIDE if conflict.set_aside else SAID, source=name, value=value)


def in_words(field: str, value: Any) -> str:
    """A value of any field, written as the page writes it."""
    if field == "gsd_m" and isinstance(value, Mapping):
        return html.gsd(value)
    if field == "image_size_px" and isinstance(value, Mapping):
        return image_size(value)
    if field == "volume_gb":
        return html.gigabytes(value)
    if field == "year":
        return str(value)
    if isinstance(value, bool | int | float):
        return html.number(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{html.words(key)} {in_words('', part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(in_words(field, part) for part in value)
    return naming.term(CODED[field], str(value)) if field in CODED else str(value)


def other_conflicts(record: DatasetRecord) -> list[str]:
    """Conflicts about facts that stand in no line of the table, with the field's name."""
    shown = {path for _, lines in GROUPS for line in lines for path in line.paths}
    return [
        f"{html.words(path.replace('.', ', '))}: {note}"
        for path in dict.fromkeys(conflict.field for conflict in record.conflicts)
        if path not in shown
        for note in conflict_notes(record, (path,))
    ]
