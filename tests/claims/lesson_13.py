"""Attempts to break the claims of lesson 13."""

from __future__ import annotations

import sys

import kmedoids as package
import numpy as np
import pandas as pd
from challenge import claim
from draws import kmeans, seed
from lesson_code import ROOT, taught
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.preprocessing import scale
from sklearn.tree import DecisionTreeClassifier

from helpers.card import one_crowd, overlaps, resampled

sys.path.append(str(ROOT / "data"))
from make_customers import make_customers
from make_shop import make_shop

LESSON = taught("13_own_table")
PURCHASES = "Scores, columns, or other columns?"
WRONG = "What is wrong with the table?"
KINDS = "Categories: who makes the clusters?"
GOWER = "Gower's distance, by hand"
MIXTURE = "A mixture asks each column what it knows"
GAPS = "Gaps: drop, fill, or listen?"
CARD = "The card"
NEXT = "What about next month's rows?"
FOUR = ["recency", "visits", "basket", "tenure"]


def shop(rng, n=500):
    """Logarithms of some customers of another shop made in the same way, their columns, and their kinds."""
    purchases, customers, kinds = make_shop(seed(rng))
    by = purchases.assign(date=pd.to_datetime(purchases["date"])).groupby("customer")
    today = pd.Timestamp("2026-01-01")
    table = pd.DataFrame(
        {
            "recency": (today - by["date"].max()).dt.days,
            "visits": by.size(),
            "total": by["amount"].sum(),
            "basket": by["amount"].mean(),
            "tenure": (today - by["date"].min()).dt.days,
        }
    )
    chosen = rng.permutation(len(table))[:n]
    others = customers.set_index("customer").loc[table.index].iloc[chosen]
    truth = kinds.set_index("customer").loc[table.index, "kind"].to_numpy()[chosen]
    return np.log(table.iloc[chosen]), others, truth


def of(table, names, others):
    """Four numbers with some categories beside them."""
    return table[FOUR].join(others[names].astype("category"))


def score(truth, labels):
    return adjusted_rand_score(truth, labels)


def by_gower(table, k, rng, candidates=None):
    return LESSON["nearest_medoid"](LESSON["gower"](table), k, rng, candidates, starts=3)


def by_mixture(table, k, rng):
    return LESSON["mixture"](table, k, seed(rng))[0].argmax(axis=1)


@claim(
    "13-basket",
    "Of such shops k-means finds the kinds of customers better by recency, visits and basket than with the "
    "total for the basket, because total and visits rise together",
    PURCHASES,
    without={"even": True},
)
def basket(rng, even=False):
    table, _, truth = shop(rng)
    found = {}
    for money in ("basket", "total"):
        X = scale(table[["recency", "visits", money]].to_numpy())
        X = PCA(whiten=True).fit_transform(X) if even else X
        found[money] = score(truth, KMeans(5, n_init=20, random_state=0).fit_predict(X))
    return found["basket"] > found["total"] + 0.1


@claim(
    "13-derived",
    "Of each column that is a product of two others, up to some noise, the others foretell more than nine "
    "tenths, and of shuffled columns less than one",
    WRONG,
    false={"independent": True},
)
def derived(rng, independent=False):
    table, _, _ = shop(rng, 400)
    names = rng.choice(FOUR, size=2, replace=False)
    product = table[names].sum(axis=1) + 0.02 * rng.normal(size=len(table))
    table["product"] = rng.permutation(product) if independent else product
    table["idle"] = rng.permutation(table["basket"])
    table = table.drop(columns="total")
    return LESSON["foretold"](table, "product") > 0.9 and LESSON["foretold"](table, "idle") < 0.1


def mall(rng):
    table = make_customers(seed(rng))[0]
    numbers = pd.DataFrame(scale(table[["AnnualIncome", "SpendingScore"]].astype(float)), columns=["x", "y"])
    sex = (rng.random(len(table)) < rng.uniform(0.4, 0.6)).astype(int)
    return numbers, sex


def of_one_sex(labels, sex):
    return sum(sex[labels == j].mean() in (0, 1) for j in np.unique(labels))


@claim(
    "13-one-hot",
    "Standardised one-hot columns of gender usually make six clusters of income and score of one sex each, "
    "because they are as wide as the numbers",
    KINDS,
    without={"width": 0.2},
)
def one_hot(rng, width=1.0):
    numbers, sex = mall(rng)
    columns = np.c_[numbers, width * scale(np.c_[sex, 1 - sex].astype(float))]
    return of_one_sex(kmeans(columns, 6, rng).labels_, sex) == 6


