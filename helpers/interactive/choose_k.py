"""The number of clusters, with the silhouette of every sample and the curves that people choose it by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import silhouette_samples

from ..labels import align_labels
from ..plotting import cluster_color
from .explorer import Explorer, Points, cluster_sizes, frame_points, new_figure, slider


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
    figure, ((map_ax, blades), (elbow, score)) = new_figure((1.2, 1), 5.8, heights=(1.6, 1))
    frame_points(map_ax, plane, names, equal=False)
    points = Points(map_ax, 22)
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
            f"{np.sum(values < 0)} samples below 0. {cluster_sizes(labels)}."
        )

    controls = {"k": slider("k", min(ks), max(ks), 1, min(ks))}
    poster = [{"k": ks[0]}, {"k": ks[int(np.argmax(means))]}]
    return Explorer(figure, controls, draw, poster=poster)
