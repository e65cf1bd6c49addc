"""Each interactive figure: every control changes it, the axes stay, it says what it shows; and its still."""

from __future__ import annotations

import io
import itertools
import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from lesson_code import taught
from matplotlib.axes import Axes
from matplotlib.text import Text
from PIL import Image
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score, silhouette_score

from helpers.interactive import (
    OWN,
    cut_tree,
    explore_dbscan,
    explore_em,
    explore_k,
    explore_kmeans,
    explore_palette,
    explore_tree,
)

sys.path.append(str(ROOT / "tests" / "browser"))
from measure_figures import measure

from helpers.plotting import STYLE

CORNERS = [[0, 0], [6, 0], [0, 6], [6, 6]]
BLOBS = make_blobs(120, centers=CORNERS, cluster_std=0.8, random_state=0)[0]
MOONS = make_moons(80, noise=0.05, random_state=0)[0]
STARTS = {"corner": [[-1, 0], [0, 1], [1, 0], [0, -1]], "stuck": [[-1, 0], [1, 0], [6, 0], [3, 6]]}
IMAGES = {k: np.full((60, 90, 3), 255 - 10 * k, dtype=np.uint8) for k in (2, 4, 8)}
TABLE = pd.DataFrame(
    {
        "PSNR (dB)": [20, 25, 31],
        "SSIM": [0.8, 0.9, 0.95],
        "bits a pixel": [1, 2, 3],
        "palette PNG (kB)": [2, 5, 9],
    },
    index=[2, 4, 8],
)


def fit(X, k):
    return KMeans(k, n_init=3, random_state=0).fit_predict(X)


