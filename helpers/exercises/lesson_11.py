"""Exercises of lesson 11: embeddings, maps and texts."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize, scale

from helpers.exercises.kinds import build, defended, labels_and_reason, numbers, scored, statements
from helpers.exercises.machinery import Verdict, exercise, table


@exercise("11-1")
def _(answer: Any) -> Verdict:
    share = {
        "that is the share of standard deviations; variances are their squares.": 6 / 8,
        "each *column* has half of the variance; the components are turned axes.": 0.5,
        "that is the share of the second component.": 0.1,
        "give the share as a part of 1.": 90,
    }
    coordinate = {
        "that is the first column; the component lies along the diagonal.": 3,
        "a direction has length one: divide by the square root of 2.": 6,
        "that is squared.": 18,
        "how far, without a sign: a direction and its opposite are one axis.": -np.sqrt(18),
    }
    apart = {
        "so far are they before; what they differ in lies along the second component.": np.sqrt(8),
    }
    worth = {
        "that is the entropy, in bits; the perplexity is 2 to that power.": 1.75,
        "there are four, but they do not get equally much.": 4,
        "bits go with powers of 2, not of e.": np.exp(1.75),
        "with logarithms to base e inside, it must be e to that power.": 2 ** (1.75 * np.log(2)),
        "that is one over the largest share; all four count.": 2,
    }
    return numbers(
        answer,
        ("share of the first component", "(3, 3) along it", "the two rebuilt", "perplexity"),
        (0.9, np.sqrt(18), 0, 2**1.75),
        (share, coordinate, apart, worth),
        "the first component keeps 90 %, and nothing of what parts (1, -1) from (-1, 1); attention that "
        "is shared unevenly is worth fewer neighbours than it reaches.",
        within=(0.0051, 0.0051, 1e-6, 0.0051),
    )


@exercise("11-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "what does the seed decide, where the start is PCA?"),
            "b": (False, "each bell is as wide as its neighbourhood; what becomes of widths on the map?"),
            "c": (True, "how many clusters does HDBSCAN report on the map of one bell?"),
            "d": (True, "what would the same pipeline show where there is nothing?"),
            "e": (False, "at which perplexity did the bell in a plane fall apart?"),
            "f": (False, "two groups four widths apart: how many islands had their map?"),
            "g": (True, "k-means on a few eigenvectors of a graph: what are these eigenvectors to it?"),
            "h": (False, "PCA keeps what varies most; is that what parts the groups?"),
            "i": (False, "round groups that overlap: was k-means better on the map or on the points?"),
            "j": (True, "a tiny reach: whose points does each center learn from then?"),
        },
        "a map shows neighbourhoods. Widths, gaps and counts need the data, and a null to compare with.",
    )


@exercise("11-3")
def _(answer: Any) -> Verdict:
    cosine = 1 / np.sqrt((1 + (np.log(2) + 1) ** 2) * (1 + (np.log(4 / 3) + 1) ** 2))
    everywhere = {
        "without the 1 that is added, a word in all texts would count nothing.": 0,
        "count texts, not occurrences: it is in three texts.": np.log(4 / 5) + 1,
    }
    rare = {
        "the lesson's formula has 1 + n over 1 + n_w.": np.log(3) + 1,
        "1 is added to the logarithm.": np.log(2),
        "the logarithm is the natural one.": np.log10(2) + 1,
        "the logarithm is the natural one, not that to base 2.": 2,
    }
    first = {
        "that is the product of both rows; divide by both lengths.": 1,
        "that is the cosine of the counts; weight the words first.": 0.5,
        "divide by the lengths of both texts.": 1 / np.sqrt(1 + (np.log(2) + 1) ** 2),
        "divide by the lengths of both texts, not of one.": 1 / np.sqrt(1 + (np.log(4 / 3) + 1) ** 2),
        "a row's length is the root of the sum of its squares.": 1 / ((2 + np.log(2)) * (2 + np.log(4 / 3))),
    }
    twice = {
        "all its counts double, and so does its length.": 2 * cosine,
        "a row of twice the length, divided by its length, is the same row.": cosine / 2,
    }
    return numbers(
        answer,
        ("weight of blue", "weight of sky", "cosine", "cosine, written twice"),
        (1, np.log(2) + 1, cosine, cosine),
        (everywhere, rare, first, twice),
        "a word that is everywhere keeps weight 1, a rare one more; and only the direction of a text counts.",
        within=(1e-6, 0.0051, 0.0051, 0.0051),
    )


def _rebuilt(
    train: np.ndarray,
    new: np.ndarray,
    n: int,
    *,
    middle: str = "train",
    back: bool = True,
    fit: str = "train",
    last: bool = False,
    standard: bool = False,
    more: int = 0,
    uncentered: bool = False,
) -> np.ndarray:
    """Project rows on principal components and come back, with one of the usual mistakes."""
    source = train if fit == "train" else new if fit == "new" else np.vstack([train, new])
    center = {"train": train.mean(axis=0), "new": new.mean(axis=0), "none": 0}[middle]
    spread = train.std(axis=0, ddof=1) if standard else 1
    base = source / spread if uncentered else (source - source.mean(axis=0)) / spread
    directions = np.linalg.svd(base, full_matrices=False)[2]
    chosen = directions[::-1][: n + more] if last else directions[: n + more]
    flat = ((new - center) / spread) @ chosen.T @ chosen * spread
    return flat + (center if back else 0)


@exercise("11-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(114)
    cases = []
    for words, rows, columns, others, n in (
        ("60 rows of 5 columns, n = 2", 60, 5, 8, 2),
        ("40 rows of 3 columns, n = 1", 40, 3, 5, 1),
        ("30 rows of 4 columns, n = 3", 30, 4, 6, 3),
        ("25 rows of 6 columns, three new rows, n = 2", 25, 6, 3, 2),
    ):
        mixing = rng.normal(size=(columns, columns)) * np.linspace(3, 0.5, columns)[:, None]
        shift = rng.uniform(2, 9, size=columns)
        train = rng.normal(size=(rows, columns)) @ mixing + shift
        new = rng.normal(size=(others, columns)) @ mixing + shift + rng.normal(size=columns)
        cases.append((words, (train, new, n)))
    cases.append(("as many components as columns", (cases[1][1][0], cases[1][1][1], 3)))

    def by_columns(train: np.ndarray, new: np.ndarray, n: int) -> np.ndarray:
        """Take the first columns of the table of directions, as `pca` of the lesson gives it."""
        middle = train.mean(axis=0)
        directions = np.linalg.eigh((train - middle).T @ (train - middle))[1][:, ::-1].T
        return (new - middle) @ directions[:, :n] @ directions[:, :n].T + middle

    mistakes = (
        ("a new row is centered by the mean of the *training* rows.", {"middle": "new"}),
        ("subtract the training rows' mean before you project.", {"middle": "none"}),
        ("at the end the mean that was subtracted must come back.", {"back": False}),
        ("the directions come from the training rows alone.", {"fit": "new"}),
        ("the directions come from the training rows alone.", {"fit": "new", "middle": "new"}),
        ("the directions come from the training rows alone.", {"fit": "both"}),
        ("these are the components of *smallest* variance; eigh gives them first.", {"last": True}),
        ("do not standardise: the components are of the columns as they are.", {"standard": True}),
        ("one component too many.", {"more": 1}),
        ("one component too few.", {"more": -1}),
        ("the components are those of the *centered* training rows.", {"uncentered": True}),
        ("center the training rows, and new rows by the same mean.", {"uncentered": True, "middle": "none"}),
    )
    return build(
        answer,
        "rebuilt(train, new, n)",
        cases,
        _rebuilt,
        [
            *((hint, lambda *a, kind=kind: _rebuilt(*a, **kind)) for hint, kind in mistakes),
            ("the directions are the *rows* of that table: take the first n rows.", by_columns),
        ],
        "center by the training mean, go to n numbers and back, and add the mean again: what differs from "
        "the row is what those n components cannot say.",
    )


@cache
def _texts() -> tuple[np.ndarray, np.ndarray]:
    """Draw texts about six subjects, of very different lengths, as counts of words without names."""
    rng = np.random.default_rng(115)
    sizes, own_words, common_words = (95, 80, 65, 50, 40, 30), 60, 40
    truth = np.repeat(np.arange(6), sizes)
    common = 1 / np.arange(1, common_words + 1) ** 0.7
    own = 1 / np.arange(1, own_words + 1) ** 0.6
    n_words = common_words + 6 * own_words
    lengths = np.clip(np.exp(rng.normal(3.6, 1.1, len(truth))), 12, 600).astype(int)
    counts = np.zeros((len(truth), n_words), dtype=int)
    for row, (subject, length) in enumerate(zip(truth, lengths, strict=True)):
        kinds = rng.choice(3, size=length, p=(0.5, 0.38, 0.12))
        anything = rng.integers(common_words, n_words, length)
        of_subject = common_words + own_words * subject + rng.choice(own_words, length, p=own / own.sum())
        everywhere = rng.choice(common_words, length, p=common / common.sum())
        words = np.where(kinds == 0, everywhere, np.where(kinds == 1, of_subject, anything))
        np.add.at(counts[row], words.astype(np.intp), 1)  # in a page, indices have 32 bits
    order, columns = rng.permutation(len(truth)), rng.permutation(n_words)
    return counts[order][:, columns], truth[order]


@table("11-5")
def _() -> np.ndarray:
    return _texts()[0].copy()


@exercise("11-5")
def _(answer: Any) -> Verdict:
    counts, truth = _texts()
    reasons = {
        "a": "",
        "b": "the most frequent words are in the texts of all subjects alike.",
        "c": "look at two short ones: a dozen words each, of which half are those that everybody uses.",
        "d": "count your groups: the largest has three times as many texts as the smallest.",
    }
    labels, reason = labels_and_reason(answer, len(truth), reasons)

    def known() -> list[tuple[str, np.ndarray]]:
        def grouped(points: Any, n_init: int = 10) -> np.ndarray:
            return KMeans(6, n_init=n_init, random_state=0).fit_predict(points)

        lengths = "k-means on counts groups long texts and short ones, whatever they are about."
        frequent = "without the weights, the words that are everywhere decide."
        plane = "two axes are too few for six subjects."
        unit = normalize(counts.astype(float))
        weighted = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
        latent = [TruncatedSVD(d, random_state=0).fit_transform(weighted) for d in (2, 3)]
        return [
            (lengths, grouped(counts)),
            (lengths, grouped(scale(counts))),
            (lengths, np.digitize(counts.sum(axis=1), np.quantile(counts.sum(axis=1), np.arange(1, 6) / 6))),
            *((lengths, grouped(TruncatedSVD(d, random_state=0).fit_transform(counts))) for d in (2, 6, 20)),
            (frequent, grouped(unit)),
            (frequent, grouped(counts / counts.sum(axis=1, keepdims=True))),
            *((frequent, grouped(TruncatedSVD(d, random_state=0).fit_transform(unit))) for d in (6, 20)),
            *((plane, grouped(places)) for places in latent),
            *((plane, grouped(normalize(places))) for places in latent),
        ]

    groups = np.unique(labels[labels >= 0])
    score = scored(labels, truth, 0.85, known, good=len(groups) == 6)
    return defended(
        f"the groups are right ({score:.2f})",
        reason,
        reasons,
        f"agreement {score:.2f} with six subjects. Half of all words are everybody's, and lengths differ "
        "fiftyfold: whoever finds the subjects has taken both away.",
    )
