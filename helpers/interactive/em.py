"""EM for a mixture of normal distributions, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from ..plotting import cluster_color
from .explorer import Explorer, Points, Values, frame_points, name_step, new_figure, slider


def explore_em(
    X: np.ndarray, em: Callable[..., Any], e_step: Callable[..., Any], starts: Mapping[str, Any]
) -> Explorer:
    """Step through EM: ellipses, responsibilities, and the likelihood.

    Parameters
    ----------
    X : ndarray, shape (n_samples, 2)
        The points.
    em, e_step : callable
        `em(X, weights, means, covariances)` returns the parameters after each step and the mean
        log-likelihoods; `e_step(X, weights, means, covariances)` returns the responsibilities, shape
        (n_samples, n_components), and the mean log-likelihood; as in lesson 05.
    starts : dict of array-like, shape (n_components, 2)
        Named means to start from; all with the same number of components. The weights start equal, the
        covariances as the unit matrix.

    Returns
    -------
    Explorer
    """
    k = len(next(iter(starts.values())))
    runs = {}
    for name, means in starts.items():
        history, _ = em(X, np.full(k, 1 / k), means, np.tile(np.eye(2), (k, 1, 1)))
        runs[name] = history, [e_step(X, *parameters) for parameters in history]
    last = max(len(history) for history, _ in runs.values()) - 1
    figure, (plane, shares, curve) = new_figure((1.9, 0.75, 0.9), 3.6)
    frame_points(plane, X)
    # The first step gains so much that the others could not be seen: the axis starts after it.
    later = []
    for _, steps in runs.values():
        later += [value for _, value in steps[1:]]
    margin = 0.1 * np.ptp(later)
    curve.set(xlabel="step", ylabel="mean log-likelihood", xlim=(-0.05 * last, 1.05 * last))
    curve.set_ylim(min(later) - margin, max(later) + margin)
    shares.set(xlabel="component", ylabel="responsibility for the ring", ylim=(0, 1), xticks=range(k))
    points = Points(plane, 14)
    ring = plane.scatter([], [], s=160, facecolors="none", edgecolors="black", linewidths=2, zorder=4)
    ellipses = []  # for each component two, at one and at two standard deviations
    for _ in range(k):
        pair = [Ellipse((0, 0), 1, 1, fill=False, ec="black", lw=1.5, ls=style) for style in ("-", "--")]
        ellipses.append([plane.add_patch(ellipse) for ellipse in pair])
    names = [
        plane.text(0, 0, str(j), size=12, weight="bold", ha="center", va="center", zorder=4) for j in range(k)
    ]
    for name in names:
        name.set_bbox({"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1})
    bars = shares.bar(range(k), np.zeros(k), color=[cluster_color(j) for j in range(k)])
    (path,) = curve.plot([], [], "-")
    (now,) = curve.plot([], [], "o", markersize=10, markerfacecolor="none", markeredgecolor="black")

    def draw(start: str, step: int, point: int) -> str:
        history, steps = runs[start]
        end = len(history) - 1
        shown = min(step, end)
        (weights, means, covariances), (responsibilities, value) = history[shown], steps[shown]
        unsure = responsibilities.max(axis=1) < 0.9
        points.show(X, responsibilities.argmax(axis=1), hollow=unsure)
        for j in range(k):
            variances, axes = np.linalg.eigh(covariances[j])
            angle = np.degrees(np.arctan2(axes[1, 0], axes[0, 0]))
            for ellipse, sigma in zip(ellipses[j], (1, 2), strict=True):
                width, height = 2 * sigma * np.sqrt(variances)
                ellipse.set(center=means[j], width=width, height=height, angle=angle)
            names[j].set_position(means[j])
            bars[j].set_height(responsibilities[point, j])
        ring.set_offsets(X[[point]])
        path.set_data(range(len(steps)), [likelihood for _, likelihood in steps])
        now.set_data([shown], [value])
        where = name_step(shown, end)
        listed, own = _two_decimals(weights), _two_decimals(responsibilities[point])
        return (
            f"Start: {start}; {where}: mean log-likelihood {value:.3f}, weights {listed}. {unsure.sum()} "
            f"points (hollow) have no responsibility above 0.9; those for point {point} are {own}."
        )

    def react(moved: str) -> Values:
        return {"step": 0} if moved == "start" else {}

    def clicked(ax: Axes, x: float, y: float) -> Values:
        return {"point": int(((X - (x, y)) ** 2).sum(axis=1).argmin())} if ax is plane else {}

    least_sure = next(iter(runs.values()))[1][-1][0].max(axis=1).argmin()
    controls = {
        "start": widgets.Dropdown(options=list(starts), description="start", layout={"width": "20em"}),
        "step": slider("step", 0, last, 1, 0),
        "point": slider("point", 0, len(X) - 1, 1, int(least_sure)),
    }
    hint = "A click in the left picture rings another point."
    poster = [{"step": 0}, *({"start": name, "step": last} for name in starts)]
    return Explorer(figure, controls, draw, poster=poster, hint=hint, react=react, clicked=clicked)


def _two_decimals(numbers: np.ndarray) -> str:
    return ", ".join(f"{number:.2f}" for number in numbers)
