"""Security of the pages of curation: the table of rights, foreign forms, hostile texts, redirects."""

import re
from html.parser import HTMLParser
from uuid import UUID, uuid4

import pytest

from app.accounts import tokens
from app.accounts.changes import create_user
from app.accounts.opaque import digest
from app.accounts.rights import Action, Role, State, may
from app.accounts.tables import User
from app.catalogue.record import paths
from app.curation.actors import Actor
from app.curation.tables import Comment, Revision
from app.curation.workflow import STEPS
from tests.curation.conftest import draft

SECRET = "a secret that nobody else has, long enough"
VERBS = {
    "assign": (Action.ASSIGN,),
    "comment": (Action.COMMENT,),
    "stay": (Action.VIEW,),
    "return": (Action.RETURN,),
    "reject": (Action.REJECT,),
    "accept": (Action.ACCEPT,),
    "publish-at-once": (Action.ACCEPT,),
    "publish": (Action.PUBLISH,),
    "withdraw": (Action.WITHDRAW,),
    "submit": (Action.SUBMIT,),
    "take-over": (Action.EDIT, Action.ASSIGN),
    "restore": (Action.RESTORE,),
}
"""The forms of a review, and what the sender of each must be allowed to do."""
USER_VERBS = ("role", "close", "open", "remove-second-factor")
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(2)">"\'><svg onload=alert(3)>'
    "[link](javascript:alert(4)) javascript:alert(5) {{ 7*7 }} %(name)s"
)


@pytest.fixture
def person(session):
    """Adds somebody with an account but no password, which takes no time to make."""

    def add(role: Role, name: str) -> Actor:
        email = f"{name.replace(' ', '.').lower()}@example.org"
        user = create_user(session, email=email, role=role, name=name)
        return Actor(role=role, user_id=user.id, name=name, email=email)

    return add


@pytest.fixture
def add_revision(session):
    """Puts a revision into any state, whoever may bring it there."""

    def add(state: State, owner: int | None, record: dict | None = None) -> Revision:
        number = 1 if state in (State.PUBLISHED, State.SUPERSEDED) else None
        name = f"Dataset {uuid4().hex[:10]}"
        uuid = uuid4()
        given = record or draft(name=name, slug=name.lower().replace(" ", "-"), uuid=str(uuid))
        revision = Revision(
            id=uuid4(),
            dataset_uuid=uuid,
            slug=str(given.get("slug", "")),
            name=str(given.get("name", "")),
            kind="suggestion",
            state=str(state),
            number=number,
            record=given,
            lock=1,
            writers=[],
            submitter_id=owner,
            submitter_name="Somebody",
            submitter_email="",
            secret_digest=None if owner else digest(f"{SECRET}{uuid}"),
        )
        session.add(revision)
        session.flush()
        return revision

    return add


def place(revision: Revision, verb: str = "") -> str:
    return f"/curation/revisions/{revision.id}{f'/{verb}' if verb else ''}"


class Person:
    """Somebody with a role, in a browser, with the token of its forms."""

    def __init__(self, role, browser, user_id):
        self.role, self.browser, self.user_id = role, browser, user_id
        browser.look("/login" if user_id is None else "/account")
        self.token = browser.hidden("form_token")

    def post(self, path, **fields):
        given = {"form_token": self.token, **fields}
        return self.browser.client.post(path, data=given, headers=self.browser.sent_from)


@pytest.fixture
def people(browser_of, person, session):
    """One person of each role, each signed in."""

    def make(role: Role) -> Person:
        actor = None if role is Role.VISITOR else person(role, f"One {role}")
        return Person(role, browser_of(actor), actor.user_id if actor else None)

    return make


def is_to_login(answer):
    return answer.status_code == 303 and answer.headers["location"].startswith("/login")


