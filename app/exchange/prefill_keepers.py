"""What Zenodo and Hugging Face say of the data that they keep. Pure."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, jsonld, recognising
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.reading import Gathering, Reading
from app.exchange.formats.readers.references import Reference
from app.exchange.prefill_papers import paper

MOST_FILES = 25
LONGEST_DESCRIPTION = 5000
LONGEST_NAME = 60
DESCRIBED_BY = frozenset({"isSupplementTo", "isDescribedBy", "isDocumentedBy", "isCitedBy", "isReferencedBy"})
NO_LICENCE = frozenset({"other", "unknown"})


def zenodo(content: bytes) -> Reading:
    """A Zenodo record: what was uploaded, under which licence, and how large the files are."""
    record = bounded.json_object(content, "answer of Zenodo")
    entry = record.get("metadata")
    number = record.get("id")
    if not isinstance(entry, dict) or not jsonld.text(entry, "title"):
        raise Invalid("Zenodo's answer holds no record.")
    sort = entry.get("resource_type")
    if isinstance(sort, dict) and sort.get("type") == "publication":
        return paper("zenodo", _zenodo_paper(entry, record))
    gathering = Gathering("zenodo")
    _put_zenodo_names(gathering, entry)
    gathering.put("data_doi", recognising.doi(record.get("doi") or entry.get("doi")), "doi")
    gathering.put("publisher", "Zenodo", "the host")
    gathering.put("version", jsonld.word(entry, "version"), "metadata.version")
    licence = entry.get("license")
    stated = [licence.get("id") if isinstance(licence, dict) else licence]
    recognising.put_licences(gathering, stated, "metadata.license")
    gathering.put("urls.home", f"https://zenodo.org/records/{number}", "links")
    _put_zenodo_files(gathering, record, number)
    _put_zenodo_relations(gathering, entry)
    recognising.put_codes(gathering, jsonld.texts(entry, "keywords"), "metadata.keywords", complain=True)
    return gathering.reading()


def _zenodo_paper(entry: Node, record: Node) -> Reference:
    makers = [one for one in jsonld.many(entry, "creators") if isinstance(one, dict)]
    journal = entry.get("journal")
    return Reference(
        where="metadata",
        is_dataset=False,
        title=jsonld.text(entry, "title"),
        authors=tuple(name for one in makers if (name := jsonld.word(one, "name"))),
        year=jsonld.word(entry, "publication_date"),
        venue=jsonld.word(journal, "title") if isinstance(journal, dict) else None,
        doi=jsonld.word(record, "doi") or jsonld.word(entry, "doi"),
    )


def _put_zenodo_names(gathering: Gathering, entry: Node) -> None:
    title = jsonld.text(entry, "title") or ""
    name, colon, _rest = title.partition(":")
    is_short = bool(colon) and len(name) <= LONGEST_NAME
    gathering.put("name", name if is_short else title[:200], "metadata.title")
    gathering.put("title", title if is_short else None, "metadata.title")
    text = plain(jsonld.word(entry, "description") or "")[:LONGEST_DESCRIPTION]
    gathering.put("description", text, "metadata.description")
    date = jsonld.word(entry, "publication_date")
    gathering.put("year", recognising.year(date), "metadata.publication_date")
    gathering.put("published_on", date, "metadata.publication_date")
    makers = [_creator(one) for one in jsonld.many(entry, "creators") if isinstance(one, dict)]
    gathering.add("creators", [one for one in makers if one], "metadata.creators")


def _creator(person: Node) -> dict[str, str] | None:
    name = jsonld.word(person, "name")
    if not name:
        return None
    more = {key: text for key in ("orcid", "affiliation") if (text := jsonld.word(person, key))}
    return {"name": name, **more}


def _put_zenodo_files(gathering: Gathering, record: Node, number: Any) -> None:
    """Addresses of the files as a browser opens them, and their size together."""
    files = [one for one in jsonld.many(record, "files") if isinstance(one, dict)]
    sizes = [one["size"] for one in files if isinstance(one.get("size"), int)]
    if files and len(sizes) == len(files):
        gathering.put("volume_gb", recognising.gigabytes(sum(sizes)), "files")
    if len(files) > MOST_FILES:
        gathering.leave("files", f"There are {len(files)} files; the page of the record lists them.")
        return
    names = [name for one in files if (name := jsonld.word(one, "key"))]
    addresses = [f"https://zenodo.org/records/{number}/files/{quote(name)}" for name in names]
    gathering.add("urls.download", addresses, "files")


def _put_zenodo_relations(gathering: Gathering, entry: Node) -> None:
    """The paper, by the relations with which uploaders name it."""
    for related in jsonld.many(entry, "related_identifiers"):
        if not isinstance(related, dict) or related.get("relation") not in DESCRIBED_BY:
            continue
        name, where = related.get("identifier"), f"related_identifiers, {related['relation']}"
        arxiv_number, doi = recognising.arxiv(name), recognising.doi(name)
        if arxiv_number:
            gathering.put("publication.arxiv", arxiv_number, where)
        elif doi and "zenodo" not in doi:
            gathering.put("publication.doi", doi, where)


def hub(content: bytes) -> Reading:
    """The card of a dataset in the hub."""
    card = bounded.json_object(content, "answer of Hugging Face")
    name = jsonld.word(card, "id")
    if not name:
        raise Invalid("The answer of Hugging Face holds no dataset.")
    gathering = Gathering("huggingface")
    inner = card.get("cardData")
    stated: Node = inner if isinstance(inner, dict) else {}
    gathering.put("name", jsonld.word(stated, "pretty_name") or name.rpartition("/")[2], "id")
    gathering.add("libraries.huggingface", [name], "id")
    tags = jsonld.texts(card, "tags")
    marked = [tag.partition(":") for tag in tags if ":" in tag]
    by_mark: Mapping[str, list[str]] = {
        mark: [value for one, _colon, value in marked if one == mark]
        for mark in ("license", "arxiv", "doi", "task_categories")
    }
    licences = jsonld.texts(stated, "license") or by_mark["license"]
    recognising.put_licences(gathering, [one for one in licences if one not in NO_LICENCE], "license")
    gathering.put("publication.arxiv", next(iter(by_mark["arxiv"]), None), "tags, arxiv")
    gathering.put("data_doi", recognising.doi(next(iter(by_mark["doi"]), None)), "tags, doi")
    gathering.put("year", recognising.year(jsonld.word(card, "createdAt")), "createdAt")
    words = [*by_mark["task_categories"], *(tag for tag in tags if ":" not in tag)]
    recognising.put_codes(gathering, words, "tags")
    return gathering.reading()


class _Words(HTMLParser):
    """Collects the words of a text in HTML, a line a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        if tag in ("p", "br", "div", "li", "h1", "h2", "h3", "tr"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data.replace("\n", " "))


def plain(html: str) -> str:
    """The words of a text in HTML, without any of its marks."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)
