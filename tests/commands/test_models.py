"""The commands for models, as operators call them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.base.storage import LocalStorage
from app.runs.comparison import read_own
from app.tiles import making
from app.zoo.cards import CARD, read_card, write_card

ROOT = Path(__file__).parents[2]


def test_models_of_an_installation_are_compared_on_all_tiles_and_the_comparison_is_kept(
    new_database, tmp_path
):
    shutil.copytree(ROOT / "data" / "models" / "sen2lcz", tmp_path / "models" / "mine")
    card = read_card(tmp_path / "models" / "mine" / CARD).model_copy(update={"id": "mine"})
    write_card(card, tmp_path / "models" / "mine" / CARD)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EO_")}
    settings = {
        "EO_STATE_DIR": str(tmp_path / "state"),
        "EO_MODELS": str(tmp_path / "models"),
        "EO_DATABASE_URL": new_database,
    }

    done = subprocess.run(
        [sys.executable, "-m", "app", "models", "benchmark"],
        cwd=ROOT,
        env={**inherited, **settings, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert f"mine: {len(making.CLEAR)} tiles" in done.stderr
    found = read_own(LocalStorage(tmp_path / "state" / "files"))
    assert found is not None and found.files == {"mine": card.file.sha256}
    assert [one.model for question in found.questions for one in question.compared] == ["mine"]
