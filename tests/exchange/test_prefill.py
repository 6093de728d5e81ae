"""Filling in from elsewhere: what is recognised, who is asked, what is offered, and what hosts cannot do."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base import language
from app.base.errors import AppError, Invalid
from app.base.outside import NoAnswer
from app.catalogue.record import DatasetRecord
from app.exchange import prefill, prefill_hosts
from app.exchange.prefill import Found, offers, taken
from app.exchange.prefill_asked import Asked, identify, is_document
from app.exchange.prefill_keepers import plain
from tests.base.world import World, living, page, redirect
from tests.exchange import answers
from tests.exchange.answers import ARXIV, DATA_DOI, PAPER_DOI


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Every host, each with an answer."""
    with living(tmp_path) as found:
        yield answers.fill(found)


def values(found: Found, **draft: object) -> dict[str, object]:
    return {one.path: one.value for one in offers(found, draft) if one.is_wanted}


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("10.1234/fields.7", "doi", "10.1234/fields.7"),
        ("doi:10.1234/fields.7", "doi", "10.1234/fields.7"),
        ("DOI: 10.1234/Fields.7", "doi", "10.1234/Fields.7"),
        ("https://doi.org/10.1234/fields.7", "doi", "10.1234/fields.7"),
        ("http://dx.doi.org/10.1234/fields.7", "doi", "10.1234/fields.7"),
        ("https://doi.org/10.1234%2Ffields.7", "doi", "10.1234/fields.7"),
        ("(see https://doi.org/10.1234/fields.7).", "doi", "10.1234/fields.7"),
        ("https://www.tandfonline.com/doi/full/10.1234/fields.7?src=x", "doi", "10.1234/fields.7"),
        ("https://ieee.example/doi/10.1234/fields.7/full", "doi", "10.1234/fields.7"),
        ("10.1016/S0034-4257(97)00049-7", "doi", "10.1016/S0034-4257(97)00049-7"),
        ("10.48550/arXiv.2401.01234", "arxiv", "2401.01234"),
        ("https://doi.org/10.48550/arXiv.2401.01234v3", "arxiv", "2401.01234"),
        ("2401.01234", "arxiv", "2401.01234"),
        ("arXiv:2401.01234v2 [cs.CV]", "arxiv", "2401.01234"),
        ("https://arxiv.org/abs/2401.01234v2", "arxiv", "2401.01234"),
        ("https://arxiv.org/pdf/2401.01234.pdf", "arxiv", "2401.01234"),
        ("https://www.arxiv.org/html/2401.01234", "arxiv", "2401.01234"),
        ("cs/0701234", "arxiv", "cs/0701234"),
        ("https://zenodo.org/records/77", "zenodo", "77"),
        ("https://zenodo.org/record/77#.X", "zenodo", "77"),
        ("zenodo.org/records/77/files/a.zip?download=1", "zenodo", "77"),
        ("10.5281/zenodo.77", "zenodo", "77"),
        ("https://zenodo.org/doi/10.5281/zenodo.77", "zenodo", "77"),
        ("https://huggingface.co/datasets/ada/fields", "huggingface", "ada/fields"),
        ("https://huggingface.co/datasets/ada/fields/tree/main", "huggingface", "ada/fields"),
        ("hf.co/datasets/ada/fields/", "huggingface", "ada/fields"),
        ("https://huggingface.co/datasets/mnist/viewer", "huggingface", "mnist"),
    ],
)
def test_identifier_is_recognised_in_any_spelling(text, kind, name):
    assert identify(text) == (Asked(kind, name),)


@pytest.mark.parametrize(
    "text",
    ["", "words", "https://example.org/", "12.34/x", "1234.5678", "https://zenodo.org/communities/eo",
     "https://huggingface.co/ada/model", "v2024.01", "10.1/short", "file:///etc/passwd",
     "10.1234/a/../../../etc/passwd", "10.1234/./x"],
)  # fmt: skip
def test_anything_else_is_no_identifier(text):
    assert identify(text) == ()


