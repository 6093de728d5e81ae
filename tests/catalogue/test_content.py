"""The bundled records: whole, valid, cleaned, and every fact with its provenance."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from app.base.errors import Invalid
from app.catalogue import vocabulary
from app.catalogue.content import WIDTH, read_file, to_yaml, write_file
from app.catalogue.record import DatasetRecord, facts
from app.catalogue.sources import SOURCES

Records = Mapping[str, DatasetRecord]
Make = Callable[..., DatasetRecord]

CONTENT = Path(__file__).parents[2] / "data" / "catalogue"
MARKUP = re.compile(r"\]\(|`_|>_$|[\n\t]|\\")


def test_all_1054_records_are_there_in_their_kinds(records: Records) -> None:
    kinds = Counter(record.kind for record in records.values())

    assert kinds == {"ml-dataset": 933, "product": 72, "subset": 37, "benchmark-suite": 12}


def test_every_record_has_an_identifier_of_its_own(records: Records) -> None:
    assert len({record.uuid for record in records.values()}) == len(records)


def test_identifiers_never_change(records: Records) -> None:
    assert str(records["eurosat"].uuid) == "96773f48-1992-5323-b845-4f21eca480d0"
    assert str(records["sen1floods11"].uuid) == "998e9fab-db88-52a9-b528-b8835947af78"


def test_every_parent_is_in_the_catalogue(records: Records) -> None:
    lost = [
        (slug, parent)
        for slug, record in records.items()
        for parent in record.derived_from
        if parent not in records
    ]

    assert lost == []


def test_every_code_is_in_its_vocabulary(records: Records) -> None:
    unknown = {
        (name, code)
        for record in records.values()
        for name, code in _codes(record)
        if code not in vocabulary.terms(name)
    }

    assert unknown == set()


def test_every_fact_has_a_provenance_and_nothing_else_has(records: Records) -> None:
    differing = {
        slug: set(facts(record)) ^ set(record.provenance)
        for slug, record in records.items()
        if set(facts(record)) != set(record.provenance)
    }

    assert differing == {}


def test_every_source_is_credited(records: Records) -> None:
    keys = {key for record in records.values() for key in _source_keys(record)}

    assert keys <= set(SOURCES)


def test_every_fact_names_at_least_one_source(records: Records) -> None:
    assert all(fact.sources for record in records.values() for fact in record.provenance.values())


def test_no_fact_claims_to_be_checked_yet(records: Records) -> None:
    checked = [
        slug for slug, record in records.items() if any(f.checked_on for f in record.provenance.values())
    ]

    assert checked == []


def test_facts_from_memory_of_a_paper_alone_are_unconfirmed(records: Records) -> None:
    provenance = records["sen1floods11"].provenance

    assert provenance["n_samples"].unconfirmed
    assert not provenance["bands"].unconfirmed


def test_themes_are_always_inferred(records: Records) -> None:
    assert {record.provenance["themes"].how for record in records.values() if record.themes} == {"inferred"}


def test_country_centres_added_by_rule_are_inferred(records: Records) -> None:
    assert records["bigearthnet"].provenance["spatial.places"].how == "inferred"


def test_what_differs_between_sources_is_kept(records: Records) -> None:
    conflicts = [conflict for record in records.values() for conflict in record.conflicts]

    assert sum(not conflict.set_aside for conflict in conflicts) == 91
    assert sum(conflict.set_aside for conflict in conflicts) == 140
    assert records["eurosat"].conflicts[0].value == 2017


def test_no_name_holds_markup(records: Records) -> None:
    dirty = [
        (slug, text) for slug, record in records.items() for text in _names(record) if MARKUP.search(text)
    ]

    assert dirty == []


def test_ben_is_an_alias_of_bigearthnet(records: Records) -> None:
    assert "BEN" in records["bigearthnet"].aliases
    assert "asserted" in records["bigearthnet"].provenance["aliases"].sources


def test_all_places_are_kept(records: Records) -> None:
    places = [place for record in records.values() for place in record.spatial.places]

    assert Counter(place.precision for place in places) == {
        "country": 367,
        "city": 230,
        "region": 157,
        "continent": 53,
        "footprint": 12,
    }


@pytest.mark.parametrize("slug", ["bigearthnet", "sen1floods11", "eurosat", "so2sat-lcz42", "seefar"])
def test_files_are_written_as_they_stand(slug: str) -> None:
    path = CONTENT / f"{slug}.yaml"

    assert to_yaml(read_file(path)) == path.read_text(encoding="utf-8")


def test_every_record_is_written_and_read_back_unchanged(records: Records) -> None:
    changed = [slug for slug, record in records.items() if _read_back(record) != record]

    assert changed == []


def test_lines_of_lists_stay_short_and_without_anchors(records: Records) -> None:
    text = to_yaml(records["bigearthnet"])

    flow = [line for line in text.splitlines() if line.rstrip().endswith(("]", "}"))]
    assert max(map(len, flow)) <= WIDTH + 20
    assert "&id" not in text


def test_dates_and_identifiers_stay_text(make_record: Make, tmp_path: Path) -> None:
    record = make_record(
        temporal_extent={"start": "2016-08-12", "end": "2017"}, publication={"arxiv": "1902.06148"}
    )

    write_file(record, tmp_path / "made.yaml")

    assert read_file(tmp_path / "made.yaml") == record
    assert "start: '2016-08-12'" in (tmp_path / "made.yaml").read_text()


def test_unknown_values_are_left_out(make_record: Make) -> None:
    assert set(yaml.safe_load(to_yaml(make_record()))) == {"uuid", "slug", "name", "kind"}


def test_a_mistyped_key_is_named(tmp_path: Path, make_record: Make) -> None:
    path = tmp_path / "made.yaml"
    path.write_text(f"{to_yaml(make_record())}license: MIT\n")

    with pytest.raises(Invalid, match=r"made\.yaml.*(?s:.)*license"):
        read_file(path)


def test_broken_yaml_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("slug: [")

    with pytest.raises(Invalid, match=r"broken\.yaml"):
        read_file(path)


def test_a_file_is_named_after_its_slug(tmp_path: Path, make_record: Make) -> None:
    write_file(make_record(), tmp_path / "other.yaml")

    with pytest.raises(Invalid, match=r"made\.yaml"):
        read_file(tmp_path / "other.yaml")


def _read_back(record: DatasetRecord) -> DatasetRecord:
    return DatasetRecord.model_validate(yaml.load(to_yaml(record), Loader=yaml.CSafeLoader))


def _codes(record: DatasetRecord) -> Iterator[tuple[str, str]]:
    spatial = record.spatial
    listed = {
        "task": record.tasks,
        "theme": record.themes,
        "modality": record.modalities,
        "platform": record.platforms,
        "sensor": record.sensors,
        "continent": spatial.continents,
        "country": (*spatial.countries, *(place.country for place in spatial.places)),
        "label_type": (record.label_type,),
        "extent": (spatial.extent,),
        "kind": (record.kind,),
    }
    return ((name, code) for name, codes in listed.items() for code in codes if code)


def _source_keys(record: DatasetRecord) -> Iterator[str]:
    yield from (source.key for source in record.sources)
    yield from (key for fact in record.provenance.values() for key in fact.sources)
    yield from (key for conflict in record.conflicts for key in conflict.source.split("+"))


def _names(record: DatasetRecord) -> Iterator[str]:
    yield from (record.name, *record.aliases)
    yield from (text for text in (record.title, record.publisher) if text)
    if record.licence and record.licence.text:
        yield record.licence.text
