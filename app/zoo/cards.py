"""What a model eats, returns and is good for: the card that lies beside its file.

A card is written by the training, read by whatever runs the model, and shown to readers. Figures that others
published and figures that we measured never share a field.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from app.base.errors import Invalid
from app.zoo.scaling import Scaling

Kind = Literal["classification", "segmentation", "regression", "restoration", "matching"]
Verdict = Literal["reproduced", "partly", "not reproduced"]
Returned = Literal["scores", "probabilities", "values", "variance", "locations"]
Question = Literal["land-cover", "local-climate-zone", "clear-image", "ndvi", "height", "cloud"]
"""What an outcome answers; truth of a tile that answers the same is what it is measured against."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]

CARD, MODEL, REFERENCE = "card.yaml", "model.onnx", "reference.npz"
LARGEST_CARD = 200_000


class Part(BaseModel):
    """Frozen value; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class InputBand(Part):
    """One band of an input: what it is, and how its values become 0 to 1.

    `low` becomes 0 and `high` becomes 1, in the unit of the band, after clipping to both.
    """

    name: Line
    common_name: Line | None = None
    centre_um: Annotated[float, Field(gt=0, lt=100)] | None = None
    unit: Literal["reflectance", "dB", "m", "1"]
    low: float
    high: float

    @property
    def scaling(self) -> Scaling:
        """How its values are prepared."""
        return Scaling(self.low, self.high)


class Input(Part):
    """One named input of the network.

    Attributes:
        bands: in the order of the channels.
        dates: how many dates stand before the bands; None where the input has no dates, 0 for any number.
        days: name of the input that takes the days of the dates, where there is one.
        copies: how often the same tile is given, for networks that hold several.
        smallest, multiple: rows and columns are at least the one and a multiple of the other.
        fixed: rows and columns are exactly `smallest`.
    """

    name: Line
    bands: tuple[InputBand, ...] = Field(min_length=1)
    dates: Annotated[int, Field(ge=0, le=366)] | None = None
    days: Line | None = None
    copies: Annotated[int, Field(ge=1, le=16)] | None = None
    smallest: Annotated[int, Field(ge=1, le=4096)]
    multiple: Annotated[int, Field(ge=1, le=1024)] = 1
    fixed: bool = False


class ClassName(Part):
    """One class a model tells apart."""

    name: Line
    colour: Colour


class Output(Part):
    """One named output; `unit` where its values have one, `classes` where it tells classes apart."""

    name: Line
    returned: Returned
    unit: Line | None = None
    classes: tuple[ClassName, ...] = ()
    bands: tuple[Line, ...] = ()


class Published(Part):
    """A figure that others published, quoted: on their data, with their network."""

    what: Line
    value: float
    unit: Line | None = None
    data: Line
    source: Line


class Measured(Part):
    """A figure of ours: mean over seeds, and how far they lie apart (standard deviation)."""

    what: Line
    value: float
    spread: float
    variant: Line


class Claim(Part):
    """What the paper says and whether it came out; its margin was fixed before the test scenes were seen."""

    text: Line
    margin: Line
    verdict: Verdict


class Training(Part):
    """How the file was made."""

    recipe: Line
    steps: int
    batch: int
    rate: float
    seed: int
    data: Line
    simulated: bool


class File(Part):
    """The file of the network, so that nothing else is ever opened in its place."""

    sha256: Digest
    size: Annotated[int, Field(gt=0, le=2 * 10**9)]
    opset: Annotated[int, Field(ge=1, le=100)]


class ModelCard(Part):
    """All that is known of one model."""

    id: Id
    name: Line
    summary: Line
    kind: Kind
    answers: Question | None = None
    architecture: Line
    parameters: Annotated[int, Field(gt=0)]
    inputs: tuple[Input, ...] = Field(min_length=1)
    outputs: tuple[Output, ...] = Field(min_length=1)
    gsd_m: Annotated[float, Field(gt=0)]
    paper: Line
    licence: Line
    not_for: Line
    training: Training
    published: tuple[Published, ...] = ()
    measured: tuple[Measured, ...] = ()
    measured_on: date | None = None
    measured_with: Line | None = None
    claims: tuple[Claim, ...] = ()
    file: File

    @model_validator(mode="after")
    def _has_classes(self) -> "ModelCard":
        labels = self.kind in ("classification", "segmentation", "matching")
        if labels and not self.outputs[0].classes:
            raise ValueError("a model that labels names its classes; add them to its first output")
        if self.kind == "matching" and len(self.inputs) != 2:
            raise ValueError("a model that matches has two inputs")
        return self

    @property
    def classes(self) -> tuple[ClassName, ...]:
        """The classes it tells apart; none for one that returns values."""
        return self.outputs[0].classes

    @property
    def bands(self) -> tuple[str, ...]:
        """The bands of all inputs, in order."""
        return tuple(band.name for one in self.inputs for band in one.bands)


def read_card(path: Path) -> ModelCard:
    """The card in a file.

    Raises:
        Invalid: no card; the message names the field.
    """
    if path.stat().st_size > LARGEST_CARD:
        raise Invalid(f"{path.name} has more than {LARGEST_CARD:,} bytes, which no card needs.")
    try:
        return ModelCard.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.parent.name}/{path.name} is no model card: {error}") from None


def write_card(card: ModelCard, path: Path) -> None:
    """Write the card as people read it."""
    document = card.model_dump(mode="json", exclude_defaults=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110), "utf-8")


def read_cards(folder: Path) -> dict[str, ModelCard]:
    """All cards of a folder by the id of their model, ordered by it.

    Raises:
        Invalid: a card is wrong, or stands in a folder of another name.
    """
    cards = {path.parent.name: read_card(path) for path in sorted(folder.glob(f"*/{CARD}"))}
    for name, card in cards.items():
        if card.id != name:
            raise Invalid(f"The card of {card.id} lies in the folder {name}; one of the two names is wrong.")
    return cards
