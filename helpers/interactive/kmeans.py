"""k-means, step by step, from stars that can be put anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from ..plotting import cluster_color
from .explorer import (
    SLIDER_STYLE,
    Explorer,
    Points,
    Values,
    cluster_sizes,
    frame_points,
    name_step,
    new_figure,
    slider,
)

OWN = "your own"  # the name of the start that the learner makes


def explore_kmeans(X: np.ndarray, lloyd: Callable[..., Any], starts: Mapping[str, Any]) -> Explorer:
    """Step through k-means from starts of your own choice.

    Parameters
    ----------
    X : ndarray, shape (n_samples, 2)
        The points.
    lloyd : callable
        `lloyd(X, centers)` returns the labels, the centers before each step and after the last, and the
        inertia of each step, as in lesson 03.
    starts : dict of array-like, shape (n_clusters, 2)
        Named starts; all with the same number of centers.

    Returns
    -------
    Explorer
    """
    starts = {name: np.array(start, dtype=float) for name, start in starts.items()}
    first = next(iter(starts.values()))
    k, last = len(first), 20
    own = first.copy()
    with threadpool_limits(1):
        best = KMeans(n_clusters=k, n_init=20, random_state=0).fit(X).inertia_
    figure, (plane, curve) = new_figure((1.2, 1), 4.2)
    frame_points(plane, X)
    limits = np.array([plane.get_xlim(), plane.get_ylim()])
    far = ((np.abs(X[:, None] - limits.T).max(axis=1)) ** 2).sum()  # nothing can be worse than a corner
    curve.set(
        xlabel="step", ylabel="inertia (log scale)", xlim=(-0.5, last + 0.5), xticks=range(0, last + 1, 5)
    )
    curve.set(yscale="log", ylim=(0.8 * best, 1.2 * far))
    curve.axhline(best, color="black", linestyle=":", linewidth=1.5)
    curve.text(last, best, "best known", ha="right", va="top", size=10)
    grid = np.stack(np.meshgrid(*(np.linspace(*limit, 160) for limit in limits)), axis=-1)
    cells = plane.imshow(np.ones((160, 160, 3)), extent=limits.ravel(), origin="lower", alpha=0.18, zorder=-1)
    palette = np.array([to_rgba(cluster_color(j))[:3] for j in range(k)])
    points = Points(plane, 12)
    stars = plane.scatter(
        *first.T, s=260, marker="*", c="black", edgecolors="white", linewidths=1.2, zorder=3
    )
    chosen = plane.scatter([], [], s=420, facecolors="none", edgecolors="black", linewidths=1.5, zorder=3)
    names = [plane.text(0, 0, str(j + 1), size=11, weight="bold", va="bottom", zorder=4) for j in range(k)]
    for name in names:
        name.set_bbox({"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1})
    (path,) = curve.plot([], [], "o-", markersize=4)
    (now,) = curve.plot([], [], "o", markersize=12, markerfacecolor="none", markeredgecolor="black")

    def nearest(places: np.ndarray, centers: np.ndarray) -> np.ndarray:
        return ((places[..., None, :] - centers) ** 2).sum(axis=-1).argmin(axis=-1)

    def draw(start: str, star: int, x: float, y: float, step: int) -> str:
        _, history, inertia = lloyd(X, own if start == OWN else starts[start])
        end = len(history) - 1  # nothing moved after this step
        shown = min(step, end)
        centers = history[shown]
        labels = nearest(X, centers)
        points.show(X, labels)
        cells.set_data(palette[nearest(grid, centers)])
        stars.set_offsets(centers)
        chosen.set_offsets(centers[[star - 1]])
        for name, center in zip(names, centers, strict=True):
            name.set_position(center + 0.02 * np.diff(limits)[:, 0])
        path.set_data(range(len(inertia[: last + 1])), inertia[: last + 1])
        now.set_data([min(shown, last)], [inertia[shown]])
        where = name_step(shown, end)
        over = inertia[shown] / best - 1
        verdict = "the best known" if over < 0.005 else f"{over:.0%} above the best known"
        stuck = "" if shown < end or over < 0.005 else " It is stuck: no step lowers it any more."
        return (
            f"Start: {start}; {where}: inertia {inertia[shown]:.0f}, {verdict}. "
            f"{cluster_sizes(labels, k)}.{stuck} Ringed: star {star}."
        )

    def react(moved: str) -> Values:
        start, star = controls["start"].value, controls["star"].value - 1
        if moved in ("x", "y"):
            place = controls["x"].value, controls["y"].value
            if np.allclose(place, (own if start == OWN else starts[start])[star], atol=0.06):
                return {}  # the slider has only rounded to its own steps
            if start != OWN:
                own[:] = starts[start]
            own[star] = place
            return {"start": OWN, "step": 0}
        if moved == "step":
            return {}
        x, y = (own if start == OWN else starts[start])[star]
        return {"x": x, "y": y} | ({"step": 0} if moved == "start" else {})

    def clicked(ax: Axes, x: float, y: float) -> Values:
        if ax is not plane:
            return {}
        start, star = controls["start"].value, controls["star"].value - 1
        if start != OWN:
            own[:] = starts[start]
        own[star] = np.round((x, y), 1)
        following = (star + 1) % k
        return {"start": OWN, "step": 0, "star": following + 1} | dict(zip("xy", own[following], strict=True))

    controls = {
        "start": widgets.Dropdown(options=[*starts, OWN], description="start", layout={"width": "18em"}),
        "star": widgets.ToggleButtons(
            options=range(1, k + 1), description="star", style=SLIDER_STYLE | {"button_width": "2.6em"}
        ),
        "x": slider("x", *limits[0].round(1), 0.1, first[0, 0]),
        "y": slider("y", *limits[1].round(1), 0.1, first[0, 1]),
        "step": slider("step", 0, last, 1, 0),
    }
    hint = "A click in the left picture puts the chosen star there, and chooses the next."
    poster = [{"step": 0}, *({"start": name, "step": last} for name in starts)]
    return Explorer(figure, controls, draw, poster=poster, hint=hint, react=react, clicked=clicked)
