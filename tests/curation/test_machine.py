"""Whatever people do in whatever order, each step is right or refused, and nothing is lost.

A machine draws actions at random and does them on a real database, beside a model that knows only states,
writers and locks. What the model forbids must be refused; what it allows must happen.
"""

from functools import partial
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import changes as accounts
from app.accounts.rights import Action, Role, State, may
from app.base.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.catalogue.changes import publish as publish_bundled
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, Tombstone
from app.curation import audit, changes
from app.curation.actors import Actor
from app.curation.holding import Orphaned
from app.curation.merging import differences
from app.curation.tables import Revision
from app.curation.workflow import STEPS
from tests.curation.conftest import PASSWORD, draft

ROLES = (Role.CONTRIBUTOR, Role.CONTRIBUTOR, Role.REVIEWER, Role.REVIEWER, Role.EDITOR)
PEOPLE = st.integers(0, len(ROLES) - 1)
BUNDLED = "bundled-fields"
YEARS = st.integers(2000, 2004)
PICKS = st.integers(0, 10_000)
STRAYS = st.integers(0, 7).map(lambda drawn: drawn == 7)
"""Now and then something that the model forbids."""
SIDES = st.sampled_from(["theirs", "ours", None])


class Curation(RuleBasedStateMachine):
    """People, revisions, and what the model knows of them: who wrote each, and its state."""

    engine: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.owners: dict[Any, set[int]] = {}
        self.state: dict[Any, State] = {}
        self.shown: dict[Any, list[dict[str, Any]]] = {}
        self.people = [self._person(role) for role in ROLES]

    def _person(self, role: Role) -> Actor:
        email = f"{uuid4().hex}@example.org"
        user = accounts.create_user(self.session, email=email, role=role, name=email[:6], password=PASSWORD)
        self.session.flush()
        return Actor(role=role, user_id=user.id, name=user.name, email=email)

    def teardown(self) -> None:
        self.session.close()
        self.outer.rollback()
        self.connection.close()

    def _row(self, number: Any) -> Revision:
        return self.session.get(Revision, number, populate_existing=True)

    def _try(self, number: Any, who: int, action: Action, do: Any, *lawful: type[AppError]) -> Any:
        """Do something, and hold the outcome against the model.

        `lawful` are refusals that depend on what the model does not know, such as conflicts of values.
        """
        actor, state = self.people[who], self.state[number]
        is_allowed = may(actor.role, state, action, is_own=who in self.owners[number])
        before = self._row(number).lock
        try:
            with self.session.begin_nested():
                done = do(actor, self._row(number).lock)
        except (Forbidden, NotFound, Conflict, Invalid) as error:
            self.session.expire_all()
            is_lawful = isinstance(error, lawful) or (isinstance(error, Orphaned) and self._is_gone(number))
            assert not is_allowed or is_lawful, f"{action} was refused: {error}"
            assert self._row(number).lock == before
            return None
        assert is_allowed, f"{actor.role} could {action} a revision that was {state}"
        self.state[number] = STEPS.get((action, state), state)
        if action == Action.SUBMIT or (action == Action.EDIT and state != State.SUBMITTED):
            self.owners[number].add(who)
        return done

    def _is_gone(self, number: Any) -> bool:
        uuid = self._row(number).dataset_uuid
        return self.session.scalar(select(Tombstone).where(Tombstone.dataset_uuid == uuid)) is not None

    @initialize()
    def bundled(self) -> None:
        """One dataset is there that was never curated."""
        record = DatasetRecord(uuid=uuid4(), slug=BUNDLED, **draft("Bundled fields", year=1999))
        publish_bundled(self.session, record)
        self.shown[record.uuid] = []
        for who, year in ((0, 2001), (1, 2002), (2, 2003), (4, 2004)):
            slug = BUNDLED if who else None
            begun = changes.begin(self.session, self.people[who], slug=slug, draft=self._proposal(slug, year))
            self._add(begun.revision.id, who)

    def _proposal(self, slug: str | None, year: int) -> dict[str, Any]:
        if slug is None:
            return draft("New fields", year=year)
        return {**self.session.scalar(select(Dataset.record).where(Dataset.slug == slug)), "year": year}

    def _add(self, number: Any, who: int) -> None:
        self.owners[number], self.state[number] = {who}, State.DRAFT

    def _cast(self, action: Action, pick: int, is_stray: bool) -> tuple[Any, int] | None:
        """A revision and a person: such as may do it, or, for a stray, any at all."""
        pairs = [
            (number, who)
            for number, state in self.state.items()
            for who, role in enumerate(ROLES)
            if is_stray or may(role, state, action, is_own=who in self.owners[number])
        ]
        return pairs[pick % len(pairs)] if pairs else None

    def _do(self, action: Action, pick: int, is_stray: bool, do: Any, *lawful: type[AppError]) -> Any:
        """Do something with a revision and a person that the pick stands for."""
        pair = self._cast(action, pick, is_stray)
        if pair is None:
            return None
        number, who = pair
        return self._try(number, who, action, lambda actor, lock: do(number, actor, lock), *lawful)

    @rule(who=PEOPLE)
    def begin_new(self, who: int) -> None:
        """Suggest a new dataset."""
        begun = changes.begin(self.session, self.people[who], draft=draft(f"Fields {uuid4().hex[:8]}"))
        self._add(begun.revision.id, who)

    @rule(who=PEOPLE, pick=PICKS)
    def begin_change(self, who: int, pick: int) -> None:
        """Correct a published dataset."""
        slugs = self.session.scalars(select(Dataset.slug).order_by(Dataset.slug)).all()
        if slugs:
            begun = changes.begin(self.session, self.people[who], slug=slugs[pick % len(slugs)])
            self._add(begun.revision.id, who)

    @rule(pick=PICKS, stray=STRAYS, year=YEARS, is_late=STRAYS)
    def save(self, pick: int, stray: bool, year: int, is_late: bool) -> None:
        """Change a year, sometimes of a state that is gone."""

        def do(number: Any, actor: Actor, lock: int) -> Revision:
            record = {**self._row(number).record, "year": year}
            return changes.save(self.session, number, actor, record, lock=lock - is_late)

        done = self._do(Action.EDIT, pick, stray, do, *((changes.Stale,) if is_late else ()))
        assert done is None or (not is_late and done.record["year"] == year)

    @rule(pick=PICKS, stray=STRAYS)
    def submit(self, pick: int, stray: bool) -> None:
        """Hand it in."""

        def do(number: Any, actor: Actor, lock: int) -> Revision:
            return changes.submit(self.session, number, actor, lock=lock)

        self._do(Action.SUBMIT, pick, stray, do)

    @rule(pick=PICKS, side=SIDES)
    def go_on(self, pick: int, side: str | None) -> None:
        """Take the next step towards publication."""
        steps = {
            State.DRAFT: self.submit,
            State.RETURNED: self.submit,
            State.SUBMITTED: partial(self.accept, side=side, part=False),
            State.ACCEPTED: partial(self.publish, side=side),
        }
        here = [state for state in self.state.values() if state in steps]
        if here:
            steps[here[pick % len(here)]](pick=pick, stray=False)

    @rule(pick=PICKS, stray=STRAYS)
    def return_it(self, pick: int, stray: bool) -> None:
        """Give it back."""

        def do(number: Any, actor: Actor, lock: int) -> Revision:
            return changes.return_(self.session, number, actor, lock=lock, reason="Why?")

        self._do(Action.RETURN, pick, stray, do)

    @rule(pick=PICKS, stray=STRAYS)
    def reject(self, pick: int, stray: bool) -> None:
        """Turn it down."""

        def do(number: Any, actor: Actor, lock: int) -> Revision:
            return changes.reject(self.session, number, actor, lock=lock, reason="No.")

        self._do(Action.REJECT, pick, stray, do)

    @rule(pick=PICKS, stray=STRAYS, side=SIDES, part=STRAYS)
    def accept(self, pick: int, stray: bool, side: str | None, part: bool) -> None:
        """Accept it, whole or in part, with a decision about conflicts or without."""
        settle: Any = {"year": side} if side else {}
        take = {"year"} if part else None

        def do(number: Any, actor: Actor, lock: int) -> Revision:
            return changes.accept(self.session, number, actor, lock=lock, take=take, settle=settle)

        lawful = [changes.Unready] if part else []
        self._do(Action.ACCEPT, pick, stray, do, *lawful, *([] if side else [changes.Conflicting]))

    @rule(pick=PICKS, stray=STRAYS, side=SIDES)
    def publish(self, pick: int, stray: bool, side: str | None) -> None:
        """Publish it."""
        settle: Any = {"year": side} if side else {}

        def do(number: Any, actor: Actor, lock: int) -> Revision:
            return changes.publish(self.session, number, actor, lock=lock, settle=settle)

        done = self._do(Action.PUBLISH, pick, stray, do, *([] if side else [changes.Conflicting]))
        if done is not None:
            for other, state in self.state.items():
                is_former = state == State.PUBLISHED and other != done.id
                if is_former and self._row(other).dataset_uuid == done.dataset_uuid:
                    self.state[other] = State.SUPERSEDED
            self.shown.setdefault(done.dataset_uuid, []).append(done.record)

    @rule(pick=PICKS, stray=STRAYS)
    def withdraw(self, pick: int, stray: bool) -> None:
        """Take it back; for what is published, that takes the dataset back."""

        def do(number: Any, actor: Actor, lock: int) -> Revision:
            if self.state[number] == State.PUBLISHED:
                return changes.withdraw_dataset(self.session, self._row(number).slug, actor, "A duplicate.")
            return changes.withdraw(self.session, number, actor, lock=lock)

        self._do(Action.WITHDRAW, pick, stray, do)

    @rule(pick=PICKS, stray=STRAYS)
    def restore(self, pick: int, stray: bool) -> None:
        """Begin anew from a state that is over."""

        def do(number: Any, actor: Actor, lock: int) -> Revision:
            return changes.restore(self.session, number, actor)

        restored = self._do(Action.RESTORE, pick, stray, do)
        if restored is not None:
            who = next(i for i, one in enumerate(self.people) if one.user_id == restored.submitter_id)
            self._add(restored.id, who)

    @invariant()
    def states_are_those_of_the_model(self) -> None:
        """No revision is elsewhere than the model has it."""
        rows = dict(self.session.execute(select(Revision.id, Revision.state)).all())

        assert {number: rows[number] for number in self.state} == self.state

    @invariant()
    def numbers_rise_without_gaps_and_one_state_is_shown(self) -> None:
        """The catalogue shows the last published state of each dataset, and every state can be read back."""
        asked = select(Revision).where(Revision.number.is_not(None)).order_by(Revision.number)
        by_dataset: dict[Any, list[Revision]] = {}
        for row in self.session.scalars(asked.execution_options(populate_existing=True)):
            by_dataset.setdefault(row.dataset_uuid, []).append(row)
        graves = set(self.session.scalars(select(Tombstone.dataset_uuid)))
        for uuid, rows in by_dataset.items():
            assert [row.number for row in rows] == list(range(1, len(rows) + 1))
            ending = "withdrawn" if uuid in graves else "published"
            assert rows[-1].state == ending
            assert all(row.state in ("superseded", "withdrawn") for row in rows[:-1])
            kept = [row.record for row in rows if row.kind != "bundled"]
            assert kept == self.shown.get(uuid, [])
            found = self.session.execute(
                select(Dataset.record, Dataset.revision).where(Dataset.uuid == uuid)
            ).one_or_none()
            assert (found is None) == (uuid in graves)
            assert found is None or (
                found.revision == len(rows) and not differences(found.record, rows[-1].record)
            )

    @invariant()
    def every_chain_is_whole(self) -> None:
        """No audit row is missing or changed."""
        for number in self.session.scalars(select(Revision.id)):
            assert audit.verify(self.session, number)


def test_whatever_is_done_in_whatever_order_is_right_or_refused(engine):
    machine = type("Bound", (Curation,), {"engine": engine})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
