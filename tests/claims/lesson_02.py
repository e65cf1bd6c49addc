"""Attempts to break the claims of lesson 02."""

from __future__ import annotations

import time
import tracemalloc
import warnings

import numpy as np
import pandas as pd
from challenge import claim
from conftest import ROOT
from draws import blobs, seed, two_arms
from lesson_code import taught
from scipy.cluster.hierarchy import cophenet, fcluster, linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import pdist
from sklearn.cluster import AgglomerativeClustering, BisectingKMeans, KMeans
from sklearn.datasets import load_wine, make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors, kneighbors_graph
from sklearn.preprocessing import scale

LINKAGES = ("single", "complete", "average", "ward")
LESSON = taught("02_hierarchical")


def cut(X, method, k):
    return fcluster(linkage(X, method), k, "maxclust") - 1


@claim(
    "02-moons",
    "On scikit-learn's two moons, while the gap is wider than any step inside them, single linkage finds "
    "them and no other linkage does",
    "How much does the linkage matter?",
    without={"noise": 0.2},
)
def moons(rng, noise=None):
    noise = noise or rng.uniform(0.02, 0.06)
    X, y = make_moons(int(rng.integers(200, 1000)), noise=noise, random_state=seed(rng))
    found = {method: adjusted_rand_score(y, cut(X, method, 2)) for method in LINKAGES}
    return found.pop("single") == 1 and max(found.values()) < 0.9


@claim(
    "02-chain",
    "Single linkage runs two blobs together, because a row of points leads from one to the other; average "
    "linkage and Ward keep them apart",
    "How much does the linkage matter?",
    without={"bridge": False},
)
def chain(rng, bridge=True):
    n, apart = int(rng.integers(100, 500)), rng.uniform(9, 11)
    X, y = make_blobs(n, centers=[[0, 0], [apart, 0]], random_state=seed(rng))
    row = np.linspace(0, apart, int(rng.integers(20, 40)))
    both = np.vstack([X, np.c_[row, np.zeros_like(row)]]) if bridge else X
    found = {m: adjusted_rand_score(y, cut(both, m, 2)[:n]) for m in ("single", "average", "ward")}
    return found["single"] < 0.1 and min(found["average"], found["ward"]) > 0.8


def crumbs_took_a_cluster(rng, method):
    """Draw two arms of which the cut at two clusters makes a crumb and a crowd."""
    while True:
        X, y = two_arms(rng)
        if np.bincount(cut(X, method, 2)).min() < 0.05 * len(X):
            return X, y


@claim(
    "02-spare",
    "Where a crumb has taken one of two clusters of average linkage, spare clusters usually give a better "
    "answer, because stray points take clusters for themselves",
    "The tree was right, k was wrong",
    without={"strays": False},
)
def spare(rng, strays=True):
    X, y = crumbs_took_a_cluster(rng, "average")
    if not strays:
        distance = NearestNeighbors(n_neighbors=11).fit(X).kneighbors(X)[0][:, -1]
        kept = distance < np.quantile(distance, 0.95)
        X, y = X[kept], y[kept]
    tree = linkage(X, "average")
    two = adjusted_rand_score(y, fcluster(tree, 2, "maxclust"))
    _, labels = LESSON["cut_with_spares"](tree, 2)
    # crumbs count as one more group, which makes it harder for the answer with spare clusters
    return labels is not None and adjusted_rand_score(y, labels) > two + 0.1


@claim(
    "02-single",
    "Where single linkage with spare clusters finds two large ones, its ARI is above 0.7 more often than not",
    "The tree was right, k was wrong",
    false={"spare": False},
)
def single(rng, spare=True):
    while True:
        X, y = two_arms(rng)
        tree = linkage(X, "single")
        k, labels = LESSON["cut_with_spares"](tree, 2)
        if labels is not None and k > 2:
            break
    if not spare:
        labels = fcluster(tree, 2, "maxclust")
    kept = labels >= 0
    return adjusted_rand_score(y[kept], labels[kept]) > 0.7


@claim(
    "02-outliers",
    "A few single far points take clusters of single, complete and average linkage for themselves; where "
    "the groups are clearly apart, few and of one size, spares mend that in every linkage",
    "Outliers take clusters",
    without={"strays": 0},
)
def outliers(rng, strays=3):
    k = int(rng.integers(2, 5))
    X, y = blobs(rng, k, 10.0)
    angle = rng.uniform(0, 2 * np.pi) + np.arange(strays) * 2 * np.pi / 3
    far = rng.uniform(60, 200, strays)[:, None] * np.c_[np.cos(angle), np.sin(angle)] + X.mean(axis=0)
    both = np.vstack([X, far])
    asked, spared = [], []
    for method in LINKAGES:
        tree = linkage(both, method)
        asked.append(adjusted_rand_score(y, fcluster(tree, k, "maxclust")[: len(X)]))
        _, labels = LESSON["cut_with_spares"](tree, k)
        spared.append(adjusted_rand_score(y, labels[: len(X)]))
    # Ward gives in last; the other three nowhere find the groups
    return max(asked[:3]) < 0.8 and min(spared) > 0.98


