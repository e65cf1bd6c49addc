"""Answers to the exercises of lesson 08: wrong ones, with words of their hints, right ones, and inputs."""

from __future__ import annotations

import itertools

import numpy as np
from answering import nearest
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from helpers.exercises import unnamed


def table(function, signed=int):
    def nearest_color(pixels, palette):
        return function(pixels[:, None].astype(signed) - palette.astype(signed)).argmin(axis=1)

    return nearest_color


def wrapped(function):
    return lambda pixels, palette: function(pixels[:, None] - palette).argmin(axis=1)


def int16(pixels, palette):
    return table(lambda d: (d**2).sum(axis=2, dtype=np.int16), np.int16)(pixels, palette)


def by_norm(pixels, palette):
    return nearest(pixels.astype(float), palette.astype(float))


def by_cdist(pixels, palette):
    return cdist(pixels, palette, "sqeuclidean").argmin(axis=1)


def by_tree(pixels, palette):
    return KDTree(palette.astype(float)).query(pixels.astype(float))[1]


def in_a_loop(pixels, palette):
    numbers = []
    for pixel in pixels.tolist():
        errors = [sum((a - b) ** 2 for a, b in zip(pixel, color, strict=True)) for color in palette.tolist()]
        numbers.append(min(range(len(errors)), key=errors.__getitem__))
    return numbers


def between(ours, theirs):
    """Draw the line between the two files around each size by hand."""
    found = []
    rows = sorted(map(tuple, theirs.tolist()))
    for size, decibels in ours.tolist():
        value = np.nan
        for (a, low), (b, high) in itertools.pairwise(rows):
            if a <= size <= b:
                value = low + (high - low) * (size - a) / (b - a)
        found.append(value - decibels)
    return found


def interpolated(ours, theirs):
    rows = theirs[theirs[:, 0].argsort()]
    sizes = ours[:, 0]
    at = np.interp(sizes, rows[:, 0], rows[:, 1])
    at[(sizes < rows[0, 0]) | (sizes > rows[-1, 0])] = np.nan
    return at - ours[:, 1]


def unsorted(ours, theirs):
    return np.interp(ours[:, 0], theirs[:, 0], theirs[:, 1], left=np.nan, right=np.nan) - ours[:, 1]


def ends_repeated(ours, theirs):
    rows = theirs[theirs[:, 0].argsort()]
    return np.interp(ours[:, 0], rows[:, 0], rows[:, 1]) - ours[:, 1]


def at_equal_quality(ours, theirs):
    rows = theirs[theirs[:, 1].argsort()]
    return np.interp(ours[:, 1], rows[:, 1], rows[:, 0], left=np.nan, right=np.nan) - ours[:, 0]


def nearest_file(ours, theirs):
    return theirs[np.abs(ours[:, :1] - theirs[:, 0]).argmin(axis=1), 1] - ours[:, 1]


def small_enough(ours, theirs):
    fits = np.where(theirs[:, 0] <= ours[:, :1], theirs[:, 1], -np.inf).max(axis=1)
    return np.where(np.isfinite(fits), fits, np.nan) - ours[:, 1]


def in_logarithms(ours, theirs):
    return interpolated(np.c_[np.log(ours[:, 0]), ours[:, 1]], np.c_[np.log(theirs[:, 0]), theirs[:, 1]])


scanned = unnamed("08-5")
pixels = scanned.reshape(-1, 3).astype(float)


def cut(k, reason="a", n_init=10, seed=0):
    model = KMeans(k, n_init=n_init, random_state=seed).fit(pixels)
    return model.cluster_centers_, model.labels_, reason


palette, numbers, _ = cut(7)
whole = np.rint(palette).astype(np.uint8)

