"""Exercises of lesson 07: customer segmentation."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import scale

from helpers.exercises.kinds import agreement, build, defended, labels_and_reason, numbers, scored, statements
from helpers.exercises.machinery import Verdict, exercise, not_yet, table


@exercise("07-1")
def _(answer: Any) -> Verdict:
    ages = np.array([18, 25, 30, 30, 45, 52, 70])
    counts = [np.sum((ages >= low) & (ages <= high)) for low, high in ((18, 30), (30, 45), (45, 70))]
    total = {
        "that is how many there are; the groups overlap at 30 and at 45.": len(ages),
        "there are two borders; how many customers stand on 30, and how many on 45?": len(ages) + 2,
        "one border was seen; how many customers stand on 30, and how many on 45?": len(ages) + 1,
    }
    years = {
        "the sign: below zero is younger than the mean.": 52,
        "that is how far from the mean, in years; where is the mean?": 12,
        "that is how far from the mean; add the mean.": -12,
        "0.8 is in standard deviations; how many years are that?": 39.2,
        "multiply by the deviation, 15.": 40 - 0.8 / 15,
        "0.8 of a deviation, not a whole one.": 25,
    }
    standard = {
        "divide by the standard deviation as well.": 35,
        "subtract the mean first.": 95 / 25,
        "the sign: above the mean is above zero.": -1.4,
        "by the deviation, 25, not by the mean.": 35 / 60,
        "by the deviation, not by its square, the variance.": 35 / 625,
    }
    return numbers(
        answer,
        ("the sum of the counts", "years", "in standardised units"),
        (sum(counts), 28, 1.4),
        (total, years, standard),
        "two aged 30 and one aged 45 counted twice; 40 - 0.8 x 15; and (95 - 60) / 25.",
        within=(1e-6, 1e-6, 0.006),
    )


@exercise("07-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "standardised, a column of two values is two heaps far apart."),
            "b": (False, "it shows that the columns hang together; one slanted bell passes."),
            "c": (True, "a shuffled grid is a grid again, with the same silhouette."),
            "d": (
                True,
                "the coarse and the fine answer may both come back; it strikes out, and does not choose.",
            ),
            "e": (True, "the variable outlives the loop, and holds the last model."),
            "f": (False, "everybody may have moved, with the shares as they were: test the distances, too."),
            "g": (False, "silhouettes of different columns are about different distances."),
            "h": (False, "they may have spent more anyway: leave out a random half, and compare."),
        },
        "a test says what it asks, a loop leaves its last model, and only a comparison tells of a letter.",
    )


@exercise("07-3")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(7)
    cases = []
    for m, k in ((30, 4), (12, 2), (5, 3), (40, 6)):
        means, deviations = np.array([39.0, 60.0, 50.0]), np.array([14.0, 26.0, 5.0])
        new = means + deviations * rng.normal(1.0, 1.0, size=(m, 3))
        cases.append((f"{m} new customers, {k} segments", (new, rng.normal(size=(k, 3)), means, deviations)))

    def nearest(points: np.ndarray, centers: np.ndarray) -> np.ndarray:
        return np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)

    def solution(
        new: np.ndarray, centers: np.ndarray, means: np.ndarray, deviations: np.ndarray
    ) -> np.ndarray:
        return nearest((new - means) / deviations, centers)

    def own_units(new: np.ndarray, centers: np.ndarray, *_: np.ndarray) -> np.ndarray:
        spread = np.where(new.std(axis=0) > 0, new.std(axis=0), 1)
        return nearest((new - new.mean(axis=0)) / spread, centers)

    mistakes = (
        (
            "the centers are in standardised units already; the customers are not.",
            lambda n, c, m, d: nearest(n, (c - m) / d),
        ),
        (
            "the centers are in standardised units already; only the customers are not.",
            lambda n, c, m, d: nearest((n - m) / d, (c - m) / d),
        ),
        (
            "the centers are in standardised units and the customers are not.",
            lambda n, c, m, d: nearest(n, c),
        ),
        ("standardise with the *old* means and deviations; these new customers differ.", own_units),
        ("divide by the deviations as well.", lambda n, c, m, d: nearest(n - m, c)),
        ("subtract the means as well, before you divide.", lambda n, c, m, d: nearest(n / d, c)),
        ("divide by the deviations; those are multiplied.", lambda n, c, m, d: nearest((n - m) * d, c)),
        ("first minus the mean, then divided: mind the brackets.", lambda n, c, m, d: nearest(n - m / d, c)),
        (
            "divide by the deviation, not by its square, the variance.",
            lambda n, c, m, d: nearest((n - m) / d**2, c),
        ),
        (
            "that is the center *farthest* away; argmin, not argmax.",
            lambda n, c, m, d: np.linalg.norm(((n - m) / d)[:, None] - c, axis=2).argmax(axis=1),
        ),
        (
            "you brought the centers to years, k$ and points, but distances there weigh income "
            "most; compare in standardised units.",
            lambda n, c, m, d: nearest(n, c * d + m),
        ),
        (
            "k-means squares the differences; you added their absolute values.",
            lambda n, c, m, d: np.abs(((n - m) / d)[:, None] - c).sum(axis=2).argmin(axis=1),
        ),
        (
            "differences with opposite signs cancel: square them.",
            lambda n, c, m, d: (((n - m) / d)[:, None] - c).sum(axis=2).argmin(axis=1),
        ),
        ("segments are counted from 0.", lambda *a: solution(*a) + 1),
    )
    return build(
        answer,
        "place(new, centers, means, deviations)",
        cases,
        solution,
        mistakes,
        "their units first, with the old table's mean and deviation, then the nearest center.",
    )


def _overlaps(own: np.ndarray, again: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count the members in both, in each of our segments, and in each of the others."""
    mine, other = own[:, None] == np.unique(own), again[:, None] == np.unique(again)
    return mine.T.astype(int) @ other, mine.sum(axis=0)[:, None], other.sum(axis=0)


