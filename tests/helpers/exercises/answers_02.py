"""Answers to the exercises of lesson 02: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from answering import table_answers
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import AgglomerativeClustering

from helpers.exercises import unnamed


def by_scipy(D, method):
    return linkage(squareform(D), method)[:, 2]


def by_pairs(D, method, pick=None):
    """Measure every pair of clusters again before each merge."""
    pick = pick or {"single": np.min, "complete": np.max, "average": np.mean}[method]
    clusters, heights = [[i] for i in range(len(D))], []
    while len(clusters) > 1:
        distance, a, b = min(
            (pick(D[np.ix_(clusters[a], clusters[b])]), a, b)
            for a, b in combinations(range(len(clusters)), 2)
        )
        heights.append(distance)
        clusters[a] += clusters.pop(b)
    return heights


def mean_of_halves(D, method):
    return by_scipy(D, "weighted") if method == "average" else by_scipy(D, method)


def until_two_are_left(D, method):
    return by_scipy(D, method)[:-1]


def exchanged(D, method):
    return by_scipy(D, {"single": "complete", "complete": "single"}.get(method, method))


def smallest_distances(D, method):
    return np.sort(squareform(D))[: len(D) - 1]


def median_of_pairs(D, method):
    return by_pairs(D, method, {"single": np.min, "complete": np.max, "average": np.median}[method])


def in_place(D, method):
    heights = by_scipy(D, method)
    np.fill_diagonal(D, np.inf)
    return heights


D = unnamed("02-5")


def cut(method, k, smallest=5):
    labels = fcluster(linkage(squareform(D), method), k, criterion="maxclust")
    return np.where(np.bincount(labels)[labels] >= smallest, labels, -1)


WRONG = {
    "02-1": [
        ([4, 2.8, 5], "lowers the number by one"),
        ([2, 2.8, 5], "was point 6 forgotten"),
        ([7, 2.8, 5], "nothing has been merged"),
        ([3, 1.1, 5], "when did point 1 join"),
        ([3, 0.4, 5], "when did point 5 join"),
        ([3, 3.0, 5], "the root"),
        ([3, 11, 5], "the name of the cluster"),
        ([3, 2.8, 11], "count the merges"),
        ([3, 2.8, 6], "one cluster is left"),
        ([3, 2.8, 4], "off by one"),
        ([3, 2.8, 2], "number of clusters left"),
        (3, "a list of 3 numbers"),
    ],
    "02-2": [
        (["d", "e"], "one customer took a cluster"),
        (["a", "b", "d", "e"], "complete linkage may give"),
        (["a", "c", "d", "e"], "a stray"),
        (["a", "e"], "one of the gaps"),
        (["a", "d"], "200,000 squared"),
        (["a", "d", "e", "f"], "a merge is never undone"),
        (["a", "d", "e", "g"], "each branch may be mirrored"),
        ("h", "there are the statements"),
    ],
    "02-3": [
        ([2, 1.4, 1, 6], "exchanged"),
        ([2, 6, 1, 1.4], "exchanged"),
        ([2, 1.4, 2, 6], "single linkage chains"),
        ([5, 1.4, 2, 6], "the larger of the two"),
        ([1, 1.4, 4, 6], "the larger of the two"),
        ([1, 1.4, 2, 1.3], "the nearest pair"),
        ([1, 6.0, 2, 6], "nearest pair"),
        ([1, 3.8, 2, 6], "mean over all pairs"),
        ([1, 1.4, 1, 6], "what single linkage leaves"),
        ([1, 1.4, 3, 6], "three and three"),
        ([1, 1.4, 2, 1.4], "furthest pair"),
        ([1, 1.4, 2, 3.7], "mean over all pairs of the two clusters"),
        ([1, 1.4, 2, 4.6], "take the furthest"),
        ([1, 1.4, 2, 3.3], "the merge before the last"),
        ([1, 1.4], "a list of 4 numbers"),
        ([1, 1.4, 2, None], "a list of 4 numbers"),
    ],
    "02-4": [
        (1.5, "write a function"),
        (lambda D, method: None, "on 2 points, single the function returned nothing"),
        (mean_of_halves, "a cluster of many counts more"),
        (exchanged, "exchanged"),
        (lambda D, method: np.zeros(len(D) - 1), "leave out the diagonal"),
        (smallest_distances, "after a merge"),
        (until_two_are_left, "an array of shape (1,); got the shape (0,)"),
        (lambda D, method: by_scipy(D, "single"), "that is single linkage, whatever"),
        (lambda D, method: by_scipy(D, "average"), "that is average linkage, whatever"),
        (lambda D, method: by_scipy(D, method) ** 2, "squared"),
        (lambda D, method: by_scipy(D, method)[::-1], "the smallest first"),
        (lambda D, method: linkage(D, method)[:, 2], "its rows are no points"),
        (median_of_pairs, "not right on"),
        (in_place, "the input was changed"),
        (lambda D, method: D[len(D)], "it fails on 2 points, single (IndexError"),
    ],
    "02-5": [
        *table_answers("a", len(D))[:-1],
        ((cut("average", 4), "a"), "Groups went together"),
        ((cut("average", 8, 1), "a"), "nobody has it yet"),
        ((cut("ward", 4, 1), "c"), "nobody has it yet"),
        ((AgglomerativeClustering(4).fit_predict(D), "a"), "nobody has it yet"),
        ((cut("single", 4), "b"), "Rows of no group that are in one: 2 of 5"),
        ((cut("single", 9), "b"), "Lower the cut"),
        ((cut("average", 22), "a"), "Members that were left out: 17"),
        ((cut("average", 8, 2), "a"), "is that a group"),
        ((np.full(len(D), -1), "a"), "100% are in no group"),
        ((cut("average", 8) > 0, "a"), "yours are True and False"),
        ((cut("average", 8), "b"), "nothing that has to be followed"),
        ((cut("average", 8), "c"), "SciPy computes something"),
        ((cut("average", 8), "d"), "names eight"),
    ],
}

RIGHT = {
    "02-1": [[3, 2.8, 5], np.array([3.0, 2.8, 5.0])],
    "02-2": [["a", "d", "e"], "ade"],
    "02-3": [[1, 1.4, 2, 6], (1, 1.4, 2, 6.0)],
    "02-4": [by_scipy, by_pairs],
    "02-5": [
        (cut("average", 8), "a"),
        (cut("complete", 7), "A"),
        (np.where(cut("average", 8) < 0, "-1", np.char.add("group ", cut("average", 8).astype(str))), "a"),
        (cut("average", 10), "a"),
        (cut("single", 13, 6), ["a"]),
    ],
}


def tables(rng):
    found = []
    for n in (2, 3, 4, 5, 9, 15):
        D = rng.random((n, n))
        found += [
            (D + D.T - np.diag(np.diag(D + D.T)), method) for method in ("single", "complete", "average")
        ]
    return found


INPUTS = {"02-4": tables}
