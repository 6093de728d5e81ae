"""Modules that are imported when they are first needed, because a start should not wait for them."""

from importlib import import_module
from types import ModuleType
from typing import Any


class Later:
    """A module that is imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def imported(self) -> ModuleType:
        """The module, which is imported now at the latest."""
        return import_module(self._name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.imported(), name)
