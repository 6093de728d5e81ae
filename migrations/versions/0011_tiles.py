"""Tiles: small rasters with their layers, uploads with an expiry among them.

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
create schema tile;

create table tile.sample_tile (
  id text primary key,
  dataset_slug text,
  simulated boolean not null,
  split text,
  imitates text[] not null default '{}',
  bands text[] not null,
  answers text[] not null default '{}',
  document jsonb not null,
  owner_id integer references accounts."user" on delete cascade,
  secret_digest bytea,
  bytes bigint not null,
  recipe text,
  created timestamptz not null default now(),
  expires timestamptz
);
create index ix_sample_tile_dataset_slug on tile.sample_tile (dataset_slug, id);
create index ix_sample_tile_imitates on tile.sample_tile using gin (imitates);
create index ix_sample_tile_expires on tile.sample_tile (expires) where expires is not null;
create index ix_tile_sample_tile_owner_id on tile.sample_tile (owner_id);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("drop schema tile cascade")
