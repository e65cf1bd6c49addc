"""Attempts to break the claims of lesson 14, with other tables, other pieces and other orders."""

from __future__ import annotations

from functools import cache

import numpy as np
from challenge import claim
from draws import seed
from lesson_code import taught
from sklearn.cluster import KMeans, MiniBatchKMeans, kmeans_plusplus


@cache
def lesson():
    return taught("14_scale")


def inertia(X, centers):
    return lesson()["nearest"](X, centers)[1].sum()


def groups(rng, k, d, n, spread=2.2):
    """Overlapping groups of unequal size: rows, and the centers that they were drawn around."""
    centers = rng.normal(scale=spread, size=(k, d))
    share = rng.dirichlet(np.full(k, 5.0))
    return centers[rng.choice(k, size=n, p=share)] + rng.normal(size=(n, d)), centers


class Here:
    """Pieces in memory, in place of files and workers: what the lesson's `work` is to its functions."""

    def __init__(self, pieces):
        self.paths = [f"{number}" for number in range(len(pieces))]
        lesson()["read_piece"] = dict(zip(self.paths, pieces, strict=True)).__getitem__

    def each(self, function, *arguments):
        return [function(path, *arguments) for path in self.paths]


@claim(
    "14-pieces",
    "Lloyd's steps from sums and counts of pieces have the centers of the whole table at once, wherever it "
    "is cut, because sums and counts are added before anything is divided",
    "Lloyd's step, in pieces",
    without={"divide_first": True},
)
def in_pieces(rng, divide_first=False):
    k, d, n = int(rng.integers(2, 13)), int(rng.integers(2, 10)), int(rng.integers(200, 3000))
    X, _ = groups(rng, k, d, n)
    cuts = np.sort(rng.choice(np.arange(1, n), size=int(rng.integers(1, 12)), replace=False))
    work = Here(np.split(X, cuts))
    centers = start = X[rng.choice(n, size=k, replace=False)]
    rounds = int(rng.integers(1, 8))
    for _ in range(rounds):
        parts = work.each(lesson()["sums_of"], centers)
        if divide_first:
            parts = [(sums / np.maximum(n, 1)[:, None], n > 0, squares) for sums, n, squares in parts]
        centers, _ = lesson()["add_up"](parts, centers)
    # From the last centers but one, so that scikit-learn and we stop after as many steps.
    whole = KMeans(k, init=start, n_init=1, tol=0, max_iter=rounds).fit(X)
    if len(np.unique(whole.labels_)) < k:  # scikit-learn moves a center without rows; the lesson's stays
        return True
    return np.allclose(centers, whole.cluster_centers_, atol=1e-8)


def seasonal(rng, season):
    """Twelve pieces whose mix turns once with the year (or does not)."""
    k, d, rows = int(rng.integers(6, 13)), int(rng.integers(4, 10)), int(rng.integers(300, 700))
    centers = rng.normal(scale=2.2, size=(k, d))
    pieces = []
    for number in range(12):
        share = np.exp(season * np.cos(2 * np.pi * (number / 12 - np.arange(k) / k)))
        way = rng.choice(k, size=rows, p=share / share.sum())
        pieces.append(centers[way] + rng.normal(size=(rows, d)))
    return k, np.vstack(pieces)


@claim(
    "14-order",
    "One pass of partial_fit over rows in the order of a season ends at least ten percent of the inertia "
    "further from the best than over the same rows shuffled, because the mix changes with the order",
    "One pass: learn as it flows by?",
    without={"season": 0.0},
)
def order(rng, season=3.0):
    k, X = seasonal(rng, season)
    best = min(KMeans(k, n_init=1, random_state=seed(rng)).fit(X).inertia_ for _ in range(5))

    def above(rows):
        ends = []
        for _ in range(9):
            model = MiniBatchKMeans(k, n_init=3, random_state=seed(rng))
            for batch in np.array_split(rows if rows is not None else rng.permutation(X), 48):
                model.partial_fit(batch)
            ends.append(inertia(X, model.cluster_centers_) / best - 1)
        return np.median(ends)

    return above(X) >= above(None) + 0.1


@claim(
    "14-taken",
    "In one pass MiniBatchKMeans takes away the center of a far group of one row in a thousand, even if "
    "it began "
    "there, because of its reassignment_ratio of 0.01",
    "One pass: learn as it flows by?",
    without={"ratio": 0.0},
)
def taken(rng, ratio=0.01):
    k = int(rng.integers(4, 12))
    X, centers = groups(rng, k, 8, 24_000)
    place = rng.normal(size=8)
    place *= rng.uniform(40, 90) / np.linalg.norm(place)
    X[:24] = place + rng.normal(size=(24, 8))
    model = MiniBatchKMeans(
        k + 1, init=np.vstack([centers, place]), n_init=1, reassignment_ratio=ratio, random_state=seed(rng)
    )
    for batch in np.array_split(rng.permutation(X), 48):
        model.partial_fit(batch)
    return np.linalg.norm(model.cluster_centers_ - place, axis=1).min() > 10


