"""The algorithms that the lessons write out, taken from the notebooks and held against the libraries.

The cells tagged `taught` are executed, not copied: what a learner reads is what is tested, on random data
and on the awkward kinds: duplicates, one cluster, as many clusters as points, points on one line.
"""

from __future__ import annotations

import functools
import itertools
import warnings

import numpy as np
import pytest
from conftest import ROOT, read_notebook
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from lesson_code import taught
from PIL import Image, ImageCms
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform
from sklearn import metrics
from sklearn.cluster import DBSCAN, HDBSCAN, OPTICS, KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture


def points(min_size=2, max_size=14, dimensions=(1, 3)):
    """Random points, from a coarse grid in some cases, so that duplicates, ties and lines turn up."""
    shapes = st.tuples(st.integers(min_size, max_size), st.integers(*dimensions))
    smooth = st.floats(-100, 100, allow_nan=False).map(lambda x: round(x, 3))
    coarse = st.integers(0, 3).map(float)
    return shapes.flatmap(
        lambda shape: st.one_of(arrays(float, shape, elements=smooth), arrays(float, shape, elements=coarse))
    )


hierarchical = taught("02_hierarchical")
centroid = taught("03_centroid")
introduction = taught("01_introduction")
density = taught("04_density")
distribution = taught("05_distribution")
measures = taught("06_metrics")
compression = taught("08_image_compression")


@pytest.fixture(scope="module")
def network():
    """Lesson 12; TensorFlow is slow to load, and only these tests need it."""
    return taught("12_network")


@given(data=st.data(), n=st.integers(2, 40), k=st.integers(1, 6))
def test_pair_counting_gives_the_adjusted_rand_index(data, n, k):
    groupings = st.lists(st.integers(-1, k), min_size=n, max_size=n).map(np.array)
    first, second = data.draw(groupings), data.draw(groupings)
    # Where both have one group, or each point its own, chance is as good as the best: 0 / 0.
    sizes = {len(np.unique(first)), len(np.unique(second))}
    assume(sizes not in ({1}, {n}))
    expected = metrics.adjusted_rand_score(first, second)
    assert introduction["adjusted_rand"](first, second) == pytest.approx(expected, abs=1e-12)


def has_a_tie(X, method):
    """Are two pairs of clusters equally near at some step, so that either may be joined?"""
    apart, clusters = squareform(pdist(X)), [[i] for i in range(len(X))]

    def distance(a, b):
        if method == "ward":
            weight = 2 * len(a) * len(b) / (len(a) + len(b))
            return np.sqrt(weight) * np.linalg.norm(X[a].mean(axis=0) - X[b].mean(axis=0))
        return {"single": np.min, "complete": np.max, "average": np.mean}[method](apart[np.ix_(a, b)])

    while len(clusters) > 1:
        pairs = sorted(
            (distance(clusters[i], clusters[j]), i, j)
            for i, j in itertools.combinations(range(len(clusters)), 2)
        )
        if len(pairs) > 1 and pairs[1][0] - pairs[0][0] < 1e-6:
            return True
        _, i, j = pairs[0]
        clusters[i] = clusters[i] + clusters.pop(j)
    return False


@pytest.mark.parametrize("method", ["single", "complete", "average", "ward"])
@example(X=np.array([[2.0, 0, 2], [2, 3, 0], [1, 3, 2], [0, 2, 3]]))  # Ward: a tie after the first merge
@given(X=points())
def test_agglomeration_merges_at_scipys_distances(method, X):
    ours, scipys = hierarchical["agglomerate"](X, method), linkage(pdist(X), method)
    assert ours.shape == scipys.shape
    if not has_a_tie(X, method):
        assert np.allclose(ours, scipys, rtol=1e-6, atol=1e-6)
    if method == "single":  # whatever the ties: these are the edges of the minimum spanning tree
        assert np.allclose(np.sort(ours[:, 2]), np.sort(scipys[:, 2]), atol=1e-6)
    assert ours[-1, 3] == len(X)


