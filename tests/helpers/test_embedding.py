"""UMAP: where it is, without TensorFlow; where it is not, with a sentence that says so."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

import helpers.embedding
from helpers.embedding import has_umap, umap_map

if not has_umap():
    pytest.skip("UMAP has no build for this machine", allow_module_level=True)

IN_A_NEW_PROCESS = """
import sys, warnings
warnings.simplefilter("error")
import numpy as np
from helpers.embedding import umap_map
X = np.random.default_rng(0).normal(size=(60, 3))
X[30:] += 20
places = umap_map(X, n_neighbors=10)
assert places.shape == (60, 2) and places.dtype == float
apart = np.linalg.norm(places[:30].mean(axis=0) - places[30:].mean(axis=0))
assert apart > 3 * places[:30].std(axis=0).max()
assert np.array_equal(places, umap_map(X, n_neighbors=10))
assert not any(name.split(".")[0] in ("tensorflow", "keras", "torch") for name in sys.modules)
from importlib.util import find_spec
assert find_spec("tensorflow") is None or "tensorflow" not in sys.modules
"""


def test_umap_comes_without_tensorflow_and_without_a_warning():
    command = [sys.executable, "-c", IN_A_NEW_PROCESS]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""


def test_who_has_tensorflow_keeps_it(monkeypatch):
    module = type(sys)("tensorflow")
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    helpers.embedding._umap_class()
    assert sys.modules["tensorflow"] is module


def test_where_umap_is_missing_it_says_so(monkeypatch):
    monkeypatch.setattr(helpers.embedding, "find_spec", lambda name: None)
    assert not has_umap()
    with pytest.raises(ModuleNotFoundError, match="no build of it for a page"):
        umap_map(np.zeros((20, 2)))
