"""The figure with EM: it shows what the lesson's functions return."""

from __future__ import annotations

import numpy as np
from explorers import BLOBS, STARTS, course_style, make  # noqa: F401
from lesson_code import taught


def test_em_shows_the_likelihood_of_the_step():
    lesson = taught("05_distribution")
    figure = make("em")
    history, _ = lesson["em"](BLOBS, np.full(4, 0.25), STARTS["stuck"], np.tile(np.eye(2), (4, 1, 1)))
    for step in (0, 1, 4):
        figure.set(start="stuck", step=step)
        responsibilities, value = lesson["e_step"](BLOBS, *history[step])
        assert f"log-likelihood {value:.3f}" in figure.text
        assert f"{np.sum(responsibilities.max(axis=1) < 0.9)} points (hollow)" in figure.text