@given(X=points(min_size=20, max_size=40), wanted=st.integers(1, 4), data=st.data())
def test_spare_clusters_are_a_cut_of_the_tree(X, wanted, data):
    tree = linkage(X, data.draw(st.sampled_from(["single", "average", "ward"])))
    k, labels = hierarchical["cut_with_spares"](tree, wanted, share=0.2)
    if k is None:
        return
    cut = fcluster(tree, k, "maxclust")
    assert set(labels) - {-1} == set(range(wanted))
    for cluster in np.unique(cut):
        of_it = set(labels[cut == cluster])
        assert len(of_it) == 1
        assert (of_it != {-1}) == (np.sum(cut == cluster) >= 0.2 * len(X))


@given(a=st.text("abc", max_size=7), b=st.text("abc", max_size=7))
def test_edits_are_those_of_the_definition(a, b):
    @functools.cache
    def fewest(i, j):
        if min(i, j) == 0:
            return max(i, j)
        replaced = fewest(i - 1, j - 1) + (a[i - 1] != b[j - 1])
        return min(fewest(i - 1, j) + 1, fewest(i, j - 1) + 1, replaced)

    assert hierarchical["edits"](a, b) == fewest(len(a), len(b))


@pytest.mark.parametrize(
    ("heights", "gap", "ratio"), [([1, 1, 1, 10, 20], 2, 3), ([1, 2, 3, 100], 2, 2), ([1, 5, 6, 7], 4, 4)]
)
def test_rules_for_the_number_of_clusters(heights, gap, ratio):
    heights = np.array(heights, dtype=float)
    assert hierarchical["largest_gap"](heights) == gap
    assert hierarchical["largest_ratio"](heights) == ratio


@given(X=points(max_size=25), data=st.data())
def test_lloyd_ends_where_scikit_learn_ends(X, data):
    k = data.draw(st.integers(1, len(np.unique(X, axis=0))))
    start = np.unique(X, axis=0)[data.draw(st.permutations(range(len(np.unique(X, axis=0)))))[:k]]
    labels, history, inertia = centroid["lloyd"](X, start)
    assert (np.diff(inertia) <= 1e-9 * (1 + inertia[0])).all()
    gaps = np.sort(np.linalg.norm(X[:, None] - history[-1][None], axis=2), axis=1)
    assume(
        k == 1 or (gaps[:, 1] - gaps[:, 0]).min() > 1e-6
    )  # a point half way between centers may go either way
    assume(
        len(np.unique(labels)) == k
    )  # scikit-learn moves an empty cluster elsewhere; ours leaves its center
    ours = np.array([((X - c) ** 2).sum() for c in history[-1]])
    assert len(ours) == k
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        library = KMeans(n_clusters=k, init=history[-1], n_init=1, tol=0).fit(X)
    # The library, started where we end, has nothing to improve.
    assert np.isclose(library.inertia_, inertia[-1], atol=1e-6)
    assert np.allclose(library.cluster_centers_, history[-1], atol=1e-6)
    assert np.array_equal(library.labels_, labels)


@given(
    X=arrays(float, (40, 2), elements=st.floats(-10, 10).map(lambda x: round(x, 2)), unique=True),
    k=st.integers(1, 5),
)
def test_lloyd_takes_the_librarys_path(X, k):
    start = X[:k]
    labels, history, inertia = centroid["lloyd"](X, start)
    distances = [np.sort(np.linalg.norm(X[:, None] - c[None], axis=2), axis=1) for c in history]
    assume(k == 1 or min((d[:, 1] - d[:, 0]).min() for d in distances) > 1e-6)
    assume(
        all(len(np.unique(np.linalg.norm(X[:, None] - c[None], axis=2).argmin(axis=1))) == k for c in history)
    )
    library = KMeans(n_clusters=k, init=start, n_init=1, tol=0).fit(X)
    assert np.array_equal(labels, library.labels_)
    assert np.allclose(history[-1], library.cluster_centers_)
    assert np.isclose(inertia[-1], library.inertia_)


