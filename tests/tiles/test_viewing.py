import pytest

from app.base.errors import NotFound
from app.tiles.viewing import Choice, asked, sight, usual_stretch
from tests.tiles.viewed import OPTICAL, layer, tile

SERIES = (
    layer("s2-1", "optical", OPTICAL),
    layer("s2-2", "optical", OPTICAL, step=1),
    layer("s1-2", "radar", ("VV", "VH"), step=1),
)


def test_without_a_choice_the_address_says_nothing():
    assert Choice().address(tile()) == "/tiles/sim-1"


def test_a_choice_is_the_same_after_a_walk_through_the_address():
    choice = Choice("rgb", "radar", "truth-ndvi", 35, "B8", "B4", "B3", "all", 1, 3, 4)

    given = {**dict(choice.pairs()), "date": 2, "opacity": 35}
    assert asked(**given) == choice


def test_the_bands_of_a_form_count_only_when_they_are_asked_for():
    choice = Choice("natural", red="B8", green="B4", blue="B3")

    assert choice.pairs() == [("left", "natural")]


@pytest.mark.parametrize("given", ["", "x", "-1", "1.5", "99999999"])
def test_what_is_no_pixel_asks_for_none(given):
    assert asked(row=given, column=given).row == -1


def test_everything_is_chosen_for_a_reader_who_chose_nothing():
    shown = sight(tile(), Choice())

    assert (shown.left.key, shown.right.key, shown.over) == ("natural", "truth-land-cover", None)
    assert shown.mixed == ("B4", "B3", "B2")


def test_three_bands_by_hand_stand_on_the_left():
    shown = sight(tile(), Choice("rgb", red="VV", green="B8", blue="B2"))

    assert shown.left.key == "rgb:VV,B8,B2"


def test_bands_by_hand_that_are_not_all_there_give_way_to_natural_colour():
    assert sight(tile(), Choice("rgb", red="B8")).left.key == "natural"


def test_bands_that_a_tile_lacks_are_not_found():
    with pytest.raises(NotFound):
        sight(tile(), Choice("rgb", red="B8", green="B99", blue="B2"))


def test_a_picture_that_a_date_lacks_gives_way_to_the_usual_one():
    series = tile(*SERIES)

    assert sight(series, Choice(right="radar", step=1)).right.key == "radar"
    assert sight(series, Choice(right="radar", step=0)).right.key == "ndvi"


def test_a_date_behind_the_last_shows_the_last():
    assert sight(tile(*SERIES), Choice(step=200)).choice.step == 1


def test_the_dates_of_a_series_are_stretched_alike():
    assert usual_stretch(tile(*SERIES)) == "fixed"
    assert usual_stretch(tile()) == "each"
    assert sight(tile(*SERIES), Choice(stretch="each")).stretch == "each"


def test_only_truth_lies_over_a_picture():
    assert sight(tile(), Choice(over="radar")).over is None
    assert sight(tile(), Choice(over="truth-ndvi")).over.key == "truth-ndvi"


def test_a_tile_without_layers_says_so():
    with pytest.raises(NotFound, match="no layer"):
        sight(tile(layers=()), Choice())
