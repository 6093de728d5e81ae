"""Lock files hold hashes and no addresses."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "check_locks.py")],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def copied(folder: Path) -> Path:
    (folder / "requirements").mkdir()
    for path in [*(ROOT / "requirements").iterdir(), ROOT / "package.json", ROOT / "package-lock.json"]:
        (folder / path.relative_to(ROOT)).write_bytes(path.read_bytes())
    return folder


def test_the_lock_files_of_the_project_are_tight():
    assert check(ROOT).stderr == ""


def test_an_address_in_a_list_is_found(tmp_path):
    listed = copied(tmp_path) / "requirements" / "runtime.txt"
    listed.write_text("--index-url https://example.org/simple\n" + listed.read_text())

    assert "holds an address" in check(tmp_path).stderr


def test_a_package_that_was_asked_for_but_not_compiled_is_found(tmp_path):
    asked = copied(tmp_path) / "requirements" / "runtime.in"
    asked.write_text(asked.read_text() + "left-pad\n")

    done = check(tmp_path)

    assert done.returncode == 1
    assert "asks for left-pad" in done.stderr


def test_an_address_in_the_npm_lock_is_found(tmp_path):
    lock = copied(tmp_path) / "package-lock.json"
    lock.write_text(lock.read_text().replace('"integrity"', '"resolved": "x", "integrity"', 1))

    assert "holds the address" in check(tmp_path).stderr
