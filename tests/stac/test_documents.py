import orjson
import pytest
from markdown_it import MarkdownIt
from pystac.validation import validate_dict

from app.base.kept import shelf_of
from app.catalogue import vocabulary
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset
from app.stac import documents, finding, missions, statements
from app.stac.documents import EO, LABEL, SAR, SCIENTIFIC, THEMES


@pytest.fixture
def all_collections(seeded_session, context):
    """Every bundled record as a collection, as it goes out."""
    boxes = finding.outline_boxes(seeded_session, shelf_of(seeded_session))
    known = documents.Context(context.base_url, context.updated, boxes)
    records = [DatasetRecord.model_validate(record) for (record,) in seeded_session.query(Dataset.record)]
    return [orjson.loads(orjson.dumps(documents.collection(record, known))) for record in records]


def links_of(document, rel):
    return [link["href"] for link in document["links"] if link["rel"] == rel]


def test_every_bundled_dataset_is_a_valid_collection(all_collections):
    assert len(all_collections) > 1000
    for collection in all_collections:
        # Schemas of extensions do not come with the validator; `make check-stac` takes them from a folder.
        validate_dict({**collection, "stac_extensions": []})


def test_every_sensor_with_a_mission_is_a_term_of_the_vocabulary():
    assert set(missions.MISSIONS) <= set(vocabulary.terms("sensor"))


def test_every_common_name_is_one_of_the_extension(all_collections):
    known = {
        *("pan", "coastal", "blue", "green", "green05", "yellow", "red", "rededge", "rededge071"),
        *("rededge075", "rededge078", "nir", "nir08", "nir09", "cirrus", "swir16", "swir22", "lwir"),
        *("lwir11", "lwir12"),
    }
    named = {
        band["eo:common_name"]
        for collection in all_collections
        for band in collection.get("summaries", {}).get("bands", ())
        if "eo:common_name" in band
    }

    assert named and named <= known


def test_extensions_are_listed_exactly_where_their_fields_are_used(all_collections):
    prefixes = {"eo:": EO, "label:": LABEL, "sar:": SAR, "sci:": SCIENTIFIC, "themes": THEMES}
    for collection in all_collections:
        text = orjson.dumps({**collection, "stac_extensions": [], "links": []}).decode()
        used = {schema for prefix, schema in prefixes.items() if f'"{prefix}' in text}
        assert used == set(collection["stac_extensions"]), collection["id"]


def test_empty_record_says_nothing_it_does_not_know(make_record, context):
    collection = documents.collection(make_record(), context)

    assert collection["license"] == "other"
    assert collection["extent"]["temporal"] == {"interval": [(None, None)]}
    assert collection["eod:geo_status"] == "unknown"
    assert collection["eod:geo_reason"].startswith("Location unknown")
    assert {"summaries", "providers", "assets", "eod:year", "sci:doi"}.isdisjoint(collection)
    assert collection["updated"] == "2026-02-03T04:05:06Z"


def test_synthetic_dataset_says_why_it_has_no_place(make_record, context):
    collection = documents.collection(make_record(spatial={"extent": "synthetic"}), context)

    assert collection["extent"]["spatial"]["bbox"] == [(-180, -90, 180, 90)]
    assert collection["eod:geo_status"] == "none"
    assert "synthetic" in collection["eod:geo_reason"]


def test_zero_is_said_and_unknown_is_not(make_record, context):
    collection = documents.collection(make_record(n_classes=0), context)

    assert collection["eod:n_classes"] == 0
    assert "eod:n_samples" not in collection


@pytest.mark.parametrize(
    ("licence", "expected", "links"),
    [
        ({"spdx": "CC-BY-4.0"}, "CC-BY-4.0", ["https://creativecommons.org/licenses/by/4.0/"]),
        (
            {"spdx": "CC-BY-NC-4.0 AND CC-BY-4.0"},
            "other",
            [
                "https://creativecommons.org/licenses/by-nc/4.0/",
                "https://creativecommons.org/licenses/by/4.0/",
            ],
        ),
        ({"text": "ask the authors"}, "other", ["https://example.org/datasets/plain"]),
        (None, "other", []),
    ],
)
def test_mixed_or_worded_licences_are_other_with_links(make_record, context, licence, expected, links):
    collection = documents.collection(make_record(licence=licence), context)

    assert collection["license"] == expected
    assert links_of(collection, "license") == links


