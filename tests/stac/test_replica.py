"""Reads on a hot standby: a second server that follows the first, and on which nothing can be written."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.base.db import connect, translated
from app.base.embedded import WITHOUT_DURABILITY, Cluster
from app.base.errors import Unavailable
from app.base.migrations import migrate
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.items.loading import load_file
from app.web import create_app

SMALL = {**WITHOUT_DURABILITY, "shared_buffers": "32MB", "autovacuum": "off"}
# A statement that stands in the way of what the standby follows is ended at once, not after half a minute.
HASTY = {**SMALL, "max_standby_streaming_delay": "0"}
WAIT_SECONDS = 10


@pytest.fixture(scope="module")
def primary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server of its own: a copy of the one that all tests share would follow all that they do."""
    found = Cluster(tmp_path_factory.mktemp("primary") / "postgres", extra=SMALL)
    with found.used():
        engine = connect(found.address)
        migrate(engine)
        engine.dispose()
        yield found


@pytest.fixture(scope="module")
def standby(primary: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A copy of the first server that follows it, made as an operator would make it."""
    found = Cluster(tmp_path_factory.mktemp("standby") / "postgres", extra=HASTY)
    primary._run(
        "pg_basebackup", f"--host={primary.sockets}", "--username=catalogue", f"--pgdata={found.folder}",
        "--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync",
    )  # fmt: skip
    with found.used():
        yield found


@pytest.fixture(scope="module")
def engine(primary: Cluster) -> Iterator[Engine]:
    """The way to the first server, for what is written beside the service."""
    made = connect(primary.address)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def service(primary: Cluster, standby: Cluster, settings) -> Iterator[TestClient]:
    """A service that writes to the first server and reads from the other."""
    own = settings.model_copy(update={"read_database_url": SecretStr(standby.read_address)})
    with TestClient(create_app(own, primary.address)) as found:
        yield found


@contextmanager
def standing_still(standby: Cluster) -> Iterator[None]:
    """Let the standby receive changes without following them, as one does that is far behind."""
    with psycopg.connect(standby.address, autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        yield
        connection.execute("SELECT pg_wal_replay_resume()")


@contextmanager
def cleaning_soon(primary: Cluster) -> Iterator[None]:
    """Clear away what a statement on the standby that has just begun may still want to see."""

    def clean() -> None:
        with psycopg.connect(primary.address, autocommit=True) as connection:
            connection.execute("UPDATE item SET id = id")
            connection.execute("VACUUM item")

    soon = threading.Timer(0.3, clean)
    soon.start()
    yield
    soon.join()


def shortly(find: Callable[[], Any], wanted: Any) -> None:
    """Wait until the standby has followed: the answer is the one wanted."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (found := find()) != wanted:
        assert time.monotonic() < deadline, f"{found} did not become {wanted}."
        time.sleep(0.02)


def put_dataset(engine: Engine, slug: str, name: str) -> None:
    with Session(engine) as session, session.begin():
        publish(
            session,
            DatasetRecord(slug=slug, uuid=uuid5(NAMESPACE_URL, slug), name=name, kind="ml-dataset"),
        )


def put_items(engine: Engine, slug: str, folder: Path, names: list[str], split: str = "train") -> None:
    lines = [
        {
            "type": "Feature",
            "stac_version": "1.1.0",
            "id": name,
            "geometry": {"type": "Point", "coordinates": [10 + number, 50]},
            "properties": {"datetime": "2020-06-01T10:00:00Z", "split": split},
            "links": [],
            "assets": {},
        }
        for number, name in enumerate(names)
    ]
    path = folder / f"{split}.ndjson"
    path.write_text("\n".join(map(json.dumps, lines)))
    assert not load_file(sessionmaker(engine), slug, path).faults


def ids(service: TestClient, address: str) -> list[str]:
    answer = service.get(address)
    return sorted(one["id"] for one in answer.json().get("features", [])) if answer.status_code == 200 else []


def test_what_is_published_and_loaded_is_soon_in_every_answer_of_the_standby(service, engine, tmp_path):
    put_dataset(engine, "fields", "Fields of wheat")
    put_items(engine, "fields", tmp_path, ["a", "b", "c"])

    shortly(lambda: ids(service, "/stac/search?collections=fields"), ["a", "b", "c"])
    answers = {
        path: service.get(path)
        for path in (
            "/stac/collections/fields",
            "/stac/collections/fields/items/a",
            "/stac/collections/fields/queryables",
            "/stac/collections?q=wheat",
            "/stac/aggregate?aggregations=split_frequency",
            "/ogc/collections/datasets/items/fields",
            "/tiles/items/0/0/0.mvt",
            "/tiles/items/tilejson.json?filter=split='train'",
            "/api/datasets?q=wheat",
            "/datasets?q=wheat",
            "/datasets/fields",
            "/datasets/fields/items",
            "/insights",
        )
    }
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 200)
    for path in (
        "/stac/collections?q=wheat",
        "/datasets?q=wheat",
        "/datasets/fields",
        "/api/datasets?q=wheat",
    ):
        assert "Fields of wheat" in answers[path].text
    (splits,) = answers["/stac/aggregate?aggregations=split_frequency"].json()["aggregations"]
    assert [(one["key"], one["frequency"]) for one in splits["buckets"]] == [("train", 3)]


