"""What can be chosen from: the vocabularies of the catalogue, and the short closed lists of the record.

A word is found by its code, its label or a synonym, whatever its case, with or without hyphens.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from app.base.language import N_, _
from app.catalogue import naming, vocabulary
from app.catalogue.vocabulary import Term

MOST_ANSWERS = 12

# Label, definition and synonyms of what the record itself closes; the codes are those of `catalogue.details`.
OWN: Mapping[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]] = {
    "purpose": (
        ("train", N_("Training"), N_("To train models for a task."), ("supervised",)),
        ("benchmark", N_("Benchmark"), N_("To compare models under one protocol."), ("evaluation",)),
        (
            "pretrain",
            N_("Pre-training"),
            N_("To train a model before its task is known."),
            ("self-supervised",),
        ),
        ("labels-only", N_("Labels only"), N_("The images come from elsewhere."), ("annotations",)),
        ("imagery-only", N_("Images only"), N_("Without labels."), ("unlabelled",)),
        ("embeddings", N_("Embeddings"), N_("Vectors that a model computed."), ("features",)),
    ),
    "access": (
        ("open", N_("Open"), N_("Anybody can download it at once."), ("public", "free")),
        (
            "registration",
            N_("After registration"),
            N_("An account is needed, and everybody gets one."),
            ("login",),
        ),
        ("request", N_("On request"), N_("Somebody decides who gets it."), ("form", "by e-mail")),
        (
            "challenge",
            N_("In a challenge"),
            N_("For those who take part in a competition."),
            ("competition",),
        ),
        ("restricted", N_("Restricted"), N_("For a closed group."), ("internal", "private")),
        ("gone", N_("Gone"), N_("It can no longer be had."), ("removed", "offline")),
    ),
    "status": (
        ("active", N_("In use"), "", ("current", "maintained")),
        ("superseded", N_("Superseded"), N_("A newer version or dataset replaces it."), ("outdated",)),
        ("withdrawn", N_("Withdrawn"), N_("Its makers took it back."), ("retracted",)),
        ("unavailable", N_("Unavailable"), N_("Nobody offers it any more."), ("gone",)),
    ),
    "polarisation": tuple((code, code, "", ()) for code in ("VV", "VH", "HH", "HV")),
    "radar_band": tuple(
        (code, code, "", (f"{code}-band",)) for code in ("P", "L", "S", "C", "X", "Ku", "K", "Ka")
    ),
    "split_strategy": (
        ("official-random", N_("Random"), N_("Samples were drawn at random."), ("random",)),
        (
            "spatial-block",
            N_("Blocks on the ground"),
            N_("Neighbouring samples share a part."),
            ("grid", "tiles"),
        ),
        (
            "region",
            N_("By region"),
            N_("Whole cities, countries or events share a part."),
            ("geographic", "city"),
        ),
        ("temporal", N_("By time"), N_("Earlier samples train, later ones test."), ("time", "year")),
        ("fold", N_("Folds"), N_("Cross-validation with given folds."), ("cross-validation",)),
        ("none", N_("No split"), N_("The dataset comes in one piece."), ("unsplit",)),
    ),
    "split_role": (
        ("train", N_("Training"), "", ("training",)),
        ("validation", N_("Validation"), "", ("val", "valid", "dev", "development")),
        ("test", N_("Test"), "", ("testing", "evaluation")),
        (
            "holdout",
            N_("Held out"),
            N_("The labels stay with the makers."),
            ("hold-out", "hidden", "private"),
        ),
    ),
    "severity": (
        ("minor", N_("Minor"), "", ("low", "small")),
        ("major", N_("Major"), "", ("high", "serious")),
        ("blocking", N_("Blocking"), N_("It cannot be used for its purpose."), ("critical",)),
    ),
    "relation": (
        ("subset-of", N_("Is a part of"), "", ("subset", "part of")),
        ("extends", N_("Extends"), "", ("adds to",)),
        ("variant-of", N_("Is a variant of"), "", ("version of", "variant")),
        ("relabels", N_("Gives new labels to"), "", ("new labels",)),
        ("derived-from", N_("Is derived from"), "", ("based on",)),
        ("part-of-series", N_("Belongs to the series of"), "", ("series",)),
        ("duplicate-of", N_("Is the same as"), "", ("duplicate", "same")),
    ),
    "label_method": (
        (
            "manual",
            N_("By hand"),
            N_("People who were trained for it drew or chose the labels."),
            ("annotators",),
        ),
        ("crowd", N_("By many volunteers or paid workers"), "", ("crowdsourcing", "OpenStreetMap", "OSM")),
        ("model-assisted", N_("By a model, corrected by people"), "", ("semi-automatic", "SAM")),
        (
            "derived-map",
            N_("Taken from a map"),
            N_("Another product, such as CORINE."),
            ("register", "cadastre"),
        ),
        (
            "field",
            N_("Measured in the field"),
            N_("In-situ data or surveys."),
            ("in situ", "survey", "LUCAS"),
        ),
    ),
    "sensitive": (
        ("none", N_("Nothing; somebody looked"), "", ()),
        ("people", N_("People can be recognised"), "", ()),
        ("dwellings", N_("Single dwellings of people at risk"), "", ()),
        ("military", N_("Military sites"), "", ()),
        ("biodiversity", N_("Places of protected species"), "", ()),
    ),
    "media_type": (
        ("image/tiff; application=geotiff", "GeoTIFF", "", ("tif", "tiff", "image/tiff")),
        ("image/tiff; application=geotiff; profile=cloud-optimized", "Cloud-optimised GeoTIFF", "", ("COG",)),
        ("image/png", "PNG", "", ()),
        ("image/jpeg", "JPEG", "", ("jpg",)),
        ("image/jp2", "JPEG 2000", "", ("jp2",)),
        ("application/x-hdf5", "HDF5", "", ("h5", "hdf")),
        ("application/netcdf", "NetCDF", "", ("nc", "application/x-netcdf")),
        ("application/vnd.zarr", "Zarr", "", ()),
        ("application/x-npy", "NumPy", "", ("npy", "npz")),
        ("application/x-matlab-data", "MATLAB", "", ("mat",)),
        ("application/x-tfrecord", "TFRecord", "", ("tfrecords",)),
        ("application/x-webdataset", "WebDataset", "", ()),
        ("application/x-lmdb", "LMDB", "", ()),
        ("application/vnd.apache.parquet", "Parquet", "", ("GeoParquet", "application/x-parquet")),
        ("application/geo+json", "GeoJSON", "", ()),
        ("application/json", "JSON", "", ("COCO",)),
        ("application/xml", "XML", "", ("Pascal VOC", "text/xml")),
        ("application/geopackage+sqlite3", "GeoPackage", "", ("gpkg",)),
        ("application/vnd.shp", "Shapefile", "", ("shp", "x-shapefile")),
        ("application/vnd.las", "LAS", "", ("laz", "point cloud")),
        ("application/zip", "ZIP", "", ()),
        ("application/x-tar", "TAR", "", ("tar.gz", "tgz")),
        ("text/csv", "CSV", "", ()),
        ("text/plain", N_("Plain text"), "", ("txt",)),
        ("video/mp4", "MP4", "", ()),
    ),
    "language": (
        ("en", N_("English"), "", ()),
        ("de", N_("German"), "", ()),
        ("fr", N_("French"), "", ()),
        ("es", N_("Spanish"), "", ()),
        ("pt", N_("Portuguese"), "", ()),
        ("it", N_("Italian"), "", ()),
        ("zh", N_("Chinese"), "", ()),
        ("ja", N_("Japanese"), "", ()),
        ("ko", N_("Korean"), "", ()),
        ("ru", N_("Russian"), "", ()),
        ("ar", N_("Arabic"), "", ()),
        ("hi", N_("Hindi"), "", ()),
    ),
    "crs": (
        ("EPSG:4326", "WGS 84", N_("Longitude and latitude in degrees."), ("WGS84", "lat lon")),
        ("EPSG:3857", "Web Mercator", "", ("pseudo-Mercator",)),
        ("EPSG:3035", "ETRS89 / LAEA Europe", "", ()),
        ("EPSG:5070", "NAD83 / Conus Albers", "", ()),
        ("EPSG:2154", "RGF93 / Lambert-93", "", ()),
        ("EPSG:25832", "ETRS89 / UTM zone 32N", "", ()),
        ("mixed-utm", N_("UTM, several zones"), N_("Each scene in the zone it lies in."), ("UTM",)),
        ("none", N_("None"), N_("Pixels without a place on the ground."), ("not georeferenced",)),
    ),
}

LISTS: Mapping[str, str] = {
    name: name
    for name in (
        "task",
        "theme",
        "modality",
        "platform",
        "sensor",
        "label_type",
        "kind",
        "extent",
        "country",
        "continent",
    )
}
"""Vocabularies of the catalogue that fields draw on."""


def names() -> frozenset[str]:
    """Every list that can be asked for."""
    return frozenset({*LISTS, *OWN, "licence"})


def terms(name: str) -> Mapping[str, Term]:
    """The terms of a list by code, in its order.

    Raises:
        KeyError: there is no such list.
    """
    return vocabulary.terms(LISTS[name]) if name in LISTS else _own(name)


@cache
def _own(name: str) -> Mapping[str, Term]:
    return MappingProxyType(
        {term.code: term for term in (_licences() if name == "licence" else _closed(name))}
    )


def _closed(name: str) -> Iterable[Term]:
    return (Term(code, label, definition, synonyms) for code, label, definition, synonyms in OWN[name])


def _licences() -> Iterable[Term]:
    entries: list[dict[str, Any]] = vocabulary.load("licences")["licences"]
    return (Term(entry["spdx"], entry["spdx"], entry["name"], (entry["name"],)) for entry in entries)


def label(name: str, code: str) -> str:
    """What to show for a code, in the reader's language; the code itself where the list lacks it."""
    if name in LISTS:
        return naming.term(LISTS[name], code)
    term = terms(name).get(code)
    return _(term.label) if term else code


