from starlette.datastructures import QueryParams

from app.tiles.gallery import Filters, card, filters, label, listed, values_of
from tests.tiles.viewed import OPTICAL, layer, tile
from tests.zoo.conftest import make_card

CLEAR = tile(imitates=("dfc2020", "sen12ms"))
SERIES = tile(
    layer("s2-1", "optical", OPTICAL),
    layer("s2-2", "optical", OPTICAL, step=1),
    layer("clear", "optical", OPTICAL, answers="clear-image"),
    id="series",
    imitates=("sen12ms-cr",),
)
SEEN = tile(layer("s1", "radar", ("VV",)), id="seen", simulated=False, dataset="sen12ms")
EATEN = make_card().inputs[0]
RADAR = EATEN.model_copy(update={"smallest": 1, "multiple": 1, "bands": EATEN.bands[1:]})
CARDS = {"radar": make_card(id="radar", name="Radar net", inputs=(RADAR,))}
ALL = listed((CLEAR, SERIES, SEEN), CARDS)


def shown(**chosen):
    asked = Filters({name: (value,) if isinstance(value, str) else value for name, value in chosen.items()})
    return [one.tile.id for one in ALL if asked.takes(one)]


def test_filters_narrow_and_their_values_widen():
    assert shown(kind="series") == ["series"]
    assert shown(kind=("series", "single")) == ["sim-1", "series", "seen"]
    assert shown(sensor="radar", origin="simulated") == ["sim-1"]
    assert shown(answers="clear-image") == ["series"]
    assert shown(answers="nothing") == []


def test_a_tile_is_found_by_its_dataset_and_by_those_that_it_imitates():
    assert shown(dataset="sen12ms") == ["sim-1", "seen"]


def test_a_tile_is_found_by_a_model_that_can_be_run_on_it():
    assert shown(model="radar") == ["sim-1", "seen"]
    assert shown(model=("radar", "gone"), origin="seen") == ["seen"]
    assert shown(model="gone") == []


def test_models_are_told_by_their_name():
    (row,) = values_of(ALL, Filters({}), "model", CARDS)

    assert (row.value, row.label, row.count) == ("radar", "Radar net", 2)


def test_values_are_counted_under_all_other_filters():
    chosen = Filters({"origin": ("simulated",), "sensor": ("radar",)})

    found = {one.value: one.count for one in values_of(ALL, chosen, "sensor", CARDS)}

    assert found == {"optical": 2, "radar": 1}


def test_a_chosen_value_stays_even_where_it_finds_nothing():
    chosen = Filters({"dataset": ("gone",)})

    row = next(one for one in values_of(ALL, chosen, "dataset", CARDS) if one.value == "gone")

    assert (row.count, row.is_chosen, row.label) == (0, True, "gone")


class Asked:
    def __init__(self, query: str) -> None:
        self.query_params = QueryParams(query)


def test_filters_are_read_from_the_address_and_written_into_it():
    chosen = filters(Asked("kind=series&answers=cloud&answers=ndvi&other=x&sensor="), page=2)

    assert chosen.chosen["answers"] == ("cloud", "ndvi")
    assert chosen.chosen["sensor"] == ()
    assert chosen.address(3) == "/tiles?kind=series&answers=cloud&answers=ndvi&page=3"


def test_what_nobody_knows_is_told_as_it_is():
    assert label("dataset", "dfc2020") == "dfc2020"
    assert label("answers", "local-climate-zone") == "local climate zones"


def test_a_card_shows_the_picture_beside_what_it_is_compared_with():
    assert [view.key for view, _address in card(CLEAR).pictures] == ["natural", "truth-land-cover"]
    assert [view.key for view, _address in card(SERIES).pictures] == ["natural", "truth-clear-image.natural"]
    assert [view.key for view, _address in card(SEEN).pictures] == ["radar-vv"]


def test_cards_of_series_show_pictures_under_the_address_of_the_viewer():
    assert all("stretch=fixed" in address for _view, address in card(SERIES).pictures)
