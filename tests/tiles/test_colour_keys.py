import numpy as np
import pytest

from app.tiles import pixels
from app.tiles.colour_keys import STRIPES, legend
from app.tiles.combinations import view_of
from tests.tiles.viewed import tile, values_of


def told(key, stretch="each"):
    view = view_of(tile(), key)
    values = pixels.channels(view, {part.key: values_of(part) for part in view.layers})
    return legend(view, values, pixels.ranges(view, values, stretch))


def test_classes_come_with_their_share_the_commonest_first():
    classes = told("truth-land-cover").classes

    assert [one.name for one in classes] == ["forest", "water"]
    assert [one.share for one in classes] == pytest.approx([0.5, 0.5])
    assert told("truth-land-cover").names == {0: "forest", 9: "water"}


def test_a_ramp_shows_its_ends_in_the_unit_of_the_values():
    ramp = told("radar-vv").ramp

    assert (ramp.low, ramp.high, ramp.unit) == (-20.0, 0.0, "dB")
    assert (ramp.stripes[0], ramp.stripes[-1]) == ("#000000", "#ffffff")
    assert len(ramp.stripes) == STRIPES
    assert not ramp.symmetric


def test_the_ramp_of_an_index_has_zero_in_its_middle():
    assert told("ndvi").ramp.symmetric


def test_colours_name_their_bands_and_how_they_are_stretched():
    channels = told("natural", "fixed").channels

    assert [(one.colour, one.name, one.high) for one in channels] == [
        ("red", "B4", 0.3),
        ("green", "B3", 0.3),
        ("blue", "B2", 0.3),
    ]


def test_radar_names_the_ratio_as_blue():
    assert [one.name for one in told("radar").channels] == ["VV", "VH", "VV/VH"]


def test_pixels_without_data_are_told():
    view = view_of(tile(), "ndvi")
    values = np.float32([[[0.1, np.nan, np.nan, 0.2]]])

    assert legend(view, values, ((-0.8, 0.8),)).unknown == 0.5
