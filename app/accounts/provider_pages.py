"""To a provider of identities and back.

Both are plain links: the page policy lets no form lead to another host. What must come back unchanged travels
in a signed cookie of this browser, so that nobody can be made to finish a sign-in that somebody else began.
"""

from dataclasses import asdict
from importlib import import_module
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts import changes, cookies, providers
from app.accounts.access import Asker, CurrentAsker, SignInNeeded, transaction
from app.accounts.callers import caller_of
from app.accounts.forms import form_page, own_path
from app.accounts.opaque import is_same, new_secret
from app.accounts.pages import NextAsked, begin_session
from app.accounts.providers import Claims, Way
from app.base.errors import AppError, Forbidden
from app.base.language import _
from app.settings import Provider, Settings

PROTOCOL = "app.accounts.oidc"
WAY = "way"
WAY_SECONDS = 900
Text = Annotated[str, Query(max_length=4000)]

router = APIRouter(include_in_schema=False)


@router.get("/login/with/{name}", name="provider_page")
def to_provider(
    request: Request, asker: CurrentAsker, name: str, after: NextAsked = "/account", link: Text = ""
) -> Response:
    """Send the browser to a provider; `link` asks to tie that identity to the account signed in."""
    settings: Settings = request.app.state.settings
    provider = providers.get_provider(settings, name)
    way = Way(
        provider=name,
        state=new_secret(),
        nonce=new_secret(),
        verifier=new_secret() + new_secret(),
        after=own_path(after),
        link=_who_links(request, asker, provider, link) if link else None,
    )
    response = RedirectResponse(
        _protocol().address_of(provider, way, _callback(settings, name)), status_code=303
    )
    response.headers["Cache-Control"] = "no-store"
    cookies.put(request, response, WAY, _signer(request).dumps(asdict(way)), WAY_SECONDS)
    return response


def _protocol() -> Any:
    """What speaks to providers; its libraries would delay the start of every service that has none."""
    return import_module(PROTOCOL)


def _who_links(request: Request, asker: Asker, provider: Provider, link: str) -> int:
    if not asker.is_known or asker.session_id is None or asker.user_id is None:
        raise SignInNeeded()
    if not is_same(link, providers.link_token(request, provider)):
        raise Forbidden(_("This link is out of date. Open the page of your account again."))
    return asker.user_id


def _callback(settings: Settings, name: str) -> str:
    return f"{settings.address}/login/from/{name}"


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.settings.signing_key, salt="way to a provider")


@router.get("/login/from/{name}", name="provider_return")
def from_provider(
    request: Request,
    asker: CurrentAsker,
    name: str,
    state: Text = "",
    code: Text = "",
    iss: Text = "",
) -> Response:
    """Take back who was sent, and sign them in or tie the identity."""
    settings: Settings = request.app.state.settings
    provider = providers.get_provider(settings, name)
    try:
        way = _way_back(request, provider, state, iss)
        if not code:
            raise Forbidden(
                _("%(provider)s did not confirm who you are. Begin again.", provider=provider.label)
            )
        claims = _protocol().claims_of(provider, way, code, _callback(settings, name))
        response = _enter(request, asker, provider, way, claims)
    except AppError as error:
        response = form_page(
            request,
            "accounts/provider.html",
            status=error.status,
            label=provider.label,
            problem=error.message,
        )
    cookies.drop(request, response, WAY)
    return response


def _way_back(request: Request, provider: Provider, state: str, issuer: str) -> Way:
    """What the browser was sent away with, if it is the one that was sent."""
    try:
        way = Way(**_signer(request).loads(cookies.read(request, WAY), max_age=WAY_SECONDS))
    except BadSignature:
        raise Forbidden(_("This sign-in was not begun in this browser, or long ago. Begin again.")) from None
    is_other = issuer and provider.kind == "oidc" and issuer != provider.issuer
    if way.provider != provider.name or not is_same(state, way.state) or is_other:
        raise Forbidden(_("This answer belongs to another sign-in. Begin again."))
    return way


def _enter(request: Request, asker: Asker, provider: Provider, way: Way, claims: Claims) -> Response:
    if way.link is not None:
        if asker.user_id != way.link or not asker.is_known:
            raise Forbidden(_("Somebody else is signed in now. Begin again."))
        with transaction(request) as session:
            providers.link(session, way.link, provider, claims)
            changes.note(session, way.link, "linked", caller_of(request))
        return RedirectResponse("/account?done=linked#done", status_code=303)
    with transaction(request) as session:
        is_open = request.app.state.settings.open_accounts
        number = providers.enter(session, provider, claims, is_open=is_open).id
    return begin_session(request, number, way.after)
