"""Whether the service is ready, and why not: a few checks on the database, each with a sentence."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, FromClause, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.base import migrations


@dataclass(frozen=True)
class Check:
    """One thing that must hold."""

    ok: bool
    detail: str


@dataclass(frozen=True)
class Health:
    """Ready when every check holds."""

    checks: dict[str, Check]

    @property
    def ready(self) -> bool:
        """Whether visitors can be served."""
        return all(check.ok for check in self.checks.values())

    def document(self) -> dict[str, Any]:
        """The answer of `/health`."""
        return {"ready": self.ready, "checks": {name: asdict(check) for name, check in self.checks.items()}}


def examine(engine: Engine, counted: FromClause) -> Health:
    """Look at the database, its migrations, and whether there is anything to show in `counted`."""
    try:
        with engine.connect() as connection:
            reached = migrations.reached(connection)
            wanted = migrations.newest()
            checks = {
                "database": Check(True, "The database answers."),
                "migrations": Check(
                    reached == wanted, f"The database is at {reached}, the service needs {wanted}."
                ),
            }
            if reached == wanted:
                count = connection.scalar(select(func.count()).select_from(counted)) or 0
                checks["records"] = Check(count > 0, f"{count} datasets are published.")
    except SQLAlchemyError as error:
        return Health({"database": Check(False, f"The database is down ({type(error).__name__}).")})
    return Health(checks)
