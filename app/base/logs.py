"""Logs: one JSON object (or one readable line) an event, on standard error."""

import logging
import logging.config
import sys
from typing import Any, Literal

import orjson
import structlog
from structlog.typing import FilteringBoundLogger

_SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_AS_JSON: list[Any] = [
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(serializer=orjson.dumps),
]


def configure(form: Literal["text", "json"]) -> None:
    """Send the logs of this process, of libraries too, to standard error in one form."""
    as_json, as_text = (
        structlog.processors.JSONRenderer(),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            as_json if form == "json" else as_text,
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("alembic", "procrastinate", "httpx2", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Our own lines take a shorter way than those of libraries: every request writes one.
    structlog.configure(
        processors=[*_SHARED, *(_AS_JSON if form == "json" else [as_text, _encoded])],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def _encoded(_logger: object, _method: str, line: str) -> bytes:
    return line.encode()


def logger(name: str) -> FilteringBoundLogger:
    """A logger whose events carry their facts as keywords."""
    found: FilteringBoundLogger = structlog.get_logger(name).bind(logger=name)
    return found
