"""Answers to the exercises of lesson 01: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np
from answering import table_answers
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans, SpectralClustering
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import minmax_scale, scale

from helpers.exercises import unnamed


def same_names(a, b):
    return np.array_equal(a, b)


def one_way(a, b):
    return len(set(zip(a, b, strict=True))) == len(set(a))


def the_other_way(a, b):
    return one_way(b, a)


def same_sizes(a, b):
    return sorted(np.unique(a, return_counts=True)[1]) == sorted(np.unique(b, return_counts=True)[1])


def as_many_groups(a, b):
    return len(set(a)) == len(set(b))


def neighbours_only(a, b):
    """Compare only whether each point is with the one before it."""
    return np.array_equal(np.diff(a) == 0, np.diff(b) == 0)


def with_the_first(a, b):
    """Compare only who is with the first point."""
    return np.array_equal(np.equal(a, a[0]), np.equal(b, b[0]))


def both_shifted(a, b):
    return np.array_equal(a - a.min(), b - b.min())


def first_and_size(a, b):
    """Compare where each group begins, and how large it is."""
    return {(a.tolist().index(n), np.sum(a == n)) for n in set(a.tolist())} == {
        (b.tolist().index(n), np.sum(b == n)) for n in set(b.tolist())
    }


def no_noise(a, b):
    """Ask of every name from 0 on only, both ways."""
    there = all(len(set(b[a == name])) <= 1 for name in range(a.max() + 1))
    return there and all(len(set(a[b == name])) <= 1 for name in range(b.max() + 1))


def pair_by_pair(a, b):
    return np.array_equal(a[:, None] == a, b[:, None] == b)


def by_the_index(a, b):
    return adjusted_rand_score(a, b) == 1


def dictionaries(a, b):
    there, back = {}, {}
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        if there.setdefault(x, y) != y or back.setdefault(y, x) != x:
            return 0
    return 1


X = unnamed("01-5")
three_centers = KMeans(3, n_init=10, random_state=0)

WRONG = {
    "01-1": [
        ([0, -0.5], "no label is equal"),
        ([0.5, -0.5], "for each pair of points"),
        ([1, 0], "by chance 2 x 2 / 6"),
        ([1, 0.33], "the share of pairs"),
        ([1, -0.33], "from chance to the best"),
        ([1, 0.5], "share of equal labels"),
        ([1, -1], "never below -0.5"),
        ([1, 0.2], "0.2 is not it"),
        (1.0, "a list of 2 numbers"),
    ],
    "01-2": [
        (["a", "b", "d"], "a thousand euros of difference"),
        (["b", "d", "f"], "the number of a cluster is a name"),
        (["a", "d", "f"], "types that are known"),
        (["a", "b", "f"], "k-means returns as many"),
        (["a", "b", "c", "d", "f"], "the silhouette judges"),
        (["a", "b", "d", "e", "f"], "probabilities say"),
        (["c", "e"], "6 of 8 misjudged"),
        (["i"], "there are the statements"),
        ("abdfg", "more groupings in two"),
        ("abdfh", "blur them"),
        (3, "the letters in a list"),
    ],
    "01-3": [
        (0.4, "the number above"),
        (0.4012, "divided by their variance"),
        (1.0, "A common factor"),
        (0.1, "as they are and scaled"),
        (0.83, "the *adjusted* one"),
        (0.78, "n_init=10"),
        (0.54, "divided by their range"),
        (0.22, "the clusters' names"),
    ],
    "01-4": [
        (True, "write a function"),
        (same_names, "differ only in names"),
        (lambda a, b: a == b, "one True or False"),
        (one_way, "two groups of the first"),
        (the_other_way, "one group of the first"),
        (same_sizes, "which points share a group"),
        (as_many_groups, "as many groups"),
        (neighbours_only, "that compares each point with the one before"),
        (with_the_first, "that asks only who is with the first point"),
        (both_shifted, "expected True, got False"),
        (first_and_size, "not right on [0, 1, 0, 1] and [0, 1, 1, 0]"),
        (lambda a, b: round(adjusted_rand_score(a, b), 2) == 1, "one point of a thousand"),
        (no_noise, "-1 is a name like any other"),
        (
            lambda a, b: len(set((a * 10 + b).tolist())) == len(set(a)) == len(set(b)),
            "not right on [0, 1] and [10, 0]",
        ),
        (lambda a, b: a[99] == b[99], "it fails on [0, 0, 1] and [0, 0, 1] (IndexError"),
    ],
    "01-5": [
        *table_answers("a", len(X)),
        ((three_centers.fit_predict(X), "a"), "look at the units"),
        ((three_centers.fit_predict(scale(X)), "a"), "round pieces of long bands"),
        ((KMeans(2, n_init=10, random_state=0).fit_predict(scale(X)), "a"), "round pieces of long bands"),
        ((AgglomerativeClustering(3).fit_predict(scale(X)), "b"), "compact pieces"),
        ((DBSCAN(eps=0.5).fit_predict(scale(X)), "d"), "one crowd at this eps"),
        ((DBSCAN(eps=0.25).fit_predict(scale(X)), "d"), "something is cut off"),
        ((GaussianMixture(2, random_state=0).fit_predict(X), "c"), "Groups went together"),
        ((GaussianMixture(4, random_state=2).fit_predict(scale(X)), "c"), "4 groups, the smallest of"),
        (
            (GaussianMixture(3, random_state=0).fit_predict(X), "a"),
            "the sentence is not true here: three centers",
        ),
        ((GaussianMixture(3, random_state=2).fit_predict(scale(X)), "c"), "in a bad start"),
        ((GaussianMixture(4, random_state=0).fit_predict(X), "c"), "something is cut off"),
        ((GaussianMixture(3, random_state=0).fit_predict(X), "d"), "takes their thin ends for noise"),
    ],
}

RIGHT = {
    "01-1": [[1, -0.5], (1.0, -0.5), np.array([1.0, -0.5])],
    "01-2": [["a", "b", "d", "f"], "f d b a", ("A", "B", "D", "F"), {"a", "b", "d", "f"}],
    "01-3": [0.55, 0.549, np.float64(0.5489)],
    "01-4": [pair_by_pair, by_the_index, dictionaries],
    "01-5": [
        (SpectralClustering(3, gamma=250, random_state=0).fit_predict(minmax_scale(X)), "e"),
        (GaussianMixture(3, random_state=0).fit_predict(X), "c"),
        [GaussianMixture(3, n_init=10, random_state=1).fit_predict(scale(X)) + 7.0, ["(C)"]],
        (np.array(list("xyz"))[GaussianMixture(3, random_state=0).fit_predict(X)], "c"),
    ],
}


def groupings(rng):
    few = [(rng.integers(3, size=n), rng.integers(3, size=n)) for n in (1, 2, 3, 4, 4, 4, 4, 4, 9)]
    renamed = [(a, np.array([7, -1, 4])[a]) for a in (rng.integers(3, size=n) for n in (5, 9, 30))]
    return few + renamed


INPUTS = {"01-4": groupings}
