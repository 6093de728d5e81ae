"""Which pictures a tile offers: colours made of three bands, indices, radar, and what truth shows.

No file is opened for that: views are made from the description of a tile alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.base.errors import NotFound
from app.base.language import _
from app.tiles.layers import Layer, TileDescription
from app.tiles.views import ANSWERS, COLOURS, INDICES, ROLES, Colouring, Recipe, Source, View


def views_of(tile: TileDescription, step: int = 0) -> tuple[View, ...]:
    """All pictures of one date of a tile: what was seen first, then truth. Keys are unique."""
    seen = [layer for layer in tile.seen if layer.step == step]
    found = [view for layer in seen for view in _views_of_layer(layer)]
    found += [view for layer in truth_at(tile, step) for view in _truth_views(layer)]
    return tuple({view.key: view for view in reversed(found)}.values())[::-1]


def truth_at(tile: TileDescription, step: int) -> tuple[Layer, ...]:
    """The truth of one date: of those that answer the same question, the one of the date, else the first."""
    best: dict[str, Layer] = {}
    for layer in tile.truth:
        kept = best.setdefault(str(layer.answers), layer)
        if layer.step == step and kept.step != step:
            best[str(layer.answers)] = layer
    return tuple(best.values())


def view_of(tile: TileDescription, key: str, step: int = 0) -> View:
    """One picture by its key, or by three bands: `rgb:B4,B3,B2`.

    Raises:
        NotFound: the tile has no such picture; the message tells which there are.
    """
    if key.startswith("rgb:"):
        return by_hand(tile, tuple(key[4:].split(",")), step)
    offered = views_of(tile, step)
    for view in offered:
        if view.key == key:
            return view
    raise NotFound(
        _(
            "This tile has no picture %(given)s; it has %(all)s.",
            given=repr(key[:40]),
            all=", ".join(view.key for view in offered),
        )
    )


def no_pictures(tile: TileDescription) -> str:
    """Why a tile cannot be shown, in words."""
    return _("The tile %(id)s has no layer that can be shown.", id=tile.id)


def by_hand(tile: TileDescription, names: tuple[str, ...], step: int = 0) -> View:
    """Three bands of a reader's choice as red, green and blue.

    Raises:
        NotFound: the tile has no band of that name, or not three are given.
    """
    offered = bands_by_hand(tile, step)
    lacking = [name for name in names if name not in offered]
    if lacking or len(names) != 3:
        raise NotFound(
            _(
                "Three bands make a picture; this tile has %(all)s.",
                all=", ".join(offered),
            )
        )
    return View(f"rgb:{','.join(names)}", "–".join(names), "colours", tuple(offered[name] for name in names))


def bands_by_hand(tile: TileDescription, step: int = 0) -> dict[str, Source]:
    """The bands a reader may mix, by name: optical and radar, of one date."""
    found: dict[str, Source] = {}
    for layer in tile.seen:
        if layer.step == step and layer.shows in ("optical", "radar"):
            for position, band in enumerate(layer.bands):
                found.setdefault(band.name, Source(layer, position))
    return found


def roles(layer: Layer) -> dict[str, Source]:
    """The bands of a layer by common name; Sentinel-2's names count only where the file says none.

    B5 is near infrared for one sensor and red edge for another, so one word of the file outweighs all names.
    """
    said = {
        band.common_name: Source(layer, position)
        for position, band in reversed(list(enumerate(layer.bands)))
        if band.common_name
    }
    if said:
        return said
    names = {plain(band.name): position for position, band in enumerate(layer.bands)}
    return {role: Source(layer, names[name]) for role, name in ROLES.items() if name in names}


def plain(name: str) -> str:
    """A band's name without leading zeros: B04 becomes B4."""
    return re.sub(r"^B0+(?=\d)", "B", name.strip().upper())


def _views_of_layer(layer: Layer) -> Iterator[View]:
    if layer.shows == "optical":
        yield from _optical(layer, "")
    elif layer.shows == "radar":
        yield from _radar(layer)
    else:
        yield _single(layer, layer.key)


def _optical(layer: Layer, prefix: str) -> Iterator[View]:
    known = roles(layer)
    made = [view for recipe in COLOURS if (view := _made(recipe, "colours", known, prefix))]
    made += [view for recipe in INDICES if (view := _made(recipe, "index", known, prefix))]
    if not any(view.colouring == "colours" for view in made):
        yield _plain_colours(layer, prefix)
    yield from made


def _made(recipe: Recipe, colouring: Colouring, known: dict[str, Source], prefix: str) -> View | None:
    if not all(role in known for role in recipe.bands):
        return None
    return View(
        f"{prefix}{recipe.key}",
        _(recipe.title),
        colouring,
        tuple(known[role] for role in recipe.bands),
        recipe.ramp,
        _(recipe.help) if recipe.help else "",
    )


def _plain_colours(layer: Layer, prefix: str) -> View:
    """Where nobody knows which band is red: the first three, or the first alone in grey."""
    if len(layer.bands) >= 3:
        names = ", ".join(band.name for band in layer.bands[:3])
        title = _("bands %(names)s", names=names)
        return View(f"{prefix}{layer.key}", title, "colours", _first(layer, 3))
    return View(f"{prefix}{layer.key}", layer.bands[0].name, "values", _first(layer, 1), "grey")


def _radar(layer: Layer) -> Iterator[View]:
    names = [band.name.upper() for band in layer.bands]
    if "VV" in names and "VH" in names:
        pair = (Source(layer, names.index("VV")), Source(layer, names.index("VH")))
        told = _("Red VV, green VH, blue their ratio: towns are bright, forests green, water dark blue.")
        yield View("radar", _("radar VV, VH"), "radar", pair, "", told)
    for position, band in enumerate(layer.bands):
        title = _("radar %(band)s", band=band.name)
        yield View(f"radar-{band.name.lower()}", title, "values", (Source(layer, position),), "grey")


def _truth_views(layer: Layer) -> Iterator[View]:
    """Truth under the question that it answers: `truth-cloud` is the cloud of whichever date is shown."""
    answers = str(layer.answers)
    told = _("truth: %(what)s", what=_(ANSWERS[answers]) if answers in ANSWERS else layer.title)
    if layer.shows == "optical":
        for view in _optical(layer, f"truth-{answers}."):
            yield replace(view, title=f"{told}, {view.title}", is_truth=True)
    else:
        yield replace(_single(layer, f"truth-{answers}"), title=told)


def _single(layer: Layer, key: str) -> View:
    """A layer of classes in their colours, or of values on a ramp."""
    if layer.shows == "classes":
        return View(
            key,
            layer.title,
            "classes",
            _first(layer, 1),
            "",
            "",
            layer.is_truth,
            layer.classes,
        )
    ramp = "plants" if layer.answers == "ndvi" else "amount"
    return View(key, layer.title, "values", _first(layer, 1), ramp, "", layer.is_truth)


def _first(layer: Layer, count: int) -> tuple[Source, ...]:
    return tuple(Source(layer, position) for position in range(count))


def first_choice(views: Sequence[View]) -> tuple[View, View]:
    """What stands left and right when nobody has chosen: colours, and what they are compared with.

    That is the same picture without clouds where the truth is one, else the first truth.
    """
    left = views[0]
    truth = sorted((view for view in views if view.is_truth), key=lambda view: view.colouring != "colours")
    others = [*truth, *(view for view in views if view.colouring in ("radar", "index")), *views]
    return left, next((view for view in others if view.key != left.key), left)
