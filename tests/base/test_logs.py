"""Log lines are objects for collectors or lines for people, from our code and from libraries alike."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import logging
from app.base import logs
logs.configure({form!r})
logs.logger("ours").info("request", path="/here", status=200)
logging.getLogger("theirs").warning("careful")
try:
    secret = "hunter" + str(2)
    1 / 0
except ZeroDivisionError:
    logs.logger("ours").exception("fault")
"""


def lines(form: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(form=form)], capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()


def test_json_is_one_object_a_line_and_libraries_take_part():
    ours, theirs, fault = (json.loads(line) for line in lines("json"))

    assert (ours["event"], ours["path"], ours["status"], ours["level"]) == ("request", "/here", 200, "info")
    assert (theirs["event"], theirs["logger"]) == ("careful", "theirs")
    assert "ZeroDivisionError" in fault["exception"]


def test_text_is_for_people():
    first = lines("text")[0]

    assert "/here" in first
    assert not first.startswith("{")


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_shows_no_values_of_variables(form):
    assert not any("hunter2" in line for line in lines(form))
