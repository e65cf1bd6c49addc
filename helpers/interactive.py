"""Figures to move: controls, a picture, and a line of text that says what it shows.

Each `explore_*` function takes data and the functions that its lesson has written: what moves is the
lesson's own algorithm. The pictures are drawn by Matplotlib like all others of the course, and sent to the
page as a whole; that takes some 50 ms, needs no second drawing library, and gives the still picture for
everyone without a kernel from the same code. In the page, a few lines of JavaScript (`picture.js`) put the
picture in place without a flicker, give it its description, and report clicks.
"""

from __future__ import annotations

import io
import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import numpy as np
import pandas as pd
import traitlets
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Circle, Ellipse
from matplotlib.spines import Spine
from PIL import Image
from scipy.cluster.hierarchy import dendrogram, linkage
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_samples
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from .labels import align_labels
from .plotting import STATIC, cluster_color, cluster_marker

OWN = "your own"
Values = dict[str, Any]


class Picture(anywidget.AnyWidget):
    """An image in the page with a description of it; the place of a click comes back as `click`."""

    _esm = Path(__file__).with_name("picture.js")
    png = traitlets.Bytes().tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)
    click = traitlets.List(traitlets.Float(), default_value=[]).tag(sync=True)  # from the top left, 0 to 1


class Explorer(widgets.VBox):
    """A figure under controls.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What is drawn; the layout is settled here once, and stays as it is.
    controls : dict of ipywidgets
        The controls, by the names of `draw`'s arguments.
    draw : callable
        Changes the figure's artists for these values, and returns a sentence that says what is to be seen.
    poster : sequence of dict
        The values (those that differ from the first) of the pictures that carry the point without a kernel.
    hint : str
        What to do, under the controls.
    still : {"png", "jpeg"}
        How the poster is stored; photos are much smaller as JPEG.
    react : callable, optional
        Called with the name of a moved control, before `draw`; returns values for other controls.
    clicked : callable, optional
        Called with the Axes and the data coordinates of a click; returns values for controls.

    Attributes
    ----------
    text : str
        What the picture shows now.
    """

    def __init__(
        self,
        figure: Figure,
        controls: Mapping[str, Any],
        draw: Callable[..., str],
        *,
        poster: Sequence[Values],
        hint: str = "",
        still: str = "png",
        react: Callable[[str], Values] | None = None,
        clicked: Callable[[Axes, float, float], Values] | None = None,
    ) -> None:
        self.figure, self.controls, self._draw = figure, dict(controls), draw
        self._react, self._clicked, self._poster, self._still = react, clicked, poster, still
        self._busy = False
        self._first = self.values
        self._draw(**self.values)
        self._canvas = FigureCanvasAgg(figure)
        self._canvas.draw()
        figure.set_layout_engine("none")
        self._still_part = self._draw_still_part()
        self.picture = Picture()
        hint += (" " if hint else "") + "By keyboard: Tab to a control, then the arrow keys."
        row = widgets.HBox(list(self.controls.values()), layout={"flex_flow": "row wrap"})
        super().__init__([row, widgets.HTML(hint), self.picture])
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._moved(name), names="value")
        self.picture.observe(self._on_click, names="click")
        self.show()

    @property
    def values(self) -> Values:
        """The values of all controls."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def text(self) -> str:
        """What the picture shows now."""
        return self.picture.description

    def show(self) -> None:
        """Draw the picture for the present values."""
        text = self._draw(**self.values)
        with self.picture.hold_sync():  # picture and description arrive together
            self.picture.description = text
            self.picture.png = _encode(self._pixels(), "png", compress_level=1)  # quick, not small

    def _contents(self) -> list[Artist]:
        """All artists but the axes themselves, from back to front."""
        frame = (Axis, Spine)
        contents = []
        for ax in self.figure.axes:
            contents += [a for a in ax.get_children() if not isinstance(a, frame) and a is not ax.patch]
        return sorted(contents, key=Artist.get_zorder)

    def _draw_still_part(self) -> Any:
        """Draw the axes, ticks and labels once: that takes longer than all that moves."""
        shown = [artist for artist in self._contents() if artist.get_visible()]
        for artist in shown:
            artist.set_visible(False)
        self._canvas.draw()
        for artist in shown:
            artist.set_visible(True)
        return self._canvas.copy_from_bbox(self.figure.bbox)

    def _pixels(self) -> np.ndarray:
        self._canvas.restore_region(self._still_part)
        renderer = self._canvas.get_renderer()
        for artist in self._contents():
            artist.draw(renderer)
        return np.array(self._canvas.buffer_rgba())[..., :3]  # a copy: the canvas draws over its buffer

    def set(self, **values: Any) -> None:
        """Move several controls at once, and draw once."""
        self._busy = True  # the controls' own observers wait
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._busy = False
        self.show()

    def _moved(self, name: str) -> None:
        if not self._busy:
            self.set(**(self._react(name) if self._react else {}))

    def _on_click(self, change: Any) -> None:
        if self._clicked is None or len(change["new"]) != 2:
            return
        across, down = change["new"]
        place = np.array([across, 1 - down]) * self.figure.bbox.size
        for ax in self.figure.axes:
            if ax.bbox.contains(*place):
                self.set(**self._clicked(ax, *ax.transData.inverted().transform(place)))

    def poster(self) -> tuple[np.ndarray, str]:
        """Return the pictures that carry the point, one above the other, and their descriptions."""
        sheets, texts = [], []
        for state in self._poster:
            texts.append(self._draw(**(self._first | dict(state))))
            lines = textwrap.wrap(texts[-1], 115)
            caption = Figure(figsize=(self.figure.get_figwidth(), 0.3 + 0.2 * len(lines)), layout="none")
            FigureCanvasAgg(caption)
            caption.text(0.01, 0.45, "\n".join(lines), va="center")
            caption.canvas.draw()
            sheets += [np.array(caption.canvas.buffer_rgba())[..., :3], self._pixels()]
        self._draw(**self.values)
        return np.vstack(sheets), " ".join(texts)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        pixels, text = self.poster()
        bundle = {f"image/{self._still}": _encode(pixels, self._still, optimize=True), "text/plain": text}
        if not os.environ.get(STATIC):
            bundle |= {k: v for k, v in super()._repr_mimebundle_(**kwargs).items() if k not in bundle}
        return bundle, {}


def explore_tree(datasets: Mapping[str, np.ndarray]) -> Explorer:
    """Move a cut line over a dendrogram, for each dataset and linkage, with the clusters beside it.

    Parameters
    ----------
    datasets : dict of arrays, shape (n_samples, 2)
        The points, by name; up to some 150, so that the leaves can be told apart.

    Returns
    -------
    Explorer
        Heights are shares of the last merge, so that the axes are the same for every tree.
    """
    methods = ("single", "complete", "average", "ward")
    figure, (plane, tree_ax) = _figure((1, 1.25), 3.7)
    _frame(plane, np.vstack(list(datasets.values())))
    tree_ax.set(xlim=(0, 1), ylim=(-0.09, 1.05), xticks=[], ylabel="merge distance, share of the last")
    points, feet = _Points(plane, 26), _Points(tree_ax, 45)
    branches = tree_ax.add_collection(LineCollection([], linewidths=1.5))
    line = tree_ax.axhline(0, color="black", linestyle="--", linewidth=1.5)
    trees = {}
    for name, X in datasets.items():
        for method in methods:
            tree = linkage(X, method)
            picture = dendrogram(tree, no_plot=True)
            trees[name, method] = (
                tree,
                np.array(picture["icoord"]),
                np.array(picture["dcoord"]),
                picture["leaves"],
            )

    def draw(data: str, method: str, cut: float) -> str:
        tree, across, up, leaves = trees[data, method]
        heights = tree[:, 2] / tree[-1, 2]
        labels = cut_tree(tree, 1 + int(np.sum(heights > cut)))
        owner = labels[leaves]  # from left to right
        points.show(datasets[data], labels)
        bends = up.max(axis=1) / tree[-1, 2]
        under = owner[(across[:, 0] // 10).astype(int)]  # the left leg stands above a leaf of its own subtree
        branches.set_segments(np.dstack([across / (10 * len(leaves)), up / tree[-1, 2]]))
        branches.set_color(
            ["black" if h > cut else cluster_color(c) for h, c in zip(bends, under, strict=True)]
        )
        middles = [np.flatnonzero(owner == c).mean() for c in range(labels.max() + 1)]
        feet.show(
            np.c_[(np.array(middles) + 0.5) / len(leaves), np.full(len(middles), -0.045)],
            np.arange(len(middles)),
        )
        line.set_ydata([cut, cut])
        above, below = heights[heights > cut].min(initial=np.inf), heights[heights <= cut].max(initial=0)
        reach = f"from {below:.3f} to {above:.3f}" if above < np.inf else f"from {below:.3f} up"
        return (
            f"{data}, {method} linkage, cut at {cut:.2f} of the last merge (distance "
            f"{cut * tree[-1, 2]:.2f}): {_sizes(labels)}. The line can move {reach} without a change."
        )

    first = next(iter(datasets))
    controls = {
        "data": widgets.ToggleButtons(options=list(datasets), value=first),
        "method": widgets.ToggleButtons(options=methods, value=methods[0], style={"button_width": "7em"}),
        "cut": _slider("cut", 0.05, 1.0, 0.01, 0.5),
    }

    def in_the_gap(data: str, method: str) -> Values:
        heights = trees[data, method][0][:, 2]
        below = np.diff(heights).argmax()
        return {"data": data, "method": method, "cut": heights[[below, below + 1]].mean() / heights[-1]}

    last = list(datasets)[-1]
    poster = [in_the_gap(first, "single"), in_the_gap(last, "single"), in_the_gap(last, "ward")]
    return Explorer(figure, controls, draw, poster=poster)


def cut_tree(tree: np.ndarray, n_clusters: int) -> np.ndarray:
    """Cut a tree of merges into clusters whose numbers stay when the cut moves.

    From the top down, the larger half of a branch keeps its number and the smaller gets the next one.

    Parameters
    ----------
    tree : ndarray, shape (n_samples - 1, 4)
        The merges, as `scipy.cluster.hierarchy.linkage` returns them, at heights that never fall.
    n_clusters : int
        From 1 to n_samples.

    Returns
    -------
    ndarray of int, shape (n_samples,)
    """
    n = len(tree) + 1
    if not 1 <= n_clusters <= n:
        raise ValueError(f"n_clusters must be from 1 to {n}, got {n_clusters}.")
    members = [[i] for i in range(n)]
    for left, right in tree[:, :2].astype(int):
        members.append(members[left] + members[right])
    labels = np.zeros(n, dtype=int)
    for number, (left, right) in enumerate(tree[::-1, :2].astype(int)[: n_clusters - 1], 1):
        labels[min(members[right], members[left], key=len)] = number
    return labels


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
    figure, (plane, curve) = _figure((1.2, 1), 4.2)
    _frame(plane, X)
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
    points = _Points(plane, 12)
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
        where = _where(shown, end)
        over = inertia[shown] / best - 1
        verdict = "the best known" if over < 0.005 else f"{over:.0%} above the best known"
        stuck = "" if shown < end or over < 0.005 else " It is stuck: no step lowers it any more."
        return (
            f"Start: {start}; {where}: inertia {inertia[shown]:.0f}, {verdict}. {_sizes(labels, k)}.{stuck} "
            f"Ringed: star {star}."
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
            options=range(1, k + 1), description="star", style=_STYLE | {"button_width": "2.6em"}
        ),
        "x": _slider("x", *limits[0].round(1), 0.1, first[0, 0]),
        "y": _slider("y", *limits[1].round(1), 0.1, first[0, 1]),
        "step": _slider("step", 0, last, 1, 0),
    }
    hint = "A click in the left picture puts the chosen star there, and chooses the next."
    poster = [{"step": 0}, *({"start": name, "step": last} for name in starts)]
    return Explorer(figure, controls, draw, poster=poster, hint=hint, react=react, clicked=clicked)


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
    figure, (plane, curve) = _figure((1.45, 1), 4.0)
    _frame(plane, X)
    largest, most = 4 * eps, 30
    distances = np.sort(NearestNeighbors(n_neighbors=most).fit(X).kneighbors(X)[0], axis=0)
    curve.set(xlim=(0, len(X)), ylim=(0, 1.2 * largest), xlabel="points, sorted")
    curve.set_ylabel("distance to the min_samples-th point")
    points = _Points(plane, 22)
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
            f"eps {eps:.2f}, min_samples {min_samples}: {_sizes(labels[labels >= 0])}; {core.sum()} core "
            f"(filled), {border} border (hollow), {np.sum(labels < 0)} noise points (crosses). Point {point} "
            f"has {within} points in its circle, itself included: {kind}. Right: {core.mean():.0%} of the "
            f"curve is below eps."
        )

    def clicked(ax: Axes, x: float, y: float) -> Values:
        return {"point": int(((X - (x, y)) ** 2).sum(axis=1).argmin())} if ax is plane else {}

    labels, core = dbscan(X, eps, min_samples)[:2]
    at_first = int(np.argmax((labels >= 0) & ~core))  # a border point, if there is one
    controls = {
        "eps": _slider("eps", 0.02, largest, 0.01, eps),
        "min_samples": _slider("min_samples", 1, most, 1, min_samples),
        "point": _slider("point", 0, len(X) - 1, 1, at_first),
    }
    hint = "A click in the left picture draws the circle around another point."
    poster = [{"eps": round(eps / 2, 2)}, {}, {"eps": 2 * eps}]  # as the slider could be set
    return Explorer(figure, controls, draw, poster=poster, hint=hint, clicked=clicked)


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
    figure, (plane, shares, curve) = _figure((1.9, 0.75, 0.9), 3.6)
    _frame(plane, X)
    # The first step gains so much that the others could not be seen: the axis starts after it.
    values = np.array([value for _, steps in runs.values() for _, value in steps[1:]])
    margin = 0.1 * np.ptp(values)
    curve.set(xlabel="step", ylabel="mean log-likelihood", xlim=(-0.05 * last, 1.05 * last))
    curve.set_ylim(values.min() - margin, values.max() + margin)
    shares.set(xlabel="component", ylabel="responsibility for the ring", ylim=(0, 1), xticks=range(k))
    points = _Points(plane, 14)
    ring = plane.scatter([], [], s=160, facecolors="none", edgecolors="black", linewidths=2, zorder=4)
    ellipses = [
        plane.add_patch(Ellipse((0, 0), 1, 1, fill=False, ec="black", lw=1.5, ls=style))
        for _ in range(k)
        for style in ("-", "--")
    ]
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
            for ellipse, sigma in zip(ellipses[2 * j : 2 * j + 2], (1, 2), strict=True):
                width, height = 2 * sigma * np.sqrt(variances)
                ellipse.set(center=means[j], width=width, height=height, angle=angle)
            names[j].set_position(means[j])
            bars[j].set_height(responsibilities[point, j])
        ring.set_offsets(X[[point]])
        path.set_data(range(len(steps)), [likelihood for _, likelihood in steps])
        now.set_data([shown], [value])
        where = _where(shown, end)
        listed, own = (", ".join(f"{v:.2f}" for v in part) for part in (weights, responsibilities[point]))
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
        "step": _slider("step", 0, last, 1, 0),
        "point": _slider("point", 0, len(X) - 1, 1, int(least_sure)),
    }
    hint = "A click in the left picture rings another point."
    poster = [{"step": 0}, *({"start": name, "step": last} for name in starts)]
    return Explorer(figure, controls, draw, poster=poster, hint=hint, react=react, clicked=clicked)


def explore_palette(photo: np.ndarray, images: Mapping[int, np.ndarray], table: pd.DataFrame) -> Explorer:
    """Move the number of colours of a photo; see the picture, its bytes and its PSNR.

    Parameters
    ----------
    photo : ndarray of uint8, shape (height, width, 3)
        The original.
    images : dict of ndarray of uint8, shape (height, width, 3)
        The picture for each number of colours, increasing.
    table : pandas.DataFrame
        A row for each number of colours, with the columns "PSNR (dB)", "SSIM", "bits a pixel" and
        "palette PNG (kB)".

    Returns
    -------
    Explorer
    """
    ks = list(images)
    step = max(1, *(-(-size // limit) for size, limit in zip(photo.shape[:2], (330, 380), strict=True)))
    figure, (before, after, curve) = _figure((1.25, 1.25, 1), 3.0)
    figure.get_layout_engine().set(h_pad=0.1)  # room for the titles
    small = {k: image[::step, ::step] for k, image in images.items()}  # every step-th pixel: no new colours
    before.imshow(photo[::step, ::step])
    before.set_title("the photo", y=1.0)  # a place of its own: else it is looked for at every draw
    painted = after.imshow(small[ks[0]])
    title = after.set_title("", y=1.0)
    for ax in (before, after):
        ax.set_axis_off()
    curve.plot(table["palette PNG (kB)"], table["PSNR (dB)"], "o-", markersize=4)
    (now,) = curve.plot(
        [], [], "o", markersize=13, markerfacecolor="none", markeredgecolor="black", markeredgewidth=2
    )
    curve.set(xlabel="palette PNG (kB)", ylabel="PSNR (dB)", xlim=(0, None))
    curve.margins(y=0.1)

    def draw(k: int) -> str:
        row = table.loc[k]
        painted.set_data(small[k])
        title.set_text(f"k = {k}")
        now.set_data([row["palette PNG (kB)"]], [row["PSNR (dB)"]])
        return (
            f"{k} colours: {row['bits a pixel']:.0f} bits a pixel before compression, "
            f"{row['palette PNG (kB)']:.0f} kB as a palette PNG, PSNR {row['PSNR (dB)']:.1f} dB, "
            f"SSIM {row['SSIM']:.3f}."
        )

    slider = widgets.SelectionSlider(options=ks, value=ks[0], description="k", style=_STYLE, layout=_LAYOUT)
    poster = [{"k": k} for k in dict.fromkeys((ks[len(ks) // 4], ks[len(ks) // 2], ks[-1]))]
    return Explorer(figure, {"k": slider}, draw, poster=poster, still="jpeg")


def explore_k(
    X: np.ndarray,
    fit: Callable[[np.ndarray, int], np.ndarray],
    ks: Sequence[int],
    plane: np.ndarray,
    names: Sequence[str],
) -> Explorer:
    """Move k; see the clusters, the silhouette of every sample, and both curves that people choose k by.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_features)
        What is clustered.
    fit : callable
        `fit(X, k)` returns the labels.
    ks : sequence of int
        The numbers of clusters, increasing.
    plane : ndarray, shape (n_samples, 2)
        Where the samples are drawn.
    names : sequence of two str
        The axis labels of the plane.

    Returns
    -------
    Explorer
    """
    found, previous = {}, np.zeros(len(X), dtype=int)
    for k in ks:  # a cluster keeps its number, and so its colour, as long as it has most of its samples
        found[k] = previous = align_labels(fit(X, k), previous)
    silhouettes = {k: silhouette_samples(X, labels) for k, labels in found.items()}
    inertia = []
    for labels in found.values():
        own = [X[labels == j] for j in np.unique(labels)]
        inertia.append(sum(((members - members.mean(axis=0)) ** 2).sum() for members in own))
    means = [values.mean() for values in silhouettes.values()]
    figure, ((map_ax, blades), (elbow, score)) = _figure((1.2, 1), 5.8, heights=(1.6, 1))
    _frame(map_ax, plane, names, equal=False)
    points = _Points(map_ax, 22)
    gap = max(len(X) // 40, 1)
    low = min(-0.1, *(values.min() for values in silhouettes.values()))
    blades.set(xlim=(low - 0.06, 1), ylim=(0, len(X) + gap * max(ks)), yticks=[], xlabel="silhouette")
    blades.axvline(0, color="black", linewidth=0.8)
    mean_line = blades.axvline(0, color="black", linestyle="--", linewidth=1.5)
    marks = []
    for ax, values, label in ((elbow, inertia, "inertia"), (score, means, "mean silhouette")):
        ax.plot(ks, values, "o-", markersize=4)
        ax.set(xlabel="k", ylabel=label, xticks=list(ks))
        marks += ax.plot([], [], "o", markersize=13, markerfacecolor="none", markeredgecolor="black")
    drawn: list[Any] = []

    def draw(k: int) -> str:
        labels, values = found[k], silhouettes[k]
        points.show(plane, labels)
        while drawn:
            drawn.pop().remove()
        bottom = 0
        for cluster in np.unique(labels):
            own = np.sort(values[labels == cluster])
            height = bottom + np.arange(len(own) + 1)
            steps = np.r_[own, own[-1:]]
            drawn.append(
                blades.fill_betweenx(height, 0, steps, step="post", color=cluster_color(cluster), lw=0)
            )
            drawn.append(blades.text(low - 0.04, bottom + len(own) / 2, str(cluster), va="center", size=10))
            bottom += len(own) + gap
        place = list(ks).index(k)
        mean_line.set_xdata([means[place]] * 2)
        for mark, curve in zip(marks, (inertia, means), strict=True):
            mark.set_data([k], [curve[place]])
        gain = (
            f", {1 - inertia[place] / inertia[place - 1]:.0%} less than for one cluster fewer"
            if place
            else ""
        )
        return (
            f"k = {k}: inertia {inertia[place]:.4g}{gain}; mean silhouette {means[place]:.3f}, "
            f"{np.sum(values < 0)} samples below 0. {_sizes(labels)}."
        )

    slider = widgets.IntSlider(
        min=min(ks), max=max(ks), value=min(ks), description="k", style=_STYLE, layout=_LAYOUT
    )
    poster = [{"k": ks[0]}, {"k": ks[int(np.argmax(means))]}]
    return Explorer(figure, {"k": slider}, draw, poster=poster)


_STYLE = {"description_width": "initial"}
_LAYOUT = {"width": "23em"}


class _Points:
    """Points in one collection, each with the colour and marker of its cluster: quick to change."""

    def __init__(self, ax: Axes, size: float) -> None:
        self.collection = ax.scatter([], [], s=size)

    def show(self, X: np.ndarray, labels: np.ndarray, hollow: np.ndarray | None = None) -> None:
        colors = np.array([to_rgba(cluster_color(label)) for label in labels]).reshape(-1, 4)
        faces = colors.copy()
        faces[labels < 0, 3] = 0
        if hollow is not None:
            faces[hollow, 3] = 0
        self.collection.set_offsets(X)
        self.collection.set_paths([_marker_path(label) for label in labels])
        self.collection.set(facecolor=faces, edgecolor=colors, linewidth=1)


def _marker_path(label: int) -> Any:
    marker = MarkerStyle(cluster_marker(label))
    return marker.get_path().transformed(marker.get_transform())


def _figure(widths: Sequence[float], height: float, heights: Sequence[float] = (1,)) -> tuple[Figure, Any]:
    figure = Figure(figsize=(9.8, height), layout="constrained")
    shape = {"width_ratios": widths, "height_ratios": heights}
    return figure, figure.subplots(len(heights), len(widths), **shape)


def _frame(
    ax: Axes, X: np.ndarray, names: Sequence[str] = ("feature 1", "feature 2"), equal: bool = True
) -> None:
    """Fix the limits around the points, whatever is drawn later."""
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.05 * (high - low)
    ax.set(xlim=(low[0] - margin[0], high[0] + margin[0]), ylim=(low[1] - margin[1], high[1] + margin[1]))
    ax.set(xlabel=names[0], ylabel=names[1], autoscale_on=False)
    if equal:
        ax.set_aspect("equal", adjustable="box")


def _slider(name: str, low: float, high: float, step: float, value: float) -> Any:
    kind = widgets.IntSlider if isinstance(step, int) else widgets.FloatSlider
    return kind(min=low, max=high, step=step, value=value, description=name, style=_STYLE, layout=_LAYOUT)


def _where(step: int, end: int) -> str:
    plural = "s" if end != 1 else ""
    return f"step {step} of {end}" if step < end else f"the end, after {end} step{plural}"


def _sizes(labels: np.ndarray, n_clusters: int | None = None) -> str:
    counts = np.bincount(labels, minlength=n_clusters or 0)
    if len(counts) == 0:
        return "no cluster"
    counts = counts if n_clusters else np.sort(counts)[::-1]
    listed = ", ".join(map(str, counts[:8])) + (", ..." if len(counts) > 8 else "")
    return f"{len(counts)} cluster{'s' if len(counts) > 1 else ''} of {listed} points"


def _encode(pixels: np.ndarray, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, format=kind, **options)
    return buffer.getvalue()
