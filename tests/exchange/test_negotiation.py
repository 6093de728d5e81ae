"""Which form a client gets at the address of a record, and the links that lead to the others."""

import pytest

from app.exchange.formats import FORMATS
from app.exchange.negotiation import link_header, negotiated, signposts

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        BROWSER,
        "text/html",
        "text/*",
        "image/png",
        "application/json;q=0.5, text/html",
        "text/html;q=0.9, application/ld+json;q=0.9",
        "nonsense",
        "text/turtle;q=0",
        "text/turtle;q=many",
        ",;,;" * 5_000,
    ],
)
def test_the_page_is_for_whoever_does_not_ask_for_more(accept):
    assert negotiated(accept) is None


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/turtle", "dcat.ttl"),
        ("application/ld+json", "jsonld"),
        ("APPLICATION/LD+JSON", "jsonld"),
        ('application/ld+json; profile="http://mlcommons.org/croissant/1.1"', "croissant.json"),
        ('application/ld+json;profile="http://www.w3.org/ns/dcat#"', "dcat.jsonld"),
        ('application/ld+json;profile="urn:a http://www.w3.org/ns/dcat#"', "dcat.jsonld"),
        ("application/x-bibtex", "bib"),
        ("application/vnd.citationstyles.csl+json", "csl.json"),
        ("application/vnd.datacite.datacite+json", "datacite.json"),
        ("application/vnd.datacite.datacite+xml", "datacite.xml"),
        ("application/geo+json, */*;q=0.1", "geojson"),
        ("application/xml", "iso.xml"),
        ("text/xml", "iso.xml"),
        ("text/turtle;q=0.4, application/x-bibtex;q=0.6", "bib"),
        ("text/html;q=0.2, text/turtle", "dcat.ttl"),
    ],
)
def test_a_program_gets_the_form_it_asks_for(accept, suffix):
    assert negotiated(accept) == f"/datasets/{{slug}}.{suffix}"


def test_json_leads_to_the_record_of_the_interface():
    assert negotiated("application/json") == "/api/datasets/{slug}"


def test_a_profile_that_nobody_has_gets_the_page():
    assert negotiated('application/ld+json;profile="urn:unheard-of"') is None


def test_every_format_but_shared_ones_can_be_asked_for_by_its_type():
    for suffix, known in FORMATS.items():
        if suffix != "tdml.json":
            assert negotiated(known.media_type) == f"/datasets/{{slug}}.{suffix}"


def test_signposts_cite_type_describe_and_license(by_slug, site):
    found = signposts(by_slug["eurosat"], site.base_url)
    links = {(one.relation, one.href) for one in found}

    assert ("cite-as", "https://doi.org/10.5281/zenodo.7711810") in links
    assert ("type", "https://schema.org/Dataset") in links
    assert ("license", "https://spdx.org/licenses/MIT") in links
    for suffix in FORMATS:
        assert ("describedby", f"{site.base_url}/datasets/eurosat.{suffix}") in links


def test_only_files_are_items_and_not_too_many(make_record, site):
    files = [f"https://example.org/{number}.zip" for number in range(30)]
    record = make_record(urls={"download": ["https://example.org/page", *files]})

    items = [one.href for one in signposts(record, site.base_url) if one.relation == "item"]

    assert items == files[:10]


def test_an_unknown_licence_or_doi_makes_no_link(make_record, site):
    relations = {one.relation for one in signposts(make_record(), site.base_url)}

    assert relations == {"type", "describedby"}


def test_no_address_ends_the_header(hostile, make_record, site):
    record = make_record(data_doi='10.1000/a>; rel="evil"\r\nSet-Cookie: x=1, ü', urls={"download": []})

    header = link_header(signposts(record, site.base_url))

    assert "\r" not in header and "\n" not in header and 'evil"' not in header
    assert header.isascii()


def test_every_link_header_of_the_catalogue_is_short_enough_for_servers(records, site):
    longest = max(len(link_header(signposts(record, site.base_url))) for record in records)

    assert 500 < longest < 4_000
