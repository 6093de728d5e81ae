"""Windows cover a tile once over and blend without seams."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.zoo.tiling import in_windows, window_edge


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(4, 48))
def test_what_does_nothing_gives_back_what_came_in(rows, columns, size):
    values = np.random.default_rng(rows).random((2, rows, columns)).astype(np.float32)

    found = in_windows(values, size, lambda window: {"same": window})["same"]

    assert found.shape == values.shape
    assert np.allclose(found, values, atol=1e-5)


def test_windows_are_no_larger_than_asked():
    seen = []

    def answer(window):
        seen.append(window.shape)
        return {"sum": window}

    in_windows(np.zeros((1, 100, 70), dtype=np.float32), 32, answer)

    assert max(shape[-1] for shape in seen) == 32 and max(shape[-2] for shape in seen) == 32
    assert len(seen) == 4 * 3


def test_two_windows_that_differ_meet_without_a_step():
    numbers = iter(range(100))

    found = in_windows(
        np.zeros((1, 32, 56), dtype=np.float32), 32, lambda window: {"n": np.full_like(window, next(numbers))}
    )["n"][0, 0]

    assert found[0] == 0 and found[-1] == pytest.approx(1)
    assert np.abs(np.diff(found)).max() < 0.2


@pytest.mark.parametrize(
    ("length", "edge"), [(1024, 528), (577, 320), (576, 576), (128, 128), (130, 128), (9, 16)]
)
def test_windows_are_few_and_of_one_size(length, edge):
    assert window_edge(length, 576, 16) == edge


@given(st.integers(1, 9000), st.sampled_from([1, 8, 16, 32]))
def test_windows_keep_to_what_a_network_takes(length, multiple):
    edge = window_edge(length, 576, multiple)

    assert edge % multiple == 0
    assert edge <= 576


def test_little_is_reckoned_twice():
    edge = window_edge(1024, 576, 16)

    reckoned = []
    in_windows(
        np.zeros((1, 1024, 1024), dtype=np.float32),
        edge,
        lambda window: reckoned.append(window.size) or {"same": window},
    )

    assert sum(reckoned) < 1.07 * 1024**2


def _beside_the_answer(edge):
    """Bytes that answering a tile takes at the most, without the tile and its answer."""
    values = np.ones((3, edge, edge), dtype=np.float32)
    tracemalloc.start()
    try:
        found = in_windows(values, 128, lambda window: {"twice": window * 2})["twice"]
        return tracemalloc.get_traced_memory()[1] - found.nbytes
    finally:
        tracemalloc.stop()


def test_a_tile_of_four_times_the_size_takes_no_more_memory_beside_its_answer():
    window = 3 * 128 * 128 * 4
    small, large = _beside_the_answer(512), _beside_the_answer(1024)

    assert window < small < 4 * window
    assert large < small + 0.2 * window
