"""Exercises of lesson 04: density-based clustering."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import DBSCAN, KMeans
from sklearn.preprocessing import scale

from helpers.exercises.kinds import build, labels_and_reason, numbers, scored, statements
from helpers.exercises.machinery import Verdict, exercise, not_yet, right, table

EARTH = 6371  # km, the radius


@exercise("04-1")
def _(answer: Any) -> Verdict:
    core = {
        "a point counts itself: 1 has three points within 1, namely 0, 1 and 2.": 0,
        "0 and 3 have only two points within 1, themselves included: they belong, but are not core.": 4,
        "there are two in the middle of the row, 1 and 2.": 1,
    }
    border = {
        "0 and 3 are not core, but they lie within eps of a core point.": 0,
        "10 lies within eps of nobody.": 3,
    }
    noise = {
        "0 and 3 lie within eps of a core point; only what does not is noise.": 3,
        "10 has only itself within eps.": 0,
    }
    eps = {
        "the same radius now holds fewer points: the row has grown.": 1,
        "the points moved apart, so the radius must grow, not shrink.": 1 / 3,
        "areas grow by 9, but eps is a distance.": 9,
    }
    return numbers(
        answer,
        ("core", "border", "noise", "eps"),
        (2, 2, 1, 3),
        (core, border, noise, eps),
        "1 and 2 are core, 0 and 3 hang on to them, 10 is alone; and eps is a distance, min_samples is not.",
    )


@exercise("04-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (
                True,
                "every curve has a point furthest below its chord; on clean groups, with 4, it comes early.",
            ),
            "b": (True, "a radius that holds the loose groups together joins the dense ones, too."),
            "c": (False, "where dense groups lie further apart than that, one radius shows them all."),
            "d": (True, "noise can only shrink; clusters may appear, grow together, or both."),
            "e": (False, "a crowd of more points is harder to be; noise can only grow."),
            "f": (True, "scikit-learn keeps the neighbours of every point, and everybody is everybody's."),
            "g": (False, "border points join and do not recruit: a core point must be within eps."),
            "h": (
                False,
                "with a small min_samples it finds clusters in nothing, if there are enough points.",
            ),
        },
        "a knee is a place to try, one radius is one density, and the memory is that of all neighbours.",
    )


@exercise("04-3")
def _(answer: Any) -> Verdict:
    joined = {
        "that is their distance; it must be at least the core distance of each, too.": 1,
        "the core distance counts the point itself as the first, as in DBSCAN.": 7,
        "take the largest of the three numbers, not the smallest.": 1 / 3,
        "the larger of both core distances: 0 needs to reach 3 to have three points.": 2,
    }
    far = {
        "that is their distance; it must be at least the core distance of each, too.": 4,
        "that is the core distance of 3; that of 7 is larger.": 3,
        "the core distance counts the point itself as the first, as in DBSCAN.": 7,
    }
    stability = {
        "subtract the density at its birth from each.": 3,
        "subtract the density at its birth from *each* of the four.": 2.8,
        "a sum over the points, not a mean.": 0.55,
    }
    kept = {
        "its children together have 2.1, and it has 2.2: they do not replace it.": 2,
        "if it is kept, its children are not.": 3,
    }
    return numbers(
        answer,
        ("0 and 1", "3 and 7", "stability", "clusters kept"),
        (3, 6, 2.2, 1),
        (joined, far, stability, kept),
        "lonely points are pushed away from everybody, and a cluster is kept while its children "
        "live shorter.",
    )


def _named(labels: Any) -> np.ndarray:
    """Rename clusters in the order in which they first stand in the rows; -1 stays."""
    names: dict[int, int] = {-1: -1}
    for label in (labels := np.asarray(labels)).tolist():
        names.setdefault(label, len(names) - 1)
    return np.array([names[label] for label in labels.tolist()])


def _crowds(
    D: np.ndarray,
    eps: float,
    min_samples: int,
    more: int = 0,
    strictly: bool = False,
    border: str = "nearest",
) -> np.ndarray:
    """Run DBSCAN on a table of distances, with one of the usual mistakes."""
    near = eps > D if strictly else eps >= D
    core = near.sum(axis=1) >= min_samples + more
    labels = np.full(len(D), -1)
    if border == "recruits":
        pieces = connected_components(near)[1]
        return np.where(np.isin(pieces, pieces[core]), pieces, -1)
    if core.any():
        labels[core] = connected_components(near[np.ix_(core, core)])[1]
    if border != "noise":
        for i in np.flatnonzero(~core & near[:, core].any(axis=1)):
            reach = np.flatnonzero(core & near[i])
            owners = labels[reach]
            labels[i] = owners.min() if border == "first" else owners[D[i, reach].argmin()]
    if border == "no noise":
        alone = labels < 0
        labels[alone] = labels.max() + 1 + np.arange(alone.sum())
    return labels


@exercise("04-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(44)

    def apart(X: np.ndarray) -> np.ndarray:
        return np.linalg.norm(X[:, None] - X, axis=2)

    def on_a_line(*places: float) -> np.ndarray:
        return np.abs(np.subtract.outer(places, places)).astype(float)

    # In the second, 4 is a border point between two clusters, nearer to the one that begins later.
    cases = [
        ("the points 0, 1, 2, 3, 10 on a line", (on_a_line(0, 1, 2, 3, 10), 1, 3)),
        ("0, 1, 2, 3.9, 5.5, 6, 6.5, 7 on a line", (on_a_line(0, 1, 2, 3.9, 5.5, 6, 6.5, 7), 2, 4)),
        ("five points of which none is core", (on_a_line(0, 5, 10, 15, 20), 2, 2)),
        ("points that are all core", (on_a_line(0, 1, 2, 3), 1, 2)),
    ]
    for n, eps, min_samples in ((40, 0.35, 4), (60, 0.3, 5), (50, 0.4, 6), (30, 0.2, 2)):
        X = rng.normal(size=(n, 2))
        cases.append(
            (f"{n} points in a plane, eps {eps}, min_samples {min_samples}", (apart(X), eps, min_samples))
        )
    words = np.triu(rng.permutation(625).reshape(25, 25) / 100 + 1, 1)  # no points have these distances
    cases.append(("a table of 25 words", (words + words.T, 2.2, 5)))

    mistakes = (
        (
            "a point counts itself (D[i, i] is 0), and exactly min_samples make a core point.",
            lambda *a: _crowds(*a, more=1),
        ),
        ("a distance of exactly eps is within eps.", lambda *a: _crowds(*a, strictly=True)),
        ("border points join and do not recruit.", lambda *a: _crowds(*a, border="recruits")),
        (
            "a border point is no noise: it joins the cluster of a core point within eps.",
            lambda *a: _crowds(*a, border="noise"),
        ),
        ("noise has the label -1, and is no cluster.", lambda *a: _crowds(*a, border="no noise")),
        (
            "a border point near two clusters goes to that of the *nearest* core point.",
            lambda *a: _crowds(*a, border="first"),
        ),
        (
            "everything within eps of anything: that is eps without min_samples.",
            lambda D, eps, m: _crowds(D, eps, 1),
        ),
    )
    return build(
        answer,
        "crowds(D, eps, min_samples)",
        cases,
        _crowds,
        mistakes,
        "core points within eps of each other share a cluster, border points go to the nearest, "
        "the rest is noise.",
        tidy=_named,
    )


@cache
def _places() -> tuple[np.ndarray, np.ndarray]:
    """Draw places along four valleys in the far north, across the 180th meridian, and scattered ones."""
    rng = np.random.default_rng(405)
    km, truth = [], []
    for valley, size in enumerate((95, 85, 75, 65)):
        along = np.sort(rng.uniform(-75, 75, size=3 * size))[::3] + rng.uniform(-8, 8)
        across = 18 * valley + 1.2 * rng.normal(size=size) + 6 * np.sin(along / 30)
        km += np.c_[along, across].tolist()
        truth += [valley] * size
    scattered: list[np.ndarray] = []
    while len(scattered) < 28:
        place = rng.uniform([-110, -35], [110, 89])
        if np.linalg.norm(km - place, axis=1).min() > 11 and all(
            np.linalg.norm(other - place) > 12 for other in scattered
        ):
            scattered.append(place)
    both, origin = np.vstack([km, scattered]), np.array(truth + [-1] * 28)
    latitude = 67.5 + both[:, 1] / 111.2
    longitude = both[:, 0] / (111.2 * np.cos(np.radians(latitude)))
    longitude = longitude + np.where(longitude > 0, -180, 180)
    order = rng.permutation(len(origin))
    return np.c_[latitude, longitude][order].round(3), origin[order]


@table("04-5")
def _() -> np.ndarray:
    return _places()[0].copy()


@exercise("04-5")
def _(answer: Any) -> Verdict:
    places, truth = _places()
    reasons = {
        "a": "",
        "b": "all groups are about as dense; one radius in kilometres shows them.",
        "c": "the groups are long and bent; a center has both sides of its valley nearer than its ends.",
        "d": "-179.9 and 179.9 stay at opposite ends of a standardised column.",
    }
    labels, reason = labels_and_reason(answer, len(places), reasons)

    def on_sphere(km: float, min_samples: int = 5) -> np.ndarray:
        model = DBSCAN(eps=km / EARTH, min_samples=min_samples, metric="haversine", algorithm="ball_tree")
        return model.fit_predict(np.radians(places))

    def in_degrees(eps: float, points: np.ndarray = places) -> np.ndarray:
        return DBSCAN(eps=eps, min_samples=5).fit_predict(points)

    turned = np.c_[places[:, 0], places[:, 1] % 360]

    def known() -> list[tuple[str, np.ndarray]]:
        return [
            *(
                ("Degrees are no distances, and 180 and -180 are one place.", in_degrees(eps))
                for eps in np.geomspace(0.03, 2, 25)
            ),
            *(
                (
                    "East and west are joined; but a degree east is shorter than one north.",
                    in_degrees(eps, turned),
                )
                for eps in np.geomspace(0.03, 2, 25)
            ),
            *(
                ("180 and -180 are one place.", in_degrees(eps, scale(places)))
                for eps in np.geomspace(0.03, 2, 25)
            ),
            *(("A radius so small breaks groups into pieces.", on_sphere(km)) for km in (3, 4, 5, 6, 7)),
            *(("A radius so large joins groups.", on_sphere(km)) for km in (13, 14, 16, 20, 30)),
            (
                "Haversine wants radians, and latitude first.",
                DBSCAN(eps=10 / EARTH, min_samples=5, metric="haversine").fit_predict(places),
            ),
            (
                "Centers cut long groups, and have no word for noise.",
                KMeans(4, n_init=10, random_state=0).fit_predict(places),
            ),
            (
                "Centers cut long groups, and have no word for noise.",
                KMeans(4, n_init=10, random_state=0).fit_predict(scale(turned)),
            ),
        ]

    score = scored(labels, truth, 0.9, known)
    if reasons[reason]:
        return not_yet(f"the groups are right ({score:.2f}), the reason does not hold: {reasons[reason]}")
    return right(
        f"agreement {score:.2f} with four valleys and scattered places: measured on the sphere, "
        "in kilometres."
    )
