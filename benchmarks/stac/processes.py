"""What processes take, read from the kernel: processor time and memory of a process and all it started.

Processor time hardly depends on what else runs on a machine; what a client waits does.
"""

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
PAUSE_SECONDS = 0.2
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Took:
    """What a command took: seconds, seconds of processor with the database, most memory at once (MB)."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def cpu_seconds(*roots: int) -> float:
    """Processor time so far of some processes with all they started, those that have ended included."""
    return sum(sum(int(field) for field in stat[11:15]) for stat in _tree(roots)) / TICKS


def resident_mb(*roots: int) -> float:
    """Memory at this moment of some processes with all they started; shared pages count once a process."""
    pages = 0
    for pid in _numbers(roots):
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def run(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    *,
    log: Path,
    beside: int,
) -> Took:
    """Run a command to its end and watch what it takes.

    Args:
        log: where its output goes, behind what is there already.
        beside: the process of the database that works for it, whose processor time counts as well.
    Raises:
        RuntimeError: it fails; the message holds the end of its output.
    """
    begun, peak = time.perf_counter(), 0.0
    with log.open("a") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**plain_environment(), **environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        before = _waited_for() + cpu_seconds(beside)
        while process.poll() is None:
            peak = max(peak, resident_mb(process.pid))
            time.sleep(PAUSE_SECONDS)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ends with {process.returncode}: {log.read_text()[-2000:]}")
    spent = _waited_for() + cpu_seconds(beside) - before
    return Took(time.perf_counter() - begun, spent, peak)


def plain_environment() -> dict[str, str]:
    """The environment without what configures a service or a database: the defaults are what is measured."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("EO_", "PG"))}
    return {**own, "PATH": f"{Path(sys.executable).parent}:{own.get('PATH', '')}"}


def _waited_for() -> float:
    """Processor time of the children that this process has waited for."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _numbers(roots: Sequence[int]) -> Iterator[int]:
    """The processes and all below them."""
    below: dict[int, list[int]] = defaultdict(list)
    for pid, stat in _all().items():
        below[int(stat[1])].append(pid)
    left = list(roots)
    while left:
        pid = left.pop()
        yield pid
        left += below[pid]


def _tree(roots: Sequence[int]) -> Iterator[list[str]]:
    found = _all()
    return (found[pid] for pid in _numbers(roots) if pid in found)


def _all() -> dict[int, list[str]]:
    """The state of every process, from the field after its name on."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                told = (folder / "stat").read_text()
            except OSError:
                continue
            found[int(folder.name)] = told.rpartition(")")[2].split()
    return found
