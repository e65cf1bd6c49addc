"""Attempts to break the claims of lesson 06."""

from __future__ import annotations

import numpy as np
from challenge import claim
from draws import arms, blobs, kmeans, rotation, seed
from lesson_code import taught
from sklearn import metrics
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.datasets import make_blobs, make_circles, make_moons

LESSON = taught("06_metrics")
contingency, adjusted_rand = LESSON["contingency"], LESSON["adjusted_rand"]


def ari(classes, clusters):
    return adjusted_rand(contingency(classes, clusters))


def blind(rng, n, k):
    return rng.integers(k, size=n)


@claim(
    "06-climb",
    "Of blind answers to classes of like size the means of purity, Rand, homogeneity and V-measure rise with "
    "the number of clusters, those of ARI and AMI stay within 0.05 of 0",
    "What would chance score?",
    false={"grow": 1},
)
def climb(rng, grow=6):
    n, k = int(rng.integers(150, 600)), int(rng.integers(3, 9))
    classes = rng.choice(k, n, p=rng.dirichlet(np.full(k, 10)))
    found = []
    for clusters in (k, grow * k):
        tables = [contingency(classes, blind(rng, n, clusters)) for _ in range(20)]
        rows = []
        for C in tables:
            rows.append([LESSON[name](C) for name in ("purity", "rand", "homogeneity", "v_measure")])
        level = [adjusted_rand(C) for C in tables]
        found.append((np.mean(rows, axis=0), abs(np.mean(level))))
    answers = [blind(rng, n, grow * k) for _ in range(20)]
    ami = np.mean([metrics.adjusted_mutual_info_score(classes, answer) for answer in answers])
    rise = found[1][0] - found[0][0]
    return bool(np.all(rise > 0.01)) and max(found[0][1], found[1][1], abs(ami)) < 0.05


@claim(
    "06-shuffles",
    "Pairs and information, adjusted by a thousand shuffles, are the ARI and the AMI to 0.02",
    "What would chance score?",
    false={"shuffle": False},
)
def shuffles(rng, shuffle=True):
    n, k = int(rng.integers(40, 200)), int(rng.integers(2, 6))
    classes = blind(rng, n, k)
    clusters = np.where(rng.random(n) < rng.uniform(0.3, 0.9), classes, blind(rng, n, k + 1))
    C = contingency(classes, clusters)
    halves = []
    for counted, library, most in (
        ("pairs", metrics.adjusted_rand_score, lambda counts: LESSON["pairs"](counts)),
        ("shared_information", metrics.adjusted_mutual_info_score, lambda counts: LESSON["entropy"](counts)),
    ):
        score = LESSON[counted]
        if shuffle:
            by_chance = LESSON["shuffled"](score, classes, clusters, seed=seed(rng)).mean()
        else:  # chance without its clusters' sizes: two clusters, whatever the answer has
            by_chance = np.mean([score(contingency(classes, blind(rng, n, 2))) for _ in range(200)])
        best = (most(C.sum(axis=1)) + most(C.sum(axis=0))) / 2
        halves.append(abs(LESSON["adjusted"](score(C), by_chance, best) - library(classes, clusters)))
    return max(halves) < 0.02


@claim(
    "06-split",
    "Cutting clusters never lowers purity or homogeneity",
    "Which metric should I use?",
    false={"merge": True},
)
def split(rng, merge=False):
    n, k = int(rng.integers(30, 300)), int(rng.integers(2, 7))
    classes = blind(rng, n, k)
    clusters = np.where(rng.random(n) < 0.7, classes, blind(rng, n, k))
    finer = clusters.copy()
    if merge:
        finer[clusters == 1] = 0
    else:
        own = np.flatnonzero(clusters == 0)
        finer[own[rng.random(len(own)) < rng.uniform(0.2, 0.8)]] = k
    before, after = contingency(classes, clusters), contingency(classes, finer)
    return all(LESSON[name](after) > LESSON[name](before) - 1e-9 for name in ("purity", "homogeneity"))


@claim(
    "06-rare",
    "Of a class of a tenth or less, half missed pleases the ARI more than all of it found and the rest cut "
    "in three, because the other class is large",
    "Which metric should I use?",
    without={"share": 0.5},
)
def rare(rng, share=None):
    n = int(rng.integers(200, 3000))
    few = int(n * (share or rng.uniform(0.03, 0.1)))
    classes = np.repeat([0, 1], [n - few, few])
    found = np.r_[rng.integers(3, size=n - few), np.full(few, 3)]
    missed = np.r_[np.zeros(n - few, dtype=int), rng.integers(2, size=few)]
    agrees = LESSON["homogeneity"](contingency(classes, found)) > LESSON["homogeneity"](
        contingency(classes, missed)
    )
    return agrees and ari(classes, missed) > ari(classes, found) + 0.1


