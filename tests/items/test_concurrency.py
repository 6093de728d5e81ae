"""Loading and searching at the same time: nothing waits for ever, is missing, or is seen in part.

Everything here really commits, in a database of its own, and readers ask over HTTP.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app.base.db import connect
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.items.find import find_items
from app.items.loading import load_file
from app.items.query import ItemQuery
from app.web import create_app
from tests.conftest import serving

CHUNK = 40
CHUNKS = 12
TOTAL = CHUNK * CHUNKS
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

LOADER = """
import sys
from pathlib import Path
from sqlalchemy.orm import sessionmaker
from app.base.db import connect
from app.items.loading import load_file

if __name__ == "__main__":
    _, address, slug, path, chunk = sys.argv
    load_file(sessionmaker(connect(address)), slug, Path(path), chunk=int(chunk),
              progress=lambda count: print(count, flush=True))
"""


@pytest.fixture
def engine_here(new_database: str) -> Iterator[Engine]:
    engine = connect(new_database, pool_size=8)
    with Session(engine) as session, session.begin():
        for slug in ("one", "two"):
            publish(
                session,
                DatasetRecord(slug=slug, uuid=uuid5(NAMESPACE_URL, slug), name=slug, kind="ml-dataset"),
            )
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine_here: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine_here)


@pytest.fixture
def stac(settings, new_database: str, engine_here: Engine) -> Iterator[str]:
    """Address of the STAC API of a running service on the database of this test."""
    with serving(create_app(settings, new_database)) as address:
        yield f"{address}/stac"


@pytest.fixture
def write_items(tmp_path: Path, make_item) -> Callable[..., Path]:
    """Writes a file of items named after their number, a minute apart."""

    def write(name: str, numbers: range, **properties: Any) -> Path:
        path = tmp_path / f"{name}.ndjson"
        made = (
            make_item(
                f"i-{n:05d}",
                lon=n % 300 - 150,
                datetime=(BEGIN + timedelta(minutes=n)).isoformat(),
                **properties,
            )
            for n in numbers
        )
        path.write_text("\n".join(json.dumps(item) for item in made))
        return path

    return write


@contextmanager
def searching(work: Callable[[], None], number: int) -> Iterator[None]:
    """Repeat some work on threads while the block runs; the first failure of any is raised."""
    over = threading.Event()

    def repeat() -> int:
        times = 0
        while not over.is_set():
            work()
            times += 1
        return times

    with ThreadPoolExecutor(number) as pool:
        running = [pool.submit(repeat) for _ in range(number)]
        try:
            yield
        finally:
            over.set()
        assert all(future.result(timeout=60) for future in running)


def walk(first: str) -> list[str]:
    """The ids of all pages, in order."""
    found: list[str] = []
    following: str | None = first
    while following:
        page = asked(following)
        found += [f"{feature['collection']}/{feature['id']}" for feature in page["features"]]
        following = link(page, "next")
    return found


def link(page: dict[str, Any], rel: str) -> str | None:
    return next((one["href"] for one in page["links"] if one["rel"] == rel), None)


def asked(address: str, **parameters: str) -> dict[str, Any]:
    answer = httpx.get(address, params=parameters or None, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_two_loaders_and_four_searchers_at_once_lose_nothing_and_see_no_chunk_in_part(
    stac, sessions, write_items
):
    paths = {slug: write_items(slug, range(TOTAL), split="train") for slug in ("one", "two")}
    questions = (
        {"collections": "one"},
        {"collections": "two", "filter": "id LIKE 'i-%' AND datetime > DATE('2019-12-31')"},
        {"bbox": "-180,-90,180,90"},
        {"datetime": "2020-01-01T00:00:00Z/2021-01-01T00:00:00Z", "sortby": "id"},
    )
    turn = iter(range(1_000_000))
    before = dict.fromkeys(range(len(questions)), 0)

    def search() -> None:
        number = next(turn) % len(questions)
        least = before[number]
        page = asked(f"{stac}/search", **questions[number], limit="5")
        matched = page["numberMatched"]
        assert matched % CHUNK == 0
        assert matched >= least
        assert page["numberReturned"] == min(5, matched)
        before[number] = max(before[number], matched)

    with searching(search, 4), ThreadPoolExecutor(2) as loaders:
        loads = [loaders.submit(load_file, sessions, slug, paths[slug], chunk=CHUNK) for slug in paths]
        reports = [load.result(timeout=120) for load in loads]

    assert [report.loaded.new for report in reports] == [TOTAL, TOTAL]
    expected = {f"{slug}/i-{number:05d}" for slug in paths for number in range(TOTAL)}
    found = walk(f"{stac}/search?limit=150")
    assert len(found) == len(expected)
    assert set(found) == expected


def test_two_loaders_of_the_same_items_at_once_leave_each_item_once(stac, sessions, write_items):
    older = write_items("older", range(TOTAL), split="train")
    newer = write_items("newer", range(TOTAL // 2, TOTAL + TOTAL // 2), split="test")

    with ThreadPoolExecutor(2) as loaders:
        loads = [loaders.submit(load_file, sessions, "one", path, chunk=CHUNK) for path in (older, newer)]
        reports = [load.result(timeout=120) for load in loads]

    found = walk(f"{stac}/collections/one/items?limit=100")
    assert sorted(found) == [f"one/i-{number:05d}" for number in range(TOTAL + TOTAL // 2)]
    assert sum(report.loaded.new for report in reports) == len(found)
    counts = asked(f"{stac}/aggregate", collections="one", aggregations="total_count,split_frequency")
    total, splits = counts["aggregations"]
    assert total["value"] == len(found)
    assert sum(bucket["frequency"] for bucket in splits["buckets"]) == len(found)


def test_items_that_are_replaced_are_seen_in_their_old_or_new_form_a_chunk_at_a_time(
    stac, sessions, write_items
):
    load_file(sessions, "one", write_items("old", range(TOTAL), split="train"), chunk=CHUNK)
    changed = write_items("new", range(TOTAL), split="test")

    def search() -> None:
        page = asked(f"{stac}/aggregate", collections="one", aggregations="total_count,split_frequency")
        total, splits = page["aggregations"]
        counts = {bucket["key"]: bucket["frequency"] for bucket in splits["buckets"]}
        assert total["value"] == TOTAL
        assert all(count % CHUNK == 0 for count in counts.values())
        found = asked(f"{stac}/search", collections="one", filter="split = 'test'", limit="25")
        assert found["numberMatched"] % CHUNK == 0
        assert found["numberReturned"] == min(25, found["numberMatched"])
        assert {feature["properties"]["split"] for feature in found["features"]} <= {"test"}
        assert asked(f"{stac}/search", limit="25", sortby="id")["features"][0]["id"] == "i-00000"

    with searching(search, 2):
        report = load_file(sessions, "one", changed, chunk=CHUNK)

    assert (report.loaded.new, report.loaded.replaced) == (0, TOTAL)
    assert asked(f"{stac}/search", filter="split = 'test'")["numberMatched"] == TOTAL


@pytest.mark.parametrize("moment", [0.0, 0.015, 0.04])
def test_a_loader_that_is_killed_goes_on_with_nothing_lost_or_doubled(
    stac, sessions, write_items, new_database, tmp_path, moment
):
    path = write_items("items", range(TOTAL), split="train")
    script = tmp_path / "loader.py"
    script.write_text(LOADER)
    command = [sys.executable, str(script), new_database, "one", str(path), str(CHUNK)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as loader:
        assert loader.stdout is not None
        for _ in range(3):
            assert loader.stdout.readline() == f"{CHUNK}\n"
        time.sleep(moment)
        loader.send_signal(signal.SIGKILL)
        loader.wait(timeout=30)

    there = asked(f"{stac}/search")["numberMatched"]
    report = load_file(sessions, "one", path, chunk=CHUNK)

    assert there % CHUNK == 0
    # A quick machine may be done before a late kill; at once it never is.
    assert 3 * CHUNK <= there <= TOTAL
    assert there < TOTAL or moment
    assert report.skipped_lines == there
    assert report.loaded.new == TOTAL - there
    assert sorted(walk(f"{stac}/search?limit=100")) == [f"one/i-{number:05d}" for number in range(TOTAL)]


def test_pages_stay_the_same_while_items_come_before_between_and_after_them(stac, sessions, write_items):
    load_file(sessions, "one", write_items("first", range(1_000, 1_200, 2)))
    following = f"{stac}/search?collections=one&limit=9"
    met: list[str] = []
    turn = 0

    while following:
        page = asked(following)
        met += [feature["id"] for feature in page["features"]]
        turn += 1
        more = range(1_001 + turn, 1_200, 20) if turn % 3 else range(2_000 + turn, 2_001 + turn)
        load_file(sessions, "one", write_items(f"more-{turn}", more))
        load_file(sessions, "one", write_items(f"old-{turn}", range(turn, turn + 1)))
        following = link(page, "next")

    first = [f"i-{number:05d}" for number in range(1_198, 999, -2)]
    assert len(met) == len(set(met))
    assert [one for one in met if one in set(first)] == first
    assert met == sorted(met, reverse=True)


def test_the_way_back_shows_what_the_way_there_showed(stac, sessions, write_items):
    load_file(sessions, "one", write_items("first", range(1_000, 1_060, 2)))
    there = [asked(f"{stac}/search?collections=one&limit=10&sortby=id")]
    while following := link(there[-1], "next"):
        there.append(asked(following))
    load_file(sessions, "one", write_items("after", range(3_000, 3_010)))

    back = [there[-1]]
    while preceding := link(back[-1], "prev"):
        back.append(asked(preceding))

    ids = [[feature["id"] for feature in page["features"]] for page in reversed(back) if page["features"]]
    assert ids == [[feature["id"] for feature in page["features"]] for page in there if page["features"]]


def test_a_search_by_sessions_sees_all_or_nothing_of_a_transaction(engine_here, sessions, write_items):
    path = write_items("items", range(CHUNK))
    reading = sessionmaker(engine_here)
    with reading() as reader:
        assert find_items(reader, ItemQuery(), "secret").matched == 0

    load_file(sessions, "one", path, chunk=CHUNK)

    with reading() as reader:
        page = find_items(reader, ItemQuery(limit=CHUNK), "secret")
    assert (page.matched, len(page.items)) == (CHUNK, CHUNK)
