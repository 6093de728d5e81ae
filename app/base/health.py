"""Whether the service is ready, and why not: a few checks on the database, each with a sentence."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, FromClause, func, select, text
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


MAY_WRITE = """
select current_user, pg_is_in_recovery(), has_table_privilege(:name, 'insert'),
  case when pg_last_wal_receive_lsn() is distinct from pg_last_wal_replay_lsn()
  then extract(epoch from now() - pg_last_xact_replay_timestamp()) else 0 end
"""


def examine(engine: Engine, reading: Engine, counted: FromClause) -> Health:
    """Look at the database, its migrations, the reads, and whether `counted` has anything to show."""
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
                checks["reads"] = examine_reads(reading, wanted, counted)
    except SQLAlchemyError as error:
        return Health({"database": Check(False, f"The database is down ({type(error).__name__}).")})
    return Health(checks)


def examine_reads(engine: Engine, wanted: str | None, counted: FromClause) -> Check:
    """Whether the reads find the tables, with which role, and how far a replica is behind."""
    try:
        with engine.connect() as connection:
            reached = migrations.reached(connection)
            if reached != wanted:
                return Check(
                    False,
                    f"Reads see migration {reached}, the service needs {wanted}: the replica lags behind.",
                )
            role, is_replica, may_write, seconds = connection.execute(
                text(MAY_WRITE), {"name": str(counted)}
            ).one()
    except SQLAlchemyError as error:
        return Check(False, f"Reads do not reach the tables ({type(error).__name__}).")
    place = f"on a replica, {float(seconds or 0):.0f} seconds behind, " if is_replica else ""
    return Check(True, f"Reads run {place}as {role}, which {'may write' if may_write else 'may only read'}.")
