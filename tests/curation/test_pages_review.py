"""The queue and the page of a review."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.tables import Mail
from app.base.sentences import Sentence
from app.catalogue.search import get_record
from app.curation import changes, queries
from app.curation.findings import Finding, Report
from app.curation.tables import Comment

TOMORROW = "2999-01-01T12:00"


@pytest.fixture
def fields(add_dataset):
    """A published dataset."""
    return add_dataset(
        "fields",
        name="Fields",
        description="Outlines of fields, drawn on images of three springs by people who know the crops.",
        tasks=("semantic-segmentation",),
        modalities=("multispectral",),
        licence={"spdx": "CC-BY-4.0"},
        urls={"home": "https://fields.example.org/data"},
        n_samples=590_326,
        spatial={"extent": "national", "countries": ["FRA"]},
    )


@pytest.fixture
def change(session, fields, submitted):
    """A change of it, handed in."""

    def add(**given):
        revision = submitted("fields", **(given or {"n_samples": 549_488, "aliases": ["BEN"]}))
        session.commit()
        return revision

    return add


@pytest.fixture
def desk(browser_of, reviewer):
    """The browser of a reviewer."""
    return browser_of(reviewer)


def place(revision, verb=""):
    return f"/curation/revisions/{revision.id}{f'/{verb}' if verb else ''}"


def send(browser, revision, verb, **typed):
    return browser.send(place(revision, verb), **{"lock": browser.hidden("lock"), **typed})


def state_of(session, revision):
    session.refresh(revision)
    return revision.state


def words(page):
    """What a reader sees of a page."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


# The queue


def test_the_queue_lists_what_waits_with_the_way_to_it(desk, change):
    revision = change()

    page = desk.look("/curation/queue").text

    assert f'href="{place(revision)}"' in page
    assert "1 revision fits" in page
    assert "Ada" in words(page)


def test_an_empty_queue_says_so(desk):
    assert "Nothing waits here." in words(desk.look("/curation/queue").text)


def test_filters_leave_out_what_does_not_fit(desk, change, session, reviewer):
    revision = change()
    changes.assign(session, revision.id, reviewer, reviewer.user_id, lock=revision.lock)
    session.commit()

    found = {
        asked: "1 revision fits" in words(desk.look(f"/curation/queue?{asked}").text)
        for asked in ("assigned=me", "assigned=nobody", "state=returned", "age=7", "q=fiel", "q=nothing")
    }

    assert found == {
        "assigned=me": True,
        "assigned=nobody": False,
        "state=returned": False,
        "age=7": False,
        "q=fiel": True,
        "q=nothing": False,
    }


def test_pages_of_the_queue_follow_each_other_without_gap(desk, submitted, session):
    for number in range(27):
        submitted(name=f"Dataset {number:02}")
    session.commit()

    first = desk.look("/curation/queue").text
    second = desk.look(unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])).text

    names = re.findall(r"Dataset \d\d", first + second)
    assert names == [f"Dataset {number:02}" for number in range(27)]
    assert 'rel="next"' not in second


@pytest.mark.parametrize("asked", ["after=tomorrow_1", "state=nowhere", "sort=name", "age=1000"])
def test_a_question_that_the_queue_does_not_know_is_refused(desk, asked):
    assert desk.look(f"/curation/queue?{asked}").status_code == 400


# Reading


def test_each_changed_word_is_marked_on_its_side(desk, change):
    page = desk.look(place(change())).text

    assert re.search(r'data-label="Published">\s*<p class="prose-cell"><del>590\u202f326</del>', page)
    assert re.search(r'data-label="Proposed">\s*<p class="prose-cell"><ins>549\u202f488</ins>', page)
    assert "<li><ins>BEN</ins></li>" in page


def test_a_change_of_place_shows_two_maps(desk, change):
    page = desk.look(place(change(spatial={"extent": "national", "bbox": [-5, 42, 8, 51]}))).text

    assert page.count('class="plot where-map"') == 2


def test_a_long_table_shows_its_first_rows_and_counts_the_others(desk, change):
    details = [{"name": f"class {number}", "index": number} for number in range(300)]

    page = desk.look(place(change(class_details=details, classes=[one["name"] for one in details]))).text

    assert page.count('class="added"') == 200
    assert "100 more rows differ." in words(page)


def test_a_finding_leads_to_the_line_of_its_field(desk, change, session):
    revision = change()
    finding = Finding("counts", "n_samples", "warning", Sentence("The count falls by 7 %."))
    revision.checks = Report(findings=(finding,), score_before=50, score_after=56, level="Q1").as_json()
    session.commit()

    page = desk.look(place(revision)).text

    assert '<a href="#field-n-samples">Samples</a>' in page
    assert 'id="field-n-samples"' in page
    assert "+6 if taken" in words(page)


def test_the_submitter_reads_the_review_and_decides_nothing(browser_of, submitter, change):
    browser = browser_of(submitter)

    answer = browser.look(place(change()))

    assert answer.status_code == 200
    assert "Accept and publish" not in answer.text
    assert "Withdraw this revision" in answer.text


