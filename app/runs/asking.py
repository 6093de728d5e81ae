"""Who asks for runs and reads them, how many they may have, and what a run is asked to do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import attempts, cookies
from app.accounts.access import Asker, CurrentAsker
from app.accounts.attempts import Counter, Limit
from app.accounts.callers import caller_of
from app.accounts.forms import check_form, shows_token
from app.accounts.opaque import keyed
from app.base.errors import Forbidden, Invalid
from app.base.language import _
from app.runs import changes, queries
from app.runs.changes import Wanted
from app.runs.tables import Run
from app.settings import Settings
from app.tiles import queries as tiles
from app.tiles.layers import TileDescription
from app.tiles.suiting import offered
from app.tiles.tables import SampleTile
from app.zoo.fitting import known_cards, reasons_against

HOUR = timedelta(hours=1)
BY_USER = Limit("run, user", 600, HOUR)
MOST_MODELS = 6
LONGEST_NAME = 200

WITHOUT_NUL = r"^[^\x00]+$"
"""What a database can be asked for; addresses with a NUL are refused before, bodies are not."""

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=WITHOUT_NUL)]


class Options(BaseModel):
    """What a run does beyond running its models."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    occlusion: bool = Field(
        default=False, description="Whether to tell how much the answer rests on each group of bands."
    )


class RunRequest(BaseModel):
    """A tile, one or more models that fit it, and options."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"example": {"tile": "simulated-clear-20000", "models": ["dfc2020-unet-small"]}},
    )

    tile: Name = Field(description="A tile of /api/tiles, or an upload.")
    models: tuple[Name, ...] = Field(min_length=1, max_length=MOST_MODELS, description="Of /api/models.")
    options: Options = Options()


@dataclass(frozen=True)
class Person:
    """Whoever asks, as runs know them: an account, or a place under a digest."""

    asker: Asker
    name: str
    place: str
    settings: Settings

    @property
    def user_id(self) -> int | None:
        """The number of the account; None for visitors."""
        return self.asker.user_id if self.asker.is_known else None


def lists_private(person: Person, tile: str) -> bool:
    """Whether a list names the runs of uploads that somebody asked for.

    Visitors are known by their place, which several may share: a list must tell none of them the address of
    another's upload. Who names the upload knows it already.
    """
    return person.user_id is not None or bool(tile)


def person_of(request: Request, asker: CurrentAsker) -> Person:
    """Whoever sent a request."""
    settings: Settings = request.app.state.settings
    place = caller_of(request).place
    name = f"visitor {keyed(settings.signing_key, 'run', place)}"
    if asker.is_known:
        name = f"user {asker.user_id}"
    return Person(asker, name, place, settings)


async def check_own_page(request: Request) -> None:
    """See that what comes with the cookie of a session comes from our own pages.

    In this colour because a form may have to be read for it.
    """
    if cookies.read(request, cookies.SESSION) and not shows_token(request):
        await check_form(request)


AnyPerson = Annotated[Person, Depends(person_of)]


def begin(session: Session, person: Person, wanted: RunRequest, key: str = "") -> tuple[Run, bool]:
    """Put a run into the queue, or find the one that the same request began; whether it is that.

    Raises:
        NotFound, Invalid: there is no such tile or model, or they do not fit each other.
        TooMany: of this visitor, in this hour or at this moment.
    """
    tile = tiles.get(session, wanted.tile)
    models = chosen(person.settings.models, tile, wanted.models)
    row = session.get_one(SampleTile, tile.id)
    until = datetime.now(UTC) + timedelta(days=person.settings.runs_kept_days)
    asked = Wanted(
        tile=tile.id,
        models=models,
        options=wanted.options.model_dump(),
        asker=person.name,
        is_private=row.dataset_slug is None,
        expires=min(until, row.expires or until),
        key=key,
    )
    before = changes.repeated(session, asked)
    if before is not None:
        return before, True
    _count(session, person)
    return changes.request(session, asked), False


def chosen(folder: Path, tile: TileDescription, wanted: tuple[str, ...]) -> list[str]:
    """The models asked for, each once.

    Raises:
        Invalid: one is not there, or does not fit the tile; the message says why.
    """
    known = known_cards(folder)
    models = list(dict.fromkeys(wanted))
    for name in models:
        if name not in known:
            raise Invalid(_("There is no model %(name)s. /api/models lists all.", name=name[:60]))
        reasons = reasons_against(known[name], offered(tile))
        if reasons:
            said = " ".join(reasons)
            raise Invalid(
                _("The model %(name)s does not fit this tile. %(reasons)s", name=name, reasons=said)
            )
    return models


def _count(session: Session, person: Person) -> None:
    key = person.settings.signing_key
    if person.user_id is not None:
        attempts.count(session, Counter(BY_USER, key, (str(person.user_id),)))
        return
    most = person.settings.visitor_runs
    if not most:
        raise Forbidden(_("Runs are for people with an account here. Sign in first."))
    attempts.count(session, Counter(Limit("run, place", most, HOUR), key, (person.place,)))


def may_see(session: Session, person: Person, run: Run) -> bool:
    """Whether somebody may read a run: those of samples everybody; of an upload its asker and its owner."""
    if not run.is_private or run.asker == person.name:
        return True
    asked = select(SampleTile.id).where(SampleTile.id == run.tile_id, SampleTile.owner_id == person.user_id)
    return person.user_id is not None and session.scalar(asked) is not None


def seen(session: Session, person: Person, run: Run) -> Run:
    """The run, if the person may read it.

    Raises:
        NotFound: they may not.
    """
    if not may_see(session, person, run):
        raise queries.missing()
    return run


def own(person: Person, run: Run) -> Run:
    """The run, if the person asked for it.

    Raises:
        Forbidden: somebody else did.
    """
    if run.asker != person.name:
        raise Forbidden(_("Only who asked for a run may cancel it."))
    return run
