"""Many people at once, in several processes, on the same records: nobody's work is lost.

`CROWD_CURATORS=20 CROWD_RECORDS=50 CROWD_SECONDS=60` runs it as long as a review of a release asks for.
"""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import changes as accounts
from app.accounts.rights import Role
from app.base.db import connect
from app.catalogue.changes import publish_many
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset
from app.curation import audit
from app.curation.merging import differences
from app.curation.tables import Revision
from app.settings import ROOT
from tests.curation.conftest import draft

CROWD = Path(__file__).with_name("crowd.py")
PROCESSES = 4
CURATORS = int(os.environ.get("CROWD_CURATORS", "20"))
RECORDS = int(os.environ.get("CROWD_RECORDS", "8"))
SECONDS = float(os.environ.get("CROWD_SECONDS", "8"))


def fill(address):
    """Records that come bundled, and people; gives the numbers of the people."""
    engine = connect(address)
    with Session(engine) as session, session.begin():
        publish_many(
            session,
            [
                DatasetRecord(uuid=uuid5(NAMESPACE_URL, name), slug=name, **draft(name.title()))
                for name in (f"fields-{number}" for number in range(RECORDS))
            ],
        )
        users = [
            accounts.create_user(session, email=f"c{number}@example.org", role=role, name=f"C{number}")
            for number, role in enumerate([Role.CONTRIBUTOR, Role.REVIEWER, Role.REVIEWER, Role.EDITOR] * 5)
        ][:CURATORS]
        session.flush()
        numbers = [user.id for user in users]
    engine.dispose()
    return numbers


def run_crowd(address, users):
    """Let the people work in several processes; gives what was acknowledged to them."""
    running = [
        subprocess.Popen(
            [sys.executable, str(CROWD), address, str(part), str(SECONDS)]
            + [str(user) for user in users[part::PROCESSES]],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for part in range(PROCESSES)
    ]
    told = [json.loads(line) for process in running for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in running] == [0] * PROCESSES
    return told


@pytest.fixture
def crowd(new_database):
    """What was acknowledged, and a session on what is there afterwards."""
    told = run_crowd(new_database, fill(new_database))
    engine = connect(new_database)
    with Session(engine) as session:
        yield told, session
    engine.dispose()


def test_a_crowd_on_the_same_records_loses_nothing(crowd):
    told, session = crowd
    by_kind = defaultdict(list)
    for one in told:
        by_kind[one["what"]].append(one)
    print(Counter((one["what"], one.get("code", "")) for one in told))
    rows = {row.id: row for row in session.scalars(select(Revision))}

    assert by_kind["fault"] == []
    assert len(by_kind["published"]) > RECORDS, Counter(one["what"] for one in told)
    nobody_overwrote_anybody(by_kind["saved"], rows)
    nothing_was_published_twice(by_kind["published"], rows)
    states_are_in_order(session, by_kind["saved"])
    assert all(audit.verify(session, number) for number in rows)


def nobody_overwrote_anybody(saved, rows):
    """Each acknowledged edit is the only one of its lock, and the last value of each fact stands there."""
    assert max(Counter((one["revision"], one["lock"]) for one in saved).values()) == 1
    last = {(one["revision"], one["path"]): one for one in sorted(saved, key=lambda one: one["lock"])}
    for (revision, path), one in last.items():
        row = rows[UUID(revision)]
        if row.state in ("submitted", "returned", "rejected"):
            assert row.record.get(path) == one["value"]


def nothing_was_published_twice(published, rows):
    """Each acknowledged publication is there, once, under the number that was told."""
    assert max(Counter(one["revision"] for one in published).values()) == 1
    assert max(Counter((one["dataset"], one["number"]) for one in published).values()) == 1
    for one in published:
        row = rows[UUID(one["revision"])]
        assert (row.number, row.state in ("published", "superseded")) == (one["number"], True)
    kept = sum(row.number is not None and row.kind != "bundled" for row in rows.values())
    assert kept == len(published)


def states_are_in_order(session, saved):
    """Numbers rise by one with the time, each state changes what its revision proposed and nothing else, and
    the catalogue shows the last one."""
    proposed = defaultdict(set)
    for one in saved:
        proposed[one["revision"]].add(one["path"])
    asked = (
        select(Revision).where(Revision.number.is_not(None)).order_by(Revision.dataset_uuid, Revision.number)
    )
    by_dataset = defaultdict(list)
    for row in session.scalars(asked):
        by_dataset[row.dataset_uuid].append(row)
    for uuid, rows in by_dataset.items():
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert [row.state for row in rows] == ["superseded"] * (len(rows) - 1) + ["published"]
        assert sorted(rows, key=lambda row: row.published) == rows
        for before, after in pairwise(rows):
            changed = {
                one.path.removeprefix("provenance.") for one in differences(before.record, after.record)
            }
            assert changed <= proposed[str(after.id)]
        shown = session.execute(select(Dataset.record, Dataset.revision).where(Dataset.uuid == uuid)).one()
        assert (shown.record, shown.revision) == (rows[-1].record, len(rows))
