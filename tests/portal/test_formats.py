"""Records at the addresses of their formats."""

import pytest

from app.exchange.formats import FORMATS


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_record_answers_in_every_format(seeded_client, suffix):
    answer = seeded_client.get(f"/datasets/sen1floods11.{suffix}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == FORMATS[suffix].media_type.split(";")[0]
    assert "sen1floods11" in answer.text


def test_a_country_stands_in_by_its_outline(client, add_dataset):
    add_dataset("ghana", spatial={"countries": ["GHA"]})

    feature = client.get("/datasets/ghana.geojson").json()["features"][0]

    assert feature["properties"]["kind"] == "outline"


def test_outlines_of_the_seeded_catalogue_are_drawn(seeded_client):
    features = seeded_client.get("/datasets/bigearthnet.geojson").json()["features"]

    assert len(features) == 10
    assert all(feature["geometry"]["type"] in ("Polygon", "MultiPolygon") for feature in features)


def test_what_a_client_holds_is_not_sent_again(seeded_client):
    tag = seeded_client.get("/datasets/eurosat.bib").headers["etag"]

    again = seeded_client.get("/datasets/eurosat.bib", headers={"If-None-Match": tag})

    assert again.status_code == 304


@pytest.mark.parametrize("address", ["/datasets/no-such.bib", "/datasets/eurosat.docx"])
def test_unknown_records_and_formats_are_not_found(seeded_client, address):
    assert seeded_client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("accept", "address"),
    [
        ("text/turtle", "/datasets/eurosat.dcat.ttl"),
        ("application/json", "/api/datasets/eurosat"),
        (
            'application/ld+json;profile="http://mlcommons.org/croissant/1.1"',
            "/datasets/eurosat.croissant.json",
        ),
    ],
)
def test_a_program_is_sent_to_the_form_it_accepts(seeded_client, accept, address):
    answer = seeded_client.get("/datasets/eurosat", headers={"Accept": accept}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert answer.headers["vary"] == "Accept"
    assert seeded_client.get(address).status_code == 200


def test_the_page_links_to_every_form_and_each_form_back(seeded_client):
    page = seeded_client.get("/datasets/eurosat", headers={"Accept": "text/html"})

    described = {link["url"] for link in page.links.values()} | {
        part.partition(">")[0].lstrip(" <") for part in page.headers["link"].split(", ")
    }
    assert "Accept" in page.headers["vary"]
    assert "http://testserver/stac/collections/eurosat" in described
    for suffix in FORMATS:
        address = f"http://testserver/datasets/eurosat.{suffix}"
        assert address in described
        back = seeded_client.get(f"/datasets/eurosat.{suffix}").headers["link"]
        assert back == '<http://testserver/datasets/eurosat>; rel="describes"'


@pytest.mark.parametrize("slug", ["no-such", "../../etc", "a%0d%0aSet-Cookie:x", "%2F%2Fevil.example.org"])
def test_no_slug_leads_away_from_here(seeded_client, slug):
    answer = seeded_client.get(f"/datasets/{slug}", headers={"Accept": "text/turtle"}, follow_redirects=False)

    assert answer.headers.get("location", "/datasets/").startswith("/datasets/")
    assert "set-cookie" not in answer.headers
