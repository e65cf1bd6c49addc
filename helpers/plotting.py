"""Draw points, clusters and images the same way in every lesson.

Each function takes data and labels (never an estimator, so it serves every algorithm), draws on the
Axes it is given or on a new one, and returns the Axes. None calls `plt.show()` or changes global state,
except `use_course_style`, whose job that is.
"""

from __future__ import annotations

import base64
import html
import io
import os
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.core.pylabtools import print_figure
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from numpy.typing import ArrayLike
from PIL import Image
from scipy.cluster.hierarchy import dendrogram, is_valid_linkage
from sklearn.metrics import silhouette_samples

STYLE = Path(__file__).with_name("course.mplstyle")
# Set while outputs are made for storing or comparing: still pictures, which every host can show, and no more.
STATIC = "CLUSTERING_COURSE_STATIC"
NOISE_COLOR = "#767676"
# Colour never stands alone: neighbours in this list differ in shape as well. 8 colours and 7 markers
# have no common factor, so the first 56 clusters look different.
MARKERS = ("o", "s", "^", "D", "v", "<", "h")


def use_course_style() -> None:
    """Apply the course's style sheet to every figure that follows, and give each its alternative text."""
    plt.style.use(STYLE)
    shell = get_ipython()
    if shell is None:
        return
    plt.switch_backend(plt.get_backend())  # loading it later would forget the formatters
    formatters = shell.display_formatter.formatters
    formatters["image/png"].for_type(Figure, _png_with_alt_text)
    if not os.environ.get(STATIC):
        # JupyterLab shows a PNG without alternative text, and prefers HTML where it gets both.
        formatters["text/html"].for_type(Figure, _image_tag)


def alt_text(text: str) -> None:
    """Say what is to be seen in the figure just drawn, for who cannot see it.

    JupyterLab reads it out; in the stored notebook it is in the metadata of the picture, where nbconvert
    finds it.

    Parameters
    ----------
    text : str
        What a person sees in three seconds, and what follows from it: not which axes there are. White space
        is folded, so that it may be written over several lines.
    """
    plt.gcf().set_label(" ".join(text.split()))


def _png_with_alt_text(figure: Figure) -> tuple[str, dict[str, str]]:
    said = figure.get_label()
    png = print_figure(figure, fmt="png")
    # Stored with 256 colours a figure takes a third of the space, and its plain colours stay as they are.
    if os.environ.get(STATIC) and not any(ax.images for ax in figure.axes):
        png = png_in_few_colors(Image.open(io.BytesIO(png)))
    return base64.b64encode(png).decode(), {"alt": said} if said else {}


def png_in_few_colors(image: Image.Image) -> bytes:
    """Return a picture as a PNG with a palette of 256 colours; meant for drawings, not for photos."""
    file = io.BytesIO()
    image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, "png", optimize=True)
    return file.getvalue()


def _image_tag(figure: Figure) -> str:
    data = print_figure(figure, fmt="png", base64=True)
    said = figure.get_label() or describe(figure)
    return f'<img alt="{html.escape(said)}" src="data:image/png;base64,{data}">'


def describe(figure: Figure) -> str:
    """Say in words what kind of figure this is: for who cannot see it, where no `alt_text` says more.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    str
        Of each panel what it holds, its title and its axes, as far as they are there. What the figure
        *shows* is said by the sentence after it.
    """
    panels = []
    for ax in figure.axes:
        if hasattr(ax, "_colorbar"):
            continue
        kinds = {
            "picture": ax.images,
            "points": [c for c in ax.collections if isinstance(c, PathCollection)],
            "tree": [c for c in ax.collections if isinstance(c, LineCollection)],
            "bars": ax.containers,
            "curves": ax.lines,
        }
        held = " and ".join(kind for kind, artists in kinds.items() if artists)
        title = " ".join(filter(None, (ax.get_title(loc) for loc in ("left", "center", "right"))))
        axes = " against ".join(filter(None, (ax.get_ylabel(), ax.get_xlabel()))) if ax.axison else ""
        if held or title:
            panels.append(": ".join(filter(None, (held or "panel", ", ".join(filter(None, (title, axes)))))))
    if len(panels) == 1:
        return f"Figure with {panels[0]}"
    return f"Figure with {len(panels)} panels. " + ". ".join(
        f"{i}, {text}" for i, text in enumerate(panels, 1)
    )


