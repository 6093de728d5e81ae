"""ISO 19115-3: read by an independent client, parts in the order of the schema, and the traps."""

from xml.etree import ElementTree

import pytest
from lxml import etree
from owslib import iso3

from app.exchange.formats import iso19115

ORDER = [
    "metadataIdentifier", "defaultLocale", "metadataScope", "contact", "dateInfo", "metadataStandard",
    "metadataLinkage", "identificationInfo", "contentInfo", "distributionInfo",
]  # fmt: skip
NAMESPACES = iso19115.NAMESPACES


def _read(record, site):
    """What an independent client understands of the document."""
    return iso3.MD_Metadata(etree.fromstring(iso19115.write(record, site)))


def _root(record, site):
    return ElementTree.fromstring(iso19115.write(record, site))


def test_every_kind_of_record_is_understood_by_an_independent_client(records, hostile, make_record, site):
    for record in (*records[::25], hostile, make_record()):
        metadata = _read(record, site)

        assert metadata.identifier == str(record.uuid)
        assert metadata.identification[0].title
        assert metadata.identification[0].abstract


def test_parts_stand_in_the_order_of_the_schema(records, site):
    for record in records[::25]:
        names = [part.tag.rpartition("}")[2] for part in _root(record, site)]

        assert names == [name for name in ORDER if name in names]


def test_box_is_the_one_of_the_record(make_record, site):
    box = _read(make_record(spatial={"bbox": [34, -4, 42, 5]}), site).identification[0].bbox

    assert [float(side) for side in (box.minx, box.miny, box.maxx, box.maxy)] == [34, -4, 42, 5]


def test_unlocated_dataset_has_no_box(make_record, site):
    assert not _root(make_record(), site).findall(".//gex:EX_GeographicBoundingBox", NAMESPACES)


def test_wavelengths_are_nanometres(by_slug, site):
    root = _root(by_slug["sen1floods11"], site)

    red = next(
        band
        for band in root.findall(".//mrc:MD_Band", NAMESPACES)
        if band.findtext(".//mcc:code/gco:CharacterString", None, NAMESPACES) == "B4"
    )
    assert red.findtext("mrc:boundUnits/gco:CharacterString", None, NAMESPACES) == "nm"
    assert 640 < float(red.findtext("mrc:peakResponse/gco:Real", None, NAMESPACES)) < 690


@pytest.mark.parametrize(
    ("extent", "begin", "end"),
    [({"start": "2017", "end": "2018-06"}, "2017", "2018-06"), ({"start": "2017"}, "2017", None)],
)
def test_dates_keep_their_precision_and_an_open_end_is_unknown(make_record, site, extent, begin, end):
    period = _root(make_record(temporal_extent=extent), site).find(".//gml:TimePeriod", NAMESPACES)

    assert period.findtext("gml:beginPosition", None, NAMESPACES) == begin
    last = period.find("gml:endPosition", NAMESPACES)
    assert (last.text or None, last.get("indeterminatePosition")) == (end, None if end else "unknown")


def test_volume_is_in_megabytes(make_record, site):
    root = _root(make_record(volume_gb=1.5), site)

    assert root.findtext(".//mrd:transferSize/gco:Real", None, NAMESPACES) == "1500"


def test_licence_not_stated_makes_no_constraint(make_record, site):
    assert not _root(make_record(), site).findall(".//mco:MD_LegalConstraints", NAMESPACES)
    stated = _root(make_record(licence={"spdx": "MIT", "text": "MIT"}), site)
    said = [one.text for one in stated.findall(".//mco:otherConstraints/gco:CharacterString", NAMESPACES)]
    assert said == ["https://spdx.org/licenses/MIT", "MIT"]
