"""The comparison with the peers: what is drawn, sent, watched and said, without any of the systems."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.report import Line, Report
from benchmarks.stac import lines, processes, tiles
from benchmarks.stac.client import Caller, replay
from benchmarks.stac.questions import Request, counts, kinds
from benchmarks.stac.same import identifiers
from benchmarks.stac.timing import Figures
from benchmarks.stac.workload import collections, items, regions, sizes, slug, written_items


class Answers(BaseHTTPRequestHandler):
    """Gives back the body it got; /missing is missing, /empty has no content."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        status = {"/api/missing": 404, "/api/empty": 204}.get(self.path, 200)
        self.answer(status, json.dumps({"path": self.path}).encode())

    def do_POST(self):
        self.answer(200, self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status, content):
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(b"" if status == 204 else content)


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()
        thread.join()


def figures(cpu_ms: float) -> Figures:
    return Figures(cpu_ms, 1.0, 2.0, 100.0, 5.0)


def test_items_add_up_and_stay_the_same(tmp_path):
    with written_items(500, tmp_path) as path:
        first = path.read_bytes()
    with written_items(500, tmp_path) as path:
        again = path.read_bytes()

    assert sum(sizes(500)) == 500 == first.count(b"\n")
    assert first == again and list(tmp_path.iterdir()) == []


def test_a_smaller_collection_begins_like_a_larger_one():
    assert list(items(3, 5)) == list(items(3, 9))[:5]


def test_an_item_is_a_closed_square_in_its_box():
    item = json.loads(next(items(0, 1)))
    ring = item["geometry"]["coordinates"][0]
    west, south, east, north = item["bbox"]

    assert ring[0] == ring[-1] and len(ring) == 5
    assert {tuple(corner) for corner in ring} == {(x, y) for x in (west, east) for y in (south, north)}
    assert item["collection"] == slug(0) == next(collections())["id"]


def test_requests_for_numbers_ask_for_one_item_of_the_same_search():
    searches = kinds(1000)["b"].requests
    numbers = counts(1000)["box and year"]

    assert [one.body["bbox"] for one in numbers] == [one.body["bbox"] for one in searches[: len(numbers)]]
    assert {one.body["limit"] for one in numbers} == {1}


def test_one_item_asked_for_is_there():
    have = {json.loads(line)["id"] for number in range(3) for line in items(number, sizes(2000)[number])}

    assert {request.path.rpartition("/")[2] for request in kinds(2000)["g"].requests} <= have


def test_whole_rounds_are_sent_over_all_connections(address):
    requests = [Request("/one"), Request("/two", {"q": "x"}), Request("/empty")]

    seen = replay(address, requests, connections=2, seconds=0.2)

    assert len(seen.waits) >= 3 and len(seen.waits) % 3 == 0
    assert seen.rate > 0 and seen.median <= seen.p95


def test_an_answer_that_is_an_error_is_not_timed(address):
    with pytest.raises(RuntimeError, match="404"):
        replay(address, [Request("/missing")], connections=1, seconds=0)
    with Caller(address) as caller, pytest.raises(RuntimeError, match="404"):
        caller.ask(Request("/missing"))


def test_a_body_arrives_as_it_was_given(address):
    with Caller(address) as caller:
        assert caller.ask(Request("/search", {"limit": 3})) == {"limit": 3}


def test_the_time_of_a_child_counts_while_it_runs_and_after():
    before = processes.cpu_seconds(os.getpid())
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", burn], check=True)

    assert processes.cpu_seconds(os.getpid()) - before >= 0.25


def test_a_command_that_fails_says_why(tmp_path):
    with pytest.raises(RuntimeError, match="no such thing"):
        processes.run(
            [sys.executable, "-c", "raise SystemExit('no such thing')"],
            {},
            log=tmp_path / "log",
            beside=os.getpid(),
        )


def test_the_bound_is_held_against_the_processor_time_of_the_tuned_peer():
    measured = {lines.TUNED: figures(9.0), lines.DEFAULT: figures(90.0), lines.OURS: figures(1.0)}

    assert lines.against("a", lines.TUNED, measured, 8).verdict == "PASS"
    assert lines.against("a", lines.TUNED, measured, 10).verdict == "FAIL"


def test_growth_beyond_half_again_as_much_is_a_fault():
    assert lines.grown("a", {lines.OURS: figures(2.0), lines.LARGER: figures(2.9)}).kept
    assert lines.grown("a", {lines.OURS: figures(2.0), lines.LARGER: figures(3.1)}).kept is False


def test_tiles_that_lose_an_item_are_told():
    wrong, size = lines.sums({0: (10, 10, 4.0), 1: (10, 9, 301.0)}, 10)

    assert wrong.figure == 1 and "z1" in wrong.note
    assert size.kept is False


def test_every_tile_that_is_timed_holds_a_region():
    places = [longitude for longitude, _, _ in regions()]

    assert tiles.populated(0) == [(0, 0, 0)]
    for zoom, x, _ in tiles.populated(9):
        west, east = (column / 2**zoom * 360 - 180 for column in (x, x + 1))
        assert any(west <= longitude < east for longitude in places)


def test_collections_are_compared_by_name_and_items_in_order():
    assert identifiers({"collections": [{"id": "b"}, {"id": "a"}]}) == ["a", "b"]
    assert identifiers({"features": [{"id": "b"}, {"id": "a"}]}) == ["b", "a"]
    assert identifiers({"id": "one"}) == ["one"]


def test_results_are_written_between_their_own_marks(tmp_path):
    page = tmp_path / "page.md"
    begin, end = "<!-- written by `python -m benchmarks.stac --write` -->", "<!-- end of STAC results -->"
    page.write_text(f"before\n{begin}\nold\n{end}\nafter\n")

    Report("this machine", [Line("what", 1.0, "×", at_least=2)]).write("stac", page)

    written = page.read_text()
    assert written.startswith("before") and written.endswith("after\n")
    assert "this machine" in written and "FAIL" in written and "old" not in written
