"""The page of one's own account: name, password, second factor, sessions, tokens, and what happened."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from app.accounts import (
    changes,
    changes_kept,
    cookies,
    factor,
    mails,
    passwords,
    providers,
    sessions,
    signing,
    tokens,
)
from app.accounts.access import Asker, CurrentAsker, SignInNeeded, require, transaction
from app.accounts.attempts import TooSoon
from app.accounts.callers import caller_of
from app.accounts.forms import check_form, form_page, own_path
from app.accounts.pages import Code, Name, Next, NextAsked, Password, Token, signed_in
from app.accounts.rights import Role
from app.accounts.tables import User
from app.base.errors import Forbidden, Invalid
from app.base.language import _
from app.settings import Settings

Owner = Annotated[Asker, Depends(require())]
Number = Annotated[int, Form(ge=1, le=2**62)]
SETUP_SECONDS = 1800
FIELDS = ("name", "old", "new", "factor", "token")
"""What can be wrong on the page of the account."""

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/account", name="account_page")
def account_page(request: Request, asker: Owner, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Everything about one's own account."""
    return _account(request, asker, done=done)


def _account(
    request: Request,
    asker: Asker,
    *,
    done: str = "",
    problems: dict[str, str] | None = None,
    token: str = "",
    status: int = 200,
) -> Response:
    settings: Settings = request.app.state.settings
    with transaction(request) as session:
        user = changes.get_user(session, _number(asker))
        context: dict[str, Any] = {
            "user": user,
            "sessions": sessions.list_sessions(session, user.id),
            "tokens": tokens.list_tokens(session, user.id),
            "events": changes.latest_events(session, user.id),
            "codes_left": factor.count_recovery_codes(session, user.id),
            "linked": providers.linked(session, user.id),
            "favourites": len(changes_kept.list_favourites(session, user.id)),
            "searches": changes_kept.list_searches(session, user.id),
        }
    return form_page(
        request,
        "accounts/account.html",
        status=status,
        section="account",
        asker=asker,
        scopes=tokens.scopes_for(asker.role),
        lives=tokens.LIVES,
        shortest=passwords.SHORTEST,
        must_have_factor=sessions.needs_second_factor(asker.role),
        providers=providers.configured(settings),
        link_tokens=providers.link_tokens(request),
        done=done,
        problems={**dict.fromkeys(FIELDS, ""), **(problems or {})},
        token=token,
        **context,
    )


def _number(asker: Asker) -> int:
    if asker.user_id is None:
        raise SignInNeeded()
    return asker.user_id


def _done(what: str) -> Response:
    return RedirectResponse(f"/account?done={what}#done", status_code=303)


@forms.post("/account/name")
def change_name(request: Request, asker: Owner, name: Name = "") -> Response:
    """Take another name."""
    try:
        with transaction(request) as session:
            changes.get_user(session, _number(asker)).name = changes.checked_name(name)
    except Invalid as error:
        return _account(request, asker, problems={"name": error.message}, status=400)
    return _done("name")


@forms.post("/account/password")
def change_password(request: Request, asker: Owner, old: Password = "", new: Password = "") -> Response:
    """Take another password: every other session ends, and this one gets a new secret."""
    number = _number(asker)
    try:
        _check_password(request, asker, old)
    except (Forbidden, TooSoon) as error:
        return _account(request, asker, problems={"old": error.message}, status=error.status)
    try:
        with transaction(request) as session:
            user = changes.get_user(session, number)
            changes.set_password(session, user, new)
            secret = sessions.begin(session, user, "complete", caller_of(request))
            _tell(request, session, user, "password-set", "password")
    except Invalid as error:
        return _account(request, asker, problems={"new": error.message}, status=400)
    return signed_in(request, _done("password"), secret, asker.role)


def _check_password(request: Request, asker: Asker, password: str) -> None:
    """Let only who knows the password go on; a session left open on a desk is not enough."""
    key, caller = request.app.state.settings.signing_key, caller_of(request)
    if signing.check_password(lambda: transaction(request), key, asker.email, password, caller) is None:
        raise Forbidden(_("This is not your password."))


def _tell(request: Request, session: Session, user: User, kind: str, change: str) -> None:
    """Write down what changed and mail it, so that the owner learns of it if it was somebody else."""
    changes.note(session, user.id, kind, caller_of(request))
    address = request.app.state.settings.address
    mails.post(session, user.email, "accounts/mails/changed.txt", address=address, change=change)


@forms.post("/account/sessions/end")
def end_session(request: Request, asker: Owner, number: Number) -> Response:
    """End one session of one's own."""
    with transaction(request) as session:
        sessions.end(session, _number(asker), number)
    return _done("session")