# Every cell of the table


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
def test_every_form_of_a_review_does_what_the_table_of_rights_says(
    session, people, person, add_revision, role, state
):
    one = people(role)
    somebody = person(Role.CONTRIBUTOR, "Somebody").user_id
    wrong = []

    for is_own in (True, False):
        owner = (one.user_id if is_own else somebody) if role is not Role.VISITOR else None
        for verb, actions in VERBS.items():
            revision = add_revision(state, owner)
            secret = f"{SECRET}{revision.dataset_uuid}" if is_own and role is Role.VISITOR else "not that one"
            fields = {"lock": "1", "message": "Why", "text": "Words", "secret": secret}
            fields["to"] = str(one.user_id or "")
            session.commit()

            answer = one.post(place(revision, verb), **fields)

            sees = may(role, state, Action.VIEW, is_own=is_own)
            allowed = sees and all(may(role, state, action, is_own=is_own) for action in actions)
            if not _fits(answer, sees, allowed):
                wrong.append((verb, "own" if is_own else "another's", answer.status_code))
    assert wrong == []


def _fits(answer, sees, allowed):
    """Not seen: not found. Seen, not allowed: forbidden, or impossible in this state. Allowed: anything that
    is not about rights, such as a record that checks refuse."""
    if not sees:
        return answer.status_code == 404
    if not allowed:
        return answer.status_code in (403, 409)
    return answer.status_code in (200, 303, 400, 409) and not is_to_login(answer)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
def test_a_review_is_seen_by_those_whom_the_table_lets_view_it(
    people, person, add_revision, session, role, state
):
    one = people(role)
    somebody = person(Role.CONTRIBUTOR, "Somebody").user_id
    found = {}

    for is_own in (True, False):
        revision = add_revision(
            state, (one.user_id if is_own else somebody) if role is not Role.VISITOR else None
        )
        secret = f"{SECRET}{revision.dataset_uuid}" if is_own else "another"
        session.commit()
        asked = f"?secret={secret}" if role is Role.VISITOR else ""
        found[is_own] = one.browser.look(place(revision) + asked).status_code

    assert found == {own: 200 if may(role, state, Action.VIEW, is_own=own) else 404 for own in (True, False)}


def test_no_step_of_the_workflow_is_without_a_form_that_is_tested():
    tested = {action for actions in VERBS.values() for action in actions}

    assert {action for action, _state in STEPS} <= tested


@pytest.mark.parametrize(
    ("path", "lowest"), [("/curation/queue", Role.REVIEWER), ("/curation/users", Role.ADMIN)]
)
@pytest.mark.parametrize("role", Role)
def test_desks_open_to_their_roles_only(people, role, path, lowest):
    answer = people(role).browser.look(path)

    if role is Role.VISITOR:
        assert is_to_login(answer)
    elif role.is_at_least(lowest):
        assert answer.status_code == 200
    else:
        assert answer.status_code == 403
        assert f"This needs the role of {lowest}" in answer.text


@pytest.mark.parametrize("verb", USER_VERBS)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_accounts_are_changed_by_administrators_only(people, person, session, role, verb):
    other = person(Role.CONTRIBUTOR, "Other")
    session.commit()

    answer = people(role).post(f"/curation/users/{verb}", number=other.user_id, role="admin")

    assert is_to_login(answer) if role is Role.VISITOR else answer.status_code == 403
    user = session.get(User, other.user_id, populate_existing=True)
    assert (user.role, user.is_active) == ("contributor", True)


@pytest.mark.parametrize("role", Role)
def test_datasets_are_withdrawn_by_those_whom_the_table_lets(people, client, add_dataset, session, role):
    add_dataset("fields", name="Fields")
    session.commit()

    answer = people(role).post("/curation/datasets/fields/withdraw", message="Why")

    is_allowed = may(role, State.PUBLISHED, Action.WITHDRAW, is_own=False)
    assert answer.status_code == (303 if is_allowed or role is Role.VISITOR else 403)
    assert client.get("/datasets/fields").status_code == (410 if is_allowed else 200)


def test_programs_without_a_token_are_told_401(client):
    answer = client.get("/curation/queue", headers={"accept": "application/json"}, follow_redirects=False)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


# Forms of others


