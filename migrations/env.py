"""Runs the migrations against the database that `app.base.migrations` hands over."""

from alembic import context
from sqlalchemy import Connection

from app.base.migrations import is_ours
from app.catalogue.tables import Table


def migrate(connection: Connection) -> None:
    """Apply the steps on a connection whose transaction the caller ends."""
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        include_object=is_ours,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