@claim(
    "13-gower",
    "By Gower's distance and medoids, too, six clusters of income, score and gender are of one sex each, "
    "because a mismatch weighs as much as the whole range of a number",
    GOWER,
    without={"weight": 0.1},
)
def gower(rng, weight=1.0):
    numbers, sex = mall(rng)
    D = 2 * LESSON["gower"](numbers) + weight * (sex[:, None] != sex)
    return of_one_sex(LESSON["nearest_medoid"](D, 6, rng, starts=3), sex) == 6


@claim(
    "13-pam",
    "k-medoids by swaps ends at the same cost as PAM in the package kmedoids, from the same start",
    "A center that is a row: k-medoids",
    false={"other_start": True},
)
def pam(rng, other_start=False):
    n, k = int(rng.integers(60, 200)), int(rng.integers(3, 9))
    X = rng.normal(size=(n, int(rng.integers(2, 6))))
    D = cdist(X, X, rng.choice(["euclidean", "cityblock"]))
    ours = LESSON["k_medoids"](D, k, np.random.default_rng(1))[1]
    start = np.random.default_rng(2 if other_start else 1).choice(n, size=k, replace=False)
    theirs = package.pam(D, start, max_iter=500).loss if not other_start else D[:, start].min(axis=1).sum()
    return abs(ours - theirs) < 1e-6


@claim(
    "13-idle",
    "Two idle categories more cost medoids by Gower's distance a tenth of ARI or more, the mixture next to "
    "nothing",
    MIXTURE,
    false={"informative": True},
)
def idle(rng, informative=False):
    table, others, truth = shop(rng, 400)
    if informative:
        others = others.assign(member=truth, region=truth)
    lost = []
    for method in (by_gower, by_mixture):
        few, more = (
            score(truth, method(of(table, names, others), 5, rng))
            for names in (["channel"], ["channel", "member", "region"])
        )
        lost.append(few - more)
    return lost[0] > 0.1 and abs(lost[1]) < 0.05


@claim(
    "13-mixture",
    "Of such shops, with a category that tells something and two idle ones, the mixture is better than "
    "k-means with standardised one-hot columns and than medoids by Gower's distance",
    MIXTURE,
    false={"by_lot": True},
)
def best(rng, by_lot=False):
    table, others, truth = shop(rng, 400)
    table = of(table, ["channel", "member", "region"], others)
    columns = scale(np.c_[table[FOUR], pd.get_dummies(table.drop(columns=FOUR), dtype=float)])
    found = by_mixture(table, 5, rng)
    found = rng.permutation(found) if by_lot else found
    rivals = (kmeans(columns, 5, rng).labels_, by_gower(table, 5, rng))
    return score(truth, found) > max(score(truth, rival) for rival in rivals) + 0.1


@claim(
    "13-slant",
    "Where the numbers of a kind hang together, bells with full covariances usually find such kinds better "
    "than the mixture, whose columns know nothing of each other",
    MIXTURE,
    without={"together": 0.0},
)
def slant(rng, together=0.8):
    kind = rng.integers(4, size=400)
    within = (1 - together) * np.eye(4) + together
    X = 2 * rng.normal(size=(4, 4))[kind] + rng.multivariate_normal(np.zeros(4), within, size=400)
    shares = rng.dirichlet(np.full(3, 0.5), size=4)
    told = pd.Categorical([rng.choice(list("abc"), p=shares[j]) for j in kind])
    table = pd.DataFrame(scale(X), columns=list("wxyz")).assign(told=told)
    full = GaussianMixture(4, n_init=10, random_state=seed(rng)).fit_predict(scale(X))
    return score(kind, full) > score(kind, by_mixture(table, 4, rng)) + 0.05


@claim(
    "13-medoids",
    "With a tenth of the values missing, medoids by Gower's distance usually lose a fifth or more in ARI, "
    "because rows with gaps become medoids",
    GAPS,
    without={"whole": True},
)
def medoids(rng, whole=False):
    table, _, truth = shop(rng, 400)
    holed = table[FOUR].mask(rng.random((len(table), 4)) < 0.1)
    complete = np.flatnonzero(holed.notna().all(axis=1))
    found = by_gower(holed, 5, rng, complete if whole else None)
    return score(truth, by_gower(table[FOUR], 5, rng)) - score(truth, found) > 0.2


