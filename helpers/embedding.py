"""UMAP, where it can be had, and without TensorFlow.

`umap-learn` imports TensorFlow wherever it is installed, for a variant that the course does not use: half a
minute and half a gigabyte for nothing.
"""

from __future__ import annotations

import sys
import warnings
from importlib.util import find_spec
from typing import Any

import numpy as np


def has_umap() -> bool:
    """Whether UMAP is here. It has no build for a page, nor for Macs with an Intel processor."""
    return find_spec("umap") is not None


def umap_map(X: np.ndarray, n_neighbors: int = 15, seed: int = 0) -> np.ndarray:
    """Draw a UMAP map of points in the plane.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_features)
        The points.
    n_neighbors : int
        The number of neighbours of each point that is used; the library's default is 15.
    seed : int
        Of all random choices. With a seed UMAP works in one thread, and repeats itself on one machine.

    Returns
    -------
    ndarray, shape (n_samples, 2)
        The places on the map, in no unit.

    Raises
    ------
    ModuleNotFoundError
        If UMAP is not here; `has_umap` asks before.

    Notes
    -----
    The first call of a kernel takes some 10 s more, in which Numba compiles.

    References
    ----------
    L. McInnes, J. Healy, J. Melville (2018). UMAP: uniform manifold approximation and projection for
    dimension reduction. arXiv:1802.03426.
    """
    model = _umap_class()(n_neighbors=n_neighbors, random_state=seed, n_jobs=1)
    return np.asarray(model.fit_transform(X), dtype=float)


def _umap_class() -> Any:
    if not has_umap():
        raise ModuleNotFoundError(
            "UMAP is not installed here: there is no build of it for a page, nor for Macs with an Intel "
            "processor. The lesson runs without it; elsewhere, `make lab` installs it."
        )
    absent = object()
    tensorflow = sys.modules.get("tensorflow", absent)
    if tensorflow is absent:
        sys.modules["tensorflow"] = None  # whoever imports it now is told that there is none
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)  # that there is no TensorFlow
            from umap import UMAP
    finally:
        if tensorflow is absent:
            del sys.modules["tensorflow"]
    return UMAP
