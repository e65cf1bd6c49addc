"""Attempts to break the claims of lesson 10."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from challenge import claim
from draws import seed
from lesson_code import taught
from sklearn import datasets
from sklearn.cluster import DBSCAN, KMeans, MiniBatchKMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler, scale

LESSON = taught("10_choosing")


@claim(
    "10-gate",
    "Asked of one cloud, a square, a disc, a bell, heavy tails or one-sided data, in two columns or in ten, "
    "the gate stops but for one in many",
    "Is there anything to find?",
    false={"groups": True},
)
def gate(rng, groups=False):
    columns = int(rng.choice([2, 10]))
    kinds = list(LESSON["without_groups"](seed(rng), int(rng.integers(300, 600)), columns).values())
    X = kinds[rng.integers(len(kinds))]
    if groups:
        X = far_blobs(rng, int(rng.integers(2, 5)), columns)
    return LESSON["nothing_to_find"](scale(X))


def far_blobs(rng, k, columns):
    """Round blobs in random directions, the nearest two eight deviations apart."""
    centers = rng.normal(size=(k, columns))
    centers *= 8 / min(np.linalg.norm(a - b) for a, b in combinations(centers, 2))
    return datasets.make_blobs(400, centers=centers, random_state=seed(rng))[0]


@claim(
    "10-alone",
    "Of two to four blobs eight deviations apart HDBSCAN usually says one if it may, because there are ten "
    "columns; the gap statistic, and so the gate, does not",
    "Is there anything to find?",
    without={"columns": 2},
)
def alone(rng, columns=10):
    X = scale(far_blobs(rng, int(rng.integers(2, 5)), columns))
    return LESSON["density_says_one"](X) and not LESSON["nothing_to_find"](X)


@claim(
    "10-go",
    "The gate lets pass three clear blobs, moons and rings",
    "Is there anything to find?",
    false={"nothing": True},
)
def go(rng, nothing=False):
    n = int(rng.integers(300, 600))
    kinds = (
        datasets.make_blobs(n, centers=[[-4, -3], [0, 4], [4, -2]], random_state=seed(rng))[0],
        datasets.make_moons(n, noise=rng.uniform(0.03, 0.08), random_state=seed(rng))[0],
        datasets.make_circles(n, noise=0.04, factor=0.45, random_state=seed(rng))[0],
    )
    X = kinds[rng.integers(3)]
    if nothing:
        X = rng.normal(size=(n, 2))
    return not LESSON["nothing_to_find"](scale(X))


def stream(rng, turn):
    """The shares of right names at the end of the stream: partial_fit, forgetting."""

    def piece(step):
        group = rng.integers(3, size=150)
        angle = 2 * np.pi / 3 * (group + turn * step / 60)
        return 4 * np.c_[np.cos(angle), np.sin(angle)] + rng.normal(size=(150, 2)), group

    first, group = piece(0)
    start = np.array([first[group == k].mean(axis=0) for k in range(3)])
    online = MiniBatchKMeans(3, init=start, n_init=1, random_state=seed(rng)).partial_fit(first)
    centers, right = start, []
    for step in range(1, 61):
        batch, group = piece(step)
        both = (online.cluster_centers_, centers)
        right.append(
            [(np.linalg.norm(batch[:, None] - c, axis=2).argmin(axis=1) == group).mean() for c in both]
        )
        online.partial_fit(batch)
        centers = LESSON["forgetting_step"](centers, batch)
    return np.mean(right[-5:], axis=0)


@claim(
    "10-stream",
    "After a third of a turn mini-batch k-means with partial_fit has fewer than half of the names right, and "
    "forgetting nearly all, because the groups have moved",
    "What if the data never stop coming?",
    without={"turn": 0.0},
)
def streams(rng, turn=1.0):
    partial_fit, forgetting = stream(rng, turn)
    return partial_fit < 0.5 and forgetting > 0.95


@claim(
    "10-columns",
    "Four columns of noise beside the moons take DBSCAN, its eps by the rule, from above k-means to below",
    "When it fails",
    false={"added": 0},
)
def noise_columns(rng, added=4):
    points, group = datasets.make_moons(400, noise=0.06, random_state=seed(rng))
    points = scale(points)
    more = np.hstack([points, rng.normal(size=(400, added))])

    def scores(X):
        fifth = LESSON["NearestNeighbors"](n_neighbors=5).fit(X).kneighbors()[0][:, -1]
        labels = DBSCAN(eps=np.quantile(fifth, 0.9), min_samples=5).fit_predict(X)
        means = KMeans(2, n_init=10, random_state=seed(rng)).fit_predict(X)
        return adjusted_rand_score(group, labels), adjusted_rand_score(group, means)

    (before, means_before), (after, means_after) = scores(points), scores(more)
    return before > means_before and after < means_after


@claim(
    "10-scaled",
    "On two thirds of the wines, drawn at random, k-means on standardised columns agrees better with the "
    "varieties than as measured, by 0.3 or more, because one column's numbers are by far the largest",
    "The features decide",
    without={"proline": False},
)
def scaled(rng, proline=True):
    wine, variety = datasets.load_wine(return_X_y=True)
    rows = rng.permutation(len(wine))[:119]
    X, y = wine[rows], variety[rows]
    raw = X if proline else X / X.std(axis=0)

    def score(points):
        return adjusted_rand_score(y, KMeans(3, n_init=10, random_state=seed(rng)).fit_predict(points))

    return score(StandardScaler().fit_transform(X)) - score(raw) >= 0.3
