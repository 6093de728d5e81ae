"""What a run says is kept as a code and a value, and read in the language of whoever reads it."""

import pytest

from app.base.language import speaking
from app.runs import saying
from app.runs.executing import too_much_memory
from app.runs.supervising import too_long


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("reading", "Reading the tile"),
        ("running: U-Net: small", "Running: U-Net: small"),
        ("too-long: 60", "This run took longer than the 60 seconds that one may take."),
        ("Running: a run from before", "Running: a run from before"),
        ("", ""),
    ],
)
def test_programs_read_english_and_texts_without_a_code_as_they_are(kept, told):
    assert saying.told(kept).startswith(told)


def test_readers_of_german_read_german():
    with speaking("de"):
        assert saying.told("running: U-Net small") == "Läuft: U-Net small"


def test_a_line_of_the_log_tells_its_code_and_value_beside_its_text():
    assert saying.line({"moment": "12:00", "text": "running: Toy"}) == {
        "moment": "12:00",
        "text": "Running: Toy",
        "code": "running",
        "value": "Toy",
    }
    assert saying.line({"moment": "12:00", "text": "Broken."}) == {"moment": "12:00", "text": "Broken."}


@pytest.mark.parametrize("reason", [too_long(2.5), too_much_memory(1500)])
def test_bounds_that_end_a_run_are_told_with_their_number(reason):
    code, value = saying.parted(reason)

    assert code
    assert value in saying.told(reason)