def test_several_identifiers_are_asked_for_once_each_and_few_at_most():
    text = "10.1234/a, 10.1234/b and 10.1234/a; arXiv:2401.01234\nhttps://zenodo.org/records/77 10.1234/c"

    assert [one.name for one in identify(text)] == ["10.1234/a", "10.1234/b", "2401.01234", "77"]


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "10." * 50_000, "10.1234/" + "(" * 20_000, "%2F" * 50_000, ")" * 20_000]
)
def test_long_nonsense_takes_no_time(text):
    start = time.monotonic()

    identify(text)

    assert time.monotonic() - start < 1


def test_data_and_its_paper_are_found_from_one_doi(world):
    found = prefill.ask(f"https://doi.org/{DATA_DOI}", world.outside())

    assert [(one.key, one.ref) for one in found.said] == [
        ("datacite", f"doi:{DATA_DOI}"),
        ("crossref", f"doi:{PAPER_DOI}"),
    ]
    made = values(found)
    assert made["name"] == "Fields of Spring"
    assert made["licence.spdx"] == "CC-BY-4.0"
    assert made["publication.title"] == "Fields: an atlas of spring"
    assert made["publication.first_author"] == "Mayer"
    assert made["publication.venue"] == "Journal of Fields"
    assert (made["year"], made["data_doi"], made["publication.doi"]) == (2024, DATA_DOI, PAPER_DOI)


def test_doi_that_datacite_does_not_know_is_asked_of_crossref(world):
    found = prefill.ask(PAPER_DOI, world.outside())

    assert [one.name for one in found.said] == ["Crossref"]
    assert [one.host for one in world.asked] == ["api.datacite.org", "api.crossref.org"]
    assert values(found)["name"] == "Fields"


def test_doi_of_a_paper_at_datacite_is_no_dataset(world):
    world.say(
        f"api.datacite.org/dois/{DATA_DOI}", page(200, answers.datacite("Preprint"), "application/json")
    )

    made = values(prefill.ask(DATA_DOI, world.outside()))

    assert (made["publication.doi"], made["publication.title"]) == (DATA_DOI, "Fields of Spring")
    assert "data_doi" not in made


def test_arxiv_entry_is_a_paper_and_its_doi_is_followed(world):
    found = prefill.ask(f"arXiv:{ARXIV}", world.outside())

    assert [one.key for one in found.said] == ["arxiv", "crossref"]
    made = values(found)
    assert (made["publication.arxiv"], made["publication.first_author"]) == (ARXIV, "Mayer")
    (title,) = [one for one in offers(found, {}) if one.path == "publication.title"]
    assert [witness.key for witness in title.witnesses] == ["arxiv", "crossref"]


def test_zenodo_record_tells_licence_size_files_and_paper(world):
    found = prefill.ask("https://zenodo.org/records/77", world.outside())

    made = values(found)
    assert (made["name"], made["title"]) == (
        "Fields of Spring",
        "Fields of Spring: outlines in three countries",
    )
    assert made["description"] == "Outlines of fields.\nDrawn by hand & eye."
    assert (made["licence.spdx"], made["volume_gb"], made["version"]) == ("CC-BY-4.0", 2.0, "1.2")
    assert made["urls.download"] == [
        "https://zenodo.org/records/77/files/fields%20one.zip",
        "https://zenodo.org/records/77/files/readme.md",
    ]
    assert made["creators"] == [
        {"name": "Mayer, Ada", "orcid": "0000-0002-1825-0097", "affiliation": "House of Fields"}
    ]
    assert made["tasks"] == ["semantic-segmentation"]
    assert [one.key for one in found.said] == ["zenodo", "arxiv"]


