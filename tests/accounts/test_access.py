"""Who asks, by session or token, and what each role and scope opens."""

from itertools import product
from typing import Annotated

import pytest
from fastapi import Depends
from sqlalchemy import func, update

from app.accounts import tokens
from app.accounts.access import Asker, CurrentAsker, require
from app.accounts.forms import check_form
from app.accounts.rights import Role
from app.accounts.tables import ApiToken, User
from app.accounts.tokens import Scope

AS_PAGE = {"accept": "text/html"}


@pytest.fixture
def rooms(application):
    """Addresses for each role, for people and programs, and one for everybody."""
    for role in Role:
        if role is not Role.VISITOR:
            application.get(f"/api/for/{role}")(_room(role, Scope.REVIEW))
            application.get(f"/for/{role}")(_room(role, None))

    @application.get("/api/who")
    def who(asker: CurrentAsker) -> dict[str, object]:
        return {"role": asker.role, "name": asker.name}

    @application.post("/api/write", dependencies=[Depends(check_form)])
    def write(asker: Annotated[Asker, Depends(require(scope=Scope.SUGGEST))]) -> dict[str, object]:
        return {"name": asker.name}

    return application


def _room(role: Role, scope: Scope | None):
    def enter(asker: Annotated[Asker, Depends(require(role, scope))]) -> dict[str, object]:
        return {"role": asker.role}

    return enter


@pytest.fixture
def token_of(session):
    """Makes a token of a user for programs."""

    def make(user: User, *scopes: Scope) -> dict[str, str]:
        token = tokens.create_token(session, user, name="t", scopes=scopes, days=7)
        session.commit()
        return {"authorization": f"Bearer {token}"}

    return make


@pytest.mark.parametrize(("role", "room"), list(product(list(Role)[1:], list(Role)[1:])))
def test_each_role_enters_the_rooms_of_its_own_and_of_lower_ones(
    rooms, client, add_user, token_of, role, room
):
    headers = token_of(add_user(role=Role.ADMIN), Scope.REVIEW)
    with rooms.state.sessions.begin() as session:
        session.execute(update(User).values(role=role))

    status = client.get(f"/api/for/{room}", headers=headers).status_code

    assert status == (200 if list(Role).index(role) >= list(Role).index(room) else 403)


@pytest.mark.parametrize("room", list(Role)[1:])
def test_visitors_are_told_to_sign_in_programs_by_401_people_by_the_page(rooms, client, room):
    program = client.get(f"/api/for/{room}")
    person = client.get(f"/for/{room}", headers=AS_PAGE, follow_redirects=False)

    assert (program.status_code, program.json()["code"]) == (401, "sign-in-needed")
    assert program.headers["www-authenticate"].startswith("Bearer")
    assert (person.status_code, person.headers["location"]) == (303, f"/login?next=/for/{room}")


@pytest.mark.parametrize("scope", list(Scope))
def test_token_opens_what_its_scopes_say_and_no_page_for_people(rooms, client, add_user, token_of, scope):
    headers = token_of(add_user(role=Role.ADMIN), scope)

    assert client.get("/api/for/reviewer", headers=headers).status_code == (200 if scope == "review" else 403)
    assert client.get("/for/reviewer", headers=headers).status_code == 403
    assert client.get("/account", headers=headers, follow_redirects=False).status_code == 403


def test_token_loses_what_its_owner_loses(rooms, client, add_user, token_of, session):
    headers = token_of(add_user(role=Role.REVIEWER), Scope.REVIEW)
    session.execute(update(User).values(role="contributor"))
    session.commit()

    assert client.get("/api/for/reviewer", headers=headers).status_code == 403


@pytest.mark.parametrize("change", ["expired", "closed", "revoked", "forged"])
def test_token_that_is_not_valid_is_401_even_where_visitors_are_welcome(
    rooms, client, add_user, token_of, session, change
):
    user = add_user()
    headers = token_of(user, Scope.READ)
    if change == "expired":
        session.execute(update(ApiToken).values(expires=func.now()))
    elif change == "closed":
        session.execute(update(User).values(is_active=False))
    elif change == "revoked":
        tokens.revoke(session, user.id, tokens.list_tokens(session, user.id)[0].id)
    else:
        headers = {"authorization": f"{headers['authorization'][:-1]}_"}
    session.commit()

    assert client.get("/api/who", headers=headers).status_code == 401


def test_token_says_who_asks_and_when_it_was_used(rooms, client, add_user, token_of, session):
    user = add_user()

    answer = client.get("/api/who", headers=token_of(user, Scope.READ))

    assert answer.json() == {"role": "contributor", "name": "Ada"}
    assert tokens.list_tokens(session, user.id)[0].used is not None


def test_program_with_a_token_writes_without_a_form(rooms, client, add_user, token_of):
    headers = token_of(add_user(), Scope.SUGGEST)

    assert client.post("/api/write", json={}, headers=headers).status_code == 200


def test_cookie_beside_an_invalid_token_opens_nothing(rooms, visitor, add_user):
    visitor.sign_in(add_user())

    answer = visitor.client.post("/api/write", json={}, headers={"authorization": "Bearer none"})

    assert answer.status_code == 401


def test_cookie_alone_writes_nothing_for_a_foreign_page(rooms, visitor, add_user):
    visitor.sign_in(add_user())

    answer = visitor.client.post("/api/write", json={}, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403


def test_visitor_is_welcome_where_nothing_is_required(rooms, client):
    assert client.get("/api/who").json() == {"role": "visitor", "name": ""}


def test_session_that_lacks_its_second_step_is_a_visitor(rooms, visitor, add_user):
    user = add_user(role=Role.ADMIN)
    visitor.sign_in(user)

    assert visitor.client.get("/api/who").json()["role"] == "visitor"
    assert visitor.client.get("/api/for/contributor").status_code == 401
