"""Two tabs on one draft: what each changed is put together, and what both changed is shown side by side.

A page says what each input held when it was opened, as a short digest. An input that still holds that was
not touched here; one whose stored text still has that digest was not touched there.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.curation.form.fields import Values

_LENGTH = 10


@dataclass(frozen=True)
class Joined:
    """The texts of both tabs; `clashes` are the inputs that both changed, with the text of the other tab."""

    values: Values
    clashes: Mapping[str, tuple[str, ...]]


def seen(values: Values) -> str:
    """What the inputs of a page hold, to be sent back with it."""
    return json.dumps({name: _digest(texts) for name, texts in values.items()}, separators=(",", ":"))


def join(mine: Values, theirs: Values, seen_before: str, taken: Iterable[str] = ()) -> Joined:
    """Put what was typed here together with what was saved elsewhere meanwhile.

    Args:
        seen_before: from `seen`, as the page sent it back; where it is damaged, every difference is a clash.
        taken: inputs for which the person chose the text of the other tab.
    """
    held = _read(seen_before)
    values, clashes = dict(mine), {}
    for name, texts in mine.items():
        other = theirs.get(name)
        if other is None or _digest(other) == _digest(texts):
            continue
        before = held.get(name)
        if name in taken or _digest(texts) == before:
            values[name] = other
        elif _digest(other) != before:
            clashes[name] = other
    return Joined(values, clashes)


def _read(text: str) -> Mapping[str, str]:
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _digest(texts: Iterable[str]) -> str:
    """Texts that a browser sends back alike are alike: blanks around them and empty ones say nothing."""
    said = [text.strip() for text in texts if text.strip()]
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "replace")).hexdigest()[:_LENGTH]
