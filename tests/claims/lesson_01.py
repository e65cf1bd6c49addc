"""Attempts to break the claims of lesson 01."""

from __future__ import annotations

import numpy as np
from challenge import claim
from draws import arms, kmeans, rotation, seed
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs, make_classification
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import StandardScaler

from helpers.labels import align_labels


def bells(X, rng, k=2):
    """What a converged mixture finds, from starts of its own: the default one is the answer of k-means."""
    start = {"init_params": "random_from_data", "n_init": 10, "tol": 1e-6, "max_iter": 1000}
    return GaussianMixture(k, **start, random_state=seed(rng)).fit_predict(X)


@claim(
    "01-names",
    "Renaming clusters can change the accuracy and never the ARI",
    "What changes when nobody gives you the answers?",
    false={"rename": False},
)
def names(rng, rename=True):
    k, n = rng.integers(2, 10), rng.integers(50, 2000)
    y = rng.integers(k, size=n)
    other = np.where(rng.random(n) < rng.uniform(0, 0.5), rng.integers(k, size=n), y)
    # renamed, or not: the points moved to other clusters
    changed = np.roll(np.arange(k), 1)[other] if rename else rng.permutation(other)
    same_ari = np.isclose(adjusted_rand_score(y, changed), adjusted_rand_score(y, other))
    return same_ari and np.mean(changed == y) != np.mean(other == y)


@claim(
    "01-chance",
    "A random grouping of some hundred points, in groups of like size, has an ARI of about 0, in few "
    "clusters as in many",
    "What changes when nobody gives you the answers?",
    false={"known": 0.5},
)
def chance(rng, known=0.0):
    k, n = rng.integers(2, 30), rng.integers(300, 3000)
    y = rng.integers(rng.integers(2, 10), size=n)
    guess = rng.integers(k, size=n)
    guess = np.where(rng.random(n) < known, y, guess)
    return abs(adjusted_rand_score(y, guess)) < 0.05


@claim(
    "01-doubt",
    "A mixture of two bell curves is in doubt where two groups meet: pull them apart, and the doubt is gone",
    "Must every point belong to exactly one group?",
    without={"apart": 8.0},
)
def doubt(rng, apart=3.0):
    n = int(rng.integers(200, 1000))
    X, y = make_blobs(n, centers=np.array([[0, 0], [apart, 0]]), random_state=seed(rng))
    X = X * rng.uniform(0.5, 2, size=2) @ rotation(rng)
    mixture = GaussianMixture(2, n_init=3, tol=1e-6, max_iter=1000, random_state=seed(rng)).fit(X)
    unsure = mixture.predict_proba(X).max(axis=1) < 0.9
    if unsure.mean() < 0.01:
        return False
    # among its ten nearest neighbours a point in doubt has more of the other group
    _, near = NearestNeighbors(n_neighbors=11).fit(X).kneighbors(X)
    mixed = (y[near[:, 1:]] != y[:, None]).mean(axis=1)
    return mixed[unsure].mean() > 2 * mixed[~unsure].mean()


@claim(
    "01-answers",
    "On two parallel arms k-means falls behind a classifier that was shown answers, and a mixture, "
    "converged from ten random starts, does not, though neither was shown any, because the arms are long "
    "for the gap between them",
    "What changes when nobody gives you the answers?",
    without={"gap": 60},
)
def answers(rng, gap=5):
    X, y = arms(rng, gap)
    half = len(X) // 2
    shown, rest = slice(half), slice(half, None)
    right = KNeighborsClassifier(15).fit(X[shown], y[shown]).score(X[rest], y[rest])
    by_centers = kmeans(X[rest], 2, rng).labels_
    # as well as its clusters can be named
    centers_right, bells_right = (
        np.mean(align_labels(found, y[rest]) == y[rest]) for found in (by_centers, bells(X[rest], rng))
    )
    return centers_right < right - 0.1 and bells_right > right - 0.02


