"""What the closed lists of a record are called: purposes, ways of access, roles of splits and others.

Unlike the vocabularies, which grow with the catalogue, their codes are fixed by `app.catalogue.details`.
"""

from collections.abc import Mapping

from app.base.language import N_, _

# Label, definition and synonyms of what the record itself closes; the codes are those of `catalogue.details`.
CHOICES: Mapping[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]] = {
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
        ("superseded-by", N_("Is replaced by"), "", ("successor", "newer version", "replaced by")),
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
"""By the name of the list: code, label, definition and synonyms of each choice."""


def label(name: str, code: str) -> str:
    """What a choice is called in the reader's language; the code itself where the list lacks it."""
    found = next((text for known, text, _about, _words in CHOICES[name] if known == code), None)
    return _(found) if found else code