def finds_of(rng, X, place, size):
    """In how many of eight samples of each kind a center comes near to the place."""
    found = {}
    for name in ("plain_sample", "coreset"):
        found[name] = 0
        for _ in range(8):
            drawn, weights = lesson()[name](X, size, rng)
            model = KMeans(11, n_init=10, random_state=seed(rng)).fit(X[drawn], sample_weight=weights)
            found[name] += np.linalg.norm(model.cluster_centers_ - place, axis=1).min() < 10
    return found


@claim(
    "14-fault",
    "K-means on a weighted sample usually finds a group of two rows in ten thousand, far from all others, at "
    "least three times in eight more often than on a plain sample of as many rows, because the group is far",
    "A sample",
    without={"far": 12.0},
)
def fault(rng, far=75.0):
    X, _ = groups(rng, 10, 8, 20_000)
    direction = rng.normal(size=8)
    place = far * direction / np.linalg.norm(direction)
    X[:4] = place + rng.normal(size=(4, 8))
    found = finds_of(rng, X, place, int(rng.integers(700, 1500)))
    return found["coreset"] >= found["plain_sample"] + 3


@claim(
    "14-size",
    "The error of a plain sample hangs on its own size, not on the table's: from a table ten times as large, "
    "as many rows are, but for a factor of 1.5, as far from the best",
    "A sample",
    false={"share": 0.2},
)
def size(rng, share=1.0):
    k, d, n = int(rng.integers(3, 7)), int(rng.integers(3, 9)), int(rng.integers(300, 800))
    centers = rng.normal(scale=6.0, size=(k, d))

    def table(rows):
        return centers[rng.integers(k, size=rows)] + rng.normal(size=(rows, d))

    errors = []
    for rows, sampled in ((10 * n, n), (100 * n, int(share * n))):
        X = table(rows)
        best = KMeans(k, init=centers, n_init=1).fit(X).inertia_
        trials = []
        for _ in range(16):
            drawn, _ = lesson()["plain_sample"](X, sampled, rng)
            model = KMeans(k, init=centers, n_init=1).fit(X[drawn])
            trials.append(inertia(X, model.cluster_centers_) / best - 1)
        errors.append(np.mean(trials))
    return 1 / 1.5 < errors[1] / errors[0] < 1.5


@claim(
    "14-parallel",
    "A start by k-means|| (five drawings of 2k candidates) is nearer to the best than one by "
    "k-means++, on groups that overlap",
    "A start that needs few passes",
    false={"drawn": True},
)
def parallel(rng, drawn=False):
    k, d, n = int(rng.integers(8, 25)), int(rng.integers(3, 10)), int(rng.integers(4000, 10_000))
    X, _ = groups(rng, k, d, n)
    work = Here(np.split(X, [n // 3, n // 2]))
    found, usual = [], []
    for _ in range(3):
        start = X[rng.choice(n, size=k, replace=False)]
        if not drawn:
            start = lesson()["kmeans_parallel"](work, k, seed=seed(rng))
        found.append(inertia(X, start))
        usual.append(inertia(X, kmeans_plusplus(X, k, random_state=seed(rng))[0]))
    return np.median(found) < np.median(usual)


@claim(
    "14-weights",
    "Where one row in a hundred lies scattered far out, k-means|| starts at least ten percent nearer to the "
    "best if its candidates are weighed, because far rows are drawn too often and stand for few",
    "A start that needs few passes",
    without={"scattered": 0.0},
)
def weights(rng, scattered=0.01):
    k, d, n = int(rng.integers(8, 16)), int(rng.integers(4, 10)), int(rng.integers(4000, 10_000))
    X, _ = groups(rng, k, d, n)
    far = rng.random(n) < scattered
    X[far] += rng.normal(scale=30.0, size=(far.sum(), d))
    work = Here(np.split(X, [n // 3, n // 2]))
    ends = {}
    for name, weigh in (("weighed", lambda few, weights: weights), ("not", lambda few, weights: None)):

        class Few(KMeans):
            def fit(self, X, sample_weight, weigh=weigh):
                return super().fit(X, sample_weight=weigh(X, sample_weight))

        usual, lesson()["KMeans"] = lesson()["KMeans"], Few
        starts = [lesson()["kmeans_parallel"](work, k, seed=draw) for draw in range(3)]
        lesson()["KMeans"] = usual
        ends[name] = np.median([inertia(X, start) for start in starts])
    return ends["weighed"] <= ends["not"] / 1.1


@claim(
    "14-straggler",
    "If one of twenty workers or more is three times as slow, a pass of ten pieces or more for each takes at "
    "most 1.25 times as long as without it, because pieces are handed out to whoever is free",
    "Does it scale?",
    without={"how": "shared_out"},
)
def straggler(rng, how="handed_out"):
    workers = int(rng.integers(20, 300))
    pieces = workers * int(rng.integers(10, 50))
    return lesson()[how](pieces, workers) <= 1.25 / workers
