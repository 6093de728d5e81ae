"""Counts, sizes and volumes that must agree with each other."""

from collections import Counter
from collections.abc import Iterable, Iterator

from app.base.sentences import Figure, Sentence
from app.base.sentences import sentence as _
from app.catalogue import derived
from app.catalogue.record import DatasetRecord, ImageSize
from app.curation.checks.check import Check, Said, Subject

COUNTS = ("n_samples", "n_images", "n_bands", "n_classes", "n_timestamps", "n_regions")
# A pixel of one band takes at most eight bytes; archives rarely pack better than two hundred to one.
MOST_BYTES = 8
BEST_PACKING = 200
# Labels, metadata, several products of one image.
MOST_OVERHEAD = 20
BANDS_IF_UNKNOWN = 3
MOST_REPEATS_NAMED = 5
SPLIT_TOLERANCE = 0.005
LISTS = (
    "aliases", "keywords", "tasks", "themes", "modalities", "platforms", "sensors", "image_sources", "bands",
    "polarisations", "classes", "derived_from",
)  # fmt: skip


def _zero(subject: Subject) -> Iterator[Said]:
    for path in COUNTS:
        if getattr(subject.record, path) == 0:
            yield path, _("Zero says that there are none. Leave it empty where the number is not known.")


def _classes(subject: Subject) -> Iterator[Said]:
    record = subject.record
    if record.n_classes is not None and record.classes and record.n_classes != len(record.classes):
        yield (
            "n_classes",
            _(
                "The number of classes is %(counted)s, but %(listed)s are listed. Mend one of them; say in a "
                "note whether the background counts.",
                counted=record.n_classes,
                listed=len(record.classes),
            ),
        )


def _class_details(subject: Subject) -> Iterator[Said]:
    record = subject.record
    yield from _strangers("class_details", (detail.name for detail in record.class_details), record.classes)
    indices = Counter(detail.index for detail in record.class_details if detail.index is not None)
    for index, times in indices.items():
        if times > 1:
            yield "class_details", _("The index %(index)s stands for %(n)s classes.", index=index, n=times)


def _bands(subject: Subject) -> Iterator[Said]:
    record = subject.record
    yield from _strangers("band_details", (detail.name for detail in record.band_details), record.bands)
    if record.n_bands is not None and len(record.bands) > record.n_bands:
        yield (
            "n_bands",
            _(
                "The number of bands is %(counted)s, but %(listed)s are listed. Mend one of them.",
                counted=record.n_bands,
                listed=len(record.bands),
            ),
        )


def _strangers(path: str, described: Iterable[str], listed: tuple[str, ...]) -> Iterator[Said]:
    """Details of things that the list beside them does not hold."""
    for name in described:
        if name not in listed:
            yield (
                path,
                _("“%(name)s” is described but not listed. Add it to the list, or mend its name.", name=name),
            )


def _repeats(subject: Subject) -> Iterator[Said]:
    for path in LISTS:
        times = Counter(str(value).casefold() for value in getattr(subject.record, path))
        twice = [value for value, n in times.items() if n > 1]
        if twice:
            named = ", ".join(twice[:MOST_REPEATS_NAMED])
            yield path, _("Listed more than once: %(values)s. Keep each once.", values=named)


def _splits(subject: Subject) -> Iterator[Said]:
    record = subject.record
    counts = [split.count for split in record.splits]
    total = sum(count for count in counts if count is not None)
    wanted = {number for number in (record.n_samples, record.n_images, record.n_instances) if number}
    if not wanted or not counts:
        return
    is_whole = None not in counts
    if (is_whole and not any(abs(total - number) <= SPLIT_TOLERANCE * number for number in wanted)) or (
        not is_whole and total > max(wanted)
    ):
        yield _splits_differ(total, record)


def _splits_differ(total: int, record: DatasetRecord) -> Said:
    stated = record.n_samples or record.n_images or record.n_instances
    return (
        "splits",
        _(
            "The splits hold %(total)s samples, the dataset %(stated)s. Mend one of them, or say in "
            "a note what is left out.",
            total=Figure("number", total),
            stated=Figure("number", stated),
        ),
    )


def _image_size(subject: Subject) -> Iterator[Said]:
    size = subject.record.image_size_px
    if size and size.min[0] * size.min[1] > size.max[0] * size.max[1]:
        yield (
            "image_size_px",
            _(
                "The smallest image (%(small)s) is larger than the largest (%(large)s). Swap them.",
                small=_by(size.min),
                large=_by(size.max),
            ),
        )


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"


def _volume(subject: Subject) -> Iterator[Said]:
    record = subject.record
    values = _stored_values(record)
    if values is None or record.volume_gb is None:
        return
    volume = record.volume_gb * 1e9
    if volume < values / BEST_PACKING:
        yield "volume_gb", _volume_message(record, values, _("far too little"))
    elif volume > values * MOST_BYTES * MOST_OVERHEAD:
        yield "volume_gb", _volume_message(record, values, _("far too much"))


def _stored_values(record: DatasetRecord) -> int | None:
    """Pixels of all images times bands times dates; None where images or their size are unknown."""
    pixels = derived.size_measure(record)
    bands = record.n_bands or len(record.bands) or BANDS_IF_UNKNOWN
    return pixels * bands * (record.n_timestamps or 1) if pixels else None


def _volume_message(record: DatasetRecord, values: int, verdict: Sentence) -> Sentence:
    return _(
        "%(volume)s is %(verdict)s for %(values)s values (images × pixels × bands). Check the unit, which is "
        "GB, the number of images and their size.",
        volume=Figure("gigabytes", record.volume_gb),
        verdict=verdict,
        values=Figure("pixels", values),
    )


def _huge_image(subject: Subject) -> Iterator[Said]:
    size: ImageSize | None = subject.record.image_size_px
    if size and min(size.max) > 10 * max(size.min) * 10:
        yield (
            "image_size_px",
            _(
                "From %(small)s to %(large)s is a wide span. Check that both are pixels, not metres.",
                small=_by(size.min),
                large=_by(size.max),
            ),
        )


CHECKS = (
    Check("class-count-differs", "warning", "Are as many classes listed as counted?", _classes),
    Check(
        "class-details-differ",
        "warning",
        "Are the described classes listed, each index once?",
        _class_details,
    ),
    Check("band-count-differs", "warning", "Are no more bands listed than counted?", _bands),
    Check("splits-differ", "warning", "Do the splits add up to the number of samples?", _splits),
    Check("image-size-reversed", "error", "Is the smallest image no larger than the largest?", _image_size),
    Check(
        "image-size-span", "note", "Is the largest image at most a hundred times the smallest?", _huge_image
    ),
    Check("volume-implausible", "warning", "Does the volume fit images × pixels × bands?", _volume),
    Check("zero-count", "warning", "Is no count zero where it is only unknown?", _zero),
    Check("listed-twice", "warning", "Is nothing listed twice?", _repeats),
)
