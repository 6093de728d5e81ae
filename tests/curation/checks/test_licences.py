"""Licences named in words are recognised, so that text and identifier can be compared."""

import pytest

from app.curation.checks.licences import identifiers, named


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CC BY 4.0", ("CC-BY-4.0",)),
        ("cc-by-nc-sa-4.0", ("CC-BY-NC-SA-4.0",)),
        ("CC BY NC 4.0 (data); research use only", ("CC-BY-NC-4.0",)),
        ("Attribution-NonCommercial-ShareAlike 4.0 International", ("CC-BY-NC-SA-4.0",)),
        ("Creative Commons Attribution-NonCommercial 4.0 International", ("CC-BY-NC-4.0",)),
        ("Creative Commons Attribution v4", ("CC-BY-4.0",)),
        ("CC BY-NC-ND", ("CC-BY-NC-ND",)),
        ("CC0 1.0", ("CC0-1.0",)),
        ("images CC BY-NC-ND 4.0; annotations CC BY 4.0", ("CC-BY-NC-ND-4.0", "CC-BY-4.0")),
        ("MIT (licence file of the data repository)", ("MIT",)),
        ("Open Data Commons Open Database License (ODbL)", ("ODbL",)),
        ("non-commercial use only", ()),
        ("permission must be asked", ()),
    ],
)
def test_a_text_names_its_licences(text, found):
    assert named(text) == found


def test_an_expression_is_taken_apart():
    assert identifiers("(CC-BY-4.0 OR MIT) AND ODbL-1.0") == ("CC-BY-4.0", "MIT", "ODbL-1.0")