def make(kind):
    if kind == "tree":
        return explore_tree({"moons": 3 * MOONS, "blobs": BLOBS})
    if kind == "kmeans":
        return explore_kmeans(BLOBS, taught("03_centroid")["lloyd"], {"right": CORNERS, **STARTS})
    if kind == "dbscan":
        return explore_dbscan(MOONS, taught("04_density")["dbscan"], eps=0.3, min_samples=4)
    if kind == "em":
        lesson = taught("05_distribution")
        return explore_em(BLOBS, lesson["em"], lesson["e_step"], {"right": CORNERS, **STARTS})
    if kind == "palette":
        return explore_palette(IMAGES[2] // 2, IMAGES, TABLE)
    return explore_k(BLOBS, fit, range(2, 7), BLOBS, ("x", "y"))


@pytest.fixture(autouse=True)
def _style():
    with plt.style.context(STYLE):
        yield


KINDS = ("tree", "kmeans", "dbscan", "em", "palette", "k")
each_kind = pytest.mark.parametrize("kind", KINDS)


def values_of(control):
    """Return some values of a control: all choices, or the ends and the middle of a slider."""
    if hasattr(control, "options"):
        return [value for _, value in control._options_full]
    return [control.min, (control.min + control.max) / 2, control.max]


def frame(ax: Axes):
    return (*ax.get_xlim(), *ax.get_ylim(), *ax.get_position().bounds)


@each_kind
def test_every_control_changes_picture_and_line_and_no_axis(kind):
    figure = make(kind)
    before = [frame(ax) for ax in figure.figure.axes]
    for control in figure.controls.values():
        seen = set()
        for value in values_of(control):
            control.value = int(value) if isinstance(control.value, int) else value
            seen.add((figure.picture.png, figure.text))
            assert [frame(ax) for ax in figure.figure.axes] == before
        assert len({png for png, _ in seen}) > 1
        assert len({text for _, text in seen}) > 1


@each_kind
def test_the_same_values_give_the_same_picture(kind):
    figure = make(kind)
    first = figure.picture.png
    slider = list(figure.controls.values())[-1]
    here = slider.value
    other = next(v for v in values_of(slider) if v != here)
    slider.value = int(other) if isinstance(here, int) else other
    assert figure.picture.png != first
    slider.value = here
    assert figure.picture.png == first


@each_kind
def test_without_a_kernel_there_is_a_still_picture_with_its_description(kind, monkeypatch):
    figure = make(kind)
    first = figure.picture.png
    data, _ = figure._repr_mimebundle_()
    (image,) = (value for key, value in data.items() if key.startswith("image/"))
    width, height = Image.open(io.BytesIO(image)).size
    assert width <= 960
    assert height > 1.5 * figure.figure.bbox.height  # several states of the figure
    assert len(data["text/plain"]) > 60
    assert set(data) == {"text/plain", *(key for key in data if key.startswith("image/"))}
    monkeypatch.delenv("CLUSTERING_COURSE_STATIC")
    alive, _ = figure._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in alive
    assert alive["text/plain"] == data["text/plain"]
    figure.show()
    assert figure.picture.png == first, "making the still leaves the figure as it was"


@each_kind
def test_text_is_large_and_dark_and_nothing_differs_by_colour_alone(kind):
    measured = measure(make(kind).figure)
    assert measured["smallest"] >= 10
    assert measured["contrast"] >= 4.5
    assert measured["by_colour_alone"] == []


@each_kind
def test_all_text_is_inside_the_picture(kind):
    figure = make(kind)
    texts = [a for a in figure._contents() if isinstance(a, Text) and a.get_text()]
    assert texts or kind in ("tree", "dbscan")
    for text in texts:
        box = text.get_window_extent(figure._canvas.get_renderer())
        assert figure.figure.bbox.contains(box.x0, box.y0), text
        assert figure.figure.bbox.contains(box.x1, box.y1), text


def test_clusters_keep_their_marker_without_colour(monkeypatch):
    """Labellings that differ only in which cluster is which are told apart in a picture without colours."""
    monkeypatch.setattr("helpers.interactive.cluster_color", lambda label: "#333333")
    figure = make("tree")
    pictures = set()
    for cut in (1.0, 0.6, 0.3):
        figure.controls["cut"].value = cut
        pixels = figure._pixels()
        assert (np.ptp(pixels.astype(int), axis=2) < 3).all(), "some colour is left"
        pictures.add(pixels[:, : pixels.shape[1] // 2 - 40].tobytes())  # the points alone, without the line
    assert len(pictures) == 3


@pytest.mark.parametrize("method", ["single", "complete", "average", "ward"])
@pytest.mark.parametrize("n_clusters", [1, 2, 3, 10, 80])
def test_cut_tree_gives_scipys_clusters(method, n_clusters):
    tree = linkage(MOONS, method)
    assert adjusted_rand_score(fcluster(tree, n_clusters, "maxclust"), cut_tree(tree, n_clusters)) == 1
    assert set(cut_tree(tree, n_clusters)) == set(range(n_clusters))


def test_cut_tree_keeps_numbers_when_the_cut_moves():
    tree = linkage(BLOBS, "average")
    for k in range(1, 30):
        coarse, fine = cut_tree(tree, k), cut_tree(tree, k + 1)
        assert set(fine[fine != coarse]) == {k}, "one cluster splits, and its smaller half is new"


@pytest.mark.parametrize("n_clusters", [0, 81])
def test_cut_tree_refuses_impossible_numbers(n_clusters):
    with pytest.raises(ValueError, match="from 1 to 80"):
        cut_tree(linkage(MOONS, "single"), n_clusters)


def test_the_line_of_the_tree_counts_what_the_cut_gives():
    figure = make("tree")
    for data, method, cut in itertools.product(("moons", "blobs"), ("single", "ward"), (0.2, 0.5, 0.9)):
        figure.set(data=data, method=method, cut=cut)
        tree = linkage({"moons": 3 * MOONS, "blobs": BLOBS}[data], method)
        n = len(set(fcluster(tree, cut * tree[-1, 2], "distance")))
        assert f" {n} cluster" in figure.text, figure.text


def test_kmeans_says_when_it_is_stuck_and_when_not():
    figure = make("kmeans")
    figure.set(start="stuck", step=20)
    assert "It is stuck" in figure.text
    figure.set(start="right", step=20)
    assert "the best known" in figure.text
    assert "stuck" not in figure.text


def test_kmeans_takes_a_start_from_sliders_and_from_clicks():
    figure = make("kmeans")
    figure.controls["star"].value = 2
    figure.controls["x"].value = 5.0
    assert figure.controls["start"].value == OWN
    assert figure.controls["step"].value == 0
    plane = figure.figure.axes[0]
    place = plane.transData.transform((3.0, 3.0)) / figure.figure.bbox.size
    figure.picture.click = [float(place[0]), float(1 - place[1])]
    assert figure.controls["star"].value == 3, "the next star is chosen"
    figure.controls["star"].value = 2
    assert (figure.controls["x"].value, figure.controls["y"].value) == pytest.approx((3.0, 3.0))


def test_rounding_by_a_slider_is_not_a_move_of_the_learner():
    figure = make("kmeans")
    figure.controls["start"].value = "stuck"
    figure.controls["x"].value += 1e-9
    assert figure.controls["start"].value == "stuck"


def test_a_click_outside_the_axes_or_in_the_other_one_changes_nothing():
    for kind in KINDS:
        figure = make(kind)
        before = figure.values
        for click in ([0.001, 0.001], [0.97, 0.4]):
            figure.picture.click = click
        assert figure.values == before


def test_dbscan_counts_what_the_lesson_finds():
    figure = make("dbscan")
    dbscan = taught("04_density")["dbscan"]
    for eps, min_samples, point in ((0.1, 3, 5), (0.3, 4, 40), (1.0, 10, 79)):
        figure.set(eps=eps, min_samples=min_samples, point=point)
        labels, core, _ = dbscan(MOONS, eps, min_samples)
        border = np.sum((labels >= 0) & ~core)
        for part in (f"{core.sum()} core", f"{border} border", f"{np.sum(labels < 0)} noise"):
            assert part in figure.text
        within = np.sum(np.linalg.norm(MOONS - MOONS[point], axis=1) <= eps)
        assert f"Point {point} has {within} points" in figure.text
        assert f"{core.mean():.0%} of the curve" in figure.text


def test_a_click_chooses_the_nearest_point():
    for kind, X in (("dbscan", MOONS), ("em", BLOBS)):
        figure = make(kind)
        place = figure.figure.axes[0].transData.transform(X[17]) / figure.figure.bbox.size
        figure.picture.click = [float(place[0]), float(1 - place[1])]
        assert figure.controls["point"].value == 17


def test_em_shows_the_likelihood_of_the_step():
    lesson = taught("05_distribution")
    figure = make("em")
    history, _ = lesson["em"](BLOBS, np.full(4, 0.25), STARTS["stuck"], np.tile(np.eye(2), (4, 1, 1)))
    for step in (0, 1, 4):
        figure.set(start="stuck", step=step)
        responsibilities, value = lesson["e_step"](BLOBS, *history[step])
        assert f"log-likelihood {value:.3f}" in figure.text
        assert f"{np.sum(responsibilities.max(axis=1) < 0.9)} points (hollow)" in figure.text


def test_k_shows_the_scores_of_scikit_learn():
    figure = make("k")
    for k in (2, 4, 6):
        figure.controls["k"].value = k
        labels = fit(BLOBS, k)
        assert f"mean silhouette {silhouette_score(BLOBS, labels):.3f}" in figure.text
        inertia = KMeans(k, n_init=3, random_state=0).fit(BLOBS).inertia_
        assert f"inertia {inertia:.4g}" in figure.text


def test_palette_shows_the_numbers_of_the_table():
    figure = make("palette")
    figure.controls["k"].value = 4
    for part in ("4 colours", "2 bits", "5 kB", "25.0 dB", "0.900"):
        assert part in figure.text
