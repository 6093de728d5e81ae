"""The commands for tiles, as operators call them."""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy.orm import Session

from app.base.db import connect
from app.tiles import making, queries

ROOT = Path(__file__).parents[2]


def test_all_simulated_tiles_are_made_with_their_files(new_database, tmp_path):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EO_")}
    settings = {"EO_STATE_DIR": str(tmp_path / "state"), "EO_DATABASE_URL": new_database}

    done = subprocess.run(
        [sys.executable, "-m", "app", "tiles", "simulate"],
        cwd=ROOT,
        env={**inherited, **settings, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "26 simulated tiles" in done.stderr
    engine = connect(new_database)
    with Session(engine) as session:
        tiles = queries.all_tiles(session)
    engine.dispose()
    assert {tile.id for tile in tiles} == set(making.ALL.identifiers)
    assert all((tmp_path / "state" / "files" / one.path).is_file() for tile in tiles for one in tile.layers)
    assert {tile.shape for tile in tiles} == {(128, 128)}
