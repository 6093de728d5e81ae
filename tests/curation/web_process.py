"""A web process for tests that kill it: `python web_process.py ADDRESS PORT FOLDER`."""

import sys
from pathlib import Path

import uvicorn

from app.settings import Settings
from app.web import create_app

if __name__ == "__main__":
    address, port, folder = sys.argv[1:]
    settings = Settings(state_dir=Path(folder), secret="a secret of the tests, long enough")
    uvicorn.run(create_app(settings, address), port=int(port), log_config=None, access_log=False, ws="none")
