"""Models are found by words, kind, question and bands."""

import pytest

from app.base.errors import Invalid
from app.zoo.cards import ClassName, Input, InputBand, Output
from app.zoo.finding import ModelQuery, address, counts, find_models, read_query
from tests.zoo.conftest import make_card

RADAR = Input(name="tile", bands=(InputBand(name="VH", unit="dB", low=-25, high=0),), smallest=16)
ZONES = Output(name="scores", returned="scores", classes=(ClassName(name="Compact", colour="#000000"),))
CARDS = (
    make_card(answers="land-cover"),
    make_card(id="index", kind="regression", answers="ndvi", inputs=(RADAR,), outputs=(ZONES,)),
)


def _found(**query):
    return [card.id for card in find_models(CARDS, ModelQuery(**query))]


def test_words_are_looked_for_in_the_whole_card():
    assert _found(q="TOY") == ["toy", "index"]
    assert _found(q="compact tests") == ["index"]
    assert _found(q="compact nothing") == []


def test_kinds_and_questions_are_alternatives_and_bands_are_not():
    assert _found(kind=("segmentation", "regression")) == ["toy", "index"]
    assert _found(answers=("ndvi",)) == ["index"]
    assert _found(band=("B4", "VV")) == ["toy"]
    assert _found(band=("B4", "VH")) == []


def test_each_choice_is_counted_under_the_others():
    found = counts(CARDS, ModelQuery(kind=("segmentation",)))

    assert found["kind"] == {"segmentation": 1, "regression": 1}
    assert found["answers"] == {"land-cover": 1}
    assert found["band"] == {"B4": 1, "VV": 1}


def test_a_query_is_read_from_its_own_address():
    query = ModelQuery(q="a b", kind=("regression",), band=("VH", "VV"))

    assert read_query(query.pairs()) == query
    assert address("/models", query) == "/models?q=a+b&kind=regression&band=VH&band=VV"
    assert address("/models", ModelQuery()) == "/models"


def test_a_kind_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(Invalid, match="no kind 'oracle'; there are classification"):
        read_query([("kind", "oracle")])