@given(X=points(), data=st.data())
def test_k_means_plus_plus_draws_points_and_no_point_twice(X, data):
    k = data.draw(st.integers(1, len(X)))
    centers = centroid["kmeans_plus_plus"](X, k, np.random.default_rng(data.draw(st.integers(0, 99))))
    assert centers.shape == (k, X.shape[1])
    assert all((c == X).all(axis=1).any() for c in centers)
    assert len(np.unique(centers, axis=0)) == min(k, len(np.unique(X, axis=0)))


def test_k_means_plus_plus_prefers_far_points():
    X = np.array([[0.0], [1.0], [10.0]])
    second = [centroid["kmeans_plus_plus"](X, 2, np.random.default_rng(s)) for s in range(3000)]
    after_zero = [c[1, 0] for c in second if c[0, 0] == 0]
    # The squared distances from 0 are 1 and 100.
    assert np.mean(np.array(after_zero) == 10) == pytest.approx(100 / 101, abs=0.02)


def test_greedy_starts_are_lower_than_plain_ones():
    X = np.random.default_rng(0).normal(size=(200, 2))

    def mean_cost(candidates):
        drawn = [centroid["kmeans_plus_plus"](X, 8, np.random.default_rng(s), candidates) for s in range(200)]
        return np.mean([centroid["squared_distances"](X, c).min(axis=1).sum() for c in drawn])

    assert mean_cost(4) < 0.9 * mean_cost(1)


@given(X=points(min_size=4, max_size=10), data=st.data())
def test_after_single_moves_no_single_move_helps(X, data):
    def cost(labels):
        parts = [X[labels == k] for k in np.unique(labels)]
        return sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts)

    before = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(X), max_size=len(X))))
    after = centroid["single_moves"](X, before)
    assert cost(after) <= cost(before) + 1e-9
    assert set(after) == set(before)
    for i in range(len(X)):
        if np.sum(after == after[i]) == 1:
            continue
        for k in set(after):
            moved = after.copy()
            moved[i] = k
            assert cost(moved) >= cost(after) - 1e-6 * (1 + cost(after))


@given(n=st.integers(3, 9), data=st.data())
def test_k_medoids_ends_where_no_medoid_of_its_cluster_is_better(n, data):
    X = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=(n, 2))
    distances = np.linalg.norm(X[:, None] - X, axis=2)
    begin = data.draw(st.lists(st.integers(0, n - 1), min_size=2, max_size=3, unique=True))
    labels, medoids, cost = centroid["k_medoids"](distances, begin)
    assert cost <= distances[:, begin].min(axis=1).sum() + 1e-9
    assert cost == pytest.approx(distances[np.arange(n), medoids[labels]].sum())
    for j in range(len(medoids)):
        members = np.flatnonzero(labels == j)
        inside = distances[np.ix_(members, members)].sum(axis=1)
        assert inside.min() == pytest.approx(distances[members, medoids[j]].sum())


@pytest.mark.parametrize(
    ("costs", "ratio", "chord"), [([100, 20, 15, 12, 10], 2, 2), ([100, 60, 20, 19, 18.5], 3, 3)]
)
def test_rules_for_the_elbow(costs, ratio, chord):
    costs = np.array(costs, dtype=float)
    assert centroid["elbow_by_ratio"](costs) == ratio
    assert centroid["elbow_by_chord"](costs) == chord


def test_as_many_clusters_as_points_cost_nothing():
    X = np.random.default_rng(0).normal(size=(12, 2))
    labels, _, inertia = centroid["lloyd"](X, X)
    assert labels.tolist() == list(range(12))
    assert inertia[-1] == 0


