"""Imports for reviewers: hand in a file, watch it come in, read the report, submit the drafts."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, File, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import transaction
from app.accounts.forms import PRIVATE, check_form, form_page
from app.base.db import DbSession
from app.base.errors import AppError
from app.base.language import N_, _
from app.curation import labels
from app.curation.actors import actor_of
from app.curation.desk import Reviewer
from app.curation.imports import changes, queries, reports

OUTCOMES: Mapping[str, str] = {
    "new": N_("New"),
    "changed": N_("Changed"),
    "same": N_("The same"),
    "invalid": N_("Invalid"),
    "waiting": N_("Waiting"),
}
router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
PLACE = "/curation/imports"


@router.get(PLACE, name="imports_page")
def imports_page(request: Request, asker: Reviewer) -> Response:
    """The latest imports, and the form for another."""
    return _start(request)


def _start(request: Request, error: AppError | None = None) -> Response:
    with transaction(request) as session:
        latest = queries.latest(session)
        session.expunge_all()
    return form_page(
        request,
        "curation/imports.html",
        status=error.status if error else 200,
        problem=error.message if error else "",
        latest=latest,
    )


@forms.post(PLACE)
def take_in(request: Request, asker: Reviewer, file: Annotated[UploadFile, File()]) -> Response:
    """Take in a file, which a worker then turns into drafts."""
    content = file.file.read()
    if not content.strip():
        return _start(request, changes.empty())
    with transaction(request) as session:
        actor = actor_of(asker, request.app.state.settings)
        one = changes.begin(session, actor, file.filename or "", content)
        place = f"{PLACE}/{one.id}"
    return RedirectResponse(place, status_code=303)


@router.get(PLACE + "/{number}", name="import_page")
def import_page(
    request: Request,
    asker: Reviewer,
    number: UUID,
    outcome: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[int, Query(ge=-1, le=10**7)] = -1,
) -> Response:
    """How far an import has come, and its report line by line."""
    chosen = outcome if outcome in OUTCOMES else ""
    with transaction(request) as session:
        context = _report(session, number, chosen, after)
        session.expunge_all()
    return form_page(
        request,
        "curation/import.html",
        fragment="curation/_import.html",
        outcome=chosen,
        named=labels.state,
        fact=labels.fact,
        where=_where,
        outcomes={name: _(word) for name, word in OUTCOMES.items()},
        **context,
    )


def _where(label: str, name: str) -> str:
    """The place in a file without the name of the file, which stands above the report."""
    rest = label.removeprefix(name)
    number = rest.strip(":[]#")
    if rest == label or not number.isdigit():
        return label
    return _("line %(n)s", n=number) if rest.startswith(":") else _("entry %(n)s", n=number)


def _report(session: Any, number: UUID, outcome: str, after: int) -> dict[str, Any]:
    lines = queries.lines(session, number, outcome=outcome, after=after, limit=queries.PAGE + 1)
    shown = lines[: queries.PAGE]
    following = shown[-1].line.position if len(lines) > queries.PAGE else None
    address = f"{PLACE}/{number}"
    return {
        "one": queries.get(session, number),
        "counts": queries.counts(session, number),
        "lines": shown,
        "drafts": queries.drafts(session, number),
        "following": f"{address}?{urlencode({'outcome': outcome, 'after': following})}" if following else "",
        "is_first": after < 0,
        "address": address,
    }


@router.get(PLACE + "/{number}/report.csv")
def report_file(session: DbSession, asker: Reviewer, number: UUID) -> Response:
    """The whole report as a table."""
    content = reports.as_csv(queries.lines(session, queries.get(session, number).id, limit=reports.MOST))
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="import-{number}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@forms.post(PLACE + "/{number}/submit")
def hand_in(request: Request, asker: Reviewer, number: UUID) -> Response:
    """Submit every draft that passes the checks."""
    with transaction(request) as session:
        changes.ask_to_hand_in(session, number)
    return RedirectResponse(f"{PLACE}/{number}", status_code=303)


router.include_router(forms)
