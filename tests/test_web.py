"""What holds for every answer: headers, limits, shape of errors, health, figures, a missing database."""

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from starlette.testclient import TestClient

from app.base.db import READER, connect
from app.base.embedded import Cluster, cluster
from app.base.errors import AppError, Conflict, Gone, NotFound, TooLarge, TooMany, Unavailable
from app.base.limits import LARGEST_BODY, LONGEST_ADDRESS, Limits, fault_of
from app.base.migrations import migrate
from app.faults import answer_error
from app.routers import EXAMPLES
from app.web import create_app

AS_JSON = {"accept": "application/json"}
AS_PAGE = {"accept": "text/html,application/xhtml+xml"}


def test_every_answer_carries_the_protective_headers(client):
    for path in ("/health", "/no/such/page", "/static/css/base.css", "/api/no-such-thing"):
        headers = client.get(path).headers

        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"]
        assert headers["permissions-policy"]
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])


def test_a_request_number_is_taken_over_when_it_is_harmless(client):
    assert client.get("/health", headers={"x-request-id": "abc-12345"}).headers["x-request-id"] == "abc-12345"
    assert "<" not in client.get("/health", headers={"x-request-id": "<script>"}).headers["x-request-id"]


@pytest.mark.parametrize("path", ["/api/nothing", "/tiles/items/nothing", "/dump/nothing", "/stac/nothing"])
def test_programs_get_errors_in_one_shape(client, path):
    answer = client.get(path, headers=AS_PAGE)

    assert answer.status_code == 404
    assert answer.json() == {
        "code": "not-found",
        "description": answer.json()["description"],
        "request_id": answer.headers["x-request-id"],
    }


def test_who_accepts_json_gets_json_and_who_accepts_pages_gets_a_page(client):
    assert client.get("/nothing", headers=AS_JSON).json()["code"] == "not-found"
    page = client.get("/nothing", headers=AS_PAGE)

    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-request-id"] in page.text


def test_a_wrong_method_is_405_and_names_the_right_one(client):
    answer = client.delete("/health")

    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("error", [Conflict, Gone, NotFound, TooLarge, TooMany, Unavailable])
def test_each_error_of_the_tree_keeps_its_status_code_and_message(application, client, error: type[AppError]):
    @application.get("/api/broken")
    def broken() -> None:
        raise error("Change this, then try again.")

    answer = client.get("/api/broken")

    assert answer.status_code == error.status
    assert answer.json()["code"] == error.code
    assert answer.json()["description"] == "Change this, then try again."
    assert ("retry-after" in answer.headers) == (error is Unavailable)


def test_a_parameter_that_does_not_fit_is_400_and_named(application, client):
    @application.get("/api/count")
    def count(number: int) -> int:
        return number

    answer = client.get("/api/count?number=many")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["description"].startswith("number: ")


def test_a_fault_of_ours_is_500_in_shape_and_tells_no_secret(application, client, caplog):
    @application.get("/api/broken")
    def broken() -> None:
        raise RuntimeError("password=hunter2")

    answer = client.get("/api/broken")

    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "hunter2" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert any(getattr(record, "request_id", "") == answer.json()["request_id"] for record in caplog.records)


def test_the_log_names_parameters_but_not_what_was_searched_for(client, caplog):
    caplog.set_level("INFO")
    client.get("/nothing?q=my+secret+project&task=x")

    lines = [vars(record) for record in caplog.records if record.name == "access"]
    assert lines[-1]["parameters"] == ["q", "task"]
    assert "secret" not in json.dumps(lines, default=str)


def test_an_address_that_is_too_long_is_413(client):
    # The client of the tests refuses to send such an address, so the server's view of it is made by hand.
    scope = {"path": "/api/datasets", "query_string": b"q=" + b"a" * LONGEST_ADDRESS, "headers": []}

    assert isinstance(fault_of(scope), TooLarge)
    assert client.get("/api/datasets?q=" + "a" * 60_000).status_code < 500


