"""Exercises of lesson 14: sums of pieces, a stream in an order, weighted samples and passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans

from helpers.exercises.kinds import build, defended, labels_and_reason, numbers, scored, statements
from helpers.exercises.machinery import Verdict, exercise, table

Parts = Sequence[tuple[Any, ...]]


@exercise("14-1")
def _(answer: Any) -> Verdict:
    mean = {
        "that is the mean of the two means; the pieces are of 100 and 300 rows.": 15,
        "weigh each mean by the rows of *its own* piece.": 12.5,
    }
    passes = {
        "k-means++ needs one pass for each center, and then there is none that counts: 100.": 100,
        "before each of the five drawings there is a pass for the inertia.": 6,
        "and one more pass, to count how many rows each candidate is nearest to.": 10,
        "each of the five is two passes: one for the inertia, one for the lots.": 5,
        "that is with one round of k-means after it.": 12,
    }
    sent = {
        "for each piece, not once: every worker needs the centers.": 1.28,
        "a number is eight bytes.": 8,
        "that is what comes back, too; what goes *out* is asked for.": 136,
    }
    stands = {
        "the rarer it was to be drawn, the more it stands for: divide.": 1000 * 0.0001,
        "each of 1,000 draws: 1 / (1,000 * 0.0001).": 1 / 0.0001,
        "that is a row of a plain sample.": 20_000 / 1000,
    }
    return numbers(
        answer,
        ("the mean", "passes of k-means||", "kB sent in a pass", "rows"),
        (17.5, 11, 64, 10),
        (mean, passes, sent, stands),
        "(100 * 10 + 300 * 20) / 400; 5 * 2 + 1; 50 * 20 * 8 numbers of 8 bytes; and 1 / (1,000 * 0.0001).",
        within=(1e-6, 1e-6, 0.051, 1e-6),
    )


@exercise("14-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "what does a step of k-means need of a piece: its rows, or sums of them?"),
            "b": (False, "where do the centers begin, if the first batch is of one season?"),
            "c": (True, "on what does the error of a sample hang: on its own size, or on the table's?"),
            "d": (False, "rare *and* far, or rare and near?"),
            "e": (False, "half the time: what of the words for each task?"),
            "f": (True, "who says a word for each piece, and how many can it say in a second?"),
            "g": (False, "may two rows that are neighbours lie in two pieces?"),
            "h": (True, "a piece whose worker died is done by another; does its answer hang on the worker?"),
        },
        "sums can be added, orders can deceive, and one who talks to all is the first to be tired.",
    )


def _combined(
    parts: Parts,
    *,
    means: str = "weighted",
    between: bool = True,
    within: str = "weighted",
    ddof: int = 0,
    skip: bool = True,
    root: bool = False,
) -> tuple[float, float]:
    """Mean and variance of all rows from those of pieces, with one of the usual mistakes."""
    n, mean, variance = (np.array(each, dtype=float) for each in zip(*parts, strict=True))
    if skip:
        n, mean, variance = n[n > 0], mean[n > 0], variance[n > 0]
    weights = n / n.sum()
    whole = np.sum(weights * mean) if means == "weighted" else mean.mean()
    if within == "none":
        inside = 0.0
    else:
        inside = np.sum(weights * variance) if within == "weighted" else variance.mean()
    if between:
        inside += np.sum(weights * (mean - whole) ** 2)
    if ddof:
        inside *= n.sum() / (n.sum() - 1)
    return float(whole), float(np.sqrt(inside) if root else inside)


@exercise("14-3")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(143)
    cases = []
    for words, sizes, apart in (
        ("three pieces of like size", (40, 40, 40), 0.0),
        ("pieces of 5, 50 and 500 rows", (5, 50, 500), 10.0),
        ("a piece without rows (its mean is nan)", (20, 0, 30), 3.0),
        ("a piece of one row", (1, 12), 5.0),
        ("one piece only", (30,), 1.0),
    ):
        pieces = [rng.normal(apart * number, 2.0, size) for number, size in enumerate(sizes)]
        parts = [(len(X), float(X.mean()), float(X.var())) if len(X) else (0, np.nan, np.nan) for X in pieces]
        cases.append((words, (parts,)))

    def variant(**how: Any) -> Callable[[Parts], tuple[float, float]]:
        return lambda parts: _combined(parts, **how)

    mistakes = (
        (
            "that is the colleague's own: weigh by rows, and look at how far the means are apart.",
            variant(means="even", within="even", between=False, skip=False),
        ),
        (
            "the mean is right; but the variances must be weighed, and how far the means are apart added.",
            variant(within="even", between=False),
        ),
        (
            "a mean of means: a piece of five rows counts there as much as one of five hundred.",
            variant(means="even"),
        ),
        (
            "a mean of means, and of variances: weigh each by its rows, and add how far pieces are apart.",
            variant(means="even", within="even", between=False),
        ),
        (
            "the variance within the pieces is not all: their means differ, too.",
            variant(between=False),
        ),
        ("that is the variance between the pieces; within each there is some, too.", variant(within="none")),
        ("weigh the variances, too, each by the rows of its piece.", variant(within="even")),
        ("divide by the number of rows, as the pieces did, not by one less.", variant(ddof=1)),
        ("a piece without rows has no mean (nan): leave it out.", variant(skip=False)),
        ("the variance, not its root.", variant(root=True)),
    )
    return build(
        answer,
        "combine(parts)",
        cases,
        _combined,
        mistakes,
        "weighed by rows; and the variance is what is within the pieces and what is between them.",
    )


def _stepped(parts: Parts, centers: np.ndarray, how: str = "right") -> np.ndarray:
    """New centers from the sums and counts of pieces, with one of the usual mistakes."""
    sums = np.array([each for each, _ in parts], dtype=float)
    counts = np.array([each for _, each in parts], dtype=float)
    with np.errstate(all="ignore"):
        if how == "means":
            return np.nanmean(sums / counts[:, :, None], axis=0)
        whole, n = sums.sum(axis=0), counts.sum(axis=0)[:, None]
        if how == "pieces":
            return whole / len(parts)
        if how == "rows":
            return whole / n.sum()
        if how == "first":
            whole, n = sums[0], counts[0][:, None]
        if how == "last":
            whole, n = sums[-1], counts[-1][:, None]
        new = whole / (n - 1 if how == "less" else n)
        if how == "nan":
            return new
        if how == "zero":
            return np.where(n > 0, new, 0)
        if how == "mean":
            return np.where(n > 0, new, sums.sum(axis=(0, 1)) / counts.sum())
        if how == "sums":
            return whole
        if how == "move":
            return np.where(n > 0, (centers + new) / 2, centers)
        return np.where(n > 0, new, centers)


@exercise("14-4")
def _(answer: Any) -> Verdict:
    cases = []
    for words, seed, n_pieces, k, d in (
        ("three pieces, four centers", 1, 3, 4, 2),
        ("a center without rows", 2, 4, 5, 3),
        ("a center that has rows in one piece only", 3, 5, 3, 2),
        ("one piece", 4, 1, 3, 4),
        ("a center with a single row", 5, 3, 3, 2),
    ):
        rng = np.random.default_rng([144, seed])
        centers = rng.normal(10, 3, (k, d))
        counts = rng.integers(1, 60, size=(n_pieces, k))
        if seed == 2:
            counts[:, 2] = 0
        if seed == 3:
            counts[1:, 1] = 0
        if seed == 5:
            counts[:, 0] = [0, 1, 0]
        sums = counts[:, :, None] * (centers + rng.normal(0, 2, (n_pieces, k, d)))
        cases.append((words, (list(zip(sums, counts, strict=True)), centers)))

    def variant(how: str) -> Callable[..., np.ndarray]:
        return lambda parts, centers: _stepped(parts, centers, how)

    mistakes = (
        ("a mean of the pieces' means: add the sums first, and the counts, then divide.", variant("means")),
        ("divide by the rows of each center, not by the number of pieces.", variant("pieces")),
        ("divide by the rows of *its own* center, not by all rows.", variant("rows")),
        ("the first piece is not all: add up.", variant("first")),
        ("the last piece is not all: add up.", variant("last")),
        ("a center without rows stays where it is; nan is nowhere.", variant("nan")),
        ("a center without rows stays where it is, not at zero.", variant("zero")),
        ("a center without rows stays where it is, not in the middle of all.", variant("mean")),
        ("those are the sums; divide by the counts.", variant("sums")),
        ("the mean is the new place; no half of the way.", variant("move")),
        ("divide by the counts, not by one less.", variant("less")),
        ("nothing has moved: return the new centers.", lambda parts, centers: centers),
    )
    return build(
        answer,
        "new_centers(parts, centers)",
        cases,
        _stepped,
        mistakes,
        "sums and counts are added, then divided once; whoever has no rows stays.",
    )


@cache
def _harbour() -> tuple[list[np.ndarray], np.ndarray]:
    """Twelve months of a harbour's ships, and their kinds: five with seasons, and a rare one."""
    rng = np.random.default_rng(145)
    middles = rng.normal(size=(6, 4)) * 5.5
    middles[5] *= 40 / np.linalg.norm(middles[5])
    pieces, kinds = [], []
    for month in range(12):
        share = np.exp(2.5 * np.cos(2 * np.pi * (month / 12 - np.arange(5) / 5)))
        kind = rng.choice(5, size=500, p=share / share.sum())
        kind[rng.choice(500, size=2, replace=False)] = 5
        pieces.append(middles[kind] + rng.normal(size=(500, 4)))
        kinds.append(kind)
    return pieces, np.concatenate(kinds)