@given(X=points(max_size=8, dimensions=(1, 2)))
def test_k_medians_finds_the_brute_force_optimum_from_some_start(X):
    def cost(part):
        return np.abs(part - np.median(part, axis=0)).sum() if len(part) else 0

    splits = (np.array((0, *s)) for s in itertools.product([0, 1], repeat=len(X) - 1))
    best = min(cost(X[s == 0]) + cost(X[s == 1]) for s in splits)
    runs = [centroid["k_medians"](X, X[[i, j]]) for i, j in itertools.combinations(range(len(X)), 2)]
    assert min(run[2] for run in runs) >= best - 1e-9
    for labels, centers, value in runs:
        distances = np.abs(X[:, None] - centers).sum(axis=2)
        assert np.isclose(value, distances.min(axis=1).sum())  # every point is at its nearest center
        for j in np.unique(labels):
            assert np.allclose(centers[j], np.median(X[labels == j], axis=0))


def test_k_medians_reaches_the_optimum_on_separate_groups():
    rng = np.random.default_rng(0)
    for _ in range(20):
        X = np.vstack([rng.normal(size=(4, 2)), rng.normal(size=(4, 2)) + 12])
        best = sum(np.abs(p - np.median(p, axis=0)).sum() for p in (X[:4], X[4:]))
        runs = [centroid["k_medians"](X, X[[i, j]])[2] for i, j in itertools.combinations(range(8), 2)]
        assert np.isclose(min(runs), best)


@given(X=points(min_size=6, max_size=30), n_batches=st.integers(1, 4), data=st.data())
def test_mini_batch_steps_are_partial_fits(X, n_batches, data):
    k = data.draw(st.integers(1, 3))
    start = np.random.default_rng(0).normal(size=(k, X.shape[1])) * 50
    ours, counts = start.copy(), np.zeros(k)
    library = MiniBatchKMeans(n_clusters=k, init=start, n_init=1, reassignment_ratio=0)
    for batch in np.array_split(X, n_batches):
        assume(len(batch) >= k)
        gaps = np.sort(np.linalg.norm(batch[:, None] - ours[None], axis=2), axis=1)
        assume(k == 1 or (gaps[:, 1] - gaps[:, 0]).min() > 1e-6)  # half way between centers: either is right
        centroid["mini_batch_step"](batch, ours, counts)
        library.partial_fit(batch)
    assert counts.sum() == len(X)
    assert np.allclose(ours, library.cluster_centers_, atol=1e-6)


@given(X=points(max_size=40), share=st.floats(0, 0.5), min_samples=st.integers(1, 6))
def test_dbscan_equals_scikit_learn(X, share, min_samples):
    distances = np.linalg.norm(X[:, None] - X[None], axis=2)
    # A radius that reaches some points and not others, so that there are core, border and noise points.
    eps = max(np.quantile(distances[np.triu_indices(len(X), 1)], share), 0.01)
    assume(np.abs(distances - eps).min() > 1e-9)  # a distance of exactly eps may round to either side
    labels, core, wave = density["dbscan"](X, eps, min_samples)
    library = DBSCAN(eps=eps, min_samples=min_samples).fit(X)
    assert np.array_equal(np.flatnonzero(core), library.core_sample_indices_)
    assert np.array_equal(labels, library.labels_)
    assert np.array_equal(wave >= 0, labels >= 0)


