"""How much work a search may be, and what is raised where it would be more."""

from typing import Any, cast

from sqlalchemy.orm import Session

NO_BOUND = 2**62
"""Rows that a search may look at one by one, where it takes the time it needs."""


class MustWait(Exception):
    """A search would look at more rows than it may, or ask the database where it must not."""


class Nobody:
    """Stands for the session of who must not wait: whatever is asked of it is not answered."""

    def __getattr__(self, name: str) -> Any:
        raise MustWait


NOBODY = cast(Session, Nobody())
LIGHT = 50_000
"""Rows that a search may look at one by one where others wait for it."""
