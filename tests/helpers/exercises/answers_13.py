"""Answers to the exercises of lesson 13: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from answering import table_answers
from sklearn.cluster import KMeans
from sklearn.impute import KNNImputer
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import scale

from helpers.exercises import unnamed


def gower(new, old, kinds, source=None, other=None, gap=np.nan, alone=1.0, width=np.ptp):
    """Gower's distance, written in another way; the arguments are the usual mistakes."""
    parts = []
    for c in range(new.shape[1]):
        apart = np.abs(new[:, [c]] - old[:, c])
        if kinds[c] and other != "codes":
            parts.append(np.where(np.isnan(apart), np.nan, apart > 0))
        else:
            values = (old if source is None else source)[:, c]
            values = values[~np.isnan(values)]
            parts.append(apart / (width(values) if len(values) and width(values) else 1))
            if other == "clip":
                parts[-1] = np.minimum(parts[-1], 1)
    parts = np.array(parts)
    parts[np.isnan(parts)] = gap
    known = ~np.isnan(parts)
    total = np.where(known, parts, 0).sum(axis=0)
    if other == "sum":
        return total
    if other == "all":
        return total / len(parts)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), alone)


def by_rows(new, old, kinds):
    widths = np.nanmax(old, axis=0) - np.nanmin(old, axis=0)
    result = np.ones((len(new), len(old)))
    for i, a in enumerate(new):
        for j, b in enumerate(old):
            both = ~(np.isnan(a) | np.isnan(b))
            if both.any():
                parts = np.where(kinds, a != b, np.abs(a - b) / np.where(kinds, 1, widths))
                result[i, j] = parts[both].mean()
    return result


def filled(new, old, kinds):
    new += 0 * new
    new[np.isnan(new)] = 0
    return by_rows(new, old, kinds)


def half_mismatch(new, old, kinds):
    both = gower(new, old, kinds)
    numbers = gower(new, old, kinds)
    for c in np.flatnonzero(kinds):
        apart = np.abs(new[:, [c]] - old[:, c])
        shared = sum(~np.isnan(new[:, [d]] - old[:, d]) for d in range(new.shape[1]))
        numbers = numbers - np.where(apart > 0, 0.5, 0) / np.maximum(shared, 1)
    return np.where(np.isfinite(both), numbers, both)


def step(D, medoids, choose=min, power=1):
    """The medoids after the swap that `choose` prefers, by the sum of powers of distances."""
    tried = []
    for place in range(len(medoids)):
        for row in range(len(D)):
            after = medoids.copy()
            after[place] = row
            tried.append(((D[:, after].min(axis=1) ** power).sum(), place, row))
    cost, place, row = choose(tried, key=lambda swap: swap[0])
    after = medoids.copy()
    if cost < (D[:, medoids].min(axis=1) ** power).sum() or choose is max:
        after[place] = row
    return after


def by_table(D, medoids):
    k, best = len(medoids), D[medoids].min(axis=0).sum() - 1e-12
    result = list(medoids)
    for place in range(k):
        kept = np.delete(np.asarray(medoids), place)
        costs = np.minimum(D, D[kept].min(axis=0)).sum(axis=1)
        if costs.min() < best:
            best = costs.min()
            result = list(medoids)
            result[place] = int(costs.argmin())
    return result


def first_that_helps(D, medoids):
    now = D[:, medoids].min(axis=1).sum()
    for place in range(len(medoids)):
        for row in range(len(D)):
            after = medoids.copy()
            after[place] = row
            if D[:, after].min(axis=1).sum() < now:
                return after
    return medoids


def whatever(D, medoids):
    tried = []
    for place in range(len(medoids)):
        for row in set(range(len(D))) - set(medoids.tolist()):
            after = medoids.copy()
            after[place] = row
            tried.append((D[:, after].min(axis=1).sum(), place, row))
    _, place, row = min(tried)
    after = medoids.copy()
    after[place] = row
    return after


def until_the_end(D, medoids):
    while not np.array_equal(step(D, medoids), medoids):
        medoids = step(D, medoids)
    return medoids


def one_place(D, medoids):
    costs = np.minimum(D, D[medoids[1:]].min(axis=0)).sum(axis=1)
    after = medoids.copy()
    if costs.min() < D[medoids].min(axis=0).sum():
        after[0] = costs.argmin()
    return after


