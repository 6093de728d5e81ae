"""What a draft has to be before it is kept: a JSON object of bearable size that the database can hold.

Whether it makes a good record is for the checks to say; a draft may be incomplete or wrong.
"""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.base.errors import Invalid, TooLarge
from app.base.language import _

MOST_BYTES = 2_000_000
DEEPEST = 16
LARGEST_INTEGER = 2**63 - 1
LONGEST_SLUG = 100
LONGEST_NAME = 200
LONGEST_TEXT = 5000


def checked(draft: Mapping[str, Any], uuid: UUID, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The draft of a dataset as it is kept: with its identifier, and with a slug made of its name.

    Args:
        before: the draft as kept so far; a slug that was made of its name follows the new name.
    Raises:
        Invalid: it holds what no record can hold.
        TooLarge: it is larger than `MOST_BYTES`.
    """
    _check(draft, 0)
    kept = {**draft, "uuid": str(uuid)}
    made = slug_of(name_of(before or {}))
    if not kept.get("slug") or (before is not None and kept["slug"] == made):
        kept["slug"] = slug_of(name_of(kept))
    if not kept["slug"]:
        del kept["slug"]
    if len(json.dumps(kept, ensure_ascii=False).encode()) > MOST_BYTES:
        raise TooLarge(
            _("A draft holds at most %(n)s MB. Leave out what is not needed.", n=MOST_BYTES // 1_000_000)
        )
    return kept


def name_of(draft: Mapping[str, Any]) -> str:
    """The name of a draft, "" while it has none."""
    name = draft.get("name")
    return name.strip()[:LONGEST_NAME] if isinstance(name, str) else ""


def slug_of(name: str) -> str:
    """A name as it stands in addresses: lower case, no accents, one hyphen between words."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")


def stated_slug(draft: Mapping[str, Any]) -> str:
    """The slug that a draft states, "" where it states none."""
    slug = draft.get("slug")
    return slug[:LONGEST_NAME] if isinstance(slug, str) else ""


def checked_text(text: str) -> str:
    """A remark or reason without the blanks around it.

    Raises:
        Invalid: too long, or with signs that no text has.
    """
    found = text.strip()
    if len(found) > LONGEST_TEXT:
        raise Invalid(
            _("A text has at most %(most)s characters; this has %(n)s.", most=LONGEST_TEXT, n=len(found))
        )
    _check_text(found)
    return found


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Invalid(_("A draft is nested at most %(n)s levels deep.", n=DEEPEST))
    if isinstance(value, Mapping):
        for key, part in value.items():
            _check(key, depth + 1)
            _check(part, depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            _check(part, depth + 1)
    elif isinstance(value, str):
        _check_text(value)
    elif not _is_plain(value):
        raise Invalid(
            _(
                "A draft cannot hold %(value)s; it holds texts, finite numbers and lists.",
                value=str(value)[:40],
            )
        )


def _is_plain(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= LARGEST_INTEGER
    return isinstance(value, float) and math.isfinite(value)


def _check_text(text: str) -> None:
    # The database holds neither the sign 0 nor half of a pair.
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Invalid(_("A text holds a sign that cannot be stored. Type it again without it."))
