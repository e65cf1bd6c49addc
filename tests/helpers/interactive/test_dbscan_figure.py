"""The figure with DBSCAN: it counts what the lesson's function finds."""

from __future__ import annotations

import numpy as np
from explorers import MOONS, course_style, make  # noqa: F401
from lesson_code import taught


def test_dbscan_counts_what_the_lesson_finds():
    figure = make("dbscan")
    dbscan = taught("04_density")["dbscan"]
    for eps, min_samples, point in ((0.1, 3, 5), (0.3, 4, 40), (1.0, 10, 79)):
        figure.set(eps=eps, min_samples=min_samples, point=point)
        labels, core, _ = dbscan(MOONS, eps, min_samples)
        border = np.sum((labels >= 0) & ~core)
        for part in (f"{core.sum()} core", f"{border} border", f"{np.sum(labels < 0)} noise"):
            assert part in figure.text
        within = np.sum(np.linalg.norm(MOONS - MOONS[point], axis=1) <= eps)
        assert f"Point {point} has {within} points" in figure.text
        assert f"{core.mean():.0%} of the curve" in figure.text
