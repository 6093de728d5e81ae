"""Words, addresses and numbers of other catalogues, recognised as values of a record, or not at all."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from app.base.extent import first_day, last_day
from app.catalogue import vocabulary
from app.exchange.formats.readers.reading import Gathering, quoted

_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV = re.compile(
    r"(?:arxiv:|https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/)?(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_SPDX_PAGE = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([A-Za-z0-9.+-]+?)(?:\.html|\.json)?/?$")
_CC_PAGE = re.compile(
    r"https?://creativecommons\.org/licenses/(by(?:-nc)?(?:-sa|-nd)?)/(\d\.\d)(?:/(igo))?(?:/\S*)?$"
)
_CC0_PAGE = re.compile(r"https?://creativecommons\.org/publicdomain/zero/1\.0(?:/\S*)?$")
_EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/datasets/([^/?#]+/[^/?#]+|[^/?#]+)/?$")
_TFDS = re.compile(r"https?://(?:www\.)?tensorflow\.org/datasets/catalog/([^/?#]+)/?$")
_AWS = re.compile(r"https?://registry\.opendata\.aws/([^/?#]+)/?$")
_SIZE = re.compile(r"([\d.]+(?:e[+-]?\d+)?)\s*(B|bytes|[KMGTP]i?B)", re.IGNORECASE)
_POWERS = "BKMGTP"
NOT_STATED = frozenset(
    {"", "not stated", "unknown", "none", "n/a", "not specified", "other", ":unkn", ":unav"}
)


def doi(text: Any) -> str | None:
    """The bare DOI in a text that is one, with or without the resolver's address before it."""
    found = _DOI.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    # An address has its signs encoded, a bare DOI has not.
    return unquote(found[1]) if found[0].lower().startswith("http") else found[1]


def arxiv(text: Any) -> str | None:
    """The bare number of an arXiv preprint, without its version."""
    found = _ARXIV.fullmatch(text.strip()) if isinstance(text, str) else None
    return found[1] if found else None


def year(text: Any) -> int | None:
    """The year at the start of a date, or the only four digits in a text; four zeros mean unknown."""
    found = _YEAR.findall(str(text)) if text is not None else []
    return int(found[0]) if found and found[0] != "0000" else None


def coded(name: str, text: Any) -> str | None:
    """The code of a vocabulary that a word means: a code, a label or a synonym, whatever its case."""
    if not isinstance(text, str):
        return None
    known = vocabulary.terms(name)
    return text if text in known else _words(name, vocabulary.version()).get(_folded(text))


def country(text: Any) -> str | None:
    """The ISO 3166-1 alpha-3 code of a country's code or name."""
    return coded("country", text.upper() if isinstance(text, str) and len(text) == 3 else text)


def put_codes(gathering: Gathering, words: Iterable[str], where: str, *, complain: bool = False) -> None:
    """Take keywords for the coded fields that know them; without regard to what the document calls them.

    A word that two vocabularies know is taken for neither, because nobody can tell which was meant.
    """
    for word in words:
        owners = [
            (field, code) for field, name in KEYWORD_FIELDS.items() if (code := coded(name, word)) is not None
        ]
        if len(owners) == 1:
            field, code = owners[0]
            gathering.add(field, [code], where)
        elif complain:
            gathering.leave(where, f"The word {quoted(word)} is in no vocabulary of this catalogue.")


KEYWORD_FIELDS: Mapping[str, str] = {
    "tasks": "task",
    "themes": "theme",
    "modalities": "modality",
    "platforms": "platform",
    "sensors": "sensor",
}


def spdx(text: Any) -> str | None:
    """The SPDX identifier or expression that a text or the address of a licence is; None where it is none."""
    if not isinstance(text, str):
        return None
    text = text.strip()
    if found := _SPDX_PAGE.match(text):
        return found[1]
    if _CC0_PAGE.match(text):
        return "CC0-1.0"
    if found := _CC_PAGE.match(text):
        return f"CC-{found[1].upper()}-{found[2]}{'-IGO' if found[3] else ''}"
    known = {entry["url"].rstrip("/"): entry["spdx"] for entry in vocabulary.load("licences")["licences"]}
    if address := known.get(text.rstrip("/")):
        return str(address)
    names = {identifier.casefold(): identifier for identifier in known.values()}
    if text.casefold() in names:
        return str(names[text.casefold()])
    parts = re.split(r" (?:AND|OR|WITH) ", text)
    is_expression = _EXPRESSION.fullmatch(text) is not None and all(part in known.values() for part in parts)
    return text if is_expression else None


