"""The commands `runs …`: repeat a run from its receipt; and the process in which a worker does runs."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from sqlalchemy.orm import Session

from app.base.db import connect
from app.base.errors import Unavailable
from app.base.later import Later
from app.base.storage import Storage, open_storage
from app.commands.ground import console, migrated, prepared_settings
from app.commands.later import new_commands
from app.settings import Settings
from app.tiles import queries as tiles

# They open what reads rasters and runs networks, which no other command needs.
executing, run_changes, engine, receipts, remote, comparing, tile_changes, fitting = (
    Later("app.runs.executing"),
    Later("app.runs.changes"),
    Later("app.runs.engine"),
    Later("app.runs.receipts"),
    Later("app.zoo.remote"),
    Later("app.runs.comparing"),
    Later("app.tiles.changes"),
    Later("app.zoo.fitting"),
)

commands = new_commands(help="Models applied to tiles.", no_args_is_help=True)


@commands.command("replay")
def replay(
    receipt: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="receipt.json of a run.")],
) -> None:
    """Repeat a run from its receipt, and say whether every bit of the outcome is the same.

    The tile and the models are those of this installation, recognised by the digests of their files.
    """
    settings = prepared_settings()
    told = receipts.read(receipt.read_bytes())
    with migrated(settings) as (_address, base), Session(base) as session:
        tile = tiles.get(session, told.tile["id"])
    cards = executing.chosen(settings.models, [one["id"] for one in told.models])
    networks = _networks(settings)
    order = engine.Order(told.run, tile, cards, threads=settings.run_threads)
    again = engine.repeat(order, _storage(settings), networks.of)
    differences = receipts.differences(told, json.loads(json.dumps(again)))
    for one in differences:
        console.print(f"[red]✗[/] {escape(one)}", soft_wrap=True)
    if differences:
        raise typer.Exit(1)
    console.print("[green]✓[/] Every bit of the outcome is the same.")


def benchmark() -> None:
    """Measure every model of this installation on every simulated test tile that it fits.

    Imported models count as well; PyTorch is not needed. The outcome is kept in the storage, and the page
    /benchmarks shows it for models that are compared nowhere else.
    """
    settings = prepared_settings()
    storage = _storage(settings)
    with migrated(settings) as (_address, base):
        with Session(base) as session, session.begin():
            if not tile_changes.are_simulated(session):
                tile_changes.simulate(session, storage)
        with Session(base) as session:
            there = tiles.all_tiles(session)
    cards = fitting.known_cards(settings.models)
    comparing.compare_served(
        storage,
        there,
        cards,
        _networks(settings).of,
        lambda line: console.print(escape(line), soft_wrap=True),
    )
    console.print(f"The comparison is in {comparing.KEPT} of the storage; /benchmarks shows it.")


@commands.command("execute", hidden=True)
def execute() -> None:
    """Do runs that a worker orders through a pipe, until it hangs up; no command for people."""
    settings = prepared_settings()
    if settings.database_url is None:
        raise Unavailable("This process belongs to a worker, which names the database to it.")
    orders, answers = executing.streams()
    base = connect(settings.database_url.get_secret_value(), pool_size=2)
    networks = _networks(settings)
    with suppress(KeyboardInterrupt):
        executing.serve(
            executing.Workplace(
                sessions=run_changes.alone(base),
                storage=_storage(settings),
                models=settings.models,
                network_for=networks.of,
                threads=settings.run_threads,
                memory=settings.run_memory_mb,
            ),
            orders,
            answers,
        )
    sys.exit(0)


def _networks(settings: Settings) -> Any:
    """Where networks run, as the settings say."""
    server = remote.Server(settings.model_server) if settings.model_server else None
    return executing.Networks(settings.models, settings.run_threads, server)


def _storage(settings: Settings) -> Storage:
    return open_storage(settings.state / "files", settings.storage_url, settings.storage_endpoint)
