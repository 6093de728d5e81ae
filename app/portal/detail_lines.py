"""Lines of the fact table for what only some records say: splits, labelling, people, access, known limits."""

from collections.abc import Iterable

from app.base import html
from app.base.language import _
from app.catalogue import choices
from app.catalogue.record import DatasetRecord, KnownIssue, Split

Words = Iterable[str]
MOST_NAMED = 10


def chosen(name: str, codes: Iterable[str | None]) -> Words:
    """The choices of a closed list in words."""
    return (choices.label(name, code) for code in codes if code)


def processing(record: DatasetRecord) -> Words:
    """Levels of processing, and how radar images were taken."""
    radar = record.radar
    band = [_("%(band)s band", band=radar.band)] if radar.band else []
    return [*record.processing_levels, *band, *(part for part in (radar.mode, radar.product) if part)]


def splits(record: DatasetRecord) -> Words:
    """Each part with its samples, then how the parts were drawn."""
    yield from (_split(one) for one in record.splits)
    yield from chosen("split_strategy", [record.split_strategy])
    if record.split_distance_m is not None:
        length = html.gsd(record.split_distance_m) if record.split_distance_m else "0 m"
        yield _("at least %(length)s apart", length=length)


def _split(one: Split) -> str:
    role = choices.label("split_role", one.role) if one.role else ""
    says_it = one.name.casefold() in (one.role, role.casefold())
    name = one.name if not role or says_it else f"{one.name} ({role})"
    count = f" {html.number(one.count)}" if one.count is not None else ""
    hidden = f", {_('labels not public')}" if one.labels_public is False else ""
    return f"{name}{count}{hidden}"


def labelling(record: DatasetRecord) -> Words:
    """How the labels were made, by how many, and how well they agree."""
    made = record.labelling
    yield from chosen("label_method", made.methods)
    yield from made.tools
    if made.annotators:
        yield _("%(n)s annotators", n=html.number(made.annotators))
    if made.per_item:
        yield _("%(n)s per sample", n=html.number(made.per_item))
    if made.agreement:
        yield made.agreement


def quality(record: DatasetRecord) -> Words:
    """Measured figures with their units."""
    for one in record.quality:
        figure = f"{one.measure} {html.number(one.value)}{html.UNIT + one.unit if one.unit else ''}"
        yield f"{figure} ({one.method})" if one.method else figure


def known_issues(record: DatasetRecord) -> Words:
    """What is wrong with the data."""
    return [_issue(one) for one in record.known_issues]


def _issue(one: KnownIssue) -> str:
    severity = f" ({choices.label('severity', one.severity)})" if one.severity else ""
    fixed = f", {_('mended in %(version)s', version=one.fixed_in)}" if one.fixed_in else ""
    return f"{one.text}{severity}{fixed}"


def creators(record: DatasetRecord) -> Words:
    """Who made it; of many, the first ones."""
    names = [one.name for one in record.creators]
    more = len(names) - MOST_NAMED
    return [*names[:MOST_NAMED], *([_("%(n)s more", n=more)] if more > 0 else [])]


def formats(record: DatasetRecord) -> Words:
    """File formats by the names people use."""
    return (choices.label("media_type", one) for one in record.formats)


def sensitive(record: DatasetRecord) -> Words:
    """What the data could give away."""
    yield from chosen("sensitive", record.sensitivity.kinds)
    if record.sensitivity.note:
        yield record.sensitivity.note


def other_ids(record: DatasetRecord) -> Words:
    """Identifiers elsewhere."""
    return (f"{one.scheme} {one.value}" for one in record.other_ids)


def duration(text: str | None) -> Words:
    """A span of time: P6M is 6 months; what is more than one figure stays as it is."""
    if not text:
        return ()
    figure, letter = text[1:-1], text[-1]
    words = {
        "Y": _("%(n)s years", n=figure),
        "M": _("%(n)s months", n=figure),
        "W": _("%(n)s weeks", n=figure),
        "D": _("%(n)s days", n=figure),
    }
    return (words[letter] if figure.isdigit() and letter in words and figure != "1" else text,)
