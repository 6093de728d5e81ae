"""schema.org Dataset read back, from JSON-LD or from the page in which it is embedded."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

from app.base.errors import Invalid
from app.catalogue.vocabulary import VOCABULARIES
from app.exchange.formats.readers import bounded, jsonld, recognising, web_details, web_places
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.reading import Gathering, Reading, quoted

MOST_SCRIPTS = 50
FIELDS = {
    "task": "tasks",
    "theme": "themes",
    "modality": "modalities",
    "platform": "platforms",
    "sensor": "sensors",
}
MEASURES = {
    "number of samples": "n_samples",
    "number of images": "n_images",
    "number of labelled instances": "n_instances",
    "number of classes": "n_classes",
    "number of bands": "n_bands",
    "number of time steps": "n_timestamps",
}
NO_FIELD = frozenset(
    {
        "author", "audience", "copyrightHolder", "contributor", "funder", "funding", "hasPart", "image",
        "isPartOf", "issn", "maintainer", "measurementMethod", "producer", "thumbnailUrl",
    }
)  # fmt: skip


def read(content: bytes) -> Reading:
    """The first Dataset of a JSON-LD document or of a page.

    Raises:
        Invalid: neither, or there is no Dataset in it.
        TooLarge: longer than is read.
    """
    gathering = Gathering("schema.org")
    put_common(gathering, dataset_of(_documents(content)))
    return gathering.reading()


def dataset_of(documents: list[Any]) -> Node:
    """The first node of type Dataset, with the nodes that it refers to in their places.

    Raises:
        Invalid: there is none.
    """
    found = [node for document in documents for node in jsonld.nodes(jsonld.simplified(document))]
    known = {node["@id"]: node for node in found if isinstance(node.get("@id"), str)}
    for node in found:
        for candidate in (node, *jsonld.many(node, "mainEntity")):
            if jsonld.is_a(candidate, "Dataset"):
                return jsonld.linked(candidate, known)
    raise Invalid("There is no schema.org Dataset in this document: no node has the @type Dataset.")


def put_common(gathering: Gathering, node: Node) -> None:
    """Take all that schema.org says of a dataset; Croissant says it in the same words."""
    for put in (
        _put_names,
        _put_identity,
        _put_rights,
        _put_subjects,
        _put_extent,
        _put_sizes,
        _put_ways,
        _put_paper,
        web_details.put,
    ):
        put(gathering, node)
    for name in sorted(NO_FIELD & node.keys()):
        gathering.leave(name, "A record has no field for it.")


def _documents(content: bytes) -> list[Any]:
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return [bounded.json(content, "JSON-LD document")]
    scripts = _Scripts()
    scripts.feed(bounded.text(content, "page"))
    documents = []
    for script in scripts.found[:MOST_SCRIPTS]:
        try:
            documents.append(bounded.json(script.encode(), "script of the page"))
        except Invalid:
            # A page may hold broken scripts beside the good one.
            continue
    return documents


class _Scripts(HTMLParser):
    """Collects the JSON-LD scripts of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        sort = dict(attrs).get("type") or ""
        self.is_inside = tag == "script" and sort.partition(";")[0].strip().lower() == "application/ld+json"
        if self.is_inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = False

    def handle_data(self, data: str) -> None:
        if self.is_inside:
            self.found[-1] += data


def _put_names(gathering: Gathering, node: Node) -> None:
    gathering.put("name", jsonld.text(node, "name"), "name")
    gathering.add("aliases", list(jsonld.texts(node, "alternateName")), "alternateName")
    gathering.put("description", jsonld.text(node, "description"), "description")
    gathering.put("publisher", jsonld.text(node, "publisher"), "publisher")
    date = jsonld.text(node, "datePublished") or jsonld.text(node, "dateCreated")
    gathering.put("year", recognising.year(date), "datePublished")


