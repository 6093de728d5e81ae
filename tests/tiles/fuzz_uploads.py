"""Throws damaged files at the reader of uploads: `python -m tests.tiles.fuzz_uploads --cases 10000`.

Every case is read in a process of its own under the limits of the service, as in the service, only that it is
forked from this one instead of started anew, which takes a hundredth of the time. A case ends well when the
file is opened or refused; anything else is told, and the file is kept for looking at it.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.tiles import mapping
from app.tiles.decoding import decode, restrain
from app.tiles.documents import item_of
from app.tiles.opened import Limits, Opened
from app.tiles.refusals import REASONS, Refused
from app.tiles.uploading import Wish, _write
from tests.tiles.uploads_made import Tags, bare_tiff, claiming, geotiff, sentinel2, zipped

LIMITS = Limits(pixels=1_000_000, values=4_000_000, seconds=5, memory=4_000_000_000)
SECONDS = 30
OPENED, UNEXPECTED = 200, 201
CODES = tuple(REASONS)
EXTREMES = (0, 1, 2, 3, 7, 127, 128, 255, 256, 32767, 65535, 65536, 100_000, 2**31 - 1, 2**31, 2**32 - 1)
TAGS = (
    254, 255, 256, 257, 258, 259, 262, 266, 270, 273, 274, 277, 278, 279, 282, 283, 284, 296, 305, 306, 317,
    320, 322, 323, 324, 325, 330, 338, 339, 340, 347, 513, 514, 530, 532, 700, 33432, 33550, 33922, 34264,
    34377, 34665, 34735, 34736, 34737, 37724, 42112, 42113, 50674, 65000,
)  # fmt: skip


@cache
def seeds() -> tuple[bytes, ...]:
    """Good files of all kinds that are taken."""
    floats = np.linspace(-20, 0, 2 * 32 * 32, dtype=np.float32).reshape(2, 32, 32)
    tags = {"TIFFTAG_DATETIME": "2021:06:13 10:10:31", "AREA_OR_POINT": "Area"}
    return (
        geotiff(sentinel2(3), names=("B2", "B3", "B4"), tags=tags, nodata=0),
        geotiff(sentinel2(2, 40), tiled=True, blockxsize=16, blockysize=16, compress="deflate", predictor=2),
        geotiff(floats, names=("VV", "VH"), compress="lzw", interleave="band"),
        geotiff(floats, compress="zstd", BIGTIFF="YES", nodata=float("nan")),
        geotiff(sentinel2(1, 32), ENDIANNESS="BIG", compress="packbits"),
        geotiff(sentinel2(1, 600), driver="COG", compress="deflate", blocksize=128),
        geotiff(sentinel2(1, 16), crs="EPSG:4326", step=0.0001, band_tags=[{"wavelength": "665 nm"}]),
        zipped([("B02.tif", geotiff(sentinel2(1, 16))), ("B11.tif", geotiff(sentinel2(1, 8), step=20))]),
    )


def result(content: bytes, name: str = "fuzz.tif", limits: Limits = LIMITS) -> str:
    """What became of a file: `opened`, the code of a refusal, or what should not happen."""
    child = os.fork()
    if child == 0:
        os._exit(_read(content, name, limits))
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return _said(os.waitstatus_to_exitcode(status))
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "! took too long"


def _read(content: bytes, name: str, limits: Limits) -> int:
    """In the child: read, and tell by the exit status what came of it."""
    try:
        restrain(limits)
        keep(decode(content, name, limits))
    except Refused as error:
        return CODES.index(error.code)
    except MemoryError:
        return CODES.index("memory")
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
        return UNEXPECTED
    return OPENED


class Memory(dict[str, bytes]):
    """A storage that forgets; it has what writing an upload asks for."""

    put = dict.__setitem__


def keep(opened: Opened) -> None:
    """All that is done with a file that was opened, up to the row of its tile."""
    tile = _write(Memory(), "upload-x", opened, Wish("fuzz.tif"), mapping.suggest(opened))  # type: ignore[arg-type]
    # The database takes neither infinite numbers nor NUL.
    assert "\\u0000" not in json.dumps(item_of(tile), allow_nan=False)


def _said(status: int) -> str:
    if status == OPENED:
        return "opened"
    if status == UNEXPECTED:
        return "! unexpected exception"
    return CODES[status] if 0 <= status < len(CODES) else f"! ended by signal {-status}"


# Mutations: what happens to files on their way, and what people do to them who mean harm.


def mutated(chance: random.Random) -> bytes:
    """One of the good files with one to five changes."""
    content = bytearray(chance.choice(seeds()))
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        chance.choice(MUTATIONS)(content, chance)
    return bytes(content)


def _somewhere(content: bytearray, chance: random.Random) -> int:
    """A place in a file; most are in its head, where the changes that matter are."""
    last = max(1, len(content))
    return chance.randrange(min(last, 400)) if chance.random() < 0.6 else chance.randrange(last)


def _flip(content: bytearray, chance: random.Random) -> None:
    place = _somewhere(content, chance)
    content[place : place + 1] = bytes([chance.randrange(256)])


def _number(content: bytearray, chance: random.Random) -> None:
    place, size = _somewhere(content, chance), chance.choice((2, 4, 8))
    order = chance.choice(("little", "big"))
    value = chance.choice(EXTREMES) % 256**size
    content[place : place + size] = value.to_bytes(size, "big" if order == "big" else "little")


def _cut(content: bytearray, chance: random.Random) -> None:
    del content[_somewhere(content, chance) :]


def _take_out(content: bytearray, chance: random.Random) -> None:
    place = _somewhere(content, chance)
    del content[place : place + chance.choice((1, 4, 100))]


def _repeat(content: bytearray, chance: random.Random) -> None:
    place, size = _somewhere(content, chance), chance.choice((1, 12, 100, 1000))
    content[place:place] = content[place : place + size] * chance.choice((1, 1, 50))


def _blank(content: bytearray, chance: random.Random) -> None:
    place, size = _somewhere(content, chance), chance.choice((4, 12, 200))
    content[place : place + size] = bytes([chance.choice((0, 255))]) * len(content[place : place + size])


def _splice(content: bytearray, chance: random.Random) -> None:
    other = chance.choice(seeds())
    place = _somewhere(content, chance)
    content[place:] = other[min(place, len(other)) :]


MUTATIONS: Sequence[Callable[[bytearray, random.Random], None]] = (
    _flip, _flip, _number, _number, _number, _cut, _take_out, _repeat, _blank, _splice,
)  # fmt: skip


# Heads that Hypothesis makes up: every tag with every kind of value.


@st.composite
def heads(draw: st.DrawFn) -> bytes:
    """A TIFF whose tags say anything; most of the usual ones are right."""
    number = st.one_of(st.sampled_from(EXTREMES), st.integers(0, 2**32 - 1), st.integers(0, 64))
    tags: Tags = claiming(draw(st.integers(0, 64)), draw(st.integers(0, 64)))
    odd = draw(
        st.dictionaries(
            st.sampled_from(TAGS),
            st.tuples(st.sampled_from((3, 4)), st.lists(number, max_size=40)),
            max_size=6,
        )
    )
    for tag, (kind, values) in odd.items():
        tags[tag] = (kind, [value % (65536 if kind == 3 else 2**32) for value in values])
    following = draw(st.sampled_from((0, 0, 0, 8, 10, 200)))
    head = bare_tiff(tags, order=draw(st.sampled_from("<>")), following=following)
    return head + draw(st.binary(max_size=300)) + bytes(draw(st.sampled_from((0, 0, 5000))))


def each_head(cases: int, look: Callable[[bytes], None]) -> None:
    """Give as many made-up heads to a function, the same ones every time."""

    @settings(
        max_examples=cases,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(heads(), st.binary(max_size=200).map(lambda rest: b"II*\0" + rest)))
    def look_at(content: bytes) -> None:
        look(content)

    look_at()


def main() -> None:
    """Read as many cases as are asked for, and tell what became of them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--keep", type=Path, help="Folder for the files that ended badly.")
    options = asked.parse_args()
    found: Counter[str] = Counter()

    def look(content: bytes) -> None:
        became = result(content)
        found[became] += 1
        if became.startswith("!") and options.keep:
            (options.keep / f"{found.total()}.bin").write_bytes(content)

    chance, began = random.Random(options.seed), time.monotonic()
    for _ in range(options.cases * 7 // 10):
        look(mutated(chance))
    each_head(options.cases - found.total(), look)
    for became, count in found.most_common():
        print(f"{count:7,}  {became}")
    print(f"{found.total():7,}  cases in {time.monotonic() - began:.0f} s")
    sys.exit(any(became.startswith("!") for became in found))


if __name__ == "__main__":
    main()
