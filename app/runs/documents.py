"""Runs as programs read them."""

from datetime import datetime
from typing import Any

from app.runs import saying
from app.runs.tables import Run

NOTE = "Figures are of one tile, not a benchmark."
SIMULATED = "The tile is simulated: made by a program, not seen by a sensor."
PLACE = "/api/runs"
TIMES = ("read", "load", "prepare", "network", "measure", "occlusion", "write")


def address(run: Run, part: str = "") -> str:
    """Where a run, or a part of it, is."""
    return f"{PLACE}/{run.id}" + (f"/{part}" if part else "")


def short(run: Run) -> dict[str, Any]:
    """One line of a history."""
    return {
        "id": str(run.id),
        "tile": run.tile_id,
        "models": list(run.models),
        "state": run.state,
        "progress": run.progress,
        "created": _text(run.created),
        "ended": _text(run.ended),
        "expires": _text(run.expires),
        "links": {"self": address(run), "page": f"/runs/{run.id}"},
    }


def whole(run: Run) -> dict[str, Any]:
    """A run with its log and, once it succeeded, the report of each model."""
    return {
        **short(run),
        "stage": saying.told(run.stage),
        "stage_code": saying.parted(run.stage)[0],
        "error": saying.told(run.error),
        "options": run.options,
        "attempts": run.attempts,
        "started": _text(run.started),
        "log": [saying.line(one) for one in run.log],
        "note": NOTE,
        "simulated": None if run.outcome is None else run.outcome["simulated"],
        "outcome": outcome(run),
        "links": _links(run),
    }


def outcome(run: Run) -> dict[str, Any] | None:
    """The reports by model, with addresses in place of paths; None before the end.

    The database keeps objects in an order of its own, so models and classes are put into theirs.
    """
    if run.outcome is None:
        return None
    there = run.outcome["models"]
    reports = {name: _report(run, there[name]) for name in run.models if name in there}
    return {"simulated": run.outcome["simulated"], "models": reports}


def _report(run: Run, report: dict[str, Any]) -> dict[str, Any]:
    files = {what: address(run, f"files/{path}") for what, path in report["files"].items()}
    shares, legend = report["shares"], report["legend"]
    names = [one["name"] for one in legend] if isinstance(legend, list) else []
    return {
        **report,
        "files": files,
        "shares": {name: shares[name] for name in names if name in shares},
        "timing": {what: report["timing"][what] for what in TIMES if what in report["timing"]},
        **({"warning": SIMULATED} if report["simulated"] else {}),
    }


def progress(run: Run, *, is_left: bool = False) -> dict[str, Any]:
    """What changes while a run is at work; pages say the code of its stage in their language.

    Args:
        is_left: whether its worker died, so that it starts again soon.
    """
    code, value = saying.parted(run.stage)
    return {
        "state": run.state,
        "progress": run.progress,
        "stage": saying.told(run.stage),
        "stage_code": code,
        "stage_value": value,
        "error": saying.told(run.error),
        "lines": len(run.log),
        "left": is_left,
    }


def file_paths(run: Run) -> frozenset[str]:
    """The files of a run, by their paths below it."""
    reports = run.outcome["models"].values() if run.outcome else ()
    return frozenset(path for report in reports for path in report["files"].values())


def _links(run: Run) -> dict[str, str]:
    links = {"self": address(run), "page": f"/runs/{run.id}", "tile": f"/api/tiles/{run.tile_id}"}
    if run.is_open:
        links["events"] = address(run, "events")
    if run.receipt is not None:
        links["receipt"] = address(run, "receipt.json")
    return links


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")
