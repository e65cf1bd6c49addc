"""The figure with the colours of a photo: the numbers of its table, and photos of any size."""

from __future__ import annotations

import numpy as np
import pytest
from explorers import TABLE, course_style, make  # noqa: F401

from helpers.interactive import explore_palette


def test_palette_shows_the_numbers_of_the_table():
    figure = make("palette")
    figure.controls["k"].value = 4
    for part in ("4 colours", "2 bits", "5 kB", "25.0 dB", "0.900"):
        assert part in figure.text


@pytest.mark.parametrize(
    ("photo", "shown"), [((330, 380), (330, 380)), ((331, 380), (166, 190)), ((300, 761), (100, 254))]
)
def test_a_large_photo_is_shown_by_every_second_or_third_pixel(photo, shown):
    images = {k: np.zeros((*photo, 3), dtype=np.uint8) for k in TABLE.index}
    before, after, _ = explore_palette(images[2], images, TABLE).figure.axes
    for ax in (before, after):
        assert ax.images[0].get_array().shape == (*shown, 3)