def test_a_body_that_is_too_large_is_413_before_it_is_read(client):
    answer = client.post("/api/anything", content=b" ", headers={"content-length": str(LARGEST_BODY + 1)})

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_body_without_a_length_is_413_once_it_grew_too_large(application, client):
    @application.post("/api/body")
    def take(document: dict[str, str]) -> int:
        return len(document)

    pieces = (b"x" * 100_000 for _ in range(LARGEST_BODY // 100_000 + 2))

    answer = client.post("/api/body", content=pieces, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("path", ["/api/datasets?q=a%00b", "/api/data%00sets", "/datasets/euro%00sat"])
def test_nul_is_400(client, path):
    assert client.get(path).status_code == 400


def test_too_many_at_once_are_sent_away_with_a_message():
    async def never(*_: object) -> None:
        raise AssertionError("nobody was to be let in")

    answer = TestClient(Limits(never, refuse=answer_error, at_once=0)).get("/api/datasets")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_static_files_last_only_when_their_address_names_their_content(client):
    lasting = client.get("/static/css/base.css?v=abc")
    plain = client.get("/static/css/base.css")

    assert "immutable" in lasting.headers["cache-control"]
    assert plain.headers["cache-control"] == "no-cache"
    again = client.get("/static/css/base.css", headers={"if-none-match": plain.headers["etag"]})
    assert again.status_code == 304


def test_static_files_do_not_leave_their_folder(client):
    assert client.get("/static/../app/settings.py").status_code == 404
    assert client.get("/static/%2e%2e/app/settings.py").status_code == 404


def test_large_answers_are_compressed_and_small_ones_are_not(client):
    large = client.get("/static/css/base.css", headers={"accept-encoding": "gzip"})
    small = client.get("/api/nothing", headers={"accept-encoding": "gzip"})

    assert large.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in small.headers
    assert len(gzip.compress(large.content)) < len(large.content)


def test_programs_on_other_sites_may_read_but_pages_are_ours(seeded_client):
    assert seeded_client.get("/api/vocabularies").headers["access-control-allow-origin"] == "*"
    assert seeded_client.get("/datasets/eurosat.bib").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in seeded_client.get("/health").headers


def test_health_says_why_an_empty_catalogue_is_not_ready(settings, new_database):
    with TestClient(create_app(settings, new_database)) as client:
        answer = client.get("/health")

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["ok"]
    assert answer.json()["checks"]["records"] == {"ok": False, "detail": "0 datasets are published."}


def test_health_says_why_an_older_database_is_not_ready(settings, new_database):
    engine = connect(new_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with TestClient(create_app(settings, new_database)) as client:
        answer = client.get("/health")
    engine.dispose()

    assert answer.status_code == 503
    assert "is at 0001" in answer.json()["checks"]["migrations"]["detail"]


def test_health_of_a_loaded_catalogue_is_ready(seeded_client):
    answer = seeded_client.get("/health")

    assert answer.status_code == 200
    assert answer.json()["ready"] is True


@pytest.fixture
def reading_client(cluster: Cluster, settings, seeded_address) -> Iterator[TestClient]:
    """The service on the whole bundled catalogue, its reads by the role that may only read."""
    with TestClient(
        create_app(settings, seeded_address, read_address=cluster.address_of("seeded", READER))
    ) as found:
        yield found


def test_every_address_that_reads_works_for_a_role_that_may_not_write(reading_client):
    gaps = defaultdict(lambda: "0", EXAMPLES, collection="so2sat-lcz42", item="berlin", figure="countries")
    paths = reading_client.get("/openapi.json").json()["paths"]
    asked = [path for path, operations in paths.items() if "get" in operations]

    answers = [reading_client.get(path.format_map(gaps)) for path in [*asked, "/metrics", "/docs"]]

    # Without the right to read a table, or with a need to write, an address answers 500.
    assert [answer.url.path for answer in answers if answer.status_code >= 500] == []
    assert sum(answer.status_code == 200 for answer in answers) > len(answers) * 0.8


def test_the_short_way_to_the_routes_changes_no_answer(settings, seeded_address):
    gaps = defaultdict(lambda: "eurosat", EXAMPLES)
    short, long = (create_app(settings, seeded_address) for _ in range(2))
    long.router.middleware_stack = long.router.app
    paths = [path.format_map(gaps) for path in short.openapi()["paths"]]
    hidden = [
        "/",
        "/datasets",
        "/datasets/eurosat",
        "/about/data",
        "/nothing",
        "/stac/",
        "/docs",
        "/static/no",
    ]

    with (
        TestClient(short, follow_redirects=False) as quick,
        TestClient(long, follow_redirects=False) as slow,
    ):
        for path in [*paths, *hidden]:
            for method in ("GET", "POST", "DELETE"):
                answers = [client.request(method, path) for client in (quick, slow)]
                one, other = (
                    (answer.status_code, answer.headers.get("content-type"), answer.headers.get("allow"))
                    for answer in answers
                )
                assert one == other, path


def test_health_names_the_role_of_the_reads_and_whether_it_may_write(reading_client, seeded_client):
    own = reading_client.get("/health").json()["checks"]["reads"]
    owners = seeded_client.get("/health").json()["checks"]["reads"]

    assert own == {"ok": True, "detail": "Reads run as catalogue_reader, which may only read."}
    assert owners == {"ok": True, "detail": "Reads run as catalogue, which may write."}


def test_health_says_that_a_replica_lags_behind_a_migration(settings, seeded_address, new_database):
    engine = connect(new_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with TestClient(create_app(settings, seeded_address, read_address=new_database)) as client:
        answer = client.get("/health")
    engine.dispose()

    assert answer.status_code == 503
    assert "see migration 0001" in answer.json()["checks"]["reads"]["detail"]


def test_health_says_that_only_the_database_of_the_reads_is_away(settings, seeded_address, tmp_path):
    away = f"postgresql://nobody@/none?host={tmp_path}"
    with TestClient(create_app(settings, seeded_address, read_address=away)) as client:
        health, search = client.get("/health"), client.get("/api/datasets")

    assert (health.status_code, search.status_code) == (503, 503)
    assert health.json()["checks"]["database"]["ok"]
    assert health.json()["checks"]["reads"]["detail"].startswith("Reads do not reach the tables")


def test_the_setting_for_reads_goes_before_the_role_of_the_private_database(
    cluster, settings, seeded_address
):
    own = settings.model_copy(update={"read_database_url": SecretStr(cluster.address_of("seeded", READER))})
    with TestClient(create_app(own, seeded_address, read_address="postgresql://nobody@/none")) as client:
        assert "catalogue_reader" in client.get("/health").json()["checks"]["reads"]["detail"]


def test_figures_count_requests_by_route_template(seeded_client):
    seeded_client.get("/datasets/eurosat")
    figures = seeded_client.get("/metrics").text

    assert re.search(
        r'eo_request_seconds_count\{method="GET",route="/datasets/\{slug\}",status="200"\}', figures
    )
    assert re.search(r"^eo_datasets 1\d\d\d\.0$", figures, re.MULTILINE)
    assert "eo_database_connections_in_use" in figures
    assert "eurosat" not in figures


def test_the_description_of_the_interface_promises_no_422(client):
    document = client.get("/openapi.json").json()

    statuses = {
        status for path in document["paths"].values() for one in path.values() for status in one["responses"]
    }
    assert "422" not in statuses
    assert {"400", "503"} <= statuses


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of its own with migrated tables, which a test may stop."""
    private = cluster(tmp_path / "state", durable=False)
    with private.used() as address:
        engine = connect(address)
        migrate(engine)
        engine.dispose()
        yield private


def test_a_database_that_is_down_is_told_and_recovered_from(lonely, settings):
    with TestClient(create_app(settings, lonely.address)) as client:
        assert client.get("/api/datasets").status_code == 200
        lonely.stop()

        as_json, as_page = client.get("/api/datasets"), client.get("/datasets", headers=AS_PAGE)
        health = client.get("/health")
        figures = client.get("/metrics")
        lonely.start()

        assert (as_json.status_code, as_json.json()["code"]) == (503, "unavailable")
        assert "database is down" in as_json.json()["description"]
        assert as_page.status_code == 503
        assert "database is down" in as_page.text
        assert health.status_code == 503
        assert "down" in health.json()["checks"]["database"]["detail"]
        assert "eo_datasets NaN" in figures.text
        assert client.get("/api/datasets").status_code == 200
