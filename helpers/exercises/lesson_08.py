"""Exercises of lesson 08: image compression."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from helpers.exercises.kinds import build, defended, letter_of, numbers, statements, whole_numbers
from helpers.exercises.machinery import NotYetError, Verdict, exercise, not_yet, table


@exercise("08-1")
def _(answer: Any) -> Verdict:
    plain = (640 * 480 * 7 / 8 + 300) / 1000
    decibels = 10 * np.log10(255**2 / 64)
    bits = {
        "6 bits count to 64 only.": 6,
        "8 bits count to 256: that is what a PNG sets aside, and more than needed.": 8,
        "the logarithm, yes; but bits come whole, so round up.": float(np.log2(100)),
        "three bytes a pixel is what the photo has, without a palette.": 24,
    }
    size = {
        "the palette is missing: 100 colours of three bytes.": plain - 0.3,
        "those are bits; eight of them make a byte.": (640 * 480 * 7 + 2400) / 1000,
        "that is with 8 bits a pixel; 7 will do.": (640 * 480 + 300) / 1000,
        "that is the picture without a palette, three bytes a pixel.": 640 * 480 * 3 / 1000,
        "in kilobytes: divide by 1000.": plain * 1000,
        "a colour of the palette has three bytes.": plain - 0.2,
        "the palette has 100 colours, not 128.": 640 * 480 * 7 / 8000 + 0.384,
        "the palette has 100 colours, not 256.": 640 * 480 * 7 / 8000 + 0.768,
        "to a tenth.": 269,
        "a kilobyte is 1000 bytes here, not 1024.": plain / 1.024,
    }
    noise = {
        "the sign: a good image has a positive PSNR; 255² stands above the error.": -decibels,
        "the error is squared: 8 x 8.": 10 * np.log10(255**2 / 8),
        "decibels use the logarithm to base 10.": 10 * np.log(255**2 / 64),
        "255 is squared as well; or take 20 in place of 10.": 10 * np.log10(255 / 8),
        "errors up and down do not cancel: they are squared.": 0,
        "to a tenth.": 30,
        "255 is squared, and so is 8; then 10 log10, not 20.": 20 * np.log10(255**2 / 64),
    }
    gain = {
        "fewer errors, more decibels.": -10 * np.log10(2),
        "that is for half of every *difference*; the mean squared error is halved.": 20 * np.log10(2),
        "half of the error is not half of the decibels: they go by the logarithm.": 2,
        "decibels do not double: 10 log10 of 2 is added.": decibels,
    }
    return numbers(
        answer,
        ("bits a pixel", "kilobytes", "PSNR", "decibels gained"),
        (7, plain, decibels, 10 * np.log10(2)),
        (bits, size, noise, gain),
        "7 bits count to 128; 268.8 kB and a palette of 0.3; 10 log10(255² / 64); and 10 log10(2).",
        within=(1e-6, 0.049, 0.06, 0.06),
    )


@exercise("08-2")
def _(answer: Any) -> Verdict:
    return statements(
        answer,
        {
            "a": (True, "the pixels for each colour count, not their share of the picture."),
            "b": (True, "a colour that occurs once has then as much say as the sky's."),
            "c": (True, "ten equal pixels add ten times the same number to the inertia."),
            "d": (
                False,
                "a cloud without gaps has no bend: each doubling of the colours brings its decibels.",
            ),
            "e": (True, "160 kB against 100; go along the curve to the same size."),
            "f": (False, "each space wins on its own measure, and PSNR is that of RGB."),
            "g": (False, "JPEG smears sharp lines; five colours are exact as a palette, in fewer bytes."),
            "h": (False, "the colours of a photo fill a band: k-means cuts it, and finds nothing."),
            "i": (
                True,
                "a picture a little darker everywhere loses much by the one and little by the other.",
            ),
        },
        "few points suffice if they weigh what they stand for, and rivals are compared at equal bytes.",
    )


@exercise("08-3")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(8)
    cases = []
    for n, k in ((200, 6), (50, 2), (120, 20), (3, 1)):
        pixels = rng.integers(256, size=(n, 3)).astype(np.uint8)
        palette = rng.integers(256, size=(k, 3)).astype(np.uint8)
        # The darkest first: no usual mistake then gives number 0 to all.
        palette = palette[np.argsort(palette.sum(axis=1))]
        cases.append((f"{n} pixels, {k} colours", (pixels, palette)))

    def by(distances: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        return lambda pixels, palette: distances(pixels[:, None].astype(int) - palette.astype(int)).argmin(
            axis=1
        )

    def wrapped(
        distances: Callable[[np.ndarray], np.ndarray],
    ) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        return lambda pixels, palette: distances(pixels[:, None] - palette).argmin(axis=1)

    uint8 = "in uint8, 3 - 5 is 254, and 20 squared is 144: convert to int first."
    int16 = "int16 ends at 32,767, and 200 squared is 40,000: it wraps around, too. Take int."
    mistakes = (
        (uint8, wrapped(lambda d: (d.astype(int) ** 2).sum(axis=2))),
        (uint8, wrapped(lambda d: (d**2).sum(axis=2))),
        (uint8, wrapped(lambda d: (d.astype(float) ** 2).sum(axis=2))),
        (uint8, wrapped(lambda d: d.sum(axis=2))),
        (uint8, by(lambda d: np.square(d).astype(np.uint8).sum(axis=2))),
        (int16, by(lambda d: (d.astype(np.int16) ** 2).sum(axis=2))),
        (int16, by(lambda d: (d.astype(np.int16) ** 2).sum(axis=2, dtype=np.int16))),
        ("differences with opposite signs cancel; square them.", by(lambda d: d.sum(axis=2))),
        ("differences with opposite signs cancel; square them.", by(lambda d: np.abs(d.sum(axis=2)))),
        (
            "that adds up the sizes of the differences; k-means' distance adds up their squares.",
            by(lambda d: np.abs(d).sum(axis=2)),
        ),
        (
            "that goes by the channel that differs most; add up the squares.",
            by(lambda d: np.abs(d).max(axis=2)),
        ),
        ("that is the farthest colour.", by(lambda d: -(d**2).sum(axis=2))),
        ("that compares one channel; add up all three.", by(lambda d: (d**2)[..., 0])),
    )
    return build(
        answer,
        "nearest_color(pixels, palette)",
        cases,
        by(lambda d: (d**2).sum(axis=2)),
        mistakes,
        "signed numbers first, then squares, a sum over the channels, and the smallest.",
    )


def _lead(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Return by how many decibels `theirs` is ahead at the bytes of `ours`."""
    order = np.argsort(theirs[:, 0])
    at = np.interp(ours[:, 0], *theirs[order].T, left=np.nan, right=np.nan)
    return at - ours[:, 1]


