"""Answers to the exercises of lesson 04: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np
from answering import table_answers
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans
from sklearn.preprocessing import scale

from helpers.exercises import unnamed


def by_scipy(D, eps, min_samples):
    """DBSCAN of the library, with border points moved to the nearest core point."""
    model = DBSCAN(eps=eps, min_samples=min_samples, metric="precomputed").fit(D)
    labels, core = model.labels_.copy(), model.core_sample_indices_
    for i in np.flatnonzero(labels >= 0):
        if i not in core:
            labels[i] = model.labels_[core[D[i, core].argmin()]]
    return labels


def waves(D, eps, min_samples, itself=True, strictly=False, recruit=False, least=0):
    """Grow one cluster after the other from its core points."""
    near = eps > D if strictly else eps >= D
    if not itself:
        near = near & ~np.eye(len(D), dtype=bool)
    core = near.sum(axis=1) >= min_samples + least
    labels, cluster = [-1] * len(D), 100
    for first in range(len(D)):
        if core[first] and labels[first] == -1:
            waiting = [first]
            while waiting:
                point = waiting.pop()
                if labels[point] == -1:
                    labels[point] = cluster
                    waiting += [j for j in range(len(D)) if near[point, j] and (core[j] or recruit)]
            cluster -= 3
    for i in range(len(D)):
        if not core[i] and not recruit:
            reach = [j for j in range(len(D)) if core[j] and near[i, j]]
            if reach:
                labels[i] = labels[min(reach, key=lambda j: D[i, j])]
    return labels


def no_borders(D, eps, min_samples):
    labels = np.array(waves(D, eps, min_samples))
    return np.where((eps >= D).sum(axis=1) >= min_samples, labels, -1)


def first_come(D, eps, min_samples):
    return DBSCAN(eps=eps, min_samples=min_samples, metric="precomputed").fit_predict(D)


def backwards(D, eps, min_samples):
    return first_come(D[::-1, ::-1], eps, min_samples)[::-1]


def last_core_wins(D, eps, min_samples):
    labels = no_borders(D, eps, min_samples)
    core = (eps >= D).sum(axis=1) >= min_samples
    for c in np.flatnonzero(core):
        labels[(D[c] <= eps) & ~core] = labels[c]
    return labels


def after_another(D, eps, min_samples):
    """Give a border point to the cluster of the nearest point that is in one."""
    labels = waves(D, eps, min_samples)
    done = np.array(labels)
    core = (eps >= D).sum(axis=1) >= min_samples
    for i in np.flatnonzero(~core & (done >= 0)):
        others = [j for j in np.flatnonzero((D[i] <= eps) & (done >= 0)) if j != i]
        labels[i] = done[min(others, key=lambda j: D[i, j])]
    return labels


def noise_in_clusters(D, eps, min_samples):
    labels = np.array(waves(D, eps, min_samples))
    labels[labels == -1] = 1000 + np.arange(np.sum(labels == -1))
    return labels


def one_noise_cluster(D, eps, min_samples):
    labels = np.array(waves(D, eps, min_samples))
    return np.where(labels == -1, 5, labels)


P = unnamed("04-5")
R = np.radians(P)
turned = np.c_[P[:, 0], P[:, 1] % 360]


def on_sphere(km, min_samples=5):
    return DBSCAN(
        eps=km / 6371, min_samples=min_samples, metric="haversine", algorithm="ball_tree"
    ).fit_predict(R)


def flat(eps, points):
    return DBSCAN(eps=eps, min_samples=5).fit_predict(points)


def kilometres():
    """A flat map, good enough for so small a part of the Earth."""
    east = (P[:, 1] % 360 - 180) * 111.2 * np.cos(R[:, 0])
    return np.c_[east, P[:, 0] * 111.2]


WRONG = {
    "04-1": [
        ([0, 0, 5, 3], "a point counts itself"),
        ([4, 0, 1, 3], "themselves included"),
        ([1, 2, 2, 3], "two in the middle"),
        ([2, 0, 3, 3], "border: 0 and 3 are not core"),
        ([2, 3, 0, 3], "within eps of nobody"),
        ([2, 2, 3, 3], "noise: 0 and 3 lie within"),
        ([2, 2, 1, 1], "the row has grown"),
        ([2, 2, 1, 0.3333333], "must grow, not shrink"),
        ([2, 2, 1, 9], "eps is a distance"),
        ([2, 2, 1, 6], "the outer two"),
        ([2, 2, 1, 4], "the smallest is asked for"),
        ([2, 2, 1], "a list of 4 numbers"),
    ],
    "04-2": [
        ("bdf", "the rule names a knee"),
        ("adf", "core points within eps"),
        ("abcdf", "where the dense groups"),
        ("abf", "noise can only shrink"),
        ("abdef", "a crowd of more"),
        ("abd", "scikit-learn keeps all"),
        ("abdfg", "border points join"),
        ("abdfh", "with a small min_samples HDBSCAN"),
        (["i"], "there are the statements"),
    ],
    "04-3": [
        ([1, 6, 3.8, 1], "that is their distance"),
        ([7, 6, 3.8, 1], "counts the point itself"),
        ([2, 6, 3.8, 1], "the larger of both"),
        ([3, 4, 3.8, 1], "3 and 7: that is their distance"),
        ([3, 3, 3.8, 1], "that of 7 is larger"),
        ([3, 7, 3.8, 1], "as in DBSCAN"),
        ([3, 6, 5, 1], "subtract the density at its birth from each."),
        ([3, 6, 4.8, 1], "from *each* of the six"),
        ([3, 6, 0.63, 1], "not a mean"),
        ([3, 6, 1.1, 1], "that leave together"),
        ([3, 6, 3.8, 2], "do not replace it"),
        ([3, 6, 3.8, 3], "its children are not"),
        (3, "a list of 4 numbers"),
    ],
    "04-4": [
        (0, "write a function"),
        (lambda *a: waves(*a, itself=False), "a point counts itself"),
        (lambda *a: waves(*a, strictly=True), "exactly eps is within"),
        (lambda *a: waves(*a, least=1), "exactly min_samples make"),
        (lambda *a: waves(*a, recruit=True), "do not recruit"),
        (no_borders, "a border point is no noise"),
        (noise_in_clusters, "noise has the label -1"),
        (one_noise_cluster, "not right on"),
        (backwards, "not right on"),
        (lambda *a: [np.nan if label < 0 else label for label in waves(*a)], "yours holds something else"),
        (lambda D, eps, m: waves(D, eps, max(m, 2)), "not right on points that are core alone"),
        (last_core_wins, "that of the *nearest* core point"),
        (after_another, "not after another border point"),
        (
            lambda D, eps, m: waves(np.where((D > 0) | np.eye(len(D), dtype=bool), D, 9e9), eps, m),
            "at distance 0",
        ),
        (lambda D, eps, m: (waves(D, eps, m), eps), "parts of unequal shapes"),
        (first_come, "that of the *nearest* core point"),
        (lambda D, eps, m: waves(D, eps, 1), "eps without min_samples"),
        (lambda D, eps, m: (eps >= D).sum(axis=1) >= m, "not right on"),
        (lambda D, eps, m: D[eps > D], "should be an array of shape (8,)"),
        (
            lambda D, eps, m: DBSCAN(eps=eps, min_samples=m, metric="table").fit_predict(D),
            "it fails on the points",
        ),
    ],
    "04-5": [
        *table_answers("a", len(P)),
        ((flat(0.15, P), "a"), "degrees are no distances"),
        ((flat(0.15, turned), "a"), "a degree east is shorter"),
        ((flat(0.25, scale(P)), "d"), "180 and -180 are one place"),
        ((on_sphere(4), "a"), "breaks groups into pieces"),
        ((on_sphere(20), "a"), "joins groups"),
        ((np.full(len(P), -1), "a"), "you have put all rows there"),
        ((np.where(on_sphere(10) < 0, 9, on_sphere(10)), "a"), "Rows of no group that are in one: 28 of 28"),
        ((KMeans(4, n_init=10, random_state=0).fit_predict(P), "c"), "no word for noise"),
        ((on_sphere(10), "b"), "about as dense"),
        ((on_sphere(10), "c"), "lie side by side"),
        ((on_sphere(10), "d"), "opposite ends"),
    ],
}

RIGHT = {
    "04-1": [[2, 2, 1, 3], np.array([2.0, 2, 1, 3.0])],
    "04-2": [["a", "b", "d", "f"], "F D B A"],
    "04-3": [[3, 6, 3.8, 1], (3.0, 6.0, 3.8, 1)],
    "04-4": [by_scipy, waves],
    "04-5": [
        (on_sphere(10), "a"),
        (on_sphere(9, 4), "A"),
        (on_sphere(10, 10), "a"),
        (flat(10.5, kilometres()), "a"),
        (HDBSCAN(min_cluster_size=40, min_samples=5, metric="haversine", copy=True).fit_predict(R), "a"),
    ],
}


def distance_tables(rng):
    found = []
    for n, eps, min_samples in ((1, 1, 1), (6, 0.4, 2), (25, 0.5, 4), (40, 0.3, 3), (60, 0.3, 5)):
        X = rng.normal(size=(n, 2))
        found.append((np.linalg.norm(X[:, None] - X, axis=2), eps, min_samples))
    for places, eps, min_samples in (((0, 1, 2, 3, 10), 1, 3), ((0, 2, 4, 6, 8, 20), 2, 3)):
        found.append((np.abs(np.subtract.outer(places, places)).astype(float), eps, min_samples))
    return found


INPUTS = {"04-4": distance_tables}


def named(labels):
    """Rename the clusters in the order in which they first stand in the rows."""
    names = {-1: -1}
    for label in np.asarray(labels).tolist():
        names.setdefault(label, len(names) - 1)
    return [names[label] for label in np.asarray(labels).tolist()]


TIDY = {"04-4": named}
