"""Answers to the exercises of lesson 03: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np
from answering import nearest, table_answers
from sklearn.cluster import KMeans
from sklearn.preprocessing import scale

from helpers.exercises import unnamed


def lloyd(X, weights, centers, mean, steps=300, nearest=nearest):
    centers = np.array(centers, dtype=float)
    for _ in range(steps):
        labels = nearest(X, centers)
        moved = np.array(
            [mean(X[labels == k], weights[labels == k], centers[k]) for k in range(len(centers))]
        )
        if np.array_equal(moved, centers, equal_nan=True):
            break
        centers = moved
    return centers


def weighted(members, weights, before):
    return weights @ members / weights.sum() if len(members) else before


def unweighted(X, weights, centers):
    return lloyd(X, weights, centers, lambda members, _, before: members.mean(0) if len(members) else before)


def over_the_count(X, weights, centers):
    return lloyd(X, weights, centers, lambda m, w, before: w @ m / len(m) if len(m) else before)


def one_step(X, weights, centers):
    return lloyd(X, weights, centers, weighted, steps=1)


def loses_centers(X, weights, centers):
    with np.errstate(all="ignore"):
        return lloyd(X, weights, centers, lambda m, w, before: w @ m / w.sum())


def medians(X, weights, centers):
    return lloyd(
        X,
        weights,
        centers,
        lambda m, w, before: np.median(np.repeat(m, w.astype(int), axis=0), axis=0) if len(m) else before,
    )


def city_blocks(X, weights, centers):
    return lloyd(
        X, weights, centers, weighted, nearest=lambda X, c: np.abs(X[:, None] - c).sum(axis=2).argmin(axis=1)
    )


def only_full(X, weights, centers):
    centers = lloyd(X, weights, centers, weighted)
    return centers[np.unique(nearest(X, centers))]


def root_of_weights(X, weights, centers):
    return lloyd(X, np.sqrt(weights), centers, weighted)


def over_all_weights(X, weights, centers):
    share = weights / weights.sum()
    return lloyd(X, share, centers, lambda m, w, before: w @ m if len(m) else before)


def copied_points(X, weights, centers):
    many = np.repeat(X, weights.astype(int), axis=0)
    return unweighted(many, np.ones(len(many)), centers)


def lone_points_stay(X, weights, centers):
    return lloyd(X, weights, centers, lambda m, w, before: w @ m / w.sum() if len(m) > 1 else before)


def gone_for_ever(X, weights, centers):
    """A center that has lost its points gets none again."""
    centers, alive = centers.astype(float), np.ones(len(centers), dtype=bool)
    for _ in range(300):
        distances = np.where(alive, np.linalg.norm(X[:, None] - centers, axis=2), np.inf)
        labels, before = distances.argmin(axis=1), centers.copy()
        for k in range(len(centers)):
            alive[k] = np.any(labels == k)
            if alive[k]:
                centers[k] = np.average(X[labels == k], axis=0, weights=weights[labels == k])
        if np.array_equal(before, centers):
            break
    return centers


def while_it_falls(X, weights, centers):
    """Stop as soon as the inertia *without* weights does not fall."""
    centers, last = centers.astype(float), np.inf
    while True:
        labels = nearest(X, centers)
        inertia = ((X - centers[labels]) ** 2).sum()
        if inertia >= last:
            return centers
        last = inertia
        for k in np.unique(labels):
            centers[k] = np.average(X[labels == k], axis=0, weights=weights[labels == k])


def until_nan(X, weights, centers):
    """Go on until nothing moves, with a center that has become nan."""
    while True:
        labels = nearest(X, centers)
        with np.errstate(all="ignore"):
            parts = [(weights[labels == k], X[labels == k]) for k in range(len(centers))]
            moved = np.array([w @ m / w.sum() for w, m in parts])
        if np.array_equal(moved, centers):
            return centers
        centers = moved


def in_whole_numbers(X, weights, centers):
    centers = centers.copy()
    for _ in range(300):
        labels, before = nearest(X, centers), centers.copy()
        for k in range(len(centers)):
            if np.any(labels == k):
                centers[k] = np.average(X[labels == k], axis=0, weights=weights[labels == k])
        if np.array_equal(before, centers):
            break
    return centers


def in_place(X, weights, centers):
    centers[:] = lloyd(X, weights, centers, weighted)
    return centers


def with_averages(X, weights, centers):
    return lloyd(
        X, weights, centers, lambda m, w, before: np.average(m, axis=0, weights=w) if len(m) else before
    )


def with_matrices(X, weights, centers):
    """Write the means of all clusters as one product."""
    centers = centers.astype(float)
    for _ in range(1000):
        mine = np.eye(len(centers))[nearest(X, centers)] * weights[:, None]
        sums = mine.sum(axis=0)
        moved = np.where(sums[:, None] > 0, (mine.T @ X) / np.where(sums, sums, 1)[:, None], centers)
        if np.allclose(moved, centers, rtol=0, atol=1e-12):
            break
        centers = moved
    return centers


X = unnamed("03-5")


def groups(points, k, **settings):
    return KMeans(k, **{"n_init": 10, "random_state": 0, **settings}).fit_predict(points)


WRONG = {
    "03-1": [
        ([0.5, 10.5, 20.5, 0.41], "the best answer there is"),
        ([0, 10.5, 20.5, 0.41], "second centroid: that is the best"),
        ([0, 5.5, 20.5, 0.41], "10 is nearer to the third centroid"),
        ([0, 1, 10, 0.41], "that is the start"),
        ([0, 1, 20.5, 0.41], "third centroid: that is the best"),
        ([0, 1, 15, 0.41], "the mean of all its points"),
        ([0, 1, 15.5, 1 / 3], "*squared* distance"),
        ([0, 1, 15.5, 0.17], "not each point alike"),
        ([0, 1, 15.5, 0.2], "five points are left"),
        ([0, 1, 15.5, 1], "not certain"),
        ([0, 1, 15.5, 41], "in per cent"),
        ([0, 1, 15.5, 0.38], "of the point 20"),
        ([0, 1, 17.33, 0.41], "it began there"),
        ([0, 1, 15.5, 0.42], "0.42 is not it"),
        ([0, 1, 15.5], "a list of 4 numbers"),
    ],
    "03-2": [
        (["b", "e", "f"], "two groups from afar"),
        (["a", "e", "f"], "the chord runs"),
        (["a", "b", "c", "e", "f"], "each rule"),
        (["a", "b", "d", "e", "f"], "on pure noise"),
        (["a", "b", "f"], "a seed repeats"),
        (["a", "b", "e"], "each fails"),
        (["a", "b", "e", "f", "g"], "more centroids, at their best"),
        (4, "the letters in a list"),
    ],
    "03-3": [
        ("bbdaefg", "table 1: a moon is no ellipse"),
        ("hbdaefg", "table 1: no straight border"),
        ("ccdaefg", "table 2: the border lies half way"),
        ("cbhaefg", "table 3: a mean follows"),
        ("cbgaefg", "table 3: there are groups"),
        ("cbeaefg", "which has *only* distances"),
        ("cbdhefg", "table 4: a thousand euros"),
        ("cbdadfg", "table 5: a mean needs coordinates"),
        ("cbdaehg", "table 6: never all of them"),
        ("cbdaefh", "table 7: whatever is done"),
        ("cbdaegf", "1 more to think of"),
        ("cbd", "give 7 letters"),
        ("cbdaefz", "the letters are a, b"),
    ],
    "03-4": [
        (0, "write a function"),
        (unweighted, "the weights make no difference"),
        (over_the_count, "divide by the sum of the weights"),
        (one_step, "that is after one step"),
        (lambda X, w, c: lloyd(X, w, c, weighted, steps=2), "that is after two steps"),
        (medians, "those are medians"),
        (city_blocks, "those are absolute differences"),
        (loses_centers, "yours is gone"),
        (only_full, "the result should be an array of shape (3, 1); got the shape (2, 1)"),
        (over_all_weights, "not of all"),
        (copied_points, "not right on 150 points"),
        (lambda X, w, c: with_averages(X, w.astype(int) + 1e-12, c), "cut to whole numbers"),
        (until_nan, "no result after"),
        (lone_points_stay, "not right on"),
        (gone_for_ever, "not right on"),
        (while_it_falls, "not right on"),
        (in_whole_numbers, "not right on whole numbers"),
        (lambda X, w, c: (with_averages(X, w, c), w), "parts of unequal shapes"),
        (root_of_weights, "not right on 60 points, 4 centers"),
        (in_place, "the input was changed"),
        (lambda X, w, c: c, "did they move"),
        (lambda X, w, c: X.T @ w @ c, "it fails on 60 points, 4 centers (ValueError"),
    ],
    "03-5": [
        *table_answers("a", len(X)),
        ((groups(X, 2), "c"), "look at the units"),
        ((groups(X, 8, n_init=1), "a"), "look at the units"),
        ((groups(X, 5), "a"), "look at the units"),
        ((groups(scale(X), 4), "a"), "Groups went together"),
        ((groups(scale(X), 3), "a"), "Groups went together"),
        ((groups(scale(X), 6), "a"), "a group was cut, or"),
        ((groups(scale(X), 5, n_init=1, init="random", random_state=14), "a"), "a bad start"),
        ((groups(scale(X), 5), "b"), "straight borders tell"),
        ((groups(scale(X), 5), "c"), "says nothing about one in another"),
        ((groups(scale(X), 5), "d"), "no row is far"),
        ((groups(scale(X), 5), "e"), "name the same number"),
    ],
}

RIGHT = {
    "03-1": [[0, 1, 15.5, 0.41], [0.0, 1.0, 15.5, 441 / 1063], (0, 1, 15.5, 0.415)],
    "03-2": [["a", "b", "e", "f"], "F, E, B, A"],
    "03-3": ["cbdaefg", ["c", "b", "d", "a", "e", "f", "g"], "C B D A E F G"],
    "03-4": [with_averages, with_matrices],
    "03-5": [(groups(scale(X), 5), "a"), (groups(X / X.std(axis=0), 5, random_state=9), "A")],
}


def weighted_points(rng):
    found = []
    for n, d, k in ((1, 1, 1), (8, 1, 2), (20, 2, 3), (40, 3, 5), (40, 2, 4)):
        X = rng.normal(size=(n, d)) + 2 * rng.integers(3, size=(n, 1))
        found.append((X, rng.integers(1, 9, size=n).astype(float), X[rng.permutation(n)[:k]].copy()))
    return [*found, (found[-1][0], found[-1][1], np.array([[0.0, 0], [1, 1], [50, 50]]))]


INPUTS = {"03-4": weighted_points}
