"""Typical mistakes in the exercises of lesson 07, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np
from wrong_answers import nearest

MISTAKES = {
    "07-1": [(7, "overlap at 30"), (9, "stand on them"), (8, "both ends included")],
    "07-2": [
        (0.407, "11 clusters"),
        (0.4958, "with standardised columns"),
        (0.551, "that is k = 5"),
        (0.499, "age and score"),
        (0.409, "all three features"),
        (0.9, "n_init=10"),
    ],
    "07-3": [(52, "the sign"), (12, "where is the mean"), (39.2, "how many years"), (0, "solve it")],
    "07-4": [
        (0, "write a function"),
        (lambda new, centers, means, sd: nearest(new, centers), "the customers are not"),
        (lambda new, centers, means, sd: nearest(new - means, centers), "divide by the deviations"),
        (
            lambda new, centers, means, sd: nearest((new - new.mean(axis=0)) / new.std(axis=0), centers),
            "the *old* means",
        ),
        (lambda new, centers, means, sd: nearest(new / sd, centers), "subtract the means"),
        (
            lambda new, centers, means, sd: np.linalg.norm(
                ((new - means) / sd)[:, None] - centers, axis=2
            ).argmax(axis=1),
            "farthest",
        ),
        (lambda new, centers, means, sd: nearest(new, centers * sd + means), "brought the centers"),
        (
            lambda new, centers, means, sd: (
                np.abs(((new - means) / sd)[:, None] - centers).sum(axis=2).argmin(axis=1)
            ),
            "absolute values",
        ),
        (lambda new, centers, means, sd: new, "one segment for each"),
        (lambda new, centers, means, sd: np.zeros(30, dtype=int), "in another segment"),
    ],
}
