"""The command `seed`: records of a folder come into the catalogue."""

from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app import seeding
from app.catalogue.tables import Dataset
from app.commands.ground import Folder, console, migrated, prepared_settings
from app.commands.later import new_commands
from app.settings import Settings

commands = new_commands()


@commands.command()
def seed(folder: Folder = None) -> None:
    """Publish every record of a folder; records that did not change are left alone."""
    settings, folder = prepared_settings(), folder or seeding.CATALOGUE
    with migrated(settings) as (address, engine):
        load(engine, folder)
        if folder == seeding.CATALOGUE:
            seeding.remember(settings.state, address, seeding.fingerprint())


def load_if_changed(settings: Settings, address: str, engine: Engine) -> None:
    """Load the bundled catalogue into an empty database, or when its files changed since."""
    current = seeding.fingerprint()
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(Dataset)) or 0
    if count and seeding.remembered(settings.state, address) == current:
        return
    load(engine, seeding.CATALOGUE)
    seeding.remember(settings.state, address, current)


def load(engine: Engine, folder: Path) -> None:
    """Publish a folder in one transaction, with a bar that shows how far it is."""
    total = len(seeding.files(folder))
    columns = (TextColumn("Loading datasets"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("load", total=total)
        with Session(engine) as session, session.begin():
            done = seeding.load(session, folder, progress=lambda count: bar.advance(task, count))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    console.print(f"Datasets: {done.new} new, {done.changed} changed, {done.same} unchanged.")
