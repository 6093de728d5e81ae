"""`python -m benchmarks.stac`: measure against the peers, show the table, keep the figures.

It ends with 1 when a bound is broken.
"""

from typing import Annotated

import typer
from rich.console import Console

from benchmarks.stac.plan import PARTS, USUAL, Plan, measure
from benchmarks.stac.systems import FOLDER
from benchmarks.stac.timing import Effort

console = Console(stderr=True, highlight=False)


def main(
    items: Annotated[int, typer.Option(help="Items to load into both sides.")] = 1_000_000,
    only: Annotated[str, typer.Option(help=f"Parts, with commas between: {', '.join(PARTS)}.")] = ",".join(
        USUAL
    ),
    growth: Annotated[bool, typer.Option(help="Also compare with a larger workload.")] = False,
    larger: Annotated[int, typer.Option(help="Items of the larger workload.")] = 5_000_000,
    seconds: Annotated[float, typer.Option(help="How long each system is asked at a stretch.")] = 2.0,
    repeats: Annotated[int, typer.Option(help="How often each system is asked.")] = 3,
    fresh: Annotated[str, typer.Option(help="Sides to load anew: ours, peer, larger.")] = "",
    keep: Annotated[bool, typer.Option(help="Keep the loaded databases for the next run.")] = False,
    write: Annotated[bool, typer.Option(help="Put the table into docs/benchmarks.md.")] = False,
) -> None:
    """Measure the STAC API and the tiles against pgstac and tipg, in private databases in var/bench/stac."""
    parts = tuple(only.split(",")) + (("growth",) if growth else ())
    if unknown := set(parts) - set(PARTS):
        raise typer.BadParameter(f"There is no part {', '.join(sorted(unknown))}.")
    plan = Plan(parts, items, larger, Effort(seconds, repeats), tuple(fresh.split(",")), keep)
    report = measure(plan, say=console.print)
    print(f"{report.machine}\n\n{report.table()}")
    console.print(f"The figures are in {report.save(FOLDER, 'stac')}.")
    if write:
        report.write(name="stac")
    raise typer.Exit(0 if report.kept else 1)


if __name__ == "__main__":
    typer.run(main)
