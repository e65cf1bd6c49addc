"""Letters that look handwritten from afar: drawn from the typefaces that come with Matplotlib, then bent.

They are the fair trial of lesson 12: images of the layout of MNIST on which nothing in that lesson was tried
before its recipe was fixed.
"""

from __future__ import annotations

import string
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import center_of_mass, gaussian_filter, map_coordinates

# Upright and slanted, thin and bold, with and without serifs, typewriter and mathematics.
FACES = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Bold"),
    *("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
    *("cmr10", "cmb10", "cmss10", "cmtt10", "cmmi10"),
)
BIG = 56  # pixels: letters are bent at twice their final size


class Letters(NamedTuple):
    """Images of letters, uint8 of shape (n, 28, 28), and for each the index of its letter, shape (n,)."""

    images: np.ndarray
    letters: np.ndarray


def _templates(alphabet: str) -> np.ndarray:
    """Return each letter in each face as ink from 0 to 1, shape (n_letters, n_faces, BIG, BIG)."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    drawn = np.zeros((len(alphabet), len(FACES), BIG, BIG))
    for j, face in enumerate(FACES):
        font = ImageFont.truetype(str(folder / f"{face}.ttf"), 60)
        for i, letter in enumerate(alphabet):
            left, top, right, bottom = font.getbbox(letter)
            page = Image.new("L", (right - left, bottom - top))
            ImageDraw.Draw(page).text((-left, -top), letter, fill=255, font=font)
            factor = 40 / max(page.size)  # the longer side, as 20 of MNIST's 28 pixels
            page = page.resize([max(1, round(side * factor)) for side in page.size])
            x, y = (BIG - page.width) // 2, (BIG - page.height) // 2
            drawn[i, j, y : y + page.height, x : x + page.width] = np.asarray(page) / 255
    return drawn


def make_letters(n: int, seed: int, alphabet: str = string.ascii_uppercase[:10]) -> Letters:
    """Draw letters, each in a face of its own, turned, slanted, stretched, bent and pressed at random.

    Parameters
    ----------
    n : int
        How many; letters and faces are drawn evenly and independently.
    seed : int
        Of the random numbers.
    alphabet : str
        The letters to draw from; by default the first ten capitals.

    Returns
    -------
    Letters
        `images`, uint8 of shape (n, 28, 28), 255 for ink, centred by the mass of their ink as MNIST is; and
        `letters`, int of shape (n,), places in the alphabet.

    Raises
    ------
    ValueError
        If n is negative, or the alphabet is empty.

    Notes
    -----
    The bending is a smooth random displacement: Simard, Steinkraus, Platt (2003), Best practices for
    convolutional neural networks applied to visual document analysis, ICDAR.
    """
    if n < 0 or not alphabet:
        raise ValueError(f"n must be 0 or more and the alphabet not empty; got {n} and {alphabet!r}.")
    rng = np.random.default_rng(seed)
    drawn = _templates(alphabet)
    letters, faces = rng.integers(len(alphabet), size=n), rng.integers(len(FACES), size=n)
    grid = np.indices((BIG, BIG)) - (BIG - 1) / 2
    images = np.empty((n, 28, 28), dtype=np.uint8)
    for row, (letter, face) in enumerate(zip(letters, faces, strict=True)):
        turn, slant = rng.normal(0, 0.12, size=2)
        stretch = rng.uniform(0.85, 1.15, size=2)
        turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        matrix = turned @ np.array([[1, 0], [slant, 1]]) / stretch
        bend = gaussian_filter(rng.uniform(-1, 1, size=(2, BIG, BIG)), (0, 6, 6)) * 40
        ink = drawn[letter, face]
        middle = np.array(center_of_mass(ink)) - (BIG - 1) / 2
        places = np.tensordot(matrix, grid, axes=1) + bend + middle[:, None, None] + (BIG - 1) / 2
        bent = map_coordinates(ink, places, order=1)
        pressed = np.clip(gaussian_filter(bent, rng.uniform(0.5, 1.5)) * rng.uniform(0.9, 1.6), 0, 1)
        shift = np.array(center_of_mass(pressed)) - (BIG - 1) / 2
        centred = map_coordinates(pressed, grid + shift[:, None, None] + (BIG - 1) / 2, order=1)
        small = centred.reshape(28, 2, 28, 2).mean(axis=(1, 3))
        images[row] = np.rint(255 * small)
    return Letters(images, letters)
