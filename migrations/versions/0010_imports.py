"""Imports: files of many records on their way into drafts, with a report for each record.

Revision ID: 0010
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = """
create table curation.import (
  id uuid primary key,
  name text not null,
  actor_id integer references accounts."user" on delete set null,
  actor_name text not null,
  actor_role text not null,
  state text not null check (state in ('waiting', 'running', 'handing-in', 'done', 'failed')),
  content bytea,
  total integer not null default 0,
  done integer not null default 0,
  failure text not null default '',
  created timestamptz not null default now(),
  finished timestamptz
);
create index ix_curation_import_created on curation.import (created, id);

create table curation.import_line (
  import_id uuid not null references curation.import on delete cascade,
  position integer not null,
  label text not null,
  piece bytea,
  digest bytea not null,
  outcome text not null check (outcome in ('waiting', 'new', 'changed', 'same', 'invalid')),
  name text not null default '',
  slug text not null default '',
  reasons jsonb not null default '[]',
  revision_id uuid references curation.revision on delete set null,
  primary key (import_id, position)
);
create index ix_curation_import_line_digest on curation.import_line (digest) where revision_id is not null;
create index ix_curation_import_line_revision_id on curation.import_line (revision_id);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("drop table curation.import_line, curation.import")
