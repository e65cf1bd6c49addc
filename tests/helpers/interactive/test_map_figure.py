"""The figure with maps: it draws the lesson's map, counts its islands, and says how the data differ."""

from __future__ import annotations

import re

import numpy as np
import pytest
from explorers import MOONS, WORLDS, course_style, make  # noqa: F401
from lesson_code import taught


@pytest.mark.parametrize("perplexity", [2, 20])
def test_the_map_is_the_lessons(perplexity):
    figure, lesson = make("map"), taught("11_embedding")
    figure.set(data="moons", perplexity=perplexity, start="the principal components")
    places = lesson["tsne"](MOONS, perplexity, 500)
    islands = lesson["islands"](places)
    assert f"the map has {islands or 'no'} island" in figure.text
    shown = figure.figure.axes[1].collections[0].get_offsets()
    assert np.corrcoef(np.c_[shown, places].T)[[0, 1], [2, 3]] == pytest.approx([1, 1])
    assert shown.min() == pytest.approx(-1)
    assert shown.max() == pytest.approx(1)


def test_it_says_how_the_data_and_the_map_differ():
    figure = make("map")
    figure.set(data="a row", perplexity=20)
    X, _ = WORLDS["a row"]
    middles = [X[:40].mean(axis=0), X[40:80].mean(axis=0), X[80:].mean(axis=0)]
    first, second = np.linalg.norm(np.diff(middles, axis=0), axis=1)
    told = re.search(r"Second gap, as a multiple of the first: (\d+\.\d) and (\d+\.\d)", figure.text)
    assert float(told[1]) == pytest.approx(second / first, abs=0.05)
    assert float(told[2]) < 0.5 * second / first


def test_a_random_start_gives_another_map_and_the_same_one_again():
    figure = make("map")
    seen = {}
    for start in figure.controls["start"].options:
        figure.set(start=start)
        seen[start] = figure.picture.png
    assert len(set(seen.values())) == len(seen) == 3
    for start in seen:
        figure.set(start=start)
        assert figure.picture.png == seen[start]
