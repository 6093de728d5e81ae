"""Curators go through a list record by record; what they send waits for review."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.accounts.rights import Role
from app.catalogue.tables import Dataset
from app.curation import changes
from app.curation.tables import Comment, Revision
from app.links.tables import Link, LinkUse

LICENCE = "/curation/lists/missing/licence"
LOOKED_THROUGH = "/curation/lists/age/unreviewed/fill?record=set-0"


@pytest.fixture
def records(add_dataset):
    for number in range(3):
        add_dataset(f"set-{number}", year=2000 + number, urls={"home": "https://sets.example.org/"})


@pytest.fixture
def desk(browser_of, reviewer):
    return browser_of(reviewer)


def revisions(session):
    return list(session.scalars(select(Revision).order_by(Revision.created)))


@pytest.mark.parametrize("path", ["/curation", LICENCE, f"{LICENCE}/next", f"{LICENCE}/fill?record=set-0"])
def test_visitors_are_led_to_sign_in(client, records, path):
    answer = client.get(path, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


def test_the_home_counts_queue_and_lists(desk, records, submitted):
    submitted(name="Something new")

    page = desk.look("/curation").text

    assert 'href="/curation/lists/missing/licence"' in page
    assert "/curation/queue?state=submitted" in page
    assert "/curation/vocabularies" in page


@pytest.mark.parametrize(
    ("role", "tools"),
    [
        (Role.CONTRIBUTOR, ["vocabularies"]),
        (Role.REVIEWER, ["vocabularies", "bulk", "imports"]),
        (Role.ADMIN, ["vocabularies", "bulk", "imports", "users"]),
    ],
)
def test_the_home_offers_the_tools_that_the_reader_may_use(browser_of, person, role, tools):
    browser = browser_of(person(role))

    box = browser.look("/curation").text.split('id="the-tools"')[1].split("</section>")[0]

    assert re.findall(r'href="/curation/(\w+)"', box) == tools
    assert {browser.look(f"/curation/{tool}").status_code for tool in tools} == {200}


def test_contributors_see_lists_but_no_queue_and_choose_nothing(browser_of, submitter, records):
    browser = browser_of(submitter)

    assert "/curation/queue" not in browser.look("/curation").text
    assert 'type="checkbox"' not in browser.look(LICENCE).text


def test_a_list_shows_what_waits_with_the_way_to_the_field(desk, records):
    page = desk.look(f"{LICENCE}?order=newest").text

    assert page.index("set-2") < page.index("set-0")
    assert 'href="/suggest?dataset=set-2#f-licence-spdx"' in page
    assert f'href="{LICENCE}/fill?order=newest&amp;record=set-2"' in page


def test_filters_of_the_search_stay_on_the_way(desk, add_dataset, records):
    add_dataset("radar", year=1999, modalities=["sar"])

    page = desk.look(f"{LICENCE}?modality=sar&gsd_max=50").text

    assert "set-2" not in page
    assert desk.look(f"{LICENCE}/next?modality=sar").headers["location"] == (
        f"{LICENCE}/fill?modality=sar&record=radar"
    )


def test_an_unknown_filter_is_told(desk):
    assert desk.look(f"{LICENCE}?modality=sonar").status_code == 400


def test_sending_a_licence_leads_to_the_next_record(desk, session, records):
    place = desk.look(f"{LICENCE}/next?order=newest").headers["location"]
    desk.look(place)
    sent = desk.send(
        place, **{"licence.spdx": "CC-BY-4.0", "from:licence.spdx": "web", "ref:licence.spdx": "page 2"}
    )
    following = desk.look(sent.headers["location"])

    [revision] = revisions(session)
    assert (revision.slug, revision.state, revision.kind) == ("set-2", "submitted", "bulk")
    assert revision.record["licence"] == {"spdx": "CC-BY-4.0"}
    assert revision.record["provenance"]["licence.spdx"] == {"sources": ["web"], "note": "page 2"}
    assert "record=set-1" in following.headers["location"]
    assert "Sent to review: set-2." in desk.look(following.headers["location"]).text


def test_what_waits_for_review_is_not_offered_again(desk, session, records):
    for _ in range(3):
        place = desk.look(f"{LICENCE}/next?order=newest").headers["location"]
        desk.look(place)
        desk.send(place, **{"licence.text": "not stated"})

    assert {one.slug for one in revisions(session)} == {"set-0", "set-1", "set-2"}
    assert len({one.change_set for one in revisions(session)}) == 1
    assert desk.look(f"{LICENCE}/next").headers["location"] == f"{LICENCE}?done=end"
    assert desk.look(LICENCE).text.count("waits for review") >= 3


def test_skipping_changes_nothing_and_comes_round_again(desk, session, records):
    first = desk.look(f"{LICENCE}/next?order=newest&after=set-2").headers["location"]
    last = desk.look(f"{LICENCE}/next?order=newest&after=set-0").headers["location"]

    assert "record=set-1" in first and "record=set-2" in last
    assert revisions(session) == []


def test_what_is_stated_nowhere_is_an_answer(desk, session, records):
    place = f"{LICENCE}/fill?record=set-0"
    desk.look(place)
    desk.send(place, nowhere="yes")

    [revision] = revisions(session)
    assert revision.record["not_stated"] == ["licence.spdx", "licence.text"]


def test_all_choices_lie_open_on_the_page_of_one_field(desk, add_dataset):
    add_dataset("no-task")
    page = desk.look("/curation/lists/missing/task/fill?record=no-task").text

    assert page.count('name="tasks" value="') > 40 and '<details class="all">' not in page


def test_a_wrong_value_stays_in_the_field_with_how_to_mend_it(desk, session, records):
    place = f"{LICENCE}/fill?record=set-0"
    desk.look(place)
    answer = desk.send(place, **{"licence.spdx": "CC-BY-4"})

    assert answer.status_code == 400
    assert 'value="CC-BY-4"' in answer.text and "Did you mean CC-BY-4.0" in answer.text
    assert revisions(session) == []


def test_sending_nothing_makes_no_revision(desk, session, records):
    place = f"{LICENCE}/fill?record=set-0"
    desk.look(place)

    assert "done=same" in desk.send(place).headers["location"]
    assert revisions(session) == []


def test_an_unconfirmed_fact_is_confirmed_with_one_press(desk, session, add_dataset):
    add_dataset("recalled", tasks=["counting"], provenance={"tasks": {"sources": ["paper"]}})
    place = "/curation/lists/unconfirmed/tasks/fill?record=recalled"
    desk.look(place)
    desk.send(place, confirm="yes")

    [revision] = revisions(session)
    assert "checked_on" in revision.record["provenance"]["tasks"]
    assert revision.record["tasks"] == ["counting"]


@pytest.mark.parametrize(
    ("choice", "year", "conflicts"),
    [
        ("keep", 2018, [{"field": "year", "value": 2019, "source": "rsfm", "set_aside": True}]),
        ("take", 2019, []),
    ],
)
def test_a_contradiction_is_decided(desk, session, add_dataset, choice, year, conflicts):
    add_dataset("doubted", year=2018, conflicts=[{"field": "year", "value": 2019, "source": "rsfm"}])
    place = "/curation/lists/conflict/year/fill?record=doubted"
    assert "2019" in desk.look(place).text
    desk.send(place, **{"conflict-0": choice})

    [revision] = revisions(session)
    assert revision.record["year"] == year
    assert revision.record.get("conflicts", []) == conflicts


def test_dead_links_are_named_with_the_way_to_their_record(desk, session, add_dataset):
    add_dataset("linked", urls={"home": "https://gone.example.org/"})
    number = session.scalar(select(Dataset.id))
    link = Link(
        address="https://gone.example.org/",
        host="gone.example.org",
        state="not_found",
        shown="not_found",
        checked=datetime(2026, 1, 1, tzinfo=UTC),
    )
    session.add(link)
    session.flush()
    session.add(LinkUse(dataset_id=number, link_id=link.id, path="urls.home"))
    session.flush()

    page = desk.look("/curation/lists/links/dead").text
    assert "not found: https://gone.example.org/" in page
    form = "/suggest?dataset=linked#f-urls-home"
    assert f'href="{form}"' in page


def test_a_dead_link_is_mended_on_its_list_and_the_next_record_follows(desk, session, add_dataset):
    for slug in ("first", "second"):
        add_dataset(slug, urls={"home": f"https://{slug}.example.org/", "code": "https://code.example.org/"})
        number = session.scalar(select(Dataset.id).where(Dataset.slug == slug))
        link = Link(
            address=f"https://{slug}.example.org/", host=f"{slug}.example.org", state="gone", shown="gone",
            checked=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        session.add(link)
        session.flush()
        session.add(LinkUse(dataset_id=number, link_id=link.id, path="urls.home"))
    session.flush()

    place = desk.look("/curation/lists/links/dead/next").headers["location"]
    page = desk.look(place).text
    assert "removed: https://first.example.org/" in page
    assert 'name="urls.home"' in page and 'name="urls.code"' not in page
    answer = desk.send(place, **{"urls.home": "https://found.example.org/"})

    assert [one.record["urls"]["home"] for one in revisions(session)] == ["https://found.example.org/"]
    following = desk.look(answer.headers["location"]).headers["location"]
    assert "record=second" in following


def test_a_record_by_age_is_looked_through_as_a_whole(desk, session, records):
    place = desk.look("/curation/lists/age/unreviewed/next").headers["location"]
    slug = place.rpartition("=")[2]

    page = desk.look(place).text
    sent = desk.send(place, holds="yes")

    assert "https://sets.example.org/" in page and "Last changed on" in page
    assert sent.headers["location"].endswith(f"next?after={slug}&done=sent")
    (revision,) = revisions(session)
    assert (revision.slug, revision.state, revision.record) == (slug, "submitted", revision.base)
    (remark,) = session.scalars(select(Comment))
    assert "all of it still holds" in remark.text
    assert slug not in desk.look(sent.headers["location"]).headers["location"].partition("&")[0]


def test_a_review_without_a_change_renews_the_mark(desk, person, session, records):
    desk.look(LOOKED_THROUGH)
    desk.send(LOOKED_THROUGH, holds="yes")
    (revision,) = revisions(session)
    reviewer = person(Role.REVIEWER)
    changes.accept(session, revision.id, reviewer, lock=revision.lock)

    changes.publish(session, revision.id, reviewer, lock=revision.lock)

    assert 'record=set-0"' not in desk.look("/curation/lists/age/unreviewed").text
    assert "Version 2 was reviewed on" in desk.look("/datasets/set-0").text


def test_opening_a_record_by_age_and_sending_nothing_makes_no_revision(desk, session, records):
    desk.look(LOOKED_THROUGH)

    sent = desk.send(LOOKED_THROUGH)

    assert sent.headers["location"].endswith("done=same")
    assert revisions(session) == []


def test_records_never_reviewed_are_listed(desk, records):
    assert "set-0" in desk.look("/curation/lists/age/unreviewed?order=oldest").text


def test_a_foreign_page_sends_nothing(desk, session, records):
    desk.look(f"{LICENCE}/fill?record=set-0")
    desk.sent_from = {"origin": "https://elsewhere.example"}

    assert desk.send(f"{LICENCE}/fill?record=set-0", **{"licence.spdx": "MIT"}).status_code == 403
    assert revisions(session) == []


def test_everything_stored_is_shown_as_text(desk, add_dataset):
    add_dataset("odd", name="<script>alert(1)</script>", title="<img src=x onerror=alert(1)>")

    for path in (LICENCE, f"{LICENCE}/fill?record=odd"):
        page = desk.look(path).text
        assert "<script>alert" not in page and "<img src=x" not in page
