"""Typical mistakes in the exercises of lesson 01, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np


def same_names(a, b):
    return np.array_equal(a, b)


def one_way(a, b):
    return len(set(zip(a, b, strict=True))) == len(set(a))


def same_sizes(a, b):
    return sorted(np.unique(a, return_counts=True)[1]) == sorted(np.unique(b, return_counts=True)[1])


def as_many_groups(a, b):
    return len(set(a)) == len(set(b)) and one_way(a, b[::-1]) == one_way(b, a[::-1])


def neighbours_only(a, b):
    """Compare only whether each point is with the one before it."""
    return np.array_equal(np.diff(a) == 0, np.diff(b) == 0)


def with_the_first(a, b):
    """Compare only who is with the first point."""
    return np.array_equal(np.equal(a, a[0]), np.equal(b, b[0]))


MISTAKES = {
    "01-1": [
        (0, "no label is equal"),
        (0.5, "for each pair of points"),
        (3, "1 at best"),
        (True, "a number"),
    ],
    "01-2": [
        (74, "that is the count for eps=0.25"),
        (12, "default min_samples"),
        (1, "number of clusters"),
        (2, "-1 is no cluster"),
        (977, "count the others"),
        (100, "noise can only shrink"),
        (30, "count the labels equal to -1"),
    ],
    "01-3": [
        (0.4, "the number above"),
        (0.4012, "divided by their variance"),
        (1.0, "A common factor"),
        (0.1, "as they are and scaled"),
        (0.83, "the *adjusted* one"),
        (0.78, "n_init=10"),
        (0.54, "divided by their range"),
        (0.22, "the clusters' names"),
    ],
    "01-4": [
        (True, "write a function"),
        (same_names, "differ only in names"),
        (lambda a, b: a == b, "one True or False"),
        (one_way, "check both ways"),
        (same_sizes, "is split in the second"),
        (as_many_groups, "is split in the second"),
        (neighbours_only, "one group was split"),
        (with_the_first, "two groups were merged"),
    ],
}