def test_a_visitor_reads_with_the_link_of_the_suggestion(browser_of, session, visitor):
    begun = changes.begin(session, visitor, draft={"name": "Mine"})
    session.commit()
    browser = browser_of()

    with_link = browser.look(f"{place(begun.revision)}?secret={begun.secret}")

    assert with_link.status_code == 200
    assert browser.look(f"{place(begun.revision)}?secret=another").status_code == 404
    assert browser.look(place(begun.revision)).headers["location"].startswith("/login")


# Deciding


def test_one_press_accepts_and_publishes(desk, change, session):
    revision = change()
    desk.look(place(revision))

    answer = send(desk, revision, "publish-at-once")

    assert answer.headers["location"] == f"{place(revision)}?done=published#done"
    assert get_record(session, "fields").record.n_samples == 549_488
    assert state_of(session, revision) == "published"


def test_what_is_kept_is_not_published(desk, change, session):
    revision = change()
    desk.look(place(revision))

    send(desk, revision, "publish-at-once", **{"decide:n_samples": "keep", "decide:aliases": "take"})

    record = get_record(session, "fields").record
    assert (record.n_samples, record.aliases) == (590_326, ("BEN",))


def test_a_field_that_is_asked_about_stops_acceptance(desk, change, session):
    revision = change()
    desk.look(place(revision))

    answer = send(desk, revision, "publish-at-once", **{"decide:n_samples": "ask"})

    assert answer.status_code == 400
    assert "1 field is marked “ask”" in words(answer.text)
    assert 'href="#field-n-samples">Samples</a>' in answer.text
    assert state_of(session, revision) == "submitted"


def test_changes_are_requested_with_questions_under_their_fields(desk, change, session):
    revision = change()
    desk.look(place(revision))

    send(
        desk,
        revision,
        "return",
        message="Thank you.",
        **{"decide:n_samples": "ask", "question:n_samples": "Which version?", "question:aliases": "unsent"},
    )

    assert state_of(session, revision) == "returned"
    assert revision.reason == "Thank you.\n\nSamples: Which version?"
    asked = select(Comment.path, Comment.text).where(Comment.revision_id == revision.id)
    assert ("n_samples", "Which version?") in session.execute(asked).all()


def test_the_submitter_gets_a_mail_with_the_way_to_the_review(desk, change, session, submitter):
    revision = change()
    desk.look(place(revision))

    send(desk, revision, "return", message="Which version is this?")

    mail = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail.recipient == submitter.email
    assert place(revision) in mail.body
    assert "Which version is this?" in mail.body


@pytest.mark.parametrize("verb", ["return", "reject"])
def test_a_decision_against_needs_a_reason(desk, change, session, verb):
    revision = change()
    desk.look(place(revision))

    answer = send(desk, revision, verb, message="  ")

    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert state_of(session, revision) == "submitted"


def test_a_rejection_keeps_its_reason(desk, change, session):
    revision = change()
    desk.look(place(revision))

    send(desk, revision, "reject", message="This is another dataset.")

    assert state_of(session, revision) == "rejected"
    assert "This is another dataset." in words(desk.look(place(revision)).text)


def test_publication_can_wait_for_a_moment(desk, change, session):
    revision = change()
    desk.look(place(revision))

    send(desk, revision, "accept", publish_at=TOMORROW)

    assert state_of(session, revision) == "accepted"
    assert f"{revision.publish_at:%Y-%m-%dT%H:%M}" == TOMORROW
    assert "will be published on 1 Jan 2999, 12:00 UTC" in words(desk.look(place(revision)).text)


@pytest.mark.parametrize("moment", ["2001-01-01T00:00", "soon"])
def test_a_moment_that_cannot_be_is_refused_and_kept(desk, change, moment):
    revision = change()
    desk.look(place(revision))

    answer = send(desk, revision, "accept", publish_at=moment)

    assert answer.status_code == 400
    assert f'value="{moment}"' in answer.text


def test_what_was_accepted_is_published_by_its_button(desk, change, session):
    revision = change()
    desk.look(place(revision))
    send(desk, revision, "accept")
    desk.look(place(revision))

    send(desk, revision, "publish")

    assert state_of(session, revision) == "published"


def test_a_lost_race_shows_what_changed_and_keeps_what_was_typed(desk, change, session, editor):
    revision = change()
    desk.look(place(revision))
    seen = desk.hidden("seen")
    changed = {**revision.record, "aliases": ["BEN", "BEN2"]}
    changes.save(session, revision.id, editor, changed, lock=revision.lock)
    session.commit()

    answer = send(desk, revision, "reject", message="My long reason", seen=seen, **{"decide:aliases": "keep"})

    assert answer.status_code == 412
    page = words(answer.text)
    assert "Somebody else was faster" in page
    assert "edited by Emil" in page
    assert '<li><a href="#field-aliases">Also called</a></li>' in answer.text
    assert ">My long reason</textarea>" in answer.text
    assert 'name="decide:aliases" value="keep" checked' in answer.text
    assert state_of(session, revision) == "submitted"


