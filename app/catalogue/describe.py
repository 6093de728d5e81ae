"""One paragraph about a dataset, written from its facts alone; what is unknown is passed over in silence."""

import re
from collections.abc import Iterable, Sequence

from app.catalogue import places, vocabulary
from app.catalogue.record import DatasetRecord, Range

LONGEST_FIRST_SENTENCE = 300
MOST_TASKS, MOST_SENSORS, MOST_COUNTRIES = 3, 4, 3

_NOUNS = {
    "ml-dataset": "dataset",
    "subset": "benchmark subset",
    "benchmark-suite": "benchmark suite",
    "product": "data product",
}
_TASKS = {
    "vision-language": "vision-language models",
    "time-series-classification": "time series classification",
}
_UNSAID_TASKS = frozenset({"benchmark-suite"})
_THEMES = {
    "forest": "forests",
    "water-flood": "water and floods",
    "wildfire": "wildfires",
    "landslide-geohazard": "landslides, ice and other geohazards",
    "ships-maritime": "ships and the sea",
    "land-cover": "land cover",
}
_IMAGES = {
    "rgb": "RGB",
    "multispectral": "multispectral",
    "hyperspectral": "hyperspectral",
    "panchromatic": "panchromatic",
    "thermal": "thermal",
    "sar": "SAR",
    "nightlights": "night light",
    "street-view": "street view",
}
_OTHER_DATA = {
    "lidar": "lidar data",
    "point-cloud": "point clouds",
    "dem": "elevation models",
    "atmospheric": "atmospheric data",
    "weather": "weather data",
    "video": "video",
    "vector": "vector data",
}
_LABELS = {
    "pixel-mask": "pixel masks",
    "pixel-label": "labelled pixels",
    "bounding-box": "bounding boxes",
    "oriented-bounding-box": "rotated bounding boxes",
    "polygon": "polygons",
    "polyline": "lines",
    "point": "points",
    "panoptic": "panoptic masks",
    "text": "texts",
    "mixed": "of several forms",
}
# Label types that no list of labels describes: alone, and with the number of classes.
_LABEL_SENTENCES = {
    "scene-label": ("Each image carries one label.", "Each image carries one of {classes}."),
    "scene-value": ("Each image carries one value.", "Each image carries one value, in {classes}."),
    "multi-label": ("An image carries any number of labels.", "An image carries any number of {classes}."),
    "pixel-value": ("Every pixel carries a value.", "Every pixel carries values, in {classes}."),
    "paired-image": ("The images are paired.", "The images are paired, with {classes}."),
    "none": ("It carries no labels.", "It carries no labels."),
}
_PLAIN_UNIT = re.compile(r"[A-Za-z][A-Za-z0-9 -]{2,30}")
_WITH_ARTICLE = re.compile(
    r"^(United|Netherlands|Philippines|Bahamas|Gambia|Maldives|Comoros|Democratic|Central)|Islands"
)


def summary(record: DatasetRecord) -> str:
    """What the dataset is, what its labels are and where it lies, and its licence: one to four sentences."""
    sentences = (_what(record), _labels(record), _where_and_when(record), _licence(record))
    return " ".join(sentence for sentence in sentences if sentence)


def _what(record: DatasetRecord) -> str:
    """The first sentence; the least important parts go first where it grows too long."""
    parts = {
        "theme": _theme(record),
        "tasks": _tasks(record),
        "amount": _amount(record),
        "origin": _origin(record),
    }
    for dropped in ((), ("theme",), ("theme", "origin"), tuple(parts)):
        kept = "".join(text for name, text in parts.items() if name not in dropped)
        sentence = f"{_subject(record)}{kept}."
        if len(sentence) <= LONGEST_FIRST_SENTENCE:
            break
    return sentence


def _subject(record: DatasetRecord) -> str:
    year = f" ({record.year})" if record.year and str(record.year) not in record.name else ""
    return f"{record.name}{year} is a {_NOUNS[record.kind]}"


