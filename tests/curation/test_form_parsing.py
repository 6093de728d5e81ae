"""From a browser to a draft and back: nothing typed is lost, nothing untouched changes."""

from pathlib import Path
from uuid import uuid4

import pytest

from app.catalogue.content import read_folder
from app.catalogue.record import DatasetRecord, paths
from app.curation.form import lists, origins
from app.curation.form.filling import fill
from app.curation.form.parsing import clean, faults, parse
from app.curation.form.registry import BY_PATH, FIELDS, GROUPS
from app.curation.form.sheets import SHEETS
from app.curation.form.widgets import WIDGETS
from app.curation.merging import differences

CATALOGUE = Path(__file__).parents[2] / "data" / "catalogue"
OWNED_BY_THE_MAP = {"spatial.footprint", "spatial.bbox", "spatial.places"}
FULL = {
    "uuid": str(uuid4()),
    "slug": "made",
    "name": "Made",
    "kind": "ml-dataset",
    "keywords": ["a, b", "c"],
    "gsd_m": {"min": 0.3, "max": 10},
    "image_size_px": {"min": [20, 20], "max": [120, 100]},
    "n_samples": 590_326,
    "volume_gb": 66.5,
    "classes": ["water", "Beaches, dunes, sands"],
    "class_details": [{"name": "water", "index": 0, "colour": "#1f78b4"}],
    "bands": ["B04"],
    "band_details": [{"name": "B04", "centre_um": 0.665, "dtype": "uint16", "nodata": "nan"}],
    "splits": [{"name": "val", "role": "validation", "count": 5, "labels_public": False}],
    "temporal_extent": {"start": "2017-06"},
    "label_date_gap": "P6M",
    "formats": ["image/tiff; application=geotiff"],
    "thumbnail": {"url": "https://example.org/a.png", "alt": "A field", "licence": "CC-BY-4.0"},
    "urls": {"download": ["https://example.org/a.zip"], "home": "https://example.org"},
    "files": [{"url": "https://example.org/a.zip", "bytes": 1_500_000_000, "media_type": "application/zip"}],
    "libraries": {"pangaea": True, "torchgeo": ["Made"]},
    "sensitivity": {"kinds": ["none"]},
    "not_applicable": ["polarisations"],
    "not_stated": ["year"],
    "provenance": {
        "gsd_m": {"sources": ["paper"], "note": "table 2"},
        "classes": {"sources": ["torchgeo"], "exact": False},
    },
}  # fmt: skip


def send(**texts):
    """What a browser sends for a form that showed nothing."""
    return clean({name: (text,) if isinstance(text, str) else text for name, text in texts.items()})


def named(path, text):
    return clean({path: (text,)})


def test_the_form_has_a_field_for_every_fact_but_those_of_the_map():
    assert {path for field in FIELDS for path in field.paths} == set(paths()) - OWNED_BY_THE_MAP | {"slug"}


def test_every_field_has_a_known_widget_list_and_sheet_and_stands_there_once():
    assert len({field.path for field in FIELDS}) == len(FIELDS)
    assert {field.widget for field in FIELDS} <= set(WIDGETS)
    assert {field.terms for field in FIELDS if field.terms} <= lists.names()
    assert {field.path for field in FIELDS if field.widget == "table"} == set(SHEETS)
    assert all(group.title and group.about for group in GROUPS)


def test_examples_of_the_form_are_read_without_fault():
    said = [field for field in FIELDS if field.example and field.widget not in ("interval",)]

    for field in said:
        parsed = parse(named(field.path, field.example), {})

        assert not parsed.errors, field.path
        assert parsed.draft, field.path


def test_a_full_draft_comes_back_as_it_was():
    parsed = parse(clean(fill(FULL)), FULL)

    assert parsed.errors == {}
    assert differences(FULL, parsed.draft) == ()
    DatasetRecord.model_validate(parsed.draft)


def test_a_full_draft_is_read_from_its_texts_alone():
    parsed = parse(clean(fill(FULL)), {"uuid": FULL["uuid"]})

    changed = {one.path for one in differences(FULL, parsed.draft)}
    assert changed == {"provenance.classes", "provenance.class_details"}


def test_no_record_of_the_catalogue_changes_by_being_looked_at():
    for record in list(read_folder(CATALOGUE))[::9]:
        draft = record.model_dump(mode="json", exclude_defaults=True)

        parsed = parse(clean(fill(draft)), draft)

        assert parsed.errors == {}, record.slug
        assert differences(draft, parsed.draft) == (), record.slug


def test_fields_that_were_not_sent_stay_as_they_are():
    parsed = parse(send(year="2021"), {"name": "Made", "tasks": ["counting"]})

    assert parsed.draft == {"name": "Made", "tasks": ["counting"], "year": 2021}


