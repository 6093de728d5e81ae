"""What is written down of links: two days before a badge, recovery, pauses, and what is forgotten."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.base.errors import NotFound
from app.catalogue.changes import withdraw
from app.links import changes, queries
from app.links.addresses import LONGEST, addresses
from app.links.probe import Outcome
from app.links.states import DEAD, State
from app.links.tables import Link, LinkCheck, LinkHost, LinkUse
from app.portal import loading
from tests.links.conftest import MONDAY

DAY = timedelta(days=1)


def at(days: float):
    return MONDAY + days * DAY


def test_all_addresses_of_the_page_are_watched_and_none_is_watched_twice(add_dataset):
    record = add_dataset(
        "one",
        urls={
            "download": ("https://a.example.org/f.zip", "https://a.example.org/f.zip", "s3://bucket/key"),
            "home": "https://a.example.org/",
            "code": "https://github.com/a/b",
        },
        data_doi="10.5281/zenodo.1<2>",
        libraries={"huggingface": ("a/b",), "aws_open_data": "c"},
        publication={"url": "https://papers.example.org/1"},
    )

    found = addresses(record.model_dump(mode="json"))

    shown = {link.address for link in loading.links(record) if link.followable}
    assert {one.address for one in found} == shown | {"https://papers.example.org/1"}
    assert len(found) == len({one.address for one in found}) == 7
    assert [one.path for one in found if one.is_file] == ["urls.download"]


@pytest.mark.parametrize(
    "address",
    ["s3://bucket/key", "ftp://a.example.org/", "https://", "https://[::1", "https://a/" + "x" * LONGEST],
)
def test_address_that_cannot_be_asked_politely_is_not_watched(address):
    assert addresses({"urls": {"home": address}}) == []


def test_collection_follows_the_catalogue(session, add_dataset):
    add_dataset("one", urls={"home": "https://a.example.org/1"})
    add_dataset("two", urls={"home": "https://a.example.org/1", "code": "https://b.example.org/"})

    assert changes.collect(session) == 2
    assert changes.collect(session) == 0
    assert session.scalar(select(func.count()).select_from(Link)) == 2
    assert session.scalar(select(func.count()).select_from(LinkUse)) == 3
    assert set(session.scalars(select(LinkHost.host))) == {"a.example.org", "b.example.org"}

    add_dataset("two", urls={"home": "https://c.example.org/"})

    assert changes.collect(session) == 1
    named = session.execute(select(Link.address).join(LinkUse).order_by(Link.address)).scalars().all()
    assert named == ["https://a.example.org/1", "https://c.example.org/"]


def test_size_and_mirror_that_a_record_states_are_what_a_link_is_held_to(session, add_dataset):
    first, other = "https://a.example.org/f.zip", "https://b.example.org/f.zip"
    files = ({"url": first, "bytes": 9000}, {"url": other, "bytes": 9000, "mirror_of": first})
    add_dataset("one", urls={"download": (first,)}, files=files)

    changes.collect(session)

    links = {link.address: link for link in session.scalars(select(Link))}
    assert {address: link.size for address, link in links.items()} == {first: 9000, other: 9000}
    for day in (0, 1):
        changes.note(session, links[first], Outcome(State.GONE), at(day))
    changes.note(session, links[other], Outcome(State.OK), at(1))
    assert queries.states(session, [first])[first].mirrors == (other,)


def test_withdrawn_dataset_is_in_no_work_list(session, watched):
    link = watched()
    for day in (0, 1):
        changes.note(session, link, Outcome(State.GONE), at(day))
    assert queries.dead(session)

    withdraw(session, ["one"])

    assert queries.dead(session) == []
    assert queries.of_dataset(session, "one") == []


def test_new_link_is_unknown_and_says_that_nobody_looked(session, watched):
    link = watched()

    state = queries.states(session, [link.address])[link.address]

    assert (state.state, state.look.word, state.look.kind) == ("unknown", "not checked yet", "unknown")
    assert state.as_json()["state"] is None


def test_one_failure_or_several_on_one_day_stay_unseen(session, watched):
    link = watched()
    changes.note(session, link, Outcome(State.OK), at(0))

    for hours in (24, 25, 30):
        changes.note(session, link, Outcome(State.NOT_FOUND), at(hours / 24))

    assert (link.state, link.shown, link.failed_days) == ("not_found", "ok", 1)


def test_failures_on_two_days_are_shown_with_the_last_success(session, watched):
    link = watched()
    changes.note(session, link, Outcome(State.OK), at(0))

    changes.note(session, link, Outcome(State.TIMEOUT), at(3))
    changes.note(session, link, Outcome(State.NOT_FOUND), at(4))

    state = queries.states(session, [link.address])[link.address]
    assert (state.state, state.succeeded, state.since) == (State.NOT_FOUND, at(0), at(3))
    assert [one.slug for one in queries.dead(session)] == ["one"]


def test_two_failures_an_hour_apart_across_midnight_are_two_days(session, watched):
    link = watched()

    changes.note(session, link, Outcome(State.GONE), at(0.49))
    changes.note(session, link, Outcome(State.GONE), at(0.51))

    assert link.shown == "gone"


def test_success_clears_at_once(session, watched):
    link = watched()
    for day in range(5):
        changes.note(session, link, Outcome(State.DNS), at(day))
    assert link.shown == "dns_error"

    changes.note(session, link, Outcome(State.OK), at(6))

    assert (link.shown, link.failed_days, link.failing_since) == ("ok", 0, None)
    changes.note(session, link, Outcome(State.DNS), at(7))
    assert link.shown == "ok"


@pytest.mark.parametrize("state", [State.ROBOTS, State.UNKNOWN])
def test_no_verdict_spoils_no_success_and_ends_no_failure(session, watched, state):
    link = watched()
    changes.note(session, link, Outcome(State.OK), at(0))
    changes.note(session, link, Outcome(state), at(7))
    assert link.shown == "ok"

    for day in (8, 9):
        changes.note(session, link, Outcome(State.GONE), at(day))
    changes.note(session, link, Outcome(state), at(10))

    assert (link.shown, link.failed_days) == ("gone", 2)


def test_old_success_does_not_stand_for_ever(session, watched):
    link = watched()
    changes.note(session, link, Outcome(State.OK), at(0))

    changes.note(session, link, Outcome(State.ROBOTS), at(61))

    assert link.shown == "robots_or_captcha"


def test_first_size_and_checksum_are_kept(session, watched):
    link = watched()
    changes.note(session, link, Outcome(State.OK, size=10, checksum="a"), at(0))
    changes.note(session, link, Outcome(State.SIZE, size=11, checksum="b"), at(7))

    assert (link.size, link.checksum, link.seen_size) == (10, "a", 11)


def test_changed_file_is_the_file_after_a_while(session, watched):
    link = watched()
    changes.note(session, link, Outcome(State.OK, size=10), at(0))
    for day in (7, 8, 50):
        changes.note(session, link, Outcome(State.SIZE, size=11), at(day))
    assert (link.shown, link.size) == ("size_changed", 10)
    assert [one.path for one in queries.changed(session)] == ["urls.download"]

    changes.note(session, link, Outcome(State.SIZE, size=11), at(98))

    assert (link.shown, link.size, link.failed_days) == ("ok", 11, 0)


def test_failing_link_is_looked_at_the_next_day_and_later_as_any_other(session, watched):
    link = watched()
    changes.note(session, link, Outcome(State.OK), at(0))
    assert 5 * DAY < link.next_check - at(0) < 9 * DAY

    changes.note(session, link, Outcome(State.GONE), at(7))
    assert 0.7 * DAY < link.next_check - at(7) < 1.3 * DAY

    for day in range(8, 20):
        changes.note(session, link, Outcome(State.GONE), at(day))
    assert link.next_check - at(19) > 5 * DAY


def test_links_that_were_looked_at_together_do_not_stay_together(session, watched):
    link = watched()
    pauses = set()
    for _ in range(5):
        changes.note(session, link, Outcome(State.OK), at(0))
        pauses.add(link.next_check)

    assert len(pauses) == 5


def test_claimed_host_is_nobody_elses_until_it_is_released_or_the_claim_ends(session, watched):
    link = watched()
    now = link.next_check + DAY
    more = {"hosts": 10, "each": 10}

    first = changes.claim(session, now, until=now + timedelta(minutes=5), **more)
    second = changes.claim(session, now, until=now + timedelta(minutes=5), **more)
    after_a_kill = changes.claim(session, now + timedelta(minutes=6), until=now + DAY, **more)
    changes.release(session, link.host, now, trouble=False, wait=None)
    released = changes.claim(session, now, until=now + DAY, **more)

    assert [list(found) for found in (first, second, after_a_kill, released)] == [
        ["data.example.org"], [], ["data.example.org"], ["data.example.org"],
    ]  # fmt: skip


def test_only_due_links_are_claimed_and_not_all_of_a_host_at_once(session, add_dataset):
    many = tuple(f"https://data.example.org/{number}" for number in range(9))
    add_dataset("one", urls={"download": many})
    changes.collect(session)
    later = session.scalars(select(Link).where(Link.address == many[0])).one()
    changes.note(session, later, Outcome(State.OK), later.next_check)
    now = session.scalar(select(func.now())) + timedelta(minutes=1)

    found = changes.claim(session, now, until=now + DAY, hosts=9, each=5)["data.example.org"]

    assert len(found) == 5
    assert later not in found


def test_busy_host_is_left_alone_longer_each_time_and_as_long_as_it_says(session, watched):
    link = watched()
    host = session.get_one(LinkHost, link.host)
    pauses = []
    for _ in range(12):
        changes.release(session, link.host, at(0), trouble=True, wait=None)
        pauses.append(host.not_before - at(0))

    assert pauses[0] < timedelta(minutes=13)
    assert pauses[3] > 3 * pauses[0]
    assert max(pauses) <= 1.2 * DAY
    changes.release(session, link.host, at(0), trouble=True, wait=3 * 86_400)
    assert host.not_before >= at(3)
    assert changes.claim(session, at(2.9), until=at(4), hosts=9, each=9) == {}
    changes.release(session, link.host, at(3), trouble=False, wait=None)
    assert (host.troubles, host.not_before) == (0, at(3))


def test_mirror_that_works_is_an_alternate_of_a_dead_link_only(session, watched):
    link = watched()
    mirror = "https://mirror.example.com/file.zip"
    changes.add_mirror(session, link.address, mirror)
    other = session.scalars(select(Link).where(Link.address == mirror)).one()
    for day in (0, 1):
        changes.note(session, link, Outcome(State.GONE), at(day))
        changes.note(session, other, Outcome(State.GONE), at(day))
    assert queries.states(session, [link.address])[link.address].mirrors == ()

    changes.note(session, other, Outcome(State.OK), at(2))
    assert queries.states(session, [link.address])[link.address].mirrors == (mirror,)

    changes.note(session, link, Outcome(State.OK), at(3))
    assert queries.states(session, [link.address])[link.address].mirrors == ()


@pytest.mark.parametrize(
    ("address", "mirror"),
    [
        ("https://unknown.example.org/", "https://mirror.example.com/"),
        ("https://data.example.org/file.zip", "javascript:alert(1)"),
        ("https://data.example.org/file.zip", "https://data.example.org/file.zip"),
    ],
)
def test_mirror_must_be_another_address_of_a_watched_link(session, watched, address, mirror):
    watched()

    with pytest.raises(NotFound):
        changes.add_mirror(session, address, mirror)


def test_history_keeps_what_changed_and_forgets_what_is_dull(session, watched):
    link = watched()
    story = [(0, State.OK), (1, State.OK), (2, State.GONE), (3, State.GONE), (4, State.OK), (200, State.OK)]
    for day, state in story:
        changes.note(session, link, Outcome(state), at(day))

    forgotten = changes.thin(session, (MONDAY + 210 * DAY).date())

    assert forgotten == 2
    kept = [(one.moment, one.state) for one in queries.history(session, link.address)]
    assert kept == [(at(day), state) for day, state in reversed([story[0], story[2], story[4], story[5]])]
    assert changes.thin(session, date(2030, 1, 1)) == 4


def test_links_that_no_record_names_are_forgotten(session, watched, add_dataset):
    link = watched()
    changes.add_mirror(session, link.address, "https://mirror.example.com/file.zip")
    changes.note(session, link, Outcome(State.OK), at(0))
    add_dataset("one", urls={"download": ("https://new.example.org/file.zip",)})
    changes.collect(session)

    changes.thin(session)
    # The mirror of the forgotten link is no mirror of anything, so it goes the next time.
    changes.thin(session)

    assert session.scalars(select(Link.address)).all() == ["https://new.example.org/file.zip"]
    assert session.scalars(select(LinkHost.host)).all() == ["new.example.org"]
    assert session.scalar(select(func.count()).select_from(LinkCheck)) == 0


def test_work_list_is_paged_and_holds_dead_links_only(session, add_dataset):
    for number, state in enumerate([State.GONE, State.OK, State.AUTH, State.TIMEOUT, State.SIZE]):
        add_dataset(f"set-{number}", urls={"home": f"https://data.example.org/{number}"})
        changes.collect(session)
        link = session.scalars(select(Link).order_by(Link.id.desc())).first()
        for day in (0, 1):
            changes.note(session, link, Outcome(state), at(day))

    first = queries.dead(session, limit=1)
    second = queries.dead(session, after=first[-1].position)

    assert [one.slug for one in first + second] == ["set-0", "set-3"]
    assert (first[0].path, first[0].link.state, first[0].link.is_dead) == ("urls.home", State.GONE, True)
    assert queries.counts(session)[State.OK] == 1
    assert State.AUTH not in DEAD
