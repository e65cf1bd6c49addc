"""Typical mistakes in the exercises of lesson 03, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np


def per_cluster(X, labels, cost):
    return sum(cost(X[labels == k] - X[labels == k].mean(axis=0)) for k in np.unique(labels))


def by_position(X, labels):
    means = np.array([X[labels == k].mean(axis=0) for k in np.unique(labels)])
    return ((X - means[labels]) ** 2).sum()


MISTAKES = {
    "03-1": [
        ([0, 7.2], "after one step"),
        ([0, 1], "that is the start"),
        ([0, 12], "need not be one of them"),
        ([1, 2, 3], "list of two numbers"),
        ([3, 4], "0 keeps the point 0"),
    ],
    "03-2": [
        (-2 / 3, "not a - b"),
        (2, "divide by the larger"),
        (0.75, "use mean distances"),
        (4, "that is b - a"),
        (0.1, "a is the mean of"),
    ],
    "03-3": [
        (148, "rounded up"),
        (200, "fewer starts suffice"),
        (50, "on average"),
        (48, "do not add up"),
        (10, "all n starts fail"),
    ],
    "03-4": [
        (12, "write a function"),
        (lambda X, labels: per_cluster(X, labels, lambda d: np.linalg.norm(d, axis=1).sum()), "square them"),
        (lambda X, labels: ((X - X.mean(axis=0)) ** 2).sum(), "the mean of each cluster"),
        (lambda X, labels: per_cluster(X, labels, lambda d: (d**2).sum()) / len(X), "not a mean"),
        (by_position, "what the clusters are called"),
        (lambda X, labels: 1.0, "got 1.000"),
    ],
}
