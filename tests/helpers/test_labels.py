"""Label inference against the obvious slow version, on anything Hypothesis can think of, and by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from helpers.labels import align_labels, infer_cluster_labels, infer_data_labels

ids = st.integers(-3, 8)
samples = st.lists(st.tuples(ids, st.integers(-5, 12)), max_size=60)


def slow_names(cluster_ids, targets, n_clusters):
    """Count by hand: the largest count wins, then the smallest target."""
    names = []
    for cluster in range(n_clusters):
        counts = Counter(t for i, t in zip(cluster_ids, targets, strict=True) if i == cluster)
        names.append(min(counts, key=lambda t: (-counts[t], t)) if counts else None)
    return names


@given(samples, st.integers(0, 3), st.sampled_from([1, 10**12]))
def test_majority_matches_the_slow_version(pairs, empty, scale):
    cluster_ids, targets = [i for i, _ in pairs], [t * scale for _, t in pairs]
    n_clusters = max([i + 1 for i in cluster_ids if i >= 0], default=0) + empty
    expected = [-1 if name is None else name for name in slow_names(cluster_ids, targets, n_clusters)]
    names = infer_cluster_labels(cluster_ids, targets, n_clusters)
    assert names.tolist() == expected
    assert names.dtype.kind == "i"


@given(samples)
def test_strings_give_what_integers_give(pairs):
    letters = "abcdefghijklmnopqr"
    cluster_ids, targets = [i for i, _ in pairs], [t for _, t in pairs]
    by_number = infer_cluster_labels(cluster_ids, targets)
    by_letter = infer_cluster_labels(cluster_ids, np.array([letters[t + 5] for t in targets], dtype=str))
    filled = [cluster in cluster_ids for cluster in range(len(by_number))]
    assert by_letter.tolist() == [letters[n + 5] if f else "" for n, f in zip(by_number, filled, strict=True)]


@given(samples)
def test_every_sample_gets_the_name_of_its_cluster(pairs):
    cluster_ids, targets = [i for i, _ in pairs], [t for _, t in pairs]
    names = infer_cluster_labels(cluster_ids, targets)
    expected = [-1 if i < 0 else int(names[i]) for i in cluster_ids]
    assert infer_data_labels(cluster_ids, names).tolist() == expected


def test_a_tie_goes_to_the_smallest_target():
    assert infer_cluster_labels([0, 0, 0, 0], [9, 2, 2, 9]).tolist() == [2]
    assert infer_cluster_labels([0, 0], ["b", "a"]).tolist() == ["a"]


def test_negative_targets_and_gaps_in_the_ids():
    assert infer_cluster_labels([1, 1, 4], [-7, -7, 3]).tolist() == [-1, -7, -1, -1, 3]


def test_all_noise_one_sample_no_sample():
    assert infer_cluster_labels([-1, -2], [3, 4]).tolist() == []
    assert infer_cluster_labels([-1], [3], n_clusters=2).tolist() == [-1, -1]
    assert infer_cluster_labels([0], [3]).tolist() == [3]
    assert infer_cluster_labels([], []).tolist() == []
    assert infer_data_labels([-1, -1], []).tolist() == [-1, -1]
    assert infer_data_labels([], [4]).tolist() == []


def test_pandas_and_small_integer_types_are_accepted():
    frame = pd.DataFrame({"cluster": np.array([0, 1, 1], dtype=np.uint8), "kind": ["cat", "dog", "dog"]})
    names = infer_cluster_labels(frame["cluster"], frame["kind"])
    assert names.tolist() == ["cat", "dog"]
    assert infer_data_labels(frame["cluster"], names).tolist() == ["cat", "dog", "dog"]
    # 200 * 3 does not fit in a byte: the arithmetic must not happen in the type of the ids.
    wide = np.array([200, 200, 3], dtype=np.uint8)
    assert infer_cluster_labels(wide, [2, 2, 1])[[3, 200]].tolist() == [1, 2]


def test_inputs_are_left_alone():
    cluster_ids, targets = np.array([0, 1, -1]), np.array([5, 6, 7])
    infer_data_labels(cluster_ids, infer_cluster_labels(cluster_ids, targets))
    align_labels(cluster_ids, targets)
    assert cluster_ids.tolist() == [0, 1, -1]
    assert targets.tolist() == [5, 6, 7]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0.0, 1.0], [1, 2]), TypeError, "cluster_ids must be integers, got float64"),
        (([True, False], [1, 2]), TypeError, "cluster_ids must be integers, got bool"),
        (([0, 1], [1.5, 2.0]), TypeError, "targets must be integers or strings, got float64"),
        (([0, 1], [None, "a"]), TypeError, "targets must be integers or strings, got object"),
        (([0, 1], [1]), ValueError, "got 2 and 1"),
        (([[0, 1]], [1, 2]), ValueError, r"got shape \(1, 2\)"),
        ((0, [1]), ValueError, r"got shape \(\)"),
        (([0, 5], [1, 2], 3), ValueError, "n_clusters must be at least 6"),
        (([0], [1], -1), ValueError, "n_clusters must be an integer of at least 0"),
        (([0], [1], 2.5), ValueError, "n_clusters must be an integer of at least 0"),
        (([10**9], [1]), ValueError, "number them from 0 first"),
        ((np.array([2**63], dtype=np.uint64), [1]), ValueError, "signed 64-bit"),
        (([0], np.array([2**63], dtype=np.uint64)), ValueError, "signed 64-bit"),
    ],
)
def test_bad_input_says_what_is_wrong(arguments, error, message):
    with pytest.raises(error, match=message):
        infer_cluster_labels(*arguments)


def test_an_id_without_a_name_is_refused():
    with pytest.raises(ValueError, match="goes up to 3, but cluster_labels names only 2"):
        infer_data_labels([0, 3], [7, 8])


@given(st.lists(st.tuples(ids, ids), min_size=1, max_size=60))
def test_aligned_labels_are_the_same_clustering(pairs):
    cluster_ids, reference = [i for i, _ in pairs], [r for _, r in pairs]
    aligned = align_labels(cluster_ids, reference)
    own = [i if i >= 0 else -1 for i in cluster_ids]
    assert adjusted_rand_score(own, aligned) == pytest.approx(1)
    assert ((aligned == -1) == (np.array(cluster_ids) < 0)).all()


def test_alignment_undoes_a_renaming():
    reference = np.array([0, 0, 1, 1, 2, 2, -1])
    assert align_labels(np.array([2, 2, 0, 0, 1, 1, -1]), reference).tolist() == reference.tolist()


def test_clusters_without_a_partner_get_new_numbers():
    assert align_labels([4, 4, 5, 6], [0, 0, 0, 1]).tolist() == [0, 0, 2, 1]
