"""Bands are prepared for networks as their cards say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.zoo.scaling import BACKSCATTER, BACKSCATTER_DOWN_VH, REFLECTANCE, Scaling, scale


def _one(value: float, scaling: Scaling) -> float:
    return float(scale(np.full((1, 1, 1), value, dtype=np.float32), [scaling]).item())


@pytest.mark.parametrize(
    ("value", "scaling", "expected"),
    [
        (0.25, REFLECTANCE, 0.25),
        (1.7, REFLECTANCE, 1.0),
        (-12.5, BACKSCATTER, 0.5),
        (-40.0, BACKSCATTER, 0.0),
        (3.0, BACKSCATTER, 1.0),
        (0.0, BACKSCATTER_DOWN_VH, 0.0),
        (-32.5, BACKSCATTER_DOWN_VH, 1.0),
        (float("nan"), BACKSCATTER, 0.0),
    ],
)
def test_values_are_clipped_and_written_from_zero_to_one(value, scaling, expected):
    assert _one(value, scaling) == pytest.approx(expected, abs=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(-100, 100), st.floats(-100, 100))
def test_whatever_comes_in_lies_between_zero_and_one(value, low, high):
    if abs(low - high) < 1e-3:
        return

    assert 0 <= _one(value, Scaling(low, high)) <= 1


def test_bands_and_scalings_must_be_equally_many():
    with pytest.raises(Invalid, match="2 bands"):
        scale(np.zeros((3, 4, 4), dtype=np.float32), [REFLECTANCE] * 2)


def test_dates_may_stand_before_the_bands():
    assert scale(np.zeros((5, 2, 4, 4), dtype=np.float32), [BACKSCATTER] * 2).shape == (5, 2, 4, 4)
