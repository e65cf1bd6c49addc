"""Exercises of lesson 04: density-based clustering."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.datasets import make_moons

from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("04-1")
def _(answer: Any) -> Verdict:
    found = np.asarray(answer, dtype=float).ravel().tolist()
    if len(found) != 3:
        return not_yet("give a list of three numbers: core, border, noise.")
    if found == [2, 2, 1]:
        return right("1 and 2 are core, 0 and 3 hang on to them, and 10 is alone.")
    if found == [0, 0, 5]:
        return not_yet("a point counts itself: 1 has three points within 1, namely 0, 1 and 2.")
    if found == [4, 0, 1]:
        return not_yet(
            "0 and 3 have only two points within 1, themselves included: they belong, but are not core."
        )
    if found == [2, 0, 3]:
        return not_yet("0 and 3 are not core, but they lie within eps of a core point.")
    if sum(found) != 5:
        return not_yet("the three kinds together are all five points.")
    return not_yet(
        "for each point, count the points within a distance of 1, itself included; three make a core."
    )


@exercise("04-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 0.5) < 1e-9:
        return right(
            "all distances doubled, so the radius must as well; min_samples counts points and stays."
        )
    if abs(value - 0.25) < 1e-9:
        return not_yet("the same radius now holds fewer points: the cloud has grown.")
    if abs(value - 0.125) < 1e-9:
        return not_yet("the points moved apart, so the radius must grow, not shrink.")
    if abs(value - 1) < 1e-9:
        return not_yet("areas grow by 4, but eps is a distance.")
    return not_yet("by which factor did the distance between two points change?")


@exercise("04-3")
def _(answer: Any) -> Verdict:
    moons, _ = make_moons(n_samples=400, noise=0.06, random_state=0)

    def clusters(eps: float) -> int:
        return len(set(DBSCAN(eps=eps, min_samples=5).fit_predict(moons)) - {-1})

    value = number(answer)
    smallest = next(eps for eps in np.arange(5, 40) / 100 if clusters(eps) == 2)
    if abs(value - smallest) < 1e-6:
        return right(
            f"eps = {smallest:.2f}; just below, a moon still falls into pieces ({clusters(value - 0.01)})."
        )
    if not 0.05 <= value < 0.4:
        return not_yet("start at 0.05 and go up in steps of 0.01; the first that gives two clusters is it.")
    if clusters(value) == 2:
        return not_yet(f"eps = {value:g} gives two clusters, but a smaller value does, too.")
    if value < smallest:
        return not_yet(
            f"eps = {value:g} still leaves {clusters(value)} pieces (the label -1 is not a cluster): go on."
        )
    return not_yet(
        f"eps = {value:g} gives {clusters(value)} clusters; remember that the label -1 is not a cluster."
    )


@exercise("04-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def kth_distance(X, k): ...")
    X = np.random.default_rng(4).normal(size=(30, 2))
    every = np.sort(np.linalg.norm(X[:, None] - X[None], axis=2), axis=1)
    found = np.asarray(called(answer, X, 3))
    if found.shape != (30,):
        return not_yet(f"return one distance for each of the 30 points, shape (30,); got {found.shape}.")
    if np.allclose(found, np.sort(every[:, 3])):
        if not np.allclose(called(answer, X, 5), np.sort(every[:, 5])):
            return not_yet("right for k = 3, but not for k = 5: use k itself.")
        return right("in each sorted row, column 0 is the point itself and column k the k-th other point.")
    if np.allclose(found, np.sort(every[:, 2])):
        return not_yet("one too near: the nearest point of all is the point itself, at distance 0.")
    if np.allclose(found, every[:, 3]):
        return not_yet("the right distances, but not sorted.")
    if np.allclose(found, np.sort(every[:, 3])[::-1]):
        return not_yet("sorted from large to small; the other way round, please.")
    return not_yet("sort every row of the table of distances, take column k, and sort that.")
