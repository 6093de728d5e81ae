"""Fields that say where the data lie, under which terms they are given out, and where they are found."""

from app.base.language import N_
from app.curation.form.fields import Field, Group

PLACE = Group(
    "where",
    N_("Where and when"),
    N_("Where the images were taken, and when."),
    (
        Field("spatial.extent", "choice", terms="extent"),
        Field(
            "spatial.countries",
            "names",
            N_("One on a line, or separated by semicolons. Leave empty for the whole world."),
            N_("Kenya; Uganda"),
            terms="country",
        ),
        Field(
            "temporal_extent",
            "interval",
            N_(
                "First and last image, as exactly as it is known: 2019, 2019-05 or "
                "2019-05-31. Leave the end empty while it goes on."
            ),
            "2017-06 – 2018-05",
            need="recommended",
        ),
    ),
    more=(
        Field("spatial.continents", "picks", terms="continent"),
        Field("n_regions", "whole", N_("Cities, floods, fires, fields: places that stand for themselves.")),
    ),
)

LICENCE = Group(
    "licence",
    N_("Licence and access"),
    N_("What people may do with it, and how they get it."),
    (
        Field(
            "licence.spdx",
            "named",
            N_("Of the data. The SPDX identifier, where there is one."),
            "CC-BY-4.0",
            label=N_("Licence of the data"),
            terms="licence",
            need="required",
            waivable=False,
            is_open=True,
        ),
        Field(
            "licence.text",
            "line",
            N_("In the words of the source. Write “not stated” if it names none; that is an answer, too."),
            N_("not stated"),
            waivable=False,
        ),
        Field("access", "choice", terms="access", waivable=False),
        Field(
            "urls.download",
            "table",
            N_("One address on a line. With a head line also title, media_type, bytes, sha256, mirror_of."),
            "https://zenodo.org/records/7711810/files/EuroSAT_MS.zip",
            need="recommended",
            also=("files",),
        ),
        Field(
            "formats",
            "names",
            N_("One on a line."),
            "GeoTIFF\nGeoJSON",
            terms="media_type",
            is_open=True,
            need="recommended",
            waivable=False,
        ),
    ),
    more=(
        Field(
            "licence_labels.spdx",
            "named",
            N_("Only if the labels have another one."),
            terms="licence",
            is_open=True,
        ),
        Field("licence_labels.text", "word"),
    ),
)

LINKS = Group(
    "links",
    N_("Links"),
    N_("Where to read on, and who else knows it."),
    (
        Field(
            "urls.home",
            "address",
            N_("The page of the dataset itself."),
            "https://bigearth.net",
            need="recommended",
        ),
        Field("urls.code", "address", N_("Code of its makers."), "https://github.com/phelber/EuroSAT"),
        Field("urls.docs", "address"),
    ),
    more=(
        Field("libraries.torchgeo", "names", N_("Class names, one on a line."), "EuroSAT"),
        Field("libraries.tfds", "word", "", "eurosat"),
        Field("libraries.huggingface", "names", N_("One on a line."), "torchgeo/eurosat"),
        Field("libraries.aws_open_data", "word", N_("Name in the Registry of Open Data."), "sentinel-2"),
        Field("libraries.pangaea", "flag", waivable=False),
        Field(
            "thumbnail",
            "picture",
            N_("A picture that may be shown, with words for those who do not see it."),
            waivable=False,
        ),
        Field("derived_from", "names", N_("Short names of datasets here, one on a line."), "bigearthnet"),
        Field(
            "relations",
            "table",
            N_(
                "How it stands to datasets here, one on a line: subset-of, extends, "
                "variant-of, relabels, derived-from, part-of-series, duplicate-of, superseded-by."
            ),
            "subset-of, bigearthnet",
        ),
    ),
)