def code_of(name: str, word: str) -> str | None:
    """The code that a word means; None where the list does not know it, or two terms claim it."""
    if word in terms(name):
        return word
    folded = fold(word)
    by_label = [
        term.code
        for term in terms(name).values()
        if folded in (fold(term.code), fold(term.label), fold(label(name, term.code)))
    ]
    if by_label:
        return by_label[0]
    claims = [term.code for term in terms(name).values() if folded in map(fold, term.synonyms)]
    return claims[0] if len(claims) == 1 else None


def find(name: str, asked: str, most: int = MOST_ANSWERS) -> list[Term]:
    """The terms that begin with, or hold, what was typed: by label first, then by synonym, "
    "then by definition."""
    folded = fold(asked)
    if not folded:
        return list(terms(name).values())[:most]
    ranked = [
        (rank, place, term)
        for place, term in enumerate(terms(name).values())
        if (rank := _rank(name, term, folded)) < _NO_MATCH
    ]
    return [term for _, _, term in sorted(ranked, key=lambda one: one[:2])[:most]]


_NO_MATCH = 9


def _rank(name: str, term: Term, folded: str) -> int:
    labels = {fold(term.label), fold(label(name, term.code)), fold(term.code)}
    synonyms = {fold(synonym) for synonym in term.synonyms}
    tests = (
        folded in labels,
        any(one.startswith(folded) for one in labels),
        folded in synonyms,
        any(f" {folded}" in f" {one}" for one in labels),
        any(f" {folded}" in f" {one}" for one in synonyms),
        any(folded in one for one in labels),
        folded in fold(term.definition),
    )
    return next((rank for rank, holds in enumerate(tests) if holds), _NO_MATCH)


def fold(text: str) -> str:
    """A word as it is compared: without regard to case, hyphens and spaces."""
    return " ".join(text.replace("-", " ").replace("_", " ").casefold().split())
