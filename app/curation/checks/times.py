"""Dates and years: possible ones, in order, not in the future, and not before the sensor flew."""

from collections.abc import Iterator
from datetime import date

from app.base.extent import first_day, last_day
from app.base.sentences import sentence as _
from app.catalogue.record import DatasetRecord
from app.curation.checks.check import Check, Said, Subject

# The day on which the first of a series was launched; a dataset cannot hold its images from before.
LAUNCHED = {
    "Sentinel-1": date(2014, 4, 3),
    "Sentinel-2": date(2015, 6, 23),
    "Sentinel-3": date(2016, 2, 16),
    "Sentinel-5P": date(2017, 10, 13),
    "Landsat-4": date(1982, 7, 16),
    "Landsat-5": date(1984, 3, 1),
    "Landsat-7": date(1999, 4, 15),
    "Landsat-8": date(2013, 2, 11),
    "Landsat-9": date(2021, 9, 27),
    "MODIS": date(1999, 12, 18),
    "VIIRS": date(2011, 10, 28),
    "PRISMA": date(2019, 3, 22),
    "EnMAP": date(2022, 4, 1),
}
OF_PARTIAL_DATES = ("published_on", "temporal_extent")


def impossible(record: DatasetRecord) -> Iterator[Said]:
    """Dates that no calendar has, such as 2019-02-30; nothing further can be computed from them."""
    for path in OF_PARTIAL_DATES:
        for text in _texts(record, path):
            if _first(text) is None:
                yield path, _("%(date)s is no date. Write YYYY-MM-DD, or only YYYY-MM or YYYY.", date=text)


def _texts(record: DatasetRecord, path: str) -> tuple[str, ...]:
    if path == "published_on":
        return (record.published_on,) if record.published_on else ()
    extent = record.temporal_extent
    return tuple(text for text in (extent.start, extent.end) if text) if extent else ()


def _first(text: str) -> date | None:
    try:
        return first_day(text)
    except ValueError:
        return None


def _reversed(subject: Subject) -> Iterator[Said]:
    extent = subject.record.temporal_extent
    if extent and extent.start and extent.end and first_day(extent.start) > last_day(extent.end):
        yield (
            "temporal_extent",
            _(
                "The first date (%(start)s) lies after the last (%(end)s). Swap them.",
                start=extent.start,
                end=extent.end,
            ),
        )


def _future(subject: Subject) -> Iterator[Said]:
    record, today = subject.record, subject.today
    if record.year and record.year > today.year + 1:
        yield "year", _("%(year)s lies in the future. Give the year of publication.", year=record.year)
    if record.published_on and first_day(record.published_on) > today:
        yield (
            "published_on",
            _("%(date)s lies in the future. Give the day it was published.", date=record.published_on),
        )
    extent = record.temporal_extent
    if extent and extent.start and first_day(extent.start) > today:
        yield (
            "temporal_extent",
            _("%(date)s lies in the future; no image can be from then. Mend the date.", date=extent.start),
        )


def _end_in_future(subject: Subject) -> Iterator[Said]:
    extent = subject.record.temporal_extent
    if extent and extent.end and first_day(extent.end) > subject.today:
        yield (
            "temporal_extent",
            _(
                "The end, %(date)s, lies in the future. Leave it empty where images are still added.",
                date=extent.end,
            ),
        )


def _published_before_taken(subject: Subject) -> Iterator[Said]:
    record, extent = subject.record, subject.record.temporal_extent
    if record.year and extent and extent.start and first_day(extent.start).year > record.year:
        yield (
            "year",
            _(
                "Published in %(year)s, but the first image is from %(start)s. One of the two is wrong.",
                year=record.year,
                start=extent.start,
            ),
        )


def _year_and_date(subject: Subject) -> Iterator[Said]:
    record = subject.record
    if record.year and record.published_on and first_day(record.published_on).year != record.year:
        yield (
            "year",
            _(
                "The year is %(year)s, but the day of publication %(date)s. Make them agree.",
                year=record.year,
                date=record.published_on,
            ),
        )


def _before_launch(subject: Subject) -> Iterator[Said]:
    record, extent = subject.record, subject.record.temporal_extent
    launches = [LAUNCHED.get(sensor) for sensor in record.sensors]
    if record.image_sources or extent is None or extent.start is None or not launches:
        return
    known = [launch for launch in launches if launch is not None]
    if len(known) == len(launches) and last_day(extent.start) < min(known):
        yield (
            "temporal_extent",
            _(
                "Images from %(start)s cannot be there: %(sensor)s flies since %(launch)s. Mend the date or "
                "add the sensor that took them.",
                start=extent.start,
                sensor=record.sensors[known.index(min(known))],
                launch=min(known).isoformat(),
            ),
        )


CHECKS = (
    Check("dates-reversed", "error", "Does the first date of the imagery come before the last?", _reversed),
    Check("date-in-future", "error", "Do publication and first image lie in the past?", _future),
    Check("end-in-future", "warning", "Does the last image lie in the past?", _end_in_future),
    Check(
        "published-before-taken", "warning", "Was it published after its first image?",
        _published_before_taken,
    ),
    Check("year-differs", "warning", "Is the year that of the day of publication?", _year_and_date),
    Check("dates-before-sensor", "warning", "Was the sensor in orbit by then?", _before_launch),
)  # fmt: skip