@table("14-5")
def _() -> list[np.ndarray]:
    return [piece.copy() for piece in _harbour()[0]]


@exercise("14-5")
def _(answer: Any) -> Verdict:
    pieces, truth = _harbour()
    reasons = {
        "a": "how many of each month's rows are in each of your groups? The same in all months?",
        "b": "",
        "c": "how many rows has your smallest group, and how many of them would 300 drawn rows have?",
        "d": "which kinds are rare in the first month, and has `partial_fit` a center at each of them?",
    }
    labels, reason = labels_and_reason(answer, len(truth), reasons)

    def known() -> list[tuple[str, np.ndarray]]:
        rows = np.vstack(pieces)
        streamed = MiniBatchKMeans(6, n_init=3, random_state=0)
        for piece in pieces:
            streamed.partial_fit(piece)
        return [
            ("one month is not the year.", KMeans(6, random_state=0).fit(pieces[0]).predict(rows)),
            (
                "the months came in an order: centers begin in the first, and move less and less.",
                streamed.predict(rows),
            ),
            ("the rare kind has no group of its own.", np.where(truth == 5, 0, truth)),
            ("two of the kinds went together.", np.minimum(truth, 3)),
        ]

    rare = truth == 5
    alone = len(set(labels[rare].tolist())) == 1 and np.sum(labels == labels[rare][0]) < 40
    score = scored(labels, truth, 0.9, known, good=alone)
    return defended(
        f"the groups are right ({score:.2f})",
        reason,
        reasons,
        f"agreement {score:.2f} with the six kinds of ships that were drawn.",
    )
