"""Answers to the exercises of lesson 14: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

from functools import cache

import numpy as np
from answering import nearest, table_answers
from sklearn.cluster import KMeans, MiniBatchKMeans

from helpers.exercises import unnamed


def combine(parts, wrong=None):
    """The mean and the variance, written in another way; `wrong` is one of the usual mistakes."""
    n = total = squares = 0.0
    for size, mean, variance in parts:
        if size == 0 and wrong != "empty":
            continue
        n += size
        total += size * mean
        squares += size * (variance + mean**2)
    mean = total / n
    variance = squares / n - mean**2
    if wrong == "between":
        variance = sum(s * v for s, _, v in parts if s) / n
    if wrong == "even":
        known = [(s, m, v) for s, m, v in parts if s]
        mean = np.mean([m for _, m, _ in known])
        inside = sum(s * v for s, _, v in known) / n
        variance = inside + sum(s * (m - mean) ** 2 for s, m, _ in known) / n
    if wrong == "plain":
        known = [(m, v) for s, m, v in parts if s]
        mean, variance = np.mean(known, axis=0)
    if wrong == "within":
        variance = sum(s * (m - mean) ** 2 for s, m, _ in parts if s) / n
    if wrong == "less":
        variance *= n / (n - 1)
    if wrong == "root":
        variance **= 0.5
    return mean, variance


def by_arrays(parts):
    n, mean, variance = np.array([part for part in parts if part[0]], dtype=float).T
    whole = np.average(mean, weights=n)
    return whole, np.average(variance + (mean - whole) ** 2, weights=n)


def step(parts, centers, empty=None):
    """New centers, one after the other."""
    result = np.array(centers, dtype=float)
    for j in range(len(centers)):
        n = sum(counts[j] for _, counts in parts)
        if n or empty == "nan":
            with np.errstate(all="ignore"):
                result[j] = np.sum([sums[j] for sums, _ in parts], axis=0) / n
        elif empty is not None:
            result[j] = empty
    return result


def by_table(parts, centers):
    sums, counts = sum(s for s, _ in parts), sum(c for _, c in parts)
    return np.array([s / n if n else old for s, n, old in zip(sums, counts, centers, strict=True)])


def of_means(parts, centers):
    with np.errstate(all="ignore"):
        return np.nanmean([sums / counts[:, None] for sums, counts in parts], axis=0)


def in_place(parts, centers):
    centers[:] = step(parts, centers)
    return centers


MONTHS = unnamed("14-5")
ROWS = np.vstack(MONTHS)


@cache
def grouped(k, seed=3):
    return KMeans(k, n_init=20, random_state=seed).fit_predict(ROWS)


def streamed(seed=0):
    model = MiniBatchKMeans(6, n_init=3, random_state=seed)
    for month in MONTHS:
        model.partial_fit(month)
    return model.predict(ROWS)


FIRST = KMeans(6, random_state=0).fit(MONTHS[0]).predict(ROWS)

WRONG = {
    "14-1": [
        ([15, 11, 64, 10], "mean of the two means"),
        ([12.5, 11, 64, 10], "*its own* piece"),
        ([17.5, 100, 64, 10], "one pass for each center"),
        ([17.5, 6, 64, 10], "a pass for the inertia"),
        ([17.5, 10, 64, 10], "one more pass"),
        ([17.5, 5, 64, 10], "two passes"),
        ([17.5, 12, 64, 10], "one round of k-means"),
        ([17.5, 11, 1.28, 10], "for each piece, not once"),
        ([17.5, 11, 8, 10], "eight bytes"),
        ([17.5, 11, 64, 0.1], "divide"),
        ([17.5, 11, 64, 10_000], "each of 1,000 draws"),
        ([17.5, 11, 64, 20], "a plain sample"),
        ([17.5, 11], "a list of 4 numbers"),
    ],
    "14-2": [
        ("cfh", "its rows, or sums of them"),
        ("abcfh", "first batch is of one season"),
        ("afh", "on its own size"),
        ("acdfh", "rare and near"),
        ("acefh", "the words for each task"),
        ("ach", "can it say in a second"),
        ("acfgh", "lie in two pieces"),
        ("acf", "hang on the worker"),
        (["z"], "there are the statements"),
    ],
    "14-3": [
        (0, "write a function"),
        (lambda parts: combine(parts, "even"), "mean of means"),
        (lambda parts: combine(parts, "plain"), "and of variances"),
        (lambda parts: combine(parts, "between"), "their means differ"),
        (lambda parts: combine(parts, "within"), "between the pieces"),
        (lambda parts: combine(parts, "less"), "not by one less"),
        (lambda parts: combine(parts, "empty"), "has no mean"),
        (lambda parts: combine(parts, "root"), "not its root"),
        (lambda parts: np.mean([part[1:] for part in parts], axis=0), "the colleague's own"),
        (lambda parts: (combine(parts)[0], combine(parts, "plain")[1]), "the mean is right"),
        (lambda parts: combine(parts)[0], "return 2 things"),
        (lambda parts: None, "returned nothing"),
        (lambda parts: parts[0]["mean"], "it fails on"),
    ],
    "14-4": [
        (0, "write a function"),
        (of_means, "mean of the pieces' means"),
        (lambda p, c: sum(s for s, _ in p) / len(p), "not by the number of pieces"),
        (lambda p, c: sum(s for s, _ in p) / sum(n.sum() for _, n in p), "not by all rows"),
        (lambda p, c: step(p[:1], c), "the first piece is not all"),
        (lambda p, c: step(p, c, "nan"), "nan is nowhere"),
        (lambda p, c: step(p, c, 0), "not at zero"),
        (lambda p, c: sum(s for s, _ in p), "divide by the counts"),
        (lambda p, c: c, "nothing has moved"),
        (lambda p, c: step(p, c)[0], "should be an array of shape"),
        (in_place, "the input was changed"),
        (lambda p, c: None, "returned nothing"),
        (lambda p, c: c @ c, "it fails on"),
    ],
    "14-5": [
        *table_answers("b", len(ROWS)),
        ((streamed(), "b"), "came in an order"),
        ((FIRST, "b"), "one month is not the year"),
        ((grouped(5), "b"), "needed 0.9"),
        ((grouped(8), "b"), "A group was cut"),
        ((grouped(6), "a"), "in all months"),
        ((grouped(6), "c"), "how many rows has your smallest group"),
        ((grouped(6), "d"), "rare in the first month"),
    ],
}

RIGHT = {
    "14-1": [[17.5, 11, 64, 10], np.array([17.5, 11, 64.0, 10])],
    "14-2": [["a", "c", "f", "h"], "H F C A"],
    "14-3": [combine, by_arrays],
    "14-4": [step, by_table],
    "14-5": [(grouped(6), "b"), (nearest(ROWS, KMeans(6, n_init=20).fit(ROWS[::2]).cluster_centers_), "B")],
}


def lists_of_parts(rng):
    found = []
    for sizes in ((3, 9), (0, 4, 5), (1, 1, 8), (20, 2, 0, 6)):
        pieces = [rng.normal(10 * i, 2, size) for i, size in enumerate(sizes)]
        found.append(([(len(X), X.mean(), X.var()) if len(X) else (0, np.nan, np.nan) for X in pieces],))
    return found


def rounds(rng):
    found = []
    for n_pieces, k in ((2, 3), (4, 5), (1, 4), (3, 2)):
        counts = rng.integers(0, 9, size=(n_pieces, k)) * (rng.random(k) < 0.8)
        centers = rng.normal(5, 2, (k, 3))
        sums = counts[:, :, None] * rng.normal(5, 2, (n_pieces, k, 3))
        found.append((list(zip(sums, counts, strict=True)), centers))
    return found


INPUTS = {"14-3": lists_of_parts, "14-4": rounds}
