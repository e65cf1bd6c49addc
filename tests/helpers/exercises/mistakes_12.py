"""Typical mistakes in the exercises of lesson 12, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np


def counts_of(first, second, k):
    counts = np.zeros((k, k))
    np.add.at(counts, (first, second), 1)
    return counts


def counted_once(first, second, k):
    P = np.zeros((k, k))
    P[first, second] += 1 / len(first)
    return (P + P.T) / 2


def not_symmetric(first, second, k):
    return counts_of(first, second, k) / len(first)


def adds_up_to_two(first, second, k):
    P = counts_of(first, second, k) / len(first)
    return P + P.T


def only_used(first, second, k):
    k = max(first.max(), second.max()) + 1
    P = counts_of(first, second, k) / len(first)
    return (P + P.T) / 2


def overflowing(scores):
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


def over_all(scores):
    return np.exp(scores) / np.exp(scores).sum()


def over_columns(scores):
    return np.exp(scores) / np.exp(scores).sum(axis=0)


def global_maximum(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(axis=1, keepdims=True)


def row_mean(scores):
    powers = np.exp(scores - scores.mean(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def in_place(scores):
    scores -= scores.max(axis=1, keepdims=True)
    return overflowing(scores)


MISTAKES = {
    "12-1": [
        ([17, 15], "count again"),
        ([20, 20], "with padding"),
        ([9, 8], "with a stride of 2"),
        ([16, 18], "comes first"),
        ([324, 256], "in the whole result"),
        (18, "give two numbers"),
        ([18, 15], "at how many heights"),
    ],
    "12-2": [
        (1.61, "three of them are never used"),
        (1.0, "in bits"),
        (1.39, "has to be taken off"),
        (0, "one cluster"),
        (0.5, "entropy of two halves"),
    ],
    "12-3": [
        (["a", "b", "c", "d"], "no seed is better"),
        (["a", "c", "d", "e"], "an accuracy may be compared"),
        (["c", "d"], "seed 0 gave on three occasions"),
        (["a", "d"], "what a seed fixes"),
        (["a", "c"], "who chose the variants"),
        (["f"], "there is no objection"),
        (3, "letters in a list"),
    ],
    "12-4": [
        (0, "write a function"),
        (lambda first, second, k: None, "the function returned nothing"),
        (lambda first, second: first, "it fails"),
        (counts_of, "those are counts"),
        (counted_once, "only once; use np.add.at"),
        (not_symmetric, "not symmetric yet"),
        (adds_up_to_two, "adds up to 2"),
        (only_used, "should have the shape"),
        (lambda first, second, k: np.full((k, k), 1 / k**2), "entries are wrong"),
    ],
    "12-5": [
        (0, "write a function"),
        (lambda scores: None, "the function returned nothing"),
        (overflowing, "are nan"),
        (over_all, "sum of everything"),
        (over_columns, "images are rows"),
        (global_maximum, "are nan"),
        (row_mean, "are nan"),
        (in_place, "the input was changed"),
        (lambda scores: scores / scores.sum(axis=1, keepdims=True), "exponential is missing"),
        (lambda scores: scores[:, :1], "the shape should be"),
        (lambda scores: np.full(scores.shape, 0.1), "not right yet"),
    ],
}
