"""The traps between standards, one test each: the same fact, said as each of them wants it."""

import json
from xml.etree import ElementTree

import pytest
import rdflib

from app.base.extent import BBox
from app.catalogue.content import to_yaml
from app.exchange.formats import FORMATS, croissant, datacite, dcat, iso19115, schema_org, trainingdml
from app.exchange.formats.readers import schema_org as schema_org_reader
from app.exchange.formats.readers import stac as stac_reader
from app.stac import documents

KENYA = {"bbox": [34, -4, 42, 5]}
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")


def _collection(record, site, **boxes):
    return documents.collection(record, documents.Context(site.base_url, site.updated, boxes))


def _graph(record, site):
    return rdflib.Graph().parse(data=dcat.write_turtle(record, site), format="turtle")


def test_1_order_of_a_box_in_every_standard(make_record, site):
    record = make_record(spatial=KENYA)

    assert _collection(record, site)["extent"]["spatial"]["bbox"] == [(34, -4, 42, 5)]
    for form in (schema_org, croissant):
        assert form.document(record, site)["spatialCoverage"][0]["geo"]["box"] == "-4 34 5 42"
    assert "CRS84> POLYGON ((34 -4" in str(next(_graph(record, site).objects(None, DCAT.bbox)))
    assert datacite.document(record, site)["geoLocations"][0]["geoLocationBox"]["westBoundLongitude"] == 34
    assert trainingdml.document(record, site)["extent"] == [34, -4, 42, 5]


def test_2_wavelengths_in_the_unit_of_each_standard(by_slug, site):
    record = by_slug["sen1floods11"]
    micrometres = next(
        band["eo:center_wavelength"]
        for band in _collection(record, site)["summaries"]["bands"]
        if band["name"] == "B4"
    )

    nanometres = next(
        band["geocr:centerWavelength"]
        for band in croissant.document(record, site)["geocr:spectralBandMetadata"]
        if band["name"] == "B4"
    )

    assert nanometres == {
        "@type": "QuantitativeValue",
        "value": pytest.approx(micrometres * 1000),
        "unitText": "nm",
    }


def test_3_sizes_of_images_name_their_order(make_record, site):
    record = make_record(image_size_px={"min": [640, 480], "max": [640, 480]})

    assert trainingdml.document(record, site)["imageSize"] == "640*480"
    # Rows and columns would be proj:shape; the collection keeps width and height under its own name.
    assert _collection(record, site)["eod:image_size_px"]["min"] == [640, 480]
    assert "proj:shape" not in json.dumps(_collection(record, site))


def test_4_first_box_of_a_collection_is_the_union(make_record, site):
    record = make_record(spatial={"countries": ["KEN", "FJI"]})
    boxes = {"KEN": BBox(34, -4, 42, 5), "FJI": BBox(177, -19, 180, -16)}

    found = _collection(record, site, **boxes)["extent"]["spatial"]["bbox"]

    assert found[0] == (34, -19, 180, 5)
    assert found[1:] == [(34, -4, 42, 5), (177, -19, 180, -16)]


def test_5_no_location_is_the_world_in_stac_with_a_mark_and_nothing_elsewhere(make_record, site):
    record = make_record()
    collection = _collection(record, site)

    assert collection["extent"]["spatial"]["bbox"] == [(-180, -90, 180, 90)]
    assert collection["eod:geo_status"] == "unknown"
    assert "spatialCoverage" not in schema_org.document(record, site)
    assert "spatialCoverage" not in croissant.document(record, site)
    assert "geoLocations" not in datacite.document(record, site)
    assert "extent" not in trainingdml.document(record, site)
    assert b"dct:spatial" not in dcat.write_turtle(record, site)
    reading = stac_reader.read(json.dumps(collection).encode())
    assert not [path for path in reading.facts if path.startswith("spatial")]


def test_6_a_split_keeps_its_name_and_gets_a_role_of_ours(make_record, site):
    document = {
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": "x",
        "recordSet": [{"@id": "split", "dataType": "cr:Split", "data": [{"split/name": "validate"}]}],
    }

    reading = FORMATS["croissant.json"].read(json.dumps(document).encode())

    assert [(one.name, one.role) for one in reading.facts["splits"]] == [("validate", "validation")]

    splits = [{"name": "Training set", "role": "train", "count": 9}, {"name": "east", "role": "holdout"}]
    rows = {
        one["@id"]: one["data"] for one in croissant.document(make_record(splits=splits), site)["recordSet"]
    }
    assert rows["splits"] == [
        {
            "splits/name": "Training set",
            "splits/role": "train",
            "splits/count": 9,
            "splits/url": "cr:TrainingSplit",
        },
        {"splits/name": "east", "splits/role": "holdout"},
    ]