@exercise("07-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(74)
    cases = []
    for n, k, other, same in ((60, 4, 4, 0.8), (50, 3, 5, 0.6), (40, 5, 3, 0.7), (30, 2, 6, 0.5)):
        own = np.r_[:k, rng.choice(k, size=n - k, p=rng.dirichlet(np.full(k, 3.0)))]
        names = rng.permutation(other)
        again = np.where(rng.random(n) < same, names[own % other], rng.integers(other, size=n))
        cases.append((f"{n} customers, {k} segments and then {len(np.unique(again))}", (own, again)))
    numbers_of = np.array([9, 3, 7, 4])
    odd = (numbers_of[rng.integers(4, size=30)], 5 * rng.integers(3, size=30) + 2)
    cases.append(("segments 9, 3, 7 and 4, in any order", odd))
    cases.append(("segments 7, 3, 3, 9, 9, 9", (np.array([7, 3, 3, 9, 9, 9]), np.array([4, 4, 1, 8, 8, 1]))))
    cases.append(
        ("the same segments under other names", (np.array([0, 0, 1, 1, 2]), np.array([2, 2, 0, 0, 1])))
    )

    def solution(own: np.ndarray, again: np.ndarray) -> np.ndarray:
        both, mine, other = _overlaps(own, again)
        return (both / (mine + other - both)).max(axis=1)

    def worst(own: np.ndarray, again: np.ndarray) -> np.ndarray:
        both, mine, other = _overlaps(own, again)
        return (both / (mine + other - both)).min(axis=1)

    def by_number(own: np.ndarray, again: np.ndarray) -> np.ndarray:
        return np.array(
            [np.sum((own == j) & (again == j)) / np.sum((own == j) | (again == j)) for j in np.unique(own)]
        )

    def as_they_come(own: np.ndarray, again: np.ndarray) -> np.ndarray:
        first = np.sort(np.unique(own, return_index=True)[1])
        return solution(own, again)[np.searchsorted(np.unique(own), own[first])]

    def few_clusters(own: np.ndarray, again: np.ndarray) -> np.ndarray:
        found = []
        for j in np.unique(own):
            mine = own == j
            every = [again == c for c in range(len(np.unique(own)))]
            found.append(max(np.sum(mine & other) / np.sum(mine | other) for other in every))
        return np.array(found)

    def largest_share(own: np.ndarray, again: np.ndarray) -> np.ndarray:
        both, mine, other = _overlaps(own, again)
        best = both.argmax(axis=1)
        rows = np.arange(len(both))
        return both[rows, best] / (mine[:, 0] + other[best] - both[rows, best])

    def ratio(over: str) -> Any:
        def wrong(own: np.ndarray, again: np.ndarray) -> np.ndarray:
            both, mine, other = _overlaps(own, again)
            below = {
                "mine": mine + 0 * other,
                "other": other + 0 * mine,
                "half": (mine + other) / 2,
                "sum": mine + other,
                "all": np.full(both.shape, len(own)),
                "one": np.ones(both.shape),
                "larger": np.maximum(mine, other),
                "smaller": np.minimum(mine, other),
            }[over]
            return (both / below).max(axis=1)

        return wrong

    mistakes = (
        ("the numbers of the second answer are arbitrary: look for the cluster that fits best.", by_number),
        ("members in both over members in *either*; you divide by the segment alone.", ratio("mine")),
        ("members in both over members in *either*; you divide by the cluster alone.", ratio("other")),
        ("over those in either, not over the larger of the two.", ratio("larger")),
        ("over those in either, not over the smaller of the two.", ratio("smaller")),
        (
            "the segments in the order of np.unique(own), not in that of the rows.",
            as_they_come,
        ),
        (
            "the other run may have more clusters than ours, with other numbers.",
            few_clusters,
        ),
        ("that is how much differs: 1 minus the index.", lambda own, again: 1 - solution(own, again)),
        ("that is twice the common members over the sum (Dice); over those in either.", ratio("half")),
        ("who is in both is counted twice in the sum of the sizes: take it off once.", ratio("sum")),
        ("over members in either, not over all customers.", ratio("all")),
        ("those are counts of members in both; divide by those in either.", ratio("one")),
        (
            "the cluster with the most common members need not have the best Jaccard: it may be huge.",
            largest_share,
        ),
        (
            "that asks for each cluster of the *second* answer; ask for each segment of the first.",
            lambda own, again: solution(again, own),
        ),
        (
            "that is the worst match of each segment; the best is asked for.",
            worst,
        ),
        (
            "one number hides the segment that dissolves: return one for each.",
            lambda own, again: np.full(len(np.unique(own)), solution(own, again).mean()),
        ),
    )
    return build(
        answer,
        "come_back(own, again)",
        cases,
        solution,
        mistakes,
        "for each segment the cluster that fits it best, and how well: in both over in either.",
    )


@cache
def _shoppers() -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Draw shoppers of four kinds, 300 of this month and 120 of the next, and their kinds."""
    rng = np.random.default_rng(75)
    centers = np.array([[2.2, 1300], [4.5, 7400], [11.0, 2200], [7.2, 4400]])
    spreads = np.array([[0.6, 300], [0.9, 800], [1.1, 450], [0.8, 550]])

    def month(shares: list[float], n: int) -> tuple[pd.DataFrame, np.ndarray]:
        kind = rng.choice(4, size=n, p=shares)
        visits, basket = (centers[kind] + spreads[kind] * rng.normal(size=(n, 2))).T
        drawn = {
            "Visits": visits.clip(0.5).round(1),
            "Basket": basket.clip(200).round(),
            "Age": rng.integers(18, 85, size=n),
            "Member": (rng.random(n) < 0.5).astype(int),
            "Distance": rng.gamma(2.0, 3.0, size=n).round(1),
        }
        return pd.DataFrame(drawn), kind

    old, old_kind = month([0.35, 0.2, 0.15, 0.3], 300)
    new, new_kind = month([0.08, 0.12, 0.6, 0.2], 120)
    return old, new, np.r_[old_kind, new_kind]


@table("07-5")
def _() -> tuple[pd.DataFrame, pd.DataFrame]:
    old, new, _ = _shoppers()
    return old.copy(), new.copy()


def _fitted(
    features: list[str], k: int, standardised: bool = True, own: bool = False, anew: bool = False
) -> np.ndarray:
    """Return the labels of both months, by one of several ways."""
    old, new = (month[features].to_numpy(dtype=float) for month in _shoppers()[:2])
    means, widths = (old.mean(axis=0), old.std(axis=0)) if standardised else (0, 1)
    model = KMeans(k, n_init=10, random_state=0).fit((old - means) / widths)
    if anew:
        return np.r_[model.labels_, KMeans(k, n_init=10, random_state=0).fit_predict(scale(new))]
    placed = scale(new) if own else (new - means) / widths
    return np.r_[model.labels_, model.predict(placed)]


@exercise("07-5")
def _(answer: Any) -> Verdict:
    old, _, truth = _shoppers()
    reasons = {
        "a": "",
        "b": "what does not tell the kinds apart blurs them: draw the two columns, and look at "
        "which segments come back.",
        "c": "then a month of other people is moved back onto the old: by the *old* mean and spread.",
        "d": "count the segments of both months.",
    }
    labels, reason = labels_and_reason(answer, len(truth), reasons)
    two, everything = ["Visits", "Basket"], list(old.columns)

    def known() -> list[tuple[str, np.ndarray]]:
        decide = "columns that do not decide the offer had their say."
        return [
            (
                "the new month by its own mean and spread? By those of the old table.",
                _fitted(two, 4, own=True),
            ),
            (
                "the new month was clustered anew, and its numbers mean something else; place "
                "it by the old centers.",
                _fitted(two, 4, anew=True),
            ),
            *(
                ("the basket decided nearly alone; look at the units.", _fitted(two, k, standardised=False))
                for k in (2, 3, 4, 5)
            ),
            *((decide, _fitted(everything, k)) for k in (4, 5)),
            *((decide, _fitted([*two, more], 4)) for more in ("Member", "Age", "Distance")),
        ]

    groups = len(np.unique(labels[labels >= 0]))
    near = agreement(labels, truth)
    if groups > 4 and near > 0.8:
        return not_yet(
            f"{groups} segments, agreement {near:.2f}: a kind was cut, and nothing in the picture says why."
        )
    if np.mean(labels < 0) > 0.01:
        return not_yet(f"{np.sum(labels < 0)} customers are in no segment (-1); each gets a letter.")
    score = scored(labels, truth, 0.97, known)
    return defended(
        f"the segments are right ({score:.2f})",
        reason,
        reasons,
        f"agreement {score:.2f} with the four kinds of customers from which both months were drawn.",
    )
