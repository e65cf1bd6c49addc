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

from helpers.exercises.kinds import build, labels_and_reason, numbers, scored, statements
from helpers.exercises.machinery import NotYetError, Verdict, exercise, not_yet, right, table


@exercise("05-1")
def _(answer: Any) -> Verdict:
    def share(sigma: float) -> float:
        return float(1 / (1 + np.exp((1 - 9) / (2 * sigma**2))))

    one = {
        "that is the responsibility of the second component.": 1 - share(1),
        "shares do not go by distance, but by the height of the bell curve, exp(-d**2 / 2).": 0.75,
        "nor by squared distance: take exp(-d**2 / 2) of each.": 0.9,
        "that is the height of the first curve; divide it by the sum of both.": float(np.exp(-0.5)),
        "the 2 in exp(-d**2 / 2) was left out.": float(1 / (1 + np.exp(-8))),
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
    cost = np.log(100)
    free = {
        "one too many: the last weight is what is missing to 1.": 18,
        "a symmetric 2 x 2 matrix has three different numbers, not four.": 20,
        "a symmetric matrix has three different numbers, and the last weight is not free.": 21,
        "the weights are missing.": 15,
        "that is for two components.": 11,
        "a covariance has a slant, too: three numbers.": 14,
    }

    def slips(likelihood: float, p: int) -> dict[str, float]:
        return {
            "that is AIC; BIC charges ln n for each number, not 2.": -2 * likelihood + 2 * p,
            "minus *two* times the log-likelihood.": -likelihood + p * cost,
            "the sign: minus two times a negative number is positive.": 2 * likelihood + p * cost,
            "ln is the natural logarithm.": -2 * likelihood + p * 2,
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
        "six more numbers cost 6 ln 100 = 27.6, and the likelihood paid only 18.",
        within=(1e-6, 0.6, 0.6, 1e-6),
    )


@exercise("05-3")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "it says that one step gained less than tol; many such steps may lead far."),
            "b": (True, "the shares make the bound touch, and its top is at least as high as that point."),
            "c": (False, "it climbs to a top; another start may find a higher one."),
            "d": (True, "few points, or groups that are no bells, leave it too sure."),
            "e": (False, "one long or bent group is tiled by several bells."),
            "f": (
                False,
                "the likelihood judges the density; a core and a halo may fit better than the groups.",
            ),
            "g": (True, "a bell that shrinks onto one point lifts the likelihood without end."),
            "h": (False, "they compare the components with each other; both may be very unlikely there."),
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
    return (N / n if out == "shares" else N), moved, pooled[pool]


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
    far = (
        np.array([[0.0, 0], [1, 0], [0, 1], [300, 400]]),
        np.array([0.5, 0.5]),
        np.array([[0.0, 0], [1, 1.5]]),
        np.eye(2),
    )
    cases.append(("a point far from every mean", far))
    mistakes = (
        (
            "a point far from every mean gives 0 / 0: take logarithms, and scipy.special.logsumexp.",
            lambda *a: _tied(*a, shares="naive"),
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
        "b": "most of the strangers lie as near to a center as many a member; count them.",
        "c": "the lowest BIC has one bell more: wide, thin, and spread over the strangers.",
        "d": "a responsibility compares the bells with each other; all may be very low there.",
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
        return [
            ("Round pieces: the groups are long and slant; draw two columns.", k_means.labels_),
            ("These bells may not slant; which covariance type has the lowest BIC?", bells("diag", 3)),
            ("These bells may not slant; which covariance type has the lowest BIC?", bells("spherical", 3)),
            ("All have one shape here; which covariance type has the lowest BIC?", bells("tied", 3)),
            ("Two groups went together; compare the BIC of more bells.", bells("full", 2)),
        ]

    inside = members & ~odd
    score = scored(
        labels[inside], truth[inside], 0.9, lambda: [(hint, found[inside]) for hint, found in known()]
    )
    hits = int((odd & ~members).sum())
    if hits < 9:
        nearest = k_means.transform(scaled).min(axis=1)
        if set(np.argsort(-nearest)[:12]) == set(np.flatnonzero(odd)):
            raise NotYetError(
                f"{hits} of the twelve are right. Those are far from their center; take the rows "
                "of the lowest "
                "density (score_samples), which follows the shapes."
            )
        raise NotYetError(
            f"the groups are right ({score:.2f}), but {hits} of the twelve: those of the "
            "*lowest* density, under "
            "bells that fit?"
        )
    if reasons[reason]:
        return not_yet(
            f"groups ({score:.2f}) and strangers ({hits}) are right, the reason is not: {reasons[reason]}"
        )
    return right(
        f"agreement {score:.2f}, and {hits} of 12 strangers: bells that slant, and the rows that "
        "they make unlikely."
    )
