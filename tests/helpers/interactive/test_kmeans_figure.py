"""The figure with k-means: when it is stuck, and a start of the learner's own."""

from __future__ import annotations

import pytest
from explorers import click, course_style, make  # noqa: F401

from helpers.interactive import OWN


def test_kmeans_says_when_it_is_stuck_and_when_not():
    figure = make("kmeans")
    figure.set(start="stuck", step=20)
    assert "It is stuck" in figure.text
    figure.set(start="right", step=20)
    assert "the best known" in figure.text
    assert "stuck" not in figure.text


def test_kmeans_takes_a_start_from_sliders_and_from_clicks():
    figure = make("kmeans")
    figure.controls["star"].value = 2
    figure.controls["x"].value = 5.0
    assert figure.controls["start"].value == OWN
    assert figure.controls["step"].value == 0
    click(figure, 3.0, 3.0)
    assert figure.controls["star"].value == 3, "the next star is chosen"
    figure.controls["star"].value = 2
    assert (figure.controls["x"].value, figure.controls["y"].value) == pytest.approx((3.0, 3.0))


def test_rounding_by_a_slider_is_not_a_move_of_the_learner():
    figure = make("kmeans")
    figure.controls["start"].value = "stuck"
    figure.controls["x"].value += 1e-9
    assert figure.controls["start"].value == "stuck"
