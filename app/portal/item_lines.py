"""One item as lists of the portal show it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from shapely.geometry import shape

from app.base import html
from app.base.language import _
from app.items.find import FoundItem
from app.items.splits import split_of
from app.portal.chips import direction


@dataclass(frozen=True)
class Line:
    """One item of the list."""

    name: str
    title: str | None
    href: str
    taken: str
    split: str
    place: str
    is_point: bool


def line(item: FoundItem) -> Line:
    """One item as the list shows it, read from its document."""
    document = orjson.loads(item.document)
    told = document["properties"]
    geometry = document.get("geometry")
    return Line(
        name=item.name,
        title=told.get("title"),
        href=f"/stac/collections/{quote(item.collection)}/items/{quote(item.name, safe='')}",
        taken=_when(told),
        split=split_of(str(told["split"])) if told.get("split") else "other",
        place=_where(geometry),
        is_point=bool(told.get("eod:approximate", geometry and geometry["type"] == "Point")),
    )


def _when(told: dict[str, Any]) -> str:
    if "eod:time" in told:
        return _("not recorded")
    first = told.get("datetime") or told.get("start_datetime")
    last = told.get("datetime") or told.get("end_datetime")
    return html.day(first) if str(first)[:10] == str(last)[:10] else f"{html.day(first)} – {html.day(last)}"


def _where(geometry: dict[str, Any] | None) -> str:
    """The middle of an item, to a hundredth of a degree."""
    if geometry is None:
        return _("no place")
    west, south, east, north = shape(geometry).bounds
    latitude, longitude = (south + north) / 2, (west + east) / 2
    return (
        f"{html.decimals(abs(latitude), 2)}° {direction('N' if latitude >= 0 else 'S')}, "
        f"{html.decimals(abs(longitude), 2)}° {direction('E' if longitude >= 0 else 'W')}"
    )
