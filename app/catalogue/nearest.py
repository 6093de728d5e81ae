"""The nearest right word: what a message says of a name or value that is not known."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from app.base.errors import Invalid
from app.base.language import _


def nearest(value: str, spellings: Mapping[str, str]) -> str:
    """A sentence that names the nearest right value, or some that are right.

    Args:
        spellings: each way to write a value → the value.
    """
    close = get_close_matches(value.lower()[:60], spellings, n=1, cutoff=0.5)
    if close:
        return _("Did you mean %(value)s?", value=spellings[close[0]])
    some = ", ".join(list(dict.fromkeys(spellings.values()))[:8])
    return _("Known are, among others: %(values)s.", values=some)


def named_nearest(message: str) -> str | None:
    """The value that a message names with the sentence of `nearest`."""
    before, after = _("Did you mean %(value)s?", value="\0").split("\0")
    _rest, found, value = message.rpartition(before)
    return value.removesuffix(after) if found and value.endswith(after) else None


def unknown_parameter(name: str, known: Iterable[str]) -> Invalid:
    """What to raise where an address holds a parameter that is none of the known ones."""
    hint = nearest(name, {parameter: parameter for parameter in known})
    return Invalid(_("There is no parameter %(given)s. %(hint)s", given=repr(name[:60]), hint=hint))
