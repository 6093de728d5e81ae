"""Imports become drafts, with a report for each record; nothing is published by them."""

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.accounts.rights import State
from app.base.errors import Forbidden, Invalid
from app.base.language import speaking
from app.catalogue.tables import Dataset
from app.curation import changes as curation
from app.curation.imports import changes, queries, reports
from app.curation.imports.tables import Import
from app.curation.tables import Revision
from tests.curation.conftest import draft


def _done(session: Session, actor: Any, content: Any, name: str = "a.jsonl") -> Import:
    """Bring an import to its end, as workers would."""
    if isinstance(content, list):
        content = "\n".join(json.dumps(one) for one in content).encode()
    one = changes.begin(session, actor, name, content)
    changes.cut(session, number=str(one.id))
    while one.state == "running":
        changes.draft(session, number=str(one.id))
    return one


def _outcomes(session: Session, one: Import) -> list[str]:
    return [found.line.outcome for found in queries.lines(session, one.id)]


def test_each_record_becomes_a_draft_of_one_change_set(session, reviewer):
    one = _done(session, reviewer, [draft("Alpha Fields"), draft("Beta Fields")])

    found = session.scalars(select(Revision).where(Revision.change_set == one.id)).all()
    assert {(revision.name, revision.state, revision.kind) for revision in found} == {
        ("Alpha Fields", "draft", "import"),
        ("Beta Fields", "draft", "import"),
    }
    assert _outcomes(session, one) == ["new", "new"]
    assert (one.state, one.total, one.done) == ("done", 2, 2)
    assert session.scalar(select(func.count()).select_from(Dataset)) == 0


def test_one_invalid_record_does_not_stop_the_others(session, reviewer):
    bad = {**draft("Bad"), "year": "soon", "gsd_m": {"min": 30, "max": 10}}

    one = _done(session, reviewer, [draft("Alpha"), bad, draft("Beta")])

    assert _outcomes(session, one) == ["new", "invalid", "new"]
    reasons = queries.lines(session, one.id, outcome="invalid")[0].line.reasons
    assert {reason["path"] for reason in reasons} == {"year", "gsd_m"}


def test_rubbish_is_invalid_with_the_reason(session, reviewer):
    one = _done(session, reviewer, b'{"name": "Alpha"\n{"a": 1}\n')

    lines = queries.lines(session, one.id)
    assert [line.line.outcome for line in lines] == ["invalid", "invalid"]
    assert "not JSON" in lines[0].line.reasons[0]["message"]


def test_a_record_that_says_little_is_a_draft_all_the_same(session, reviewer):
    one = _done(session, reviewer, [{"name": "Gamma"}, {"name": "Delta", "year": 2020}])

    assert _outcomes(session, one) == ["new", "new"]


def test_the_published_state_again_is_the_same_and_a_new_value_a_change(session, reviewer, published):
    revision = published(name="Alpha Fields")
    same = {**revision.record}

    one = _done(session, reviewer, [same, {**same, "year": 2023}])

    assert _outcomes(session, one) == ["same", "changed"]
    changed = session.scalars(select(Revision).where(Revision.change_set == one.id)).one()
    assert changed.dataset_uuid == revision.dataset_uuid and changed.record["year"] == 2023
    assert changed.base["year"] == 2024


def test_a_foreign_format_changes_only_what_it_says(session, reviewer, published):
    revision = published(name="Alpha Fields", data_doi="10.5281/zenodo.77", publisher="Somebody")
    bibtex = b"@dataset{a, title={Alpha Fields}, doi={10.5281/zenodo.77}, publisher={Zenodo}, year={2024}}"

    one = _done(session, reviewer, bibtex, "a.bib")

    assert _outcomes(session, one) == ["changed"]
    changed = session.scalars(select(Revision).where(Revision.change_set == one.id)).one()
    assert changed.dataset_uuid == revision.dataset_uuid
    assert changed.record["publisher"] == "Zenodo"
    assert changed.record["tasks"] == revision.record["tasks"]
    assert changed.record["provenance"]["publisher"]["sources"] == ["file"]
    assert "a.bib" in changed.record["provenance"]["publisher"]["note"]


def test_the_same_file_twice_changes_nothing(session, reviewer):
    first = _done(session, reviewer, [draft("Alpha"), draft("Beta")])
    count = session.scalar(select(func.count()).select_from(Revision))

    second = _done(session, reviewer, [draft("Alpha"), draft("Beta"), draft("Gamma")])

    assert _outcomes(session, first) == ["new", "new"]
    assert _outcomes(session, second) == ["same", "same", "new"]
    assert session.scalar(select(func.count()).select_from(Revision)) == count + 1


