"""The figure with a forecast: the lesson's arithmetic, drawn."""

from __future__ import annotations

import numpy as np
import pytest
from explorers import course_style, make  # noqa: F401
from lesson_code import taught

from helpers.interactive.scale import seconds_text

CASES = [(10**7, 10_000, 2), (10**9, 10**6, 100), (10**6, 10**7, 1000)]


@pytest.mark.parametrize(("rows", "piece", "workers"), CASES)
def test_what_is_shown_is_the_forecast(rows, piece, workers):
    figure = make("scaling")
    figure.set(rows=rows, piece=piece, workers_now=workers)
    spent = taught("14_scale")["forecast"](rows, max(1, rows // piece), workers)
    assert f"on {workers:,} workers: {seconds_text(sum(spent.values()))} a pass" in figure.text
    widths = [bar.get_width() for bar in figure.figure.axes[1].patches]
    assert widths == pytest.approx([seconds / sum(spent.values()) for seconds in spent.values()])
    ((x,), (y,)) = next(line for line in figure.figure.axes[0].lines if line.get_marker() == "o").get_data()
    assert (x, y) == (workers, pytest.approx(sum(spent.values())))


def test_more_workers_than_pieces_do_not_help():
    figure = make("scaling")
    figure.set(rows=10**7, piece=10**7, workers_now=1)
    alone = figure.text.split(": ")[1].split(" s a pass")[0]
    figure.set(workers_now=1000)
    assert f": {alone} s a pass" in figure.text
    assert "1.0 times as fast as one worker" in figure.text


def test_the_line_of_all_is_the_sum_of_the_parts():
    axes = make("scaling").figure.axes[0]
    lines = [line for line in axes.lines if line.get_linestyle() != ":" and line.get_marker() != "o"]
    parts = [line.get_ydata() for line in lines if line.get_linewidth() < 2]
    (whole,) = (line.get_ydata() for line in lines if line.get_linewidth() > 2)
    assert len(parts) == 3
    assert np.sum(parts, axis=0) == pytest.approx(whole)
