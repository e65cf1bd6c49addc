"""Exercises of lesson 10: choosing an algorithm."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from sklearn.cluster import DBSCAN, HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import scale

from helpers.exercises.kinds import (
    build,
    choices,
    defended,
    faults,
    labels_and_reason,
    numbers,
    scored,
    statements,
)
from helpers.exercises.machinery import Verdict, exercise, not_yet, table


@exercise("10-1")
def _(answer: Any) -> Verdict:
    pairs, slope, factor = 100_000 * 99_999 / 2, np.log(4.5 / 0.9) / np.log(3), 1000 / 60
    minutes = 4.5 * factor**slope / 60
    gigabytes = {
        "that counts each pair twice; the distance from a to b is that from b to a.": 16 * pairs / 1e9,
        "five billion pairs, yes; each takes 8 bytes.": pairs / 1e9,
        "divide the bytes by 10**9.": 8 * pairs,
        "those are gibibytes, of 2**30 bytes; a gigabyte has 10**9.": 8 * pairs / 2**30,
        "those are megabytes; divide by 1000 once more.": 8 * pairs / 1e6,
        "those are terabytes.": 0.04,
    }
    exponent = {
        "that is how many times longer it took; the exponent is log(5) / log(3).": 5,
        "that is 5 over 3; the exponent is the quotient of the logarithms.": 5 / 3,
        "the other way round: the logarithm of the times over that of the sizes.": 1 / slope,
        "the logarithm of 5; divide it by that of 3.": np.log(5),
        "the logarithm of 5 to base 10; divide it by that of 3.": np.log10(5),
        "to two decimals.": 1.5,
    }
    doubled = {
        "that takes the cost for proportional to n.": 2,
        "that is with an exponent of 2.": 4,
        "2 to the power of the exponent, not times it.": 2 * slope,
        "that is what three times the points cost.": 5,
        "that goes on with the rounded exponent; round at the end.": 2**1.5,
    }
    time = {
        "that is in seconds.": 60 * minutes,
        "that takes cost for proportional to n; but three times the points took five times.": 4.5
        * factor
        / 60,
        "that is with an exponent of 2; take that of the two fits.": 4.5 * factor**2 / 60,
        "0.9 s belong to 20,000 points, of which a million is 50 times as many.": 0.9 * factor**slope / 60,
        "that is how many times longer than the second fit.": factor**slope,
        "that is in hours.": minutes / 60,
        "that goes on with the rounded exponent, 1.5; round at the end.": 4.5 * factor**1.5 / 60,
        "that goes on with the rounded exponent, 1.46; round at the end.": 4.5 * factor**1.46 / 60,
    }
    return numbers(
        answer,
        ("gigabytes", "exponent", "factor for twice the points", "minutes"),
        (8 * pairs / 1e9, slope, 2**slope, minutes),
        (gigabytes, exponent, doubled, time),
        "5 billion pairs of 8 bytes; log 5 / log 3; 2 to that power; and 16.7 to the exponent, "
        "times 4.5 s, in minutes: a forecast.",
        within=(0.5, 0.0053, 0.0151, 0.06),
        roughly=0.003,
    )


@exercise("10-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (
                True,
                "an interval of that width spans orders of magnitude a few hundred times further on.",
            ),
            "b": (
                True,
                "of those in the table only the mixtures give a share in every group, and they "
                "place new points.",
            ),
            "c": (
                False,
                "its memory grows with the square of n, and is full while a fit takes seconds or minutes.",
            ),
            "d": (True, "to the ARI the noise is one more group, which may fit a real one."),
            "e": (
                False,
                "a strong hint, no verdict: touching groups of unequal density were stopped as well.",
            ),
            "f": (False, "one useless column was enough for some: whoever asks who is near depends on it."),
            "g": (False, "each criterion has its own purpose; the number is a question about yours."),
            "h": (True, "columns that repeat each other vote together."),
        },
        "intervals, pictures, columns and purposes: none of them is in the score.",
    )


@exercise("10-3")
def _(answer: Any) -> Verdict:
    every = "most belong to none, so what puts everybody into a group is out"
    mistakes: list[dict[str, str]] = [
        {
            "": f"{every}; which one follows a bend and knows noise?",
            "e": f"an ellipse does not follow a bend, and {every}.",
            "g": f"{every}.",
            "d": f"150,000 points are about 90 GB of distances, and {every}.",
            "h": "that most belong to none is no reason to stop; the flow stops only where both "
            "tests say one.",
            "a": "metres on a flat map are points already; Euclid's distance is right for them.",
        },
        {"": "there are links and no coordinates; who looks for parts with few links to the rest?"},
        {"": "categories are no points: before any algorithm, what is *near*?"},
        {"": "groups within groups, and a picture of them: who returns a tree?"},
        {
            "": "groups that lean and overlap, with probabilities: who has both?",
            "c": "HDBSCAN has a strength, no shares.",
        },
        {
            "": "they do not fit in memory: who takes a piece at a time?",
            "g": "k-means wants all rows at once.",
        },
        {"": "compact, alike, number known: the plain case that is left.", "f": "40,000 rows fit in memory."},
    ]
    return choices(
        answer,
        ("1", "2", "3", "4", "5", "6", "7"),
        "abcdefgh",
        ("c", "ba", "a", "d", "e", "f", "g"),
        mistakes,
        "start from what the rows are, then from what you must have; the plain case is what is left.",
    )


def _alarm(distances: np.ndarray, window: int, factor: float) -> int:
    late = np.flatnonzero(distances[window:] > factor * distances[:window].mean())
    return int(late[0]) + window if len(late) else -1


@exercise("10-4")
def _(answer: Any) -> Verdict:
    given = [
        ([1.0, 1.1, 0.9, 1.2, 1.6, 2.0], 3, 1.5),
        ([1.0, 2.0, 3.0, 2.5, 3.2, 5.0], 3, 1.5),
        ([1.0, 3.0, 1.0, 1.0, 1.0, 4.0], 3, 1.5),
        ([1.0, 1.0, 4.0, 2.5, 3.5], 3, 1.5),
        ([2.0, 2.0, 1.0, 1.0, 1.0], 2, 1.2),
        ([1.0, 1.0, 4.0, 1.0, 4.0], 3, 1.5),
        ([1.0, 1.0, 4.0, 4.0], 3, 1.5),
        ([5.0, 5.0, 3.0, 4.6], 2, 0.9),
        ([1.0, 1.0, 1.0, 1.5, 1.5], 3, 1.5),
        ([2.0, 2.0, 2.0, 2.2, 2.4, 2.6, 3.1], 2, 1.5),
        ([1.0, 1.0, 1.4, 1.0, 1.0, 1.45, 1.0], 2, 1.3),
    ]
    rng = np.random.default_rng(104)
    for n, window, factor in ((30, 5, 1.3), (20, 8, 1.1), (12, 1, 1.2)):
        given.append(((1 + 0.03 * np.arange(n) + 0.2 * rng.random(n)).round(2).tolist(), window, factor))
    cases = [(f"drifting({d}, {w}, {f})", (np.array(d), w, f)) for d, w, f in given]

    def first(
        over: Callable[[np.ndarray, int, float], np.ndarray], add: bool = True, none: int = -1
    ) -> Callable:
        def wrong(d: np.ndarray, w: int, f: float) -> int:
            places = np.flatnonzero(over(d, w, f))
            return int(places[0]) + w * add if len(places) else none

        return wrong

    def above(d: np.ndarray, w: int, f: float) -> np.ndarray:
        return d[w:] > f * d[:w].mean()

    def rolling(d: np.ndarray, w: int, f: float) -> np.ndarray:
        return np.array([d[i] > f * d[i - w : i].mean() for i in range(w, len(d))])

    def so_far(d: np.ndarray, w: int, f: float) -> np.ndarray:
        return np.array([d[i] > f * d[:i].mean() for i in range(w, len(d))])

    mistakes = (
        ("add the window: count from the first batch of all.", first(above, add=False)),
        (
            "where no batch is over the limit, the answer is -1 (argmax of all False is 0).",
            lambda d, w, f: int(above(d, w, f).argmax()) + w,
        ),
        (
            "where no batch is over the limit, the answer is -1 (argmax of all False is 0).",
            lambda d, w, f: int(above(d, w, f).argmax()),
        ),
        (
            "where no batch is over the limit, the answer is -1, and not the number of batches.",
            lambda d, w, f: int(np.append(above(d, w, f), True).argmax()) + w,
        ),
        ("*more* than the limit, not equal to it.", first(lambda d, w, f: d[w:] >= f * d[:w].mean())),
        (
            "the first batches set the limit, and raise no alarm.",
            first(lambda d, w, f: d > f * d[:w].mean(), add=False),
        ),
        (
            "the limit hangs on the *mean* of the window, not on its median.",
            first(lambda d, w, f: d[w:] > f * np.median(d[:w])),
        ),
        ("the limit is set once, by the first batches; yours moves along with the data.", first(rolling)),
        ("the limit is set once, by the first batches; yours takes in all so far.", first(so_far)),
        (
            "that is the mean of all batches; the limit comes from the first ones.",
            first(lambda d, w, f: d[w:] > f * d.mean()),
        ),
        (
            "that is the largest distance; the *first* one over the limit is asked for.",
            lambda d, w, f: int(d[w:].argmax()) + w if above(d, w, f).any() else -1,
        ),
        (
            "that is the last alarm; the first is asked for.",
            lambda d, w, f: int(np.flatnonzero(above(d, w, f))[-1]) + w if above(d, w, f).any() else -1,
        ),
        ("`factor` times the mean; yours is added.", first(lambda d, w, f: d[w:] > f + d[:w].mean())),
        (
            "the limit is that of the window's largest; take its mean.",
            first(lambda d, w, f: d[w:] > f * d[:w].max()),
        ),
    )
    return build(
        answer,
        "drifting(distances, window, factor)",
        cases,
        _alarm,
        mistakes,
        "a mean, a limit, and the first batch beyond it.",
    )


@cache
def _bends() -> tuple[np.ndarray, np.ndarray]:
    """Draw bent groups, a loose arc around a core, strays, and two columns about nothing."""
    rng = np.random.default_rng(1011)

    def arc(
        n: int, middle: tuple[float, float], radius: float, begin: float, end: float, wide: float
    ) -> np.ndarray:
        even = np.linspace(begin, end, n)  # nearly: without gaps by chance
        angle, away = (np.sort(rng.uniform(begin, end, n)) + 2 * even) / 3, radius + wide * rng.normal(size=n)
        return np.c_[middle[0] + away * np.cos(angle), middle[1] + away * np.sin(angle)]

    pi, sizes = np.pi, (240, 200, 150, 130)
    groups = np.vstack(
        [
            arc(sizes[0], (0, 0), 1, 0.1, pi - 0.1, 0.05),
            arc(sizes[1], (1, 0.35), 1, pi + 0.1, 2 * pi - 0.1, 0.05),
            arc(sizes[2], (4.6, 0.2), 1.7, 0.5 * pi, 1.5 * pi, 0.2),
            np.c_[4.6 + 0.22 * rng.normal(size=sizes[3]), 0.2 + 0.22 * rng.normal(size=sizes[3])],
        ]
    )
    strays: list[np.ndarray] = []
    while len(strays) < 45:
        place = rng.uniform([-2.2, -2.6], [6.4, 2.9])
        if np.linalg.norm(groups - place, axis=1).min() > 0.35:
            strays.append(place)
    both, truth = np.vstack([groups, strays]), np.r_[np.repeat(range(4), sizes), [-1] * 45]
    n, order = len(truth), rng.permutation(len(truth))
    x, y = both[order].T
    return np.c_[20 * x + 100, rng.uniform(0, 900, n), 3 * y, rng.integers(1, 400, n)], truth[order]


@table("10-5")
def _() -> np.ndarray:
    return _bends()[0].copy()


@exercise("10-5")
def _(answer: Any) -> Verdict:
    X, truth = _bends()
    reasons = {
        "a": "in the loose arc many rows are nearer to the middle of another group, and strays "
        "belong to none.",
        "b": "no ellipse follows an arc, and every stray belongs to some ellipse.",
        "c": "",
        "d": "draw the first column against the third: there are empty places between crowds.",
        "e": "cut at four, single linkage gives clusters to strays, Ward cuts the bent groups; "
        "and a tree has no word for noise.",
    }
    labels, reason = labels_and_reason(answer, len(X), reasons)

    faults(labels, truth)
    if reason == "d" and len(np.unique(labels)) == 1:
        return not_yet(
            "in all four columns both tests of the gate may say one: two columns about nothing "
            "drown the others. Draw each against each."
        )

    def known() -> list[tuple[str, np.ndarray]]:
        two, every, raw = scale(X[:, [0, 2]]), scale(X), X[:, [0, 2]]
        noisy = (
            "two of the four columns are about nothing, and so are neighbours in them; draw "
            "each against each."
        )
        units = "the widest column decided nearly alone; look at the units."
        centers = "centers, which cut bent groups and take in every stray; draw the columns that matter."
        k = len(np.unique(labels))
        dense = [HDBSCAN(min_cluster_size=m, min_samples=s, copy=True) for m in (10, 25, 40) for s in (5, m)]
        return [
            *((noisy, model.fit_predict(every)) for model in dense),
            (noisy, KMeans(k, n_init=10, random_state=0).fit_predict(every)),
            *((units, model.fit_predict(raw)) for model in dense),
            (units, KMeans(k, n_init=10, random_state=0).fit_predict(X)),
            (centers, KMeans(k, n_init=10, random_state=0).fit_predict(two)),
            (
                "ellipses, which do not bend and take in every stray.",
                GaussianMixture(k, n_init=5, random_state=0).fit_predict(two),
            ),
            ("Ward, which keeps groups compact; these are not.", AgglomerativeClustering(k).fit_predict(two)),
            *(
                (
                    "settings so strict break groups into pieces (a small eps, a large min_samples).",
                    DBSCAN(eps=e).fit_predict(two),
                )
                for e in (0.06, 0.08, 0.1, 0.12)
            ),
            *(
                ("a radius so large joins groups.", DBSCAN(eps=e).fit_predict(two))
                for e in (0.35, 0.4, 0.5, 0.6)
            ),
        ]

    kept = [np.mean(labels[truth == group] >= 0) for group in range(4)]
    strays = np.mean(labels[truth < 0] < 0)
    groups = int(np.sum(np.unique(labels[labels >= 0], return_counts=True)[1] >= 15))
    score = scored(labels, truth, 0.9, known, good=min(kept) > 0.7 and strays > 0.6 and groups == 4)
    return defended(
        f"the groups are right ({score:.2f})",
        reason,
        reasons,
        f"agreement {score:.2f} with four groups, some bent, of several densities, and strays "
        "that belong to none.",
    )