@given(
    seed=st.integers(0, 10_000),
    k=st.integers(1, 3),
    d=st.integers(1, 3),
    kind=st.sampled_from(["plain", "twins", "line"]),
)
def test_em_equals_scikit_learn(seed, k, d, kind):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, d)) + 3 * rng.integers(k, size=(60, 1))
    if kind == "twins":  # every row twice
        X = np.vstack([X, X])
    if kind == "line":  # collinear: the covariances are singular but for the floor
        X = X[:, :1] * np.arange(1, d + 1)
    start = np.full(k, 1 / k), X[rng.choice(len(X), k, replace=False)], np.array([np.eye(d)] * k)
    history, likelihood = distribution["em"](X, *start, max_steps=8, tol=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        library = GaussianMixture(
            k,
            weights_init=start[0],
            means_init=start[1],
            precisions_init=start[2],
            tol=0,
            max_iter=len(likelihood),
        ).fit(X)
    weights, means, covariances = history[library.n_iter_]
    assert np.allclose(weights, library.weights_, atol=1e-6)
    assert np.allclose(means, library.means_, atol=1e-5)
    assert np.allclose(covariances, library.covariances_, atol=1e-5)
    if kind != "line":  # there the floor, added after each step, can cost a little likelihood
        assert (np.diff(likelihood) > -1e-4).all()
    shares, _ = distribution["e_step"](X, *history[-1])
    assert np.allclose(shares.sum(axis=1), 1)


@given(seed=st.integers(0, 10_000), n=st.integers(10, 60), min_samples=st.integers(2, 8))
def test_the_walk_is_that_of_optics_and_its_cuts_are_dbscans(seed, n, min_samples):
    X = np.random.default_rng(seed).normal(size=(n, 2))
    order, reach, core_distance = density["optics_walk"](X, min_samples)
    # Both walk on the same distances: scikit-learn's own, computed twice, differ in their last digit, and
    # the farthest of `min_samples` neighbours ties with those nearer or not.
    library = OPTICS(min_samples=min_samples, metric="precomputed").fit(squareform(pdist(X)))
    assert np.array_equal(order, library.ordering_)
    assert np.allclose(reach, library.reachability_)
    assert np.allclose(core_distance, library.core_distances_)
    for eps in np.quantile(core_distance, [0.2, 0.5, 0.9]) * 1.001:
        cut = density["cut_walk"](order, reach, core_distance, eps)
        dbscan = DBSCAN(eps=eps, min_samples=min_samples).fit(X)
        core = dbscan.core_sample_indices_
        assert metrics.adjusted_rand_score(cut[core], dbscan.labels_[core]) == 1
        assert len(set(cut) - {-1}) == len(set(dbscan.labels_) - {-1})


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(30, 120),
    min_cluster_size=st.integers(2, 12),
    min_samples=st.integers(1, 8),
)
def test_hdbscan_is_the_librarys_where_no_two_distances_are_equal(seed, n, min_cluster_size, min_samples):
    X = np.random.default_rng(seed).normal(size=(n, 2)) + 3 * (np.arange(n) % 3)[:, None]
    # Mutual reachabilities are often equal, and then the tree is one of several: part them by a hair.
    mutual = density["mutual_reachability"](X, min_samples)
    hair = np.random.default_rng(seed).uniform(1, 1 + 1e-6, size=mutual.shape)
    parted = mutual * np.maximum(hair, hair.T)
    np.fill_diagonal(parted, 0)
    tree = linkage(squareform(parted, checks=False), "single")
    clusters = density["condense"](tree, min_cluster_size)
    labels = np.full(n, -1)
    for label, name in enumerate(density["choose"](clusters)):
        labels[list(clusters[name]["leaves"])] = label
    library = HDBSCAN(min_cluster_size=min_cluster_size, min_samples=1, metric="precomputed", copy=True)
    expected = library.fit_predict(parted)
    assert np.array_equal(labels < 0, expected < 0)
    assert metrics.adjusted_rand_score(labels, expected) == 1


def test_strength_is_the_librarys_probability():
    X = np.random.default_rng(3).normal(size=(200, 2)) + 6 * (np.arange(200) % 2)[:, None]
    labels, strength, _ = density["hdbscan"](X, 20, 5)
    library = HDBSCAN(min_cluster_size=20, min_samples=5, copy=True).fit(X)
    assert np.array_equal(labels < 0, library.labels_ < 0)
    assert np.allclose(strength[labels >= 0], library.probabilities_[labels >= 0])


