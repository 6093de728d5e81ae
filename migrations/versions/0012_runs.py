"""Runs: models applied to tiles, with their state, log and outcome.

Revision ID: 0012
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = """
create schema run;

create table run.run (
  id uuid primary key,
  tile_id text not null,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  progress smallint not null default 0 check (progress between 0 and 100),
  stage text not null default '',
  log jsonb not null default '[]',
  models text[] not null,
  options jsonb not null default '{}',
  asker text not null,
  is_private boolean not null default false,
  key text,
  request bytea not null,
  attempts smallint not null default 0,
  error text not null default '',
  outcome jsonb,
  receipt jsonb,
  created timestamptz not null default now(),
  started timestamptz,
  ended timestamptz,
  expires timestamptz not null
);
create unique index ix_run_asker_key on run.run (asker, key) where key is not null;
create index ix_run_tile_id on run.run (tile_id, created);
create index ix_run_models on run.run using gin (models);
create index ix_run_expires on run.run (expires);
create index ix_run_open on run.run (created) where state in ('queued', 'running');
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("drop schema run cascade")
