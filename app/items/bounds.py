"""How much work a search may be, and what is raised where it would be more."""

NO_BOUND = 2**62
"""Rows that a search may look at one by one, where it takes the time it needs."""


class MustWait(Exception):
    """A search would look at more rows than it may, or ask the database where it must not."""