def test_new_points_go_to_the_core_within_reach():
    X = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2], [6.15]])
    labels, core, _ = density["dbscan"](X, 1.0, 3)
    placed = density["place_new"](np.array([[1.0], [2.0], [4.5], [6.9]]), X, labels, core, 1.0)
    assert placed.tolist() == [0, -1, 1, -1]


def test_border_points_do_not_recruit():
    # 0 to 3 are a crowd; 4 is on its border and within reach of 5, which nobody in the crowd reaches.
    X = np.array([[0.0], [0.1], [0.2], [0.3], [1.25], [2.1]])
    labels, core, _ = density["dbscan"](X, eps=1, min_samples=4)
    assert core.tolist() == [True] * 4 + [False] * 2
    assert labels.tolist() == [0, 0, 0, 0, 0, -1]


@given(seed=st.integers(0, 10_000), k=st.integers(1, 4))
def test_em_on_a_line_is_em(seed, k):
    rng = np.random.default_rng(seed)
    x, weights = rng.normal(size=40), rng.dirichlet(np.ones(k) * 5)
    means, widths = rng.normal(size=k), rng.uniform(0.5, 2, size=k)
    shares = distribution["share_out"](x, weights, means, widths)
    expected, _ = distribution["e_step"](x[:, None], weights, means[:, None], (widths**2)[:, None, None])
    assert np.allclose(shares, expected)
    on_line = distribution["refit"](x, shares)
    weights, means, covariances = distribution["m_step"](x[:, None], expected, floor=0)
    assert np.allclose(on_line[0], weights)
    assert np.allclose(on_line[1], means[:, 0])
    assert np.allclose(on_line[2] ** 2, covariances[:, 0, 0])


def test_one_component_is_mean_and_covariance():
    X = np.random.default_rng(0).normal(size=(50, 2)) * [1, 3]
    history, _ = distribution["em"](X, np.ones(1), X[:1], np.eye(2)[None])
    weights, means, covariances = history[-1]
    assert np.allclose(weights, 1)
    assert np.allclose(means[0], X.mean(axis=0))
    assert np.allclose(covariances[0], np.cov(X.T, bias=True), atol=1e-5)


labellings = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(-1, 5), min_size=n, max_size=n)] * 2)
)


@given(both=labellings)
def test_metrics_by_hand_equal_scikit_learn(both):
    assume(len(both[0]) > 1)  # one point makes no pair
    C = measures["contingency"](*both)
    library = {
        "homogeneity": metrics.homogeneity_score(*both),
        "completeness": metrics.completeness_score(*both),
        "v_measure": metrics.v_measure_score(*both),
        "rand": metrics.rand_score(*both),
        "adjusted_rand": metrics.adjusted_rand_score(*both),
    }
    _, in_classes, in_clusters, _ = measures["count_pairs"](C)
    if in_classes or in_clusters:  # where no two points are together the library says 0, and we 1
        library["fowlkes_mallows"] = metrics.fowlkes_mallows_score(*both)
    for name, expected in library.items():
        assert measures[name](C) == pytest.approx(expected, abs=1e-12), name
    assert 0 <= measures["pair_precision"](C) <= 1
    assert measures["pair_recall"](C) == measures["pair_precision"](C.T)
    assert measures["one_to_one"](C) <= measures["purity"](C)


@given(both=labellings)
def test_blind_answers_keep_the_sizes_and_average_to_the_expected_pairs(both):
    assume(len(both[0]) > 1)
    C = measures["contingency"](*both)
    _, in_classes, in_clusters, every = measures["count_pairs"](C)
    sizes = measures["shuffled"](lambda D: np.sort(D.sum(axis=0)).tolist(), *both, times=3)
    assert (sizes == np.sort(C.sum(axis=0))).all()
    blind = measures["shuffled"](measures["pairs"], *both, times=400)
    error = 5 * blind.std() / np.sqrt(400) + 0.05 * (1 + in_clusters) ** 0.5
    assert blind.mean() == pytest.approx(in_classes * in_clusters / every, abs=error)