ADDRESSES = [f"/curation/revisions/{UUID(int=1)}/{verb}" for verb in VERBS]
ADDRESSES += [f"/curation/users/{verb}" for verb in USER_VERBS]
ADDRESSES.append("/curation/datasets/fields/withdraw")


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_form_is_taken_that_is_not_ours(people, path):
    admin = people(Role.ADMIN)
    client = admin.browser.client
    ours = {"origin": "http://testserver"}

    without = client.post(path, data={"number": "1"}, headers=ours)
    of_another = client.post(path, data={"form_token": people(Role.EDITOR).token}, headers=ours)
    from_elsewhere = client.post(
        path, data={"form_token": admin.token}, headers={"origin": "https://evil.example"}
    )
    from_nowhere = client.post(path, data={"form_token": admin.token})

    assert [one.status_code for one in (without, of_another, from_elsewhere, from_nowhere)] == [403] * 4


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_change_is_made_by_looking(people, path):
    assert people(Role.ADMIN).browser.look(path).status_code == 405


def test_a_token_for_programs_opens_no_page(client, session, person):
    actor = person(Role.ADMIN, "Alma")
    user = session.get(User, actor.user_id)
    scopes = tokens.scopes_for(Role.ADMIN)
    token = tokens.create_token(session, user, name="all", scopes=scopes, days=tokens.LIVES[0])
    session.commit()
    shown = {"authorization": f"Bearer {token}"}

    found = [
        client.get("/curation/queue", headers=shown),
        client.get("/curation/users", headers=shown),
        client.get(f"/curation/revisions/{UUID(int=1)}", headers=shown),
        client.post(f"/curation/revisions/{UUID(int=1)}/publish", headers=shown),
        client.post("/curation/users/close", headers=shown, data={"number": "1"}),
    ]

    assert [answer.status_code for answer in found] == [403] * 5


# Hostile texts


