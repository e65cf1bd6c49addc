"""Rows, pieces and workers: what a pass over a table is spent on, and where more workers stop to help."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import ipywidgets as widgets
import numpy as np

from .explorer import SLIDER_LAYOUT, SLIDER_STYLE, Explorer, new_figure

ROWS = (1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000)
PIECE_ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
WORKERS = (1, 2, 5, 10, 20, 50, 100, 200, 1000)
SHADES = ("0.25", "0.5", "0.72")
STYLES = ("-", "--", "-.")


def seconds_text(seconds: float) -> str:
    """Return a time in seconds, rounded for people."""
    return f"{seconds:,.0f} s" if seconds >= 10 else f"{seconds:.2g} s"


def explore_scaling(
    forecast: Callable[[int, int, int], Mapping[str, float]],
    rows: Sequence[int] = ROWS,
    piece_rows: Sequence[int] = PIECE_ROWS,
    workers: Sequence[int] = WORKERS,
) -> Explorer:
    """Move the rows, the rows of a piece and the workers; see what a pass takes, and what for.

    Parameters
    ----------
    forecast : callable
        `forecast(rows, pieces, workers)` returns the seconds of a pass by what they are spent on, two or
        three names; the first is what the workers share.
    rows, piece_rows, workers : sequences of int
        The values of the controls, increasing; the figure begins with the second of `rows` and `workers` and
        the first of `piece_rows`.

    Returns
    -------
    Explorer
    """
    figure, (ax, bar_ax) = new_figure((1.5, 1), 4.2)
    parts = list(forecast(rows[0], 1, 1))
    lines = {
        name: ax.plot([], [], style, lw=1.5, color=shade)[0]
        for name, style, shade in zip(parts, STYLES, SHADES, strict=False)
    }
    (ideal,) = ax.plot([], [], ":", color="0.5")
    (whole,) = ax.plot([], [], "k-", lw=2.5)
    (here,) = ax.plot([], [], "o", color="black", ms=9)
    ax.set(xscale="log", yscale="log", xlim=(workers[0] * 0.8, workers[-1] * 1.25), ylim=(1e-2, 1e5))
    ax.set(xlabel="workers", ylabel="seconds of a pass")
    bars = [bar_ax.barh(0, 0, color=shade, height=0.5)[0] for shade in SHADES[: len(parts)]]
    names = [bar_ax.text(0, 0.32, name, fontsize=10, ha="center", va="bottom") for name in parts]
    bar_ax.set(xlim=(0, 1), ylim=(-1.4, 0.6), yticks=[], xticks=[0, 0.5, 1])
    bar_ax.set_xlabel("share of the pass")
    shown = {"all, one after the other": whole, "if all were shared": ideal, **lines}
    bar_ax.legend(shown.values(), shown, fontsize=10, loc="lower left", frameon=False)

    def draw(rows: int, piece: int, workers_now: int) -> str:
        pieces = max(1, rows // piece)
        seconds = {w: forecast(rows, pieces, w) for w in workers}
        for name, line in lines.items():
            line.set_data(workers, [max(seconds[w][name], 1e-6) for w in workers])
        total = {w: sum(seconds[w].values()) for w in workers}
        whole.set_data(workers, list(total.values()))
        ideal.set_data(workers, total[workers[0]] * workers[0] / np.array(workers))
        here.set_data([workers_now], [total[workers_now]])
        left = 0.0
        for name, bar, text in zip(parts, bars, names, strict=True):
            share = seconds[workers_now][name] / total[workers_now]
            bar.set_x(left)
            bar.set_width(share)
            text.set_position((left + share / 2, 0.32))
            text.set_visible(share > 0.15)  # room for a word
            left += share
        spent = ", ".join(f"{name} {seconds_text(seconds[workers_now][name])}" for name in parts)
        faster = total[workers[0]] / total[workers_now]
        return (
            f"{rows:,} rows in {pieces:,} piece{'s' * (pieces > 1)} on {workers_now:,} "
            f"worker{'s' * (workers_now > 1)}: {seconds_text(total[workers_now])} a pass "
            f"({spent}); {faster:.1f} times as fast as one worker."
        )

    def slider(options: Sequence[int], name: str, first: int) -> widgets.SelectionSlider:
        shown = [(f"{value:,}", value) for value in options]
        return widgets.SelectionSlider(
            options=shown, value=options[first], description=name, style=SLIDER_STYLE, layout=SLIDER_LAYOUT
        )

    controls = {
        "workers_now": slider(workers, "workers", 1),
        "rows": slider(rows, "rows", 1),
        "piece": slider(piece_rows, "rows of a piece", 0),
    }
    most = {"rows": rows[-1], "workers_now": workers[-1]}
    return Explorer(figure, controls, draw, poster=[{}, most, most | {"piece": piece_rows[-1]}])
