"""OAI-PMH 2.0: records for harvesters, in pages, by the time of their last change."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

from fastapi import APIRouter, Body, Request, Response
from sqlalchemy.orm import Session

from app.base.db import ReadSession
from app.base.errors import Invalid
from app.base.tokens import read_token, write_token
from app.exchange.formats.xml import element
from app.portal import harvest, oai_answers
from app.portal.answers import own_address
from app.portal.harvest import Header, Position, Window
from app.portal.oai_answers import METADATA_FORMATS, ProtocolError

ADDRESS = "/oai"
XML = "text/xml; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
PAGE = 100
PREFIXES = tuple(known.prefix for known in METADATA_FORMATS)
# Of each verb: arguments that must be given, and those that may be.
VERBS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")

RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/xml": {}}, "description": "The answer, or an error of the protocol."}
}

router = APIRouter(tags=["harvesting"])


@dataclass(frozen=True)
class Listing:
    """One list that a harvester reads page by page; `cursor` counts what it has."""

    verb: str
    prefix: str
    window: Window
    after: Position | None = None
    total: int = 0
    cursor: int = 0


@router.get(ADDRESS, summary="Harvest records by OAI-PMH", response_class=Response, responses=RESPONSES)
def harvest_by_get(request: Request, session: ReadSession) -> Response:
    """OAI-PMH 2.0 with the formats oai_dc and datacite; `verb=Identify` tells the rest."""
    return _answered(request, session, request.query_params.multi_items())


@router.post(
    ADDRESS,
    summary="Harvest records by OAI-PMH, with the arguments as a form",
    response_class=Response,
    responses=RESPONSES,
)
def harvest_by_post(
    request: Request, session: ReadSession, body: Annotated[bytes, Body(media_type=FORM)] = b""
) -> Response:
    """The same with the arguments in the body, which may be too long for an address."""
    return _answered(request, session, parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _answered(request: Request, session: Session, given: list[tuple[str, str]]) -> Response:
    address = own_address(request) + ADDRESS
    try:
        arguments = _arguments(given)
        content = _content(request, session, address, arguments)
    except ProtocolError as error:
        # The protocol repeats the arguments only where they could be understood.
        repeated = {} if error.code in ("badVerb", "badArgument") else dict(given)
        return _document(oai_answers.answer(address, repeated, [oai_answers.fault(error)]))
    return _document(oai_answers.answer(address, arguments, [content]))


def _document(content: bytes) -> Response:
    return Response(content, media_type=XML, headers={"Cache-Control": "no-cache"})


def _arguments(given: list[tuple[str, str]]) -> dict[str, str]:
    """The arguments, each once, and those that the verb takes.

    Raises:
        ProtocolError: badVerb, badArgument.
    """
    repeated = [name for name, times in Counter(name for name, _ in given).items() if times > 1]
    arguments = dict(given)
    verb = arguments.get("verb", "")
    if verb not in VERBS or "verb" in repeated:
        raise ProtocolError("badVerb", f"verb is one of {', '.join(VERBS)}, given once.")
    required, optional = VERBS[verb]
    named = arguments.keys() - {"verb"}
    is_resumed = verb.startswith("List") and named == {"resumptionToken"}
    if repeated:
        raise ProtocolError("badArgument", f"Given more than once: {', '.join(sorted(repeated))[:200]}.")
    if not is_resumed and named - required - optional:
        raise ProtocolError(
            "badArgument", f"{verb} does not take {', '.join(sorted(named - required - optional))[:200]}."
        )
    if not is_resumed and required - named:
        raise ProtocolError("badArgument", f"{verb} needs {', '.join(sorted(required - named))}.")
    return arguments


def _content(request: Request, session: Session, address: str, arguments: Mapping[str, str]) -> Element:
    base_url = own_address(request)
    host = urlsplit(base_url).hostname or "localhost"
    verb = arguments["verb"]
    if verb == "Identify":
        return oai_answers.identify(address, f"admin@{host}", harvest.earliest(session), host)
    if verb == "ListMetadataFormats":
        if "identifier" in arguments:
            _header(session, host, arguments["identifier"])
        return oai_answers.metadata_formats()
    if verb == "ListSets":
        raise ProtocolError("noSetHierarchy", "The catalogue has no sets; search its API by theme or task.")
    if verb == "GetRecord":
        return _record(session, host, base_url, arguments)
    secret = request.app.state.settings.signing_key
    return _list(session, secret, host, base_url, _listing(session, secret, arguments))


def _record(session: Session, host: str, base_url: str, arguments: Mapping[str, str]) -> Element:
    prefix = _known_prefix(arguments["metadataPrefix"])
    header = _header(session, host, arguments["identifier"])
    found = harvest.published(session, [header.number]).get(header.number)
    return element("GetRecord", [oai_answers.record(host, header, found, prefix, base_url)])


def _header(session: Session, host: str, identifier: str) -> Header:
    """The record that an identifier names.

    Raises:
        ProtocolError: idDoesNotExist.
    """
    start, number = f"oai:{host}:", identifier.rpartition(":")[2]
    is_ours = identifier.startswith(start) and number.isdecimal() and len(number) < 10
    header = harvest.header(session, int(number)) if is_ours else None
    if header is None or identifier != oai_answers.identifier(host, header.number):
        raise ProtocolError(
            "idDoesNotExist", f"There is no record {identifier[:200]}; names look like {start}1."
        )
    return header


def _known_prefix(prefix: str) -> str:
    if prefix not in PREFIXES:
        raise ProtocolError("cannotDisseminateFormat", f"metadataPrefix is {' or '.join(PREFIXES)}.")
    return prefix


def _listing(session: Session, secret: str, arguments: Mapping[str, str]) -> Listing:
    """A new list, or the page of one that a token goes on with.

    Raises:
        ProtocolError: badResumptionToken, badArgument, cannotDisseminateFormat, noSetHierarchy.
    """
    verb = arguments["verb"]
    if "resumptionToken" in arguments:
        return _resumed(secret, verb, arguments["resumptionToken"])
    prefix = _known_prefix(arguments["metadataPrefix"])
    if "set" in arguments:
        raise ProtocolError("noSetHierarchy", "The catalogue has no sets; leave set out.")
    window = _window(arguments.get("from"), arguments.get("until"))
    return Listing(verb, prefix, window, total=harvest.count(session, window))


def _window(first: str | None, last: str | None) -> Window:
    if first and last and len(first) != len(last):
        raise ProtocolError(
            "badArgument", "from and until must be equally exact: both days, or both seconds."
        )
    window = Window(_moment("from", first), _moment("until", last))
    if window.last is not None and last is not None:
        # A day or a second is included whole.
        span = timedelta(days=1) if len(last) == 10 else timedelta(seconds=1)
        window = replace(window, last=window.last + span - timedelta(microseconds=1))
    if window.first and window.last and window.first > window.last:
        raise ProtocolError("badArgument", "from lies behind until; swap them.")
    return window


def _moment(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    if _DAY.fullmatch(text) or _SECOND.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            moment = None
        if moment is not None and 1 < moment.year < 9999:
            return moment
    raise ProtocolError(
        "badArgument", f"{name} is a day or a second in UTC, for example 2026-01-31T00:00:00Z."
    )


def _list(session: Session, secret: str, host: str, base_url: str, listing: Listing) -> Element:
    """One page of a list, and the token of the next.

    Raises:
        ProtocolError: noRecordsMatch.
    """
    found = harvest.headers(session, listing.window, listing.after, PAGE + 1)
    if not found:
        raise ProtocolError("noRecordsMatch", "Nothing changed in that time.")
    page = found[:PAGE]
    if listing.verb == "ListIdentifiers":
        parts = [oai_answers.head(host, one) for one in page]
    else:
        records = harvest.published(session, [one.number for one in page if not one.is_deleted])
        parts = [
            oai_answers.record(host, one, records.get(one.number), listing.prefix, base_url) for one in page
        ]
    is_last = len(found) <= PAGE
    if not (is_last and listing.after is None):
        token = "" if is_last else _token(secret, listing, page)
        parts.append(oai_answers.resumption(token, listing.total, listing.cursor))
    return element(listing.verb, parts)


def _token(secret: str, listing: Listing, page: list[Header]) -> str:
    window, last = listing.window, page[-1]
    return write_token(
        secret,
        [
            "oai",
            listing.verb,
            listing.prefix,
            window.first.isoformat() if window.first else None,
            window.last.isoformat() if window.last else None,
            last.moment.isoformat(),
            last.number,
            listing.total,
            listing.cursor + len(page),
        ],
    )


def _resumed(secret: str, verb: str, token: str) -> Listing:
    refused = ProtocolError("badResumptionToken", "This token was not made here, or by another list.")
    try:
        position: list[Any] = read_token(secret, token)
    except Invalid:
        raise refused from None
    if len(position) != 9 or position[:2] != ["oai", verb]:
        raise refused
    _, _, prefix, first, last, moment, number, total, cursor = position
    window = Window(*(datetime.fromisoformat(side) if side else None for side in (first, last)))
    after = Position(datetime.fromisoformat(moment), number)
    return Listing(verb, prefix, window, after, total, cursor)
