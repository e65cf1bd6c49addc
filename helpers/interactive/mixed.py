"""Numbers beside a category: from which weight of a mismatch on does the category make the clusters?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import ipywidgets as widgets
import numpy as np
from sklearn.metrics import adjusted_rand_score

from ..labels import align_labels
from ..plotting import cluster_color, cluster_marker
from .explorer import SLIDER_LAYOUT, SLIDER_STYLE, Explorer, Points, frame_points, new_figure

WEIGHTS = (0, 0.5, 1, 2, 4, 8)  # each step changes who is together
SHADES = ("0.25", "0.75")


def explore_weight(
    fit: Callable[[int, float], np.ndarray],
    plane: np.ndarray,
    is_first: np.ndarray,
    values: Sequence[str],
    names: Sequence[str],
    ks: Sequence[int] = (4, 5, 6, 7, 8),
) -> Explorer:
    """Move the weight of a mismatch and the number of clusters; see who is together.

    Parameters
    ----------
    fit : callable
        `fit(k, weight)` returns the labels, shape (n_samples,).
    plane : ndarray, shape (n_samples, 2)
        Where the samples are drawn.
    is_first : ndarray of bool, shape (n_samples,)
        Whether a sample has the first of the category's two values.
    values : sequence of two str
        Those values.
    names : sequence of two str
        The axis labels of the plane.
    ks : sequence of int
        The numbers of clusters; the figure begins with the second.

    Returns
    -------
    Explorer
    """
    figure, (map_ax, bars) = new_figure((1.3, 1), 4.4)
    frame_points(map_ax, plane, names, equal=False)
    points = Points(map_ax, 22)
    bars.set(xlim=(0, 1), ylim=(max(ks) - 0.4, -0.6), xticks=[0, 0.5, 1], yticks=[])
    bars.set_xlabel(f"share of {values[0]} (dark) and {values[1]}")
    bars.set_ylabel("cluster", labelpad=22)
    dark, light = (bars.barh(range(max(ks)), 0, color=shade, height=0.7) for shade in SHADES)
    marks = [  # in the place of tick labels
        bars.plot(-0.05, j, cluster_marker(j), color=cluster_color(j), clip_on=False)[0]
        for j in range(max(ks))
    ]

    @cache
    def found(k: int, weight: float) -> np.ndarray:
        return align_labels(fit(k, weight), fit(k, 0)) if weight else fit(k, 0)

    def draw(weight: float, k: int) -> str:
        labels = found(k, weight)
        points.show(plane, labels)
        alone = 0
        for j in range(max(ks)):
            own = labels == j
            share = is_first[own].mean() if own.any() else np.nan
            alone += share in (0.0, 1.0)
            dark[j].set_width(np.nan_to_num(share))
            light[j].set_x(np.nan_to_num(share))
            light[j].set_width(np.nan_to_num(1 - share))
        for j, mark in enumerate(marks):
            mark.set_visible(j < k)
        same = adjusted_rand_score(labels, found(k, 0))
        return (
            f"{k} clusters, a mismatch weighs {weight:g}: {alone} of {k} of {values[0]} or "
            f"{values[1]} alone; ARI with the clusters of the numbers alone {same:.2f}."
        )

    controls = {
        "weight": widgets.SelectionSlider(
            options=WEIGHTS,
            value=WEIGHTS[0],
            description="weight of a mismatch",
            style=SLIDER_STYLE,
            layout=SLIDER_LAYOUT,
        ),
        "k": widgets.SelectionSlider(
            options=list(ks), value=ks[1], description="k", style=SLIDER_STYLE, layout=SLIDER_LAYOUT
        ),
    }
    return Explorer(figure, controls, draw, poster=[{}, {"weight": 2}, {"weight": 8}])
