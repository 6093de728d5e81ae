"""Fields that say what the data are: task, imagery, labels, splits and quality."""

from app.base.language import N_
from app.curation.form.fields import Field, Group

CONTENT = Group(
    "data",
    N_("Task and data"),
    N_("What a model is fed, and how much of it there is."),
    (
        Field(
            "tasks", "picks", N_("The main one first, where there is one."), terms="task", need="recommended"
        ),
        Field("modalities", "picks", terms="modality", need="recommended", waivable=False),
        Field(
            "sensors",
            "names",
            N_("One on a line. A satellite with its number, if it is known."),
            "Sentinel-2\nLandsat-8",
            terms="sensor",
            is_open=True,
        ),
        Field(
            "gsd_m",
            "range",
            N_("Size of a pixel on the ground: one length, or the finest and the coarsest."),
            "10–60 m",
            need="recommended",
        ),
        Field(
            "image_size_px", "size", N_("Width × height in pixels; two sizes where they differ."), "256 × 256"
        ),
        Field(
            "n_samples",
            "whole",
            N_("Count what a model is fed: chips, pairs, scenes."),
            "27 000",
            need="recommended",
        ),
        Field("sample_unit", "word", "", N_("patch")),
        Field(
            "bands",
            "table",
            N_(
                "One band on a line, in the order of the files. Only the name is needed; with "
                "a head line also common_name, centre_um, fwhm_um, gsd_m, dtype, scale, "
                "offset, nodata."
            ),
            "name, centre (nm), gsd_m\nB02, 492, 10\nB03, 560, 10",
            need="recommended",
            also=("band_details",),
        ),
        Field("volume_gb", "volume", N_("To download, with its unit."), "1.5 TB"),
    ),
    more=(
        Field("themes", "picks", terms="theme"),
        Field("platforms", "picks", terms="platform"),
        Field(
            "image_sources",
            "names",
            N_("Who took or gave out the images, one on a line."),
            "Planet\nGoogle Earth",
        ),
        Field("n_images", "whole", N_("Only if it differs from the number of samples.")),
        Field("n_instances", "whole", N_("Labelled objects, such as boxes or outlines."), "1 000 000"),
        Field("n_timestamps", "whole", N_("1 for a single date.")),
        Field("temporal_resolution", "duration", "", N_("5 days")),
        Field("n_bands", "whole", N_("Only if the bands are not listed above.")),
        Field("processing_levels", "names", N_("One on a line."), "L1C\nL2A"),
        Field("crs", "names", N_("One on a line."), "EPSG:4326", terms="crs", is_open=True),
        Field("polarisations", "picks", terms="polarisation"),
        Field("radar.band", "choice", terms="radar_band"),
        Field("radar.mode", "word", "", "IW"),
        Field("radar.product", "word", "", "GRD"),
    ),
)

LABELS = Group(
    "labels",
    N_("Labels and splits"),
    N_("What is to be learnt, and how it is tested."),
    (
        Field("label_type", "choice", N_("The form that the labels have."), terms="label_type"),
        Field(
            "classes",
            "table",
            N_(
                "One class on a line. Only the name is needed; with a head line also index, "
                "description, colour, count. Comma or tab separated, as copied from a "
                "spreadsheet."
            ),
            "index, name, colour\n0, water, #1f78b4\n1, forest, #33a02c",
            need="recommended",
            also=("class_details",),
        ),
        Field("n_classes", "whole", N_("Only if they are not listed above.")),
        Field(
            "splits",
            "table",
            N_("Name, role (train, validation, test, holdout), samples, labels public (yes, no)."),
            "train, train, 19 000, yes\ntest, test, 8 000, no",
            need="recommended",
        ),
        Field("split_strategy", "choice", terms="split_strategy", need="recommended"),
    ),
    more=(
        Field("split_distance_m", "metres", N_("The shortest way between samples of two splits."), "5 km"),
        Field("class_scheme", "word", N_("The nomenclature, by name or address."), "CORINE"),
        Field("label_source", "word", N_("A map, a register, a person."), "CORINE Land Cover 2018"),
        Field("labelling.methods", "picks", terms="label_method"),
        Field("labelling.tools", "names", N_("One on a line."), "QGIS"),
        Field("labelling.annotators", "whole", N_("How many people, or how many firms' workers.")),
        Field("labelling.per_item", "whole", N_("How many people saw each sample.")),
        Field("labelling.agreement", "line", N_("As stated."), "Cohen's kappa 0.81"),
        Field("label_date_gap", "duration", N_("How far apart image and label can be."), N_("6 months")),
    ),
)

QUALITY = Group(
    "quality",
    N_("Quality and limits"),
    N_("What a user should know before trusting a result."),
    (
        Field(
            "known_issues",
            "table",
            N_("One on a line: what is wrong, severity (minor, major, blocking), address."),
            '"3 % of the masks are empty", minor, https://example.org/issues/7',
            waivable=False,
        ),
        Field(
            "bias_statement",
            "prose",
            N_("Which places, seasons or groups are over-represented or missing."),
            waivable=False,
        ),
        Field(
            "sensitivity.kinds",
            "picks",
            N_("What the data could give away."),
            terms="sensitive",
            waivable=False,
        ),
    ),
    more=(
        Field("sensitivity.note", "prose", waivable=False),
        Field(
            "quality",
            "table",
            N_("One figure on a line: measure, value, unit, method."),
            "overall accuracy, 92.5, %, 500 points checked by hand",
        ),
    ),
)
