"""Looking at one address: a few bytes are asked for, and what comes back is named as one of the states."""

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from app.base.outside import Answer, Limits, NoAnswer, Outside, Reason
from app.links import magic
from app.links.states import State

LIMITS = Limits(seconds=20.0, body_bytes=100_000)
RANGE = {"range": "bytes=0-511"}
START_BYTES = 4096
"""Bytes that are read of a server that ignores the range, and of pages that tell why there is no file."""
MOST_WAIT_SECONDS = 7 * 86_400
CHECKSUMS = ("repr-digest", "digest", "content-md5", "x-goog-hash", "x-linked-etag")
"""Headers that some stores send; whatever their form, the same file has the same."""

_TOTAL = re.compile(r"bytes\s+\d+-\d+/(\d+)$")
_SIGN_IN = re.compile(
    r"https?://(?:(?:login|auth|sso|accounts|idp|signin|urs)\.[^/]+/|[^?#]*/"
    r"(?:login|log-in|signin|sign-in|sign_in|oauth2?|authorize|saml2?|shibboleth\.sso|cas)(?:[/?#.]|$))",
    re.IGNORECASE,
)
_CHALLENGE_HEADERS = ("cf-mitigated", "x-amzn-waf-action", "x-datadome")
_CHALLENGE = re.compile(
    rb"captcha|cf-challenge|challenge-platform|are you a (?:ro)?bot|unusual traffic|<title>just a moment"
    rb"|verify (?:that )?you are (?:a )?human|attention required",
    re.IGNORECASE,
)

_BY_STATUS: Mapping[int, State] = {
    401: State.AUTH, 402: State.FORBIDDEN, 403: State.FORBIDDEN, 404: State.NOT_FOUND, 407: State.AUTH,
    408: State.TIMEOUT, 410: State.GONE, 429: State.ROBOTS, 451: State.FORBIDDEN, 504: State.TIMEOUT,
    999: State.ROBOTS,
}  # fmt: skip
_BY_REASON: Mapping[Reason, State] = {
    "name": State.DNS, "private": State.DNS, "tls": State.TLS, "timeout": State.TIMEOUT,
    "connect": State.TIMEOUT, "cut": State.TRUNCATED,
}  # fmt: skip
_HEAD_SETTLES = frozenset({401, 410, 429})
"""Statuses that a GET would not change; any other fault may come from a server that knows no HEAD."""
BUSY = frozenset({429, 503})


@dataclass(frozen=True)
class Known:
    """What is known of an address before the look: whether it promises a file, and of which kind and size."""

    address: str
    is_file: bool = False
    size: int | None = None
    checksum: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a look found. `size` in bytes, `wait` the seconds that the server asks to be left alone for."""

    state: State
    note: str = ""
    status: int | None = None
    target: str | None = None
    size: int | None = None
    checksum: str | None = None
    wait: int | None = None
    is_busy: bool = False
    seconds: float = 0.0


def probe(outside: Outside, known: Known) -> Outcome:
    """Look at an address, gently: at its head, or at the first bytes where that says too little.

    Raises:
        NoAnswer: only with the reason "off": nothing may be asked from here.
    """
    start = time.monotonic()
    try:
        outcome = _judged(known, _asked(outside, known))
    except NoAnswer as error:
        if error.reason == "off":
            raise
        outcome = Outcome(_BY_REASON.get(error.reason, State.UNKNOWN), note=error.message)
    return replace(outcome, seconds=time.monotonic() - start)


def _asked(outside: Outside, known: Known) -> Answer:
    if not known.is_file:
        with suppress(_HeadFailed):
            return _headed(outside, known.address)
    return outside.ask(known.address, headers=RANGE, enough=START_BYTES, limits=LIMITS)


class _HeadFailed(Exception):
    """A head said too little."""


def _headed(outside: Outside, address: str) -> Answer:
    try:
        answer = outside.ask(address, method="HEAD", limits=LIMITS)
    except NoAnswer as error:
        if error.reason in ("broken", "timeout", "encoding"):
            raise _HeadFailed from error
        raise
    if answer.status >= 300 and answer.status not in _HEAD_SETTLES:
        raise _HeadFailed
    return answer


def _judged(known: Known, answer: Answer) -> Outcome:
    found = Outcome(
        State.UNKNOWN,
        status=answer.status,
        target=answer.address if answer.hops else None,
        wait=_wait(answer.headers.get("retry-after")),
        is_busy=answer.status in BUSY,
    )
    if _is_challenge(answer):
        return replace(found, state=State.ROBOTS, note="The server wants to see a person.")
    if answer.status == 416 and known.is_file:
        return replace(found, state=State.TRUNCATED, size=0, note="The file is empty.")
    if not 200 <= answer.status < 300:
        state = _BY_STATUS.get(answer.status, State.UNKNOWN)
        return replace(found, state=state, note=f"The server answered {answer.status}.")
    if answer.hops and _SIGN_IN.match(answer.address) and not _SIGN_IN.match(known.address):
        return replace(found, state=State.AUTH, note="The server sends to a page that asks for a sign-in.")
    if known.is_file:
        return _judged_file(known, answer, found)
    return _arrived(answer, found)


def _arrived(answer: Answer, found: Outcome) -> Outcome:
    if answer.hops and all(hop.status in (301, 308) for hop in answer.hops):
        return replace(found, state=State.MOVED, note=f"It has moved to {answer.address}.")
    return replace(found, state=State.OK)


def _judged_file(known: Known, answer: Answer, found: Outcome) -> Outcome:
    """A file: its first bytes, its size and checksum."""
    size, checksum = _size(answer), _checksum(answer.headers)
    found = replace(found, size=size, checksum=checksum)
    if size == 0 or not answer.body:
        return replace(found, state=State.TRUNCATED, note="The file is empty.")
    if magic.is_page(answer.body, answer.headers.get("content-type", "")):
        return replace(found, state=State.HTML, note="A page came instead of the file.")
    if not magic.fits(known.address, answer.body):
        return replace(found, note="The file does not begin as one of its kind does.")
    if known.checksum and checksum and checksum != known.checksum:
        return replace(found, state=State.CHECKSUM, note="The checksum is another than at the first look.")
    if known.size is not None and size is not None and size != known.size:
        note = f"The file has {size:,} bytes; at the first look it had {known.size:,}."
        return replace(found, state=State.SIZE, note=note)
    return _arrived(answer, found)


def _size(answer: Answer) -> int | None:
    """The size of the whole file, as a range tells it, or a whole answer."""
    if answer.status == 206:
        total = _TOTAL.match(answer.headers.get("content-range", ""))
        return int(total[1]) if total and len(total[1]) < 19 else None
    length = answer.headers.get("content-length", "")
    packed = answer.headers.get("content-encoding", "identity") != "identity"
    return int(length) if length.isdecimal() and len(length) < 19 and not packed else None


def _checksum(headers: Mapping[str, str]) -> str | None:
    return next((f"{name} {headers[name][:300]}" for name in CHECKSUMS if headers.get(name)), None)


def _is_challenge(answer: Answer) -> bool:
    if any(name in answer.headers for name in _CHALLENGE_HEADERS):
        return True
    return answer.status in (403, 429, 503) and _CHALLENGE.search(answer.body) is not None


def _wait(told: str | None) -> int | None:
    """Seconds of a Retry-After, which is a number or a date; a week at the most."""
    if not told:
        return None
    if told.isdecimal():
        return min(int(told[:9]), MOST_WAIT_SECONDS)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, min(round((aware - datetime.now(UTC)).total_seconds()), MOST_WAIT_SECONDS))
