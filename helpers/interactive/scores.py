"""A few points in boxes, one for each cluster: move them, and see what every score says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes

from ..plotting import cluster_color, cluster_marker
from .explorer import SLIDER_STYLE, Explorer, Points, Values, new_figure, slider

BOXES = 4
SHUFFLES = 200
ROWS = 6  # of points in a box, before a second column begins


def explore_scores(
    starts: Mapping[str, tuple[Any, Any]],
    scores: Mapping[str, Callable[[np.ndarray], float]],
    contingency: Callable[[Any, Any], np.ndarray],
) -> Explorer:
    """Move points from one cluster to another, and see what every score says.

    Parameters
    ----------
    starts : dict of (classes, clusters)
        Named examples: the class of every point, and its cluster, 0 to 3. At most twelve points each.
    scores : dict of callable
        What to show: `score(C)` of a contingency matrix, at most 1.
    contingency : callable
        `contingency(classes, clusters)` counts the points, as in lesson 06.

    Returns
    -------
    Explorer
    """
    classes = {name: np.unique(own, return_inverse=True)[1] for name, (own, _) in starts.items()}
    begin = {name: np.array(clusters, dtype=int) for name, (_, clusters) in starts.items()}
    now = {name: clusters.copy() for name, clusters in begin.items()}
    first = next(iter(starts))

    @cache
    def by_chance(start: str, sizes: tuple[int, ...]) -> list[float]:
        """Every score's mean over shuffles; it hangs on the sizes of the clusters, not on who is in them."""
        rng = np.random.default_rng(0)
        clusters = np.repeat(np.arange(len(sizes)), sizes)
        tables = [contingency(classes[start], rng.permutation(clusters)) for _ in range(SHUFFLES)]
        return [float(np.mean([score(C) for C in tables])) for score in scores.values()]

    figure, (boxes, bars) = new_figure((1.25, 1), 3.9)
    boxes.set(xlim=(-0.02, BOXES + 0.02), ylim=(0, ROWS + 0.1), xticks=np.arange(BOXES) + 0.5, yticks=[])
    boxes.set_xticklabels([f"cluster {box + 1}" for box in range(BOXES)])
    boxes.tick_params(length=0)
    for box in range(1, BOXES + 1):
        boxes.axvline(box, color="0.75", linewidth=1)
    points = Points(boxes, 260)
    chosen = boxes.scatter([], [], s=640, facecolors="none", edgecolors="black", linewidths=1.8, zorder=3)
    kinds = max(classes[name].max() for name in starts) + 1
    for kind in range(kinds):
        boxes.scatter(
            [], [], s=60, c=cluster_color(kind), marker=cluster_marker(kind), label=f"class {'abcd'[kind]}"
        )
    boxes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=kinds, frameon=False)
    places = np.arange(len(scores))[::-1]
    drawn = bars.barh(places, np.zeros(len(scores)), height=0.62, color="0.72")
    chance_marks = [
        bars.plot([], [], color="black", linewidth=2.5, label="mean of shuffles" if place == 0 else None)[0]
        for place in places
    ]
    numbers = [bars.text(1.04, place, "", va="center", size=11) for place in places]
    bars.set(xlim=(-0.35, 1.3), ylim=(-0.6, len(scores) - 0.4), yticks=places, xticks=[0, 0.5, 1])
    bars.set_yticklabels(list(scores))
    bars.axvline(0, color="black", linewidth=0.8)
    bars.legend(loc="lower center", bbox_to_anchor=(0.4, 1), frameon=False)

    def layout(clusters: np.ndarray) -> np.ndarray:
        """Where the points lie: in each box from the bottom up, in a second column if need be."""
        spots = np.empty((len(clusters), 2))
        for box in range(BOXES):
            inside = np.flatnonzero(clusters == box)
            column, row = np.divmod(np.arange(len(inside)), ROWS)
            columns = 1 + (len(inside) - 1) // ROWS
            spots[inside] = np.c_[box + (column + 1) / (columns + 1), row + 0.5]
        return spots

    def draw(start: str, point: int, cluster: int) -> str:
        clusters = now[start]
        point = min(point, len(clusters))
        clusters[point - 1] = cluster - 1
        spots = layout(clusters)
        points.show(spots, classes[start])
        chosen.set_offsets(spots[[point - 1]])
        C = contingency(classes[start], clusters)
        values = [float(score(C)) for score in scores.values()]
        sizes = tuple(int(size) for size in np.bincount(clusters) if size)
        means = by_chance(start, tuple(sorted(sizes)))
        for place, bar, mark, number, value, mean in zip(
            places, drawn, chance_marks, numbers, values, means, strict=True
        ):
            bar.set_width(value)
            mark.set_data([mean, mean], [place - 0.38, place + 0.38])
            number.set_text(f"{value:.2f}")
        said = ", ".join(f"{name} {value:.2f}" for name, value in zip(scores, values, strict=True))
        listed = "; ".join(
            " ".join("abcd"[kind] for kind in classes[start][clusters == box]) or "empty"
            for box in range(BOXES)
        )
        return f"{start.capitalize()}. Clusters: {listed}. {said}. Ringed: point {point}."

    def react(moved: str) -> Values:
        start = controls["start"].value
        if moved == "start":  # back to the beginning
            now[start][:] = begin[start]
            return {"point": 1, "cluster": int(now[start][0]) + 1}
        if moved == "point":
            point = min(controls["point"].value, len(now[start]))
            return {"point": point, "cluster": int(now[start][point - 1]) + 1}
        return {}

    def nearest(x: float, y: float) -> int | None:
        """The number of the point at a place, if there is one."""
        away = np.abs(layout(now[controls["start"].value]) - (x, y)) / (0.25, 0.5)
        away = away.max(axis=1)
        return int(away.argmin()) + 1 if away.min() < 1 else None

    def clicked(ax: Axes, x: float, y: float) -> Values:
        if ax is not boxes:
            return {}
        point = nearest(x, y)
        if point is not None:
            return {"point": point, "cluster": int(now[controls["start"].value][point - 1]) + 1}
        return {"cluster": box_at(x)}

    def dragged(ax: Axes, x: float, y: float, to_x: float, to_y: float) -> Values:
        point = nearest(x, y) if ax is boxes else None
        return {} if point is None else {"point": point, "cluster": box_at(to_x)}

    def box_at(x: float) -> int:
        return int(np.clip(x, 0, BOXES - 1e-9)) + 1

    controls = {
        "start": widgets.Dropdown(options=list(starts), description="start", layout={"width": "22em"}),
        "point": slider("point", 1, max(map(len, begin.values())), 1, 1),
        "cluster": widgets.ToggleButtons(
            options=range(1, BOXES + 1),
            value=int(begin[first][0]) + 1,
            description="into cluster",
            style=SLIDER_STYLE | {"button_width": "2.6em"},
        ),
    }
    hint = "Drag a point into another box. (Or click on it, then into the box.) Choosing a start begins anew."
    poster = [{"start": name, "point": 1, "cluster": int(begin[name][0]) + 1} for name in starts]
    return Explorer(
        figure, controls, draw, poster=poster, hint=hint, react=react, clicked=clicked, dragged=dragged
    )