def test_7_labels_under_a_licence_of_their_own_make_the_licence_other(make_record, site):
    record = make_record(licence={"spdx": "CC-BY-4.0"}, licence_labels={"spdx": "MIT"})
    collection = _collection(record, site)

    assert collection["license"] == "other"
    titles = [one["title"] for one in collection["links"] if one["rel"] == "license"]
    assert titles == ["CC-BY-4.0", "Labels: MIT"]


def test_7_mixed_licences_are_other_with_a_link_each_in_stac_and_a_list_elsewhere(make_record, site):
    record = make_record(licence={"spdx": "CC-BY-4.0 AND CC-BY-NC-4.0", "text": "mixed"})
    collection = _collection(record, site)

    assert collection["license"] == "other"
    assert [one["title"] for one in collection["links"] if one["rel"] == "license"] == [
        "CC-BY-4.0",
        "CC-BY-NC-4.0",
    ]
    assert len(schema_org.document(record, site)["license"]) == 2
    assert len(datacite.document(record, site)["rightsList"]) == 3


def test_8_without_checksum_croissant_has_no_files_and_says_so(make_record, site):
    document = croissant.document(make_record(urls={"download": ["https://example.org/a.zip"]}), site)

    assert "distribution" not in document
    assert "no checksum" in document["description"]


def test_9_croissant_conforms_to_both_standards(make_record, site):
    assert croissant.document(make_record(), site)["conformsTo"] == [
        "http://mlcommons.org/croissant/1.1",
        "http://mlcommons.org/croissant/geo/1.0",
    ]


def test_10_zero_is_a_value_and_unknown_is_absent_in_every_format(make_record, site):
    zero, unknown = make_record(n_instances=0, n_classes=0), make_record()

    for suffix, known in FORMATS.items():
        if known.read and "n_classes" in known.carries:
            assert known.read(known.write(zero, site)).facts["n_classes"] == 0, suffix
            assert "n_classes" not in known.read(known.write(unknown, site)).facts, suffix
        assert b"null" not in known.write(unknown, site).lower(), suffix
    assert "n_classes: 0" in to_yaml(zero)


def test_10_dates_keep_a_year_as_a_year_and_stac_has_whole_moments(make_record, site):
    record = make_record(year=2019, temporal_extent={"start": "2017", "end": "2018"})

    assert schema_org.document(record, site)["datePublished"] == "2019"
    assert schema_org.document(record, site)["temporalCoverage"] == "2017/2018"
    assert _collection(record, site)["extent"]["temporal"]["interval"] == [
        ("2017-01-01T00:00:00Z", "2018-12-31T23:59:59Z")
    ]
    assert b'"2017"^^xsd:gYear' in dcat.write_turtle(record, site)


def test_11_an_open_interval_stays_open(make_record, site):
    record = make_record(temporal_extent={"start": "2015"})

    assert _collection(record, site)["extent"]["temporal"]["interval"] == [("2015-01-01T00:00:00Z", None)]
    assert schema_org.document(record, site)["temporalCoverage"] == "2015/.."
    assert b"dcat:endDate" not in dcat.write_turtle(record, site)
    end = ElementTree.fromstring(iso19115.write(record, site)).find(".//gml:endPosition", iso19115.NAMESPACES)
    assert end.get("indeterminatePosition") == "unknown"


def test_12_doi_is_bare_in_stac_and_an_address_in_rdf(by_slug, site):
    record = by_slug["eurosat"]

    assert _collection(record, site)["sci:doi"] == "10.5281/zenodo.7711810"
    assert datacite.document(record, site)["doi"] == "10.5281/zenodo.7711810"
    assert b'"https://doi.org/10.5281/zenodo.7711810"^^xsd:anyURI' in dcat.write_turtle(record, site)


def test_13_a_checksum_is_a_multihash_in_stac_and_plain_elsewhere(make_record, site):
    plain = "ab" * 32
    file = {"url": "https://example.org/a.zip", "sha256": plain, "bytes": 5}
    record = make_record(urls={"download": [file["url"]]}, files=[file])

    asset = _collection(record, site)["assets"]["data"]
    assert (asset["file:checksum"], asset["file:size"]) == (f"1220{plain}", 5)
    assert croissant.document(record, site)["distribution"][0]["sha256"] == plain
    assert schema_org.document(record, site)["distribution"][0]["sha256"] == plain
    foreign = {"type": "Collection", "stac_version": "1.1.0", "id": "x", "assets": {"data": asset}}
    (read,) = stac_reader.read(json.dumps(foreign).encode()).facts["files"]
    assert (read.sha256, read.bytes) == (plain, 5)


