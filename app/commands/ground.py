"""What commands stand on: the console, the settings, and the database at its newest migration."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy import Engine

from app.base import logs, migrations
from app.base.db import connect
from app.base.embedded import Cluster, cluster
from app.settings import Settings

console = Console(stderr=True, highlight=False)
Folder = Annotated[
    Path | None,
    typer.Option(exists=True, file_okay=False, help="Folder with one YAML file a dataset; else the bundled."),
]


def prepared_settings() -> Settings:
    """The settings, with the logs in the form they ask for."""
    settings = Settings()
    logs.configure(settings.log_format)
    return settings


@contextmanager
def database(settings: Settings) -> Iterator[tuple[str, Cluster | None]]:
    """Address of the database; the private cluster runs as long as someone uses it."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value(), None
        return
    private = cluster(settings.state)
    with private.used() as address:
        yield address, private


@contextmanager
def migrated(settings: Settings) -> Iterator[tuple[str, Engine]]:
    """The database at the newest migration, with an engine on it."""
    with database(settings) as (address, _):
        engine = connect(address)
        try:
            migrations.migrate(engine)
            yield address, engine
        finally:
            engine.dispose()
