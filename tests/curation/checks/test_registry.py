"""Each check says what it must of a record that fails it, and nothing of one that passes."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.curation import levels
from app.curation.checks import reading
from app.curation.checks.check import Subject
from app.curation.checks.registry import CHECKS, EXPORT_CHECKS, OF_READING, STORED_CHECKS, as_markdown

DOCS = Path(__file__).parents[3] / "docs" / "checks.md"
TODAY = date(2026, 11, 21)
UUID = "2f1c3d64-0d4e-5c56-9a3e-0a7c2b0f6f11"
# Every check passes on this, with its answer to each question.
GOOD: dict[str, Any] = {
    "uuid": UUID,
    "slug": "spring-fields",
    "name": "Spring Fields",
    "kind": "ml-dataset",
    "title": "Outlines of fields in three springs",
    "summary": "Field outlines drawn on Sentinel-2 images.",
    "description": "Outlines of fields, drawn on images of three springs by people who know the crops.",
    "purpose": "train",
    "access": "open",
    "year": 2021,
    "creators": [{"name": "Josiah Carberry", "orcid": "0000-0002-1825-0097"}],
    "data_doi": "10.5281/zenodo.7711810",
    "publication": {"doi": "10.1109/igarss.2019.8898600", "arxiv": "1709.00029"},
    "tasks": ["semantic-segmentation"],
    "themes": ["agriculture"],
    "modalities": ["multispectral"],
    "platforms": ["satellite"],
    "sensors": ["Sentinel-2"],
    "bands": ["B02", "B03", "B04", "B08"],
    "n_bands": 4,
    "gsd_m": {"min": 10, "max": 10},
    "image_size_px": {"min": [256, 256], "max": [256, 256]},
    "n_samples": 1000,
    "n_images": 1000,
    "n_classes": 2,
    "classes": ["field", "other"],
    "splits": [{"name": "train", "count": 800}, {"name": "test", "count": 200}],
    "volume_gb": 0.5,
    "temporal_extent": {"start": "2018-03", "end": "2020-06"},
    "spatial": {"extent": "national", "countries": ["FRA"]},
    "licence": {"spdx": "CC-BY-4.0", "text": "CC BY 4.0"},
    "urls": {"home": "https://fields.example.org/spring"},
}
# code → what to change in the good record so that this check, and at this path, has something to say.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "description-missing": ({"description": None}, "description"),
    "description-short": ({"description": "Fields."}, "description"),
    "tasks-missing": ({"tasks": []}, "tasks"),
    "modalities-missing": ({"modalities": []}, "modalities"),
    "year-missing": ({"year": None}, "year"),
    "licence-missing": ({"licence": None}, "licence.text"),
    "licence-not-stated": ({"licence": {"text": "not stated"}}, "licence.text"),
    "location-missing": ({"spatial": {}}, "spatial.footprint"),
    "address-missing": ({"urls": {}, "data_doi": None}, "urls.home"),
    "recommended-missing": ({"themes": []}, "themes"),
    "licence-unknown": ({"licence": {"spdx": "CC-BY-4"}}, "licence.spdx"),
    "licence-contradicts": ({"licence": {"spdx": "MIT", "text": "CC BY-NC 4.0"}}, "licence.spdx"),
    "licence-spelling": ({"licence": {"spdx": "cc-by-4.0"}}, "licence.spdx"),
    "licence-identifier": ({"licence": {"text": "Creative Commons Attribution 4.0"}}, "licence.spdx"),
    "code-unknown": ({"tasks": ["semantic-segmentatoin"]}, "tasks"),
    "sensor-new": ({"sensors": ["Sentinel-22"]}, "sensors"),
    "class-count-differs": ({"n_classes": 3}, "n_classes"),
    "class-details-differ": ({"class_details": [{"name": "wood"}]}, "class_details"),
    "band-count-differs": ({"n_bands": 3}, "n_bands"),
    "splits-differ": ({"splits": [{"name": "train", "count": 10}]}, "splits"),
    "image-size-reversed": ({"image_size_px": {"min": [9, 9], "max": [3, 3]}}, "image_size_px"),
    "image-size-span": ({"image_size_px": {"min": [9, 9], "max": [9000, 9000]}}, "image_size_px"),
    "volume-implausible": ({"volume_gb": 900_000}, "volume_gb"),
    "zero-count": ({"n_samples": 0}, "n_samples"),
    "listed-twice": ({"classes": ["field", "Field"]}, "classes"),
    "dates-reversed": ({"temporal_extent": {"start": "2020", "end": "2018"}}, "temporal_extent"),
    "date-in-future": ({"year": 2042}, "year"),
    "end-in-future": ({"temporal_extent": {"start": "2018", "end": "2031"}}, "temporal_extent"),
    "published-before-taken": ({"year": 2017}, "year"),
    "year-differs": ({"published_on": "2019-04-01"}, "year"),
    "dates-before-sensor": ({"temporal_extent": {"start": "2009"}}, "temporal_extent"),
    "gsd-impossible": ({"gsd_m": {"min": 0.5, "max": 0.5}}, "gsd_m"),
    "band-of-no-sensor": ({"bands": ["B02", "B17"]}, "bands"),
    "polarisation-missing": ({"modalities": ["sar"]}, "polarisations"),
    "polarisation-of-no-radar": ({"polarisations": ["VV"]}, "polarisations"),
    "place-half": (
        {"spatial": {"places": [{"name": "Rome", "lon": 12.5, "precision": "city"}]}}, "spatial.places",
    ),
    "place-without-position": (
        {"spatial": {"places": [{"name": "Rome", "precision": "city"}]}}, "spatial.places",
    ),
    "place-at-zero": (
        {"spatial": {"places": [{"name": "Rome", "lon": 0, "lat": 0, "precision": "city"}]}},
        "spatial.places",
    ),
    "countries-differ": (
        {
            "spatial": {
                "countries": ["FRA"],
                "places": [{"name": "Italy", "country": "ITA", "precision": "country"}],
            },
        },
        "spatial.countries",
    ),
    "box-of-world": ({"spatial": {"bbox": [-180, -90, 180, 90]}}, "spatial.bbox"),
    "extent-differs": ({"spatial": {"extent": "national", "countries": ["FRA", "ITA"]}}, "spatial.extent"),
    "address-malformed": ({"urls": {"home": "https://nowhere"}}, "urls.home"),
    "address-private": ({"urls": {"home": "http://192.168.0.4/data"}}, "urls.home"),
    "address-with-secret": ({"urls": {"home": "https://ada:secret@fields.org"}}, "urls.home"),
    "address-shortened": ({"urls": {"home": "https://bit.ly/3xyz"}}, "urls.home"),
    "file-not-listed": ({"files": [{"url": "https://fields.org/a.zip"}]}, "files"),
    "doi-malformed": ({"data_doi": "https://doi.org/10.5281/zenodo.7711810"}, "data_doi"),
    "arxiv-malformed": ({"publication": {"arxiv": "arXiv:1709.00029"}}, "publication.arxiv"),
    "orcid-malformed": ({"creators": [{"name": "J. C.", "orcid": "0000-0002-1825-0098"}]}, "creators"),
    "doi-shared": ({"publication": {"doi": "10.5281/ZENODO.7711810"}}, "data_doi"),
    "doi-in-address": ({"publication": {"url": "https://doi.org/10.1109/x.2019"}}, "publication.doi"),
    "html-active": ({"title": "<script>alert(1)</script>"}, "title"),
    "html-in-text": ({"title": "A <b>bold</b> set"}, "title"),
    "text-leftover": ({"title": "N/A"}, "title"),
    "text-repeated": ({"aliases": ["spring fields"]}, "aliases"),
    "derived-from-itself": ({"derived_from": ["spring-fields"]}, "derived_from"),
    "subset-of-nothing": ({"kind": "subset"}, "derived_from"),
}  # fmt: skip
# Asked of changed vocabularies, and of documents that our own writers would have to get wrong.
TESTED_ELSEWHERE = {"code-replaced", "code-deprecated", "stac-invalid", "croissant-invalid"}


def subject(**changes: Any) -> Subject:
    read = reading.read({**GOOD, **changes})
    assert not read.findings
    return Subject(read.record, TODAY)


@pytest.mark.parametrize("check", [*CHECKS, *EXPORT_CHECKS], ids=lambda check: check.code)
def test_a_good_record_passes(check):
    assert list(check.findings(subject())) == []


@pytest.mark.parametrize(("code", "change", "path"), [(code, *bad) for code, bad in BAD.items()])
def test_a_bad_record_is_told_where_and_how_to_mend_it(code, change, path):
    check = next(one for one in CHECKS if one.code == code)

    found = list(check.findings(subject(**change)))

    assert [one.path for one in found] == [path]
    assert found[0].severity == check.severity
    assert found[0].message[-1] in ".?" and len(found[0].message) > 20


def test_every_check_has_a_bad_example():
    assert {check.code for check in (*CHECKS, *EXPORT_CHECKS)} == set(BAD) | TESTED_ELSEWHERE


def test_codes_occur_once():
    codes = [one.code for one in (*CHECKS, *EXPORT_CHECKS, *STORED_CHECKS)] + [
        code for code, *_ in OF_READING
    ]

    assert len(set(codes)) == len(codes)


def test_the_checks_that_levels_ask_for_exist():
    assert {one.code for one in (*CHECKS, *EXPORT_CHECKS)} | {
        code for code, *_ in OF_READING
    } >= levels.VALIDITY


def test_the_documentation_holds_the_table_of_all_checks():
    assert as_markdown() in DOCS.read_text()


def test_the_documentation_explains_every_level():
    assert all(re.search(rf"^\| {code} \|", DOCS.read_text(), re.MULTILINE) for code in levels.CODES)


@pytest.mark.parametrize(
    ("excused", "code"),
    [
        ("description", "description-missing"),
        ("year", "year-missing"),
        ("licence.text", "licence-missing"),
        ("spatial.places", "location-missing"),
        ("urls.home", "address-missing"),
        ("polarisations", "polarisation-missing"),
    ],
)
def test_what_is_marked_as_unknown_is_not_asked_for(excused, code):
    change, _path = BAD[code]
    check = next(one for one in CHECKS if one.code == code)

    assert not list(check.findings(subject(**change, not_applicable=[excused])))
