"""From cluster ids to meaning: name clusters by their members, and line two clusterings up.

Cluster ids are arbitrary: an algorithm that finds the ten digits perfectly may still call the zeros "7".
These functions translate. Any negative id means "in no cluster" (noise), as scikit-learn writes it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

# A table of this many counts takes 80 MB; ids beyond it are a mistake, not a clustering.
MAX_COUNTS = 10_000_000


def infer_cluster_labels(
    cluster_ids: ArrayLike, targets: ArrayLike, n_clusters: int | None = None
) -> np.ndarray:
    """Name each cluster after the majority of its members.

    Parameters
    ----------
    cluster_ids : array-like of int, shape (n_samples,)
        The cluster of each sample, from 0. Negative ids are noise and are ignored.
    targets : array-like of int or str, shape (n_samples,)
        The known class of each sample.
    n_clusters : int, optional
        The number of clusters, for when the last ones may be empty. Default: the largest id plus one.

    Returns
    -------
    ndarray, shape (n_clusters,)
        The most frequent target in each cluster, the smallest one on a tie. An empty cluster gets
        -1 (integer targets) or the empty string (string targets).

    Raises
    ------
    TypeError
        Ids that are not integers, or targets that are neither integers nor strings.
    ValueError
        Arrays that are not one-dimensional or not of one length, an id that is not below `n_clusters`,
        or so many clusters and classes that their counts do not fit in memory.

    Notes
    -----
    Majority voting is how purity is defined (Manning, Raghavan & Schütze 2008, section 16.3). Several
    clusters may get the same name; for one cluster per class see `scipy.optimize.linear_sum_assignment`.

    Examples
    --------
    >>> infer_cluster_labels([0, 0, 0, 1, 1, -1], [7, 7, 3, 5, 5, 3])
    array([7, 5])
    """
    ids = _as_ids(cluster_ids, "cluster_ids")
    targets = _as_targets(targets)
    _check_same_length(ids, targets, "targets")
    n_clusters = _count_clusters(ids, n_clusters)

    member = ids >= 0
    if not member.all():
        ids, targets = ids[member], targets[member]
    classes, codes = _encode(targets)
    if n_clusters * max(len(classes), 1) > MAX_COUNTS:
        raise ValueError(
            f"{n_clusters} clusters x {len(classes)} classes need more than {MAX_COUNTS} counts. If the ids "
            "have large gaps, number them from 0 first: np.unique(cluster_ids, return_inverse=True)[1]."
        )

    is_text = targets.dtype.kind == "U"
    names = np.full(n_clusters, "" if is_text else -1, dtype=targets.dtype if is_text else np.int64)
    if len(classes):
        counts = np.bincount(ids * len(classes) + codes, minlength=n_clusters * len(classes))
        counts = counts.reshape(n_clusters, len(classes))
        filled = counts.any(axis=1)
        names[filled] = classes[counts[filled].argmax(axis=1)]  # argmax takes the first, so the smallest
    return names


def infer_data_labels(cluster_ids: ArrayLike, cluster_labels: ArrayLike) -> np.ndarray:
    """Give each sample the name of its cluster.

    Parameters
    ----------
    cluster_ids : array-like of int, shape (n_samples,)
        The cluster of each sample, from 0. Negative ids are noise.
    cluster_labels : array-like of int or str, shape (n_clusters,)
        The name of each cluster, as `infer_cluster_labels` returns them.

    Returns
    -------
    ndarray, shape (n_samples,)
        The name of each sample's cluster; -1 (or the empty string) for noise.

    Raises
    ------
    TypeError
        Ids that are not integers, or names that are neither integers nor strings.
    ValueError
        Arrays that are not one-dimensional, or an id without a name.

    Examples
    --------
    >>> infer_data_labels([0, 1, -1, 0], [7, 5])
    array([ 7,  5, -1,  7])
    """
    ids = _as_ids(cluster_ids, "cluster_ids")
    names = _as_targets(cluster_labels, "cluster_labels")
    if ids.size and ids.max() >= len(names):
        raise ValueError(
            f"cluster_ids goes up to {ids.max()}, but cluster_labels names only {len(names)} clusters. "
            "Pass n_clusters to infer_cluster_labels to get a name for every cluster."
        )
    nobody = np.array([""], dtype=names.dtype) if names.dtype.kind == "U" else np.array([-1], dtype=np.int64)
    return np.concatenate([names, nobody])[np.where(ids < 0, len(names), ids)]


def align_labels(cluster_ids: ArrayLike, reference: ArrayLike) -> np.ndarray:
    """Renumber clusters so that they share as many samples as possible with the same id of a reference.

    Used before two clusterings are drawn side by side: the same group then has the same colour.

    Parameters
    ----------
    cluster_ids, reference : array-like of int, shape (n_samples,)
        Two labellings of the same samples. Noise stays noise and is not matched.

    Returns
    -------
    ndarray of int, shape (n_samples,)
        `cluster_ids` with new numbers: the same groups, so every score is unchanged. Clusters that
        find no partner are numbered after the largest id of the reference.

    Raises
    ------
    TypeError
        Ids that are not integers.
    ValueError
        Arrays that are not one-dimensional or not of one length.

    Notes
    -----
    The one-to-one matching is the assignment problem (Kuhn 1955), solved by SciPy.
    """
    ids, reference = _as_ids(cluster_ids, "cluster_ids"), _as_ids(reference, "reference")
    _check_same_length(ids, reference, "reference")
    own, new = np.unique(ids[ids >= 0]), np.unique(reference[reference >= 0])
    both = (ids >= 0) & (reference >= 0)
    shared = np.zeros((len(own), len(new)), dtype=np.int64)
    np.add.at(shared, (np.searchsorted(own, ids[both]), np.searchsorted(new, reference[both])), 1)

    renamed = np.full(len(own), -1, dtype=np.int64)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    renamed[rows] = new[columns]
    left_over = renamed < 0
    first_free = int(new.max()) + 1 if len(new) else 0
    renamed[left_over] = first_free + np.arange(left_over.sum())

    aligned = np.full(len(ids), -1, dtype=np.int64)
    aligned[ids >= 0] = renamed[np.searchsorted(own, ids[ids >= 0])]
    return aligned


def _as_ids(values: ArrayLike, name: str) -> np.ndarray:
    array = _one_dimensional(values, name)
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got {array.dtype} (first value: {array[0]!r}).")
    return _fit_int64(array, name)


def _as_targets(values: ArrayLike, name: str = "targets") -> np.ndarray:
    array = _one_dimensional(values, name)
    if array.size == 0 and array.dtype.kind not in "iuUOT":
        return array.astype(np.int64)
    if array.dtype.kind in "OT" and all(isinstance(value, str) for value in array):
        array = array.astype(np.str_)  # what pandas and lists of strings arrive as
    if array.dtype.kind not in "iuU":
        raise TypeError(f"{name} must be integers or strings, got {array.dtype} (first value: {array[0]!r}).")
    return _fit_int64(array, name)


def _fit_int64(array: np.ndarray, name: str) -> np.ndarray:
    if array.dtype.kind == "U":
        return array
    if array.size and array.dtype.kind == "u" and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name} must fit in a signed 64-bit integer, got {array.max()}.")
    return array.astype(np.int64, copy=False)


def _one_dimensional(values: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must have one dimension, one value per sample; got shape {array.shape}.")
    return array


def _check_same_length(ids: np.ndarray, other: np.ndarray, name: str) -> None:
    if len(ids) != len(other):
        raise ValueError(f"cluster_ids and {name} must have one length; got {len(ids)} and {len(other)}.")


def _count_clusters(ids: np.ndarray, n_clusters: int | None) -> int:
    needed = max(int(ids.max()) + 1, 0) if ids.size else 0
    if n_clusters is None:
        return needed
    if isinstance(n_clusters, bool) or not isinstance(n_clusters, (int, np.integer)) or n_clusters < 0:
        raise ValueError(f"n_clusters must be an integer of at least 0, got {n_clusters!r}.")
    if needed > n_clusters:
        raise ValueError(f"cluster_ids goes up to {needed - 1}, so n_clusters must be at least {needed}.")
    return int(n_clusters)


def _encode(targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted classes and each target's position among them."""
    if targets.size and targets.dtype.kind in "iu":
        low, high = int(targets.min()), int(targets.max())
        # Classes numbered closely, such as digits, need no sort: that is most of the time saved.
        if high - low < 100:
            return np.arange(low, high + 1), targets - low
    return np.unique(targets, return_inverse=True)
