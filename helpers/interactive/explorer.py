"""What all figures to move have in common: controls, a picture and its still, and parts to draw with."""

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
import traitlets
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.spines import Spine
from PIL import Image

from ..plotting import STATIC, cluster_color, cluster_marker, png_in_few_colors

Values = dict[str, Any]
SLIDER_STYLE = {"description_width": "initial"}
SLIDER_LAYOUT = {"width": "23em"}


class Picture(anywidget.AnyWidget):
    """An image in the page with a description of it; where it is clicked or dragged comes back."""

    _esm = Path(__file__).with_name("picture.js")
    png = traitlets.Bytes().tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)
    click = traitlets.List(traitlets.Float(), default_value=[]).tag(sync=True)  # from the top left, 0 to 1
    draggable = traitlets.Bool(False).tag(sync=True)
    drag = traitlets.List(traitlets.Float(), default_value=[]).tag(sync=True)  # from where to where, likewise


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
    dragged : callable, optional
        Called with the Axes in which a drag begins and the data coordinates of both its ends; likewise.

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
        dragged: Callable[[Axes, float, float, float, float], Values] | None = None,
    ) -> None:
        self.figure, self.controls, self._draw = figure, dict(controls), draw
        self._react, self._clicked, self._dragged = react, clicked, dragged
        self._poster, self._still = poster, still
        self._busy = False
        self._first = self.values
        self._draw(**self.values)
        self._canvas = FigureCanvasAgg(figure)
        self._canvas.draw()
        figure.set_layout_engine("none")
        self._still_part = self._draw_still_part()
        self.picture = Picture(draggable=dragged is not None)
        hint += (" " if hint else "") + "By keyboard: Tab to a control, then the arrow keys."
        row = widgets.HBox(list(self.controls.values()), layout={"flex_flow": "row wrap"})
        super().__init__([row, widgets.HTML(hint), self.picture])
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._moved(name), names="value")
        self.picture.observe(self._on_pointer, names=["click", "drag"])
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

    def _on_pointer(self, change: Any) -> None:
        react = self._clicked if change["name"] == "click" else self._dragged
        if react is None or not change["new"]:
            return
        ends = np.reshape(change["new"], (-1, 2)) * [1, -1] + [0, 1]  # from the bottom left
        ends = ends * self.figure.bbox.size
        for ax in self.figure.axes:
            if ax.bbox.contains(*ends[0]):
                self.set(**react(ax, *ax.transData.inverted().transform(ends).ravel()))

    def frame(self, **values: Any) -> tuple[np.ndarray, str]:
        """Return the picture for these values, shape (height, width, 3), and what it shows.

        The controls stay where they are; whoever shows the figure afterwards calls `show`.
        """
        text = self._draw(**values)
        return self._pixels(), text

    def poster(self) -> tuple[np.ndarray, str]:
        """Return the pictures that carry the point, one above the other, and their descriptions."""
        sheets, texts = [], []
        for state in self._poster:
            pixels, text = self.frame(**(self._first | dict(state)))
            texts.append(text)
            lines = textwrap.wrap(texts[-1], 115)
            caption = Figure(figsize=(self.figure.get_figwidth(), 0.3 + 0.2 * len(lines)), layout="none")
            FigureCanvasAgg(caption)
            caption.text(0.01, 0.45, "\n".join(lines), va="center")
            caption.canvas.draw()
            sheets += [np.array(caption.canvas.buffer_rgba())[..., :3], pixels]
        self._draw(**self.values)
        return np.vstack(sheets), " ".join(texts)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        pixels, text = self.poster()
        image = f"image/{self._still}"
        stored = os.environ.get(STATIC)
        if stored and self._still == "png":
            still = png_in_few_colors(Image.fromarray(pixels))
        else:
            still = _encode(pixels, self._still, optimize=True)
        bundle = {image: still, "text/plain": text}
        if not stored:
            bundle |= {k: v for k, v in super()._repr_mimebundle_(**kwargs).items() if k not in bundle}
        return bundle, {image: {"alt": text}}  # where nbconvert looks for alternative text


class Points:
    """Points in one collection, each with the colour and marker of its cluster: quick to change."""

    def __init__(self, ax: Axes, size: float) -> None:
        self.collection = ax.scatter([], [], s=size)

    def show(self, X: np.ndarray, labels: np.ndarray, hollow: np.ndarray | None = None) -> None:
        """Put the points at X; noise and what is `hollow` has an edge only."""
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


def new_figure(widths: Sequence[float], height: float, heights: Sequence[float] = (1,)) -> tuple[Figure, Any]:
    """Return a figure as wide as the page and its Axes, in columns and rows of these relative sizes."""
    figure = Figure(figsize=(9.8, height), layout="constrained")
    shape = {"width_ratios": widths, "height_ratios": heights}
    return figure, figure.subplots(len(heights), len(widths), **shape)


def frame_points(
    ax: Axes, X: np.ndarray, names: Sequence[str] = ("feature 1", "feature 2"), equal: bool = True
) -> None:
    """Fix the limits around the points, whatever is drawn later."""
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.05 * (high - low)
    ax.set(xlim=(low[0] - margin[0], high[0] + margin[0]), ylim=(low[1] - margin[1], high[1] + margin[1]))
    ax.set(xlabel=names[0], ylabel=names[1], autoscale_on=False)
    if equal:
        ax.set_aspect("equal", adjustable="box")


def slider(name: str, low: float, high: float, step: float, value: float) -> Any:
    """Return a slider; one of whole numbers if its step is an int."""
    kind = widgets.IntSlider if isinstance(step, int) else widgets.FloatSlider
    return kind(
        min=low, max=high, step=step, value=value, description=name, style=SLIDER_STYLE, layout=SLIDER_LAYOUT
    )


def name_step(step: int, end: int) -> str:
    """Say in words how far a run of `end` steps has come."""
    plural = "s" if end != 1 else ""
    return f"step {step} of {end}" if step < end else f"the end, after {end} step{plural}"


def cluster_sizes(labels: np.ndarray, n_clusters: int | None = None) -> str:
    """Say in words how many clusters there are, and how large.

    From large to small; where the number of clusters is given, by cluster, the empty ones too.
    """
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
