"""The tables of the form: which columns each has."""

from collections.abc import Mapping

from app.curation.form.tables import Column, Sheet

SHEETS: Mapping[str, Sheet] = {
    "classes": Sheet(
        (
            Column("name", ("class", "label", "category", "klasse")),
            Column("index", ("id", "value", "code", "number", "no"), "signed"),
            Column("description", ("definition", "meaning")),
            Column("colour", ("color", "rgb", "hex", "farbe"), "colour"),
            Column("count", ("n", "samples", "instances", "objects", "pixels", "frequency"), "whole"),
        ),
        key="name",
        numbered="index",
    ),
    "bands": Sheet(
        (
            Column("name", ("band", "native name", "channel")),
            Column("common_name", ("common", "colour", "color")),
            Column(
                "centre_um",
                ("centre", "center", "wavelength", "central wavelength", "center_um"),
                "micrometres",
            ),
            Column("fwhm_um", ("fwhm", "width", "bandwidth"), "micrometres"),
            Column("gsd_m", ("gsd", "resolution", "pixel size"), "metres"),
            Column("dtype", ("type", "data type"), "lower"),
            Column("scale", ("factor",), "real"),
            Column("offset", (), "real"),
            Column("nodata", ("no data", "fill", "fill value"), "no_data"),
        ),
        key="name",
    ),
    "splits": Sheet(
        (
            Column("name", ("split", "part", "subset")),
            Column("role", ("use", "purpose"), terms="split_role"),
            Column("count", ("n", "samples", "size", "number"), "whole"),
            Column("labels_public", ("labels public", "public", "labels"), "flag"),
        ),
        key="name",
    ),
    "urls.download": Sheet(
        (
            Column("url", ("address", "link", "download"), "address"),
            Column("title", ("name", "file")),
            Column("media_type", ("type", "format", "mime"), terms="media_type", is_open=True),
            Column("bytes", ("size",), "octets"),
            Column("sha256", ("checksum", "hash"), "lower"),
            Column("mirror_of", ("mirror of", "copy of"), "address"),
        ),
        key="url",
    ),
    "creators": Sheet(
        (
            Column("name", ("creator", "author", "person")),
            Column("orcid", ("orcid id", "id"), "orcid"),
            Column("affiliation", ("institution", "organisation", "organization")),
        ),
        key="name",
    ),
    "other_ids": Sheet(
        (
            Column("scheme", ("kind", "type", "where"), "lower"),
            Column("value", ("id", "identifier")),
        ),
        key="scheme",
    ),
    "quality": Sheet(
        (
            Column("measure", ("name", "metric", "what")),
            Column("value", ("figure",), "real"),
            Column("unit", ()),
            Column("method", ("how",)),
        ),
        key="measure",
    ),
    "known_issues": Sheet(
        (
            Column("text", ("issue", "problem", "description")),
            Column("severity", ("gravity",), terms="severity"),
            Column("url", ("address", "link"), "address"),
            Column("since", ("since version",)),
            Column("fixed_in", ("fixed in", "fixed")),
        ),
        key="text",
    ),
    "relations": Sheet(
        (
            Column("kind", ("relation", "how"), terms="relation"),
            Column("slug", ("dataset", "to"), "lower"),
        ),
        key="kind",
    ),
}
"""By the path of the field that holds the table."""

DETAILS: Mapping[str, tuple[str, str]] = {
    "classes": ("class_details", "name"),
    "bands": ("band_details", "name"),
    "urls.download": ("files", "url"),
}
"""Tables whose first column is a list of its own in the record, beside what is known of each entry."""