def test_zenodo_paper_is_no_dataset(world):
    answer = answers.zenodo(resource_type={"type": "publication"})
    world.say("zenodo.org/api/records/77", page(200, answer, "application/json"))

    made = values(prefill.ask("10.5281/zenodo.77", world.outside()))

    assert "data_doi" not in made and "urls.download" not in made


def test_hub_is_asked_for_its_card_and_its_croissant(world):
    found = prefill.ask("https://huggingface.co/datasets/ada/fields", world.outside())

    made = values(found)
    assert made["libraries.huggingface"] == ["ada/fields"]
    assert (made["licence.spdx"], made["description"]) == ("CC-BY-4.0", "Outlines of fields.")
    assert [one.key for one in found.said] == ["huggingface", "huggingface", "arxiv"]


def test_dataset_without_croissant_in_the_hub_is_told_by_its_card(world):
    world.say("huggingface.co/api/datasets/ada/fields/croissant", page(400, b"{}"))

    found = prefill.ask("https://huggingface.co/datasets/ada/fields", world.outside())

    assert "Fields of Spring" in values(found).values()
    assert found.troubles == ()


def test_document_is_read_without_asking_anybody(world):
    for document in (
        answers.datacite(),
        answers.croissant(),
        b"@article{a, title={Fields: an atlas}, year={2024}, author={Mayer, Ada}}",
        json.dumps({"name": "fields", "resources": [{"path": "https://example.org/a.csv"}]}).encode(),
    ):
        assert is_document(document)
        (said,) = prefill.ask(document.decode(), world.outside(is_on=False)).said
        assert said.key == "file"
        assert said.reading.facts

    assert world.asked == []


def test_every_host_is_asked_by_tls_with_our_name(world):
    for text in (DATA_DOI, ARXIV, "https://zenodo.org/records/77", "https://hf.co/datasets/ada/fields"):
        prefill.ask(text, world.outside())

    assert {one.host for one in world.asked} == set(prefill_hosts.HOSTS)
    assert {one.sni for one in world.asked} == {one.host for one in world.asked if one.sni}
    assert all(one.headers["user-agent"].startswith("EO-Dataset-Catalogue") for one in world.asked)


@pytest.mark.parametrize(
    "target",
    ["https://data.example.org/", "http://api.datacite.org/plain", "https://127.0.0.1/", "https://10.0.0.1/x",
     "https://api.datacite.org.example.org/"],
)  # fmt: skip
def test_host_cannot_send_us_elsewhere(world, target):
    world.say(f"api.datacite.org/dois/{DATA_DOI}", redirect(target))
    world.say("data.example.org/", page(200, answers.datacite()))
    world.say("api.datacite.org.example.org/", page(200, answers.datacite()))

    found = prefill.ask(DATA_DOI, world.outside())

    assert found.said == ()
    assert len(found.troubles) == 1
    assert {one.host for one in world.asked} == {"api.datacite.org"}
    assert all(one.sni for one in world.asked)


@pytest.mark.parametrize("name", ["x@127.0.0.1/", "x#y", "a%0d%0aHost:evil", "a\tb", "é", "a/b?c=d"])
def test_odd_identifier_stays_on_its_host(world, name):
    prefill.ask(f"10.1234/{name}", world.outside())

    assert {one.host for one in world.asked} <= {"api.datacite.org", "api.crossref.org"}
    assert all(one.path.startswith(("/dois/10.1234/", "/works/10.1234/")) for one in world.asked)
    assert not any(".." in one.path for one in world.asked)


ENTITY = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize("entity", ["&b;", "&f;"])
def test_entities_in_the_answer_of_arxiv_are_not_read(world, entity):
    world.say("export.arxiv.org/api/query", page(200, answers.arxiv(title=entity, before=ENTITY), "text/xml"))

    found = prefill.ask(ARXIV, world.outside())

    assert found.said == ()
    assert "document type" in found.troubles[0]


