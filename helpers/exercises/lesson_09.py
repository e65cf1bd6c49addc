"""Exercises of lesson 09: digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.datasets import load_digits
from sklearn.metrics import pairwise_distances

from helpers.exercises.kinds import build, defended, letter_of, numbers, statements, whole_numbers
from helpers.exercises.machinery import NotYetError, Verdict, exercise, not_yet, table


@exercise("09-1")
def _(answer: Any) -> Verdict:
    counts = np.array([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    constant = {
        "that is what always answering 0 scores; is 0 the most frequent digit?": 0.098,
        "the ten digits are not equally frequent; look at the counts.": 0.1,
        "that is a percentage; give the share, between 0 and 1.": 11.35,
        "that many images; which share of the 10,000?": counts.max(),
        "that is the rarest digit; the best constant answer is the most frequent.": 0.0892,
    }
    named = {
        "that is the share that is misnamed.": 1 / 9,
        "that is one-to-one; but two clusters may have the same name.": 5 / 9,
        "that is a percentage; give the share, between 0 and 1.": 800 / 9,
        "that many images; which share of the nine?": 8,
        "one cluster has an image that is not of its name.": 1,
        "two decimals, please.": 0.9,
    }
    matched = {
        "that is majority naming: there two clusters are named 3. Here each digit gets one cluster.": 8 / 9,
        "each digit its best cluster; but 5 and 8 cannot share one.": 6 / 9,
        "one of the two clusters of threes is named 3, and its three images count.": 2 / 9,
        "the cluster of 5, 5, 8 is best named 5, which has two right.": 4 / 9,
        "that many images; which share of the nine?": 5,
        "that is a percentage; give the share, between 0 and 1.": 500 / 9,
        "two decimals, please.": 0.6,
    }
    return numbers(
        answer,
        ("constant answer", "named by majority", "one-to-one"),
        (counts.max() / counts.sum(), 8 / 9, 5 / 9),
        (constant, named, matched),
        "always answer 1; the names 5, 3 and 3 have 2 + 3 + 3 right; one-to-one, one of the "
        "threes must be 8.",
        within=(0.0006, 0.0067, 0.0067),
    )


@exercise("09-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "a number that does not move, and is the share of one class, is a constant answer."),
            "b": (True, "names at the wrong places spoil the best clusters."),
            "c": (
                False,
                "on raw pixels of MNIST the run of smallest inertia hardly knows digits better than another.",
            ),
            "d": (True, "with a cluster for each image every name is right, for the images that voted."),
            "e": (True, "distances add up over columns, in any order."),
            "f": (False, "many an image of another digit is nearer: pixels are compared place by place."),
            "g": (False, "one digit has several handwritings, and others share a cluster."),
            "h": (False, "on scikit-learn's digits it did not help in the lesson; measure it."),
        },
        "look at the answers first, at the code next, and score on images that did not vote.",
    )


def _table_of(ids: np.ndarray, digits: np.ndarray, n: int) -> np.ndarray:
    counts = np.zeros((n, 10), dtype=int)
    np.add.at(counts, (ids, digits), 1)
    return counts


@exercise("09-3")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(9)
    cases = []
    for n, k, m in ((500, 20, 80), (60, 12, 40), (30, 3, 10)):
        ids = np.r_[:k, rng.integers(k, size=n - k)]
        cases.append(
            (f"{n} training images in {k} clusters", (ids, rng.integers(10, size=n), rng.integers(k, size=m)))
        )
    large = 40 + np.r_[:25, rng.integers(25, size=200)]
    cases.append(("ids from 40 on", (large, rng.integers(10, size=225), rng.choice(large, size=90))))
    few = (np.array([0, 0, 1, 1, 1, 3]), np.array([7, 4, 9, 2, 9, 5]), np.array([3, 1, 0, 1, 0]))
    cases.append(("a cluster of one 7 and one 4", few))
    cases.append(
        ("a test image in a cluster without training images", (few[0], few[1], np.array([2, 0, 12, 3] * 5)))
    )
    many = np.r_[:15, rng.integers(15, size=60)]
    cases.append(
        (
            "fewer clusters in the test than in training",
            (many, rng.integers(10, size=75), rng.integers(4, size=9)),
        )
    )
    cases.append(("training ids that do not begin at 0", (few[0] + 6, few[1], few[2] + 6)))

    def solution(
        ids: np.ndarray,
        digits: np.ndarray,
        test: np.ndarray,
        counted: Callable = _table_of,
        missing: int = -1,
    ) -> np.ndarray:
        counts = counted(ids, digits, max(ids.max(), test.max()) + 1)
        return np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1), missing)[test]

    def once(ids: np.ndarray, digits: np.ndarray, n: int) -> np.ndarray:
        return np.minimum(_table_of(ids, digits, n), 1)

    def last_on_tie(ids: np.ndarray, digits: np.ndarray, test: np.ndarray) -> np.ndarray:
        counts = _table_of(ids, digits, max(ids.max(), test.max()) + 1)
        return np.where(counts.sum(axis=1) > 0, 9 - counts[:, ::-1].argmax(axis=1), -1)[test]

    def each(pick: Callable) -> Callable[..., np.ndarray]:
        def wrong(ids: np.ndarray, digits: np.ndarray, test: np.ndarray) -> np.ndarray:
            return np.array([pick(digits[ids == i]) if np.any(ids == i) else -1 for i in test])

        return wrong

    def one_to_one(ids: np.ndarray, digits: np.ndarray, test: np.ndarray) -> np.ndarray:
        counts = _table_of(ids, digits, max(ids.max(), test.max()) + 1)
        names = np.full(len(counts), -1)
        rows, columns = linear_sum_assignment(counts, maximize=True)
        names[rows] = columns
        return np.where(counts.sum(axis=1) > 0, names, -1)[test]

    def at_clusters(ids: np.ndarray, digits: np.ndarray, test: np.ndarray) -> np.ndarray:
        answers = np.zeros(max(len(test), test.max() + 1), dtype=int)
        for cluster, name in zip(test, solution(ids, digits, test), strict=True):
            answers[cluster] = name
        return answers[: len(test)]

    mistakes = (
        ("those are the cluster ids; translate them: names[test_ids].", lambda i, d, t: t),
        (
            "counts[ids, digits] += 1 counts a repeated pair only once, so the smallest digit "
            "wins; use np.add.at.",
            lambda *a: solution(*a, counted=once),
        ),
        ("each answer belongs at its image's place, and not at its cluster's.", at_clusters),
        ("a cluster without training images has no majority: answer -1.", lambda *a: solution(*a, missing=0)),
        ("on a tie take the smallest digit.", last_on_tie),
        (
            "on a tie take the smallest digit, not the one that came first.",
            each(lambda d: Counter(d.tolist()).most_common(1)[0][0]),
        ),
        ("two clusters may have the same name: each has its own majority.", one_to_one),
        ("that is the first digit of each cluster; take the most frequent.", each(lambda d: d[0])),
        ("that is the last digit of each cluster; take the most frequent.", each(lambda d: d[-1])),
        ("names are no numbers to average; take the most frequent digit.", each(lambda d: round(d.mean()))),
        (
            "names are no numbers to sort; take the most frequent digit, not the median.",
            each(lambda d: int(np.median(d))),
        ),
    )
    return build(
        answer,
        "name_and_label(train_ids, train_digits, test_ids)",
        cases,
        solution,
        mistakes,
        "a table of counts, an argmax, and the table of names indexed with the ids.",
    )


def _nearer(
    images: np.ndarray,
    digits: np.ndarray,
    copies: np.ndarray,
    kind: str = "float",
    who: str = "others",
    least: Any = np.min,
) -> np.ndarray:
    """Say of each image whether one of another digit is nearer than its own copy; or make a mistake."""
    A, B = (x.reshape(len(x), -1) for x in (images, copies))
    if kind in ("float", "or equal"):
        A, B = A.astype(float), B.astype(float)
    if kind.startswith("wrapped"):
        own, apart = (A - B).astype(float), (A[:, None] - A).astype(float)
        if kind == "wrapped own":
            apart = A[:, None].astype(float) - A
        if kind == "wrapped others":
            own = A.astype(float) - B
        own, apart = (own**2).sum(axis=1), (apart**2).sum(axis=2)
    elif kind == "absolute":
        own, apart = np.abs(A.astype(float) - B).sum(axis=1), pairwise_distances(A, metric="cityblock")
    else:
        own = ((A - B) ** 2).sum(axis=1)
        apart = ((A[:, None] - A[None]) ** 2).sum(axis=2)
    apart = apart.astype(float)
    other = {
        "others": digits[:, None] != digits,
        "all": ~np.eye(len(A), dtype=bool),
        "itself": np.ones((len(A), len(A)), dtype=bool),
        "same": (digits[:, None] == digits) & ~np.eye(len(A), dtype=bool),
    }[who]
    if kind == "or equal":
        return np.where(other, apart, np.inf).min(axis=1) <= own
    if least is np.min:
        return np.where(other, apart, np.inf).min(axis=1) < own
    return least(np.where(other, apart, np.nan), axis=1) < own


@exercise("09-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(94)
    cases = []
    # The wider the kinds differ, the rarer is a neighbour of another digit.
    for n, h, w, wide in ((20, 5, 4, 30), (30, 4, 4, 70), (12, 6, 3, 50), (24, 3, 3, 2)):
        digits = rng.permutation(np.arange(n) % 3)
        kinds = rng.integers(128 - wide, 128 + wide, size=(3, h, w))
        images = (kinds[digits] + rng.integers(-60, 61, size=(n, h, w))).clip(0, 255).astype(np.uint8)
        noise = rng.integers(-1, 2, size=(n, h, w)) * rng.integers(20, 200, size=(n, 1, 1))
        noise[:2] = 0  # two copies are like their images
        cases.append(
            (f"{n} images of {h} x {w}", (images, digits, (images + noise).clip(0, 255).astype(np.uint8)))
        )

    tie = np.array([[[0, 0]], [[0, 4]], [[9, 9]]], dtype=np.uint8)
    cases.append(
        (
            "three images, of which one is as near as a copy",
            (tie, np.array([3, 5, 5]), tie + np.uint8([[[0, 4]]])),
        )
    )
    lure = np.array([[[100, 100]], [[180, 180]], [[20, 200]]], dtype=np.uint8)
    copies = np.array([[[130, 130]], [[105, 105]], [[22, 200]]], dtype=np.uint8)
    cases.append(
        ("three images, one of which is like the copy of another", (lure, np.array([1, 7, 7]), copies))
    )

    def solution(*a: np.ndarray) -> float:
        return float(_nearer(*a).mean())

    def of_the_copy(images: np.ndarray, digits: np.ndarray, copies: np.ndarray) -> float:
        A, B = (x.reshape(len(x), -1).astype(float) for x in (images, copies))
        apart = ((B[:, None] - A) ** 2).sum(axis=2)
        return float(
            (
                np.where(digits[:, None] != digits, apart, np.inf).min(axis=1) < ((A - B) ** 2).sum(axis=1)
            ).mean()
        )

    def with_copies(images: np.ndarray, digits: np.ndarray, copies: np.ndarray) -> float:
        A, B = (x.reshape(len(x), -1).astype(float) for x in (images, copies))
        apart = np.minimum(((A[:, None] - A) ** 2).sum(axis=2), ((A[:, None] - B) ** 2).sum(axis=2))
        nearest = np.where(digits[:, None] != digits, apart, np.inf).min(axis=1)
        return float((nearest < ((A - B) ** 2).sum(axis=1)).mean())

    def any_copy(images: np.ndarray, digits: np.ndarray, copies: np.ndarray) -> float:
        A, B = (x.reshape(len(x), -1).astype(float) for x in (images, copies))
        apart = ((A[:, None] - A) ** 2).sum(axis=2)
        near = ((A[:, None] - B) ** 2).sum(axis=2).min(axis=1)
        return float((np.where(digits[:, None] != digits, apart, np.inf).min(axis=1) < near).mean())

    uint8 = "in uint8, 3 - 5 is 254, and 20 squared is 144: convert to float first."
    mistakes = (
        (uint8, lambda *a: float(_nearer(*a, kind="uint8").mean())),
        (uint8, lambda *a: float(_nearer(*a, kind="wrapped").mean())),
        (uint8, lambda *a: float(_nearer(*a, kind="wrapped own").mean())),
        (uint8, lambda *a: float(_nearer(*a, kind="wrapped others").mean())),
        (
            "*strictly* nearer: as near as the own copy does not count.",
            lambda *a: float(_nearer(*a, kind="or equal").mean()),
        ),
        ("the strangers are *images*; their copies do not count.", with_copies),
        ("that is a percentage; give the share.", lambda *a: 100 * solution(*a)),
        ("that counts images; give the share.", lambda *a: float(_nearer(*a).sum())),
        (
            "every image is nearest to itself: leave out the diagonal, and its own digit.",
            lambda *a: float(_nearer(*a, who="itself").mean()),
        ),
        (
            "also images of the *same* digit were looked at; only other digits count.",
            lambda *a: float(_nearer(*a, who="all").mean()),
        ),
        (
            "those are images of the same digit; take the other digits.",
            lambda *a: float(_nearer(*a, who="same").mean()),
        ),
        ("that is where the own copy is nearer; the other way round.", lambda *a: 1 - solution(*a)),
        (
            "that compares with a typical image; is *some* image of another digit nearer?",
            lambda *a: float(_nearer(*a, least=np.nanmean).mean()),
        ),
        (
            "that compares with a typical image; is *some* image of another digit nearer?",
            lambda *a: float(_nearer(*a, least=np.nanmedian).mean()),
        ),
        (
            "that compares with the furthest; is *some* image of another digit nearer?",
            lambda *a: float(_nearer(*a, least=np.nanmax).mean()),
        ),
        (
            "those are sums of absolute differences; the distance is the root of the sum of squares.",
            lambda *a: float(_nearer(*a, kind="absolute").mean()),
        ),
        ("measure from the image itself to the others, not from its copy.", of_the_copy),
        ("compare with the copy of the *same* image, not with the nearest copy of any.", any_copy),
    )
    return build(
        answer,
        "strangers_nearer(images, digits, copies)",
        cases,
        solution,
        mistakes,
        "for each image its own copy against the nearest of another digit, in numbers that can be negative.",
    )


@cache
def _unlabelled() -> tuple[np.ndarray, np.ndarray]:
    """Take 1,500 of scikit-learn's digits, in an order of our own."""
    data = load_digits()
    order = np.random.default_rng(95).permutation(len(data.target))[:1500]
    return data.images[order], data.target[order]