def cluster_color(cluster_id: int) -> str:
    """Return the colour of a cluster id, the same in every figure; grey for noise (negative ids).

    The colours repeat after eight; together with `cluster_marker` the first 56 ids differ.
    """
    if cluster_id < 0:
        return NOISE_COLOR
    return _COLORS[cluster_id % len(_COLORS)]


def cluster_marker(cluster_id: int) -> str:
    """Return the marker of a cluster id, the same in every figure; a cross for noise (negative ids)."""
    return "x" if cluster_id < 0 else MARKERS[cluster_id % len(MARKERS)]


def plot_clusters(
    X: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    centers: ArrayLike | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    names: Sequence[str] = ("feature 1", "feature 2"),
    size: float = 18,
    legend: bool | str = False,
    equal: bool = True,
) -> Axes:
    """Scatter points in the plane, one colour and marker for each cluster, noise as grey crosses.

    Parameters
    ----------
    X : array-like, shape (n_samples, 2)
        The points, in the units of `names`.
    labels : array-like of int, shape (n_samples,), optional
        The cluster of each point; negative for noise. Without labels all points are grey dots.
    centers : array-like, shape (n_centers, 2), optional
        Points to mark as cluster centers, with large white-edged stars.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure.
    title : str, optional
        The title of the Axes.
    names : sequence of two str
        The axis labels, with units where there are any.
    size : float
        The area of a marker, in points squared.
    legend : bool or str
        List each cluster with its number of points; a string is used in place of the word "cluster".
    equal : bool
        One unit is equally long on both axes, as it is for the algorithm.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `X` is not of shape (n_samples, 2), or `labels` has not one value per point.
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X must have shape (n_samples, 2) to be drawn in the plane, got {X.shape}.")
    ax = _axes(ax)
    kind = legend if isinstance(legend, str) else "cluster"
    if labels is None:
        ax.scatter(*X.T, s=size, c=NOISE_COLOR, alpha=0.7, linewidths=0, label=f"{len(X)} points")
    else:
        labels = np.asarray(labels)
        if labels.shape != (len(X),):
            raise ValueError(f"labels must have one value per point, shape ({len(X)},); got {labels.shape}.")
        for cluster in np.unique(labels):
            own = X[labels == cluster]
            noise = cluster < 0
            ax.scatter(
                *own.T,
                s=size,
                c=cluster_color(cluster),
                marker=cluster_marker(cluster),
                alpha=0.9 if noise else 0.75,
                linewidths=1 if noise else 0,
                label=f"noise ({len(own)})" if noise else f"{kind} {cluster} ({len(own)})",
            )
    if centers is not None:
        centers = np.asarray(centers, dtype=float)
        ax.scatter(*centers.T, s=220, marker="*", c="black", edgecolors="white", linewidths=1.2, zorder=3)
    if equal:
        ax.set_aspect("equal", adjustable="box")
    ax.set(xlabel=names[0], ylabel=names[1])
    if title is not None:
        ax.set_title(title)
    if legend:
        # Beside the points, never on them.
        ax.legend(markerscale=1.5, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def drawn_groups(ax: Axes, X: ArrayLike) -> np.ndarray:
    """Read from a picture which points have one colour.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where points were drawn by `scatter`, `plot` or `plot_clusters`.
    X : array-like, shape (n_samples, 2)
        The points.

    Returns
    -------
    int ndarray, shape (n_samples,)
        A number for each colour, from 0 on; -1 for a point that is not drawn.
    """
    X = np.asarray(X)
    groups = np.full(len(X), -1)
    colors: dict[tuple, int] = {}
    drawn = []
    for marks in ax.collections:
        marks.update_scalarmappable()
        faces = marks.get_facecolors()
        drawn.append((np.asarray(marks.get_offsets()), faces if len(faces) else marks.get_edgecolors()))
    for line in ax.lines:
        drawn.append((np.column_stack(line.get_data()), [to_rgba(line.get_markerfacecolor())]))
    for places, shown in drawn:
        if not len(places) or not len(shown):
            continue
        each = shown if len(shown) == len(places) else np.resize(shown, (len(places), 4))
        for place, color in zip(places, np.round(each, 3), strict=True):
            number = colors.setdefault(tuple(color[:3]), len(colors))
            groups[np.isclose(X, place, atol=1e-6).all(axis=1)] = number
    return groups


def plot_dendrogram(
    tree: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    cut: float | None = None,
    leaf_names: Sequence[str] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a tree of merges; branches within one cluster take its colour, as `plot_clusters` draws it.

    Parameters
    ----------
    tree : array-like, shape (n_samples - 1, 4)
        The merges, as `scipy.cluster.hierarchy.linkage` returns them.
    labels : array-like of int, shape (n_samples,), optional
        The cluster of each sample. Branches that join different clusters are black, as all are without it.
    cut : float, optional
        Draw a dashed line at this merge distance.
    leaf_names : sequence of str, one per sample, optional
        What to write under the leaves.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure.
    title : str, optional
        The title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `tree` is not a valid linkage matrix, or `labels` has not one value per sample.
    """
    tree = np.asarray(tree, dtype=float)
    is_valid_linkage(tree, throw=True)
    n_samples = len(tree) + 1
    owner = np.full(n_samples, -1) if labels is None else np.asarray(labels)
    if owner.shape != (n_samples,):
        raise ValueError(f"labels must have one value per sample, shape ({n_samples},); got {owner.shape}.")
    owner = list(owner)
    for left, right in tree[:, :2].astype(int):  # a branch belongs to a cluster if both its halves do
        owner.append(owner[left] if owner[left] == owner[right] else -1)
    ax = _axes(ax)
    dendrogram(
        tree,
        ax=ax,
        labels=leaf_names,
        no_labels=leaf_names is None,
        link_color_func=lambda node: "black" if owner[node] < 0 else cluster_color(owner[node]),
    )
    if cut is not None:
        ax.axhline(cut, color="black", linestyle="--", linewidth=1.5)
    ax.set_ylabel("merge distance")
    if title is not None:
        ax.set_title(title)
    return ax


