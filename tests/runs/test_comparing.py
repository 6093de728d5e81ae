"""All models are measured on the same simulated test tiles, and one that fails spoils no other."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from app.base.errors import Invalid
from app.base.storage import LocalStorage
from app.runs.comparing import NO_FIGURE, compare, compare_served
from app.runs.comparison import read_own
from app.runs.executing import Networks
from app.scenes.series import TEST
from app.tiles import making
from app.tiles.reading import read_truth
from app.zoo.cards import ClassName
from app.zoo.fitting import known_cards
from tests.runs.networks import CLASSES

SIZE = 64
SEEDS = TEST[:3]
IDS = tuple(making.clear_id(seed) for seed in SEEDS)


@pytest.fixture(scope="module")
def storage(tmp_path_factory):
    return LocalStorage(tmp_path_factory.mktemp("tiles"))


@pytest.fixture(scope="module")
def tiles(storage):
    return [making.make_clear(storage, seed, SIZE) for seed in SEEDS]


@pytest.fixture(scope="module")
def cards(models):
    return {name: card for name, card in known_cards(models).items() if name in ("nan", "other", "toy")}


def labelling(number, _card):
    """A network that says the same class everywhere."""
    scores = np.zeros((1, len(CLASSES), SIZE, SIZE), dtype=np.float32)
    scores[:, number] = 1
    return lambda arrays: {"scores": np.repeat(scores, len(arrays["tile"]), axis=0)}


def compared_with(storage, tiles, cards, networks):
    return compare(storage, tiles, cards, networks, {"numpy": "2"}, lambda _line: None)


@pytest.fixture(scope="module")
def served(storage, tiles, cards, models):
    lines = []
    return compare_served(storage, tiles, cards, Networks(models, 1).of, lines.append), lines


def test_models_of_one_question_stand_beside_each_other_and_what_nobody_trained_behind_them(served):
    (question,) = served[0].questions

    assert question.answers == "land-cover" and question.tiles == IDS
    assert [one.model for one in question.compared] == ["nan", "other", "toy", ""]
    assert question.compared[-1].name == "The coarse labels themselves"


def test_each_figure_has_a_value_for_each_seed_and_tile(storage, tiles, cards):
    networks = {str(seed): partial(labelling, seed) for seed in (1, 2)}

    (question,) = compared_with(storage, tiles, [cards["toy"]], networks).questions

    figure = question.compared[0].figures[0]
    shares = [
        [float(np.mean(read_truth(storage, tile, "land-cover") == seed)) for tile in tiles] for seed in (1, 2)
    ]
    assert (figure.what, figure.unit) == ("Overall accuracy", "1")
    assert figure.values["1"] == pytest.approx(shares[0], abs=1e-6)
    assert figure.values["2"] == pytest.approx(shares[1], abs=1e-6)


def test_what_nobody_trained_is_as_near_to_the_truth_as_its_labels_are(storage, tiles, served):
    figure = served[0].questions[0].compared[-1].figures[0]

    same = [
        float(
            np.mean(read_truth(storage, tile, "land-cover") == read_truth(storage, tile, "coarse-land-cover"))
        )
        for tile in tiles
    ]
    assert figure.what == "Overall accuracy"
    assert figure.values == {"0": pytest.approx(same, abs=1e-6)}


def test_only_simulated_tiles_of_the_test_split_count(storage, tiles, cards):
    foreign = [
        replace(tiles[0], id="seen", simulated=False),
        replace(tiles[0], id="train", split="train"),
    ]

    found = compared_with(storage, [*foreign, *tiles], [cards["toy"]], {"1": partial(labelling, 1)})

    assert found.questions[0].tiles == IDS


def test_models_that_fit_other_tiles_have_a_question_to_themselves(storage, tiles, cards):
    large = cards["toy"].inputs[0].model_copy(update={"smallest": 2 * SIZE})
    picky = cards["toy"].model_copy(update={"id": "picky", "inputs": (large,)})
    larger = making.make_clear(storage, TEST[3], 2 * SIZE)
    lines = []

    found = compare(
        storage, [*tiles, larger], [cards["toy"], picky], {"1": partial(labelling, 1)}, {}, lines.append
    )

    assert [(one.tiles, one.compared[0].model) for one in found.questions] == [
        ((*IDS, larger.id), "toy"),
        ((larger.id,), "picky"),
    ]


def test_a_model_that_fits_no_tile_is_told_and_not_compared(storage, tiles, cards):
    mute = cards["toy"].model_copy(update={"id": "mute", "answers": None})
    lines = []

    found = compare(storage, tiles, [mute], {"1": partial(labelling, 1)}, {}, lines.append)

    assert found.questions == () and lines == ["mute: no tile"]


def test_a_model_that_fails_says_why_and_spoils_no_other(served):
    made, lines = served

    failed, other = made.questions[0].compared[:2]
    assert "no numbers" in failed.fault and failed.figures == ()
    assert other.fault == "" and other.figures
    assert any(line.startswith("nan: ") and "no numbers" in line for line in lines)
    assert "other: 3 tiles" in lines


def test_a_network_that_cannot_be_opened_is_a_fault_and_no_end(storage, tiles, cards):
    def closed(_card):
        raise Invalid("The file is missing.")

    (question,) = compared_with(storage, tiles, [cards["toy"]], {"1": closed}).questions

    assert [(one.model, one.fault) for one in question.compared] == [("toy", "The file is missing.")]


def test_a_model_whose_classes_are_not_those_of_the_truth_has_no_figure_and_says_so(storage, tiles, cards):
    foreign = (ClassName(name="sky", colour="#000000"),)
    output = cards["toy"].outputs[0].model_copy(update={"classes": foreign})
    card = cards["toy"].model_copy(update={"outputs": (output,)})

    def sky(_card):
        return lambda arrays: {"scores": np.zeros((1, 1, *arrays["tile"].shape[-2:]), dtype=np.float32)}

    (question,) = compared_with(storage, tiles, [card], {"1": sky}).questions

    assert [(one.figures, one.fault) for one in question.compared] == [((), NO_FIGURE)]


def test_what_an_installation_serves_is_kept_with_the_digests_of_its_files(storage, served, cards):
    made, _lines = served

    assert read_own(storage) == made
    assert made.files == {name: card.file.sha256 for name, card in cards.items()}
    assert {"numpy", "onnxruntime"} <= set(made.versions)
    assert made.questions[0].compared[2].figures[0].values.keys() == {"1"}
