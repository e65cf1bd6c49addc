"""Typical mistakes in the exercises of lesson 02, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np


def of_the_union(A, B, linkage):
    both = np.vstack([A, B])
    every = np.linalg.norm(A[:, None] - B[None], axis=2)
    diameter = np.linalg.norm(both[:, None] - both[None], axis=2).max()
    return {"single": every.min(), "complete": diameter, "average": every.mean()}[linkage]


MISTAKES = {
    "02-1": [(43, "off by one"), (8, "clusters left"), (49, "leave one cluster"), (50, "after one merge")],
    "02-2": [(4, "below the cut"), (2, "above the cut"), (7, "which of the merges")],
    "02-3": [
        (201, "Ward's smallest"),
        (314, "with two clusters"),
        (39, "not the smallest"),
        (299, "one of Ward's clusters"),
        (1, "a crumb"),
        (500, "np.bincount"),
    ],
    "02-4": [
        (1.5, "write a function"),
        (
            lambda A, B, linkage: np.linalg.norm(A.mean(axis=0) - B.mean(axis=0)),
            "distance between the two means",
        ),
        (lambda A, B, linkage: ((A[:, None] - B) ** 2).sum(axis=2).min(), "squared distances"),
        (lambda A, B, linkage: np.linalg.norm(A[:, None] - B, axis=2).min(), "what single linkage gives"),
        (lambda A, B, linkage: 0, "got 0.000"),
        (of_the_union, "diameter of both together"),
        (lambda A, B, linkage: np.linalg.norm(A[:, None] - B, axis=2), "one distance"),
    ],
}
