"""DataCite as the registry and other repositories write it."""

import orjson
import pytest

from app.base.errors import Invalid
from app.exchange.formats.readers import datacite

REGISTRY = {
    "data": {
        "id": "10.5281/zenodo.9",
        "attributes": {
            "doi": "10.5281/zenodo.9",
            "creators": [{"name": "Lee, Ann"}],
            "titles": [{"title": "Tiles"}],
            "publisher": "Zenodo",
            "publicationYear": 2020,
            "types": {"resourceTypeGeneral": "Dataset"},
            "subjects": [{"subject": "object detection, ships"}],
            "dates": [{"date": "2018-01-01/2019-12-31", "dateType": "Collected"}],
            "rightsList": [
                {"rightsIdentifier": "cc-by-4.0", "rightsIdentifierScheme": "SPDX", "rights": "CC BY"}
            ],
            "descriptions": [{"description": "Ships.", "descriptionType": "Abstract"}],
            "sizes": ["3.5 GB", "12 files"],
            "relatedIdentifiers": [
                {
                    "relatedIdentifier": "10.1109/x.1",
                    "relatedIdentifierType": "DOI",
                    "relationType": "IsSupplementTo",
                },
                {
                    "relatedIdentifier": "10.1/cited",
                    "relatedIdentifierType": "DOI",
                    "relationType": "IsCitedBy",
                },
            ],
            "geoLocations": [
                {
                    "geoLocationPlace": "North Sea",
                    "geoLocationBox": {
                        "westBoundLongitude": "0",
                        "eastBoundLongitude": 8,
                        "southBoundLatitude": 51,
                        "northBoundLatitude": 58,
                    },
                }
            ],
            "version": "1.0",
        },
    }
}
XML = b"""<?xml version="1.0"?>
<resource xmlns="http://datacite.org/schema/kernel-4">
  <identifier identifierType="DOI">10.5281/zenodo.9</identifier>
  <creators><creator><creatorName>Lee, Ann</creatorName></creator></creators>
  <titles><title xml:lang="en">Tiles</title><title titleType="AlternativeTitle">T</title></titles>
  <publisher>Zenodo</publisher><publicationYear>2020</publicationYear>
  <rightsList>
    <rights rightsURI="https://creativecommons.org/licenses/by/4.0/legalcode">CC BY</rights>
  </rightsList>
  <geoLocations><geoLocation><geoLocationPolygon>
    <polygonPoint><pointLongitude>1</pointLongitude><pointLatitude>2</pointLatitude></polygonPoint>
    <polygonPoint><pointLongitude>3</pointLongitude><pointLatitude>5</pointLatitude></polygonPoint>
  </geoLocationPolygon></geoLocation></geoLocations>
</resource>"""


def test_the_answer_of_the_registry_is_read():
    facts = datacite.read(orjson.dumps(REGISTRY)).facts

    assert (facts["name"], facts["year"], facts["publisher"]) == ("Tiles", 2020, "Zenodo")
    assert facts["data_doi"] == "10.5281/zenodo.9"
    assert facts["licence.spdx"] == "CC-BY-4.0"
    assert facts["tasks"] == ("object-detection",)
    assert facts["volume_gb"] == 3.5
    assert facts["publication.doi"] == "10.1109/x.1"
    assert facts["spatial.places"][0].bbox == (0, 51, 8, 58)
    assert (facts["temporal_extent"].start, facts["temporal_extent"].end) == ("2018-01-01", "2019-12-31")


def test_what_the_registry_says_and_a_record_cannot_hold_is_named():
    left = [(one.where, one.why) for one in datacite.read(orjson.dumps(REGISTRY)).left]

    assert any("12 files" in why for _, why in left)
    assert any("10.1/cited" in why for _, why in left)


def test_xml_is_read():
    facts = datacite.read(XML).facts

    assert (facts["name"], facts["aliases"], facts["year"]) == ("Tiles", ("T",), 2020)
    assert facts["licence.spdx"] == "CC-BY-4.0"
    assert facts["spatial.bbox"] == (1, 2, 3, 5)


@pytest.mark.parametrize("word", [":unkn", "(:unav)", "unknown", ""])
def test_words_for_unknown_are_no_values(word):
    document = {
        "titles": [{"title": "x"}],
        "types": {},
        "publisher": {"name": word},
        "publicationYear": "0000",
    }

    assert set(datacite.read(orjson.dumps(document)).facts) == {"name"}


@pytest.mark.parametrize("content", [b"<html/>", b'{"titles": []}', b"<resource"])
def test_what_is_no_datacite_is_refused(content):
    with pytest.raises(Invalid):
        datacite.read(content)
