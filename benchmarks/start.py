"""How long `make serve` takes until /health says that the service is ready."""

import resource
import tempfile
import time
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.report import Line
from benchmarks.service import started

PACKAGES = "packages are installed already; the first start of all also downloads them"


def starts() -> tuple[list[Line], dict[str, Any]]:
    """The first start in an empty state folder, and the second."""
    with tempfile.TemporaryDirectory(prefix="eo-start-") as state:
        first, second = _start(state), _start(state)
    what = "`make serve` until /health answers"
    return [
        Line(f"First {what}", first.seconds, "s", note=f"{first.note}; {PACKAGES}"),
        Line(f"Second {what}", second.seconds, "s", at_most=5, note=second.note),
    ], {"first": asdict(first), "second": asdict(second)}


@dataclass(frozen=True)
class Start:
    """How long a start took, and the processor time of all its processes until they were stopped again."""

    seconds: float
    cpu_seconds: float

    @property
    def note(self) -> str:
        """For the table."""
        return f"{self.cpu_seconds:.1f} s of processor time with the stop"


def _start(state: str) -> Start:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    with started(["make", "--silent", "serve"], {"EO_STATE_DIR": state}):
        seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Start(round(seconds, 2), round(cpu, 2))
