import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from app.catalogue import vocabulary
from app.catalogue.derived import size_measure
from app.catalogue.record import DatasetRecord
from app.insights.selection import Selection
from app.insights.shares import codes_of, family_bits, joined, main_families, shares

# The survey's own classes and volumes in MB: M. Schmitt, S. A. Ahmadi and R. Hänsch (2021), There Is No Data
# Like More Data, arXiv:2105.11726, and the table that goes with the paper.
SURVEY = (
    "classification",
    "detection",
    "segmentation",
    "change",
    "cloud-removal",
    "super-resolution",
    "other",
)
PUBLISHED_MB = {
    "classification": 4_178_352,
    "other": 1_813_700,
    "detection": 900_496,
    "segmentation": 668_573,
    "classification+segmentation": 525_380,
    "cloud-removal": 272_000,
    "classification+detection": 96_700,
    "change": 95_048,
    "detection+segmentation": 53_350,
    "super-resolution": 762,
}


def survey_bits(combination: str) -> int:
    return sum(1 << SURVEY.index(code) for code in combination.split("+"))


def test_published_volumes_of_the_survey_give_its_shares():
    bits = np.asarray([survey_bits(combination) for combination in PUBLISHED_MB])
    volumes = np.asarray(list(PUBLISHED_MB.values()), dtype=np.float64)

    found = shares(bits, volumes)

    assert [one.bits for one in found[:3]] == [
        survey_bits(one) for one in ("classification", "other", "detection")
    ]
    assert [round(100 * one.share, 1) for one in found] == [
        48.6,
        21.1,
        10.5,
        7.8,
        6.1,
        3.2,
        1.1,
        1.1,
        0.6,
        0.0,
    ]
    assert math.isclose(sum(one.share for one in found), 1)


def test_a_combination_is_a_slice_of_its_own():
    found = shares(np.asarray([1, 2, 3, 3]), np.asarray([10.0, 20.0, 30.0, 40.0]))

    assert [(one.bits, one.datasets, one.total, one.share) for one in found] == [
        (3, 2, 70.0, 0.7),
        (2, 1, 20.0, 0.2),
        (1, 1, 10.0, 0.1),
    ]


def test_what_lacks_family_or_value_is_left_out_of_the_whole():
    found = shares(np.asarray([1, 1, 0]), np.asarray([5.0, np.nan, 95.0]))

    assert [(one.datasets, one.total, one.share) for one in found] == [(1, 5.0, 1.0)]


def test_nothing_gives_no_slices():
    assert shares(np.empty(0, dtype=np.int64), np.empty(0)) == []


def test_values_of_zero_divide_nothing():
    assert [one.share for one in shares(np.asarray([1]), np.asarray([0.0]))] == [0.0]


def test_families_of_all_tasks_and_of_the_first(make_selection: Callable[..., Selection]):
    index = make_selection(
        {"task": ("object-detection", "semantic-segmentation")}, {"task": ()}, {"task": ("captioning",)}
    ).index

    families = [codes_of(int(bits)) for bits in family_bits(index)]

    assert families == [("segmentation", "detection"), (), ("language",)]
    assert main_families(index).tolist() == [1, -1, 5]


def survey_class(task: str) -> str:
    """The survey's word for a task of the catalogue."""
    group = vocabulary.terms("task")[task].group or "other"
    if task in SURVEY:
        return task
    return group if group in ("classification", "detection", "segmentation", "change") else "other"


def survey_slices(records: tuple[DatasetRecord, ...]) -> tuple[dict[str, float], float, int]:
    """Shares of volume on the records that cite the survey's table, their volume in MB, and their number."""
    cited = [one for one in records if any(source.key == "ahmadi" for source in one.sources)]
    bits = [
        sum(1 << SURVEY.index(code) for code in {survey_class(task) for task in one.tasks}) for one in cited
    ]
    volumes = [math.nan if one.volume_gb is None else one.volume_gb * 1000 for one in cited]
    found = shares(np.asarray(bits), np.asarray(volumes))
    names = {
        joined(sorted(code for place, code in enumerate(SURVEY) if one.bits >> place & 1)): one
        for one in found
    }
    return (
        {name: one.share for name, one in names.items()},
        sum(one.total for one in found),
        sum(one.datasets for one in found),
    )


def test_records_that_cite_the_survey_keep_near_its_volumes(records: tuple[DatasetRecord, ...]):
    found, volume, datasets = survey_slices(records)
    published = sum(PUBLISHED_MB.values())

    assert datasets == pytest.approx(141, abs=10)
    assert volume == pytest.approx(published, rel=0.15)
    assert found["classification"] == pytest.approx(4_178_352 / published, abs=0.05)
    assert found["super-resolution"] * volume == pytest.approx(PUBLISHED_MB["super-resolution"])
    assert math.isclose(sum(found.values()), 1)


def test_slices_of_the_catalogue_equal_plain_sums_over_its_records(
    everything: Selection, records: tuple[DatasetRecord, ...]
):
    totals: Counter[frozenset[str]] = Counter()
    for record in records:
        pixels = size_measure(record)
        if record.tasks and pixels is not None:
            totals[frozenset(vocabulary.terms("task")[task].group or "other" for task in record.tasks)] += (
                pixels
            )

    found = shares(everything.family_bits, everything.numbers("size_measure"))

    assert {frozenset(codes_of(one.bits)): one.total for one in found} == pytest.approx(totals)