def plot_cells(centers: ArrayLike, *, ax: Axes) -> Axes:
    """Shade the plane by the nearest center (the Voronoi cells), behind what is on the Axes already.

    Parameters
    ----------
    centers : array-like, shape (n_centers, 2)
        The centers; cell i has the colour of cluster i.
    ax : matplotlib.axes.Axes
        Where to draw, within its present limits.

    Returns
    -------
    matplotlib.axes.Axes
    """
    centers = np.asarray(centers, dtype=float)
    limits = (*ax.get_xlim(), *ax.get_ylim())
    x, y = np.meshgrid(np.linspace(*limits[:2], 300), np.linspace(*limits[2:], 300))
    nearest = ((np.stack([x, y], axis=-1)[:, :, None] - centers) ** 2).sum(axis=-1).argmin(axis=-1)
    colors = np.array([to_rgb(cluster_color(i)) for i in range(len(centers))])
    ax.imshow(colors[nearest], extent=limits, origin="lower", alpha=0.18, aspect=ax.get_aspect(), zorder=-1)
    if len(centers) > 1:
        ax.contour(x, y, nearest, levels=np.arange(len(centers) - 1) + 0.5, colors="black", linewidths=0.7)
    ax.set(xlim=limits[:2], ylim=limits[2:])
    return ax


