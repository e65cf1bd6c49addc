"""The number of colours of a photo, with what it costs in bytes and in likeness."""

from __future__ import annotations

import math
from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
import pandas as pd

from .explorer import SLIDER_LAYOUT, SLIDER_STYLE, Explorer, new_figure


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
    height, width = photo.shape[:2]
    step = max(math.ceil(height / 330), math.ceil(width / 380))  # what is shown fits into 330 by 380 pixels
    figure, (before, after, curve) = new_figure((1.25, 1.25, 1), 3.0)
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

    slider = widgets.SelectionSlider(
        options=ks, value=ks[0], description="k", style=SLIDER_STYLE, layout=SLIDER_LAYOUT
    )
    poster = [{"k": k} for k in dict.fromkeys((ks[len(ks) // 4], ks[len(ks) // 2], ks[-1]))]
    return Explorer(figure, {"k": slider}, draw, poster=poster, still="jpeg")
