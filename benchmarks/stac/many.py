"""Five thousand collections: every one exactly once over all pages, the right number, in bounded time."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.records import synthetic_records
from benchmarks.stac import ours, stores
from benchmarks.stac.client import MILLI, Caller
from benchmarks.stac.processes import Took
from benchmarks.stac.systems import System, cluster

COLLECTIONS = 5_000
PER_PAGE = (20, 100, 1_000)


@dataclass(frozen=True)
class Walk:
    """All pages of one size: collections missing, repeated or miscounted, and what pages took."""

    faults: int
    waits_ms: tuple[float, ...]
    largest_kb: float


@dataclass(frozen=True)
class Walked:
    """What walking twice by pages of several sizes gave, memory before and after, and the landing page."""

    fresh: dict[int, Walk]
    again: dict[int, Walk]
    memory_mb: tuple[float, float]
    landing_kb: float


def walked() -> Walked:
    """Publish as many collections and read them all."""
    used = cluster("ours")
    store = stores.prepared(used, f"collections_{COLLECTIONS}", 0, lambda name: _fill(used.address_of(name)))
    ours.migrated(store.address)
    with ours.serving(store, "ours with many collections") as system:
        landing = len(Caller(system.origin).fetch("/stac")) / 1000
        before = system.memory_mb()
        fresh, again = ({size: _walk(system, size) for size in PER_PAGE} for _ in range(2))
        return Walked(fresh, again, (before, system.memory_mb()), landing)


def _fill(address: str) -> Took:
    begun = time.perf_counter()
    ours.publish(address, synthetic_records(COLLECTIONS))
    return Took(time.perf_counter() - begun, 0.0, 0.0)


def _walk(system: System, per_page: int) -> Walk:
    met: list[str] = []
    waits: list[float] = []
    faults, largest = 0, 0
    for page, wait in _pages(system, f"/stac/collections?limit={per_page}"):
        read = json.loads(page)
        met += [one["id"] for one in read["collections"]]
        faults += read["numberMatched"] != COLLECTIONS
        largest = max(largest, len(page))
        waits.append(wait)
    lacking = {record.slug for record in synthetic_records(COLLECTIONS)} - set(met)
    return Walk(faults + len(lacking) + len(met) - len(set(met)), tuple(waits), largest / 1000)


def _pages(system: System, path: str | None) -> Iterator[tuple[bytes, float]]:
    """Pages by the links that lead on, each with the milliseconds it took."""
    caller = Caller(system.origin)
    while path is not None:
        asked = time.perf_counter()
        page = caller.fetch(path)
        yield page, (time.perf_counter() - asked) * MILLI
        links = json.loads(page)["links"]
        path = next(
            (link["href"].removeprefix(system.origin) for link in links if link["rel"] == "next"), None
        )
