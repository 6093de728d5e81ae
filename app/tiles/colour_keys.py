"""What the colours of a picture mean: classes with shares, a ramp with its ends, or bands with theirs."""

from dataclasses import dataclass

from app.base.html import decimals
from app.base.language import _
from app.tiles import colours, pixels
from app.tiles.pixels import Range, Values
from app.tiles.views import INDEX_RANGE, Source, View

STRIPES = 24
"""Steps of a ramp as a legend shows them."""


@dataclass(frozen=True)
class Class:
    """One class that occurs, or could; `share` of the known pixels, 0 to 1."""

    value: int
    name: str
    colour: str
    share: float


@dataclass(frozen=True)
class Channel:
    """One channel of colours: what is red, for example, from its darkest to its brightest."""

    colour: str
    name: str
    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class Ramp:
    """A ramp from its first value to its last, as stripes of colour."""

    stripes: tuple[str, ...]
    low: float
    high: float
    unit: str
    symmetric: bool


@dataclass(frozen=True)
class Legend:
    """One of the three is given; `unknown` is the share of pixels without a value, 0 to 1."""

    unknown: float
    classes: tuple[Class, ...] = ()
    channels: tuple[Channel, ...] = ()
    ramp: Ramp | None = None

    @property
    def names(self) -> dict[int, str]:
        """The name of each class by the value of its pixels."""
        return {one.value: one.name for one in self.classes}


def legend(view: View, values: Values, ranges: tuple[Range, ...]) -> Legend:
    """The legend of a picture as it is stretched.

    Args:
        values: [channel, row, column] as pixels.channels gives them.
        ranges: of the channels, as pixels.ranges gives them.
    """
    unknown = float(pixels.unknown(values).mean())
    if view.colouring == "classes":
        return Legend(unknown, classes=_classes(view, values))
    if view.ramp:
        return Legend(unknown, ramp=_ramp(view, ranges[0]))
    return Legend(unknown, channels=_channels(view, ranges))


def _classes(view: View, values: Values) -> tuple[Class, ...]:
    """Those that occur, the commonest first, then the others in the order of the layer."""
    found = pixels.shares(view, values)
    rows = [Class(one.value, one.name, one.colour, found.get(one.value, 0.0)) for one in view.classes]
    return tuple(sorted(rows, key=lambda row: -row.share))


def _ramp(view: View, ends: Range) -> Ramp:
    steps = colours.ramp(view.ramp)
    places = [round(place * (colours.STEPS - 1) / (STRIPES - 1)) for place in range(STRIPES)]
    written = tuple("#{:02x}{:02x}{:02x}".format(*steps[place][:3]) for place in places)
    return Ramp(written, *ends, view.unit, ends == INDEX_RANGE)


def _channels(view: View, ranges: tuple[Range, ...]) -> tuple[Channel, ...]:
    names = (_("red"), _("green"), _("blue"))
    told = [_told(source) for source in view.sources]
    if view.colouring == "radar":
        told.append(view.channels[-1])
    rows = zip(names, told, ranges, strict=True)
    return tuple(Channel(colour, name, low, high, view.unit) for colour, name, (low, high) in rows)


def _told(source: Source) -> str:
    """A band by its name and where its centre lies."""
    band = source.band
    return f"{band.name}, {decimals(band.centre_um, 2)} µm" if band.centre_um else band.name
