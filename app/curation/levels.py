"""How far a record can be trusted, in four levels that are computed and explained.

| level | name | what it takes |
|---|---|---|
| Q0 | listed | the record is there |
| Q1 | machine-readable | every value can be read, every code is known, and STAC and Croissant are valid |
| Q2 | checked | no check finds an error or a warning, and every address answered when it was last tried |
| Q3 | reviewed | a person reviewed this very version within the last 24 months |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.base.language import N_, gettext
from app.base.sentences import Sentence
from app.base.sentences import counted as ngettext
from app.base.sentences import sentence as _
from app.catalogue.record import DatasetRecord
from app.curation.findings import Finding
from app.links.addresses import addresses
from app.links.queries import states
from app.links.states import SUCCESSES, State

CODES = ("Q0", "Q1", "Q2", "Q3")
NAMES: Mapping[str, str] = {
    "Q0": N_("listed"),
    "Q1": N_("machine-readable"),
    "Q2": N_("checked"),
    "Q3": N_("reviewed"),
}
REVIEW_HOLDS_MONTHS = 24
VALIDITY = frozenset({"not-readable", "impossible", "code-unknown", "stac-invalid", "croissant-invalid"})
"""Codes of the checks that ask whether programs can use the record."""
REACHED = frozenset({*SUCCESSES, State.AUTH, State.ROBOTS})
"""States of a link with which a reader gets there, as far as a program can tell."""


@dataclass(frozen=True)
class Step:
    """One level above Q0: whether it is reached, and if not, each thing that is missing, in a sentence."""

    code: str
    missing: tuple[Sentence, ...]

    @property
    def name(self) -> str:
        """The level in a word."""
        return gettext(NAMES[self.code])


@dataclass(frozen=True)
class Level:
    """The level of a record, with what every higher one lacks. Levels build on each other."""

    code: str
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """The level in a word."""
        return gettext(NAMES[self.code])

    def as_json(self) -> dict[str, Any]:
        """What the catalogue keeps: for each level not reached, what is missing, in any language."""
        return {step.code: [one.as_json() for one in step.missing] for step in self.steps if step.missing}


def level_of(
    findings: Iterable[Finding],
    *,
    links: Mapping[str, State],
    named: Iterable[str],
    reviewed: date | None,
    today: date,
) -> Level:
    """The level that follows from findings, the states of the links, and the last review.

    Args:
        links: the state of each address that was tried, by address.
        named: every address of the record that can be tried.
        reviewed: when a person reviewed this very version; None for never.
    """
    found = tuple(findings)
    steps = (
        Step("Q1", tuple(one.told for one in found if one.code in VALIDITY)),
        Step("Q2", (*_to_mend(found), *_unanswered(links, named))),
        Step("Q3", _review(reviewed, today)),
    )
    reached = "Q0"
    for step in steps:
        if step.missing:
            break
        reached = step.code
    return Level(reached, steps)


def _to_mend(findings: tuple[Finding, ...]) -> tuple[Sentence, ...]:
    """What the checks found beyond validity; notes are advice and count for nothing."""
    return tuple(one.told for one in findings if one.severity != "note" and one.code not in VALIDITY)


def _unanswered(links: Mapping[str, State], named: Iterable[str]) -> tuple[Sentence, ...]:
    """What is wrong with the links: those that did not answer by name, those never tried by number."""
    listed = tuple(dict.fromkeys(named))
    untried = sum(address not in links for address in listed)
    broken = [address for address in listed if address in links and links[address] not in REACHED]
    told = [_("%(address)s did not answer. Mend it, or name another.", address=address) for address in broken]
    if untried:
        told.append(ngettext("%(num)s link was never tried.", "%(num)s links were never tried.", untried))
    return tuple(told)


def _review(reviewed: date | None, today: date) -> tuple[Sentence, ...]:
    if reviewed is None:
        return (_("Nobody has reviewed this version."),)
    if _months(reviewed, today) >= REVIEW_HOLDS_MONTHS:
        return (
            _("The review of %(day)s is older than 24 months. Review it again.", day=reviewed.isoformat()),
        )
    return ()


def _months(start: date, end: date) -> int:
    """Whole months between two days."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def of_record(
    session: Session,
    record: DatasetRecord,
    findings: Iterable[Finding],
    *,
    reviewed: date | None = None,
    today: date,
) -> Level:
    """The level of a record with what is known of its links; of a draft, nobody has reviewed this version."""
    named = [one.address for one in addresses(record.model_dump(mode="json"))]
    known = states(session, named)
    tried = {address: link.state for address, link in known.items() if link.checked is not None}
    return level_of(findings, links=tried, named=named, reviewed=reviewed, today=today)
