"""A run at work that no worker holds is told from one that is held, without taking its lock."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.runs.changes import lock_number
from app.runs.holding import is_left
from app.runs.supervising import held
from app.runs.tables import Run

LOW, HIGH = UUID(int=7), UUID(int=(1 << 127) + (1 << 70))


@pytest.mark.parametrize("number", [LOW, HIGH, UUID(int=(1 << 128) - 1)])
def test_a_run_is_left_when_its_worker_lets_go_of_it(session: Session, engine: Engine, number: UUID):
    run = Run(id=number, state="running")

    with held(engine, number) as is_mine:
        assert is_mine
        assert not is_left(session, run)

    assert is_left(session, run)
    assert session.scalar(select(func.pg_try_advisory_xact_lock(lock_number(number))))


def test_a_run_that_waits_or_has_ended_is_not_left(session: Session):
    assert not any(is_left(session, Run(id=LOW, state=state)) for state in ("queued", "succeeded", "failed"))


def test_the_lock_of_another_run_does_not_count(session: Session, engine: Engine):
    with held(engine, HIGH):
        assert is_left(session, Run(id=LOW, state="running"))
