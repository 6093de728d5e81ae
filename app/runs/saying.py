"""What a run says of itself, kept as a code and a value and told in the language of whoever reads it.

"running: U-Net small" is kept and "Running: U-Net small" is told. What begins with no code of ours, such as
the reason that a model gives, is told as it is.
"""

from typing import Any

from app.base.language import N_, _

WORDS = {
    "waiting": N_("Waiting for a worker"),
    "starting": N_("Starting"),
    "reading": N_("Reading the tile"),
    "running": N_("Running"),
    "measuring": N_("Measuring"),
    "occluding": N_("Hiding bands"),
    "writing": N_("Writing"),
    "requested": N_("Requested."),
    "started": N_("Started."),
    "started-again": N_("The process before was ended; started again."),
    "given-back": N_("The worker ends; another one takes over."),
    "succeeded": N_("Ended: succeeded."),
    "cancelled": N_("Ended: cancelled."),
    "lost": N_(
        "The process that worked on this run was ended twice, most likely because it took too much memory. "
        "Try a smaller tile, or one model at a time."
    ),
    "too-long": N_(
        "This run took longer than the %(value)s seconds that one may take. "
        "Try a smaller tile, or one model at a time."
    ),
    "too-much-memory": N_(
        "This run needs more memory than the %(value)s MB that one may take. "
        "Try a smaller tile, or one model at a time."
    ),
    "fault": N_("A fault of the service: %(value)s. It is in its log."),
}
"""By code; a value that has no gap to stand in follows behind a colon."""
STAGES = ("waiting", "starting", "reading", "running", "measuring", "occluding", "writing")


def parted(kept: str) -> tuple[str, str]:
    """Code and value of what is kept; without a code, nothing and all of it."""
    code, _sign, value = kept.partition(": ")
    return (code, value) if code in WORDS else ("", kept)


def told(kept: str) -> str:
    """What is kept, in the reader's language; English for programs."""
    code, value = parted(kept)
    if not code:
        return _(kept) if kept else ""
    words = WORDS[code]
    if "%(value)s" in words:
        return _(words, value=value)
    return f"{_(words)}: {value}" if value else _(words)


def line(noted: dict[str, str]) -> dict[str, Any]:
    """A line of the log as programs read it: its moment, its text, and code and value where it has them."""
    code, value = parted(noted["text"])
    coded = {"code": code, **({"value": value} if value else {})} if code else {}
    return {"moment": noted["moment"], "text": told(noted["text"]), **coded}
