"""Rights, cell by cell; what the table of the code says is written down here a second time, by hand."""

import re
from itertools import product
from pathlib import Path

import pytest

from app.accounts.rights import Action, Reach, Role, State, as_markdown, may, reach

DOCUMENT = Path(__file__).parents[2] / "docs" / "accounts.md"

# Visitor, contributor, reviewer, editor, admin: o own, x others', a anyone's, - nobody's. Not named: -----
EXPECTED = """
draft       view oooaa  edit oooaa  submit oooaa  withdraw oooaa
submitted   view ooaaa  edit --xaa  comment ooaaa  assign --aaa  return --xxx  reject --xxx  accept --xxx
submitted   withdraw ooooa
returned    view ooaaa  edit oooaa  submit oooaa  comment ooaaa  assign --aaa  reject --xxx  withdraw oooaa
accepted    view ooaaa  comment ooaaa  return --xxx  publish --aaa  withdraw oooaa
published   view aaaaa  withdraw ---aa  restore --aaa
superseded  view aaaaa  restore --aaa
rejected    view ooaaa  restore -oaaa
withdrawn   view ooaaa  restore -ooaa
"""
LETTERS = {"o": Reach.OWN, "x": Reach.OTHERS, "a": Reach.ANY, "-": Reach.NONE}


def expected() -> dict[tuple[State, Action, Role], Reach]:
    found = dict.fromkeys(product(State, Action, Role), Reach.NONE)
    for line in EXPECTED.strip().splitlines():
        state, *cells = line.split()
        for action, letters in zip(cells[::2], cells[1::2], strict=True):
            for role, letter in zip(Role, letters, strict=True):
                found[State(state), Action(action), role] = LETTERS[letter]
    return found


@pytest.mark.parametrize(
    ("cell", "extent"), expected().items(), ids=lambda one: "-".join(one) if isinstance(one, tuple) else ""
)
def test_each_cell_of_the_table(cell, extent):
    state, action, role = cell

    assert reach(role, state, action) is extent
    assert may(role, state, action, is_own=True) is (extent in (Reach.OWN, Reach.ANY))
    assert may(role, state, action, is_own=False) is (extent in (Reach.OTHERS, Reach.ANY))


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EDITOR, Role.ADMIN])
def test_nobody_accepts_their_own_unless_one_curator_keeps_the_catalogue(role):
    own = {"is_own": True}

    assert not may(role, State.SUBMITTED, Action.ACCEPT, **own)
    assert may(role, State.SUBMITTED, Action.ACCEPT, **own, is_one_curator=True)


def test_one_curator_gives_no_right_to_who_has_none():
    for state, action in product(State, Action):
        for role in (Role.VISITOR, Role.CONTRIBUTOR):
            for is_own in (True, False):
                alone = may(role, state, action, is_own=is_own, is_one_curator=True)
                assert alone is may(role, state, action, is_own=is_own)


def test_a_higher_role_never_reaches_less_except_over_its_own_work():
    order = {Reach.NONE: 0, Reach.OWN: 1, Reach.OTHERS: 1, Reach.ANY: 2}
    for state, action in product(State, Action):
        extents = [order[reach(role, state, action)] for role in Role]
        assert extents == sorted(extents)


def test_the_documentation_shows_the_table():
    shown = re.search(r"<!-- rights.*?-->\n(.*?)\n<!-- end of rights -->", DOCUMENT.read_text(), re.DOTALL)[1]

    assert shown == as_markdown()
