"""Exercises of lesson 12: network."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("12-1")
def _(answer: Any) -> Verdict:
    sizes = [int(number(size)) for size in answer] if isinstance(answer, list | tuple | np.ndarray) else None
    if sizes is None or len(sizes) != 2:
        return not_yet("give two numbers of rows in a list: the one for 3 x 3 first, then the one for 5 x 5.")
    if sizes == [18, 16]:
        return right("a kernel of s rows fits at 20 - s + 1 heights.")
    if sizes == [17, 15]:
        return not_yet("count again: a kernel as large as the image would fit once, not never.")
    if sizes == [20, 20]:
        return not_yet("that is with padding, `padding='same'`; here the kernel stays inside the image.")
    if sizes in ([9, 8], [10, 10]):
        return not_yet("that is with a stride of 2; here it is 1.")
    if sizes == [16, 18]:
        return not_yet("the 3 x 3 kernel comes first.")
    if sizes == [324, 256]:
        return not_yet("those are the numbers in the whole result; how many rows has it?")
    return not_yet("slide a kernel of 3 rows down an image of 20: at how many heights does it fit?")


@exercise("12-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - np.log(2)) < 0.006:
        return right("two equal clusters, known for certain: log 2, as for one toss of a coin.")
    if abs(value - np.log(5)) < 0.006:
        return not_yet("that is the most that five clusters can give; three of them are never used.")
    if abs(value - 1) < 0.006:
        return not_yet("that is in bits, with logarithms to the base 2; in nats they are natural.")
    if abs(value - 2 * np.log(2)) < 0.006:
        return not_yet("that is H(z) + H(z'); H(z, z') has to be taken off.")
    if value == 0:
        return not_yet(
            "zero would be one cluster, or copies that do not agree; here each pair tells one of two."
        )
    return not_yet("H(z), H(z') and H(z, z') are all the entropy of two halves.")


@exercise("12-3")
def _(answer: Any) -> Verdict:
    if isinstance(answer, str):
        answer = answer.replace(",", " ").split() if " " in answer or "," in answer else list(answer)
    if not isinstance(answer, list | tuple | set):
        return not_yet('give the letters in a list, for example ["a", "b"].')
    given = {str(letter).strip().lower() for letter in answer}
    if unknown := sorted(given - set("abcde")):
        return not_yet(f"there is no objection {unknown[0]!r}; choose from a, b, c, d, e.")
    if given == {"a", "c", "d"}:
        return right(
            "several runs of each, on images that took no part in any choice; a seed is not a result."
        )
    if "b" in given:
        return not_yet("b: no seed is better than another; it is one number as good as any.")
    if "e" in given:
        return not_yet("e: an accuracy may be compared, if it is measured fairly and more than once.")
    if "a" not in given:
        return not_yet("look at the table of runs, and at what seed 0 gave on three occasions.")
    if "c" not in given:
        return not_yet("read again what a seed fixes, and what it does not.")
    return not_yet("one more: who chose the variants, and after looking at what?")


@exercise("12-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def pair_shares(first, second, k): ...")
    rng = np.random.default_rng(12)
    for n, k, used in ((200, 4, 4), (7, 3, 3), (50, 6, 3)):
        first, second = rng.integers(used, size=n), rng.integers(used, size=n)
        case = f"{n} pairs with k = {k}"
        try:
            found = np.asarray(called(answer, first.copy(), second.copy(), k), dtype=float)
        except Exception as error:  # of whatever kind: the learner is told which, and where
            return not_yet(f"{case}: it fails ({type(error).__name__}: {error}).")
        counts = np.zeros((k, k))
        np.add.at(counts, (first, second), 1)
        if found.shape != (k, k):
            return not_yet(f"{case}: the table should have the shape {(k, k)}; got {found.shape}.")
        if np.allclose(found, (counts + counts.T) / (2 * n)):
            continue
        once = (counts > 0) / n
        if np.allclose(found, (once + once.T) / 2) or np.allclose(found, once):
            return not_yet("P[first, second] += ... counts a repeated pair only once; use np.add.at.")
        if np.allclose(found, counts / n):
            return not_yet(
                "not symmetric yet: which copy is the first is chance, so (i, j) and (j, i) count alike."
            )
        if np.allclose(found, counts) or np.allclose(found, counts + counts.T):
            return not_yet("those are counts; shares add up to 1.")
        if np.allclose(found, (counts + counts.T) / n):
            return not_yet("it adds up to 2: take the mean of the two shares, not their sum.")
        return not_yet(
            f"{case}: {np.sum(~np.isclose(found, (counts + counts.T) / (2 * n)))} entries are wrong."
        )
    return right("a table of shares that treats both copies alike.")


@exercise("12-5")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def softmax_safe(scores): ...")
    rng = np.random.default_rng(12)
    ordinary = rng.normal(size=(6, 4))
    far_apart = np.array([[0.0, -2000.0, 1.0], [1000.0, 999.0, 0.0], [0.0, 0.0, 9000.0]])
    for case, scores in (("ordinary scores", ordinary), ("scores of 1,000", far_apart)):
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        expected = powers / powers.sum(axis=1, keepdims=True)
        given = scores.copy()
        try:
            with np.errstate(all="ignore"):
                found = np.asarray(called(answer, given), dtype=float)
                whole = np.exp(scores) / np.exp(scores).sum()
                columns = np.exp(scores) / np.exp(scores).sum(axis=0)
        except Exception as error:  # of whatever kind: the learner is told which, and where
            return not_yet(f"{case}: it fails ({type(error).__name__}: {error}).")
        if not np.array_equal(given, scores):
            return not_yet("the input was changed; work on a new array.")
        if found.shape != scores.shape:
            return not_yet(f"{case}: the shape should be {scores.shape}; got {found.shape}.")
        if np.allclose(found, expected):
            continue
        if np.isnan(found).any():
            return not_yet(f"{case}: some answers are nan; subtract the largest score of each row first.")
        if case == "ordinary scores" and np.allclose(found, whole):
            return not_yet("that divides by the sum of everything; each row should add up to 1.")
        if case == "ordinary scores" and np.allclose(found, columns):
            return not_yet("that makes the columns add up to 1; images are rows.")
        if case == "ordinary scores" and np.allclose(found, scores / scores.sum(axis=1, keepdims=True)):
            return not_yet("the exponential is missing: scores may be negative, probabilities may not.")
        return not_yet(
            f"{case}: not right yet; with a row's maximum subtracted, is it the maximum of that row?"
        )
    return right("the same constant taken from a row cancels, so take its maximum: no power is above 1.")
