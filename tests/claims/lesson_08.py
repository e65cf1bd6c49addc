"""Attempts to break the claims of lesson 08."""

from __future__ import annotations

from functools import cache

import numpy as np
from challenge import claim
from draws import seed
from lesson_code import taught
from matplotlib.cbook import get_sample_data
from PIL import Image
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.datasets import load_sample_image

LESSON = taught("08_image_compression")
SMALLER = Image.Resampling.LANCZOS


@cache
def photos():
    """Three photos that are installed with the course: a pavilion, a flower, a portrait."""
    portrait = np.asarray(Image.open(get_sample_data("grace_hopper.jpg")).convert("RGB"))
    return [load_sample_image("china.jpg"), load_sample_image("flower.jpg"), portrait]


def photo(rng, width=240, height=180, reduce=None):
    """A crop of one of the photos, as it is or reduced to half its size, at times mirrored.

    At half the size little is left of what JPEG has done to these photos before.
    """
    whole = photos()[rng.integers(3)]
    factor = reduce or int(rng.integers(1, 3))
    width, height = factor * width, factor * height
    top = rng.integers(whole.shape[0] - height + 1)
    left = rng.integers(whole.shape[1] - width + 1)
    crop = whole[top : top + height, left : left + width]
    crop = np.asarray(Image.fromarray(crop).resize((width // factor, height // factor), SMALLER))
    return crop[:, :: rng.choice([-1, 1])].copy()


def quality(image, palette, labels):
    return LESSON["psnr"](image, LESSON["paint"](palette, labels, image.shape))


def on_all(image, k, rng, n_init=1, space=None, **options):
    """K-means on all pixels: the palette and the labels."""
    points = (image if space is None else space).reshape(-1, 3).astype(float)
    found = KMeans(k, n_init=n_init, random_state=seed(rng), **options).fit(points)
    return found.cluster_centers_, found.labels_


@claim(
    "08-round",
    "Cutting off the centers to whole numbers loses more than rounding them",
    "How do you paint with 25 colours?",
    false={"whole": True},
)
def rounding(rng, whole=False):
    image = photo(rng)
    palette, labels = on_all(image, int(rng.integers(4, 65)), rng)
    palette = np.rint(palette) if whole else palette
    cut = palette.astype(np.uint8)[labels].reshape(image.shape)
    return LESSON["psnr"](image, cut) < quality(image, palette, labels)


@claim(
    "08-darker",
    "A photo made ten steps darker usually has a worse PSNR and a better SSIM than the photo in 25 colours",
    "How good is it?",
    false={"steps": 3},
)
def darker(rng, steps=10):
    image = photo(rng)
    grey, ssim, psnr = LESSON["grey"], LESSON["ssim"], LESSON["psnr"]
    few = LESSON["paint"](*on_all(image, 25, rng), image.shape)
    dark = image - np.minimum(image, steps).astype(np.uint8)
    ours, theirs = (ssim(grey(image), grey(other)) for other in (few, dark))
    return psnr(image, dark) < psnr(image, few) and theirs > ours


@claim(
    "08-sample",
    "From a sample of 300 pixels for each colour k-means loses less than 0.2 decibels, of a large photo as "
    "of a small one, because it is their number for each colour that counts",
    "How do you make it fast?",
    without={"each": 20},
)
def sampling(rng, each=300):
    width = int(rng.integers(160, 300))
    image, k = photo(rng, width, width * 2 // 3, reduce=1), int(rng.integers(8, 33))
    pixels = image.reshape(-1, 3)
    best = quality(image, *on_all(image, k, rng, n_init=3))
    few = LESSON["fast_palette"](pixels, k, n_init=3, most=each * k, seed=seed(rng))
    return best - quality(image, *few) < 0.2


@claim(
    "08-weights",
    "K-means on boxes of 5 or 6 bits without their weights is worse by a decibel or more, because a rare "
    "colour then counts as much as a frequent one",
    "How do you make it fast?",
    without={"weighted": True},
)
def weights(rng, weighted=False):
    image, k = photo(rng), int(rng.integers(8, 33))
    box, colors, counts = LESSON["boxes"](image.reshape(-1, 3), int(rng.integers(5, 7)))
    found = KMeans(k, n_init=2, random_state=seed(rng))
    found.fit(colors, sample_weight=counts if weighted else None)
    best = quality(image, *on_all(image, k, rng, n_init=2))
    return best - quality(image, found.cluster_centers_, found.labels_[box]) >= 1


@claim(
    "08-starts",
    "For 64 colours one start is within 0.15 decibels of the best of ten, because k-means++ spreads it",
    "The race",
    without={"init": "random"},
)
def starts(rng, init="k-means++"):
    image = photo(rng, 150, 112)
    one = quality(image, *on_all(image, 64, rng, init=init))
    return quality(image, *on_all(image, 64, rng, n_init=10)) - one <= 0.15


@claim(
    "08-batches",
    "Mini-batch k-means with the library's settings usually ends lower than k-means on 20,000 of the pixels, "
    "one start each",
    "The race",
    false={"most": 100},
)
def batches(rng, most=20_000):
    image = photo(rng, 300, 220, reduce=1)
    pixels = image.reshape(-1, 3)
    found = MiniBatchKMeans(25, random_state=seed(rng)).fit(pixels.astype(float))
    few = LESSON["fast_palette"](pixels, 25, most=most, seed=seed(rng))
    return quality(image, *few) > quality(image, found.cluster_centers_, found.labels_)


@claim(
    "08-doubling",
    "From 16 to 64 colours a doubling brings 1.5 to 3.5 decibels, because the colours of a photo fill three "
    "dimensions",
    "How many colours are enough?",
    without={"grey": True},
)
def doubling(rng, grey=False):
    image = photo(rng)
    if grey:
        image = np.repeat(LESSON["grey"](image)[..., None], 3, axis=-1)
    steps = [quality_of_real(image, *on_all(image, k, rng)) for k in (16, 32, 64)]
    return all(1.5 <= gain <= 3.5 for gain in np.diff(steps))


def quality_of_real(image, palette, labels):
    """PSNR without rounding: a grey photo in 64 colours is near the limit of whole numbers."""
    return LESSON["psnr"](image, palette[labels].reshape(image.shape))


@claim(
    "08-lab",
    "Cut in CIELAB a photo has the lower PSNR and the better mean Delta-E, cut in RGB the other way round",
    "Whose distance?",
    false={"both": True},
)
def lab(rng, both=False):
    image, k = photo(rng), int(rng.integers(8, 65))
    in_lab = LESSON["to_lab"](image)
    found = []
    for space in (in_lab if both else None, in_lab):
        labels = on_all(image, k, rng, space=space)[1]
        counts = np.bincount(labels, minlength=k)
        channels = [np.bincount(labels, weights=c, minlength=k) / counts for c in image.reshape(-1, 3).T]
        found.append(LESSON["paint"](np.stack(channels, axis=1), labels, image.shape))
    decibels = [LESSON["psnr"](image, other) for other in found]
    eyes = [LESSON["delta_e"](image, other).mean() for other in found]
    return decibels[0] > decibels[1] + 0.2 and eyes[0] > eyes[1]


@claim(
    "08-jpeg",
    "At the bytes of a palette of 8 to 32 colours in lossless WebP, JPEG has the higher PSNR, because it is "
    "a photo",
    "Is a palette any good against JPEG?",
    without={"drawn": True},
)
def jpeg(rng, drawn=False):
    image = photo(rng, reduce=2)
    if drawn:
        image = drawing(rng)
    k = int(rng.choice([8, 16, 32]))
    palette, labels = LESSON["fast_palette"](image.reshape(-1, 3), k, seed=seed(rng))
    painted = LESSON["paint"](palette, labels, image.shape)
    size = LESSON["webp"](painted) / 1000
    curves = [LESSON["jpeg_curve"](image, kind) for kind in ("4:2:0", "4:4:4")]
    rivals = [np.interp(size, *curve.T) for curve in curves if curve[0, 0] <= size]
    return max(rivals, default=0) > LESSON["psnr"](image, painted)


def drawing(rng):
    """Rings and lines in flat colours on white."""
    image = np.full((180, 240, 3), 255, dtype=np.uint8)
    down, across = np.mgrid[:180, :240]
    for _ in range(6):
        ring = np.hypot(down - rng.integers(180), across - rng.integers(240)) - rng.integers(20, 80)
        image[np.abs(ring) < rng.integers(2, 8)] = rng.integers(256, size=3)
    return image


@claim(
    "08-bent",
    "A spot of 9 in 43,200 pixels, of a colour that nothing else is near, usually comes out of 16 colours "
    "off by three times the average error or more, because it is small",
    "When it fails",
    without={"side": 60},
)
def bent(rng, side=3):
    image = photo(rng)
    top, left = rng.integers(180 - side), rng.integers(240 - side)
    strong = np.array([[230, 30, 30], [30, 230, 30], [30, 30, 230], [230, 30, 230], [30, 230, 230]])
    far = [np.abs(image.reshape(-1, 3) - color.astype(int)).sum(axis=1).min() for color in strong]
    image[top : top + side, left : left + side] = strong[np.argmax(far)]
    palette, labels = LESSON["fast_palette"](image.reshape(-1, 3), 16, seed=seed(rng))
    wrong = (LESSON["paint"](palette, labels, image.shape).astype(float) - image) ** 2
    spot = wrong[top : top + side, left : left + side].mean()
    return spot >= 9 * wrong.mean()


def from_afar(image, other):
    return LESSON["psnr"](LESSON["from_afar"](image), LESSON["from_afar"](other))


@claim(
    "08-afar",
    "With the same 16 colours or more a dithered photo is worse close up and better from afar",
    "When it fails",
    false={"swapped": True},
)
def afar(rng, swapped=False):
    image, k = photo(rng), int(rng.choice([16, 32, 64]))
    palette, labels = LESSON["fast_palette"](image.reshape(-1, 3), k, seed=seed(rng))
    flat = LESSON["paint"](palette, labels, image.shape)
    dots = np.asarray(LESSON["dither"](image, palette).convert("RGB"))
    flat, dots = (dots, flat) if swapped else (flat, dots)
    return LESSON["psnr"](image, dots) < LESSON["psnr"](image, flat) and from_afar(image, dots) > from_afar(
        image, flat
    )


@claim(
    "08-dots",
    "The dots cost bytes: dithered with the same 8 to 64 colours, a photo is larger in lossless WebP",
    "When it fails",
    false={"swapped": True},
)
def dots(rng, swapped=False):
    image, k = photo(rng), int(rng.choice([8, 16, 32, 64]))
    palette, labels = LESSON["fast_palette"](image.reshape(-1, 3), k, seed=seed(rng))
    flat = LESSON["webp"](LESSON["paint"](palette, labels, image.shape))
    dithered = LESSON["webp"](np.asarray(LESSON["dither"](image, palette).convert("RGB")))
    return flat > dithered if swapped else dithered > flat
