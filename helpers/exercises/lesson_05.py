"""Exercises of lesson 05: Gaussian mixtures."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.special import softmax
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import scale

from helpers.exercises.kinds import agreement, build, defended, labels_and_reason, numbers, scored, statements
from helpers.exercises.machinery import NotYetError, Verdict, exercise, not_yet, table


@exercise("05-1")
def _(answer: Any) -> Verdict:
    def share(sigma: float) -> float:
        return float(1 / (1 + np.exp((1 - 9) / (2 * sigma**2))))

    one = {
        "that is the responsibility of the second component.": 1 - share(1),
        "shares do not go by distance, but by the height of the bell curve, exp(-d**2 / 2).": 0.75,
        "nor by squared distance: take exp(-d**2 / 2) of each.": 0.9,
        "that is the height of the first curve; divide it by the sum of both.": float(np.exp(-0.5)),
        "only bells of vanishing width give all to the nearest (or one decimal is too few).": 1,
        "that is in per cent; give a share from 0 to 1.": 98,
        "d is squared: exp(-d**2 / 2).": float(1 / (1 + np.exp(-1))),
        "squares first, then the difference: 9 - 1, not (3 - 1)**2.": float(1 / (1 + np.exp(-2))),
    }
    two = {
        "a wider bell is flatter: the odds are exp(-1/8) to exp(-9/8).": share(1),
        "the width enters squared: d**2 / (2 * 2**2).": float(1 / (1 + np.exp(-2))),
        "that is the responsibility of the second component.": 1 - share(2),
        "wider, but not without end: the first is still nearer.": 0.5,
    }
    tiny = {
        "the narrower the bells, the more the nearest takes: all of it in the end.": share(1),
        "that is the second component's; the nearest takes all.": 0,
        "halves are what very *wide* bells give.": 0.5,
    }
    return numbers(
        answer,
        ("sigma 1", "sigma 2", "sigma 0.1"),
        (share(1), share(2), 1),
        (one, two, tiny),
        "1 / (1 + exp(-4 / sigma**2)): the narrower the bells, the more the nearest takes, as in k-means.",
        within=0.0051,
    )


@exercise("05-2")
def _(answer: Any) -> Verdict:
    cost = np.log(200)
    free = {
        "one too many: the last weight is what is missing to 1.": 18,
        "a symmetric 2 x 2 matrix has three different numbers, not four.": 20,
        "a symmetric matrix has three different numbers, and the last weight is not free.": 21,
        "the weights are missing (or the slants: a covariance has three numbers).": 15,
        "that is for two components.": 11,
        "a covariance has a slant, too: three numbers.": 14,
    }

    def slips(likelihood: float, p: int) -> dict[str, float]:
        return {
            "that is AIC; BIC charges ln n for each number, not 2.": -2 * likelihood + 2 * p,
            "minus *two* times the log-likelihood.": -likelihood + p * cost,
            "lower is better for BIC itself, which is positive here; was the sign turned?": 2 * likelihood
            - p * cost,
            "the sign: minus two times a negative number is positive.": 2 * likelihood + p * cost,
            "ln is the natural logarithm.": -2 * likelihood + p * np.log10(200),
            "minus two times the log-likelihood is a fit without a price; add p ln n.": -2 * likelihood,
            "the price is added, not taken off.": -2 * likelihood - p * cost,
        }

    two = {"two components have 11 free numbers, not 17.": 600 + 17 * cost, **slips(-300, 11)}
    three = {"three components have 17 free numbers, not 11.": 582 + 11 * cost, **slips(-291, 17)}
    choice = {"lower is better.": 3, "two or three?": 1}
    return numbers(
        answer,
        ("free numbers of three", "BIC of two", "BIC of three", "components"),
        (17, 600 + 11 * cost, 582 + 17 * cost, 2),
        (free, two, three, choice),
        "six more numbers cost 6 ln 200 = 31.8, and the likelihood paid only 18.",
        within=(1e-6, 0.11, 0.11, 1e-6),
    )


@exercise("05-3")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "it says that one step gained less than tol; many such steps may lead far."),
            "b": (True, "the shares make the bound touch, and its top is at least as high as that point."),
            "c": (False, "it climbs to a top; another start may find a higher one."),
            "d": (
                True,
                "few points, other shapes, another number of bells: each leaves it surer than it is right.",
            ),
            "e": (False, "one bent group is tiled by several bells."),
            "f": (
                False,
                "the likelihood judges the density; a core and a halo may fit better than the groups.",
            ),
            "g": (True, "a bell that shrinks onto one point lifts the likelihood without end."),
            "h": (
                False,
                "responsibilities compare the components with each other; all may be very unlikely there.",
            ),
            "i": (True, "a mixture is a recipe: what it makes looks like the data if it is right."),
        },
        "convergence, likelihood, BIC and responsibilities all speak of the density, under the model.",
    )


def _tied(
    X: np.ndarray,
    weights: np.ndarray,
    means: np.ndarray,
    covariance: np.ndarray,
    shares: str = "soft",
    around: str = "new",
    pool: str = "all",
    out: str = "shares",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Do one step of EM for components of one covariance, with one of the usual mistakes."""
    n, k = len(X), len(weights)
    logs = np.array([multivariate_normal(mean, covariance).logpdf(X) for mean in means]).T
    if shares == "round":
        logs = -0.5 * ((X[:, None] - means) ** 2).sum(axis=2)
    if shares != "no weights":
        logs = logs + np.log(weights)
    if shares == "naive":
        R = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    elif shares == "heights":
        R = np.exp(logs)
    else:
        R = softmax(logs, axis=1)
    if shares == "patched":
        heights = np.exp(logs)
        none = heights.sum(axis=1) == 0
        heights[none] = ((X[none, None] - means) ** 2).sum(axis=2).argmin(axis=1)[:, None] == np.arange(k)
        R = heights / heights.sum(axis=1, keepdims=True)
    if shares == "hard":
        R = (R.max(axis=1, keepdims=True) == R).astype(float)
    N = R.sum(axis=0)
    moved = R.T @ X / N[:, None]
    middle = {"new": moved, "old": means, "all": np.tile(X.mean(axis=0), (k, 1))}[around]
    each = np.array([(R[:, j, None] * (X - middle[j])).T @ (X - middle[j]) for j in range(k)])
    pooled = {
        "all": each.sum(axis=0) / n,
        "mean": (each / N[:, None, None]).mean(axis=0),
        "sum": each.sum(axis=0),
    }
    pooled["n - 1"] = each.sum(axis=0) / (n - 1)
    pooled["diagonal"] = np.diag(np.diag(pooled["all"]))
    if out == "means":
        moved = R.T @ X / n
    return (N if out == "sums" else N / n), moved, pooled[pool]


