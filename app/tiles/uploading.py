"""Uploads: an image of one's own becomes a tile, for a while, that no list names.

Its address holds 128 random bits, so only who is told it finds it. Its owner may change and remove it: who is
signed in as the one that brought it, or who shows the secret that a visitor got.
"""

import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import attempts
from app.accounts.attempts import Counter, Limit
from app.accounts.opaque import digest, new_secret
from app.base.errors import NotFound, Unavailable
from app.base.language import _
from app.base.storage import Storage
from app.tiles import changes, mapping
from app.tiles.documents import description_of
from app.tiles.layers import Band, Shown, TileDescription
from app.tiles.legends import sentinel_1, sentinel_2
from app.tiles.mapping import DROPPED, OPTICAL, RADAR, Choice, Reading
from app.tiles.opened import FoundBand, Limits, Opened
from app.tiles.rasters import DECIBELS, PLAIN, REFLECTANCE, Encoding
from app.tiles.tables import SampleTile
from app.tiles.writing import FOLDER, Draft, named, write_layer

KIND = "clean_uploads"
MEMBER = Limits()
VISITOR = Limits(content=16_000_000, pixels=1_048_576, bands=64, values=8_000_000, files=32, seconds=20)
LASTS = {True: timedelta(days=30), False: timedelta(hours=24)}
"""How long an upload is kept: of who is signed in, and of a visitor."""
BY_USER = Limit("upload, user", 200, timedelta(days=1))
BY_PLACE = Limit("upload, place", 40, timedelta(days=1))
MOST_BYTES = 50_000_000_000
"""Of all uploads together, so that nobody fills our disks."""
MOST_SHOWN = 20
MOST_CLEANED = 1000
LICENCE = "other"
LONGEST_TITLE = 120
SHOWN: Mapping[str, tuple[Shown, Encoding]] = {
    "s2": ("optical", REFLECTANCE),
    "s1": ("radar", DECIBELS),
    "other": ("values", PLAIN),
}
"""What each layer of an upload shows, and how it is kept."""
_SOURCE, _READING = "source.bin", "reading.json"


@dataclass(frozen=True)
class Wish:
    """What somebody says of a file they upload; without `place` nobody is told where it lies."""

    name: str
    title: str = ""
    place: bool = True


@dataclass(frozen=True)
class Kept:
    """How an upload was read, beside what its file says of its bands."""

    wish: Wish
    bands: tuple[FoundBand, ...]
    reading: Reading
    left_out: tuple[str, ...]


def limits_of(user: int | None) -> Limits:
    """How much somebody may upload at once."""
    return VISITOR if user is None else MEMBER


def count(session: Session, key: str, place: str, user: int | None) -> None:
    """Count one upload; whoever reads the file commits this first.

    Args:
        key: secret of the service.
        place: from where a visitor comes.

    Raises:
        TooSoon: too many in a day.
        Unavailable: uploads take all the room they are given.
    """
    one = Counter(BY_PLACE, key, (place,)) if user is None else Counter(BY_USER, key, (str(user),))
    attempts.count(session, one)
    taken = session.scalar(select(func.sum(SampleTile.bytes)).where(SampleTile.expires.is_not(None)))
    if (taken or 0) > MOST_BYTES:
        raise Unavailable(_("There is no room for further uploads. Try again tomorrow."), retry_after=3600)


def take_in(
    session: Session,
    storage: Storage,
    content: bytes,
    opened: Opened,
    wish: Wish,
    *,
    reading: Reading,
    user: int | None = None,
) -> tuple[TileDescription, str | None]:
    """Keep an upload as a tile; the secret is for a visitor, who shows it to change or remove the tile."""
    tile = f"upload-{secrets.token_hex(16)}"
    secret = None if user is not None else new_secret()
    storage.put(f"{FOLDER}/{tile}/{_SOURCE}", content)
    described = _write(storage, tile, opened, wish, reading)
    changes.put(
        session,
        described,
        owner=user,
        secret_digest=digest(secret) if secret else None,
        expires=datetime.now(UTC) + LASTS[user is not None],
    )
    return described, secret


def owned(session: Session, tile: str, user: int | None, secret: str) -> SampleTile:
    """The row of an upload, for its owner, locked until the transaction ends.

    Raises:
        NotFound: there is none, it has expired, or it belongs to somebody else.
    """
    wanted = select(SampleTile).where(
        SampleTile.id == tile, SampleTile.expires > func.now(), _is_owner(user, secret)
    )
    row = session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound(_("There is no upload of yours under this address; it may have expired."))
    return row


def is_own(session: Session, tile: str, user: int | None, secret: str) -> bool:
    """Whether somebody may change an upload."""
    asked = select(SampleTile.id).where(SampleTile.id == tile, _is_owner(user, secret))
    return session.scalar(asked) is not None


def _is_owner(user: int | None, secret: str) -> ColumnElement[bool]:
    own = [SampleTile.owner_id == user] if user is not None else []
    shown = [SampleTile.secret_digest == digest(secret)] if secret else []
    return or_(False, *own, *shown)


