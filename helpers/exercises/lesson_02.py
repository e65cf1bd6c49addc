"""Exercises of lesson 02: hierarchical clustering."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from helpers.exercises.machinery import Verdict, called, exercise, first_dataset, not_yet, number, right


@exercise("02-1")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if value == 42:
        return right("every merge leaves one cluster less: 50 - 42 = 8. After 49 merges one would be left.")
    if value in (41, 43):
        return not_yet("off by one: after 1 merge there are 49 clusters, after 2 merges 48, ...")
    if value == 8:
        return not_yet("that is the number of clusters left; how many merges were needed?")
    if value == 49:
        return not_yet("that many merges leave one cluster; stop at 8.")
    return not_yet("start with 50 clusters; how many are there after one merge?")


@exercise("02-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if value == 3:
        return right("four merges lie below 2.0, and 7 - 4 = 3.")
    if value == 4:
        return not_yet("that many merges lie below the cut; each of them has left one cluster less than 7.")
    if value == 2:
        return not_yet("that many merges lie above the cut; undoing both of them gives one cluster more.")
    return not_yet("which of the merges have happened at distance 2.0? Start from 7 clusters and do those.")


@exercise("02-3")
def _(answer: Any) -> Verdict:
    X, value = first_dataset(), number(answer)

    def sizes(linkage: str, n_clusters: int = 4) -> np.ndarray:
        return np.bincount(AgglomerativeClustering(n_clusters=n_clusters, linkage=linkage).fit_predict(X))

    complete = sizes("complete")
    if value == complete.min():
        return right(f"the sizes are {', '.join(map(str, np.sort(complete)))}: nothing like Ward's.")
    if value == sizes("ward").min():
        return not_yet("that is Ward's smallest cluster; pass linkage='complete'.")
    if value == sizes("complete", 2).min():
        return not_yet("that is with two clusters, which is the default; pass n_clusters=4.")
    if value in complete:
        return not_yet("that is one of its clusters, and not the smallest.")
    if value in sizes("ward"):
        return not_yet("that is one of Ward's clusters; pass linkage='complete', and take the smallest.")
    if value == sizes("average").min():
        return not_yet("single and average linkage give that, a crumb; pass linkage='complete'.")
    return not_yet("np.bincount of the labels gives the four sizes; take the smallest.")


@exercise("02-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def cluster_distance(A, B, linkage): ...")
    rng = np.random.default_rng(2)
    # In the second case A is wider than it is far from B; in the third B is one point.
    cases = [
        (rng.normal(size=(4, 3)), rng.normal(loc=2, size=(6, 3))),
        (rng.normal(scale=[9, 1], size=(7, 2)), rng.normal(size=(3, 2))),
        (rng.normal(size=(5, 4)), rng.normal(loc=1, size=(1, 4))),
    ]
    for A, B in cases:
        verdict = _compare_with_linkages(answer, A, B)
        if verdict is not None:
            return verdict
    return right("one table with the distance of every pair, and its smallest, largest or mean entry.")


def _compare_with_linkages(answer: Any, A: np.ndarray, B: np.ndarray) -> Verdict | None:
    """Return what is wrong with the answer for two clusters, or None."""
    every = np.linalg.norm(A[:, None] - B[None], axis=2)
    means = np.linalg.norm(A.mean(axis=0) - B.mean(axis=0))
    both = np.vstack([A, B])
    diameter = np.linalg.norm(both[:, None] - both[None], axis=2).max()
    expected = {"single": every.min(), "complete": every.max(), "average": every.mean()}
    for linkage, distance in expected.items():
        result = np.ravel(called(answer, A, B, linkage))
        if result.size != 1:
            return not_yet(
                f"{linkage}: one distance for the two clusters, please; got {result.size} numbers."
            )
        found = float(result[0])
        if np.isclose(found, distance):
            continue
        others = [name for name, value in expected.items() if np.isclose(found, value)]
        if others:
            return not_yet(f"{linkage}: that is what {others[0]} linkage gives.")
        if np.isclose(found, diameter):
            return not_yet(
                f"{linkage}: that is the diameter of both together; one point of each pair must be in A, the "
                "other in B."
            )
        if np.isclose(found, means):
            return not_yet(f"{linkage}: that is the distance between the two means; use all pairs of points.")
        if np.isclose(found, distance**2) or np.isclose(found, (every**2).mean()):
            return not_yet(f"{linkage}: those are squared distances; take the root of each.")
        return not_yet(f"{linkage}: expected {distance:.3f} for the two clusters tried, got {found:.3f}.")
    return None