def like_lloyd(D, medoids):
    nearest = D[:, medoids].argmin(axis=1)
    after = medoids.copy()
    for place in range(len(medoids)):
        own = np.flatnonzero(nearest == place)
        after[place] = own[D[own][:, own].sum(axis=1).argmin()]
    return after


def last_place(D, medoids):
    after = step(D, medoids)
    new = [row for row in after if row not in medoids]
    return np.array([row for row in medoids if row in after] + new)


def largest(D, medoids):
    tried = []
    for place in range(len(medoids)):
        for row in range(len(D)):
            after = medoids.copy()
            after[place] = row
            tried.append((D[:, after].min(axis=1).max(), place, row))
    cost, place, row = min(tried)
    after = medoids.copy()
    if cost < D[:, medoids].min(axis=1).max():
        after[place] = row
    return after


def in_place(D, medoids):
    medoids[0] = 0
    return medoids


GYM = unnamed("13-5")
NUMBERS = GYM[["visits", "fee", "age"]].assign(visits=np.log(GYM["visits"]), fee=np.log(GYM["fee"]))
FILLED = KNNImputer(n_neighbors=10).fit_transform(scale(NUMBERS))
WHEN = pd.get_dummies(GYM["when"], dtype=float).to_numpy()
SIDE = pd.get_dummies(GYM["locker"], dtype=float).to_numpy()


def grouped(points, k=4, seed=1):
    return KMeans(k, n_init=10, random_state=seed).fit_predict(points)


GOOD = grouped(FILLED)
GAPS = NUMBERS.isna().any(axis=1).to_numpy().astype(int)
MEDIANS = GYM.select_dtypes("number").fillna(GYM.select_dtypes("number").median())
LOGS = MEDIANS.assign(
    visits=np.log(MEDIANS["visits"]), fee=np.log(MEDIANS["fee"]), paid=np.log(MEDIANS["paid"])
)

