"""Figures, dates and sizes are read as people write them, and refused with a word on how to write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.curation.form import reading, writing
from app.curation.form.reading import Unreadable


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("27000", 27_000),
        ("27 000", 27_000),
        ("27\u202f000", 27_000),
        ("27,000", 27_000),
        ("1'000'000", 1_000_000),
        ("67.5 k", 67_500),
        ("1.2 million", 1_200_000),
        ("0", 0),
    ],
)
def test_counts_are_read_with_spaces_and_prefixes(text, count):
    assert reading.whole(text) == count


@pytest.mark.parametrize(
    "text", ["", "many", "1.5", "-3", "~ 400", "1 2 3", "10 m", "1e999", "٣٤x", "9" * 400]
)
def test_what_is_no_count_is_refused(text):
    with pytest.raises(Unreadable):
        reading.whole(text)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10", 10, 10),
        ("10 m", 10, 10),
        ("10–60 m", 10, 60),
        ("10-60", 10, 60),
        ("0.3 to 0.8 m", 0.3, 0.8),
        ("5 cm", 0.05, 0.05),
        ("30 cm to 1 m", 0.3, 1),
        ("0,5 m", 0.5, 0.5),
        ("1–25 km", 1000, 25_000),
    ],
)
def test_lengths_are_read_in_their_units(text, low, high):
    assert reading.length_range(text) == {"min": pytest.approx(low), "max": pytest.approx(high)}


@pytest.mark.parametrize("text", ["60–10", "10 px", "0", "-5", "1–2–3", "ten", "–", "10 furlongs"])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(Unreadable):
        reading.length_range(text)


@pytest.mark.parametrize(
    ("text", "volume"),
    [("1.5 TB", 1500), ("66 GB", 66), ("500 MB", 0.5), ("1 GiB", 1.073741824), ("12 kB", 12e-6)],
)
def test_volumes_are_read_in_units_of_ten_or_two(text, volume):
    assert reading.gigabytes(text) == pytest.approx(volume)


def test_a_volume_without_its_unit_is_refused_because_people_count_in_several():
    with pytest.raises(Unreadable, match="unit"):
        reading.gigabytes("66")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("256", ([256, 256], [256, 256])),
        ("120 × 100", ([120, 100], [120, 100])),
        ("20x20 to 1 024 x 1 024", ([20, 20], [1024, 1024])),
    ],
)
def test_image_sizes_are_read(text, size):
    assert reading.image_size(text) == {"min": size[0], "max": size[1]}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019", "2019"),
        ("2019-05", "2019-05"),
        ("2019-5-3", "2019-05-03"),
        ("May 2019", "2019-05"),
        ("June 2019", "2019-06"),
        ("31 May 2019", "2019-05-31"),
        ("2019/05/31", "2019-05-31"),
    ],
)
def test_dates_keep_the_precision_they_have(text, date):
    assert reading.partial_date(text) == date


@pytest.mark.parametrize(
    "text", ["2019-02-30", "31.05.2019", "05/06/2019", "soon", "19", "2019-13", "2019-05-31-1"]
)
def test_dates_that_no_calendar_has_or_that_mean_two_days_are_refused(text):
    with pytest.raises(Unreadable):
        reading.partial_date(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("5 days", "P5D"),
        ("P1Y6M", "P1Y6M"),
        ("1 year and 6 months", "P1Y6M"),
        ("6 hours", "PT6H"),
        ("2 Wochen", "P2W"),
    ],
)
def test_spans_of_time_are_read(text, span):
    assert reading.duration(text) == span


@pytest.mark.parametrize("text", ["now", "5", "5 parsecs", "P", "about 5 days"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(Unreadable):
        reading.duration(text)


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#ABCDEF", "#abcdef"), ("#0af", "#00aaff"), ("12, 34, 56", "#0c2238"), ("rgb(255 0 0)", "#ff0000")],
)
def test_colours_are_read(text, colour):
    assert reading.colour(text) == colour


def test_an_orcid_is_read_from_its_address():
    assert reading.orcid("https://orcid.org/0000-0002-1825-009x") == "0000-0002-1825-009X"


def test_an_address_of_the_web_needs_no_scheme_and_no_script_passes():
    assert reading.address("example.org/data") == "https://example.org/data"
    with pytest.raises(Unreadable):
        reading.address("javascript:alert(1)")


@given(st.floats(min_value=1e-6, max_value=1e6), st.floats(min_value=1e-6, max_value=1e6))
def test_every_range_of_lengths_reads_back_as_it_was(one, other):
    low, high = sorted((float(f"{one:.12g}"), float(f"{other:.12g}")))

    read = reading.length_range(writing.length_range({"min": low, "max": high}))

    assert read == {"min": low, "max": high}


@given(st.integers(min_value=0, max_value=10**13))
def test_every_count_reads_back_as_it_was(count):
    assert reading.whole(writing.number(count)) == count


@given(st.floats(min_value=1e-6, max_value=1e8).map(lambda value: float(f"{value:.6g}")))
def test_every_volume_reads_back_as_it_was(volume):
    assert reading.gigabytes(writing.gigabytes(volume)) == volume


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_a_reader(text):
    for read in (
        reading.whole,
        reading.length_range,
        reading.image_size,
        reading.partial_date,
        reading.duration,
    ):
        try:
            read(text)
        except Unreadable as problem:
            assert str(problem)
