"""Texts that people type, read as numbers, dates and sizes; what cannot be read says how to write it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from app.base.language import _

SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_GROUPED = re.compile(r"[1-9]\d{0,2}([,'’ ]\d{3})+(?!\d)")
_MEASURE = re.compile(r"(?P<figure>[+-]?[\d.,'’ ]*\d)(?P<power>e[+-]?\d+)? ?(?P<unit>[^\d\s.,][^\d]*)?", re.I)
_RANGE = re.compile(r" ?(?:–|—|−|\.\.+|\bto\b|\bbis\b|(?<=[\d\w])-(?=[ \d.])) ?", re.I)
_SIZE = re.compile(r"(\d[\d ]*)(?: ?[x×*] ?(\d[\d ]*))?(?: ?(?:px|pixels?))?", re.I)
_SPAN = re.compile(r"(\d+) ?([a-zäöü]+)", re.I)
_ISO_SPAN = re.compile(r"P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T\d+[HM])?", re.I)
MOST_CHARACTERS = 100

COUNTS: Mapping[str, float] = {
    **{"": 1, "k": 1e3, "M": 1e6, "G": 1e9},
    **{"thousand": 1e3, "million": 1e6, "billion": 1e9},
}
"""A capital M only: ten metres are no ten million."""
LENGTHS: Mapping[str, float] = {
    "": 1, "m": 1, "metre": 1, "metres": 1, "meter": 1, "meters": 1, "mm": 1e-3, "cm": 1e-2, "km": 1e3,
}  # fmt: skip
WAVES: Mapping[str, float] = {
    "": 1,
    "µm": 1,
    "μm": 1,
    "um": 1,
    "micrometres": 1,
    "nm": 1e-3,
    "mm": 1e3,
    "cm": 1e4,
}
VOLUMES: Mapping[str, float] = {
    "bytes": 1e-9,
    **{f"{prefix}b": 1000.0**power * 1e-9 for power, prefix in enumerate(("", "k", "m", "g", "t", "p"))},
    **{f"{prefix}ib": 1024.0**power * 1e-9 for power, prefix in enumerate("kmgtp", start=1)},
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GERMAN_MONTHS = {"mär": 3, "mai": 5, "okt": 10, "dez": 12}
_SPANS = {
    "Y": ("year", "years", "y", "a", "jahr", "jahre"),
    "M": ("month", "months", "monat", "monate"),
    "W": ("week", "weeks", "w", "woche", "wochen"),
    "D": ("day", "days", "d", "tag", "tage"),
    "H": ("hour", "hours", "h", "stunde", "stunden"),
    "N": ("minute", "minutes", "min", "minuten"),
}


class Unreadable(ValueError):
    """A text that is not what was asked for; the message says how to write it."""


def plain(text: str) -> str:
    """The text with single plain spaces."""
    return SPACES.sub(" ", text).strip()


def whole(text: str) -> int:
    """A count: 27000, "27 000", "27,000", "67.5 k"."""
    value = _measured(text, COUNTS)
    if not value.is_integer() or value < 0:
        raise Unreadable(
            _("“%(text)s” is not a count. Write a whole number, such as 27 000.", text=_cut(text))
        )
    return int(value)


def real(text: str) -> float:
    """A number with a decimal point, or a comma that can be nothing else."""
    return _measured(text, {"": 1})


def metres(text: str) -> float:
    """A length; metres unless it says otherwise."""
    return _positive(text, LENGTHS)


def micrometres(text: str) -> float:
    """A wavelength; micrometres unless it says otherwise."""
    return _positive(text, WAVES)


def gigabytes(text: str) -> float:
    """A volume in 10^9 bytes; it must say its unit, because people count in several."""
    return _positive(text, VOLUMES)


def octets(text: str) -> int:
    """A volume in bytes; bytes unless it says otherwise."""
    return round(_positive(text, {**VOLUMES, "": 1e-9}) * 1e9)


def length_range(text: str) -> dict[str, float]:
    """One length or two: "10", "10–60 m", "30 cm to 1 m"; a first figure may leave its unit to the second."""
    ends = [end for end in _RANGE.split(plain(text)) if end]
    if not ends or len(ends) > 2:
        raise Unreadable(
            _("“%(text)s” is neither one length nor two. Write 10 m, or 10–60 m.", text=_cut(text))
        )
    found = _MEASURE.fullmatch(ends[-1])
    unit = (found["unit"] or "").strip() if found else ""
    first = ends[0] if re.search(r"[^\d.,' ]", ends[0]) else f"{ends[0]} {unit}"
    low, high = metres(first), metres(ends[-1])
    if low > high:
        raise Unreadable(_("The first length is above the second. Write the smaller one first."))
    return {"min": low, "max": high}


def image_size(text: str) -> dict[str, list[int]]:
    """Width and height in pixels: "256 × 256", "256", "256 × 256 to 1 024 × 1 024"."""
    ends = [
        _pair(end, text) for end in re.split(r" ?(?:–|—|\bto\b|\bbis\b|-) ?", plain(text), flags=re.I) if end
    ]
    if not ends or len(ends) > 2:
        raise _no_size(text)
    return {"min": list(ends[0]), "max": list(ends[-1])}


def _pair(end: str, text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(end)
    if found is None:
        raise _no_size(text)
    width = int(found[1].replace(" ", ""))
    return width, int((found[2] or found[1]).replace(" ", ""))


def _no_size(text: str) -> Unreadable:
    return Unreadable(
        _("“%(text)s” is not a size in pixels. Write width × height, such as 256 × 256.", text=_cut(text))
    )


def partial_date(text: str) -> str:
    """A date at the precision known: 2019, 2019-05, 2019-05-31, "May 2019", "31 May 2019"."""
    written = plain(text).replace(".", " ").replace(",", " ")
    parts = re.split(r"[-/ ]+", written)
    year, month, day = _date_parts(parts)
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise _no_date(text) from None
    return "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)])


def _date_parts(parts: list[str]) -> tuple[int, int | None, int | None]:
    """Year, month and day; the year first, or day and month in words before it."""
    numbers = [_date_part(part) for part in parts]
    if not 1 <= len(numbers) <= 3 or None in numbers:
        raise _no_date(" ".join(parts))
    if not _is_year(parts[0]) and len(parts) > 1 and not parts[-2].isdigit():
        numbers.reverse()
        parts = parts[::-1]
    if not _is_year(parts[0]):
        raise _no_date(" ".join(parts))
    year, month, day = (*numbers, None, None)[:3]
    return year or 0, month, day


def _is_year(part: str) -> bool:
    return len(part) == 4 and part.isascii() and part.isdigit()


def _date_part(part: str) -> int | None:
    if part.isascii() and part.isdigit():
        return int(part)
    name = part[:3].casefold()
    return MONTHS.index(name) + 1 if name in MONTHS else _GERMAN_MONTHS.get(name)


def _no_date(text: str) -> Unreadable:
    return Unreadable(
        _(
            "“%(text)s” is not a date. Write 2019, 2019-05 or 2019-05-31, as exactly as it is known.",
            text=_cut(text),
        )
    )


def duration(text: str) -> str:
    """A span of time as ISO 8601: "5 days", "1 year 6 months", "P5D"."""
    written = plain(text).upper()
    if _ISO_SPAN.fullmatch(written) and len(written) > 2:
        return written
    found = {_letter(word): number for number, word in _SPAN.findall(plain(text))}
    left = plain(_SPAN.sub("", plain(text)).replace(",", " "))
    if not found or None in found or left not in ("", "and", "und") or {"H", "N"} <= set(found):
        raise Unreadable(
            _("“%(text)s” is not a span of time. Write 5 days, 6 months or 1 year.", text=_cut(text))
        )
    days = "".join(f"{int(found[letter])}{letter}" for letter in "YMWD" if letter in found)
    hours = "".join(f"T{int(found[key])}{sign}" for key, sign in (("H", "H"), ("N", "M")) if key in found)
    return f"P{days}{hours}"


def _letter(word: str) -> str | None:
    return next((letter for letter, words in _SPANS.items() if word.casefold() in words), None)


def colour(text: str) -> str:
    """A colour as #rrggbb: #abc, ABCDEF, "12, 34, 56", "rgb(12 34 56)"."""
    written = plain(text).casefold().removeprefix("rgb").strip("() ")
    digits = written.removeprefix("#").removeprefix("0x")
    if re.fullmatch(r"[0-9a-f]{6}", digits):
        return f"#{digits}"
    if re.fullmatch(r"[0-9a-f]{3}", digits) and written.startswith("#"):
        return "#" + "".join(2 * digit for digit in digits)
    shares = [share for share in re.split(r"[ ,;/]+", written) if share]
    if len(shares) == 3 and all(
        share.isascii() and share.isdigit() and int(share) <= 255 for share in shares
    ):
        return "#" + "".join(f"{int(share):02x}" for share in shares)
    raise Unreadable(_("“%(text)s” is not a colour. Write #1f78b4, or 31, 120, 180.", text=_cut(text)))


