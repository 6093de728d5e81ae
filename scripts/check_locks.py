"""Fail when a lock file is loose: an address inside, a package without a hash, a list out of step."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

LISTS = ("bootstrap", "runtime", "dev", "peer", "tipg", "training", "inference")
FOLDER = Path("requirements")


def pins(text: str) -> dict[str, set[str]]:
    """Package name to the versions pinned; several where Python versions differ."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(name.lower(), set()).add(version)
    return found


def wanted(text: str) -> set[str]:
    """Names that a list of wishes (*.in) asks for."""
    names = re.findall(r"^([A-Za-z0-9._-]+)", text, re.MULTILINE)
    return {name.lower() for name in names if not name.startswith("-")}


def python_faults() -> Iterator[str]:
    """What is wrong with requirements/*.txt."""
    for name in LISTS:
        text = (FOLDER / f"{name}.txt").read_text()
        if "://" in text:
            yield f"requirements/{name}.txt holds an address; run `make lock`."
        if text.count("==") and "--hash=sha256:" not in text:
            yield f"requirements/{name}.txt has no hashes; run `make lock`."
        for package in sorted(wanted((FOLDER / f"{name}.in").read_text()) - set(pins(text))):
            yield f"requirements/{name}.in asks for {package}, which {name}.txt lacks; run `make lock`."
    runtime, dev = (pins((FOLDER / f"{name}.txt").read_text()) for name in ("runtime", "dev"))
    for package, versions in runtime.items():
        if dev.get(package) != versions:
            yield f"{package} is pinned differently in runtime.txt and dev.txt; run `make lock`."


def npm_faults() -> Iterator[str]:
    """What is wrong with package-lock.json."""
    lock = json.loads(Path("package-lock.json").read_text())
    asked = json.loads(Path("package.json").read_text())
    for name, package in lock["packages"].items():
        if "resolved" in package:
            yield f"package-lock.json holds the address of {name}; run `make lock` with the project's .npmrc."
        if name and "integrity" not in package:
            yield f"package-lock.json has no hash for {name}; run `make lock`."
    for kind in ("dependencies", "devDependencies"):
        if lock["packages"][""].get(kind, {}) != asked.get(kind, {}):
            yield f"package-lock.json and package.json differ in {kind}; run `make lock`."


def main() -> None:
    """Print every fault; the exit status says whether there was one."""
    faults = [*python_faults(), *npm_faults()]
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
