"""What a record says of itself in the words of STAC, whatever its address. Pure functions.

Only what is known is said. Fields that no standard has carry the prefix `eod:`; docs/stac.md describes them.
"""

import re
from collections.abc import Iterator
from typing import Any

from app.catalogue import derived, places, vocabulary
from app.catalogue.bands import Band, bands_of
from app.catalogue.completeness import completeness
from app.catalogue.describe import summary
from app.catalogue.record import DatasetRecord
from app.exchange.formats import schema_org, stac_details
from app.exchange.formats.citations import cite_text, paper_of
from app.stac import missions

# Forms of labels that are rasters or vectors beyond doubt, and families of tasks that the extension names.
LABEL_TYPES = {
    "pixel-mask": "raster",
    "pixel-value": "raster",
    "panoptic": "raster",
    "bounding-box": "vector",
    "oriented-bounding-box": "vector",
    "polygon": "vector",
    "polyline": "vector",
    "point": "vector",
}
LABEL_TASKS = frozenset({"regression", "classification", "detection", "segmentation"})
SCHEMES = ("theme", "task", "modality")

_DOI = re.compile(r"^10\.[0-9a-zA-Z]{4,}/[^\s]+$")
_MARKS = re.compile(r"([\\`*_\[\]])")


def description(record: DatasetRecord) -> str:
    """CommonMark: what a curator wrote, else the paragraph made from the facts; then the notes."""
    text = record.description.replace("<", "&lt;") if record.description else _escaped(summary(record))
    notes = "\n".join(f"- {_escaped(note)}" for note in record.notes)
    return f"{text}\n\nNotes:\n\n{notes}" if notes else text


def keywords(record: DatasetRecord) -> list[str]:
    """Labels of codes, sensors, and the other names of the dataset."""
    names = (record.name, *record.aliases)
    return list(dict.fromkeys([*schema_org.keywords(record), *names]))


def licence(record: DatasetRecord) -> str:
    """One SPDX identifier; "other" where several apply, where words alone are stated, or nothing is.

    Labels under a licence of their own make it several.
    """
    spdx = record.licence.spdx if record.licence else None
    if record.licence_labels is not None and record.licence_labels.spdx != spdx:
        return "other"
    return spdx if spdx and re.fullmatch(r"[\w.+-]+", spdx) else "other"


def themes(record: DatasetRecord, base: str) -> list[dict[str, Any]]:
    """Codes with their labels, by the vocabulary that defines them."""
    coded = {"theme": record.themes, "task": record.tasks, "modality": record.modalities}
    return [
        {
            "scheme": f"{base}/api/vocabularies/{name}",
            "concepts": [{"id": code, "title": vocabulary.label(name, code)} for code in coded[name]],
        }
        for name in SCHEMES
        if coded[name]
    ]


def providers(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    """Organisations alone: the first author is a person and stands in the citation."""
    if record.publisher:
        yield {"name": record.publisher, "roles": ["producer"]}
    yield from stac_details.providers(record)
    if record.libraries.huggingface:
        yield {"name": "Hugging Face", "roles": ["host"], "url": "https://huggingface.co/datasets"}
    if record.libraries.aws_open_data:
        yield {
            "name": "Registry of Open Data on AWS",
            "roles": ["host"],
            "url": "https://registry.opendata.aws",
        }


def summaries(record: DatasetRecord) -> dict[str, Any]:
    """What holds of the items together: resolution, platforms, bands, polarisations, labels."""
    families = [vocabulary.terms("task")[code].group for code in record.tasks]
    label_type = LABEL_TYPES.get(record.label_type or "")
    gsd = record.gsd_m
    values: dict[str, Any] = {
        "gsd": {"minimum": gsd.min, "maximum": gsd.max} if gsd else [],
        **missions.summaries(record.sensors),
        "bands": [
            {**_band(band), **stac_details.band(record, band.native_name)} for band in bands_of(record)
        ],
        "sar:polarizations": list(record.polarisations),
        "label:type": [label_type] if label_type else [],
        **stac_details.summaries(record),
        "label:tasks": [one for one in dict.fromkeys(families) if label_type and one in LABEL_TASKS],
    }
    return {name: value for name, value in values.items() if value}


def dois(record: DatasetRecord) -> list[tuple[str, str]]:
    """DOIs of the data and of the paper, as far as they are well formed."""
    named = ((record.data_doi, "The data"), (record.publication.doi, "The publication"))
    return [(doi, title) for doi, title in named if doi and _DOI.match(doi)]


def citations(record: DatasetRecord) -> dict[str, Any]:
    """Citations; a paper without a DOI is cited in words."""
    data, paper = cite_text(record)
    known = {title: doi for doi, title in dois(record)}
    values: dict[str, Any] = {"sci:doi": known.get("The data"), "sci:citation": data}
    if paper_of(record) is not None:
        values["sci:publications"] = [
            schema_org.without_unknown({"doi": known.get("The publication"), "citation": paper})
        ]
    return values


def own_fields(record: DatasetRecord) -> dict[str, Any]:
    """Facts that no standard has a field for."""
    size, stated = record.image_size_px, record.licence
    return {
        "eod:uuid": str(record.uuid),
        "eod:name": record.name,
        "eod:kind": record.kind,
        "eod:year": record.year,
        "eod:tasks": list(record.tasks),
        "eod:themes": list(record.themes),
        "eod:modalities": list(record.modalities),
        "eod:platform_types": list(record.platforms),
        "eod:sensors": list(record.sensors),
        "eod:image_sources": list(record.image_sources),
        "eod:label_type": record.label_type,
        "eod:classes": list(record.classes),
        "eod:n_classes": record.n_classes,
        "eod:n_samples": record.n_samples,
        "eod:sample_unit": record.sample_unit,
        "eod:n_images": record.n_images,
        "eod:n_bands": record.n_bands,
        "eod:n_timestamps": record.n_timestamps,
        "eod:image_size_px": {"min": list(size.min), "max": list(size.max)} if size else None,
        "eod:volume_gb": record.volume_gb,
        "eod:extent": record.spatial.extent,
        "eod:countries": list(record.spatial.countries),
        "eod:continents": list(places.continents(record)),
        "eod:geo_status": places.geo_status(record),
        "eod:geo_reason": places.geo_reason(record),
        "eod:licence_class": derived.licence_class(record),
        "eod:licence_text": stated.text if stated else None,
        "eod:libraries": list(derived.libraries(record)),
        "eod:completeness": completeness(record).score,
    }


def _escaped(text: str) -> str:
    """Plain text that CommonMark shows as it is written."""
    return _MARKS.sub(r"\\\1", " ".join(text.split())).replace("<", "&lt;")


def _band(band: Band) -> dict[str, Any]:
    """A STAC 1.1 band; wavelengths in micrometres, as both sides have them."""
    return schema_org.without_unknown(
        {
            "name": band.native_name,
            "description": band.sensor,
            "gsd": band.gsd_m,
            "eo:common_name": band.common_name,
            "eo:center_wavelength": band.centre_um,
            "eo:full_width_half_max": band.fwhm_um,
        }
    )
