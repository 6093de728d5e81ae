"""The states of a link, what each is called, and what it means for the reader. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.base.language import N_


class State(StrEnum):
    """What was found at an address."""

    OK = "ok"
    MOVED = "moved_permanently"
    AUTH = "auth_required"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    GONE = "gone"
    TLS = "tls_error"
    DNS = "dns_error"
    TIMEOUT = "timeout"
    HTML = "html_instead_of_file"
    TRUNCATED = "truncated"
    CHECKSUM = "checksum_changed"
    SIZE = "size_changed"
    ROBOTS = "robots_or_captcha"
    UNKNOWN = "unknown"


SUCCESSES = frozenset({State.OK, State.MOVED})
NO_VERDICT = frozenset({State.ROBOTS, State.UNKNOWN})
"""These tell nothing about the link: neither do they spoil a success, nor do they end a failure."""
CHANGES = frozenset({State.SIZE, State.CHECKSUM})
FAILURES = frozenset(State) - SUCCESSES - NO_VERDICT
DEAD = FAILURES - {State.AUTH} - CHANGES
"""Failures after which nobody gets the data from this address."""
WORST_FIRST = (
    State.GONE,
    State.NOT_FOUND,
    State.DNS,
    State.TLS,
    State.FORBIDDEN,
    State.TIMEOUT,
    State.HTML,
    State.TRUNCATED,
    State.CHECKSUM,
    State.SIZE,
    State.AUTH,
    State.ROBOTS,
    State.UNKNOWN,
    State.MOVED,
    State.OK,
)
"""What several addresses come to is the worst: one that tells nothing spoils the success of the others."""


@dataclass(frozen=True)
class Look:
    """How a state is shown: a word, the mark before it, and its colour (good, warn, bad, unknown or none)."""

    word: str
    mark: str
    kind: str


LOOKS: Mapping[State, Look] = {
    State.OK: Look(N_("answered"), "tick", "good"),
    State.MOVED: Look(N_("answered, moved"), "tick", "good"),
    State.AUTH: Look(N_("sign in there"), "lock", ""),
    State.FORBIDDEN: Look(N_("refused"), "crossed", "bad"),
    State.NOT_FOUND: Look(N_("not found"), "crossed", "bad"),
    State.GONE: Look(N_("removed"), "crossed", "bad"),
    State.TLS: Look(N_("certificate fails"), "crossed", "bad"),
    State.DNS: Look(N_("no such server"), "crossed", "bad"),
    State.TIMEOUT: Look(N_("timed out"), "crossed", "bad"),
    State.HTML: Look(N_("a page, not the file"), "crossed", "bad"),
    State.TRUNCATED: Look(N_("incomplete"), "crossed", "bad"),
    State.CHECKSUM: Look(N_("content changed"), "triangle", "warn"),
    State.SIZE: Look(N_("size changed"), "triangle", "warn"),
    State.ROBOTS: Look(N_("lets no program look"), "corners", "unknown"),
    State.UNKNOWN: Look(N_("no clear answer"), "corners", "unknown"),
}
NOT_CHECKED = Look(N_("not checked yet"), "corners", "unknown")
NOT_CHECKABLE = Look(N_("not checked"), "corners", "unknown")
"""For addresses that no browser opens, such as buckets."""
