"""Drafts never leak: every address is asked as a visitor, and none tells a word of what is not published."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from app.base.db import READER, Sessions, connect
from app.curation import changes
from app.exchange.formats import FORMATS
from app.insights.figures import FIGURES
from app.settings import Settings
from app.web import create_app
from tests.curation.conftest import draft

MARK = "zqxmarker"
"""Stands in everything that is not published."""
WORD = "zqxfindme"
"""Stands there as well; asked for by searches, whose answers repeat it."""
OPEN = "open-fields"
DRAFT = "hidden-fields"
QUERIES = (
    "",
    f"?q={WORD}",
    f"?dataset={OPEN}",
    f"?id={DRAFT}",
    f"?collections={DRAFT}",
    f"?from=1&to=1&q={WORD}",
)


def hidden(name: str, **fields: Any) -> dict[str, Any]:
    """A draft whose every text holds the mark."""
    said = f"{MARK} {WORD}"
    return draft(
        f"{name} {said}",
        description=f"Fields that nobody may see yet, drawn by hand on images of springs. {said}",
        title=said,
        aliases=[said],
        publisher=said,
        sensors=[said],
        label_source=said,
        notes=[said],
        publication={"title": said, "first_author": said},
        urls={"home": f"https://{MARK}.example.org/{WORD}", "download": [f"https://{MARK}.example.org/d"]},
        spatial={
            "extent": "national",
            "countries": ["FRA"],
            "places": [{"name": said, "precision": "city", "lon": 2.0, "lat": 47.0, "country": "FRA"}],
        },
        keywords=[said],
        **fields,
    )


@pytest.fixture
def numbers(session, submitter, reviewer, visitor, editor):
    """Revisions in every state that is not published, of new datasets and of a published one."""

    def begin(actor: Any, slug: str | None, name: str) -> Any:
        begun = changes.begin(session, actor, slug=slug, draft=hidden(name, slug=slug or f"{DRAFT}-{name}"))
        return begun.revision

    def submitted(slug: str | None, name: str) -> Any:
        revision = begin(submitter, slug, name)
        return changes.submit(session, revision.id, submitter, lock=revision.lock, note=MARK)

    first = changes.begin(session, submitter, draft=draft("Open fields")).revision
    first = changes.submit(session, first.id, submitter, lock=first.lock)
    first = changes.accept(session, first.id, reviewer, lock=first.lock)
    first = changes.publish(session, first.id, reviewer, lock=first.lock)
    made = [first]
    for slug in (None, OPEN):
        made += [
            begin(submitter, slug, "draft"),
            begin(visitor, slug, "visitor"),
            submitted(slug, "submitted"),
        ]
        for decide in (changes.return_, changes.reject):
            made.append(submitted(slug, decide.__name__.strip("_")))
            decide(session, made[-1].id, reviewer, lock=made[-1].lock, reason=MARK)
        made.append(submitted(slug, "accepted"))
        changes.accept(session, made[-1].id, reviewer, lock=made[-1].lock, note=MARK)
        made.append(submitted(slug, "withdrawn"))
        changes.withdraw(session, made[-1].id, submitter, lock=made[-1].lock, reason=MARK)
    session.commit()
    return [str(one.id) for one in made]


@pytest.fixture
def service(connection, database_address, tmp_path):
    """The service with a state folder of its own, so that its dumps are of this catalogue."""
    inside = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    settings = Settings(state_dir=tmp_path, secret="a secret of the tests, long enough", pool_size=4)
    return create_app(settings, database_address, Sessions(write=inside, read=inside))


def paths_of(routes: Any) -> Iterator[str]:
    """The templates of every address that can be read."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from paths_of(inner.routes)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path


