"""The figure with the dendrogram, and its cut: clusters as SciPy finds them, with numbers that stay."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from explorers import BLOBS, MOONS, TREES, course_style, make  # noqa: F401
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score

from helpers.interactive import cut_tree


def test_clusters_keep_their_marker_without_colour(monkeypatch):
    """Labellings that differ only in which cluster is which are told apart in a picture without colours."""
    for module in ("explorer", "tree"):  # the points, and the branches
        monkeypatch.setattr(f"helpers.interactive.{module}.cluster_color", lambda label: "#333333")
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
        tree = linkage(TREES[data], method)
        n = len(set(fcluster(tree, cut * tree[-1, 2], "distance")))
        assert f" {n} cluster" in figure.text, figure.text