def plot_silhouette(
    X: ArrayLike, labels: ArrayLike, *, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw the silhouette of every sample as a bar, sorted within its cluster, with the mean as a line.

    Parameters
    ----------
    X : array-like, shape (n_samples, n_features)
        The samples; distances are Euclidean.
    labels : array-like of int, shape (n_samples,)
        The cluster of each sample, at least two clusters. Noise (negative ids) is left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure.
    title : str, optional
        The title of the Axes. Default: the mean silhouette.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are fewer than two clusters.

    Notes
    -----
    Rousseeuw (1987): s = (b - a) / max(a, b), where a is the mean distance to the other samples of the own
    cluster, b that to the nearest other cluster.
    """
    X, labels = np.asarray(X), np.asarray(labels)
    X, labels = X[labels >= 0], labels[labels >= 0]
    values = silhouette_samples(X, labels)
    ax = _axes(ax)
    start = 0
    for cluster in np.unique(labels):
        own = np.sort(values[labels == cluster])
        ax.barh(start + np.arange(len(own)), own, height=1, color=cluster_color(cluster), linewidth=0)
        ax.text(-0.02, start + len(own) / 2, str(cluster), ha="right", va="center", size=10)
        start += len(own) + max(len(X) // 50, 1)
    ax.axvline(values.mean(), color="black", linestyle="--", linewidth=1.5)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set(xlabel="silhouette", ylabel="samples, by cluster", yticks=[], xlim=(min(values.min(), -0.15), 1))
    ax.set_title(f"mean silhouette {values.mean():.2f}" if title is None else title)
    return ax


def plot_ellipses(
    means: ArrayLike, covariances: ArrayLike, *, ax: Axes, sigmas: Sequence[float] = (1, 2, 3)
) -> Axes:
    """Draw the ellipses of two-dimensional Gaussians at some standard deviations.

    Parameters
    ----------
    means : array-like, shape (n_components, 2)
        The centers.
    covariances : array-like, shape (n_components, 2, 2)
        Symmetric, positive definite; in squared units of the axes.
    ax : matplotlib.axes.Axes
        Where to draw.
    sigmas : sequence of float
        How far from the center, in standard deviations: one ellipse for each.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the shapes do not match.

    Notes
    -----
    The axes of an ellipse are the eigenvectors of the covariance, its half-widths the roots of the
    eigenvalues (Bishop 2006, section 2.3).
    """
    means, covariances = np.asarray(means, dtype=float), np.asarray(covariances, dtype=float)
    if means.ndim != 2 or means.shape[1] != 2 or covariances.shape != (len(means), 2, 2):
        raise ValueError(
            "means and covariances must have the shapes (n, 2) and (n, 2, 2), "
            f"got {means.shape} and {covariances.shape}."
        )
    for mean, covariance in zip(means, covariances, strict=True):
        variances, axes = np.linalg.eigh(covariance)
        angle = np.degrees(np.arctan2(axes[1, 0], axes[0, 0]))
        for sigma in sigmas:
            width, height = 2 * sigma * np.sqrt(variances)
            ax.add_patch(
                Ellipse(mean, width, height, angle=angle, fill=False, edgecolor="black", linewidth=1.2)
            )
    return ax


def plot_images(
    images: ArrayLike,
    captions: Sequence[str] | None = None,
    *,
    n_columns: int = 10,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Show many small grey images as one sheet, with a caption under each.

    Parameters
    ----------
    images : array-like, shape (n_images, height, width)
        Grey values; the sheet is scaled from 0 to the largest value, dark on white.
    captions : sequence of str, one per image, optional
        A few characters under each image.
    n_columns : int
        Images in a row.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: a new figure.
    title : str, optional
        The title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `images` is not of shape (n_images, height, width), is empty, or the captions do not match it.
    """
    images = np.asarray(images)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(f"images must have shape (n_images, height, width), got {images.shape}.")
    if captions is not None and len(captions) != len(images):
        raise ValueError(f"captions must be one per image: {len(images)} images, {len(captions)} captions.")
    n_images, height, width = images.shape
    n_columns = min(n_columns, n_images)
    n_rows = -(-n_images // n_columns)
    gap = max(height // 10, 1)
    room = height // 2 if captions is not None else gap  # below each image
    sheet = np.zeros((n_rows * (height + room), n_columns * (width + gap)), dtype=images.dtype)
    if ax is None:
        scale = 7 / sheet.shape[1]
        _, ax = plt.subplots(figsize=(7, sheet.shape[0] * scale + (0.4 if title else 0)))
    for index, image in enumerate(images):
        top, left = index // n_columns * (height + room), index % n_columns * (width + gap)
        sheet[top : top + height, left : left + width] = image
        ax.add_patch(plt.Rectangle((left - 0.5, top - 0.5), width, height, fill=False, ec="#C8C8C8", lw=0.8))
        if captions is not None:
            ax.text(
                left + width / 2, top + height + room / 2, captions[index], ha="center", va="center", size=10
            )
    ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=images.max())
    ax.set_axis_off()
    if title is not None:
        ax.set_title(title)
    return ax


def _axes(ax: Axes | None) -> Axes:
    return plt.subplots()[1] if ax is None else ax


# Read once from the style sheet, so that colours have one home.
_COLORS = [
    entry["color"]
    for entry in plt.matplotlib.rc_params_from_file(STYLE, use_default_template=False)["axes.prop_cycle"]
]
_COLORS = [color if color.startswith("#") else f"#{color}" for color in _COLORS]
