"""ISO 19115-3 as XML, which spatial data infrastructures harvest; written, not read.

Dates keep their precision, wavelengths are nanometres, and an open end of an interval is marked as unknown.
"""

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from shapely.geometry.base import BaseGeometry

from app.catalogue import vocabulary
from app.catalogue.bands import Band, bands_of
from app.catalogue.clusters import sketched
from app.catalogue.places import areas, geo_status
from app.catalogue.record import DatasetRecord
from app.exchange.formats import licences, schema_org
from app.exchange.formats.citations import dataset_title, doi_address
from app.exchange.formats.context import Context
from app.exchange.formats.coverage import EARTH
from app.exchange.formats.xml import document, element

ISO = "http://standards.iso.org/iso/19115/-3"
NAMESPACES = {
    "mdb": f"{ISO}/mdb/2.0",
    "cit": f"{ISO}/cit/2.0",
    "gco": f"{ISO}/gco/1.0",
    "gex": f"{ISO}/gex/1.0",
    "lan": f"{ISO}/lan/1.0",
    "mcc": f"{ISO}/mcc/1.0",
    "mco": f"{ISO}/mco/1.0",
    "mrc": f"{ISO}/mrc/2.0",
    "mrd": f"{ISO}/mrd/1.0",
    "mri": f"{ISO}/mri/1.0",
    "gml": "http://www.opengis.net/gml/3.2",
}
CODES = "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml"
CATALOGUE = "EO Dataset Catalogue"
for _prefix, _address in NAMESPACES.items():
    ElementTree.register_namespace(_prefix, _address)


def write(record: DatasetRecord, context: Context) -> bytes:
    """The document, in UTF-8."""
    return document(root(record, context))


def root(record: DatasetRecord, context: Context) -> Element:
    """The element MD_Metadata, its parts in the order of the schema."""
    page = context.page(record.slug)
    return _make(
        "mdb:MD_Metadata",
        _make("mdb:metadataIdentifier", _identifier(str(record.uuid), "urn:uuid")),
        _make("mdb:defaultLocale", _locale()),
        _make(
            "mdb:metadataScope",
            _make("mdb:MD_MetadataScope", _make("mdb:resourceScope", _code("mcc:MD_ScopeCode", "dataset"))),
        ),
        _make("mdb:contact", _party(CATALOGUE, "pointOfContact", context.base_url)),
        _make("mdb:dateInfo", _date(context.updated.date().isoformat(), "revision")),
        _make("mdb:metadataStandard", _make("cit:CI_Citation", _text("cit:title", "ISO 19115-3"))),
        _make("mdb:metadataLinkage", _online(f"{page}.iso.xml", "This description", "completeMetadata")),
        _make("mdb:identificationInfo", _identification(record, context)),
        _bands(record),
        _make("mdb:distributionInfo", _distribution(record, context)),
    )


def _make(tag: str, *children: Element | None, text: str | None = None, **attributes: str | None) -> Element:
    """An element by its prefixed name."""
    return element(_name(tag), text if text is not None else children, attributes)


def _name(tag: str) -> str:
    prefix, _, name = tag.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{name}"


def _text(tag: str, text: str | None) -> Element | None:
    return None if text is None else _make(tag, _make("gco:CharacterString", text=text))


def _code(tag: str, value: str) -> Element:
    name = tag.partition(":")[2]
    return _make(tag, text=value, codeList=f"{CODES}#{name}", codeListValue=value)


def _locale() -> Element:
    return _make(
        "lan:PT_Locale",
        _make("lan:language", _code("lan:LanguageCode", "eng")),
        _make("lan:characterEncoding", _code("lan:MD_CharacterSetCode", "utf8")),
    )


def _identifier(code: str, space: str | None = None) -> Element:
    return _make("mcc:MD_Identifier", _text("mcc:code", code), _text("mcc:codeSpace", space))


def _date(moment: str, sort: str) -> Element:
    """A date as far as it is known; a year alone is a valid gco:Date."""
    return _make(
        "cit:CI_Date",
        _make("cit:date", _make("gco:Date", text=moment)),
        _make("cit:dateType", _code("cit:CI_DateTypeCode", sort)),
    )


