"""Licences as addresses where SPDX knows them, in words elsewhere, and never invented."""

import pytest

from app.catalogue.record import Licence
from app.exchange.formats.licences import linked


def test_unknown_licence_is_no_licence():
    assert linked(None) == []
    assert linked(Licence()) == []


@pytest.mark.parametrize(
    ("spdx", "addresses"),
    [
        ("CC-BY-4.0", ["https://spdx.org/licenses/CC-BY-4.0"]),
        (
            "CC-BY-4.0 AND CC-BY-NC-4.0",
            ["https://spdx.org/licenses/CC-BY-4.0", "https://spdx.org/licenses/CC-BY-NC-4.0"],
        ),
    ],
)
def test_spdx_identifiers_become_addresses(spdx, addresses):
    assert linked(Licence(spdx=spdx, text="as stated")) == addresses


@pytest.mark.parametrize("spdx", [None, "CC-BY-4.0 OR ODbL-1.0", "LicenseRef-Planet", "GPL-2.0-only WITH x"])
def test_other_licences_are_kept_in_words(spdx):
    kept = linked(Licence(spdx=spdx, text="Planet terms,\nread them"))

    assert kept == [
        {"@type": "CreativeWork", "name": "Planet terms, read them"} | ({"identifier": spdx} if spdx else {})
    ]
