"""What the form is made of: groups of fields, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.base.language import _
from app.curation import labels

Need = Literal["required", "recommended", "optional"]


@dataclass(frozen=True)
class Field:
    """One field: the fact it writes, how it is written, and what helps to fill it in.

    `path` is that of the fact, and the name of the input. `widget` is a key of `widgets.WIDGETS`, `terms` a
    list of `lists`. Texts are marked for translation and looked up when they are shown.

    Args:
        need: "required" before it can be submitted; "recommended" counts for completeness.
        waivable: whether "does not apply" is an answer.
        also: other facts that the same field writes, such as the details of a table.
        is_open: words that the list does not know are taken as well.
    """

    path: str
    widget: str
    help: str = ""
    example: str = ""
    label: str = ""
    unit: str = ""
    terms: str = ""
    need: Need = "optional"
    waivable: bool = True
    also: tuple[str, ...] = ()
    is_open: bool = False

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return _(self.label) if self.label else labels.fact(self.path)

    @property
    def advice(self) -> str:
        """What helps to fill it in, in the reader's language."""
        return _(self.help) if self.help else ""

    @property
    def sample(self) -> str:
        """The example, with a sign for the end of a cell that nobody would see."""
        return (_(self.example) if self.example else "").replace("\t", " ⇥ ")

    @property
    def paths(self) -> tuple[str, ...]:
        """Every fact that the field writes."""
        return (self.path, *self.also)


@dataclass(frozen=True)
class Group:
    """A section of the form; `about` stands under its heading. Fields of `more` are folded away."""

    key: str
    title: str
    about: str
    fields: tuple[Field, ...]
    more: tuple[Field, ...] = ()

    @property
    def all(self) -> tuple[Field, ...]:
        """The fields in sight, then the folded ones."""
        return self.fields + self.more


Values = Mapping[str, tuple[str, ...]]
"""What a browser sends: the texts of each input by its name."""
