"""Figures as lines of the report, each with the bound that it must keep."""

from collections.abc import Mapping

from benchmarks.report import Line
from benchmarks.stac.many import COLLECTIONS, Walked
from benchmarks.stac.stores import Store
from benchmarks.stac.tiles import LARGEST_KB
from benchmarks.stac.timing import BySystem, Figures

OURS, LARGER, TUNED, DEFAULT, TIPG = "ours", "ours larger", "peer tuned", "peer default", "tipg"
LOAD_AT_LEAST, LOAD_MOST_MB = 3, 500
PAGING_AT_LEAST, COUNT_AT_LEAST, TILES_AT_LEAST = 15, 10, 10
GROWTH_AT_MOST = 1.5
SLOWEST_PAGE_MS = 1_000


def against(what: str, reference: str, figures: BySystem, at_least: float) -> Line:
    """How often less processor time we take than the reference."""
    ours, other = figures[OURS], figures[reference]
    also = f", default {_ms(figures[DEFAULT].cpu_ms)}" if DEFAULT in figures and reference != DEFAULT else ""
    note = f"{_ms(other.cpu_ms)} against {_ms(ours.cpu_ms)} of processor{also}; {_seen(other, ours)}"
    return Line(f"{what}: {reference} ÷ ours", other.cpu_ms / _some(ours), "×", at_least=at_least, note=note)


def grown(what: str, figures: BySystem) -> Line:
    """How much more processor time the larger workload takes."""
    small, large = figures[OURS], figures[LARGER]
    note = f"{_ms(small.cpu_ms)} → {_ms(large.cpu_ms)} of processor; {_seen(small, large)}"
    return Line(f"{what}: growth", large.cpu_ms / _some(small), "×", at_most=GROWTH_AT_MOST, note=note)


def loading(ours: Store, peer: Store) -> list[Line]:
    """How long the same items took to load, and the memory of our loader."""
    own, other = ours.took, peer.took
    note = (
        f"{other.seconds:.0f} s against {own.seconds:.0f} s, "
        f"{peer.rate:,.0f} against {ours.rate:,.0f} items/s; "
        f"{other.cpu_seconds:.0f} s against {own.cpu_seconds:.0f} s of processor with the database"
    )
    what = f"Loading {ours.items:,} items"
    return [
        Line(f"{what}: pypgstac ÷ ours", other.seconds / own.seconds, "×", at_least=LOAD_AT_LEAST, note=note),
        Line(
            f"{what}: most memory at once", own.peak_mb, "MB", at_most=LOAD_MOST_MB,
            note=f"pypgstac {other.peak_mb:.0f} MB",
        ),
    ]  # fmt: skip


def differing(faults: list[str]) -> Line:
    """How many answers differ."""
    note = "; ".join(faults[:3])
    return Line(
        "Answers that differ from the peer's in items, order or number", len(faults), "", 0, note=note
    )


def sums(counted: Mapping[int, tuple[int, int, float]], items: int) -> list[Line]:
    """Whether the tiles of every zoom count all items, and how large the largest of all is."""
    wrong = {zoom: pair[:2] for zoom, pair in counted.items() if pair[:2] != (items, items)}
    told = "; ".join(f"z{zoom} {noted:,} noted, {drawn:,} drawn" for zoom, (noted, drawn) in wrong.items())
    largest = max(counted, key=lambda zoom: counted[zoom][2])
    return [
        Line(f"Zooms 0–{max(counted)} whose tiles do not add up to {items:,}", len(wrong), "", 0, note=told),
        Line("Largest of all these tiles", counted[largest][2], "kB", LARGEST_KB, note=f"zoom {largest}"),
    ]


def largest(by_zoom: Mapping[int, float], other: Mapping[int, float]) -> Line:
    """The largest tile that was timed, beside that of the other system."""
    zoom = max(by_zoom, key=lambda one: by_zoom[one])
    note = f"zoom {zoom}; tipg {max(other.values()):.0f} kB, and {other[0]:.1f} kB at zoom 0"
    return Line("Largest tile timed", by_zoom[zoom], "kB", LARGEST_KB, note=note)


def collections(walked: Walked) -> list[Line]:
    """Whether all of many collections are found, and what that takes."""
    faults = sum(walk.faults for walk in (*walked.fresh.values(), *walked.again.values()))
    slowest = max(max(walk.waits_ms) for walk in walked.fresh.values())
    before, after = walked.memory_mb
    what = f"{COLLECTIONS:,} collections"
    sizes = ", ".join(f"{size}" for size in walked.fresh)
    told = "; ".join(
        f"{size}: {max(walk.waits_ms):.0f} ms, again {max(walked.again[size].waits_ms):.1f} ms"
        for size, walk in walked.fresh.items()
    )
    return [
        Line(f"{what}: missing, repeated or miscounted", faults, "", 0, note=f"pages of {sizes}"),
        Line(f"{what}: slowest page", slowest, "ms", SLOWEST_PAGE_MS, note=told),
        Line(f"{what}: memory that all pages add", after - before, "MB", 250, note=f"{after:.0f} MB after"),
        Line(f"{what}: landing page", walked.landing_kb, "kB", 100),
    ]


def holding(store: Store, memory_mb: float, disk_mb: float, ready_seconds: float) -> list[Line]:
    """What holding the items takes; for information."""
    what = f"{store.items:,} items"
    return [
        Line(f"{what}: memory of the service", memory_mb, "MB"),
        Line(f"{what}: database on disk", disk_mb, "MB"),
        Line(f"{what}: first search after a start", ready_seconds, "s"),
        Line(f"{what}: loading", store.rate, "items/s", note=f"{store.took.peak_mb:.0f} MB at most"),
    ]


def _some(figures: Figures) -> float:
    """Processor time, of which a clock of hundredths may see none."""
    return max(figures.cpu_ms, 0.001)


def _ms(value: float) -> str:
    return f"{value:.3g} ms" if value < 100 else f"{value:.0f} ms"


def _seen(first: Figures, second: Figures) -> str:
    return (
        f"p50 {_ms(first.p50_ms)} → {_ms(second.p50_ms)}, p95 {_ms(first.p95_ms)} → {_ms(second.p95_ms)}, "
        f"{first.rate:,.0f} → {second.rate:,.0f} requests/s"
    )
