"""A map of known data: which perplexity, which start, and what of the data is still to be seen on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import ipywidgets as widgets
import numpy as np

from .explorer import SLIDER_LAYOUT, SLIDER_STYLE, Explorer, Points, new_figure

PERPLEXITIES = (2, 5, 10, 20, 30, 45)
STARTS = ("the principal components", "random, seed 1", "random, seed 2")


def explore_map(
    worlds: Mapping[str, tuple[np.ndarray, np.ndarray]],
    tsne: Callable[..., np.ndarray],
    islands: Callable[[np.ndarray], int],
) -> Explorer:
    """Move the perplexity and the start of a t-SNE map; see it beside the data that it is of.

    Parameters
    ----------
    worlds : dict of pairs of ndarrays, shapes (n_samples, n_features) and (n_samples,)
        Named data: the points, and the true group of each.
    tsne : callable
        `tsne(X, perplexity, n_steps, start=None)` returns the places of a map, shape (n_samples, 2), as in
        lesson 11; without a start it begins with the principal components.
    islands : callable
        `islands(places)` returns how many islands there are on a map.

    Returns
    -------
    Explorer

    Notes
    -----
    A map is drawn when it is first asked for, and kept. Both pictures are scaled to the same frame: a map has
    no unit. The picture of the data keeps their shape.
    """
    figure, (data, map_) = new_figure((1, 1), 4.4)
    data.set_title("The data: first two components", y=1.0)  # a place of its own: see palette.py
    map_.set_title("The map", y=1.0)
    for ax in (data, map_):
        ax.set(xlim=(-1.08, 1.08), ylim=(-1.08, 1.08), xticks=[], yticks=[], aspect="equal")
    shown = Points(data, 18), Points(map_, 18)

    @cache
    def plane(name: str) -> np.ndarray:
        X = worlds[name][0]
        axes = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2]
        return _framed((X - X.mean(axis=0)) @ axes[:2].T)

    @cache
    def places(name: str, perplexity: int, start: str) -> np.ndarray:
        X = worlds[name][0]
        if start == STARTS[0]:
            return tsne(X, perplexity, 500)
        rng = np.random.default_rng(STARTS.index(start))
        return tsne(X, perplexity, 500, start=1e-4 * rng.normal(size=(len(X), 2)))

    def draw(data: str, perplexity: int, start: str) -> str:
        groups = worlds[data][1]
        found = places(data, perplexity, start)
        shown[0].show(plane(data), groups)
        shown[1].show(_framed(found), groups)
        count, n_groups = islands(found), len(set(groups))
        text = (
            f"{data[0].upper()}{data[1:]}, perplexity {perplexity}, start: {start}. The data have "
            f"{n_groups} group{'s' if n_groups > 1 else ''}, the map has "
            f"{count or 'no'} island{'s' if count != 1 else ''}."
        )
        if n_groups == 3:
            (width, gap), (width_there, gap_there) = _ratios(worlds[data][0], groups), _ratios(found, groups)
            text += (
                f" Width of the first group, as a multiple of the second's: {width:.1f} in the data, "
                f"{width_there:.1f} on the map. Second gap, as a multiple of the first: {gap:.1f} and "
                f"{gap_there:.1f}."
            )
        return text

    names = list(worlds)
    controls = {
        "data": widgets.Dropdown(options=names, description="data", layout={"width": "20em"}),
        "perplexity": widgets.SelectionSlider(
            options=PERPLEXITIES,
            value=PERPLEXITIES[1],
            description="perplexity",
            style=SLIDER_STYLE,
            layout=SLIDER_LAYOUT,
        ),
        "start": widgets.Dropdown(options=STARTS, description="start", layout={"width": "20em"}),
    }
    poster = [{}, *({"data": name, "perplexity": 30} for name in names[-2:])]
    hint = "A map that is asked for the first time takes a moment."
    return Explorer(figure, controls, draw, poster=poster, hint=hint)


def _framed(places: np.ndarray) -> np.ndarray:
    """Shift and scale points into a square from -1 to 1, both axes alike."""
    low, high = places.min(axis=0), places.max(axis=0)
    return (places - (low + high) / 2) / ((high - low).max() / 2)


def _ratios(points: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """Return the width of the first group as a multiple of the second's, and the second gap of the first."""
    own = [points[groups == group] for group in (0, 1, 2)]
    width = [np.sqrt(part.var(axis=0).sum()) for part in own]
    gaps = np.linalg.norm(np.diff([part.mean(axis=0) for part in own], axis=0), axis=1)
    return width[0] / width[1], gaps[1] / gaps[0]
