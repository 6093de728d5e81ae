"""What waits follows the catalogue by what changed, and by nothing else."""

import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.base.db import connect
from app.catalogue.changes import publish, withdraw
from app.catalogue.index import current_index
from app.catalogue.record import DatasetRecord
from app.curation.waiting import waits

UUID = "2f1c3d64-0d4e-5c56-9a3e-0a7c2b0f6f1{}"


def record(number, **fields):
    return DatasetRecord(
        uuid=UUID.format(number), slug=f"set-{number}", name=f"Set {number}", kind="ml-dataset", **fields
    )


@pytest.fixture
def engine(new_database):
    made = connect(new_database)
    yield made
    made.dispose()


def licences(engine):
    with Session(engine) as session:
        index = current_index(session)
        held = waits(session, index)
        everything = np.ones(index.size, dtype=bool)
        missing = held.holding(["missing:licence"])
        assert held.count(everything).get("missing:licence", 0) == missing.sum()
        return {slug for slug, is_missing in zip(index.slugs, missing, strict=True) if is_missing}


def change(engine, work):
    with Session(engine) as session, session.begin():
        work(session)


def test_changes_are_followed_without_reading_all_again(engine):
    for number in range(3):
        change(engine, lambda session, number=number: publish(session, record(number)))
    assert licences(engine) == {"set-0", "set-1", "set-2"}
    change(engine, lambda session: publish(session, record(1, licence={"spdx": "MIT"})))
    change(engine, lambda session: withdraw(session, ["set-2"]))
    change(engine, lambda session: publish(session, record(3)))
    read = []
    event.listen(engine, "before_cursor_execute", lambda *told: read.append(told[2]))

    assert licences(engine) == {"set-0", "set-3"}
    asked = [text for text in read if "array_to_string" in text]
    assert len(asked) == 1 and "version >" in asked[0]


def test_what_was_rolled_back_is_forgotten(engine):
    change(engine, lambda session: publish(session, record(0)))
    with Session(engine) as session:
        publish(session, record(1))
        waits(session, current_index(session))
        session.rollback()
    change(engine, lambda session: publish(session, record(2)))

    assert licences(engine) == {"set-0", "set-2"}


def test_an_empty_catalogue_waits_for_nothing(engine):
    assert licences(engine) == set()
