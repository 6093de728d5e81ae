"""Pages: the Jinja environment, filters that write figures, and the choice between page and htmx fragment."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from app.base import language
from app.base.language import _

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"

SCHEMES = ("system", "light", "dark")
SCHEME_COOKIE = "scheme"

# The answer depends on these headers: a cache must not give a fragment to someone who asked for the page.
VARY = "HX-Request, HX-Request-Type, Cookie, Accept-Language"

# Spaces that never break a figure over two lines: inside it, and before its unit.
THIN = "\u202f"
UNIT = "\u00a0"
DECIMAL_SIGNS = {"de": ","}
"""The sign before the decimals, by language, where it is no point."""
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value: float | None) -> str:
    """Write a figure with thin spaces from 10 000 on, and a true minus sign."""
    if value is None:
        return _("unknown")
    if isinstance(value, float) and not value.is_integer():
        text = f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    else:
        text = f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    return _localised(text)


def decimals(value: float, digits: int) -> str:
    """Write a figure with a fixed number of decimals."""
    return _localised(f"{value:,.{digits}f}" if abs(value) >= 10_000 else f"{value:.{digits}f}")


def _localised(text: str) -> str:
    """A figure as Python writes it, with the signs that the reader's language puts in it."""
    decimal = DECIMAL_SIGNS.get(language.language(), ".")
    return text.replace(",", THIN).replace(".", decimal).replace("-", "\u2212")


_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")


def spaced(text: str) -> str:
    """A sentence with its figures written as everywhere on the pages: thin spaces instead of commas."""
    return _GROUPED.sub(lambda found: number(int(found[0].replace(",", ""))), text)


def si(value: float | None) -> str:
    """Write a count in three digits with an SI prefix: 4.83 k, 67.5 k, 1.2 M."""
    if value is None:
        return "?"
    for limit, divisor, prefix in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e3, 1e3, "k")):
        if abs(value) >= limit:
            return (
                f"{_localised(f'{value / divisor:.3g}')}{UNIT}{prefix}"
                if value / divisor < 1000
                else _power(value)
            )
    return number(value)


def pixels(value: float | None) -> str:
    """Write a number of pixels: in full below a million, as a power of ten above."""
    if value is None:
        return _("unknown")
    return number(value) if value < 1_000_000 else _power(value)


def _power(value: float) -> str:
    digits, exponent = f"{value:.2e}".split("e")
    short = _localised(digits.rstrip("0").rstrip("."))
    return f"{short} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def gsd(value: Any) -> str:
    """Write a range of ground sampling distances: 10 m, 0.3–0.8 m, 5 cm, 1–25 km."""
    if value is None:
        return _("unknown")
    low, high = _ends(value)
    divisor, unit = (0.01, "cm") if high < 0.1 else (1000, "km") if low >= 1000 else (1, "m")
    return f"{span(low / divisor, high / divisor)}{UNIT}{unit}"


def span(low: float, high: float) -> str:
    """Write two ends with an en dash, or one figure where they are equal."""
    first, last = number(float(f"{low:.4g}")), number(float(f"{high:.4g}"))
    return first if first == last else f"{first}–{last}"


def _ends(value: Any) -> tuple[float, float]:
    if isinstance(value, Mapping):
        return value["min"], value["max"]
    return (value, value) if isinstance(value, int | float) else (value.min, value.max)


def gigabytes(value: float | None) -> str:
    """Write a volume given in gigabytes (10^9 bytes) with the prefix that suits it."""
    if value is None:
        return _("unknown")
    for limit, divisor, unit in ((1e3, 1e3, "TB"), (1, 1, "GB"), (1e-3, 1e-3, "MB")):
        if value >= limit:
            return f"{number(float(f'{value / divisor:.3g}'))}{UNIT}{unit}"
    return f"{number(max(1, round(value * 1e6)))}{UNIT}kB"


def day(value: str | date | None) -> str:
    """Write a date at the precision it has: 19 Nov 2026, Nov 2026, 2026; 19. Nov. 2026 in German."""
    if value is None:
        return _("unknown")
    if isinstance(value, datetime | date):
        value = value.isoformat()
    parts = [int(part) for part in value[:10].split("-")]
    if len(parts) == 1:
        return str(parts[0])
    month = _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[parts[1] - 1]
    if len(parts) == 2:
        return f"{month} {parts[0]}"
    return _("%(day)s %(month)s %(year)s", day=parts[2], month=month, year=parts[0])


def words(code: str) -> str:
    """Read a code aloud: `semantic-segmentation` becomes "semantic segmentation"."""
    return code.replace("-", " ").replace("_", " ")


@cache
def _fingerprint(path: Path, modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """Address a static file by its content, so that a changed file is never taken from a cache.

    Not for modules: they import each other by plain names, and under two addresses one would run twice.
    """
    path = STATIC / name
    if not path.is_file():
        return f"/static/{name}"
    return f"/static/{name}?v={_fingerprint(path, path.stat().st_mtime_ns)}"


def scheme(request: Request) -> str:
    """The colours the reader chose; the system decides where nothing valid was chosen."""
    chosen = request.cookies.get(SCHEME_COOKIE, "system")
    return chosen if chosen in SCHEMES else "system"


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part; it asks for a full page when it restores history or swaps the body."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type", "partial") == "partial"
        and "HX-History-Restore-Request" not in headers
    )


def _address(request: Request, name: str, /, **path: Any) -> str:
    return str(request.app.url_path_for(name, **path))


FILTERS: dict[str, Callable[..., str]] = {
    "number": number,
    "decimals": decimals,
    "spaced": spaced,
    "si": si,
    "pixels": pixels,
    "gsd": gsd,
    "gigabytes": gigabytes,
    "date": day,
    "label": words,
}


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext,
        language.plural,
        newstyle=True,
        pgettext=language.pgettext,
        npgettext=language.plural_in,
    )
    environment.filters |= FILTERS
    environment.globals |= {
        "asset": asset,
        "schemes": SCHEMES,
        "languages": language.LANGUAGES,
        "of_scripts": language.of_scripts,
    }
    return environment


ENVIRONMENT = _environment()


def render(request: Request, template: str, **context: Any) -> str:
    """Render one template with what every page knows: the request, the colours, `url_for`."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return ENVIRONMENT.get_template(template).render(
        request=request,
        here=here,
        scheme=scheme(request),
        language=language.language(),
        url_for=partial(_address, request),
        **context,
    )


def page(
    request: Request,
    template: str,
    *,
    fragment: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """Answer with the page, or with `fragment` alone where htmx asked for a part.

    A fragment is a template that stands inside the page as well, so both are written from the same context.
    """
    chosen = fragment if fragment and wants_fragment(request) else template
    return HTMLResponse(
        render(request, chosen, **context), status_code=status, headers={"Vary": VARY, **(headers or {})}
    )
