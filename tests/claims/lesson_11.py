"""Attempts to break the claims of lesson 11."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from challenge import claim
from conftest import ROOT
from draws import kmeans, seed
from lesson_code import taught
from scipy.spatial.distance import cdist
from sklearn.cluster import HDBSCAN
from sklearn.datasets import load_digits, make_moons
from sklearn.decomposition import LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.manifold import TSNE
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import normalize

LESSON = taught("11_embedding")
DIGITS, DIGIT = load_digits(return_X_y=True)
PCA_KEEPS = "What does PCA keep, and what does it lose?"
BUYS = "What does embedding buy?"
ISLANDS = "Deception one: islands in nothing"
OTHERS = "Deceptions two to four: widths, gaps, densities, and the start"
TEXTS = "How do I cluster texts?"


def some_digits(rng, low, high):
    chosen = rng.permutation(len(DIGITS))[: int(rng.integers(low, high))]
    return DIGITS[chosen], DIGIT[chosen]


def components(X, n):
    return (X - X.mean(axis=0)) @ LESSON["pca"](X)[0][:n].T


def drawn_map(X, rng, perplexity=30, n_steps=400):
    """A map from the principal components, or from a random start."""
    start = None if rng.random() < 0.5 else 1e-4 * rng.normal(size=(len(X), 2))
    return LESSON["tsne"](X, perplexity, n_steps, start=start)


def round_groups(rng, n, d, apart):
    """Five round groups, one unit wide."""
    centers = rng.normal(size=(5, d))
    if d == 2:
        turn = 2 * np.pi * np.arange(5) / 5
        centers = np.c_[np.cos(turn), np.sin(turn)] * 1.2
    else:
        centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    truth = np.arange(n) % 5
    return centers[truth] * apart / np.sqrt(2) + rng.normal(size=(n, d)), truth


def crowds(X, smallest):
    return HDBSCAN(min_cluster_size=smallest, min_samples=5, copy=True).fit_predict(X)


@claim(
    "11-few",
    "Ten principal components of the digits give k-means nearly what all 64 pixels give",
    PCA_KEEPS,
    false={"n": 2},
)
def few(rng, n=10):
    X, y = some_digits(rng, 400, 1200)
    score = {m: adjusted_rand_score(y, kmeans(components(X, m), 10, rng).labels_) for m in (n, 64)}
    return score[n] > score[64] - 0.07


@claim(
    "11-hidden",
    "The first two principal components lose groups that are clearly apart, because other columns vary more",
    PCA_KEEPS,
    without={"width": 0.5},
)
def hidden(rng, width=None):
    n, others = int(rng.integers(200, 600)), int(rng.integers(2, 8))
    width = width or rng.uniform(8, 20)
    X = rng.normal(size=(n, 1 + others)) * np.r_[1, np.full(others, width)]
    truth = (rng.random(n) < rng.uniform(0.3, 0.7)).astype(int)
    X[:, 0] += rng.uniform(6, 8) * truth
    turn = np.linalg.qr(rng.normal(size=(1 + others, 1 + others)))[0]  # no column has them alone
    return adjusted_rand_score(truth, kmeans(components(X @ turn, 2), 2, rng).labels_) < 0.3


@claim(
    "11-kept",
    "A t-SNE map keeps more of each digit's ten nearest neighbours than the first two components do",
    "How does t-SNE draw a map?",
    false={"flat": True},
)
def kept(rng, flat=False):
    X, _ = some_digits(rng, 150, 250)
    X = components(X, 2) if flat else X  # of a plane, two components keep all
    places = drawn_map(X, rng, rng.uniform(10, 40))
    keeps = LESSON["neighbours_kept"]
    return keeps(X, places) > keeps(X, components(X, 2)) + 0.05


@claim(
    "11-spectral",
    "Two moons are found whole, because k-means runs on eigenvectors of a graph of neighbours",
    "Spectral clustering: an embedding, too",
    without={"on": "points"},
)
def moons(rng, on="graph"):
    X, y = make_moons(int(rng.integers(200, 500)), noise=rng.uniform(0.02, 0.05), random_state=seed(rng))
    labels = LESSON["spectral"](X, 2, seed(rng)) if on == "graph" else kmeans(X, 2, rng).labels_
    return adjusted_rand_score(y, labels) > 0.95


@claim(
    "11-grid",
    "A self-organising map fits the digits worse than as many centers of k-means, because they learn from "
    "their grid's neighbours",
    "A self-organising map: k-means with neighbours",
    without={"alone": True},
)
def grid(rng, alone=False):
    X, _ = some_digits(rng, 500, 1200)
    rows, columns = int(rng.integers(4, 7)), int(rng.integers(5, 9))
    centers = LESSON["som"](X, rows, columns)
    places = np.array([(row, column) for row in range(rows) for column in range(columns)])
    if alone:
        for _ in range(30):
            moved = LESSON["som_round"](X, centers, places, 0.05)
            centers = np.where(np.isnan(moved), centers, moved)
    free = kmeans(X, rows * columns, rng, n_init=1)
    return cdist(X, centers).min(axis=1).mean() > 1.03 * cdist(X, free.cluster_centers_).min(axis=1).mean()


@claim(
    "11-buys",
    "On the digits k-means is better on a t-SNE map than on the pixels",
    BUYS,
    false={"round": True},
)
def buys(rng, round=False):
    X, y = round_groups(rng, 250, 10, 4) if round else some_digits(rng, 250, 350)
    places = drawn_map(X, rng)
    k = len(set(y))
    on_map, on_points = (adjusted_rand_score(y, kmeans(Z, k, rng).labels_) for Z in (places, X))
    return on_map > on_points + 0.03


@claim(
    "11-round",
    "For round groups of one width k-means is no better on a t-SNE map than on the points",
    BUYS,
    false={"round": False},
)
def no_better(rng, round=True):
    if round:
        X, y = round_groups(rng, 200, int(rng.integers(5, 40)), rng.uniform(3, 8))
    else:
        X, y = some_digits(rng, 250, 350)
    k = len(set(y))
    on_map, on_points = (adjusted_rand_score(y, kmeans(Z, k, rng).labels_) for Z in (drawn_map(X, rng), X))
    return on_map <= on_points + 0.03


@claim(
    "11-crowds",
    "HDBSCAN finds round groups that are clearly apart better on a t-SNE map than on the points, because "
    "the points have many columns",
    BUYS,
    without={"d": 2},
)
def on_crowds(rng, d=None):
    X, y = round_groups(rng, 200, d or int(rng.integers(10, 50)), rng.uniform(6.5, 8.5))
    on_map, on_points = (adjusted_rand_score(y, crowds(Z, 15)) for Z in (drawn_map(X, rng), X))
    return on_map > on_points + 0.1


@claim(
    "11-islands",
    "The t-SNE map of one bell in a plane falls into islands, because the perplexity, 5, is small",
    ISLANDS,
    without={"perplexity": 40},
)
def falls(rng, perplexity=5):
    X = rng.normal(size=(int(rng.integers(150, 300)), 2))
    return LESSON["islands"](drawn_map(X, rng, perplexity, 500)) >= 2


@claim(
    "11-one",
    "At perplexity 5 the map of a bell of some 200 points in many dimensions is one island",
    ISLANDS,
    false={"d": 2},
)
def one(rng, d=None):
    X = rng.normal(size=(int(rng.integers(150, 300)), d or int(rng.integers(10, 60))))
    return LESSON["islands"](drawn_map(X, rng, 5, 500)) == 1


@claim(
    "11-more",
    "At perplexity 10 the map of a bell in a plane falls into islands, because there are many points, 400",
    ISLANDS,
    without={"n": 80},
)
def more(rng, n=400):
    return LESSON["islands"](drawn_map(rng.normal(size=(n, 2)), rng, 10, 500)) >= 2


@claim(
    "11-reports",
    "HDBSCAN usually reports several clusters on the map of a bell, because by default it never answers one",
    ISLANDS,
    without={"one": True},
)
def reports(rng, one=False):
    X = rng.normal(size=(int(rng.integers(150, 250)), int(rng.integers(2, 50))))
    places = drawn_map(X, rng)
    model = HDBSCAN(min_cluster_size=10, min_samples=5, allow_single_cluster=one, copy=True)
    return model.fit_predict(places).max() >= 1


def between(space, X, rng):
    return components(X, 2) if space == "PCA" else drawn_map(X, rng, rng.uniform(10, 30), 500)


@claim(
    "11-widths",
    "On a t-SNE map a group five to twenty times as wide as another, of as many points, is less than twice "
    "as wide",
    OTHERS,
    false={"space": "PCA"},
)
def widths(rng, space="t-SNE"):
    d, times = int(rng.integers(2, 12)), rng.uniform(5, 20)
    group = np.repeat([0, 1], 80)
    X = rng.normal(size=(160, d)) * np.where(group == 0, times, 1)[:, None]
    X[:, 0] += 10 * times * group
    places = between(space, X, rng)
    spread = [np.sqrt(places[group == j].var(axis=0).sum()) for j in (0, 1)]
    return 0.5 < spread[0] / spread[1] < 2


@claim(
    "11-gaps",
    "On a t-SNE map a group four to ten times as far away is less than twice as far",
    OTHERS,
    false={"space": "PCA"},
)
def gaps(rng, space="t-SNE"):
    d, times = int(rng.integers(2, 12)), rng.uniform(4, 10)
    group = np.repeat([0, 1, 2], 55)
    X = rng.normal(size=(165, d))
    X[:, 0] += np.array([0, 10, 10 + 10 * times])[group]
    places = between(space, X, rng)
    middles = [places[group == j].mean(axis=0) for j in range(3)]
    first, second = np.linalg.norm(np.diff(middles, axis=0), axis=1)
    return second < 2 * first


@claim(
    "11-area",
    "On a t-SNE map the larger of two groups of one width looks wider, because it has more points",
    OTHERS,
    without={"share": 0.5},
)
def area(rng, share=None):
    d, n = int(rng.integers(2, 12)), int(rng.integers(150, 250))
    group = (np.arange(n) < (share or rng.uniform(0.65, 0.8)) * n).astype(int)
    X = rng.normal(size=(n, d))
    X[:, 0] += 10 * group
    places = drawn_map(X, rng, rng.uniform(10, 30), 500)
    spread = [np.sqrt(places[group == j].var(axis=0).sum()) for j in (0, 1)]
    return spread[1] > 1.25 * spread[0]


@claim(
    "11-seed",
    "In scikit-learn every seed gives the same t-SNE map of the digits, because it starts from the principal "
    "components",
    OTHERS,
    without={"init": "random"},
)
def seeds(rng, init="pca"):
    X, _ = some_digits(rng, 80, 120)
    one, other = (TSNE(init=init, random_state=seed(rng), max_iter=300).fit_transform(X) for _ in range(2))
    return np.allclose(one, other)


@claim(
    "11-null",
    "The map of a bell, a cube or heavy tails has no more islands than 19 maps of bells",
    "When may I believe a map?",
    false={"groups": True},
)
def null(rng, groups=False):
    n, d = 90, int(rng.integers(4, 20))
    if groups:
        X = round_groups(rng, n, max(d, 10), 9)[0]
    else:
        kinds = (
            rng.normal(size=(n, d)) * np.geomspace(3, 1, d),
            rng.random((n, d)),
            rng.standard_t(3, size=(n, d)),
        )
        X = kinds[rng.integers(3)]
    ours = LESSON["islands"](LESSON["tsne"](X, 15, 300))
    bells = (LESSON["bell_like"](X, rng) for _ in range(19))
    return ours <= max(LESSON["islands"](LESSON["tsne"](bell, 15, 300)) for bell in bells)


@claim(
    "11-melt",
    "At perplexity 30 the map of 15 images of each digit shows at most two islands, because the groups, near "
    "each other, are smaller than the perplexity",
    "When may I believe a map?",
    without={"each": 40},
)
def melts(rng, each=15):
    chosen = np.concatenate([rng.permutation(np.flatnonzero(name == DIGIT))[:each] for name in range(10)])
    return LESSON["islands"](drawn_map(DIGITS[chosen], rng, 30, 500)) <= 2


@cache
def texts():
    table = pd.read_csv(ROOT / "data" / "docstrings.csv")
    few_words = {"stop_words": "english", "min_df": 5, "token_pattern": "[a-zA-Z]{3,}"}
    weighted = TfidfVectorizer(sublinear_tf=True, **few_words).fit_transform(table["text"])
    counts = CountVectorizer(**few_words).fit_transform(table["text"])
    return weighted.tocsr(), counts.tocsr(), table["part"].to_numpy()


def by_origin(table, part, rng):
    return adjusted_rand_score(part, kmeans(table, len(set(part)), rng, n_init=1).labels_)


def some_texts(rng, shuffled):
    weighted, counts, part = texts()
    chosen = rng.permutation(len(part))[: int(rng.integers(900, 1500))]
    part = rng.permutation(part[chosen]) if shuffled else part[chosen]
    return weighted[chosen], counts[chosen], part


@claim(
    "11-weights",
    "On these texts k-means finds the origin better from TF-IDF than from counts",
    TEXTS,
    false={"shuffled": True},
)
def weights(rng, shuffled=False):
    weighted, counts, part = some_texts(rng, shuffled)
    return by_origin(weighted, part, rng) > by_origin(counts.astype(float), part, rng) + 0.02


@claim(
    "11-unit",
    "On these texts k-means in a latent space finds the origin better, because its rows have length one",
    TEXTS,
    without={"unit": False},
)
def unit(rng, unit=True):
    weighted, _, part = some_texts(rng, False)
    latent = TruncatedSVD(int(rng.integers(20, 100)), random_state=seed(rng)).fit_transform(weighted)
    rows = normalize(latent) if unit else latent
    return by_origin(rows, part, rng) > by_origin(latent, part, rng) + 0.05


@claim(
    "11-chain",
    "On these texts, with a latent space and rows of length one, k-means finds the origin better with "
    "weights than from counts",
    TEXTS,
    false={"shuffled": True},
)
def chain(rng, shuffled=False):
    weighted, counts, part = some_texts(rng, shuffled)
    n = int(rng.integers(30, 80))
    rows = (
        normalize(TruncatedSVD(n, random_state=0).fit_transform(table))
        for table in (weighted, normalize(counts.astype(float)))
    )
    heavy, plain = (by_origin(table, part, rng) for table in rows)
    return heavy > plain + 0.02


@claim(
    "11-topics",
    "On these texts k-means in a latent space finds the origin better than the largest topics of LDA",
    TEXTS,
    false={"shuffled": True},
)
def topics(rng, shuffled=False):
    weighted, counts, part = some_texts(rng, shuffled)
    weighted, counts, part = weighted[:700], counts[:700], part[:700]
    latent = normalize(TruncatedSVD(50, random_state=seed(rng)).fit_transform(weighted))
    model = LatentDirichletAllocation(len(set(part)), random_state=seed(rng), max_iter=15)
    largest = model.fit_transform(counts).argmax(axis=1)
    return by_origin(latent, part, rng) > adjusted_rand_score(part, largest) + 0.02