def test_one_record_twice_in_a_file_becomes_one_draft(session, reviewer):
    one = _done(session, reviewer, [draft("Alpha"), draft("Alpha")])

    assert _outcomes(session, one) == ["new", "same"]


def test_a_file_that_cannot_be_cut_fails_with_the_reason(session, reviewer):
    one = _done(session, reviewer, b"PK\x03\x04 broken", "a.zip")

    assert one.state in ("failed", "done")
    assert one.failure or _outcomes(session, one) == ["invalid"]


def test_a_step_that_ran_already_does_nothing_again(session, reviewer):
    one = _done(session, reviewer, [draft("Alpha")])
    count = session.scalar(select(func.count()).select_from(Revision))

    changes.cut(session, number=str(one.id))
    changes.draft(session, number=str(one.id))
    changes.draft(session, number=str(uuid4()))

    assert session.scalar(select(func.count()).select_from(Revision)) == count


def test_long_files_are_dealt_with_step_by_step(session, reviewer, monkeypatch):
    monkeypatch.setattr(changes, "LINES_A_STEP", 3)
    one = changes.begin(session, reviewer, "a.jsonl", _lines(8))
    changes.cut(session, number=str(one.id))

    changes.draft(session, number=str(one.id))

    assert (one.state, one.done) == ("running", 3)
    assert _outcomes(session, one) == ["new"] * 3 + ["waiting"] * 5


def _lines(count: int) -> bytes:
    return "\n".join(json.dumps(draft(f"Set {number}")) for number in range(count)).encode()


def test_drafts_that_pass_are_handed_in_and_the_others_say_what_they_lack(session, reviewer):
    poor = {"name": "Poor", "kind": "ml-dataset", "tasks": ["semantic-segmentation"], "modalities": ["sar"]}
    one = _done(session, reviewer, [draft("Alpha"), poor])

    changes.ask_to_hand_in(session, one.id)
    changes.hand_in(session, number=str(one.id))

    lines = queries.lines(session, one.id)
    assert [line.state for line in lines] == [State.SUBMITTED, State.DRAFT]
    assert {reason["path"] for reason in lines[1].line.reasons} >= {"description"}
    assert one.state == "done" and queries.drafts(session, one.id) == 1


def test_an_import_at_work_cannot_be_handed_in(session, reviewer):
    one = changes.begin(session, reviewer, "a.jsonl", _lines(2))

    with pytest.raises(Invalid, match="at work"):
        changes.ask_to_hand_in(session, one.id)


def test_four_eyes_hold_for_what_was_imported(session, reviewer):
    one = _done(session, reviewer, [draft("Alpha")])
    changes.ask_to_hand_in(session, one.id)
    changes.hand_in(session, number=str(one.id))
    revision = session.scalars(select(Revision).where(Revision.change_set == one.id)).one()

    with pytest.raises(Forbidden):
        curation.accept(session, revision.id, reviewer, lock=revision.lock)


def test_the_report_is_a_table_that_no_spreadsheet_runs(session, reviewer):
    one = _done(session, reviewer, [draft("=SUM(A1)"), draft("Beta")])

    text = reports.as_csv(queries.lines(session, one.id)).decode()

    assert text.splitlines()[0] == "where,outcome,name,slug,revision,state,reasons"
    assert ",'=SUM(A1)," in text


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_our_own_files_come_in_whole(session, reviewer, suffix):
    text = {
        "yaml": "name: Alpha\nkind: ml-dataset\ntasks: [semantic-segmentation]\nyear: 2020\n",
        "json": json.dumps(draft("Alpha", year=2020)),
    }[suffix]

    one = _done(session, reviewer, text.encode(), f"a.{suffix}")

    assert _outcomes(session, one) == ["new"]
    assert session.scalars(select(Revision).where(Revision.change_set == one.id)).one().record["year"] == 2020


def test_the_report_of_an_import_is_in_the_language_of_who_brought_it(session, reviewer):
    with speaking("de"):
        one = changes.begin(session, reviewer, "a.jsonl", json.dumps({**draft(), "year": "soon"}).encode())
    [job] = session.execute(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'cut_import'")).all()

    for step in (changes.cut, changes.draft):
        changes.spoken(step)(session, **job.args)

    message = queries.lines(session, one.id)[0].line.reasons[0]["message"]
    assert message.startswith("„soon“ ist keine ganze Zahl")
