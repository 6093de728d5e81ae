"""What programs send to the interface of curation."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

LONGEST_TEXT = 5000
Remark = Annotated[str, Field(max_length=LONGEST_TEXT)]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Slug = Annotated[str, Field(min_length=1, max_length=120)]
FactPath = Annotated[str, Field(max_length=200)]
Record = Annotated[
    dict[str, Any], Field(description="As GET /api/datasets/{slug} has it; may be incomplete.")
]


class Body(BaseModel):
    """A JSON object without other names than these."""

    model_config = ConfigDict(extra="forbid")


class Suggestion(Body):
    """A new dataset (`record`), a correction (`slug` and `record`), or a remark (`slug` and `note`)."""

    slug: Slug | None = Field(default=None, description="Of the published dataset that this is about.")
    record: Record | None = None
    note: Remark = Field(default="", description="For the reviewers.")
    name: Annotated[str, Field(max_length=200)] = Field(default="", description="Of a visitor.")
    email: Annotated[str, Field(max_length=300)] = Field(
        default="", description="Of a visitor: a link to confirm the suggestion is mailed to it."
    )
    submit: bool = Field(default=True, description="False keeps it as a draft, which may be incomplete.")

    @model_validator(mode="after")
    def _says_something(self) -> "Suggestion":
        if self.record is None and not (self.slug and self.note.strip()):
            raise ValueError("send a record, or slug and note about a published dataset")
        return self


class Note(Body):
    """A remark for the reviewers."""

    note: Remark = ""


class Why(Body):
    """A reason that the submitter reads."""

    reason: Reason


class MayWhy(Body):
    """A reason, if there is one to tell."""

    reason: Remark = ""


class Acceptance(Body):
    """What is accepted, and when it is published."""

    note: Remark = ""
    take: list[FactPath] | None = Field(
        default=None, max_length=500, description="Paths of the facts that are accepted; all without it."
    )
    settle: dict[FactPath, Literal["theirs", "ours"]] = Field(
        default_factory=dict,
        description="For each conflict: the value of the submission (theirs) or the published one (ours).",
    )
    publish_at: AwareDatetime | None = Field(default=None, description="From when on it is published.")


class Publication(Body):
    """Whose values hold where somebody else published others meanwhile."""

    settle: dict[FactPath, Literal["theirs", "ours"]] = Field(default_factory=dict)


class Assignment(Body):
    """Who looks after a revision."""

    assignee: int | None = Field(ge=1, le=2**31 - 1, description="Number of the account; null for nobody.")


class Remarked(Body):
    """A remark in the thread."""

    text: Reason
    path: FactPath = Field(default="", description="Of the fact that it is about.")


class Withdrawal(Body):
    """Why a published dataset is taken back, and what to use instead."""

    reason: Reason
    successor: Slug | None = None
