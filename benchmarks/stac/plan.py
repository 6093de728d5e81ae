"""What is measured in a run, part by part, and the databases and services that needs."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import psycopg

from benchmarks.report import Line, Report, machine
from benchmarks.stac import lines, many, ours, peer, same, stores, tiles, timing
from benchmarks.stac.client import Caller
from benchmarks.stac.questions import LISTS, counts, kinds
from benchmarks.stac.stores import Store
from benchmarks.stac.systems import System, cluster
from benchmarks.stac.tiles import Tiles
from benchmarks.stac.timing import BySystem, Effort

Say = Callable[[str], None]
Part = tuple[list[Line], dict[str, Any]]

LETTERS = ("a", "b", "c", "d", "d2", "e", "e20", "g", "i")
WITH_PEER = ("load", "same", *LETTERS, "paging", "counts", "tiles")
ALONE = ("sums", "collections", "growth")
PARTS = (*WITH_PEER, *ALONE)
USUAL = tuple(part for part in PARTS if part != "growth")


@dataclass(frozen=True)
class Plan:
    """What to measure, how thoroughly, and which sides to load anew ("ours", "peer")."""

    parts: tuple[str, ...] = USUAL
    items: int = 1_000_000
    larger: int = 5_000_000
    effort: Effort = field(default_factory=Effort)
    fresh: tuple[str, ...] = ()
    keep: bool = False


@dataclass(frozen=True)
class Sides:
    """The loaded databases and the services on them."""

    plan: Plan
    our_store: Store
    peer_store: Store
    our: System
    default: System
    tuned: System

    @property
    def all(self) -> list[System]:
        """All that answer searches, the reference first."""
        return [self.tuned, self.default, self.our]


def measure(plan: Plan, say: Say) -> Report:
    """Load what is missing, then measure part by part."""
    with cluster("ours").used() as address:
        ours.migrated(address)
        report = Report(f"{machine(address)} Peers: {peer.versions()}.")
        if set(plan.parts) & set(WITH_PEER):
            _compare(plan, report, say)
        for name, part in _alone(plan).items():
            if name in plan.parts:
                say(f"Measuring {name} …")
                _add(report, name, part())
        if not plan.keep:
            _forget(("ours", "items_"), ("peer", "pgstac_"))
    return report


def _compare(plan: Plan, report: Report, say: Say) -> None:
    with _sides(plan, say) as sides:
        for name, part in _against_peer(sides).items():
            if name in plan.parts:
                say(f"Measuring {name} …")
                _add(report, name, part())


@contextmanager
def _sides(plan: Plan, say: Say) -> Iterator[Sides]:
    with ExitStack() as open_:
        open_.enter_context(cluster("peer").used())
        say(f"Loading {plan.items:,} items into both, where they are not there yet …")
        plain, tuned = peer.load(plan.items, fresh="peer" in plan.fresh)
        own = ours.load(plan.items, fresh="ours" in plan.fresh)
        yield Sides(
            plan,
            own,
            plain,
            open_.enter_context(ours.serving(own)),
            open_.enter_context(peer.serving(plain, tuned=False)),
            open_.enter_context(peer.serving(tuned, tuned=True)),
        )


def _against_peer(sides: Sides) -> dict[str, Callable[[], Part]]:
    return {
        "load": partial(_load, sides),
        "same": partial(_same, sides),
        **{letter: partial(_searches, sides, letter) for letter in LETTERS},
        "paging": partial(_paging, sides),
        "counts": partial(_counts, sides),
        "tiles": partial(_tiles, sides),
    }


def _alone(plan: Plan) -> dict[str, Callable[[], Part]]:
    return {
        "sums": partial(_sums, plan),
        "collections": _collections,
        "growth": partial(_growth, plan),
    }


def _add(report: Report, name: str, part: Part) -> None:
    found, details = part
    report.lines += found
    report.details[name] = details


def _load(sides: Sides) -> Part:
    details = {"ours": asdict(sides.our_store.took), "peer": asdict(sides.peer_store.took)}
    return lines.loading(sides.our_store, sides.peer_store), details


def _same(sides: Sides) -> Part:
    items = sides.plan.items
    faults = list(same.differences(sides.tuned, sides.our, kinds(items)))
    faults += same.counted(sides.tuned, sides.our, counts(items))
    return [lines.differing(faults)], {"differences": faults}


def _searches(sides: Sides, letter: str) -> Part:
    kind = kinds(sides.plan.items)[letter]
    figures = timing.searches(sides.all, kind.requests, sides.plan.effort)
    return [lines.against(f"{letter}: {kind.what}", lines.TUNED, figures, kind.at_least)], _told(figures)


def _paging(sides: Sides) -> Part:
    found = {name: timing.paging(sides.all, first, sides.plan.effort) for name, first in LISTS.items()}
    return [
        lines.against(f"Pages 2–50, {name}", lines.TUNED, figures, lines.PAGING_AT_LEAST)
        for name, figures in found.items()
    ], _all_told(found)


def _counts(sides: Sides) -> Part:
    found = {
        scope: timing.counting(sides.all, requests, sides.plan.effort)
        for scope, requests in counts(sides.plan.items).items()
    }
    return [
        lines.against(f"Exact count, {scope}", lines.TUNED, figures, lines.COUNT_AT_LEAST)
        for scope, figures in found.items()
    ], _all_told(found)


def _tiles(sides: Sides) -> Part:
    with peer.serving_tiles(sides.peer_store) as tipg:
        compared = [tiles.ours(sides.our), tiles.of_tipg(tipg)]
        found = dict(_drawn(compared, sides.plan))
        sizes = [tiles.largest_kb(one) for one in compared]
    told = [lines.against(what, lines.TIPG, figures, lines.TILES_AT_LEAST) for what, figures in found.items()]
    return [*told, lines.largest(*sizes)], _all_told(found)


def _drawn(compared: list[Tiles], plan: Plan) -> Iterator[tuple[str, BySystem]]:
    for zoom in tiles.ZOOMS:
        yield f"Tiles of zoom {zoom}", tiles.drawing(compared, zoom, plan.effort)
    for zoom in tiles.FRESH_ZOOMS:
        yield (
            f"Tiles of zoom {zoom}, a new filter a view",
            tiles.drawing_filtered(compared, zoom, plan.effort),
        )


def _sums(plan: Plan) -> Part:
    store = ours.load(plan.items)
    with ours.serving(store) as system:
        counted = tiles.counted(tiles.ours(system))
    return lines.sums(counted, plan.items), {str(zoom): list(found) for zoom, found in counted.items()}


def _collections() -> Part:
    walked = many.walked()
    return lines.collections(walked), asdict(walked)


def _growth(plan: Plan) -> Part:
    small, large = (ours.load(count, fresh="larger" in plan.fresh and count == plan.larger)
                    for count in (plan.items, plan.larger))  # fmt: skip
    with ours.serving(small, lines.OURS) as few, ours.serving(large, lines.LARGER) as more:
        held = [line for store, system in ((small, few), (large, more)) for line in _held(store, system)]
        # A start goes on behind its first answers, for longer where there is more.
        for system in (few, more):
            system.settle()
        found = dict(_grown(plan, [few, more]))
    return [*held, *(lines.grown(what, figures) for what, figures in found.items())], _all_told(found)


def _held(store: Store, system: System) -> list[Line]:
    """What holding the items takes, once the service has read them."""
    begun = time.perf_counter()
    Caller(system.address).ask(LISTS["100 of everything"])
    seconds = time.perf_counter() - begun
    Caller(system.origin).fetch("/tiles/items/0/0/0.mvt")
    return lines.holding(store, system.memory_mb(), stores.size_mb(store.address), seconds)


def _grown(plan: Plan, pair: list[System]) -> Iterator[tuple[str, BySystem]]:
    """Every class, the same requests to both."""
    for letter, kind in kinds(plan.items).items():
        yield f"{letter}: {kind.what}", timing.searches(pair, kind.requests, plan.effort)
    for name, first in LISTS.items():
        yield f"Pages 2–50, {name}", timing.paging(pair, first, plan.effort)
    for scope, requests in counts(plan.items).items():
        yield f"Exact count, {scope}", timing.counting(pair, requests, plan.effort)
    yield from _drawn([tiles.ours(system) for system in pair], plan)


def _told(figures: BySystem) -> dict[str, Any]:
    return {name: asdict(one) for name, one in figures.items()}


def _all_told(found: dict[str, BySystem]) -> dict[str, Any]:
    return {what: _told(figures) for what, figures in found.items()}


def _forget(*stems: tuple[str, str]) -> None:
    """Throw the loaded databases away; those of the many collections are small and stay."""
    for side, stem in stems:
        with cluster(side).used() as address, psycopg.connect(address, autocommit=True) as server:
            rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [stem])
            for (name,) in rows.fetchall():
                stores.drop(cluster(side), name)
