"""Pages that sign in and out: password, second step, and the links that are mailed to who has none yet."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts import changes, cookies, links, mails, passwords, providers, sessions, signing
from app.accounts.access import STEPS, Asker, CurrentAsker, SignInNeeded, transaction
from app.accounts.attempts import Counter, TooSoon, count
from app.accounts.callers import caller_of
from app.accounts.forms import check_form, form_page, own_path
from app.accounts.rights import Role
from app.accounts.tables import User
from app.base.errors import AppError, Invalid
from app.base.language import _
from app.settings import Settings

Email = Annotated[str, Form(max_length=300)]
Password = Annotated[str, Form(max_length=1000)]
Code = Annotated[str, Form(max_length=100)]
Token = Annotated[str, Form(max_length=200)]
Name = Annotated[str, Form(max_length=300)]
Next = Annotated[str, Form(alias="next", max_length=4000)]
NextAsked = Annotated[str, Query(alias="next", max_length=4000)]

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/login", name="sign_in_page")
def sign_in_page(
    request: Request, asker: CurrentAsker, after: NextAsked = "/account", done: str = ""
) -> Response:
    """E-mail and password, or another provider of identities."""
    if asker.user_id is not None:
        return go_on(asker, after)
    return _sign_in(request, after, done=done)


def _sign_in(
    request: Request,
    after: str,
    *,
    email: str = "",
    problem: str = "",
    done: str = "",
    status: int = 200,
    retry: int = 0,
) -> Response:
    settings: Settings = request.app.state.settings
    return form_page(
        request,
        "accounts/login.html",
        status=status,
        headers={"Retry-After": str(retry)} if retry else {},
        after=own_path(after),
        email=email,
        problem=problem,
        done=done,
        providers=providers.configured(settings),
        is_open=settings.open_accounts,
    )


def go_on(asker: Asker, after: str) -> Response:
    """To where the reader wanted to go, or to the step that is missing before."""
    path = own_path(after)
    if asker.stage != "complete":
        path = f"{STEPS[asker.stage]}?next={quote(path)}"
    return RedirectResponse(path, status_code=303)


@forms.post("/login")
def sign_in(
    request: Request, email: Email = "", password: Password = "", after: Next = "/account"
) -> Response:
    """Check a password; the answer is the same for a wrong one and for an account that is not there."""
    key = request.app.state.settings.signing_key
    caller = caller_of(request)
    try:
        number = signing.check_password(lambda: transaction(request), key, email, password, caller)
    except TooSoon as error:
        return _sign_in(
            request, after, email=email, problem=error.message, status=429, retry=error.retry_after
        )
    if number is None:
        return _sign_in(request, after, email=email, problem="wrong", status=403)
    return begin_session(request, number, after)


def begin_session(request: Request, number: int, after: str) -> Response:
    """Start the session of a user who has proved to be one, and go on."""
    with transaction(request) as session:
        user = changes.get_user(session, number)
        secret = signing.begin(session, user, caller_of(request), cookies.read(request, cookies.SESSION))
        stage = sessions.stage_after_password(user)
        role = Role(user.role) if stage == "complete" else Role.VISITOR
    path = own_path(after)
    if stage != "complete":
        path = f"{STEPS[stage]}?next={quote(path)}"
    return signed_in(request, RedirectResponse(path, status_code=303), secret, role)


def signed_in(request: Request, response: Response, secret: str, role: Role) -> Response:
    """The same answer with the cookies of a session; the visit that led here is over."""
    lasts = int(sessions.LONGEST.total_seconds())
    cookies.put(request, response, cookies.SESSION, secret, lasts)
    if role.is_at_least(Role.REVIEWER):
        cookies.put(request, response, cookies.DESK, "1", lasts)
    cookies.drop(request, response, cookies.VISIT)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/login/code", name="code_page")
def code_page(request: Request, asker: CurrentAsker, after: NextAsked = "/account") -> Response:
    """The second step of a sign-in."""
    if asker.stage != "code":
        return go_on(asker, after) if asker.user_id else RedirectResponse("/login", status_code=303)
    return form_page(request, "accounts/code.html", after=own_path(after), problem="")


@forms.post("/login/code")
def give_code(request: Request, asker: CurrentAsker, code: Code = "", after: Next = "/account") -> Response:
    """Check a code of the second factor, or a recovery code."""
    if asker.stage != "code" or asker.user_id is None:
        raise SignInNeeded()
    key, caller = request.app.state.settings.signing_key, caller_of(request)
    try:
        is_right = signing.check_code(lambda: transaction(request), key, asker.user_id, code, caller)
    except TooSoon as error:
        return form_page(
            request, "accounts/code.html", status=429, after=own_path(after), problem=error.message
        )
    if not is_right:
        return form_page(request, "accounts/code.html", status=403, after=own_path(after), problem="wrong")
    with transaction(request) as session:
        user = changes.get_user(session, asker.user_id)
        secret = signing.complete(session, user, caller, cookies.read(request, cookies.SESSION))
        role = Role(user.role)
    return signed_in(request, RedirectResponse(own_path(after), status_code=303), secret, role)


@forms.post("/logout", name="sign_out")
def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    secret = cookies.read(request, cookies.SESSION)
    with transaction(request) as session:
        sessions.end_secret(session, secret)
    response = RedirectResponse("/", status_code=303)
    cookies.drop(request, response, cookies.SESSION)
    cookies.drop(request, response, cookies.DESK)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/account/reset", name="reset_page")
def reset_page(request: Request, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Ask for a link by mail, or, by such a link, for a new password."""
    if not token:
        return _ask_address(request)
    with transaction(request) as session:
        link = links.find(session, token)
        known = link is not None and link.user_id is not None
    if link is None:
        return _ask_address(request, problem="outdated", status=403)
    return _choose_password(request, token, link.email, is_new=not known)


