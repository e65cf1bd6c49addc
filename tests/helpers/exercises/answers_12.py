"""Answers to the exercises of lesson 12: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.special import softmax
from scipy.stats import entropy


def counts_of(first, second, k, once=False):
    counts = np.zeros((k, k))
    if once:
        counts[first, second] += 1
    else:
        np.add.at(counts, (first, second), 1)
    return counts


def symmetric(first, second, k, once=False):
    counts = counts_of(first, second, k, once)
    return (counts + counts.T) / (2 * counts.sum())


def information(P):
    return entropy(P.sum(axis=0)) + entropy(P.sum(axis=1)) - entropy(P.ravel())


def without(P, i, j, rows_only=False):
    P = P.copy()
    P[i] += P[j]
    if rows_only:
        return np.delete(P, j, axis=0)
    P[:, i] += P[:, j]
    return np.delete(np.delete(P, j, axis=0), j, axis=1)


def chosen(worth, table=symmetric):
    """Return a function that joins the pair of clusters that is worth most."""

    def pick(first, second, k):
        P = table(first, second, k)
        best, found = -np.inf, (0, 1)
        for i, j in combinations(range(k), 2):
            if (value := worth(P, i, j)) > best:
                best, found = value, (i, j)
        return found

    return pick


def relabelled(first, second, k):
    """Rename one cluster in the data, instead of joining rows of a table."""
    kept = {}
    for i, j in combinations(range(k), 2):
        kept[i, j] = information(
            symmetric(np.where(first == j, i, first), np.where(second == j, i, second), k)
        )
    return list(max(kept, key=kept.get))


def from_both(first, second, k):
    """Count each pair in both orders: symmetric from the start."""
    P = counts_of(np.r_[first, second], np.r_[second, first], k) / (2 * len(first))
    losses = {}
    for i, j in combinations(range(k), 2):
        losses[i, j] = information(P) - information(without(P, i, j))
    return min(losses, key=losses.get)


def naive(P, i, j):
    Q = without(P, i, j)
    with np.errstate(all="ignore"):
        return (Q * np.log(Q / Q.sum(axis=0) / Q.sum(axis=1, keepdims=True))).sum()


def half_of_it(P, i, j):
    Q = without(P, i, j)
    return entropy(Q.sum(axis=0)) - entropy(Q.ravel())


def lesson_sum(P, i, j):
    Q = without(P, i, j)
    share = Q.sum(axis=0)
    return (Q * np.log((Q + 1e-12) / (np.outer(share, share) + 1e-12))).sum()


def not_symmetric(first, second, k):
    return counts_of(first, second, k) / len(first)


def overflowing(scores):
    with np.errstate(all="ignore"):
        return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


def shifted(by, axis=1):
    def function(scores):
        with np.errstate(all="ignore"):
            powers = np.exp(scores - by(scores))
            return powers / powers.sum(axis=axis, keepdims=True)

    return function


def row_maximum(scores):
    return scores.max(axis=1, keepdims=True)


def in_place(scores):
    scores -= scores.max(axis=1, keepdims=True)
    return overflowing(scores)


def clipped(scores):
    return overflowing(scores.clip(-700, 700))


def without_powers(scores):
    with np.errstate(all="ignore"):
        return scores / scores.sum(axis=1, keepdims=True)


def row_by_row(scores):
    rows = []
    for row in scores:
        powers = np.exp(row - max(row))
        rows.append(powers / sum(powers))
    return rows


def by_logarithms(scores):
    top = scores.max(axis=1)
    total = top + np.log(np.exp((scores.T - top).T).sum(axis=1))
    return np.exp(scores - total[:, None])


WRONG = {
    "12-1": [
        ([21, 21, 11, 0.75, 0.69], "with padding"),
        ([18, 16, 10, 0.75, 0.69], "the first place counts"),
        ([7, 4, 10, 0.75, 0.69], "a stride of 3"),
        ([20, 18, 10, 0.75, 0.69], "at *each* side"),
        ([19.5, 18.5, 10, 0.75, 0.69], "two in all"),
        ([361, 289, 10, 0.75, 0.69], "in the whole result"),
        ([19, 19, 10, 0.75, 0.69], "one of 5 rows"),
        ([19, 16, 10, 0.75, 0.69], "off by one"),
        ([19, 17, 19, 0.75, 0.69], "without a stride"),
        ([19, 17, 10.5, 0.75, 0.69], "every second of 19 heights"),
        ([19, 17, 9, 0.75, 0.69], "beginning with the first"),
        ([19, 17, 9.5, 0.75, 0.69], "rows come whole"),
        ([19, 17, 10, 0.25, 0.69], "the first of the two"),
        ([19, 17, 10, 1, 0.69], "the exponential is missing"),
        ([19, 17, 10, 3, 0.69], "*both* powers"),
        ([19, 17, 10, 0.52, 0.69], "the power, not the score"),
        ([19, 17, 10, 0.75, 1.61], "never used"),
        ([19, 17, 10, 0.75, 1.0], "in bits"),
        ([19, 17, 10, 0.75, 1.39], "has to be taken off"),
        ([19, 17, 10, 0.75, 0], "one cluster would have none"),
        ([19, 17, 10, 0.75, 0.5], "entropy of two halves"),
        ([19, 17, 10, 0.75, 0.3], "in decimal digits"),
        ([19, 17, 10, 0.75, 0.43], "a share of all"),
        ([19, 17, 10, 0.75, -0.69], "the sign"),
        ([[19, 19], [17]], "a list of 5 numbers"),
    ],
    "12-2": [
        ("D", "give two letters"),
        (("E", "d"), "the networks are"),
        (("D", "z"), "the sentences are"),
        (("A", "a"), "five clusters of ten"),
        (("B", "a"), "it has collapsed"),
        (("C", "b"), "another thing of each copy"),
        (("C", "c"), "another thing of each copy"),
        (("D", "a"), "use too few clusters"),
        (("D", "b"), "one may be certain"),
        (("D", "c"), "even use is half of it"),
        (3, "give two letters"),
    ],
    "12-3": [
        ("cdf", "the same recipe"),
        ("abcdf", "no seed is better"),
        ("adf", "a seed fixes"),
        ("acf", "who picks the better"),
        ("acdef", "an accuracy may be compared"),
        ("acd", "k-means gained much"),
        ("acdfg", "of the answers that the lesson"),
        (["h"], "there are the statements"),
        (3, "the letters in a list"),
    ],
    "12-4": [
        (0, "write a function"),
        (lambda first, second, k: None, "the function returned nothing"),
        (
            chosen(lambda P, i, j: information(without(P, i, j)), lambda *a: symmetric(*a, once=True)),
            "not right on",
        ),
        (chosen(lambda P, i, j: -information(without(P, i, j))), "lose the *most*"),
        (chosen(lambda P, i, j: P[i, j]), "large clusters often do"),
        (chosen(lambda P, i, j: -P[i].sum() - P[j].sum()), "the two smallest"),
        (chosen(lambda P, i, j: information(without(P, i, j, rows_only=True))), "join the columns"),
        (chosen(lambda P, i, j: information(without(P, i, j)), not_symmetric), "symmetric before you join"),
        (chosen(lambda P, i, j: -entropy(without(P, i, j).ravel())), "H(z, z') alone"),
        (chosen(lambda P, i, j: information(without(P, i, j)) if P[i, j] else -9), "share no copies"),
        (chosen(half_of_it), "one H is missing"),
        (chosen(lesson_sum, not_symmetric), "symmetric before you join"),
        (lambda *a: from_both(*a)[::-1], "the smaller number first"),
        (chosen(naive), "0 log 0"),
        (lambda *a: symmetric(*a), "return 2 things"),
        (lambda first, second, k: first[k, 2], "it fails on 300 images in 5 clusters (IndexError"),
    ],
    "12-5": [
        (0, "write a function"),
        (lambda scores: None, "the function returned nothing"),
        (overflowing, "np.exp overflows"),
        (shifted(lambda s: s.max()), "Each row has its own"),
        (shifted(lambda s: s.max(axis=0)), "each *column*"),
        (shifted(lambda s: s.mean(axis=1, keepdims=True)), "not always near the row"),
        (shifted(lambda s: s.min(axis=1, keepdims=True)), "not always near the row"),
        (shifted(lambda s: s[:, :1]), "not always near"),
        (shifted(lambda s: np.median(s, axis=1, keepdims=True)), "not always near"),
        (shifted(lambda s: s.max(), axis=None), "over the whole table"),
        (shifted(lambda s: s.max(axis=0), axis=0), "axis=1, with keepdims"),
        (shifted(row_maximum, axis=None), "sum of everything"),
        (shifted(row_maximum, axis=0), "images are rows"),
        (without_powers, "exponential is missing"),
        (lambda scores: np.exp(scores - row_maximum(scores)), "not divided by their sum"),
        (shifted(lambda s: 0.5 * row_maximum(s)), "not right on scores of 100,000"),
        (clipped, "that cuts the scores off"),
        (in_place, "the input was changed"),
        (lambda scores: scores[:, :1], "should be an array of shape (6, 4)"),
        (lambda scores: np.full(scores.shape, 0.1), "entries differ"),
        (lambda scores: scores - scores.max(axis=1), "it fails on ordinary scores (ValueError"),
    ],
}

RIGHT = {
    "12-1": [[19, 17, 10, 0.75, 0.69], (19, 17, 10, 0.75, np.log(2)), [19.0, 17.0, 10.0, 0.75, 0.693]],
    "12-2": [("D", "d"), ["d", "D"]],
    "12-3": [["a", "c", "d", "f"], "f, d, c, a"],
    "12-4": [relabelled, from_both],
    "12-5": [row_by_row, by_logarithms, lambda scores: softmax(scores, axis=1)],
}


def copies(rng):
    found = []
    for n, k in ((40, 3), (200, 4), (300, 6), (400, 8)):
        thing = rng.integers(k, size=n)
        second = np.where(rng.random(n) < 0.4, (thing * 3 + 1) % k, thing)
        found.append((thing, np.where(rng.random(n) < 0.1, rng.integers(k, size=n), second), k))
    return found


def score_tables(rng):
    found = [
        (rng.normal(scale=scale, size=size),) for size, scale in (((1, 2), 1), ((5, 3), 2), ((6, 10), 300))
    ]
    return [*found, (np.full((2, 3), 1000.0),), (np.array([[1000.0, 0], [0.0, -1000]]),)]


INPUTS = {"12-4": copies, "12-5": score_tables}