@claim(
    "06-accuracy",
    "With twice as many clusters as classes k-means on clear blobs has a purity above 0.95 and a one-to-one"
    " accuracy below 0.75",
    "How good is this answer?",
    false={"times": 1},
)
def accuracy(rng, times=2):
    k = int(rng.integers(3, 8))
    X, y = blobs(rng, k, 8)
    C = contingency(y, kmeans(X, times * k, rng).labels_)
    return LESSON["purity"](C) > 0.95 and LESSON["one_to_one"](C) < 0.75


@claim(
    "06-noise",
    "Wherever DBSCAN calls a tenth or more of touching blobs noise and finds two clusters or more, leaving "
    "the noise out usually scores higher than counting it as a cluster",
    "What about noise?",
    false={"share": 0.0},
)
def noise(rng, share=None):
    X, y = blobs(rng, 4, 4, 250)
    better, tried = 0, 0
    for eps in np.geomspace(0.9, 0.15, 12):
        found = DBSCAN(eps=eps, min_samples=10).fit_predict(X)
        if share is not None:  # noise by lot, the clusters as they are
            found = np.where(rng.random(len(y)) < 0.2, -1, rng.integers(4, size=len(y)))
        kept = found >= 0
        if kept.mean() <= 0.9 and found.max() >= 1:
            tried += 1
            better += ari(y[kept], found[kept]) > ari(y, found) + 0.01
    return tried > 0 and better == tried


@claim(
    "06-interval",
    "Of 30 samples of 150 to 600 rows, with two or three classes, as many clusters and an ARI well between 0 "
    "and 1, the bootstrap's middle 90 % hold the ARI on twenty thousand points in 24 or more",
    "How sure is the number?",
    false={"shrink": 0.3},
)
def interval(rng, shrink=1.0):
    X, y = arms(rng, rng.uniform(3, 6)) if rng.random() < 0.5 else blobs(rng, 3, 3, 300)
    k = len(np.unique(y))
    model = kmeans(X, k, rng)
    many = rng.integers(len(X), size=20_000)  # the population: these points, with a little noise
    population = X[many] + rng.normal(scale=0.2, size=(len(many), 2))
    labels, classes = model.predict(population), y[many]
    truth = metrics.adjusted_rand_score(classes, labels)
    held = 0
    for _ in range(30):
        rows = rng.integers(len(many), size=int(rng.integers(150, 600)))
        scores = LESSON["bootstrap"](adjusted_rand, classes[rows], labels[rows], times=150, seed=seed(rng))
        low, high = np.quantile(scores, [0.05, 0.95])
        middle = (low + high) / 2
        held += abs(truth - middle) <= shrink * (high - low) / 2
    return held >= 24


@claim(
    "06-paired",
    "The difference of two answers is surer than their two intervals say, because they err on the same "
    "points",
    "How sure is the number?",
    without={"shared": False},
)
def paired(rng, shared=True):
    n = int(rng.integers(200, 800))
    y = blind(rng, n, 3)
    wrong = rng.random(n)
    first = np.where(wrong < 0.15, blind(rng, n, 3), y)
    also = (
        wrong < 0.25 if shared else wrong > 0.75
    )  # where the first is wrong and elsewhere, or elsewhere only
    second = np.where(also, blind(rng, n, 3), y)
    own = seed(rng)
    draws = [LESSON["bootstrap"](adjusted_rand, y, found, times=300, seed=own) for found in (first, second)]
    widths = [np.ptp(np.quantile(scores, [0.05, 0.95])) for scores in (*draws, draws[0] - draws[1])]
    return widths[2] < 0.88 * np.hypot(widths[0], widths[1])  # as wide as that, were they independent


def rings_of(rng, aside=0.0):
    n, factor = int(rng.integers(300, 800)), rng.uniform(0.3, 0.5)
    X, y = make_circles(n, noise=rng.uniform(0.02, 0.05), factor=factor, random_state=seed(rng))
    return X @ rotation(rng) + np.outer(y, [aside, 0]), y


@claim(
    "06-rings",
    "Of two rings, the inner a third to a half as wide, with little noise, silhouette, Calinski-Harabasz "
    "and Davies-Bouldin prefer halves to the truth, because one is within the other; Dunn prefers the truth",
    "What can be said without labels?",
    without={"aside": 5.0},
)
def inside(rng, aside=0.0):
    X, y = rings_of(rng, aside)
    halves = (X[:, 1] > X[:, 1].mean()).astype(int) if aside else kmeans(X, 2, rng).labels_
    return (
        metrics.silhouette_score(X, y) < metrics.silhouette_score(X, halves)
        and LESSON["calinski_harabasz"](X, y) < LESSON["calinski_harabasz"](X, halves)
        and LESSON["davies_bouldin"](X, y) > LESSON["davies_bouldin"](X, halves)
        and LESSON["dunn"](X, y) > LESSON["dunn"](X, halves)
    )


