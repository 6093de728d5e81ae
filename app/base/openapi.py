"""The description of the interface as OpenAPI 3.0, for clients that do not read 3.1 yet."""

from collections.abc import Mapping
from typing import Any

VERSION = "3.0.3"
NULL = {"type": "null"}
UNKNOWN = frozenset({"propertyNames", "const"})
"""Words of 3.1 for which 3.0 has none."""
BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def as_version_3_0(document: Mapping[str, Any]) -> dict[str, Any]:
    """A description of version 3.1 said in the words of 3.0.

    Only what our own description uses is translated: a list of examples becomes its first, a bound that is
    left out becomes a bound with a mark, as does a choice of null, bytes become a format, and the summary of
    the whole falls away.
    """
    info = {name: value for name, value in document["info"].items() if name != "summary"}
    return {**_translated(dict(document)), "openapi": VERSION, "info": info}


def _translated(part: Any) -> Any:
    if isinstance(part, list):
        return [_translated(one) for one in part]
    if not isinstance(part, dict):
        return part
    said: dict[str, Any] = {}
    for name, value in _nullable(part).items():
        if name == "examples" and isinstance(value, list):
            said["example"] = value[0]
        elif name in BOUNDS and not isinstance(value, bool):
            said |= {BOUNDS[name]: value, name: True}
        elif name in UNKNOWN:
            continue
        elif name == "contentMediaType":
            said["format"] = "binary"
        else:
            said[name] = _translated(value)
    return said


def _nullable(part: dict[str, Any]) -> dict[str, Any]:
    """A choice between something and null becomes that something with a mark."""
    choices = part.get("anyOf", [])
    if NULL not in choices:
        return part
    left = [one for one in choices if one != NULL]
    others = {name: value for name, value in part.items() if name != "anyOf"}
    whole = left[0] if len(left) == 1 and "$ref" not in left[0] else {"anyOf": left}
    return {**whole, **others, "nullable": True}
