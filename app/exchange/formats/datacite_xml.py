"""DataCite 4 as XML: the JSON document of `datacite` in the elements and the order of the schema."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from app.catalogue.record import DatasetRecord
from app.exchange.formats import datacite
from app.exchange.formats.context import Context
from app.exchange.formats.xml import LANGUAGE, XSI, document, element

NAMESPACE = datacite.SCHEMA
LOCATION = f"{NAMESPACE} https://schema.datacite.org/meta/kernel-4.5/metadata.xsd"


def write(record: DatasetRecord, context: Context) -> bytes:
    """The document, in UTF-8."""
    return document(root(record, context))


def root(record: DatasetRecord, context: Context) -> Element:
    """The element `resource`, for a document of its own or inside another."""
    ElementTree.register_namespace("xsi", XSI)
    values = datacite.document(record, context)
    named = values["types"]
    made = element(
        "resource",
        [
            _identifier(values),
            _list("creators", values, _creator),
            _list("titles", values, _title),
            element("publisher", values["publisher"]["name"]),
            element("publicationYear", values["publicationYear"]),
            element(
                "resourceType", named["resourceType"], {"resourceTypeGeneral": named["resourceTypeGeneral"]}
            ),
            _list("subjects", values, _subject),
            _list("dates", values, _date),
            element("language", values["language"]),
            _list("alternateIdentifiers", values, _alternate),
            _list("relatedIdentifiers", values, _related),
            _list("sizes", values, lambda size: element("size", size)),
            _list("formats", values, lambda one: element("format", one)),
            element("version", values["version"]) if "version" in values else None,
            _list("rightsList", values, _rights),
            _list("descriptions", values, _description),
            _list("geoLocations", values, _location),
        ],
        {"xmlns": NAMESPACE, f"{{{XSI}}}schemaLocation": LOCATION},
    )
    return made


def _identifier(values: Mapping[str, Any]) -> Element:
    """The DOI; the schema demands an identifier, so a dataset without one is known by its page here."""
    if "doi" in values:
        return element("identifier", values["doi"], {"identifierType": "DOI"})
    page = next(
        one["alternateIdentifier"]
        for one in values["alternateIdentifiers"]
        if one["alternateIdentifierType"] == "URL"
    )
    return element("identifier", page, {"identifierType": "URL"})


def _list(name: str, values: Mapping[str, Any], make: Any) -> Element | None:
    return element(name, [make(one) for one in values[name]]) if values.get(name) else None


def _creator(creator: Mapping[str, Any]) -> Element:
    """The schema asks for this order of the parts."""
    family, given = creator.get("familyName"), creator.get("givenName")
    return element(
        "creator",
        [
            element("creatorName", creator["name"], {"nameType": creator.get("nameType")}),
            element("givenName", given) if given else None,
            element("familyName", family) if family else None,
            *(
                element(
                    "nameIdentifier",
                    one["nameIdentifier"],
                    {"nameIdentifierScheme": one["nameIdentifierScheme"], "schemeURI": one["schemeUri"]},
                )
                for one in creator.get("nameIdentifiers", ())
            ),
            *(element("affiliation", one["name"]) for one in creator.get("affiliation", ())),
        ],
    )


def _title(title: Mapping[str, str]) -> Element:
    return element(
        "title", title["title"], {"titleType": title.get("titleType"), LANGUAGE: title.get("lang")}
    )


def _subject(subject: Mapping[str, str]) -> Element:
    return element(
        "subject",
        subject["subject"],
        {
            "subjectScheme": subject["subjectScheme"],
            "schemeURI": subject["schemeUri"],
            "classificationCode": subject["classificationCode"],
        },
    )


def _date(date: Mapping[str, str]) -> Element:
    return element(
        "date", date["date"], {"dateType": date["dateType"], "dateInformation": date.get("dateInformation")}
    )


def _alternate(identifier: Mapping[str, str]) -> Element:
    return element(
        "alternateIdentifier",
        identifier["alternateIdentifier"],
        {"alternateIdentifierType": identifier["alternateIdentifierType"]},
    )


def _related(related: Mapping[str, str]) -> Element:
    return element(
        "relatedIdentifier",
        related["relatedIdentifier"],
        {
            "relatedIdentifierType": related["relatedIdentifierType"],
            "relationType": related["relationType"],
            "relatedMetadataScheme": related.get("relatedMetadataScheme"),
            "schemeURI": related.get("schemeUri"),
            "resourceTypeGeneral": related.get("resourceTypeGeneral"),
        },
    )


def _rights(rights: Mapping[str, str]) -> Element:
    return element(
        "rights",
        rights.get("rights", ""),
        {
            "rightsURI": rights.get("rightsUri"),
            "rightsIdentifier": rights.get("rightsIdentifier"),
            "rightsIdentifierScheme": rights.get("rightsIdentifierScheme"),
            "schemeURI": rights.get("schemeUri"),
        },
    )


def _description(description: Mapping[str, str]) -> Element:
    return element(
        "description",
        description["description"],
        {"descriptionType": description["descriptionType"], LANGUAGE: description["lang"]},
    )


def _location(location: Mapping[str, Any]) -> Element:
    """A point and a box have their numbers in elements of their own, longitudes before latitudes."""
    parts = (
        [element("geoLocationPlace", location["geoLocationPlace"])] if "geoLocationPlace" in location else []
    )
    for name in ("geoLocationPoint", "geoLocationBox"):
        if name in location:
            parts.append(
                element(name, [element(side, repr(value)) for side, value in location[name].items()])
            )
    return element("geoLocation", parts)
