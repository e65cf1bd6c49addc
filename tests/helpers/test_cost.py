"""The cost of a fit is measured: known time and known memory are found again."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from functools import partial

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.datasets import make_blobs

from helpers import cost
from helpers.cost import measure_fit, race


class Clock:
    """Stands still but for the seconds that somebody lets pass: what a busy machine does is not tested."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


CLOCK = Clock()
draw = partial(make_blobs, centers=2, n_features=2, random_state=0)


class Squares(BaseEstimator):
    """Takes 8 n² bytes and n / 10,000 seconds, like an algorithm that stores all pairs."""

    def fit(self, X):
        pairs = np.ones((len(X), len(X)))
        cost._clock = CLOCK  # in the process that fits, from the first fit on, which is not counted
        CLOCK.now += len(X) / 10_000
        self.sum_ = pairs.sum()
        return self


def test_finds_known_time_and_memory():
    table = measure_fit(Squares(), draw, [1000, 2000, 4000], repeats=2)
    assert table["n"].tolist() == [1000, 2000, 4000]
    np.testing.assert_allclose(table["seconds"], table["n"] / 10_000)
    np.testing.assert_allclose(table["bytes"], 8 * table["n"] ** 2, rtol=0.25)


class Idle(BaseEstimator):
    """Takes nothing."""

    def fit(self, X):
        return self


def wasteful(n_samples):
    """Draw n rows by way of arrays a hundred times as large."""
    return np.ones((n_samples, 2, 100)).sum(axis=2), None


def test_counts_the_data_and_not_the_drawing_of_them():
    table = measure_fit(Idle(), wasteful, [100_000, 200_000])
    assert table["bytes"].iloc[1] < 3 * 200_000 * 2 * 8


class FakeHeap:
    """A heap in which compiled code takes what `Takes` asks for; its end does not fall."""

    now = peak = 0

    @classmethod
    @contextmanager
    def full(cls):
        yield lambda: cls.peak


class Takes(BaseEstimator):
    """Takes 1,000 bytes for each sample, from that heap."""

    def fit(self, X):
        FakeHeap.peak = max(FakeHeap.peak, 1000 * len(X))
        return self


def test_where_there_is_no_other_process_it_measures_here(monkeypatch):
    """That the heap of a real page is measured rightly is tried in a page: tests/browser."""
    monkeypatch.setattr(cost, "IN_A_PAGE", True)
    monkeypatch.setattr(cost, "_fresh_process", None)  # not to be asked for
    monkeypatch.setattr(cost, "_full_heap", FakeHeap.full)
    FakeHeap.peak = 1000 * 100  # of the small fit that is not counted
    table = measure_fit(Takes(), draw, [1000, 3000], repeats=2)
    assert table["n"].tolist() == [1000, 3000]
    assert (table["seconds"] > 0).all()
    assert table["bytes"].tolist() == [900 * 1000 + 1000 * 16, 2000 * 1000 + 3000 * 16]
    with pytest.raises(TypeError):
        measure_fit(Takes(), partial(draw, no_such_argument=1), [100, 200])


def test_takes_one_estimator_for_each_size():
    with pytest.raises(ValueError, match="got 2 for 3 sizes"):
        measure_fit([Squares(), Squares()], draw, [100, 200, 400])


@pytest.mark.parametrize("sizes", [[], [200, 100], [100, 100]])
def test_sizes_must_increase(sizes):
    with pytest.raises(ValueError, match="sizes must increase"):
        measure_fit(Squares(), draw, sizes)


def test_a_failing_fit_is_not_hidden():
    with pytest.raises(TypeError):
        measure_fit(Squares(), partial(draw, no_such_argument=1), [100, 200])


def test_the_peak_of_a_process_rises_with_its_memory_and_never_falls():
    script = """
import numpy as np
from helpers.cost import peak_memory
peaks = [peak_memory()]
block = np.ones(20_000_000)  # 160 MB
peaks.append(peak_memory())
del block
peaks.append(peak_memory())
print(*peaks)
"""
    # In a process of its own: the peak of this one may lie far above what it uses now.
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    before, with_block, after = map(int, run.stdout.split())
    assert before + 150e6 < with_block
    assert after > 0.98 * with_block  # the kernel counts in batches


def test_a_race_takes_turns_and_repeats_what_is_quick(monkeypatch):
    clock, calls = Clock(), []
    monkeypatch.setattr(cost, "_clock", clock)

    def take(name, seconds):
        calls.append(name)
        clock.now += seconds

    table = race({"slow": partial(take, "slow", 0.2), "quick": partial(take, "quick", 0.02)}, rounds=2)
    assert calls == ["slow", "quick", "quick", "quick"] * 2, "in turn, and at least 50 ms each"
    assert table.columns.tolist() == ["slow", "quick"]
    np.testing.assert_allclose(table, [[0.2, 0.02]] * 2)


@pytest.mark.parametrize(("contenders", "rounds"), [({}, 5), ({"one": int}, 0)])
def test_a_race_needs_contenders_and_rounds(contenders, rounds):
    with pytest.raises(ValueError, match="some of each"):
        race(contenders, rounds)