def _theme(record: DatasetRecord) -> str:
    """A theme only where it stands alone: themes are inferred, and several together often mislead."""
    themes = [code for code in record.themes if code != "language"]
    if len(themes) != 1 or themes == ["general-objects"]:
        return ""
    return f" on {_THEMES.get(themes[0]) or vocabulary.label('theme', themes[0]).lower()}"


def _tasks(record: DatasetRecord) -> str:
    said = [code for code in record.tasks if code not in _UNSAID_TASKS]
    phrases = [_TASKS.get(code) or vocabulary.label("task", code).lower() for code in said]
    return f" for {_some(phrases, MOST_TASKS, 'task')}" if phrases else ""


def _amount(record: DatasetRecord) -> str:
    count, noun = _count_and_noun(record)
    size = f" of {_size(record)}" if record.image_size_px else ""
    if count is None:
        return f", with {_images(record)}{size}" if size else ""
    named = _images(record) if noun == "images" else noun
    counted = f", with {count:,} {named if count != 1 else named.removesuffix('s')}{size}"
    if record.n_instances and record.n_instances != count:
        return f"{counted} and {record.n_instances:,} annotated objects"
    return counted


def _images(record: DatasetRecord) -> str:
    """Such as "drone RGB images", or only "images" where a sensor or provider is named later."""
    if record.sensors or record.image_sources:
        return "images"
    return _listed_words(_carried(record), _seen(record), "images")


def _count_and_noun(record: DatasetRecord) -> tuple[int | None, str]:
    """Images where their number is stated; otherwise samples, under their own name where that is plain."""
    if record.n_images:
        return record.n_images, "images"
    if not record.n_samples:
        return None, ""
    unit = (record.sample_unit or "").strip()
    return record.n_samples, _plural(unit) if _PLAIN_UNIT.fullmatch(unit) else "samples"


def _plural(unit: str) -> str:
    if unit.endswith("s") and not unit.endswith("ss"):
        return unit
    return f"{unit}es" if unit.endswith(("ch", "sh", "ss", "x")) else f"{unit}s"


def _size(record: DatasetRecord) -> str:
    if record.image_size_px is None:
        return ""
    least, most = record.image_size_px.min, record.image_size_px.max
    smallest = f"{least[0]:,} × {least[1]:,}"
    return f"{smallest} px" if least == most else f"{smallest} to {most[0]:,} × {most[1]:,} px"


def _origin(record: DatasetRecord) -> str:
    made_by = _sensors(record) or _some(record.image_sources, MOST_SENSORS, "source")
    if not made_by and " image" in _amount(record):
        return f"{_with_others(record)}{_resolution(record.gsd_m)}"
    made_by = made_by or _data(record)
    origin = f" from {made_by}" if made_by else ""
    # A comma keeps "images of 64 × 64 px from" and a bare "for detection from" equally readable.
    comma = "," if origin and not _amount(record) else ""
    return f"{comma}{origin}{_resolution(record.gsd_m)}"


def _sensors(record: DatasetRecord) -> str:
    names = list(dict.fromkeys(code.removesuffix(" (series)") for code in record.sensors))
    return _some(names, MOST_SENSORS, "sensor")


def _data(record: DatasetRecord) -> str:
    """Such as "satellite RGB and SAR images and elevation models"."""
    carried, seen, others = _carried(record), _seen(record), _others(record)
    if not seen and not others:
        return f"{carried} data" if carried else ""
    images = [_listed_words(carried, seen, "images")] if seen else []
    return _listed([*images, *others], last=" as well as " if images and len(others) == 1 else " and ")


def _with_others(record: DatasetRecord) -> str:
    """Data beside images that the sentence has already named."""
    others = _others(record)
    return f" together with {_listed(others)}" if others else ""


def _carried(record: DatasetRecord) -> str:
    return _listed("drone" if code == "uav" else code for code in record.platforms)


def _seen(record: DatasetRecord) -> str:
    return _listed(_IMAGES[code] for code in record.modalities if code in _IMAGES)


def _others(record: DatasetRecord) -> list[str]:
    return [_OTHER_DATA[code] for code in record.modalities if code in _OTHER_DATA]