def test_entities_in_pasted_xml_are_not_read(world):
    text = f'<?xml version="1.0"?>{ENTITY}<resource xmlns="http://datacite.org/schema/kernel-4"><a>&f;</a></resource>'

    with pytest.raises(Invalid, match="document type"):
        prefill.ask(text, world.outside())


@pytest.mark.parametrize(
    "answer",
    [b"", b"{}", b"[]", b"null", b"<html>", b'{"data": null}', b'{"data": {"attributes": []}}', b"\xff\xfe",
     b'{"message": {"title": [null]}}', b"[" * 100_000, b'{"metadata": {"title": 7}, "id": []}', b'{"id": 5}',
     b'{"metadata": {"title": "x", "creators": 7, "related_identifiers": {}, "license": []}, "files": 3}',
     b'{"id": "a/b", "tags": {"a": 1}, "cardData": [1]}',
     b'{"message": {"title": ["x"], "author": ["y"], "issued": {"date-parts": [[null]]}}}',
     b'{"data": {"attributes": {"titles": 5, "creators": [3], "types": "x"}}}'],
)  # fmt: skip
@pytest.mark.parametrize(
    "text", [DATA_DOI, PAPER_DOI, ARXIV, "10.5281/zenodo.77", "hf.co/datasets/ada/fields"]
)
def test_nonsense_of_a_host_is_trouble_and_no_fault(world, text, answer):
    for address in list(world.pages):
        world.say(address, page(200, answer))

    found = prefill.ask(text, world.outside())

    for offer in offers(found, {}):
        assert offer.value is not None


def test_unknown_identifier_is_told_with_its_name(world):
    found = prefill.ask("10.9999/nothing 10.1234/fields.7", world.outside())

    assert "10.9999/nothing" in found.troubles[0]
    assert values(found)["name"] == "Fields of Spring"


def test_host_that_is_down_spoils_nothing_of_the_others(world):
    world.say("zenodo.org/api/records/77", page(503))

    found = prefill.ask(f"{DATA_DOI} https://zenodo.org/records/77", world.outside())

    assert {one.key for one in found.said} == {"datacite", "crossref"}
    assert "503" in found.troubles[0]


def test_slow_hosts_end_in_time(world):
    for address in list(world.pages):
        world.say(address, lambda _connection, _asked: time.sleep(3))
    start = time.monotonic()

    found = prefill.ask(f"{DATA_DOI} {ARXIV} 10.5281/zenodo.77", world.outside(), seconds=1.0)

    assert time.monotonic() - start < 2
    assert len(found.troubles) == 3


def test_troubles_are_told_in_the_language_of_the_reader(world, monkeypatch):
    heard: list[str] = []

    def listen(message: str, **_values: object) -> str:
        heard.append(language.language())
        return message

    monkeypatch.setattr(prefill, "_", listen)

    with language.speaking("de"):
        prefill.ask("10.9999/nothing", world.outside())

    assert heard == ["de"]


def test_name_that_a_paper_only_suggests_is_inferred_and_yields_to_a_stated_one(world):
    alone = prefill.ask(PAPER_DOI, world.outside())
    beside = prefill.ask(f"{PAPER_DOI} {DATA_DOI}", world.outside())

    (guess,) = [one for one in offers(alone, {}) if one.path == "name"]
    assert taken({}, [guess])["provenance"]["name"]["how"] == "inferred"
    assert [one.value for one in offers(alone, {"name": "mine"}) if one.path == "name"] == []
    assert [one.value for one in offers(beside, {}) if one.path == "name"] == ["Fields of Spring"]


def test_switched_off_says_what_to_do_instead(world):
    with pytest.raises(NoAnswer, match="Upload a file instead") as caught:
        prefill.ask(DATA_DOI, world.outside(is_on=False))

    assert caught.value.reason == "off"
    assert world.dialled == []


