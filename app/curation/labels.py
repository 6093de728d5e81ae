"""What people call the facts of a record, its states and its actions; marked for translation."""

from collections.abc import Mapping

from app.accounts.rights import Role, State
from app.base import html
from app.base.language import N_, _
from app.portal.review_mark import LEVELS

FACTS: Mapping[str, str] = {
    "slug": N_("Short name in addresses"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "title": N_("Title"),
    "summary": N_("Summary"),
    "description": N_("Description"),
    "aliases": N_("Also called"),
    "keywords": N_("Keywords"),
    "purpose": N_("Purpose"),
    "version": N_("Version of the data"),
    "status": N_("State of the dataset"),
    "languages": N_("Languages"),
    "year": N_("Year"),
    "published_on": N_("Published on"),
    "publication.title": N_("Title of the paper"),
    "publication.first_author": N_("First author"),
    "publication.venue": N_("Journal or conference"),
    "publication.doi": N_("DOI of the paper"),
    "publication.arxiv": N_("arXiv number"),
    "publication.url": N_("Address of the paper"),
    "data_doi": N_("DOI of the data"),
    "other_ids": N_("Other identifiers"),
    "cite_as": N_("Cite as"),
    "creators": N_("Creators"),
    "publisher": N_("Publisher"),
    "contact.name": N_("Contact"),
    "contact.email": N_("E-mail of the contact"),
    "contact.url": N_("Page of the contact"),
    "tasks": N_("Task"),
    "themes": N_("Theme"),
    "modalities": N_("Modality"),
    "platforms": N_("Platform"),
    "sensors": N_("Sensor"),
    "image_sources": N_("Imagery by"),
    "processing_levels": N_("Processing level"),
    "bands": N_("Bands"),
    "band_details": N_("Bands in detail"),
    "n_bands": N_("Number of bands"),
    "polarisations": N_("Polarisation"),
    "radar.band": N_("Radar band"),
    "radar.mode": N_("Radar mode"),
    "radar.product": N_("Radar product"),
    "gsd_m": N_("Resolution (GSD)"),
    "crs": N_("Coordinate reference system"),
    "image_size_px": N_("Image size"),
    "n_samples": N_("Samples"),
    "sample_unit": N_("What one sample is"),
    "n_images": N_("Images"),
    "n_instances": N_("Objects"),
    "n_classes": N_("Number of classes"),
    "classes": N_("Classes"),
    "class_details": N_("Classes in detail"),
    "class_scheme": N_("Class scheme"),
    "splits": N_("Splits"),
    "split_strategy": N_("How the splits were made"),
    "split_distance_m": N_("Distance between splits"),
    "formats": N_("File format"),
    "n_timestamps": N_("Acquisitions per place"),
    "temporal_resolution": N_("Time between acquisitions"),
    "n_regions": N_("Regions or events"),
    "temporal_extent": N_("Dates of the imagery"),
    "spatial.extent": N_("Extent"),
    "spatial.continents": N_("Continents"),
    "spatial.countries": N_("Countries"),
    "spatial.bbox": N_("Box"),
    "spatial.footprint": N_("Footprint"),
    "spatial.places": N_("Places"),
    "volume_gb": N_("Volume"),
    "label_type": N_("Labels"),
    "label_source": N_("Labels come from"),
    "labelling.methods": N_("How labels were made"),
    "labelling.tools": N_("Tools for labelling"),
    "labelling.annotators": N_("Annotators"),
    "labelling.per_item": N_("Annotators per sample"),
    "labelling.agreement": N_("Agreement of annotators"),
    "label_date_gap": N_("Time between image and label"),
    "quality": N_("Quality measures"),
    "known_issues": N_("Known issues"),
    "bias_statement": N_("Bias"),
    "sensitivity.kinds": N_("Sensitive content"),
    "sensitivity.note": N_("Note on sensitive content"),
    "licence": N_("Licence"),
    "licence.spdx": N_("Licence (SPDX)"),
    "licence.text": N_("Licence as stated"),
    "licence_labels": N_("Licence of the labels"),
    "licence_labels.spdx": N_("Licence of the labels (SPDX)"),
    "licence_labels.text": N_("Licence of the labels as stated"),
    "access": N_("Access"),
    "urls.home": N_("Home page"),
    "urls.download": N_("Download"),
    "urls.code": N_("Code"),
    "urls.docs": N_("Documentation"),
    "files": N_("Files"),
    "libraries.torchgeo": N_("TorchGeo"),
    "libraries.tfds": N_("TensorFlow Datasets"),
    "libraries.huggingface": N_("Hugging Face"),
    "libraries.pangaea": N_("PANGAEA-Bench"),
    "libraries.aws_open_data": N_("AWS Open Data"),
    "thumbnail": N_("Picture"),
    "derived_from": N_("Derived from"),
    "relations": N_("Relations to other datasets"),
    "notes": N_("Notes"),
    "not_applicable": N_("Does not apply"),
    "conflicts": N_("What other sources say"),
    "sources": N_("Sources of the record"),
    "provenance": N_("Sources of the facts"),
}

STATES: Mapping[State, str] = {
    State.DRAFT: N_("draft"),
    State.SUBMITTED: N_("submitted"),
    State.RETURNED: N_("changes requested"),
    State.ACCEPTED: N_("accepted"),
    State.PUBLISHED: N_("published"),
    State.SUPERSEDED: N_("superseded"),
    State.REJECTED: N_("rejected"),
    State.WITHDRAWN: N_("withdrawn"),
}

PARTS: Mapping[str, str] = {
    "affiliation": N_("Affiliation"),
    "alt": N_("Text for those who see no image"),
    "bbox": N_("Box"),
    "bytes": N_("Bytes"),
    "centre_um": N_("Centre (µm)"),
    "colour": N_("Colour"),
    "common_name": N_("Common name"),
    "count": N_("Count"),
    "country": N_("Country"),
    "description": N_("Description"),
    "dtype": N_("Data type"),
    "email": N_("E-mail"),
    "end": N_("End"),
    "field": N_("Field"),
    "fixed_in": N_("Mended in"),
    "fwhm_um": N_("Width (µm)"),
    "gsd_m": N_("Pixel size (m)"),
    "index": N_("Value in the label files"),
    "key": N_("Key"),
    "kind": N_("Kind"),
    "labels_public": N_("Labels public"),
    "lat": N_("Latitude"),
    "licence": N_("Licence"),
    "line": N_("Place in it"),
    "lon": N_("Longitude"),
    "max": N_("largest"),
    "measure": N_("Measure"),
    "media_type": N_("Format"),
    "method": N_("Method"),
    "min": N_("smallest"),
    "mirror_of": N_("Copy of"),
    "name": N_("Name"),
    "nodata": N_("No data"),
    "note": N_("Note"),
    "offset": N_("Offset"),
    "orcid": "ORCID",
    "precision": N_("Precision"),
    "ref": N_("Reference"),
    "role": N_("Use"),
    "scale": N_("Factor"),
    "scheme": N_("Scheme"),
    "set_aside": N_("Set aside"),
    "severity": N_("Severity"),
    "sha256": "SHA-256",
    "since": N_("Since"),
    "slug": N_("Short name in addresses"),
    "source": N_("Source"),
    "start": N_("Start"),
    "text": N_("Text"),
    "title": N_("Title"),
    "unit": N_("Unit"),
    "url": N_("Address"),
    "value": N_("Value"),
}
"""What the parts of a fact are called that is a table, or has several values with names."""

KINDS: Mapping[str, str] = {
    "suggestion": N_("suggestion"),
    "correction": N_("correction"),
    "problem": N_("reported problem"),
    "import": N_("import"),
    "bulk": N_("change of many records"),
    "restore": N_("restored version"),
    "withdrawal": N_("withdrawal"),
}


def fact(path: str) -> str:
    """The name of a fact; a path that is not listed is read aloud."""
    known = FACTS.get(path)
    if known:
        return _(known)
    if path.startswith("provenance."):
        return _("Source of: %(fact)s", fact=fact(path.removeprefix("provenance.")))
    return html.words(path.replace(".", ", ")).capitalize() if path else _("The whole record")


def part(key: str) -> str:
    """The name of a part of a fact; one that is not listed is read aloud."""
    return _(PARTS[key]) if key in PARTS else html.words(key)


def state(code: str) -> str:
    """A state in a word."""
    return _(STATES[State(code)])


def role(code: str) -> str:
    """A role in a word."""
    return Role(code).label


def kind(code: str) -> str:
    """A kind of revision in a word or two."""
    return _(KINDS[code]) if code in KINDS else html.words(code)


def level(code: str) -> str:
    """What a level of quality means, in a sentence."""
    return _(LEVELS[code][1]) if code in LEVELS else ""
