"""Exercises of lesson 12: a network that clusters."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from helpers.exercises.kinds import build, defended, numbers, statements
from helpers.exercises.machinery import NotYetError, Verdict, exercise, not_yet, table


@exercise("12-1")
def _(answer: Any) -> Verdict:
    three = {
        "that is with padding; this kernel stays inside, and fits at 21 - 3 + 1 heights.": 21,
        "off by one: the first place counts, too. At how many heights does it fit?": 18,
        "that is a stride of 3: side by side. With a stride of 1 it moves by one row.": 7,
        "one row is lost at *each* side, two in all.": 20,
        "one row is lost at each side, two in all.": 19.5,
        "that is the number of places in the whole result; how many rows has it?": 361,
    }
    five = {
        "that is the 3 x 3 kernel's; one of 5 rows fits at fewer heights.": 19,
        "off by one: the first place counts, too.": 16,
        "that is with padding; this kernel stays inside.": 21,
        "that is a stride of 5: side by side.": 4,
    }
    stride = {
        "that is without a stride.": 19,
        "that is half of the image; the kernel stays inside, and every second of 19 heights is kept.": 10.5,
        "rows come whole: the first, the third, ... of 19 heights.": 9.5,
        "every second of 19, beginning with the first.": 9,
        "a stride of 2 keeps every second place, not every third.": 7,
    }
    share = {
        "that is the first of the two.": 0.25,
        "the exponential is missing: e to the power ln 3 is 3, to the power 0 is 1.": 1,
        "softmax divides by the sum of *both* powers, 3 + 1.": 3,
        "softmax is not one half for all: the powers are 1 and 3.": 0.5,
        "the power, not the score: 3 of 4.": float(np.log(3) / (1 + np.log(3))),
    }
    shared = {
        "that is log 5: all there could be with five clusters. Three of them are never used.": float(
            np.log(5)
        ),
        "in bits, yes; nats use the natural logarithm.": 1.0,
        "H(z) + H(z') alone; H(z, z') has to be taken off.": 2 * float(np.log(2)),
        "one cluster would have none; here there are two, told apart for certain.": 0,
        "the entropy of two halves is -(0.5 log 0.5 + 0.5 log 0.5).": 0.5,
        "in decimal digits, yes; nats use the natural logarithm.": float(np.log10(2)),
        "that is a share of all there could be, log 2 / log 5; the information itself, in nats.": 0.43,
        "the sign: minus the sum of p log p.": -float(np.log(2)),
    }
    return numbers(
        answer,
        ("rows for 3 x 3", "rows for 5 x 5", "rows with a stride of 2", "softmax", "mutual information"),
        (19, 17, 10, 0.75, np.log(2)),
        (three, five, stride, share, shared),
        "a kernel of r rows fits at 21 - r + 1 heights; exponentials 1 and 3; and log 2 for two "
        "even clusters.",
        within=(1e-6, 1e-6, 1e-6, 0.0051, 0.0051),
    )


def _answers_of(rng: np.random.Generator, clusters: np.ndarray, sure: float) -> np.ndarray:
    """Make probabilities of ten clusters, nearly certain of the given one."""
    rest = rng.dirichlet(np.ones(10), size=len(clusters)) * (1 - sure)
    rest[np.arange(len(clusters)), clusters] += sure
    return rest


@cache
def _networks() -> tuple[dict[str, dict[str, np.ndarray]], np.ndarray]:
    """Make what four trainings might have ended with, for 600 images of ten kinds and their copies."""
    rng = np.random.default_rng(122)
    kind = rng.permutation(np.repeat(np.arange(10), (44, 52, 58, 60, 66, 72, 75, 50, 63, 60)))
    places = 3.2 * rng.normal(size=(10, 16))

    def slip(clusters: np.ndarray, share: float) -> np.ndarray:
        return np.where(rng.random(len(clusters)) < share, rng.integers(10, size=len(clusters)), clusters)

    def pack(
        first: np.ndarray, second: np.ndarray, sure: float, there: np.ndarray, off: float
    ) -> dict[str, np.ndarray]:
        return {
            "answers": _answers_of(rng, first, sure),
            "copies' answers": _answers_of(rng, second, sure),
            "features": there,
            "copies' features": there + off * rng.normal(size=there.shape),
        }

    style = places[kind] + rng.normal(size=(600, 16))
    names = rng.permutation(10)
    good = slip(names[kind], 0.06)
    halves = np.minimum(kind // 2, 4)
    pairs = slip(halves, 0.01)
    evenly = rng.permutation(np.arange(600) % 10)
    lone = np.where(rng.random(600) < 0.99, 7, rng.integers(10, size=600))
    found = {
        "A": pack(pairs, slip(pairs, 0.01), 0.985, places[halves] + 0.5 * rng.normal(size=(600, 16)), 0.6),
        "B": pack(lone, np.where(rng.random(600) < 0.99, 7, lone), 0.99, rng.normal(size=(600, 16)), 1.6),
        "C": pack(evenly, rng.permutation(evenly), 0.999, 3 * rng.normal(size=(600, 16)), 4.5),
        "D": pack(good, slip(good, 0.04), 0.95, style, 0.25),
    }
    return found, kind


@table("12-2")
def _() -> dict[str, dict[str, np.ndarray]]:
    found, _ = _networks()
    return {
        name: {what: values.copy() for what, values in network.items()} for name, network in found.items()
    }


@exercise("12-2")
def _(answer: Any) -> Verdict:
    networks, kind = _networks()
    reasons = {
        "a": "copies agree most in two networks that use too few clusters; count the images in each.",
        "b": "one may be certain, and say another thing of each copy.",
        "c": "even use is half of it; the network that is most even says nothing about the images.",
        "d": "",
    }
    if (
        not isinstance(answer, tuple | list)
        or len(answer) != 2
        or not all(isinstance(x, str) for x in answer)
    ):
        raise NotYetError('give two letters: answer = "A", "a" (the network, and the sentence).')
    network, letter = answer[0].strip().upper(), answer[1].strip().lower()
    if network not in networks:
        raise NotYetError(f"the networks are {', '.join(networks)}.")
    if letter not in reasons:
        raise NotYetError(f"the sentences are {', '.join(reasons)}.")
    accuracy = {}
    for name, result in networks.items():
        counts = np.zeros((10, 10), dtype=int)
        np.add.at(counts, (result["answers"].argmax(axis=1), kind), 1)
        accuracy[name] = counts[linear_sum_assignment(counts, maximize=True)].sum() / len(kind)
    told = f"network {network} gets {accuracy[network]:.2f} of the images right, one to one"
    whys = {
        "A": "its copies agree nearly always, but nearly all answers are five clusters of ten; "
        "how much information do they share?",
        "B": "it has collapsed: look at how many images each cluster has.",
        "C": "it is certain, and even, and says another thing of each copy: cross the two "
        "answers in a table.",
    }
    if network in whys:
        return not_yet(f"{told}: {whys[network]}")
    return defended(
        f"{told}, the best of the four",
        letter,
        reasons,
        f"{told}, the best of the four, and nobody needed a label to see it.",
    )


@exercise("12-3")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "the same recipe with the same seed has given 0.974 and, once, 0.987."),
            "b": (False, "no seed is better than another; it is one number as good as any."),
            "c": (True, "a seed fixes the first weights and the order of the images; what it does not fix?"),
            "d": (
                True,
                "who picks the better of two on some images, has an accuracy on them that is flattered.",
            ),
            "e": (False, "an accuracy may be compared, if it is measured fairly and more than once."),
            "f": (True, "in the lesson k-means gained much by copies and merging, without any network."),
            "g": (
                False,
                "of the answers that the lesson's network gave with 0.9 to 0.999, far fewer were right.",
            ),
        },
        "several runs of each, the same chances for the rivals, images that took no part in any choice.",
    )


def _pairs(first: np.ndarray, second: np.ndarray, k: int) -> np.ndarray:
    """Count the pairs of copies, as shares of all; symmetric."""
    P = np.zeros((k, k))
    np.add.at(P, (first, second), 1 / len(first))
    return (P + P.T) / 2


def _shared(P: np.ndarray) -> float:
    """Return the mutual information of a table of shares, in nats; 0 log 0 is 0."""
    with np.errstate(all="ignore"):
        terms = P * np.log(P / (P.sum(axis=1, keepdims=True) * P.sum(axis=0)))
    return float(np.nansum(terms))


def _join(P: np.ndarray, i: int, j: int) -> np.ndarray:
    P = P.copy()
    P[i] += P[j]
    P[:, i] += P[:, j]
    return np.delete(np.delete(P, j, 0), j, 1)


def _best_pair(k: int, worth: Callable[[int, int], float]) -> tuple[int, int]:
    return max(((i, j) for i in range(k) for j in range(i + 1, k)), key=lambda pair: worth(*pair))


@exercise("12-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(42)
    cases = []
    # Few ways to stray: in each table some entries stay 0, whichever two clusters are joined.
    for n, k in ((300, 5), (400, 8), (250, 6), (90, 5), (500, 7)):
        thing = np.r_[:k, rng.choice(k, size=n - k, p=rng.dirichlet(np.full(k, 2.0)))]
        near = (thing + rng.integers(1, k, size=k)[thing]) % k
        strays = rng.random(n) < rng.uniform(0, 0.7, size=k)[thing]
        first, second = thing.copy(), np.where(strays, near, thing)
        cases.append((f"{n} images in {k} clusters", (first, second, k)))

    def solution(
        first: np.ndarray, second: np.ndarray, k: int, table_of: Callable = _pairs
    ) -> tuple[int, int]:
        P = table_of(first, second, k)
        return _best_pair(k, lambda i, j: _shared(_join(P, i, j)))

    def by(worth: Callable[[np.ndarray, int, int], float]) -> Callable[..., tuple[int, int]]:
        def wrong(first: np.ndarray, second: np.ndarray, k: int) -> tuple[int, int]:
            P = _pairs(first, second, k)
            return _best_pair(k, lambda i, j: worth(P, i, j))

        return wrong

    def one_way(first: np.ndarray, second: np.ndarray, k: int) -> np.ndarray:
        P = np.zeros((k, k))
        np.add.at(P, (first, second), 1 / len(first))
        return P

    def only_rows(P: np.ndarray, i: int, j: int) -> float:
        P = P.copy()
        P[i] += P[j]
        return _shared(np.delete(P, j, 0))

    def one_margin(P: np.ndarray) -> float:
        """Take the columns' shares for the rows' as well, as one may if P is symmetric."""
        share = P.sum(axis=0)
        return float((P * np.log((P + 1e-12) / (np.outer(share, share) + 1e-12))).sum())

    def one_entropy(P: np.ndarray, i: int, j: int) -> float:
        share = _join(P, i, j).sum(axis=0)
        return joint_entropy(P, i, j) - float(np.sum(share * np.log(share)))

    def joint_entropy(P: np.ndarray, i: int, j: int) -> float:
        Q = _join(P, i, j)
        return float(np.sum(Q[Q > 0] * np.log(Q[Q > 0])))

    mistakes = (
        (
            "those lose the *most* information; the least is asked for.",
            by(lambda P, i, j: -_shared(_join(P, i, j))),
        ),
        (
            "those share the most copies, which large clusters often do; compare what information is kept.",
            by(lambda P, i, j: P[i, j]),
        ),
        (
            "those are the two smallest; the information decides.",
            by(lambda P, i, j: -P[i].sum() - P[j].sum()),
        ),
        (
            "two clusters that share no copies may be the cheapest to join, too: try all pairs.",
            by(lambda P, i, j: _shared(_join(P, i, j)) if P[i, j] > 0 else -np.inf),
        ),
        ("join the columns as well as the rows.", by(only_rows)),
        (
            "copies are alike: the table should be symmetric before you join.",
            lambda *a: solution(*a, table_of=one_way),
        ),
        ("one H is missing: H(z) *and* H(z'), which are equal here, minus H(z, z').", by(one_entropy)),
        (
            "copies are alike: the table should be symmetric before you join.",
            lambda first, second, k: _best_pair(
                k, lambda i, j: one_margin(_join(one_way(first, second, k), i, j))
            ),
        ),
        ("that is H(z, z') alone; the information has H(z) and H(z') as well.", by(joint_entropy)),
        ("the smaller number first.", lambda *a: solution(*a)[::-1]),
        (
            "always the first pair? Where a value is nan: 0 log 0 counts as 0. Or does the "
            "table change inside the loop?",
            lambda first, second, k: (0, 1),
        ),
    )
    return build(
        answer,
        "cheapest_merge(first, second, k)",
        cases,
        solution,
        mistakes,
        "a symmetric table of copies, and the pair whose union keeps most of what it knows.",
    )


@exercise("12-5")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(125)
    cases = [
        ("ordinary scores", (rng.normal(size=(6, 4)),)),
        ("scores with one large row", (np.r_[rng.normal(size=(3, 5)), 40 + rng.normal(size=(1, 5))],)),
        ("one image", (rng.normal(size=(1, 3)),)),
        ("scores of about 1,000", (1000 + rng.normal(size=(4, 3)),)),
        ("scores of about -1,000", (-1000 + rng.normal(size=(4, 3)),)),
        (
            "rows of which one score is large",
            (np.array([[0.0, 1000, -1000], [-1000, 0, 1000], [0, 0, 1000]]),),
        ),
        ("five scores, one of them large", (np.array([[0.0, 0, 0, 0, 1000], [0, 900, 0, 0, 0]]),)),
        ("whole numbers", (np.array([[1000, 1001], [0, 3]]),)),
        ("scores of 100,000", (np.array([[1e5, 1e5 - 1, 5], [-1e5, 2 - 1e5, 0 - 1e5]]),)),
        ("rows from -1,000 to 1,000", (np.array([[1000.0, -1000, 0], [0, 1, 2], [-1000, -1001, -1002]]),)),
    ]

    def solution(scores: np.ndarray) -> np.ndarray:
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def shifted(by: Callable[[np.ndarray], Any], axis: int | None = 1) -> Callable[[np.ndarray], np.ndarray]:
        def wrong(scores: np.ndarray) -> np.ndarray:
            powers = np.exp(scores - by(scores))
            return powers / powers.sum(axis=axis, keepdims=True)

        return wrong

    far_off = "what you take off is not always near the row's largest, whose exponential may overflow."
    mistakes = (
        (
            "np.exp overflows at 1,000: inf / inf is nan. Subtract something from each row first.",
            shifted(lambda s: 0),
        ),
        (
            "the largest of *all* scores is taken off: a row far below it becomes 0 / 0. Each "
            "row has its own.",
            shifted(lambda s: s.max()),
        ),
        (
            "the largest of each *column* is taken off, which changes the rows.",
            shifted(lambda s: s.max(axis=0)),
        ),
        (far_off, shifted(lambda s: s.mean(axis=1, keepdims=True))),
        (far_off, shifted(lambda s: np.median(s, axis=1, keepdims=True))),
        (far_off, shifted(lambda s: s.min(axis=1, keepdims=True))),
        (far_off, shifted(lambda s: s[:, :1])),
        (far_off, shifted(lambda s: s[:, -1:])),
        (
            "the sum or the maximum runs over the whole table; each row has its own.",
            shifted(lambda s: s.max(), None),
        ),
        ("images are rows: axis=1, with keepdims=True.", shifted(lambda s: s.max(axis=0), 0)),
        (
            "that divides by the sum of everything; each row should add up to 1.",
            shifted(lambda s: s.max(axis=1, keepdims=True), None),
        ),
        (
            "that makes the columns add up to 1; images are rows.",
            shifted(lambda s: s.max(axis=1, keepdims=True), 0),
        ),
        (
            "the exponential is missing: scores may be negative, probabilities may not.",
            lambda s: s / s.sum(axis=1, keepdims=True),
        ),
        (
            "the powers are not divided by their sum yet.",
            lambda s: np.exp(s - s.max(axis=1, keepdims=True)),
        ),
        (
            "that cuts the scores off; then 1,000 and 1,001 are alike. Subtract instead.",
            lambda s: np.exp(s.clip(-700, 700)) / np.exp(s.clip(-700, 700)).sum(axis=1, keepdims=True),
        ),
    )
    return build(
        answer,
        "softmax_safe(scores)",
        cases,
        solution,
        mistakes,
        "the same constant taken from a row cancels, so take its maximum: no power is above 1.",
    )