@pytest.mark.parametrize("text", ["", "   ", "my dataset", "https://stac.example.org/collection.json"])
def test_text_without_identifier_says_what_can_be_pasted(world, text):
    with pytest.raises(Invalid, match="Paste a DOI"):
        prefill.ask(text, world.outside())

    assert world.asked == []


@pytest.mark.parametrize(
    "content", [b"{", b'{"a": 1}', b"<a/>", b"@", b"@article{", b"\x00\x01", b"[" * 50_000]
)
def test_document_that_cannot_be_read_is_refused_in_words(content):
    with pytest.raises(AppError):
        prefill.read(content)


def test_what_the_draft_says_already_is_not_offered_and_what_differs_is_not_ticked(world):
    found = prefill.ask(DATA_DOI, world.outside())
    draft = {
        "name": "Fields of Spring",
        "year": 2023,
        "data_doi": DATA_DOI.upper(),
        "licence": {"text": "CC"},
    }

    by_path = {one.path: one for one in offers(found, draft)}

    assert "name" not in by_path and "data_doi" not in by_path
    assert (by_path["year"].present, by_path["year"].is_wanted) == (2023, False)
    assert by_path["licence.spdx"].is_wanted


def test_sources_that_differ_make_an_offer_each_and_the_first_is_ticked(world):
    world.say(f"api.crossref.org/works/{PAPER_DOI}", page(200, answers.crossref(title=["Another: title"])))

    found = prefill.ask(ARXIV, world.outside())

    titles = [one for one in offers(found, {}) if one.path == "publication.title"]
    assert [(one.value, one.is_wanted) for one in titles] == [
        ("Fields: an atlas of spring", True),
        ("Another: title", False),
    ]


def test_identity_is_never_offered():
    document = {
        "@context": "https://schema.org/", "@type": "Dataset", "name": "x",
        "identifier": {"propertyID": "UUID", "value": "00000000-0000-0000-0000-000000000001"},
    }  # fmt: skip

    found = prefill.read(json.dumps(document).encode())

    assert "uuid" in found.said[0].reading.facts
    assert {one.path for one in offers(found, {})} == {"name"}


def test_taken_values_carry_their_source_and_make_a_valid_record(world):
    found = prefill.ask("https://zenodo.org/records/77", world.outside())
    before = {
        "name": "mine",
        "not_stated": ["licence.spdx", "tasks"],
        "sources": [{"key": "paper", "ref": "x"}],
    }

    made = taken(before, [one for one in offers(found, before) if one.path != "year"])

    record = DatasetRecord.model_validate(
        {"uuid": "00000000-0000-0000-0000-000000000001", "slug": "x", "kind": "ml-dataset", **made}
    )
    assert record.licence and record.licence.spdx == "CC-BY-4.0"
    assert record.year is None
    assert record.provenance["licence.spdx"].sources == ("zenodo",)
    assert record.provenance["licence.spdx"].note == "metadata.license"
    assert {source.key for source in record.sources} == {"paper", "zenodo", "arxiv"}
    assert record.not_stated == ()
    assert before["not_stated"] == ["licence.spdx", "tasks"]


@pytest.mark.parametrize(
    "draft", [{"licence": "text", "provenance": [], "sources": 5}, {"licence": [1], "publication": 0}]
)
def test_odd_draft_is_no_fault(world, draft):
    found = prefill.ask(DATA_DOI, world.outside())

    made = taken(draft, offers(found, draft))

    assert made["licence"]["spdx"] == "CC-BY-4.0"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b &lt;c&gt;</p>", "a\nb <c>"),
        ("a<br>b<script>alert(1)</script><style>p{}</style>", "a\nb"),
        ("<ul><li>one</li><li>two</ul>", "one\ntwo"),
        ("<img src=x onerror=alert(1)>words", "words"),
        ("plain & simple\nlines", "plain & simple lines"),
        ("<unclosed", "<unclosed"),
    ],
)
def test_words_of_a_page_are_told_without_its_marks(html, text):
    assert plain(html) == text
