"""The command `import`: files and folders of records become drafts, with a report."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.accounts.changes import email_key
from app.accounts.rights import Role
from app.accounts.tables import User
from app.base.errors import Conflict, NotFound
from app.commands.ground import console, migrated, prepared_settings
from app.commands.later import new_commands
from app.curation.actors import Actor
from app.curation.imports import changes, queries
from app.curation.imports.tables import Import

MOST_TOLD = 20
commands = new_commands()
Paths = Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders of files.")]


@commands.command()
def import_records(
    paths: Paths,
    by: Annotated[str, typer.Option("--as", help="E-mail of the account that submits them.")],
    hand_in: Annotated[bool, typer.Option(help="Submit the drafts that pass the checks.")] = False,
) -> None:
    """Turn records in any format that is read here into drafts; nothing is published by this.

    Prints what became of them; /curation/imports has the whole report. A record that is published already in
    the same state, or waits as a draft, is left alone.
    """
    settings = prepared_settings()
    with migrated(settings) as (_address, engine):
        sessions = sessionmaker(engine, expire_on_commit=False)
        with sessions.begin() as session:
            actor = _actor(session, by)
        for path in _files(paths):
            with sessions.begin() as session:
                number = str(changes.begin(session, actor, path.name, path.read_bytes(), queued=False).id)
            _bring_to_its_end(sessions, number, hand_in=hand_in)


def _actor(session: Session, email: str) -> Actor:
    user = session.scalar(select(User).where(User.email_key == email_key(email), User.is_active))
    if user is None:
        raise NotFound(f"There is no open account with the address {email}. `users list` shows them.")
    return Actor(role=Role(user.role), user_id=user.id, name=user.name, email=user.email)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        found = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        yield from (one for one in found if not one.name.startswith("."))


def _bring_to_its_end(sessions: sessionmaker[Session], number: str, *, hand_in: bool) -> None:
    """Do what workers would, step by step, each in a transaction of its own."""
    with sessions.begin() as session:
        one = _still(changes.cut(session, number=number, queued=False))
    with _progress() as bar:
        task = bar.add_task(escape(one.name), total=one.total)
        while one.state == "running":
            with sessions.begin() as session:
                one = _still(changes.draft(session, number=number, queued=False))
            bar.update(task, completed=one.done)
    if hand_in and one.state == "done":
        with sessions.begin() as session:
            one = changes.ask_to_hand_in(session, one.id, queued=False)
        while one.state == "handing-in":
            with sessions.begin() as session:
                one = _still(changes.hand_in(session, number=number, queued=False))
    with sessions() as session:
        _tell(session, one)


def _still(one: Import | None) -> Import:
    if one is None:
        raise Conflict("Somebody else is at work on this import; look at /curation/imports.")
    return one


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def _tell(session: Session, one: Import) -> None:
    if one.failure:
        console.print(f"[red]{escape(one.name)}[/]: {escape(one.failure)}")
        return
    counts = queries.counts(session, one.id)
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    console.print(f"{escape(one.name)}: {told or 'nothing in it'}.")
    for found in queries.lines(session, one.id, outcome="invalid", limit=MOST_TOLD):
        why = "; ".join(f"{reason['path']} {reason['message']}".strip() for reason in found.line.reasons)
        console.print(f"  {escape(found.line.label)}: {escape(why)}", soft_wrap=True)
