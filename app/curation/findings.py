"""What the checks say about a draft: findings by path, likely duplicates, and where the record would stand.

Plain values without database or HTTP, so that forms, the API, the queue and the audit can all hold them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.base.sentences import Sentence, restored

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""From the gravest to the lightest: an error stops submission, a warning is shown to the reviewer."""


@dataclass(frozen=True)
class Finding:
    """One thing to mend: the check that found it, the fact it is about, and how to mend it.

    `path` is a key of `catalogue.record.facts`, or "" where the finding is about the whole record.
    """

    code: str
    path: str
    severity: Severity
    told: Sentence

    @property
    def message(self) -> str:
        """How to mend it, in the language of whoever reads it now."""
        return str(self.told)

    def as_json(self) -> dict[str, Any]:
        """What a revision keeps: `message` for programs, in English, `told` for readers of any language."""
        return {
            "code": self.code,
            "path": self.path,
            "severity": self.severity,
            "message": self.told.in_english(),
            "told": self.told.as_json(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Finding":
        """A finding as `as_json` wrote it; of one written before there was `told`, the words as they were."""
        told = restored(kept.get("told", kept["message"]))
        return cls(kept["code"], kept["path"], kept["severity"], told)


@dataclass(frozen=True)
class Duplicate:
    """A published dataset that may be the same; `likeness` runs from 0 to 1, where 1 is the same key."""

    slug: str
    name: str
    told: Sentence
    likeness: float

    @property
    def why(self) -> str:
        """What both have in common, in the language of whoever reads it now."""
        return str(self.told)

    def as_json(self) -> dict[str, Any]:
        """What a revision keeps, as of a finding."""
        return {
            "slug": self.slug,
            "name": self.name,
            "why": self.told.in_english(),
            "told": self.told.as_json(),
            "likeness": self.likeness,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Duplicate":
        """A duplicate as `as_json` wrote it; before there was `told`, the words as they were."""
        return cls(kept["slug"], kept["name"], restored(kept.get("told", kept["why"])), kept["likeness"])


@dataclass(frozen=True)
class Report:
    """The outcome of all checks.

    Scores are completeness, 0 to 100; `score_before` is None for a new dataset. `level` is what the record
    would reach when it is published as it stands, Q0 to Q3.
    """

    findings: tuple[Finding, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    score_before: int | None = None
    score_after: int = 0
    level: str = "Q0"

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops submission."""
        return self.of("error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What the reviewer is shown."""
        return self.of("warning")

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity, in the order of the checks."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    def at(self, path: str) -> tuple[Finding, ...]:
        """The findings about one fact."""
        return tuple(finding for finding in self.findings if finding.path == path)

    def as_json(self) -> dict[str, Any]:
        """What a revision keeps and programs read."""
        return {
            "findings": [finding.as_json() for finding in self.findings],
            "duplicates": [duplicate.as_json() for duplicate in self.duplicates],
            "score_before": self.score_before,
            "score_after": self.score_after,
            "level": self.level,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Report":
        """A report as `as_json` wrote it; an empty object, as a new revision has it, is an empty report."""
        return cls(
            findings=tuple(Finding.from_json(one) for one in kept.get("findings", ())),
            duplicates=tuple(Duplicate.from_json(one) for one in kept.get("duplicates", ())),
            score_before=kept.get("score_before"),
            score_after=kept.get("score_after", 0),
            level=kept.get("level", "Q0"),
        )


def by_path(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Findings by the fact they are about, the gravest first."""
    sorted_: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda one: SEVERITIES.index(one.severity)):
        sorted_.setdefault(finding.path, []).append(finding)
    return {path: tuple(found) for path, found in sorted_.items()}
