"""What a record says in detail comes back from every format that has words for it."""

import orjson
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from app.catalogue.footprint import outline_of
from app.catalogue.record import DatasetRecord, facts
from app.exchange.formats import FORMATS, READERS, carried
from app.stac import documents
from tests.exchange.conftest import HOSTILE, SITE

URL = "https://example.org/a.zip"
words = st.sampled_from(["Annual crop", "River", "Ünïcode & <b>", "x" * 90, "a, b"])
maybe = lambda strategy: st.none() | strategy  # noqa: E731
names = st.lists(words, min_size=1, max_size=4, unique=True)


def some(values, **kwargs):
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values), **kwargs)


@st.composite
def detailed(draw):
    """A record with any mixture of details."""
    classes, bands, splits = draw(names), draw(names), draw(names)
    known = {
        "uuid": "00000000-0000-0000-0000-000000000007",
        "slug": "example",
        "name": "Example",
        "kind": "ml-dataset",
        "year": 2020,
        "summary": draw(maybe(words)),
        "purpose": draw(maybe(st.sampled_from(["train", "benchmark"]))),
        "version": draw(maybe(st.sampled_from(["1.0", "2021-03", "v2"]))),
        "status": draw(maybe(st.sampled_from(["active", "superseded"]))),
        "languages": draw(some(["en", "de-CH"])),
        "published_on": draw(maybe(st.sampled_from(["2020-02", "2020-02-29"]))),
        "creators": [
            {"name": name, "orcid": "0000-0002-1825-0097", "affiliation": "A team"}
            for name in draw(st.lists(st.sampled_from(["Lee, Ann", "The Team"]), unique=True))
        ],
        "class_scheme": draw(maybe(words)),
        "classes": classes,
        "class_details": [
            {"name": name, "index": place * 50 + 5, "colour": "#00ff0a", "count": place}
            for place, name in enumerate(classes)
            if draw(st.booleans())
        ],
        "bands": bands,
        "band_details": [{"name": bands[0], "dtype": "uint16", "nodata": 0}] if draw(st.booleans()) else [],
        "splits": [
            {
                "name": name,
                "role": draw(st.sampled_from(["train", "validation", "test", "holdout"])),
                "count": 3,
            }
            for name in splits
        ],
        "split_strategy": draw(maybe(st.sampled_from(["region", "none"]))),
        "split_distance_m": draw(maybe(st.sampled_from([0.0, 1500.0]))),
        "temporal_resolution": draw(maybe(st.sampled_from(["P5D", "P1Y"]))),
        "label_date_gap": draw(maybe(st.just("P2M"))),
        "crs": draw(some(["EPSG:32632", "EPSG:4326"])),
        "access": draw(maybe(st.sampled_from(["open", "request"]))),
        "urls": {"download": [URL]},
        "files": [{"url": URL, "bytes": 12, "sha256": "ab" * 32, "title": "Tiles"}]
        if draw(st.booleans())
        else [],
        "known_issues": [{"text": "Clouds"}] if draw(st.booleans()) else [],
        "bias_statement": draw(maybe(words)),
        "sensitivity": {"kinds": draw(some(["people", "dwellings"])), "note": draw(maybe(words))},
        "labelling": {"tools": draw(some(["QGIS"])), "per_item": draw(maybe(st.just(3)))},
        "licence": {"spdx": "CC-BY-4.0"},
        "licence_labels": draw(maybe(st.just({"spdx": "MIT"}))),
    }
    return DatasetRecord.model_validate(known)


def lost(record, reading, paths):
    known = facts(record)
    found = {path: (known.get(path), reading.facts.get(path)) for path in paths}
    return {path: pair for path, pair in found.items() if (pair[0] or None) != (pair[1] or None)}


CARRIED = {suffix: known.carries for suffix, known in FORMATS.items() if known.read}


@pytest.mark.parametrize("suffix", CARRIED)
@given(record=detailed())
@settings(max_examples=25, deadline=None)
def test_details_that_a_format_carries_come_back(suffix, record):
    known = FORMATS[suffix]

    assert not lost(record, known.read(known.write(record, SITE)), known.carries)


@given(record=detailed())
@settings(max_examples=25, deadline=None)
def test_a_collection_of_our_own_brings_every_detail_back(record):
    written = orjson.dumps(documents.collection(record, documents.Context(SITE.base_url, SITE.updated)))

    assert not lost(record, READERS["stac"](written), carried("stac"))


def test_a_real_outline_comes_back_from_stac(make_record):
    ring = [[0, 0], [9, 0], [9, 9], [0, 0]]
    record = make_record(spatial={"footprint": {"type": "Polygon", "coordinates": [ring]}})

    written = orjson.dumps(documents.collection(record, documents.Context(SITE.base_url, SITE.updated)))

    assert READERS["stac"](written).facts["spatial.footprint"] == record.spatial.footprint


def test_makers_stand_in_every_citation(make_record):
    creators = [{"name": "Lee, Ann", "orcid": "0000-0002-1825-0097"}, {"name": "The Team"}]
    record = make_record(creators=creators, year=2020, version="2.1")

    written = {suffix: known.write(record, SITE).decode() for suffix, known in FORMATS.items()}

    assert "author = {{Lee}, {Ann} and {The Team}}" in written["bib"]
    assert "version = {2.1}" in written["bib"]
    assert "AU  - Lee, Ann" in written["ris"] and "others" not in written["ris"]
    assert '"given": "Ann"' in written["csl.json"] and '"literal": "The Team"' in written["csl.json"]
    for suffix in ("jsonld", "croissant.json", "datacite.json", "datacite.xml", "dcat.ttl", "dcat.jsonld"):
        assert "https://orcid.org/0000-0002-1825-0097" in written[suffix], suffix


def test_hostile_details_break_no_format(make_record):
    text = HOSTILE[:90]
    record = make_record(
        version=text, creators=[{"name": HOSTILE, "affiliation": HOSTILE}], keywords=[text], cite_as=HOSTILE,
        classes=[HOSTILE], class_details=[{"name": HOSTILE, "index": 0, "description": HOSTILE}],
        splits=[{"name": text, "role": "test"}], known_issues=[{"text": HOSTILE}], bias_statement=HOSTILE,
    )  # fmt: skip

    for known in FORMATS.values():
        written = known.write(record, SITE)
        if known.read:
            assert known.read(written).facts["name"] == "Example"


def test_an_outline_of_thousands_of_vertices_makes_no_page_heavy_and_stays_whole_where_it_is_asked_for(
    make_record,
):
    coast = shapely.union_all(
        [shapely.Point(x, y).buffer(0.3, quad_segs=20) for x in range(0, 40, 4) for y in range(0, 20, 4)]
    )
    record = make_record(spatial={"footprint": outline_of(coast).model_dump(mode="json")})

    written = {suffix: known.write(record, SITE) for suffix, known in FORMATS.items()}

    for suffix in ("jsonld", "croissant.json", "datacite.json", "datacite.xml", "iso.xml", "tdml.json"):
        assert len(written[suffix]) < 60_000, suffix
    (feature,) = orjson.loads(written["geojson"])["features"]
    assert shape(feature["geometry"]).equals(coast)
    assert written["dcat.ttl"].count(b"locn:geometry") == 1
