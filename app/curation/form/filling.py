"""From a draft record to the texts of the form's inputs."""

from collections.abc import Mapping
from typing import Any

from app.curation.form import origins
from app.curation.form.fields import Field, Values
from app.curation.form.registry import FIELDS
from app.curation.form.widgets import WIDGETS
from app.curation.merging import flat

FROM = "from:"
REFERENCE = "ref:"
STATE = "state:"
"""Whether an empty field was looked for in vain, or does not apply: a key of `LACKS`."""
LACKS = {"not-stated": "not_stated", "not-applicable": "not_applicable"}
"""What can be said of a field without a value, and the list of the record that says it."""


def fill(draft: Mapping[str, Any], base: Mapping[str, Any] | None = None) -> Values:
    """The texts of every input by its name, sources and what does not apply included.

    Args:
        base: the published record that a correction started from.
    """
    known, published = flat(draft), flat(base or {})
    texts: dict[str, tuple[str, ...]] = {}
    for one in FIELDS:
        texts.update(WIDGETS[one.widget].write(one, known))
        choice, reference = origins.chosen(origin_of(known, one), origin_of(published, one))
        texts[FROM + one.path] = (choice,)
        texts[REFERENCE + one.path] = (reference,)
        texts[STATE + one.path] = (lack_of(draft, one),)
    return texts


def lack_of(draft: Mapping[str, Any], one: Field) -> str:
    """What a draft says of a field without a value; "" where nobody has looked yet."""
    return next((lack for lack, name in LACKS.items() if one.path in listed(draft, name)), "")


def listed(draft: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of paths in a draft; a draft of a program may hold anything in its place."""
    value = draft.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def origin_of(known: Mapping[str, Any], one: Field) -> dict[str, Any] | None:
    """Where the value of a field comes from; that of the first fact it writes which says so."""
    found = (known.get(f"provenance.{path}") for path in one.paths)
    return next((origin for origin in found if isinstance(origin, dict)), None)
