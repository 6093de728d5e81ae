"""Licences: identifiers that SPDX knows, spelled as SPDX spells them, and texts that say the same."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from app.base.sentences import Sentence
from app.base.sentences import sentence as _
from app.catalogue import vocabulary
from app.catalogue.record import Licence
from app.curation.checks.check import Check, Said, Subject

# What reads expressions evaluates nested brackets; nobody needs more.
MOST_BRACKETS = 10

_CODE = re.compile(r"\bcc[ -]?(0|by)((?:[ -](?:nc|nd|sa))*)(?:[ -]?v?(\d)(?:\.(\d))?)?", re.IGNORECASE)
_WORDS = re.compile(
    r"\battribution((?:[ -]+(?:non-?commercial|no-?deriv\w*|share-?alike))*)[ -]*v?(?:(\d)(?:\.(\d))?)?",
    re.IGNORECASE,
)
_OTHERS = (
    (re.compile(r"\bmit\b", re.IGNORECASE), "MIT"),
    (re.compile(r"\bapache\b", re.IGNORECASE), "Apache-2.0"),
    (re.compile(r"\b(?:odbl|open database licen[cs]e)\b", re.IGNORECASE), "ODbL"),
    (re.compile(r"\baffero\b|\bagpl", re.IGNORECASE), "AGPL"),
    (re.compile(r"\betalab\b", re.IGNORECASE), "etalab"),
)
_PARTS = (("nc", "noncommercial"), ("nd", "noderiv"), ("sa", "sharealike"))


def named(text: str) -> tuple[str, ...]:
    """The SPDX identifiers that a text names, each without its version where the text has none."""
    found = [_creative(kind, parts, major, minor) for kind, parts, major, minor in _CODE.findall(text)]
    found = found or [_creative("by", parts, major, minor) for parts, major, minor in _WORDS.findall(text)]
    found += [identifier for pattern, identifier in _OTHERS if pattern.search(text)]
    return tuple(dict.fromkeys(found))


def _creative(kind: str, parts: str, major: str, minor: str) -> str:
    """`CC-BY-NC-4.0` from the pieces of "CC BY-NC 4.0" or "Attribution-NonCommercial 4.0"."""
    squeezed = re.sub(r"[ -]", "", parts).lower()
    version = f"-{major}.{minor or 0}" if major else ""
    if kind == "0":
        return f"CC0{version}"
    return (
        "-".join(["CC-BY", *(short.upper() for short, long in _PARTS if _holds(squeezed, short, long))])
        + version
    )


def _holds(squeezed: str, short: str, long: str) -> bool:
    """Whether the squeezed words of a licence hold one of its conditions, in code or in full."""
    return long in squeezed or bool(
        re.fullmatch(r"(?:nc|nd|sa)*", squeezed) and short in re.findall("..", squeezed)
    )


def identifiers(expression: str) -> tuple[str, ...]:
    """The single identifiers of an SPDX expression."""
    parts = re.split(r"[()\s]+", expression)
    return tuple(part for part in parts if part and part.upper() not in ("AND", "OR", "WITH"))


def _canonical(expression: str) -> str | None:
    """The expression as SPDX spells it; None where an identifier is unknown or the words make no sense."""
    if expression.count("(") > MOST_BRACKETS or "\0" in expression:
        return None
    try:
        return str(canonicalize_license_expression(expression))
    except InvalidLicenseExpression:
        return None


def _unknown(subject: Subject) -> Iterator[Said]:
    for path, licence in _stated(subject):
        if licence.spdx and _canonical(licence.spdx) is None:
            yield (
                f"{path}.spdx",
                _(
                    "SPDX knows no licence “%(given)s”. %(nearest)s A licence without an identifier is "
                    "written as text only.",
                    given=licence.spdx,
                    nearest=_nearest(licence.spdx),
                ),
            )


def _nearest(given: str) -> Sentence:
    known = {entry["spdx"].lower(): entry["spdx"] for entry in vocabulary.load("licences")["licences"]}
    found = [known.get(one.lower()) for one in named(given)]
    close = [known[one] for one in get_close_matches(given.lower()[:60], known, n=1, cutoff=0.6)]
    likely = next((one for one in (*found, *close) if one), None)
    return (
        _("Did you mean %(spdx)s?", spdx=likely) if likely else _("Identifiers look like CC-BY-4.0 or MIT.")
    )


def _spelling(subject: Subject) -> Iterator[Said]:
    for path, licence in _stated(subject):
        right = _canonical(licence.spdx) if licence.spdx else None
        if right and right != licence.spdx:
            yield f"{path}.spdx", _("SPDX writes %(right)s, not %(given)s.", right=right, given=licence.spdx)


def _contradiction(subject: Subject) -> Iterator[Said]:
    for path, licence in _stated(subject):
        said = named(licence.text or "")
        if licence.spdx and said and not any(_agrees(one, licence.spdx) for one in said):
            yield (
                f"{path}.spdx",
                _(
                    "The text says %(text)s, the identifier %(spdx)s. Read the licence again and keep what "
                    "it says.",
                    text=", ".join(said),
                    spdx=licence.spdx,
                ),
            )


def _agrees(said: str, expression: str) -> bool:
    """Whether an expression has the licence that a text names, in any version the text leaves open."""
    return any(
        one.lower() == said.lower() or re.match(rf"{re.escape(said)}-(\d|IGO)", one, re.IGNORECASE)
        for one in identifiers(expression)
    )


def _identifier(subject: Subject) -> Iterator[Said]:
    for path, licence in _stated(subject):
        said = named(licence.text or "")
        if not licence.spdx and len(said) == 1 and _canonical(said[0]):
            yield (
                f"{path}.spdx",
                _(
                    "The text names %(spdx)s. Write this identifier, so that programs know it, too.",
                    spdx=said[0],
                ),
            )


def _stated(subject: Subject) -> Iterator[tuple[str, Licence]]:
    record = subject.record
    for path, licence in (("licence", record.licence), ("licence_labels", record.licence_labels)):
        if licence is not None:
            yield path, licence


CHECKS = (
    Check("licence-unknown", "error", "Does SPDX know the identifiers of the licence?", _unknown),
    Check(
        "licence-contradicts",
        "warning",
        "Do the text and the identifier of the licence agree?",
        _contradiction,
    ),
    Check("licence-spelling", "warning", "Is the identifier spelled as SPDX spells it?", _spelling),
    Check("licence-identifier", "note", "Has a text that names an SPDX licence its identifier?", _identifier),
)
