"""Exercises of lesson 07: customer segmentation."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import scale

from helpers.datasets import load_customers
from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("07-1")
def _(answer: Any) -> Verdict:
    ages, value = np.array([18, 25, 30, 30, 45, 52, 70]), number(answer)
    counts = [np.sum((ages >= low) & (ages <= high)) for low, high in ((18, 30), (30, 45), (45, 70))]
    if value == sum(counts):
        return right("seven customers, and two aged 30 and one aged 45 counted twice.")
    if value == len(ages):
        return not_yet("that is how many there are; the groups overlap at 30 and at 45.")
    if value == len(ages) + 2:
        return not_yet("two borders, but how many customers stand on them? One of them twice.")
    return not_yet("count each group by itself, both ends included, and add.")


@exercise("07-2")
def _(answer: Any) -> Verdict:
    value, table = number(answer), load_customers()

    def score(k: int, *features: str, standardised: bool = False) -> float:
        X = table[list(features)].to_numpy(dtype=float)
        X = scale(X) if standardised else X
        return silhouette_score(X, KMeans(n_clusters=k, n_init=10, random_state=0).fit_predict(X))

    if round(value, 3) == round(score(4, "AnnualIncome", "SpendingScore", standardised=True), 3):
        return not_yet("that is with standardised columns; take them as they are.")
    if round(value, 3) == round(score(4, "AnnualIncome", "SpendingScore"), 3):
        return right("0.06 less than with five, and far above the 0.41 of the last model of a loop to 11.")
    if abs(value - score(11, "AnnualIncome", "SpendingScore")) < 0.0006:
        return not_yet("that is the model with 11 clusters, left over from a loop; fit k = 4 again.")
    if abs(value - score(5, "AnnualIncome", "SpendingScore")) < 0.0006:
        return not_yet("that is k = 5, the best; the question is k = 4.")
    if abs(value - score(4, "Age", "SpendingScore")) < 0.0006:
        return not_yet("that is age and score; the question is income and score.")
    if abs(value - score(4, "Age", "AnnualIncome", "SpendingScore")) < 0.0006:
        return not_yet("that is all three features; take two.")
    return not_yet(
        "fit KMeans(n_clusters=4, n_init=10, random_state=0) on the two columns, then silhouette_score."
    )


@exercise("07-3")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 28) < 1e-6:
        return right("40 - 0.8 x 15: first the deviation, then the mean.")
    if abs(value - 52) < 1e-6:
        return not_yet("the sign: below zero is younger than the mean.")
    if abs(value - 12) < 1e-6 or abs(value + 12) < 1e-6:
        return not_yet("that is how far from the mean, in years; where is the mean?")
    if abs(value - 39.2) < 1e-6:
        return not_yet("0.8 is in standard deviations; how many years are that?")
    return not_yet("standardising is (age - mean) / deviation; solve it for the age.")


@exercise("07-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def place(new, centers, means, deviations): ...")
    rng = np.random.default_rng(7)
    means, deviations = np.array([39.0, 60.0, 50.0]), np.array([14.0, 26.0, 5.0])
    centers, new = rng.normal(size=(4, 3)), means + deviations * rng.normal(1.0, 1.0, size=(30, 3))

    def nearest(points: np.ndarray) -> np.ndarray:
        return np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)

    expected = nearest((new - means) / deviations)
    found = np.asarray(called(answer, new, centers, means, deviations))
    if found.shape != expected.shape:
        return not_yet(f"return one segment for each new customer, shape (30,); got shape {found.shape}.")
    if np.array_equal(found, expected):
        return right("their units first, with the old table's mean and deviation, then the nearest center.")
    if np.array_equal(found, nearest(new)):
        return not_yet("the centers are in standardised units and the customers are not.")
    if np.array_equal(found, nearest((new - new.mean(axis=0)) / new.std(axis=0))):
        return not_yet("standardise with the *old* means and deviations; these new customers differ.")
    if np.array_equal(found, nearest(new - means)):
        return not_yet("divide by the deviations as well.")
    if np.array_equal(found, nearest(new / deviations)):
        return not_yet("subtract the means as well, before you divide.")
    standard = (new - means) / deviations
    distances = np.linalg.norm(standard[:, None] - centers, axis=2)
    if np.array_equal(found, distances.argmax(axis=1)):
        return not_yet("that is the center *farthest* away; argmin, not argmax.")
    if np.array_equal(
        found, np.linalg.norm(new[:, None] - (centers * deviations + means), axis=2).argmin(axis=1)
    ):
        return not_yet(
            "you brought the centers to years, k$ and points, but distances there weigh income most; "
            "compare in standardised units."
        )
    if np.array_equal(found, np.abs(standard[:, None] - centers).sum(axis=2).argmin(axis=1)):
        return not_yet("k-means squares the differences; you added their absolute values.")
    first = int(np.flatnonzero(found != expected)[0])
    return not_yet(
        f"{np.sum(found != expected)} of 30 customers are in another segment than expected. The first, "
        f"{new[first].round(1).tolist()}, is {distances[first].round(2).tolist()} from the centers."
    )
