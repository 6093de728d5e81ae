"""The language of a reader: which one a request asks for, and texts in it.

A text is written in English where it is shown, and its translation is looked up at that moment:
`_("Sign in")`. A constant is only marked, `N_("Sign in")`, and looked up when it is used. Programs
read English.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.base.programs import is_address_for_programs

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Each language by its code, under the name its speakers give it; texts are written in the first."""
SOURCE = next(iter(LANGUAGES))
COOKIE = "language"
LOCALES = Path(__file__).parents[2] / "locales"
_LONGEST_HEADER = 4000

# The scope of the request that is answered; what it asks for is read only when a text is needed.
_ASKED: ContextVar[MutableMapping[str, Any] | None] = ContextVar("asked", default=None)


def listen(scope: MutableMapping[str, Any]) -> None:
    """Note whose language the texts of this request are in; costs nothing until one is needed."""
    _ASKED.set(scope)


def language() -> str:
    """The language of the texts now: a key of `LANGUAGES`; English outside requests and for programs."""
    scope = _ASKED.get()
    if scope is None:
        return SOURCE
    found: str | None = scope.get("language")
    if found is None:
        found = scope["language"] = _asked(scope)
    return found


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Texts inside are in this language, whoever asks: for mails to others, and for tests."""
    token = _ASKED.set({"language": code})
    try:
        yield
    finally:
        _ASKED.reset(token)


def _asked(scope: MutableMapping[str, Any]) -> str:
    if is_address_for_programs(scope.get("path", "")):
        return SOURCE
    headers = dict(scope.get("headers", ()))
    chosen = _chosen(headers.get(b"cookie", b"").decode("latin-1"))
    return chosen or accepted(headers.get(b"accept-language", b"").decode("latin-1"))


def _chosen(cookies: str) -> str | None:
    """The language of the cookie, if there is one and we speak it."""
    for part in cookies.split(";"):
        name, _sign, value = part.partition("=")
        if name.strip() == COOKIE and value.strip() in LANGUAGES:
            return value.strip()
    return None


def accepted(header: str) -> str:
    """The language we speak that an Accept-Language header likes best; English where it likes none.

    Of two that are liked equally the one named first wins, as browsers list them by preference.
    """
    likings: dict[str, float] = {}
    for part in header[:_LONGEST_HEADER].split(","):
        name, _sign, quality = part.strip().partition(";")
        code = name.strip().lower().split("-")[0]
        if code in LANGUAGES:
            likings[code] = max(likings.get(code, 0.0), _quality(quality))
    best = max(likings, key=lambda code: likings[code], default=SOURCE)
    return best if likings.get(best) else SOURCE


def _quality(text: str) -> float:
    name, _sign, value = text.strip().partition("=")
    try:
        return float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0


@cache
def catalogue(code: str) -> NullTranslations:
    """The messages of a language, read from `locales/` once; English needs none."""
    if code == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _read(code))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _read(code: str) -> Catalog:
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


@cache
def of_scripts(code: str) -> dict[str, Any]:
    """The messages that our scripts show, as they look them up; those with a plural have a list of forms."""
    if code == SOURCE:
        return {}
    found: dict[str, Any] = {}
    for message in _read(code):
        if message.id and any(place.startswith("static/") for place, _line in message.locations):
            name = message.id if isinstance(message.id, str) else message.id[0]
            found[name] = message.string if isinstance(message.string, str) else list(message.string or ())
    return found


def load() -> None:
    """Read all catalogues, so that no reader waits for them."""
    for code in LANGUAGES:
        catalogue(code)
        of_scripts(code)


def gettext(message: str) -> str:
    """The message in the reader's language, its gaps unfilled."""
    return message if (code := language()) == SOURCE else catalogue(code).gettext(message)


def plural(one: str, many: str, number: float) -> str:
    """The form of a message that suits the number, its gaps unfilled."""
    return catalogue(language()).ngettext(one, many, 1 if number == 1 else 2)


def pgettext(context: str, message: str) -> str:
    """The message as it reads in a context, such as a vocabulary, where the word has several senses."""
    return message if (code := language()) == SOURCE else catalogue(code).pgettext(context, message)


def plural_in(context: str, one: str, many: str, number: float) -> str:
    """The form of a message of a context that suits the number, its gaps unfilled."""
    return catalogue(language()).npgettext(context, one, many, 1 if number == 1 else 2)


def _(message: str, **values: Any) -> str:
    """The message in the reader's language, with values in its gaps: `_("%(n)s of %(all)s", n=1, all=2)`.

    A text without values is taken as it is, so a percent sign in it needs no doubling.
    """
    return gettext(message) % values if values else gettext(message)


def ngettext(one: str, many: str, number: float, **values: Any) -> str:
    """The form that suits the number, which fills the gap `%(num)s` unless a value of that name is given."""
    return plural(one, many, number) % {"num": number, **values}


def N_(message: str) -> str:
    """The message as it is, marked for translators; `_` looks it up when it is shown."""
    return message
