"""What an account keeps: favourites in their order, searches by name, each its owner's alone."""

from uuid import uuid4

import pytest

from app.accounts import changes_kept
from app.base.errors import Conflict, Invalid, NotFound


@pytest.fixture
def ada(add_user):
    """The number of a user."""
    return add_user().id


@pytest.fixture
def ben(add_user):
    """The number of another."""
    return add_user("ben@example.org").id


def test_favourites_stay_in_the_order_they_were_kept_in(session, ada):
    first, second, third = (uuid4() for _ in range(3))

    changes_kept.keep(session, ada, [second, first])
    changes_kept.keep(session, ada, [first, third])

    assert changes_kept.list_favourites(session, ada) == [second, first, third]


def test_favourites_of_others_are_neither_shown_nor_dropped(session, ada, ben):
    dataset = uuid4()
    changes_kept.keep(session, ada, [dataset])

    changes_kept.drop(session, ben, dataset)

    assert changes_kept.list_favourites(session, ada) == [dataset]
    assert changes_kept.list_favourites(session, ben) == []


def test_an_account_keeps_a_bounded_number_of_favourites(session, ada, monkeypatch):
    monkeypatch.setattr(changes_kept, "MOST_FAVOURITES", 2)
    changes_kept.keep(session, ada, [uuid4(), uuid4()])

    with pytest.raises(Invalid, match="at most 2 favourites"):
        changes_kept.keep(session, ada, [uuid4()])


def test_searches_are_listed_by_name_whatever_its_case(session, ada):
    for name in ("roads", "Floods", "crops"):
        changes_kept.save_search(session, ada, name, "q=x")

    assert [one.name for one in changes_kept.list_searches(session, ada)] == ["crops", "Floods", "roads"]


@pytest.mark.parametrize("name", ["", " \n ", "x" * 101])
def test_a_search_needs_a_name_of_a_line(session, ada, name):
    with pytest.raises(Invalid, match="1 to 100 characters"):
        changes_kept.save_search(session, ada, name, "")


def test_two_searches_of_one_owner_have_different_names(session, ada, ben):
    changes_kept.save_search(session, ada, "Floods", "q=flood")
    changes_kept.save_search(session, ben, "Floods", "q=flood")

    with pytest.raises(Conflict, match="“Floods” already"):
        changes_kept.save_search(session, ada, " Floods ", "q=water")


def test_an_account_keeps_a_bounded_number_of_searches(session, ada, monkeypatch):
    monkeypatch.setattr(changes_kept, "MOST_SEARCHES", 1)
    changes_kept.save_search(session, ada, "Floods", "q=flood")

    with pytest.raises(Invalid, match="at most 1 searches"):
        changes_kept.save_search(session, ada, "Roads", "q=road")


def test_a_search_beyond_all_measure_is_not_kept(session, ada):
    with pytest.raises(Invalid, match="too long"):
        changes_kept.save_search(session, ada, "Outline", "x" * 8001)


def test_a_search_keeps_its_own_name_when_renamed_to_it(session, ada):
    search = changes_kept.save_search(session, ada, "Floods", "q=flood")

    changes_kept.rename_search(session, ada, search.id, "Floods")

    assert search.name == "Floods"


def test_searches_of_others_can_be_neither_renamed_nor_deleted(session, ada, ben):
    search = changes_kept.save_search(session, ada, "Floods", "q=flood")

    changes_kept.drop_search(session, ben, search.id)
    with pytest.raises(NotFound):
        changes_kept.rename_search(session, ben, search.id, "Mine")

    assert [one.name for one in changes_kept.list_searches(session, ada)] == ["Floods"]
