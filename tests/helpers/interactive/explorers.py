"""The figures of the tests: one of each kind, with the lessons' own functions on small data."""

from __future__ import annotations

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from lesson_code import taught
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs, make_moons

from helpers.interactive import (
    Explorer,
    explore_confidence,
    explore_dbscan,
    explore_em,
    explore_k,
    explore_kmeans,
    explore_map,
    explore_palette,
    explore_scaling,
    explore_scores,
    explore_tree,
    explore_weight,
)
from helpers.plotting import STYLE

CORNERS = [[0, 0], [6, 0], [0, 6], [6, 6]]
BLOBS = make_blobs(120, centers=CORNERS, cluster_std=0.8, random_state=0)[0]
MOONS = make_moons(80, noise=0.05, random_state=0)[0]
TREES = {"moons": 3 * MOONS, "blobs": BLOBS}
STARTS = {"corner": [[-1, 0], [0, 1], [1, 0], [0, -1]], "stuck": [[-1, 0], [1, 0], [6, 0], [3, 6]]}
IMAGES = {k: np.full((60, 90, 3), 255 - 10 * k, dtype=np.uint8) for k in (2, 4, 8)}
TABLE = pd.DataFrame(
    {
        "PSNR (dB)": [20, 25, 31],
        "SSIM": [0.8, 0.9, 0.95],
        "bits a pixel": [1, 2, 3],
        "palette PNG (kB)": [2, 5, 9],
    },
    index=[2, 4, 8],
)
EXAMPLES = {
    "ten": (list("aaaaaabbbb"), [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]),
    "rare": (list("a" * 10 + "bb"), [0] * 12),
}
WORLDS = {
    "moons": (MOONS, np.zeros(80, dtype=int)),
    "a row": (
        np.repeat([[0.0, 0.0], [9.0, 0.0], [50.0, 0.0]], 40, axis=0) + BLOBS % 1,
        np.repeat([0, 1, 2], 40),
    ),
}
KINDS = ("tree", "kmeans", "dbscan", "em", "palette", "k", "scores", "map", "weight", "scaling")
KINDS += ("confidence",)
FIRST = np.arange(len(BLOBS)) % 2 == 0  # a category that tells nothing of the blobs


@pytest.fixture(autouse=True)
def course_style():
    """Draw as the lessons do; each test file of this folder imports it."""
    with plt.style.context(STYLE):
        yield


def fit(X: np.ndarray, k: int) -> np.ndarray:
    return KMeans(k, n_init=3, random_state=0).fit_predict(X)


def make(kind: str) -> Explorer:
    """Return a new figure."""
    if kind == "tree":
        return explore_tree(TREES)
    if kind == "kmeans":
        return explore_kmeans(BLOBS, taught("03_centroid")["lloyd"], {"right": CORNERS, **STARTS})
    if kind == "dbscan":
        return explore_dbscan(MOONS, taught("04_density")["dbscan"], eps=0.3, min_samples=4)
    if kind == "em":
        lesson = taught("05_distribution")
        return explore_em(BLOBS, lesson["em"], lesson["e_step"], {"right": CORNERS, **STARTS})
    if kind == "palette":
        return explore_palette(IMAGES[2] // 2, IMAGES, TABLE)
    if kind == "scores":
        lesson = taught("06_metrics")
        shown = {name: lesson[name] for name in ("purity", "adjusted_rand", "completeness")}
        return explore_scores(EXAMPLES, shown, lesson["contingency"])
    if kind == "map":
        lesson = taught("11_embedding")
        return explore_map(WORLDS, lesson["tsne"], lesson["islands"])
    if kind == "weight":
        prototypes = taught("13_own_table")["k_prototypes"]
        codes = FIRST[:, None].astype(int)
        return explore_weight(
            lambda k, weight: prototypes(BLOBS, codes, k, weight), BLOBS, FIRST, ("odd", "even"), ("x", "y")
        )
    if kind == "scaling":
        return explore_scaling(taught("14_scale")["forecast"])
    if kind == "confidence":
        return explore_confidence(taught("15_clinic")["expected_score"])
    return explore_k(BLOBS, fit, range(2, 7), BLOBS, ("x", "y"))


# The same figure every time, for tests that look at it and leave its controls alone.
unmoved = cache(make)


def place(figure: Explorer, x: float, y: float) -> list[float]:
    """Where in the picture these coordinates of its first Axes are, from the top left."""
    across, up = figure.figure.axes[0].transData.transform((x, y)) / figure.figure.bbox.size
    return [float(across), float(1 - up)]


def click(figure: Explorer, x: float, y: float) -> None:
    """Click in the figure's first Axes, at these coordinates of the data."""
    figure.picture.click = place(figure, x, y)