@given(X=points(min_size=6, max_size=30, dimensions=(2, 3)), data=st.data())
def test_internal_scores_by_hand_equal_scikit_learn(X, data):
    labels = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(X), max_size=len(X))))
    names = np.unique(labels)
    assume(1 < len(names) < len(X))
    means = np.array([X[labels == k].mean(axis=0) for k in names])
    assume(min(np.linalg.norm(a - b) for a, b in itertools.combinations(means, 2)) > 1e-6)
    assume(sum(((X[labels == k] - m) ** 2).sum() for k, m in zip(names, means, strict=True)) > 1e-6)
    for ours, library in (
        ("calinski_harabasz", "calinski_harabasz_score"),
        ("davies_bouldin", "davies_bouldin_score"),
    ):
        # Not closer: scikit-learn takes the distance of near points from the difference of large squares.
        assert measures[ours](X, labels) == pytest.approx(getattr(metrics, library)(X, labels), rel=1e-3)
    distances = squareform(pdist(X))
    together = labels[:, None] == labels
    assume(distances[together].max() > 0)
    expected = distances[~together].min() / distances[together].max()
    assert measures["dunn"](X, labels) == pytest.approx(expected)


@pytest.mark.parametrize(
    "lesson",
    sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem[:2] != "07"),
)
def test_what_is_taught_is_short(lesson):
    for cell in read_notebook(ROOT / "notebooks" / f"{lesson}.ipynb").cells:
        if "taught" in cell.metadata.get("tags", []):
            for function in cell.source.split("\ndef "):
                lines = [
                    line
                    for line in function.splitlines()
                    if line.strip() and not line.strip().startswith("#")
                ]
                assert len(lines) <= 35, f"{len(lines)} lines: {lines[0]}"


pictures = arrays(np.uint8, st.tuples(st.integers(1, 60), st.just(3)))


@given(pixels=pictures, bits=st.integers(1, 8))
def test_boxes_keep_every_pixel_and_the_sum_of_all_colours(pixels, bits):
    box, colors, counts = compression["boxes"](pixels, bits)
    assert np.array_equal(np.bincount(box), counts)
    assert counts.sum() == len(pixels)
    np.testing.assert_allclose(counts @ colors, pixels.sum(axis=0, dtype=float))
    if bits == 8:
        np.testing.assert_array_equal(colors[box], pixels)


