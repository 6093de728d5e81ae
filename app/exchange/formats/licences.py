"""Licences as linked data: an address where an SPDX identifier is known, else the words that were stated."""

import re
from typing import Any

from app.catalogue.record import Licence

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
NOT_STATED = {"@type": "CreativeWork", "name": "not stated"}
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")


def linked(licence: Licence | None) -> list[str | dict[str, Any]]:
    """The licences that apply, all of them; empty where none is stated.

    An SPDX expression with AND names several licences that each hold for a part of the data. One with OR or
    WITH cannot be said by a list of addresses, so it is kept in words.
    """
    if licence is None:
        return []
    identifiers = (licence.spdx or "").split(" AND ")
    if all(_IDENTIFIER.fullmatch(one) and not one.startswith("LicenseRef-") for one in identifiers):
        return [f"https://spdx.org/licenses/{one}" for one in identifiers]
    words = licence.text or licence.spdx
    if not words:
        return []
    expression = {"identifier": licence.spdx} if licence.spdx else {}
    return [{"@type": "CreativeWork", "name": " ".join(words.split())} | expression]
