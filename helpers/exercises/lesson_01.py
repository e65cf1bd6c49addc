"""Exercises of lesson 01: what clustering is."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, rand_score

from helpers.datasets import load_customers
from helpers.exercises.machinery import Verdict, called, exercise, first_dataset, not_yet, number, right


@exercise("01-1")
def _(answer: Any) -> Verdict:
    if isinstance(answer, bool | np.bool_):
        return not_yet(
            "a score is asked for, a number; is the grouping the same, and what is the score then?"
        )
    value = number(answer)
    if abs(value - 1) < 1e-6:
        return right(
            "the same points stand together in both; only the names differ, and the ARI ignores names."
        )
    if value == 0:
        return not_yet("no label is equal, but compare which points share a label, not what the label is.")
    if 0 < value < 1:
        return not_yet(
            "for each pair of points: are they together in the first? in the second? Is any pair split?"
        )
    return not_yet("the adjusted Rand index is 1 at best, about 0 for chance, and never below -0.5.")


@exercise("01-2")
def _(answer: Any) -> Verdict:
    X, value = first_dataset(), number(answer)
    labels = DBSCAN(eps=0.35, min_samples=9).fit_predict(X)
    before = int(np.sum(DBSCAN(eps=0.25, min_samples=9).fit_predict(X) == -1))
    noise, clusters = int(np.sum(labels == -1)), len(set(labels) - {-1})
    if value == noise:
        return right(
            f"{before} noise points became {noise}: in a larger disc fewer points are alone. The price: "
            f"the two arms are now {'one cluster' if clusters == 1 else f'{clusters} clusters'}."
        )
    if value == before:
        return not_yet("that is the count for eps=0.25; was the new eps passed on?")
    if value == np.sum(DBSCAN(eps=0.35).fit_predict(X) == -1):
        return not_yet("that is the count for DBSCAN's default min_samples, 5; here it is 9, as before.")
    if value == clusters:
        return not_yet("that is the number of clusters; noise points are those with the label -1.")
    if value == len(X) - noise:
        return not_yet("those are the points in clusters; count the others.")
    if value == len(set(labels)):
        return not_yet("that counts the names, and -1 is no cluster; count the points that have it.")
    if value > before:
        return not_yet("a larger eps reaches more neighbours, so noise can only shrink.")
    return not_yet("count the labels equal to -1 after DBSCAN(eps=0.35, min_samples=9).fit_predict(X).")


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
        return not_yet("that compares the clusters' names; compare the groupings, with adjusted_rand_score.")
    if abs(value - adjusted_rand_score(segments(features, 1), segments(scaled, 1))) < 0.006:
        return not_yet("that comes from a single start; pass n_init=10, too.")
    if abs(value - adjusted_rand_score(as_is, segments(features / np.ptp(features, axis=0)))) < 0.006:
        return not_yet("that is for columns divided by their range; divide by the standard deviation.")
    two = features[:, 1:]
    if abs(value - adjusted_rand_score(segments(two), segments(two * [1000, 1]))) < 0.006:
        # Divided by the variance it comes out the same, 0.40: both slips get both hints.
        return not_yet(
            "that is the number above, k$ against $, or that of columns divided by their variance; take "
            "three features, and divide each by its standard deviation."
        )
    if value == 1:
        return not_yet(
            "the same answer twice? A common factor changes nothing: divide each column by its own standard "
            "deviation, features.std(axis=0). Or is Age missing? With two columns nothing changes either."
        )
    return not_yet("cluster all three columns as they are and scaled, and compare the two with the ARI.")


@exercise("01-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def same_grouping(a, b): ... and pass the function itself.")
    cases = [
        ([0, 0, 1], [0, 0, 1], True, "equal labels are the same grouping"),
        ([0, 0, 1, 1], [1, 1, 0, 0], True, "these differ only in names"),
        ([0, 1, 2, 2], [1, 2, 0, 0], True, "names may also be exchanged in a circle"),
        ([0, 0, 1, 1], [0, 1, 0, 1], False, "every pair of the first is split in the second"),
        ([0, 0, 1, 1], [5, 5, 5, 5], False, "two groups were merged; check both ways"),
        ([5, 5, 5, 5], [0, 0, 1, 1], False, "one group was split; check both ways"),
        ([0, 0, 0, 1], [0, 1, 1, 1], False, "equal group sizes are not enough"),
        ([0, 1, 2], [0, 1, 1], False, "two groups were merged; check both ways"),
        ([0, 1, 0], [0, 1, 2], False, "one group was split; check both ways"),
    ]
    rng = np.random.default_rng(0)
    for size in (6, 12, 40):
        a = np.r_[:3, rng.integers(3, size=size - 3)]
        renamed = np.array([7, -1, 4])[a]
        moved = renamed.copy()
        moved[-1] = renamed[a != a[-1]][0]
        cases.append((a, renamed, True, "these differ only in names"))
        cases.append((a, moved, False, "the last point went to another group"))
    for a, b, expected, why in cases:
        found = called(answer, np.array(a), np.array(b))
        if np.ndim(found):
            return not_yet("return one True or False for the two groupings, not one for each point.")
        if bool(found) != expected:
            return not_yet(f"{a} and {b} should give {expected}: {why}.")
    return right("every name on one side goes with exactly one name on the other.")
