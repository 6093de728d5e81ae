"""What a document says, in the words of a record: values by path, where each stands, and what is left over.

A reader hands every value it finds to a `Gathering`, which checks it by the rule of the record's own field. A
value that breaks the rule, or for which a record has no field, is never bent: it is named, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.catalogue.details import Contact, Labelling, Radar, Sensitivity
from app.catalogue.record import DatasetRecord, Libraries, Licence, Publication, Spatial, Urls

MOST_LEFT = 200
LONGEST_QUOTE = 120
PARTS: Mapping[str, type[BaseModel]] = {
    "publication": Publication,
    "spatial": Spatial,
    "licence": Licence,
    "licence_labels": Licence,
    "contact": Contact,
    "radar": Radar,
    "labelling": Labelling,
    "sensitivity": Sensitivity,
    "urls": Urls,
    "libraries": Libraries,
}


@dataclass(frozen=True)
class Left:
    """Something that a document says and a record cannot hold: where it stands, and why it is left."""

    where: str
    why: str


@dataclass(frozen=True)
class Reading:
    """What one document says about one dataset.

    `facts` are checked values by the paths that provenance uses (`licence.spdx`), and `slug` and `uuid` where
    the document states them. `places` tells for each path where in the document the value stands.
    """

    format: str
    facts: Mapping[str, Any]
    places: Mapping[str, str]
    left: tuple[Left, ...] = ()

    def fields(self) -> dict[str, Any]:
        """The facts nested as `DatasetRecord.model_validate` takes them; what was not read is absent."""
        nested: dict[str, Any] = {}
        for path, value in self.facts.items():
            head, _, rest = path.partition(".")
            if rest:
                nested.setdefault(head, {})[rest] = value
            else:
                nested[head] = value
        return nested


@dataclass
class Gathering:
    """Collects the facts of one document; the first value of a path stays, a second that differs is named."""

    format: str
    facts: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    def put(self, path: str, value: Any, where: str) -> bool:
        """Take a value for a path, if the record's rule allows it; nothing known is nothing to take.

        Returns:
            Whether the value is held now.
        """
        if value is None or value == "" or value == [] or value == ():
            return False
        try:
            checked = _rule(path).validate_python(value)
        except ValidationError as error:
            reason = error.errors(include_url=False, include_context=False)[0]["msg"]
            self.leave(where, f"{quoted(value)} does not fit {path}: {reason}.")
            return False
        if path in self.facts:
            is_same = bool(self.facts[path] == checked)
            if not is_same:
                self.leave(where, f"{quoted(value)} differs from {path} as read at {self.places[path]}.")
            return is_same
        self.facts[path], self.places[path] = checked, where
        return True

    def add(self, path: str, values: list[Any], where: str) -> None:
        """Take values for a list, behind those it holds; each value once, and one that does not fit named."""
        held = list(self.facts.get(path, ()))
        for value in values:
            try:
                checked = _rule(path).validate_python([value])
            except ValidationError as error:
                reason = error.errors(include_url=False, include_context=False)[0]["msg"]
                self.leave(where, f"{quoted(value)} does not fit {path}: {reason}.")
                continue
            held += [one for one in checked if one not in held]
        if held:
            self.facts[path] = tuple(held)
            self.places.setdefault(path, where)

    def leave(self, where: str, why: str) -> None:
        """Name something that is not carried over."""
        if len(self.left) < MOST_LEFT:
            self.left.append(Left(where, why))

    def reading(self) -> Reading:
        """All that was gathered."""
        return Reading(self.format, dict(self.facts), dict(self.places), tuple(self.left))


def quoted(value: Any) -> str:
    """A value as a message shows it: short, and on one line."""
    text = " ".join(str(value).split())
    return f"“{text[:LONGEST_QUOTE]}…”" if len(text) > LONGEST_QUOTE else f"“{text}”"


@cache
def _rule(path: str) -> TypeAdapter[Any]:
    """What checks the value of a path."""
    head, _, rest = path.partition(".")
    if not rest:
        return TypeAdapter(get_type_hints(DatasetRecord, include_extras=True)[head])
    return TypeAdapter(get_type_hints(PARTS[head], include_extras=True)[rest])
