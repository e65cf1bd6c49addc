"""The Brier score rewards who says what they know, and the curve shows who is too sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from helpers.envelopes import brier_score, calibration_table, plot_calibration

SURE = np.array([0.0, 0.1, 0.2, 0.55, 0.6, 0.8, 0.85, 1.0, 1.0])
RIGHT = np.array([0, 0, 1, 0, 1, 1, 0, 1, 1]).astype(bool)


def test_the_score_is_the_mean_square():
    assert brier_score([0.8], [True]) == pytest.approx(0.04)
    assert brier_score([1, 0, 0.5], [False, True, True]) == pytest.approx(0.75)
    assert brier_score(SURE, RIGHT) == pytest.approx(brier_score_loss(RIGHT, SURE))


@given(st.floats(0, 1), st.floats(0, 1))
def test_nobody_expects_less_than_who_says_what_they_know(knows, says):
    def expected(said):
        return knows * brier_score([said], [True]) + (1 - knows) * brier_score([said], [False])

    assert expected(knows) <= expected(says) + 1e-12


def test_the_table_counts_by_fifths():
    table = calibration_table(SURE, RIGHT)
    assert table["answers"].tolist() == [2, 1, 1, 1, 4]
    assert table.index.tolist() == ["0% to 20%", "20% to 40%", "40% to 60%", "60% to 80%", "80% to 100%"]
    assert table["right"].tolist() == [0, 1, 0, 1, 0.75]
    assert table["confidence"].iloc[-1] == pytest.approx(3.65 / 4)
    assert (table["low"] <= table["right"]).all()
    assert (table["right"] <= table["high"]).all()


def test_the_table_agrees_with_the_library_away_from_borders():
    rng = np.random.default_rng(0)
    sure = rng.uniform(size=500)
    right = rng.random(500) < sure
    shares, means = calibration_curve(right, sure, n_bins=5)
    table = calibration_table(sure, right)
    assert table["right"].to_numpy() == pytest.approx(shares)
    assert table["confidence"].to_numpy() == pytest.approx(means)


def test_an_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = []
    for _ in range(300):
        row = calibration_table(np.full(20, 0.7), rng.random(20) < 0.7).iloc[0]
        held.append(row["low"] <= 0.7 <= row["high"])
    assert 0.9 < np.mean(held) < 0.99


@pytest.mark.parametrize(
    ("sure", "right", "words"),
    [
        ([], [], "at least one"),
        ([0.5], [True, False], "one confidence and one outcome"),
        ([80], [True], "80 % is 0.8"),
        ([-0.1], [True], "from 0 to 1"),
        ([np.nan], [True], "from 0 to 1"),
        ([0.5], [2], "right .True. or not"),
    ],
)
def test_what_makes_no_sense_is_said(sure, right, words):
    with pytest.raises(ValueError, match=words):
        brier_score(sure, right)


def test_several_people_share_one_picture():
    ax = plot_calibration(SURE, RIGHT, label="one")
    assert plot_calibration(np.ones(9), RIGHT, ax=ax, label="other", place=1) is ax
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["as often right as said", "one: Brier score 0.21", "other: Brier score 0.44"]
    assert ax.get_xlabel() == "how sure"