def put_licences(gathering: Gathering, stated: list[Any], where: str) -> None:
    """Take licences, each an SPDX identifier, an address or words; several hold together, each for a part."""
    said = [
        one.strip() for one in stated if isinstance(one, str) and one.strip().casefold() not in NOT_STATED
    ]
    if not said:
        return
    identifiers = [spdx(one) for one in said]
    if all(identifiers):
        gathering.put("licence.spdx", " AND ".join(str(one) for one in identifiers), where)
    else:
        gathering.put("licence.text", "; ".join(said), where)


def put_temporal(gathering: Gathering, start: Any, end: Any, where: str) -> None:
    """Take an interval of dates at the precision given; a moment loses its time of day."""
    sides = {"start": _partial(start), "end": _partial(end)}
    for side, given in (("start", start), ("end", end)):
        if sides[side] is None and given not in (None, "", ".."):
            gathering.leave(where, f"{quoted(given)} is no date, so the {side} is unknown.")
    known = {side: value for side, value in sides.items() if value}
    if len(known) == 2 and first_day(known["start"]) > last_day(known["end"]):
        gathering.leave(where, f"The dates end ({known['end']}) before they start ({known['start']}).")
    elif known:
        gathering.put("temporal_extent", known, where)


def interval(text: str) -> tuple[str | None, str | None]:
    """Start and end of an ISO 8601 interval; one date alone is both."""
    start, slash, end = text.partition("/")
    return start or None, (end if slash else start) or None


def gigabytes(text: Any) -> float | None:
    """A volume in gigabytes (10^9 bytes) from bytes or from text such as “1.9 GB” or “500 MiB”."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        return text / 1e9 if text > 0 else None
    found = _SIZE.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    unit = found[2].upper()
    power = 0 if unit.startswith("BYTES") else _POWERS.index(unit[0])
    try:
        volume = float(found[1]) * (1024.0 if "I" in unit else 1000.0) ** power / 1e9
    except ValueError:
        return None
    return volume if volume > 0 else None


def put_address(gathering: Gathering, address: Any, where: str) -> bool:
    """Take an address that stands for the dataset itself: its DOI, or its entry in a hub.

    Returns:
        Whether it was one of them.
    """
    if not isinstance(address, str):
        return False
    if found := doi(address):
        gathering.put("data_doi", found, where)
    elif hub := _HUB.match(address):
        gathering.add("libraries.huggingface", [unquote(hub[1])], where)
    elif hub := _TFDS.match(address):
        gathering.put("libraries.tfds", unquote(hub[1]), where)
    elif hub := _AWS.match(address):
        gathering.put("libraries.aws_open_data", unquote(hub[1]), where)
    else:
        return False
    return True


def is_web(address: Any) -> bool:
    """Whether a value is an address that a record can hold."""
    if not isinstance(address, str):
        return False
    try:
        return urlsplit(address).scheme in {"http", "https", "ftp", "s3", "gs"}
    except ValueError:
        return False


def first_author(name: Any) -> str | None:
    """The family name of a person: what stands before a comma, else the last word."""
    if not isinstance(name, str) or not name.strip():
        return None
    family, comma, _ = name.strip().partition(",")
    return family if comma else name.split()[-1]


def _partial(moment: Any) -> str | None:
    """A date as far as it is known, or None; what is more exact than a day is cut."""
    if not isinstance(moment, str | int) or moment == "..":
        return None
    text = str(moment).strip()
    try:
        day = first_day(text)
    except (ValueError, OverflowError):
        return None
    return text if len(text) in (4, 7, 10) else day.isoformat()


@lru_cache(64)
def _words(name: str, _version: int) -> Mapping[str, str]:
    """Codes by label and synonym, labels first; a word that two terms claim is nobody's.

    Kept for each version of what curators changed in the vocabularies.
    """
    known = vocabulary.terms(name).values()
    by_label = {_folded(term.label): term.code for term in known} | {
        _folded(term.code): term.code for term in known
    }
    claims: dict[str, set[str]] = {}
    for term in known:
        for synonym in term.synonyms:
            claims.setdefault(_folded(synonym), set()).add(term.code)
    single = {word: next(iter(codes)) for word, codes in claims.items() if len(codes) == 1}
    return {**single, **by_label}


def _folded(text: str) -> str:
    return " ".join(text.replace("-", " ").replace("_", " ").casefold().split())
