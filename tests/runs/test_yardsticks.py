"""What nobody trained is measured as models are."""

import numpy as np
import pytest

from app.base.storage import LocalStorage
from app.runs.engine import read_answer
from app.runs.yardsticks import untrained
from app.scenes.series import TEST
from app.settings import Settings
from app.tiles.making import make_clear, make_cloudy
from app.tiles.reading import read_tile
from app.zoo.fitting import known_cards

CARDS = known_cards(Settings().models)


@pytest.fixture(scope="module")
def storage(tmp_path_factory):
    return LocalStorage(tmp_path_factory.mktemp("tiles"))


def figures_of(storage, tile, card):
    truth = read_answer(storage, tile, card)
    assert truth is not None
    return truth, {one.what: one.value for one in untrained(storage, tile, card, truth)}


def test_the_least_cloudy_date_is_the_one_that_is_nearest_to_the_truth(storage):
    tile, card = make_cloudy(storage, TEST[100], 64), CARDS["uncrtaints-small"]

    truth, found = figures_of(storage, tile, card)

    seen = read_tile(storage, tile).values[:, : len(card.outputs[0].bands)]
    errors = np.abs(seen - truth.values).mean(axis=(1, 2, 3))
    assert found["Mean absolute error"] == pytest.approx(errors.min(), rel=1e-4)
    assert errors.max() > 2 * errors.min()


def test_a_question_without_such_an_answer_has_no_figures(storage):
    tile = make_clear(storage, TEST[0], 64)

    assert figures_of(storage, tile, CARDS["mimo-unet-small"])[1] == {}
    assert figures_of(storage, tile, CARDS["sen2lcz"])[1] == {}
