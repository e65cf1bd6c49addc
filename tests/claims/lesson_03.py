"""Attempts to break the claims of lesson 03."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
from challenge import claim
from draws import arms, blobs, kmeans, seed
from lesson_code import taught
from scipy.spatial.distance import pdist
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.datasets import load_wine, make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import scale

LESSON = taught("03_centroid")


def inertia(X, labels):
    parts = [X[labels == k] for k in np.unique(labels)]
    return sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts)


@claim(
    "03-compact",
    "To k-means the truth costs more than its own answer, because the arms are long for the gap between them",
    "What does k-means believe?",
    without={"gap": 60},
)
def compact(rng, gap=5):
    X, y = arms(rng, gap)
    return kmeans(X, 2, rng).inertia_ < 0.95 * inertia(X, y)


@claim(
    "03-starts",
    "On many clear blobs single starts of greedy k-means++ find all more often than plain ones, and those "
    "more often than random points",
    "Does the start matter?",
    false={"swap": True},
)
def starts(rng, swap=False):
    k = int(rng.integers(10, 17))
    places = rng.permutation([(i, j) for i in range(5) for j in range(5)])[:k] * 8.0
    X, y = make_blobs(40 * k, centers=places, random_state=seed(rng))
    best = inertia(X, y)

    def share(draw):
        ends = [KMeans(k, init=draw(), n_init=1).fit(X).inertia_ for _ in range(40)]
        return np.mean(np.array(ends) < 1.01 * best)

    plus_plus = LESSON["kmeans_plus_plus"]
    found = [
        share(lambda: X[rng.choice(len(X), k, replace=False)]),
        share(lambda: plus_plus(X, k, rng)),
        share(lambda: plus_plus(X, k, rng, 2 + int(np.log(k)))),
    ]
    if swap:
        found = found[::-1]
    return found[0] < 0.2 and found[0] < found[1] < found[2]


@claim(
    "03-moves",
    "On many clear blobs most stuck runs of Lloyd's can be improved by moving single points, and hardly any"
    " is rescued",
    "Stuck for whom?",
    false={"twice": True},
)
def moves(rng, twice=False):
    k = int(rng.integers(10, 17))
    places = rng.permutation([(i, j) for i in range(5) for j in range(5)])[:k] * 7.0
    X, y = make_blobs(20 * k, centers=places, random_state=seed(rng))
    best, single_moves = inertia(X, y), LESSON["single_moves"]
    improved = rescued = stuck = 0
    for _ in range(12):
        labels, _, costs = LESSON["lloyd"](X, X[rng.choice(len(X), k, replace=False)])
        if costs[-1] < 1.01 * best:
            continue
        if twice:  # from where single moves have nothing left to gain
            labels = single_moves(X, labels)
        stuck += 1
        after = inertia(X, single_moves(X, labels))
        improved += after < inertia(X, labels) - 1e-6
        rescued += after < 1.01 * best
    return improved > 0.5 * stuck and rescued < 0.3 * stuck


def curve(X, rng, most=10):
    return np.array([kmeans(X, k, rng, 5).inertia_ for k in range(1, most + 1)])


@claim(
    "03-elbows",
    "Two pairs of blobs are two clusters to the chord of a curve that ends at 10, and four if it ends at "
    "20; to the ratio they are four",
    "How many clusters?",
    false={"pairs": False},
)
def elbows(rng, pairs=True):
    close = rng.uniform(2.5, 3.5)
    across = 7 if pairs else 0
    places = np.array([[0, 0], [close, 0], [across, 0 if pairs else close], [across + close, 0]])
    if not pairs:  # four blobs, each as far from the next
        places = np.array([[0, 0], [close, 0], [0, close], [close, close]])
    X, _ = make_blobs(int(rng.integers(200, 800)), centers=places, cluster_std=0.5, random_state=seed(rng))
    costs = curve(X, rng, 20)
    chords = [LESSON["elbow_by_chord"](costs[:most]) for most in (10, 20)]
    return chords == [2, 4] and LESSON["elbow_by_ratio"](costs[:10]) == 4


def flat(rng, n):
    """Noise without a group in it: a square or a disc, evenly filled."""
    X = rng.random((n, 2))
    if rng.random() < 0.5:
        angle = 2 * np.pi * X[:, 1]
        X = np.sqrt(X[:, :1]) * np.c_[np.cos(angle), np.sin(angle)]
    return X


@claim(
    "03-answer",
    "On noise, in a square or a disc, the chord names more clusters if the curve goes on to 30 and not to 6",
    "How many clusters?",
    false={"blobs_there": True},
)
def answer(rng, blobs_there=False):
    n = int(rng.integers(200, 600))
    X = blobs(rng, 2, 60.0, n // 2)[0] if blobs_there else flat(rng, n)
    costs = curve(X, rng, 30)
    return LESSON["elbow_by_chord"](costs[:6]) < LESSON["elbow_by_chord"](costs)


@claim(
    "03-blades",
    "Noise in a square or a disc, cut in four, gives blades much alike in thickness and height",
    "How many clusters?",
    false={"cut": 3},
)
def blades(rng, cut=4):
    n = int(rng.integers(200, 600))
    X = flat(rng, n) if cut == 4 else blobs(rng, 4, 8.0, n // 4)[0]
    labels = kmeans(X, cut, rng).labels_
    values = silhouette_samples(X, labels)
    height = [values[labels == k].mean() for k in range(cut)]
    thick = np.bincount(labels)
    return max(height) < min(height) + 0.15 and thick.max() < 1.6 * thick.min()


@claim(
    "03-medians",
    "From the same start a few far points move a cluster's median less than half as far as its mean",
    "What if a few points are far away?",
    false={"swap": True},
)
def medians(rng, swap=False):
    X, _ = blobs(rng, 3, 10.0)
    start = kmeans(X, 3, rng).cluster_centers_
    middle = X.mean(axis=0)
    start = start[np.argsort(-np.linalg.norm(start - middle, axis=1))]
    outward = (start[0] - middle) / np.linalg.norm(start[0] - middle)
    few, far = int(rng.integers(3, 10)), start[0] + outward * rng.uniform(8, 30)
    both = np.vstack([X, rng.normal(far, 1, size=(few, 2))])
    moved = {"mean": [], "median": []}
    for points in (X, both):
        moved["mean"].append(LESSON["lloyd"](points, start)[1][-1][0])
        moved["median"].append(LESSON["k_medians"](points, start)[1][0])
    mean, median = (np.linalg.norm(after - before) for before, after in moved.values())
    return mean < 0.5 * median if swap else median < 0.5 * mean


@claim(
    "03-immune",
    "Far points that outnumber a cluster take the median with them as well",
    "What if a few points are far away?",
    false={"share": 0.1},
)
def immune(rng, share=1.3):
    X, _ = blobs(rng, 3, 10.0)
    start = kmeans(X, 3, rng).cluster_centers_
    outside = X.mean(axis=0) + (start[0] - X.mean(axis=0)) * 4
    start = start[np.argsort(np.linalg.norm(start - outside, axis=1))]
    both = np.vstack([X, rng.normal(outside, 1, size=(int(100 * share), 2))])
    before, after = (LESSON["k_medians"](points, start)[1][0] for points in (X, both))
    return np.linalg.norm(after - before) > 0.5 * np.linalg.norm(outside - before)


@claim(
    "03-batches",
    "Where there are 8 groups mini-batch saves more time with 64 clusters than with 8",
    "What if the data does not fit in memory?",
    false={"swap": True},
)
def batches(rng, swap=False):
    X, _ = make_blobs(8000, n_features=8, centers=8, cluster_std=3.0, random_state=seed(rng))

    def faster(k):
        took = []
        for model in (KMeans, MiniBatchKMeans):
            rounds = []
            for again in range(3):
                begin = time.process_time()
                model(k, n_init=1, random_state=again).fit(X)
                rounds.append(time.process_time() - begin)
            took.append(np.median(rounds))
        return took[0] / took[1]

    few, many = (64, 8) if swap else (8, 64)
    return faster(many) > faster(few)


@claim(
    "03-agree",
    "Asked for many more clusters than there are, full k-means agrees with itself hardly better than with "
    "mini-batch",
    "What if the data does not fit in memory?",
    false={"k": 6},
)
def agree(rng, k=None):
    X, _ = make_blobs(
        3000, n_features=6, centers=rng.permutation(np.eye(6)) * 30, cluster_std=3.0, random_state=seed(rng)
    )
    k = k or int(rng.integers(30, 60))
    full, again = kmeans(X, k, rng, 1).labels_, kmeans(X, k, rng, 1).labels_
    small = MiniBatchKMeans(k, n_init=1, random_state=seed(rng)).fit(X).labels_
    itself, other = adjusted_rand_score(full, again), adjusted_rand_score(full, small)
    return itself < 0.7 and itself < other + 0.2


@claim(
    "03-scale",
    "One column with nearly all of the variance usually decides alone",
    "Why standardise first?",
    without={"standardised": True},
)
def decides(rng, standardised=False):
    X = load_wine().data[rng.choice(178, 120, replace=False)]
    X = scale(X[:, rng.permutation(12)[: rng.integers(3, 12)]])
    X[:, 0] *= 1 if standardised else rng.uniform(100, 1000)
    found, alone = kmeans(X, 3, rng).labels_, kmeans(X[:, :1], 3, rng).labels_
    return adjusted_rand_score(found, alone) > 0.9


@claim(
    "03-width",
    "K-means cuts a wide blob that reaches past half way to a tight one, because their widths differ; a "
    "mixture does not",
    "Unequal spreads",
    without={"wide": 1.0},
)
def width(rng, wide=5.0):
    n = int(rng.integers(200, 800))
    X, y = make_blobs(n, centers=[[0, 0], [12, 0]], cluster_std=[wide, 1], random_state=seed(rng))
    bells = GaussianMixture(2, n_init=5, tol=1e-6, max_iter=1000, random_state=seed(rng)).fit_predict(X)
    by_centers = adjusted_rand_score(y, kmeans(X, 2, rng).labels_)
    return by_centers < 0.9 and adjusted_rand_score(y, bells) > by_centers + 0.05


@claim(
    "03-many",
    "K-means cuts a blob of this width that has most of the points, because of their number: with as many "
    "in each it only clips it",
    "Unequal sizes",
    without={"share": 1.0},
)
def many(rng, share=15.0):
    n = int(rng.integers(30, 80))
    X, y = make_blobs(
        [int(share * n), n, n],
        centers=[[0, 0], [4.5, 1.2], [4.5, -1.2]],
        cluster_std=[1.6, 0.35, 0.35],
        random_state=seed(rng),
    )
    return adjusted_rand_score(y, kmeans(X, 3, rng).labels_) < 0.6


@claim(
    "03-spare",
    "Beside groups of a hundred points, ten widths apart, two points side by side, two hundred widths away,"
    " take a cluster for themselves; a spare one mends it",
    "Outliers",
    without={"far": 0.0},
)
def spare(rng, far=None):
    k = int(rng.integers(2, 5))
    X, y = blobs(rng, k, 10.0)
    away = X.mean(axis=0) + (rng.uniform(150, 300) if far is None else far)
    both = np.vstack([X, away, away + rng.normal(size=2)])
    asked, spared = kmeans(both, k, rng).labels_, kmeans(both, k + 1, rng).labels_
    n = len(X)
    return adjusted_rand_score(y, asked[:n]) < 0.8 and adjusted_rand_score(y, spared[:n]) > 0.95


def in_noise(rng, columns, n=200):
    y = np.repeat([0, 1], n // 2)
    X = rng.normal(size=(n, columns))
    X[:, 0] += rng.uniform(4, 4.5) * y
    return X, y


@claim(
    "03-stuck",
    "With a gap of four in one of a thousand columns k-means ends above the inertia of the truth, and stays"
    " with the truth where it starts there",
    "Many dimensions",
    without={"columns": 2},
)
def stuck(rng, columns=1000):
    X, y = in_noise(rng, columns)
    found = kmeans(X, 2, rng)
    means = np.array([X[y == k].mean(axis=0) for k in (0, 1)])
    stays = KMeans(2, init=means, n_init=1).fit(X).labels_
    return found.inertia_ > inertia(X, y) and adjusted_rand_score(y, stays) > 0.9


@claim(
    "03-places",
    "There the distances hardly differ, and the nearer of the places that the groups were drawn from is "
    "right all the same, where k-means is not",
    "Many dimensions",
    false={"columns": 2},
)
def places(rng, columns=1000):
    X, y = in_noise(rng, columns)
    drawn_from = np.zeros((2, columns))
    drawn_from[1, 0] = 4
    distance = pdist(X)
    nearest = LESSON["squared_distances"](X, drawn_from).argmin(axis=1)
    right, found = adjusted_rand_score(y, nearest), adjusted_rand_score(y, kmeans(X, 2, rng).labels_)
    return distance.max() < 1.5 * distance.min() and right > 0.75 > 0.25 > found


@claim(
    "03-fooled",
    "Single moves usually get below the inertia of the truth there, with a wrong answer",
    "Many dimensions",
    without={"columns": 2},
)
def fooled(rng, columns=1000):
    X, y = in_noise(rng, columns)
    ends = [LESSON["single_moves"](X, rng.integers(2, size=len(X))) for _ in range(5)]
    best = min(ends, key=partial(inertia, X))
    return inertia(X, best) < inertia(X, y) and adjusted_rand_score(y, best) < 0.8


@claim(
    "03-points",
    "Five times the points among the same columns, and k-means finds the groups far better",
    "Many dimensions",
    false={"n": 200},
)
def points(rng, n=1000):
    few, more = (in_noise(rng, 1000, size) for size in (200, n))
    scores = [adjusted_rand_score(y, kmeans(X, 2, rng, 5).labels_) for X, y in (few, more)]
    return scores[1] > scores[0] + 0.3


@claim(
    "03-moons",
    "K-means cuts two moons",
    "Not round",
    false={"round": True},
)
def moons(rng, round=False):
    X, y = make_moons(int(rng.integers(200, 1000)), noise=rng.uniform(0.02, 0.1), random_state=seed(rng))
    if round:
        X, y = blobs(rng, 2, 8.0)
    return adjusted_rand_score(y, kmeans(X, 2, rng).labels_) < 0.6


@claim(
    "03-hides",
    "Columns in one unit, some hundred points: standardising can hide two groups that differ in one of fifty",
    "Why standardise first?",
    false={"as_it_is": True},
)
def hides(rng, as_it_is=False):
    n = int(rng.integers(300, 600))
    y = rng.integers(2, size=n)
    X = rng.normal(size=(n, 50))
    X[:, 0] += 4 * y
    before = adjusted_rand_score(y, kmeans(X, 2, rng).labels_)
    after = adjusted_rand_score(y, kmeans(X if as_it_is else scale(X), 2, rng).labels_)
    return before > 0.7 and after < 0.5
