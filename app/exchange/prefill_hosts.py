"""The hosts that are asked to fill in a form, each with one function from its document to a reading.

The list is fixed: nothing that a visitor types leads anywhere else, by whatever redirect.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from app.base.errors import Invalid
from app.base.language import _
from app.base.outside import Limits, NoAnswer, Outside
from app.exchange.formats.readers import croissant as read_croissant
from app.exchange.formats.readers.reading import Reading
from app.exchange.prefill_asked import Asked
from app.exchange.prefill_keepers import hub, zenodo
from app.exchange.prefill_papers import Unknown, arxiv, crossref, datacite

HOSTS = frozenset(
    {"api.datacite.org", "api.crossref.org", "export.arxiv.org", "zenodo.org", "huggingface.co"}
)
BODY_BYTES = 5_000_000


@dataclass(frozen=True)
class Host:
    """One source: the key under which records credit it, and its name."""

    key: str
    name: str


DATACITE = Host("datacite", "DataCite")
CROSSREF = Host("crossref", "Crossref")
ARXIV_HOST = Host("arxiv", "arXiv")
ZENODO = Host("zenodo", "Zenodo")
HUB = Host("huggingface", "Hugging Face")


Found = tuple[Host, Reading]
Fetch = Callable[[str, str], bytes]
"""The document at an address, asked for by media type."""


def fetcher(outside: Outside, seconds: float) -> Fetch:
    """Asks hosts of the list; each document within these seconds."""

    def fetch(address: str, accept: str) -> bytes:
        answer = outside.ask(
            address,
            accept=accept,
            hosts=HOSTS,
            only_https=True,
            limits=Limits(seconds=seconds, body_bytes=BODY_BYTES),
        )
        if answer.status in (400, 401, 403, 404, 410, 422):
            raise Unknown(f"There is no such entry ({answer.status}).")
        if answer.status != 200:
            raise NoAnswer(
                "broken", _("The server answered %(status)s. Try again later.", status=answer.status)
            )
        return answer.body

    return fetch


def ask(asked: Asked, fetch: Fetch) -> list[Found]:
    """What the host of an identifier says; two readings where it has two documents.

    Raises:
        Unknown: there is no such thing.
        NoAnswer: no answer.
        Invalid: an answer that cannot be read.
    """
    return BY_KIND[asked.kind](asked.name, fetch)


def _doi(doi: str, fetch: Fetch) -> list[Found]:
    """DataCite registers most data, Crossref most papers; whoever does not know a DOI says so at once."""
    name = quote(doi, safe="/")
    try:
        content = fetch(f"https://api.datacite.org/dois/{name}", "application/vnd.api+json")
    except Unknown:
        content = fetch(f"https://api.crossref.org/works/{name}", "application/json")
        return [(CROSSREF, crossref(content))]
    return [(DATACITE, datacite(content))]


def _arxiv(number: str, fetch: Fetch) -> list[Found]:
    content = fetch(
        f"https://export.arxiv.org/api/query?id_list={quote(number, safe='/')}&max_results=1",
        "application/atom+xml",
    )
    return [(ARXIV_HOST, arxiv(content))]


def _zenodo(number: str, fetch: Fetch) -> list[Found]:
    return [(ZENODO, zenodo(fetch(f"https://zenodo.org/api/records/{number}", "application/json")))]


def _hub(name: str, fetch: Fetch) -> list[Found]:
    """The card of a dataset in the hub, and the Croissant document that the hub makes of it."""
    path = quote(name, safe="/")
    found: list[Found] = [
        (HUB, hub(fetch(f"https://huggingface.co/api/datasets/{path}", "application/json")))
    ]
    try:
        content = fetch(f"https://huggingface.co/api/datasets/{path}/croissant", "application/ld+json")
        found.append((HUB, read_croissant.read(content)))
    except (Invalid, NoAnswer):
        # Not every dataset can be described so, and the card says enough.
        return found
    return found


BY_KIND: Mapping[str, Callable[[str, Fetch], list[Found]]] = {
    "doi": _doi,
    "arxiv": _arxiv,
    "zenodo": _zenodo,
    "huggingface": _hub,
}