def test_what_was_typed_is_kept_even_where_nothing_is_left_to_decide(desk, change, session, editor):
    revision = change()
    desk.look(place(revision))
    changes.reject(session, revision.id, editor, lock=revision.lock, reason="Not this one.")
    session.commit()

    answer = send(
        desk,
        revision,
        "return",
        message="My long answer",
        **{"decide:aliases": "ask", "question:aliases": "Who calls it so?"},
    )

    page = words(answer.text)
    assert answer.status_code == 412
    assert "rejected by Emil" in page
    assert "Also called : Who calls it so?" in page and "My long answer" in page


def test_a_field_that_others_published_differently_is_settled_first(desk, change, published, session):
    revision = change(n_samples=549_488)
    published("fields", n_samples=600_000)
    session.commit()
    page = desk.look(place(revision)).text
    assert re.search(r"Began from.*590\u202f326.*Published now.*600\u202f000.*549\u202f488", page, re.DOTALL)

    unsettled = send(desk, revision, "publish-at-once")
    desk.look(place(revision))
    settled = send(desk, revision, "publish-at-once", **{"settle:n_samples": "theirs"})

    assert unsettled.status_code == 409
    assert 'href="#settle-field-n-samples"' in unsettled.text
    assert settled.status_code == 303
    assert get_record(session, "fields").record.n_samples == 549_488


def test_what_was_accepted_is_settled_when_it_is_published(desk, change, published, session, reviewer):
    revision = change(n_samples=549_488)
    changes.accept(session, revision.id, reviewer, lock=revision.lock)
    published("fields", n_samples=600_000)
    session.commit()
    desk.look(place(revision))

    unsettled = send(desk, revision, "publish")
    desk.look(place(revision))
    settled = send(desk, revision, "publish", **{"settle:n_samples": "ours"})

    assert unsettled.status_code == 409
    assert re.search(r'form="publishing" name="settle:n_samples" value="ours"', unsettled.text)
    assert settled.status_code == 303
    assert get_record(session, "fields").record.n_samples == 600_000


def test_a_change_beside_what_others_published_needs_no_settling(desk, change, published, session):
    revision = change(n_samples=549_488)
    published("fields", aliases=["BEN"])
    session.commit()
    page = desk.look(place(revision)).text

    send(desk, revision, "publish-at-once")

    assert "both changes fit together" in words(page)
    record = get_record(session, "fields").record
    assert (record.n_samples, record.aliases) == (549_488, ("BEN",))


def test_a_revision_is_assigned_and_found_as_ones_own(desk, change, session, reviewer):
    revision = change()
    desk.look(place(revision))

    send(desk, revision, "assign", to=str(reviewer.user_id))

    assert "assigned to you" in words(desk.look(place(revision)).text)
    assert "1 of them yours" in words(desk.look("/curation/queue").text)


def test_a_remark_stands_under_its_field(desk, change):
    revision = change()
    desk.look(place(revision))

    desk.client.post(
        place(revision, "comment"),
        data={"form_token": desk.hidden("form_token"), "path": "n_samples", "text": "Is this version 2?"},
        headers=desk.sent_from,
    )

    page = desk.look(place(revision)).text
    row = page[page.index('id="field-n-samples"') : page.index('id="thread"')]
    assert "Is this version 2?" in row


def test_taking_over_leads_to_the_form(desk, change, session, reviewer):
    revision = change()
    desk.look(place(revision))

    answer = send(desk, revision, "take-over")

    assert answer.headers["location"] == f"/suggest/{revision.id}"
    session.refresh(revision)
    assert revision.assigned_id == reviewer.user_id


def test_a_submitter_withdraws(browser_of, submitter, change, session):
    revision = change()
    browser = browser_of(submitter)
    browser.look(place(revision))

    send(browser, revision, "withdraw", message="I was wrong.")

    assert state_of(session, revision) == "withdrawn"


def test_an_earlier_version_is_restored_through_a_review(
    desk, browser_of, editor, published, fields, session
):
    published("fields", n_samples=1)
    session.commit()
    first = queries.versions(session, "fields")[-1]
    desk.look(place(first))

    answer = desk.send(place(first, "restore"))
    page = desk.look(answer.headers["location"]).text
    begun = re.search(r"revisions/([0-9a-f-]{36})", answer.headers["location"])[1]
    desk.send(f"/curation/revisions/{begun}/submit", lock=desk.hidden("lock"))
    other = browser_of(editor)
    other.look(f"/curation/revisions/{begun}")
    other.send(f"/curation/revisions/{begun}/publish-at-once", lock=other.hidden("lock"))

    assert "Look at what it changes" in words(page)
    assert get_record(session, "fields").record.n_samples == 590_326


def test_next_and_previous_follow_the_queue(desk, submitted, session):
    first, second, third = (submitted(name=name) for name in ("One", "Two", "Three"))
    session.commit()

    page = desk.look(place(second)).text

    assert f'rel="prev" href="{place(first)}"' in page
    assert f'rel="next" href="{place(third)}"' in page
