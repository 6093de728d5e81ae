"""Whom the facts are owed to: the lists, papers and repositories that the records draw on."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.catalogue import vocabulary


@dataclass(frozen=True)
class Credit:
    """One source.

    `letter`: P the dataset's own publication, repository or documentation; L a list that people keep;
    M a machine-readable catalogue; C computed here; A asserted by the curators; I read from an identifier.
    `licence` is that of the list itself, None where it states none.
    """

    key: str
    name: str
    letter: str
    repository: str | None = None
    path: str | None = None
    commit: str | None = None
    licence: str | None = None
    note: str | None = None

    @property
    def url(self) -> str | None:
        """The address of the repository, at the commit that was read where it is known."""
        if self.repository is None:
            return None
        at_commit = f"/tree/{self.commit}" if self.commit else ""
        return f"https://github.com/{self.repository}{at_commit}"


SOURCES: Mapping[str, Credit] = MappingProxyType(
    {entry["key"]: Credit(**entry) for entry in vocabulary.load("sources")["sources"]}
)


def credit(key: str) -> Credit:
    """The credit of a source key; an unknown key is credited by its own name."""
    return SOURCES.get(key) or Credit(key=key, name=key, letter="L")