@claim(
    "06-strays",
    "Three points far away, near each other: silhouette, Davies-Bouldin and Dunn prefer them against all "
    "others to two blobs of hundreds; Calinski-Harabasz only when they are further still",
    "What can be said without labels?",
    false={"far": 0.0},
)
def strays(rng, far=10.0):
    n = int(rng.integers(300, 800))
    X, y = make_blobs(n, centers=[[0, 0], [4, 0]], random_state=seed(rng))
    angle = rng.uniform(0, 2 * np.pi)
    away = far * rng.uniform(1.5, 2) * np.array([np.cos(angle), np.sin(angle)])
    points, further = (np.vstack([X, times * away + [2, 0] + rng.normal(size=(3, 2))]) for times in (1, 3))
    near = np.argmin(((points[n:, None] - [[0, 0], [4, 0]]) ** 2).sum(axis=2), axis=1)
    truth, apart = np.r_[y, near], np.r_[np.zeros(n, dtype=int), np.ones(3, dtype=int)]
    harabasz = LESSON["calinski_harabasz"]
    return (harabasz(further, apart) > harabasz(further, truth)) and (
        metrics.silhouette_score(points, apart) > metrics.silhouette_score(points, truth)
        and LESSON["davies_bouldin"](points, apart) < LESSON["davies_bouldin"](points, truth)
        and LESSON["dunn"](points, apart) > LESSON["dunn"](points, truth)
        and LESSON["calinski_harabasz"](points, apart) < LESSON["calinski_harabasz"](points, truth)
    )


@claim(
    "06-stable",
    "A square without groups is usually more stable at k = 4 than at 3, 5 and 6, because it is as long as "
    "wide: the same points at twice the length are not",
    "1. Would I get it again?",
    without={"length": 2.0},
)
def stable(rng, length=1.0):
    X = rng.random((int(rng.integers(200, 500)), 2)) * [length, 1] @ rotation(rng)
    values = {k: LESSON["stability"](X, k, repeats=20, seed=seed(rng)) for k in (3, 4, 5, 6)}
    return max(values, key=values.get) == 4


def filled(rng, n):
    """A square or a disc, evenly filled."""
    X = rng.random((n, 2))
    if rng.random() < 0.5:
        angle = 2 * np.pi * X[:, 1]
        X = np.sqrt(X[:, :1]) * np.c_[np.cos(angle), np.sin(angle)]
    return X


def stretched_bell(rng, n):
    return rng.normal(size=(n, 2)) * [rng.uniform(1, 4), 1] @ rotation(rng)


def p(X, null, rng):
    return LESSON["p_value"](X, LESSON[null], times=19, seed=seed(rng))


@claim(
    "06-own-null",
    "Asked of one bell, the test with bells raises no alarm at 0.05, but for one draw in twenty",
    "2. Would something without groups score as high?",
    false={"groups": 4},
)
def own_null(rng, groups=0):
    n = int(rng.integers(100, 300))
    X = blobs(rng, groups, 6, n // 4)[0] if groups else stretched_bell(rng, n)
    return p(X, "bell", rng) > 0.05


@claim(
    "06-filled",
    "Asked of 250 points or more of an evenly filled square or disc, the test with bells raises a false "
    "alarm",
    "2. Would something without groups score as high?",
    false={"shape": "bell"},
)
def false_alarm(rng, shape="filled"):
    n = int(rng.integers(250, 500))
    return p(filled(rng, n) if shape == "filled" else stretched_bell(rng, n), "bell", rng) <= 0.05


@claim(
    "06-one-sided",
    "300 strongly one-sided points (exponential) or more usually raise a false alarm with either null, "
    "because they are skewed",
    "2. Would something without groups score as high?",
    without={"bend": True},
)
def one_sided(rng, bend=False):
    X = rng.exponential(size=(int(rng.integers(300, 600)), 2))
    if bend:  # the power that makes an exponential about symmetric
        X = X**0.27
    return p(X, "box", rng) <= 0.05 and p(X, "bell", rng) <= 0.05


@claim(
    "06-unseen",
    "Against boxes the test misses two rings, the inner half as wide, because one is within the other; and "
    "the moons",
    "2. Would something without groups score as high?",
    without={"aside": 5.0},
)
def unseen(rng, aside=0.0):
    n = int(rng.integers(150, 300))
    X, y = make_circles(n, noise=0.04, factor=rng.uniform(0.4, 0.5), random_state=seed(rng))
    moons = make_moons(n, noise=rng.uniform(0.02, 0.08), random_state=seed(rng))[0]
    rings = X @ rotation(rng) + np.outer(y, [aside, 0])
    return p(rings, "box", rng) > 0.05 and p(moons, "box", rng) > 0.05


@claim(
    "06-points",
    "Of two rings, the inner half as wide, 800 points are found by the test with bells, because they are "
    "many: 100 are not",
    "2. Would something without groups score as high?",
    without={"n": 100},
)
def points_needed(rng, n=800):
    X = make_circles(n, noise=0.04, factor=rng.uniform(0.43, 0.5), random_state=seed(rng))[0]
    return p(X, "bell", rng) <= 0.05


@claim(
    "06-six",
    "Six blobs in two rows, 6 to 8 deviations apart, are usually one to the gap statistic, because two "
    "clusters help no more than in a box: of four in a square it usually finds two or more",
    "4. Are there dense places with a gap between them?",
    without={"k": 4},
)
def six_blobs(rng, k=6):
    places = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]])[:k] * rng.uniform(6, 8)
    X = make_blobs(int(rng.integers(200, 400)), centers=places, random_state=seed(rng))[0]
    return LESSON["gap_statistic"](X @ rotation(rng), most=6, times=8, seed=seed(rng)) == 1


