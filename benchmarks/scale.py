"""The scale test: synthetic catalogues of two sizes, the service against plain SQL and against itself."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson
from sqlalchemy import Engine, func, select

from app.base.db import SessionFactory, connect, open_sessions
from app.catalogue.ordering import MOST_RANKED
from app.catalogue.query import FACET_NAMES, MOST_FACET_VALUES, SearchQuery
from app.catalogue.search import Answer, Counted, count, search
from benchmarks import baselines, workload
from benchmarks.baselines import Found, TenStatements
from benchmarks.clock import Timed, take_turns
from benchmarks.databases import Loaded, backends
from benchmarks.report import Line
from benchmarks.service import Client, serving
from benchmarks.words import SEARCHED, words
from benchmarks.workload import FACETS

SECRET = "the benchmarks sign cursors with this"
FIRST_ATTEMPTS = 10
SELECTIVE_ROWS = (30, 80)
SELECTIVE_SEARCHES = 20
MOST_DRAWN = 2000


@dataclass(frozen=True)
class Catalogue:
    """A loaded database with the sessions of the service on it."""

    loaded: Loaded
    engine: Engine
    sessions: SessionFactory

    def search(self, query: SearchQuery) -> Answer:
        """A search as the routes call it."""
        with self.sessions() as session:
            return search(session, query, SECRET)

    def count(self, query: SearchQuery) -> Counted:
        """Total and facets as the routes call it."""
        with self.sessions() as session:
            return count(session, query)

    def backend(self) -> int:
        """Process of the database that works for these searches: the pool's first connection."""
        with self.sessions() as session:
            return session.scalar(select(func.pg_backend_pid())) or 0


@contextmanager
def opened(loaded: Loaded) -> Iterator[Catalogue]:
    """The sessions of the service, until the block ends; nothing is cut short, so that all is measured."""
    engine = connect(loaded.address)
    yield Catalogue(loaded, engine, open_sessions(engine).read)
    engine.dispose()


def against_bare_sql(loaded: Loaded, rounds: int) -> tuple[list[Line], dict[str, Any]]:
    """GET /api/datasets with words, box and eight facets against one SQL statement with the same answer."""
    with (
        baselines.connect(loaded.address) as connection,
        serving(loaded.address) as running,
    ):
        client = Client(running.address)
        first = _first_answer(client, loaded)
        searches = [one.query for one in workload.words_and_box(partial(baselines.all_occur, connection))]
        for query in searches:
            expect_same(baselines.bare_sql(connection, query), _of_json(client.get(_path(query))), query)
        bare_pid = connection.info.backend_pid
        timed = take_turns(
            {
                "bare SQL": [("", partial(baselines.bare_sql, connection, query)) for query in searches],
                "GET /api/datasets": [("", partial(client.get, _path(query))) for query in searches],
            },
            rounds=rounds,
            processes={
                "bare SQL": [bare_pid],
                "GET /api/datasets": [running.pid, *(set(backends(loaded.address)) - {bare_pid})],
            },
        )
    bare, served = timed["bare SQL"], timed["GET /api/datasets"]
    note = f"{served.median:.1f} ms against {bare.median:.1f} ms"
    what = f"REST search (words, box, eight facets) at {loaded.records:,} records ÷ bare SQL, median"
    return [Line(what, served.median / bare.median, "×", at_most=1.5, note=note), first], _figures(timed)


def _first_answer(client: Client, loaded: Loaded) -> Line:
    """How long the first search after a start takes, which reads the whole catalogue into memory."""
    begun = time.perf_counter()
    attempts = 1
    while attempts < FIRST_ATTEMPTS and not client.offers("/api/facets"):
        attempts += 1
    seconds = time.perf_counter() - begun
    note = "answered at once" if attempts == 1 else f"answered at attempt {attempts} only; 503 before"
    return Line(f"First search after a start, {loaded.records:,} records", seconds, "s", note=note)


def growth(small: Catalogue, large: Catalogue, rounds: int) -> tuple[list[Line], dict[str, Any]]:
    """How time grows with the catalogue: counting everything, and searches that find equally much."""
    ratio = large.loaded.records / small.loaded.records
    everything = [("", SearchQuery())] * SELECTIVE_SEARCHES
    counts = take_turns(
        {
            name: [(kind, partial(catalogue.count, query)) for kind, query in everything]
            for name, catalogue in (("small", small), ("large", large))
        },
        rounds=rounds,
    )
    selective = take_turns(
        {
            name: [("", partial(catalogue.search, query)) for query in _selective(catalogue)]
            for name, catalogue in (("small", small), ("large", large))
        },
        rounds=rounds,
    )
    return [
        _growth_line(f"All {len(FACET_NAMES)} facets of everything", counts, ratio, at_most=10),
        _growth_line("Search that finds 30 to 80 records", selective, ratio, at_most=3),
    ], {"facets of everything": _figures(counts), "selective search": _figures(selective)}


