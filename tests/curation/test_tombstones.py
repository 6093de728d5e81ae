"""Datasets that were renamed or taken back: what their old addresses answer."""

import pytest

from app.accounts.rights import State
from app.base.errors import Forbidden, Invalid
from app.catalogue.quality import left_alone
from app.curation import changes, queries
from tests.curation.conftest import draft


def test_a_renamed_dataset_is_found_at_its_new_address_from_every_old_one(client, session, published):
    first = published()
    second = published(first.slug, slug="meadows-of-spring")
    published(second.slug, slug="fields-again")

    for path, new in {
        "/datasets/fields-of-spring": "/datasets/fields-again",
        "/datasets/meadows-of-spring": "/datasets/fields-again",
        "/datasets/fields-of-spring.bib": "/datasets/fields-again.bib",
        "/api/datasets/fields-of-spring?x=1": "/api/datasets/fields-again?x=1",
        "/stac/collections/fields-of-spring": "/stac/collections/fields-again",
        "/stac/collections/fields-of-spring/items": "/stac/collections/fields-again/items",
        "/ogc/collections/datasets/items/fields-of-spring": "/ogc/collections/datasets/items/fields-again",
    }.items():
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (301, new), path
        assert client.get(new).status_code in (200, 400), new


def test_a_dataset_that_takes_its_old_name_back_has_no_redirect_left(client, session, published):
    first = published()
    published(first.slug, slug="meadows-of-spring")
    published("meadows-of-spring", slug="fields-of-spring")

    assert client.get("/datasets/fields-of-spring").status_code == 200
    moved = client.get("/datasets/meadows-of-spring", follow_redirects=False)
    assert moved.headers["location"] == "/datasets/fields-of-spring"


def test_a_withdrawn_dataset_says_when_why_and_what_to_use_instead(client, session, published, editor):
    published(name="Fields of Autumn")
    published()

    ended = changes.withdraw_dataset(
        session, "fields-of-spring", editor, "Its authors took it back.", "fields-of-autumn"
    )
    session.commit()

    assert ended.state == State.WITHDRAWN
    page = client.get("/datasets/fields-of-spring", headers={"accept": "text/html"})
    assert page.status_code == 410
    for words in ("Fields of Spring", "Its authors took it back.", 'href="/datasets/fields-of-autumn"'):
        assert words in page.text
    for path in ("/api/datasets/fields-of-spring", "/stac/collections/fields-of-spring"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")
        assert "Its authors took it back." in answer.text
    assert [one.number for one in queries.versions(session, "fields-of-spring")] == [1]


def test_a_withdrawn_dataset_can_come_back_under_the_next_number(
    client, session, published, editor, reviewer
):
    first = published()
    changes.withdraw_dataset(session, first.slug, editor, "By mistake.")

    revision = changes.restore(session, first.id, editor)
    revision = changes.submit(session, revision.id, editor, lock=revision.lock)
    revision = changes.accept(session, revision.id, reviewer, lock=revision.lock)
    revision = changes.publish(session, revision.id, reviewer, lock=revision.lock)
    session.commit()

    assert (revision.number, revision.dataset_uuid) == (2, first.dataset_uuid)
    assert client.get("/datasets/fields-of-spring").status_code == 200


def test_a_bundled_dataset_that_is_withdrawn_can_be_read_back(session, add_dataset, editor):
    add_dataset("spring", year=2019)

    changes.withdraw_dataset(session, "spring", editor, "A duplicate.")

    kept = queries.versions(session, "spring")
    assert [(one.number, one.state, one.record["year"]) for one in kept] == [(1, "withdrawn", 2019)]


def test_bundled_files_leave_curated_renamed_and_withdrawn_datasets_alone(
    session, add_dataset, published, editor
):
    for slug in ("curated", "renamed", "withdrawn", "untouched"):
        add_dataset(slug, year=2019)
    published("curated", **draft("Curated"))
    published("renamed", **{**draft("Renamed"), "slug": "other"})
    changes.withdraw_dataset(session, "withdrawn", editor, "A duplicate.")

    slugs, _identifiers = left_alone(session)

    assert slugs == {"curated", "renamed", "other", "withdrawn"}


def test_only_editors_withdraw_datasets_and_they_say_why(session, published, reviewer, editor):
    first = published()

    with pytest.raises(Forbidden):
        changes.withdraw_dataset(session, first.slug, reviewer, "No.")
    with pytest.raises(Invalid, match="why"):
        changes.withdraw_dataset(session, first.slug, editor, " ")
    with pytest.raises(Invalid, match="own place"):
        changes.withdraw_dataset(session, first.slug, editor, "No.", first.slug)
