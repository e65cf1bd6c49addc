"""Exercises of lesson 03: centroid-based clustering."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import scale

from helpers.exercises.kinds import (
    agreement,
    build,
    choices,
    defended,
    labels_and_reason,
    numbers,
    scored,
    statements,
)
from helpers.exercises.machinery import Verdict, exercise, not_yet, table


@exercise("03-1")
def _(answer: Any) -> Verdict:
    first = {
        "that is the best answer there is, which this start does not reach: 0 and 1 have a "
        "centroid each.": 0.5,
        "no point but 0 is nearest to the first centroid, and it stays.": 1,
    }
    second = {
        "that is the best answer there is, which this start does not reach; follow the steps.": 10.5,
        "after the first step 10 is nearer to the third centroid, which has moved.": 5.5,
    }
    third = {
        "that is the start; the third centroid moves to the mean of its points.": 10,
        "that is the best answer there is, which this start does not reach; follow the steps.": 20.5,
        "10 is nearest to the third centroid, too: it began there.": 52 / 3,
        "that is the middle between 10 and 20; take the mean of all its points.": 15,
    }
    chance = {
        "the chance goes with the *squared* distance.": 21 / 63,
        "not each point alike: the further, the likelier.": 1 / 6,
        "five points are left, but not alike: the further, the likelier.": 1 / 5,
        "far points are likely, not certain.": 1,
        "a chance is from 0 to 1, and not in per cent.": 41,
        "that is the chance of the point 20.": 400 / 1063,
        "that leaves out the point itself from the sum, or another; 0 + 1 + 100 + 121 + 400 + 441.": 441
        / 622,
    }
    return numbers(
        answer,
        ("first centroid", "second centroid", "third centroid", "chance"),
        (0, 1, 15.5, 441 / 1063),
        (first, second, third, chance),
        "stuck: two centroids share what is one group, and one sits between two; 441 of 1063 "
        "for the last point.",
        within=(1e-6, 1e-6, 1e-6, 0.0051),
    )


@exercise("03-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "two groups from afar can be four from nearby: a bend and a peak at different k."),
            "b": (True, "the chord runs to the last point of the curve, wherever somebody has stopped."),
            "c": (False, "each rule has its own idea of a bend; on clear pairs of groups they differ, too."),
            "d": (False, "on pure noise all three answer, and may agree."),
            "e": (True, "a seed repeats a start; a local optimum is repeated with it."),
            "f": (True, "each fails with 0.8, all ten with 0.8 to the power 10."),
            "g": (False, "more centroids, at their best, lower the inertia of anything."),
        },
        "both may be right, the chord depends on where one stopped, and a seed is no search.",
    )


@exercise("03-3")
def _(answer: Any) -> Verdict:
    mistakes: list[dict[str, str]] = [
        {
            "": "no straight border follows a moon; which family follows a shape?",
            "b": "a moon is no ellipse.",
        },
        {"": "the border lies half way, whatever the spreads; which model learns the width of each?"},
        {
            "": "a mean follows what is far away; what does not, or what takes the far ones in?",
            "g": "there are groups; a few readings are wrong.",
            "e": "those would do, too, and each letter is for one table: which has *only* distances?",
        },
        {"": "a thousand euros and a thousand years weigh the same here."},
        {
            "": "a mean needs coordinates, and there are none; whose centers are things of the table?",
            "c": "that needs distances only, too; but each letter is for one table, and there "
            "is one for a shape.",
        },
        {"": "never all of them are in memory; which step needs one piece at a time?"},
        {"": "whatever is done to it, k-means cuts it in k; what should be asked before?"},
    ]
    return choices(
        answer,
        ("table 1", "table 2", "table 3", "table 4", "table 5", "table 6", "table 7"),
        "abcdefgh",
        "cbdaefg",
        mistakes,
        "name what the data break, and the remedy is nearly named.",
    )


def _weighted(
    X: np.ndarray,
    weights: np.ndarray,
    centers: np.ndarray,
    mean: Callable = lambda members, weights: np.average(members, axis=0, weights=weights),
    power: int = 2,
    steps: int = 300,
    empty: str = "stays",
) -> np.ndarray:
    """Run Lloyd's steps with another mean, distance, end, or fate of a center without points."""
    centers = centers.astype(float)
    for _ in range(steps):
        labels = (np.abs(X[:, None] - centers) ** power).sum(axis=2).argmin(axis=1)
        moved = centers.copy()
        for k in range(len(centers)):
            if np.any(labels == k):
                moved[k] = mean(X[labels == k], weights[labels == k])
            elif empty != "stays":
                moved[k] = 0 if empty == "zero" else np.nan
        if np.array_equal(moved, centers):
            break
        centers = moved
    return centers


