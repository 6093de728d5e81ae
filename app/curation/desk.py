"""Who comes to the pages of curation, and what their forms say."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from app.accounts.access import STEPS, Asker, CurrentAsker, SignInNeeded, require
from app.accounts.rights import Role
from app.base.errors import Forbidden
from app.base.language import _
from app.curation.actors import Actor, actor_of
from app.curation.deciding import Typed, typed
from app.curation.suggest_secrets import held

LONGEST_SECRET = 200
Reviewer = Annotated[Asker, Depends(require(Role.REVIEWER))]
Editor = Annotated[Asker, Depends(require(Role.EDITOR))]
Admin = Annotated[Asker, Depends(require(Role.ADMIN))]


async def sent(request: Request) -> Typed:
    """The form as it was sent; in this colour because the form is read in it."""
    return typed((await request.form()).multi_items())


Sent = Annotated[Typed, Depends(sent)]


def looking(
    request: Request,
    asker: CurrentAsker,
    number: UUID,
    secret: Annotated[str, Query(max_length=LONGEST_SECRET)] = "",
) -> Actor:
    """Who looks at a revision: somebody who is signed in, or a visitor with the link of their suggestion.

    The browser in which a visitor began it shows the secret in a cookie.
    """
    return _actor(request, asker, secret or held(request).get(number, ""))


def acting(request: Request, asker: CurrentAsker, number: UUID, form: Sent) -> Actor:
    """Who sends a form about a revision."""
    given = form.fields.get("secret", "")[:LONGEST_SECRET]
    return _actor(request, asker, given or held(request).get(number, ""))


Looking = Annotated[Actor, Depends(looking)]
Acting = Annotated[Actor, Depends(acting)]


def _actor(request: Request, asker: Asker, secret: str) -> Actor:
    if asker.user_id is not None and asker.session_id is None:
        raise Forbidden(_("A token opens the addresses for programs; this is a page for people."))
    if not asker.is_known and not secret:
        raise SignInNeeded(place=STEPS[asker.stage])
    return actor_of(asker, request.app.state.settings, secret)
