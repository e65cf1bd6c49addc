"""Exercises of lesson 06: metrics."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from helpers.exercises.kinds import build, defended, letter_of, numbers, statements
from helpers.exercises.machinery import NotYetError, Verdict, exercise, not_yet, table


@exercise("06-1")
def _(answer: Any) -> Verdict:
    third = -(np.log2(1 / 3) / 3 + 2 * np.log2(2 / 3) / 3)  # the doubt that is left in the middle cluster
    purity = {
        "that is one-to-one, or the majority of each *class*; take that of each cluster, also "
        "if two agree.": 5 / 8,
        "that is the mean over clusters; a large cluster counts more.": (1 + 2 / 3 + 1) / 3,
        "that many points, yes; which share of the eight?": 7,
        "in the middle cluster the majority is a: 2 of 3.": 6 / 8,
    }
    matched = {
        "that is purity: there two clusters may have the same name. Here each class gets one cluster.": 7 / 8,
        "names of clusters are arbitrary: match each class with the cluster that suits it best.": 3 / 8,
        "a has 2 in its best cluster; which is the best for b?": 4 / 8,
        "that many points, yes; which share of the eight?": 5,
    }
    pairs = {
        "that is the share of *all* pairs on which both agree, Rand; precision asks about pairs "
        "in the clusters.": 19 / 28,
        "that is pair recall: of the pairs in the classes. Precision is of those in the clusters.": 5 / 12,
        "that many pairs, yes; of how many?": 5,
        "of all 28 pairs; precision is of those that the clusters put together.": 5 / 28,
        "that is a share of points, 7 of 8; count pairs.": 7 / 8,
        "the middle cluster has 3 pairs, one of which belongs together.": 4 / 7,
    }
    doubt = {
        "that is the doubt that is left; which share is gone?": 3 / 8 * third,
        "weigh the doubt of a cluster by its size, 3 of 8.": 1 - third,
        "the mean over clusters; weigh by size, 3 of 8.": 1 - third / 3,
        "in yes-or-no questions: log2.": 1 - 3 / 8 * third * np.log(2),
        "that is completeness: who knows the class, what do they know of the cluster?": 0.4205,
        "that is the V-measure, of homogeneity and completeness together.": 0.5124,
    }
    return numbers(
        answer,
        ("purity", "one-to-one", "pair precision", "homogeneity"),
        (7 / 8, 5 / 8, 5 / 7, 1 - 3 / 8 * third),
        (purity, matched, pairs, doubt),
        "7 of 8 points, 5 of 8, 5 of 7 pairs; and of one question 3/8 x 0.92 is left.",
        within=0.0051,
    )


@exercise("06-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "a cluster in which spam is the majority only raises the purity above 0.9."),
            "b": (True, "a score of the kept says nothing about those left out."),
            "c": (False, "on the same rows they share their luck: look at the interval of the difference."),
            "d": (
                True,
                "a cluster of all the spam and a few others is mixed a little; and most pairs "
                "are pairs of harmless reviews.",
            ),
            "e": (False, "the silhouette is k-means' belief in another dress."),
            "f": (True, "far-off points please most internal scores."),
            "g": (False, "with the library's default they are one number under two names."),
            "h": (False, "a score that chose is too good; what took no part in the choice judges."),
        },
        "say what a blind answer gets, how many were kept, compare on the same rows, and look at the sizes.",
    )


def _purity(classes: np.ndarray, clusters: np.ndarray) -> float:
    return float(sum(np.bincount(classes[clusters == k]).max() for k in np.unique(clusters)) / len(classes))


def _rand(classes: np.ndarray, clusters: np.ndarray) -> float:
    above = np.triu_indices(len(classes), 1)
    return float(np.mean((classes[:, None] == classes)[above] == (clusters[:, None] == clusters)[above]))


def _pair_precision(classes: np.ndarray, clusters: np.ndarray) -> float:
    above = np.triu_indices(len(classes), 1)
    together = (clusters[:, None] == clusters)[above]
    return float((classes[:, None] == classes)[above][together].mean())


def _blind(score: Callable, classes: np.ndarray, clusters: np.ndarray, orders: np.ndarray) -> np.ndarray:
    return np.array([score(classes, clusters[order]) for order in orders])


@exercise("06-3")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(63)
    cases = []
    for name, score in (("pair precision", _pair_precision), ("Rand", _rand), ("purity", _purity)):
        for n, k, found in ((20, 3, 0.6), (30, 6, 0.6), (24, 3, 0)):
            classes = rng.choice(3, size=n, p=(0.4, 0.35, 0.25))
            clusters = np.where(rng.random(n) < found, (classes + 1) % k, rng.integers(k, size=n))
            if not found:  # as bad as can be: every class is spread over all clusters, below chance
                clusters = np.argsort(np.argsort(classes, kind="stable")) % k
            orders = np.array([rng.permutation(n) for _ in range(n + 5)])
            cases.append(
                (f"{name} of {n} points in {k} clusters, {n + 5} orders", (score, classes, clusters, orders))
            )

    def solution(score: Callable, *a: np.ndarray) -> float:
        blind = _blind(score, *a).mean()
        return float((score(*a[:2]) - blind) / (1 - blind))

    def against(blind: Callable[[np.ndarray], float], scale: Callable[[np.ndarray], float]) -> Callable:
        def wrong(score: Callable, *a: np.ndarray) -> float:
            blinds = _blind(score, *a)
            return float((score(*a[:2]) - blind(blinds)) / scale(blinds))

        return wrong

    mistakes = (
        (
            "divide by how far it is from blind answers to the best, 1 - their mean.",
            against(np.mean, lambda b: 1),
        ),
        (
            "that counts standard deviations of blind answers; divide by the way from their mean to 1.",
            against(np.mean, np.std),
        ),
        (
            "take the *mean* of the blind answers, not the best of them.",
            against(np.max, lambda b: 1 - b.max()),
        ),
        (
            "take the *mean* of the blind answers, not their median.",
            against(np.median, lambda b: 1 - np.median(b)),
        ),
        (
            "that is the score over blind ones; subtract their mean, above and below.",
            lambda s, *a: s(*a[:2]) / _blind(s, *a).mean(),
        ),
        ("that divides by the mean; divide by 1 - mean.", against(np.mean, np.mean)),
        (
            "only the first order was used; take the mean over all rows of orders.",
            lambda s, c, k, o: solution(s, c, k, o[:1]),
        ),
        (
            "nothing is above blind so: were the clusters, and only they, put in the order?",
            lambda s, c, k, o: 0.0,
        ),
        (
            "the first argument of the score are the classes.",
            lambda s, c, k, o: solution(lambda a, b: s(b, a), c, k, o),
        ),
        (
            "that is how often a blind answer gets as far; the share of the way is asked.",
            lambda s, *a: float(np.mean(_blind(s, *a) >= s(*a[:2]))),
        ),
        ("below chance is below 0: do not cut it off.", lambda *a: max(0.0, solution(*a))),
        ("below chance is below 0: keep the sign.", lambda *a: abs(solution(*a))),
        ("the score itself; what would chance get?", lambda s, *a: s(*a[:2])),
        (
            "that is the mean of blind answers; how far from it to 1 is the score?",
            lambda s, *a: _blind(s, *a).mean(),
        ),
    )
    return build(
        answer,
        "adjust(score, classes, clusters, orders)",
        cases,
        solution,
        mistakes,
        "what is above chance, as a share of what could be; below 0 it is less than chance.",
    )


@exercise("06-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(64)
    cases = []
    for n, better, wrong in ((400, 0.3, 0.25), (300, 0.1, 0.25), (90, 0.2, 0.9)):
        truth = rng.integers(3, size=n)
        first = np.where(rng.random(n) < wrong, (truth + 1) % 3, truth)
        second = np.where(rng.random(n) < better, rng.integers(3, size=n), first)
        draws = rng.integers(n, size=(60 + n // 5, n))
        cases.append((f"{n} rows, {len(draws)} draws", (truth, first, second, draws)))

    def shares(truth: np.ndarray, found: np.ndarray, draws: np.ndarray) -> np.ndarray:
        return (truth == found)[draws].mean(axis=1)

    def solution(
        t: np.ndarray, a: np.ndarray, b: np.ndarray, draws: np.ndarray, q: tuple = (0.05, 0.95)
    ) -> tuple:
        return tuple(np.quantile(shares(t, a, draws) - shares(t, b, draws), q))

    def each(t: np.ndarray, a: np.ndarray, b: np.ndarray, draws: np.ndarray) -> tuple:
        (low, high), (low_b, high_b) = (np.quantile(shares(t, x, draws), (0.05, 0.95)) for x in (a, b))
        return low - high_b, high - low_b

    def apart(t: np.ndarray, a: np.ndarray, b: np.ndarray, draws: np.ndarray) -> tuple:
        return tuple(np.quantile(shares(t, a, draws) - shares(t, b, draws[::-1]), (0.05, 0.95)))

    def ends(t: np.ndarray, a: np.ndarray, b: np.ndarray, draws: np.ndarray) -> tuple:
        (low, high), (low_b, high_b) = (np.quantile(shares(t, x, draws), (0.05, 0.95)) for x in (a, b))
        return low - low_b, high - high_b

    def rematched(t: np.ndarray, a: np.ndarray, b: np.ndarray, draws: np.ndarray) -> tuple:
        orders = [np.array(order) for order in itertools.permutations(range(3))]
        one, two = (np.max([shares(t, order[x], draws) for order in orders], axis=0) for x in (a, b))
        return tuple(np.quantile(one - two, (0.05, 0.95)))

    def normal(t: np.ndarray, a: np.ndarray, b: np.ndarray, draws: np.ndarray) -> tuple:
        d = shares(t, a, draws) - shares(t, b, draws)
        return d.mean() - 1.645 * d.std(), d.mean() + 1.645 * d.std()

    mistakes = (
        (
            "that subtracts the ends of two intervals: score both on the same rows, and take "
            "quantiles of the difference.",
            each,
        ),
        ("that is the difference of the ends of two intervals; take the ends of the differences.", ends),
        ("each had rows of its own: score both on the *same* draw, and subtract.", apart),
        ("first minus second.", lambda t, a, b, draws: solution(t, b, a, draws)),
        (
            "the middle 90 % lie between the quantiles 0.05 and 0.95.",
            lambda *a: solution(*a, q=(0.025, 0.975)),
        ),
        ("the middle 90 % lie between the quantiles 0.05 and 0.95.", lambda *a: solution(*a, q=(0.1, 0.9))),
        (
            "those are the smallest and the largest difference; take the middle 90 %.",
            lambda *a: solution(*a, q=(0, 1)),
        ),
        ("that is a bell around the mean; take the quantiles as they were drawn.", normal),
        (
            "those are of the first answer alone.",
            lambda t, a, b, d: tuple(np.quantile(shares(t, a, d), (0.05, 0.95))),
        ),
        (
            "the labels are names of classes already: equal or not, without any matching.",
            rematched,
        ),
        ("low first, then high.", lambda *a: solution(*a)[::-1]),
        ("that counts rows; give shares.", lambda t, *a: tuple(len(t) * x for x in solution(t, *a))),
    )
    return build(
        answer,
        "paired_interval(truth, first, second, draws)",
        cases,
        solution,
        mistakes,
        "what both get wrong on the same rows cancels in the difference.",
    )


@cache
def _six_tables() -> tuple[list[np.ndarray], list[bool], list[str]]:
    """Draw six tables of two columns, three of them with groups."""
    rng = np.random.default_rng(65)
    n = 300

    def turned(X: np.ndarray) -> np.ndarray:
        angle = rng.uniform(0, np.pi)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return X @ turn * rng.uniform(5, 20) + rng.uniform(20, 90, size=2)

    around = rng.uniform(0, 2 * np.pi, n)
    radius = np.where(np.arange(n) < 100, 0.5, 1.0) + 0.06 * rng.normal(size=n)
    ring = np.c_[radius * np.cos(around), radius * np.sin(around)]
    four = np.array([[0, 0], [5, 0], [0, 5], [5, 5]])[rng.integers(4, size=n)] + 0.9 * rng.normal(size=(n, 2))
    arc = rng.uniform(0, np.pi, n)
    upper = np.arange(n) < 150
    moons = np.c_[
        np.where(upper, np.cos(arc), 1 - np.cos(arc)), np.where(upper, np.sin(arc), 0.5 - np.sin(arc))
    ]
    drawn = [
        (
            turned(rng.random((n, 2)) * [2, 1.2]),
            False,
            "an evenly filled box: it may come back the same, and has no gap",
        ),
        (turned(ring), True, "two rings: no compact cluster, and a clear gap between"),
        (turned(rng.normal(size=(n, 2)) * [3, 1]), False, "one stretched bell, thick in the middle: no gap"),
        (turned(four), True, "four compact blobs, with gaps between them"),
        (
            rng.exponential(size=(n, 2)) * [7, 40] + [3, 20],
            False,
            "one-sided columns: far points, but one crowd",
        ),
        (turned(moons + 0.07 * rng.normal(size=(n, 2))), True, "two moons: not compact, and a gap between"),
    ]
    tables, groups, words = zip(*(drawn[i] for i in (2, 5, 0, 3, 4, 1)), strict=True)
    return list(tables), list(groups), list(words)


@table("06-5")
def _() -> list[np.ndarray]:
    return [X.copy() for X in _six_tables()[0]]


@exercise("06-5")
def _(answer: Any) -> Verdict:
    _, groups, words = _six_tables()
    reasons = {
        "a": "the evenly filled table comes back much the same, too, at some k.",
        "b": "the one-sided table beats boxes and bells, too, and has none.",
        "c": "",
        "d": "the one-sided table has a clear best k, too, and no groups.",
    }
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise NotYetError('give two things: answer = [True, ...], "a" (one for each table, and a letter).')
    given, reason = answer
    if np.shape(given) != (6,) or not all(each in (True, False) for each in np.asarray(given).tolist()):
        raise NotYetError("say True (groups) or False (none) for each of the six tables.")
    letter = letter_of(reason, reasons)
    wrong = [i for i in range(6) if bool(given[i]) != groups[i]]
    if len(wrong) == 6:
        return not_yet("all six are the wrong way round: True is for tables with groups.")
    if len(set(map(bool, given))) == 1:
        return not_yet("the same verdict for all six? Some have groups and some have none: draw them.")
    if wrong:
        return not_yet(
            f"{6 - len(wrong)} of 6 are right. Table {wrong[0]} (counted from 0) was "
            f"made as {words[wrong[0]]}."
        )
    return defended(
        "all six are right",
        letter,
        reasons,
        "three with groups, and only one of them in compact ones: a test of compact groups may "
        "miss the others.",
    )
