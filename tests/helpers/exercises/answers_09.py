"""Answers to the exercises of lesson 09: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

from collections import Counter

import numpy as np
from answering import nearest
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.cluster import AgglomerativeClustering, KMeans, MiniBatchKMeans

from helpers.exercises import unnamed


def counted(ids, digits, test, once=False, none=-1):
    counts = np.zeros((max(ids.max(), test.max()) + 1, 10), dtype=int)
    if once:
        counts[ids, digits] += 1
    else:
        np.add.at(counts, (ids, digits), 1)
    names = np.where(counts.any(axis=1), counts.argmax(axis=1), none)
    return names[test]


def with_counters(ids, digits, test):
    votes = {}
    for cluster, digit in zip(ids.tolist(), digits.tolist(), strict=True):
        votes.setdefault(cluster, Counter())[digit] += 1
    names = {c: min(v, key=lambda digit: (-v[digit], digit)) for c, v in votes.items()}
    return [names.get(cluster, -1) for cluster in test.tolist()]


def with_bincount(ids, digits, test):
    return np.array([np.bincount(digits[ids == i]).argmax() if i in ids else -1 for i in test])


def of_cluster(pick):
    return lambda ids, digits, test: np.array([pick(digits[ids == i]) if i in ids else -1 for i in test])


def larger_on_tie(ids, digits, test):
    return np.array([9 - np.bincount(9 - digits[ids == i]).argmax() if i in ids else -1 for i in test])


def at_the_cluster(ids, digits, test):
    names, answers = with_bincount(ids, digits, test), np.zeros(max(len(test), test.max() + 1), dtype=int)
    for cluster, name in zip(test, names, strict=True):
        answers[cluster] = name
    return answers[: len(test)]


def matched(ids, digits, test):
    counts = np.zeros((max(ids.max(), test.max()) + 1, 10), dtype=int)
    np.add.at(counts, (ids, digits), 1)
    names = np.full(len(counts), -1)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    names[rows] = columns
    return np.where(counts.any(axis=1), names, -1)[test]


def without_room(ids, digits, test):
    """Make the table as long as the training images need, and no longer."""
    counts = np.zeros((ids.max() + 1, 10), dtype=int)
    np.add.at(counts, (ids, digits), 1)
    return np.where(counts.any(axis=1), counts.argmax(axis=1), -1)[test]


def flat(images, kind=float):
    return images.reshape(len(images), -1).astype(kind)


def share(images, digits, copies, others=lambda digits: digits[:, None] != digits, kind=float, reduce=None):
    A, B = flat(images, kind), flat(copies, kind)
    apart = ((A[:, None] - A) ** 2).sum(axis=2).astype(float)
    own = ((A - B) ** 2).sum(axis=1)
    if reduce is not None:
        return np.mean(reduce(np.where(others(digits), apart, np.nan), axis=1) < own)
    return np.mean(np.where(others(digits), apart, np.inf).min(axis=1) < own)


def by_cdist(images, digits, copies):
    A, B = flat(images), flat(copies)
    return np.mean(
        [
            cdist(A[i : i + 1], A[digits != digits[i]]).min() < np.linalg.norm(A[i] - B[i])
            for i in range(len(A))
        ]
    )


def by_loops(images, digits, copies):
    beaten = 0
    for i in range(len(images)):
        own = ((images[i].astype(int) - copies[i]) ** 2).sum()
        for j in range(len(images)):
            if digits[j] != digits[i] and ((images[i].astype(int) - images[j]) ** 2).sum() < own:
                beaten += 1
                break
    return beaten / len(images)


def wrapped_norm(images, digits, copies):
    A, B = flat(images, np.uint8), flat(copies, np.uint8)
    apart = np.where(digits[:, None] != digits, np.linalg.norm(A[:, None] - A, axis=2), np.inf)
    return np.mean(apart.min(axis=1) < np.linalg.norm(A - B, axis=1))


def wrapped_own(images, digits, copies):
    A, B = flat(images, np.uint8), flat(copies, np.uint8)
    apart = np.where(digits[:, None] != digits, cdist(A, A), np.inf)
    return np.mean(apart.min(axis=1) < np.linalg.norm(A - B, axis=1))


def or_equal(images, digits, copies):
    A, B = flat(images), flat(copies)
    apart = np.where(digits[:, None] != digits, ((A[:, None] - A) ** 2).sum(axis=2), np.inf)
    return np.mean(apart.min(axis=1) <= ((A - B) ** 2).sum(axis=1))


def copies_too(images, digits, copies):
    A, B = flat(images), flat(copies)
    apart = np.where(digits[:, None] != digits, np.minimum(cdist(A, A), cdist(A, B)), np.inf)
    return np.mean(apart.min(axis=1) < np.linalg.norm(A - B, axis=1))


def cities(images, digits, copies):
    A, B = flat(images), flat(copies)
    apart = np.where(digits[:, None] != digits, cdist(A, A, "cityblock"), np.inf)
    return np.mean(apart.min(axis=1) < np.abs(A - B).sum(axis=1))


def from_the_copy(images, digits, copies):
    A, B = flat(images), flat(copies)
    apart = np.where(digits[:, None] != digits, cdist(B, A), np.inf)
    return np.mean(apart.min(axis=1) < np.linalg.norm(A - B, axis=1))


def nearest_copy(images, digits, copies):
    A, B = flat(images), flat(copies)
    apart = np.where(digits[:, None] != digits, cdist(A, A), np.inf)
    return np.mean(apart.min(axis=1) < cdist(A, B).min(axis=1))


def everybody(digits):
    return np.ones((len(digits), len(digits)), dtype=bool)


def not_itself(digits):
    return ~np.eye(len(digits), dtype=bool)


def same_digit(digits):
    return (digits[:, None] == digits) & not_itself(digits)


images = unnamed("09-5")
X = images.reshape(len(images), -1)


def plan(k=30, seed=0, n_init=5, pick=None):
    model = KMeans(k, n_init=n_init, random_state=seed).fit(X)
    return pick(model) if pick else nearest(model.cluster_centers_, X), model.labels_


def furthest(model):
    own = model.transform(X).min(axis=1)
    return np.array([np.flatnonzero(model.labels_ == j)[own[model.labels_ == j].argmax()] for j in range(30)])


def three_each(model):
    return np.concatenate([model.transform(X)[:, j].argsort()[:3] for j in range(10)])


def at_random(seed=0):
    ask = np.random.default_rng(seed).choice(len(X), 30, replace=False)
    return ask, nearest(X, X[ask])


def ward():
    groups = AgglomerativeClustering(30).fit_predict(X)
    centers = np.array([X[groups == j].mean(axis=0) for j in range(30)])
    own = np.linalg.norm(X - centers[groups], axis=1)
    return np.array([np.flatnonzero(groups == j)[own[groups == j].argmin()] for j in range(30)]), groups


def rough():
    """Stop k-means after its first steps, as may do on more images."""
    model = MiniBatchKMeans(30, init="random", n_init=1, max_iter=3, batch_size=4096, random_state=1).fit(X)
    return model.transform(X).argmin(axis=0), model.predict(X)


central, clusters = plan()

WRONG = {
    "09-1": [
        ([0.098, 0.89, 0.56], "always answering 0"),
        ([0.1, 0.89, 0.56], "not equally frequent"),
        ([11.35, 0.89, 0.56], "that is a percentage"),
        ([1135, 0.89, 0.56], "which share of the 10,000"),
        ([0.0892, 0.89, 0.56], "the rarest digit"),
        ([0.1135, 0.11, 0.56], "that is misnamed"),
        ([0.1135, 0.56, 0.56], "two clusters may have the same name"),
        ([0.1135, 88.89, 0.56], "named by majority: that is a percentage"),
        ([0.1135, 8, 0.56], "which share of the nine"),
        ([0.1135, 0.9, 0.56], "two decimals"),
        ([0.1135, 0.89, 0.89], "that is majority naming"),
        ([0.1135, 0.89, 0.67], "cannot share one"),
        ([0.1135, 0.89, 0.44], "best named 5"),
        (0.1135, "a list of 3 numbers"),
    ],
    "09-2": [
        ("bde", "a number that does not move"),
        ("ade", "names at the wrong places"),
        ("abcde", "on raw pixels"),
        ("abe", "with a cluster for each"),
        ("abd", "distances add up"),
        ("abdef", "many an image"),
        ("abdeg", "one digit has"),
        ("abdeh", "on scikit-learn's"),
        (0.098, "the letters in a list"),
    ],
    "09-3": [
        (0, "write a function"),
        (lambda ids, digits, test: test, "translate them"),
        (lambda *a: counted(*a, once=True), "a repeated pair only once"),
        (at_the_cluster, "not at its cluster's"),
        (lambda *a: counted(*a, none=0), "no majority"),
        (larger_on_tie, "the smallest digit"),
        (of_cluster(lambda d: Counter(d.tolist()).most_common(1)[0][0]), "not the one that came first"),
        (matched, "each has its own majority"),
        (of_cluster(lambda d: d[0]), "the first digit"),
        (of_cluster(lambda d: d[-1]), "the last digit"),
        (of_cluster(lambda d: round(d.mean())), "no numbers to average"),
        (of_cluster(lambda d: int(np.median(d))), "not the median"),
        (of_cluster(min), "so the smallest digit wins"),
        (without_room, "a cluster without training images (IndexError"),
        (lambda ids, digits, test: counted(ids, digits, ids), "should be an array of shape (80,)"),
        (lambda ids, digits, test: counted(ids, digits, test).astype(str), "should hold numbers"),
    ],
    "09-4": [
        (0, "write a function"),
        (lambda *a: share(*a, kind=np.uint8), "in uint8"),
        (wrapped_norm, "in uint8"),
        (wrapped_own, "in uint8"),
        (or_equal, "*strictly* nearer"),
        (copies_too, "their copies do not count"),
        (lambda *a: 100 * share(*a), "that is a percentage"),
        (lambda *a: 1.0, "not right on"),
        (lambda *a: share(*a) * len(a[0]), "give the share"),
        (lambda *a: share(*a, others=everybody), "nearest to itself"),
        (lambda *a: share(*a, others=not_itself), "only other digits count"),
        (lambda *a: share(*a, others=same_digit), "take the other digits"),
        (lambda *a: 1 - share(*a), "the other way round"),
        (lambda *a: share(*a, reduce=np.nanmean), "a typical image"),
        (lambda *a: share(*a, reduce=np.nanmax), "the furthest"),
        (cities, "absolute differences"),
        (from_the_copy, "not from its copy"),
        (nearest_copy, "the nearest copy of any"),
        (lambda images, digits, copies: np.zeros(len(images)), "should be one number"),
        (lambda images, digits, copies: images @ copies, "it fails on 20 images of 5 x 4 (ValueError"),
    ],
    "09-5": [
        ((central, clusters), "give three things"),
        ((central + 5000, clusters, "c"), "from 0 to 1499"),
        ((np.arange(40), clusters, "c"), "you can afford 30"),
        ((central, clusters[:9], "c"), "one for each image"),
        ((*rough(), "c"), "the groups are rough"),
        ((central, clusters, "z"), "one of the letters"),
        ((*at_random(0), "a"), "needed 87 %"),
        ((*at_random(1), "c"), "needed 87 %"),
        ((*plan(10, pick=three_each), "d"), "digits share a name"),
        ((*plan(pick=furthest), "b"), "far from their centers"),
        ((central[:15], clusters, "c"), "nobody asked about"),
        ((central, clusters, "a"), "usually a fifth"),
        ((central, clusters, "b"), "the odd ones"),
        ((central, clusters, "d"), "ten k-means groups mix digits"),
    ],
}

RIGHT = {
    "09-1": [[0.1135, 0.89, 0.56], [0.114, 0.889, 0.55], (0.1135, 8 / 9, 5 / 9)],
    "09-2": [["a", "b", "d", "e"], "a b d e"],
    "09-3": [with_counters, with_bincount],
    "09-4": [by_cdist, by_loops],
    "09-5": [
        (central, clusters, "c"),
        (*plan(30, 3), "C"),
        (*ward(), ["c"]),
        (central, clusters.astype(float), "c"),
    ],
}


def votes(rng):
    found = []
    for n, k, m in ((1, 1, 2), (40, 5, 10), (300, 12, 50), (20, 20, 30)):
        found.append((rng.integers(k, size=n), rng.integers(10, size=n), rng.integers(k, size=m)))
    few = np.array([0, 0, 1, 1, 1, 3]), np.array([7, 4, 9, 2, 9, 5])
    return [
        *found,
        (*few, np.array([3, 1, 0, 2, 0])),
        (*few, np.array([5, 0])),
        (few[0] + 9, few[1], few[0] + 9),
    ]


def pictures(rng):
    found = []
    for n, h, w in ((4, 2, 2), (12, 3, 4), (25, 4, 4)):
        first = rng.integers(256, size=(n, h, w)).astype(np.uint8)
        again = (first + rng.integers(-90, 91, size=(n, h, w))).clip(0, 255).astype(np.uint8)
        found.append((first, np.arange(n) % 3, again))
    return found


INPUTS = {"09-3": votes, "09-4": pictures}