def test_an_emptied_field_is_unknown_and_loses_its_source():
    parsed = parse(send(gsd_m="", **{"from:gsd_m": "paper"}), FULL)

    assert "gsd_m" not in parsed.draft
    assert "gsd_m" not in parsed.draft["provenance"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gsd_m", "about ten"),
        ("year", "soon"),
        ("classes", 'name\n"open'),
        ("tasks", "flying"),
        ("publication.doi", "see the paper"),
        ("spatial.countries", "Atlantis"),
        ("urls.home", "javascript:alert(1)"),
    ],
)
def test_what_cannot_be_read_stays_as_typed_with_its_fault(path, text):
    parsed = parse(named(path, text), {"name": "Made"})

    assert list(parsed.errors) == [path]
    assert fill(parsed.draft)[path] == (text,)
    assert list(faults(parsed.draft)) == [path]


def test_a_wrong_date_keeps_the_right_one_beside_it():
    parsed = parse(send(**{"temporal_extent.start": "2019", "temporal_extent.end": "later"}), {})

    shown = fill(parsed.draft)
    assert (shown["temporal_extent.start"], shown["temporal_extent.end"]) == (("2019",), ("later",))
    assert "temporal_extent" in parsed.errors


def test_dates_that_end_before_they_start_are_refused():
    assert (
        "temporal_extent"
        in parse(send(**{"temporal_extent.start": "2020-05", "temporal_extent.end": "2019"}), {}).errors
    )
    assert not parse(send(**{"temporal_extent.start": "2019-05", "temporal_extent.end": "2019"}), {}).errors


def test_words_and_synonyms_become_codes():
    sent = {
        "tasks": ("SemSeg", "counting"),
        "spatial.countries": ("Germany; FRA",),
        "sensors": ("S2\nMy Drone",),
    }

    draft = parse(clean(sent), {}).draft

    assert draft["tasks"] == ["semantic-segmentation", "counting"]
    assert draft["spatial"]["countries"] == ["DEU", "FRA"]
    assert draft["sensors"] == ["Sentinel-2", "My Drone"]


def test_a_word_that_is_nearly_right_is_answered_with_the_right_one():
    assert "Germany" in parse(named("spatial.countries", "German"), {}).errors["spatial.countries"]


def test_an_unticked_list_is_empty():
    assert parse(clean({"tasks": ("",)}), {"tasks": ["counting"]}).draft == {}


def test_a_source_is_kept_with_its_reference():
    draft = parse(send(year="2021", **{"from:year": "paper", "ref:year": " section 3 "}), {}).draft

    assert draft["provenance"]["year"] == {"sources": ["paper"], "note": "section 3"}
    assert origins.in_words(draft["provenance"]["year"]) == "paper or documentation, section 3"


def test_a_changed_value_loses_the_source_of_the_old_one_and_gets_it_back_when_put_back():
    base = {"year": 2019, "provenance": {"year": {"sources": ["paper"]}}}
    kept = {"from:year": fill(base, base)["from:year"]}

    changed = parse(send(year="2020", **kept), base, base).draft
    back = parse(send(year="2019", **kept), changed, base).draft

    assert changed["provenance"]["year"] == {"sources": ["suggestion"]}
    assert back["provenance"]["year"] == {"sources": ["paper"]}


def test_a_changed_value_has_the_source_of_the_old_one_where_somebody_says_so():
    base = {"year": 2019, "provenance": {"year": {"sources": ["paper"]}}}

    changed = parse(send(year="2020", **{"from:year": "paper"}), base, base).draft

    assert changed["provenance"]["year"] == {"sources": ["paper"]}


def test_unknown_looked_for_and_not_applicable_are_three_things():
    sent = send(
        gsd_m="",
        year="",
        **{"from:gsd_m": "", "state:gsd_m": "not-applicable", "from:year": "", "state:year": "not-stated"},
    )

    draft = parse(sent, {}).draft

    assert draft == {"not_applicable": ["gsd_m"], "not_stated": ["year"]}
    assert parse(send(gsd_m="", **{"from:gsd_m": "", "state:gsd_m": ""}), draft).draft == {
        "not_stated": ["year"]
    }


def test_nobody_can_say_that_a_licence_does_not_apply():
    sent = send(**{"licence.spdx": "", "from:licence.spdx": "", "state:licence.spdx": "not-applicable"})

    assert parse(sent, {}).draft == {}


def test_a_value_that_does_not_apply_is_a_contradiction():
    sent = send(gsd_m="10 m", **{"from:gsd_m": "", "state:gsd_m": "not-applicable"})

    assert list(parse(sent, {}).errors) == ["gsd_m"]


def test_a_class_that_stands_there_twice_is_named():
    assert "water" in parse(named("classes", "water\nland\nwater"), {}).errors["classes"]


def test_signs_that_no_text_holds_are_left_out():
    draft = parse(clean({"name": ("Ma\x00de\x1b",), "description": ("one\r\ntwo\x07\ud800",)}), {}).draft

    assert draft == {"name": "Made", "description": "one\ntwo"}


@pytest.mark.parametrize("value", [0, True, [], {}, [1, {"a": []}], "x", {"min": "a"}, [["a"]], -1.5])
def test_a_draft_of_a_program_may_hold_anything_anywhere(value):
    for path in BY_PATH:
        name, _, key = path.partition(".")
        draft = {name: {key: value}} if key else {name: value}
        draft |= {"provenance": {path: value}, "not_applicable": value, "not_stated": value}

        assert isinstance(parse(clean(fill(draft)), draft).draft, dict)
