"""What was measured, as a table for people and as JSON for comparisons over time."""

import json
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from app.settings import ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"
MARKS = {
    "portal": ("<!-- results: written by `python -m benchmarks --write` -->", "<!-- end of results -->"),
    "curation": (
        "<!-- written by `python -m benchmarks.curation --write` -->",
        "<!-- end of curation results -->",
    ),
    "pictures": (
        "<!-- written by `python -m benchmarks.pictures --write` -->",
        "<!-- end of pictures results -->",
    ),
    "runs": ("<!-- written by `python -m benchmarks.runs --write` -->", "<!-- end of runs results -->"),
    "stac": ("<!-- written by `python -m benchmarks.stac --write` -->", "<!-- end of STAC results -->"),
}


@dataclass(frozen=True)
class Line:
    """One figure, and the bound it must keep; a line without a bound only informs."""

    what: str
    figure: float | None
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the bound is kept; None where there is no bound or no figure."""
        if self.figure is None or (self.at_most is None and self.at_least is None):
            return None
        return (self.at_most is None or self.figure <= self.at_most) and (
            self.at_least is None or self.figure >= self.at_least
        )

    @property
    def bound(self) -> str:
        """The bound in words."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g} {self.unit}"
        return f"≥ {self.at_least:g} {self.unit}" if self.at_least is not None else ""

    @property
    def verdict(self) -> str:
        """PASS, FAIL, skipped, or nothing."""
        if self.figure is None:
            return "skipped"
        return {True: "PASS", False: "FAIL", None: ""}[self.kept]

    def cells(self) -> tuple[str, ...]:
        """The line as texts."""
        shown = "–" if self.figure is None else f"{_rounded(self.figure)} {self.unit}"
        return (self.what, shown, self.bound, self.verdict, self.note)


@dataclass
class Report:
    """All lines of a run, the machine it ran on, and the figures behind the lines."""

    machine: str
    lines: list[Line] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Whether no bound is broken."""
        return all(line.kept is not False for line in self.lines)

    def table(self) -> str:
        """The lines as a table in Markdown."""
        rows = [("What", "Measured", "Bound", "", "Remark"), *(line.cells() for line in self.lines)]
        ruled = [rows[0], ("---", "---:", "---:", "---", "---"), *rows[1:]]
        return "\n".join("| " + " | ".join(row) + " |" for row in ruled)

    def save(self, folder: Path, name: str = "portal") -> Path:
        """Write everything as JSON; one file a run."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
        lines = [{**asdict(line), "verdict": line.verdict} for line in self.lines]
        document = {"machine": self.machine, "lines": lines, "details": self.details}
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
        return path

    def write(self, name: str = "portal", document: Path = DOCUMENT) -> None:
        """Replace the results of one benchmark in the documentation."""
        begin, end = MARKS[name]
        before, _, rest = document.read_text().partition(begin)
        _, _, after = rest.partition(end)
        document.write_text(f"{before}{begin}\n\n{self.machine}\n\n{self.table()}\n\n{end}{after}")


def _rounded(figure: float) -> str:
    """Three figures that count, without an exponent."""
    if abs(figure) >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.3g}"


def machine(address: str) -> str:
    """Processor, memory, versions and date in one line."""
    with psycopg.connect(address) as connection:
        server = connection.execute(
            "select current_setting('server_version'), postgis_lib_version()"
        ).fetchone() or ("?", "?")
    return (
        f"{_processor()}, {_cores()} cores, {_memory_gib()} GiB; Linux {platform.release()}; "
        f"PostgreSQL {server[0].split()[0]}, PostGIS {server[1]}; Python {platform.python_version()}, "
        f"NumPy {version('numpy')}, psycopg {version('psycopg')}; {datetime.now(UTC):%Y-%m-%d}."
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _cores() -> int:
    return Path("/proc/cpuinfo").read_text().count("processor\t:")


def _memory_gib() -> int:
    total = next(
        line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")
    )
    return round(int(total.split()[1]) / 2**20)
