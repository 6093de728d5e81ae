"""Filling in a suggestion from elsewhere, as a browser without scripts does it."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.rights import Role
from app.catalogue.record import DatasetRecord
from app.curation import changes, pages_prefill
from app.curation.tables import Revision
from app.exchange.formats import FORMATS, Context
from app.exchange.prefill import Offer, Witness
from app.stac import documents
from tests.base.world import World, living, page
from tests.curation.conftest import draft
from tests.exchange import answers
from tests.exchange.answers import DATA_DOI

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
TICKED = re.compile(r'name="take" value="(\d+)"( checked)?')


@pytest.fixture
def world(tmp_path: Path, application: FastAPI) -> Iterator[World]:
    """Every host, each with an answer, where the application looks for them."""
    with living(tmp_path) as found:
        answers.fill(found)
        application.state.outside = found.outside()
        yield found


@pytest.fixture
def visitor(browser_of: Callable[..., object]):
    """A browser without an account that has opened the form."""
    return browser_of()


def token(text: str) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', text)[1]


def look_up(browser, text: str = DATA_DOI, files=None, **fields: str):
    form = {"form_token": token(browser.look("/suggest/prefill").text), "text": text, **fields}
    return browser.client.post(
        "/suggest/prefill", data=form, files=files, headers={"Origin": "http://testserver"}
    )


def take(browser, found, ticked: list[str] | None = None, **fields: str):
    signed = unescape(re.search(r'name="offers" value="([^"]*)"', found.text)[1])
    ticked = [number for number, mark in TICKED.findall(found.text) if mark] if ticked is None else ticked
    form = {"form_token": token(found.text), "offers": signed, "take": ticked, **fields}
    return browser.client.post("/suggest/prefill/take", data=form, headers={"Origin": "http://testserver"})


def number_of(found, label: str) -> str:
    return re.search(rf'<label for="take-(\d+)">{label}</label>', found.text)[1]


def latest(session: Session) -> Revision:
    session.expire_all()
    return session.scalars(select(Revision).order_by(Revision.created.desc())).first()


def test_form_offers_to_be_filled_in(visitor):
    text = visitor.look("/suggest").text

    assert 'action="/suggest/prefill"' in text
    assert "Look it up" in text


def test_visitor_takes_what_was_found_into_a_new_draft(visitor, world, session):
    found = look_up(visitor)
    assert found.status_code == 200
    assert "DataCite" in found.text and "Crossref" in found.text

    answer = take(visitor, found)

    revision = latest(session)
    assert answer.headers["location"].startswith(f"/suggest/{revision.id}")
    assert revision.record["name"] == "Fields of Spring"
    assert revision.record["licence"] == {"spdx": "CC-BY-4.0"}
    assert revision.record["provenance"]["licence.spdx"]["sources"] == ["datacite"]
    assert {"key": "datacite", "ref": f"doi:{DATA_DOI}"} in revision.record["sources"]
    page_text = visitor.look(answer.headers["location"]).text
    assert "from DataCite" in page_text
    assert 'class="field taken' in page_text


def test_each_value_can_be_refused(visitor, world, session):
    found = look_up(visitor)

    take(visitor, found, ticked=[number_of(found, "Name")])

    record = latest(session).record
    assert record["name"] == "Fields of Spring"
    assert "licence" not in record and "publication" not in record
    assert list(record["provenance"]) == ["name"]


READABLE = sorted(suffix for suffix, one in FORMATS.items() if one.read is not None)
RECORD = DatasetRecord.model_validate(
    {
        **draft("Fields of Spring"),
        "uuid": "7d3c0c52-6a4c-4d7b-9d3a-7c1f8f9b1f10",
        "slug": "fields-of-spring",
        "data_doi": DATA_DOI,
        "publication": {
            "doi": "10.1234/fields",
            "title": "Outlines of fields",
            "first_author": "Ada Lovelace",
        },
    }
)
DATA_PACKAGE = {
    "name": "fields-of-spring",
    "title": "Outlines of fields",
    "licenses": [{"name": "CC-BY-4.0"}],
    "resources": [{"name": "fields", "path": "https://fields.example.org/fields.csv"}],
}


@pytest.mark.parametrize("suffix", [*READABLE, "stac.json", "datapackage.json"])
def test_a_file_of_every_format_that_is_read_fills_the_form_in(visitor, world, session, suffix):
    content = uploaded(suffix)

    found = look_up(visitor, text="", files={"file": (f"fields.{suffix}", content)})
    take(visitor, found)

    record = latest(session).record
    named = {name for one in record["provenance"].values() for name in one["sources"]}
    assert found.status_code == 200
    assert named == {"file"}
    assert record["provenance"]["name"]["sources"] == ["file"]
    assert world.asked == []


def uploaded(suffix: str) -> bytes:
    """A file of some format as a visitor has it."""
    if suffix == "datapackage.json":
        return json.dumps(DATA_PACKAGE).encode()
    if suffix == "stac.json":
        context = documents.Context("https://catalogue.example.net", MOMENT)
        return json.dumps(documents.collection(RECORD, context)).encode()
    return FORMATS[suffix].write(RECORD, Context("https://catalogue.example.net", MOMENT))


def test_looking_up_alone_keeps_nothing(visitor, world, session):
    look_up(visitor)

    assert session.scalar(select(func.count()).select_from(Revision)) == 0


def test_value_that_differs_from_the_draft_is_not_ticked_and_shows_both(browser_of, person, session, world):
    ada = person(Role.CONTRIBUTOR, "Ada")
    begun = changes.begin(session, ada, draft={"name": "Fields of mine", "year": 2024})
    browser = browser_of(ada)

    found = look_up(browser, draft=str(begun.revision.id))

    number = number_of(found, "Name")
    assert (number, "") in TICKED.findall(found.text)
    assert "Fields of mine" in found.text and "Fields of Spring" in found.text
    assert '<label for="take-' in found.text and ">Year</label>" not in found.text


def test_taken_values_go_onto_what_the_draft_holds_by_then(browser_of, person, session, world):
    ada = person(Role.CONTRIBUTOR, "Ada")
    begun = changes.begin(session, ada, draft={"name": "mine"})
    browser = browser_of(ada)
    found = look_up(browser, draft=str(begun.revision.id))
    changes.save(session, begun.revision.id, ada, {"name": "mine", "notes": ["typed meanwhile"]}, lock=1)

    answer = take(browser, found, draft=str(begun.revision.id))

    record = latest(session).record
    assert answer.status_code == 303
    assert record["notes"] == ["typed meanwhile"]
    assert record["name"] == "mine"
    assert record["licence"] == {"spdx": "CC-BY-4.0"}


def test_correction_of_a_published_record_begins_from_it(browser_of, person, published, session, world):
    published(name="Fields of Spring", slug="fields-of-spring")
    browser = browser_of(person(Role.CONTRIBUTOR, "Cleo"))

    found = look_up(browser, dataset="fields-of-spring")
    take(browser, found, ticked=[number_of(found, "DOI of the data")], dataset="fields-of-spring")

    revision = latest(session)
    assert (revision.kind, revision.base_number) == ("correction", 1)
    assert revision.record["data_doi"] == DATA_DOI
    assert revision.record["description"] == draft()["description"]


def test_nobody_reads_or_fills_the_draft_of_somebody_else(browser_of, person, session, world):
    ada, eve = person(Role.CONTRIBUTOR, "Ada"), person(Role.CONTRIBUTOR, "Eve")
    begun = changes.begin(session, ada, draft={"name": "a secret name"})
    number = str(begun.revision.id)

    for browser in (browser_of(eve), browser_of()):
        found = look_up(browser, draft=number)
        assert found.status_code in (403, 404)
        assert "a secret name" not in found.text
        own = look_up(browser)
        assert take(browser, own, draft=number).status_code in (403, 404)
    assert latest(session).record["name"] == "a secret name"
    assert world.asked


def test_uploaded_file_is_read_without_asking_anybody(visitor, world, session):
    files = {"file": ("fields.json", answers.croissant(), "application/json")}

    found = look_up(visitor, text="", files=files)
    take(visitor, found)

    record = latest(session).record
    assert record["name"] == "fields"
    assert record["provenance"]["name"] == {"sources": ["file"], "note": "Croissant: name"}
    assert record["sources"] == [{"key": "file", "ref": "Croissant fields.json"}]
    assert world.asked == []


def test_pasted_reference_is_read_without_asking_anybody(visitor, world):
    found = look_up(visitor, "@article{a, title={Fields: an atlas}, author={Mayer, Ada}, year={2024}}")

    assert "Fields: an atlas" in found.text
    assert world.asked == []


@pytest.mark.parametrize("field", ["title", "publisher", "doi"])
def test_what_hosts_say_is_escaped(visitor, world, session, field):
    more = {
        "title": {"titles": [{"title": HOSTILE}]},
        "publisher": {"publisher": HOSTILE},
        "doi": {"descriptions": [{"descriptionType": HOSTILE, "description": HOSTILE}]},
    }[field]
    world.say(f"api.datacite.org/dois/{DATA_DOI}", page(200, answers.datacite(**more)))

    found = look_up(visitor)
    answer = take(visitor, found)

    for text in (found.text, visitor.look(answer.headers["location"]).text):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;" in found.text


def test_name_of_a_file_is_escaped(visitor, world):
    files = {"file": (f"{HOSTILE}.json", answers.croissant(), "application/json")}

    found = look_up(visitor, text="", files=files)

    assert "<img src=x" not in found.text


@pytest.mark.parametrize("text", ["", "words", "https://example.org/collection.json", f"see {HOSTILE}"])
def test_what_is_not_understood_stays_in_the_box_with_the_reason(visitor, world, text):
    answer = look_up(visitor, text)

    assert answer.status_code == 400
    assert "Paste a DOI" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<script>alert" not in answer.text
    assert world.asked == []


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"{", b"PK\x03\x04" + bytes(100), b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"]
)
def test_file_that_cannot_be_read_says_why(visitor, world, content):
    answer = look_up(visitor, text="", files={"file": ("a.bin", content)})

    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text


def test_oversize_upload_is_refused(visitor, world):
    answer = look_up(visitor, text="", files={"file": ("a.json", b"[" + b"1," * 6_000_000 + b"1]")})

    assert answer.status_code == 413


def test_hosts_that_do_not_answer_are_told_by_name(visitor, world):
    world.say(f"api.datacite.org/dois/{DATA_DOI}", page(500))

    answer = look_up(visitor)

    assert answer.status_code == 200
    assert "Not everything answered" in answer.text
    assert DATA_DOI in answer.text


def test_service_without_internet_says_what_to_do_instead(visitor, world, application):
    application.state.outside = world.outside(is_on=False)

    answer = look_up(visitor)

    assert answer.status_code == 503
    assert "Upload a file instead" in answer.text
    assert world.dialled == []


def test_one_place_looks_up_so_often_and_no_more(visitor, world, session):
    for _ in range(pages_prefill.BY_PLACE.most):
        assert look_up(visitor, "words").status_code == 400

    answer = look_up(visitor)

    assert answer.status_code == 429
    assert world.asked == []


def test_service_looks_up_little_at_once_so_that_readers_are_served(visitor, world, monkeypatch):
    monkeypatch.setattr(pages_prefill, "WAIT_SECONDS", 0.05)
    assert pages_prefill.AT_ONCE.acquire(timeout=1) and pages_prefill.AT_ONCE.acquire(timeout=1)
    try:
        answer = look_up(visitor)
    finally:
        pages_prefill.AT_ONCE.release(2)

    assert answer.status_code == 503
    assert look_up(visitor).status_code == 200


def test_foreign_page_cannot_make_us_ask(visitor, world):
    known = token(visitor.look("/suggest/prefill").text)

    foreign = visitor.client.post(
        "/suggest/prefill",
        data={"form_token": known, "text": DATA_DOI},
        headers={"Origin": "https://evil.example"},
    )
    nameless = visitor.client.post(
        "/suggest/prefill", data={"text": DATA_DOI}, headers={"Origin": "http://testserver"}
    )

    assert (foreign.status_code, nameless.status_code) == (403, 403)
    assert world.asked == []


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-3], lambda text: "", lambda text: "x" * 600_000, json.dumps]
)
def test_list_that_is_not_ours_is_not_taken(visitor, world, session, spoil):
    found = look_up(visitor)
    signed = unescape(re.search(r'name="offers" value="([^"]*)"', found.text)[1])
    form = {"form_token": token(found.text), "offers": spoil(signed), "take": ["0"]}

    answer = visitor.client.post("/suggest/prefill/take", data=form, headers={"Origin": "http://testserver"})

    assert answer.status_code == 400
    assert session.scalar(select(func.count()).select_from(Revision)) == 0


def test_signed_list_of_another_service_is_not_taken():
    offers = (Offer("name", "x", (Witness("datacite", "DataCite", "doi:1", "titles"),)),)
    signed = pages_prefill.sign("a key of this service", offers)

    assert pages_prefill.unsigned("a key of this service", signed) == offers
    with pytest.raises(pages_prefill.Invalid):
        pages_prefill.unsigned("a key of another one", signed)


@pytest.mark.parametrize("number", ["x", "../1", "0b0e3c3e-0000-4000-8000-000000000000", "0" * 500])
def test_draft_that_does_not_exist_is_no_fault(visitor, world, number):
    assert look_up(visitor, draft=number).status_code in (400, 404)


def test_draft_of_a_visitor_opens_to_the_browser_that_began_it_only(visitor, browser_of, world, session):
    first = take(visitor, look_up(visitor))
    number = latest(session).id

    assert first.status_code == 303
    assert look_up(visitor, draft=str(number)).status_code == 200
    assert look_up(browser_of(), draft=str(number)).status_code in (403, 404)
