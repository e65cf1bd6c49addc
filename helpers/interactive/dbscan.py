"""DBSCAN: the radius and the number of points, with the circle around one point and the k-distance plot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from sklearn.neighbors import NearestNeighbors

from .explorer import Explorer, Points, Values, cluster_sizes, frame_points, new_figure, slider


def explore_dbscan(X: np.ndarray, dbscan: Callable[..., Any], eps: float, min_samples: int) -> Explorer:
    """Move `eps` and `min_samples`; see core, border and noise points, and the k-distance plot.

    Parameters
    ----------
    X : ndarray, shape (n_samples, 2)
        The points.
    dbscan : callable
        `dbscan(X, eps, min_samples)` returns the labels, which points are core, and anything more, as in
        lesson 04.
    eps : float
        The radius to start with, in units of the axes; the slider goes up to four times as far.
    min_samples : int
        The number of points to start with, up to 30.

    Returns
    -------
    Explorer
    """
    figure, (plane, curve) = new_figure((1.45, 1), 4.0)
    frame_points(plane, X)
    largest, most = 4 * eps, 30
    distances = np.sort(NearestNeighbors(n_neighbors=most).fit(X).kneighbors(X)[0], axis=0)
    curve.set(xlim=(0, len(X)), ylim=(0, 1.2 * largest), xlabel="points, sorted")
    curve.set_ylabel("distance to the min_samples-th point")
    points = Points(plane, 22)
    circle = plane.add_patch(Circle((0, 0), eps, fill=False, color="black", linewidth=1.5))
    (sorted_distances,) = curve.plot([], [])
    line = curve.axhline(eps, color="black", linestyle="--", linewidth=1.5)

    def draw(eps: float, min_samples: int, point: int) -> str:
        labels, core = dbscan(X, eps, min_samples)[:2]
        points.show(X, labels, hollow=~core)
        circle.set(center=X[point], radius=eps)
        sorted_distances.set_data(range(len(X)), distances[:, min_samples - 1])
        line.set_ydata([eps, eps])
        kind = "core" if core[point] else "border" if labels[point] >= 0 else "noise"
        within = int(np.sum(((X - X[point]) ** 2).sum(axis=1) <= eps**2))
        border = int(np.sum((labels >= 0) & ~core))
        return (
            f"eps {eps:.2f}, min_samples {min_samples}: {cluster_sizes(labels[labels >= 0])}; "
            f"{core.sum()} core (filled), {border} border (hollow), {np.sum(labels < 0)} noise "
            f"points (crosses). Point {point} has {within} points in its circle, itself included: {kind}. "
            f"Right: {core.mean():.0%} of the curve is below eps."
        )

    def clicked(ax: Axes, x: float, y: float) -> Values:
        return {"point": int(((X - (x, y)) ** 2).sum(axis=1).argmin())} if ax is plane else {}

    labels, core = dbscan(X, eps, min_samples)[:2]
    at_first = int(np.argmax((labels >= 0) & ~core))  # a border point, if there is one
    controls = {
        "eps": slider("eps", 0.02, largest, 0.01, eps),
        "min_samples": slider("min_samples", 1, most, 1, min_samples),
        "point": slider("point", 0, len(X) - 1, 1, at_first),
    }
    hint = "A click in the left picture draws the circle around another point."
    poster = [{"eps": round(eps / 2, 2)}, {}, {"eps": 2 * eps}]  # as the slider could be set
    return Explorer(figure, controls, draw, poster=poster, hint=hint, clicked=clicked)
