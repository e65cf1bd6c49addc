"""Attempts to break the claims of lesson 07."""

from __future__ import annotations

import sys

import numpy as np
from challenge import claim
from draws import blobs, kmeans, seed
from lesson_code import ROOT, taught
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from sklearn.tree import DecisionTreeClassifier

sys.path.append(str(ROOT / "data"))
from make_customers import make_customers

LESSON = taught("07_customer_segmentation")


def like(rng, columns, n=200):
    """Customers made as those of the table, with another seed; the table's own was chosen."""
    rows = [make_customers(seed(rng))[0][columns].to_numpy(dtype=float) for _ in range(-(n // -200))]
    return rng.permutation(np.vstack(rows))[:n]


def months(rng, old=200, new=100):
    """Two tables of people drawn one by one from the same thousands: their shares differ by chance."""
    pool = like(rng, DECIDE, 3000)
    return pool[rng.integers(3000, size=old)], pool[rng.integers(3000, size=new)]


DECIDE = ["AnnualIncome", "SpendingScore"]


@claim(
    "07-gender",
    "A column of 0 and 1 in like parts, standardised beside income and score, usually makes four of five "
    "segments of one kind alone, because it has two values and is as wide as they",
    "Which features?",
    without={"width": 0.2},
)
def gender(rng, width=1.0):
    X = scale(like(rng, DECIDE))
    sex = (rng.random(len(X)) < rng.uniform(0.4, 0.6)).astype(float)
    labels = kmeans(np.c_[X, width * scale(sex)], 5, rng).labels_
    shares = [sex[labels == j].mean() for j in range(5)]
    return sum(share in (0.0, 1.0) for share in shares) >= 4


@claim(
    "07-units",
    "In dollars income makes the segments alone, because its variance is a million times larger",
    "In which units?",
    without={"dollars": 1},
)
def units(rng, dollars=1000):
    X = like(rng, DECIDE) * [dollars, 1]
    alone = kmeans(X[:, :1], 5, rng, n_init=50).labels_
    return adjusted_rand_score(kmeans(X, 5, rng, n_init=50).labels_, alone) > 0.9


@claim(
    "07-five",
    "Of tables made like this one, silhouette and the ratio of gains usually find five segments by income "
    "and score, because of how the two hang together: shuffled they do not",
    "How many segments?",
    without={"shuffle": True},
)
def five(rng, shuffle=False):
    X = scale(like(rng, DECIDE))
    if shuffle:
        X = rng.permuted(X, axis=0)
    scores = {k: silhouette_score(X, kmeans(X, k, rng).labels_) for k in range(2, 9)}
    return max(scores, key=scores.get) == LESSON["elbow_by_ratio"](LESSON["inertias"](X)) == 5


@claim(
    "07-each",
    "Of four, five and six segments by income and score, the weakest comes back best with five, to four "
    "fifths or more, on tables made like this one",
    "Would each segment come back?",
    false={"shuffle": True},
)
def each(rng, shuffle=False):
    X = scale(like(rng, DECIDE))
    if shuffle:
        X = rng.permuted(X, axis=0)
    back = [LESSON["segment_stability"](X, k, draws=15, seed=seed(rng))[1] for k in (4, 5, 6)]
    least = [found.mean(axis=0).min() for found in back]
    return least[1] >= 0.8 and least[1] > max(least[0], least[2])


@claim(
    "07-age",
    "Of tables made like this one, six segments with age give fewer than one customer in ten another letter"
    " than five without",
    "The choice",
    false={"k": 4},
)
def with_age(rng, k=6):
    points = like(rng, ["Age", *DECIDE])
    five_, more = kmeans(scale(points[:, 1:]), 5, rng).labels_, kmeans(scale(points), k, rng).labels_
    counts = np.zeros((5, k), dtype=int)
    np.add.at(counts, (five_, more), 1)
    return 1 - counts.max(axis=0).sum() / len(points) < 0.1


@claim(
    "07-cut",
    "Of tables made like this one five segments, their largest cut in two by age alone, are usually nearer "
    "to the six kinds than six by all three columns, standardised",
    "Were we right?",
    false={"by_lot": True},
)
def cut(rng, by_lot=False):
    table, kinds = make_customers(seed(rng))
    truth = kinds["Segment"].to_numpy()
    found = kmeans(scale(table[DECIDE]), 5, rng).labels_
    middle = found == np.bincount(found).argmax()
    age = table.loc[middle, ["Age"]].to_numpy(dtype=float)
    age = rng.permutation(age) if by_lot else age
    found[middle] = np.where(kmeans(age, 2, rng).labels_ == 1, 5, found[middle])
    six = kmeans(scale(table[["Age", *DECIDE]]), 6, rng).labels_
    return adjusted_rand_score(truth, found) > adjusted_rand_score(truth, six)


@claim(
    "07-tree",
    "A tree with one leaf a segment usually repeats nine tenths or more of five segments for unseen "
    "customers of such a table",
    "Rules that somebody can follow",
    false={"by_lot": True},
)
def small_tree(rng, by_lot=False):
    X = like(rng, DECIDE)
    labels = kmeans(scale(X), 5, rng).labels_
    if by_lot:
        labels = rng.permutation(labels)
    folds = KFold(10, shuffle=True, random_state=seed(rng))
    tree = DecisionTreeClassifier(max_leaf_nodes=5, random_state=0)
    return np.mean(cross_val_predict(tree, X, labels, cv=folds) == labels) >= 0.9


def fitted(X, rng):
    return make_pipeline(StandardScaler(), KMeans(5, n_init=10, random_state=seed(rng))).fit(X)


@claim(
    "07-own-scale",
    "A month to which spenders come a fifth as likely as before, scaled by its own mean and spread, puts a "
    "twentieth or more into other segments, because its people are others",
    "What about next month?",
    without={"fewer": 1.0},
)
def own_scale(rng, fewer=0.2):
    old, new = like(rng, DECIDE), like(rng, DECIDE, 1000)
    new = new[rng.random(len(new)) < np.where(new[:, 1] > 60, fewer, 1)]
    pipeline = fitted(old, rng)
    return np.mean(pipeline[-1].predict(scale(new)) != pipeline.predict(new)) >= 0.05


@claim(
    "07-quiet",
    "In ten months of people drawn as before each test of drift gives a p below 0.05 at most three times",
    "What about next month?",
    false={"more": 25},
)
def quiet(rng, more=0):
    alarms = {"shares": 0, "distances": 0}
    for _ in range(10):
        old, new = months(rng, new=int(rng.integers(80, 200)))
        for test, value in LESSON["drift"](fitted(old, rng), old, new + np.array([more, 0])).items():
            alarms[test] += value < 0.05
    return max(alarms.values()) <= 3


@claim(
    "07-base",
    "Of eight old tables of 200 customers one has, more often than not, an alarm in a quarter of its quiet "
    "months or more, because all months are held against the same table",
    "What about next month?",
    without={"same": False},
)
def base(rng, same=True):
    pool, most = like(rng, DECIDE, 3000), 0
    for _ in range(8):
        old = pool[rng.integers(3000, size=200)]
        pipeline, alarms = fitted(old, rng), 0
        for _ in range(30):
            if not same:
                old = pool[rng.integers(3000, size=200)]
            p = LESSON["drift"](pipeline, old, pool[rng.integers(3000, size=300)])
            alarms += min(p.values()) < 0.05
        most = max(most, alarms)
    return most >= 8


@claim(
    "07-drift",
    "In 300 customers the shares tell of spenders who are four tenths as likely to come, and the distances "
    "of 15 k$ more",
    "What about next month?",
    false={"drifted": False},
)
def drifted(rng, drifted=True):
    old, new = months(rng, new=1000)
    keep = rng.random(len(new)) < np.where(new[:, 1] > 60, 0.4 if drifted else 1, 1)
    pipeline = fitted(old, rng)
    fewer = LESSON["drift"](pipeline, old, new[keep][:300])
    richer = LESSON["drift"](pipeline, old, new[-300:] + np.array([15 if drifted else 0, 0]))
    return fewer["shares"] < 0.05 and richer["distances"] < 0.05


@claim(
    "07-size",
    "On tables made like this one HDBSCAN gives two or three different numbers of segments with 5, 10 and "
    "20 customers as the least; on five clear blobs of 40 it gives the same number for all three",
    "Do the other families agree?",
    false={"apart": True},
)
def least_size(rng, apart=False):
    X = scale(like(rng, DECIDE))
    if apart:
        X = blobs(rng, 5, 20, 40)[0]
    sizes = (5, 10, 20)
    return len({HDBSCAN(min_cluster_size=size, copy=True).fit_predict(X).max() for size in sizes}) > 1


@claim(
    "07-bell",
    "One strongly slanted bell, which has no groups, passes the shuffle test, because its columns hang "
    "together",
    "When it fails",
    without={"slant": 0.0},
)
def bell(rng, slant=1.0):
    n = int(rng.integers(150, 400))
    X = slant * rng.normal(size=(n, 1)) + rng.uniform(0.4, 0.6) * rng.normal(size=(n, 2))
    return LESSON["shuffle_test"](X, times=19, seed=seed(rng)) <= 0.05


@claim(
    "07-grid",
    "A grid of four clear blobs fails the shuffle test, because its columns are independent: of three "
    "corners it passes",
    "When it fails",
    without={"corners": 3},
)
def grid(rng, corners=4):
    n, apart = int(rng.integers(150, 400)), rng.uniform(5, 8)
    places = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])[:corners] * apart
    X = places[np.arange(n) % corners] + rng.normal(size=(n, 2))
    return LESSON["shuffle_test"](X, times=19, seed=seed(rng)) > 0.05
