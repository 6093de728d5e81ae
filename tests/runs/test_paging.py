"""The list of runs goes on and back by the run where a page ends, whatever is asked for meanwhile."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from app.base.errors import Invalid
from app.base.tokens import write_token
from app.runs import paging
from app.runs.tables import Run

KEY = "k" * 40
PERSON = SimpleNamespace(name="user 1", user_id=1, settings=SimpleNamespace(signing_key=KEY))
VISITOR = SimpleNamespace(name="visitor x", user_id=None, settings=SimpleNamespace(signing_key=KEY))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def add(session, number: int, **changed) -> None:
    fields = {
        "id": UUID(int=number),
        "tile_id": "tile",
        "models": ["toy"],
        "asker": "user 1",
        "request": b"",
        "created": NOON + timedelta(seconds=number // 2),
        "expires": NOON + timedelta(days=1),
    }
    session.add(Run(**{**fields, **changed}))
    session.flush()


def turned(session, address: str | None = None, **asked) -> paging.Page:
    given = {name: values[0] for name, values in parse_qs(urlsplit(address or "").query).items()}
    return paging.page(session, PERSON, most=3, **given, **asked)


def numbers(page: paging.Page) -> list[int]:
    return [run.id.int for run in page.runs]


def test_pages_lead_on_to_the_last_run_and_back_to_the_first(session):
    for number in range(1, 8):
        add(session, number)

    first = turned(session)
    second = turned(session, first.older)
    last = turned(session, second.older)
    back = turned(session, last.newer)
    front = turned(session, back.newer)

    assert [numbers(one) for one in (first, second, last)] == [[7, 6, 5], [4, 3, 2], [1]]
    assert (numbers(back), numbers(front)) == ([4, 3, 2], [7, 6, 5])
    assert (first.newer, last.older, front.newer) == (None, None, None)


def test_runs_that_come_meanwhile_shift_nothing(session):
    for number in range(1, 5):
        add(session, number)
    first = turned(session)

    add(session, 9)

    assert numbers(turned(session, first.older)) == [1]


def test_pages_keep_to_the_tile_and_the_model(session):
    for number in range(1, 9):
        add(session, number, tile_id=f"tile-{number % 2}", models=["toy" if number < 8 else "other"])

    first = turned(session, tile="tile-1", model="toy")

    assert numbers(first) == [7, 5, 3]
    assert numbers(turned(session, first.older)) == [1]


def test_private_runs_of_others_are_on_no_page(session):
    add(session, 1, asker="user 2", is_private=True)
    add(session, 2, is_private=True)

    assert numbers(turned(session)) == [2]


def test_no_list_tells_visitors_of_one_place_the_uploads_of_each_other(session):
    add(session, 1, asker="visitor x", is_private=True, tile_id="upload-1")
    add(session, 2, asker="visitor x")

    assert numbers(paging.page(session, VISITOR)) == [2]
    assert numbers(paging.page(session, VISITOR, tile="upload-1")) == [1]


@pytest.mark.parametrize("token", ["x", write_token(KEY, ["noon", "1"]), write_token(KEY, [1, 2, 3])])
def test_what_is_no_cursor_of_this_list_is_refused(session, token):
    with pytest.raises(Invalid, match="cursor"):
        turned(session, after=token)
