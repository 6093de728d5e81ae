"""`python -m benchmarks.curation`: measure, show the table, keep the figures.

It ends with 1 when a bound is broken.
"""

from typing import Annotated

import typer
from rich.console import Console

from benchmarks.curation import importing, publishing
from benchmarks.databases import FOLDER, cluster, synthetic
from benchmarks.report import Report, machine

PARTS = ("publish", "import")
console = Console(stderr=True, highlight=False)


def main(
    only: Annotated[str, typer.Option(help=f"Parts, with commas between: {', '.join(PARTS)}.")] = ",".join(
        PARTS
    ),
    records: Annotated[int, typer.Option(help="Records of the catalogue that is worked on.")] = 100_000,
    lines: Annotated[int, typer.Option(help="Records of the file that is imported.")] = 10_000,
    rounds: Annotated[int, typer.Option(help="How often each record is published.")] = 5,
    keep: Annotated[bool, typer.Option(help="Use a database that older code loaded.")] = False,
    write: Annotated[bool, typer.Option(help="Put the table into docs/benchmarks.md.")] = False,
) -> None:
    """Measure curation on this machine, in a private database of its own in var/bench."""
    chosen = tuple(only.split(","))
    if unknown := set(chosen) - set(PARTS):
        raise typer.BadParameter(f"There is no part {', '.join(sorted(unknown))}.")
    used = cluster()
    with used.used():
        large = synthetic(used, records, reuse="any" if keep else "same", say=console.print)
        report = Report(machine(large.address))
        parts = {
            "publish": lambda: publishing.publishing(large, rounds),
            "import": lambda: importing.importing(large, lines),
        }
        for name in chosen:
            console.print(f"Measuring {name} …")
            found, report.details[name] = parts[name]()
            report.lines += found
    print(f"{report.machine}\n\n{report.table()}")
    console.print(f"The figures are in {report.save(FOLDER, 'curation')}.")
    if write:
        report.write(name="curation")
    raise typer.Exit(0 if report.kept else 1)


if __name__ == "__main__":
    typer.run(main)
