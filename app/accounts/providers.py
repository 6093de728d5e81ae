"""Users and the providers of identities they come from.

An identity finds its account by the provider's own number for it. The first time, it is tied to the account
of the same e-mail address, if the provider has made sure of that address; every address of ours was confirmed
by a mailed link, or written down by an operator. Without such an address only who is signed in can tie one.
"""

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import changes
from app.accounts.forms import holder_of
from app.accounts.opaque import keyed
from app.accounts.tables import LinkedIdentity, User
from app.base.errors import Conflict, Forbidden, NotFound
from app.base.language import _
from app.settings import Provider, Settings


@dataclass(frozen=True)
class Claims:
    """What a provider says of somebody; `email` only where the provider has made sure of it."""

    subject: str
    email: str | None
    name: str


@dataclass(frozen=True)
class Way:
    """What a browser takes along to the provider and must bring back."""

    provider: str
    state: str
    nonce: str
    verifier: str
    after: str
    link: int | None = None
    """The user who wants to be recognised by this identity from now on."""


def configured(settings: Settings) -> tuple[Provider, ...]:
    """The providers that the settings name."""
    return settings.sign_in_with or ()


def get_provider(settings: Settings, name: str) -> Provider:
    """The provider of a name.

    Raises:
        NotFound: the settings name no such provider.
    """
    for provider in configured(settings):
        if provider.name == name:
            return provider
    raise NotFound(_("Nobody signs in this way here."))


def linked(session: Session, user_id: int) -> set[str]:
    """The names of the providers by which a user is recognised."""
    asked = select(LinkedIdentity.provider).where(LinkedIdentity.user_id == user_id)
    return set(session.scalars(asked))


def link(session: Session, user_id: int, provider: Provider, claims: Claims) -> None:
    """Recognise a user by this identity from now on.

    Raises:
        Conflict: it belongs to another account.
    """
    there = session.get(LinkedIdentity, (provider.name, claims.subject))
    if there is None:
        session.add(LinkedIdentity(provider=provider.name, subject=claims.subject, user_id=user_id))
    elif there.user_id != user_id:
        raise Conflict(
            _("This identity at %(provider)s belongs to another account here.", provider=provider.label)
        )


def enter(session: Session, provider: Provider, claims: Claims, *, is_open: bool) -> User:
    """The user whom an identity belongs to, made if need be.

    Raises:
        Forbidden: nobody is known by it and nobody may be made of it, or the account is closed.
    """
    there = session.get(LinkedIdentity, (provider.name, claims.subject))
    user = (
        changes.get_user(session, there.user_id) if there else _by_email(session, provider, claims, is_open)
    )
    if not user.is_active:
        raise Forbidden(_("This account is closed. Ask the editors of the catalogue."))
    link(session, user.id, provider, claims)
    return user


def _by_email(session: Session, provider: Provider, claims: Claims, is_open: bool) -> User:
    if claims.email is None:
        raise Forbidden(
            _(
                "%(provider)s names no confirmed e-mail address. Sign in here first, then connect "
                "%(provider)s on the page of your account.",
                provider=provider.label,
            )
        )
    user = changes.find_by_email(session, claims.email)
    if user is None and not is_open:
        raise Forbidden(_("This catalogue makes accounts for people it knows. Ask its editors for one."))
    name = claims.name[: changes.LONGEST_NAME].strip() or claims.email.partition("@")[0]
    return user or changes.create_user(session, email=claims.email, name=name)


def link_token(request: Request, provider: Provider) -> str:
    """Proof that the page of the account itself asked to tie an identity, not a foreign page."""
    return keyed(request.app.state.settings.signing_key, "link", holder_of(request), provider.name)


def link_tokens(request: Request) -> dict[str, str]:
    """That proof for each provider."""
    return {one.name: link_token(request, one) for one in configured(request.app.state.settings)}
