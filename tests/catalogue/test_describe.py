"""The paragraph reads as English and claims no more than the facts."""

import re
from collections.abc import Callable, Mapping

import pytest

from app.catalogue.describe import LONGEST_FIRST_SENTENCE, summary
from app.catalogue.record import DatasetRecord

Make = Callable[..., DatasetRecord]


def test_a_known_dataset_is_described_in_full(records: Mapping[str, DatasetRecord]) -> None:
    assert summary(records["sen1floods11"]) == (
        "Sen1Floods11 (2020) is a dataset on water and floods for semantic segmentation, with 4,831 samples "
        "of 512 × 512 px from Sentinel-1 and Sentinel-2 at 10 m. Its labels are pixel masks in 2 classes. "
        "The data come from 12 countries on 5 continents, 2016 to 2019."
    )


def test_an_unknown_is_passed_over(make_record: Make) -> None:
    assert summary(make_record()) == "Made is a dataset."


@pytest.mark.parametrize(
    ("kind", "noun"),
    [("subset", "benchmark subset"), ("benchmark-suite", "benchmark suite"), ("product", "data product")],
)
def test_kinds_are_told_apart(make_record: Make, kind: str, noun: str) -> None:
    assert summary(make_record(kind=kind)) == f"Made is a {noun}."


def test_a_year_in_the_name_is_not_repeated(make_record: Make) -> None:
    assert summary(make_record(name="DFC2020", year=2020)) == "DFC2020 is a dataset."


def test_many_tasks_and_sensors_are_counted(make_record: Make) -> None:
    record = make_record(
        tasks=["captioning", "counting", "regression", "unmixing", "forecasting"],
        sensors=["GEDI", "NAIP", "MODIS", "VIIRS", "HLS"],
    )

    assert summary(record) == (
        "Made is a dataset for captioning, counting, regression and 2 more tasks, from GEDI, NAIP, MODIS, "
        "VIIRS and 1 more sensor."
    )


def test_a_single_image_is_singular(make_record: Make) -> None:
    record = make_record(
        n_images=1, modalities=["hyperspectral"], platforms=["aerial"], gsd_m={"min": 20, "max": 20}
    )

    assert summary(record) == "Made is a dataset, with 1 aerial hyperspectral image at 20 m."


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0.05, 0.05, "5 cm"),
        (0.3, 0.3, "0.3 m"),
        (10, 60, "10 to 60 m"),
        (0.05, 2, "5 cm to 2 m"),
        (500, 5000, "500 m to 5 km"),
    ],
)
def test_resolutions_take_the_fitting_unit(make_record: Make, least: float, most: float, words: str) -> None:
    record = make_record(sensors=["NAIP"], gsd_m={"min": least, "max": most})

    assert summary(record) == f"Made is a dataset, from NAIP at {words}."


def test_country_names_take_their_article(make_record: Make) -> None:
    record = make_record(spatial={"countries": ["USA", "NLD", "DEU"]})

    assert summary(record).endswith("The data come from the United States, the Netherlands and Germany.")


def test_dates_without_a_place_are_told_alone(make_record: Make) -> None:
    assert summary(make_record(temporal_extent={"start": "2018-03"})).endswith("The data begin in 2018.")
    assert summary(make_record(temporal_extent={"start": "2018", "end": "2019"})).endswith(
        "date from 2018 to 2019."
    )


def test_synthetic_scenes_are_said_to_be_nowhere(make_record: Make) -> None:
    assert "because the scenes are synthetic" in summary(make_record(spatial={"extent": "synthetic"}))


def test_several_inferred_themes_are_not_claimed(make_record: Make) -> None:
    assert summary(make_record(themes=["clouds", "urban"])) == "Made is a dataset."


def test_licences_read_as_people_write_them(make_record: Make) -> None:
    record = make_record(licence={"spdx": "CC-BY-NC-4.0 AND CC-BY-4.0"})

    assert summary(record).endswith("Licence: CC BY-NC 4.0 and CC BY 4.0.")


def test_a_long_first_sentence_loses_its_lesser_parts(make_record: Make) -> None:
    record = make_record(
        name="N" * 190,
        themes=["forest"],
        tasks=["time-series-classification", "visual-question-answering", "multi-label-classification"],
        sensors=["Tetracam Micro-MCA6", "Orbita Hyperspectral (OHS)", "Meteosat SEVIRI"],
    )

    first = summary(record)

    assert len(first) <= LONGEST_FIRST_SENTENCE
    assert first.endswith(".")


def test_every_summary_is_well_formed(records: Mapping[str, DatasetRecord]) -> None:
    flaws = re.compile(r"  | ,|\.\.| \.|\bNone\b|\b(of|from|for|at|in|with)[.,]|,,|\band and\b|\b(\w+) \2\b")

    # Names are the sources' own and may stammer.
    said = [summary(record).removeprefix(record.name) for record in records.values()]
    flawed = [text for text in said if flaws.search(text)]

    assert flawed == []


def test_no_summary_is_too_long_for_a_card(records: Mapping[str, DatasetRecord]) -> None:
    assert max(len(summary(record)) for record in records.values()) <= 450
