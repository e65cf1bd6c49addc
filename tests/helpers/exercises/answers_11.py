"""Answers to the exercises of lesson 11: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import numpy as np
from answering import table_answers
from lesson_code import taught
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import NMF, PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import StandardScaler, normalize, scale

from helpers.exercises import unnamed


def by_library(train, new, n):
    model = PCA(n).fit(train)
    return model.inverse_transform(model.transform(new))


def by_covariance(train, new, n):
    values, vectors = np.linalg.eigh(np.cov(train.T))
    few = vectors[:, np.argsort(values)[::-1][:n]]
    return train.mean(axis=0) + (new - train.mean(axis=0)) @ few @ few.T


def refitted(train, new, n):
    rows = np.vstack([train, new])
    middle = rows.mean(axis=0)
    few = np.linalg.svd(rows - middle)[2][:n]
    return (new - train.mean(axis=0)) @ few.T @ few + train.mean(axis=0)


def own_mean(train, new, n):
    few = np.linalg.svd(train - train.mean(axis=0))[2][:n]
    return (new - new.mean(axis=0)) @ few.T @ few + new.mean(axis=0)


def of_new(train, new, n):
    few = np.linalg.svd(new - new.mean(axis=0))[2][:n]
    return (new - train.mean(axis=0)) @ few.T @ few + train.mean(axis=0)


def not_back(train, new, n):
    return by_covariance(train, new, n) - train.mean(axis=0)


def uncentered(train, new, n):
    few = np.linalg.svd(train)[2][:n]
    return new @ few.T @ few


def half_centered(train, new, n):
    few = np.linalg.svd(train)[2][:n]
    return (new - train.mean(axis=0)) @ few.T @ few + train.mean(axis=0)


def nothing_subtracted(train, new, n):
    few = np.linalg.svd(train - train.mean(axis=0))[2][:n]
    return new @ few.T @ few


def smallest(train, new, n):
    few = np.linalg.eigh(np.cov(train.T))[1][:, :n]
    return train.mean(axis=0) + (new - train.mean(axis=0)) @ few @ few.T


def standardised(train, new, n):
    scaler = StandardScaler().fit(train)
    return scaler.inverse_transform(by_library(scaler.transform(train), scaler.transform(new), n))


def numbers_only(train, new, n):
    return PCA(n).fit(train).transform(new)


def first_columns(train, new, n):
    directions = taught("11_embedding")["pca"](train)[0]
    middle = train.mean(axis=0)
    return (new - middle) @ directions[:, :n] @ directions[:, :n].T + middle


def changed(train, new, n):
    train -= train.mean(axis=0)
    return by_covariance(train, new, n)


C = unnamed("11-5")
T = TfidfTransformer(sublinear_tf=True).fit_transform(C)


def grouped(points, k=6, seed=1):
    return KMeans(k, n_init=10, random_state=seed).fit_predict(points)


def latent(table, d, seed=1):
    return TruncatedSVD(d, random_state=seed).fit_transform(table)


GOOD = grouped(normalize(latent(T, 10)))

WRONG = {
    "11-1": [
        ([0.75, 4.24, 0, 3.36], "share of standard deviations"),
        ([0.5, 4.24, 0, 3.36], "each *column* has half"),
        ([0.1, 4.24, 0, 3.36], "share of the second component"),
        ([90, 4.24, 0, 3.36], "as a part of 1"),
        ([0.9, 3, 0, 3.36], "that is the first column"),
        ([0.9, 6, 0, 3.36], "a direction has length one"),
        ([0.9, 18, 0, 3.36], "that is squared"),
        ([0.9, -4.243, 0, 3.36], "without a sign"),
        ([0.9, 4.24, 2.83, 3.36], "so far are they before"),
        ([0.9, 4.24, 0, 1.75], "that is the entropy"),
        ([0.9, 4.24, 0, 4], "do not get equally much"),
        ([0.9, 4.24, 0, 5.75], "not of e"),
        ([0.9, 4.24, 0, 2.32], "logarithms to base e"),
        ([0.9, 4.24, 0, 2], "all four count"),
        (0.9, "a list of 4 numbers"),
    ],
    "11-2": [
        ("cdgj", "what does the seed decide"),
        ("abcdgj", "what becomes of widths"),
        ("adgj", "how many clusters does HDBSCAN"),
        ("acgj", "where there is nothing"),
        ("acdegj", "at which perplexity"),
        ("acdfgj", "two groups four widths"),
        ("acdj", "what are these eigenvectors"),
        ("acdghj", "keeps what varies most"),
        ("acdgij", "round groups that overlap"),
        ("acdg", "a tiny reach"),
        (["k"], "there are the statements"),
    ],
    "11-3": [
        ([0, 1.69, 0.31, 0.31], "would count nothing"),
        ([0.777, 1.69, 0.31, 0.31], "count texts, not occurrences"),
        ([1, 2.1, 0.31, 0.31], "1 + n over 1 + n_w"),
        ([1, 0.69, 0.31, 0.31], "1 is added"),
        ([1, 1.301, 0.31, 0.31], "the natural one."),
        ([1, 2, 0.31, 0.31], "not that to base 2"),
        ([1, 1.69, 1, 0.31], "divide by both lengths"),
        ([1, 1.69, 0.5, 0.31], "cosine of the counts"),
        ([1, 1.69, 0.162, 0.31], "root of the sum of its squares"),
        ([1, 1.69, 0.509, 0.31], "lengths of both texts."),
        ([1, 1.69, 0.613, 0.31], "not of one"),
        ([1, 1.69, 0.31, 0.62], "and so does its length"),
        ([1, 1.69, 0.31, 0.156], "is the same row"),
        ([1, 1.69], "a list of 4 numbers"),
    ],
    "11-4": [
        (0, "write a function"),
        (own_mean, "centered by the mean of the *training* rows"),
        (nothing_subtracted, "mean before you project"),
        (not_back, "must come back"),
        (of_new, "from the training rows alone"),
        (lambda a, b, n: by_library(b, b, n) if len(b) >= n else b, "from the training rows alone"),
        (refitted, "from the training rows alone"),
        (smallest, "*smallest* variance"),
        (standardised, "do not standardise"),
        (lambda a, b, n: by_covariance(a, b, n + 1), "one component too many"),
        (lambda a, b, n: by_covariance(a, b, n - 1), "one component too few"),
        (half_centered, "of the *centered* training rows"),
        (uncentered, "center the training rows, and"),
        (numbers_only, "should be an array of shape"),
        (first_columns, "the *rows* of that table"),
        (lambda a, b, n: by_library(a, a, n), "should be an array of shape"),
        (changed, "the input was changed"),
        (lambda a, b, n: None, "returned nothing"),
        (lambda a, b, n: np.linalg.svd(a)[0] @ b, "it fails on"),
    ],
    "11-5": [
        *table_answers("a", len(C)),
        ((grouped(C), "a"), "groups long texts and short ones"),
        ((grouped(latent(C, 6)), "a"), "groups long texts and short ones"),
        ((grouped(scale(C)), "a"), "needed 0.85"),
        ((grouped(normalize(C.astype(float)), seed=0), "b"), "everywhere decide"),
        ((grouped(normalize(latent(T, 2, 0)), seed=0), "a"), "two axes are too few"),
        ((grouped(normalize(latent(T, 10)), 3), "a"), "Groups went together"),
        ((grouped(normalize(latent(T, 10)), 7), "a"), "A group was cut"),
        ((GOOD, "b"), "in the texts of all subjects alike"),
        ((GOOD, "c"), "two short ones"),
        ((GOOD, "d"), "count your groups"),
    ],
}

RIGHT = {
    "11-1": [[0.9, 4.243, 0, 3.364], (0.9, 18**0.5, 0.0, 2**1.75)],
    "11-2": [["a", "c", "d", "g", "j"], "J G D C A"],
    "11-3": [[1, 1.693, 0.312, 0.312], np.array([1, 1.69, 0.31, 0.31])],
    "11-4": [by_library, by_covariance],
    "11-5": [
        (GOOD, "a"),
        (grouped(T), "A"),
        (NMF(6, init="nndsvda", max_iter=500).fit_transform(T).argmax(axis=1), "a"),
        (HDBSCAN(min_cluster_size=15, copy=True).fit_predict(normalize(latent(T, 6))), "a"),
    ],
}


def tables(rng):
    found = []
    for rows, columns, others, n in ((20, 3, 4, 1), (30, 5, 3, 2), (12, 4, 5, 3), (40, 6, 6, 4)):
        mixing = rng.normal(size=(columns, columns)) * np.linspace(3, 0.5, columns)[:, None]
        train = rng.normal(size=(rows, columns)) @ mixing + rng.uniform(2, 9, size=columns)
        found.append((train, rng.normal(size=(others, columns)) @ mixing + 3, n))
    return found


INPUTS = {"11-4": tables}
