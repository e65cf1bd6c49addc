"""Exercises of lesson 03: centroid-based clustering."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("03-1")
def _(answer: Any) -> Verdict:
    found = np.sort(np.asarray(answer, dtype=float).ravel())
    if found.shape != (2,):
        return not_yet("give a list of two numbers, one for each centroid.")
    if np.allclose(found, [1, 11]):
        return right("0 | 7.2 after the first step, 1 | 11 after the second: a bad start, and a good end.")
    if np.allclose(found, [0, 7.2]):
        return not_yet("that is after one step; assign the points again, and move again.")
    if np.allclose(found, [0, 1]):
        return not_yet(
            "that is the start; give every point to the nearer centroid, then move both to their means."
        )
    if np.allclose(found, [2, 12]) or np.allclose(found, [0, 12]):
        return not_yet("a centroid is the mean of its points, and need not be one of them or at an end.")
    return not_yet("first 0 keeps the point 0, and 1 gets all the others: where do the two means lie?")


@exercise("03-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 2 / 3) < 0.007:
        return right("a = 2, b = 6, and (6 - 2) / 6 = 0.67.")
    if abs(value + 2 / 3) < 0.007:
        return not_yet("it is b - a, not a - b: this point is nearer to its own cluster.")
    if abs(value - 2) < 1e-6:
        return not_yet("divide by the larger of a and b, not the smaller; a silhouette is at most 1.")
    if abs(value - 0.75) < 1e-6 or abs(value - 0.5) < 1e-6:
        return not_yet("use mean distances for both a and b, not the nearest points.")
    if value == 4:
        return not_yet("that is b - a; divide it by the larger of the two.")
    return not_yet("a is the mean of 1, 2, 3; b the mean of 4, 6, 8; then (b - a) / max(a, b).")


@exercise("03-3")
def _(answer: Any) -> Verdict:
    needed = int(np.ceil(np.log(0.05) / np.log(0.98)))
    value = number(answer)
    if value == needed:
        return right(f"0.98 to the power {needed} is just below 0.05. k-means++ is cheaper.")
    if value > needed:
        return not_yet("that is enough, but fewer starts suffice; look for the smallest number.")
    if value == needed - 1 or (needed - 1 < value < needed):
        return not_yet("nearly: a whole number of starts, rounded up, so that 0.98 ** n is at most 0.05.")
    if value == 50:
        return not_yet("50 starts find one on average; but 0.98 ** 50 = 0.36, so often none.")
    if value == 48 or value == 3:
        return not_yet("chances do not add up: multiply the chances that each start fails.")
    return not_yet("all n starts fail with probability 0.98 ** n; for which n is that at most 0.05?")


@exercise("03-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def inertia(X, labels): ...")
    rng = np.random.default_rng(3)
    X, labels = rng.normal(size=(40, 3)), rng.integers(3, size=40)
    squares = np.array([((X[labels == k] - X[labels == k].mean(axis=0)) ** 2).sum() for k in range(3)])
    distances = [np.linalg.norm(X[labels == k] - X[labels == k].mean(axis=0), axis=1).sum() for k in range(3)]
    found = float(called(answer, X, labels))
    if np.isclose(found, squares.sum()):
        try:
            renamed = float(called(answer, X, labels + 5))
        except IndexError:
            renamed = np.nan
        if not np.isclose(renamed, squares.sum()):
            return not_yet("it should not matter what the clusters are called: loop over np.unique(labels).")
        return right("squared distances, to the own mean, summed over everything.")
    if np.isclose(found, np.sum(distances)):
        return not_yet("those are distances; square them before you sum.")
    if np.isclose(found, ((X - X.mean(axis=0)) ** 2).sum()):
        return not_yet("that is the distance to the mean of all points; use the mean of each cluster.")
    if np.isclose(found, squares.sum() / len(X)) or np.isclose(found, squares.sum() / X.size):
        return not_yet("inertia is a sum over points, not a mean.")
    return not_yet(f"expected {squares.sum():.3f} for 40 points in three clusters, got {found:.3f}.")
