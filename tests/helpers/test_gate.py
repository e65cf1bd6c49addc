"""The gate of the helpers is the one that lesson 10 writes out."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_code import taught

from helpers import gate

LESSON = taught("10_choosing")


@pytest.mark.parametrize("name", ["gap_says_one", "density_says_one", "nothing_to_find"])
def test_it_says_what_the_lesson_says(name):
    said = set()
    for seed in range(3):
        rng = np.random.default_rng(seed)
        tables = [*LESSON["without_groups"](seed, n=150).values(), rng.normal(size=(80, 4))]
        tables += [
            rng.normal(size=(120, 2)) + 5 * (np.arange(120) % 2)[:, None] * apart for apart in (0.5, 1)
        ]
        for X in tables:
            answer = getattr(gate, name)(X)
            assert answer == LESSON[name](X)
            said.add(answer)
    assert said == {True, False}
