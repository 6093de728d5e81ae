"""The command `serve`: database, migrations, content, worker, pages and API, started together."""

import socket
from collections.abc import Callable

import uvicorn
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import web
from app.base import migrations
from app.base.db import connect
from app.base.errors import Unavailable
from app.base.protocol import BoundedProtocol
from app.commands.ground import console, database, prepared_settings
from app.commands.later import new_commands
from app.commands.seed import load_if_changed
from app.commands.watching import watched
from app.settings import Settings
from app.tiles import changes as tiles

BACKLOG = 2048

commands = new_commands()


@commands.command()
def serve() -> None:
    """Start everything: database, migrations, bundled catalogue, worker, pages and API.

    HOST and PORT say where to listen (default 127.0.0.1:8000; PORT=0 takes a free port). Ctrl-C stops it.
    """
    settings = prepared_settings()
    listener = listen(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    with database(settings) as (address, private):
        engine = connect(address)
        migrations.migrate(engine)
        load_if_changed(settings, address, engine)
        ask_for_tiles(engine)
        engine.dispose()
        with watched(address, private) as start_watching:
            reads = private.read_address if private else None
            Announced(settings, address, start_watching, reads).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Unavailable(f"{host}:{port} is taken ({error.strerror}). Try PORT={port + 1}.") from error


class Announced(uvicorn.Server):
    """A server that tells people where it is once it listens, and only then starts the rest."""

    def __init__(
        self, settings: Settings, address: str, then: Callable[[], None], read_address: str | None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                web.create_app(settings, address, read_address=read_address),
                log_config=None,
                access_log=False,
                server_header=False,
                ws="none",
                http=BoundedProtocol,
                backlog=BACKLOG,
                timeout_graceful_shutdown=5,
            )
        )
        self.place = settings.address
        self.then = then

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            console.print(f"The catalogue is at [bold]{self.place}[/]  (Ctrl-C stops it)")
            self.then()


def ask_for_tiles(engine: Engine) -> None:
    """Have the worker make the simulated tiles, where they are missing or made by an older version."""
    with Session(engine) as session, session.begin():
        if tiles.ask_for_simulated(session):
            console.print("Simulated tiles are being made; they appear within a minute.")
