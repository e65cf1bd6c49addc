"""What several lessons' challenges draw and fit: seeds, groups of known shape, and k-means."""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs, make_classification


def seed(rng):
    """A `random_state` for a library."""
    return int(rng.integers(2**31))


def rotation(rng):
    angle = rng.uniform(0, np.pi)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def arms(rng, gap):
    """Two parallel Gaussian arms, 4 to 8 times as long as wide, `gap` widths apart, in any direction."""
    n, share = int(rng.integers(200, 1000)), rng.uniform(0.35, 0.65)
    y = (rng.random(n) < share).astype(int)
    X = rng.normal(size=(n, 2)) * [rng.uniform(4, 8), 1] + np.c_[np.zeros(n), gap * y]
    return X @ rotation(rng), y


def two_arms(rng, n=None):
    """The call that made the first dataset, with another seed and size."""
    kinds = {"n_features": 2, "n_informative": 2, "n_redundant": 0, "n_clusters_per_class": 1}
    return make_classification(n or int(rng.integers(300, 1000)), **kinds, random_state=seed(rng))


def blobs(rng, k, apart, n=100):
    """Round groups on a jittered grid, so that no two centers are near; one unit wide."""
    places = rng.permutation([(i, j) for i in range(3) for j in range(3)])[:k] * apart
    centers = places + rng.uniform(-0.05, 0.05, (k, 2)) * apart
    return make_blobs(n * k, centers=centers, random_state=seed(rng))


def kmeans(X, k, rng, n_init=10):
    """A fitted k-means, by default the best of ten starts."""
    return KMeans(k, n_init=n_init, random_state=seed(rng)).fit(X)