def test_13_a_multihash_of_another_kind_is_not_taken_for_a_plain_checksum():
    collection = {
        "type": "Collection",
        "stac_version": "1.1.0",
        "id": "x",
        "assets": {
            "data": {"href": "https://example.org/a.zip", "roles": ["data"], "file:checksum": "1220ab"}
        },
    }

    reading = stac_reader.read(json.dumps(collection).encode())

    assert "The checksum is no SHA-256." in [one.why for one in reading.left]


def test_14_markdown_stays_in_stac_and_is_plain_elsewhere(make_record, site):
    record = make_record(
        description="**Tiles** of [Paris](https://example.org), cut from images of one whole year"
    )

    assert _collection(record, site)["description"].startswith("**Tiles** of [Paris]")
    for document in (schema_org.document(record, site), croissant.document(record, site)):
        assert document["description"].startswith("Tiles of Paris")
    assert datacite.document(record, site)["descriptions"][0]["description"].startswith("Tiles of Paris")


def test_15_order_of_classes_is_that_of_the_source_in_every_format(make_record, site):
    record = make_record(classes=["water", "forest", "cloud"])

    for suffix, known in FORMATS.items():
        if "classes" in known.carries:
            assert known.read(known.write(record, site)).facts["classes"] == ("water", "forest", "cloud"), (
                suffix
            )
    assert _collection(record, site)["eod:classes"] == ["water", "forest", "cloud"]


def test_16_several_resolutions_stand_in_a_record_set(make_record, site):
    several = croissant.document(make_record(gsd_m={"min": 0.3, "max": 10}), site)

    assert "geocr:spatialResolution" not in several
    assert several["recordSet"][0]["@id"] == "resolutions"
    assert FORMATS["croissant.json"].read(json.dumps(several).encode()).facts["gsd_m"].max == 10


def test_a_box_across_the_antimeridian_survives_schema_org(make_record, site):
    record = make_record(
        spatial={
            "places": [
                {
                    "name": "Fiji",
                    "country": "FJI",
                    "precision": "footprint",
                    "lon": 179,
                    "lat": -18,
                    "bbox": [176, -20, -178, -15],
                }
            ]
        }
    )

    place = schema_org_reader.read(schema_org.write(record, site)).facts["spatial.places"][0]

    assert place.bbox == (176, -20, -178, -15)


def test_2_widths_of_bands_are_micrometres_in_stac_and_nanometres_in_geocroissant(make_record, site):
    detail = {
        "name": "B1",
        "centre_um": 0.443,
        "fwhm_um": 0.02,
        "dtype": "uint16",
        "scale": 0.0001,
        "nodata": 0,
    }
    record = make_record(bands=["B1"], band_details=[detail])

    (band,) = _collection(record, site)["summaries"]["bands"]
    assert (band["eo:center_wavelength"], band["raster:scale"], band["nodata"]) == (0.443, 0.0001, 0)
    (spectral,) = croissant.document(record, site)["geocr:spectralBandMetadata"]
    assert spectral["geocr:centerWavelength"] == {
        "@type": "QuantitativeValue",
        "value": 443,
        "unitText": "nm",
    }


def test_10_a_year_alone_a_day_and_nothing_are_told_apart(make_record, site):
    day = make_record(year=2019, published_on="2019-03-01")

    assert schema_org.document(make_record(year=2019), site)["datePublished"] == "2019"
    assert schema_org.document(day, site)["datePublished"] == "2019-03-01"
    assert "datePublished" not in schema_org.document(make_record(), site)
    assert datacite.document(day, site)["publicationYear"] == "2019"


def test_15_gaps_and_the_value_to_ignore_stay_in_every_format_that_has_values(make_record, site):
    details = [{"name": "road", "index": 1}, {"name": "nothing", "index": 255, "colour": "#000000"}]
    record = make_record(classes=["road", "grass", "nothing"], class_details=details)

    stac = _collection(record, site)["summaries"]["classification:classes"]
    assert [(one["value"], one["title"]) for one in stac] == [(1, "road"), (255, "nothing")]
    assert stac[1]["color_hint"] == "000000"
    rows = croissant.document(record, site)["recordSet"][0]["data"]
    assert [row.get("classes/index") for row in rows] == [1, None, 255]
    assert trainingdml.document(record, site)["classes"] == [
        {"key": "road", "value": 1},
        "grass",
        {"key": "nothing", "value": 255},
    ]


def test_16_several_reference_systems_stand_in_a_record_set(make_record, site):
    one = croissant.document(make_record(crs=["EPSG:32632"]), site)
    many = croissant.document(make_record(crs=["EPSG:32632", "EPSG:32633"]), site)

    assert one["geocr:coordinateReferenceSystem"] == "EPSG:32632"
    assert "geocr:coordinateReferenceSystem" not in many
    assert [row["reference-systems/code"] for row in many["recordSet"][0]["data"]] == [
        "EPSG:32632",
        "EPSG:32633",
    ]
