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


def _costs(X: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return what the right answer and the usual wrong ones give."""
    parts = [X[labels == k] for k in np.unique(labels)]
    medians = [np.median(part, axis=0) for part in parts]
    from_medians = [part - median for part, median in zip(parts, medians, strict=True)]
    from_means = [part - part.mean(axis=0) for part in parts]
    return {
        "right": sum(np.abs(part).sum() for part in from_medians),
        "mean": sum(np.abs(part).sum() for part in from_means),
        "euclidean": sum(np.linalg.norm(part, axis=1).sum() for part in from_medians),
        "squares": sum((part**2).sum() for part in from_medians),
        "inertia": sum((part**2).sum() for part in from_means),
        "all": np.abs(X - np.median(X, axis=0)).sum(),
        "no axis": sum(np.abs(part - np.median(part)).sum() for part in parts),
    }


@exercise("03-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def manhattan_cost(X, labels): ...")
    rng = np.random.default_rng(3)
    hints = {
        "mean": "those are distances to the means; use np.median(..., axis=0) of each cluster.",
        "euclidean": "those are straight-line distances; sum the absolute differences of the coordinates.",
        "squares": "those are squared; the Manhattan distance sums absolute differences.",
        "inertia": "that is the inertia; take medians and absolute differences instead.",
        "all": "that is the distance to the median of all points; use the median of each cluster.",
        "no axis": "np.median without axis=0 mixes the coordinates: a center has one number for each.",
    }
    for n, d, k in ((40, 3, 3), (15, 1, 2), (30, 2, 5)):
        X, labels = rng.exponential(size=(n, d)), rng.permutation(np.arange(n) % k)
        costs = _costs(X, labels)
        found = called(answer, X, labels)
        if np.ndim(found) or isinstance(found, list):
            return not_yet("return one number: the sum over all clusters and coordinates.")
        if np.isclose(float(found), costs["right"]):
            try:
                renamed = float(called(answer, X, 5 - 2 * labels))
            except (IndexError, ValueError):
                renamed = np.nan
            if not np.isclose(renamed, costs["right"]):
                return not_yet(
                    "it should not matter what the clusters are called: loop over np.unique(labels)."
                )
            continue
        for name, hint in hints.items():
            if np.isclose(float(found), costs[name]):
                return not_yet(hint)
        if np.isclose(float(found), costs["right"] / n) or np.isclose(float(found), costs["right"] / X.size):
            return not_yet("the cost is a sum over points, not a mean.")
        return not_yet(
            f"expected {costs['right']:.3f} for {n} points in {k} clusters, got {float(found):.3f}."
        )
    return right("absolute differences, to the own median, summed over everything.")
