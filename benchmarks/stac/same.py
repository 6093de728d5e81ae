"""Two systems can only be compared when they give the same answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.stac.client import Caller
from benchmarks.stac.questions import Kind, Request
from benchmarks.stac.systems import System

COMPARED = 12


def differences(reference: System, other: System, kinds: Mapping[str, Kind]) -> Iterator[str]:
    """Where the first requests of a class bring other items, or the same in another order."""
    left, right = Caller(reference.address), Caller(other.address)
    for letter, kind in kinds.items():
        for number, request in enumerate(kind.requests[:COMPARED]):
            one, two = identifiers(left.ask(request)), identifiers(right.ask(request))
            if one != two:
                yield f"{letter} request {number + 1}: {_told(reference, one, two)}; {_told(other, two, one)}"


def counted(reference: System, other: System, scopes: Mapping[str, tuple[Request, ...]]) -> Iterator[str]:
    """Where the number matched is another."""
    left, right = Caller(reference.address), Caller(other.address)
    for scope, requests in scopes.items():
        for request in requests:
            one, two = (
                caller.ask(request.with_body(system.counting)).get("numberMatched")
                for caller, system in ((left, reference), (right, other))
            )
            if one != two:
                yield f"count of {scope}: {reference.name} says {one}, {other.name} {two}"


def identifiers(answer: Mapping[str, Any]) -> list[str]:
    """What an answer lists, in its order; collections by name, since no order is agreed for them."""
    if "collections" in answer:
        return sorted(one["id"] for one in answer["collections"])
    return [one["id"] for one in answer.get("features", [answer])]


def _told(system: System, here: list[str], there: list[str]) -> str:
    only = [one for one in here if one not in there]
    first = next(
        (place for place, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1]), None
    )
    return f"{system.name} lists {len(here)}, alone {only[:3]}, first difference at {first}"