@settings(max_examples=15)
@given(pixels=pictures, k=st.integers(1, 12))
def test_the_fast_palette_is_close_to_kmeans_on_pixels(pixels, k):
    assume(k <= len(np.unique(pixels, axis=0)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        colors, labels = compression["fast_palette"](pixels, k)
        slow = KMeans(n_clusters=len(colors), n_init=10, random_state=0).fit(pixels.astype(float))
    # So few pixels are all in the sample: what differs is one start against ten.
    assert ((pixels - colors[labels]) ** 2).sum() <= 3 * slow.inertia_ + 1e-6


@given(pixels=pictures, most=st.integers(1, 60), k=st.integers(1, 5), seed=st.integers(0, 9))
def test_the_fast_palette_gives_every_pixel_its_nearest_colour(pixels, most, k, seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        colors, labels = compression["fast_palette"](pixels, k, most=most, seed=seed)
    assert len(colors) <= min(k, most)
    distances = ((pixels[:, None].astype(float) - colors) ** 2).sum(axis=2)
    np.testing.assert_allclose(distances[np.arange(len(pixels)), labels], distances.min(axis=1), atol=1e-6)


@given(pixels=pictures)
def test_cielab_of_the_lesson_is_pillows(pixels):
    profile = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    theirs = np.asarray(ImageCms.applyTransform(Image.fromarray(pixels[None]), profile))[0].astype(int)
    theirs[:, 1:] = (theirs[:, 1:] + 128) % 256 - 128  # stored as signed bytes
    ours = compression["to_lab"](pixels) * [2.55, 1, 1]
    # Pillow's is for the white of print (D50), to which colours are adapted: near, not equal.
    assert np.abs(ours - theirs).max() < 12
    assert np.allclose(compression["delta_e"](pixels, pixels), 0)


def test_a_palette_image_gives_back_its_colours():
    rng = np.random.default_rng(0)
    palette, labels = rng.uniform(-3, 258, (7, 3)), rng.integers(7, size=35)
    image = compression["palette_image"](palette, labels, (5, 7))
    painted = compression["paint"](palette, labels, (5, 7, 3))
    assert np.array_equal(np.asarray(image.convert("RGB")), painted)
    assert np.array_equal(painted[0, 0], np.clip(np.round(palette[labels[0]]), 0, 255))
    assert (
        compression["stored"](image, format="PNG")
        >= compression["palette_png"](palette, labels, (5, 7)) - 200
    )


def test_ssim_is_tensorflows():
    tf = pytest.importorskip("tensorflow")
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:40, :50]
    image = 127 + 80 * np.sin(x / 5) * np.cos(y / 7)
    for other in (image, image + rng.normal(0, 20, image.shape), 0.5 * image, np.full(image.shape, 127.0)):
        ours = compression["ssim"](image, other)
        a, b = (tf.constant(values[..., None], dtype=tf.float32) for values in (image, other))
        assert abs(ours - float(tf.image.ssim(a, b, max_val=255))) < 2e-4


@given(table=arrays(np.int64, (4, 4), elements=st.integers(0, 9)))
def test_information_of_certain_answers_is_the_mutual_information(network, table):
    table = table + table.T  # the network's table is made symmetric, so start from one that is
    assume(table.sum() > 0)
    i, j = np.repeat(np.indices((4, 4)).reshape(2, -1), table.ravel(), axis=1)
    eye = np.eye(4, dtype="float32")
    assert abs(float(network["information"](eye[i], eye[j])) - metrics.mutual_info_score(i, j)) < 1e-5


@settings(max_examples=20)
@given(order=st.permutations(range(12)), noise=st.integers(0, 100))
def test_merging_finds_the_blocks_of_a_table(network, order, noise):
    block = np.array(order) // 4
    rng = np.random.default_rng(noise)
    P = np.where(block[:, None] == block, 1.0, 0.01) * rng.uniform(0.5, 1.5, size=(12, 12))
    P = (P + P.T) / (2 * P.sum())
    assert network["merge"](P, 12)[0].tolist() == list(range(12))  # nothing to merge
    groups, left = network["merge"](P, 3)
    assert metrics.adjusted_rand_score(block, groups) == 1
    assert set(groups) == {0, 1, 2}
    joined = np.array([[P[np.ix_(groups == a, groups == b)].sum() for b in range(3)] for a in range(3)])
    share = joined.sum(axis=0)
    assert np.isclose(left, (joined * np.log(joined / np.outer(share, share))).sum())


def test_distorted_copies_are_images_of_the_same_ink(network):
    network["keras"].utils.set_random_seed(0)
    images = np.zeros((200, 28, 28, 1), dtype="float32")
    images[:, 9:19, 11:17] = 1
    copies = network["distort"](images).numpy()
    assert copies.shape == images.shape
    assert copies.min() >= 0
    assert copies.max() <= 1 + 1e-6
    ink = copies.sum(axis=(1, 2, 3)) / 60
    assert ink.min() > 0.4  # nothing is pushed out of the picture
    assert ink.max() < 2
    y, x = np.mgrid[:28, :28]
    middle = [(copies[..., 0] * axis).sum(axis=(1, 2)) / copies[..., 0].sum(axis=(1, 2)) for axis in (y, x)]
    assert np.abs(np.mean(middle, axis=1) - 13.5).max() < 0.6  # moved either way alike
    assert np.std(copies, axis=0).max() > 0.2
