"""Bring a database to the newest migration, and say whether it is there."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, func, select, text

from app.base.db import EXTENSIONS, READER

FOLDER = Path(__file__).parents[2] / "migrations"
LOCK = 7_401_926_553
"""Any number; whoever migrates holds the advisory lock of this number."""

# Tables that an administrator's extensions brought along are not ours to give; everyone may read them.
OPEN_TO_READER = f"""
do $$
declare
  space text;
  thing regclass;
begin
  if not exists (select from pg_roles where rolname = '{READER}') then
    return;
  end if;
  for space in select nspname from pg_namespace where nspname in ('public', 'tile') loop
    execute format('grant usage on schema %I to {READER}', space);
    execute format('alter default privileges in schema %I grant select on tables to {READER}', space);
    execute format('alter default privileges in schema %I grant select on sequences to {READER}', space);
    for thing in
      select oid from pg_class where relnamespace = space::regnamespace
      and relkind in ('r', 'p', 'v', 'm', 'S') and pg_has_role(relowner, 'usage')
    loop
      execute format('grant select on %s to {READER}', thing);
    end loop;
  end loop;
end
$$
"""

FOREIGN_TABLES = ("procrastinate_", "spatial_ref_sys")
OWN_SCHEMAS = (None, "accounts", "curation", "links", "run", "tile", "vocabulary")
"""The one that everybody reads, and others; `READER` may look into `tile` among them."""


def config() -> Config:
    """Where alembic finds the steps; the caller adds the connection."""
    found = Config()
    found.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return found


def migrate(engine: Engine) -> str:
    """Apply the missing migrations in one transaction and return the revision reached.

    Two processes that start together take turns; the second finds nothing left to do. The role `READER`,
    where there is one, may read all that is there afterwards, and what is created later.
    """
    settings = config()
    with engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        connection.execute(text(OPEN_TO_READER))
        return reached(connection) or "none"


def newest() -> str | None:
    """The revision that this version of the service needs."""
    return ScriptDirectory.from_config(config()).get_current_head()


def reached(connection: Connection) -> str | None:
    """The revision a database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection, metadata: MetaData) -> list[Any]:
    """What the tables in code have and the migrated database has not, or the reverse."""
    options = {
        "include_object": is_ours,
        "include_name": is_in_own_schema,
        "include_schemas": True,
        "compare_type": True,
    }
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


def is_in_own_schema(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out the schemas of others."""
    return kind != "schema" or name in OWN_SCHEMAS


def is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out tables that PostGIS and the job queue bring along."""
    return not (kind == "table" and (name or "").startswith(FOREIGN_TABLES))
