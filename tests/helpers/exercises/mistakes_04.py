"""Typical mistakes in the exercises of lesson 04, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np


def distances_by_row(X):
    return np.sort(np.linalg.norm(X[:, None] - X[None], axis=2), axis=1)


MISTAKES = {
    "04-1": [
        ([0, 0, 5], "counts itself"),
        ([4, 0, 1], "not core"),
        ([2, 0, 3], "within eps of a core point"),
        ([2, 2, 2], "all five points"),
        ([1, 3, 1], "for each point, count"),
        (2, "list of three numbers"),
    ],
    "04-2": [
        (0.25, "holds fewer points"),
        (0.125, "must grow"),
        (1, "is a distance"),
        (3, "by which factor"),
    ],
    "04-3": [(0.15, "a smaller value does"), (0.05, "is not a cluster"), (5, "start at 0.05")],
    "04-4": [
        (0.3, "write a function"),
        (lambda X, k: np.sort(distances_by_row(X)[:, k - 1]), "the point itself, at distance 0"),
        (lambda X, k: distances_by_row(X)[:, k], "not sorted"),
        (lambda X, k: np.sort(distances_by_row(X)[:, k])[::-1], "from large to small"),
        (lambda X, k: distances_by_row(X), "shape (30,)"),
        (lambda X, k: np.zeros(30), "sort every row"),
        (lambda X, k: np.sort(distances_by_row(X)[:, 3]), "use k itself"),
    ],
}
