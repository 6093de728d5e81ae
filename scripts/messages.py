"""Collect the messages of the pages, and bring the catalogues in `locales/` up to date with them.

`make messages` adds what is new, empty, and drops what is gone; a test fails as long as something is empty.
"""

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from app.base.language import LANGUAGES, LOCALES, SOURCE
from app.catalogue.vocabulary import FOLDER, VOCABULARIES

ROOT = Path(__file__).parents[1]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
FORMS = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2}
"""Functions of modules with the number of texts they are given."""
NAMES_OF_THEIR_OWN = ("sensor", "library")
"""Vocabularies of names, which are the same in every language."""
PLACES = (
    ("templates", "*.html", "jinja2"),
    ("templates", "*.txt", "jinja2"),
    ("static/js", "*.js", "javascript"),
)
"""Folder, files in it, and Babel's way to read them."""
Message = tuple[str, str | tuple[str, ...], str | None]
"""The file, the text or its forms, the context."""


def collect() -> Catalog:
    """Every message with the files it stands in; line numbers would change with every edit."""
    found = Catalog(charset="utf-8")
    for place, text, context in (*_of_code(), *_written(), *_vocabularies(), *_sources()):
        found.add(text, locations=[(place, 0)], context=context)
    return found


def _written() -> Iterator[Message]:
    """Messages that templates and scripts look up."""
    options = {
        "trimmed": "true",
        "silent": "false",
        "newstyle_gettext": "true",
        "parse_template_string": True,
    }
    for folder, pattern, way in PLACES:
        for path in sorted((ROOT / folder).rglob(pattern)):
            with path.open("rb") as file:
                for _line, text, _comments, context in extract(way, file, KEYWORDS, (), options):
                    yield path.relative_to(ROOT).as_posix(), text, context


def _of_code() -> Iterator[Message]:
    """Messages that modules look up or mark; Babel's own way overlooks those inside f-strings."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            taken = [one.value for one in node.args if isinstance(one, ast.Constant)]
            texts = tuple(text for text in taken if isinstance(text, str))
            if texts and node.func.id in FORMS and len(texts) == FORMS[node.func.id]:
                is_plural, place = node.func.id == "ngettext", path.relative_to(ROOT).as_posix()
                context = texts[0] if node.func.id == "pgettext" else None
                yield place, texts if is_plural else texts[-1], context


def _vocabularies() -> Iterator[Message]:
    """Labels, each in the context of its vocabulary, and definitions."""
    for name, stem in VOCABULARIES.items():
        path = FOLDER / f"{stem}.yaml"
        place, content = path.relative_to(ROOT).as_posix(), yaml.safe_load(path.read_bytes())
        for label in content.get("groups", {}).values():
            yield place, label, name
        for term in content["terms"]:
            if name not in NAMES_OF_THEIR_OWN:
                yield place, term.get("label", term["code"]), name
            if term.get("definition"):
                yield place, term["definition"], None


def _sources() -> Iterator[Message]:
    """Notes on the sources of the catalogue, and the names of those that have none of their own."""
    path = FOLDER / "sources.yaml"
    for source in yaml.safe_load(path.read_bytes())["sources"]:
        is_named = source.get("repository") or source["letter"] in "LM"
        for text in (source.get("note"), None if is_named else source["name"]):
            if text:
                yield path.relative_to(ROOT).as_posix(), text, None


def catalogue_of(code: str) -> Catalog:
    """The catalogue of a language as git holds it."""
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def bring_up_to_date(code: str) -> int:
    """Write the catalogue of a language anew, and tell how many of its messages are empty."""
    known = catalogue_of(code)
    known.update(collect(), no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("wb") as file:
        write_po(file, known, width=0, sort_by_file=True, include_lineno=False)
    return sum(not is_filled(message.string) for message in known if message.id)


def is_filled(text: Any) -> bool:
    """Whether a translation says something, in each of its forms."""
    return bool(text) and (isinstance(text, str) or all(text))


def main() -> None:
    """Bring every catalogue up to date."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for code, name in LANGUAGES.items():
        if code != SOURCE:
            print(f"{name}: {bring_up_to_date(code)} messages are empty.")


if __name__ == "__main__":
    main()