def _put_identity(gathering: Gathering, node: Node) -> None:
    for identifier in jsonld.many(node, "identifier"):
        _put_identifier(gathering, identifier)
    for address in jsonld.texts(node, "sameAs"):
        if not recognising.put_address(gathering, address, "sameAs"):
            gathering.leave("sameAs", f"{quoted(address)} is in no hub that this catalogue knows.")
    own = {*jsonld.texts(node, "@id"), *jsonld.texts(node, "mainEntityOfPage")}
    for address in jsonld.texts(node, "url"):
        if address not in own and recognising.doi(address) is None:
            gathering.put("urls.home", address, "url")


def _put_identifier(gathering: Gathering, identifier: Any) -> None:
    value = identifier.get("value") if isinstance(identifier, dict) else identifier
    if isinstance(identifier, dict) and identifier.get("propertyID") == "UUID":
        gathering.put("uuid", value, "identifier")
    elif found := recognising.doi(value):
        gathering.put("data_doi", found, "identifier")
    elif not recognising.put_address(gathering, jsonld.text_of(identifier), "identifier"):
        gathering.leave("identifier", f"{quoted(value)} is of no kind that a record has a field for.")


def _put_rights(gathering: Gathering, node: Node) -> None:
    stated = jsonld.many(node, "license")
    expressions = [one["identifier"] for one in stated if isinstance(one, dict) and one.get("identifier")]
    if len(stated) == 1 and expressions:
        gathering.put("licence.spdx", recognising.spdx(expressions[0]), "license")
        gathering.put("licence.text", jsonld.text(node, "license"), "license")
        return
    recognising.put_licences(gathering, [_licence(one) for one in stated], "license")


def _licence(stated: Any) -> str | None:
    """The address of a licence before its name, because addresses are less ambiguous."""
    address = stated.get("url") or stated.get("@id") if isinstance(stated, dict) else None
    return address if recognising.spdx(address) else jsonld.text_of(stated)


def _put_subjects(gathering: Gathering, node: Node) -> None:
    """Coded terms of our own vocabularies; only where there are none do the keywords speak."""
    terms = [*jsonld.many(node, "about"), *jsonld.many(node, "measurementTechnique")]
    is_coded = [_put_term(gathering, term) for term in terms]
    if any(is_coded):
        return
    words = [word for text in jsonld.texts(node, "keywords") for word in text.split(",")]
    recognising.put_codes(gathering, [word.strip() for word in words], "keywords", complain=True)
    techniques = jsonld.texts(node, "measurementTechnique")
    recognising.put_codes(gathering, techniques, "measurementTechnique", complain=True)
    recognising.put_codes(gathering, jsonld.texts(node, "about"), "about", complain=True)


def _put_term(gathering: Gathering, term: Any) -> bool:
    """Take a term whose set is one of our vocabularies by name; returns whether it is."""
    if not isinstance(term, dict):
        return False
    name = str(term.get("inDefinedTermSet") or "").replace("#", "/").rpartition("/")[2]
    code = term.get("termCode")
    if name not in VOCABULARIES or not isinstance(code, str):
        return False
    if name == "kind":
        gathering.put("kind", code, "about")
    elif name in FIELDS:
        # Sensors that no list has yet are terms of their own.
        known = code if name == "sensor" else recognising.coded(name, code)
        if known is None:
            gathering.leave("about", f"The code {quoted(code)} is not in the vocabulary {name}.")
        else:
            gathering.add(FIELDS[name], [known], "about")
    return True


def _put_extent(gathering: Gathering, node: Node) -> None:
    web_places.put(gathering, jsonld.many(node, "spatialCoverage") or jsonld.many(node, "spatial"))
    said = [*jsonld.texts(node, "temporalCoverage"), *jsonld.texts(node, "temporal")]
    for text in said[:1]:
        recognising.put_temporal(gathering, *recognising.interval(text), "temporalCoverage")
    for text in said[1:]:
        gathering.leave("temporalCoverage", f"A record has one interval; {quoted(text)} is a further one.")


