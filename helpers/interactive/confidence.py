"""What it costs to say more, or less, than one knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets
import numpy as np

from .explorer import SLIDER_LAYOUT, SLIDER_STYLE, Explorer, new_figure

SHARES = tuple(range(0, 101, 10))
POWERS = (1, 2, 3, 4)


def explore_confidence(
    expected: Callable[[float, float, float], float],
    shares: Sequence[int] = SHARES,
    powers: Sequence[float] = POWERS,
) -> Explorer:
    """Move how often you are right, how sure you say you are, and the rule; see the score to expect.

    Parameters
    ----------
    expected : callable
        `expected(knows, says, power)`, all numbers, returns the score that who is right in a share `knows` of
        all answers can expect if they say `says`; the rule is the difference to this power, less is better.
    shares : sequence of int
        Percentages for both sliders, increasing; the figure begins with 60 in both, or the nearest.
    powers : sequence of float
        The rules, increasing; the figure begins with 1, or the nearest.

    Returns
    -------
    Explorer
    """
    figure, (ax, bar_ax) = new_figure((1.6, 1), 4.0)
    fine = np.linspace(0, 1, 201)
    (curve,) = ax.plot([], [], "k-", lw=2)
    honest = ax.axvline(0, color="0.4", ls=":", lw=1.5)
    (best,) = ax.plot([], [], "v", color="black", ms=9, mfc="white", zorder=3)
    (here,) = ax.plot([], [], "o", color="black", ms=9, zorder=3)
    ax.set(
        xlim=(-4, 104),
        ylim=(0, 1.02),
        xlabel="you say, in percent",
        ylabel="score to expect (less is better)",
    )
    shown = {"what you know": honest, "least": best, "what you say": here}
    ax.legend(shown.values(), shown, fontsize=10, loc="upper center", framealpha=1, edgecolor="white")
    bars = [bar_ax.bar(place, 0, color=shade, width=0.6)[0] for place, shade in ((0, "0.6"), (1, "0.3"))]
    bar_ax.set(xlim=(-0.6, 1.6), ylim=(0, 1.02), xticks=[0, 1], xticklabels=["when right", "when wrong"])
    bar_ax.set_ylabel("where the score comes from")

    def draw(knows: int, says: int, power: float) -> str:
        known, said = knows / 100, says / 100
        scores = np.array([expected(known, share, power) for share in fine])
        curve.set_data(100 * fine, scores)
        honest.set_xdata([knows, knows])
        least = fine[scores.argmin()]
        best.set_data([100 * least], [scores.min() + 0.03])
        now = expected(known, said, power)
        here.set_data([says], [now])
        parts = known * expected(1, said, power), (1 - known) * expected(0, said, power)
        for bar, part in zip(bars, parts, strict=True):
            bar.set_height(part)
        everywhere = scores.max() - scores.min() < 1e-9
        where = "all confidences score the same" if everywhere else f"least for who says {least:.0%}"
        return (
            f"Right in {knows} of 100, says {says} %, differences to the power {power:g}: a score of "
            f"{now:.2f} to "
            f"expect; {where} ({scores.min():.2f})."
        )

    def slider(options: Sequence[float], name: str, first: float, unit: str = "") -> widgets.SelectionSlider:
        nearest = min(options, key=lambda option: abs(option - first))
        return widgets.SelectionSlider(
            options=[(f"{value:g}{unit}", value) for value in options],
            value=nearest,
            description=name,
            style=SLIDER_STYLE,
            layout=SLIDER_LAYOUT,
        )

    controls = {
        "knows": slider(shares, "right in 100", 60),
        "says": slider(shares, "you say", 60, " %"),
        "power": slider(powers, "power", 1),
    }
    return Explorer(figure, controls, draw, poster=[{}, {"power": 2}, {"power": 4}])
