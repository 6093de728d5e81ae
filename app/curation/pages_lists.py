"""The home of curation and its work lists: what waits, record by record."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.access import transaction
from app.accounts.forms import form_page
from app.accounts.rights import Role
from app.base.db import ReadSession
from app.base.language import _
from app.catalogue.query import SearchQuery
from app.curation import lists, lists_view, pending, queries
from app.curation.actors import actor_of
from app.curation.changes_bulk import MOST
from app.curation.form.registry import BY_PATH
from app.curation.lists import WorkList
from app.curation.lists_desk import DONE, Contributor, OnTheWay, Searched, Way, Word, to, today, waiting
from app.curation.queries import QueueQuery
from app.portal.rail import FACET_TITLES

LOOKED_AT = 50
"""Records looked through at most for the next one without a change under way."""

router = APIRouter(include_in_schema=False)


@router.get("/curation", name="curation_page")
def home(request: Request, session: ReadSession, asker: Contributor, query: Searched) -> Response:
    """What waits: the queue, every work list with its length, vocabularies and users."""
    counted = lists.counts(session, query, today())
    is_reviewer = asker.role.is_at_least(Role.REVIEWER)
    with transaction(request) as own:
        states = queries.count_states(own) if is_reviewer else {}
        mine = queries.queue(own, QueueQuery(assigned_id=asker.user_id, limit=1)).total if is_reviewer else 0
        drafts = len(queries.own_drafts(own, actor_of(asker, request.app.state.settings)))
    return form_page(
        request,
        "curation/lists_home.html",
        groups=[
            (key, _(title), lists_view.tallies(counted[key], query))
            for key, title in lists.GROUPS.items()
            if counted[key]
        ],
        states={str(state): number for state, number in states.items()},
        mine=mine,
        drafts=drafts,
        is_reviewer=is_reviewer,
        is_admin=asker.role.is_at_least(Role.ADMIN),
        **_filters(query, "/curation"),
    )


def _filters(query: SearchQuery, path: str) -> dict[str, Any]:
    return {
        "q": query.q,
        "selects": lists_view.selects(query),
        "titles": {name: _(FACET_TITLES[name]) for name in lists_view.FILTERED},
        "chips": lists_view.chips(path, query, ""),
        "kept": lists_view.kept(query),
        "is_filtered": bool(lists_view.pairs_of(query)),
        "path": path,
        "sorts": (),
    }


@router.get("/curation/lists/{group}/{key}", name="work_list_page")
def list_page(
    request: Request,
    session: ReadSession,
    asker: Contributor,
    way: OnTheWay,
    after: Word = "",
    done: Word = "",
) -> Response:
    """One page of a work list, with a box before each record for a change of many."""
    list_, query, sort = way.list, way.query, way.sort
    found = waiting(request, session, way, after=after)
    shown = lists.read(session, found.ids)
    is_of_links = list_.group == lists.LINKS
    known = {one.slug: lists.bad_links(session, one.slug) for one in shown} if is_of_links else {}
    with transaction(request) as own:
        under_way = pending.slugs(own, list_, shown)
    return form_page(
        request,
        "curation/lists.html",
        rows=lists_view.rows(list_, shown, known, under_way, query, sort),
        following=way.address(list_.address, after=found.following) if found.following else "",
        begin=way.address(f"{list_.address}/next"),
        may_bulk=asker.role.is_at_least(Role.REVIEWER),
        bulk_path=_bulk_path(list_),
        bulk_all=_bulk_all(list_, query, found.total) if asker.role.is_at_least(Role.REVIEWER) else "",
        done=_(DONE[done], record="") if done in DONE else "",
        path=list_.address,
        **lists_view.page_context(list_, query, sort, found.total, found.passed),
    )


def _bulk_path(list_: WorkList) -> str:
    """The field that a change of many would most likely write."""
    return next((path for path in list_.paths if path in BY_PATH), "")


def _bulk_all(list_: WorkList, query: SearchQuery, total: int) -> str:
    """The change of a whole list under its filters, where it is not too long for one set."""
    if total > MOST:
        return ""
    named = f"{list_.group}/{list_.key}"
    return lists_view.address("/curation/bulk", query, list=named, field=_bulk_path(list_))


@router.get("/curation/lists/{group}/{key}/next", name="next_on_list")
def next_page(
    request: Request,
    session: ReadSession,
    _asker: Contributor,
    way: OnTheWay,
    after: Word = "",
    done: Word = "",
) -> Response:
    """Lead to the next record of a list behind the one whose slug is `after`, or to the first."""
    found = _next(request, session, way, after)
    if found is None:
        return to(way.address(way.list.address, done="end"))
    said = {"done": done, "left": after} if done in DONE else {}
    return to(way.address(f"{way.list.address}/fill", record=found.slug, **said))


def _next(request: Request, session: Session, way: Way, after: str) -> lists.Waiting | None:
    """The next record that nobody has mended yet; the first again where all behind are dealt with."""
    secret = request.app.state.settings.signing_key
    place = lists.behind(session, after, way.sort, secret) if after else ""
    for start in dict.fromkeys((place, "")):
        found = waiting(request, session, way, after=start, limit=LOOKED_AT)
        behind = lists.read(session, found.ids)
        with transaction(request) as own:
            under_way = pending.slugs(own, way.list, behind)
        free = [one for one in behind if one.slug not in under_way and one.slug != after]
        if free:
            return free[0]
    return None
