"""Answers of the hosts that fill in forms, made up in their shapes; no dataset here exists."""

import json
from typing import Any

from tests.base.world import World, page

DATA_DOI = "10.1234/fields.7"
PAPER_DOI = "10.5555/journal.2024.17"
ARXIV = "2401.01234"
JSON = "application/json"


def datacite(sort: str = "Dataset", **more: Any) -> bytes:
    """DataCite's entry of `DATA_DOI`."""
    attributes = {
        "doi": DATA_DOI,
        "titles": [{"title": "Fields of Spring"}],
        "creators": [{"name": "Mayer, Ada"}],
        "publisher": "Archive of Fields",
        "publicationYear": 2024,
        "types": {"resourceTypeGeneral": sort},
        "rightsList": [
            {"rightsIdentifier": "cc-by-4.0", "rightsUri": "https://creativecommons.org/licenses/by/4.0/"}
        ],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": PAPER_DOI,
                "relatedIdentifierType": "DOI",
                "relationType": "IsDescribedBy",
                "resourceTypeGeneral": "JournalArticle",
            }
        ],
        **more,
    }
    return json.dumps({"data": {"id": DATA_DOI, "type": "dois", "attributes": attributes}}).encode()


def crossref(**more: Any) -> bytes:
    """Crossref's entry of `PAPER_DOI`."""
    message = {
        "DOI": PAPER_DOI,
        "type": "journal-article",
        "title": ["Fields: an\n  atlas of spring"],
        "author": [{"family": "Mayer", "given": "Ada"}, {"family": "Novak", "given": "Ben"}],
        "container-title": ["Journal of Fields"],
        "issued": {"date-parts": [[2024, 3]]},
        "published-print": {"date-parts": [[2025]]},
        **more,
    }
    return json.dumps({"status": "ok", "message": message}).encode()


def arxiv(number: str = ARXIV, title: str = "Fields: an atlas\n  of spring", before: str = "") -> bytes:
    """arXiv's Atom answer."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<feed xmlns="http://www.w3.org/2005/Atom"><entry>
<id>http://arxiv.org/abs/{number}v2</id><published>2024-01-03T00:00:00Z</published><title>{title}</title>
<author><name>Ada Mayer</name></author><author><name>Ben Novak</name></author>
<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">{PAPER_DOI}</arxiv:doi>
</entry></feed>""".encode()


def zenodo(**more: Any) -> bytes:
    """Zenodo's record 77."""
    metadata = {
        "title": "Fields of Spring: outlines in three countries",
        "publication_date": "2024-02-05",
        "creators": [
            {"name": "Mayer, Ada", "affiliation": "House of Fields", "orcid": "0000-0002-1825-0097"}
        ],
        "description": "<p>Outlines of <b>fields</b>.</p><script>x()</script><p>Drawn by hand &amp; eye.</p>",
        "license": {"id": "cc-by-4.0"},
        "keywords": ["semantic segmentation", "agriculture"],
        "related_identifiers": [
            {"identifier": f"arXiv:{ARXIV}", "relation": "isSupplementTo", "scheme": "arxiv"},
            {"identifier": "10.5281/zenodo.76", "relation": "isVersionOf", "scheme": "doi"},
        ],
        "resource_type": {"type": "dataset"},
        "version": "1.2",
        **more,
    }
    files = [{"key": "fields one.zip", "size": 1_500_000_000}, {"key": "readme.md", "size": 500_000_000}]
    return json.dumps({"id": 77, "doi": "10.5281/zenodo.77", "metadata": metadata, "files": files}).encode()


def hub(**more: Any) -> bytes:
    """The hub's card of ada/fields."""
    card = {
        "id": "ada/fields",
        "createdAt": "2024-05-06T07:08:09.000Z",
        "tags": ["license:cc-by-4.0", f"arxiv:{ARXIV}", "task_categories:image-segmentation", "agriculture"],
        "cardData": {"pretty_name": "Fields of Spring", "license": "cc-by-4.0"},
        **more,
    }
    return json.dumps(card).encode()


def croissant() -> bytes:
    """A Croissant document, as the hub makes them."""
    return json.dumps(
        {
            "@context": {"@vocab": "https://schema.org/"},
            "@type": "Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": "fields",
            "description": "Outlines of fields.",
            "url": "https://huggingface.co/datasets/ada/fields",
        }
    ).encode()


def fill(world: World) -> World:
    """Let every host answer."""
    world.say(f"api.datacite.org/dois/{DATA_DOI}", page(200, datacite(), JSON))
    world.say(f"api.crossref.org/works/{PAPER_DOI}", page(200, crossref(), JSON))
    world.say("export.arxiv.org/api/query", page(200, arxiv(), "application/atom+xml"))
    world.say("zenodo.org/api/records/77", page(200, zenodo(), JSON))
    world.say("huggingface.co/api/datasets/ada/fields", page(200, hub(), JSON))
    world.say("huggingface.co/api/datasets/ada/fields/croissant", page(200, croissant(), JSON))
    return world
