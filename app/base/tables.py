"""The base of every mapped class."""

from sqlalchemy.orm import DeclarativeBase


class Table(DeclarativeBase):
    """Base of every mapped class; its metadata is what the migrations must build."""
