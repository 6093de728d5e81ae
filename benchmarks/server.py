"""The service on a database that is filled already: `python -m benchmarks.server`.

`serve` would also load the bundled catalogue, which has no place in a synthetic one.
"""

import uvicorn

from app.base import logs
from app.base.protocol import BoundedProtocol
from app.settings import Settings
from app.web import create_app


def main() -> None:
    """Serve until asked to stop, with the server settings of `serve`."""
    settings = Settings()
    logs.configure(settings.log_format)
    if settings.database_url is None:
        raise SystemExit("EO_DATABASE_URL is missing.")
    uvicorn.run(
        create_app(settings, settings.database_url.get_secret_value()),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        http=BoundedProtocol,
    )


if __name__ == "__main__":
    main()
