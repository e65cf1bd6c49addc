"""Typical mistakes in the exercises of lesson 03, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np


def of_each(X, labels, center, cost):
    return sum(cost(X[labels == k] - center(X[labels == k])) for k in np.unique(labels))


def median(part):
    return np.median(part, axis=0)


def mean(part):
    return part.mean(axis=0)


def manhattan(part):
    return np.abs(part).sum()


def by_position(X, labels):
    medians = np.array([median(X[labels == k]) for k in np.unique(labels)])
    return np.abs(X - medians[labels]).sum()


def by_range(X, labels):
    return sum(manhattan(X[labels == k] - median(X[labels == k])) for k in range(labels.max() + 1))


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
        (lambda X, labels: of_each(X, labels, mean, manhattan), "distances to the means"),
        (lambda X, labels: of_each(X, labels, mean, lambda d: (d**2).sum()), "that is the inertia"),
        (lambda X, labels: of_each(X, labels, median, lambda d: (d**2).sum()), "those are squared"),
        (
            lambda X, labels: of_each(X, labels, median, lambda d: np.linalg.norm(d, axis=1).sum()),
            "straight-line distances",
        ),
        (lambda X, labels: manhattan(X - median(X)), "the median of each cluster"),
        (lambda X, labels: of_each(X, labels, np.median, manhattan), "without axis=0"),
        (lambda X, labels: of_each(X, labels, median, manhattan) / len(X), "not a mean"),
        (lambda X, labels: [manhattan(X[labels == k]) for k in np.unique(labels)], "one number"),
        (by_position, "what the clusters are called"),
        (by_range, "what the clusters are called"),
        (lambda X, labels: 1.0, "got 1.000"),
    ],
}