@table("09-5")
def _() -> np.ndarray:
    return _unlabelled()[0].copy()


@exercise("09-5")
def _(answer: Any) -> Verdict:
    images, truth = _unlabelled()
    reasons = {
        "a": "try it: with 30 random ones, and each image named like the nearest of them, "
        "usually a fifth or more goes wrong.",
        "b": "those are the odd ones, of their cluster the least typical: try it.",
        "c": "",
        "d": "ten k-means groups mix digits, and three labels in each cannot mend it: try it.",
    }
    if not isinstance(answer, tuple | list) or len(answer) != 3:
        raise NotYetError('give three things: answer = ask, groups, "a".')
    ask, groups = np.asarray(answer[0]), whole_numbers(answer[1], len(images), "image")
    if ask.ndim == 1 and ask.dtype.kind == "f" and np.array_equal(ask, np.rint(ask)):
        ask = ask.astype(int)
    if (
        ask.ndim != 1
        or ask.dtype.kind not in "iu"
        or not len(ask)
        or ask.min() < 0
        or ask.max() >= len(images)
    ):
        raise NotYetError("first the numbers of the images to ask about, from 0 to 1499.")
    n_labels = len(set(ask.tolist()))
    if n_labels > 30:
        raise NotYetError(f"you can afford 30 labels, and ask about {n_labels}.")
    letter = letter_of(answer[2], reasons)
    names = {
        group: np.bincount(truth[ask[groups[ask] == group]]).argmax() for group in np.unique(groups[ask])
    }
    named = np.array([names.get(group, -1) for group in groups])
    score, told = (
        float(np.mean(named == truth)),
        f"{np.mean(named == truth):.1%} of the images get their digit",
    )
    nameless = float(np.mean(named < 0))
    if score >= 0.87:
        return defended(told, letter, reasons, f"{told}, from {n_labels} labels.")
    if nameless > 0.05:
        return not_yet(
            f"{told}: {nameless:.0%} are in groups that nobody asked about. Ask about one of each."
        )
    if len(names) <= 12:
        return not_yet(
            f"{told}: in {len(names)} groups digits share a name. More, smaller groups: one for each label?"
        )
    X = images.reshape(len(images), -1)
    ranks = []  # of the images asked about: how many of their group are nearer to its middle
    for i in ask:
        mine = groups == groups[i]
        if mine.sum() >= 5:
            away = np.linalg.norm(X[mine] - X[mine].mean(axis=0), axis=1)
            ranks.append(np.mean(away < np.linalg.norm(X[i] - X[mine].mean(axis=0))))
    if len(ranks) >= 10 and np.median(ranks) > 0.75:
        return not_yet(f"{told}: you ask about the images far from their centers, which are the odd ones.")
    if len(ranks) >= 15 and np.median(ranks) < 0.1 and len(names) >= 25:
        return not_yet(
            f"{told}, needed 87 %: the choice is good, the groups are rough. Has k-means run to its end?"
        )
    return not_yet(f"{told}, needed 87 %. Which images are typical, and is every place asked about?")
