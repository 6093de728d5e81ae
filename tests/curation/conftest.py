"""People of curation, drafts, and the short way to a state."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.accounts import changes as accounts
from app.accounts import cookies, sessions
from app.accounts.callers import Caller
from app.accounts.rights import Role
from app.accounts.tables import User
from app.curation import changes
from app.curation.actors import Actor
from app.curation.tables import Revision
from tests.accounts.conftest import Browser

PASSWORD = "a plain sentence of words"
ADDRESS = "http://testserver"


def draft(name: str = "Fields of Spring", **fields: Any) -> dict[str, Any]:
    """A draft that passes every check which stops a submission."""
    return {
        "name": name,
        "kind": "ml-dataset",
        "description": "Outlines of fields, drawn on images of three springs by people who know the crops.",
        "tasks": ["semantic-segmentation"],
        "modalities": ["multispectral"],
        "licence": {"spdx": "CC-BY-4.0"},
        "urls": {"home": "https://fields.example.org/data"},
        "spatial": {"extent": "national", "countries": ["FRA"]},
        "year": 2024,
        **fields,
    }


@pytest.fixture
def person(session: Session) -> Callable[..., Actor]:
    """Adds somebody with an account and gives what they act as."""

    def add(role: Role = Role.CONTRIBUTOR, name: str = "", **fields: Any) -> Actor:
        name = name or f"{role} {uuid4().hex[:6]}"
        email = f"{name.replace(' ', '.').lower()}@example.org"
        user = accounts.create_user(session, email=email, role=role, name=name, password=PASSWORD)
        session.flush()
        return Actor(role=role, user_id=user.id, name=name, email=email, address=ADDRESS, **fields)

    return add


@pytest.fixture
def submitter(person: Callable[..., Actor]) -> Actor:
    """Somebody who suggests."""
    return person(Role.CONTRIBUTOR, "Ada")


@pytest.fixture
def reviewer(person: Callable[..., Actor]) -> Actor:
    """Somebody who reviews."""
    return person(Role.REVIEWER, "Rosa")


@pytest.fixture
def editor(person: Callable[..., Actor]) -> Actor:
    """Somebody who edits."""
    return person(Role.EDITOR, "Emil")


@pytest.fixture
def visitor() -> Actor:
    """Somebody without an account, before they begin anything."""
    return Actor(name="Vera", email="vera@example.org", address=ADDRESS)


@pytest.fixture
def submitted(session: Session, submitter: Actor) -> Callable[..., Revision]:
    """Hands a draft in: of a new dataset, or a change to the one with `slug`."""

    def add(slug: str | None = None, by: Actor | None = None, /, **fields: Any) -> Revision:
        actor = by or submitter
        begun = changes.begin(session, actor, slug=slug, draft=None if slug else draft(**fields))
        revision = begun.revision
        if slug:
            changed = {**revision.record, **fields}
            revision = changes.save(session, revision.id, actor, changed, lock=revision.lock)
        return changes.submit(session, revision.id, actor, lock=revision.lock)

    return add


@pytest.fixture
def published(
    session: Session, submitted: Callable[..., Revision], reviewer: Actor
) -> Callable[..., Revision]:
    """Brings a draft all the way into the catalogue."""

    def add(slug: str | None = None, /, **fields: Any) -> Revision:
        revision = submitted(slug, None, **fields)
        revision = changes.accept(session, revision.id, reviewer, lock=revision.lock)
        return changes.publish(session, revision.id, reviewer, lock=revision.lock)

    return add


@pytest.fixture
def browser_of(application: FastAPI, session: Session) -> Callable[..., Browser]:
    """Opens a browser in which somebody is signed in, or nobody."""

    def open_it(actor: Actor | None = None) -> Browser:
        client = TestClient(application, base_url=ADDRESS, follow_redirects=False)
        if actor is not None:
            user = session.get_one(User, actor.user_id)
            secret = sessions.begin(session, user, "complete", Caller("here", "here", "a browser"))
            session.commit()
            client.cookies.set(cookies.SESSION, secret)
        return Browser(client)

    return open_it
