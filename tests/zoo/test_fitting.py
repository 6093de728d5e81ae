"""Which models fit what somebody has: every no has its reason, and a broken card takes no other with it."""

import os

import pytest

from app.zoo.cards import CARD, Input, write_card
from app.zoo.fitting import Offered, known_cards, reasons_against
from tests.zoo.conftest import make_card

FITTING = Offered(bands=("B4", "VV", "B8"), shape=(128, 128), gsd_m=10)


def test_a_tile_that_has_all_a_model_eats_fits(card):
    assert reasons_against(card, FITTING) == ()
    assert reasons_against(card, Offered(bands=("B4", "VV"))) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bands": ("B4",)}, "It has no VV."),
        ({"bands": ("red",)}, "It has none of the bands that the model needs."),
        ({"shape": (128, 8)}, "It is 8 × 128 pixels; the model needs at least 16 × 16."),
        ({"gsd_m": 0.5}, "Its pixels are 0.5 m wide; the model knows pixels of 10 m."),
        ({"gsd_m": 30}, "Its pixels are 30 m wide; the model knows pixels of 10 m."),
    ],
)
def test_every_no_has_its_reason(card, changes, reason):
    offered = Offered(**{"bands": FITTING.bands, "shape": FITTING.shape, "gsd_m": 10, **changes})

    assert reasons_against(card, offered) == (reason,)


def test_a_model_of_a_series_needs_its_dates(card):
    wanted = make_card(inputs=(card.inputs[0].model_copy(update={"dates": 3}),))

    assert reasons_against(wanted, FITTING) == ("It has one date; the model needs 3 of one place.",)
    assert reasons_against(wanted, Offered(FITTING.bands, dates=3)) == ()


def test_every_input_of_a_model_is_asked(card):
    other = Input(name="other", bands=(card.inputs[0].bands[1],), smallest=200, multiple=16)

    (reason,) = reasons_against(make_card(inputs=(*card.inputs, other)), FITTING)

    assert "208 × 208" in reason


def test_all_reasons_are_told_at_once(card):
    assert len(reasons_against(card, Offered(bands=("B4",), shape=(8, 8), gsd_m=100))) == 3


def _write(folder, card, name=None):
    place = folder / (name or card.id)
    place.mkdir(parents=True)
    write_card(card, place / CARD)


def test_cards_are_known_by_their_id_and_broken_ones_are_left_out(tmp_path):
    _write(tmp_path, make_card())
    _write(tmp_path, make_card(id="another"))
    _write(tmp_path, make_card(id="lost"), "elsewhere")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / CARD).write_text("id: broken", "utf-8")

    assert list(known_cards(tmp_path)) == ["another", "toy"]


def test_a_card_is_read_again_only_when_its_file_changes(tmp_path):
    _write(tmp_path, make_card())
    first = known_cards(tmp_path)

    assert known_cards(tmp_path) is first
    write_card(make_card(name="Changed"), tmp_path / "toy" / CARD)
    os.utime(tmp_path / "toy" / CARD, ns=(1, 1))
    assert known_cards(tmp_path)["toy"].name == "Changed"


def test_a_folder_that_does_not_exist_knows_no_model(tmp_path):
    assert known_cards(tmp_path / "none") == {}
