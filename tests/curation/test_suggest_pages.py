"""The form of suggestions as a browser without scripts uses it: whole forms, cookies, links."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.accounts.rights import Role, State
from app.accounts.tables import Mail
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.curation import changes, queries, suggest_desk, suggest_secrets
from app.curation.form.registry import FIELDS
from app.curation.tables import Comment, Revision
from tests.curation.conftest import draft

HOSTILE = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
JSON = {"accept": "application/json"}
COMPLETE = {
    "name": "Fields of Spring",
    "description": "Outlines of fields, drawn on images of three springs by people who know the crops.",
    "tasks": ["semantic-segmentation"],
    "modalities": ["multispectral"],
    "year": "2024",
    "licence.spdx": "CC-BY-4.0",
    "urls.home": "https://fields.example.org/data",
    "spatial.countries": "France",
}


class Inputs(HTMLParser):
    """What a browser would send for the form with the id `form`."""

    def __init__(self, page):
        super().__init__()
        self.texts: dict[str, list[str]] = {}
        self.inside = False
        self.area = self.select = None
        self.feed(page)

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        name = attributes.get("name")
        if tag == "form":
            self.inside = attributes.get("id") == "form"
        if not self.inside:
            return
        if tag == "input" and name and self._counts(attributes):
            self.texts.setdefault(name, []).append(attributes.get("value") or "")
        elif tag == "textarea":
            self.area = name
            self.texts[name] = [""]
        elif tag == "select":
            self.select = name
            self.texts[name] = [""]
        elif tag == "option" and self.select and "selected" in attributes:
            self.texts[self.select] = [attributes.get("value") or ""]

    @staticmethod
    def _counts(attributes):
        kind = attributes.get("type")
        return kind != "file" and (kind not in ("checkbox", "radio") or "checked" in attributes)

    def handle_data(self, data):
        if self.area:
            self.texts[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            # A browser drops the line end right after the tag.
            self.texts[self.area][0] = self.texts[self.area][0].removeprefix("\n")
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


@pytest.fixture
def guest(browser_of):
    """A browser without an account."""
    return browser_of()


def send(guest, path, step="save", headers=None, page=None, **typed):
    """Send the form on the page with some fields changed; names may have `.` written as `__`."""
    filled = Inputs(guest.page if page is None else page).texts
    for name, text in typed.items():
        filled[name.replace("__", ".")] = text if isinstance(text, list) else [text]
    answer = guest.client.post(
        path, data={**filled, "step": step}, headers={"origin": "http://testserver", **(headers or {})}
    )
    if answer.headers.get("content-type", "").startswith("text/html"):
        guest.page = answer.text
    return answer


def typed(**more):
    return {name.replace(".", "__"): text for name, text in {**COMPLETE, **more}.items()}


def begun(guest, **fields):
    """Begin a draft and open it; gives its address."""
    guest.look("/suggest")
    answer = send(guest, "/suggest", **fields)
    assert answer.status_code == 303
    place = answer.headers["location"].split("?")[0]
    guest.look(place)
    return place


def stored(session, place):
    session.expire_all()
    return session.get_one(Revision, UUID(place.split("/")[2]))


def token(page):
    return re.search(r'name="form_token" value="([^"]+)"', page)[1]


def hand_in(guest, place, **fields):
    page = guest.look(f"{place}/preview").text
    sent = {"form_token": token(page), "lock": re.search(r'name="lock" value="(\d+)"', page)[1], **fields}
    return guest.client.post(f"{place}/submit", data=sent, headers={"origin": "http://testserver"})


def mailed_link(session):
    mail = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    return re.search(r"/suggest/confirm\?secret=(\S+)", mail.body)[1]


# Opening the form


def test_anybody_may_open_the_form_and_it_holds_every_field(guest):
    page = guest.look("/suggest")

    assert page.status_code == 200
    names = set(Inputs(page.text).texts)
    assert {field.path for field in FIELDS if field.widget not in ("interval", "picture")} <= names
    assert page.headers["cache-control"] == "no-store"


def test_every_input_has_a_label_and_every_reference_a_target(guest):
    page = guest.look("/suggest").text

    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<label for="([^"]+)"', page)) <= set(ids)
    described = {one for text in re.findall(r'aria-describedby="([^"]+)"', page) for one in text.split()}
    assert described <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_correction_opens_with_the_published_values(guest, add_dataset):
    add_dataset("fields", name="Fields", gsd_m={"min": 10, "max": 60}, tasks=["counting"])

    texts = Inputs(guest.look("/suggest?dataset=fields").text).texts

    assert texts["name"] == ["Fields"]
    assert texts["gsd_m"] == ["10–60\u00a0m"]
    assert texts["tasks"] == ["", "counting"]


def test_a_correction_of_no_dataset_is_not_found(guest):
    assert guest.look("/suggest?dataset=nowhere").status_code == 404


# Keeping


def test_a_draft_is_kept_and_only_its_browser_sees_it(guest, browser_of, session):
    place = begun(guest, name="Mine", year="2021")

    assert stored(session, place).record["year"] == 2021
    assert guest.look(place).status_code == 200
    assert browser_of().look(place).status_code == 404


def test_nobody_saves_into_the_draft_of_another(guest, browser_of, submitter, session):
    place = begun(guest, name="Mine")
    for other in (browser_of(), browser_of(submitter)):
        other.look("/suggest")

        assert send(other, place, lock="1", name="Yours").status_code == 404
        assert other.client.get(f"{place}/preview").status_code == 404
    assert stored(session, place).name == "Mine"


def test_the_link_of_a_draft_opens_it_elsewhere_and_leaves_no_secret_in_the_address(guest, browser_of):
    place = begun(guest, name="Mine")
    link = re.search(rf'href="({place}\?secret=[^"]+)"', guest.page)[1]
    other = browser_of()

    answer = other.look(link)

    assert answer.headers["location"] == place
    assert other.look(place).status_code == 200


def test_what_is_typed_wrong_is_kept_as_typed_with_its_fault(guest):
    place = begun(guest, name="Mine", year="soon", classes='name\n"open')

    texts = Inputs(guest.page).texts
    assert texts["year"] == ["soon"]
    assert texts["classes"] == ['name\n"open']
    assert "Line 2" in guest.page
    assert 'href="#f-year"' in guest.page
    assert guest.look(place).text.count('aria-invalid="true"') == 2


def test_an_untouched_form_changes_nothing(guest, session, add_dataset):
    add_dataset(
        "fields",
        **draft("Fields", gsd_m={"min": 10, "max": 10}, provenance={"gsd_m": {"sources": ["paper"]}}),
    )
    guest.look("/suggest?dataset=fields")
    place = send(guest, "/suggest").headers["location"].split("?")[0]
    guest.look(place)
    before = stored(session, place).lock

    send(guest, place)

    assert stored(session, place).lock == before
    assert "nothing to send" in guest.look(f"{place}/preview").text


def test_a_script_is_told_the_state_it_has_saved(guest, session):
    guest.look("/suggest")

    told = send(guest, "/suggest", headers=JSON, name="Mine", year="soon").json()

    assert told["lock"] == 1
    assert told["errors"] == {"f-year": "“soon” is not a number."}
    assert "to mend" in told["rail"]
    assert stored(session, f"/suggest/{told['id']}").name == "Mine"


def test_a_field_that_was_filled_in_can_be_cleared(guest, session):
    place = begun(guest, name="Mine", publisher="Somebody")

    answer = send(guest, place, step="clear:publisher")

    assert answer.headers["location"].endswith("?done=cleared")
    assert "publisher" not in stored(session, place).record


def test_one_place_begins_only_so_many_drafts(guest, monkeypatch):
    monkeypatch.setattr(suggest_desk, "BEGUN_BY_PLACE", replace(suggest_desk.BEGUN_BY_PLACE, most=1))
    begun(guest, name="One")
    guest.look("/suggest")

    answer = send(guest, "/suggest", name="Two", year="2020")

    assert answer.status_code == 429
    assert Inputs(answer.text).texts["year"] == ["2020"]


# Two tabs


def test_what_two_tabs_typed_into_different_fields_is_put_together(guest, session):
    place = begun(guest, name="Mine")
    first, second = guest.look(place).text, guest.look(place).text
    send(guest, place, page=first, year="2020")

    answer = send(guest, place, page=second, publisher="Somebody")

    assert answer.status_code == 303
    assert stored(session, place).record["year"] == 2020
    assert stored(session, place).record["publisher"] == "Somebody"


def test_what_two_tabs_typed_into_one_field_is_shown_side_by_side(guest, session):
    place = begun(guest, name="Mine")
    first, second = guest.look(place).text, guest.look(place).text
    send(guest, place, page=first, year="2020", publisher="First")

    answer = send(guest, place, page=second, year="2021", sensors="Sentinel-2")

    assert answer.status_code == 412
    assert Inputs(answer.text).texts["year"] == ["2021"]
    assert re.search(r"The other tab has.*2020", answer.text)
    assert Inputs(answer.text).texts["publisher"] == ["First"]
    assert stored(session, place).record["year"] == 2020


@pytest.mark.parametrize(("taken", "kept"), [([], 2021), (["year"], 2020)])
def test_either_value_of_two_tabs_can_be_taken(guest, session, taken, kept):
    place = begun(guest, name="Mine")
    first, second = guest.look(place).text, guest.look(place).text
    send(guest, place, page=first, year="2020")
    send(guest, place, page=second, year="2021")

    answer = send(guest, place, take=taken)

    assert answer.status_code == 303
    assert stored(session, place).record["year"] == kept


def test_a_script_is_told_that_two_tabs_disagree_and_nothing_is_saved(guest, session):
    place = begun(guest, name="Mine")
    first, second = guest.look(place).text, guest.look(place).text
    send(guest, place, page=first, year="2020")

    answer = send(guest, place, page=second, headers=JSON, year="2021")

    assert answer.status_code == 412
    assert stored(session, place).record["year"] == 2020


def test_a_form_without_its_state_is_refused(guest):
    place = begun(guest, name="Mine")

    assert send(guest, place, lock="x").status_code == 400


# Checking, sending, following


def test_checking_leads_back_to_what_has_to_be_mended(guest):
    place = begun(guest, name="Mine")

    answer = send(guest, place, step="check")

    assert answer.headers["location"] == f"{place}?checked=1"
    page = guest.look(answer.headers["location"]).text
    assert 'class="summary-errors" role="alert" tabindex="-1" autofocus' in page
    assert 'href="#f-description"' in page


def test_a_visitor_suggests_a_dataset_and_confirms_it_by_mail(guest, browser_of, session):
    place = begun(guest, **typed())

    assert send(guest, place, step="check").headers["location"] == f"{place}/preview"
    assert hand_in(guest, place, you="Vera", email="vera@example.org").headers["location"] == place
    assert "Look into your mail" in guest.look(place).text
    assert stored(session, place).state == State.DRAFT

    elsewhere = browser_of()
    page = elsewhere.look(f"/suggest/confirm?secret={mailed_link(session)}").text
    fields = {"form_token": token(page), "secret": re.search(r'name="secret" value="([^"]+)"', page)[1]}
    answer = elsewhere.client.post("/suggest/confirm", data=fields, headers={"origin": "http://testserver"})

    assert answer.headers["location"] == place
    assert stored(session, place).state == State.SUBMITTED
    assert "with the reviewers" in elsewhere.look(place).text


def test_opening_the_mailed_link_alone_sends_nothing(guest, session):
    place = begun(guest, **typed())
    hand_in(guest, place, you="Vera", email="vera@example.org")

    guest.look(f"/suggest/confirm?secret={mailed_link(session)}")

    assert stored(session, place).state == State.DRAFT


def test_an_outdated_link_says_so(guest):
    page = guest.look("/suggest/confirm?secret=nothing").text

    answer = guest.client.post(
        "/suggest/confirm",
        data={"form_token": token(page), "secret": "nothing"},
        headers={"origin": "http://testserver"},
    )

    assert answer.status_code == 404
    assert "ran out" in answer.text


def test_a_wrong_address_is_said_at_its_field(guest):
    place = begun(guest, **typed())

    answer = hand_in(guest, place, you="Vera", email="vera", note="From the paper.")

    assert answer.status_code == 400
    assert 'id="email-error"' in answer.text
    assert "From the paper." in answer.text


def test_who_is_signed_in_sends_at_once_and_finds_it_in_the_list(browser_of, submitter, session):
    guest = browser_of(submitter)
    place = begun(guest, **typed())

    hand_in(guest, place, note="From the paper.")

    assert stored(session, place).state == State.SUBMITTED
    assert session.scalar(select(Comment.text)) == "From the paper."
    assert place in guest.look("/account/suggestions").text


def test_the_list_of_suggestions_needs_an_account(guest):
    assert guest.look("/account/suggestions").headers["location"].startswith("/login")


def test_a_submission_can_be_taken_back(browser_of, submitter, session):
    guest = browser_of(submitter)
    place = begun(guest, **typed())
    hand_in(guest, place)
    page = guest.look(place).text

    guest.send(f"{place}/withdraw", lock=guest.hidden("lock"))

    assert "Take it back" in page
    assert stored(session, place).state == State.WITHDRAWN


def test_requests_of_a_reviewer_stand_at_their_fields(browser_of, submitter, reviewer, session):
    guest = browser_of(submitter)
    place = begun(guest, **typed())
    hand_in(guest, place)
    number = UUID(place.split("/")[2])
    changes.comment(session, number, reviewer, "Which springs?", path="temporal_extent")
    lock = stored(session, place).lock
    changes.return_(session, number, reviewer, lock=lock, reason="Nearly there.")
    session.commit()

    page = guest.look(place).text

    assert "Nearly there." in page
    field = page[page.index('data-field="temporal_extent"') :]
    assert "Which springs?" in field[: field.index("source-of")]


def test_a_reported_problem_is_a_correction_with_a_remark_alone(browser_of, submitter, session, add_dataset):
    add_dataset("fields", **draft("Fields"))
    guest = browser_of(submitter)
    guest.look("/suggest?dataset=fields")

    answer = guest.send("/suggest", step="problem", record="fields", note="The year is wrong.")

    revision = stored(session, answer.headers["location"])
    assert (revision.kind, revision.state) == ("problem", State.SUBMITTED)
    assert [one.text for one in queries.thread(session, revision.id)] == ["The year is wrong."]


def test_an_empty_report_is_asked_for_words(browser_of, submitter, add_dataset, session):
    add_dataset("fields", **draft("Fields"))
    guest = browser_of(submitter)
    guest.look("/suggest?dataset=fields")

    answer = guest.send("/suggest", step="problem", record="fields", note=" ")

    assert answer.status_code == 400
    assert session.scalar(select(func.count()).select_from(Revision)) == 0


def test_the_preview_of_a_correction_shows_what_changes(browser_of, submitter, add_dataset):
    add_dataset("fields", **draft("Fields"))
    guest = browser_of(submitter)
    guest.look("/suggest?dataset=fields")
    place = send(guest, "/suggest", year="2023").headers["location"].split("?")[0]

    page = guest.look(f"{place}/preview").text

    assert "<del>" in page
    assert "Send to the reviewers" in page


# What is known already


def test_a_second_draft_for_one_dataset_is_pointed_out(guest, add_dataset):
    add_dataset("fields", **draft("Fields"))
    guest.look("/suggest?dataset=fields")
    place = send(guest, "/suggest", year="2020").headers["location"].split("?")[0]

    page = guest.look("/suggest?dataset=fields").text

    assert f'href="{place}"' in page


def test_that_somebody_else_has_a_draft_open_is_said_on_the_page(session, guest, submitter, add_dataset):
    add_dataset("fields", **draft("Fields"))
    begun = changes.begin(session, submitter, slug="fields").revision
    changes.save(
        session, begun.id, submitter, {**begun.record, "publisher": "A secret publisher"}, lock=begun.lock
    )

    page = guest.look("/suggest?dataset=fields").text

    assert "Somebody else has a draft for this record open" in page
    assert "Ada" not in page
    assert "A secret publisher" not in page
    assert str(begun.id) not in page


def test_a_page_that_stays_open_learns_of_a_second_draft_with_its_next_save(
    session, guest, submitter, add_dataset
):
    add_dataset("fields", **draft("Fields"))
    guest.look("/suggest?dataset=fields")
    place = send(guest, "/suggest", year="2020").headers["location"].split("?")[0]
    before = guest.look(place).text
    changes.begin(session, submitter, slug="fields")

    told = send(guest, place, headers=JSON, year="2021").json()

    assert "Somebody else has a draft" not in before
    assert "Somebody else has a draft for this record open" in told["notices"]


def test_a_draft_that_was_left_for_days_is_told_with_its_day(session, guest, submitter, add_dataset):
    add_dataset("fields", **draft("Fields"))
    begun = changes.begin(session, submitter, slug="fields").revision
    begun.changed = datetime(2026, 3, 5, 12, tzinfo=UTC)
    session.flush()

    assert "last changed on 2026-03-05, 12:00 UTC" in guest.look("/suggest?dataset=fields").text


@pytest.mark.parametrize(
    ("role", "is_led"), [(Role.CONTRIBUTOR, False), (Role.REVIEWER, False), (Role.EDITOR, True)]
)
def test_whoever_may_see_a_draft_of_somebody_else_is_led_there(
    session, person, browser_of, submitter, add_dataset, role, is_led
):
    add_dataset("fields", **draft("Fields"))
    begun = changes.begin(session, submitter, slug="fields").revision
    browser = browser_of(person(role))

    page = browser.look("/suggest?dataset=fields").text

    assert "Somebody else has a draft for this record open" in page
    assert (f'href="/suggest/{begun.id}"' in page) is is_led
    assert browser.look(f"/suggest/{begun.id}").status_code == (200 if is_led else 404)


@pytest.mark.parametrize(("role", "is_led"), [(Role.CONTRIBUTOR, False), (Role.REVIEWER, True)])
def test_reviewers_are_led_to_what_others_suggest_for_the_same_record(
    person, browser_of, add_dataset, submitted, role, is_led
):
    add_dataset("fields", **draft("Fields"))
    revision = submitted("fields", publisher="A secret publisher")

    page = browser_of(person(role)).look("/suggest?dataset=fields").text

    assert "Another suggestion for this record is with the reviewers" in page
    assert (f'href="/curation/revisions/{revision.id}"' in page) is is_led


def test_whoever_has_handed_in_a_correction_is_led_to_it(browser_of, submitter, add_dataset, submitted):
    add_dataset("fields", **draft("Fields"))
    revision = submitted("fields", publisher="A publisher")
    browser = browser_of(submitter)

    page = browser.look("/suggest?dataset=fields").text

    assert "A correction of yours for this record is with the reviewers" in page
    assert f'href="/curation/revisions/{revision.id}"' in page
    assert browser.look(f"/curation/revisions/{revision.id}").status_code == 200


def test_that_others_suggest_something_is_said_without_saying_what(guest, add_dataset, submitted):
    add_dataset("fields", **draft("Fields"))
    submitted("fields", publisher="A secret publisher")

    page = guest.look("/suggest?dataset=fields").text

    assert "Another suggestion for this record" in page
    assert "A secret publisher" not in page


def test_a_likely_duplicate_is_offered_and_answered(guest, add_dataset, session):
    add_dataset("fields", **draft("Fields of Spring"))
    place = begun(guest, name="Fields of Spring")

    assert 'href="/suggest?dataset=fields"' in guest.page
    send(guest, place, step="subset:fields")

    record = stored(session, place).record
    assert record["relations"] == [{"kind": "subset-of", "slug": "fields"}]
    assert record["kind"] == "subset"


def test_terms_are_found_by_label_and_synonym(guest):
    found = guest.client.get("/suggest/terms?vocabulary=task&q=semseg").json()

    assert found[0] == {
        "code": "semantic-segmentation",
        "label": "Semantic segmentation",
        "help": "One class for every pixel.",
    }
    assert guest.client.get("/suggest/terms?vocabulary=secrets").status_code == 404


# Hostile input


def test_markup_in_every_field_is_escaped_everywhere(guest, browser_of, submitter):
    fields = {field.path: HOSTILE for field in FIELDS if field.widget not in ("interval", "picture", "flag")}
    fields |= {f"{start}{field.path}": HOSTILE for field in FIELDS for start in ("from:", "ref:", "state:")}
    fields |= {"temporal_extent.start": HOSTILE, "thumbnail.alt": HOSTILE, "seen": HOSTILE, "note": HOSTILE}

    place = begun(guest, **fields)
    pages = [
        guest.page,
        send(guest, place, page=guest.page, lock="1", seen=HOSTILE, name="Else").text,
        guest.look(f"{place}?checked=1").text,
        guest.look(f"{place}/preview").text,
        guest.look(place).text,
    ]

    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_every_text_survives_being_shown_and_sent_again(guest, session):
    text = "\n  two < three & \"four\" 'five' \u2028 six\t</textarea> &amp; &lt;"

    place = begun(guest, name="Mine", description=text)
    send(guest, place, publisher="x")

    assert stored(session, place).record["description"] == text.strip()


def test_nul_and_other_controls_are_left_out(guest, session):
    place = begun(guest, name="Mi\x00ne", description="a\x1bb")

    assert stored(session, place).record["name"] == "Mine"
    assert stored(session, place).record["description"] == "ab"


def test_a_table_of_five_thousand_classes_is_kept(guest, session):
    table = "index,name,colour\n" + "\n".join(f"{n},class {n},#{n:06x}" for n in range(5000))

    place = begun(guest, name="Mine", classes=table)

    assert len(stored(session, place).record["class_details"]) == 5000
    assert "5000 rows read" in guest.page


def test_a_body_of_more_than_a_megabyte_is_refused(guest):
    guest.look("/suggest")

    answer = guest.client.post(
        "/suggest",
        data={"form_token": guest.hidden("form_token"), "description": "x" * 20_000_000},
        headers={"origin": "http://testserver"},
    )

    assert answer.status_code == 413


def test_a_form_of_a_foreign_page_is_refused(guest):
    guest.look("/suggest")

    answer = send(guest, "/suggest", headers={"origin": "https://elsewhere.example"}, name="Mine")

    assert answer.status_code == 403


def test_cookies_that_are_damaged_open_nothing(guest):
    place = begun(guest, name="Mine")
    number = place.split("/")[2].replace("-", "")
    for text in (
        "",
        "~",
        f"{number}~",
        f"{number}~x",
        "~".join([number] * 9),
        "é" * 40,
        f"{number}~{'x' * 9000}",
    ):
        guest.client.cookies.clear()
        guest.client.cookies.set(suggest_secrets.COOKIE, text.encode("ascii", "replace").decode())

        assert guest.look(place).status_code in (404, 413, 400)


def test_a_browser_remembers_its_latest_drafts_only(guest):
    for n in range(suggest_secrets.MOST_KEPT + 2):
        guest.look("/suggest")
        send(guest, "/suggest", name=f"Draft {n}")

    (cookie,) = [one.value for one in guest.client.cookies.jar if one.name == suggest_secrets.COOKIE]
    assert cookie.count("~") == suggest_secrets.MOST_KEPT


@pytest.mark.parametrize("step", ["clear:", "clear:nowhere", "variant:", "subset:no-such", "fly", ""])
def test_unknown_buttons_do_no_harm(guest, step):
    place = begun(guest, name="Mine")

    assert send(guest, place, step=step).status_code == 303


def test_an_unknown_draft_is_not_found(guest):
    guest.look("/suggest")

    assert guest.look(f"/suggest/{uuid4()}").status_code == 404
    assert send(guest, f"/suggest/{uuid4()}", page=guest.look("/suggest").text, lock="1").status_code == 404


def test_a_draft_that_a_program_filled_with_nonsense_can_be_opened(guest, session, visitor):
    nonsense = {
        "name": 7,
        "classes": {"a": 1},
        "gsd_m": [1],
        "provenance": 3,
        "spatial": "x",
        "tasks": [None],
    }
    made = changes.begin(session, visitor, draft=nonsense)
    session.commit()
    guest.look(f"/suggest/{made.revision.id}?secret={made.secret}")

    assert guest.look(f"/suggest/{made.revision.id}?checked=1").status_code == 200


def test_a_published_record_is_not_touched_by_a_draft(guest, add_dataset, session):
    record = add_dataset("fields", **draft("Fields"))
    guest.look("/suggest?dataset=fields")
    send(guest, "/suggest", year="2001")

    publish(session, record)
    assert DatasetRecord.model_validate(record).year == 2024


def test_an_area_that_was_typed_is_taken_when_the_form_is_saved(guest, session):
    place = begun(guest, name="Mine")

    answer = send(guest, place, footprint__text="POLYGON ((7 50, 8 50, 8 51, 7 51, 7 50))", year="2020")

    assert answer.headers["location"] == f"{place}#footprint"
    assert stored(session, place).record["spatial"]["footprint"]["type"] == "Polygon"
    assert stored(session, place).record["year"] == 2020


def test_an_area_that_cannot_be_read_is_shown_again_with_its_fault(guest):
    place = begun(guest, name="Mine")

    answer = send(guest, place, footprint__text="POLYGON ((7 50")

    assert answer.status_code == 400
    assert "POLYGON ((7 50" in answer.text
