"""What registries say of papers, and of data in the form of references. Pure: DataCite, Crossref, arXiv."""

import re
from xml.etree.ElementTree import Element

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, jsonld, recognising
from app.exchange.formats.readers import datacite as read_datacite
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.reading import Gathering, Reading
from app.exchange.formats.readers.references import Reference, put_references

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
PAPERS = read_datacite.PAPERS | {"Book", "ConferenceProceeding", "PeerReview", "Standard"}
LONGEST_NAME = 60
GUESS = "title, before the colon"
"""Where a name stands that a paper only suggests."""
MOST_WORDS = 4
"""Words before the colon of a title that can be the short name of a dataset."""


class Unknown(Invalid):
    """The host answered, and does not know what was asked for."""


def datacite(content: bytes) -> Reading:
    """DataCite's entry of a DOI: of a dataset, or of a paper."""
    document = bounded.json_object(content, "answer of DataCite")
    data = document.get("data")
    entry = data.get("attributes") if isinstance(data, dict) else None
    if not isinstance(entry, dict):
        raise Invalid("DataCite's answer holds no entry.")
    types = entry.get("types")
    sort = types.get("resourceTypeGeneral") if isinstance(types, dict) else None
    if sort not in PAPERS:
        return read_datacite.read(content)
    titles = [one for one in jsonld.many(entry, "titles") if isinstance(one, dict)]
    creators = [one for one in jsonld.many(entry, "creators") if isinstance(one, dict)]
    return paper(
        "datacite",
        Reference(
            where="attributes",
            is_dataset=False,
            title=next((text for one in titles if (text := jsonld.word(one, "title"))), None),
            authors=tuple(name for one in creators if (name := jsonld.word(one, "name"))),
            year=str(entry.get("publicationYear") or ""),
            venue=jsonld.text(entry, "publisher"),
            doi=jsonld.word(entry, "doi"),
        ),
    )


def crossref(content: bytes) -> Reading:
    """Crossref's entry of a DOI, which is a paper but for the rare dataset."""
    entry = bounded.json_object(content, "answer of Crossref").get("message")
    if not isinstance(entry, dict) or not jsonld.texts(entry, "title"):
        raise Invalid("Crossref's answer holds no entry.")
    authors = [one for one in jsonld.many(entry, "author") if isinstance(one, dict)]
    is_dataset = entry.get("type") in ("dataset", "database")
    reference = Reference(
        where="message",
        is_dataset=is_dataset,
        title=" ".join(jsonld.texts(entry, "title")[0].split()),
        authors=tuple(name for one in authors if (name := _crossref_name(one))),
        year=_crossref_year(entry),
        venue=None if is_dataset else jsonld.text(entry, "container-title"),
        publisher=jsonld.text(entry, "publisher") if is_dataset else None,
        doi=jsonld.word(entry, "DOI"),
    )
    return paper("crossref", reference)


def _crossref_name(author: Node) -> str | None:
    family, given = jsonld.word(author, "family"), jsonld.word(author, "given")
    return f"{family}, {given}" if family and given else family or jsonld.word(author, "name")


def _crossref_year(entry: Node) -> str | None:
    """The earliest year that is told, which is that of the version people saw first."""
    years = [
        str(parts[0][0])
        for name in ("issued", "published-online", "published-print", "published")
        if isinstance(entry.get(name), dict)
        and isinstance(parts := entry[name].get("date-parts"), list)
        and parts
        and isinstance(parts[0], list)
        and parts[0]
        and parts[0][0]
    ]
    return min(years, default=None)


def paper(source: str, reference: Reference) -> Reading:
    """A reading of one reference, with the short name that the title of a paper begins with."""
    gathering = Gathering(source)
    put_references(gathering, [reference])
    name, colon, _rest = (reference.title or "").partition(":")
    if colon and not reference.is_dataset and len(name) <= LONGEST_NAME and len(name.split()) <= MOST_WORDS:
        gathering.put("name", name, GUESS)
    return gathering.reading()


def arxiv(content: bytes) -> Reading:
    """The entry of arXiv's Atom answer."""
    root = bounded.xml(content, "answer of arXiv")
    entry = root.find(f"{ATOM}entry")
    address = _text(entry, f"{ATOM}id") if entry is not None else None
    number = recognising.arxiv(re.sub(r"v\d+$", "", address or ""))
    title = _text(entry, f"{ATOM}title") if entry is not None else None
    if entry is None or number is None or not title or title == "Error":
        raise Unknown("arXiv has no such entry.")
    authors = [name for one in entry.findall(f"{ATOM}author") if (name := _text(one, f"{ATOM}name"))]
    reference = Reference(
        where="entry",
        is_dataset=False,
        title=title,
        authors=tuple(_family_first(name) for name in authors),
        year=(_text(entry, f"{ATOM}published") or "")[:4],
        venue=_text(entry, f"{ARXIV}journal_ref"),
        doi=_text(entry, f"{ARXIV}doi"),
        arxiv=number,
    )
    return paper("arxiv", reference)


def _text(node: Element | None, name: str) -> str | None:
    found = node.findtext(name) if node is not None else None
    return " ".join(found.split()) or None if found else None


def _family_first(name: str) -> str:
    words = name.split()
    return f"{words[-1]}, {' '.join(words[:-1])}" if len(words) > 1 else name
