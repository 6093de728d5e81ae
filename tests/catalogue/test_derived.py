"""Figures that follow from the facts."""

from collections.abc import Callable, Mapping

import pytest

from app.catalogue import derived, vocabulary
from app.catalogue.record import DatasetRecord

Make = Callable[..., DatasetRecord]


def test_size_measure_counts_the_pixels_of_all_images(make_record: Make) -> None:
    record = make_record(n_images=10_000, image_size_px={"min": [600, 600], "max": [600, 600]})

    assert derived.size_measure(record) == 3_600_000_000


def test_size_measure_takes_the_mean_of_differing_sizes(make_record: Make) -> None:
    record = make_record(n_images=2, image_size_px={"min": [10, 10], "max": [20, 30]})

    assert derived.size_measure(record) == 100 + 600


def test_size_measure_is_unknown_without_a_size(make_record: Make) -> None:
    assert derived.size_measure(make_record(n_images=5)) is None


@pytest.mark.parametrize(
    ("unit", "count"),
    [
        (None, 7),
        ("patches", 7),
        ("SAR-optical image pair", 7),
        ("caption", None),
        ("image-text pair", None),
        ("plot", None),
    ],
)
def test_samples_stand_for_images_only_where_they_are_images(
    make_record: Make, unit: str | None, count: int
) -> None:
    assert derived.image_count(make_record(n_samples=7, sample_unit=unit)) == count


def test_texts_are_not_counted_as_images(make_record: Make) -> None:
    assert derived.image_count(make_record(n_samples=7, label_type="text")) is None


def test_bytes_per_image_uses_decimal_gigabytes(make_record: Make) -> None:
    assert derived.bytes_per_image(make_record(n_images=1000, volume_gb=2)) == 2_000_000


def test_bytes_per_image_of_no_images_is_unknown(make_record: Make) -> None:
    assert derived.bytes_per_image(make_record(n_images=0, volume_gb=2)) is None


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        (None, "not-stated"),
        ({"spdx": "MIT"}, "open"),
        ({"spdx": "CC-BY-4.0", "text": "CC BY 4.0"}, "open-attribution"),
        ({"spdx": "CC-BY-SA-4.0"}, "share-alike"),
        ({"spdx": "CC-BY-NC-ND-4.0"}, "non-commercial"),
        ({"spdx": "CC-BY-4.0 AND CC-BY-NC-4.0"}, "non-commercial"),
        ({"spdx": "CC-BY-4.0 OR ODbL-1.0"}, "open-attribution"),
        ({"spdx": "MIT AND (CC-BY-4.0 OR ODbL-1.0)"}, "open-attribution"),
        ({"spdx": "LicenseRef-Unheard"}, "custom"),
        ({"text": "words that no table knows"}, "custom"),
        ({"text": "Public Domain"}, "open"),
        ({"text": "academic purposes only"}, "research-only"),
        ({"spdx": "CC-BY-NC-SA-4.0", "text": "CC BY-NC-SA 4.0, academic purposes only"}, "research-only"),
    ],
)
def test_licences_fall_into_their_class(make_record: Make, licence: dict[str, str] | None, name: str) -> None:
    assert derived.licence_class(make_record(licence=licence)) == name


def test_every_licence_of_the_catalogue_is_in_a_table(records: Mapping[str, DatasetRecord]) -> None:
    stated = [record.licence for record in records.values() if record.licence]
    texts = {entry["text"].casefold() for entry in vocabulary.load("licences")["texts"]}

    assert [
        licence for licence in stated if not licence.spdx and (licence.text or "").casefold() not in texts
    ] == []


def test_a_licence_has_its_page() -> None:
    assert derived.licence_page("CC-BY-4.0") == "https://creativecommons.org/licenses/by/4.0/"
    assert derived.licence_page("CC-BY-4.0 OR ODbL-1.0") is None


def test_libraries_are_those_with_an_identifier(make_record: Make) -> None:
    record = make_record(libraries={"torchgeo": ["torchgeo.datasets.EuroSAT"], "pangaea": True})

    assert derived.libraries(record) == ("torchgeo", "pangaea")


def test_the_first_task_decides_the_family(make_record: Make) -> None:
    assert derived.task_family(make_record(tasks=["change-detection", "captioning"])) == "change"
    assert derived.task_family(make_record()) == "other"
