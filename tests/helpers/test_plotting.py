"""Plots are checked by what they put on the Axes: the points, colours, markers and texts they were given."""

from __future__ import annotations

import base64
import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from PIL import Image
from scipy.cluster.hierarchy import linkage
from sklearn.metrics import silhouette_samples

from helpers.plotting import (
    MARKERS,
    NOISE_COLOR,
    cluster_color,
    cluster_marker,
    describe,
    drawn_groups,
    plot_cells,
    plot_clusters,
    plot_dendrogram,
    plot_ellipses,
    plot_images,
    plot_silhouette,
    use_course_style,
)

X = np.array([[0.0, 0.0], [1.0, 0.5], [4.0, 4.0], [5.0, 4.5], [9.0, 0.0]])
LABELS = np.array([0, 0, 3, 3, -1])


def drawn(collection):
    return np.asarray(collection.get_offsets()).tolist()


@pytest.mark.parametrize("way", ["plot_clusters", "one scatter", "a scatter each", "plot", "hollow"])
def test_groups_are_read_from_a_picture_however_it_was_drawn(way):
    groups = np.array([0, 0, 1, 1, 2])
    ax = plt.figure().add_subplot()
    if way == "plot_clusters":
        plot_clusters(X, groups, ax=ax)
    elif way == "one scatter":
        ax.scatter(*X.T, c=groups, cmap="viridis")
    else:
        for group in range(3):
            own = X[groups == group].T
            if way == "plot":
                ax.plot(*own, "o")
            elif way == "hollow":
                ax.scatter(*own, facecolors="none", edgecolors=f"C{group}")
            else:
                ax.scatter(*own)
    found = drawn_groups(ax, X)
    assert len(set(zip(found, groups, strict=True))) == 3
    assert found.min() == 0


def test_a_point_that_is_not_drawn_has_no_group():
    ax = plt.figure().add_subplot()
    ax.scatter(*X[1:].T)
    assert drawn_groups(ax, X).tolist() == [-1, 0, 0, 0, 0]


def test_each_cluster_is_drawn_once_with_its_own_points_and_colour():
    ax = plot_clusters(X, LABELS)
    noise, first, second = ax.collections
    assert drawn(noise) == X[LABELS == -1].tolist()
    assert drawn(first) == X[LABELS == 0].tolist()
    assert drawn(second) == X[LABELS == 3].tolist()
    assert to_hex(first.get_facecolor()[0]) == cluster_color(0).lower()
    assert to_hex(second.get_facecolor()[0]) == cluster_color(3).lower()


def test_noise_is_grey_crosses():
    noise = plot_clusters(X, LABELS).collections[0]
    assert to_hex(noise.get_edgecolor()[0]) == NOISE_COLOR
    cross = mpl.markers.MarkerStyle("x")
    assert np.allclose(
        noise.get_paths()[0].vertices, cross.get_transform().transform(cross.get_path().vertices)
    )


def test_markers_differ_as_well_as_colours():
    looks = {(cluster_color(i), cluster_marker(i)) for i in range(56)}
    assert len(looks) == 56
    assert all(cluster_marker(i) != cluster_marker(i + 1) for i in range(20))
    assert cluster_marker(-1) not in MARKERS


def test_every_colour_stands_out_from_white_paper():
    def luminance(color):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
        return np.dot([0.2126, 0.7152, 0.0722], parts)

    for cluster in range(-1, 8):
        assert 1.05 / (luminance(cluster_color(cluster)) + 0.05) >= 3, cluster_color(cluster)


def test_without_labels_all_points_are_one_grey_group():
    (points,) = plot_clusters(X).collections
    assert drawn(points) == X.tolist()


def test_centers_legend_title_and_names():
    ax = plot_clusters(
        X, LABELS, centers=[[2, 2]], title="a title", names=("age (years)", "score"), legend=True
    )
    assert drawn(ax.collections[-1]) == [[2, 2]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "noise (1)",
        "cluster 0 (2)",
        "cluster 3 (2)",
    ]
    assert ax.get_title(loc="left") == "a title" or ax.get_title() == "a title"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("age (years)", "score")
    assert ax.get_aspect() == 1


