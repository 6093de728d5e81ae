"""What the address of a tile's page asks to see, and what that is: two sides, an overlay, a date, a pixel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, get_args
from urllib.parse import quote, urlencode

from fastapi import Query

from app.base.errors import NotFound
from app.tiles import combinations
from app.tiles.layers import TileDescription
from app.tiles.pixels import Stretch
from app.tiles.views import Source, View

Key = Annotated[str, Query(max_length=120)]
OWN = "rgb"
"""The picture of three bands that a reader chose."""
STRETCHES: tuple[Stretch, ...] = get_args(Stretch)
OPACITY = 60


@dataclass(frozen=True)
class Choice:
    """The choice as the address holds it; empty and -1 stand for what nobody chose.

    Attributes:
        step: the date, from 0.
        opacity: of the overlay, 0 to 100.
        row, column: of the pixel whose values are wanted, from 0.
    """

    left: str = ""
    right: str = ""
    over: str = ""
    opacity: int = OPACITY
    red: str = ""
    green: str = ""
    blue: str = ""
    stretch: Stretch | None = None
    step: int = 0
    row: int = -1
    column: int = -1

    def pairs(self) -> list[tuple[str, str]]:
        """As parameters, without what is as nobody chose."""
        mixed = self.left == OWN
        said = (
            ("left", self.left, True),
            ("r", self.red, mixed),
            ("g", self.green, mixed),
            ("b", self.blue, mixed),
            ("right", self.right, True),
            ("over", self.over, True),
            ("opacity", str(self.opacity), bool(self.over) and self.opacity != OPACITY),
            ("stretch", self.stretch or "", True),
            ("date", str(self.step + 1), self.step > 0),
            ("row", str(self.row), self.row >= 0),
            ("column", str(self.column), self.column >= 0),
        )
        return [(name, value) for name, value, is_said in said if value and is_said]

    def address(self, tile: TileDescription, **changed: object) -> str:
        """The page with this choice, but for what is changed."""
        query = urlencode(replace(self, **changed).pairs(), safe=":,")  # type: ignore[arg-type]
        return f"/tiles/{quote(tile.id)}" + (f"?{query}" if query else "")


def asked(
    left: Key = "",
    right: Key = "",
    over: Key = "",
    opacity: Annotated[int, Query(ge=0, le=100)] = OPACITY,
    r: Key = "",
    g: Key = "",
    b: Key = "",
    stretch: Key = "",
    date: Annotated[int, Query(ge=1, le=400)] = 1,
    row: Annotated[int | str, Query()] = "",
    column: Annotated[int | str, Query()] = "",
) -> Choice:
    """The choice in an address; a form sends empty fields along, which say nothing."""
    return Choice(
        left, right, over, opacity, r, g, b, stretch_of(stretch), date - 1, _number(row), _number(column)
    )


def stretch_of(given: str) -> Stretch | None:
    """A stretch by its name; None for names of none."""
    return next((one for one in STRETCHES if one == given), None)


def usual_stretch(tile: TileDescription) -> Stretch:
    """How a tile is stretched when nobody chooses: the dates of a series alike, so that they compare."""
    return "fixed" if tile.dates > 1 else "each"


def _number(given: int | str) -> int:
    return int(given) if str(given).isdecimal() and len(str(given)) < 7 else -1


@dataclass(frozen=True)
class Sight:
    """What is shown: every choice made, by the reader or for them."""

    choice: Choice
    views: tuple[View, ...]
    left: View
    right: View
    over: View | None
    stretch: Stretch
    bands: Mapping[str, Source]

    @property
    def mixed(self) -> tuple[str, ...]:
        """The bands that the left side shows as red, green and blue; empty for anything else."""
        is_mixed = self.left.colouring == "colours" and len(self.left.sources) == 3
        return tuple(source.band.name for source in self.left.sources) if is_mixed else ()


def sight(tile: TileDescription, choice: Choice) -> Sight:
    """What a choice shows of a tile.

    A picture that another date has and this one lacks gives way to what is shown when nobody chooses, so that
    a reader who moves along a series is never left with an error.

    Raises:
        NotFound: the tile has no such date, or nothing to show.
    """
    step = min(choice.step, max(tile.dates - 1, 0))
    views = combinations.views_of(tile, step)
    if not views:
        raise NotFound(combinations.no_pictures(tile))
    left, right = combinations.first_choice(views)
    chosen = _mixed(tile, choice, step) if choice.left == OWN else _by_key(views, choice.left)
    return Sight(
        replace(choice, step=step),
        views,
        chosen or left,
        _by_key(views, choice.right) or right,
        _by_key([view for view in views if view.is_truth], choice.over),
        choice.stretch or usual_stretch(tile),
        combinations.bands_by_hand(tile, step),
    )


def _by_key(views: Sequence[View], key: str) -> View | None:
    return next((view for view in views if view.key == key), None)


def _mixed(tile: TileDescription, choice: Choice, step: int) -> View | None:
    names = (choice.red, choice.green, choice.blue)
    return combinations.by_hand(tile, names, step) if all(names) else None
