"""Who comes to the pages of suggestions, what their forms say, and how often they may begin."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from app.accounts import attempts, signing
from app.accounts.access import Asker, transaction
from app.accounts.attempts import Counter, Limit
from app.accounts.callers import caller_of
from app.accounts.changes import email_key
from app.accounts.rights import Role
from app.curation import suggest_secrets
from app.curation.actors import Actor, actor_of
from app.curation.suggest_saving import Sent, sent_by

BEGUN_BY_PLACE = Limit("suggestion, place", 60, timedelta(hours=1))
LONGEST_SLUG = 120
PLACE = "/suggest/{number:uuid}"


async def sent(request: Request) -> Sent:
    """The form as it was sent; in this colour because the form is read in it."""
    return sent_by((await request.form()).multi_items())


Form = Annotated[Sent, Depends(sent)]
Slug = Annotated[str, Query(max_length=LONGEST_SLUG)]
Secret = Annotated[str, Query(max_length=suggest_secrets.LONGEST_SECRET)]


def actor_for(request: Request, asker: Asker, number: UUID | None = None) -> Actor:
    """Whoever asks; a browser that began the draft without an account shows the secret in a cookie."""
    secret = suggest_secrets.held(request).get(number, "") if number else ""
    return actor_of(asker, request.app.state.settings, secret)


def own_link(request: Request, number: UUID | None, actor: Actor) -> str:
    """The address that opens a visitor's draft in any browser; "" for whoever signs in to see it."""
    return f"/suggest/{number}?secret={actor.secret}" if number and actor.secret else ""


def count_begin(request: Request, actor: Actor) -> None:
    """Bound how many drafts one place can begin; reviewers begin as many as they need."""
    if actor.role.is_at_least(Role.REVIEWER):
        return
    key = request.app.state.settings.signing_key
    with transaction(request) as session:
        attempts.count(session, Counter(BEGUN_BY_PLACE, key, (caller_of(request).place,)))


def count_mail(request: Request, email: str) -> None:
    """Bound how many mails one place, and one address, can cause."""
    key, place = request.app.state.settings.signing_key, caller_of(request).place
    by_address = Counter(signing.MAILS_TO_ADDRESS, key, (email_key(email),))
    with transaction(request) as session:
        attempts.count(session, by_address, Counter(signing.MAILS_BY_PLACE, key, (place,)))