@claim(
    "13-mean",
    "With a tenth to three tenths of the values missing, the mixture, which leaves gaps out, is better than "
    "on the table filled with means",
    GAPS,
    without={"share": 0.0},
)
def listens(rng, share=None):
    table, _, truth = shop(rng, 400)
    share = rng.uniform(0.1, 0.3) if share is None else share
    holed = table[FOUR].mask(rng.random((len(table), 4)) < share)
    filled = holed.fillna(holed.mean())
    return score(truth, by_mixture(holed, 5, rng)) > score(truth, by_mixture(filled, 5, rng)) + 0.03


@claim(
    "13-tree",
    "A tree with one leaf a cluster usually repeats more than 85 % of five clusters of such a shop for rows "
    "that it has not seen",
    "Who is in the clusters?",
    false={"by_lot": True},
)
def tree(rng, by_lot=False):
    table, others, _ = shop(rng)
    labels = by_mixture(of(table, ["channel"], others), 5, rng)
    labels = rng.permutation(labels) if by_lot else labels
    folds = KFold(10, shuffle=True, random_state=seed(rng))
    model = DecisionTreeClassifier(max_leaf_nodes=5, random_state=0)
    return np.mean(cross_val_predict(model, table[FOUR], labels, cv=folds) == labels) > 0.85


def comes_back(rows, rng, times):
    """How much of the mixture's clusters comes back with other rows, over all of them."""

    def cluster(rows):
        return LESSON["mixture"](rows, 5, 0, starts=5)[0].argmax(axis=1)

    own = cluster(rows)
    return np.mean([resampled(rows, cluster, own, rng) for _ in range(times)], axis=0)


@claim(
    "13-bells",
    "More of the mixture's five clusters of such a shop usually comes back with other rows than of any of 19 "
    "bells",
    CARD,
    false={"crowd": True},
)
def bells(rng, crowd=False):
    table, others, _ = shop(rng, 300)
    table = of(table, ["channel"], others)
    table = one_crowd(table, rng, bell=True) if crowd else table
    ours = comes_back(table, rng, 5).mean()
    return all(comes_back(one_crowd(table, rng, bell=True), rng, 1).mean() < ours for _ in range(19))


@claim(
    "13-crowd",
    "Usually also more than of any of 19 tables that keep their columns' values, without groups across them",
    CARD,
    false={"crowd": True},
)
def crowds(rng, crowd=False):
    table, others, _ = shop(rng, 300)
    table = of(table, ["channel"], others)
    table = one_crowd(table, rng) if crowd else table
    ours = comes_back(table, rng, 5).mean()
    return all(comes_back(one_crowd(table, rng), rng, 1).mean() < ours for _ in range(19))


@claim(
    "13-heaps",
    "Clusters of columns that have two heaps each, and no groups across them, come back to nine tenths with "
    "other rows, because of the heaps",
    CARD,
    without={"apart": 0.0},
)
def heaps(rng, apart=None):
    n = int(rng.integers(150, 400))
    apart = rng.uniform(6, 12) if apart is None else apart
    X = apart * (rng.random((n, 2)) < rng.uniform(0.35, 0.65, size=2)) + rng.normal(size=(n, 2))
    table = pd.DataFrame(X, columns=["x", "y"])

    def cluster(rows):
        return KMeans(4, n_init=10, random_state=0).fit_predict(rows)

    own = cluster(table)
    return np.mean([resampled(table, cluster, own, rng) for _ in range(10)]) >= 0.9


@claim(
    "13-place",
    "Of such shops nineteen in twenty new rows that a mixture places get the cluster that they get when all "
    "are clustered anew",
    NEXT,
    false={"other": True},
)
def placed(rng, other=False):
    table, others, _ = shop(rng, 800)
    table = of(table, ["channel"], others)
    old, new = table.iloc[:550], table.iloc[550:]
    shares, _ = LESSON["mixture"](old, 5, seed(rng))
    found = LESSON["place"](new, old, shares)
    anew = by_mixture(table, 5, rng)[550:]
    found = rng.permutation(found) if other else found
    return overlaps(anew, found).mean() > 0.9 and adjusted_rand_score(anew, found) > 0.9


@claim(
    "13-told",
    "Prices that rise by a quarter are usually noticed: a forest tells 250 new rows from 550 old ones",
    "Drift, or noise?",
    false={"more": 0.0},
)
def told(rng, more=0.25):
    table, others, _ = shop(rng, 800)
    table = of(table, ["channel"], others)
    old, new = table.iloc[:550], table.iloc[550:].copy()
    new["basket"] += np.log(1 + more)
    return LESSON["told_apart"](old, new, rng) <= 0.05
