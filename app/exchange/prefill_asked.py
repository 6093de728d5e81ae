"""What somebody pasted to have a form filled in: identifiers in any spelling, or a whole document. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

Kind = Literal["doi", "arxiv", "zenodo", "huggingface"]
MOST_ASKED = 4
LONGEST_TEXT = 20_000

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>|\\^`{}]+", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_ZENODO_DOI = re.compile(r"10\.5281/zenodo\.(\d{1,12})(?:v\d+)?", re.IGNORECASE)
_ZENODO = re.compile(
    r"(?:https?://)?(?:www\.)?zenodo\.org/(?:api/)?(?:record|records|deposit)/(\d{1,12})", re.I
)
_HUB = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?:api/)?datasets/"
    r"([A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?)",
    re.IGNORECASE,
)
_HUB_PAGES = frozenset({"tree", "blob", "resolve", "viewer", "discussions", "croissant", "raw", "commits"})
_ARXIV = re.compile(
    r"(?:arxiv:\s*|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format)/|(?<![\w./-]))"
    r"(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|(?:astro-ph|cond-mat|cs|eess|math|physics|q-bio|stat)(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?![\d/])",
    re.IGNORECASE,
)
_CLOSERS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Asked:
    """One thing to ask for: a bare DOI, arXiv number, Zenodo record number, or name of a hub's dataset."""

    kind: Kind
    name: str

    @property
    def reference(self) -> str:
        """As a record's list of sources has it."""
        if self.kind == "zenodo":
            return f"https://zenodo.org/records/{self.name}"
        if self.kind == "huggingface":
            return f"https://huggingface.co/datasets/{self.name}"
        return f"{'doi' if self.kind == 'doi' else 'arXiv'}:{self.name}"


def is_document(content: bytes) -> bool:
    """Whether this is a document of some format and no identifier: JSON, XML, HTML, BibTeX or RIS."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    return (
        start.startswith((b"{", b"[", b"<", b"TY  -", b"%"))
        or re.match(rb"@\s*\w+\s*[{(]", start) is not None
    )


def identify(text: str) -> tuple[Asked, ...]:
    """All identifiers in a text, in their order, each once; a few at most."""
    found: dict[Asked, None] = {}
    left = unquote(text[:LONGEST_TEXT]) if "%2F" in text or "%2f" in text else text[:LONGEST_TEXT]
    for _place, asked in sorted(_found(left), key=lambda one: one[0]):
        found.setdefault(asked)
    return tuple(found)[:MOST_ASKED]


def of_doi(doi: str) -> Asked:
    """Where a DOI is best asked for: some hosts know more of their own than the registry does."""
    if found := _ARXIV_DOI.fullmatch(doi):
        return Asked("arxiv", re.sub(r"v\d+$", "", found[1]))
    if found := _ZENODO_DOI.fullmatch(doi):
        return Asked("zenodo", found[1])
    return Asked("doi", doi)


def _found(text: str) -> Iterator[tuple[int, Asked]]:
    """Identifiers with their places; what lies inside a DOI is no identifier of its own."""
    rest = text
    for match in _DOI.finditer(text):
        doi = _trimmed(match[0])
        # Such a name would lead to another place of the host that is asked.
        if not {".", ".."} & set(doi.split("/")):
            yield match.start(), of_doi(doi)
        rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    for kind, pattern in (("zenodo", _ZENODO), ("huggingface", _HUB), ("arxiv", _ARXIV)):
        for match in pattern.finditer(rest):
            name = _hub_name(match[1]) if kind == "huggingface" else match[1]
            yield match.start(), Asked(kind, name)  # type: ignore[arg-type]


def _hub_name(name: str) -> str:
    """The name without a page of the hub behind it; the oldest datasets have no owner before them."""
    owner, _slash, page = name.partition("/")
    return owner if page in _HUB_PAGES else name.removesuffix(".git")


def _trimmed(doi: str) -> str:
    """A DOI without the punctuation that follows it in a sentence, and without a page of the publisher."""
    doi = re.sub(r"/(?:full|pdf|abstract|meta|html|epdf)$", "", re.split(r"[?#&]", doi)[0])
    while doi and (doi[-1] in ".,;:'\"" or _is_unopened(doi)):
        doi = doi[:-1]
    return doi


def _is_unopened(doi: str) -> bool:
    """Whether the last sign closes what nothing opened."""
    opener = _CLOSERS.get(doi[-1])
    return opener is not None and doi.count(opener) < doi.count(doi[-1])
