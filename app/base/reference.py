"""The description of the interface for people, made from the one for programs (OpenAPI)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

MOST_VALUES = 6
KINDS = {
    "array": "list",
    "object": "object",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}


@dataclass(frozen=True)
class Parameter:
    """One thing that can be said in an address; `kind` in words, `values` when the list is closed."""

    name: str
    kind: str
    meaning: str
    is_required: bool
    values: tuple[str, ...]
    more_values: int


@dataclass(frozen=True)
class Answer:
    """A status and when it is given."""

    status: str
    meaning: str


@dataclass(frozen=True)
class Operation:
    """One method at one path.

    `example` is a path that can be opened, where every gap could be filled; `body` are the properties of the
    document that is sent, and `example_body` such a document.
    """

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: tuple[Parameter, ...]
    answers: tuple[Answer, ...]
    example: str | None
    example_body: str | None


def operations(document: Mapping[str, Any], examples: Mapping[str, str]) -> dict[str, list[Operation]]:
    """Operations by tag, in the order of the document.

    Args:
        examples: a value for each gap in a path (`{"slug": "eurosat"}`).
    """
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            tag = described.get("tags", ["other"])[0]
            groups.setdefault(tag, []).append(_operation(path, method, described, examples))
    return groups


def _operation(
    path: str, method: str, described: Mapping[str, Any], examples: Mapping[str, str]
) -> Operation:
    parameters = tuple(_parameter(one) for one in described.get("parameters", ()))
    responses = described["responses"]
    sent = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        anchor=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        description=described.get("description", ""),
        parameters=parameters,
        body=_properties(sent),
        answers=tuple(Answer(status, one["description"]) for status, one in responses.items()),
        # What needs a token cannot be opened by following a link.
        example=_example(path, parameters, examples) if method == "get" and "401" not in responses else None,
        example_body=json.dumps(sent["examples"][0]) if sent.get("examples") else None,
    )


def _parameter(described: Mapping[str, Any]) -> Parameter:
    schema = described["schema"]
    values = schema.get("enum") or schema.get("items", {}).get("enum") or []
    return Parameter(
        name=described["name"],
        kind=_kind(schema),
        meaning=described.get("description", ""),
        is_required=described.get("required", False),
        values=tuple(str(value) for value in values[:MOST_VALUES]),
        more_values=max(0, len(values) - MOST_VALUES),
    )


def _properties(schema: Mapping[str, Any]) -> tuple[Parameter, ...]:
    required = schema.get("required", ())
    return tuple(
        _parameter({**one, "name": name, "required": name in required, "schema": one})
        for name, one in schema.get("properties", {}).items()
    )


def _kind(schema: Mapping[str, Any]) -> str:
    if "oneOf" in schema:
        return " or ".join(_kind(one) for one in schema["oneOf"])
    return KINDS.get(str(schema.get("type")), "text")


def _example(path: str, parameters: tuple[Parameter, ...], examples: Mapping[str, str]) -> str | None:
    """An address that can be opened, where a value is known for each gap and for all that must be said."""
    needed = [one.name for one in parameters if one.is_required]
    if not set(needed) <= set(examples):
        return None
    asked = {name: examples[name] for name in needed if f"{{{name}}}" not in path}
    for name in needed:
        path = path.replace(f"{{{name}}}", examples[name])
    return f"{path}?{urlencode(asked)}" if asked else path