class Seen(HTMLParser):
    """What of a page a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[str] = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.runs.append(f"{tag} {name}={value}")
        if tag == "script" and not dict(attrs).get("src", "").startswith("/static/"):
            self.runs.append(tag)
        if tag == "img" and dict(attrs).get("src") == "x":
            self.runs.append(tag)

    handle_startendtag = handle_starttag


def runs_in(page: str) -> list[str]:
    seen = Seen()
    seen.feed(page)
    return seen.runs


def hostile_record():
    """A record with hostile text at every path, once as a text, once in a list and in a table."""
    shapes = (HOSTILE, [HOSTILE, HOSTILE + "2"], [{"name": HOSTILE, HOSTILE: HOSTILE}], {HOSTILE: HOSTILE})
    record: dict = {}
    for place_, path in enumerate(paths()):
        name, _, key = path.partition(".")
        value = shapes[place_ % len(shapes)]
        if key:
            record.setdefault(name, {})[key] = value
        else:
            record[name] = value
    record |= {
        "name": HOSTILE[:200],
        "slug": HOSTILE,
        "notes": [HOSTILE],
        "not_applicable": [HOSTILE],
        HOSTILE: HOSTILE,
        "provenance": {path: {"sources": [HOSTILE], "note": HOSTILE, "how": HOSTILE} for path in paths()},
        "sources": [
            {"key": HOSTILE, "ref": f"https://{HOSTILE}"},
            {"key": "x", "ref": "javascript:alert(1)"},
        ],
        "conflicts": [{"field": HOSTILE, "value": HOSTILE, "source": HOSTILE}],
    }
    return record


@pytest.mark.parametrize("has_base", [False, True])
def test_hostile_texts_in_every_field_are_shown_and_never_run(
    people, person, add_revision, session, has_base
):
    reviewer = people(Role.REVIEWER)
    revision = add_revision(State.SUBMITTED, person(Role.CONTRIBUTOR, "Ada").user_id, hostile_record())
    revision.base = {"name": "Before", "description": "A text before"} if has_base else None
    revision.submitter_name = revision.reason = revision.slug = HOSTILE
    finding = {"code": "x", "path": HOSTILE, "severity": "warning", "message": HOSTILE}
    duplicate = {"slug": HOSTILE, "name": HOSTILE, "why": HOSTILE, "likeness": 1.0}
    revision.checks = {"findings": [finding], "duplicates": [duplicate], "level": HOSTILE}
    for path in ("", "description", HOSTILE):
        session.add(
            Comment(
                revision_id=revision.id, author_name=HOSTILE, author_role="visitor", path=path, text=HOSTILE
            )
        )
    session.commit()

    review = reviewer.browser.look(place(revision))
    queue = reviewer.browser.look("/curation/queue")

    assert (review.status_code, queue.status_code) == (200, 200)
    assert runs_in(review.text) == runs_in(queue.text) == []
    assert "&lt;script&gt;alert(1)" in review.text and "&lt;script&gt;alert(1)" in queue.text
    assert "{{ 7*7 }}" in review.text and "%(name)s" in review.text


def test_what_was_typed_comes_back_as_text(people, person, add_revision, session):
    reviewer = people(Role.REVIEWER)
    revision = add_revision(State.SUBMITTED, person(Role.CONTRIBUTOR, "Ada").user_id)
    session.commit()
    typed = {
        "lock": "77",
        "message": HOSTILE,
        "publish_at": HOSTILE,
        "seen": HOSTILE,
        "decide:name": "ask",
        "question:name": HOSTILE,
        "settle:name": HOSTILE,
    }

    answer = reviewer.post(place(revision, "accept"), **typed)

    assert answer.status_code == 412
    assert runs_in(answer.text) == []


def test_hostile_names_of_people_are_shown_as_text(people, person, session):
    admin = people(Role.ADMIN)
    other = person(Role.REVIEWER, "Other")
    session.get(User, other.user_id).name = HOSTILE[:100]
    session.commit()
    admin.post("/curation/users/role", number=other.user_id, role="editor")

    page = admin.browser.look(f"/curation/users?q={HOSTILE[:20]}")

    assert page.status_code == 200
    assert runs_in(page.text) == []


def test_a_published_record_shows_hostile_texts_as_text(client, session, add_dataset, add_revision):
    fields = {"description": HOSTILE, "aliases": (HOSTILE,), "classes": ("one", HOSTILE), "notes": (HOSTILE,)}
    kept = add_dataset("hostile", **fields).model_dump(mode="json", exclude_defaults=True)
    before = {**kept, "description": "Before", "aliases": []}
    for number, (state, record) in enumerate(((State.SUPERSEDED, before), (State.PUBLISHED, kept)), start=1):
        revision = add_revision(state, None, record)
        revision.dataset_uuid, revision.number = UUID(kept["uuid"]), number
        revision.reason = revision.reviewer_name = HOSTILE
    session.commit()

    for path in ("", "/history", "/history/1", "/history?from=1&to=2"):
        answer = client.get(f"/datasets/hostile{path}")
        assert answer.status_code == 200
        # The record page holds its description for programs, as data that no browser runs.
        assert [run for run in runs_in(answer.text) if run != "script"] == [], path
        assert "<script>alert" not in answer.text, path


# Redirects


@pytest.mark.parametrize(
    "secret",
    ["https://evil.example", "//evil.example", "x\r\nLocation: https://evil.example", "a&next=//evil"],
)
def test_no_form_leads_to_another_host(people, add_revision, session, secret):
    visitor = people(Role.VISITOR)
    revision = add_revision(State.SUBMITTED, None)
    revision.secret_digest = digest(secret)
    session.commit()

    answer = visitor.post(
        place(revision, "comment"), text="Words", secret=secret, next="https://evil.example"
    )

    assert answer.status_code == 303
    assert re.fullmatch(
        r"/curation/revisions/[0-9a-f-]{36}\?done=said&secret=[A-Za-z0-9%+._-]+#done",
        answer.headers["location"],
    )


def test_signing_in_comes_back_to_the_review_and_nowhere_else(client, add_revision, session):
    revision = add_revision(State.SUBMITTED, None)
    session.commit()

    answer = client.get(f"{place(revision)}?next=//evil.example", follow_redirects=False)

    assert answer.headers["location"].startswith("/login?next=/curation/revisions/")
