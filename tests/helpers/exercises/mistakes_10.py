"""Typical mistakes in the exercises of lesson 10, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np


def first(over):
    return int(np.argmax(over)) if over.any() else -1


def after(window, over):
    return first(np.where(np.arange(len(over)) < window, False, over))


MISTAKES = {
    "10-1": [
        (80, "each pair twice"),
        (5, "takes 8 bytes"),
        (40e9, "by 10**9"),
        (0.8, "n (n - 1) / 2"),
    ],
    "10-2": [
        (277, "in seconds"),
        (1.25, "proportional to n"),
        (20.8, "exponent of 2"),
        (1.465, "that is the exponent"),
        (9, "log(3)"),
    ],
    "10-3": [
        ("first a distance", "points already"),
        ("stop", "no reason to stop"),
        ("k-means", "most belong to none"),
        ("mini-batch", "comes earlier"),
        ("Ward", "90 GB"),
        ("agglomerative", "from the top"),
    ],
    "10-4": [
        (4, "write a function"),
        (lambda d, window, factor: first(d[window:] > factor * d[:window].mean()), "add the window"),
        (lambda d, window, factor: first(d > factor * d[:window].mean()), "never raise the alarm"),
        (lambda d, window, factor: after(window, d >= factor * d[:window].mean()), "not equal to it"),
        (lambda d, window, factor: max(after(window, d > factor * d[:window].mean()), 0), "the answer is -1"),
        (
            lambda d, window, factor: int(np.argmax(d[window:] > factor * d[:window].mean())) + window,
            "argmax of all False",
        ),
        (
            lambda d, window, factor: after(window, d > factor * np.median(d[:window])),
            "the mean of the first",
        ),
        (lambda d, window, factor: after(window, d > factor * d[0]), "the mean of the first"),
    ],
}