def test_plots_draw_where_they_are_told_and_return_it():
    _, (left, right) = plt.subplots(1, 2)
    assert plot_clusters(X, LABELS, ax=right) is right
    assert plot_images(np.ones((3, 4, 4)), ax=left) is left
    assert len(plt.get_fignums()) == 1


def test_plots_leave_global_state_and_data_alone():
    settings, data, labels = dict(mpl.rcParams), X.copy(), LABELS.copy()
    plot_clusters(data, labels, legend=True)
    plot_images(np.ones((3, 4, 4)), ["a", "b", "c"], title="three")
    assert dict(mpl.rcParams) == settings
    assert np.array_equal(data, X)
    assert np.array_equal(labels, LABELS)


def test_images_are_on_the_sheet_in_reading_order():
    images = np.arange(1, 6)[:, None, None] * np.ones((5, 10, 10), dtype=int)
    ax = plot_images(images, list("abcde"), n_columns=3)
    sheet = ax.images[0].get_array()
    for text, value in zip(ax.texts, range(1, 6), strict=True):
        x, y = text.get_position()
        assert sheet[int(y) - 8, int(x)] == value, "the caption stands below its image"
    assert [text.get_text() for text in ax.texts] == list("abcde")
    assert (np.asarray(sheet) == 5).sum() == 100


def test_a_dendrogram_has_every_merge_and_the_colours_of_the_clusters():
    tree = linkage([[0, 0], [1, 0], [4, 4], [4, 6], [12, 0]], "average")  # no two merges at one height
    labels = np.array([0, 0, 1, 1, 2])
    ax = plot_dendrogram(tree, labels, cut=3, leaf_names=list("abcde"))
    heights = sorted(path.vertices[1, 1] for links in ax.collections for path in links.get_paths())
    assert np.allclose(heights, tree[:, 2])
    colors = {}
    for links in ax.collections:
        for path in links.get_paths():
            colors[round(path.vertices[1, 1], 6)] = to_hex(links.get_color()[0])
    first, second = np.round(tree[:2, 2], 6)
    assert {colors[first], colors[second]} == {cluster_color(0).lower(), cluster_color(1).lower()}
    assert all(colors[round(height, 6)] == "#000000" for height in tree[2:, 2])
    assert sorted(text.get_text() for text in ax.get_xticklabels()) == list("abcde")
    assert ax.lines[-1].get_ydata()[0] == 3


def test_ellipses_are_where_the_gaussians_are():
    _, ax = plt.subplots()
    slanted = np.array([[2.5, 1.5], [1.5, 2.5]])  # variances 4 and 1, along the diagonals
    assert plot_ellipses([[1, 2], [5, 5]], [slanted, np.eye(2)], ax=ax, sigmas=(1, 2)) is ax
    assert [tuple(e.center) for e in ax.patches] == [(1, 2), (1, 2), (5, 5), (5, 5)]
    assert sorted([ax.patches[1].width, ax.patches[1].height]) == pytest.approx([4, 8])
    # The point at two sigma along the long axis is on the second ellipse.
    end = ax.patches[1].get_patch_transform().inverted().transform([1 + 4 / np.sqrt(2), 2 + 4 / np.sqrt(2)])
    assert np.hypot(*end) == pytest.approx(1)


def test_cells_have_the_colour_of_the_nearest_center():
    ax = plot_clusters(X, LABELS)
    before = ax.get_xlim(), ax.get_ylim(), ax.get_aspect()
    plot_cells([[0, 0], [8, 0]], ax=ax)
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_aspect()) == before
    picture = np.asarray(ax.images[0].get_array())
    assert to_hex(picture[150, 5]) == cluster_color(0).lower()
    assert to_hex(picture[150, -5]) == cluster_color(1).lower()