def _party(name: str, role: str, address: str | None = None, *, is_person: bool = False) -> Element:
    contact = _make("cit:contactInfo", _make("cit:CI_Contact", _make("cit:onlineResource", _online(address))))
    return _make(
        "cit:CI_Responsibility",
        _make("cit:role", _code("cit:CI_RoleCode", role)),
        _make(
            "cit:party",
            _make(
                "cit:CI_Individual" if is_person else "cit:CI_Organisation",
                _text("cit:name", name),
                contact if address else None,
            ),
        ),
    )


def _online(address: str | None, name: str | None = None, function: str | None = None) -> Element:
    return _make(
        "cit:CI_OnlineResource",
        _text("cit:linkage", address or ""),
        _text("cit:name", name),
        _make("cit:function", _code("cit:CI_OnLineFunctionCode", function)) if function else None,
    )


def _identification(record: DatasetRecord, context: Context) -> Element:
    return _make(
        "mri:MD_DataIdentification",
        _make("mri:citation", _citation(record, context)),
        _text("mri:abstract", schema_org.description(record)),
        *(_make("mri:pointOfContact", party) for party in _parties(record)),
        _make("mri:spatialRepresentationType", _code("mcc:MD_SpatialRepresentationTypeCode", "grid")),
        *_resolutions(record),
        _make("mri:topicCategory", _make("mri:MD_TopicCategoryCode", text="imageryBaseMapsEarthCover")),
        *_extents(record),
        *_keywords(record),
        _constraints(record),
        *_parents(record, context),
    )


def _citation(record: DatasetRecord, context: Context) -> Element:
    doi = record.data_doi
    return _make(
        "cit:CI_Citation",
        _text("cit:title", dataset_title(record)),
        *(_text("cit:alternateTitle", name) for name in dict.fromkeys((record.name, *record.aliases))),
        _make("cit:date", _date(str(record.year), "publication")) if record.year else None,
        _make("cit:identifier", _identifier(doi_address(doi), "doi.org")) if doi else None,
        _make("cit:identifier", _identifier(record.slug, context.base_url)),
        *(_make("cit:citedResponsibleParty", party) for party in _parties(record)),
    )


def _parties(record: DatasetRecord) -> Iterator[Element]:
    if record.publication.first_author:
        yield _party(record.publication.first_author, "author", is_person=True)
    if record.publisher:
        yield _party(record.publisher, "publisher")


def _resolutions(record: DatasetRecord) -> Iterator[Element]:
    """The ground sampling distance in metres; lowest and highest where they differ."""
    gsd = record.gsd_m
    for metres in dict.fromkeys((gsd.min, gsd.max)) if gsd else ():
        distance = _make("gco:Distance", text=repr(metres), uom="m")
        yield _make("mri:spatialResolution", _make("mri:MD_Resolution", _make("mri:distance", distance)))


def _extents(record: DatasetRecord) -> Iterator[Element]:
    """Places, each with its name and box, then the time; a country that stands in is named alone."""
    if geo_status(record) == "global":
        yield _make("mri:extent", _extent("Global", EARTH))
    for area in areas(record):
        for part in sketched(area.geometry) if area.geometry is not None else [None]:
            yield _make("mri:extent", _extent(area.name, part))
    time = record.temporal_extent
    if time and (time.start or time.end):
        period = _make(
            "gml:TimePeriod",
            _position("gml:beginPosition", time.start),
            _position("gml:endPosition", time.end),
            **{_name("gml:id"): "acquired"},
        )
        temporal = _make("gex:EX_TemporalExtent", _make("gex:extent", period))
        yield _make("mri:extent", _make("gex:EX_Extent", _make("gex:temporalElement", temporal)))


def _position(tag: str, moment: str | None) -> Element:
    return _make(tag, text=moment) if moment else _make(tag, text="", indeterminatePosition="unknown")


def _extent(name: str | None, geometry: BaseGeometry | None) -> Element:
    box = None
    if geometry is not None:
        west, south, east, north = geometry.bounds
        sides = (
            ("gex:westBoundLongitude", west),
            ("gex:eastBoundLongitude", east),
            ("gex:southBoundLatitude", south),
            ("gex:northBoundLatitude", north),
        )
        decimals = [_make(tag, _make("gco:Decimal", text=f"{value:.6f}")) for tag, value in sides]
        box = _make("gex:geographicElement", _make("gex:EX_GeographicBoundingBox", *decimals))
    return _make("gex:EX_Extent", _text("gex:description", name), box)


