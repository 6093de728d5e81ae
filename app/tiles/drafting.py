"""What simulated satellites saw, and what is true of a simulated ground, as layers that can be written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from app.scenes.land_cover import coarsened, land_cover
from app.scenes.layout import PIXEL_M, Layout
from app.scenes.optical import OpticalImage, vegetation_index
from app.scenes.radar import RadarImage
from app.scenes.zones import zones
from app.tiles.layers import Answers, ClassOfPixels
from app.tiles.legends import CLOUD, LAND_COVER, LOCAL_CLIMATE_ZONES, sentinel_1, sentinel_2
from app.tiles.rasters import CLASSES, DECIBELS, INDEX, METRES, REFLECTANCE
from app.tiles.writing import Draft, named

CELL = 32
"""Pixels along an edge of a cell that has one local climate zone: 320 m."""


def moment_of(day: int) -> datetime:
    """A date with the season of a day of the year, 1 to 366, at half past ten.

    Simulated scenes have a day but no year. It is one of the two in which the days since launch lie among
    those that the models of series were trained with.
    """
    return datetime(2017 if day > 205 else 2018, 1, 1, 10, 30, tzinfo=UTC) + timedelta(days=day - 1)


def optical(key: str, image: OpticalImage, step: int = 0) -> Draft:
    """What an optical satellite saw, with sun, view and clouds as fields of STAC."""
    is_cloudy = image.values is not image.clear
    sensed = {
        "view:sun_elevation": round(90 - image.sun.zenith, 2),
        "view:sun_azimuth": round(image.sun.azimuth, 2),
        "view:incidence_angle": round(image.view_zenith, 2),
        "eo:cloud_cover": round(100 * float(image.cloud.mean()), 2) if is_cloudy else 0.0,
    }
    title = "Sentinel-2, simulated, top of atmosphere"
    return replace(_reflectance(key, title, image.values, image.day), step=step, sensed=sensed)


def radar(key: str, image: RadarImage, step: int = 0) -> Draft:
    """What a radar satellite saw, with orbit and incidence as fields of STAC."""
    return Draft(
        key,
        "Sentinel-1, simulated, VV and VH",
        "radar",
        image.values,
        sentinel_1(),
        DECIBELS,
        PIXEL_M,
        moment_of(image.day),
        step,
        sensed={"sat:orbit_state": image.orbit, "view:incidence_angle": round(image.incidence, 2)},
    )


def ground_truth(layout: Layout, day: int) -> Iterator[Draft]:
    """Land cover, finely and coarsely, zones, vegetation index on a day, and heights."""
    cover = land_cover(layout.cover)
    zone = zones(layout, CELL).repeat(CELL, axis=0).repeat(CELL, axis=1)
    yield _classes("land-cover", "Land cover of every pixel", cover, LAND_COVER)
    yield _classes("coarse-land-cover", "Land cover as labels of 160 m tell it", coarsened(cover), LAND_COVER)
    yield _classes("local-climate-zone", "Local climate zone of each 320 m", zone, LOCAL_CLIMATE_ZONES)
    yield _values("ndvi", "Vegetation index at the ground", "1", vegetation_index(layout, day))
    yield _values("height", "Height above ground", "m", layout.height)


def _classes(
    answers: Answers, title: str, values: NDArray[np.uint8], classes: tuple[ClassOfPixels, ...]
) -> Draft:
    return Draft(
        answers,
        f"{title}, simulated",
        "classes",
        values[None],
        (named(answers, ""),),
        CLASSES,
        PIXEL_M,
        answers=answers,
        classes=classes,
    )


def _values(answers: Answers, title: str, unit: str, values: NDArray[np.floating]) -> Draft:
    encoding = METRES if unit == "m" else INDEX
    return Draft(
        answers,
        f"{title}, simulated",
        "values",
        values[None],
        (named(answers, unit, title=title),),
        encoding,
        PIXEL_M,
        answers=answers,
    )


def cloud(key: str, image: OpticalImage, step: int) -> Draft:
    """Where clouds or their shadows hide the ground."""
    hidden = (image.cloud | image.shadow).astype(np.uint8)
    draft = _classes("cloud", "Clouds and their shadows", hidden, CLOUD)
    return replace(draft, key=key, step=step, moment=moment_of(image.day))


def clear_image(image: OpticalImage, step: int) -> Draft:
    """What the satellite would have seen without clouds."""
    draft = _reflectance("clear-image", "The middle date without clouds, simulated", image.clear, image.day)
    return replace(draft, step=step, answers="clear-image")


def _reflectance(key: str, title: str, values: NDArray[np.floating], day: int) -> Draft:
    bands = sentinel_2()
    return Draft(key, title, "optical", values, bands, REFLECTANCE, PIXEL_M, moment_of(day))
