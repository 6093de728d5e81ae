"""The questions a researcher asks, and the datasets that must come first."""

import pytest

from app.catalogue.matching import match
from app.catalogue.query import SearchQuery
from app.catalogue.search import search

SECRET = "a secret of the tests, long enough"
FLOOR = 0.87
"""Mean reciprocal rank of the first right record; 0.89 was reached when this was set."""

# What is typed → slugs of which one must be among the first three.
ONE = {
    "eurosat": {"eurosat"},
    "Euro SAT": {"eurosat"},
    "eurosatt": {"eurosat"},
    "BEN": {"bigearthnet"},
    "so2sat lcz": {"so2sat-lcz42"},
    "SEN12MS cloud removal": {"sen12ms-cr"},
    "bigearthnet 2.0": {"reben"},
    "building damage": {"xbd"},
    "local climate zones": {"so2sat-lcz42"},
    "sar to optical": {"sen1-2"},
    "hyperspectral biomass": {"hybiomass"},
    "oriented object detection aerial": {"dota-v1-0", "dota-v2-0", "dota-v1-5"},
    "wilderness": {"mapinwild"},
    "land cover land use germany": {"geonrw"},
    "fields of the world": {"fields-of-the-world"},
    "sen12ms": {"sen12ms"},
    "UC Merced": {"uc-merced"},
    "resisc": {"nwpu-resisc45"},
    "xview2": {"xbd"},
    "SpaceNet8": {"spacenet-8"},
    "bigearthnet mm": {"bigearthnet-mm"},
    "tree species": {"treesatai"},
    "dynamic world": {"dynamic-world"},
    "solar panels": {"bdappv", "global-solar-pv-inventory", "glosofarid"},
    "crop type time series": {"pastis", "breizhcrops", "zuericrop", "timesen2crop"},
    "fmow": {"fmow"},
    "levir cd": {"levir-cd"},
    "Potsdam": {"isprs-potsdam"},
    "wildfire burned area": {"cabuar", "satellite-burned-area-dataset", "hls-burn-scars"},
    "landslide": {"landslide4sense"},
    "sen1flods11": {"sen1floods11"},
    "mangroves": {"global-mangrove-distribution"},
    "glacier": {"hkh-glacier-mapping", "mueller-glacier", "rock-glacier-dataset"},
    "methane plume": {"methanes2cm", "methaneset"},
    "canopy height": {"eth-global-canopy-height-2020", "open-canopy"},
    "cloud segmentation landsat": {"38-cloud", "95-cloud", "l8-biome"},
    "LCZ sentinel": {"so2sat-lcz42"},
    "UAV vehicles": {"visdrone-2019-det", "dronevehicle", "uavdt", "carpk"},
}
# What is typed → slugs that must all be among the first ten.
SETS = {
    "ship detection sar": {"ssdd", "hrsid"},
    "crop field boundaries": {"fields-of-the-world", "ai4boundaries"},
    "flood sentinel-1": {"sen1floods11", "mmflood"},
}
# What is typed → the task that each of the first ten must have.
TASKS = {
    "super resolution": "super-resolution",
    "visual question answering": "visual-question-answering",
}


@pytest.fixture
def found(seeded_session):
    def find(text):
        return search(seeded_session, SearchQuery(q=text, limit=10), SECRET).cards

    return find


def rank_of(cards, right):
    """The place of the first right record, counted from 1; None where none is among the cards."""
    return next((place for place, card in enumerate(cards, 1) if card["slug"] in right), None)


@pytest.mark.parametrize("text", ONE)
def test_right_dataset_is_among_the_first_three(found, text):
    place = rank_of(found(text), ONE[text])

    assert place is not None and place <= 3, [card["slug"] for card in found(text)]


@pytest.mark.parametrize("text", SETS)
def test_every_right_dataset_is_among_the_first_ten(found, text):
    assert SETS[text] <= {card["slug"] for card in found(text)}


@pytest.mark.parametrize("text", TASKS)
def test_all_of_the_first_ten_have_the_task(found, text):
    cards = found(text)

    assert len(cards) == 10
    assert all(TASKS[text] in card["tasks"] for card in cards)


def test_mean_reciprocal_rank_stays_above_its_floor(found):
    questions = {**ONE, **SETS}
    reciprocals = [1 / (rank_of(found(text), right) or float("inf")) for text, right in questions.items()]

    mean = sum(reciprocals) / len(reciprocals)

    print(f"mean reciprocal rank over {len(questions)} questions: {mean:.3f}")
    assert mean >= FLOOR


def test_phrase_finds_only_words_that_stand_together(seeded_session):
    together = search(seeded_session, SearchQuery(q='"local climate zones"'), SECRET)
    apart = search(seeded_session, SearchQuery(q="zones local climate"), SECRET)

    assert 0 < together.number_matched <= apart.number_matched


def test_minus_takes_away_exactly_what_the_word_finds(seeded_session):
    def number(text):
        return search(seeded_session, SearchQuery(q=text), SECRET).number_matched

    assert number("flood -sentinel") + number("flood sentinel") == number("flood")


def test_accents_do_not_matter(seeded_session):
    plain, accented = (search(seeded_session, SearchQuery(q=text), SECRET) for text in ("munchen", "münchen"))

    assert [card["slug"] for card in plain.cards] == [card["slug"] for card in accented.cards]


def test_words_of_the_vocabulary_find_what_carries_the_code(seeded_session):
    for text, carrying in (
        ("LULC", SearchQuery(theme=("land-cover",))),
        ("radar", SearchQuery(modality=("sar",))),
        ("UAV", SearchQuery(platform=("uav",))),
        ("building footprints", SearchQuery(theme=("buildings",), task=("instance-segmentation",))),
        ("flood mapping", SearchQuery(theme=("water-flood",), task=("semantic-segmentation",))),
        ("crop type", SearchQuery(theme=("agriculture",), task=("time-series-classification",))),
    ):
        found = match(seeded_session, SearchQuery(q=text)).mask()
        expected = match(seeded_session, carrying).mask()

        assert expected.any() and (found | ~expected).all(), text


def test_reader_is_told_when_words_were_read_otherwise(seeded_session):
    misspelt = search(seeded_session, SearchQuery(q="eurosatt"), SECRET)
    partial = search(seeded_session, SearchQuery(q="flood zzyzx"), SECRET)

    assert misspelt.note and "look like it" in misspelt.note
    assert partial.note and "some of them" in partial.note
    assert search(seeded_session, SearchQuery(q="zzyzx"), SECRET).number_matched == 0