@claim(
    "06-gap",
    "The gap statistic usually says one to a bell, an evenly filled square or disc and one-sided data, and "
    "one to the rings as well",
    "3. Which k lowers the inertia more than a box would?",
    false={"aside": 5.0},
)
def gap(rng, aside=0.0):
    n = int(rng.integers(150, 300))
    rings = rings_of(rng, aside)[0]
    kinds = (stretched_bell(rng, n), filled(rng, n), rng.exponential(size=(n, 2)), rings[:n])
    return all(LESSON["gap_statistic"](X, most=4, times=6, seed=seed(rng)) == 1 for X in kinds)


@claim(
    "06-dense",
    "Asked of 200 to 500 points, HDBSCAN with min_samples=5 and a tenth of the points as the least, allowed "
    "to say one, says it to a bell, a filled shape, long tails and one-sided data, and two to the rings and "
    "to moons with a clear gap",
    "4. Are there dense places with a gap between them?",
    false={"allow": False},
)
def dense(rng, allow=True):
    n = int(rng.integers(200, 500))

    def count(X):
        model = HDBSCAN(min_cluster_size=n // 10, min_samples=5, allow_single_cluster=allow, copy=True)
        return model.fit(X).labels_.max() + 1

    moons = make_moons(n, noise=rng.uniform(0.02, 0.04), random_state=seed(rng))[0]
    alone = (
        stretched_bell(rng, n),
        filled(rng, n),
        rng.standard_t(3, size=(n, 2)),
        rng.exponential(size=(n, 2)),
    )
    return all(count(X) == 1 for X in alone) and count(rings_of(rng)[0]) == count(moons) == 2


@claim(
    "06-columns",
    "Two bells ten standard deviations apart are one to HDBSCAN (min_samples=5) where it may say one, "
    "because of thirty columns: in the plane they are two",
    "4. Are there dense places with a gap between them?",
    without={"columns": 2},
)
def columns(rng, columns=30):
    n = int(rng.integers(200, 600))
    X = rng.normal(size=(n, columns))
    X[: n // 2, 0] += 10
    model = HDBSCAN(min_cluster_size=20, min_samples=5, allow_single_cluster=True, copy=True)
    return model.fit(X).labels_.max() == 0


@claim(
    "06-near",
    "Two bells four standard deviations apart are two to the gap statistic and one to HDBSCAN "
    "(min_samples=5) where it may say one, because the tails fill the gap",
    "4. Are there dense places with a gap between them?",
    without={"apart": 9.0},
)
def near_bells(rng, apart=4.0):
    n = int(rng.integers(200, 400))
    X = make_blobs(n, centers=[[0, 0], [apart, 0]], random_state=seed(rng))[0]
    model = HDBSCAN(min_cluster_size=20, min_samples=5, allow_single_cluster=True, copy=True)
    by_gap = LESSON["gap_statistic"](X, most=4, times=6, seed=seed(rng))
    return by_gap == 2 and model.fit(X).labels_.max() == 0


@claim(
    "06-chosen",
    "The best of fifty blind answers scores more where it was chosen than on other rows, because it was "
    "chosen",
    "When it fails",
    without={"tried": 1},
)
def chosen(rng, tried=50):
    n, k = int(rng.integers(40, 120)), int(rng.integers(2, 5))
    truth = blind(rng, n, k)
    here, there = [], []
    for _ in range(20):
        answers = rng.integers(k, size=(tried, n))
        half = rng.permutation(n) < n // 2
        on_half = [ari(truth[half], answer[half]) for answer in answers]
        best = answers[int(np.argmax(on_half))]
        here.append(max(on_half))
        there.append(ari(truth[~half], best[~half]))
    return np.mean(here) > np.mean(there) + 0.03
