"""Items are changed over HTTP by editors with a token, and only where the settings say so."""

import pytest
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from app.accounts import changes as accounts
from app.accounts import tokens
from app.accounts.rights import Role
from app.base.db import Sessions
from app.stac.transactions import CLASSES
from app.web import create_app

ITEMS = "/stac/collections/patches/items"


def item(name="a", **properties):
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "id": name,
        "geometry": {"type": "Point", "coordinates": [10, 50]},
        "properties": {"datetime": "2024-05-01T00:00:00Z", **properties},
        "assets": {},
        "links": [],
    }


@pytest.fixture
def service(settings, connection, database_address):
    """Makes a service inside the transaction of the test, with other settings."""
    inside = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def make(**changed):
        chosen = settings.model_copy(update=changed)
        return TestClient(create_app(chosen, database_address, Sessions(write=inside, read=inside)))

    return make


@pytest.fixture
def client(session, service, add_dataset):
    """A service where items may be changed, with one dataset."""
    add_dataset("patches")
    session.commit()
    return service(stac_transactions=True)


@pytest.fixture
def token(session):
    """Makes tokens of people of a role."""

    def make(role=Role.EDITOR, scopes=("items",)):
        user = accounts.create_user(
            session,
            email=f"{role}@example.org",
            role=role,
            name=str(role),
            password="a plain sentence of words",
        )
        session.flush()
        made = tokens.create_token(session, user, name="t", scopes=scopes, days=7)
        session.commit()
        return {"Authorization": f"Bearer {made}"}

    return make


def found(client):
    return {one["id"] for one in client.get("/stac/search?collections=patches").json()["features"]}


def test_an_item_is_added_searched_replaced_patched_and_removed(client, token):
    headers = token()

    added = client.post(ITEMS, json=item(gsd=10), headers=headers)
    assert added.status_code == 201 and added.headers["location"].endswith(f"{ITEMS}/a")
    assert found(client) == {"a"}

    replaced = client.put(
        f"{ITEMS}/a", json=item(gsd=20), headers={**headers, "If-Match": added.headers["etag"]}
    )
    assert replaced.json()["properties"]["gsd"] == 20

    patch = {"properties": {"gsd": None, "split": "train"}}
    patched = client.patch(
        f"{ITEMS}/a", json=patch, headers={**headers, "If-Match": replaced.headers["etag"]}
    )
    assert patched.json()["properties"]["split"] == "train" and "gsd" not in patched.json()["properties"]
    assert client.get(f"{ITEMS}/a").headers["etag"] == patched.headers["etag"]

    assert client.delete(f"{ITEMS}/a", headers=headers).status_code == 204
    assert found(client) == set()
    assert client.get(f"{ITEMS}/a").status_code == 404


def test_a_collection_of_items_is_added_whole_or_not_at_all(client, token):
    headers = token()
    good = {"type": "FeatureCollection", "features": [item("a"), item("b")]}
    broken = {"type": "FeatureCollection", "features": [item("c"), {**item("d"), "properties": {}}]}
    known = {"type": "FeatureCollection", "features": [item("e"), item("a")]}

    assert client.post(ITEMS, json=good, headers=headers).status_code == 201
    assert client.post(ITEMS, json=broken, headers=headers).status_code == 400
    answer = client.post(ITEMS, json=known, headers=headers)

    assert answer.status_code == 409 and "a is there already" in answer.json()["description"]
    assert found(client) == {"a", "b"}


def test_what_somebody_else_changed_is_not_overwritten(client, token):
    headers = token()
    tag = client.post(ITEMS, json=item(), headers=headers).headers["etag"]
    client.put(f"{ITEMS}/a", json=item(gsd=1), headers=headers)

    answers = [
        client.put(f"{ITEMS}/a", json=item(gsd=2), headers={**headers, "If-Match": tag}),
        client.patch(f"{ITEMS}/a", json={"properties": {"gsd": 3}}, headers={**headers, "If-Match": tag}),
        client.delete(f"{ITEMS}/a", headers={**headers, "If-Match": tag}),
    ]

    assert [answer.status_code for answer in answers] == [412] * 3
    assert client.get(f"{ITEMS}/a").json()["properties"]["gsd"] == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (item("b"), "address says 'a'"),
        ({**item(), "collection": "others"}, "names the collection"),
        ({**item(), "geometry": {"type": "Point", "coordinates": [1]}}, ""),
        ({"type": "FeatureCollection", "features": []}, ""),
        ([], "not an object"),
    ],
)
def test_what_is_no_such_item_is_refused(client, token, body, words):
    headers = token()
    client.post(ITEMS, json=item(), headers=headers)

    answer = client.put(f"{ITEMS}/a", json=body, headers=headers)

    assert answer.status_code == 400 and words in answer.json()["description"]


def test_an_item_that_is_not_there_can_be_neither_replaced_nor_removed(client, token):
    headers = token()

    assert client.put(f"{ITEMS}/x", json=item("x"), headers=headers).status_code == 404
    assert client.delete(f"{ITEMS}/x", headers=headers).status_code == 404
    assert client.post("/stac/collections/none/items", json=item(), headers=headers).status_code == 404


def test_without_a_token_or_with_too_small_a_one_nothing_changes(client, token):
    assert client.post(ITEMS, json=item()).status_code == 401
    assert client.post(ITEMS, json=item(), headers=token(Role.EDITOR, ("read",))).status_code == 403
    assert client.post(ITEMS, json=item(), headers=token(Role.CONTRIBUTOR, ("read",))).status_code == 403
    assert found(client) == set()


def test_conformance_names_the_classes_where_they_are_on(client):
    assert set(CLASSES) <= set(client.get("/stac/conformance").json()["conformsTo"])
    assert set(CLASSES) <= set(client.get("/stac").json()["conformsTo"])


def test_without_the_setting_nothing_of_it_is_there(session, service):
    plain = service()

    assert not set(CLASSES) & set(plain.get("/stac/conformance").json()["conformsTo"])
    assert plain.post(ITEMS, json=item()).status_code == 405
