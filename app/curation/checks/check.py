"""What a check is: a question to one record, asked by a small pure function."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.base.sentences import Sentence
from app.catalogue.record import DatasetRecord
from app.curation.findings import Finding, Severity

Said = tuple[str, Sentence]
"""The path of a fact, and one or two sentences that say what is wrong with it and how to mend it."""


@dataclass(frozen=True)
class Subject:
    """A record as far as it can be read, and the day on which it is looked at."""

    record: DatasetRecord
    today: date

    def is_excused(self, *paths: str) -> bool:
        """Whether the author says that one of these facts, or one of the group, is stated nowhere or does not
        apply."""
        return any(
            excused == path or excused.startswith(f"{path}.") or path.startswith(f"{excused}.")
            for excused in (*self.record.not_applicable, *self.record.not_stated)
            for path in paths
        )


@dataclass(frozen=True)
class Check:
    """One line of the registry; `asks` is the question in the words of the documentation."""

    code: str
    severity: Severity
    asks: str
    run: Callable[[Subject], Iterable[Said]]

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """What it has to say about a record."""
        for path, told in self.run(subject):
            yield Finding(self.code, path, self.severity, told)
