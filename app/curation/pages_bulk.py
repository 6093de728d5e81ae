"""One field of many records changed as one set: chosen, previewed record by record, and sent to review."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.accounts.access import Asker, require, transaction
from app.accounts.forms import check_form, form_page
from app.accounts.rights import Role
from app.base.errors import AppError, Invalid, NotFound
from app.base.language import _
from app.catalogue.query import SearchQuery
from app.curation import bulk, changes_bulk, diff, lists, review_view
from app.curation.actors import actor_of
from app.curation.changes_bulk import MOST
from app.curation.form import lists as terms
from app.curation.form import origins, showing
from app.curation.form.fields import Field, Values
from app.curation.form.parsing import clean
from app.curation.form.showing import Shown, Telling
from app.curation.lists_desk import Searched, Sent, Word, reading, to, today
from app.curation.lists_view import Unfolded

Reviewer = Annotated[Asker, Depends(require(Role.REVIEWER))]
Slugs = Annotated[list[str], Query(max_length=MOST)]

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@dataclass(frozen=True)
class Previewed:
    """One record with what the change would make of it."""

    slug: str
    name: str
    lines: tuple[diff.Line, ...]
    problems: tuple[str, ...]


@router.get("/curation/bulk", name="bulk_page")
def bulk_page(
    request: Request,
    _asker: Reviewer,
    query: Searched,
    record: Slugs = [],  # noqa: B006
    field: Word = "",
    list_: Annotated[str, Query(alias="list", max_length=200)] = "",
) -> Response:
    """Choose records and a field; `list` takes a whole work list under the filters of the address."""
    chosen = [*record, *(_whole_list(request, list_, query) if list_ else ())]
    return _choose(request, chosen, field, {})


def _whole_list(request: Request, name: str, query: SearchQuery) -> list[str]:
    group, _slash, key = name.partition("/")
    secret = request.app.state.settings.signing_key
    with reading(request) as session:
        found = lists.find(
            session, lists.get(group, key), query,
            sort=next(iter(lists.SORTS)), after="", secret=secret, today=today(), limit=MOST,
        )  # fmt: skip
        return [one.slug for one in lists.read(session, found.ids)]


def _choose(
    request: Request, slugs: Sequence[str], path: str, values: Values, *, error: AppError | None = None
) -> Response:
    """The page on which records, field, way and value are chosen."""
    fields = bulk.fields()
    field = next((one for one in fields if one.path == path), None)
    names: list[tuple[str, str]] = []
    with transaction(request) as session:
        try:
            names = [(one.slug, one.name) for one in changes_bulk.existing(session, slugs)]
        except NotFound as missing:
            error = error or missing
    return form_page(
        request,
        "curation/bulk.html",
        status=error.status if error else 200,
        problem=error.message if error else "",
        slugs="\n".join(dict.fromkeys(slugs)),
        names=names,
        fields=[(one.path, one.name) for one in fields],
        field=field,
        shown=_shown(field, values) if field else None,
        ways=[(way, _(bulk.WAYS[way])) for way in bulk.ways(field)] if field else (),
        way=values.get("way", ("set",))[-1],
        choices=[(code, _(text)) for code, text in origins.CHOICES.items()],
        datalists={"licence": [(one.code, one.label) for one in terms.terms("licence").values()]},
        most=MOST,
    )


def _shown(field: Field, values: Values) -> Shown:
    """The field as it was typed, without any record."""
    groups = showing.show(values, {}, Telling(), {})
    found = next(one for group in groups for one in (*group.fields, *group.more) if one.field == field)
    return Unfolded(**vars(found))


@forms.post("/curation/bulk")
def preview_or_send(request: Request, asker: Reviewer, form: Sent) -> Response:
    """Show what the change does to each record; send it to review when that was seen."""
    values = clean(form)
    slugs = [slug for text in values.get("records", ()) for slug in text.split()]
    path = values.get("field", ("",))[-1]
    try:
        change = bulk.change(path, values.get("way", ("",))[-1], values)
        if not slugs or len(slugs) > MOST:
            raise Invalid(_("Choose between one and %(most)s records.", most=MOST))
        if values.get("step", ("",))[-1] == "send":
            return _send(request, asker, change, slugs)
        return _preview(request, change, slugs)
    except (Invalid, NotFound) as error:
        return _choose(request, slugs, path, values, error=error)


def _send(request: Request, asker: Asker, change: bulk.Change, slugs: Sequence[str]) -> Response:
    actor = actor_of(asker, request.app.state.settings)
    with transaction(request) as session:
        set_, _outcome = changes_bulk.send(session, actor, change, slugs)
    return to(f"/curation/change-sets/{set_}?done=sent")


def _preview(request: Request, change: bulk.Change, slugs: Sequence[str]) -> Response:
    with transaction(request) as session:
        standing = changes_bulk.existing(session, slugs)
        applied = [(one, bulk.apply(change, one.record)) for one in standing]
    changed = [
        Previewed(
            one.slug,
            one.name,
            tuple(review_view.changed_lines(made.changes, made.draft, one.record)),
            made.problems,
        )
        for one, made in applied
        if made.changes
    ]
    return form_page(
        request,
        "curation/bulk_preview.html",
        field=change.field,
        way=_(bulk.WAYS[change.way]),
        changed=[one for one in changed if not one.problems],
        stopped=[one for one in changed if one.problems],
        same=[one.name for one, made in applied if not made.changes],
        hidden=_hidden(change, slugs),
    )


def _hidden(change: bulk.Change, slugs: Sequence[str]) -> list[tuple[str, str]]:
    """Everything that was typed, to be sent once more."""
    said = [("field", change.field.path), ("way", str(change.way)), ("records", "\n".join(slugs))]
    return said + [(name, text) for name, texts in change.values.items() for text in texts]


router.include_router(forms)
