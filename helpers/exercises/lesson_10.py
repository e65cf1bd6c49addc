"""Exercises of lesson 10: choosing an algorithm."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("10-1")
def _(answer: Any) -> Verdict:
    value, gigabytes = number(answer), 100_000 * 99_999 / 2 * 8 / 1e9
    if abs(value - gigabytes) < 0.5:
        return right("5 billion pairs of 8 bytes: about 40 GB, for a table of a few megabytes.")
    if abs(value - 2 * gigabytes) < 1:
        return not_yet("that counts each pair twice; the distance from a to b is that from b to a.")
    if abs(value - gigabytes / 8) < 0.1:
        return not_yet("five billion pairs, yes; each takes 8 bytes.")
    if value > 1000:
        return not_yet("divide the bytes by 10**9.")
    return not_yet("n (n - 1) / 2 pairs, 8 bytes each; there are nearly 5 billion pairs.")


@exercise("10-2")
def _(answer: Any) -> Verdict:
    value, exponent, factor = number(answer), np.log(4.5 / 0.9) / np.log(60 / 20), 1000 / 60
    minutes = 4.5 * factor**exponent / 60
    if abs(value - minutes) < 0.05 * minutes:
        return right(f"the exponent is {exponent:.2f}, and {factor:.1f} to that power times 4.5 s.")
    if abs(value - minutes * 60) < 0.05 * minutes * 60:
        return not_yet("that is in seconds.")
    if abs(value - 4.5 * factor / 60) < 0.05:
        return not_yet("that takes cost for proportional to n; but three times the points took five times.")
    if abs(value - 4.5 * factor**2 / 60) < 0.5:
        return not_yet("that is with an exponent of 2; work it out from the two fits.")
    if abs(value - exponent) < 0.01:
        return not_yet("that is the exponent; now go from 60,000 to a million points with it.")
    return not_yet("the exponent is log(4.5 / 0.9) / log(3); then 4.5 s times (1,000,000 / 60,000) to it.")


@exercise("10-3")
def _(answer: Any) -> Verdict:
    hints = {
        "k-means": "k-means puts every accident into a black spot; most belong to none.",
        "mini-batch": "150,000 rows of two numbers fit in memory; the first yes decides, and comes earlier.",
        "mixture": "an ellipse does not follow a bend, and every accident would belong to some spot.",
        "ward": "150,000 points are about 90 GB of distances, and every accident would belong to a spot.",
        "spectral": "these are places, not links, and every accident would belong to some spot.",
        "stop": "that most accidents belong to no black spot is no reason to stop; the flow asks for it.",
        "stop, and look": "that most belong to no black spot is no reason to stop; the flow asks for it.",
        "first a distance": "metres on a flat map are points already; Euclid's distance is right for them.",
    }
    word = answer.strip().lower() if isinstance(answer, str) else ""
    if word == "dbscan":
        return right(
            "if you can say what eps is (a black spot: so many accidents within so many metres). One eps for "
            "city and country may be too few; the flow names HDBSCAN."
        )
    if word == "hdbscan":
        return right("odd shapes, unknown number, stray points; and 150,000 rows fit in memory.")
    if word in hints:
        return not_yet(hints[word])
    return not_yet("go through the flow from the top, and answer with a name in quotes.")


@exercise("10-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def drifting(distances, window, factor): ...")
    cases = [
        ([1.0, 1.1, 0.9, 1.2, 1.6, 2.0], 3, 1.5, 4),
        ([1.0, 2.0, 3.0, 2.5, 3.2, 5.0], 3, 1.5, 4),
        ([1.0, 3.0, 1.0, 1.0, 1.0, 4.0], 3, 1.5, 5),
        ([1.0, 1.0, 4.0, 2.5, 3.5], 3, 1.5, 4),
        ([2.0, 2.0, 1.0, 1.0, 1.0], 2, 1.2, -1),
        ([1.0, 1.0, 1.0, 1.5, 1.5], 3, 1.5, -1),
    ]
    for distances, window, factor, expected in cases:
        found = called(answer, np.array(distances), window, factor)
        case = f"drifting({distances}, {window}, {factor}) gave {found}, expected {expected}"
        if found == expected:
            continue
        if expected >= 0 and found == expected - window:
            return not_yet(f"{case}: add the window; count from the first batch of all.")
        if (
            expected == -1
            and found in (0, window)
            and distances[found] < factor * np.mean(distances[:window])
        ):
            return not_yet(
                f"{case}: where no batch is over the limit, the answer is -1 (argmax of all False is 0)."
            )
        if expected == -1 and found >= 0 and distances[found] == factor * np.mean(distances[:window]):
            return not_yet(f"{case}: more than the limit, not equal to it.")
        if expected == -1:
            return not_yet(f"{case}: where no batch is over the limit, the answer is -1.")
        if 0 <= found < window:
            return not_yet(f"{case}: the first {window} batches never raise the alarm.")
        return not_yet(f"{case}: the limit is {factor} times the mean of the first {window}.")
    return right("a mean, a limit, and the first batch beyond it.")