def _put_sizes(gathering: Gathering, node: Node) -> None:
    for size in [*jsonld.many(node, "size"), *jsonld.many(node, "contentSize")]:
        text = f"{size.get('value')} {size.get('unitText') or 'B'}" if isinstance(size, dict) else size
        gathering.put("volume_gb", recognising.gigabytes(text), "size")
    for measure in jsonld.many(node, "additionalProperty"):
        if isinstance(measure, dict):
            _put_measure(gathering, measure)


def _put_measure(gathering: Gathering, measure: Node) -> None:
    name = str(measure.get("name") or "").casefold()
    if name == "ground sampling distance":
        low, high = jsonld.number(measure.get("minValue")), jsonld.number(measure.get("maxValue"))
        either = jsonld.number(measure.get("value"))
        gathering.put("gsd_m", _range(low or either, high or either), "additionalProperty")
    elif name in MEASURES:
        gathering.put(MEASURES[name], measure.get("value"), "additionalProperty")
        if name == "number of samples":
            gathering.put("sample_unit", measure.get("unitText"), "additionalProperty")
    elif not web_details.put_measure(gathering, name, measure):
        gathering.leave("additionalProperty", f"A record has no field for {quoted(measure.get('name'))}.")


def _range(low: float | None, high: float | None) -> dict[str, float] | None:
    return {"min": low, "max": high} if low and high else None


def _put_ways(gathering: Gathering, node: Node) -> None:
    """Where the data and the code are."""
    for file in jsonld.many(node, "distribution"):
        web_details.put_file(gathering, file)
    for code in jsonld.many(node, "subjectOf"):
        if isinstance(code, dict) and code.get("codeRepository"):
            gathering.put("urls.code", code["codeRepository"], "subjectOf")
    own = (jsonld.text(node, "@id") or "").rpartition("/")[0]
    for base in jsonld.texts(node, "isBasedOn"):
        parent, _, slug = base.rpartition("/")
        if own and parent == own:
            gathering.add("derived_from", [slug], "isBasedOn")
        else:
            gathering.leave("isBasedOn", f"{quoted(base)} is no dataset of the same catalogue.")


def _put_paper(gathering: Gathering, node: Node) -> None:
    cited = jsonld.many(node, "citation")
    for number, one in enumerate(cited):
        if number:
            gathering.leave(
                "citation", f"A record has one publication; {quoted(jsonld.text_of(one))} is a further one."
            )
        elif isinstance(one, dict):
            _put_article(gathering, one)
        elif doi := recognising.doi(one):
            gathering.put("publication.doi", doi, "citation")
        else:
            gathering.leave("citation", f"{quoted(one)} is a citation in words.")


def _put_article(gathering: Gathering, article: Node) -> None:
    put: Callable[[str, Any], bool] = lambda path, value: gathering.put(path, value, "citation")  # noqa: E731
    put("publication.title", jsonld.text(article, "name") or jsonld.text(article, "headline"))
    venue = jsonld.text(article, "isPartOf")
    put("publication.venue", None if (venue or "").casefold() == "arxiv" else venue)
    addresses = list(_article_addresses(article))
    put("publication.doi", next((doi for one in addresses if (doi := recognising.doi(one))), None))
    put("publication.arxiv", next((number for one in addresses if (number := recognising.arxiv(one))), None))
    authors = jsonld.many(article, "author")
    if authors:
        family = authors[0].get("familyName") if isinstance(authors[0], dict) else None
        put("publication.first_author", family or recognising.first_author(jsonld.text_of(authors[0])))
    other = [one for one in addresses if not (recognising.doi(one) or recognising.arxiv(one))]
    put("publication.url", next((one for one in other if recognising.is_web(one)), None))


def _article_addresses(article: Node) -> Iterator[str]:
    for name in ("identifier", "sameAs", "url", "@id"):
        yield from jsonld.texts(article, name)
