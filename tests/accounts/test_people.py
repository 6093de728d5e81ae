"""Accounts as administrators see them."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import people
from app.accounts.changes import create_user
from app.accounts.people import PeopleQuery
from app.accounts.rights import Role
from app.accounts.tables import Event, User
from app.base.db import connect
from app.base.errors import AppError, Forbidden


@pytest.fixture
def add(session):
    """Adds somebody without a password, which takes no time to make."""

    def add_one(name: str, role: Role = Role.CONTRIBUTOR) -> User:
        user = create_user(session, email=f"{name.lower()}@example.org", name=name, role=role)
        session.flush()
        return user

    return add_one


def test_signs_of_patterns_are_looked_for_as_they_are(session, add):
    add("Ada")
    add("A_a")

    assert [one.name for one in people.find(session, PeopleQuery("a_")).users] == ["A_a"]


def test_only_open_accounts_of_reviewers_and_above_can_be_assigned(session, add):
    add("Cara")
    add("Rosa", Role.REVIEWER)
    add("Emil", Role.EDITOR)
    add("Rolf", Role.REVIEWER).is_active = False
    session.flush()

    assert [one.name for one in people.reviewers(session)] == ["Emil", "Rosa"]


def test_the_same_role_again_is_no_event(session, add):
    admin, rosa = add("Alma", Role.ADMIN), add("Rosa", Role.REVIEWER)

    people.change_role(session, admin.id, rosa.id, Role.REVIEWER)

    assert session.scalars(select(Event)).all() == []


def test_who_is_no_administrator_changes_nobody(session, add):
    emil, rosa = add("Emil", Role.EDITOR), add("Rosa", Role.REVIEWER)

    with pytest.raises(Forbidden):
        people.set_active(session, emil.id, rosa.id, False)


def test_two_administrators_who_demote_each_other_at_once_leave_one(new_database):
    engine = connect(new_database)
    with Session(engine) as session, session.begin():
        first, second = (
            create_user(session, email=f"{name}@example.org", name=name, role=Role.ADMIN) for name in "ab"
        )
        session.flush()
        numbers = (first.id, second.id)
    ready, refused = threading.Barrier(2), []

    def demote(by: int, other: int) -> None:
        with Session(engine) as session:
            session.execute(select(1))
            ready.wait()
            try:
                people.change_role(session, by, other, Role.CONTRIBUTOR)
                session.commit()
            except AppError as error:
                refused.append(error)

    threads = [threading.Thread(target=demote, args=pair) for pair in (numbers, numbers[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with Session(engine) as session:
        left = session.scalars(select(User.role).where(User.role == Role.ADMIN)).all()
    engine.dispose()
    assert (len(left), len(refused)) == (1, 1)
