"""The closed lists are complete, unambiguous and in plain words."""

import pytest

from app.catalogue import vocabulary

SIZES = {"task": 43, "modality": 16, "theme": 20, "platform": 5, "label_type": 16, "kind": 4, "geo_status": 5}


@pytest.mark.parametrize("name", vocabulary.VOCABULARIES)
def test_every_term_has_a_label_and_no_repeated_synonym(name: str) -> None:
    terms = vocabulary.terms(name)

    assert terms
    assert all(term.label == term.label.strip() != "" for term in terms.values())
    assert all(len(set(term.synonyms)) == len(term.synonyms) for term in terms.values())


@pytest.mark.parametrize("name", vocabulary.VOCABULARIES)
def test_codes_occur_once(name: str) -> None:
    entries = vocabulary.load(vocabulary.VOCABULARIES[name])["terms"]

    assert len({entry["code"] for entry in entries}) == len(entries)


@pytest.mark.parametrize("name", vocabulary.VOCABULARIES)
def test_terms_hold_no_key_that_nobody_reads(name: str) -> None:
    read = {"code", "label", "definition", "synonyms", "group", "numeric"}

    assert {key for entry in vocabulary.load(vocabulary.VOCABULARIES[name])["terms"] for key in entry} <= read


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_vocabularies_have_their_known_size(name: str, size: int) -> None:
    assert len(vocabulary.terms(name)) == size


def test_labels_within_a_vocabulary_differ() -> None:
    for name in ("task", "modality", "platform", "theme", "label_type", "licence_class", "kind", "country"):
        labels = [term.label for term in vocabulary.terms(name).values()]
        assert len(set(labels)) == len(labels), name


def test_every_task_belongs_to_a_family() -> None:
    families = {term.group for term in vocabulary.terms("task").values()}

    assert families == set(vocabulary.task_groups())
    assert families == {
        "segmentation",
        "detection",
        "classification",
        "change",
        "regression",
        "language",
        "other",
    }


def test_every_task_modality_and_theme_is_defined() -> None:
    for name in set(vocabulary.VOCABULARIES) - {"sensor", "country", "continent"}:
        assert all(term.definition.endswith(".") for term in vocabulary.terms(name).values()), name


def test_countries_have_a_continent_and_all_but_kosovo_a_number() -> None:
    countries = vocabulary.terms("country")

    assert {term.group for term in countries.values()} == set(vocabulary.terms("continent"))
    assert [code for code, term in countries.items() if term.numeric is None] == ["XKX"]
    assert countries["DEU"].numeric == "276"


def test_country_codes_are_text_even_where_yaml_could_read_otherwise() -> None:
    assert all(isinstance(code, str) and len(code) == 3 for code in vocabulary.terms("country"))


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [
        ("theme", "land-cover", "LULC"),
        ("modality", "sar", "radar"),
        ("platform", "uav", "UAV"),
        ("task", "visual-question-answering", "VQA"),
        ("task", "super-resolution", "SR"),
        ("task", "cloud-removal", "gap filling"),
        ("task", "change-detection", "CD"),
        ("task", "image-translation", "image-to-image translation"),
        ("sensor", "Sentinel-2", "S2"),
        ("country", "USA", "US"),
    ],
)
def test_common_words_lead_to_their_code(name: str, code: str, word: str) -> None:
    assert word in vocabulary.words(name, code)


def test_no_synonym_of_agriculture_narrows_it_to_crop_types() -> None:
    assert not any("type" in word for word in vocabulary.words("theme", "agriculture"))


def test_an_unknown_code_is_its_own_label() -> None:
    assert vocabulary.label("task", "levitation") == "levitation"


def test_classes_of_licences_are_in_the_vocabulary() -> None:
    tables = vocabulary.load("licences")
    classes = {entry["class"] for entry in [*tables["licences"], *tables["texts"]]}

    assert classes <= set(vocabulary.terms("licence_class"))
