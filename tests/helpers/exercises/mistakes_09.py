"""Typical mistakes in the exercises of lesson 09, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np


def always_zero(train_ids, train_digits, test_ids):
    return np.zeros(len(test_ids), dtype=int)


def wrong_index(train_ids, train_digits, test_ids):
    names, predicted = (
        too_few_names(train_ids, train_digits, np.arange(20)),
        np.zeros(len(test_ids), dtype=int),
    )
    for cluster in test_ids:
        predicted[cluster] = names[cluster]
    return predicted


def counted_once(train_ids, train_digits, test_ids):
    counts = np.zeros((20, 10), dtype=int)
    counts[train_ids, train_digits] += 1
    return counts.argmax(axis=1)[test_ids]


def too_few_names(train_ids, train_digits, test_ids):
    counts = np.zeros((train_ids.max() + 1, 10), dtype=int)
    np.add.at(counts, (train_ids, train_digits), 1)
    return counts.argmax(axis=1)[test_ids]


def rolled(images, down, right):
    return np.roll(images, (down, right), axis=(1, 2))


def in_place(images, down, right):
    images[:] = 0
    return images


def framed(images, down, right):
    padded = np.pad(images, ((0, 0), (9, 9), (9, 9)))
    height, width = images.shape[1:]
    return padded[:, 9 - down : 9 - down + height, 9 - right : 9 - right + width]


MISTAKES = {
    "09-1": [
        (0.098, "always answering 0"),
        (0.1, "not equally frequent"),
        (1135, "an accuracy is a share"),
        (11.35, "that is a percentage"),
        (0.5, "which digit is most frequent"),
    ],
    "09-2": [
        (3 / 9, "that is misnamed"),
        (0.722, "mean over clusters"),
        (6, "which share"),
        (0.9, "write the digits"),
    ],
    "09-3": [
        (np.arange(3), "write a function"),
        (lambda train_ids, train_digits, test_ids: test_ids, "those are the cluster ids"),
        (always_zero, "written at its image's place"),
        (wrong_index, "written at its image's place"),
        (counted_once, "only once; use np.add.at"),
        (lambda train_ids, train_digits, test_ids: test_ids[:3], "one name for each test image"),
        (lambda train_ids, train_digits, test_ids: train_digits[:80], "differ from the majority vote"),
        (too_few_names, "without any training image"),
        (lambda train_ids, train_digits: train_ids, "it fails on 500 training images"),
        (lambda train_ids, train_digits, test_ids: None, "the function returned nothing"),
        (lambda train_ids, train_digits, test_ids: test_ids.astype(str), "the names are digits"),
    ],
    "09-4": [
        (0, "write a function"),
        (
            lambda images, down, right: None,
            "shift(images, 0, 1) fails (ValueError: the function returned nothing",
        ),
        (rolled, "comes back on the other"),
        (in_place, "the input was changed"),
        (lambda images, down, right: framed(images, -down, -right), "moves the wrong way"),
        (lambda images, down, right: framed(images, right, down), "rows and columns are exchanged"),
        (lambda images, down, right: images + 1, "not right yet"),
    ],
}
