"""Attempts to break the claims of lesson 05."""

from __future__ import annotations

import numpy as np
from challenge import claim
from draws import arms, blobs, kmeans, rotation, seed, two_arms
from lesson_code import taught
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris, make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

LESSON = taught("05_distribution")
PATIENT = {"tol": 1e-6, "max_iter": 10_000}
RANDOM = {"init_params": "random_from_data", "n_init": 10}


def mixture(X, k, rng, **settings):
    """A mixture fitted to the end, by default the best of three starts."""
    return GaussianMixture(k, **{"n_init": 3, **PATIENT, **settings}, random_state=seed(rng)).fit(X)


def circle(rng, k, radius, n=400):
    """Round groups of one unit's width on a circle."""
    angle = 2 * np.pi * (np.arange(k) / k + rng.random())
    return make_blobs(n, centers=radius * np.c_[np.cos(angle), np.sin(angle)], random_state=seed(rng))


def doubt_and_error(fit, X, y, least=0.0):
    """The mean doubt of a mixture of two, and the share of points on the wrong side, in the better of both
    ways to pair components and groups; of the points with a share of `least` or more."""
    shares = fit.predict_proba(X)
    counted = shares.max(axis=1) >= least
    wrong = (shares.argmax(axis=1) != y)[counted].mean()
    return 1 - shares.max(axis=1)[counted].mean(), min(wrong, 1 - wrong)


def two_sides(rng, apart, skew):
    """4,000 points in two groups side by side, of one unit's width, round or with long tails."""
    y = (rng.random(4000) < rng.uniform(0.3, 0.7)).astype(int)
    X = rng.exponential(size=(4000, 2)) if skew else rng.normal(size=(4000, 2))
    X[:, 0] += apart * y
    return X, y


@claim(
    "05-stretch",
    "From random starts a mixture finds two long parallel clouds that k-means cuts across, because its "
    "clusters may stretch and turn",
    "Why is the first dataset easy here?",
    without={"kind": "spherical"},
)
def stretch(rng, kind="full"):
    X, y = arms(rng, 5)
    found = mixture(X, 2, rng, covariance_type=kind, **RANDOM).predict(X)
    return adjusted_rand_score(y, found) > 0.9 > 0.5 > adjusted_rand_score(y, kmeans(X, 2, rng).labels_)


@claim(
    "05-sigma",
    "Fewer points lie within three sigma with every dimension more",
    "What is a mixture in the plane?",
    false={"grows": True},
)
def sigma(rng, grows=False):
    shares = []
    for d in (1, 2, 3, 5, 10):
        root = np.tril(rng.normal(size=(d, d)))
        X = rng.normal(size=(20_000, d)) @ root.T
        covariance = root @ root.T
        squares = (X * np.linalg.solve(covariance, X.T).T).sum(axis=1)
        shares.append(np.mean(squares <= 9 * (d if grows else 1)))
    return bool((np.diff(shares) < 0).all())


