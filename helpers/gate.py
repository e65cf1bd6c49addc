"""Is there anything to find? Two tests that must both say "one" before a table is said to hold one crowd.

Lesson 10 writes them out and counts their errors; here they are for lessons that begin where it ended.
"""

from __future__ import annotations

import numpy as np
from sklearn.cluster import HDBSCAN, KMeans


def gap_says_one(X: np.ndarray, most: int = 5, times: int = 10, seed: int = 0) -> bool:
    """Whether the gap statistic finds one cluster: no split lowers the inertia more than in a uniform box.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_features)
        The points, scaled as they are to be clustered.
    most : int
        The largest number of clusters that is tried.
    times : int
        How many boxes are drawn, along the main directions of X.
    seed : int
        Of the boxes.

    References
    ----------
    R. Tibshirani, G. Walther, T. Hastie (2001). Estimating the number of clusters in a data set via the gap
    statistic. Journal of the Royal Statistical Society B 63.
    """
    rng = np.random.default_rng(seed)
    middle = X.mean(axis=0)
    turned = (X - middle) @ np.linalg.svd(X - middle, full_matrices=False)[2].T
    low, high = turned.min(axis=0), turned.max(axis=0)
    boxes = [_log_inertias(rng.uniform(low, high, X.shape), most) for _ in range(times)]
    gaps = np.mean(boxes, axis=0) - _log_inertias(X, most)
    noise = np.std(boxes, axis=0) * np.sqrt(1 + 1 / times)
    first = [k for k in range(1, most) if gaps[k - 1] >= gaps[k] - noise[k]]
    return first[:1] == [1]


def density_says_one(X: np.ndarray) -> bool:
    """Whether HDBSCAN, if it may say one, finds one cluster or none in X, shape (n_samples, n_features)."""
    model = HDBSCAN(min_cluster_size=20, min_samples=5, allow_single_cluster=True, copy=True)
    return bool(model.fit(X).labels_.max() <= 0)


def nothing_to_find(X: np.ndarray) -> bool:
    """Whether both say one: a strong hint to stop, and no verdict. X has shape (n_samples, n_features)."""
    return gap_says_one(X) and density_says_one(X)


def _log_inertias(X: np.ndarray, most: int) -> np.ndarray:
    fits = [KMeans(k, n_init=3, random_state=0).fit(X) for k in range(1, most + 1)]
    return np.log([fit.inertia_ for fit in fits])
