"""Which members of a document are sent, as the fields extension of STAC has it: read and applied in one way
for items and for collections."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.base.errors import Invalid, TooLarge

LONGEST = 32_768
MOST = 1_000


@dataclass(frozen=True)
class Fields:
    """Members to keep (none: all) and members to leave out; a name may reach into an object:
    properties.datetime. What is named on both sides is kept."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)


EVERYTHING = Fields()


def fields_of_text(text: str) -> Fields:
    """Read `id,properties.datetime,-links`; a plus may stand before what is kept, or the blank it becomes.

    Raises:
        TooLarge: more names than anybody means.
    """
    names = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    if len(text) > LONGEST or len(names) > MOST:
        raise TooLarge(f"fields has {len(names):,} values; at most {MOST:,} can be asked for at once.")
    include = [name.removeprefix("+").strip() for name in names if not name.startswith("-")]
    return Fields(tuple(include), tuple(name[1:].strip() for name in names if name.startswith("-")))


def fields_of_json(value: Any) -> Fields:
    """Read `{"include": […], "exclude": […]}`, or the list of an address.

    Raises:
        Invalid: neither of them.
        TooLarge: more names than anybody means.
    """
    if isinstance(value, list):
        return fields_of_text(",".join(_names(value)))
    if not isinstance(value, dict):
        raise Invalid('fields is {"include": […], "exclude": […]}.')
    return Fields(*(tuple(_names(value.get(side) or [])) for side in ("include", "exclude")))


def _names(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Invalid("fields names members in lists of texts.")
    if len(value) > MOST:
        raise TooLarge(f"fields has {len(value):,} values; at most {MOST:,} can be asked for at once.")
    return value


def trimmed(document: dict[str, Any], fields: Fields, always: tuple[str, ...]) -> dict[str, Any]:
    """What is included of a document, without what is excluded.

    Args:
        document: may be changed.
        always: members without which it would not be what it is.
    """
    wanted = (*always, *fields.include)
    kept: dict[str, Any] = {} if fields.include else document
    for name in wanted if fields.include else ():
        _take(document, kept, name.split("."))
    for name in fields.exclude:
        # What is asked for by name stays, and so does what holds it.
        if not any(f"{one}.".startswith(f"{name}.") for one in wanted):
            _drop(kept, name.split("."))
    return kept


def _take(source: Mapping[str, Any], target: dict[str, Any], path: list[str]) -> None:
    """Copy what lies at a path; what lies beside it on the way is left behind."""
    name, *rest = path
    if name not in source:
        return
    if not rest:
        target[name] = source[name]
    elif isinstance(source[name], dict):
        _take(source[name], target.setdefault(name, {}), rest)


def _drop(target: dict[str, Any], path: list[str]) -> None:
    name, *rest = path
    if not rest:
        target.pop(name, None)
    elif isinstance(target.get(name), dict):
        _drop(target[name], rest)