def flag(text: str) -> bool:
    """Yes or no."""
    word = plain(text).casefold()
    if word in ("yes", "y", "true", "1", "public", "ja"):
        return True
    if word in ("no", "n", "false", "0", "hidden", "nein"):
        return False
    raise Unreadable(_("“%(text)s” is neither yes nor no.", text=_cut(text)))


def no_data(text: str) -> float | str:
    """The number that marks a pixel without a value, or "nan"."""
    return "nan" if plain(text).casefold() == "nan" else real(text)


def address(text: str) -> str:
    """An address; one without a scheme is taken to be of the web."""
    written = text.strip()
    if re.fullmatch(r"(?!\w+:)[\w-]+(\.[\w-]+)+(/\S*)?", written):
        written = f"https://{written}"
    if not re.fullmatch(r"(https?|ftp|s3|gs)://[^\s<>\"]+", written):
        raise Unreadable(
            _(
                "“%(text)s” is not an address. Write it in full, such as https://example.org/data.",
                text=_cut(text),
            )
        )
    return written


def orcid(text: str) -> str:
    """An ORCID iD, with or without the address before it."""
    found = re.fullmatch(r"(?:https?://orcid\.org/)?((?:\d{4}-?){3}\d{3}[\dXx])", plain(text))
    if found is None:
        raise Unreadable(_("“%(text)s” is not an ORCID iD. Write 0000-0002-1825-0097.", text=_cut(text)))
    digits = found[1].replace("-", "").upper()
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _positive(text: str, units: Mapping[str, float]) -> float:
    value = _measured(text, units)
    if value <= 0:
        raise Unreadable(_("“%(text)s” is not more than zero.", text=_cut(text)))
    return value


