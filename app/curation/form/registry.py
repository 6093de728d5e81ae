"""Every group and field of the form, in the order of the page."""

from collections.abc import Mapping

from app.curation.form.about import IDENTITY, PEOPLE
from app.curation.form.contents import CONTENT, LABELS, QUALITY
from app.curation.form.fields import Field, Group
from app.curation.form.reach import LICENCE, LINKS, PLACE

GROUPS: tuple[Group, ...] = (IDENTITY, CONTENT, LABELS, PLACE, LICENCE, LINKS, PEOPLE, QUALITY)
FIELDS: tuple[Field, ...] = tuple(field for group in GROUPS for field in group.all)
BY_PATH: Mapping[str, Field] = {path: field for field in FIELDS for path in field.paths}
"""The field that writes a fact."""
