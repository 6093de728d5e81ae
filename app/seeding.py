"""Load the bundled catalogue: the files of data/catalogue go through the same door as any later edit."""

import hashlib
import json
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalogue.changes import Published, publish_many, replace_outlines
from app.catalogue.content import read_file
from app.catalogue.outlines import COUNTRIES, read_outlines
from app.catalogue.quality import left_alone
from app.catalogue.record import DatasetRecord
from app.items.seeding import load_places
from app.settings import ROOT

CATALOGUE = ROOT / "data" / "catalogue"
_CODE = (ROOT / "app" / "catalogue", ROOT / "app" / "items", ROOT / "data" / "vocabularies")

Progress = Callable[[int], None]


def files(folder: Path = CATALOGUE) -> list[Path]:
    """The files of a catalogue folder, in the order of their names."""
    return sorted(folder.glob("*.yaml"))


def load(session: Session, folder: Path = CATALOGUE, *, progress: Progress | None = None) -> Published:
    """Publish every file of a folder, its places as items, and the outlines that stand in for footprints."""
    replace_outlines(session, read_outlines())
    untouched = left_alone(session)
    published = publish_many(session, _records(folder, *untouched), progress=progress)
    load_places(session, _records(folder, *untouched))
    return published


def _records(folder: Path, slugs: Container[str], identifiers: Container[UUID]) -> Iterator[DatasetRecord]:
    """The records of a folder, but for those that curators have changed, renamed or withdrawn."""
    for path in files(folder):
        record = read_file(path)
        if record.slug not in slugs and record.uuid not in identifiers:
            yield record


def fingerprint(folder: Path = CATALOGUE) -> str:
    """What the published rows depend on: records, vocabularies, outlines, and the code that derives more."""
    digest = hashlib.sha256()
    for path in _ingredients(folder):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _ingredients(folder: Path) -> Iterable[Path]:
    yield from files(folder)
    for part in _CODE:
        yield from sorted(path for path in part.iterdir() if path.suffix in (".py", ".yaml"))
    if COUNTRIES.exists():
        yield COUNTRIES


def remembered(state: Path, address: str) -> str | None:
    """The fingerprint of what was last loaded into a database from this state folder."""
    path = state / "loaded.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return known.get(_key(address))


def remember(state: Path, address: str, loaded: str) -> None:
    """Note what was loaded, so that the next start need not look at every file's content again."""
    path = state / "loaded.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**known, _key(address): loaded}, indent=1) + "\n")


def _key(address: str) -> str:
    # The address may hold a password, which does not belong into a second file.
    return hashlib.sha256(address.encode()).hexdigest()[:16]