@forms.post("/account/sessions/end-others")
def end_other_sessions(request: Request, asker: Owner) -> Response:
    """End every session but this one."""
    with transaction(request) as session:
        sessions.end_all(session, _number(asker), but=asker.session_id)
    return _done("sessions")


@forms.post("/account/tokens")
def create_token(
    request: Request,
    asker: Owner,
    days: Annotated[int, Form(ge=1, le=400)],
    name: Name = "",
    scope: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Make a token; this answer is the only place where it can be read."""
    try:
        with transaction(request) as session:
            user = changes.get_user(session, _number(asker))
            token = tokens.create_token(session, user, name=name, scopes=scope or [], days=days)
            _tell(request, session, user, "token", "token")
    except Invalid as error:
        return _account(request, asker, problems={"token": error.message}, status=400)
    return _account(request, asker, token=token)


@forms.post("/account/tokens/revoke")
def revoke_token(request: Request, asker: Owner, number: Number) -> Response:
    """Remove a token of one's own."""
    with transaction(request) as session:
        tokens.revoke(session, _number(asker), number)
    return _done("token")


@router.get("/account/second-factor", name="second_factor_page")
def second_factor_page(request: Request, asker: CurrentAsker, after: NextAsked = "/account") -> Response:
    """Set up a second factor; open to who must before anything else opens to them."""
    _check_may_set_up(request, asker)
    return _setup(request, asker, factor.new_key(), after)


def _check_may_set_up(request: Request, asker: Asker) -> None:
    """Only who is signed in and has no second factor yet."""
    if asker.session_id is None or asker.stage == "code":
        raise SignInNeeded()
    with transaction(request) as session:
        if changes.get_user(session, _number(asker)).totp is not None:
            raise Forbidden(
                _("There is a second factor already. Remove it first, on the page of your account.")
            )


def _setup(
    request: Request, asker: Asker, key: str, after: str, problem: str = "", status: int = 200
) -> Response:
    return form_page(
        request,
        "accounts/second_factor.html",
        status=status,
        section="account",
        asker=asker,
        after=own_path(after),
        key=" ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        picture=factor.picture(factor.address(key, asker.email)),
        signed=_signer(request).dumps([asker.user_id, key]),
        problem=problem,
        codes=(),
    )


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.settings.signing_key, salt="second-factor")


@forms.post("/account/second-factor")
def set_up_second_factor(
    request: Request, asker: CurrentAsker, signed: Token, code: Code = "", after: Next = "/account"
) -> Response:
    """Take the second factor into use, end all other sessions, and show the recovery codes once."""
    _check_may_set_up(request, asker)
    key = _key_of(request, asker, signed)
    with transaction(request) as session:
        user = changes.get_user(session, _number(asker))
        codes = factor.set_up(session, user, key, code)
        if codes is not None:
            sessions.end_all(session, user.id)
            secret, role = signing.complete(session, user, caller_of(request), ""), Role(user.role)
            _tell(request, session, user, "factor-added", "second factor")
    if codes is None:
        return _setup(request, asker, key, after, problem="wrong", status=403)
    page = form_page(
        request,
        "accounts/second_factor.html",
        section="account",
        asker=asker,
        after=own_path(after),
        codes=codes,
        key="",
        picture="",
        signed="",
        problem="",
    )
    return signed_in(request, page, secret, role)


def _key_of(request: Request, asker: Asker, signed: str) -> str:
    """The key that the page showed, if it showed it to this user and not too long ago."""
    try:
        number, key = _signer(request).loads(signed, max_age=SETUP_SECONDS)
    except BadSignature:
        raise Invalid(_("This page is out of date. Open it again.")) from None
    if number != asker.user_id:
        raise Invalid(_("This page belongs to another account. Open it again."))
    return str(key)


@forms.post("/account/second-factor/remove")
def remove_second_factor(request: Request, asker: Owner, password: Password = "") -> Response:
    """Remove the second factor; all sessions end, and whoever must have one sets up another on return."""
    try:
        _check_password(request, asker, password)
    except (Forbidden, TooSoon) as error:
        return _account(request, asker, problems={"factor": error.message}, status=error.status)
    with transaction(request) as session:
        user = changes.get_user(session, _number(asker))
        changes.remove_second_factor(session, user)
        _tell(request, session, user, "factor-removed", "second factor")
    response = RedirectResponse("/login?done=factor", status_code=303)
    cookies.drop(request, response, cookies.SESSION)
    return response


router.include_router(forms)
