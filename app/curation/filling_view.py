"""What the page of one record of a work list shows: the fields at hand, contradictions, where to look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.base.errors import AppError
from app.base.language import _
from app.catalogue import work
from app.catalogue.record import DatasetRecord
from app.catalogue.search import Row
from app.curation import lists, lists_view, review_view
from app.curation.checks import Unready
from app.curation.form import lists as terms
from app.curation.form import origins, showing
from app.curation.form.filling import fill
from app.curation.form.parsing import clean
from app.curation.form.registry import BY_PATH
from app.curation.form.showing import Shown, Telling
from app.curation.lists import WorkList
from app.curation.lists_desk import Way
from app.curation.lists_view import Unfolded
from app.links.queries import LinkState


@dataclass(frozen=True)
class Typed:
    """What somebody sent and why it was not taken; nothing where the page is just opened."""

    texts: Mapping[str, list[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    error: AppError | None = None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.error.status if self.error else 400 if self.errors else 200


def context(
    way: Way, row: Row, links: Sequence[LinkState], typed: Typed, reviewed: datetime | None = None
) -> dict[str, Any]:
    """Everything that the template needs of a record, but for how many wait behind it.

    Args:
        links: addresses of the record that do not answer as they should, on lists of links.
        reviewed: when somebody looked at the whole of it last, on lists by age.
    """
    list_, record = way.list, row.record
    document = record.model_dump(mode="json", exclude_defaults=True)
    waiting = lists.Waiting(row.id, record.slug, row.card, record, row.updated, reviewed)
    error = typed.error
    telling = Telling(errors=typed.errors, findings=error.findings if isinstance(error, Unready) else ())
    paths = lists_view.named(record, links) or lists_view.mended(list_, record)
    return {
        "list": list_,
        "heading": lists_view.crumb(list_),
        "record": record,
        "card": row.card,
        "sources": [origins.in_words({"sources": [one.key]}) for one in record.sources],
        "lookups": lists_view.places(record),
        "said": [*lists_view.failures(links), *lists_view.said(record, paths)]
        if not list_.is_of_wholes
        else list(lists_view.age(waiting)),
        "facts": review_view.known(document) if list_.is_of_wholes else (),
        "fields": _fields(list_, paths, document, typed.texts, telling),
        "conflicts": _conflicts(list_, record),
        "choices": [(code, _(text)) for code, text in origins.CHOICES.items()],
        "datalists": {"licence": [(one.code, one.label) for one in terms.terms("licence").values()]},
        "seen": row.card.get("completeness"),
        "updated": row.updated.isoformat(),
        "form": lists_view.form_of(list_, waiting, links),
        **_ways(way, record.slug),
        "is_unconfirmed": list_.group == work.UNCONFIRMED,
        "may_be_nowhere": list_.group == work.MISSING,
        "problem": error.message if error else "",
    }


def _ways(way: Way, slug: str) -> dict[str, str]:
    """Where the form is sent, and the ways on and back."""
    return {
        "action": lists_view.fill_of(way.list, slug, way.query, way.sort),
        "skip": way.address(f"{way.list.address}/next", after=slug),
        "back": way.address(way.list.address),
    }


def _fields(
    list_: WorkList,
    paths: Sequence[str],
    document: Mapping[str, Any],
    typed: Mapping[str, list[str]],
    telling: Telling,
) -> list[Shown]:
    """The fields of the form that mend a record, filled in as they stand or as they were typed."""
    if list_.group == work.CONFLICT:
        return []
    texts = {**fill(document), **(clean(typed) if typed else {})}
    wanted = {BY_PATH[path].path for path in paths if path in BY_PATH}
    groups = showing.show(texts, document, telling, document)
    shown = [one for group in groups for one in (*group.fields, *group.more)]
    return [Unfolded(**vars(one)) for one in shown if one.field.path in wanted]


def _conflicts(list_: WorkList, record: DatasetRecord) -> list[tuple[int, str, str, str, str]]:
    """The contradictions to decide: place, fact, value kept, source of the other, its value."""
    if list_.group != work.CONFLICT:
        return []
    mended = lists_view.mended(list_, record)
    return [
        (place, *lists_view.contradiction(record, one))
        for place, one in enumerate(record.conflicts)
        if one.field in mended and not one.set_aside
    ]
