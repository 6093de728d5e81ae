"""Places by name."""

import pytest
from shapely.geometry import MultiPolygon

from app.base.language import speaking
from app.catalogue import gazetteer


def names(found):
    return [entry.name for entry in found]


def test_a_country_is_found_by_name_part_synonym_and_code(seeded_session):
    for words in ("Germany", "germ", "DEU", "  GERMANY "):
        assert names(gazetteer.find(seeded_session, words))[0] == "Germany"
    assert "Cabo Verde" in names(gazetteer.find(seeded_session, "cape verde"))
    assert names(gazetteer.find(seeded_session, "aland"))[0] == "Åland Islands"


def test_whole_names_come_before_parts(seeded_session):
    assert names(gazetteer.find(seeded_session, "niger"))[:2] == ["Niger", "Nigeria"]


def test_a_continent_is_found_before_places_that_hold_its_name(seeded_session):
    first = gazetteer.find(seeded_session, "africa")[0]

    assert (first.name, first.kind, first.code) == ("Africa", "continent", "africa")


def test_the_box_of_a_land_across_180_degrees_has_its_west_above_its_east(seeded_session):
    (fiji,) = gazetteer.find(seeded_session, "fiji", 1)

    west, south, east, north = fiji.box
    assert west > 170 and east < -170
    assert -22 < south < north < -12


def test_places_of_records_are_found_with_their_kind(session, add_dataset):
    places = [
        {"name": "Möhnesee", "country": "DEU", "lon": 8.1, "lat": 51.5, "precision": "city"},
        {"name": "Ghana", "precision": "footprint", "bbox": [-2.3, 6.3, 0.2, 11.9]},
    ]
    add_dataset("one", spatial={"places": places})
    add_dataset("two", spatial={"places": places})

    found = gazetteer.find(session, "mohne")

    assert [(one.name, one.kind, one.box, one.source) for one in found] == [
        ("Möhnesee", "city", (8.1, 51.5, 8.1, 51.5), "catalogue")
    ]
    assert gazetteer.named(session, "möhnesee") == found[0]


def test_only_whole_names_are_named(seeded_session):
    assert gazetteer.named(seeded_session, "Germ") is None
    assert gazetteer.named(seeded_session, "germany").code == "DEU"


def test_outlines_belong_to_lands_alone(seeded_session):
    land = gazetteer.named(seeded_session, "France")

    assert isinstance(gazetteer.outline(seeded_session, land), MultiPolygon)


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "'", "x" * 200, "\\"])
def test_odd_words_find_nothing_and_break_nothing(seeded_session, words):
    assert gazetteer.find(seeded_session, words) == []


def test_lands_are_named_in_the_reader_s_language_and_found_in_every(seeded_session):
    with speaking("de"):
        found = gazetteer.find(seeded_session, "germany")

    assert found[0].code == "DEU"