def _listed_words(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _resolution(gsd: Range | None) -> str:
    if gsd is None:
        return ""
    least, most = _metres(gsd.min), _metres(gsd.max)
    if least == most:
        return f" at {least}"
    # "10 to 60 m", but "5 cm to 2 m".
    number, unit = least.split()
    return f" at {number if most.endswith(f' {unit}') else least} to {most}"


def _metres(value: float) -> str:
    if value >= 1000:
        return f"{value / 1000:,.4g} km"
    return f"{value * 100:.3g} cm" if value < 0.1 else f"{value:.4g} m"


def _labels(record: DatasetRecord) -> str:
    classes = f"{record.n_classes:,} classes" if record.n_classes and record.n_classes > 1 else ""
    if record.label_type in _LABEL_SENTENCES:
        alone, counted = _LABEL_SENTENCES[record.label_type]
        return counted.format(classes=classes) if classes else alone
    if record.label_type in _LABELS:
        return f"Its labels are {_LABELS[record.label_type]}{f' in {classes}' if classes else ''}."
    return f"It has {classes}." if classes else ""


def _where_and_when(record: DatasetRecord) -> str:
    if places.geo_status(record) == "none":
        return places.geo_reason(record)
    where, when = _where(record), _when(record)
    if where:
        return f"The data come from {where}{f', {when}' if when else ''}."
    if when.startswith("since"):
        return f"The data begin in {when.removeprefix('since ')}."
    return f"The data date from {when}." if when else ""


def _where(record: DatasetRecord) -> str:
    """Cities only where they are few; countries by name only up to three, else by number and continent."""
    named = record.spatial.countries
    continents = [vocabulary.label("continent", code) for code in places.continents(record)]
    if len(named) > MOST_COUNTRIES:
        on = _some(continents, 1, "continent") if len(continents) == 1 else f"{len(continents)} continents"
        return f"{len(named)} countries {'in' if len(continents) == 1 else 'on'} {on}"
    if named:
        countries = _listed(_with_article(vocabulary.label("country", code)) for code in named)
        return f"{_cities(record)}{countries}"
    if record.spatial.extent == "global":
        return "all over the world"
    return _listed(continents)


def _cities(record: DatasetRecord) -> str:
    """Such as "Munich and Berlin in ", when one country holds one or two city places."""
    named = [place.name for place in record.spatial.places]
    is_city = all(place.precision == "city" for place in record.spatial.places)
    if not is_city or not 0 < len(named) <= 2 or len(record.spatial.countries) != 1:
        return ""
    country = vocabulary.label("country", record.spatial.countries[0])
    short = [re.sub(r"\s*[,(].*$", "", name) for name in named]
    return f"{_listed(short)} in " if country not in short else ""


def _with_article(country: str) -> str:
    return f"the {country}" if _WITH_ARTICLE.search(country) else country


def _when(record: DatasetRecord) -> str:
    extent = record.temporal_extent
    if extent is None:
        return ""
    start, end = (extent.start or "")[:4], (extent.end or "")[:4]
    if start and end:
        return start if start == end else f"{start} to {end}"
    return f"since {start}" if start else f"before {int(end) + 1}"


def _licence(record: DatasetRecord) -> str:
    if record.licence is None or not record.licence.spdx:
        return ""
    spoken = re.sub(r"\bCC-(BY[A-Z-]*|0)-?", lambda found: f"CC {found[1].rstrip('-')} ", record.licence.spdx)
    return f"Licence: {spoken.replace(' AND ', ' and ').replace(' OR ', ' or ')}."


def _some(names: Sequence[str], most: int, noun: str) -> str:
    """The first few by name, the others by number."""
    rest = len(names) - most
    if rest <= 0:
        return _listed(names)
    return f"{', '.join(names[:most])} and {rest} more {noun}{'s' if rest > 1 else ''}"


def _listed(names: Iterable[str], last: str = " and ") -> str:
    """A, B and C."""
    *first, final = [*names] or [""]
    return f"{', '.join(first)}{last}{final}" if first else final
