"""The documentation names what there is."""

import re
from pathlib import Path

import typer.main

from app.__main__ import commands
from app.settings import Settings

ROOT = Path(__file__).parents[1]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def variables() -> set[str]:
    return {
        str(field.validation_alias or f"EO_{name.upper()}") for name, field in Settings.model_fields.items()
    }


def test_every_setting_is_documented_with_its_default():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", CONFIGURATION, re.MULTILINE))

    assert set(rows) == variables()
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"EO_{name.upper()}")
        if field.default is not None:
            assert f"`{field.default}`" in rows[variable], f"{variable} defaults to {field.default}"


def test_no_document_names_a_setting_that_does_not_exist():
    compose = set(re.findall(r"\$\{(EO_[A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    for path in (ROOT / "docs").rglob("*.md"):
        named = set(re.findall(r"`(EO_[A-Z_]+)[`=]", path.read_text()))
        assert named <= variables() | compose, path.name


def test_every_command_is_documented():
    group = typer.main.get_command(commands)

    for name in group.commands:
        assert f"python -m app {name}" in OPERATIONS


def test_every_make_target_is_documented():
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert len(targets) >= 10
    for target in targets:
        assert f"`make {target}`" in OPERATIONS


def test_every_health_check_and_figure_is_documented():
    for name in ("database", "migrations", "records", "worker_seconds", "eo_request_seconds", "eo_datasets"):
        assert f"`{name}`" in OPERATIONS


def test_links_between_documents_lead_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        if path.exists():
            for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+\.\w+)", path.read_text()):
                assert (path.parent / target).exists(), f"{path.name} → {target}"
