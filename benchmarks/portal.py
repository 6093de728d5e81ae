"""All measurements of the portal, one after the other, each held against its bound."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.base.embedded import Cluster
from benchmarks import pages, scale, start
from benchmarks.databases import Loaded, Reuse, real, synthetic
from benchmarks.report import Line, Report, machine

Say = Callable[[str], None]
Part = tuple[list[Line], dict[str, Any]]

PARTS = ("load", "rest", "growth", "mixed", "common", "pages", "tiles", "start")
SLOWEST_LOAD_SECONDS = 300


@dataclass(frozen=True)
class Plan:
    """What to measure, and how thoroughly."""

    parts: tuple[str, ...] = PARTS
    small: int = 10_000
    large: int = 100_000
    rounds: int = 5
    reuse: Reuse = "same"


def measure(cluster: Cluster, plan: Plan, say: Say) -> Report:
    """Load what is missing, then measure part by part."""
    bundled = real(cluster, reuse=plan.reuse, say=say)
    small, large = (
        synthetic(cluster, count, reuse=plan.reuse, say=say) for count in (plan.small, plan.large)
    )
    report = Report(machine(bundled.address))
    for name in plan.parts:
        say(f"Measuring {name} …")
        lines, details = _measured(name, plan, bundled, small, large)
        report.lines += lines
        report.details[name] = details
    return report


def _measured(name: str, plan: Plan, bundled: Loaded, small: Loaded, large: Loaded) -> Part:
    with scale.opened(small) as few, scale.opened(large) as many:
        parts: dict[str, Callable[[], Part]] = {
            "load": lambda: loading(large),
            "rest": lambda: scale.against_bare_sql(large, plan.rounds),
            "growth": lambda: scale.growth(few, many, plan.rounds),
            "mixed": lambda: scale.against_ten_statements(many, plan.rounds),
            "common": lambda: scale.common_word(many, plan.rounds),
            "pages": lambda: pages.search_pages(bundled, plan.rounds),
            "tiles": lambda: _tiles(bundled, large, plan.rounds),
            "start": start.starts,
        }
        return parts[name]()


def loading(large: Loaded) -> Part:
    """How long the large catalogue took to publish, in the run that loaded it."""
    share = large.cpu_seconds / large.seconds
    note = f"{large.seconds:.0f} s through `publish_many`, {share:.0%} of it Python's"
    return [
        Line(f"Publishing {large.records:,} records", large.rate, "records/s",
             at_least=round(large.records / SLOWEST_LOAD_SECONDS), note=note)
    ], {"seconds": large.seconds, "cpu_seconds": large.cpu_seconds}  # fmt: skip


def _tiles(bundled: Loaded, large: Loaded, rounds: int) -> Part:
    """The real catalogue against its bounds, and the large one for information."""
    lines, details = pages.tiles(bundled, rounds, bounded=True)
    more, further = pages.tiles(large, 1, bounded=False)
    return [*lines, *more], {"real": details, "large": further}
