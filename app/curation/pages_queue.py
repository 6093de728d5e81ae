"""The queue: what waits for review, the oldest first. For reviewers."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.accounts import people
from app.accounts.access import SignInNeeded, transaction
from app.accounts.forms import form_page
from app.curation import queries, queue_view
from app.curation.desk import Reviewer
from app.curation.queries import PAGE, QueueQuery

LONGEST = 200
Word = Annotated[str, Query(max_length=LONGEST)]

router = APIRouter(include_in_schema=False)


@router.get("/curation/queue", name="queue_page")
def queue_page(request: Request, asker: Reviewer, after: Word = "") -> Response:
    """The revisions that fit the filters of the address."""
    if asker.user_id is None:
        raise SignInNeeded()
    given = {name: value[:LONGEST] for name, value in request.query_params.items()}
    chosen = queue_view.filters(given)
    asked = queue_view.query(chosen, asker.user_id, after, datetime.now(UTC))
    with transaction(request) as session:
        page = queries.queue(session, asked)
        waiting = queries.queue(session, QueueQuery(limit=1)).total
        mine = queries.queue(session, QueueQuery(assigned_id=asker.user_id, limit=1)).total
        names = people.names(session, [one.assigned_id for one in page.revisions])
        context = queue_view.context(chosen, page, names, after)
    return form_page(request, "curation/queue.html", waiting=waiting, mine=mine, page_size=PAGE, **context)
