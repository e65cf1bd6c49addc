"""The cost of a fit is measured: known time and known memory are found again."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.datasets import make_blobs

from helpers.cost import measure_fit

draw = partial(make_blobs, centers=2, n_features=2, random_state=0)


class Squares(BaseEstimator):
    """Takes 8 n² bytes and n / 10,000 seconds, like an algorithm that stores all pairs."""

    def fit(self, X):
        pairs = np.ones((len(X), len(X)))
        time.sleep(len(X) / 10_000)
        self.sum_ = pairs.sum()
        return self


def test_finds_known_time_and_memory():
    table = measure_fit(Squares(), draw, [1000, 2000, 4000], repeats=2)
    assert table["n"].tolist() == [1000, 2000, 4000]
    assert np.all(table["seconds"] >= table["n"] / 10_000)
    assert np.all(table["seconds"] < table["n"] / 10_000 + 1)
    np.testing.assert_allclose(table["bytes"], 8 * table["n"] ** 2, rtol=0.25)


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
