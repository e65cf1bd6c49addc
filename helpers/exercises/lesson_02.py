"""Exercises of lesson 02: hierarchical clustering."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import linkage

from helpers.exercises.kinds import agreement, build, defended, faults, labels_and_reason, numbers, statements
from helpers.exercises.machinery import Verdict, exercise, not_yet, table


@exercise("02-1")
def _(answer: Any) -> Verdict:
    clusters = {
        "that many merges lie below the cut; each lowers the number by one, from 7.": 4,
        "two merges lie above the cut, and undoing both gives three; or was point 6 forgotten?": 2,
        "nothing has been merged then; do the merges up to 2.0.": 7,
    }
    meet = {
        "at that height point 5 was merged, with others; when did point 1 join them?": 1.1,
        "at that height point 1 was merged, with others; when did point 5 join them?": 0.4,
        "then cluster 7 is merged, that has point 1; is point 5 in it?": 0.9,
        "that is the root, where all meet; they meet before.": 3.0,
        "that is the name of the cluster in which they meet; at which distance was it made?": 11,
    }
    merges = {
        "after six merges one cluster is left.": 6,
        "off by one: after 1 merge there are 6 clusters, after 2 merges 5.": 4,
        "that is the number of clusters left; how many merges does it take?": 2,
        "that is the name of a cluster; count the merges that made it.": 11,
    }
    return numbers(
        answer,
        ("clusters at 2.0", "height at which 1 and 5 meet", "merges until two are left"),
        (3, 2.8, 5),
        (clusters, meet, merges),
        "{0, 1, 4}, {2, 3, 5} and 6 at 2.0; 1 and 5 meet where the first two do; and 7 - 2 merges.",
    )


@exercise("02-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "one customer took a cluster; the groups may be whole further down the same tree."),
            "b": (False, "complete linkage may give its clusters to far points as well; it is not known."),
            "c": (False, "a stray that joins late gives such sizes, too, without any row of points."),
            "d": (
                True,
                "one of the gaps is always the largest, in the tree of noise as well; and here "
                "one side is a stray.",
            ),
            "e": (True, "200,000 squared, half of it, times 8 bytes."),
            "f": (False, "a merge is never undone: who was merged stays, whatever the group becomes."),
            "g": (
                False,
                "each branch may be mirrored: neighbouring leaves of different branches need not be near.",
            ),
        },
        "look further down, count only what is large, distrust the largest gap, and reckon before you fit.",
    )


@exercise("02-3")
def _(answer: Any) -> Verdict:
    exchanged = ([2, 6, 1, 1.4], [2, 1.4, 1, 6])
    if isinstance(answer, list | tuple | np.ndarray) and list(answer) in exchanged:
        return not_yet("the two are exchanged: single linkage chains, complete does not.")
    both = {
        "single linkage chains: point after point joins the same cluster, until one is left.": 2,
        "three and three is not a chain: point after point joins the same cluster.": 3,
        "that is the larger of the two.": 5,
    }
    single = {
        "single linkage goes by the nearest pair: of 6.0 and the chain, 4.6 and 6.0.": 6.0,
        "that is the mean over all pairs.": 3.8,
        "that is the gap before the last; which one is the widest?": 1.3,
    }
    complete = {
        "a cluster of one is what single linkage leaves.": 1,
        "three and three? After three merges of neighbours, which two pairs are nearest?": 3,
        "that is the larger of the two.": 4,
    }
    height = {
        "complete linkage goes by the furthest pair: 0 and 6.0.": 1.4,
        "that is the mean over all pairs of the two clusters.": 3.7,
        "that is the distance from 0 to the nearest of the other cluster; take the furthest.": 4.6,
        "that is the merge before the last; the last joins 0 and 6.0.": 3.3,
        "that is the distance of the nearest pair, as in single linkage; take the furthest.": 1.3,
    }
    return numbers(
        answer,
        (
            "the smaller cluster of single",
            "its last merge",
            "the smaller cluster of complete",
            "the last merge of complete",
        ),
        (1, 1.4, 2, 6.0),
        (both, single, complete, height),
        "single linkage adds point after point to its chain, and leaves the last; complete linkage pairs.",
    )


def _heights(D: np.ndarray, join: Callable[..., np.ndarray], diagonal: float = np.inf) -> np.ndarray:
    """Merge the nearest two clusters until one is left; return the heights."""
    D = D.astype(float)
    np.fill_diagonal(D, diagonal)
    sizes, found = np.ones(len(D)), []
    while len(D) > 1:
        i, j = sorted(np.unravel_index(D.argmin(), D.shape))
        i, j = (i, j) if i != j else (i, j + 1 if j + 1 < len(D) else j - 1)
        found.append(D[i, j])
        D[i] = D[:, i] = join(D[i], D[j], sizes[i], sizes[j])
        D[i, i] = diagonal
        sizes[i] += sizes[j]
        D, sizes = np.delete(np.delete(D, j, 0), j, 1), np.delete(sizes, j)
    return np.array(found)


_JOINS: dict[str, Callable[..., np.ndarray]] = {
    "single": lambda a, b, m, n: np.minimum(a, b),
    "complete": lambda a, b, m, n: np.maximum(a, b),
    "average": lambda a, b, m, n: (m * a + n * b) / (m + n),
}


@exercise("02-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(2)
    cases = []
    for n in (2, 3, 7, 12):
        points = rng.normal(size=(n, 2))
        apart = np.linalg.norm(points[:, None] - points, axis=2)
        words = 4 * rng.permutation(np.arange(n * n)).reshape(n, n) + 1.0  # no points have these distances
        words = np.triu(words, 1) + np.triu(words, 1).T
        for linkage_name in _JOINS:
            cases.append((f"{n} points, {linkage_name}", (apart, linkage_name)))
            cases.append((f"a table of {n} words, {linkage_name}", (words, linkage_name)))

    def solution(D: np.ndarray, linkage_name: str) -> np.ndarray:
        return _heights(D, _JOINS[linkage_name])

    def halves(D: np.ndarray, linkage_name: str) -> np.ndarray:
        if linkage_name == "average":
            return _heights(D, lambda a, b, m, n: (a + b) / 2)
        return solution(D, linkage_name)

    def exchanged(D: np.ndarray, linkage_name: str) -> np.ndarray:
        return solution(D, {"single": "complete", "complete": "single"}.get(linkage_name, linkage_name))

    def never(D: np.ndarray, linkage_name: str) -> np.ndarray:
        return np.sort(D[np.triu_indices(len(D), 1)])[: len(D) - 1]

    mistakes = (
        ("average: a cluster of many counts more than one of few; take the mean over all pairs.", halves),
        ("single and complete are exchanged.", exchanged),
        ("a point is at distance 0 from itself: leave out the diagonal.", lambda D, _: np.zeros(len(D) - 1)),
        ("those are the smallest distances of all; after a merge the distances are between clusters.", never),
        *(
            (f"that is {name} linkage, whatever is asked for.", lambda D, _, name=name: solution(D, name))
            for name in _JOINS
        ),
        ("in the order of the merges: the smallest first.", lambda D, name: solution(D, name)[::-1]),
        (
            "D is a table of distances already; its rows are no points.",
            lambda D, name: linkage(D, name)[:, 2],
        ),
        ("those are squared.", lambda D, name: solution(D, name) ** 2),
    )
    return build(
        answer,
        "merge_heights(D, method)",
        cases,
        solution,
        mistakes,
        "nothing but a table is needed: the nearest two, their distance, and a rule for the union.",
    )


@cache
def _families() -> tuple[np.ndarray, np.ndarray]:
    """Draw strings of four families and a few strays, and count the places at which each two differ."""
    rng = np.random.default_rng(206)
    length, rows, truth = 60, [], []
    ancestors = rng.integers(4, size=(4, length))
    for family, size in enumerate((34, 28, 20, 14)):
        for _ in range(size):
            row, changed = ancestors[family].copy(), rng.random(length) < rng.uniform(0.2, 0.6)
            row[changed] = rng.integers(4, size=changed.sum())
            rows.append(row)
            truth.append(family)
    strays = list(rng.integers(4, size=(5, length)))
    order = rng.permutation(len(rows) + 5)
    strings, origin = np.array(rows + strays)[order], np.array(truth + [-1] * 5)[order]
    return (strings[:, None] != strings).sum(axis=2), origin


@table("02-5")
def _() -> np.ndarray:
    return _families()[0].copy()


@exercise("02-5")
def _(answer: Any) -> Verdict:
    D, truth = _families()
    reasons = {
        "a": "",
        "b": "the rows between groups only join them too early: there is nothing that has to be followed.",
        "c": "SciPy computes something from any table; Ward's rule means what it says for points with means.",
        "d": "the largest gap of average linkage's tree names eight: the groups, and their crumbs.",
    }
    labels, reason = labels_and_reason(answer, len(D), reasons)
    kept = (labels >= 0) & (truth >= 0)
    left_out, lost = int(np.sum((truth < 0) & (labels < 0))), int(np.sum((truth >= 0) & (labels < 0)))
    told = faults(labels, truth)
    if not np.any(labels < 0):
        return not_yet(f"things that belong nowhere get the label -1; nobody has it yet. {told}")
    if np.mean(labels < 0) > 0.4:
        return not_yet(
            f"{np.mean(labels < 0):.0%} are in no group: another linkage, or another size of "
            "what counts as large?"
        )
    names, sizes = np.unique(labels[labels >= 0], return_counts=True)
    score = agreement(labels[kept], truth[kept])
    if score < 0.95 or left_out < 3 or lost > 8:
        more = "Lower the cut, keep what is large, and call the rest -1." if "went together" in told else ""
        return not_yet(
            f"agreement of those in groups (ARI): {np.floor(100 * score) / 100:.2f}. {told} {more}"
        )
    if len(names) > 4:
        return not_yet(
            f"{len(names)} groups, the smallest of {sizes.min()}: is that a group, or a piece of one?"
        )
    return defended(
        f"the groups are right ({score:.2f})",
        reason,
        reasons,
        f"agreement {score:.2f} with the four families of strings behind the table, and "
        f"{left_out} of 5 strays left out: a tree needs no coordinates, and a crumb is no group.",
    )
