"""Answers to the exercises of lesson 07: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np
from answering import nearest, table_answers
from scipy.spatial.distance import cdist
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from helpers.exercises import unnamed


def with_cdist(new, centers, means, deviations):
    return cdist((new - means) / deviations, centers).argmin(axis=1)


def one_by_one(new, centers, means, deviations):
    placed = []
    for row in new:
        z = [(value - mean) / width for value, mean, width in zip(row, means, deviations, strict=True)]
        squares = [sum((a - b) ** 2 for a, b in zip(z, center, strict=True)) for center in centers]
        placed.append(squares.index(min(squares)))
    return placed


def jaccard_sets(own, again):
    found = []
    for j in sorted(set(own.tolist())):
        mine = set(np.flatnonzero(own == j).tolist())
        others = [set(np.flatnonzero(again == c).tolist()) for c in set(again.tolist())]
        found.append(max(len(mine & other) / len(mine | other) for other in others))
    return found


def jaccard_table(own, again):
    names, i = np.unique(own, return_inverse=True)
    others, j = np.unique(again, return_inverse=True)
    C = np.zeros((len(names), len(others)))
    np.add.at(C, (i, j), 1)
    return (C / (C.sum(axis=1, keepdims=True) + C.sum(axis=0) - C)).max(axis=1)


def each_pair(own, again):
    mine, other = own[:, None] == np.unique(own), again[:, None] == np.unique(again)
    return mine.T.astype(float) @ other, mine.sum(axis=0)[:, None], other.sum(axis=0)[None]


def recall(own, again):
    both, mine, _ = each_pair(own, again)
    return (both / mine).max(axis=1)


def precision(own, again):
    both, _, other = each_pair(own, again)
    return (both / other).max(axis=1)


def dice(own, again):
    both, mine, other = each_pair(own, again)
    return (2 * both / (mine + other)).max(axis=1)


def double_count(own, again):
    both, mine, other = each_pair(own, again)
    return (both / (mine + other)).max(axis=1)


def of_all(own, again):
    return each_pair(own, again)[0].max(axis=1) / len(own)


def counts(own, again):
    return each_pair(own, again)[0].max(axis=1)


def most_members(own, again):
    both, mine, other = each_pair(own, again)
    best = both.argmax(axis=1)
    most = both.max(axis=1)
    return most / (mine[:, 0] + other[0, best] - most)


def same_number(own, again):
    return np.array(
        [np.sum((own == j) & (again == j)) / np.sum((own == j) | (again == j)) for j in np.unique(own)]
    )


def as_they_stand(own):
    return [np.unique(own).tolist().index(name) for name in dict.fromkeys(own.tolist())]


def as_many_as_ours(own, again):
    found = []
    for j in np.unique(own):
        scores = [
            np.sum((own == j) & (again == c)) / np.sum((own == j) | (again == c))
            for c in range(len(set(own)))
        ]
        found.append(max(scores))
    return found


def mean_only(own, again):
    return np.full(len(np.unique(own)), jaccard_table(own, again).mean())


def worst(own, again):
    both, mine, other = each_pair(own, again)
    return (both / (mine + other - both)).min(axis=1)


old, new = unnamed("07-5")
TWO = ["Visits", "Basket"]


def piped(features, k):
    model = make_pipeline(StandardScaler(), KMeans(k, n_init=10, random_state=0)).fit(old[features])
    return np.r_[model.predict(old[features]), model.predict(new[features])]


def raw(k):
    model = KMeans(k, n_init=10, random_state=0).fit(old[TWO])
    return np.r_[model.labels_, model.predict(new[TWO])]


def own_units(k):
    model = KMeans(k, n_init=10, random_state=0).fit(scale(old[TWO]))
    return np.r_[model.labels_, model.predict(scale(new[TWO]))]


def anew(k):
    return np.r_[
        KMeans(k, n_init=10, random_state=0).fit_predict(scale(old[TWO])),
        KMeans(k, n_init=10, random_state=0).fit_predict(scale(new[TWO])),
    ]


def mixture():
    scaler = StandardScaler().fit(old[TWO])
    model = GaussianMixture(4, n_init=5, random_state=0).fit(scaler.transform(old[TWO]))
    return np.r_[model.predict(scaler.transform(old[TWO])), model.predict(scaler.transform(new[TWO]))]


def ward_then_nearest():
    means, widths = old[TWO].mean().to_numpy(), old[TWO].std(ddof=0).to_numpy()
    there, later = ((month[TWO].to_numpy() - means) / widths for month in (old, new))
    labels = AgglomerativeClustering(4).fit_predict(there)
    centers = np.array([there[labels == j].mean(axis=0) for j in range(4)])
    return np.r_[labels, nearest(later, centers)]


WRONG = {
    "07-1": [
        ([7, 28, 1.4], "the groups overlap"),
        ([9, 28, 1.4], "there are two borders"),
        ([8, 28, 1.4], "one border was seen"),
        ([10, 25, 1.4], "not a whole one"),
        ([10, 28, 0.056], "the variance"),
        ([10, 52, 1.4], "the sign"),
        ([10, 12, 1.4], "where is the mean"),
        ([10, 39.2, 1.4], "how many years are that"),
        ([10, 28, 35], "divide by the standard deviation"),
        ([10, 28, 3.8], "subtract the mean first"),
        ([10, 28, -1.4], "above the mean is above zero"),
        ([10, 28, 0.58], "not by the mean"),
        (10, "a list of 3 numbers"),
    ],
    "07-2": [
        ("cde", "standardised, a column of two"),
        ("abcde", "it shows that the columns"),
        ("ade", "a shuffled grid"),
        ("ace", "the coarse and the fine"),
        ("acd", "the variable outlives"),
        ("acdef", "everybody may have moved"),
        ("acdeg", "silhouettes of different"),
        ("acdeh", "they may have spent more"),
        (5, "the letters in a list"),
    ],
    "07-3": [
        (0, "write a function"),
        (lambda n, c, m, d: nearest(n, c), "the customers are not"),
        (lambda n, c, m, d: nearest(n, (c - m) / d), "already; the customers are not"),
        (lambda n, c, m, d: nearest((n - m) / d, (c - m) / d), "only the customers are not"),
        (lambda n, c, m, d: nearest((n - n.mean(0)) / n.std(0), c), "the *old* means"),
        (lambda n, c, m, d: nearest(n - m, c), "divide by the deviations as well"),
        (lambda n, c, m, d: nearest(n / d, c), "subtract the means as well"),
        (lambda n, c, m, d: nearest((n - m) * d, c), "those are multiplied"),
        (lambda n, c, m, d: nearest(n - m / d, c), "mind the brackets"),
        (lambda n, c, m, d: nearest((n - m) / d**2, c), "the variance"),
        (lambda n, c, m, d: cdist((n - m) / d, c).argmax(axis=1), "*farthest*"),
        (lambda n, c, m, d: nearest(n, c * d + m), "weigh income most"),
        (lambda n, c, m, d: cdist((n - m) / d, c, "cityblock").argmin(axis=1), "absolute values"),
        (lambda n, c, m, d: (((n - m) / d)[:, None] - c).sum(2).argmin(1), "opposite signs cancel"),
        (lambda *a: with_cdist(*a) + 1, "counted from 0"),
        (lambda n, c, m, d: cdist((n - m) / d, c), "should be an array of shape (30,)"),
        (lambda n, c, m, d: nearest((n + m) / d, c), "subtract the means"),
        (lambda n, c, m, d: nearest((n - c) / d, c), "it fails on 30 new customers, 4 segments (ValueError"),
    ],
    "07-4": [
        (0, "write a function"),
        (same_number, "look for the cluster that fits best"),
        (recall, "you divide by the segment alone"),
        (precision, "you divide by the cluster alone"),
        (dice, "Dice"),
        (double_count, "take it off once"),
        (of_all, "not over all customers"),
        (counts, "those are counts"),
        (most_members, "it may be huge"),
        (mean_only, "one number hides"),
        (worst, "the worst match"),
        (lambda own, again: jaccard_table(own, again)[as_they_stand(own)], "not in that of the rows"),
        (lambda own, again: 1 - jaccard_table(own, again), "how much differs"),
        (as_many_as_ours, "more clusters than ours"),
        (
            lambda own, again: jaccard_table(again, own),
            "should be an array of shape (3,); got the shape (5,)",
        ),
        (lambda own, again: jaccard_table(own, again).mean(), "should be an array of shape (4,)"),
        (lambda own, again: own / again[:3], "it fails on 60 customers"),
    ],
    "07-5": [
        *table_answers("a", 420),
        ((own_units(4), "a"), "By those of the old table"),
        ((anew(4), "a"), "place it by the old centers"),
        ((raw(4), "a"), "look at the units"),
        ((np.where(np.arange(420) % 30, piped(TWO, 4), -1), "a"), "are in no segment"),
        ((piped(TWO, 3), "a"), "Groups went together"),
        ((piped(TWO, 5), "a"), "a kind was cut"),
        ((piped([*TWO, "Member"], 4), "a"), "had their say"),
        ((piped(list(old.columns), 4), "b"), "had their say"),
        ((piped(TWO, 4), "b"), "blurs them"),
        ((piped(TWO, 4), "c"), "by the *old* mean and spread"),
        ((piped(TWO, 4), "d"), "count the segments"),
    ],
}

RIGHT = {
    "07-1": [[10, 28, 1.4], (10, 28.0, 1.4), np.array([10, 28, 1.4])],
    "07-2": [["a", "c", "d", "e"], "e d c a"],
    "07-3": [with_cdist, one_by_one],
    "07-4": [jaccard_sets, jaccard_table],
    "07-5": [(piped(TWO, 4), "a"), (mixture(), "A"), (ward_then_nearest(), "a")],
}


def newcomers(rng):
    return [
        (
            40 + 20 * rng.normal(size=(m, d)),
            rng.normal(size=(k, d)),
            40 + 20 * rng.normal(size=d),
            rng.uniform(2, 20, size=d),
        )
        for m, k, d in ((1, 1, 3), (5, 2, 3), (40, 5, 3), (40, 3, 3))
    ]


def two_answers(rng):
    found = [(np.array([0, 0, 1, 1, 2]), np.array([1, 1, 0, 0, 2]))]
    for n, k, other in ((12, 2, 2), (30, 3, 5), (60, 4, 4)):
        found.append((np.r_[:k, rng.integers(k, size=n)], rng.integers(other, size=n + k)))
    return found


INPUTS = {"07-3": newcomers, "07-4": two_answers}