@claim(
    "02-small",
    "Spare clusters of single and average linkage lose a true group, because it is smaller than what counts"
    " as large",
    "Outliers take clusters",
    without={"share": 0.01},
)
def small(rng, share=0.05):
    k = int(rng.integers(2, 5))
    X, y = blobs(rng, k + 1, 10.0)
    few = np.flatnonzero(y == k)[int(rng.integers(5, 3.5 * k)) :]
    X, y = np.delete(X, few, axis=0), np.delete(y, few)
    angle = rng.uniform(0, 2 * np.pi) + np.arange(3) * 2 * np.pi / 3
    far = rng.uniform(60, 200, 3)[:, None] * np.c_[np.cos(angle), np.sin(angle)] + X.mean(axis=0)
    lost = []
    for method in ("single", "average"):
        tree = linkage(np.vstack([X, far]), method)
        cut, labels = LESSON["cut_with_spares"](tree, k + 1, share)
        lost.append(cut is None or adjusted_rand_score(y, labels[: len(X)]) < 0.95)
    return all(lost) if share == 0.05 else any(lost)


@claim(
    "02-tall",
    "In few dimensions, without rare huge values, four times the points make Ward's last merge about twice "
    "as high, and raise average linkage's less",
    "One merge by hand",
    false={"times": 1},
)
def tall(rng, times=4):
    d, n = int(rng.integers(2, 6)), int(rng.integers(50, 200))
    if rng.random() < 0.5:
        X = rng.normal(size=(n * times, d)) + 3 * rng.integers(2, size=(n * times, 1))
    else:
        X = two_arms(rng, n * times)[0]
    few = X[rng.choice(len(X), n, replace=False)]
    ward, average = (linkage(X, m)[-1, 2] / linkage(few, m)[-1, 2] for m in ("ward", "average"))
    return 1.6 < ward < 2.5 and average < ward


