"""Favourites and saved searches of accounts: kept, shown, exported and removed by their owner alone."""

import re

import pytest
from sqlalchemy import select

from app.accounts import changes_kept
from app.accounts.tables import Favourite, SavedSearch

CHANGES = {
    "/favourites/keep": {"slug": "eurosat"},
    "/favourites/drop": {"slug": "eurosat"},
    "/favourites/take-over": {"slug": ["eurosat"]},
    "/searches": {"name": "Floods", "parameters": "q=flood"},
    "/searches/rename": {"number": "1", "name": "Floods"},
    "/searches/drop": {"number": "1"},
}


@pytest.fixture
def datasets(add_dataset, session):
    """Two datasets of the catalogue."""
    found = [add_dataset(slug, name=slug.title(), year=2020) for slug in ("eurosat", "floods")]
    session.commit()
    return found


@pytest.fixture
def user(add_user):
    """Ada, who owns what is kept."""
    return add_user()


@pytest.fixture
def owner(visitor, user, datasets):
    """A browser signed in as Ada, on a page with a form."""
    visitor.sign_in(user)
    visitor.look("/account")
    return visitor


@pytest.fixture
def other(browser_of, add_user):
    """A browser of somebody else."""
    found = browser_of()
    found.sign_in(add_user("ben@example.org"))
    found.look("/account")
    return found


def kept(session) -> list[str]:
    return [one.parameters for one in session.scalars(select(SavedSearch).order_by(SavedSearch.id))]


def number_on(page: str) -> str:
    return re.search(r'name="number" value="(\d+)"', page)[1]


def test_a_dataset_is_kept_listed_and_dropped_without_a_script(owner):
    owner.look("/favourites/keep?slug=eurosat")
    answer = owner.send("/favourites/keep", slug="eurosat")
    assert answer.headers["location"] == "/favourites"

    page = owner.look("/favourites").text
    assert '<a href="/datasets/eurosat">Eurosat</a>' in page

    owner.send("/favourites/drop", slug="eurosat")
    assert "Eurosat" not in owner.look("/favourites").text


def test_what_a_browser_kept_before_comes_behind_what_the_account_keeps(owner, session, user):
    owner.send("/favourites/keep", slug="floods")

    owner.send("/favourites/take-over", slug=["eurosat", "gone", "floods"])

    told = owner.client.get("/favourites/mine").json()
    assert [one["slug"] for one in told["favourites"]] == ["floods", "eurosat"]


def test_scripts_learn_the_token_of_forms_only_when_somebody_is_signed_in(owner, browser_of):
    told = owner.client.get("/favourites/mine")
    sent = owner.client.post(
        "/favourites/keep",
        data={"slug": "eurosat"},
        headers={"origin": "http://testserver", "X-Form-Token": told.json()["form_token"]},
        follow_redirects=False,
    )

    assert told.headers["cache-control"] == "no-store"
    assert sent.status_code == 303
    assert browser_of().client.get("/favourites/mine").json() == {"signed_in": False}


def test_a_favourite_that_left_the_catalogue_is_passed_over(owner, session, user, datasets):
    owner.send("/favourites/keep", slug="eurosat")
    changes_kept.keep(session, user.id, [datasets[1].uuid])
    session.add(Favourite(user_id=user.id, dataset_uuid="00000000-0000-0000-0000-000000000001"))
    session.commit()

    page = owner.look("/favourites").text

    assert re.findall(r'<li><a href="/datasets/(\w+)">', page) == ["eurosat", "floods"]


def test_favourites_are_exported_as_one_file(owner):
    owner.send("/favourites/take-over", slug=["floods", "eurosat"])

    as_json = owner.client.get("/favourites/export.json")
    as_bibtex = owner.client.get("/favourites/export.bib")

    assert [one["slug"] for one in as_json.json()] == ["floods", "eurosat"]
    assert as_bibtex.text.count("@") >= 2 and "Eurosat" in as_bibtex.text
    assert 'filename="favourites.bib"' in as_bibtex.headers["content-disposition"]
    assert as_json.headers["cache-control"] == "no-store"


