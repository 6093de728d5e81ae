"""How long `make serve` takes until /health says that the service is ready."""

import tempfile
import time
from typing import Any

from benchmarks.report import Line
from benchmarks.service import started

PACKAGES = "packages are installed already; the first start of all also downloads them"


def starts() -> tuple[list[Line], dict[str, Any]]:
    """The first start in an empty state folder, and the second."""
    with tempfile.TemporaryDirectory(prefix="eo-start-") as state:
        first, second = _seconds(state), _seconds(state)
    return [
        Line("First `make serve` until /health answers", first, "s", note=PACKAGES),
        Line("Second `make serve` until /health answers", second, "s", at_most=5),
    ], {"first_s": round(first, 2), "second_s": round(second, 2)}


def _seconds(state: str) -> float:
    begun = time.perf_counter()
    with started(["make", "--silent", "serve"], {"EO_STATE_DIR": state}):
        return time.perf_counter() - begun
