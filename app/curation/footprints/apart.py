"""Files of strangers are read in a process of their own, with little memory and little time.

What they could break - the parsers of Parquet, SQLite and zip, and the memory - is not that of the service.
The process gets the file on its standard input and writes the outline as JSON; it opens nothing.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.base.errors import AppError, Invalid, TooLarge, Unavailable
from app.base.language import _, language, speaking
from app.curation.footprints import files, outlining
from app.curation.footprints.shapes import LARGEST_FILE, Footprint, from_json

ROOT = Path(__file__).parents[3]
SECONDS = 40
MEMORY = 3_000_000_000
"""Address space, not memory used: the libraries alone map about one gigabyte."""


def read(content: bytes) -> Footprint:
    """The outline of an uploaded file.

    Raises:
        Invalid: not a file that can be used; the message says how to mend it.
        TooLarge: more than is read, or more than it may take in time and memory.
    """
    if len(content) > LARGEST_FILE:
        return outlining.outline(files.read(content))
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app.curation.footprints.apart", language()],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_much() from None
    except OSError:
        raise Unavailable(_("The file cannot be read at this moment. Try again.")) from None
    if done.returncode != 0:
        raise _too_much()
    return _outcome(json.loads(done.stdout))


def _too_much() -> TooLarge:
    return TooLarge(
        _("Reading the file takes more time or memory than is given to one. Dissolve or simplify it first.")
    )


def _outcome(answer: dict[str, Any]) -> Footprint:
    if "fault" in answer:
        raise (TooLarge if answer["is_large"] else Invalid)(answer["fault"])
    return from_json(answer)


def main(content: bytes) -> dict[str, Any]:
    """What the process writes: the outline, or what is wrong with the file."""
    try:
        return outlining.outline(files.read(content)).as_json()
    except AppError as fault:
        return {"fault": fault.message, "is_large": isinstance(fault, TooLarge)}
    except MemoryError:
        return {"fault": _too_much().message, "is_large": True}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with speaking(sys.argv[1]):
        sys.stdout.write(json.dumps(main(sys.stdin.buffer.read(LARGEST_FILE + 1))))
