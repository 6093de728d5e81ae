"""The mark of a review and the level of quality, as the record page tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.base import html
from app.base.language import N_, _
from app.base.sentences import restored
from app.catalogue.tables import DatasetQuality

LEVELS: Mapping[str, tuple[str, str]] = {
    "Q0": (N_("listed"), N_("The record is there; programs cannot use all of it yet.")),
    "Q1": (N_("machine-readable"), N_("Programs can use the record: it makes a valid STAC collection.")),
    "Q2": (N_("checked"), N_("Every automatic check passes, and every link answered.")),
    "Q3": (N_("reviewed"), N_("Every check passes, and a person reviewed this version within 24 months.")),
}
"""The name of each level, and what it means."""
MOST_REASONS = 5


@dataclass(frozen=True)
class Quality:
    """What is known about the quality of a record.

    `missing` says what the next level takes. `review` is a sentence about the last review, or nothing.
    """

    code: str
    name: str
    meaning: str
    following: str
    missing: tuple[str, ...]
    review: str
    reviewed: date | None
    number: int | None


def quality(found: DatasetQuality | None) -> Quality | None:
    """The level and the mark in words; None for a record that was never examined."""
    if found is None or found.level not in LEVELS:
        return None
    name, meaning = LEVELS[found.level]
    following = next((code for code in LEVELS if code > found.level), "")
    reasons = found.reasons.get(following, ()) if isinstance(found.reasons, Mapping) else ()
    return Quality(
        code=found.level,
        name=_(name),
        meaning=_(meaning),
        following=following,
        missing=tuple(str(restored(one)) for one in reasons[:MOST_REASONS]),
        review=_review(found),
        reviewed=found.reviewed.date() if found.reviewed else None,
        number=found.reviewed_number,
    )


def _review(found: DatasetQuality) -> str:
    """When which version was reviewed, and by whom."""
    if found.reviewed is None:
        return ""
    day = html.day(found.reviewed.date())
    if found.reviewer:
        return _(
            "Version %(number)s was reviewed on %(day)s by %(name)s.",
            number=found.reviewed_number, day=day, name=found.reviewer,
        )  # fmt: skip
    return _("Version %(number)s was reviewed on %(day)s.", number=found.reviewed_number, day=day)
