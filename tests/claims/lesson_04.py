"""Attempts to break the claims of lesson 04."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from challenge import claim
from conftest import ROOT
from draws import blobs, kmeans, seed, two_arms
from lesson_code import taught
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans
from sklearn.datasets import make_circles, make_moons
from sklearn.metrics import adjusted_rand_score

LESSON = taught("04_density")


def best_over(X, y, radii, min_samples):
    return max(adjusted_rand_score(y, DBSCAN(eps=e, min_samples=min_samples).fit_predict(X)) for e in radii)


@claim(
    "04-shapes",
    "DBSCAN follows moons and rings among scattered noise where k-means cuts them",
    "Which shapes, and what noise?",
    false={"round": True},
)
def shapes(rng, round=False):
    n = int(rng.integers(300, 800))
    if round:  # blobs, which k-means finds as well
        X, y = blobs(rng, 2, 10.0, n // 2)
        X = X / 8
    elif rng.random() < 0.5:
        X, y = make_moons(n, noise=rng.uniform(0.02, 0.06), random_state=seed(rng))
    else:
        X, y = make_circles(n, noise=rng.uniform(0.02, 0.05), factor=0.45, random_state=seed(rng))
    noisy, truth = LESSON["scatter_noise"](X, y, n // 10, rng)
    found = DBSCAN(eps=0.15 * np.sqrt(400 / n), min_samples=5).fit_predict(noisy)
    return (
        adjusted_rand_score(truth, found) > 0.8
        and adjusted_rand_score(truth, kmeans(noisy, 2, rng).labels_) < 0.6
    )


@claim(
    "04-order",
    "Shuffle the rows, and DBSCAN finds the same core points, the same noise and the same clusters of core",
    "How does DBSCAN work?",
    false={"method": "k-means"},
)
def order(rng, method="DBSCAN"):
    X, _ = two_arms(rng)
    shuffled = rng.permutation(len(X))
    if method == "DBSCAN":
        model = DBSCAN(eps=rng.uniform(0.15, 0.3), min_samples=int(rng.integers(5, 10)))
    else:  # from one start, which depends on the order
        model = KMeans(8, n_init=1, random_state=seed(rng))
    one, back = model.fit_predict(X), np.empty(len(X), dtype=int)
    core = getattr(model, "core_sample_indices_", np.arange(len(X)))
    back[shuffled] = model.fit_predict(X[shuffled])
    core_back = shuffled[getattr(model, "core_sample_indices_", np.arange(len(X)))]
    return (
        set(core) == set(core_back)
        and np.array_equal(one < 0, back < 0)
        and adjusted_rand_score(one[core], back[core]) == 1
    )


@claim(
    "04-knee",
    "On clean moons the knee of the k-distances is usually nearly as good as the best radius, because "
    "min_samples is 10: with 4, the rule of thumb, it breaks them",
    "How do I choose `eps` and `min_samples`?",
    without={"m": 4},
)
def knee(rng, m=10):
    n = int(rng.integers(300, 800))
    X, y = make_moons(n, noise=rng.uniform(0.05, 0.07), random_state=seed(rng))
    eps = LESSON["knee"](LESSON["k_distance"](X, m))
    found = adjusted_rand_score(y, DBSCAN(eps=eps, min_samples=m).fit_predict(X))
    return found > best_over(X, y, np.geomspace(0.03, 0.5, 25), m) - 0.05


@claim(
    "04-noise",
    "Noise can only shrink as eps grows, and only grow with min_samples",
    "How do I choose `eps` and `min_samples`?",
    false={"count": "clusters"},
)
def shrinks(rng, count="noise"):
    X, _ = two_arms(rng)

    def counted(eps, m):
        labels = DBSCAN(eps=eps, min_samples=m).fit_predict(X)
        return np.sum(labels < 0) if count == "noise" else -len(set(labels) - {-1})

    by_eps = [counted(e, 6) for e in np.sort(rng.uniform(0.05, 0.6, 12))]
    by_m = [counted(0.2, m) for m in range(2, 26, 2)]
    return (np.diff(by_eps) <= 0).all() and (np.diff(by_m) >= 0).all()


AIRPORTS = pd.read_csv(ROOT / "data" / "airports.csv", keep_default_na=False)


@claim(
    "04-sphere",
    "On a map degrees lose points of clusters that the distance on the sphere finds, because they are far "
    "from the equator",
    "What about a map?",
    without={"beyond": False},
)
def sphere(rng, beyond=True):
    high = AIRPORTS["latitude"].abs() > 50 if beyond else AIRPORTS["latitude"].abs() < 20
    places = AIRPORTS.loc[high, ["latitude", "longitude"]].to_numpy()
    places = places[rng.random(len(places)) < rng.uniform(0.5, 0.9)]
    km, m = rng.uniform(80, 150), int(rng.integers(5, 10))
    radians = np.radians(places)
    on_sphere = DBSCAN(eps=km / 6371, min_samples=m, metric="haversine").fit_predict(radians)
    in_degrees = DBSCAN(eps=km / 111.2, min_samples=m).fit_predict(places)
    return np.sum(in_degrees >= 0) < 0.8 * np.sum(on_sphere >= 0)


@claim(
    "04-contrast",
    "No one eps recovers four groups of which two are twenty times as narrow, and HDBSCAN does, because the"
    " narrow two lie close together",
    "One eps, several densities",
    without={"apart": 1.0},
)
def contrast(rng, apart=0.0):
    X, y = LESSON["four_groups"](0.05, rng, apart)
    kept = HDBSCAN(min_cluster_size=30, min_samples=10, copy=True).fit_predict(X)
    most = 0
    for m in (3, 5, 10, 20):
        for eps in np.geomspace(0.02, 1.5, 12):
            most = max(most, LESSON["recovered"](y, DBSCAN(eps=eps, min_samples=m).fit_predict(X)))
    return most < 4 and LESSON["recovered"](y, kept) == 4


@claim(
    "04-dimensions",
    "Two clouds that k-means finds are lost to DBSCAN at its best radius, because of many columns of noise",
    "Many dimensions",
    without={"columns": 2},
)
def dimensions(rng, columns=50):
    n = int(rng.integers(200, 500))
    y = rng.integers(2, size=n)
    X = rng.normal(size=(n, columns))
    X[:, 0] += 6 * y
    m = int(rng.choice([5, 10, 20]))
    curve = LESSON["k_distance"](X, m)
    best = best_over(X, y, np.linspace(curve[0], curve[-1], 40), m)
    return best < 0.7 and adjusted_rand_score(y, kmeans(X, 2, rng).labels_) > 0.8


@claim(
    "04-index",
    "With a small radius in the plane a k-d tree makes DBSCAN at least twice as fast on 8,000 points",
    "What does it cost?",
    false={"columns": 30},
)
def index(rng, columns=2):
    X = rng.uniform(size=(8000 if columns == 2 else 3000, columns))
    eps = 0.02 if columns == 2 else 1.2
    took = {}
    for algorithm in ("brute", "kd_tree"):
        start = time.process_time()
        DBSCAN(eps=eps, min_samples=5, algorithm=algorithm).fit(X)
        took[algorithm] = time.process_time() - start
    return took["brute"] > 2 * took["kd_tree"]


@claim(
    "04-nothing",
    "In 400 points or more of even noise in the plane, HDBSCAN with min_samples 5 finds several clusters "
    "and not one, because by default the whole is no answer",
    "And if there is nothing to find?",
    without={"single": True},
)
def nothing(rng, single=False):
    X = rng.random((int(rng.integers(400, 900)), 2)) * [rng.uniform(1, 2), 1]
    found = HDBSCAN(min_cluster_size=30, min_samples=5, allow_single_cluster=single, copy=True).fit_predict(X)
    return found.max() >= 1


@claim(
    "04-smallest",
    "With min_samples fixed, HDBSCAN recovers the four groups for every min_cluster_size from 10 to 150",
    "HDBSCAN: keep what lives long",
    false={"sizes": (10, 60, 250)},
)
def smallest(rng, sizes=(10, 30, 60, 100, 150)):
    X, y = LESSON["four_groups"](rng.uniform(0.03, 0.1), rng)
    m = int(rng.integers(5, 15))
    return all(
        LESSON["recovered"](y, HDBSCAN(min_cluster_size=s, min_samples=m, copy=True).fit_predict(X)) == 4
        for s in sizes
    )


@claim(
    "04-tied",
    "Tied to it, as by default, a min_samples of 150 loses some of the four groups",
    "HDBSCAN: keep what lives long",
    false={"m": 5},
)
def tied(rng, m=150):
    X, y = LESSON["four_groups"](rng.uniform(0.03, 0.1), rng)
    found = HDBSCAN(min_cluster_size=150, min_samples=m, copy=True).fit_predict(X)
    return LESSON["recovered"](y, found) < 4


@claim(
    "04-new",
    "Placed by the nearest core point within eps, new points of the same kind get their right moons",
    "Where does a new point belong?",
    false={"shuffled": True},
)
def new_points(rng, shuffled=False):
    n, noise = int(rng.integers(300, 800)), rng.uniform(0.03, 0.06)
    X, _ = make_moons(n, noise=noise, random_state=seed(rng))
    eps = 0.15 * np.sqrt(400 / n)
    labels, core, _ = LESSON["dbscan"](X, eps, 5)
    fresh, truth = make_moons(1000, noise=noise, random_state=seed(rng))
    if shuffled:
        labels = rng.permutation(labels)
    return adjusted_rand_score(truth, LESSON["place_new"](fresh, X, labels, core, eps)) > 0.9