def _ask_address(request: Request, *, email: str = "", problem: str = "", status: int = 200) -> Response:
    is_open = request.app.state.settings.open_accounts
    return form_page(
        request, "accounts/reset.html", status=status, email=email, problem=problem, sent="", is_open=is_open
    )


def _choose_password(
    request: Request,
    token: str,
    email: str,
    *,
    is_new: bool,
    name: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    return form_page(
        request,
        "accounts/password.html",
        status=status,
        token=token,
        email=email,
        is_new=is_new,
        name=name,
        problem=problem,
        shortest=passwords.SHORTEST,
    )


@forms.post("/account/reset")
def send_link(request: Request, email: Email = "") -> Response:
    """Mail a link; the answer, and the work, are the same whether there is an account or not."""
    settings: Settings = request.app.state.settings
    place, account = caller_of(request).place, changes.email_key(email)
    counters = (
        Counter(signing.MAILS_BY_PLACE, settings.signing_key, (place,)),
        Counter(signing.MAILS_TO_ADDRESS, settings.signing_key, (account,)),
    )
    try:
        address = changes.checked_email(email)
        with transaction(request) as session:
            count(session, *counters)
            user = changes.find_by_email(session, address)
            secret = links.make(session, user.email if user else address, user.id if user else None)
            template = _letter(user, settings.open_accounts)
            way = f"{settings.address}/account/reset?token={secret}"
            mails.post(session, user.email if user else address, template, address=settings.address, link=way)
    except (Invalid, TooSoon) as error:
        return _ask_address(request, email=email, problem=error.message, status=error.status)
    return form_page(
        request, "accounts/reset.html", email="", problem="", sent=address, is_open=settings.open_accounts
    )


def _letter(user: User | None, is_open: bool) -> str:
    if user is None:
        return "accounts/mails/join.txt" if is_open else "accounts/mails/nobody.txt"
    return "accounts/mails/reset.txt" if user.is_active else "accounts/mails/nobody.txt"


@forms.post("/account/reset/choose")
def choose_password(request: Request, token: Token, password: Password = "", name: Name = "") -> Response:
    """Set the password of a mailed link's account, which is made where there was none."""
    with transaction(request) as session:
        link = links.find(session, token)
    if link is None:
        return _ask_address(request, problem="outdated", status=403)
    try:
        with transaction(request) as session:
            _use_link(request, session, token, password, name)
    except AppError as error:
        return _choose_password(
            request,
            token,
            link.email,
            is_new=link.user_id is None,
            name=name,
            problem=error.message,
            status=error.status,
        )
    return RedirectResponse("/login?done=password", status_code=303)


def _use_link(request: Request, session: Session, token: str, password: str, name: str) -> None:
    settings: Settings = request.app.state.settings
    found = links.take(session, token)
    if found is None:
        raise Invalid(_("This link was used in the meantime. Ask for another one."))
    email, number = found
    if number is None:
        if not settings.open_accounts:
            raise Invalid(_("This catalogue makes accounts for people it knows. Ask its editors for one."))
        user = changes.create_user(session, email=email, name=name, password=password)
        changes.note(session, user.id, "joined", caller_of(request))
        return
    user = changes.get_user(session, number)
    if not user.is_active:
        raise Invalid(_("This account is closed. Ask the editors of the catalogue."))
    changes.set_password(session, user, password)
    changes.note(session, user.id, "password-set", caller_of(request))
    mails.post(session, user.email, "accounts/mails/changed.txt", address=settings.address, change="password")


router.include_router(forms)
