"""Exercises of lesson 04: density-based clustering."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import DBSCAN, KMeans
from sklearn.preprocessing import scale

from helpers.exercises.kinds import build, defended, labels_and_reason, numbers, scored, statements
from helpers.exercises.machinery import NotYetError, Verdict, exercise, table

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
        "with 6 the outer two of the row have three points as well, and are core.": 6,
        "that works, too, as does anything from 3 to below 6; the smallest is asked for.": 4,
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
                "the rule names a knee on every curve, of groups or of none; on clean groups, "
                "with 4, too early a one.",
            ),
            "b": (True, "core points within eps of each other are in one cluster, whatever else is wanted."),
            "c": (
                False,
                "where the dense groups lie further apart than the loose one's radius, one radius shows all.",
            ),
            "d": (True, "noise can only shrink; clusters may appear, grow together, or both."),
            "e": (False, "a crowd of more points is harder to be; noise can only grow."),
            "f": (True, "scikit-learn keeps all neighbours of every point, and here each has all others."),
            "g": (False, "border points join and do not recruit: a core point must be within eps."),
            "h": (
                False,
                "with a small min_samples HDBSCAN finds clusters in nothing, if there are enough points.",
            ),
        },
        "a knee is a place to try, one radius has to suit all groups, and the memory is that of "
        "all neighbours.",
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
        "subtract the density at its birth from each.": 5,
        "subtract the density at its birth from *each* of the six.": 4.8,
        "a sum over the points, not a mean.": 3.8 / 6,
        "each of the six points counts, also those that leave together.": 1.1,
        "all six count, and not only those that stay to the end.": 3.2,
    }
    kept = {
        "its children together have 3.5, and it has 3.8: they do not replace it.": 2,
        "if it is kept, its children are not.": 3,
    }
    return numbers(
        answer,
        ("0 and 1", "3 and 7", "stability", "clusters kept"),
        (3, 6, 3.8, 1),
        (joined, far, stability, kept),
        "lonely points are pushed away from everybody; a cluster is kept if its children "
        "together are no more stable.",
    )


def _named(labels: Any) -> np.ndarray:
    """Rename clusters in the order in which they first stand in the rows; -1 stays."""
    values = np.asarray(labels)
    if values.dtype.kind not in "iufb" or not np.isfinite(values).all() or np.any(values < -1):
        raise NotYetError("clusters have numbers from 0 on, and noise has -1; yours holds something else.")
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
            labels[i] = {
                "first": owners[0],
                "last": owners[-1],
                "lowest": owners.min(),
                "highest": owners.max(),
                "mean": min(set(owners.tolist()), key=lambda owner: D[i, reach][owners == owner].mean()),
            }.get(border, owners[D[i, reach].argmin()])
    if border == "any":
        done = labels.copy()
        for i in np.flatnonzero(~core & near[:, core].any(axis=1)):
            reach = np.flatnonzero(near[i] & (done >= 0) & (np.arange(len(D)) != i))
            labels[i] = done[reach[D[i, reach].argmin()]]
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
        ("points that are core alone, min_samples 1", (on_a_line(0, 5, 6, 20), 1, 1)),
        ("forty points in a row", (on_a_line(*range(40)), 1, 2)),
        (
            "twelve points on a line, the sixth between two crowds",
            (on_a_line(-1, -1.9, -1.95, -2.2, -2.3, 0, 1.3, 3.1, 3.15, 3.2, 3.25, 3.29), 2, 6),
        ),
        ("0, 0, 0, 5, 9 on a line", (on_a_line(0, 0, 0, 5, 9), 1, 3)),
    ]
    for n, eps, min_samples in ((40, 0.35, 4), (60, 0.3, 5), (50, 0.4, 6), (30, 0.2, 2)):
        X = rng.normal(size=(n, 2))
        cases.append(
            (f"{n} points in a plane, eps {eps}, min_samples {min_samples}", (apart(X), eps, min_samples))
        )
    words = np.triu(rng.permutation(625).reshape(25, 25) / 100 + 1, 1)  # no points have these distances
    cases.append(("a table of 25 words", (words + words.T, 2.2, 5)))
    even = rng.random((150, 2))  # here many border points are near two clusters
    cases.append(("150 points in a square", (apart(even), 0.085, 5)))
    twice = np.r_[even[:40], even[:12]]
    cases.append(("points of which some are there twice", (apart(twice), 0.16, 4)))
    for words_, (D, eps, min_samples) in cases[:]:
        order = rng.permutation(len(D))
        cases.append((f"{words_}, in another order", (D[np.ix_(order, order)], eps, min_samples)))

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
        *(
            (
                "a border point near two clusters goes to that of the *nearest* core point.",
                lambda *a, b=b: _crowds(*a, border=b),
            )
            for b in ("last", "lowest", "highest", "mean")
        ),
        (
            "a border point goes to the nearest *core* point, and not after another border point.",
            lambda *a: _crowds(*a, border="any"),
        ),
        (
            "two things may be at distance 0: leave out the point itself by its place, or count it.",
            lambda D, eps, m: _crowds(np.where((D > 0) | np.eye(len(D), dtype=bool), D, np.inf), eps, m),
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
    for valley, size in enumerate((150, 135, 120, 105)):
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
    tilt = np.radians(14)
    both = both @ np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
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
        "c": "the groups are long and lie side by side: many places are nearer to the next group's center.",
        "d": "-179.9 and 179.9 stay at opposite ends of a column that is standardised as it is.",
    }
    labels, reason = labels_and_reason(answer, len(places), reasons)

    def on_sphere(km: float, min_samples: int = 5) -> np.ndarray:
        model = DBSCAN(eps=km / EARTH, min_samples=min_samples, metric="haversine", algorithm="ball_tree")
        return model.fit_predict(np.radians(places))

    def in_degrees(eps: float, points: np.ndarray = places) -> np.ndarray:
        return DBSCAN(eps=eps, min_samples=5).fit_predict(points)

    turned = np.c_[places[:, 0], places[:, 1] % 360]

    def known() -> list[tuple[str, np.ndarray]]:
        seam = "degrees are no distances, and 180 and -180 are one place."
        short = "180 and -180 are joined; but a degree east is shorter than one north."
        exchanged = "haversine wants the latitude first."
        no_noise = "centers, which cut long groups and have no word for noise."
        radii = np.geomspace(0.03, 2, 25)
        swapped = DBSCAN(eps=10 / EARTH, min_samples=5, metric="haversine", algorithm="ball_tree")
        return [
            *((seam, in_degrees(eps)) for eps in radii),
            *((short, in_degrees(eps, turned)) for eps in radii),
            *((seam, in_degrees(eps, scale(places))) for eps in radii),
            *(("a radius so small breaks groups into pieces.", on_sphere(km)) for km in (3, 4, 5, 6)),
            *(("a radius so large joins groups.", on_sphere(km)) for km in (15, 17, 20, 30)),
            (exchanged, swapped.fit_predict(np.radians(places[:, ::-1]))),
            *(
                (no_noise, KMeans(4, n_init=10, random_state=0).fit_predict(points))
                for points in (places, scale(turned))
            ),
        ]

    groups = int(np.sum(np.unique(labels[labels >= 0], return_counts=True)[1] >= 15))
    strays = np.mean(labels[truth < 0] < 0)
    score = scored(labels, truth, 0.9, known, good=groups == 4 and strays > 0.6)
    return defended(
        f"the groups are right ({score:.2f})",
        reason,
        reasons,
        f"agreement {score:.2f} with four valleys and scattered places. Here distances on the "
        "sphere, in kilometres, need no tricks.",
    )
