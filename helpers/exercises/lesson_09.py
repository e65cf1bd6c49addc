"""Exercises of lesson 09: digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("09-1")
def _(answer: Any) -> Verdict:
    counts = np.array([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    value = number(answer)
    if abs(value - counts.max() / counts.sum()) < 0.0006:
        return right(
            "always answer 1, the most frequent digit; anything that learned something must beat that."
        )
    if value == counts[0] / counts.sum():
        return not_yet("that is what always answering 0 scores; is 0 the most frequent digit?")
    if value == 0.1:
        return not_yet("the ten digits are not equally frequent; look at the counts.")
    if 11 < value < 12:
        return not_yet("that is a percentage; give the share, between 0 and 1.")
    if value > 1:
        return not_yet("an accuracy is a share, between 0 and 1: divide by the number of images.")
    return not_yet("which digit is most frequent, and which share of all images is it?")


@exercise("09-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 6 / 9) < 0.007:
        return right("the names are 3, 5 and 8, and each cluster has two images of its name: 6 of 9.")
    if abs(value - 3 / 9) < 0.006:
        return not_yet("that is the share that is misnamed.")
    if abs(value - np.mean([2 / 3, 1, 1 / 2])) < 0.006:
        return not_yet("that is the mean over clusters; count images, so that a large cluster counts more.")
    if 66 < value < 67:
        return not_yet("that is a percentage; give the share, between 0 and 1.")
    if value == 6:
        return not_yet("six images, yes; which share of the nine is that?")
    return not_yet("write the digits of each cluster in a row; its name is the most frequent one.")


@exercise("09-3")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def name_and_label(train_ids, train_digits, test_ids): ...")
    rng = np.random.default_rng(9)
    train_ids, train_digits = rng.integers(20, size=500), rng.integers(10, size=500)
    test_ids = rng.integers(20, size=80)
    counts = np.zeros((20, 10), dtype=int)
    np.add.at(counts, (train_ids, train_digits), 1)
    names = counts.argmax(axis=1)
    each_pair_once = (counts > 0).argmax(axis=1)
    try:
        found = np.asarray(called(answer, train_ids.copy(), train_digits.copy(), test_ids.copy()))
    except Exception as error:  # of whatever kind: the learner is told which, and where
        case = "500 training images in 20 clusters and 80 test images"
        return not_yet(f"it fails on {case} ({type(error).__name__}: {error}).")
    if found.shape != test_ids.shape:
        return not_yet(
            f"return one name for each test image, shape {test_ids.shape}; got shape {found.shape}."
        )
    if found.dtype.kind not in "iuf":
        return not_yet(f"the names are digits, numbers; got an array of {found.dtype}.")
    if np.array_equal(found, test_ids):
        return not_yet("those are the cluster ids; translate them: names[test_ids].")
    if np.array_equal(found, each_pair_once[test_ids]):
        return not_yet("counts[ids, digits] += 1 counts a repeated pair only once; use np.add.at.")
    if np.mean(found == 0) > 0.7 > np.mean(names[test_ids] == 0):
        return not_yet("most answers are 0: is each one written at its image's place, or at its cluster's?")
    if not np.array_equal(found, names[test_ids]):
        return not_yet(f"{np.sum(found != names[test_ids])} of 80 names differ from the majority vote.")
    try:
        answer(np.array([0, 0, 1]), np.array([4, 4, 7]), np.array([1, 2]))
    except Exception as error:  # of whatever kind: the learner is told which
        return not_yet(
            f"a test id without any training image makes it fail ({type(error).__name__}: {error})."
        )
    return right("a table of counts, an argmax, and the table of names indexed with the ids.")


@exercise("09-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def shift(images, down, right): ...")
    images = np.arange(1, 41, dtype=np.uint8).reshape(2, 4, 5)
    for down, to_right in ((0, 1), (1, 0), (0, -2), (-1, 0), (2, -1), (0, 0), (4, 5)):
        given = images.copy()
        case = f"shift(images, {down}, {to_right})"
        try:
            found = np.asarray(called(answer, given, down, to_right))
        except Exception as error:  # of whatever kind: the learner is told which, and where
            return not_yet(f"{case} fails ({type(error).__name__}: {error}).")
        if not np.array_equal(given, images):
            return not_yet("the input was changed; write into a new array.")
        framed = np.pad(images, ((0, 0), (4, 4), (5, 5)))
        expected = framed[:, 4 - down : 8 - down, 5 - to_right : 10 - to_right]
        if np.array_equal(found, expected):
            continue
        if np.array_equal(found, np.roll(images, (down, to_right), axis=(1, 2))):
            return not_yet(f"{case}: what leaves on one side comes back on the other; it should be lost.")
        if np.array_equal(found, framed[:, 4 + down : 8 + down, 5 + to_right : 10 + to_right]):
            return not_yet(f"{case} moves the wrong way: down and right are positive.")
        if np.array_equal(found, framed[:, 4 - to_right : 8 - to_right, 5 - down : 10 - down]):
            return not_yet(f"{case}: rows and columns are exchanged; the axes are (image, row, column).")
        return not_yet(f"{case} is not right yet; draw a 4 x 5 image before and after.")
    return right("a copy that has lost one edge and gained zeros at the other, and the input is unharmed.")