WRONG = {
    "08-1": [
        ([6, 269.1, 30.1, 3], "6 bits count to 64"),
        ([8, 269.1, 30.1, 3], "8 bits count to 256"),
        ([6.643856, 269.1, 30.1, 3], "bits come whole"),
        ([7, 268.8, 30.1, 3], "the palette is missing"),
        ([7, 2152.8, 30.1, 3], "eight of them make a byte"),
        ([7, 307.5, 30.1, 3], "that is with 8 bits"),
        ([7, 269.2, 30.1, 3], "not 128"),
        ([7, 269.6, 30.1, 3], "not 256"),
        ([7, 269, 30.1, 3], "to a tenth"),
        ([7, 262.8, 30.1, 3], "not 1024"),
        ([7, 268.9, 30.1, 3], "three bytes"),
        ([7, 269.1, 30, 3], "PSNR: to a tenth"),
        ([7, 269.1, 60.1, 3], "not 20"),
        ([7, 269.1, 30.1, 2], "by the logarithm"),
        ([7, 921.6, 30.1, 3], "without a palette"),
        ([7, 269100, 30.1, 3], "in kilobytes"),
        ([7, 269.1, -30.1, 3], "the sign"),
        ([7, 269.1, 39.1, 3], "8 x 8"),
        ([7, 269.1, 69.2, 3], "to base 10"),
        ([7, 269.1, 15, 3], "255 is squared"),
        ([7, 269.1, 0, 3], "do not cancel"),
        ([7, 269.1, 30.1, 6], "of every *difference*"),
        ([7, 269.1, 30.1, -3], "fewer errors, more decibels"),
        (7, "a list of 4 numbers"),
    ],
    "08-2": [
        ("bcei", "the pixels for each colour"),
        ("acei", "a colour that occurs once"),
        ("abei", "ten equal pixels"),
        ("abcdei", "a cloud without gaps"),
        ("abci", "160 kB against 100"),
        ("abcefi", "each space"),
        ("abcegi", "JPEG smears"),
        ("abce", "a little darker"),
        ("abcehi", "the colours of a photo"),
        (16, "the letters in a list"),
    ],
    "08-3": [
        (0, "write a function"),
        (wrapped(lambda d: (d.astype(int) ** 2).sum(axis=2)), "in uint8"),
        (wrapped(lambda d: (d**2).sum(axis=2)), "in uint8"),
        (lambda pixels, palette: nearest(pixels, palette), "in uint8"),
        (int16, "int16 ends at"),
        (table(lambda d: d.sum(axis=2)), "opposite signs cancel"),
        (table(lambda d: np.abs(d).sum(axis=2)), "adds up the sizes"),
        (table(lambda d: np.abs(d).max(axis=2)), "differs most"),
        (table(lambda d: -(d**2).sum(axis=2)), "the farthest"),
        (table(lambda d: (d**2)[..., 0]), "one channel"),
        (table(lambda d: np.abs(d.mean(axis=2))), "cancel; square"),
        (lambda pixels, palette: np.zeros(len(pixels), dtype=int), "entries differ"),
        (lambda p, c: c[by_norm(p, c)], "should be an array of shape (200,); got the shape (200, 3)"),
        (lambda p, c: by_norm(p, c) + 1, "entries differ"),
        (lambda p, c: cdist(p, c.T), "it fails on 200 pixels, 6 colours (ValueError"),
    ],
    "08-4": [
        (0, "write a function"),
        (lambda o, t: -interpolated(o, t), "the sign"),
        (unsorted, "sort their rows first"),
        (ends_repeated, "repeats the end"),
        (lambda o, t: np.nan_to_num(interpolated(o, t)), "nan there, not 0"),
        (at_equal_quality, "compare decibels at equal bytes"),
        (lambda o, t: np.interp(o[:, 0], *t.T) - o[:, 1], "sort their rows by the bytes first"),
        (lambda o, t: unsorted(o, np.sort(t, axis=0)), "not each column by itself"),
        (lambda o, t: np.abs(interpolated(o, t)), "keep the sign"),
        (lambda o, t: np.maximum(interpolated(o, t), 0), "do not cut it off"),
        (nearest_file, "the nearest of their files"),
        (small_enough, "small enough"),
        (lambda o, t: interpolated(o, t) + o[:, 1], "how far are they ahead"),
        (lambda o, t: np.nanmean(interpolated(o, t)), "should be an array of shape (8,)"),
        (in_logarithms, "entries differ"),
        (lambda o, t: o[:, 1] - t[:, 1], "it fails on 8 palettes, 9 JPEGs (ValueError"),
    ],
    "08-5": [
        ((palette, numbers), "give three things"),
        ((palette.T, numbers, "a"), "a row of three numbers"),
        ((palette, numbers[:50], "a"), "one for each pixel"),
        ((palette, numbers + 0.5, "a"), "*whole* numbers"),
        ((palette, np.where(numbers == 2, -1, numbers), "a"), "-1 is no number of a colour"),
        ((palette[:6], numbers, "a"), "the palette has the colours 0 to 5"),
        ((palette, numbers, "z"), "one of the letters"),
        (cut(4), "Too few"),
        (cut(6), "Too few"),
        (cut(8), "Too many"),
        (cut(16), "Too many"),
        (cut(7, n_init=1, seed=0), "stuck in a bad start"),
        ((palette / 255, numbers, "a"), "Too few"),
        ((palette[:, ::-1], numbers, "a"), "red, green, blue"),
        ((palette - 9, numbers, "a"), "the mean colours"),
        ((palette, np.roll(numbers, 1), "a"), "have the nearest"),
        (cut(7, "b"), "nearer to the *scan*"),
        (cut(7, "c"), "less than one pixel in a hundred"),
        (cut(7, "d"), "seven clumps"),
    ],
}

RIGHT = {
    "08-1": [[7, 269.1, 30.1, 3], [7, 269.1, 30.07, 3.01], (7.0, 269.1, 30.07, 3.0)],
    "08-2": [["a", "b", "c", "e", "i"], "b a i e c"],
    "08-3": [by_norm, by_cdist, by_tree, in_a_loop],
    "08-4": [interpolated, between],
    "08-5": [
        (palette, numbers, "a"),
        (whole, numbers.reshape(90, 120), "A"),
        (whole, by_norm(pixels, whole), "a"),
    ],
}


def colors(rng):
    return [
        (rng.integers(256, size=(n, 3)).astype(np.uint8), rng.integers(256, size=(k, 3)).astype(np.uint8))
        for n, k in ((1, 1), (50, 2), (300, 9))
    ]


def curves(rng):
    found = []
    for m, n in ((1, 2), (4, 3), (9, 12)):
        sizes = rng.uniform(10, 99, size=n)
        found.append((rng.uniform(5, 105, size=(m, 2)), np.c_[sizes, np.sqrt(sizes) + rng.random(n)]))
    return found


INPUTS = {"08-3": colors, "08-4": curves}