def _growth_line(what: str, timed: dict[str, Timed], ratio: float, at_most: float) -> Line:
    small, large = timed["small"].median, timed["large"].median
    note = f"{small:.2f} ms → {large:.2f} ms"
    return Line(
        f"{what}: growth with {ratio:g} × the records, median", large / small, "×", at_most, note=note
    )


def against_ten_statements(catalogue: Catalogue, rounds: int) -> tuple[list[Line], dict[str, Any]]:
    """The mixed workload: the search of the service against ten statements, in this process."""
    with baselines.connect(catalogue.loaded.address) as connection:
        searches = workload.mixed(partial(baselines.all_occur, connection))
        ten = TenStatements(connection)
        for one in searches:
            expect_same(
                ten.search(one.query), _of_answer(catalogue.search(_all_values(one.query))), one.query
            )
        timed = take_turns(
            {
                "ten statements": [(one.kind, partial(ten.search, one.query)) for one in searches],
                "search": [(one.kind, partial(catalogue.search, one.query)) for one in searches],
            },
            rounds=rounds,
            processes={
                "ten statements": [connection.info.backend_pid],
                "search": [catalogue.backend()],
            },
            in_blocks=True,
        )
    slow, fast = timed["ten statements"], timed["search"]
    return [
        _ratio("median", slow.median, fast.median, at_least=4),
        _ratio("p95", slow.p95, fast.p95, at_least=4),
        _ratio("processor time", slow.cpu_ms or 0, fast.cpu_ms or 1),
    ], _figures(timed)


def _ratio(figure: str, slow: float, fast: float, at_least: float | None = None) -> Line:
    what = f"Mixed searches: ten statements ÷ search, {figure}"
    return Line(what, slow / fast, "×", at_least=at_least, note=f"{slow:.1f} ms against {fast:.1f} ms")


def common_word(catalogue: Catalogue, rounds: int) -> tuple[list[Line], dict[str, Any]]:
    """The word that every second record holds."""
    one = workload.half()
    with baselines.connect(catalogue.loaded.address) as connection:
        ten = TenStatements(connection)
        timed = take_turns(
            {
                "ten statements": [(one.kind, partial(ten.search, one.query))],
                "search": [(one.kind, partial(catalogue.search, one.query))],
            },
            rounds=max(rounds, 9),
            in_blocks=True,
        )
    found = catalogue.count(one.query).number_matched
    note = f"finds {found:,}; ten statements take {timed['ten statements'].median:.0f} ms"
    return [
        Line("Word that half of all records hold, median", timed["search"].median, "ms", 100, note=note)
    ], (_figures(timed))


def expect_same(plain: Found, ours: Found, query: SearchQuery) -> None:
    """Two ways are only comparable when they give the same answer.

    Raises:
        RuntimeError: they differ, in the total, in the page where it is compared, or in a count.
    """
    if plain.total != ours.total:
        raise RuntimeError(f"{query.pairs()}: SQL finds {plain.total}, the service {ours.total}.")
    if ours.page and plain.total <= MOST_RANKED and plain.page != ours.page:
        raise RuntimeError(f"{query.pairs()}: the pages differ: {plain.page} and {ours.page}.")
    for name, counts in ours.facets.items():
        if not counts.items() <= {**dict.fromkeys(counts, 0), **plain.facets[name]}.items():
            raise RuntimeError(f"{query.pairs()}: the counts of {name} differ.")


def _of_json(body: bytes) -> Found:
    """An answer of the REST interface, with what is not listed of a facet left out."""
    told = orjson.loads(body)
    facets = {
        name: {one["value"]: one["count"] for one in facet["values"]}
        for name, facet in told["facets"].items()
    }
    return Found(told["number_matched"], [card["slug"] for card in told["datasets"]], facets)


def _of_answer(answer: Answer) -> Found:
    """An answer of the search; its page is not compared, since an ORM service ranks by ts_rank alone."""
    facets = {name: {one.value: one.count for one in facet.values} for name, facet in answer.facets.items()}
    return Found(answer.number_matched, [], facets)


def _all_values(query: SearchQuery) -> SearchQuery:
    return replace(query, facets=dict.fromkeys(FACETS, MOST_FACET_VALUES))


def _path(query: SearchQuery) -> str:
    return f"/api/datasets?{urlencode(query.pairs())}"


def _selective(catalogue: Catalogue) -> list[SearchQuery]:
    """Searches by two words, each of which finds about the same number whatever the size."""
    random, found = Random(17), []
    least, most = SELECTIVE_ROWS
    for _ in range(MOST_DRAWN):
        query = SearchQuery(q=words(random, SEARCHED, 2), facets=FACETS)
        if least <= catalogue.count(query).number_matched <= most:
            found.append(query)
        if len(found) == SELECTIVE_SEARCHES:
            return found
    raise RuntimeError(f"Too few words find {least} to {most} of {catalogue.loaded.records:,} records.")


def _figures(timed: dict[str, Timed]) -> dict[str, Any]:
    return {name: one.figures() for name, one in timed.items()}
