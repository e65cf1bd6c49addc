"""Typical mistakes in the exercises of lesson 06, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment


def table(classes, clusters):
    counts = np.zeros((max(classes) + 1, max(clusters) + 1), dtype=int)
    np.add.at(counts, (classes, clusters), 1)
    return counts


def one_to_one(classes, clusters):
    counts = table(classes, clusters)
    return counts[linear_sum_assignment(counts, maximize=True)].sum() / len(classes)


MISTAKES = {
    "06-1": [
        (10, "which share of the 15"),
        (0.27, "apart in both"),
        (5 / 6, "that is purity"),
        (0.1, "list the 15"),
    ],
    "06-2": [("completeness", "scattered"), ("ARI", "adjusted for chance"), (1, "in quotes")],
    "06-3": [
        (7 / 8, "that is purity"),
        (5, "of the eight"),
        (3 / 8, "names of clusters are arbitrary"),
        (0.9, "which cluster suits class 0"),
    ],
    "06-4": [
        (0.5, "write a function"),
        (lambda classes, clusters: table(classes, clusters).max(axis=1).sum() / 60, "each *class*"),
        (lambda classes, clusters: table(classes, clusters).max(axis=0).sum(), "divide by the number"),
        (
            lambda classes, clusters: np.mean(
                table(classes, clusters).max(axis=0) / table(classes, clusters).sum(axis=0)
            ),
            "mean over clusters",
        ),
        (lambda classes, clusters: np.mean(np.equal(classes, clusters)), "cluster 0 need not be class 0"),
        (one_to_one, "one cluster of its own"),
        (lambda classes, clusters: 0.0, "got 0.000"),
    ],
}
