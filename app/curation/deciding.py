"""What a reviewer typed on the page of a review: decisions by field, questions, message, moment. Pure.

Everything typed is kept as it was sent, so that a page that is shown again after a lost race holds it still.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from app.base.errors import Invalid
from app.base.language import _, ngettext
from app.curation import labels
from app.curation.merging import Difference, Side, canonical

LONGEST = 5000
MOST_FIELDS = 1000


class Undecided(Invalid):
    """Something on the form is still open; `field` or `paths` say what."""

    code = "undecided"

    def __init__(self, message: str, *, field: str = "", paths: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.field, self.paths = field, paths


@dataclass(frozen=True)
class Typed:
    """The fields of the form by their names."""

    fields: Mapping[str, str]

    @property
    def lock(self) -> int:
        """Of the state that the page showed; 0, which no revision has, where none was sent."""
        given = self.fields.get("lock", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

    @property
    def message(self) -> str:
        """What is said to the submitter."""
        return self.fields.get("message", "").strip()

    def asked(self) -> dict[str, str]:
        """The questions at the fields that are marked "ask"."""
        return {
            path: self.fields.get(f"question:{path}", "").strip()
            for path, choice in self._chosen("decide:").items()
            if choice == "ask"
        }

    def take(self, paths: Iterable[str]) -> set[str] | None:
        """Which of these paths are taken; None for all.

        Raises:
            Undecided: some are marked "ask".
        """
        chosen = self._chosen("decide:")
        asked = tuple(path for path in paths if chosen.get(path) == "ask")
        if asked:
            raise Undecided(
                ngettext(
                    "%(num)s field is marked “ask”. Request changes, or decide about it.",
                    "%(num)s fields are marked “ask”. Request changes, or decide about them.",
                    len(asked),
                ),
                paths=asked,
            )
        taken = {path for path in paths if chosen.get(path, "take") == "take"}
        return None if len(taken) == len(set(paths)) else taken

    def settle(self) -> dict[str, Side]:
        """Whose value holds where both changed."""
        found: dict[str, Side] = {}
        for path, side in self._chosen("settle:").items():
            if side == "ours":
                found[path] = "ours"
            elif side == "theirs":
                found[path] = "theirs"
        return found

    def reason(self) -> str:
        """The message with the questions below it.

        Raises:
            Undecided: nothing is said.
        """
        questions = [
            f"{labels.fact(path)}: {question}" for path, question in self.asked().items() if question
        ]
        said = "\n\n".join(part for part in (self.message, "\n".join(questions)) if part)
        if not said:
            raise Undecided(
                _("Say what is to be changed, or why not; the submitter reads it."), field="message"
            )
        return said

    def publish_at(self) -> datetime | None:
        """The moment to publish at, in UTC; None where none was typed.

        Raises:
            Undecided: no moment, or one in the past.
        """
        given = self.fields.get("publish_at", "").strip()
        if not given:
            return None
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            raise Undecided(
                _("Give a day and a time, such as 2027-03-31T12:00."), field="publish_at"
            ) from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if moment <= datetime.now(UTC):
            raise Undecided(
                _("This moment has passed. Publish now, or choose a later one."), field="publish_at"
            )
        return moment

    def changed_since(self, changes: Iterable[Difference]) -> list[str]:
        """The paths whose proposed values are not those that the page showed."""
        seen = dict(part.partition("=")[::2] for part in self.fields.get("seen", "").split())
        now = _digests(changes)
        return [path for path in {**seen, **now} if seen.get(path) != now.get(path)] if seen else []

    def _chosen(self, prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): value for name, value in self.fields.items() if name.startswith(prefix)
        }


def typed(pairs: Iterable[tuple[str, Any]]) -> Typed:
    """The form as it was sent; files are left out, and texts are cut where no field is as long."""
    fields = {name: value[: 4 * LONGEST] for name, value in pairs if isinstance(value, str)}
    return Typed(dict(list(fields.items())[:MOST_FIELDS]))


def seen(changes: Iterable[Difference]) -> str:
    """What the page shows, as a hidden field that `Typed.changed_since` compares with what is there then."""
    return " ".join(f"{path}={mark}" for path, mark in _digests(changes).items())


def _digests(changes: Iterable[Difference]) -> dict[str, str]:
    return {one.path: sha256(canonical(one.after).encode()).hexdigest()[:8] for one in changes}
