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
