"""Words in and out of the full-text index: the spellings of a name, and what a visitor typed.

Names are written in many ways (EuroSAT, Euro SAT, SEN1-2, SEN12). They are indexed under each of them, so
that a query needs no guessing; prose is left to the stemmer of the database.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

MOST_TERMS = 32

_SEPARATORS = re.compile(r"[\s\-_/.:,;()\[\]+&|'’]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_VERSION = re.compile(r"^v(\d+(?:\.\d+)*)$", re.IGNORECASE)
_TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


def plain(text: str) -> str:
    """Lower case without accents; separators inside words become spaces, decimal points stay."""
    folded = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign)).lower()
    return " ".join(re.sub(r"[\-_/:;,()\[\]+&|'’\"]+|(?<!\d)\.|\.(?!\d)", " ", bare).split())


def compact(text: str) -> str:
    """A name reduced to letters and figures: "Euro SAT" and "EuroSAT" both become "eurosat"."""
    return re.sub(r"[^a-z0-9]+", "", plain(text))


def spellings(name: str) -> str:
    """All words under which one name is indexed, as one text.

    Whole words, their parts at capital letters and figures, neighbours joined, and versions with and
    without "v".
    """
    words = [word for word in _SEPARATORS.split(name) if word]
    found = [plain(name), compact(name)]
    for word in words:
        found += [word, *_HUMPS.split(word)]
    found += ["".join(pair) for pair in pairwise(words)]
    for word in name.split():
        version = _VERSION.match(word)
        if version:
            found += [version[1], f"v {version[1]}"]
    return " ".join(dict.fromkeys(plain(text) for text in found if text))


def all_spellings(names: Iterable[str]) -> str:
    """The spellings of a name and its aliases."""
    return " ".join(spellings(name) for name in names)


@dataclass(frozen=True)
class Term:
    """One word or quoted phrase of a query; `excluded` when a minus stood before it."""

    text: str
    phrase: bool
    excluded: bool


def terms_of(text: str) -> tuple[Term, ...]:
    """Split what a visitor typed into words, "phrases" and -exclusions.

    A word with a separator inside, such as Sentinel-2, is a phrase of its parts.
    """
    found = []
    for minus, quoted, word in _TERM.findall(text)[:MOST_TERMS]:
        bare = plain(quoted or word)
        if re.search(r"[a-z0-9]|[^\x00-\x7f]", bare):
            found.append(Term(bare, phrase=" " in bare, excluded=bool(minus)))
    return tuple(found)
