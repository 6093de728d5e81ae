"""A module named for later is imported when something of it is asked for, and not before."""

import sys

import pytest

from app.base.later import Later


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """The module of these tests is not imported yet."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)


def test_naming_a_module_does_not_import_it():
    Later("colorsys")

    assert "colorsys" not in sys.modules


def test_asking_for_something_imports_it():
    assert Later("colorsys").rgb_to_hsv(0, 0, 0) == (0, 0, 0)
    assert "colorsys" in sys.modules


def test_what_a_module_lacks_is_an_error_as_always():
    with pytest.raises(AttributeError, match="nothing"):
        _ = Later("colorsys").nothing
