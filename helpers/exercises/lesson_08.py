"""Exercises of lesson 08: image compression."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.exercises.machinery import Verdict, called, exercise, not_yet, number, right


@exercise("08-1")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if value == 7:
        return right("6 bits count to 64, 7 to 128.")
    if value == 6:
        return not_yet("6 bits count to 64 only.")
    if value == 8:
        return not_yet("8 bits count to 256: that is what a PNG-8 sets aside, and more than needed.")
    if 6 < value < 7:
        return not_yet("the logarithm, yes; but bits come whole, so round up.")
    return not_yet("how many bits do you need to count to 100?")


@exercise("08-2")
def _(answer: Any) -> Verdict:
    value, decibels = number(answer), 10 * np.log10(255**2 / 64)
    if abs(value - decibels) < 0.06 or value == 30:  # as a whole number, right
        return right("30.1: the mean squared error is 64, whatever the signs.")
    if abs(value + decibels) < 0.06:
        return not_yet("the sign: a good image has a positive PSNR; 255² stands above the error.")
    if abs(value - 10 * np.log10(255**2 / 8)) < 0.06:
        return not_yet("the error is squared: 8 x 8.")
    if abs(value - 10 * np.log(255**2 / 64)) < 0.1:
        return not_yet("decibels use the logarithm to base 10.")
    if abs(value - 10 * np.log10(255 / 8)) < 0.06:
        return not_yet("255 is squared as well.")
    return not_yet("10 log10(255² / mean squared error), and every error is 8.")


@exercise("08-3")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 120) < 1e-6:
        return right("the weighted mean: (30 x 100 + 10 x 180) / 40.")
    if abs(value - 140) < 1e-6:
        return not_yet("that is the mean of the two values; but one of them has three times the pixels.")
    if value == 100:
        return not_yet("that is the most frequent value; what minimises the *squared* error?")
    if abs(value - 160) < 1e-6:
        return not_yet("the weights are exchanged: 30 pixels have the value 100.")
    return not_yet("the mean of all 40 pixels minimises the squared error.")


@exercise("08-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def nearest_color(pixels, palette): ...")
    rng = np.random.default_rng(8)
    pixels = rng.integers(256, size=(200, 3)).astype(np.uint8)
    palette = rng.integers(256, size=(6, 3)).astype(np.uint8)
    exact = pixels[:, None].astype(int) - palette.astype(int)
    wrapped = pixels[:, None] - palette
    expected = (exact**2).sum(axis=2).argmin(axis=1)
    found = np.asarray(called(answer, pixels.copy(), palette.copy()))
    if found.shape == (200, 3):
        return not_yet("return the number of the colour, not the colour itself.")
    if found.shape != (200,):
        return not_yet(f"return one number for each pixel, shape (200,); got shape {found.shape}.")
    if np.array_equal(found, expected):
        return right("signed numbers first, then squares, a sum over the channels, and the smallest.")
    overflows = [
        wrapped.astype(int) ** 2,
        wrapped**2,
        (wrapped**2).astype(int),
        np.square(exact).astype(np.uint8),
    ]
    if any(np.array_equal(found, o.sum(axis=2).argmin(axis=1)) for o in overflows):
        return not_yet("in uint8, 3 - 5 is 254, and 20 squared is 144: convert to int first.")
    short = exact.astype(np.int16) ** 2
    sums = (short.sum(axis=2), short.sum(axis=2, dtype=np.int16), short.astype(np.uint16).sum(axis=2))
    if any(np.array_equal(found, each.argmin(axis=1)) for each in sums):
        return not_yet("int16 ends at 32,767, and 200 squared is 40,000: it wraps around, too. Take int.")
    if np.array_equal(found, exact.sum(axis=2).argmin(axis=1)):
        return not_yet("differences with opposite signs cancel; square them.")
    if np.array_equal(found, np.abs(exact).sum(axis=2).argmin(axis=1)):
        return not_yet("that adds up the sizes of the differences; k-means' distance adds up their squares.")
    if np.array_equal(found, (exact**2).sum(axis=2).argmax(axis=1)):
        return not_yet("that is the farthest colour.")
    return not_yet(f"{np.sum(found != expected)} of 200 pixels have another colour than the nearest.")