def test_wavelengths_stay_in_micrometres(make_record, context):
    record = make_record(sensors=("Sentinel-2",), bands=("B4", "B99"))

    red, unknown = documents.collection(record, context)["summaries"]["bands"]

    assert red == {
        "name": "B4",
        "description": "Sentinel-2",
        "gsd": 10,
        "eo:common_name": "red",
        "eo:center_wavelength": 0.6646,
        "eo:full_width_half_max": 0.03,
    }
    assert unknown == {"name": "B99"}


def test_missions_are_summed_once(make_record, context):
    record = make_record(
        sensors=("Landsat-7", "Landsat-8", "Sentinel-1", "Phone"), polarisations=("VV", "VH")
    )

    summaries = documents.collection(record, context)["summaries"]

    assert summaries["platform"] == ["landsat-7", "landsat-8"]
    assert summaries["constellation"] == ["landsat", "sentinel-1"]
    assert summaries["instruments"] == ["etm+", "c-sar"]
    assert summaries["sar:polarizations"] == ["VV", "VH"]


def test_citations_are_bare_identifiers_with_links(make_record, context):
    paper = {"title": "A paper", "first_author": "Doe", "doi": "10.1109/5.771073"}
    record = make_record(data_doi="10.5281/zenodo.1", publication=paper, year=2020)

    collection = documents.collection(record, context)

    assert collection["sci:doi"] == "10.5281/zenodo.1"
    assert collection["sci:publications"][0]["doi"] == "10.1109/5.771073"
    assert links_of(collection, "cite-as") == [
        "https://doi.org/10.5281/zenodo.1",
        "https://doi.org/10.1109/5.771073",
    ]


def test_malformed_doi_is_not_passed_on(make_record, context):
    assert "sci:doi" not in documents.collection(make_record(data_doi="see the page"), context)


def test_files_are_assets_and_pages_are_links(make_record, context):
    download = ("https://example.com/data.zip", "s3://bucket/key", "https://example.com/page")
    record = make_record(urls={"download": download})

    collection = documents.collection(record, context)

    assert collection["assets"]["data"]["type"] == "application/zip"
    assert collection["assets"]["data-2"] == {
        "href": "s3://bucket/key",
        "title": "Download",
        "roles": ["data"],
    }
    assert links_of(collection, "related") == ["https://example.com/page"]


def test_collection_links_to_page_formats_parents_and_record(make_record, context):
    collection = documents.collection(make_record(derived_from=("eurosat",)), context)

    alternate = links_of(collection, "alternate")
    assert alternate[0] == "https://example.org/datasets/plain"
    assert {
        f"https://example.org/datasets/plain.{suffix}" for suffix in ("bib", "croissant.json", "geojson")
    } <= set(alternate)
    assert alternate[-1] == "https://example.org/ogc/collections/datasets/items/plain"
    assert links_of(collection, "derived_from") == ["https://example.org/stac/collections/eurosat"]
    assert links_of(collection, "self") == ["https://example.org/stac/collections/plain"]


def test_description_is_commonmark_that_shows_the_text_as_written(make_record, context):
    record = make_record(name="a_b*c*", notes=("<script>x</script> [link](javascript:y)",))

    html = MarkdownIt("commonmark").render(statements.description(record))

    assert "a_b*c*" in html
    assert "<script" not in html and "<a " not in html and "<em>" not in html


def test_descriptions_of_curators_keep_their_marks_but_no_markup(make_record):
    record = make_record(description="Made with *care* <b>here</b>")

    assert statements.description(record) == "Made with *care* &lt;b>here&lt;/b>"


def test_label_extension_is_used_where_the_form_of_labels_is_beyond_doubt(make_record, context):
    boxes = documents.collection(
        make_record(label_type="bounding-box", tasks=("object-detection", "counting")), context
    )
    scenes = documents.collection(
        make_record(label_type="scene-label", tasks=("scene-classification",)), context
    )

    assert boxes["summaries"] == {"label:type": ["vector"], "label:tasks": ["detection"]}
    assert "summaries" not in scenes


def test_names_and_aliases_are_keywords(make_record, context):
    record = make_record(name="BigEarthNet", aliases=("BEN",), tasks=("scene-classification",))

    assert documents.collection(record, context)["keywords"] == [
        "Scene classification",
        "Dataset",
        "BigEarthNet",
        "BEN",
    ]
