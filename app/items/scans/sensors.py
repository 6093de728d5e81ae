"""Bands as datasets name them, with the common names that the catalogue's tables give them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from app.catalogue import vocabulary

SENTINEL_1_LAUNCH = date(2014, 4, 3)
SENTINEL_2_LAUNCH = date(2015, 6, 23)
ENMAP_LAUNCH = date(2022, 4, 1)


@dataclass(frozen=True)
class Band:
    """One band of a file: its name there, and what is known about it."""

    name: str
    common_name: str | None = None
    description: str | None = None

    def told(self) -> dict[str, Any]:
        """The band as STAC has it."""
        told = {"name": self.name}
        if self.common_name:
            told["eo:common_name"] = self.common_name
        if self.description:
            told["description"] = self.description
        return told


def sentinel2(*names: str) -> tuple[Band, ...]:
    """Bands of Sentinel-2 by their names, written B1 or B01, in the order given."""
    return tuple(Band(name, _sentinel2()[_plain(name)].get("common")) for name in names)


def sentinel2_metres(name: str) -> int:
    """Ground sampling distance of a band of Sentinel-2 in metres, as it was taken."""
    return int(_sentinel2()[_plain(name)]["gsd"])


def bands(**described: str) -> tuple[Band, ...]:
    """Bands of any kind: names with what they hold."""
    return tuple(Band(name, description=text) for name, text in described.items())


def _plain(name: str) -> str:
    return re.sub(r"^B0", "B", name)


@cache
def _sentinel2() -> Mapping[str, Mapping[str, Any]]:
    sensor = next(one for one in vocabulary.load("bands")["sensors"] if one["sensor"] == "Sentinel-2")
    return {row["name"]: row for row in sensor["bands"]}


ALL_13 = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
LAND_10 = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")
RADAR = (Band("VV"), Band("VH"))
