"""Chance that can be repeated: one generator per component of a scene, and random fields made of it.

Each component draws from a generator of its own, so that other clouds never move a field boundary.
"""

from functools import cache

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from app.base.errors import Invalid

Field = NDArray[np.float64]

LAYOUT = 1
DATES = 9
CLOUDS = 1000
OPTICAL = 2000
RADAR = 3000
WIND = 4000
VERY_HIGH = 5000
"""Components; those from a thousand on are counted up by the acquisition."""

MOST_SEED = 2**31 - 1
LEAST_SIZE, MOST_SIZE = 16, 1024


def generator(seed: int, component: int) -> Generator:
    """The generator of one component of the scene `seed`.

    Raises:
        Invalid: the seed is negative or needs more than 31 bits.
    """
    if not 0 <= seed <= MOST_SEED:
        raise Invalid(f"A scene's seed lies between 0 and {MOST_SEED}; {seed} does not.")
    return Generator(PCG64(SeedSequence([seed, component])))


def check_size(size: int) -> None:
    """Let only sizes pass that the simulation is made for, in pixels along an edge.

    Raises:
        Invalid: too small for a parcel, too large for memory, or odd, since buildings are two pixels wide.
    """
    if not LEAST_SIZE <= size <= MOST_SIZE or size % 2:
        raise Invalid(f"A scene is {LEAST_SIZE} to {MOST_SIZE} pixels wide, an even number; not {size}.")


def random_field(random: Generator, slope: float, size: int) -> Field:
    """A random field [size, size] whose power falls with frequency as f^-slope; mean 0, variance 1.

    It is cut from one of twice the size, so that its opposite edges do not match.
    """
    noise = random.standard_normal((2 * size, 2 * size))
    spectrum = np.fft.rfft2(noise) * _amplitudes(slope, 2 * size)
    field = np.fft.irfft2(spectrum, s=(2 * size, 2 * size))[:size, :size]
    return np.asarray((field - field.mean()) / field.std())


@cache
def _amplitudes(slope: float, size: int) -> Field:
    rows = np.fft.fftfreq(size)[:, None]
    columns = np.fft.rfftfreq(size)[None, :]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = np.inf
    amplitudes: Field = frequency ** (-slope / 2)
    amplitudes.flags.writeable = False
    return amplitudes


def blur(field: Field, sigma: float) -> Field:
    """The field smoothed by a Gaussian of `sigma` pixels; beyond the edge it goes on mirrored."""
    reach = int(np.ceil(4 * sigma))
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(reach, reach) if one == axis else (0, 0) for one in (0, 1)]
        padded = np.pad(field, padding, mode="symmetric")
        length = field.shape[axis]
        field = sum(
            weight * padded.take(range(start, start + length), axis=axis)
            for start, weight in enumerate(weights)
        )
    return field


def above_share(field: Field, share: float) -> NDArray[np.bool_]:
    """Where a field is among the highest `share` (0 to 1) of its own values; nowhere for 0."""
    if share <= 0:
        return np.zeros(field.shape, dtype=bool)
    return field > np.quantile(field, 1 - share)