WRONG = {
    "13-1": [
        ([0.5, 10, 30, 5.5], "over the two columns"),
        ([1.5, 10, 30, 5.5], "not the sum"),
        ([10.5, 10, 30, 5.5], "range of the ages"),
        ([0.833, 10, 30, 5.5], "it is no mismatch"),
        ([0.25, 10, 30, 5.5], "number part alone"),
        ([0.75, 58, 30, 5.5], "since the first purchase"),
        ([0.75, 11, 30, 5.5], "is day 0"),
        ([0.75, 48, 30, 5.5], "first purchase to the last"),
        ([0.75, 10, 90, 5.5], "divide by the number"),
        ([0.75, 10, 45, 5.5], "on two days"),
        ([0.75, 10, 20, 5.5], "the median"),
        ([0.75, 10, 30, 3.5], "squares the differences"),
        ([0.75, 10, 30, 6], "costs the weight"),
        ([0.75, 10, 30, 5], "numbers' part"),
        ([0.75, 10, 30, 2.736], "without a root"),
        ([0.75, 10], "a list of 4 numbers"),
    ],
    "13-2": [
        ("cfik", "how often do two rows differ"),
        ("abcfik", "which of them is often at 1"),
        ("afik", "a row of which little is known"),
        ("acdfik", "that the others do not"),
        ("acefik", "a standardised column of 0 and 1"),
        ("acik", "what did the tree learn from"),
        ("acfgik", "without groups come back"),
        ("acfhik", "also the same distances"),
        ("acfk", "whose year of birth"),
        ("acfijk", "who moved"),
        ("acfi", "of the *old* rows"),
        (["z"], "there are the statements"),
    ],
    "13-3": [
        (0, "write a function"),
        (lambda a, b, c: gower(a, b, c, source=a), "next month's may be others"),
        (lambda a, b, c: gower(a, b, c, source=np.vstack([a, b])), "old* rows alone"),
        (half_mismatch, "not a half"),
        (lambda a, b, c: gower(a, b, c, other="codes"), "are names"),
        (lambda a, b, c: gower(a, b, c, other="all"), "not by all"),
        (lambda a, b, c: gower(np.clip(a, np.nanmin(b, 0), np.nanmax(b, 0)), b, c), "not right on"),
        (lambda a, b, c: gower(a, b, c, other="clip"), "nothing is clipped"),
        (lambda a, b, c: gower(a, b, c, other="sum"), "not the sum"),
        (lambda a, b, c: gower(a, b, c, gap=0.0), "a gap is no likeness"),
        (lambda a, b, c: gower(a, b, c, gap=1.0), "as a full difference"),
        (lambda a, b, c: gower(a, b, c, gap=0.5), "as half a difference"),
        (lambda a, b, c: gower(a, b, c, alone=0.0), "not 0"),
        (lambda a, b, c: gower(a, b, c, alone=np.nan), "not nan"),
        (lambda a, b, c: gower(a, b, c, width=np.std), "not by the deviation"),
        (lambda a, b, c: 1 - gower(a, b, c), "that is the likeness"),
        (lambda a, b, c: gower(a, b, c).T, "should be an array of shape"),
        (filled, "the input was changed"),
        (lambda a, b, c: None, "returned nothing"),
        (lambda a, b, c: a @ b, "it fails on"),
    ],
    "13-4": [
        (0, "write a function"),
        (first_that_helps, "not the first that helps"),
        (whatever, "as they are"),
        (until_the_end, "not all of them until the end"),
        (lambda D, m: step(D, m, power=2), "not of their squares"),
        (largest, "not the largest of them"),
        (lambda D, m: step(D, m, max), "costs most"),
        (one_place, "not only the first"),
        (like_lloyd, "as k-means would"),
        (last_place, "in the place of the old"),
        (lambda D, m: np.sort(step(D, m)), "not sorted"),
        (lambda D, m: D[:, step(D, m)].min(axis=1).sum(), "should be an array of shape"),
        (in_place, "the input was changed"),
        (lambda D, m: None, "returned nothing"),
        (lambda D, m: D[m, :, 0], "it fails on"),
    ],
    "13-5": [
        *table_answers("a", len(GYM)),
        ((grouped(np.c_[scale(LOGS), scale(WHEN), scale(SIDE)]), "a"), "the locker's side"),
        ((grouped(np.c_[FILLED, scale(WHEN), scale(SIDE)]), "a"), "needed 0.8"),
        ((GAPS, "b"), "the gaps made the groups"),
        ((grouped(WHEN, 3), "a"), "time of day alone"),
        ((grouped(FILLED, 3), "a"), "went together"),
        ((grouped(FILLED, 6), "a"), "A group was cut"),
        ((grouped(scale(MEDIANS[["visits", "fee"]])), "d"), "needed 0.8"),
        ((grouped(scale(LOGS[["visits", "fee", "age", "paid"]])), "a"), "counts twice"),
        ((np.where(GAPS, -1, GOOD), "a"), "also a row with gaps gets one"),
        ((GOOD, "b"), "count the gaps"),
        ((GOOD, "c"), "12 times another column"),
        ((GOOD, "d"), "values of each category"),
    ],
}

RIGHT = {
    "13-1": [[0.75, 10, 30, 5.5], np.array([3 / 4, 10, 30, 11 / 2])],
    "13-2": [["a", "c", "f", "i", "k"], "K I F C A"],
    "13-3": [by_rows, gower],
    "13-4": [step, by_table],
    "13-5": [
        (GOOD, "a"),
        (grouped(np.c_[FILLED, WHEN]), "A"),
        (grouped(scale(LOGS[["visits", "fee", "age"]])), "a"),
        (GaussianMixture(4, n_init=10, random_state=0).fit_predict(FILLED), "a"),
    ],
}


def tables(rng):
    found = []
    for m, n, kinds in ((3, 5, (0, 1)), (4, 6, (1, 0, 0, 1)), (5, 4, (0, 0, 0)), (3, 6, (1, 1))):
        drawn = np.where(
            kinds, rng.integers(3, size=(m + n, len(kinds))), rng.normal(size=(m + n, len(kinds)))
        )
        drawn = drawn.astype(float) * np.where(kinds, 1, rng.uniform(2, 40, size=len(kinds)))
        new, old = drawn[:m], drawn[m:]
        new[rng.random(new.shape) < 0.2] = np.nan
        old[2:][rng.random(old[2:].shape) < 0.2] = np.nan
        found.append((new, old, np.array(kinds, dtype=bool)))
    return found


def starts(rng):
    found = []
    for n, k in ((9, 2), (14, 3), (16, 4), (11, 5)):
        points = rng.normal(size=(n, 2))
        D = np.linalg.norm(points[:, None] - points, axis=2)
        found.append((D, rng.choice(n, size=k, replace=False)))
    return found


INPUTS = {"13-3": tables, "13-4": starts}
