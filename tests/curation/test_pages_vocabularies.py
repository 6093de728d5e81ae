"""Editors change the vocabularies; searches, records and addresses follow at once."""

import pytest
from sqlalchemy import func, select, text

from app.catalogue import vocabulary
from app.catalogue.search import get_record
from app.catalogue.terms import VocabularyTerm
from app.catalogue.vocabulary import Overlay
from app.curation import changes_vocabularies as changes
from app.curation.changes_vocabularies import Given, Wrong
from app.curation.form import lists
from app.curation.vocabulary_tables import VocabularyChange

PLACE = "/curation/vocabularies"
COUNTING = f"{PLACE}/task/term?code=counting"


@pytest.fixture(autouse=True)
def files_alone():
    yield
    vocabulary.lay(Overlay())


@pytest.fixture
def desk(browser_of, editor):
    return browser_of(editor)


@pytest.fixture
def cars(add_dataset):
    add_dataset("cars", tasks=["counting", "object-tracking"])
    add_dataset("boxes", tasks=["object-detection"])


def found(client, **asked):
    return {one["slug"] for one in client.get("/api/datasets", params=asked).json()["datasets"]}


def test_everybody_signed_in_reads_and_only_editors_change(client, browser_of, submitter, reviewer, cars):
    assert client.get(PLACE, follow_redirects=False).status_code == 303
    for person in (submitter, reviewer):
        browser = browser_of(person)
        assert "Task" in browser.look(PLACE).text
        assert "Save the words" not in browser.look(COUNTING).text
        for path in (COUNTING, f"{PLACE}/task"):
            browser.look("/account")
            assert browser.send(path, step="edit", code="x", label="x").status_code == 403


def test_terms_are_listed_with_how_many_records_hold_them(desk, cars):
    page = desk.look(f"{PLACE}/task?words=count").text

    assert "Counting" in page or "counting" in page
    assert 'href="/curation/vocabularies/task/term?code=counting"' in page
    assert "levitation" not in page


def test_a_new_synonym_finds_the_records_at_once(desk, client, cars, session):
    desk.look(COUNTING)
    term = vocabulary.terms("task")["counting"]
    synonyms = "\n".join([*term.synonyms, "tallying of vehicles"])
    fields = {"label": term.label, "definition": term.definition, "group": term.group}
    answer = desk.send(COUNTING, step="edit", synonyms=synonyms, **fields)

    assert answer.status_code == 303 and "done=edit" in answer.headers["location"]
    assert found(client, q="tallying") == {"cars"}
    row = session.scalars(select(VocabularyChange)).one()
    assert (row.action, row.code, row.actor_name, row.records) == ("edit", "counting", "Emil", 1)
    assert "tallying of vehicles" in row.after["synonyms"]


def test_saving_without_a_difference_changes_nothing(desk, session, cars):
    page = desk.look(COUNTING).text
    term = vocabulary.terms("task")["counting"]
    fields = {"label": term.label, "definition": term.definition, "group": term.group}
    answer = desk.send(COUNTING, step="edit", synonyms="\n".join(term.synonyms), **fields)

    assert "done=same" in answer.headers["location"]
    assert "2 records" not in page
    assert session.scalar(select(func.count()).select_from(VocabularyTerm)) == 0


def test_a_term_is_added_and_can_be_searched_and_read_by_programs(desk, client):
    desk.look(f"{PLACE}/task")
    answer = desk.send(
        f"{PLACE}/task", code="levitation", label="Levitation", group="other", synonyms="floating"
    )

    assert answer.headers["location"] == f"{PLACE}/task/term?code=levitation&done=add"
    assert found(client, task="levitation") == set()
    listed = {one["code"]: one for one in client.get("/api/vocabularies/task").json()}
    assert listed["levitation"]["synonyms"] == ["floating"]


def test_a_merge_moves_records_and_leads_old_addresses_on(desk, client, session, cars):
    desk.look(COUNTING)
    answer = desk.send(COUNTING, step="merge", into="object-detection")

    assert "code=object-detection" in answer.headers["location"]
    session.expire_all()
    assert get_record(session, "cars").record.tasks == ("object-detection", "object-tracking")
    assert found(client, task="counting") == found(client, task="object-detection") == {"cars", "boxes"}
    moved = client.get("/datasets?task=counting", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "/datasets?task=object-detection")
    words = vocabulary.words("task", "object-detection")
    assert {"Counting", "Object counting"} & set(words)
    assert "merged into" in desk.look(f"{PLACE}/task").text
    row = session.scalars(select(VocabularyChange)).one()
    assert (row.action, row.after, row.records) == ("merge", {"merged_into": "object-detection"}, 1)


