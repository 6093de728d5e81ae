"""Moments as items have them: RFC 3339 when written, whole microseconds since 1970 (UTC) when compared."""

import re
from datetime import UTC, datetime, timedelta

from app.base.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS_PER_DAY, MICROS_PER_SECOND = 86_400, 1_000_000

_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$")


def moment(text: object) -> datetime:
    """An RFC 3339 moment in UTC.

    Raises:
        Invalid: not one; the zone is part of it.
    """
    if not isinstance(text, str) or not _MOMENT.match(text):
        raise Invalid(f"{str(text)[:60]!r} is not an RFC 3339 date and time such as 2020-05-01T10:00:00Z.")
    try:
        at = datetime.fromisoformat(text.upper())
        return at if at.tzinfo is UTC else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{text[:60]!r} is not a date that exists.") from None


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    since = at - EPOCH
    # The parts of a span of time are whole numbers, which is quicker than to divide it.
    return (since.days * SECONDS_PER_DAY + since.seconds) * MICROS_PER_SECOND + since.microseconds


def from_micros(count: int) -> datetime:
    """The moment of some microseconds since 1970."""
    return EPOCH + timedelta(microseconds=count)
