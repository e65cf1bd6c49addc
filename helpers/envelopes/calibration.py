"""Confidence against outcome: the Brier score, and the curve that shows who is too sure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from scipy.stats import binomtest

EDGES = (0, 0.2, 0.4, 0.6, 0.8, 1)


def brier_score(confidence: ArrayLike, right: ArrayLike) -> float:
    """Return the mean squared difference between confidences and outcomes.

    Parameters
    ----------
    confidence : array-like of float, shape (n,)
        From 0 to 1: how sure each answer was.
    right : array-like of bool, shape (n,)
        Whether it was right.

    Returns
    -------
    float
        From 0 (always sure and right) to 1 (always sure and wrong); "a half", said always, gets 0.25.

    Raises
    ------
    ValueError
        If the lengths differ, there is nothing, or a confidence is not from 0 to 1.

    References
    ----------
    G. W. Brier (1950). Verification of forecasts expressed in terms of probability. Monthly Weather
    Review 78.
    """
    sure, happened = _checked(confidence, right)
    return float(np.mean((sure - happened) ** 2))


def calibration_table(confidence: ArrayLike, right: ArrayLike) -> pd.DataFrame:
    """Say for each fifth of the scale how often answers of such a confidence were right.

    Parameters
    ----------
    confidence, right
        As in `brier_score`.

    Returns
    -------
    DataFrame, a row for each fifth with answers
        `answers`, their mean `confidence`, the share `right`, and its 95 % interval, `low` to `high` (Wilson
        1927). A confidence on a border belongs to the fifth above it; 1 to the last.
    """
    sure, happened = _checked(confidence, right)
    fifth = np.minimum(np.searchsorted(EDGES, sure, side="right") - 1, len(EDGES) - 2)
    rows = []
    for place in np.unique(fifth):
        own = fifth == place
        interval = binomtest(int(happened[own].sum()), int(own.sum())).proportion_ci(method="wilson")
        rows.append((own.sum(), sure[own].mean(), happened[own].mean(), interval.low, interval.high))
    names = [f"{EDGES[place]:.0%} to {EDGES[place + 1]:.0%}" for place in np.unique(fifth)]
    columns = ["answers", "confidence", "right", "low", "high"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(names, name="sure"))


def plot_calibration(
    confidence: ArrayLike, right: ArrayLike, ax: Axes | None = None, label: str | None = None, place: int = 0
) -> Axes:
    """Draw how often answers were right against how sure they were.

    Parameters
    ----------
    confidence, right
        As in `brier_score`.
    ax : Axes, optional
        Where to draw; without it, on axes of its own. Several people may share one.
    label : str, optional
        Of the legend; the Brier score is added to it.
    place : int
        Which color and marker of the course to use.

    Returns
    -------
    Axes
        A mark for each fifth of the scale, larger where it stands for more answers, with its 95 % interval;
        on the diagonal is who is as often right as they say.
    """
    from helpers.plotting import cluster_color, cluster_marker

    table = calibration_table(confidence, right)
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(5.2, 5))
    if not ax.lines:
        ax.plot([0, 1], [0, 1], ":", color="0.4", label="as often right as said")
    color = cluster_color(place)
    bars = [table["right"] - table["low"], table["high"] - table["right"]]
    ax.errorbar(table["confidence"], table["right"], bars, fmt="none", color=color, lw=1.5, capsize=3)
    told = f"Brier score {brier_score(confidence, right):.2f}"
    size = 30 + 120 * np.sqrt(table["answers"] / table["answers"].sum())
    ax.scatter(
        table["confidence"],
        table["right"],
        s=size,
        color=color,
        marker=cluster_marker(place),
        label=f"{label}: {told}" if label else told,
        zorder=3,
    )
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xlabel="how sure", ylabel="share right", aspect="equal")
    ax.legend(loc="upper left", fontsize=10)
    return ax


def _checked(confidence: ArrayLike, right: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    sure, happened = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    if sure.ndim != 1 or sure.shape != happened.shape or not len(sure):
        raise ValueError(
            "give one confidence and one outcome for each answer, at least one; got the shapes "
            f"{sure.shape} and {happened.shape}"
        )
    outside = sure[~((sure >= 0) & (sure <= 1))]
    if len(outside):
        raise ValueError(f"a confidence is a share from 0 to 1 (80 % is 0.8); got {outside[0]:g}")
    if not np.isin(happened, (0, 1)).all():
        raise ValueError("an answer was right (True) or not (False)")
    return sure, happened