def four_families(X, k, eps, rng):
    return [
        AgglomerativeClustering(k).fit_predict(X),
        kmeans(X, k, rng).labels_,
        GaussianMixture(k, n_init=10, random_state=seed(rng)).fit_predict(X),
        DBSCAN(eps=eps, min_samples=5).fit_predict(X),
    ]


@claim(
    "01-agree",
    "In the plane, told their number (DBSCAN: a suitable eps), four families agree on compact groups of "
    "like size, because they are far apart",
    "Do different algorithms always find different clusters?",
    without={"apart": 3.0},
    false={"smallest": 0.0015},
)
def agree(rng, apart=10.0, smallest=0.5):
    k = int(rng.integers(2, 6))
    # on a jittered grid, so that no two centers are near
    places = rng.permutation([(i, j) for i in range(3) for j in range(3)])[:k] * apart
    largest = 300 if smallest > 0.1 else 3000
    sizes = (largest * np.r_[1, rng.uniform(smallest, 2 * smallest, k - 1)]).astype(int)
    places = places + rng.uniform(-0.5, 0.5, (k, 2))
    groups = [
        rng.normal(size=(size, 2)) * [rng.uniform(1, 1.5), 1] @ rotation(rng) + place
        for size, place in zip(sizes, places, strict=True)
    ]
    labels = four_families(np.concatenate(groups), k, 1.5, rng)
    return min(adjusted_rand_score(a, b) for a in labels for b in labels) > 0.98


@claim(
    "01-beliefs",
    "On two parallel arms a belief in bell curves (converged, from ten random starts) and one in centers "
    "answer differently, because the arms are long for the gap between them",
    "What is a cluster? Five beliefs",
    without={"gap": 60},
)
def beliefs(rng, gap=5):
    X, _ = arms(rng, gap)
    by_centers = kmeans(X, 2, rng).labels_
    return adjusted_rand_score(by_centers, bells(X, rng)) < 0.5


@claim(
    "01-seeds",
    "With the same settings the ARI of k-means spans more than 0.4 over twenty draws, as two arms lie "
    "otherwise",
    "What is a cluster? Five beliefs",
    false={"gap": 60},
)
def seeds(rng, gap=None):
    found = []
    for _ in range(20):
        X, y = (
            arms(rng, gap)
            if gap
            else make_classification(
                int(rng.integers(200, 1000)),
                n_features=2,
                n_informative=2,
                n_redundant=0,
                n_clusters_per_class=1,
                random_state=seed(rng),
            )
        )
        found.append(adjusted_rand_score(y, kmeans(X, 2, rng).labels_))
    return max(found) - min(found) > 0.4


@claim(
    "01-distance",
    "The distance decides: on the same curves, which differ most in size, the Euclidean one finds the size,"
    " correlation the season",
    "Which distance?",
    false={"size": 0.0},
)
def distance(rng, size=10.0):
    n, noise = int(rng.integers(5, 30)), rng.uniform(0.3, 1.0)
    big, summer = np.repeat([0, 0, 1, 1], n), np.repeat([0, 1, 0, 1], n)
    season = np.cos(2 * np.pi * (np.arange(12) - rng.integers(12)) / 12)
    level = 10 + size * rng.uniform(0.8, 1.5) * big
    sold = level[:, None] + 2 * np.where(summer, 1, -1)[:, None] * season
    sold = sold + rng.normal(scale=noise, size=sold.shape)
    tree_on = AgglomerativeClustering(2, metric="precomputed", linkage="average")
    by = {
        metric: tree_on.fit_predict(squareform(pdist(sold, metric)))
        for metric in ("euclidean", "correlation")
    }
    by_size, by_season = (
        adjusted_rand_score(big, by["euclidean"]),
        adjusted_rand_score(summer, by["correlation"]),
    )
    return by_size > 0.9 and by_season > 0.9