def filled(path: str, numbers: list[str]) -> Iterator[str]:
    """A template with values for its gaps; a gap that is not known here fails, so that it gets a line."""
    slugs = [OPEN, f"{DRAFT}-draft", f"{DRAFT}-submitted", f"{DRAFT}-accepted"]
    known: dict[str, list[str]] = {
        "slug": slugs,
        "collection": slugs,
        "item": ["fields", "0"],
        "rest": ["items", f"items/{DRAFT}-submitted", "queryables"],
        "name": ["datasets", "task", "sensor", "keywords", *slugs],
        "figure": list(FIGURES),
        "suffix": ["jsonl", "csv", "parquet"],
        "kind": ["csv", "bib", "json"],
        "group": ["missing", "duplicates"],
        "key": ["licence", "all"],
        "choice": ["light", "de"],
        "z": ["0"],
        "x": ["0"],
        "y": ["0"],
        "part": ["1", "2"],
        "model": ["dfc2020-unet-small", f"{DRAFT}-draft"],
        "file": ["card.yaml"],
        "tile": [f"{DRAFT}-draft"],
        "path": ["prediction.tif"],
        "what": ["natural"],
        "form": ["png"],
        "number": [*numbers, "1"] if "history" not in path else ["1", "2"],
    }
    found = re.search(r"{(\w+)[^}]*}", path)
    if found is None:
        yield path
        return
    for value in known[found[1]]:
        yield from filled(path.replace(found[0], value, 1), numbers)


def text_of(answer: Any) -> str:
    """Everything an answer says, its headers included, files opened."""
    content = answer.content
    if content[:4] == b"PAR1":
        content = str(pq.read_table(BytesIO(content)).to_pylist()).encode()
    return f"{answer.headers} {content.decode('utf-8', 'replace')}"


def test_no_address_tells_a_visitor_of_what_is_not_published(service, numbers):
    templates = {*paths_of(service.routes), *(f"/datasets/{{slug}}.{suffix}" for suffix in FORMATS)}
    told = []

    with TestClient(service, follow_redirects=False) as client:
        for path in sorted(templates):
            for address in filled(path, numbers):
                for query in QUERIES:
                    answer = client.get(address + query)
                    # The look at its health goes past the transaction of a test, and finds nothing.
                    assert answer.status_code < 500 or path == "/health", f"{address}{query}"
                    if MARK in text_of(answer).replace(address, ""):
                        told.append(address + query)

    assert len(templates) > 90
    assert told == []


def test_the_test_itself_would_see_a_leak(service, session, submitted, reviewer):
    revision = submitted(**hidden("Open"))
    revision = changes.accept(session, revision.id, reviewer, lock=revision.lock)
    changes.publish(session, revision.id, reviewer, lock=revision.lock)
    session.commit()

    with TestClient(service) as client:
        for path in (
            "/",
            "/api/datasets",
            "/stac/collections",
            "/dump/datasets.jsonl",
            "/dump/datasets.parquet",
        ):
            assert MARK in text_of(client.get(path))


def test_counts_and_totals_know_only_what_is_published(service, numbers):
    with TestClient(service) as client:
        assert client.get("/api/datasets").json()["total"] == 1
        assert client.get(f"/api/datasets?q={WORD}").json()["number_matched"] == 0
        listed = {one["id"] for one in client.get("/stac/collections").json()["collections"]}
        assert len(listed - {"models"}) == 1
        assert client.get("/ogc/collections/datasets/items").json()["numberMatched"] == 1
        assert client.get("/sitemap-1.xml").text.count("/datasets/") == 1
        assert "eo_datasets 1" in client.get("/metrics").text.replace(".0", "")


def test_searches_by_body_tell_nothing_either(service, numbers):
    bodies = {
        "/api/datasets": {"q": WORD},
        "/stac/search": {"collections": [f"{DRAFT}-submitted"]},
        "/oai": None,
    }

    with TestClient(service) as client:
        for path, body in bodies.items():
            data = {"json": body} if body else {"data": {"verb": "ListRecords", "metadataPrefix": "oai_dc"}}
            answer = client.post(path, **data)
            assert answer.status_code == 200
            assert MARK not in text_of(answer)
        for verb in ("ListRecords&metadataPrefix=oai_dc", "ListIdentifiers&metadataPrefix=oai_datacite"):
            assert MARK not in text_of(client.get(f"/oai?verb={verb}"))


def test_the_reading_role_sees_nothing_of_curation(new_database, cluster):
    name = urlsplit(new_database).path.strip("/")
    engine = connect(cluster.address_of(name, READER))

    with engine.connect() as connection:
        for table in ("revision", "audit", "comment", "idempotency_key"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text(f"SELECT * FROM curation.{table}"))
            connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM dataset_quality")).scalar() == 0
    engine.dispose()
