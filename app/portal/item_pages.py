"""The items of one dataset as a page of their own, so that every choice among them has an address."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from app.base import html
from app.base.db import ReadSession
from app.base.errors import NotFound
from app.base.language import _
from app.catalogue.search import get_record
from app.portal import record_items

router = APIRouter()


@router.get("/datasets/{slug}/items", name="items_page", include_in_schema=False)
def items_page(
    request: Request, session: ReadSession, slug: Annotated[str, Path(max_length=200)]
) -> Response:
    """The items of a dataset by split and time: map, chart, and list, page by page."""
    choice = record_items.read_choice(request.query_params.multi_items())
    row = get_record(session, slug)
    secret = request.app.state.settings.signing_key
    items = record_items.section(session, row.id, slug, choice, secret)
    if items is None:
        raise NotFound(_("No items of %(name)s are known here.", name=row.record.name))
    return html.page(
        request,
        "portal/items_page.html",
        fragment="portal/_items.html",
        section="datasets",
        record=row.record,
        items=items,
    )
