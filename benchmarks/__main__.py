"""`python -m benchmarks`: measure, show the table, keep the figures; ends with 1 when a bound is broken."""

from typing import Annotated

import typer
from rich.console import Console

from benchmarks.databases import FOLDER, cluster
from benchmarks.portal import PARTS, Plan, measure

console = Console(stderr=True, highlight=False)


def main(
    only: Annotated[
        str, typer.Option(help=f"Parts to measure, with commas between: {', '.join(PARTS)}.")
    ] = ",".join(PARTS),
    small: Annotated[int, typer.Option(help="Records of the small synthetic catalogue.")] = 10_000,
    large: Annotated[int, typer.Option(help="Records of the large synthetic catalogue.")] = 100_000,
    rounds: Annotated[int, typer.Option(help="How often everything is repeated.")] = 5,
    fresh: Annotated[bool, typer.Option(help="Load the databases anew, to measure that, too.")] = False,
    keep: Annotated[bool, typer.Option(help="Use databases that older code loaded.")] = False,
    write: Annotated[bool, typer.Option(help="Put the table into docs/benchmarks.md.")] = False,
) -> None:
    """Measure the portal on this machine, in a private database of its own in var/bench."""
    plan = Plan(tuple(only.split(",")), small, large, rounds, "none" if fresh else "any" if keep else "same")
    if unknown := set(plan.parts) - set(PARTS):
        raise typer.BadParameter(f"There is no part {', '.join(sorted(unknown))}.")
    used = cluster()
    with used.used():
        report = measure(used, plan, say=console.print)
    print(f"{report.machine}\n\n{report.table()}")
    console.print(f"The figures are in {report.save(FOLDER)}.")
    if write:
        report.write()
    raise typer.Exit(0 if report.kept else 1)


if __name__ == "__main__":
    typer.run(main)
