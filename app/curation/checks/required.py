"""What nobody can do without: the facts a dataset is found, judged and fetched by.

A fact that its author marked as unknown or as not applying is answered, and no longer asked for.
"""

from collections.abc import Iterator

from app.base.sentences import sentence as _
from app.catalogue import places
from app.catalogue.record import DatasetRecord
from app.curation.checks.check import Check, Said, Subject

SHORTEST_DESCRIPTION = 50
NOT_STATED = frozenset({"not stated", "not-stated", "none stated", "unknown", "no licence stated"})
RECOMMENDED = ("summary", "themes", "purpose", "creators", "access")


def says_not_stated(record: DatasetRecord) -> bool:
    """Whether somebody looked for the licence and wrote down that none is stated."""
    text = (record.licence.text or "") if record.licence else ""
    return text.strip().casefold() in NOT_STATED


def is_unknown(record: DatasetRecord, path: str) -> bool:
    """Whether a record says nothing under a path of one step."""
    return getattr(record, path) in (None, ())


def _description(subject: Subject) -> Iterator[Said]:
    text = subject.record.description
    if text is None and not subject.is_excused("description"):
        yield (
            "description",
            _("Describe in two or three sentences what the data hold and how they were made."),
        )


def _short_description(subject: Subject) -> Iterator[Said]:
    text = subject.record.description
    if text is not None and len(text) < SHORTEST_DESCRIPTION:
        yield (
            "description",
            _(
                "%(length)s characters say little. Add what the data hold, where they come from, and how "
                "they were labelled.",
                length=len(text),
            ),
        )


def _tasks(subject: Subject) -> Iterator[Said]:
    record = subject.record
    if not record.tasks and record.kind != "product" and not subject.is_excused("tasks"):
        yield "tasks", _("Choose at least one task that the dataset teaches or tests, or mark it as unknown.")


def _modalities(subject: Subject) -> Iterator[Said]:
    if not subject.record.modalities and not subject.is_excused("modalities"):
        yield "modalities", _("Choose what kind of data it holds, such as RGB, multispectral or SAR.")


def _year(subject: Subject) -> Iterator[Said]:
    record = subject.record
    if record.year is None and record.published_on is None and not subject.is_excused("year", "published_on"):
        yield "year", _("Give the year in which the dataset was published, or mark it as unknown.")


def _licence(subject: Subject) -> Iterator[Said]:
    licence = subject.record.licence
    if (licence is None or not (licence.spdx or licence.text)) and not subject.is_excused("licence"):
        yield (
            "licence.text",
            _(
                "Copy the licence as the source states it. If you looked and found none, write “not stated” "
                "or mark it as unknown."
            ),
        )


def _licence_not_stated(subject: Subject) -> Iterator[Said]:
    if says_not_stated(subject.record) or (subject.record.licence is None and subject.is_excused("licence")):
        yield (
            "licence.text",
            _(
                "Without a licence nobody knows whether the data may be used. Look for a LICENSE file or the "
                "terms on the home page, or ask the authors."
            ),
        )


def _location(subject: Subject) -> Iterator[Said]:
    if places.geo_status(subject.record) == "unknown" and not subject.is_excused("spatial"):
        yield (
            "spatial.footprint",
            _(
                "Say where the data lie: draw the footprint, name countries or places, or choose the extent "
                "“global” or “synthetic”. If no source says it, mark the location as unknown."
            ),
        )


def _address(subject: Subject) -> Iterator[Said]:
    urls = subject.record.urls
    known = urls.home or urls.download or urls.code or subject.record.data_doi
    if not known and not subject.is_excused("urls.home", "urls.download"):
        yield (
            "urls.home",
            _("Give the home page, a download, or the DOI of the data, so that readers get there."),
        )


def _recommended(subject: Subject) -> Iterator[Said]:
    wanted = {
        "summary": _("One sentence for the list of results helps readers to choose."),
        "themes": _("A theme lets readers find the dataset by what it is about."),
        "purpose": _("Say what it was made for: training, a benchmark, pretraining, labels alone…"),
        "creators": _("Name those who made it, so that they can be cited."),
        "access": _("Say whether the data are open, or need an account or a request."),
    }
    for path in RECOMMENDED:
        if is_unknown(subject.record, path) and not subject.is_excused(path):
            yield path, wanted[path]


CHECKS = (
    Check("description-missing", "error", "Is there a description?", _description),
    Check("tasks-missing", "error", "Is there a task, unless it is a product?", _tasks),
    Check("modalities-missing", "error", "Is the kind of data named?", _modalities),
    Check("year-missing", "error", "Is there a year or a date of publication?", _year),
    Check("licence-missing", "error", "Is a licence stated, or said not to be stated?", _licence),
    Check(
        "location-missing", "error",
        "Is there a footprint, a place, a country, or the reason why there is none?", _location,
    ),
    Check("address-missing", "error", "Is there a home page, download, code or DOI of the data?", _address),
    Check("licence-not-stated", "warning", "Is the licence more than “not stated”?", _licence_not_stated),
    Check(
        "description-short", "warning",
        f"Has the description at least {SHORTEST_DESCRIPTION} characters?", _short_description,
    ),
    Check("recommended-missing", "note", f"Are these known: {', '.join(RECOMMENDED)}?", _recommended),
)  # fmt: skip