@claim(
    "01-silhouette",
    "On two parallel arms k-means has a number of clusters with a better silhouette than a nearly right "
    "answer and a worse ARI, because the arms are long for the gap between them",
    "There is no answer sheet",
    without={"gap": 60},
)
def silhouette(rng, gap=5):
    X, y = arms(rng, gap)
    judged = []
    for k in (2, 3, 4):
        found = kmeans(X, k, rng).labels_
        judged.append((silhouette_score(X, found), adjusted_rand_score(y, found)))
    best, right = max(judged)
    nearly = bells(X, rng)
    return (
        adjusted_rand_score(y, nearly) > 0.9
        and best > silhouette_score(X, nearly) + 0.02
        and right < adjusted_rand_score(y, nearly) - 0.3
    )


@claim(
    "01-noise",
    "Asked for k clusters, k-means returns k, from evenly spread or bell-shaped noise in the plane as well,"
    " with a silhouette above 0.3",
    "When it fails",
    false={"dimensions": 20},
)
def noise(rng, dimensions=2):
    n, k = int(rng.integers(200, 1000)), int(rng.integers(2, 9))
    X = [rng.random, rng.standard_normal][rng.integers(2)]((n, dimensions))
    if rng.random() < 0.5:  # a disc, or what is left of a bell when its rim is cut off
        X = X[np.linalg.norm(X - X.mean(axis=0), axis=1) < 0.5 * np.sqrt(12 * dimensions / 2) * X.std()]
    found = kmeans(X, k, rng).labels_
    return len(set(found)) == k and silhouette_score(X, found) > 0.3


@claim(
    "01-units",
    "Another unit for one column can give other clusters; on standardised columns it gives the same",
    "When it fails",
    without={"standardised": True},
)
def units(rng, standardised=False):
    n, k = int(rng.integers(100, 1000)), int(rng.integers(3, 7))
    X, _ = make_blobs(n, centers=rng.uniform(0, 10, (k, 2)), random_state=seed(rng))
    other = X * [1, 10 ** rng.uniform(1, 3)]
    if standardised:
        X, other = (StandardScaler().fit_transform(points) for points in (X, other))
    settings = {"n_clusters": k, "n_init": 10, "random_state": seed(rng)}
    return adjusted_rand_score(KMeans(**settings).fit_predict(X), KMeans(**settings).fit_predict(other)) < 0.9


@claim(
    "01-dimensions",
    "Without groups, huge values and rows of unlike size the furthest of some hundred points in 1000 "
    "dimensions is hardly further than the nearest, because they spread alike in many directions",
    "Dimensions",
    without={"directions": 2},
)
def dimensions(rng, directions=1000):
    n = int(rng.integers(100, 500))
    draw = rng.choice([rng.random, rng.standard_normal, rng.standard_exponential])
    X = draw((n, directions))
    if directions < 1000:  # the same number of columns, made from a few
        X = X @ rng.normal(size=(directions, 1000))
    elif rng.random() < 0.5:  # dependent columns: each a mixture of itself and the one before
        X = X + rng.uniform(0.2, 0.8) * np.roll(X, 1, axis=1)
    distance = squareform(pdist(X))
    nearest = np.where(np.eye(n, dtype=bool), np.inf, distance).min(axis=1)
    return np.median(distance.max(axis=1) / nearest) < 1.5


@claim(
    "01-survive",
    "Two groups far enough apart survive it: nearly every nearest neighbour is in the own group, with "
    "hardly more contrast",
    "Dimensions",
    false={"apart": 0},
)
def survive(rng, apart=15):
    n, d = int(rng.integers(100, 500)), int(rng.integers(500, 1500))
    group = rng.integers(2, size=n)
    X = rng.normal(size=(n, d)) + group[:, None] * apart * rng.uniform(1, 1.3) / np.sqrt(d)
    distance = squareform(pdist(X))
    nearest = np.where(np.eye(n, dtype=bool), np.inf, distance)
    contrast = np.median(distance.max(axis=1) / nearest.min(axis=1))
    return contrast < 1.4 and np.mean(group[nearest.argmin(axis=1)] == group) > 0.95
