"""Programs ask for runs, see how far they are, and read what came of them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from app.accounts.rights import Role
from app.base.db import Sessions
from app.runs import changes, files
from app.runs.executing import Networks, Workplace, execute
from app.runs.tables import Run
from app.scenes.series import TEST
from app.tiles.changes import put
from app.tiles.making import make_clear
from app.tiles.tables import SampleTile
from app.web import create_app
from tests.accounts.conftest import Browser, add_user, browser_of

__all__ = ["add_user", "browser_of"]

FIRST = {"tile": "simulated-clear-20000", "models": ["toy"]}


@pytest.fixture
def application(settings, connection, database_address, models, tmp_path):
    """The service with small models and one tile, inside the transaction of the test."""
    own = settings.model_copy(update={"models": models, "state_dir": tmp_path, "visitor_runs": 3})
    inside = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    return create_app(own, database_address, Sessions(write=inside, read=inside))


@pytest.fixture
def tile(application, session):
    made = make_clear(application.state.storage, TEST[0], 64)
    put(session, made)
    session.commit()
    return made


@pytest.fixture
def client(application, tile):
    with TestClient(application) as found:
        yield found


@pytest.fixture
def work(application, session, models):
    """Does what a worker does with a run that waits."""
    networks = Networks(models, 1)
    place = Workplace(application.state.sessions, application.state.storage, models, networks.of, memory=1)

    def do(number):
        attempt = changes.claim(session, number)
        session.commit()
        execute(place, number, attempt)
        session.expire_all()

    return do


def _upload(session, tile, **fields):
    """The tile as if somebody had uploaded it."""
    session.execute(text("update tile.sample_tile set dataset_slug = null"))
    row = session.scalar(select(SampleTile))
    for name, value in fields.items():
        setattr(row, name, value)
    session.commit()


def _run(session) -> Run:
    return session.scalar(select(Run).order_by(Run.created.desc()).limit(1))


def test_a_request_is_taken_in_and_its_address_told(client, session):
    answer = client.post("/api/runs", json=FIRST)

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/runs/{_run(session).id}"
    told = client.get(answer.headers["location"]).json()
    assert (told["state"], told["progress"], told["outcome"]) == ("queued", 0, None)
    assert told["links"]["events"].endswith("/events")
    waiting = session.execute(text("select queue_name, args ->> 'run' from procrastinate_jobs")).one()
    assert tuple(waiting) == ("runs", told["id"])


def test_the_outcome_has_reports_files_and_a_receipt(client, session, work):
    place = client.post("/api/runs", json={**FIRST, "models": ["other", "toy"]}).headers["location"]

    work(_run(session).id)

    told = client.get(place).json()
    assert (told["state"], told["progress"], told["simulated"]) == ("succeeded", 100, True)
    assert "not a benchmark" in told["note"]
    assert list(told["outcome"]["models"]) == ["other", "toy"]
    report = told["outcome"]["models"]["other"]
    assert list(report["shares"]) == [one["name"] for one in report["legend"]]
    assert list(report["timing"]) == ["read", "load", "prepare", "network", "measure", "write"]
    assert "simulated" in report["warning"]
    picture = client.get(report["files"]["prediction_picture"])
    assert picture.headers["content-type"] == "image/png"
    assert "immutable" in picture.headers["cache-control"]
    assert client.get(report["files"]["prediction"]).content[:4] in (b"II*\0", b"II+\0")
    receipt = client.get(told["links"]["receipt"]).json()
    assert [one["id"] for one in receipt["models"]] == ["other", "toy"]
    assert "events" not in told["links"]


def test_only_files_of_the_run_are_handed_out(client, session, work):
    place = client.post("/api/runs", json=FIRST).headers["location"]
    work(_run(session).id)

    for path in ("toy/secret.tif", "../x", "toy/prediction.tif/..", "%2e%2e/state"):
        assert client.get(f"{place}/files/{path}").status_code == 404, path


@pytest.mark.parametrize(
    ("wanted", "status", "words"),
    [
        ({"tile": "nowhere", "models": ["toy"]}, 404, "no tile"),
        ({**FIRST, "models": ["nothing"]}, 400, "no model nothing"),
        ({**FIRST, "models": []}, 400, "models"),
        ({**FIRST, "models": ["toy"] * 7}, 400, "models"),
        ({**FIRST, "options": {"speed": 9}}, 400, "There is no field options.speed here"),
        ({**FIRST, "tile": "x" * 300}, 400, "tile"),
        ({**FIRST, "tile": "simulated\0clear"}, 400, "tile"),
        ({**FIRST, "models": ["to\0y"]}, 400, "models"),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_reason(client, wanted, status, words):
    answer = client.post("/api/runs", json=wanted)

    assert answer.status_code == status
    assert words in answer.text


def test_a_model_that_does_not_fit_is_refused_with_the_reason(client, application, session):
    put(session, make_clear(application.state.storage, TEST[1], 32))
    tile = make_clear(application.state.storage, TEST[2], 64)
    put(session, type(tile)(**{**vars(tile), "layers": tile.layers[1:], "id": "radar-only"}))
    session.commit()

    answer = client.post("/api/runs", json={"tile": "radar-only", "models": ["toy"]})

    assert answer.status_code == 400
    assert "no B4, B8" in answer.json()["description"]


def test_a_model_named_twice_runs_once(client, session):
    client.post("/api/runs", json={**FIRST, "models": ["toy", "toy"]})

    assert _run(session).models == ["toy"]


def test_the_same_request_with_the_same_key_begins_one_run(client, session):
    first, second = (client.post("/api/runs", json=FIRST, headers={"idempotency-key": "k"}) for _ in "ab")

    assert first.headers["location"] == second.headers["location"]
    assert second.headers["idempotency-replayed"] == "true"
    assert session.scalar(text("select count(*) from run.run")) == 1


def test_a_key_is_good_for_one_request_only(client):
    client.post("/api/runs", json=FIRST, headers={"idempotency-key": "k"})

    answer = client.post("/api/runs", json={**FIRST, "models": ["other"]}, headers={"idempotency-key": "k"})

    assert answer.status_code == 409


def test_a_visitor_has_so_many_runs_an_hour_and_repeated_requests_do_not_count(client):
    for number in range(3):
        assert (
            client.post("/api/runs", json=FIRST, headers={"idempotency-key": str(number)}).status_code == 202
        )
    assert client.post("/api/runs", json=FIRST, headers={"idempotency-key": "0"}).status_code == 202

    answer = client.post("/api/runs", json=FIRST)

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 3000


def test_runs_can_be_kept_for_accounts(application, client):
    application.state.settings = application.state.settings.model_copy(update={"visitor_runs": 0})

    answer = client.post("/api/runs", json=FIRST)

    assert answer.status_code == 403
    assert "Sign in" in answer.text


def test_somebody_may_have_only_so_many_that_wait(client, session, application):
    application.state.settings = application.state.settings.model_copy(update={"visitor_runs": 100})
    for _ in range(changes.MOST_OPEN):
        assert client.post("/api/runs", json=FIRST).status_code == 202

    answer = client.post("/api/runs", json=FIRST)

    assert answer.status_code == 429
    assert "wait already" in answer.text


def test_a_run_that_waits_is_cancelled_once(client, session):
    place = client.post("/api/runs", json=FIRST).headers["location"]

    assert client.delete(place).json()["state"] == "cancelled"
    assert client.delete(place).status_code == 409
    assert changes.claim(session, _run(session).id) is None


def test_only_who_asked_may_cancel(client, session):
    place = client.post("/api/runs", json=FIRST).headers["location"]
    _run(session).asker = "user 77"
    session.commit()

    assert client.get(place).status_code == 200
    assert client.delete(place).status_code == 403


def test_the_run_of_somebody_elses_upload_is_not_there_for_others(client, session, tile, work):
    _upload(session, tile)
    place = client.post("/api/runs", json=FIRST).headers["location"]
    work(_run(session).id)
    picture = client.get(place).json()["outcome"]["models"]["toy"]["files"]["prediction_picture"]
    assert "private" in client.get(picture).headers["cache-control"]

    _run(session).asker = "visitor somebody else"
    session.commit()

    for path in (place, picture, f"{place}/receipt.json", f"{place}/events", place.removeprefix("/api")):
        assert client.get(path).status_code == 404, path
    assert client.delete(place).status_code == 404
    assert client.get("/api/runs").json()["runs"] == []


def test_the_owner_of_an_upload_sees_what_was_run_on_it(client, session, tile, add_user, browser_of):
    ada, eve = add_user(), add_user("eve@example.org", Role.CONTRIBUTOR)
    _upload(session, tile, owner_id=ada.id)
    place = client.post("/api/runs", json=FIRST).headers["location"]
    _run(session).asker = "visitor somebody else"
    session.commit()

    for user, status in ((ada, 200), (eve, 404)):
        browser: Browser = browser_of()
        browser.sign_in(user)
        assert browser.client.get(place).status_code == status, user.email


def test_a_session_needs_the_token_of_our_forms(add_user, browser_of, tile):
    browser: Browser = browser_of()
    browser.sign_in(add_user())

    assert browser.client.post("/api/runs", json=FIRST).status_code == 403


def test_results_expire_with_their_upload(client, session, tile):
    soon = datetime.now(UTC) + timedelta(hours=1)
    _upload(session, tile, expires=soon)

    client.post("/api/runs", json=FIRST)

    assert _run(session).expires == soon


def test_the_history_of_a_tile_and_of_a_model_comes_newest_first_and_page_by_page(client, session):
    for models in (["toy"], ["toy", "other"], ["other"]):
        client.post("/api/runs", json={**FIRST, "models": models})
        session.execute(text("update run.run set created = created - interval '1 minute'"))
        session.commit()

    def models_of(query: str) -> list[list[str]]:
        return [one["models"] for one in client.get(f"/api/runs?{query}").json()["runs"]]

    assert models_of("model=other") == [["other"], ["toy", "other"]]
    assert models_of("tile=nowhere") == []
    assert models_of(f"tile={FIRST['tile']}&mine=true") == [["other"], ["toy", "other"], ["toy"]]
    first = client.get("/api/runs?limit=2").json()
    assert models_of(f"limit=2&after={first['next']}") == [["toy"]]
    assert client.get("/api/runs?after=made-up").status_code == 400


def test_a_stream_tells_every_change_and_ends_with_the_run(client, session, work):
    place = client.post("/api/runs", json=FIRST).headers["location"]
    work(_run(session).id)

    answer = client.get(f"{place}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: end" in answer.text
    assert '"progress":100' in answer.text


def test_there_is_no_run_of_a_number_that_was_never_given(client):
    assert client.get(f"/api/runs/{uuid4()}").status_code == 404
    assert client.get("/api/runs/one").status_code == 400


def test_the_form_of_the_viewer_leads_to_the_page_of_the_run(browser_of, session, work, tile):
    browser: Browser = browser_of()
    browser.look(f"/tiles/{tile.id}")

    answer = browser.send("/runs", tile=tile.id, models=["toy", "other"], occlusion="true")

    run = _run(session)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run.id}")
    assert run.options == {"occlusion": True}
    waiting = browser.look(f"/runs/{run.id}").text
    assert "data-events" in waiting and 'hx-trigger="every 2s"' in waiting
    work(run.id)
    done = browser.look(f"/runs/{run.id}").text
    assert "data-events" not in done and "every 2s" not in done
    for words in ("simulated", "not a benchmark", "Overall accuracy", "Receipt"):
        assert words in done


def test_a_run_is_cancelled_on_its_page(browser_of, session, tile):
    browser: Browser = browser_of()
    browser.look(f"/tiles/{tile.id}")
    place = browser.send("/runs", tile=tile.id, models=["toy"]).headers["location"]
    browser.look(place)

    browser.send(f"{place}/cancel")

    session.expire_all()
    assert _run(session).state == "cancelled"
    assert "Cancelled" in browser.look(place).text


def test_a_form_without_a_model_says_what_to_do(browser_of, tile):
    browser: Browser = browser_of()
    browser.look(f"/tiles/{tile.id}")

    answer = browser.send("/runs", tile=tile.id)

    assert answer.status_code == 400
    assert "Choose at least one model" in answer.text


def test_files_lie_in_the_folder_of_their_run():
    assert files.place("one", "toy/prediction.tif") == "runs/one/toy/prediction.tif"
    assert files.place("one") == "runs/one"
