"""Exercises of lesson 06: metrics."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("06-1")
def _(answer: Any) -> Verdict:
    classes, clusters = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 1, 1])
    above = np.triu_indices(6, 1)
    same = [(labels[:, None] == labels)[above] for labels in (classes, clusters)]
    agree, together = int(np.sum(same[0] == same[1])), int(np.sum(same[0] & same[1]))
    value = number(answer)
    if abs(value - agree / 15) < 0.006:
        return right(
            f"{together} pairs are together in both and {agree - together} apart in both: {agree} of 15."
        )
    if value == agree:
        return not_yet("that many pairs agree; which share of the 15 is it?")
    if abs(value - together / 15) < 0.006:
        return not_yet("those are together in both; pairs that are apart in both agree as well.")
    if abs(value - 5 / 6) < 0.006:
        return not_yet("that is purity, a share of points; count pairs of points.")
    return not_yet(
        "list the 15 pairs: are the two together in the classes? in the clusters? Count where both agree."
    )


@exercise("06-2")
def _(answer: Any) -> Verdict:
    word = str(answer).strip().lower() if isinstance(answer, str) else None
    if word == "homogeneity":
        return right("each cluster holds one class only, because it holds one point only.")
    if word == "completeness":
        return not_yet("completeness asks whether a class stays together; here every class is scattered.")
    if word in ("ari", "adjusted rand index"):
        return not_yet("the ARI is adjusted for chance, and gives nothing for splitting everything.")
    return not_yet("answer with one of the words homogeneity, completeness, ARI, in quotes.")


@exercise("06-3")
def _(answer: Any) -> Verdict:
    counts = np.array([[2, 2, 0], [0, 1, 3]])
    matched = int(counts[linear_sum_assignment(counts, maximize=True)].sum())
    value = number(answer)
    if abs(value - matched / 8) < 0.006:
        return right(
            "2 of one class and 3 of the other; the cluster left over has no class, and its points no name."
        )
    if abs(value - counts.max(axis=0).sum() / 8) < 0.006:
        return not_yet(
            "that is purity: there two clusters have the same name. Here each class gets one cluster."
        )
    if value == matched:
        return not_yet("that many points, yes; which share of the eight?")
    if abs(value - 3 / 8) < 0.006:
        return not_yet(
            "the names of clusters are arbitrary: match each class with the cluster that suits it best."
        )
    return not_yet(
        "which cluster suits class 0, which suits class 1? Count the points of each in its own cluster."
    )


def _tables() -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Labels to try, on which each wrong method of 06-4 differs from the right one, and their counts."""
    rng = np.random.default_rng(6)
    tables = []
    for n_classes, n_clusters in ((4, 3), (3, 6), (2, 5)):
        classes = rng.choice(n_classes, 60, p=np.arange(n_classes, 0, -1) / np.arange(n_classes + 1).sum())
        clusters = np.where(
            rng.random(60) < 0.5, (classes + 1) % n_clusters, rng.integers(n_clusters, size=60)
        )
        counts = np.zeros((n_classes, n_clusters), dtype=int)
        np.add.at(counts, (classes, clusters), 1)
        tables.append((classes, clusters, counts))
    return tables


@exercise("06-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def purity_of(classes, clusters): ...")
    mistakes = {
        "that is the majority of each *class*; take that of each cluster.": [],
        "that is the mean over clusters; a large cluster should count more.": [],
        "divide by the number of points.": [],
        "that counts where the two numbers are equal; but cluster 0 need not be class 0.": [],
        "that gives each class one cluster of its own; here several clusters may have the same name.": [],
    }
    expected, found = [], []
    for classes, clusters, counts in _tables():
        expected.append(counts.max(axis=0).sum() / 60)
        found.append(float(called(answer, classes.tolist(), clusters.tolist())))
        values = (
            counts.max(axis=1).sum() / 60,
            (counts.max(axis=0) / counts.sum(axis=0)).mean(),
            counts.max(axis=0).sum(),
            np.mean(classes == clusters),
            counts[linear_sum_assignment(counts, maximize=True)].sum() / 60,
        )
        for wrong, value in zip(mistakes.values(), values, strict=True):
            wrong.append(value)
    if np.allclose(found, expected):
        return right("the majority of each cluster, added up, over all points.")
    for hint, values in mistakes.items():
        if np.allclose(found, values):
            return not_yet(hint)
    worst = int(np.argmax(np.abs(np.subtract(found, expected))))
    classes, clusters, _ = _tables()[worst]
    return not_yet(
        f"expected {expected[worst]:.3f} and got {found[worst]:.3f} for 60 points of {len(set(classes))} "
        f"classes in {len(set(clusters))} clusters. Try yours on the ten points of the lesson: 0.9."
    )
