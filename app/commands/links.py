"""The commands `links …`: look now, list what is dead, tell of mirrors and of files that changed rightly."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.base.errors import NotFound, Unavailable
from app.base.language import _
from app.base.outside import Outside
from app.commands.ground import console, migrated, prepared_settings
from app.commands.later import new_commands
from app.links import changes, monitor, queries
from app.links.monitor import Pace, Seen
from app.links.states import LOOKS, SUCCESSES, State
from app.links.tables import Link
from app.settings import Settings

commands = new_commands(help="The addresses of the records, and whether they answer.", no_args_is_help=True)
ROUNDS = 1000
COLOURS = {"good": "green", "warn": "yellow", "bad": "red"}


@commands.command("check")
def check(
    slugs: Annotated[list[str] | None, typer.Argument(help="Datasets; without any, all links due.")] = None,
) -> None:
    """Look at addresses now, whether or not the monitor is switched on, and print what each shows.

    Two failures on different days make a badge; a look from here counts as any other.
    """
    settings = prepared_settings()
    outside = outside_of(settings)
    with migrated(settings) as (_address, engine):
        sessions = sessionmaker(engine, expire_on_commit=False)
        with sessions.begin() as session:
            changes.collect(session)
            chosen = queries.numbers(session, slugs) if slugs else []
        if slugs and not chosen:
            raise NotFound(f"No address that can be looked at stands in {', '.join(slugs)}.")
        seen = _look(sessions, outside, chosen)
    failed = sum(one.outcome.state not in SUCCESSES for one in seen)
    console.print(f"{len(seen)} addresses looked at, {failed} without success.")


def _look(sessions: sessionmaker[Session], outside: Outside, chosen: list[int]) -> list[Seen]:
    """Round after round until nothing is left; what was named is looked at once."""
    seen: list[Seen] = []
    for _round in range(1 if chosen else ROUNDS):
        found = 0
        for one in monitor.look(sessions, outside, Pace(seconds=3600), chosen):
            found += 1
            seen.append(one)
            console.print(_line(one), soft_wrap=True)
        if not found:
            break
    return seen


def _line(seen: Seen) -> str:
    look = LOOKS[seen.outcome.state]
    colour = COLOURS.get(look.kind, "default")
    note = f"  [dim]{escape(seen.outcome.note)}[/]" if seen.outcome.note else ""
    return f"[{colour}]{_(look.word):24}[/] {escape(seen.address)}{note}"


def outside_of(settings: Settings) -> Outside:
    """The world as the settings allow it.

    Raises:
        Unavailable: they do not.
    """
    if not settings.outside:
        raise Unavailable("EO_OUTSIDE switches off all questions to other servers. Switch it on first.")
    return Outside(settings.public_url or "")


@commands.command("dead")
def show_dead() -> None:
    """List the addresses that failed on two days or more, with the record that names each."""
    with migrated(prepared_settings()) as (_address, engine), Session(engine) as session:
        table = Table("Dataset", "State", "Since", "Last success", "Address")
        for one in queries.dead(session, limit=10_000):
            last = f"{one.link.succeeded:%Y-%m-%d}" if one.link.succeeded else "never"
            since = f"{one.link.since:%Y-%m-%d}" if one.link.since else ""
            table.add_row(one.slug, _(one.link.look.word), since, last, escape(one.link.address))
        console.print(table)


@commands.command("mirror")
def mirror(
    address: Annotated[str, typer.Argument(help="An address of a record.")],
    other: Annotated[str, typer.Argument(help="Where the same file lies, too.")],
) -> None:
    """Name another address of the same file; where the first is dead, pages show the other."""
    with migrated(prepared_settings()) as (_address, engine), Session(engine) as session, session.begin():
        changes.collect(session)
        changes.add_mirror(session, address, other)
    console.print("Noted. The mirror is looked at like any other address.")


@commands.command("accept")
def accept(
    address: Annotated[str, typer.Argument(help="An address whose file changed, and rightly so.")],
) -> None:
    """Hold later looks against the size and checksum that the file has now."""
    with migrated(prepared_settings()) as (_address, engine), Session(engine) as session, session.begin():
        link = session.scalar(select(Link).where(Link.address == address))
        if link is None or State(link.state) not in (State.SIZE, State.CHECKSUM):
            raise NotFound("No watched address of this kind has changed.")
        changes.accept(link)
    console.print("Noted.")
