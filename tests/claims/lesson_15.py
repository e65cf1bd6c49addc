"""Attempts to break the claims of lesson 15, with other data, other places and other people."""

from __future__ import annotations

import numpy as np
import pandas as pd
from challenge import claim
from draws import kmeans, seed
from lesson_code import taught
from scipy.stats import ttest_ind
from sklearn.metrics import adjusted_rand_score, silhouette_score

LESSON = taught("15_clinic")
CUT = "Case 7: are there two kinds of readers?"
FAILS = "When it fails"


@claim(
    "15-cut",
    "Cut one bell in two by k-means, and a t test of the halves says p < 0.001, because the same column "
    "made them",
    CUT,
    without={"other": True},
)
def cut(rng, other=False):
    n = int(rng.integers(40, 400))
    times = rng.normal(rng.uniform(-5, 500), rng.uniform(0.1, 80), size=n)
    if other:  # the halves are made by a column that has nothing to do with it
        kind = kmeans(rng.normal(size=(n, 1)), 2, rng).labels_
        return ttest_ind(times[kind == 0], times[kind == 1]).pvalue < 0.001
    return LESSON["p_value"](times, seed(rng)) < 0.001


@claim(
    "15-new-rows",
    "To cut one half of the rows and test on the other half does not help: p is below 0.001 on the new "
    "rows, too, "
    "because the cut is one of the column that is tested",
    FAILS,
    without={"other": True},
)
def new_rows(rng, other=False):
    n = int(rng.integers(60, 400))
    times = rng.normal(size=(n, 1))
    made_by = rng.normal(size=(n, 1)) if other else times
    first = rng.permutation(n) < n // 2
    kind = kmeans(made_by[first], 2, rng).predict(made_by[~first])
    return ttest_ind(times[~first][kind == 0, 0], times[~first][kind == 1, 0]).pvalue < 0.001


@claim(
    "15-columns",
    "Three clusters of one column that is a bell have a higher silhouette than three groups in six or more "
    "columns, of which two tell them apart, although those are found, because one column is few",
    "Case 9: where are the groups clearest?",
    without={"columns": None},
)
def columns(rng, columns=1):
    n, d = int(rng.integers(100, 400)), int(rng.integers(6, 12))
    kind = rng.integers(3, size=n)
    corners = 5 * np.array([(0, 0), (1, 0), (0.5, 0.87)])
    groups = np.column_stack([corners[kind] + rng.normal(size=(n, 2)), rng.normal(size=(n, d - 2))])
    bell = rng.normal(size=(n, columns or d))
    found = kmeans(groups, 3, rng).labels_
    of_bell = kmeans(bell, 3, rng).labels_
    if adjusted_rand_score(kind, found) < 0.8:
        return False
    return silhouette_score(bell, of_bell) > silhouette_score(groups, found)


@claim(
    "15-degrees",
    "From 55 degrees of latitude on, a row of places from west to east, a third of eps from each other, with "
    "four to a group, falls to pieces if a degree is 111 km, because a degree of longitude is shorter there",
    "Case 6: do the airports of the north lie alone?",
    without={"north": False},
)
def degrees(rng, north=True):
    latitude = rng.uniform(55, 80) if north else rng.uniform(-10, 10)
    latitude *= rng.choice([-1, 1])
    km, n = rng.uniform(5, 80), int(rng.integers(8, 20))
    step = 0.35 * km / (111.19 * np.cos(np.radians(latitude)))  # the next but one is 0.7 eps away
    row = pd.DataFrame({"latitude": latitude, "longitude": step * np.arange(n)})
    return LESSON["groups_within"](row, km).min() < 0


@claim(
    "15-by-class",
    "Standardise each class by itself, and k-means finds nothing of classes that it finds on one scale, "
    "because the "
    "means that told them apart are gone",
    "Case 8: can the species be found again?",
    without={"parts": "by lot"},
)
def by_class(rng, parts="by class"):
    k, d, n = int(rng.integers(2, 6)), int(rng.integers(2, 9)), int(rng.integers(100, 400))
    means = rng.normal(scale=5, size=(k, d))
    kind = np.arange(n) % k
    table = pd.DataFrame(means[kind] + rng.normal(size=(n, d)), columns=[f"c{i}" for i in range(d)])
    whole = adjusted_rand_score(kind, kmeans((table - table.mean()) / table.std(), k, rng).labels_)
    part = kind if parts == "by class" else rng.permutation(kind)
    apart = table.groupby(part).transform(lambda values: (values - values.mean()) / values.std())
    return whole > 0.5 and adjusted_rand_score(kind, kmeans(apart, k, rng).labels_) < 0.1


@claim(
    "15-ten",
    "After ten answers, somebody who is as often right as they say, eight times in ten, is more often "
    "than not "
    "at least ten points off the diagonal",
    FAILS,
    false={"answers": 400},
)
def ten(rng, answers=10):
    # Judged over many people, since one person's curve is luck.
    shares = rng.binomial(answers, 0.8, size=400) / answers
    return np.mean(np.abs(shares - 0.8) > 0.099) > 0.5


@claim(
    "15-proper",
    "By squares nobody expects less than who says what they know; by other powers of the difference somebody "
    "does, because only the squares have their least at what one knows",
    "How sure are you?",
    without={"powers": (1, 3, 4)},
)
def proper(rng, powers=(2,)):
    power, knows = int(rng.choice(powers)), rng.uniform(0.05, 0.95)
    others = rng.uniform(0, 1, size=1000)
    expected = LESSON["expected_score"]
    return (expected(knows, others, power) >= expected(knows, knows, power)).all()
