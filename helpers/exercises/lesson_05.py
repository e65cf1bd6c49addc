"""Exercises of lesson 05: distribution-based clustering."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import multivariate_normal
from sklearn.datasets import make_classification
from sklearn.mixture import GaussianMixture

from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("05-1")
def _(answer: Any) -> Verdict:
    value = number(answer)
    near, far = np.exp(-0.5), np.exp(-4.5)
    if abs(value - near / (near + far)) < 0.0051:
        return right("1 / (1 + exp(-4)) = 0.98: three times as far is much less than a third as likely.")
    if abs(value - far / (near + far)) < 0.0051:
        return not_yet("that is the responsibility of the second component.")
    if abs(value - 0.75) < 1e-6:
        return not_yet("shares do not go by distance, but by the height of the bell curve, exp(-d**2 / 2).")
    if abs(value - 0.9) < 1e-6:
        return not_yet("nor by squared distance: take exp(-d**2 / 2) of each.")
    if abs(value - near) < 0.0051:
        return not_yet("that is the height of the first curve; divide it by the sum of both.")
    return not_yet("the distances are 1 and 3; compare exp(-1/2) with exp(-9/2).")


@exercise("05-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if value == 17:
        return right("3 means of 2, 3 covariances of 3, and 2 weights, because the third follows: 6 + 9 + 2.")
    if value == 18:
        return not_yet("one too many: the last weight is what is missing to 1.")
    if value in (20, 21):
        return not_yet("a symmetric 2 x 2 matrix has three different numbers, not four.")
    if value == 15:
        return not_yet("the weights are missing.")
    if value == 11:
        return not_yet("that is for two components.")
    return not_yet("for each component a mean (2 numbers) and a covariance; then the weights.")


@exercise("05-3")
def _(answer: Any) -> Verdict:
    X, _ = make_classification(
        n_samples=1200, n_features=3, n_informative=2, n_redundant=0, n_clusters_per_class=1, random_state=4
    )

    def bic(kind: str, **patience: float) -> list[float]:
        model = GaussianMixture(covariance_type=kind, n_init=3, random_state=0, **patience)
        return [model.set_params(n_components=k).fit(X).bic(X) for k in range(1, 6)]

    to_the_end = {"tol": 1e-6, "max_iter": 2000}
    value, diagonal, full = number(answer), bic("diag", **to_the_end), bic("full", **to_the_end)
    best = 1 + int(np.argmin(diagonal))
    if value == best:
        return right(
            f"components that cannot slant need more of themselves: {best}. Their BIC of {min(diagonal):.0f} "
            f"is still worse than the {min(full):.0f} of {1 + int(np.argmin(full))} full ones."
        )
    if value == 1 + int(np.argmin(full)):
        return not_yet("that is the answer for full covariances; pass covariance_type='diag'.")
    if value == 1 + int(np.argmin(bic("diag"))):
        return not_yet("that is what unfinished fits say, with the default tol; pass **PATIENT.")
    if value == 1 + int(np.argmax(diagonal)):
        return not_yet("that is the highest BIC; lower is better.")
    return not_yet("fit k = 1, ..., 5, collect model.bic(X3), and take the k of the smallest.")


@exercise("05-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def log_likelihood(X, weights, means, covariances): ...")
    X = np.random.default_rng(5).normal(size=(50, 2))
    weights, means = np.array([0.8, 0.2]), np.array([[0.0, 0.0], [1.0, 2.0]])
    covariances = np.array([[[1.0, 0.3], [0.3, 1.0]], [[2.0, 0.0], [0.0, 0.5]]])
    parts = np.array([multivariate_normal(m, c).pdf(X) for m, c in zip(means, covariances, strict=True)])
    density = weights @ parts
    found = np.squeeze(np.asarray(called(answer, X, weights, means, covariances), dtype=float))
    if found.shape == (50,):
        return not_yet("one number is asked for: the mean over the points.")
    found = float(found)
    if np.isclose(found, np.log(density).mean()):
        return right("add up the weighted densities, then take the logarithm, then the mean.")
    if np.isclose(found, -np.log(density).mean()):
        return not_yet("the sign is wrong: no minus here.")
    if np.isclose(found, np.log(density).sum()):
        return not_yet("that is the sum over the points; take the mean.")
    if np.isclose(found, np.log(parts.sum(axis=0)).mean()):
        return not_yet("the weights are missing.")
    if np.isclose(found, np.log(density.mean())):
        return not_yet("first the logarithm of each point's density, then the mean.")
    if np.isclose(found, (weights @ np.log(parts)).mean()):
        return not_yet("first add the densities of the components, then take the logarithm.")
    return not_yet(f"expected {np.log(density).mean():.3f} for the 50 points tried, got {found:.3f}.")
