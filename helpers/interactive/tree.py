"""A cut line over a dendrogram, with the clusters beside it."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
from matplotlib.collections import LineCollection
from scipy.cluster.hierarchy import dendrogram, linkage

from ..plotting import cluster_color
from .explorer import Explorer, Points, Values, cluster_sizes, frame_points, new_figure, slider


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
    figure, (plane, tree_ax) = new_figure((1, 1.25), 3.7)
    frame_points(plane, np.vstack(list(datasets.values())))
    tree_ax.set(xlim=(0, 1), ylim=(-0.09, 1.05), xticks=[], ylabel="merge distance, share of the last")
    points, feet = Points(plane, 26), Points(tree_ax, 45)
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
            f"{cut * tree[-1, 2]:.2f}): {cluster_sizes(labels)}. The line can move {reach} without a change."
        )

    first = next(iter(datasets))
    controls = {
        "data": widgets.ToggleButtons(options=list(datasets), value=first),
        "method": widgets.ToggleButtons(options=methods, value=methods[0], style={"button_width": "7em"}),
        "cut": slider("cut", 0.05, 1.0, 0.01, 0.5),
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
