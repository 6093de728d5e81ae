"""The history of a dataset: open to everybody, complete, and comparable."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from app.curation import changes, queries


@pytest.fixture
def thrice(session, published):
    """A dataset published three times: new, with other samples, with another name."""
    published(name="Fields of Spring", n_samples=10)
    published("fields-of-spring", n_samples=20)
    revision = published("fields-of-spring", n_samples=20, aliases=["FoS"])
    session.commit()
    return revision


def words(page):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def test_every_version_stands_with_what_it_changed(client, thrice):
    page = client.get("/datasets/fields-of-spring/history").text

    assert re.findall(r"<h2>Version (\d)</h2>", page) == ["3", "2", "1"]
    assert "<del>10</del>" in page and "<ins>20</ins>" in page
    assert "reviewed by Rosa" in words(page)
    assert "The first version; nothing stood before it." in words(page)


def test_two_versions_far_apart_are_compared(client, thrice):
    page = client.get("/datasets/fields-of-spring/history?from=1&to=3").text

    compared = page[page.index('id="compared"') : page.index('class="versions"')]
    assert "From version 1 to version 3" in compared
    assert "<ins>20</ins>" in compared and "<ins>FoS</ins>" in compared


def test_an_earlier_version_can_be_read_as_page_and_as_json(client, thrice):
    page = client.get("/datasets/fields-of-spring/history/1")
    by_parameter = client.get("/datasets/fields-of-spring/history/1?f=json")
    by_header = client.get("/datasets/fields-of-spring/history/1", headers={"accept": "application/json"})

    assert "This is an earlier version." in words(page.text)
    assert by_parameter.json() == by_header.json()
    assert "Accept" in by_header.headers["vary"].split(", ")
    document = by_header.json()
    assert (document["number"], document["is_current"], document["record"]["n_samples"]) == (1, False, 10)


def test_programs_get_the_list_of_versions(client, thrice):
    listed = client.get("/datasets/fields-of-spring/history?f=json").json()["versions"]

    assert [one["number"] for one in listed] == [3, 2, 1]
    assert client.get(listed[0]["href"]).json()["is_current"]


def test_the_history_can_be_followed_as_a_feed(client, thrice):
    answer = client.get("/datasets/fields-of-spring/history?f=atom")
    feed = ElementTree.fromstring(answer.content)

    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert [one.findtext(f"{atom}title") for one in entries] == ["Version 3", "Version 2", "Version 1"]
    assert feed.findtext(f"{atom}updated") == entries[0].findtext(f"{atom}updated")
    assert "Changed: " in entries[0].findtext(f"{atom}summary")
    assert client.get(entries[1].findtext(f"{atom}id")).status_code == 200
    assert "?f=atom" in client.get("/datasets/fields-of-spring/history").text


def test_what_nobody_curated_is_its_own_first_version(client, add_dataset):
    add_dataset("plain", n_samples=5)

    page = client.get("/datasets/plain/history").text
    document = client.get("/datasets/plain/history/1?f=json").json()

    assert "with the catalogue's first content" in words(page)
    assert document["record"]["n_samples"] == 5


@pytest.mark.parametrize(
    "path", ["/datasets/none/history", "/datasets/none/history/1", "/datasets/fields-of-spring/history/9"]
)
def test_what_was_never_there_is_not_found(client, thrice, path):
    assert client.get(path).status_code == 404


def test_an_old_slug_leads_to_the_history(client, session, published):
    published(name="Old Name")
    published("old-name", name="New Name", slug="new-name")
    session.commit()

    answer = client.get("/datasets/old-name/history/1?f=json", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (301, "/datasets/new-name/history/1?f=json")


def test_a_withdrawn_dataset_keeps_its_history(client, session, thrice, editor):
    changes.withdraw_dataset(session, "fields-of-spring", editor, "Its makers took it back.")
    session.commit()

    record = client.get("/datasets/fields-of-spring")
    page = client.get("/datasets/fields-of-spring/history")

    assert record.status_code == 410
    assert page.status_code == 200
    assert re.findall(r"<h2>Version (\d)</h2>", page.text) == ["3", "2", "1"]
    assert "published now" not in page.text


def test_only_those_who_may_restore_see_the_button(browser_of, thrice, reviewer, submitter):
    seen = {
        name: "Restore this version" in browser_of(actor).look("/datasets/fields-of-spring/history").text
        for name, actor in (("visitor", None), ("contributor", submitter), ("reviewer", reviewer))
    }

    assert seen == {"visitor": False, "contributor": False, "reviewer": True}


def test_what_is_under_review_is_in_no_history(client, session, thrice, submitted):
    submitted("fields-of-spring", n_samples=777_777)
    session.commit()

    assert "777\u202f777" not in client.get("/datasets/fields-of-spring/history").text
    assert len(queries.versions(session, "fields-of-spring")) == 3


def test_pages_for_visitors_may_be_cached_and_those_of_people_not(client, browser_of, thrice, reviewer):
    path = "/datasets/fields-of-spring/history"

    assert "no-store" not in client.get(path).headers.get("cache-control", "")
    assert browser_of(reviewer).look(path).headers["cache-control"] == "no-store"


def test_the_record_page_names_the_reviewed_version_and_links_the_history(client, thrice):
    page = client.get("/datasets/fields-of-spring").text

    assert "version 3 reviewed" in words(page)
    assert "Version 3 was reviewed on" in words(page)
    assert 'href="/datasets/fields-of-spring/history"' in page


def withdraw(browser, **fields):
    browser.look("/datasets/fields-of-spring/history")
    return browser.send("/curation/datasets/fields-of-spring/withdraw", **fields)


def test_an_editor_withdraws_a_dataset_with_reason_and_successor(
    browser_of, client, thrice, editor, add_dataset
):
    add_dataset("better", name="Better")

    answer = withdraw(browser_of(editor), message="Its makers took it back.", successor="better")

    assert answer.status_code == 303
    page = client.get("/datasets/fields-of-spring")
    assert page.status_code == 410
    assert "Its makers took it back." in words(page.text)
    assert 'href="/datasets/better"' in page.text


@pytest.mark.parametrize("fields", [{"message": " "}, {"message": "Why", "successor": "nowhere"}])
def test_a_withdrawal_without_reason_or_with_an_unknown_successor_is_refused(
    browser_of, client, thrice, editor, fields
):
    answer = withdraw(browser_of(editor), **fields)

    assert answer.status_code in (400, 404)
    assert 'aria-invalid="true"' in answer.text
    assert client.get("/datasets/fields-of-spring").status_code == 200


def test_reviewers_withdraw_no_dataset(browser_of, client, thrice, reviewer):
    answer = withdraw(browser_of(reviewer), message="Why")

    assert answer.status_code == 403
    assert client.get("/datasets/fields-of-spring").status_code == 200
