"""What a record is made of: bounded texts and numbers, places, dates, addresses, and origins of facts."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.catalogue.footprint import Footprint

Kind = Literal["ml-dataset", "subset", "benchmark-suite", "product"]
Extent = Literal["global", "continental", "multi-country", "national", "regional", "city", "synthetic"]
Precision = Literal["footprint", "city", "region", "country", "continent"]
How = Literal["stated", "inferred", "computed"]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=5000, strip_whitespace=True)]
Address = Annotated[str, StringConstraints(pattern=r"^(https?|ftp|s3|gs)://[^\s<>\"]+$", max_length=1000)]
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
Count = Annotated[int, Field(ge=0, le=10**13)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Box = tuple[Longitude, Latitude, Longitude, Latitude]
Pixels = Annotated[int, Field(ge=1, le=10**7)]

UNCONFIRMED_SOURCES = frozenset({"paper", "web"})


class Part(BaseModel):
    """Frozen value; unknown keys are an error, so that a typing mistake in a file is found."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Part):
    """Where one fact comes from.

    `sources` are keys of `DatasetRecord.sources` or of `data/vocabularies/sources.yaml`. `exact` is False
    when the list that states the fact was not noted and only the sources of the whole record are known.
    `note` says where in the source, in a few words: "table 2", "section 3.1", the address of a page.
    """

    sources: tuple[Code, ...]
    how: How = "stated"
    exact: bool = True
    checked_on: date | None = None
    note: Line | None = None

    @property
    def unconfirmed(self) -> bool:
        """Stated only from memory of a publication or from a search excerpt, and checked by nobody."""
        return self.checked_on is None and self.how == "stated" and set(self.sources) <= UNCONFIRMED_SOURCES


class Source(Part):
    """One place the record draws on; `key` points into `data/vocabularies/sources.yaml`."""

    key: Code
    ref: Line
    name: Line | None = None
    line: int | None = None


class Conflict(Part):
    """A value of another source that differs from the one kept; `set_aside` when a person ruled it out."""

    field: Line
    value: Any
    source: Line
    set_aside: bool = False


class Publication(Part):
    """The paper that presents the dataset."""

    title: Line | None = None
    first_author: Line | None = None
    venue: Line | None = None
    doi: Line | None = None
    arxiv: Line | None = None
    url: Address | None = None


class Range(Part):
    """Metres, lowest and highest; equal when there is one value."""

    min: Annotated[float, Field(gt=0, le=1e6)]
    max: Annotated[float, Field(gt=0, le=1e6)]

    @model_validator(mode="after")
    def _in_order(self) -> "Range":
        if self.min > self.max:
            raise PydanticCustomError(
                "range_reversed",
                "min ({low}) is above max ({high}); swap them",
                {"low": self.min, "high": self.max},
            )
        return self


class ImageSize(Part):
    """Width and height in pixels, smallest and largest; order as the source gives it."""

    min: tuple[Pixels, Pixels]
    max: tuple[Pixels, Pixels]


class TemporalExtent(Part):
    """Acquisition dates at the precision known; `end` None with a `start` means ongoing or not stated."""

    start: PartialDate | None = None
    end: PartialDate | None = None


class Place(Part):
    """A named place; `continent` precision has no position, `country` precision only a rough centre."""

    name: Line
    country: CountryCode | None = None
    lon: Longitude | None = None
    lat: Latitude | None = None
    precision: Precision
    bbox: Box | None = None
    role: Line | None = None


class Spatial(Part):
    """Where the data lie; `footprint` is the real outline and goes before `bbox`."""

    extent: Extent | None = None
    continents: tuple[Code, ...] = ()
    countries: tuple[CountryCode, ...] = ()
    bbox: Box | None = None
    footprint: Footprint | None = None
    places: tuple[Place, ...] = ()


class Licence(Part):
    """SPDX identifier or expression where the text maps to one; `text` as stated."""

    spdx: Line | None = None
    text: Line | None = None


class Urls(Part):
    """Addresses of the dataset; not checked by the catalogue unless the link monitor says so."""

    home: Address | None = None
    download: tuple[Address, ...] = ()
    code: Address | None = None
    docs: Address | None = None


class Libraries(Part):
    """Identifiers under which loaders and hubs know the dataset."""

    torchgeo: tuple[Line, ...] = ()
    tfds: Line | None = None
    huggingface: tuple[Line, ...] = ()
    pangaea: bool = False
    aws_open_data: Line | None = None
