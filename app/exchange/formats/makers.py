"""Who made a dataset, and what of that each format can say."""

from typing import Any

from app.catalogue.details import Creator
from app.catalogue.record import DatasetRecord

ORCID = "https://orcid.org/"


def makers(record: DatasetRecord) -> tuple[Creator, ...]:
    """The creators in their order; without them the first author of the paper, whom the sources name."""
    author = record.publication.first_author
    return record.creators or ((Creator(name=author),) if author else ())


def name_parts(name: str) -> tuple[str, str] | None:
    """Family and given name where a comma tells them apart; None for any other, maybe a team's."""
    family, comma, given = name.partition(",")
    return (family.strip(), given.strip()) if comma and family.strip() and given.strip() else None


def as_person(creator: Creator, *, is_author: bool) -> dict[str, Any]:
    """A creator in the words of schema.org; `is_author` when all that is known is a family name."""
    person: dict[str, Any] = {"@type": "Person", "name": creator.name}
    if creator.orcid:
        person["@id"] = ORCID + creator.orcid
    if parts := name_parts(creator.name):
        person |= {"familyName": parts[0], "givenName": parts[1]}
    elif is_author:
        person["familyName"] = creator.name
    if creator.affiliation:
        person["affiliation"] = {"@type": "Organization", "name": creator.affiliation}
    return person
