"""Exercises of lesson 01: what clustering is."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, rand_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import scale

from helpers.datasets import load_customers
from helpers.exercises.kinds import (
    agreement,
    build,
    defended,
    labels_and_reason,
    number,
    numbers,
    scored,
    statements,
)
from helpers.exercises.machinery import Verdict, exercise, not_yet, right, table


@exercise("01-1")
def _(answer: Any) -> Verdict:
    renamed = {
        "no label is equal, but compare which points share a label, not what the label is.": 0,
        "for each pair of points: together in the first? in the second? Is any pair split?": 0.5,
        "that is below chance; and here nothing differs but the names. (Are the two in their order?)": -0.5,
    }
    crossed = {
        "no pair is shared, and by chance 2 x 2 / 6 = 0.67 would be: the index is below 0, not 0.": 0,
        "the denominator is the distance from chance to the best, 2 - 0.67, not the best alone.": -1 / 3,
        "that is the share of pairs on which they agree, 2 of 6; the index corrects it for chance.": 1 / 3,
        "that is the share of equal labels, whose names mean nothing; or was the sign lost?": 0.5,
        "the index is never below -0.5, for any two groupings.": -1,
    }
    return numbers(
        answer,
        ("the first pair", "the second pair"),
        (1, -0.5),
        (renamed, crossed),
        "other names, the same groups: 1. And these crossed groupings share no pair, which is "
        "less than chance gives.",
        within=0.006,
    )


@exercise("01-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "the number of a cluster is a name; four names can be given in 24 ways."),
            "b": (True, "types that are known for some and asked for others: that is learning from answers."),
            "c": (
                False,
                "the silhouette judges its own belief; it is higher for some k than for the "
                "others in noise, too.",
            ),
            "d": (
                True,
                "k-means returns as many clusters as it is asked for, from any table with so "
                "many different rows.",
            ),
            "e": (False, "probabilities say how sure the model is, not how right."),
            "f": (True, "a thousand euros of difference count like a thousand years."),
            "g": (False, "of 100 points there are more groupings in two than anybody can try."),
            "h": (
                False,
                "columns that do not tell the groups apart blur them, and enough of them hide any gap.",
            ),
        },
        "the score compared names, the units chose the feature, and neither k-means nor a "
        "silhouette says that there are groups.",
    )


@exercise("01-3")
def _(answer: Any) -> Verdict:
    value = number(answer)
    features = load_customers()[["Age", "AnnualIncome", "SpendingScore"]].to_numpy(dtype=float)

    def segments(X: np.ndarray, n_init: int = 10) -> np.ndarray:
        return KMeans(n_clusters=5, n_init=n_init, random_state=0).fit_predict(X)

    scaled = features / features.std(axis=0)
    as_is, divided = segments(features), segments(scaled)
    score = adjusted_rand_score(as_is, divided)
    if abs(value - score) < 0.006:
        return right("scaled, age counts as much as income does, and many customers change their segment.")
    if abs(value - rand_score(as_is, divided)) < 0.006:
        return not_yet(
            "that is the Rand index, which chance alone makes high; the *adjusted* one is asked for."
        )
    if abs(value - np.mean(as_is == divided)) < 0.006:
        return not_yet(
            "perhaps that compares the clusters' names; compare the groupings, with adjusted_rand_score."
        )
    if abs(value - adjusted_rand_score(segments(features, 1), segments(scaled, 1))) < 0.006:
        return not_yet("that comes from a single start; pass n_init=10, too.")
    if abs(value - adjusted_rand_score(as_is, segments(features / np.ptp(features, axis=0)))) < 0.006:
        return not_yet(
            "that is for columns divided by their range (or cut off, not rounded); divide by "
            "the standard deviation."
        )
    two = features[:, 1:]
    if abs(value - adjusted_rand_score(segments(two), segments(two * [1000, 1]))) < 0.006:
        # Divided by the variance it comes out the same, 0.40: both slips get both hints.
        return not_yet(
            "that is the number above, k$ against $, or that of columns divided by their "
            "variance; take three features, and divide each by its standard deviation."
        )
    if value == 1:
        return not_yet(
            "the same answer twice? A common factor changes nothing: divide each column by its "
            "own standard deviation, features.std(axis=0). Or is Age missing? With income and "
            "score alone nothing changes either."
        )
    return not_yet("cluster all three columns as they are and scaled, and compare the two with the ARI.")


def _one_way(a: np.ndarray, b: np.ndarray) -> bool:
    return len(set(zip(a.tolist(), b.tolist(), strict=True))) == len(set(a.tolist()))


@exercise("01-4")
def _(answer: Any) -> Verdict:
    pairs = [
        ([0, 0, 1], [0, 0, 1]),
        ([0, 0, 1, 1], [1, 1, 0, 0]),
        ([0, 1, 2, 2], [1, 2, 0, 0]),
        ([0, 0, 1, 1], [0, 1, 0, 1]),
        ([0, 0, 1, 1], [5, 5, 5, 5]),
        ([5, 5, 5, 5], [0, 0, 1, 1]),
        ([0, 0, 0, 1], [0, 1, 1, 1]),
        ([0, 1, 2], [0, 1, 1]),
        ([0, 1, 0], [0, 1, 2]),
        ([0, 1], [-1, -1]),
        ([0, 1], [10, 0]),
        ([1, 11], [11, 1]),
        ([0, 1], [100, 0]),
        ([0, 1], [1000, 0]),
        ([0, 1], [-1, 1]),
        ([0, 1, 0, 1], [0, 1, 1, 0]),
    ]
    rng = np.random.default_rng(0)
    for size in (6, 12, 40):
        a = np.r_[:3, rng.integers(3, size=size - 3)]
        renamed = np.array([7, -1, 4])[a]
        moved = renamed.copy()
        moved[-1] = renamed[a != a[-1]][0]
        pairs += [(a, renamed), (a, moved), (a, np.sort(a)), (np.sort(a), np.sort(a)[::-1])]
    cases = [
        (f"{np.asarray(a).tolist()} and {np.asarray(b).tolist()}", (np.array(a), np.array(b)))
        for a, b in pairs
    ]

    def nearly(a: np.ndarray, b: np.ndarray) -> bool:
        return adjusted_rand_score(a, b) > 0.99

    def without_minus_one(a: np.ndarray, b: np.ndarray) -> bool:
        ones = ((x, y) for x, y in ((a, b), (b, a)))
        return all(len(set(y[x == name].tolist())) <= 1 for x, y in ones for name in range(x.max() + 1))

    many = rng.integers(4, size=1000)
    moved = (many + 1) % 4
    moved[500] = (moved[500] + 1) % 4
    cases.append(("1,000 points, of which one has moved", (many, moved)))
    cases.append(("one point on both sides", (np.array([3]), np.array([-1]))))
    mistakes = (
        ("that asks for equal labels; groupings that differ only in names are the same.", np.array_equal),
        ("two groups of the first may be one of the second; check both ways.", _one_way),
        ("one group of the first may be two of the second; check both ways.", lambda a, b: _one_way(b, a)),
        (
            "as many groups on both sides is not enough: which points share one?",
            lambda a, b: len(set(a.tolist())) == len(set(b.tolist())),
        ),
        (
            "that compares each point with the one before it only; compare all pairs.",
            lambda a, b: np.array_equal(np.diff(a) == 0, np.diff(b) == 0),
        ),
        (
            "that asks only who is with the first point; and the others?",
            lambda a, b: np.array_equal(a == a[0], b == b[0]),
        ),
        (
            "an index of nearly 1 is not 1: one point of a thousand may have moved.",
            nearly,
        ),
        (
            "-1 is a name like any other here: two points of which one is called -1 may differ "
            "from two alike.",
            without_minus_one,
        ),
        (
            "equal group sizes are not enough: which points share a group?",
            lambda a, b: np.array_equal(
                np.sort(np.unique(a, return_counts=True)[1]), np.sort(np.unique(b, return_counts=True)[1])
            ),
        ),
    )
    return build(
        answer,
        "same_grouping(a, b)",
        cases,
        lambda a, b: _one_way(a, b) and _one_way(b, a),
        mistakes,
        "every name on one side goes with exactly one name on the other.",
    )


@cache
def _bands() -> tuple[np.ndarray, np.ndarray]:
    """Draw three long bands side by side, in units that hide them."""
    rng = np.random.default_rng(105)
    truth = rng.permutation(np.repeat([0, 1, 2], [260, 180, 160]))
    along, across = 4 * rng.normal(size=600), 0.5 * rng.normal(size=600) + 2.6 * truth
    turned = np.c_[along + 0.5 * across, across - 0.35 * along]
    return turned * [1, 900] + [20, 5000], truth


@table("01-5")
def _() -> np.ndarray:
    return _bands()[0].copy()


@exercise("01-5")
def _(answer: Any) -> Verdict:
    X, truth = _bands()
    reasons = {
        "a": "three centers give the rows to other groups, in any units.",
        "b": "merges that keep groups compact, as Ward's, cut long bands across, in any units.",
        "c": "",
        "d": "an eps that keeps the bands apart takes their thin ends for noise, and every row "
        "was asked for.",
        "e": "",
    }
    labels, reason = labels_and_reason(answer, len(X), reasons)
    scaled = scale(X)

    def centers(points: np.ndarray, k: int) -> np.ndarray:
        return KMeans(k, n_init=10, random_state=0).fit_predict(points)

    def known() -> list[tuple[str, np.ndarray]]:
        round_ones = "round pieces of long bands; draw them."
        stuck = (
            "the right belief in a bad start, n_init=10; or may each curve stretch and "
            "turn, covariance_type='full'?"
        )
        fits = [GaussianMixture(3, random_state=seed).fit_predict(scaled) for seed in range(10)]
        kinds = [
            GaussianMixture(3, covariance_type=kind, random_state=0) for kind in ("tied", "diag", "spherical")
        ]
        return [
            (
                "only the second column counted, whose numbers are the largest; look at the units.",
                centers(X, 3),
            ),
            *((round_ones, centers(scaled, k)) for k in (2, 3, 4)),
            *(
                ("compact pieces of long bands; draw them.", AgglomerativeClustering(k).fit_predict(scaled))
                for k in (2, 3, 4)
            ),
            (
                "one crowd at this eps; at smaller ones the thin ends of the bands are noise.",
                DBSCAN(eps=0.5).fit_predict(scaled),
            ),
            *((stuck, fit) for fit in fits),
            *((stuck, kind.fit_predict(scaled)) for kind in kinds),
        ]

    names, sizes = np.unique(labels[labels >= 0], return_counts=True)
    if len(names) > 3 and agreement(labels, truth) >= 0.85:
        return not_yet(
            f"{len(names)} groups, the smallest of {sizes.min()} rows: nearly the bands, but "
            "something is cut off. Draw them, or compare BICs."
        )
    score = scored(labels, truth, 0.95, known)
    return defended(
        f"the groups are right ({score:.2f})",
        reason,
        reasons,
        f"agreement {score:.2f} with the three bands from which the rows were drawn. Long, side "
        "by side, thin at the ends: bell curves fit them that may stretch and turn.",
    )
