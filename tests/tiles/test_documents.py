"""A tile is one STAC Item, which says all of it and nothing that is not known."""

import json
from dataclasses import replace

import pystac
import pytest
from pystac.validation import validate_dict

from app.base.extent import BBox
from app.tiles.documents import description_of, item_of, with_links

BASE = "https://example.org"


@pytest.mark.parametrize("series", [False, True], ids=["clear", "series"])
def test_a_description_survives_the_way_through_its_document(add_tile, series):
    tile = add_tile(series=series)

    assert description_of(json.loads(json.dumps(item_of(tile)))) == tile


def test_a_tile_with_a_place_and_without_truth_survives_as_well(add_tile):
    tile = add_tile()
    bare = replace(
        tile,
        dataset=None,
        imitates=(),
        simulated=False,
        split=None,
        moment=None,
        gsd_m=None,
        box=BBox(176, -20, -176, -15),
        layers=(replace(tile.seen[0], gsd_m=None, moment=None),),
        seed=None,
        note="",
    )

    assert description_of(item_of(bare)) == bare


def test_other_libraries_read_the_document_as_an_item(add_tile):
    item = pystac.Item.from_dict(with_links(item_of(add_tile()), BASE))

    assert item.collection_id == "simulated-scenes"
    assert item.properties["eod:simulated"] is True
    assert item.assets["s2"].href == f"{BASE}/api/tiles/{item.id}/files/s2.tif"
    assert item.assets["land-cover"].roles == ["labels", "truth"]


def test_a_simulated_tile_lies_nowhere(add_tile):
    document = item_of(add_tile())

    assert document["geometry"] is None
    assert "bbox" not in document


def test_bands_have_names_wavelengths_units_and_statistics(add_tile):
    blue = item_of(add_tile())["assets"]["s2"]["bands"][1]

    assert (blue["name"], blue["eo:common_name"], blue["eo:center_wavelength"]) == ("B2", "blue", 0.4927)
    assert blue["statistics"]["minimum"] <= blue["eod:percentile_2"] < blue["eod:percentile_98"]


def test_classes_have_values_names_and_colours(add_tile):
    classes = item_of(add_tile())["assets"]["land-cover"]["classification:classes"]

    assert classes[6] == {
        "value": 6,
        "name": "urban-built-up",
        "title": "Urban, built-up",
        "color_hint": "A5A5A5",
    }


def test_a_file_says_how_it_keeps_values(add_tile):
    asset = item_of(add_tile())["assets"]["s1"]

    assert (asset["data_type"], asset["raster:scale"], asset["nodata"]) == ("int16", 0.01, -32768)


@pytest.mark.parametrize("series", [False, True], ids=["clear", "series"])
def test_the_document_is_valid_against_the_schema_of_items(add_tile, series):
    document = with_links(item_of(add_tile(series=series)), BASE)

    # The schemas of extensions lie on the network.
    validate_dict({**document, "stac_extensions": []})


def test_a_series_says_when_it_begins_and_ends(add_tile):
    properties = item_of(add_tile(20_100, series=True))["properties"]

    assert properties["start_datetime"] < properties["datetime"] < properties["end_datetime"]


def test_a_document_says_how_it_was_seen(add_tile):
    clear, series = item_of(add_tile()), item_of(add_tile(20_100, series=True))

    assert 20 < clear["assets"]["s2"]["view:sun_elevation"] < 70
    assert clear["assets"]["s1"]["sat:orbit_state"] in ("ascending", "descending")
    assert clear["properties"]["eo:cloud_cover"] == 0
    assert series["properties"]["eo:cloud_cover"] == series["assets"]["s2-2"]["eo:cloud_cover"] > 0


def test_paths_of_the_storage_are_not_sent(add_tile):
    sent = json.dumps(with_links(item_of(add_tile()), BASE))

    assert "eod:path" not in sent
