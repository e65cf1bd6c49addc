"""Answers to the exercises of lesson 06: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np


def blind(score, classes, clusters, orders):
    return np.array([score(classes, clusters[order]) for order in orders])


def in_a_loop(score, classes, clusters, orders):
    total = 0.0
    for order in orders:
        total += score(classes, clusters[order])
    mean = total / len(orders)
    return (score(classes, clusters) - mean) / (1 - mean)


def other_form(score, classes, clusters, orders):
    """Shuffle the classes the other way round, which is as blind; 1 minus the share that is missing."""
    back = np.argsort(orders, axis=1)
    mean = np.mean([score(classes[order], clusters) for order in back])
    return 1 - (1 - score(classes, clusters)) / (1 - mean)


def unscaled(score, *a):
    return score(*a[:2]) - blind(score, *a).mean()


def in_deviations(score, *a):
    return (score(*a[:2]) - blind(score, *a).mean()) / blind(score, *a).std()


def from_the_best_blind(score, *a):
    most = blind(score, *a).max()
    return (score(*a[:2]) - most) / (1 - most)


def by_the_mean(score, *a):
    return (score(*a[:2]) - blind(score, *a).mean()) / blind(score, *a).mean()


def first_order(score, classes, clusters, orders):
    return in_a_loop(score, classes, clusters, orders[:1])


def both_shuffled(score, classes, clusters, orders):
    mean = np.mean([score(classes[order], clusters[order]) for order in orders])
    return (score(classes, clusters) - mean) / (1 - mean)


def exchanged(score, classes, clusters, orders):
    return in_a_loop(lambda a, b: score(b, a), classes, clusters, orders)


def p_value(score, *a):
    return np.mean(blind(score, *a) >= score(*a[:2]))


def own_shuffles(score, classes, clusters, orders):
    rng = np.random.default_rng(0)
    return in_a_loop(score, classes, clusters, [rng.permutation(len(classes)) for _ in orders])


def accuracies(truth, found, draws):
    return np.mean((truth == found)[draws], axis=1)


def as_an_array(truth, first, second, draws):
    hits = np.equal(truth, first).astype(float) - np.equal(truth, second)
    return np.quantile(hits[draws].mean(axis=1), [0.05, 0.95])


def by_percentile(truth, first, second, draws):
    better = np.equal(truth, first).astype(int) - np.equal(truth, second)
    return np.percentile(better[draws].mean(axis=1), [5, 95]).tolist()


def row_by_row(truth, first, second, draws):
    differences = []
    for rows in draws:
        hits = np.sum(truth[rows] == first[rows]) - np.sum(truth[rows] == second[rows])
        differences.append(hits / len(rows))
    return np.quantile(differences, 0.05), np.quantile(differences, 0.95)


def quantiles(low, high):
    def interval(t, a, b, draws):
        return tuple(np.quantile(accuracies(t, a, draws) - accuracies(t, b, draws), (low, high)))

    return interval


def crossed_ends(t, a, b, draws):
    one, two = (np.quantile(accuracies(t, x, draws), (0.05, 0.95)) for x in (a, b))
    return one[0] - two[1], one[1] - two[0]


def same_ends(t, a, b, draws):
    one, two = (np.quantile(accuracies(t, x, draws), (0.05, 0.95)) for x in (a, b))
    return tuple(one - two)


def rows_of_its_own(t, a, b, draws):
    return tuple(np.quantile(accuracies(t, a, draws) - accuracies(t, b, draws[::-1]), (0.05, 0.95)))


def as_a_bell(t, a, b, draws):
    d = accuracies(t, a, draws) - accuracies(t, b, draws)
    return d.mean() - 1.645 * d.std(), d.mean() + 1.645 * d.std()


def backwards(t, a, b, draws):
    return quantiles(0.05, 0.95)(t, b, a, draws)


def first_alone(t, a, b, draws):
    return tuple(np.quantile(accuracies(t, a, draws), (0.05, 0.95)))


def high_first(t, a, b, draws):
    return quantiles(0.05, 0.95)(t, a, b, draws)[::-1]


def in_rows(t, a, b, draws):
    return tuple(len(t) * x for x in quantiles(0.05, 0.95)(t, a, b, draws))


def not_drawn(t, a, b, draws):
    d = (t == a).astype(float) - (t == b)
    return tuple(np.quantile(d, (0.05, 0.95)))


SIX = [False, True, False, True, False, True]


def but(*places):
    return [verdict != (place in places) for place, verdict in enumerate(SIX)]


WRONG = {
    "06-1": [
        ([5 / 8, 5 / 8, 0.71, 0.66], "majority of each *class*"),
        ([0.89, 5 / 8, 0.71, 0.66], "mean over clusters"),
        ([7, 5, 0.71, 0.66], "which share of the eight"),
        ([0.75, 0.62, 0.71, 0.66], "2 of 3"),
        ([0.875, 0.875, 0.71, 0.66], "that is purity"),
        ([0.875, 3 / 8, 0.71, 0.66], "names of clusters are arbitrary"),
        ([0.875, 0.5, 0.71, 0.66], "which is the best for b"),
        ([0.875, 0.625, 0.68, 0.66], "Rand"),
        ([0.875, 0.625, 0.42, 0.66], "pair recall"),
        ([0.875, 0.625, 0.18, 0.66], "of all 28 pairs"),
        ([0.875, 0.625, 0.71, 0.42], "completeness"),
        ([0.875, 0.625, 0.71, 0.51], "V-measure"),
        ([0.875, 0.625, 0.71, 0.34], "the doubt that is left"),
        ([0.875, 0.625, 0.71, 0.08], "weigh the doubt"),
        ([0.875, 0.625, 0.71, 0.69], "weigh by size"),
        (0.875, "a list of 4 numbers"),
    ],
    "06-2": [
        ("bdf", "a cluster in which spam is the majority"),
        ("adf", "a score of the kept"),
        ("abcdf", "on the same rows"),
        ("abf", "mixed a little"),
        ("abdef", "the silhouette is"),
        ("abd", "far-off points please most"),
        ("abdfg", "with the library's default"),
        ("abdfh", "a score that chose"),
        (0.9, "the letters in a list"),
    ],
    "06-3": [
        (0, "write a function"),
        (unscaled, "how far it is from blind answers to the best"),
        (in_deviations, "counts standard deviations"),
        (from_the_best_blind, "not the best of them"),
        (by_the_mean, "divide by 1 - mean"),
        (lambda s, *a: s(*a[:2]) / blind(s, *a).mean(), "the score over blind ones"),
        (first_order, "only the first order"),
        (both_shuffled, "nothing is above blind"),
        (exchanged, "the first argument of the score"),
        (lambda *a: max(0, in_a_loop(*a)), "do not cut it off"),
        (lambda *a: abs(in_a_loop(*a)), "keep the sign"),
        (lambda s, c, k, o: 0.0, "nothing is above blind"),
        (p_value, "how often a blind answer"),
        (lambda s, c, k, o: s(c, k), "what would chance get"),
        (lambda s, *a: blind(s, *a).mean(), "the mean of blind answers"),
        (own_shuffles, "not right on pair precision of 20 points"),
        (lambda s, c, k, o: blind(s, c, k, o), "should be one number"),
        (
            lambda s, c, k, o: s(c),
            "it fails on pair precision of 20 points in 3 clusters, 25 orders (TypeError",
        ),
    ],
    "06-4": [
        (0, "write a function"),
        (crossed_ends, "subtracts the ends of two intervals"),
        (same_ends, "the difference of the ends"),
        (rows_of_its_own, "rows of its own"),
        (backwards, "first minus second"),
        (quantiles(0.025, 0.975), "the quantiles 0.05 and 0.95"),
        (quantiles(0, 1), "the smallest and the largest"),
        (as_a_bell, "a bell around the mean"),
        (first_alone, "of the first answer alone"),
        (high_first, "low first"),
        (in_rows, "give shares"),
        (not_drawn, "not right on 400 rows"),
        (lambda t, a, b, d: np.mean(t == a) - np.mean(t == b), "return 2 things"),
        (lambda t, a, b: 0, "it fails on 400 rows, 140 draws (TypeError"),
    ],
    "06-5": [
        (SIX, "give two things"),
        (([1, 2, 3, 4, 5, 6], "c"), "say True (groups) or False"),
        ((SIX, "z"), "one of the letters"),
        (([not each for each in SIX], "c"), "the wrong way round"),
        (([True] * 6, "c"), "the same verdict for all six"),
        ((but(0), "c"), "Table 0 (counted from 0) was made as one stretched bell"),
        ((but(1), "c"), "two moons"),
        ((but(2), "c"), "an evenly filled box"),
        ((but(4), "c"), "one-sided columns"),
        ((but(1, 5), "c"), "4 of 6 are right"),
        ((SIX, "a"), "comes back much the same"),
        ((SIX, "b"), "beats boxes and bells"),
        ((SIX, "d"), "a clear best k, too"),
    ],
}

RIGHT = {
    "06-1": [[0.88, 0.63, 0.71, 0.66], [7 / 8, 5 / 8, 5 / 7, 0.6557], (0.875, 0.625, 0.714, 0.656)],
    "06-2": [["a", "b", "d", "f"], "A, B, D, F"],
    "06-3": [in_a_loop, other_form],
    "06-4": [as_an_array, by_percentile, row_by_row],
    "06-5": [(SIX, "c"), [np.array(SIX), "C"], ([0, 1, 0, 1, 0, 1], ["c"])],
}


def share_of_equal(a, b):
    return float(np.mean(a == b))


def one_sided(classes, clusters):
    return float(
        np.mean([np.mean(classes[clusters == k] == classes[clusters == k].min()) for k in set(clusters)])
    )


def scores(rng):
    found = []
    for score in (share_of_equal, one_sided):
        for n in (6, 15, 30):
            classes, clusters = rng.integers(3, size=n), rng.integers(4, size=n)
            found.append((score, classes, clusters, np.array([rng.permutation(n) for _ in range(9)])))
    return found


def answers(rng):
    found = []
    for n, times in ((5, 3), (20, 30), (50, 60)):
        truth, first, second = rng.integers(3, size=(3, n))
        found.append((truth, first, second, rng.integers(n, size=(times, n))))
    return found


INPUTS = {"06-3": scores, "06-4": answers}