def latest(session: Session, user: int | None, tiles: Collection[str]) -> list[SampleTile]:
    """The uploads of somebody: those of their account, and those whose secrets their browser holds."""
    own = or_(SampleTile.owner_id == user if user is not None else False, SampleTile.id.in_(tiles))
    wanted = select(SampleTile).where(own, SampleTile.expires > func.now())
    return list(session.scalars(wanted.order_by(SampleTile.created.desc()).limit(MOST_SHOWN)))


def kept(storage: Storage, tile: str) -> Kept:
    """How an upload was read.

    Raises:
        NotFound: it is gone.
    """
    found = json.loads(storage.get(f"{FOLDER}/{tile}/{_READING}"))
    reading = found["reading"]
    return Kept(
        Wish(**found["wish"]),
        tuple(FoundBand(**band) for band in found["bands"]),
        Reading(tuple(Choice(**one) for one in reading["choices"]), reading["optical"], reading["radar"]),
        tuple(found["left_out"]),
    )


def source(storage: Storage, tile: str) -> bytes:
    """The file as it was uploaded."""
    return storage.get(f"{FOLDER}/{tile}/{_SOURCE}")


def read_anew(
    session: Session, storage: Storage, row: SampleTile, opened: Opened, wish: Wish, reading: Reading
) -> TileDescription:
    """Write an upload again, under another reading; its time to live goes on."""
    before = description_of(row.document)
    described = _write(storage, row.id, opened, wish, reading)
    for layer in before.layers:
        if layer.path not in {one.path for one in described.layers}:
            storage.delete(layer.path)
    changes.put(session, described, owner=row.owner_id, secret_digest=row.secret_digest, expires=row.expires)
    return described


def clean(session: Session, storage: Storage) -> int:
    """Remove what has expired, with its files; returns how many."""
    over = select(SampleTile.id).where(SampleTile.expires <= func.now()).limit(MOST_CLEANED)
    found = session.scalars(over.with_for_update(skip_locked=True)).all()
    for tile in found:
        changes.remove(session, storage, tile)
    return len(found)


# The tile.


def _write(storage: Storage, tile: str, opened: Opened, wish: Wish, reading: Reading) -> TileDescription:
    opened = opened if wish.place else replace(opened, georeference=None)
    title = wish.title.strip()[:LONGEST_TITLE] or wish.name
    layers = tuple(
        write_layer(storage, tile, draft, simulated=False, licence=LICENCE)
        for draft in _drafts(opened, reading)
    )
    said = {
        "wish": asdict(wish),
        "bands": [asdict(band) for band in opened.bands],
        "reading": asdict(reading),
        "left_out": opened.left_out,
    }
    storage.put(f"{FOLDER}/{tile}/{_READING}", json.dumps(said).encode())
    rows, columns = opened.values.shape[1:]
    return TileDescription(
        id=tile,
        title=title,
        dataset=None,
        imitates=(),
        simulated=False,
        licence=LICENCE,
        split=None,
        moment=opened.moment,
        shape=(rows, columns),
        gsd_m=opened.gsd_m,
        box=opened.georeference.box if opened.georeference else None,
        corners=opened.georeference.corners if opened.georeference else None,
        layers=layers,
    )


def _drafts(opened: Opened, reading: Reading) -> Iterator[Draft]:
    """Optical bands and radar in the order of their sensors, then all others as they are."""
    values, names = mapping.in_file_units(opened), mapping.names_of(opened, reading.choices)
    at = {name: place for place, name in enumerate(names)}
    optical = [band for band in sentinel_2() if band.name in at]
    radar = [band for band in sentinel_1() if band.name in at]
    others = [
        place
        for place, (name, choice) in enumerate(zip(names, reading.choices, strict=True))
        if name not in (*OPTICAL, *RADAR) and choice.name != DROPPED
    ]
    if optical:
        made = mapping.converted(values[[at[band.name] for band in optical]], reading.optical)
        yield _draft(opened, "s2", "Optical bands", optical, made)
    if radar:
        made = mapping.converted(values[[at[band.name] for band in radar]], reading.radar)
        yield _draft(opened, "s1", "Radar bands", radar, made)
    if others:
        bands = [_other(opened.bands[place], names[place]) for place in others]
        yield _draft(opened, "other", "Other bands", bands, values[others])


def _other(band: FoundBand, name: str) -> Band:
    return named(name, band.unit, title=band.description, centre_um=band.centre_um)


def _draft(opened: Opened, key: str, title: str, bands: Sequence[Band], values: mapping.Values) -> Draft:
    shows, encoding = SHOWN[key]
    place = opened.georeference
    return Draft(
        key=key,
        title=title,
        shows=shows,
        values=np.ascontiguousarray(values),
        bands=bands,
        encoding=encoding,
        gsd_m=opened.gsd_m,
        moment=opened.moment,
        place=place if place and place.wkt else None,
    )
