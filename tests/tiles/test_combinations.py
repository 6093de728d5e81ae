from dataclasses import replace

import pytest

from app.base.errors import NotFound
from app.tiles.combinations import bands_by_hand, first_choice, roles, view_of, views_of
from tests.tiles.viewed import OPTICAL, band, layer, tile


def keys(one, step=0):
    return [view.key for view in views_of(one, step)]


def names(view):
    return [source.band.name for source in view.sources]


def test_a_tile_of_both_satellites_offers_colours_indices_radar_and_truth_in_this_order():
    offered = keys(tile())

    assert offered == [
        "natural",
        "false-colour",
        "swir",
        "ndvi",
        "ndwi",
        "ndbi",
        "radar",
        "radar-vv",
        "radar-vh",
        "truth-land-cover",
        "truth-ndvi",
    ]


def test_colours_and_indices_take_the_bands_that_their_names_promise():
    one = tile()

    assert names(view_of(one, "natural")) == ["B4", "B3", "B2"]
    assert names(view_of(one, "false-colour")) == ["B8", "B4", "B3"]
    assert names(view_of(one, "swir")) == ["B12", "B8", "B4"]
    assert names(view_of(one, "ndvi")) == ["B8", "B4"]
    assert names(view_of(one, "ndwi")) == ["B3", "B8"]
    assert names(view_of(one, "ndbi")) == ["B11", "B8"]


def test_a_view_is_not_offered_where_one_of_its_bands_is_missing():
    without_infrared = tile(layer("s2", "optical", ("B2", "B3", "B4")))

    assert keys(without_infrared) == ["natural"]


def test_names_with_leading_zeros_are_the_same_bands():
    offered = tile(layer("s2", "optical", ("B02", "B03", "B04", "B08")))

    assert keys(offered) == ["natural", "false-colour", "ndvi", "ndwi"]


def test_common_names_of_a_file_outweigh_the_names_of_another_sensor():
    landsat = layer("oli", "optical", ("B2", "B3", "B4", "B5", "B8"))
    said = ("blue", "green", "red", "nir", "pan")
    bands = tuple(replace(one, common_name=name) for one, name in zip(landsat.bands, said, strict=True))

    found = roles(replace(landsat, bands=bands))

    assert found["nir"].band.name == "B5"


def test_bands_that_nobody_knows_are_shown_as_they_come():
    three = view_of(tile(layer("image", "optical", ("x", "y", "z", "w"))), "image")
    one = view_of(tile(layer("image", "optical", ("x",))), "image")

    assert (three.colouring, names(three)) == ("colours", ["x", "y", "z"])
    assert (one.colouring, one.ramp) == ("values", "grey")


def test_truth_and_index_of_the_same_name_have_different_addresses():
    index, truth = view_of(tile(), "ndvi"), view_of(tile(), "truth-ndvi")

    assert not index.is_truth
    assert truth.is_truth
    assert truth.layers[0].answers == "ndvi"


def test_each_date_of_a_series_shows_its_own_layers_and_the_truth_of_that_date():
    series = tile(
        layer("s2", "optical", OPTICAL),
        layer("s2-2", "optical", OPTICAL, step=1),
        layer("cloud", "classes", ("cloud",), answers="cloud"),
        layer("cloud-2", "classes", ("cloud",), answers="cloud", step=1),
        layer("clear", "optical", OPTICAL, answers="clear-image"),
    )

    assert view_of(series, "natural", 1).layers[0].key == "s2-2"
    assert [view_of(series, "truth-cloud", step).layers[0].key for step in (0, 1)] == ["cloud", "cloud-2"]
    assert view_of(series, "truth-clear-image.natural", 1).layers[0].key == "clear"


def test_three_bands_may_be_mixed_by_hand_across_sensors():
    view = view_of(tile(), "rgb:VV,B8,B2")

    assert names(view) == ["VV", "B8", "B2"]
    assert set(bands_by_hand(tile())) == {*OPTICAL, "VV", "VH"}


@pytest.mark.parametrize("key", ["rgb:B4,B3", "rgb:B4,B3,B99", "rgb:", "thermal", "rgb:B4,B3,B2,B1"])
def test_a_picture_that_a_tile_lacks_is_not_found(key):
    with pytest.raises(NotFound):
        view_of(tile(), key)


def test_colours_stand_left_and_truth_right_when_nobody_has_chosen():
    left, right = first_choice(views_of(tile()))

    assert (left.key, right.key) == ("natural", "truth-land-cover")


def test_a_tile_of_one_picture_shows_it_on_both_sides():
    left, right = first_choice(views_of(tile(layer("image", "optical", ("x",)))))

    assert left == right


def test_units_are_those_of_the_values_and_none_for_indices():
    one = tile(layer("s1", "radar", ("VV", "VH")), layer("s2", "optical", OPTICAL))

    assert view_of(one, "radar").unit == "dB"
    assert view_of(one, "ndvi").unit == ""
    assert view_of(one, "ndvi").channels == ("NDVI",)
    assert view_of(one, "radar").channels == ("VV", "VH", "VV/VH")
    assert band("B2").unit == "reflectance"
