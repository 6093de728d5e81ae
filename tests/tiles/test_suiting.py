from app.tiles.suiting import offered, suited
from tests.tiles.viewed import OPTICAL, layer, tile
from tests.zoo.conftest import make_card


def test_a_tile_offers_all_bands_of_all_its_layers_once():
    series = tile(layer("s2-1", "optical", OPTICAL), layer("s2-2", "optical", OPTICAL, step=1))

    assert offered(tile()).bands == (*OPTICAL, "VV", "VH")
    assert (offered(series).bands, offered(series).dates) == (OPTICAL, 2)


def test_models_that_fit_come_first_and_the_others_say_why():
    first, second = make_card(id="a"), make_card(id="b", gsd_m=300)

    found = suited(tile(shape=(64, 64)), {"b": second, "a": first})

    assert [one.card.id for one in found] == ["a", "b"]
    assert found[0].reasons == ()
    assert "300" in found[1].reasons[0]


def test_a_model_is_measured_where_the_truth_of_its_question_is_there():
    cards = {"a": make_card(id="a", answers="land-cover"), "b": make_card(id="b", answers="clear-image")}

    found = {one.card.id: one.is_measured for one in suited(tile(), cards)}

    assert found == {"a": True, "b": False}


def test_a_model_that_answers_no_known_question_is_not_measured():
    assert not suited(tile(), {"a": make_card(id="a")})[0].is_measured