def test_a_search_is_saved_with_what_it_asks_for_and_leads_to_its_feed(owner, session):
    owner.look("/searches/new?q=flood&task=change-detection&year_min=2020&limit=20")
    assert "Task: Change detection" in owner.page
    assert 'value="flood, Task: Change detection, Year: from 2020"' in owner.page

    owner.send("/searches", name="Floods", parameters=owner.hidden("parameters"))

    page = owner.look("/favourites").text
    asked = "q=flood&amp;task=change-detection&amp;year_min=2020"
    assert f'<a href="/datasets?{asked}">Floods</a>' in page
    assert f'href="/datasets.atom?{asked}"' in page
    assert kept(session) == ["q=flood&task=change-detection&year_min=2020"]


def test_only_a_search_is_kept_whatever_the_form_sends(owner, session):
    answer = owner.send("/searches", name="Bad", parameters="q=x&next=https://elsewhere.example")

    assert answer.status_code == 400
    assert kept(session) == []


def test_a_name_that_is_taken_is_explained_at_its_field(owner):
    owner.send("/searches", name="Floods", parameters="q=flood")
    answer = owner.send("/searches", name="Floods", parameters="q=water")

    assert answer.status_code == 409
    assert (
        'id="name-error"' in answer.text and "There is a saved search named “Floods” already." in answer.text
    )
    assert owner.hidden("parameters") == "q=water"


def test_a_search_is_renamed_and_deleted(owner, session):
    owner.send("/searches", name="Floods", parameters="q=flood")
    owner.look("/favourites")
    number = number_on(owner.page)

    owner.send("/searches/rename", number=number, name="Water <b>")
    assert "Water &lt;b&gt;" in owner.look("/favourites").text
    empty = owner.send("/searches/rename", number=number, name=" ")
    assert empty.status_code == 400 and f'id="search-{number}-error"' in empty.text

    owner.look("/favourites")
    owner.send("/searches/drop", number=number)
    assert kept(session) == []


def test_nobody_touches_what_another_keeps(owner, other, session):
    owner.send("/searches", name="Floods", parameters="q=flood")
    owner.send("/favourites/keep", slug="eurosat")
    number = number_on(owner.look("/favourites").text)

    assert other.send("/searches/rename", number=number, name="Mine").status_code == 404
    other.look("/account")
    other.send("/searches/drop", number=number)
    other.send("/favourites/drop", slug="eurosat")

    page = owner.look("/favourites").text
    assert "Floods" in page and "Eurosat" in page
    assert "Floods" not in other.look("/favourites").text


@pytest.mark.parametrize("path", CHANGES)
def test_changes_need_an_account(path, visitor, datasets):
    visitor.look("/login")

    answer = visitor.send(path, **CHANGES[path])

    assert answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")


@pytest.mark.parametrize("path", ["/favourites/export.bib", "/favourites/export.json"])
def test_exports_need_an_account(path, client):
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("path", CHANGES)
def test_changes_take_only_forms_of_our_own_pages(path, owner):
    without_token = owner.send(path, **{**CHANGES[path], "form_token": "wrong"})
    owner.look("/account")
    owner.sent_from = {"origin": "https://elsewhere.example"}
    from_elsewhere = owner.send(path, **CHANGES[path])

    assert (without_token.status_code, from_elsewhere.status_code) == (403, 403)


def test_a_visitor_has_the_favourites_of_the_browser(client):
    page = client.get("/favourites").text

    assert "data-favourites-list" in page and "Sign in</a> to keep them" in page


def test_a_page_of_results_offers_to_save_the_search(client):
    page = client.get("/datasets?q=flood").text

    assert 'href="/searches/new?q=flood"' in page


def test_the_account_names_what_it_keeps(owner):
    owner.send("/searches", name="Floods", parameters="q=flood")
    owner.send("/favourites/keep", slug="eurosat")

    page = owner.look("/account").text

    assert "1 favourite</a>" in page and '<a href="/datasets?q=flood">Floods</a>' in page
