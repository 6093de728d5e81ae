"""Measurements in turns: each system answers the same requests right after the others, several times over."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from benchmarks.clock import MILLI, percentile
from benchmarks.stac.client import Caller, Replayed, replay
from benchmarks.stac.questions import Request
from benchmarks.stac.systems import System

AT_ONCE = 8
PAGES = 50


@dataclass(frozen=True)
class Effort:
    """How long each system is asked at a stretch, and how often."""

    seconds: float = 2.0
    repeats: int = 3


@dataclass(frozen=True)
class Figures:
    """What a class of requests took a system: milliseconds, requests per second, kilobytes an answer."""

    cpu_ms: float
    p50_ms: float
    p95_ms: float
    rate: float
    kilobytes: float

    @classmethod
    def middle(cls, several: Sequence["Figures"]) -> "Figures":
        """The median of each figure."""
        columns: dict[str, list[float]] = defaultdict(list)
        for one in several:
            for name, value in asdict(one).items():
                columns[name].append(value)
        return cls(**{name: round(statistics.median(values), 4) for name, values in columns.items()})


Measure = Callable[[System], Figures]
BySystem = dict[str, Figures]


def in_turns(systems: Sequence[System], measure: Measure, repeats: int) -> BySystem:
    """Measure every system as often as asked; nobody always comes first."""
    seen: dict[str, list[Figures]] = defaultdict(list)
    for turn in range(repeats):
        shift = turn % len(systems)
        for system in (*systems[shift:], *systems[:shift]):
            seen[system.name].append(measure(system))
    return {name: Figures.middle(figures) for name, figures in seen.items()}


def searches(systems: Sequence[System], requests: Sequence[Request], effort: Effort) -> BySystem:
    """A class of requests."""
    return in_turns(systems, _replayed(requests, effort), effort.repeats)


def counting(systems: Sequence[System], requests: Sequence[Request], effort: Effort) -> BySystem:
    """Requests for the exact number alone."""
    return in_turns(systems, _replayed(requests, effort, counted=True), effort.repeats)


def paging(systems: Sequence[System], first: Request, effort: Effort) -> BySystem:
    """Pages 2 to 50 by the links that lead on."""
    return in_turns(systems, lambda system: _paged(system, first), effort.repeats)


def _replayed(requests: Sequence[Request], effort: Effort, *, counted: bool = False) -> Measure:
    """One connection for waits and processor time, then several at once for the rate."""

    def measure(system: System) -> Figures:
        asked = [one.with_body(system.counting) for one in requests] if counted else requests
        replay(system.address, asked, connections=1, seconds=0)
        before = system.cpu_seconds()
        alone = replay(system.address, asked, connections=1, seconds=effort.seconds)
        spent = (system.cpu_seconds() - before) * MILLI / len(alone.waits)
        many = replay(system.address, asked, connections=AT_ONCE, seconds=effort.seconds)
        return Figures(spent, alone.median, alone.p95, many.rate, alone.kilobytes)

    return measure


def _paged(system: System, first: Request) -> Figures:
    """Follow `next`; the first page is not counted, since it costs the peer less than all others.

    Raises:
        RuntimeError: an item comes twice.
    """
    caller, seen = Caller(system.address), Replayed()
    page = caller.ask(first)
    met = [(one["collection"], one["id"]) for one in page["features"]]
    before, begun = system.cpu_seconds(), time.perf_counter()
    while len(seen.waits) < PAGES - 1 and (link := _next(page)) is not None:
        parts = urlsplit(link["href"])
        body = {**(first.body or {}), **link["body"]} if link.get("merge") else link.get("body")
        asked = time.perf_counter()
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        page = caller.send(path, body if link.get("method", "GET") == "POST" else None)
        seen.waits.append((time.perf_counter() - asked) * MILLI)
        met += [(one["collection"], one["id"]) for one in page["features"]]
    if len(met) != len(set(met)):
        raise RuntimeError(f"{system.name} repeats {len(met) - len(set(met))} items while pages are turned.")
    spent = (system.cpu_seconds() - before) * MILLI / len(seen.waits)
    rate = len(seen.waits) / (time.perf_counter() - begun)
    return Figures(spent, percentile(seen.waits, 0.5), seen.p95, rate, 0.0)


def _next(page: Mapping[str, Any]) -> dict[str, Any] | None:
    return next((link for link in page.get("links", []) if link["rel"] == "next"), None)
