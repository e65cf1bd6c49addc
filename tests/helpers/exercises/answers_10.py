"""Answers to the exercises of lesson 10: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np
from answering import table_answers
from sklearn.cluster import DBSCAN, HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import scale

from helpers.exercises import unnamed


def first(over):
    return int(np.argmax(over)) if np.any(over) else -1


def after(window, over):
    return first(np.where(np.arange(len(over)) < window, False, over))


def batch_by_batch(distances, window, factor):
    limit = factor * sum(distances[:window]) / window
    for place in range(window, len(distances)):
        if distances[place] > limit:
            return place
    return -1


def masked(distances, window, factor):
    return after(window, distances > factor * distances[:window].mean())


def equal_too(d, window, factor):
    return after(window, d >= factor * d[:window].mean())


def early(d, window, factor):
    return first(d > factor * d[:window].mean())


def not_counted(d, window, factor):
    return first(d[window:] > factor * d[:window].mean())


def all_false(d, window, factor):
    return int(np.argmax(d[window:] > factor * d[:window].mean())) + window


def from_zero(d, window, factor):
    return max(masked(d, window, factor), 0)


def number_of_batches(d, window, factor):
    found = masked(d, window, factor)
    return len(d) if found < 0 else found


def by_median(d, window, factor):
    return after(window, d > factor * np.median(d[:window]))


def moving(d, window, factor):
    return next((i for i in range(window, len(d)) if d[i] > factor * np.mean(d[i - window : i])), -1)


def of_all_so_far(d, window, factor):
    return next((i for i in range(window, len(d)) if d[i] > factor * np.mean(d[:i])), -1)


def of_all(d, window, factor):
    return after(window, d > factor * d.mean())


def largest(d, window, factor):
    return window + int(d[window:].argmax()) if masked(d, window, factor) >= 0 else -1


def last(d, window, factor):
    over = np.flatnonzero(d[window:] > factor * d[:window].mean())
    return int(over[-1]) + window if len(over) else -1


def added(d, window, factor):
    return after(window, d > factor + d[:window].mean())


def from_the_first(d, window, factor):
    return after(window, d > factor * d[0])


def by_index(d, window, factor):
    limit = factor * d[:window].mean()
    late = [value for value in d[window:] if value > limit]
    return d.tolist().index(late[0]) if late else -1


def without_an_end(d, window, factor):
    for place in range(window, len(d)):
        if d[place] > factor * d[:window].mean():
            return place


def only_upwards(d, window, factor):
    limit = factor * d[:window].mean()
    return next((i for i in range(window, len(d)) if d[i] > limit >= d[i - 1]), -1)


def from_the_largest(d, window, factor):
    return after(window, d > factor * d[:window].max())


X = unnamed("10-5")
every, two = scale(X), scale(X[:, [0, 2]])


def dense(points, size=25, samples=5):
    return HDBSCAN(min_cluster_size=size, min_samples=samples, copy=True).fit_predict(points)


def centers(points, k):
    return KMeans(k, n_init=10, random_state=0).fit_predict(points)


right_ones = DBSCAN(eps=0.25, min_samples=5).fit_predict(two)


def nearest_group():
    """Put every stray into the group of its nearest member."""
    inside = right_ones >= 0
    nearest = np.linalg.norm(two[:, None] - two[inside], axis=2).argmin(axis=1)
    return np.where(inside, right_ones, right_ones[inside][nearest])


WRONG = {
    "10-1": [
        ([80, 1.46, 2.76, 4.6], "each pair twice"),
        ([5, 1.46, 2.76, 4.6], "takes 8 bytes"),
        ([40e9, 1.46, 2.76, 4.6], "by 10**9"),
        ([37.25, 1.46, 2.76, 4.6], "gibibytes"),
        ([40_000, 1.46, 2.76, 4.6], "megabytes"),
        ([0.04, 1.46, 2.76, 4.6], "terabytes"),
        ([40, 1.5, 2.83, 5.1], "to two decimals"),
        ([40, 0.699, 2.76, 4.6], "to base 10"),
        ([40, 1.46, 2.83, 5.1], "round at the end"),
        ([40, 1.46, 2.76, 5.1], "rounded exponent, 1.5"),
        ([40, 1.46, 2.76, 0.077], "in hours"),
        ([40, 5, 2.76, 4.6], "how many times longer"),
        ([40, 1.67, 2.76, 4.6], "5 over 3"),
        ([40, 0.68, 2.76, 4.6], "the other way round"),
        ([40, 1.61, 2.76, 4.6], "divide it by that of 3"),
        ([40, 1.46, 2, 4.6], "proportional to n"),
        ([40, 1.46, 4, 4.6], "an exponent of 2"),
        ([40, 1.46, 2.93, 4.6], "not times it"),
        ([40, 1.46, 2.76, 277], "in seconds"),
        ([40, 1.46, 2.76, 1.25], "three times the points took five"),
        ([40, 1.46, 2.76, 20.8], "take that of the two fits"),
        ([40, 1.46, 2.76, 0.92], "50 times as many"),
        (40, "a list of 4 numbers"),
    ],
    "10-2": [
        ("bdh", "an interval of that width"),
        ("adh", "of those in the table"),
        ("abcdh", "its memory grows"),
        ("abh", "to the ARI"),
        ("abdeh", "a strong hint"),
        ("abdfh", "one useless column"),
        ("abdgh", "each criterion"),
        ("abd", "columns that repeat"),
        (10, "the letters in a list"),
    ],
    "10-3": [
        ("abcdefg", "metres on a flat map"),
        ("hbadefg", "no reason to stop"),
        ("gbadefc", "1: most belong to none"),
        ("dbacefg", "90 GB"),
        ("ebadcfg", "an ellipse does not follow"),
        ("chadefg", "few links to the rest"),
        ("cbgdefg", "categories are no points"),
        ("cbahefg", "who returns a tree"),
        ("cbadcfg", "no shares"),
        ("cbadehg", "a piece at a time"),
        ("cbadegf", "all rows at once"),
        ("cbadefh", "the plain case"),
        ("cb", "give 7 letters"),
    ],
    "10-4": [
        (4, "write a function"),
        (not_counted, "add the window"),
        (early, "raise no alarm"),
        (equal_too, "not equal to it"),
        (all_false, "argmax of all False"),
        (from_zero, "expected -1, got 0"),
        (number_of_batches, "not the number of batches"),
        (by_median, "not on its median"),
        (moving, "moves along"),
        (of_all_so_far, "takes in all so far"),
        (of_all, "the mean of all batches"),
        (largest, "the *first* one"),
        (last, "the last alarm"),
        (added, "yours is added"),
        (only_upwards, "not right on drifting([1.0, 1.0, 4.0, 4.0]"),
        (from_the_largest, "the window's largest"),
        (by_index, "not right on drifting([1.0, 1.0, 4.0, 1.0, 4.0]"),
        (without_an_end, "returned nothing (None)"),
        (from_the_first, "not right on drifting("),
        (lambda d, window, factor: d > factor * d[:window].mean(), "should be one number"),
        (lambda d, window, factor: d[len(d)], "it fails on drifting([1.0, 1.1, 0.9"),
    ],
    "10-5": [
        *table_answers("c", len(X)),
        ((np.full(len(X), -1), "d"), "both tests of the gate"),
        ((np.full(len(X), -1), "c"), "you have put all rows there"),
        (
            (
                np.where(right_ones == np.argmin(np.bincount(right_ones[right_ones >= 0])), -1, right_ones),
                "c",
            ),
            "left out",
        ),
        ((nearest_group(), "c"), "Rows of no group that are in one: 45 of 45"),
        ((dense(every), "c"), "about nothing"),
        ((centers(every, 4), "a"), "about nothing"),
        ((centers(X, 3), "a"), "look at the units"),
        ((centers(two, 4), "a"), "centers, which cut"),
        ((GaussianMixture(4, n_init=5, random_state=0).fit_predict(two), "b"), "ellipses, which do not bend"),
        ((AgglomerativeClustering(4).fit_predict(two), "e"), "Ward, which keeps"),
        ((DBSCAN(eps=0.1).fit_predict(two), "c"), "settings so strict"),
        ((DBSCAN(eps=0.4).fit_predict(two), "c"), "joins groups"),
        ((right_ones, "a"), "many rows are nearer"),
        ((right_ones, "b"), "no ellipse follows"),
        ((right_ones, "d"), "empty places between"),
        ((right_ones, "e"), "cut at four"),
    ],
}

RIGHT = {
    "10-1": [[40, 1.46, 2.76, 4.6], (39.9996, 1.465, 2.76, 4.62), [40, 1.47, 2.76, 4.62]],
    "10-2": [["a", "b", "d", "h"], "h b d a"],
    "10-3": ["cbadefg", "caadefg", ["C", "B", "A", "D", "E", "F", "G"]],
    "10-4": [batch_by_batch, masked],
    "10-5": [
        (dense(two), "c"),
        (dense(two, 50, 5), "c"),
        (dense(two, 50, 8), "C"),
        (dense(X[:, [0, 2]] / [20, 3], 50, 8), ["c"]),
        (DBSCAN(eps=0.25, min_samples=5).fit_predict(two), "c"),
    ],
}


def streams(rng):
    found = [(np.array([2.0, 2, 2, 3, 3]), 3, 1.5), (np.array([1.0, 5.0, 1.0, 1.0, 2.0]), 2, 1.5)]
    for n, window, factor in ((6, 3, 1.5), (12, 2, 1.1), (20, 5, 1.3), (20, 4, 9), (9, 1, 1.0)):
        found.append((rng.uniform(1, 3, size=n), window, factor))
    return found


INPUTS = {"10-4": streams}