def test_a_chain_of_merges_ends_at_the_last(session, editor, cars):
    changes.merge(session, editor, "task", "counting", "object-detection")
    changes.merge(session, editor, "task", "object-detection", "object-tracking")
    changes.get(session, "task", "object-tracking")

    assert vocabulary.current("task", "counting") == "object-tracking"
    assert get_record(session, "cars").record.tasks == ("object-tracking",)


def test_a_withdrawn_term_stays_readable_and_is_said_to_be_so(desk, client, cars):
    desk.look(COUNTING)
    desk.send(COUNTING, step="deprecate")

    assert "no longer offered" in desk.look(COUNTING).text
    assert 'value="counting"' not in desk.look("/curation/bulk?field=tasks").text
    assert "counting" not in {term.code for term in lists.find("task", "count")}
    assert found(client, task="counting") == {"cars"}
    desk.send(COUNTING, step="restore")
    assert not vocabulary.terms("task")["counting"].is_deprecated


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "Big Words", "label": "x", "group": "other"}, "small letters"),
        ({"code": "object-tracking", "label": "x", "group": "other"}, "taken by another term"),
        ({"code": "levitation", "label": "", "group": "other"}, "Give a label"),
        ({"code": "levitation", "label": "Object tracking", "group": "other"}, "is the name of"),
        (
            {"code": "levitation", "label": "x", "group": "other", "synonyms": "object-tracking"},
            "Merge the two",
        ),
        ({"code": "levitation", "label": "x"}, "Choose a group"),
    ],
)
def test_a_term_that_cannot_be_is_told_at_its_field(desk, session, fields, said):
    desk.look(f"{PLACE}/task")
    answer = desk.send(f"{PLACE}/task", **fields)

    assert answer.status_code == 400
    assert said.casefold() in answer.text.casefold()
    assert session.scalar(select(func.count()).select_from(VocabularyTerm)) == 0


def test_fixed_codes_keep_their_number_but_not_their_words(desk, client):
    place = f"{PLACE}/kind/term?code=product"
    desk.look(place)
    assert desk.send(f"{PLACE}/kind", code="toy", label="Toy").status_code == 400
    term = vocabulary.terms("kind")["product"]
    desk.look(place)
    desk.send(place, step="edit", label="Ready-made product", definition=term.definition)

    assert vocabulary.label("kind", "product") == "Ready-made product"


def test_sensors_have_names_for_codes(desk, client):
    desk.look(f"{PLACE}/sensor")
    desk.send(f"{PLACE}/sensor", code="Sentinel-9 (planned)", label="Sentinel-9 (planned)")

    assert "Sentinel-9 (planned)" in vocabulary.terms("sensor")


def test_a_circle_of_wider_terms_is_refused(session, editor):
    given = {"group": "other"}
    changes.add(session, editor, "task", "one", Given("One", **given))
    changes.add(session, editor, "task", "two", Given("Two", parent="one", **given))

    with pytest.raises(Wrong):
        changes.edit(session, editor, "task", "one", Given("One", parent="two", **given))


def test_many_records_are_left_to_the_worker(session, editor, cars, monkeypatch):
    monkeypatch.setattr(changes, "AT_ONCE", 0)
    changes.merge(session, editor, "task", "counting", "object-detection")

    assert get_record(session, "cars").record.tasks == ("counting", "object-tracking")
    waiting = session.scalar(
        text("select count(*) from procrastinate_jobs where task_name = 'renew_records'")
    )
    assert waiting == 1
    changes.renew(session, vocabulary="task", code="counting")
    assert get_record(session, "cars").record.tasks == ("object-detection", "object-tracking")


def test_unknown_vocabularies_terms_and_acts_are_told(desk, cars):
    assert desk.look(f"{PLACE}/nothing").status_code == 404
    assert desk.look(f"{PLACE}/task/term?code=nothing").status_code == 404
    desk.look(COUNTING)
    assert desk.send(COUNTING, step="explode").status_code == 400
    assert desk.send(COUNTING, step="merge", into="counting").status_code == 400
    assert desk.send(COUNTING, step="merge").status_code == 400


def test_words_are_shown_as_text(desk, session):
    desk.look(f"{PLACE}/task")
    odd = "<script>alert(1)</script>"
    desk.send(f"{PLACE}/task", code="odd", label=odd, definition=odd, synonyms=odd, group="other")

    for path in (f"{PLACE}/task", f"{PLACE}/task/term?code=odd"):
        assert "<script>alert" not in desk.look(path).text
