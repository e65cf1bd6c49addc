"""Measure what the course claims about itself: `make bench`.

Timings depend on the machine and on what else it does; read the ratios, which come from one run.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import sklearn
from nbclient import NotebookClient

from helpers.labels import infer_cluster_labels, infer_data_labels

ROOT = Path(__file__).resolve().parent.parent
# Executed after a notebook, in its kernel. Linux counts in kB, macOS in bytes.
PEAK_MEMORY = (
    "import resource, sys; "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024))"
)


def double_loop(cluster_ids, targets, n_clusters):
    """Name clusters and label samples the obvious way: a dictionary of lists, and a scan for each sample."""
    members = {}
    for cluster in range(n_clusters):
        members[cluster] = [t for i, t in zip(cluster_ids, targets, strict=True) if i == cluster]
    clusters_of = {}
    for cluster, digits in members.items():
        name = min(Counter(digits).items(), key=lambda item: (-item[1], item[0]))[0] if digits else -1
        clusters_of.setdefault(name, []).append(cluster)
    predicted = np.full(len(cluster_ids), -1)
    for i, cluster in enumerate(cluster_ids):
        for name, clusters in clusters_of.items():
            if cluster in clusters:
                predicted[i] = name
    return predicted


def seconds(function, repeat):
    """Return the best of `repeat` runs and the last result."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return min(times), result


def bench_labels(n_samples=60_000, n_clusters=256):
    rng = np.random.default_rng(0)
    ids, digits = rng.integers(n_clusters, size=n_samples), rng.integers(10, size=n_samples)
    slow, expected = seconds(lambda: double_loop(ids, digits, n_clusters), repeat=3)
    fast, found = seconds(lambda: infer_data_labels(ids, infer_cluster_labels(ids, digits)), repeat=20)
    assert np.array_equal(expected, found)
    print(f"\nLabel inference, {n_samples} samples, {n_clusters} clusters (best run of each)")
    print(f"  double loop  {slow * 1e3:>9.1f} ms")
    print(f"  helpers      {fast * 1e3:>9.2f} ms")
    print(f"  ratio        {slow / fast:>9.0f}")


def bench_notebooks():
    print("\nNotebooks, each in a fresh kernel")
    print(f"  {'notebook':<28}{'seconds':>9}{'peak memory':>15}")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(PEAK_MEMORY))
        client = NotebookClient(
            notebook, timeout=1200, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
        )
        start = time.perf_counter()
        client.execute()
        wall = time.perf_counter() - start
        peak = int(notebook.cells[-1].outputs[0].text)
        print(f"  {path.stem:<28}{wall:>9.1f}{peak / 1e9:>12.2f} GB", flush=True)


PARTS = {"labels": bench_labels, "notebooks": bench_notebooks}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; default: all")
    chosen = parser.parse_args().parts or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    versions = (
        f"Python {platform.python_version()}, NumPy {np.__version__}, scikit-learn {sklearn.__version__}"
    )
    print(f"{versions}, {os.cpu_count()} cores, {sys.platform}")
    for part in chosen:
        PARTS[part]()
