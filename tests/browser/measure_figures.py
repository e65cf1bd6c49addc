"""Measure what a figure asks of its reader's eyes: text size, text contrast, and meaning by colour alone.

The kernels that the browser tests start call `record`: every figure that they show is measured then.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text


def luminance(color: Any) -> float:
    """Return the relative luminance (WCAG 2.2) of a Matplotlib colour, from 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Any, other: Any) -> float:
    """Return the contrast ratio (WCAG 2.2) of two colours, from 1 to 21."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def measure(figure: Figure) -> dict[str, Any]:
    """Return the smallest text (points), the lowest contrast of text, and what differs by colour alone.

    Up to seven groups in one panel: there are no more markers that can be told apart at a glance.
    """
    found = _behind_texts(figure)
    ratios = {
        contrast(text.get_color(), color): text.get_text() for text, color in found if color is not None
    }
    alike = []
    for ax in figure.axes:
        looks: dict[Any, set[Any]] = {}
        for artist in [*ax.lines, *ax.collections]:
            label = str(artist.get_label())
            if label.startswith("_"):
                continue
            if isinstance(artist, PathCollection):
                paths, faces = artist.get_paths(), artist.get_facecolor()
                look, color = ("points", paths[0].vertices.round(3).tobytes()), tuple(map(tuple, faces))
            elif artist in ax.lines:
                look = ("line", str(artist.get_linestyle()), str(artist.get_marker()))
                color = to_rgb(artist.get_color())
            else:
                continue
            looks.setdefault(look, set()).add(color)
        if sum(map(len, looks.values())) <= 7:
            alike += [f"{ax.get_title(loc='left')}: {len(c)} {k[0]}" for k, c in looks.items() if len(c) > 1]
    return {
        "smallest": min((text.get_fontsize() for text, _ in found), default=None),
        "contrast": min(ratios, default=None),
        "faintest": ratios[min(ratios)] if ratios else None,
        "by_colour_alone": alike,
    }


def _behind_texts(figure: Figure) -> list[tuple[Text, Any]]:
    """Draw the figure without its texts; return each text with the median colour of its place, if any.

    Only texts that a drawing asks for: not those of an axis that is switched off.
    """
    texts, draw = [], Text.draw

    def tell_and_draw_its_box(text: Text, *args: Any, **kwargs: Any) -> None:
        if text.get_visible() and text.get_text().strip():
            texts.append(text)
        alpha = text.get_alpha()
        text.set_alpha(0)
        draw(text, *args, **kwargs)
        text.set_alpha(alpha)

    shown_by = figure.canvas
    canvas = FigureCanvasAgg(figure)
    with patch.object(Text, "draw", tell_and_draw_its_box):
        canvas.draw()
    pixels = np.array(canvas.buffer_rgba())[::-1, :, :3] / 255
    found = []
    for text in texts:
        box = text.get_window_extent(canvas.get_renderer())
        left, bottom, right, top = (max(int(edge), 0) for edge in (box.x0, box.y0, box.x1 + 1, box.y1 + 1))
        place = pixels[bottom:top, left:right].reshape(-1, 3)
        found.append((text, np.median(place, axis=0) if len(place) else None))  # None: outside the figure
    figure.set_canvas(shown_by)
    return found


def record() -> None:
    """Measure every figure from now on; add a line of JSON to the file that COURSE_FIGURES names."""
    show, file = FigureCanvasBase.print_figure, Path(os.environ["COURSE_FIGURES"])

    def print_figure(self: Any, *args: Any, **kwargs: Any) -> Any:
        shown = show(self, *args, **kwargs)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(measure(self.figure)) + "\n")
        return shown

    FigureCanvasBase.print_figure = print_figure
