"""Timing on a shared machine: what is compared takes turns, so that a slow moment hits all of it alike."""

import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MILLI = 1000.0


@dataclass
class Timed:
    """What one way took, in milliseconds: all of it, by kind of search, and the processor's share."""

    kinds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu_ms: float | None = None

    @property
    def all(self) -> list[float]:
        """Every measurement."""
        return [one for kind in self.kinds.values() for one in kind]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.all)

    @property
    def p95(self) -> float:
        """The one that 5 % exceed."""
        return percentile(self.all, 0.95)

    def figures(self) -> dict[str, object]:
        """For the results as JSON."""
        return {
            "median_ms": round(self.median, 3),
            "p95_ms": round(self.p95, 3),
            "cpu_ms": None if self.cpu_ms is None else round(self.cpu_ms, 3),
            "measurements": len(self.all),
            "median_ms_by_kind": {
                kind: round(statistics.median(all_), 3) for kind, all_ in self.kinds.items()
            },
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


Way = Callable[[], object]


def take_turns(
    ways: Mapping[str, Sequence[tuple[str, Way]]],
    *,
    rounds: int,
    processes: Mapping[str, Sequence[int]] | None = None,
    in_blocks: bool = False,
) -> dict[str, Timed]:
    """Run the n-th call of every way one after the other, for all n and all rounds; a first round warms up.

    Args:
        ways: name → calls as (kind, function); all of the same number.
        processes: name → other processes that work for a way, for its processor time.
        in_blocks: take turns with all calls of a round instead, for ways that work on different tables:
            call by call, each would throw the other's pages out of the database's memory.
    """
    timed = {name: Timed() for name in ways}
    own: dict[str, float] = defaultdict(float)
    begun: dict[str, float] = {}
    for turn in range(rounds + 1):
        if turn == 1:
            begun = {name: _cpu_seconds(pids) for name, pids in (processes or {}).items()}
        for name, number in _order(ways, turn, in_blocks):
            kind, call = ways[name][number]
            wall, cpu = _measured(call)
            if turn:
                timed[name].kinds[kind].append(wall * MILLI)
                own[name] += cpu
    for name, pids in (processes or {}).items():
        spent = own[name] + _cpu_seconds(pids) - begun[name]
        timed[name].cpu_ms = spent * MILLI / len(timed[name].all)
    return timed


def _order(
    ways: Mapping[str, Sequence[tuple[str, Way]]], turn: int, in_blocks: bool
) -> Iterator[tuple[str, int]]:
    """Which call of which way comes next; nobody always comes first."""
    names = list(ways)
    numbers = range(max(len(calls) for calls in ways.values()))
    if in_blocks:
        return ((name, number) for name in _shifted(names, turn) for number in numbers)
    return ((name, number) for number in numbers for name in _shifted(names, number + turn))


def _shifted(names: list[str], by: int) -> Iterator[str]:
    return (names[(place + by) % len(names)] for place in range(len(names)))


def _measured(call: Way) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - cpu


def _cpu_seconds(pids: Sequence[int]) -> float:
    """Processor time of some processes so far."""
    return sum(_spent(pid) for pid in pids)


def _spent(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = after_name[11:13]
    return (int(user) + int(system)) / TICKS
