"""The score counts what applies, and says what is missing."""

from collections.abc import Callable, Mapping

from app.catalogue.completeness import completeness
from app.catalogue.record import DatasetRecord, paths

Make = Callable[..., DatasetRecord]


def test_the_weights_add_up_to_a_hundred(make_record: Make) -> None:
    assert sum(criterion.weight for criterion in completeness(make_record()).criteria) == 100


def test_an_empty_record_scores_nothing(make_record: Make) -> None:
    assert completeness(make_record()).score == 0


def test_a_full_record_lacks_nothing(make_record: Make) -> None:
    found = completeness(
        make_record(
            description="What it is.",
            licence={"spdx": "MIT"},
            urls={"home": "https://example.org"},
            tasks=["scene-classification"],
            modalities=["rgb"],
            bands=["R", "G", "B"],
            gsd_m={"min": 1, "max": 1},
            n_samples=5,
            classes=["a", "b"],
            spatial={"bbox": [1, 2, 3, 4]},
            temporal_extent={"start": "2020"},
            data_doi="10.1/x",
            publication={"doi": "10.1/y"},
            splits=[{"name": "train", "role": "train", "count": 4}],
            formats=["image/tiff"],
        )
    )

    assert found.missing == ()
    assert found.score == 100


def test_what_does_not_apply_does_not_count(make_record: Make) -> None:
    synthetic = completeness(make_record(spatial={"extent": "synthetic"}))

    not_applicable = {criterion.key for criterion in synthetic.criteria if not criterion.applicable}
    assert not_applicable == {"footprint", "dates"}


def test_what_curators_say_does_not_apply_does_not_count(make_record: Make) -> None:
    asked = completeness(make_record(description="What it is."))
    waived = completeness(make_record(description="What it is.", not_applicable=["splits", "gsd_m"]))

    assert {c.key for c in asked.missing} - {c.key for c in waived.missing} == {"splits", "gsd"}
    assert waived.score > asked.score


def test_nobody_can_say_that_a_licence_does_not_apply(make_record: Make) -> None:
    found = completeness(make_record(not_applicable=["licence.spdx", "description", "formats"]))

    assert {"licence", "description", "format"} <= {criterion.key for criterion in found.missing}


def test_every_question_names_facts_that_records_have(make_record: Make) -> None:
    asked = {path for criterion in completeness(make_record()).criteria for path in criterion.paths}

    assert asked <= set(paths())


def test_a_map_product_needs_no_task_or_splits(make_record: Make) -> None:
    product = completeness(make_record(kind="product"))

    assert {"task", "splits", "samples", "classes"} == {c.key for c in product.criteria if not c.applicable}


def test_regression_needs_no_classes(make_record: Make) -> None:
    found = completeness(make_record(tasks=["regression"]))

    assert not next(criterion for criterion in found.criteria if criterion.key == "classes").applicable


def test_a_country_alone_is_no_footprint(make_record: Make) -> None:
    found = completeness(make_record(spatial={"countries": ["DEU"]}))

    assert "footprint" in {criterion.key for criterion in found.missing}


def test_missing_criteria_come_heaviest_first_with_advice(make_record: Make) -> None:
    missing = completeness(make_record()).missing

    assert [criterion.weight for criterion in missing] == sorted((c.weight for c in missing), reverse=True)
    assert all(criterion.help.endswith(".") for criterion in missing)


def test_scores_of_the_catalogue_lie_between_0_and_100(records: Mapping[str, DatasetRecord]) -> None:
    scores = [completeness(record).score for record in records.values()]

    assert min(scores) >= 0
    assert max(scores) <= 100
    assert len(set(scores)) > 30
