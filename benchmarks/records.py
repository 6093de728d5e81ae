"""Synthetic records made from the real ones: as many as wanted, the same on every machine.

Each is put together from three real records, so that its facts have the real mix of values, lengths and gaps:
one gives sources, sizes and addresses, one what it is for and how it was taken, one licence and label type.
Name, words and box are new.
"""

from collections.abc import Iterator
from random import Random
from uuid import NAMESPACE_URL, uuid5

from app.catalogue.content import read_folder
from app.catalogue.record import Box, DatasetRecord, Spatial
from app.seeding import CATALOGUE
from benchmarks.words import DESCRIBED, IN_HALF, SEARCHED, SYLLABLES, word, words

SEED = 11
SMALL_HALF_SIDES = (0.2, 1.0, 3.0, 8.0)
LARGE_HALF_SIDE = 60.0
SHARE_SMALL = 0.85
HIGHEST_LATITUDE = 85.0
# West, south, east, north, weight: rough boxes of land for regions, with more where more has been labelled.
LANDS = (
    (-9, 37, 25, 60, 60), (-122, 26, -72, 49, 45), (70, 9, 88, 30, 25), (100, 22, 121, 41, 30),
    (-75, -34, -38, -3, 25), (-15, 5, 40, 14, 20), (12, -33, 38, 3, 15), (115, -37, 152, -18, 10),
    (30, 45, 90, 62, 12), (96, -8, 125, 18, 8),
)  # fmt: skip


def regions(count: int = 250) -> list[tuple[float, float]]:
    """Middles (longitude, latitude) of the regions that boxes and searches gather around."""
    random = Random("regions")
    lands = random.choices(LANDS, [land[4] for land in LANDS], k=count)
    return [
        (random.uniform(west, east), random.uniform(south, north)) for west, south, east, north, _ in lands
    ]


def synthetic_records(count: int) -> Iterator[DatasetRecord]:
    """The first `count` synthetic records; a larger catalogue begins with the smaller one."""
    real = list(read_folder(CATALOGUE))
    random, places = Random(SEED), regions()
    for number in range(count):
        yield _record(number, random, real, random.choice(places))


def _record(
    number: int, random: Random, real: list[DatasetRecord], region: tuple[float, float]
) -> DatasetRecord:
    base, purpose, terms = (random.choice(real) for _ in range(3))
    name = _name(number, random)
    title = f"{name}: {words(random, SEARCHED, 2)} with {words(random, SEARCHED, 1)} from above"
    changes = {
        "uuid": uuid5(NAMESPACE_URL, f"synthetic:{number}"),
        "slug": f"{name.lower()}-{number:06d}",
        "name": name,
        "aliases": (f"{name} v{random.randrange(1, 9)}",) if random.random() < 0.3 else (),
        "title": title,
        "description": _description(random),
        "publication": base.publication.model_copy(update={"title": title}),
        "notes": tuple(word(random, SEARCHED) for _ in range(4)),
        "year": base.year and min(2026, base.year + random.randint(-3, 3)),
        "n_samples": _varied(base.n_samples, random),
        "n_images": _varied(base.n_images, random),
        "volume_gb": base.volume_gb and max(0.001, round(base.volume_gb * random.lognormvariate(0, 0.7), 3)),
        "tasks": purpose.tasks,
        "themes": purpose.themes,
        "modalities": purpose.modalities,
        "platforms": purpose.platforms,
        "sensors": purpose.sensors,
        "licence": terms.licence,
        "label_type": terms.label_type,
        "spatial": Spatial(
            extent=base.spatial.extent, countries=base.spatial.countries, bbox=_box(random, region)
        ),
        "derived_from": (),
    }
    # The parts were checked when they were read; copying spares checking them a hundred thousand times.
    return base.model_copy(update=changes)


def _name(number: int, random: Random) -> str:
    stem = "".join(random.choice(SYLLABLES) for _ in range(3)).capitalize()
    return f"{stem}{random.choice(('Net', 'SAT', 'Scenes', 'Bench', 'EO'))}-{number % 97}"


def _description(random: Random) -> str:
    known = f" Every scene is {IN_HALF} by hand." if random.random() < 0.5 else ""
    return f"Scenes of {words(random, SEARCHED, 2)}.{known} Keywords: {words(random, DESCRIBED, 30)}."


def _varied(value: int | None, random: Random) -> int | None:
    return value and max(1, round(value * random.lognormvariate(0, 0.7)))


def _box(random: Random, region: tuple[float, float]) -> Box:
    half = random.choice(SMALL_HALF_SIDES) if random.random() < SHARE_SMALL else LARGE_HALF_SIDE
    longitude, latitude = (middle + random.uniform(-0.5, 0.5) for middle in region)
    return (
        round(max(-180.0, longitude - half), 4),
        round(max(-HIGHEST_LATITUDE, latitude - half), 4),
        round(min(180.0, longitude + half), 4),
        round(min(HIGHEST_LATITUDE, latitude + half), 4),
    )
