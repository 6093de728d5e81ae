"""JSON Merge Patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Any

MEDIA_TYPE = "application/merge-patch+json"


def patched(target: Any, patch: Any) -> Any:
    """A value with a patch applied: null removes, objects go on inside, all else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = patched(result.get(name), value)
    return result
