"""The language in which a suggestion was begun, for mails to whoever has no account.

Revision ID: 0013
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier suggestions have none, and their mails follow whoever causes them."""
    op.execute("alter table curation.revision add column submitter_language text not null default ''")


def downgrade() -> None:
    """Drop it again."""
    op.execute("alter table curation.revision drop column submitter_language")
