"""STAC collections of other catalogues."""

import orjson
import pytest

from app.base.errors import Invalid
from app.exchange.formats.readers import stac

FOREIGN = {
    "type": "Collection",
    "stac_version": "1.0.0",
    "id": "sentinel-2-l2a",
    "title": "Sentinel-2 Level-2A",
    "description": "Surface **reflectance**.",
    "license": "proprietary",
    "keywords": ["semantic segmentation", "Something"],
    "providers": [
        {"name": "ESA", "roles": ["producer", "licensor"]},
        {"name": "Microsoft", "roles": ["host"]},
        {"name": "Somebody", "roles": ["processor"]},
    ],
    "extent": {
        "spatial": {"bbox": [[-180, -90, 180, 90]]},
        "temporal": {"interval": [["2015-06-27T10:25:31Z", None]]},
    },
    "summaries": {"gsd": [60, 10, 20], "constellation": ["sentinel-2"], "eo:bands": [{"name": "B02"}]},
    "sci:doi": "10.5270/S2_-znk9xsj",
    "links": [
        {"rel": "license", "href": "https://creativecommons.org/licenses/by-sa/4.0/", "title": "Terms"},
        {"rel": "about", "href": "https://sentinel.esa.int/"},
    ],
    "assets": {
        "data": {"href": "https://example.org/all.zip", "roles": ["data"], "file:checksum": "1220abcd"},
        "thumb": {"href": "https://example.org/t.png", "roles": ["thumbnail"]},
    },
}


def test_foreign_collection_is_read():
    facts = dict(stac.read(orjson.dumps(FOREIGN)).facts)

    assert facts["slug"] == "sentinel-2-l2a"
    assert facts["name"] == "Sentinel-2 Level-2A"
    assert facts["publisher"] == "ESA"
    assert facts["spatial.extent"] == "global"
    assert facts["temporal_extent"].start == "2015-06-27" and facts["temporal_extent"].end is None
    assert (facts["gsd_m"].min, facts["gsd_m"].max) == (10, 60)
    assert facts["bands"] == ("B02",)
    assert facts["sensors"] == ("Sentinel-2",)
    assert facts["tasks"] == ("semantic-segmentation",)
    assert facts["data_doi"] == "10.5270/S2_-znk9xsj"
    assert facts["urls.home"] == "https://sentinel.esa.int/"
    assert facts["urls.download"] == ("https://example.org/all.zip",)


def test_the_first_box_is_the_union_and_the_others_are_areas():
    boxes = [[0, 0, 50, 50], [0, 0, 10, 10], [40, 40, 0, 50, 50, 100]]
    collection = {**FOREIGN, "extent": {"spatial": {"bbox": boxes}, "temporal": {"interval": []}}}

    facts = stac.read(orjson.dumps(collection)).facts

    assert [place.bbox for place in facts["spatial.places"]] == [(0, 0, 10, 10), (40, 40, 50, 50)]
    assert "spatial.bbox" not in facts


def test_the_world_box_of_a_dataset_without_place_is_no_place():
    collection = {**FOREIGN, "eod:geo_status": "unknown"}

    assert not [path for path in stac.read(orjson.dumps(collection)).facts if path.startswith("spatial")]


def test_multihashes_and_roles_without_field_are_named():
    left = [(one.where, one.why) for one in stac.read(orjson.dumps(FOREIGN)).left]

    assert ("assets.data", "The checksum is no SHA-256.") in left
    assert any("Somebody" in why for _, why in left)


def test_licence_links_beside_other_are_words_because_they_do_not_tell_and_from_or():
    links = [
        {"rel": "license", "href": "https://x.org", "title": "CC-BY-4.0"},
        {"rel": "license", "href": "https://y.org", "title": "MIT"},
    ]

    facts = stac.read(orjson.dumps({**FOREIGN, "license": "other", "links": links})).facts

    assert facts["licence.text"] == "CC-BY-4.0 and MIT"
    assert "licence.spdx" not in facts


@pytest.mark.parametrize(
    "content", [b'{"type": "Feature", "stac_version": "1.0.0"}', b'{"type": "Collection"}', b"[]"]
)
def test_what_is_no_collection_is_refused(content):
    with pytest.raises(Invalid):
        stac.read(content)
