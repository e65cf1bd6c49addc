"""Typical mistakes in the exercises of lesson 05, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np
from scipy.stats import multivariate_normal


def densities(X, weights, means, covariances):
    parts = np.array([multivariate_normal(m, c).pdf(X) for m, c in zip(means, covariances, strict=True)])
    return weights @ parts, parts


MISTAKES = {
    "05-1": [
        (0.018, "the second component"),
        (0.75, "do not go by distance"),
        (0.9, "squared distance"),
        (0.61, "the sum of both"),
        (0.5, "the distances are"),
    ],
    "05-2": [
        (18, "one too many"),
        (20, "three different numbers"),
        (15, "the weights are missing"),
        (11, "for two components"),
        (3, "for each component"),
    ],
    "05-3": [
        (2, "for full covariances"),
        (1, "lower is better"),
        (3, "unfinished fits"),
        (5, "collect model.bic"),
    ],
    "05-4": [
        (0, "write a function"),
        (lambda *mixture: np.log(densities(*mixture)[0]), "the mean over the points"),
        (lambda *mixture: np.log(densities(*mixture)[0]).sum(), "the sum over the points"),
        (lambda *mixture: -np.log(densities(*mixture)[0]).mean(), "the sign is wrong"),
        (lambda *mixture: np.log(densities(*mixture)[1].sum(axis=0)).mean(), "weights are missing"),
        (lambda *mixture: np.log(densities(*mixture)[0].mean()), "the logarithm of each point"),
        (lambda *mixture: 0.0, "got 0.000"),
    ],
}
