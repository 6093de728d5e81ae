"""The area of a suggestion as a browser without scripts gives it, and as a script does."""

import json
from datetime import timedelta

import pytest
import shapely

from app.accounts.attempts import Limit
from app.catalogue.changes import replace_outlines
from app.catalogue.outlines import read_outlines
from app.curation import pages_footprint
from app.curation.tables import Revision
from tests.curation.conftest import draft

SQUARE = "POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))"
JSON = {"accept": "application/json", "origin": "http://testserver"}
ADDRESS = {"origin": "http://testserver"}


@pytest.fixture
def guest(browser_of):
    """A browser without an account, with a draft."""
    found = browser_of()
    found.look("/suggest")
    found.send("/suggest", name="Fields of Spring", step="save")
    return found


@pytest.fixture
def place(guest, session):
    """The address of the area of the draft that the guest began."""
    revision = session.query(Revision).order_by(Revision.created.desc()).first()
    return f"/suggest/{revision.id}/footprint"


@pytest.fixture
def stored(session):
    def read():
        session.expire_all()
        return session.query(Revision).order_by(Revision.created.desc()).first().record

    return read


def give(guest, place, files=None, headers=ADDRESS, **fields):
    guest.look(place)
    named = {f"footprint.{name}": text for name, text in fields.items() if name != "step"}
    body = {"form_token": guest.hidden("form_token"), "step": fields.get("step", "footprint"), **named}
    answer = guest.client.post(place, data=body, files=files, headers=headers, follow_redirects=False)
    guest.page = answer.text
    return answer


@pytest.mark.parametrize(
    "fields",
    [
        {"way": "text", "text": SQUARE},
        {"way": "draw", "text": SQUARE},
        {"way": "box", "west": "5", "south": "47", "east": "15", "north": "55"},
    ],
)
def test_an_area_is_taken_into_the_draft_and_shown(guest, place, stored, fields):
    answer = give(guest, place, **fields)

    assert answer.status_code == 303
    assert answer.headers["location"].endswith("#footprint")
    assert stored()["spatial"]["footprint"]["type"] == "Polygon"
    page = guest.look(place.removesuffix("/footprint")).text
    assert "One polygon, 622\u202f000 km² with 5 vertices." in page
    assert '<svg class="plot where-map"' in page


def test_a_file_is_read_and_its_system_noted(guest, place, stored):
    metres = shapely.box(500_000, 5_300_000, 600_000, 5_400_000)
    document = {
        **json.loads(shapely.to_geojson(metres)),
        "crs": {"type": "name", "properties": {"name": "EPSG:32632"}},
    }

    answer = give(guest, place, {"footprint.file": ("a.geojson", json.dumps(document))}, way="file")

    assert answer.status_code == 303
    assert "Transformed from WGS 84 / UTM zone 32N" in stored()["provenance"]["spatial.footprint"]["note"]


def test_a_fault_is_told_with_what_was_typed(guest, place, stored):
    answer = give(guest, place, way="text", text="POLYGON((47 105, 47 <b>)")

    assert answer.status_code == 400
    assert "This area cannot be used" in answer.text
    assert "Line 1, column 21 of the text: a sign that does not belong here." in answer.text
    assert "POLYGON((47 105, 47 &lt;b&gt;)" in answer.text
    assert "footprint" not in stored().get("spatial", {})


def test_countries_by_name_become_their_outlines(guest, place, stored, session):
    replace_outlines(session, read_outlines())

    answer = give(guest, place, way="places", places="Austria\nCHE")

    assert answer.status_code == 303
    drawn = shapely.geometry.shape(stored()["spatial"]["footprint"])
    assert drawn.contains(shapely.Point(7.44, 46.95)) and drawn.contains(shapely.Point(14, 47.5))
    assert "Natural Earth" in stored()["provenance"]["spatial.footprint"]["note"]


def test_a_name_that_is_not_known_is_offered_others(guest, place):
    answer = give(guest, place, way="places", places="Germ")

    assert answer.status_code == 400
    assert "“Germ” is not known. Did you mean Germany?" in answer.text


def test_points_become_places_which_can_be_removed_one_by_one(guest, place, stored):
    give(guest, place, way="text", text="GEOMETRYCOLLECTION(POINT(11.6 48.1), POINT(2.3 48.9))")

    assert [one["name"] for one in stored()["spatial"]["places"]] == ["Point 1", "Point 2"]
    give(guest, place, step="remove:spatial.places:0")
    assert [one["name"] for one in stored()["spatial"]["places"]] == ["Point 2"]
    give(guest, place, step="remove:spatial.places")
    assert "places" not in stored().get("spatial", {})


def test_a_script_gets_the_new_state_of_the_draft(guest, place, stored):
    told = give(guest, place, headers=JSON, way="text", text=SQUARE).json()
    refused = give(guest, place, headers=JSON, way="text", text="x")

    assert told["lock"] == 2
    assert json.loads(told["outline"]) == stored()["spatial"]["footprint"]
    assert "622\u202f000 km²" in told["html"]
    assert refused.status_code == 400
    assert refused.json()["fault"].startswith("Line 1, column 1 of the text: X")


def test_an_area_begins_a_draft_that_only_this_browser_sees(browser_of, session):
    found = browser_of()
    found.look("/suggest")
    answer = found.send(
        "/suggest/footprint", **{"name": "Deltas", "footprint.way": "text", "footprint.text": SQUARE}
    )

    assert answer.status_code == 303
    place = answer.headers["location"].partition("#")[0]
    assert found.look(place).status_code == 200
    stranger = browser_of()
    assert stranger.look(f"{place}/footprint").status_code in (401, 403, 404)
    stranger.look("/suggest")
    assert stranger.send(f"{place}/footprint", **{"footprint.text": SQUARE}).status_code in (401, 403, 404)


def test_what_was_typed_elsewhere_on_the_page_is_kept_as_well(guest, place, stored):
    guest.look(place.removesuffix("/footprint"))
    fields = {
        "lock": guest.hidden("lock"),
        "seen": guest.hidden("seen"),
        "name": "Fields of Spring",
        "year": "2024",
    }

    guest.send(place, step="footprint", **fields, **{"footprint.way": "text", "footprint.text": SQUARE})

    assert stored()["year"] == 2024
    assert "footprint" in stored()["spatial"]


def test_a_form_without_its_token_changes_nothing(guest, place, stored):
    answer = guest.client.post(place, data={"footprint.text": SQUARE}, headers={"origin": "http://elsewhere"})

    assert answer.status_code == 403
    assert "spatial" not in stored()


def test_areas_are_counted_by_place(guest, place, monkeypatch):
    monkeypatch.setattr(pages_footprint, "AREAS_BY_PLACE", Limit("test", 2, timedelta(hours=1)))
    answers = [give(guest, place, way="text", text=SQUARE).status_code for _ in range(4)]

    assert answers == [303, 303, 429, 429]


def test_the_published_outline_is_drawn_on_the_form_of_a_correction(browser_of, add_dataset):
    add_dataset(
        "fields",
        **{
            **draft(),
            "spatial": {"footprint": {"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 0]]]}},
        },
    )

    page = browser_of().look("/suggest?dataset=fields").text

    assert "One polygon, " in page
    assert "The record states the real outline." in page
