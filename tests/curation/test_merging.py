"""Records are compared fact by fact, and several people's changes come together without loss."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.curation.merging import canonical, differences, flat, is_same, merge, nested

BASE = {
    "uuid": "1",
    "name": "Spring",
    "year": 2019,
    "tasks": ["detection"],
    "licence": {"text": "MIT"},
    "provenance": {"year": {"sources": ["paper"]}, "tasks": {"sources": ["paper"]}},
}


def changed(**fields: Any) -> dict[str, Any]:
    return {**BASE, **fields}


def test_differences_name_paths_in_the_order_of_the_record():
    proposed = changed(licence={"text": "MIT", "spdx": "MIT"}, year=2020, tasks=["detection", "counting"])

    found = differences(BASE, proposed)

    assert [(one.path, one.before, one.after) for one in found] == [
        ("year", 2019, 2020),
        ("tasks", ["detection"], ["detection", "counting"]),
        ("licence.spdx", None, "MIT"),
    ]


def test_unknown_is_unknown_however_it_is_written():
    empty = changed(title=None, notes=[], description="", libraries={"pangaea": False}, spatial={})

    assert differences(BASE, empty) == ()


def test_everything_of_a_new_dataset_is_a_difference():
    assert {one.path for one in differences(None, BASE)} >= {
        "name",
        "year",
        "licence.text",
        "provenance.year",
    }


def test_one_and_true_differ_but_ten_is_ten():
    assert not is_same(1, True)
    assert is_same({"a": [10.0]}, {"a": [10]})


def test_changes_of_different_facts_come_together():
    mine = changed(year=2020, licence={"text": "MIT", "spdx": "MIT"})
    theirs = changed(tasks=["counting"], licence=None)

    merged = merge(BASE, mine, theirs)

    assert merged.conflicts == ()
    assert (merged.draft["year"], merged.draft["tasks"]) == (2020, ["counting"])
    assert merged.draft["licence"] == {"spdx": "MIT"}


def test_two_values_for_one_fact_wait_for_a_decision():
    mine, theirs = changed(year=2020), changed(year=2021)

    (clash,) = merge(BASE, mine, theirs).conflicts

    assert (clash.path, clash.base, clash.theirs, clash.ours) == ("year", 2019, 2020, 2021)
    assert merge(BASE, mine, theirs, settle={"year": "theirs"}).draft["year"] == 2020
    assert merge(BASE, mine, theirs, settle={"year": "ours"}).draft["year"] == 2021


def test_the_same_value_from_two_people_is_no_conflict():
    merged = merge(BASE, changed(year=2020), changed(year=2020, title="T"))

    assert merged.conflicts == ()
    assert merged.draft["title"] == "T"


def test_a_removal_against_a_change_is_a_conflict():
    mine = {name: value for name, value in BASE.items() if name != "year"}

    (clash,) = merge(BASE, mine, changed(year=2021)).conflicts

    assert (clash.theirs, clash.ours) == (None, 2021)


def test_only_what_is_taken_is_applied_and_its_source_with_it():
    mine = changed(year=2020, tasks=["counting"])
    mine["provenance"] = {"year": {"sources": ["repo"]}, "tasks": {"sources": ["repo"]}}

    draft = merge(BASE, mine, BASE, take={"year"}).draft

    assert (draft["year"], draft["tasks"]) == (2020, ["detection"])
    assert draft["provenance"] == {"year": {"sources": ["repo"]}, "tasks": {"sources": ["paper"]}}


def test_the_source_of_a_lost_fact_is_lost_with_it():
    mine = {name: value for name, value in BASE.items() if name != "year"}

    assert "year" not in merge(BASE, mine, BASE).draft["provenance"]


def test_a_better_source_alone_is_a_change_and_yields_to_a_newer_one():
    mine = changed(provenance={**BASE["provenance"], "year": {"sources": ["repo"]}})
    newer = changed(provenance={**BASE["provenance"], "year": {"sources": ["web"]}})

    assert [one.path for one in differences(BASE, mine)] == ["provenance.year"]
    assert merge(BASE, mine, BASE).draft["provenance"]["year"] == {"sources": ["repo"]}
    assert merge(BASE, mine, newer).draft["provenance"]["year"] == {"sources": ["web"]}
    assert merge(BASE, mine, newer).conflicts == ()


def test_sources_that_several_people_add_are_put_together():
    one, two = {"key": "repo", "ref": "a"}, {"key": "web", "ref": "b"}

    merged = merge(
        changed(sources=[one]), changed(sources=[one, two]), changed(sources=[one, {**two, "ref": "c"}])
    )

    assert merged.conflicts == ()
    assert [source["ref"] for source in merged.draft["sources"]] == ["a", "c", "b"]


def test_a_draft_of_any_shape_is_compared_without_a_fault():
    wrong = {"licence": "MIT", "spatial": [1], "provenance": "x", "year": {"a": {"b": None}}}

    assert {one.path for one in differences(BASE, wrong)} >= {"licence", "licence.text", "provenance", "year"}
    assert nested(flat(wrong))["licence"] == "MIT"


LEAF = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.text(max_size=3)
VALUE = LEAF | st.lists(LEAF, max_size=2)
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "year": VALUE,
        "tasks": VALUE,
        "notes": VALUE,
        "licence": st.dictionaries(st.sampled_from(["text", "spdx"]), VALUE),
        "spatial": st.dictionaries(st.sampled_from(["bbox", "extent"]), VALUE),
    },
)


@given(RECORD)
def test_flat_and_nested_are_each_other_s_reverse(record):
    assert differences(record, nested(flat(record))) == ()


@given(RECORD, RECORD)
def test_a_proposal_applied_to_what_it_began_from_is_the_proposal(base, proposed):
    merged = merge(base, proposed, base)

    assert merged.conflicts == ()
    assert differences(merged.draft, proposed) == ()


@given(RECORD, RECORD, RECORD)
def test_no_change_of_either_side_is_lost_without_a_decision(base, mine, theirs):
    merged = merge(base, mine, theirs)

    open_ = {clash.path for clash in merged.conflicts}
    result, before, after, now = flat(merged.draft), flat(base), flat(mine), flat(theirs)
    for path in {*before, *after, *now} - open_:
        mine_changed = not is_same(before.get(path), after.get(path))
        expected = after.get(path) if mine_changed else now.get(path)
        assert is_same(result.get(path), expected)


@given(RECORD, RECORD, RECORD)
def test_settled_conflicts_are_none(base, mine, theirs):
    conflicts = merge(base, mine, theirs).conflicts

    settled = merge(base, mine, theirs, settle={one.path: "theirs" for one in conflicts})

    assert settled.conflicts == ()
    assert all(is_same(flat(settled.draft).get(one.path), one.theirs) for one in conflicts)


@given(st.recursive(LEAF, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_the_canonical_text_survives_a_way_through_json(value):
    assert canonical(json.loads(json.dumps(value))) == canonical(value)
