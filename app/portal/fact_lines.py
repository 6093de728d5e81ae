"""The lines of the fact table: what each is called, which facts it shows, and how a record is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from app.base import html
from app.base.language import N_, _, ngettext
from app.catalogue import choices, derived, naming
from app.catalogue.record import DatasetRecord
from app.portal import detail_lines as lines
from app.portal.rows import classes, image_size, modality_keys

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


@dataclass(frozen=True)
class Piece:
    """One value of a fact: its words, a search it leads to, a colour key."""

    text: str
    href: str | None = None
    colour: str | None = None


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


def _listed(words: Iterable[str]) -> Iterable[Piece]:
    return (Piece(word) for word in words)


def _related(record: DatasetRecord) -> Iterable[Piece]:
    for one in record.relations:
        yield Piece(f"{choices.label('relation', one.kind)} {one.slug}", f"/datasets/{one.slug}")


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


def _licence_of_labels(record: DatasetRecord) -> Iterable[Piece]:
    stated = record.licence_labels
    return _said(stated.spdx or stated.text) if stated else ()


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


LABELLING = tuple(f"labelling.{part}" for part in ("methods", "tools", "annotators", "per_item", "agreement"))

GROUPS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        N_("What it is for"),
        (
            Line(N_("Task"), ("tasks",), lambda record: coded("task", record.tasks)),
            Line(N_("Theme"), ("themes",), lambda record: coded("theme", record.themes)),
            Line(N_("Labels"), ("label_type", "n_classes", "n_instances"), _labels),
            Line(N_("Labels come from"), ("label_source",), lambda record: _said(record.label_source)),
            Line(
                N_("Made for"),
                ("purpose",),
                lambda record: _listed(lines.chosen("purpose", [record.purpose])),
            ),
            Line(N_("Class scheme"), ("class_scheme",), lambda record: _said(record.class_scheme)),
            Line(N_("How labels were made"), LABELLING, lambda record: _listed(lines.labelling(record))),
            Line(N_("Splits"), ("splits", "split_strategy"), lambda record: _listed(lines.splits(record))),
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
            Line(
                N_("Processing level"),
                ("processing_levels", "radar.band", "radar.mode", "radar.product"),
                lambda record: _listed(lines.processing(record)),
            ),
            Line(N_("Coordinate reference system"), ("crs",), lambda record: _listed(record.crs)),
            Line(N_("File format"), ("formats",), lambda record: _listed(lines.formats(record))),
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
            Line(
                N_("Time between acquisitions"),
                ("temporal_resolution",),
                lambda record: _listed(lines.duration(record.temporal_resolution)),
            ),
            Line(
                N_("Time between image and label"),
                ("label_date_gap",),
                lambda record: _listed(lines.duration(record.label_date_gap)),
            ),
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
            Line(N_("Version of the data"), ("version",), lambda record: _said(record.version)),
            Line(
                N_("State of the dataset"),
                ("status",),
                lambda record: _listed(lines.chosen("status", [record.status])),
            ),
            Line(N_("Creators"), ("creators",), lambda record: _listed(lines.creators(record))),
            Line(N_("Publisher"), ("publisher",), lambda record: _said(record.publisher)),
            Line(
                N_("Licence"),
                ("licence", "licence.text", "licence.spdx"),
                _licence,
                N_("not stated, which is not the same as free"),
            ),
            Line(
                N_("Licence of the labels"),
                ("licence_labels.spdx", "licence_labels.text"),
                _licence_of_labels,
            ),
            Line(N_("Access"), ("access",), lambda record: _listed(lines.chosen("access", [record.access]))),
            Line(N_("Also called"), ("aliases",), lambda record: _said("; ".join(record.aliases))),
            Line(N_("Other identifiers"), ("other_ids",), lambda record: _listed(lines.other_ids(record))),
            Line(N_("Relations to other datasets"), ("relations",), _related),
        ),
    ),
    (
        N_("Quality and limits"),
        (
            Line(N_("Quality measures"), ("quality",), lambda record: _listed(lines.quality(record))),
            Line(N_("Known issues"), ("known_issues",), lambda record: _listed(lines.known_issues(record))),
            Line(N_("Bias"), ("bias_statement",), lambda record: _said(record.bias_statement)),
            Line(
                N_("Sensitive content"),
                ("sensitivity.kinds", "sensitivity.note"),
                lambda record: _listed(lines.sensitive(record)),
            ),
        ),
    ),
)

# These lines are left out where nothing is known: their absence is no gap of the record.
OPTIONAL = frozenset(
    {
        *("Labels come from", "Imagery by", "Polarisation", "Acquisitions", "Also called", "Images"),
        *("Made for", "Class scheme", "How labels were made", "Splits", "Processing level", "File format"),
        *("Coordinate reference system", "Time between acquisitions", "Time between image and label"),
        *("Version of the data", "State of the dataset", "Creators", "Licence of the labels", "Access"),
        *("Other identifiers", "Relations to other datasets", "Quality measures", "Known issues", "Bias"),
        "Sensitive content",
    }
)
