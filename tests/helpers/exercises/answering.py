"""What the answers of several lessons are made of."""

from __future__ import annotations

import numpy as np


def nearest(points, centers):
    return np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)


def table_answers(letter, n):
    """What is wrong with any answer to a *choose* exercise of n rows, one of whose reasons is `letter`."""
    return [
        (np.zeros(n, dtype=int), "give two things"),
        ((np.zeros(n - 1, dtype=int), letter), f"{n} whole numbers"),
        ((np.full(n, 0.5), letter), "*whole* numbers"),
        ((np.zeros(n, dtype=int), "z"), "one of the letters"),
        ((np.zeros(n, dtype=int), letter), "everything is in one group"),
    ]