@claim(
    "02-faithful",
    "Of the four, average linkage usually has the highest cophenetic correlation, on blobs, arms, wines and"
    " noise in a box",
    "How do I read a dendrogram?",
    false={"method": "single"},
)
def faithful(rng, method="average"):
    n = int(rng.integers(100, 400))
    kind = rng.integers(4)
    if kind == 0:
        X, _ = two_arms(rng)
    elif kind == 1:
        X, _ = blobs(rng, int(rng.integers(2, 6)), rng.uniform(3, 8), n // 4)
    elif kind == 2:
        X = rng.random((n, int(rng.integers(2, 10))))
    else:
        X = scale(load_wine().data)[rng.choice(178, 120, replace=False)]
    distances = pdist(X)
    kept = {m: cophenet(linkage(distances if m != "ward" else X, m), distances)[0] for m in LINKAGES}
    return max(kept, key=kept.get) == method


NUMERALS = pd.read_csv(ROOT / "data" / "numerals.csv", index_col="language")
FAMILY = NUMERALS.pop("family")
BY_WORD = np.array(
    [[[LESSON["word_distance"](a, b) for b in NUMERALS[w]] for a in NUMERALS[w]] for w in NUMERALS]
)


@claim(
    "02-words",
    "Seven numerals are usually enough to put nine of ten languages that have a relative in the table next "
    "to one",
    "A tree from any distance",
    false={"own": False},
)
def words(rng, own=True):
    distances = BY_WORD[rng.choice(10, 7, replace=False)].mean(axis=0)
    family = FAMILY.to_numpy() if own else rng.permutation(FAMILY)
    np.fill_diagonal(distances, np.inf)
    with_relatives = np.array([np.sum(family == one) > 1 for one in family])
    nearest = family[distances.argmin(axis=1)]
    return np.mean((nearest == family)[with_relatives]) >= 0.9


@claim(
    "02-inversions",
    "Centroid linkage can merge at smaller heights after greater ones (on some hundred points in two "
    "columns or more it does); the other four linkages never do",
    "Single linkage is a spanning tree",
    false={"method": "average"},
)
def inversions(rng, method="centroid"):
    X = rng.normal(size=(int(rng.integers(150, 500)), int(rng.integers(2, 6))))
    falls = {m: (np.diff(linkage(X, m)[:, 2]) < -1e-9).any() for m in (*LINKAGES, method)}
    return falls.pop(method) and not any(falls.values())


@claim(
    "02-fast",
    "3,000 points or more, cut into eight clusters: bisecting k-means with one start for each split takes "
    "less than half of Ward's time",
    "Could we start from the top?",
    false={"swap": True},
)
def fast(rng, swap=False):
    X = rng.normal(size=(int(rng.integers(3000, 4500)), int(rng.integers(2, 6))))
    models = [BisectingKMeans(8, random_state=seed(rng)), AgglomerativeClustering(8)]
    took = []
    for model in models[::-1] if swap else models:
        start = time.process_time()
        model.fit(X)
        took.append(time.process_time() - start)
    return took[0] < took[1] / 2


@claim(
    "02-final",
    "On two arms k-means started at Ward's clusters moves points and lowers the cost",
    "A merge is never undone",
    false={"final": False},
)
def final(rng, final=True):
    X, _ = two_arms(rng)
    k = int(rng.integers(3, 7))
    start = AgglomerativeClustering(k).fit_predict(X)

    def refine(labels):
        means = np.array([X[labels == cluster].mean(axis=0) for cluster in range(k)])
        return KMeans(k, init=means, n_init=1, tol=0, max_iter=1000).fit(X).labels_

    if not final:  # an answer in which points were moved until none gains
        start = refine(start)
    return (refine(start) != start).sum() > 0.02 * len(X)


@claim(
    "02-cost",
    "And more often than not that is not more right: on two arms the new clusters fit the classes no better",
    "A merge is never undone",
    false={"shuffled": True},
)
def cost(rng, shuffled=False):
    X, y = two_arms(rng)
    k = int(rng.integers(2, 6))
    start = AgglomerativeClustering(k).fit_predict(X)
    if shuffled:
        start = rng.permutation(start)
    means = np.array([X[start == cluster].mean(axis=0) for cluster in range(k)])
    refined = KMeans(k, init=means, n_init=1).fit(X).labels_
    return adjusted_rand_score(y, refined) <= adjusted_rand_score(y, start)


@claim(
    "02-memory",
    "With Euclidean distances scikit-learn's single linkage needs memory in proportion to n, complete, "
    "average and Ward to n squared",
    "Memory",
    false={"swap": True},
)
def memory(rng, swap=False):
    d, n = int(rng.integers(2, 6)), int(rng.integers(400, 800))
    peaks = {}
    for method in LINKAGES:
        for size in (n, 3 * n):
            X = rng.normal(size=(size, d))
            tracemalloc.start()
            AgglomerativeClustering(5, linkage=method).fit(X)
            peaks[method, size] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    grows = {m: np.log(peaks[m, 3 * n] / peaks[m, n]) / np.log(3) for m in LINKAGES}
    linear = grows.pop("ward" if swap else "single")
    return linear < 1.3 and min(grows.values()) > 1.7


@claim(
    "02-graph",
    "On overlapping blobs, moons, two arms or even noise in the plane, with links to the twenty nearest "
    "neighbours and all in one piece, Ward finds the clusters of plain Ward",
    "Memory",
    false={"neighbours": 2},
)
def graph(rng, neighbours=20):
    while True:
        kind = rng.integers(4)
        if kind == 0:
            X, _ = two_arms(rng)
        elif kind == 1:
            X, _ = make_blobs(500, centers=rng.uniform(0, 6, (4, 2)), random_state=seed(rng))
        elif kind == 2:
            X, _ = make_moons(500, noise=0.15, random_state=seed(rng))
        else:
            X = rng.random((500, 2))
        links = kneighbors_graph(X, neighbours)
        if neighbours < 20 or connected_components(links, directed=False)[0] == 1:
            break
    k = int(rng.integers(3, 7))
    plain = AgglomerativeClustering(k).fit_predict(X)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # two neighbours leave gaps, which scikit-learn closes
        linked = AgglomerativeClustering(k, connectivity=links).fit_predict(X)
    return adjusted_rand_score(plain, linked) > 0.98


@claim(
    "02-ratio",
    "On blobs of like size, each about as far from the next, the largest ratio of Ward's heights names "
    "their number, because they are eight widths apart",
    "The number of clusters can be hard to read off",
    without={"apart": 1.0},
)
def ratio(rng, apart=8.0):
    k = int(rng.integers(3, 7))
    X, y = blobs(rng, k, apart)
    kept = rng.random(len(X)) < rng.uniform(0.3, 1, k)[y]  # unequal sizes
    return LESSON["largest_ratio"](linkage(X[kept], "ward")[:, 2]) == k


@claim(
    "02-gap",
    "Of six such blobs, three in a row and two rows, the largest gap names fewer",
    "The number of clusters can be hard to read off",
    false={"log": True},
)
def gap(rng, log=False):
    places = np.array([(i, j) for i in range(3) for j in range(2)]) * rng.uniform(6, 10)
    n = int(rng.integers(200, 800))
    X, _ = make_blobs(n, centers=places + rng.uniform(-0.4, 0.4, (6, 2)), random_state=seed(rng))
    rule = LESSON["largest_ratio" if log else "largest_gap"]
    return rule(linkage(X, "ward")[:, 2]) < 6


@claim(
    "02-nothing",
    "On even noise in a square the largest ratio names one number for at least four of ten samples: that it"
    " comes back proves nothing",
    "The number of clusters can be hard to read off",
    false={"groups": True},
)
def nothing(rng, groups=False):
    named = []
    for k in (*range(2, 10), 3, 5):
        X = rng.random((int(rng.integers(200, 600)), 2))
        if groups:  # another number of groups each time
            X, _ = blobs(rng, k, 10.0)
        named.append(int(LESSON["largest_ratio"](linkage(X, "ward")[:, 2])))
    return np.bincount(named).max() >= 0.4 * len(named)