@exercise("05-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(54)
    cases = []
    for n, d, k in ((40, 2, 2), (60, 3, 3), (30, 1, 2), (25, 2, 1)):
        A = rng.normal(size=(d, d))
        means = 2 * rng.normal(size=(k, d))
        X = rng.normal(size=(n, d)) + means[rng.integers(k, size=n)]
        weights = rng.dirichlet(np.full(k, 3.0))
        cases.append((f"{n} points, {d} columns, {k} components", (X, weights, means, A @ A.T + np.eye(d))))
    beside = np.array([[-1.0, 0], [1, 0]])
    far = np.array([[0.0, 0.3], [1, 0], [-2, 1], [300, 400], [0.1, 60], [0.4, -70], [-0.2, 80]])
    cases.append(("points far from every mean", (far, np.array([0.7, 0.3]), beside, np.eye(2))))
    mistakes = (
        (
            "a point far from every mean gives 0 / 0: take logarithms, and scipy.special.logsumexp.",
            lambda *a: _tied(*a, shares="naive"),
        ),
        (
            "far from every mean the shares are still shares, not all or nothing: take logarithms.",
            lambda *a: _tied(*a, shares="patched"),
        ),
        (
            "those are hard assignments; every point counts by its shares.",
            lambda *a: _tied(*a, shares="hard"),
        ),
        (
            "the shares go by weight times height; the weights are missing.",
            lambda *a: _tied(*a, shares="no weights"),
        ),
        (
            "the shares of a point add up to 1: divide by the sum over components.",
            lambda *a: _tied(*a, shares="heights"),
        ),
        ("the heights use the covariance, not the plain distance.", lambda *a: _tied(*a, shares="round")),
        ("the covariance is taken around the *new* means.", lambda *a: _tied(*a, around="old")),
        (
            "the covariance is taken around each component's mean, not that of all.",
            lambda *a: _tied(*a, around="all"),
        ),
        (
            "a component with more points counts more: sum over components, divide by n.",
            lambda *a: _tied(*a, pool="mean"),
        ),
        ("the covariance is a mean: divide by n.", lambda *a: _tied(*a, pool="sum")),
        ("divide by n; n - 1 is for another purpose.", lambda *a: _tied(*a, pool="n - 1")),
        ("the covariance has a slant, too: off the diagonal.", lambda *a: _tied(*a, pool="diagonal")),
        (
            "the new means are divided by the sum of the shares of each component, not by n.",
            lambda *a: _tied(*a, out="means"),
        ),
        ("the weights are shares of all points: divide by n.", lambda *a: _tied(*a, out="sums")),
    )
    return build(
        answer,
        "tied_step(X, weights, means, covariance)",
        cases,
        _tied,
        mistakes,
        "shares by weight times height, in logarithms; then means, and one covariance for all, by shares.",
    )


@cache
def _slanting() -> tuple[np.ndarray, np.ndarray]:
    """Draw three slanting clouds in three columns, and twelve rows that belong to none."""
    rng = np.random.default_rng(507)
    widths = (
        np.array([[2.2, 0, 0], [1.8, 0.5, 0], [0.6, 0.2, 0.5]]),
        np.array([[0.6, 0, 0], [-0.9, 0.45, 0], [0.3, 0.2, 1.2]]),
        np.array([[1.6, 0, 0], [-1.3, 0.5, 0], [-0.5, 0.1, 0.45]]),
    )
    means, sizes = np.array([[0, 0, 0], [3.2, -1.6, 1.0], [-0.6, 3.4, -0.5]]), (300, 180, 108)
    clouds = [mean + rng.normal(size=(n, 3)) @ L.T for mean, n, L in zip(means, sizes, widths, strict=True)]
    X = np.vstack(clouds)
    precise = [np.linalg.inv(L @ L.T) for L in widths]
    strangers: list[np.ndarray] = []
    while len(strangers) < 12:
        place = rng.uniform(X.min(axis=0), X.max(axis=0))
        off = place - means
        away = min(float(np.sqrt(o @ P @ o)) for o, P in zip(off, precise, strict=True))
        if 5 < away < 9:
            strangers.append(place)
    order = rng.permutation(600)
    truth = np.r_[np.repeat([0, 1, 2], sizes), [-1] * 12]
    return (np.vstack([X, strangers])[order] * [12, 0.3, 1.7] + [170, 2, 40]), truth[order]


@table("05-5")
def _() -> np.ndarray:
    return _slanting()[0].copy()


@exercise("05-5")
def _(answer: Any) -> Verdict:
    X, truth = _slanting()
    reasons = {
        "a": "",
        "b": "of the twelve rows farthest from their center half at most are strangers; count them.",
        "c": "the lowest BIC has a bell more than there are groups: wide and sparse, over the strangers.",
        "d": "a responsibility compares the bells with each other; all may be very unlikely there.",
    }
    labels, reason = labels_and_reason(answer, len(X), reasons)
    odd, members = labels < 0, truth >= 0
    if odd.sum() != 12:
        raise NotYetError(f"twelve rows belong to no group, and get the label -1; yours are {odd.sum()}.")
    scaled = scale(X)
    k_means = KMeans(3, n_init=10, random_state=0).fit(scaled)

    def bells(kind: str, k: int) -> np.ndarray:
        return GaussianMixture(
            k, covariance_type=kind, n_init=3, tol=1e-6, max_iter=2000, random_state=0
        ).fit_predict(scaled)

    def known() -> list[tuple[str, np.ndarray]]:
        types = "these bells may not each slant in their own way; which covariance type has the lowest BIC?"
        pieces = "round pieces, and the groups are long and slant; draw two columns."
        found = [
            *((pieces, KMeans(k, n_init=10, random_state=0).fit_predict(scaled)) for k in (2, 3, 4)),
            (pieces, KMeans(3, n_init=10, random_state=0).fit_predict(X)),
            *((types, bells(kind, k)) for kind in ("tied", "diag", "spherical") for k in (2, 3, 4)),
            ("two groups went together; compare the BIC of more bells.", bells("full", 2)),
        ]
        return [(hint, labels_[inside]) for hint, labels_ in found]

    inside = members & ~odd
    names, sizes = np.unique(labels[~odd], return_counts=True)
    hits = int((odd & ~members).sum())
    if len(names) > 3 and hits > 9 and sizes.min() >= 12 and agreement(labels[inside], truth[inside]) >= 0.6:
        return not_yet(f"{len(names)} groups, the smallest of {sizes.min()} rows: a group was cut.")
    if len(names) > 3 and agreement(labels[inside], truth[inside]) >= 0.88:
        return not_yet(
            f"{len(names)} groups, the smallest of {sizes.min()} rows: a bell more than there "
            "are groups may be spread over the strangers. Count the groups that are groups."
        )
    score = scored(labels[inside], truth[inside], 0.9, known)
    if hits < 10:
        nearest = k_means.transform(scaled).min(axis=1)
        if set(np.argsort(-nearest)[:12]) == set(np.flatnonzero(odd)):
            raise NotYetError(
                f"{hits} of the twelve are right. Those are far from their center; take the rows "
                "of the lowest density (score_samples), which follows the shapes."
            )
        raise NotYetError(
            f"the groups are right ({score:.2f}), but {hits} of the twelve: those of the "
            "*lowest* density, under bells that fit?"
        )
    return defended(
        f"groups ({score:.2f}) and strangers ({hits}) are right",
        reason,
        reasons,
        f"agreement {score:.2f}, and {hits} of 12 strangers: bells that each slant in their own "
        "way, and the rows that belong to none.",
    )
