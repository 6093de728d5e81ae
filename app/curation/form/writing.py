"""Values of a record as texts that the form shows, which read back as the same values."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.base.html import THIN, UNIT

_SPANS = {"Y": ("year", "years"), "M": ("month", "months"), "W": ("week", "weeks"), "D": ("day", "days")}


def exact(value: float) -> str:
    """A number in full, without spaces and without powers of ten: for tables."""
    return str(int(value)) if float(value).is_integer() else format(Decimal(repr(value)), "f")


def number(value: float) -> str:
    """A number in full; thin spaces between thousands from 10 000 on, as everywhere on the pages."""
    if not float(value).is_integer():
        return exact(value)
    whole = int(value)
    return f"{whole:,}".replace(",", THIN) if abs(whole) >= 10_000 else str(whole)


def metres(value: float) -> str:
    """A length with its unit."""
    return f"{number(value)}{UNIT}m"


def length_range(value: Mapping[str, float]) -> str:
    """One length or two."""
    low, high = value["min"], value["max"]
    return metres(low) if low == high else f"{number(low)}–{metres(high)}"


def gigabytes(value: float) -> str:
    """A volume in the unit that suits it, as long as nothing is lost by it."""
    for factor, unit in ((1e3, "TB"), (1, "GB"), (1e-3, "MB")):
        share = float(f"{value / factor:.15g}")
        if value >= factor and share * factor == value:
            return f"{number(share)}{UNIT}{unit}"
    return f"{number(value)}{UNIT}GB"


def image_size(value: Mapping[str, Any]) -> str:
    """Width and height, smallest and largest."""
    ends = [f"{number(width)} × {number(height)}" for width, height in (value["min"], value["max"])]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def duration(value: str) -> str:
    """A span of time as it stands in the record; short ones in words."""
    figure, letter = value[1:-1], value[-1:]
    if value.startswith("P") and figure.isdigit() and figure == str(int(figure)) and letter in _SPANS:
        return f"{int(figure)} {_SPANS[letter][int(figure) != 1]}"
    return value
