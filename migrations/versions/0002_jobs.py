"""The tables and functions of the job queue, from the text that procrastinate itself publishes.

Revision ID: 0002

A later release of procrastinate may publish another text. The migration that follows it then applies that
release's own steps, and asks the database first whether a fresh installation has them already.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REMOVE = """
do $$
declare thing record;
begin
  for thing in select oid::regclass as name from pg_class
    where relname like 'procrastinate%' and relkind = 'r' and relnamespace = 'public'::regnamespace
  loop execute format('drop table %s cascade', thing.name); end loop;
  for thing in select oid::regprocedure as name from pg_proc
    where proname like 'procrastinate%' and pronamespace = 'public'::regnamespace
  loop execute format('drop function %s cascade', thing.name); end loop;
  for thing in select oid::regtype as name from pg_type
    where typname like 'procrastinate%' and typtype in ('e', 'c') and typnamespace = 'public'::regnamespace
  loop execute format('drop type %s cascade', thing.name); end loop;
end $$;
"""


def _run(statements: str) -> None:
    # The text holds many statements and percent signs, so it goes to the driver as it is, without parameters.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(statements)


def upgrade() -> None:
    """Build the queue."""
    _run(SchemaManager.get_schema())


def downgrade() -> None:
    """Take the queue away with everything that waits in it."""
    _run(REMOVE)
