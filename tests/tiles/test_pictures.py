import warnings
from dataclasses import replace

import numpy as np
import pytest
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from app.tiles import colours, pictures
from app.tiles.combinations import view_of
from app.tiles.pictures import Asked
from tests.tiles.viewed import COLUMNS, ROWS, tile, values_of


def opened(content):
    with warnings.catch_warnings(), MemoryFile(content) as file:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with file.open() as source:
            return source.read(), source.tags(), source.driver


@pytest.fixture
def made():
    """Makes a picture of a tile with a name of its own, so that nothing is remembered between tests."""

    def make(key, one=None, **asked):
        one = one or tile()
        return opened(pictures.picture(one, Asked(view_of(one, key), **asked), values_of))

    return make


def test_colours_run_from_black_to_white_between_the_ends_of_the_stretch(made):
    shown, _tags, driver = made("natural")

    assert driver == "PNG"
    assert shown.shape == (4, ROWS, COLUMNS)
    assert shown[0, 5, 0] == 0
    assert shown[0, 5, -1] == round(0.36 / 0.4 * 255)


def test_pixels_without_data_are_transparent(made):
    shown, _tags, _driver = made("natural")

    assert shown[3, 0, 0] == 0
    assert (shown[3].ravel()[1:] == 255).all()


def test_classes_have_the_colours_of_the_layer(made):
    shown, _tags, _driver = made("truth-land-cover")

    assert tuple(shown[:3, 0, 0]) == colours.parse("#16440f")
    assert tuple(shown[:3, 0, -1]) == colours.parse("#3a6fb5")


def test_an_index_of_zero_has_the_neutral_colour():
    neutral = colours.ramp("plants")[128]

    assert max(neutral[:3]) - min(neutral[:3]) < 25


def test_a_picture_of_a_simulated_tile_says_so_in_the_file(made):
    _shown, tags, _driver = made("natural")
    _shown, plain, _driver = made("natural", tile(simulated=False))

    assert "Simulated" in " ".join(tags.values())
    assert "Simulated" not in " ".join(plain.values())


def test_webp_shows_the_same_pixels_as_png(made):
    first, _tags, _driver = made("radar")
    second, _tags, driver = made("radar", form="webp")

    assert driver == "WEBP"
    np.testing.assert_array_equal(first[:3], second[:3])


def test_a_picture_is_made_once_and_a_file_read_once():
    one = tile(id="read-once")
    read = []

    def reading(layer):
        read.append(layer.key)
        return values_of(layer)

    fresh = replace(one, layers=tuple(replace(part, sha256=f"once{part.key:0<60}") for part in one.layers))
    for key in ("natural", "ndvi", "natural"):
        pictures.picture(fresh, Asked(view_of(fresh, key)), reading)

    assert read == ["s2"]


def test_the_fingerprint_changes_with_the_file_and_with_nothing_of_another_picture():
    one = tile()
    changed = replace(one, layers=tuple(replace(part, sha256=part.sha256[::-1]) for part in one.layers))
    plain = pictures.fingerprint(one, Asked(view_of(one, "natural")))

    assert plain == pictures.fingerprint(tile(), Asked(view_of(tile(), "natural")))
    assert plain != pictures.fingerprint(changed, Asked(view_of(changed, "natural")))
    assert plain != pictures.fingerprint(one, Asked(view_of(one, "natural"), stretch="all"))
    assert plain != pictures.fingerprint(one, Asked(view_of(one, "swir")))


def test_the_address_names_tile_picture_date_and_stretch():
    one = tile()
    asked = Asked(view_of(one, "rgb:B4,B3,B2"), stretch="fixed")

    found = pictures.address(one, asked)

    assert found.startswith("/tiles/sim-1/pictures/rgb:B4,B3,B2.png?stretch=fixed&v=")


@pytest.mark.parametrize("name", sorted(colours.ANCHORS))
def test_every_ramp_has_a_colour_for_every_step(name):
    found = colours.ramp(name)

    assert sorted(found) == list(range(256))
    assert all(0 <= channel <= 255 for colour in found.values() for channel in colour)


def test_a_tile_where_nothing_is_known_is_drawn_and_transparent():
    one = tile()

    content = pictures._make(
        Asked(view_of(one, "natural")), np.full((3, 4, 4), np.nan, np.float32), simulated=True
    )

    assert (opened(content)[0][3] == 0).all()


def test_of_a_large_tile_no_more_is_read_than_is_shown():
    assert pictures.reduced((2500, 900)) == (625, 225)
    assert pictures.reduced((768, 768)) is None
    assert pictures.reduced((769, 10)) == (385, 5)
