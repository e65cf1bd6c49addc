"""Typical mistakes in the exercises of lesson 08, and words of the hint that each must get."""

from __future__ import annotations

import numpy as np
from wrong_answers import nearest


def colors_at(pixels, palette):
    return nearest(pixels.astype(int), palette.astype(int))


def short(pixels, palette):
    return pixels[:, None].astype(np.int16) - palette.astype(np.int16)


MISTAKES = {
    "08-1": [(6, "to 64 only"), (8, "PNG-8"), (6.64, "round up"), (100, "count to 100")],
    "08-2": [
        (-30.1, "the sign"),
        (39.1, "8 x 8"),
        (69.2, "base 10"),
        (15.0, "255 is squared"),
        (0, "every error is 8"),
    ],
    "08-3": [
        (140, "three times the pixels"),
        (100, "*squared* error"),
        (160, "exchanged"),
        (0, "all 40 pixels"),
    ],
    "08-4": [
        (0, "write a function"),
        (lambda pixels, palette: palette[colors_at(pixels, palette)], "not the colour itself"),
        (
            lambda pixels, palette: ((pixels[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1),
            "3 - 5 is 254",
        ),
        (
            lambda pixels, palette: (pixels[:, None] - palette.astype(int)).sum(axis=2).argmin(axis=1),
            "cancel",
        ),
        (lambda pixels, palette: (short(pixels, palette) ** 2).sum(axis=2).argmin(axis=1), "int16 ends"),
        (
            lambda pixels, palette: np.einsum("ijk,ijk->ij", *[short(pixels, palette)] * 2).argmin(axis=1),
            "int16 ends",
        ),
        (lambda pixels, palette: abs(short(pixels, palette)).sum(axis=2).argmin(axis=1), "their squares"),
        (lambda pixels, palette: nearest(-pixels.astype(int), palette), "another colour"),
        (lambda pixels, palette: colors_at(pixels, palette)[:3], "one number for each pixel"),
    ],
}
