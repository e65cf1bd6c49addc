"""Answers to the exercises of lesson 05: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np
from answering import table_answers
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import scale

from helpers.exercises import unnamed


def shares(X, weights, means, covariance):
    logs = np.array([multivariate_normal(mean, covariance).logpdf(X) for mean in means]).T + np.log(weights)
    return np.exp(logs - logsumexp(logs, axis=1, keepdims=True))


def from_shares(X, R, n_off=0, around=None, scatter=lambda R, offsets, n: None):
    N = R.sum(axis=0)
    means = (R.T @ X) / N[:, None]
    middle = means if around is None else around
    total = sum((R[:, k, None] * (X - middle[k])).T @ (X - middle[k]) for k in range(len(N)))
    return N / len(X), means, total / (len(X) - n_off)


def in_loops(X, weights, means, covariance):
    """Write every sum out."""
    R = np.empty((len(X), len(weights)))
    inverse = np.linalg.inv(covariance)
    for i, x in enumerate(X):
        logs = [np.log(w) - 0.5 * (x - m) @ inverse @ (x - m) for w, m in zip(weights, means, strict=True)]
        R[i] = np.exp(np.array(logs) - max(logs))
        R[i] /= R[i].sum()
    moved = [sum(R[i, k] * X[i] for i in range(len(X))) / R[:, k].sum() for k in range(len(weights))]
    scatter = np.zeros_like(covariance)
    for i, x in enumerate(X):
        for k, m in enumerate(moved):
            scatter += R[i, k] * np.outer(x - m, x - m)
    return [R.mean(axis=0), moved, scatter / len(X)]


def with_einsum(X, weights, means, covariance):
    R = shares(X, weights, means, covariance)
    N = R.sum(axis=0)
    moved = np.einsum("nk,nd->kd", R, X) / N[:, None]
    whole = X.T @ X - np.einsum("k,kd,ke->de", N, moved, moved)
    return N / len(X), moved, whole / len(X)


def heights(X, weights, means, covariance):
    parts = zip(weights, means, strict=True)
    return np.array([w * multivariate_normal(m, covariance).pdf(X) for w, m in parts]).T


def naive(X, weights, means, covariance):
    h = heights(X, weights, means, covariance)
    with np.errstate(all="ignore"):
        return from_shares(X, h / h.sum(axis=1, keepdims=True))


def patched(X, weights, means, covariance):
    """Take plain heights, and where they are all 0 the nearest mean."""
    h = heights(X, weights, means, covariance)
    lost = h.sum(axis=1) == 0
    h[lost] = np.eye(len(means))[((X[lost, None] - means) ** 2).sum(axis=2).argmin(axis=1)]
    return from_shares(X, h / h.sum(axis=1, keepdims=True))


def hard(X, *recipe):
    R = shares(X, *recipe)
    return from_shares(X, np.eye(R.shape[1])[R.argmax(axis=1)])


def without_weights(X, weights, means, covariance):
    return from_shares(X, shares(X, np.ones(len(weights)), means, covariance))


def old_means(X, weights, means, covariance):
    return from_shares(X, shares(X, weights, means, covariance), around=means)


def around_the_whole(X, *recipe):
    return from_shares(X, shares(X, *recipe), around=np.tile(X.mean(axis=0), (len(recipe[0]), 1)))


def mean_of_covariances(X, *recipe):
    R = shares(X, *recipe)
    weights, means, _ = from_shares(X, R)
    each = [np.cov(X.T, aweights=R[:, k], ddof=0).reshape(X.shape[1], -1) for k in range(R.shape[1])]
    return weights, means, np.mean(each, axis=0)


def only_diagonal(X, *recipe):
    weights, means, covariance = from_shares(X, shares(X, *recipe))
    return weights, means, np.diag(np.diag(covariance))


def counts(X, *recipe):
    weights, means, covariance = from_shares(X, shares(X, *recipe))
    return weights * len(X), means, covariance


def means_over_n(X, *recipe):
    R = shares(X, *recipe)
    weights, _means, covariance = from_shares(X, R)
    return weights, R.T @ X / len(X), covariance


def undivided(X, *recipe):
    weights, means, covariance = from_shares(X, shares(X, *recipe))
    return weights, means, covariance * len(X)


def by_distance(X, weights, means, covariance):
    return from_shares(X, shares(X, weights, means, np.eye(len(covariance))))


def only_shares(X, *recipe):
    return shares(X, *recipe)


def one_for_each(X, *recipe):
    weights, means, covariance = from_shares(X, shares(X, *recipe))
    return weights, means, np.array([covariance] * len(weights))


X = unnamed("05-5")
S = scale(X)


def mixture(kind, k, **settings):
    settings = {"n_init": 5, "tol": 1e-6, "max_iter": 2000, "random_state": 0, **settings}
    return GaussianMixture(k, covariance_type=kind, **settings).fit(S)


def mark(labels, oddness, n=12):
    labels = np.array(labels)
    labels[np.argsort(oddness)[:n]] = -1
    return labels


def judged(model, n=12, sign=1):
    return mark(model.predict(S), sign * model.score_samples(S), n)


full = mixture("full", 3)
centers = KMeans(3, n_init=10, random_state=0).fit(S)
far = -centers.transform(S).min(axis=1)

WRONG = {
    "05-1": [
        ([0.02, 0.73, 1], "of the second component"),
        ([0.75, 0.73, 1], "height of the bell curve"),
        ([0.9, 0.73, 1], "nor by squared distance"),
        ([0.61, 0.73, 1], "divide it by the sum"),
        ([0.98, 0.98, 1], "a wider bell is flatter"),
        ([0.98, 0.88, 1], "enters squared"),
        ([0.98, 0.5, 1], "not without end"),
        ([0.98, 0.27, 1], "sigma 2: that is the responsibility of the second"),
        ([1, 1, 1], "vanishing width"),
        ([98, 73, 100], "in per cent"),
        ([0.73, 0.73, 1], "d is squared"),
        ([0.88, 0.73, 1], "not (3 - 1)**2"),
        ([0.98, 0.73, 0.5], "halves are what very *wide*"),
        ([0.98, 0.73, 0.98], "the more the nearest takes"),
        (0.98, "a list of 3 numbers"),
    ],
    "05-2": [
        ([18, 658.3, 672.1, 2], "one too many"),
        ([20, 658.3, 672.1, 2], "three different numbers, not four"),
        ([15, 658.3, 672.1, 2], "the weights are missing"),
        ([11, 658.3, 672.1, 2], "for two components"),
        ([17, 622, 616, 3], "that is AIC"),
        ([17, 358.3, 381, 2], "minus *two* times"),
        ([17, -541.7, -492, 2], "the sign"),
        ([17, 600, 582, 3], "a fit without a price"),
        ([17, 625.3, 621, 3], "the natural logarithm"),
        ([17, -658.3, -672.1, 2], "was the sign turned"),
        ([17, 690.1, 660.3, 3], "11 free numbers, not 17"),
        ([17, 658.3, 640.3, 3], "17 free numbers, not 11"),
        ([17, 658.3, 672.1, 3], "lower is better"),
        (17, "a list of 4 numbers"),
    ],
    "05-3": [
        ("bdgi", "it says that one step"),
        ("adgi", "the shares make"),
        ("abcdgi", "it climbs"),
        ("abgi", "few points, other shapes"),
        ("abdegi", "one bent group"),
        ("abdfgi", "the likelihood judges"),
        ("abdi", "a bell that shrinks"),
        ("abdg", "a mixture is a recipe"),
        ("abdghi", "responsibilities compare"),
        (7, "the letters in a list"),
    ],
    "05-4": [
        (0, "write a function"),
        (naive, "0 / 0"),
        (hard, "hard assignments"),
        (patched, "not all or nothing"),
        (without_weights, "the weights are missing"),
        (lambda X, *r: from_shares(X, heights(X, *r)), "the shares of a point add up to 1"),
        (by_distance, "not the plain distance"),
        (old_means, "around the *new* means"),
        (around_the_whole, "not that of all"),
        (mean_of_covariances, "a component with more points"),
        (undivided, "divide by n."),
        (lambda X, *r: from_shares(X, shares(X, *r), n_off=1), "n - 1 is for another"),
        (only_diagonal, "off the diagonal"),
        (counts, "the weights are shares"),
        (means_over_n, "not by n"),
        (only_shares, "return 3 things"),
        (one_for_each, "an array of shape (2, 2); got the shape (2, 2, 2)"),
        (lambda X, weights, means, covariance: X @ means, "it fails on 30 points, 1 columns"),
    ],
    "05-5": [
        ((np.zeros(600, dtype=int), "z"), "one of the letters"),
        (table_answers("a", 600)[0][0], "give two things"),
        ((full.predict(S), "a"), "yours are 0"),
        ((judged(full, 30), "a"), "yours are 30"),
        ((mark(centers.labels_, far), "b"), "the groups are long and slant"),
        ((mark(full.predict(S), far), "b"), "Those are far from their center"),
        ((judged(full, sign=-1), "a"), "those of the *lowest* density"),
        ((judged(mixture("diag", 3)), "a"), "may not each slant"),
        ((judged(mixture("full", 2)), "a"), "Groups went together"),
        ((judged(mixture("full", 4)), "c"), "Count the groups that are groups"),
        ((judged(mixture("tied", 3)), "a"), "each slant in their own way"),
        ((judged(full), "b"), "half at most are strangers"),
        ((judged(full), "c"), "a bell more than there are groups"),
        ((judged(full), "d"), "compares the bells with each other"),
    ],
}

RIGHT = {
    "05-1": [[0.98, 0.73, 1], (0.982, 0.731, 1.0), [1 / (1 + np.exp(-4)), 1 / (1 + np.exp(-1)), 0.9999]],
    "05-2": [
        [17, 658.3, 672.1, 2],
        (17, 658.28, 672.07, 2),
        [17, 600 + 11 * np.log(200), 582 + 17 * np.log(200), 2],
    ],
    "05-3": [["a", "b", "d", "g", "i"], "i, g, d, b, a"],
    "05-4": [in_loops, with_einsum],
    "05-5": [
        (judged(full), "a"),
        [judged(full).astype(float), ["A"]],
        (judged(mixture("full", 3, tol=1e-3)), "a"),
    ],
}


def recipes(rng):
    found = []
    for n, d, k in ((1, 1, 1), (5, 2, 2), (30, 2, 3), (25, 3, 2), (20, 1, 4)):
        A = rng.normal(size=(d, d))
        X = 2 * rng.normal(size=(n, d))
        found.append((X, rng.dirichlet(np.full(k, 2.0)), rng.normal(size=(k, d)), A @ A.T + 0.5 * np.eye(d)))
    return found


INPUTS = {"05-4": recipes}
