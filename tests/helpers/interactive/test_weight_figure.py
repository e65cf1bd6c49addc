"""The figure with a weight: the lesson's prototypes, and what their clusters are made of."""

from __future__ import annotations

import pytest
from explorers import BLOBS, FIRST, course_style, make  # noqa: F401
from lesson_code import taught


@pytest.mark.parametrize("weight", [0, 8])
def test_the_clusters_are_the_lessons(weight):
    figure = make("weight")
    figure.set(weight=weight, k=4)
    labels = taught("13_own_table")["k_prototypes"](BLOBS, FIRST[:, None].astype(int), 4, weight)
    alone = sum(FIRST[labels == j].mean() in (0, 1) for j in range(4))
    assert f"4 clusters, a mismatch weighs {weight}: {alone} of 4 of odd or even alone" in figure.text
    bars = figure.figure.axes[1].patches
    shown = sorted(bar.get_width() for bar in bars[:8])[-4:]
    assert shown == pytest.approx(sorted(FIRST[labels == j].mean() for j in range(4)))


def test_without_a_weight_the_numbers_decide_alone():
    figure = make("weight")
    assert figure.text.endswith("ARI with the clusters of the numbers alone 1.00.")
    figure.set(weight=8)
    assert float(figure.text.rsplit(" ", 1)[1].rstrip(".")) < 1
    assert tuple(figure.controls["k"].options) == (4, 5, 6, 7, 8)
