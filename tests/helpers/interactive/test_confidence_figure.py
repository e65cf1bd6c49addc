"""The figure of confidences: the lesson's expected score, drawn."""

from __future__ import annotations

import numpy as np
import pytest
from explorers import course_style, make  # noqa: F401


def parts(figure):
    ax = figure.figure.axes[0]
    by_marker = {line.get_marker(): line for line in ax.lines}
    (curve,) = (line for line in ax.lines if len(line.get_xdata()) > 10)
    return curve, by_marker["o"], by_marker["v"]


@pytest.mark.parametrize(("knows", "says", "power"), [(60, 60, 1), (70, 90, 2), (30, 0, 4), (100, 100, 3)])
def test_what_is_shown_is_the_score_to_expect(knows, says, power):
    figure = make("confidence")
    figure.set(knows=knows, says=says, power=power)
    p, c = knows / 100, says / 100
    score = p * (1 - c) ** power + (1 - p) * c**power
    curve, here, _ = parts(figure)
    assert [here.get_xdata()[0], here.get_ydata()[0]] == pytest.approx([says, score])
    assert np.interp(says, *curve.get_data()) == pytest.approx(score)
    assert f"a score of {score:.2f} to expect" in figure.text
    heights = [bar.get_height() for bar in figure.figure.axes[1].patches]
    assert sum(heights) == pytest.approx(score)


@pytest.mark.parametrize(("power", "least"), [(1, 1.0), (2, 0.7), (4, 0.57)])
def test_only_squares_are_least_at_what_one_knows(power, least):
    figure = make("confidence")
    figure.set(knows=70, power=power)
    assert f"least for who says {least:.0%}" in figure.text
    assert parts(figure)[2].get_xdata()[0] == pytest.approx(100 * least)


def test_with_differences_who_knows_nothing_may_say_anything():
    figure = make("confidence")
    figure.set(knows=50, power=1)
    assert "all confidences score the same" in figure.text