def test_items_that_are_replaced_are_replaced_in_the_memory_of_what_serves(service, engine, tmp_path):
    put_dataset(engine, "woods", "Woods")
    put_items(engine, "woods", tmp_path, ["a", "b"], split="train")
    shortly(lambda: ids(service, "/stac/search?collections=woods&filter=split='train'"), ["a", "b"])

    put_items(engine, "woods", tmp_path, ["b", "c"], split="test")

    shortly(lambda: ids(service, "/stac/search?collections=woods&filter=split='test'"), ["b", "c"])
    assert ids(service, "/stac/search?collections=woods&filter=split='train'") == ["a"]
    assert service.get("/stac/collections/woods/items/b").json()["properties"]["split"] == "test"


def test_a_standby_that_is_behind_answers_whole_and_from_before_and_health_says_so(
    service, engine, standby, tmp_path
):
    put_dataset(engine, "lakes", "Lakes")
    put_items(engine, "lakes", tmp_path, ["a"])
    shortly(lambda: ids(service, "/stac/search?collections=lakes"), ["a"])
    assert (
        "on a replica, 0 seconds behind, as catalogue_reader, which may only read"
        in (service.get("/health").json()["checks"]["reads"]["detail"])
    )

    with standing_still(standby):
        put_dataset(engine, "rivers", "Rivers")
        put_items(engine, "lakes", tmp_path, ["b"], split="test")
        before = ids(service, "/stac/search?collections=lakes")
        missing = service.get("/datasets/rivers").status_code

    assert (before, missing) == (["a"], 404)
    shortly(lambda: ids(service, "/stac/search?collections=lakes"), ["a", "b"])
    shortly(lambda: service.get("/datasets/rivers").status_code, 200)


def test_a_standby_that_ends_a_statement_for_a_change_is_busy_and_not_in_conflict(
    service, engine, primary, standby, tmp_path
):
    put_dataset(engine, "hills", "Hills")
    put_items(engine, "hills", tmp_path, ["a", "b"])
    shortly(lambda: ids(service, "/stac/search?collections=hills"), ["a", "b"])
    reader, sessions = service.app.state.reader, service.app.state.read_sessions
    slow = "SELECT count(*), pg_sleep(5) FROM item"

    with cleaning_soon(primary), pytest.raises(Unavailable, match="busy"):
        reader.fetch(slow)
    with (
        cleaning_soon(primary),
        pytest.raises(Unavailable, match="busy"),
        translated(only_reads=True),
        sessions() as session,
    ):
        session.execute(text(slow))

    assert ids(service, "/stac/search?collections=hills") == ["a", "b"]


def test_reads_go_on_while_the_first_server_is_away(service, engine, primary, tmp_path):
    put_dataset(engine, "dunes", "Dunes")
    put_items(engine, "dunes", tmp_path, ["a"])
    shortly(lambda: ids(service, "/stac/search?collections=dunes"), ["a"])

    primary.stop()
    try:
        page, health = service.get("/datasets/dunes"), service.get("/health")
        found = ids(service, "/stac/search?collections=dunes&sortby=id")
    finally:
        primary.start()

    assert (page.status_code, found) == (200, ["a"])
    assert health.status_code == 503