def test_silhouette_bars_are_the_silhouettes():
    labels = np.array([0, 0, 1, 1, -1])
    ax = plot_silhouette(X, labels)
    expected = silhouette_samples(X[:4], labels[:4])
    assert sorted(bar.get_width() for bar in ax.patches) == pytest.approx(sorted(expected))
    assert to_hex(ax.patches[0].get_facecolor()) == cluster_color(0).lower()
    assert to_hex(ax.patches[-1].get_facecolor()) == cluster_color(1).lower()
    assert ax.lines[0].get_xdata()[0] == pytest.approx(expected.mean())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plot_clusters([1, 2, 3]), r"shape \(n_samples, 2\)"),
        (lambda: plot_clusters(np.zeros((4, 3))), r"got \(4, 3\)"),
        (lambda: plot_clusters(X, [0, 1]), r"one value per point, shape \(5,\); got \(2,\)"),
        (lambda: plot_dendrogram(linkage(X), [0, 1]), r"shape \(5,\); got \(2,\)"),
        (lambda: plot_dendrogram(np.zeros((2, 4))), "inkage"),
        (lambda: plot_ellipses([[0, 0]], [1.0], ax=plt.gca()), r"got \(1, 2\) and \(1,\)"),
        (lambda: plot_silhouette(X, [0, 0, 0, 0, -1]), "Number of labels is 1"),
        (lambda: plot_images(np.zeros((4, 4))), r"got \(4, 4\)"),
        (lambda: plot_images(np.zeros((0, 4, 4))), r"got \(0, 4, 4\)"),
        (lambda: plot_images(np.zeros((2, 4, 4)), ["a"]), "2 images, 1 captions"),
    ],
)
def test_bad_input_says_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_style_keeps_text_at_13_pixels_or_more():
    with mpl.rc_context():
        use_course_style()
        pixels = mpl.rcParams["figure.dpi"] / 72
        for name in ("font.size", "xtick.labelsize", "ytick.labelsize", "legend.fontsize", "axes.labelsize"):
            assert mpl.rcParams[name] * pixels >= 13, name


def test_the_description_of_a_figure_says_what_each_panel_holds():
    figure, axes = plt.subplots(1, 4)
    plot_clusters(X, LABELS, ax=axes[0], title="found", names=("age (years)", "score"))
    axes[1].plot([1, 2, 3])
    axes[1].set(xlabel="k", ylabel="inertia")
    axes[2].imshow(np.zeros((4, 4)))
    axes[2].set_axis_off()
    plot_dendrogram(linkage(X, "single"), ax=axes[3])
    assert describe(figure) == (
        "Figure with 4 panels. 1, points: found, score against age (years). 2, curves: inertia against k. "
        "3, picture. 4, tree: merge distance"
    )


def test_the_description_of_a_single_panel_has_no_numbers():
    ax = plot_clusters(X, LABELS, title="found", names=("a", "b"))
    assert describe(ax.figure) == "Figure with points: found, b against a"


def test_a_colour_bar_is_not_a_panel():
    figure, ax = plt.subplots()
    figure.colorbar(ax.imshow(np.eye(3)))
    assert describe(figure) == "Figure with picture"


def test_in_a_notebook_a_figure_is_shown_with_its_description_but_stored_without(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        ax = plot_clusters(X, LABELS, title="a < b")
        use_course_style()  # the tests run with outputs as they are stored
        assert "text/html" not in shell.display_formatter.format(ax.figure)[0]
        monkeypatch.delenv("CLUSTERING_COURSE_STATIC")
        use_course_style()
        html = shell.display_formatter.format(ax.figure)[0]["text/html"]
        assert 'alt="Figure with points: a &lt; b, feature 2 against feature 1"' in html
        assert 'src="data:image/png;base64,' in html
    finally:
        InteractiveShell.clear_instance()


def stored_picture(figure):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        use_course_style()  # the tests run with outputs as they are stored
        png = shell.display_formatter.format(figure)[0]["image/png"]
    finally:
        InteractiveShell.clear_instance()
    return Image.open(io.BytesIO(base64.b64decode(png)))


def test_a_stored_drawing_has_a_palette_with_the_courses_colours_in_it():
    picture = stored_picture(plot_clusters(X, LABELS).figure)
    assert picture.mode == "P"
    kept = {color for _, color in picture.convert("RGB").getcolors()}
    assert len(kept) <= 256
    assert {(255, 255, 255), (0, 0, 0)} <= kept


def test_a_stored_photo_keeps_its_colours():
    figure, ax = plt.subplots()
    ax.imshow(np.random.default_rng(0).random((60, 60, 3)))
    assert len(stored_picture(figure).convert("RGB").getcolors(100_000)) > 256