def _keywords(record: DatasetRecord) -> Iterator[Element]:
    """Labels by vocabulary, so that a reader knows a task from a theme."""
    coded = (
        ("task", record.tasks),
        ("theme", record.themes),
        ("modality", record.modalities),
        ("platform", record.platforms),
        ("sensor", record.sensors),
    )
    for name, codes in coded:
        if codes:
            words = [_text("mri:keyword", vocabulary.label(name, code)) for code in codes]
            thesaurus = _make("cit:CI_Citation", _text("cit:title", f"{CATALOGUE}: {name}"))
            kind = _code("mri:MD_KeywordTypeCode", "theme")
            yield _make(
                "mri:descriptiveKeywords",
                _make(
                    "mri:MD_Keywords", *words, _make("mri:type", kind), _make("mri:thesaurusName", thesaurus)
                ),
            )


def _constraints(record: DatasetRecord) -> Element | None:
    """Addresses and words of the licence, each as one constraint; none where none is stated."""
    said = [one if isinstance(one, str) else one["name"] for one in licences.linked(record.licence)]
    if record.licence and record.licence.text:
        said.append(record.licence.text)
    if not said:
        return None
    return _make(
        "mri:resourceConstraints",
        _make(
            "mco:MD_LegalConstraints",
            _make("mco:useConstraints", _code("mco:MD_RestrictionCode", "licence")),
            *(_text("mco:otherConstraints", one) for one in dict.fromkeys(said)),
        ),
    )


def _parents(record: DatasetRecord, context: Context) -> Iterator[Element]:
    for parent in record.derived_from:
        metadata = _make("cit:CI_Citation", _text("cit:title", parent), _link(context.page(parent)))
        yield _make(
            "mri:associatedResource",
            _make(
                "mri:MD_AssociatedResource",
                _make("mri:associationType", _code("mri:DS_AssociationTypeCode", "dependency")),
                _make("mri:metadataReference", metadata),
            ),
        )


def _link(address: str) -> Element:
    return _make("cit:onlineResource", _online(address))


def _bands(record: DatasetRecord) -> Element | None:
    """The bands, wavelengths in nanometres."""
    bands = bands_of(record)
    if not bands:
        return None
    group = _make(
        "mrc:MD_AttributeGroup", _make("mrc:contentType", _code("mrc:MD_CoverageContentTypeCode", "image"))
    )
    group.extend(_make("mrc:attribute", _band(band)) for band in bands)
    described = _make("mrc:attributeDescription", _make("gco:RecordType", text="Bands of the images"))
    return _make(
        "mdb:contentInfo",
        _make("mrc:MD_CoverageDescription", described, _make("mrc:attributeGroup", group)),
    )


def _band(band: Band) -> Element:
    centre = band.centre_um
    half = band.fwhm_um / 2 if band.fwhm_um is not None else None
    limits = (
        [("mrc:boundMax", centre + half), ("mrc:boundMin", centre - half)]
        if centre is not None and half is not None
        else []
    )
    unit = _text("mrc:boundUnits", "nm") if limits or centre is not None else None
    return _make(
        "mrc:MD_Band",
        _make("mrc:name", _identifier(band.native_name, band.sensor)),
        *(_make(tag, _make("gco:Real", text=f"{value * 1000:g}")) for tag, value in limits),
        unit,
        _make("mrc:peakResponse", _make("gco:Real", text=f"{centre * 1000:g}"))
        if centre is not None
        else None,
    )


def _distribution(record: DatasetRecord, context: Context) -> Element:
    """Ways to the data, to the dataset's own pages, and the volume of all files in megabytes."""
    ways = [(address, "Download", "download") for address in record.urls.download]
    if record.urls.home:
        ways.append((record.urls.home, "Home page", "information"))
    if record.urls.code:
        ways.append((record.urls.code, "Code", "information"))
    ways.append((context.page(record.slug), "Page in this catalogue", "information"))
    size = record.volume_gb
    transfer = (
        _make("mrd:transferSize", _make("gco:Real", text=f"{size * 1000:g}")) if size is not None else None
    )
    options = _make(
        "mrd:MD_DigitalTransferOptions",
        transfer,
        *(_make("mrd:onLine", _online(*way)) for way in ways),
    )
    return _make("mrd:MD_Distribution", _make("mrd:transferOptions", options))