@exercise("08-4")
def _(answer: Any) -> Verdict:
    rng = np.random.default_rng(84)
    cases = []
    for m, n in ((5, 9), (3, 4), (8, 20)):
        sizes = rng.uniform(10, 200, size=n)
        theirs = np.c_[sizes, 18 + 7 * np.log10(sizes) + rng.uniform(0, 1, size=n)]
        inside = rng.uniform(sizes.min(), sizes.max(), size=m)
        bytes_ = np.r_[inside, theirs[1, 0], sizes.min() / 2, sizes.max() + 9]
        ours = np.interp(bytes_, *theirs[np.argsort(theirs[:, 0])].T) + rng.uniform(-4, 4, size=m + 3)
        cases.append((f"{m + 3} palettes, {n} JPEGs", (np.c_[bytes_, ours], theirs)))

    def in_order(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        return np.interp(ours[:, 0], *theirs.T, left=np.nan, right=np.nan) - ours[:, 1]

    def flat(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        return np.interp(ours[:, 0], *theirs[np.argsort(theirs[:, 0])].T) - ours[:, 1]

    def at_decibels(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        order = np.argsort(theirs[:, 1])
        return np.interp(ours[:, 1], *theirs[order][:, ::-1].T, left=np.nan, right=np.nan) - ours[:, 0]

    def nearest(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        return theirs[np.abs(ours[:, :1] - theirs[:, 0]).argmin(axis=1), 1] - ours[:, 1]

    def best_below(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        fits = np.where(theirs[:, 0] <= ours[:, :1], theirs[:, 1], -np.inf)
        best = fits.max(axis=1)
        return np.where(np.isfinite(best), best, np.nan) - ours[:, 1]

    mistakes = (
        ("the sign: how far are *theirs* ahead.", lambda o, t: -_lead(o, t)),
        ("np.interp wants rising bytes: sort their rows first.", in_order),
        (
            "outside of their sizes nobody knows: nan there (np.interp repeats the end; see left and right).",
            flat,
        ),
        (
            "sort their rows by the bytes first, and say nan outside of their sizes.",
            lambda o, t: np.interp(o[:, 0], *t.T) - o[:, 1],
        ),
        (
            "sort whole rows by their bytes, and not each column by itself.",
            lambda o, t: in_order(o, np.sort(t, axis=0)),
        ),
        ("where ours is ahead, the lead is below 0: keep the sign.", lambda o, t: np.abs(_lead(o, t))),
        (
            "where ours is ahead, the lead is below 0: do not cut it off.",
            lambda o, t: np.maximum(_lead(o, t), 0),
        ),
        ("outside of their sizes nobody knows: nan there, not 0.", lambda o, t: np.nan_to_num(_lead(o, t))),
        ("that compares bytes at equal decibels; compare decibels at equal bytes.", at_decibels),
        ("that takes the nearest of their files; draw a straight line between two.", nearest),
        ("that takes their best file that is small enough; draw a straight line between two.", best_below),
        ("those are their decibels; how far are they ahead of ours?", lambda o, t: _lead(o, t) + o[:, 1]),
        (
            "that is a mean; give one number for each of ours.",
            lambda o, t: np.full(len(o), np.nanmean(_lead(o, t))),
        ),
    )
    return build(
        answer,
        "lead(ours, theirs)",
        cases,
        _lead,
        mistakes,
        "their curve, read at the bytes of each of ours: that is what equal bytes means.",
    )


@cache
def _poster() -> tuple[np.ndarray, np.ndarray]:
    """Draw a picture of seven flat colours, and the same scanned: every channel with noise."""
    rng = np.random.default_rng(85)
    colors = np.array(
        [
            [236, 225, 198],
            [38, 66, 122],
            [196, 58, 48],
            [94, 140, 82],
            [233, 172, 60],
            [30, 30, 34],
            [150, 110, 160],
        ]
    )
    down, across = np.mgrid[:90, :120]
    number = np.zeros((90, 120), dtype=int)
    number[down > 62 + 6 * np.sin(across / 14)] = 3
    number[(down > 74) & (across > 40)] = 1
    number[np.hypot(down - 24, across - 88) < 15] = 4
    number[(np.abs(down - 50) < 14) & (np.abs(across - 30) < 9 + (down - 36) / 4)] = 2
    number[(np.abs(down - 56) < 8) & (np.abs(across - 30) < 3)] = 5
    number[np.hypot(down - 80, across - 14) < 5] = 6
    clean = colors[number]
    return clean.astype(np.uint8), (clean + 5 * rng.normal(size=clean.shape)).round().clip(0, 255).astype(
        np.uint8
    )


@table("08-5")
def _() -> np.ndarray:
    return _poster()[1].copy()


@exercise("08-5")
def _(answer: Any) -> Verdict:
    clean, scanned = _poster()
    reasons = {
        "a": "",
        "b": "nearer to the *scan*, with its noise; the original had none.",
        "c": "the smallest has less than one pixel in a hundred, and its colour is not like any other.",
        "d": "seven clumps with gaps between them: red, green and blue tell them apart.",
    }
    if not isinstance(answer, tuple | list) or len(answer) != 3:
        raise NotYetError('give three things: answer = palette, numbers, "a".')
    palette, chosen = np.asarray(answer[0]), whole_numbers(answer[1], 90 * 120, "pixel")
    if (
        palette.ndim != 2
        or palette.shape[1] != 3
        or palette.dtype.kind not in "iuf"
        or np.isnan(palette).any()
    ):
        raise NotYetError(
            f"the palette has a row of three numbers for each colour; got shape {palette.shape}."
        )
    letter = letter_of(answer[2], reasons)
    if chosen.min() < 0:
        raise NotYetError(f"{chosen.min()} is no number of a colour (noise?); give those pixels the nearest.")
    if chosen.max() >= len(palette):
        raise NotYetError(
            f"the palette has the colours 0 to {len(palette) - 1}; a pixel has the number {chosen.max()}."
        )
    pixels, original = scanned.reshape(-1, 3).astype(float), clean.reshape(-1, 3).astype(float)

    def decibels_of(painted: np.ndarray) -> float:
        error = np.mean((original - painted) ** 2)
        return float(10 * np.log10(255**2 / error)) if error else np.inf

    decibels = decibels_of(palette[chosen])
    used = len(np.unique(np.rint(palette[np.unique(chosen)]), axis=0))
    colors = f"{used} colour{'s' if used > 1 else ''} in use"
    true = len(np.unique(original, axis=0))
    if decibels >= 45 and used == true:
        return defended(
            f"{decibels:.1f} dB, {colors}: right",
            letter,
            reasons,
            f"{decibels:.1f} dB from the original that was held back: its {used} colours.",
        )
    told = f"{colors}, {decibels:.1f} dB from the original that was held back."
    means = np.array(
        [pixels[chosen == j].mean(axis=0) if np.any(chosen == j) else [0, 0, 0] for j in range(len(palette))]
    )
    if used == true and decibels_of(means[chosen]) >= 45:
        return not_yet(
            f"{told} The numbers are right; is the palette the mean colours, red, green, blue, from 0 to 255?"
        )
    if used > true:
        return not_yet(f"{told} Too many: some differ by noise alone. Where does the curve bend?")
    if used < true:
        return not_yet(
            f"{told} Too few: colours that are clearly apart share an entry. Where does the curve bend?"
        )
    nearest = ((pixels[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
    if decibels_of(palette[nearest]) >= 45:
        return not_yet(f"{told} The palette is right; does every pixel have the nearest of its colours?")
    return not_yet(f"{told} A colour is cut, and others share an entry: stuck in a bad start?")
