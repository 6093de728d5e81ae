"""What a record can say in detail: classes, bands, files, splits, labelling, quality, people, relations."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.catalogue.parts import Address, Code, Count, Line, Part, Short, Slug

Purpose = Literal["train", "benchmark", "pretrain", "labels-only", "imagery-only", "embeddings"]
Access = Literal["open", "registration", "request", "challenge", "restricted", "gone"]
Status = Literal["active", "superseded", "withdrawn", "unavailable"]
SplitRole = Literal["train", "validation", "test", "holdout"]
SplitStrategy = Literal["official-random", "spatial-block", "region", "temporal", "fold", "none"]
LabelMethod = Literal["manual", "crowd", "model-assisted", "derived-map", "field"]
Severity = Literal["minor", "major", "blocking"]
Sensitive = Literal["none", "people", "dwellings", "military", "biodiversity"]
RelationKind = Literal[
    "subset-of",
    "extends",
    "variant-of",
    "relabels",
    "derived-from",
    "part-of-series",
    "duplicate-of",
    "superseded-by",
]
FactPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=60)]
MediaType = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]+/[A-Za-z0-9][A-Za-z0-9.+_-]*(; ?[a-z-]+=[^\s;]+)*$", max_length=150),
]
Crs = Annotated[str, StringConstraints(pattern=r"^(EPSG:[0-9]{4,6}|OGC:CRS84|mixed-utm|none)$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Orcid = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-){3}[0-9]{3}[0-9X]$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$", max_length=254)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Duration = Annotated[
    str,
    StringConstraints(
        pattern=r"^P([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,4}D)?(T[0-9]{1,4}[HM])?$", min_length=3
    ),
]
Finite = Annotated[float, Field(allow_inf_nan=False, ge=-1e30, le=1e30)]


class File(Part):
    """One file, archive or bucket to fetch; `url` also stands in `urls.download`. `bytes` as transferred."""

    url: Address
    title: Line | None = None
    media_type: MediaType | None = None
    bytes: Annotated[int, Field(ge=0, le=10**18)] | None = None
    sha256: Sha256 | None = None
    mirror_of: Address | None = None


class ClassDetail(Part):
    """What is known of one class beyond its name, which also stands in `classes`.

    `index` is the value in the label files, with its gaps and the value to ignore (often 255); `count` is the
    number of samples, objects or pixels of the class, as the source counts.
    """

    name: Line
    index: Annotated[int, Field(ge=-(2**31), le=2**32)] | None = None
    description: Line | None = None
    colour: Colour | None = None
    count: Count | None = None


class BandDetail(Part):
    """What is known of one band beyond its name, which also stands in `bands`.

    Centre and full width at half maximum in micrometres, `gsd_m` in metres; a stored number times `scale`
    plus `offset` is the physical value; `nodata` is the number that marks a pixel without one.
    """

    name: Line
    common_name: Short | None = None
    centre_um: Annotated[float, Field(gt=0, le=1e6)] | None = None
    fwhm_um: Annotated[float, Field(gt=0, le=1e6)] | None = None
    gsd_m: Annotated[float, Field(gt=0, le=1e6)] | None = None
    dtype: (
        Annotated[str, StringConstraints(pattern=r"^(u?int(8|16|32|64)|c?float(16|32|64)|bool)$")] | None
    ) = None
    scale: Finite | None = None
    offset: Finite | None = None
    nodata: Finite | Literal["nan"] | None = None


class Radar(Part):
    """How radar images were taken: the frequency band by its letter, the mode and the product by name."""

    band: Literal["P", "L", "S", "C", "X", "Ku", "K", "Ka"] | None = None
    mode: Short | None = None
    product: Short | None = None


class Split(Part):
    """One part of the data: `name` as the source calls it, `role` what it is for, `count` of its samples."""

    name: Short
    role: SplitRole | None = None
    count: Count | None = None
    labels_public: bool | None = None


class Labelling(Part):
    """How the labels were made: `annotators` in all, `per_item` how many saw each sample, `agreement` as
    stated."""

    methods: tuple[LabelMethod, ...] = ()
    tools: tuple[Short, ...] = ()
    annotators: Count | None = None
    per_item: Count | None = None
    agreement: Line | None = None


class Measure(Part):
    """One figure of quality, such as the accuracy of the labels against a check."""

    measure: Short
    value: Finite
    unit: Short | None = None
    method: Line | None = None


class KnownIssue(Part):
    """Something wrong with the data that a user should know; `fixed_in` is the version that mends it."""

    text: Line
    severity: Severity | None = None
    url: Address | None = None
    since: Short | None = None
    fixed_in: Short | None = None


class Sensitivity(Part):
    """What in the data could harm whom it shows; the kind "none" means that somebody looked."""

    kinds: tuple[Sensitive, ...] = ()
    note: Line | None = None


class Creator(Part):
    """Somebody who made the dataset, in the order of the citation."""

    name: Line
    orcid: Orcid | None = None
    affiliation: Line | None = None


class Contact(Part):
    """Whom to ask about the dataset; an address that its makers publish, never a private one."""

    name: Line | None = None
    email: Email | None = None
    url: Address | None = None


class OtherId(Part):
    """An identifier elsewhere: scheme such as zenodo, kaggle, gee, wikidata."""

    scheme: Code
    value: Line


class Relation(Part):
    """How this dataset stands to another one of the catalogue."""

    kind: RelationKind
    slug: Slug


class Thumbnail(Part):
    """A picture that stands for the dataset, with the words for those who do not see it."""

    url: Address
    alt: Line
    licence: Line | None = None