@claim(
    "05-rises",
    "In ten runs EM's likelihood never falls, because each point counts by its shares",
    "Why can the likelihood not fall?",
    without={"hard": True},
)
def rises(rng, hard=False):
    k, d = int(rng.integers(2, 6)), int(rng.integers(1, 6))
    X = rng.normal(size=(int(rng.integers(100, 500)), d)) * rng.uniform(0.5, 2, d)
    X[: len(X) // 2, 0] += 3
    for _ in range(10):
        now = np.full(k, 1 / k), X[rng.choice(len(X), k, replace=False)], np.array([np.eye(d)] * k)
        values = []
        for _ in range(50):
            shares, value = LESSON["e_step"](X, *now)
            values.append(value)
            if hard:
                shares = np.eye(k)[shares.argmax(axis=1)]
                if shares.sum(axis=0).min() <= d:
                    break
            now = LESSON["m_step"](X, shares)
        if (np.diff(values) < -1e-5).any():
            return False
    return True


@claim(
    "05-trap",
    "On a thousand points in three round groups 2.5 sigma apart scikit-learn's default tolerance usually "
    "stops EM where patience changes the clusters, because the groups overlap",
    "The trap of the default",
    without={"apart": 8.0},
)
def trap(rng, apart=2.5):
    X, _ = circle(rng, 3, apart / np.sqrt(3), 1000)
    start = seed(rng)
    early, patient = (
        GaussianMixture(3, **settings, random_state=start).fit(X).predict(X) for settings in ({}, PATIENT)
    )
    return adjusted_rand_score(early, patient) < 0.9


@claim(
    "05-worse",
    "With patience, round components on two arms usually have a better likelihood and a slightly lower ARI",
    "The trap of the default",
    false={"swap": True},
)
def worse(rng, swap=False):
    X, y = two_arms(rng)
    start = seed(rng)
    early, patient = (
        GaussianMixture(2, covariance_type="spherical", n_init=3, **settings, random_state=start).fit(X)
        for settings in ({}, PATIENT)
    )
    if swap:
        early, patient = patient, early
    scores = [adjusted_rand_score(y, fit.predict(X)) for fit in (early, patient)]
    return patient.score(X) > early.score(X) and scores[1] < scores[0]


@claim(
    "05-likelier",
    "Thousands of points in two groups two widths apart, the likelier fit of both kinds of start: of the "
    "points of which it is 90 % sure, a third or more is on the wrong side, because the tails are long on "
    "both sides",
    "How sure is it?",
    without={"tails": False},
)
def likelier(rng, tails=True):
    n = int(rng.integers(5000, 8000))
    y = rng.integers(2, size=n)
    draw = rng.laplace if tails else rng.normal
    X = draw(0, 0.7 if tails else 1, (n, 2)) + rng.uniform(1.9, 2.2) * np.outer(y, [1, 0])
    fits = [mixture(X, 2, rng, init_params=start, n_init=2) for start in ("kmeans", "random_from_data")]
    _, was = doubt_and_error(max(fits, key=lambda fit: fit.score(X)), X, y, least=0.9)
    return was > 0.3


@claim(
    "05-sure",
    "Where the groups are bell curves of like size, two widths apart or more, and the points many, doubt "
    "and error agree to three points in a hundred",
    "How sure is it?",
    false={"skew": True},
)
def sure(rng, skew=False):
    X, y = two_sides(rng, rng.uniform(2, 4), skew)
    said, was = doubt_and_error(mixture(X, 2, rng), X, y)
    return abs(said - was) < 0.03


@claim(
    "05-skew",
    "Groups two or three widths apart, fitted from the k-means start: of the points of which a mixture is "
    "95 % sure or more, over one in twenty is on the wrong side, because the groups trail off to one side",
    "How sure is it?",
    without={"skew": False},
)
def skewed(rng, skew=True):
    X, y = two_sides(rng, rng.uniform(2, 3), skew)
    _, was = doubt_and_error(mixture(X, 2, rng), X, y, least=0.95)
    return was > 0.05


@claim(
    "05-few",
    "With 60 points in ten dimensions a mixture of full covariances is far too sure of itself, because the "
    "points are few",
    "How sure is it?",
    without={"n": 6000},
)
def few(rng, n=60):
    y = np.arange(n) % 2
    X = rng.normal(size=(n, 10)) + np.outer(y, np.eye(10)[0]) * rng.uniform(2.5, 3.5)
    said, was = doubt_and_error(mixture(X, 2, rng), X, y)
    return was > 3 * said


@claim(
    "05-columns",
    "With twenty columns and some hundred points BIC, with full covariances, names too few of three groups "
    "far apart, because of the price of a full covariance",
    "Does BIC find the number of components?",
    without={"kind": "tied"},
)
def columns(rng, kind="full"):
    d = 20
    X = rng.normal(size=(300, d)) @ np.linalg.qr(rng.normal(size=(d, d)))[0]
    X += 5 * np.linalg.qr(rng.normal(size=(d, 3)))[0].T[np.arange(300) % 3]
    fits = [mixture(X, k, rng, covariance_type=kind) for k in range(1, 5)]
    return 1 + int(np.argmin([fit.bic(X) for fit in fits])) < 3


@claim(
    "05-limit",
    "Round components of one small fixed size give the centers of k-means",
    "k-means is the limit",
    false={"size": 1.0},
)
def limit(rng, size=0.005):
    k = int(rng.integers(2, 6))
    X = rng.normal(size=(300, 2)) * [2, 1]
    first = X[rng.choice(len(X), k, replace=False)]
    theirs = KMeans(k, init=first, n_init=1, tol=0, max_iter=1000).fit(X).cluster_centers_
    centers = first
    for _ in range(200):
        shares, _ = LESSON["e_step"](X, np.full(k, 1 / k), centers, np.array([size**2 * np.eye(2)] * k))
        centers = LESSON["m_step"](X, shares)[1]
    return np.allclose(centers, theirs, atol=0.05)


def picks(X, rng, criterion, most=6, n_init=2):
    values = [getattr(mixture(X, j, rng, n_init=n_init), criterion)(X) for j in range(1, most + 1)]
    return 1 + int(np.argmin(values))


@claim(
    "05-bic",
    "In the plane, BIC finds the number of bell curves of like size from 300 points, because they can be "
    "told apart",
    "Does BIC find the number of components?",
    without={"apart": 1.5},
)
def bic(rng, apart=6.0):
    k = int(rng.integers(3, 5))
    X, _ = circle(rng, k, apart / (2 * np.sin(np.pi / k)), 300)
    return picks(X, rng, "bic", 5) == k


@claim(
    "05-aic",
    "Where bell curves in the plane can be told apart, with four starts for each number, AIC usually asks "
    "for too many, and BIC for the right number",
    "Does BIC find the number of components?",
    false={"swap": True},
)
def aic(rng, swap=False):
    k = int(rng.integers(2, 5))
    X, _ = circle(rng, k, 6.0 / (2 * np.sin(np.pi / k)))
    fits = [mixture(X, j, rng, n_init=4) for j in range(k - 1, k + 3)]
    by_bic, by_aic = (
        k - 1 + int(np.argmin([getattr(fit, name)(X) for fit in fits])) for name in ("bic", "aic")
    )
    if swap:
        by_bic, by_aic = by_aic, by_bic
    return by_bic == k < by_aic


@claim(
    "05-bayes",
    "In the plane, with 400 points, a Bayesian mixture of eight keeps as many components as there are bell "
    "curves, because they can be told apart",
    "Does BIC find the number of components?",
    without={"apart": 1.5},
)
def bayes(rng, apart=6.0):
    k = int(rng.integers(3, 5))
    X, _ = circle(rng, k, apart / (2 * np.sin(np.pi / k)))
    # where bells overlap, the last superfluous component fades for thousands of steps
    fit = BayesianGaussianMixture(n_components=8, tol=1e-5, max_iter=3000, random_state=seed(rng)).fit(X)
    return np.sum(fit.weights_ > 0.01) == k


@claim(
    "05-iris",
    "On 120 of the irises a full mixture of three, started from k-means, agrees better with the species "
    "than k-means, scaled or not, by 0.05",
    "Does it work on real flowers?",
    false={"swap": True},
)
def iris(rng, swap=False):
    X, y = load_iris(return_X_y=True)
    some = rng.choice(len(X), 120, replace=False)
    X, y = X[some], y[some]
    by_mixture = adjusted_rand_score(y, mixture(X, 3, rng, n_init=10).predict(X))
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    by_centers = max(adjusted_rand_score(y, kmeans(Z, 3, rng).labels_) for Z in (X, scaled))
    if swap:
        by_mixture, by_centers = by_centers, by_mixture
    return by_mixture > by_centers + 0.05


@claim(
    "05-two",
    "On half of the irises BIC, with full covariances, counts two components and not three",
    "Does it work on real flowers?",
    false={"pulled": True},
)
def two(rng, pulled=False):
    X, y = load_iris(return_X_y=True)
    half = rng.choice(len(X), 75, replace=False)
    X, y = X[half], y[half]
    if pulled:  # the third species moved away from the second
        X = X + 3 * (y == 2)[:, None]
    return picks(X, rng, "bic", 4) == 2


@claim(
    "05-numbers",
    "Fit again from other starts, and the same five clusters bear other numbers",
    "A number is not a name",
    false={"sort": True},
)
def numbers(rng, sort=False):
    X, _ = blobs(rng, 5, 8.0, 60)
    first, second = mixture(X, 5, rng), mixture(X, 5, rng)
    labels = []
    for fit in (first, second):
        rank = fit.means_[:, 0].argsort().argsort() if sort else np.arange(5)
        labels.append(rank[fit.predict(X)])
    return adjusted_rand_score(*labels) > 0.99 and (labels[0] != labels[1]).any()


@claim(
    "05-strangers",
    "Half of the strangers between two long clouds are among the least likely points, and not among those "
    "farthest from the nearer of two k-means centers, because the clouds are stretched",
    "Which points do not belong?",
    without={"round": True},
)
def strangers(rng, round=False):
    n, turn = int(rng.integers(200, 500)), rotation(rng)
    gap, long = rng.uniform(8, 12), 1 if round else rng.uniform(4, 8)
    clouds = rng.normal(size=(2 * n, 2)) * [long, 1] + np.outer(np.repeat([0, 1], n), [0, gap])
    between = np.c_[rng.uniform(-1, 1, 20) * long, gap / 2 + rng.uniform(-0.5, 0.5, 20)]
    X, everyone = clouds @ turn, np.vstack([clouds, between]) @ turn
    strange = np.arange(len(everyone)) >= len(X)
    centers = kmeans(everyone, 2, rng).transform(everyone).min(axis=1)
    unlikely = -mixture(everyone, 2, rng, **RANDOM).score_samples(everyone)
    by_density, by_center = (strange[values.argsort()[-20:]].sum() for values in (unlikely, centers))
    return by_density >= 10 and by_center <= 5


@claim(
    "05-drawn",
    "Points drawn from a mixture of two can be told from the moons it was fitted to, because moons are not "
    "bell curves",
    "What would the model make?",
    without={"gaussian": True},
)
def drawn(rng, gaussian=False):
    X, _ = make_moons(600, noise=0.06, random_state=seed(rng))
    fit = mixture(X, 2, rng)
    if gaussian:
        X = fit.sample(600)[0]
        fit = mixture(X, 2, rng)
    both = np.vstack([X, fit.set_params(random_state=seed(rng)).sample(600)[0]])
    which = np.repeat([0, 1], 600)
    mixed = rng.permutation(1200)
    return cross_val_score(KNeighborsClassifier(15), both[mixed], which[mixed], cv=5).mean() > 0.6


@claim(
    "05-moons",
    "BIC asks for six components or more on two moons with little noise, because they are not bell curves",
    "Shapes that are not Gaussian",
    without={"gaussian": True},
)
def moons(rng, gaussian=False):
    n = int(rng.integers(250, 400))
    X, _ = make_moons(n, noise=rng.uniform(0.05, 0.07), random_state=seed(rng))
    if gaussian:
        X = mixture(X, 2, rng).sample(n)[0]
    return picks(X, rng, "bic", 7, 1) >= 6


@claim(
    "05-gap",
    "Full covariances in twenty dimensions fit fresh points much worse than the 60 they saw, because these "
    "are few",
    "Few points, many parameters",
    without={"n": 3000},
)
def gap(rng, n=60):
    def draw(size):
        return rng.normal(size=(size, 20)) + 4 * rng.integers(2, size=(size, 1))

    X = draw(n)
    fit = mixture(X, 2, rng, n_init=1)
    return (fit.score(X) - fit.score(draw(1000))) / 20 > 0.2


@claim(
    "05-collapse",
    "One component on a single point, with a covariance of its own, raises the likelihood without end as it"
    " shrinks, on any data",
    "A component collapses",
    false={"floor": 1e-2},
)
def collapse(rng, floor=0.0):
    d = int(rng.integers(1, 6))
    X = rng.normal(size=(int(rng.integers(50, 500)), d)) * rng.uniform(0.5, 2, d)
    means = np.array([X.mean(axis=0), X[rng.integers(len(X))]])
    values = []
    for size in 10.0 ** -np.arange(4, 8):
        shapes = np.array([np.cov(X.T).reshape(d, d), (size**2 + floor) * np.eye(d)])
        values.append(LESSON["e_step"](X, np.array([0.5, 0.5]), means, shapes)[1])
    # Each time ten times thinner: the gain is about log(10) d / n, and no less the last time than the first.
    gains = np.diff(values)
    return bool((gains > 0.5 * np.log(10) * d / len(X)).all())


@claim(
    "05-starts",
    "On five round blobs starts from k-means reach the best likelihood more often than starts from random "
    "points",
    "It depends on the start",
    false={"swap": True},
)
def starts(rng, swap=False):
    X, _ = blobs(rng, 5, rng.uniform(5, 8), 60)
    ends = {}
    for init in ("random_from_data", "kmeans"):
        fits = [mixture(X, 5, rng, n_init=1, init_params=init) for _ in range(10)]
        ends[init] = np.array([fit.score(X) for fit in fits])
    best = max(values.max() for values in ends.values())
    good = {init: np.mean(values > best - 0.01) for init, values in ends.items()}
    if swap:
        return good["random_from_data"] > good["kmeans"]
    return good["kmeans"] > good["random_from_data"]
