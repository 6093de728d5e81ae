"""What curators changed is laid over the files, in every process and at once."""

import time

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.base.db import connect, open_sessions
from app.catalogue import vocabulary
from app.catalogue.following import Follower
from app.catalogue.parameters import parse_query
from app.catalogue.renewing import renewed
from app.catalogue.search import get_record
from app.catalogue.terms import VocabularyTerm, follow
from app.catalogue.vocabulary import Overlay


@pytest.fixture(autouse=True)
def files_alone():
    yield
    vocabulary.lay(Overlay())


def store(session, code, version=1, **fields):
    given = {"vocabulary": "task", "label": code.title(), "status": "active", "grouping": "other", **fields}
    session.execute(insert(VocabularyTerm).values(code=code, version=version, **given))


def test_a_stored_term_stands_before_that_of_the_file(session):
    store(session, "counting", label="Counting things", synonyms=["tallying"])
    store(session, "levitation")

    assert follow(session)
    assert vocabulary.label("task", "counting") == "Counting things"
    assert vocabulary.spellings("task")["tallying"] == "counting"
    assert list(vocabulary.terms("task"))[-1] == "levitation"
    assert vocabulary.label("theme", "forest") == "Forest"


def test_the_same_version_is_read_once(session):
    store(session, "levitation")

    assert follow(session) and not follow(session)
    store(session, "telepathy", version=2)
    assert follow(session)


def test_a_merged_code_leads_to_the_one_that_stands_for_it(session):
    store(session, "counting", status="merged", merged_into="object-detection")
    follow(session)

    assert "counting" not in vocabulary.terms("task")
    assert vocabulary.current("task", "counting") == "object-detection"
    assert vocabulary.label("task", "counting") == vocabulary.label("task", "object-detection")
    assert parse_query([("task", "counting"), ("task", "object-detection")]).task == ("object-detection",)


def test_what_is_published_has_current_codes(session, add_dataset):
    store(session, "counting", status="merged", merged_into="object-detection")
    follow(session)
    add_dataset("cars", tasks=["counting", "object-detection", "tracking"])

    assert get_record(session, "cars").record.tasks == ("object-detection", "tracking")


def test_a_record_without_old_codes_stays_the_same_object(add_dataset):
    record = add_dataset("cars", tasks=["counting"], label_type="point")

    assert renewed(record) is record
    assert renewed(record, {"label_type": {"point": "polygon"}}).label_type == "polygon"


def test_a_number_of_a_country_survives_a_change_of_its_words(session):
    store(session, "DEU", vocabulary="country", label="Germany, changed", grouping="europe")
    follow(session)

    assert vocabulary.terms("country")["DEU"].numeric == "276"


def test_a_process_that_serves_follows_by_itself(new_database):
    engine = connect(new_database)
    follower = Follower(open_sessions(engine).read, every=0.02)
    follower.start()
    with Session(engine) as session, session.begin():
        store(session, "levitation")
    deadline = time.monotonic() + 5
    while "levitation" not in vocabulary.terms("task") and time.monotonic() < deadline:
        time.sleep(0.02)
    follower.stop()
    engine.dispose()

    assert "levitation" in vocabulary.terms("task")


def test_a_follower_outlives_a_database_that_is_away():
    engine = connect("postgresql://nobody@127.0.0.1:1/nothing")
    follower = Follower(open_sessions(engine).read, every=0.01)
    follower.start()
    time.sleep(0.1)
    assert follower._thread.is_alive()
    follower.stop()

    assert not follower._thread.is_alive()