def _measured(text: str, units: Mapping[str, float]) -> float:
    """A figure times its unit, rounded to what the figure can carry."""
    written = plain(text).replace("\u2212", "-")
    found = _MEASURE.fullmatch(written) if len(written) <= MOST_CHARACTERS else None
    if found is None:
        raise Unreadable(_("“%(text)s” is not a number.", text=_cut(text)))
    unit = (found["unit"] or "").strip().rstrip(".")
    unit = unit if unit in units else unit.casefold()
    if unit not in units:
        raise _wrong_unit(unit, units)
    value = _figure(found["figure"] + (found["power"] or ""), text) * units[unit]
    if abs(value) > 1e300:
        raise Unreadable(_("“%(text)s” is too large a number.", text=_cut(text)))
    return float(f"{value:.15g}")


def _wrong_unit(unit: str, units: Mapping[str, float]) -> Unreadable:
    known = ", ".join(name for name in units if name)
    if unit:
        return Unreadable(
            _("The unit “%(unit)s” is not known here. Use one of: %(known)s.", unit=unit, known=known)
        )
    return Unreadable(_("Say the unit. Use one of: %(known)s.", known=known))


def _figure(figure: str, text: str) -> float:
    written = figure.replace("’", "'")
    grouped = _GROUPED.match(written.lstrip("+-"))
    if grouped:
        written = re.sub(r"[,' ]", "", written)
    elif re.fullmatch(r"[+-]?\d+,\d+", written):
        written = written.replace(",", ".")
    try:
        return float(written) if " " not in written else _fail(text)
    except ValueError:
        return _fail(text)


def _fail(text: str) -> float:
    raise Unreadable(
        _(
            (
                "“%(text)s” is not a number. Write 27 000 or 0.5: a point for decimals, spaces "
                "between thousands."
            ),
            text=_cut(text),
        )
    )


def _cut(text: str) -> str:
    shown = plain(text)
    return shown if len(shown) <= 40 else f"{shown[:40]}…"


Reader = Callable[[str], Any]
