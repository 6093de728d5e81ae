"""Migrations build what the tables in code say, once, in both directions."""

from concurrent.futures import ThreadPoolExecutor

from alembic import command
from sqlalchemy import inspect, text

from app.base import migrations
from app.base.db import connect
from app.catalogue.tables import Table


def test_the_migrated_database_has_the_tables_of_the_code(engine):
    with engine.connect() as connection:
        assert migrations.differences(connection, Table.metadata) == []


def test_the_migrated_database_is_at_the_newest_revision(engine):
    with engine.connect() as connection:
        assert migrations.reached(connection) == migrations.newest()


def test_a_column_that_no_migration_builds_is_noticed(new_database):
    engine = connect(new_database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE dataset DROP COLUMN year"))
        found = migrations.differences(connection, Table.metadata)

    assert any("year" in str(difference) for difference in found)
    engine.dispose()


def test_every_migration_can_be_taken_back_and_applied_again(new_database):
    engine = connect(new_database)
    config = migrations.config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        left = set(inspect(connection).get_table_names())

    assert left <= {"alembic_version", "spatial_ref_sys"}
    assert migrations.migrate(engine) == migrations.newest()
    engine.dispose()


def test_two_processes_that_migrate_at_once_take_turns(new_database):
    engines = [connect(new_database) for _ in range(2)]
    with engines[0].begin() as connection:
        schemas = ", ".join(name or "public" for name in migrations.OWN_SCHEMAS)
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schemas} CASCADE; CREATE SCHEMA public"))

    with ThreadPoolExecutor(2) as pool:
        reached = list(pool.map(migrations.migrate, engines))

    assert reached == [migrations.newest()] * 2
    for engine in engines:
        engine.dispose()
