"""The people of the catalogue, for administrators: find them, give roles, close and open accounts."""

from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts import mails, people
from app.accounts.access import Asker, SignInNeeded, transaction
from app.accounts.forms import check_form, form_page
from app.accounts.people import PeopleQuery
from app.accounts.rights import Role
from app.accounts.tables import User
from app.base.errors import AppError, Forbidden, Invalid, NotFound
from app.base.language import N_, _
from app.curation import labels
from app.curation.desk import Admin, Sent

PLACE = "/curation/users"
ROLES = tuple(role for role in Role if role is not Role.VISITOR)
STATES: Mapping[str, bool | None] = {"": None, "open": True, "closed": False}
DONE: Mapping[str, str] = {
    "role": N_("The role is changed. The account signs in anew, and gets a mail."),
    "closed": N_("The account is closed; its sessions ended and its tokens open nothing."),
    "opened": N_("The account is open again."),
    "factor": N_("The second factor is removed. The account gets a mail."),
}
Word = Annotated[str, Query(max_length=people.LONGEST_WORDS)]
Work = Callable[[Session, int], User]

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get(PLACE, name="users_page")
def users_page(
    request: Request,
    asker: Admin,
    q: Word = "",
    role: Word = "",
    account: Word = "",
    after: Word = "",
    done: Word = "",
) -> Response:
    """Users by name, address, role, open or closed."""
    if role not in ("", *ROLES) or account not in STATES:
        raise Invalid(_("There is no such role or state of an account."))
    asked = PeopleQuery(q, Role(role) if role else None, STATES[account], after or None)
    filters = {"q": q, "role": role, "account": account}
    return _page(request, asker, asked, filters, done=done)


def _page(
    request: Request,
    asker: Asker,
    asked: PeopleQuery,
    filters: Mapping[str, str],
    *,
    done: str = "",
    error: AppError | None = None,
) -> Response:
    with transaction(request) as session:
        found = people.find(session, asked)
        changes = people.latest_changes(session)
        deciders = people.count_deciders(session)
        session.expunge_all()
    said = {name: value for name, value in filters.items() if value}
    return form_page(
        request,
        "curation/users.html",
        status=error.status if error else 200,
        users=found.users,
        total=found.total,
        following=f"{PLACE}?{urlencode({**said, 'after': found.following})}" if found.following else "",
        is_first=asked.after is None,
        filters=filters,
        roles=[(role.value, labels.role(role)) for role in ROLES],
        role_names={role.value: labels.role(role) for role in Role},
        kinds={kind: _(words) for kind, words in people.KINDS.items()},
        latest=changes,
        deciders=deciders,
        is_one_curator=request.app.state.settings.one_curator,
        me=asker.user_id,
        done=_(DONE[done]) if done in DONE else "",
        problem=error.message if error else "",
    )


@forms.post(PLACE + "/role")
def change_role(request: Request, asker: Admin, form: Sent) -> Response:
    """Give somebody another role, and tell them."""
    given = form.fields.get("role", "")

    def work(session: Session, by: int) -> User:
        if given not in ROLES:
            raise Invalid(_("There is no such role."))
        return people.change_role(session, by, _number(form.fields), Role(given))

    return _act(request, asker, "role", work)


@forms.post(PLACE + "/close")
def close(request: Request, asker: Admin, form: Sent) -> Response:
    """Close an account."""

    def work(session: Session, by: int) -> User:
        return people.set_active(session, by, _number(form.fields), False)

    return _act(request, asker, "closed", work)


@forms.post(PLACE + "/open")
def reopen(request: Request, asker: Admin, form: Sent) -> Response:
    """Open a closed account again."""

    def work(session: Session, by: int) -> User:
        return people.set_active(session, by, _number(form.fields), True)

    return _act(request, asker, "opened", work)


@forms.post(PLACE + "/remove-second-factor")
def remove_second_factor(request: Request, asker: Admin, form: Sent) -> Response:
    """Help somebody who lost the device and the recovery codes."""

    def work(session: Session, by: int) -> User:
        return people.remove_second_factor(session, by, _number(form.fields))

    return _act(request, asker, "factor", work)


def _number(fields: Mapping[str, str]) -> int:
    given = fields.get("number", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise NotFound(_("There is no such account."))
    return int(given)


def _act(request: Request, asker: Asker, done: str, work: Work) -> Response:
    if asker.user_id is None:
        raise SignInNeeded()
    try:
        with transaction(request) as session:
            user = work(session, asker.user_id)
            _tell(request, session, user, done)
    except (Forbidden, Invalid) as error:
        empty = dict.fromkeys(("q", "role", "account"), "")
        return _page(request, asker, PeopleQuery(), empty, error=error)
    return RedirectResponse(f"{PLACE}?done={done}#done", status_code=303)


def _tell(request: Request, session: Session, user: User, done: str) -> None:
    """Mail what was done to whom it was done to, so that nobody is surprised at the next sign-in."""
    mails.post(
        session,
        user.email,
        "curation/mails/account.txt",
        address=request.app.state.settings.address,
        done=done,
        role=labels.role(user.role),
    )


router.include_router(forms)