@exercise("03-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(34)
    cases = []
    for n, d, k in ((60, 2, 4), (40, 1, 3), (50, 3, 5), (12, 2, 1)):
        X = 3 * rng.normal(size=(n, d)) + rng.integers(k, size=(n, 1))
        weights = rng.integers(1, 20, size=n).astype(float)
        cases.append((f"{n} points, {k} centers", (X, weights, X[rng.permutation(n)[:k]].copy())))
    lost = np.array([[0.0, 0.0], [1.0, 1.0], [90.0, 90.0]])
    slow = np.sort(rng.random(150))[:, None]  # a start from which it takes many small steps
    cases.append(("150 points on a line, from a bad start", (slow, 3 * rng.random(150) + 1, slow[:5].copy())))
    few = np.array([[3.0], [22], [28], [5], [14], [15]])
    cases.append(
        ("6 points, 3 centers", (few, np.array([2.0, 3, 1, 1, 2, 1]), np.array([[1.0], [16], [10]])))
    )
    # The sum of squared distances without weights rises on the way here.
    heavy = np.array([[2.0], [9], [26], [4], [10], [13], [29], [17], [27], [12], [22]])
    weighs = np.array([9.0, 1, 2, 9, 5, 2, 2, 1, 9, 2, 1])
    cases.append(("11 points, 3 centers", (heavy, weighs, np.array([[21.0], [28], [7]]))))
    for n in range(5, 17):  # few points: a cluster of one, a center that is revived
        X = 30 * rng.random((n, 1))
        weights = rng.choice([0.1, 0.4, 0.8, 1.5, 3.0], size=n)
        cases.append((f"{n} points of which some weigh little", (X, weights, 30 * rng.random((3, 1)))))
    whole = np.array([[0], [1], [10], [11], [20], [21]])
    cases.append(("whole numbers", (whole, np.array([1, 1, 2, 1, 1, 1.0]), np.array([[0], [1], [10]]))))
    cases.append(("a center that gets no point", (cases[0][1][0], cases[0][1][1], lost)))

    def plain(members: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return members.mean(axis=0)

    def by_count(members: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return (weights[:, None] * members).mean(axis=0)

    def median(members: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.median(np.repeat(members, weights.astype(int), axis=0), axis=0)

    mistakes = (
        (
            "the weights make no difference yet: a center is the weighted mean.",
            lambda *a: _weighted(*a, mean=plain),
        ),
        (
            "divide by the sum of the weights, not by the number of points.",
            lambda *a: _weighted(*a, mean=by_count, steps=300),
        ),
        (
            "divide by the sum of the weights of the cluster's own points, not of all.",
            lambda X, w, c: _weighted(X, w / w.sum(), c, mean=lambda m, v: v @ m),
        ),
        (
            "weights need not be whole; yours were cut to whole numbers (or to copies of the points).",
            lambda X, w, c: _weighted(X, w.astype(int) + 1e-12, c),
        ),
        ("that is after one step; go on until no center moves.", lambda *a: _weighted(*a, steps=1)),
        ("that is after two steps; go on until no center moves.", lambda *a: _weighted(*a, steps=2)),
        ("those are medians; k-means takes means.", lambda *a: _weighted(*a, mean=median)),
        (
            "the nearest by the *squared* distance; those are absolute differences.",
            lambda *a: _weighted(*a, power=1),
        ),
        (
            "a center that gets no point stays where it is; yours is gone (nan).",
            lambda *a: _weighted(*a, empty="nan"),
        ),
        (
            "a center that gets no point stays where it is; yours went to 0.",
            lambda *a: _weighted(*a, empty="zero"),
        ),
        ("those are the centers you were given; did they move?", lambda X, w, c: c),
    )
    return build(
        answer,
        "weighted_lloyd(X, weights, centers)",
        cases,
        _weighted,
        mistakes,
        "nearest center, weighted mean, again, until nothing moves: a point of weight 3 is three points.",
    )


@cache
def _five_groups() -> tuple[np.ndarray, np.ndarray]:
    """Draw five groups in four columns, each in other units."""
    rng = np.random.default_rng(305)
    centers = 2.2 * np.array([[0, 0.4, -1.2], [1, 1, 0], [1, -1, 0.5], [-1, 0.6, 1], [-1, -1, -1]])
    truth = rng.permutation(np.repeat(np.arange(5), [140, 110, 100, 80, 70]))
    X = centers[truth] + 0.6 * rng.normal(size=(500, 3))
    large = np.array([3000, 3000, 2000, 2000, 3000])[truth] + 350 * rng.normal(size=500)
    return np.c_[0.02 * X[:, 0] + 1, 3 * X[:, 1] + 50, large, 40 * X[:, 2] + 300], truth


@table("03-5")
def _() -> np.ndarray:
    return _five_groups()[0].copy()


@exercise("03-5")
def _(answer: Any) -> Verdict:
    X, truth = _five_groups()
    reasons = {
        "a": "",
        "b": "standardised, straight borders tell the groups apart.",
        "c": "a silhouette in one set of units says nothing about one in another.",
        "d": "no row is far from the others, in any column.",
        "e": "standardised, the largest ratio of gains and the highest silhouette name the same number.",
    }
    labels, reason = labels_and_reason(answer, len(X), reasons)

    def k_means(points: np.ndarray, k: int, **settings: int) -> np.ndarray:
        return KMeans(k, **{"n_init": 10, "random_state": 0, **settings}).fit_predict(points)

    k = len(np.unique(labels[labels >= 0]))

    def known() -> list[tuple[str, np.ndarray]]:
        units = "the third column, in thousands, decided nearly alone; look at the units."
        stuck = "as many clusters as there are groups, but from a bad start: n_init."
        raw = [k_means(X, k, n_init=1, random_state=seed) for seed in range(12)]
        starts = [k_means(scale(X), 5, n_init=1, init="random", random_state=seed) for seed in range(30)]
        return [
            *((units, found) for found in [k_means(X, k), *raw]),
            *((stuck, found) for found in starts if k == 5 and agreement(found, truth) < 0.9),
        ]

    if k > 5 and agreement(labels, truth) > 0.8:
        return not_yet(
            f"{k} clusters: a group was cut, or some rows stand apart. What do the ratio of "
            "gains and the silhouette say?"
        )
    score = scored(labels, truth, 0.97, known)
    return defended(
        f"the groups are right ({score:.2f})",
        reason,
        reasons,
        f"agreement {score:.2f} with the five groups from which the rows were drawn.",
    )
