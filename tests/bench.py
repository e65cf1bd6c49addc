"""Measure what the course claims about itself: `make bench`.

Timings depend on the machine and on what else it does; read the ratios, which come from one run.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import nbformat
import numpy as np
import sklearn
from lesson_code import ROOT, taught
from nbclient import NotebookClient
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

from helpers.cost import peak_memory
from helpers.datasets import load_mnist
from helpers.labels import infer_cluster_labels, infer_data_labels


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


def bench_minibatch(n_samples=60_000):
    X, _ = make_blobs(n_samples, centers=200, n_features=20, cluster_std=4.0, random_state=0)
    print(f"\nMini-batch (4096 points a step) against full k-means, {n_samples} x 20, best of 2 fits")
    print(f"  {'k':>4}{'full':>10}{'mini-batch':>12}{'ratio':>8}{'inertia':>10}{'ARI between them':>18}")
    for k in (5, 20, 80, 200):
        full = KMeans(n_clusters=k, n_init=1, random_state=0)
        small = MiniBatchKMeans(n_clusters=k, n_init=1, batch_size=4096, random_state=0)
        slow, _ = seconds(partial(full.fit, X), repeat=2)
        fast, _ = seconds(partial(small.fit, X), repeat=2)
        agreement = adjusted_rand_score(full.labels_, small.labels_)
        print(
            f"  {k:>4}{slow:>8.2f} s{fast:>10.2f} s{slow / fast:>8.1f}{small.inertia_ / full.inertia_:>10.3f}"
            f"{agreement:>18.2f}"
        )


def execute(path, extra=(), change=None):
    """Run a notebook and these cells after it in a fresh kernel; return the cells and the wall time.

    `change` is a pair: a text that one cell has, and what to run in its place.
    """
    notebook = nbformat.read(path, as_version=4)
    if change:
        (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code" and change[0] in cell.source)
        cell.source = cell.source.replace(*change)
    notebook.cells.extend(nbformat.v4.new_code_cell(source) for source in extra)
    client = NotebookClient(
        notebook, timeout=1800, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    start = time.perf_counter()
    client.execute()
    return notebook.cells, time.perf_counter() - start


def bench_palette():
    """The race of lesson 08, on five times as many pixels as there."""
    lesson = ROOT / "notebooks" / "08_image_compression.ipynb"
    cells, _ = execute(lesson, change=("factor = 896 /", "factor = 2048 /"))
    printed = ("".join(o.get("text", "") for o in cell.get("outputs", [])) for cell in cells)
    table = next(text for text in printed if "times faster" in text)
    print("\nA palette of 25 colours for 1366 x 2048 pixels: routes of lesson 08")
    print("\n".join("  " + line for line in table.splitlines()))


def bench_notebooks():
    print("\nNotebooks, each in a fresh kernel")
    print(f"  {'notebook':<28}{'seconds':>9}{'peak memory':>15}")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells, wall = execute(path, extra=["from helpers.cost import peak_memory; print(peak_memory())"])
        peak = int(cells[-1].outputs[0].text)
        print(f"  {path.stem:<28}{wall:>9.1f}{peak / 1e9:>12.2f} GB", flush=True)


def bench_figures(moves=5):
    """How long the figures to move take to answer a key, in JupyterLab in an installed browser."""
    sys.path.append(str(ROOT / "tests" / "browser"))
    from installed_browser import find_browser, start_browser
    from lab_page import Lesson, controls, explorers, jupyterlab, move
    from playwright.sync_api import sync_playwright

    if (path := find_browser()) is None:
        sys.exit("figures: needs an installed Chromium, Chrome or Edge")
    print(f"\nFigures to move: from the key to the new picture, median of {moves}; 100 ms feel like at once")
    files = sorted((ROOT / "notebooks").glob("*.ipynb"))
    lessons = [file for file in files if "explore_" in file.read_text(encoding="utf-8")]
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyterlab(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = start_browser(playwright, path)
        for file in lessons:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            lesson = Lesson(page, address, Path(folder), file.stem)
            lesson.open()
            lesson.run_all()
            for index in explorers(lesson):
                output = lesson.show(index).locator(".jp-OutputArea-output")
                picture = output.locator("img")
                picture.wait_for()
                for name, control in controls(output).items():
                    times = [move(page, picture, control) for _ in range(moves)]
                    print(f"  {file.stem:<28}{name:<40}{statistics.median(times):>6.0f} ms", flush=True)
            lesson.close()
        browser.close()


# What the capstone of lesson 09 is compared with: the same network and time, without one of its remedies.
VARIANTS = {
    "as taught": {"seeds": range(5)},
    "ten clusters at once": {"seeds": (1,), "k": 10},
    "no pens": {"seeds": (1,), "pen": 0.0},
}


def capstone_run(seed, pen=None, **options):
    """Train the capstone once, on the training images alone; accuracy on the test images, seconds, bytes."""
    lesson, mnist = taught("09_digits"), load_mnist()
    if pen is not None:
        lesson["distort"].__defaults__ = (pen,)
    start = time.perf_counter()
    model = lesson["learn"](mnist.x_train, seed, **options)
    spent = time.perf_counter() - start
    p = model.predict(mnist.x_test[..., None].astype("float32") / 255, batch_size=1000, verbose=0)
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (p.argmax(axis=1), mnist.y_test), 1)
    matched = counts[linear_sum_assignment(counts, maximize=True)].sum() / counts.sum()
    return matched, spent, peak_memory()


def bench_capstone():
    import tensorflow as tf

    print(f"\nThe capstone of lesson 09, TensorFlow {tf.__version__}, {load_mnist().source} digits")
    print(f"  {'variant':<24}{'seed':>5}{'test accuracy':>15}{'seconds':>9}{'peak memory':>13}")
    for variant, options in VARIANTS.items():
        options, scores = dict(options), []
        for seed in options.pop("seeds"):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:  # its memory is its own
                matched, spent, peak = pool.submit(capstone_run, seed, **options).result()
            scores.append(matched)
            print(f"  {variant:<24}{seed:>5}{matched:>15.4f}{spent:>9.0f}{peak / 1e9:>10.2f} GB", flush=True)
        print(
            f"  {variant:<24}  all{np.median(scores):>15.4f} median, {min(scores):.4f} smallest", flush=True
        )


PARTS = {
    "labels": bench_labels,
    "minibatch": bench_minibatch,
    "palette": bench_palette,
    "notebooks": bench_notebooks,
    "figures": bench_figures,
    "capstone": bench_capstone,
}
ON_REQUEST = {"figures", "capstone"}  # needs a browser; takes most of an hour

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"any of {', '.join(PARTS)}; default: all but {' and '.join(sorted(ON_REQUEST))}",
    )
    chosen = parser.parse_args().parts or [part for part in PARTS if part not in ON_REQUEST]
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    versions = (
        f"Python {platform.python_version()}, NumPy {np.__version__}, scikit-learn {sklearn.__version__}"
    )
    print(f"{versions}, {os.cpu_count()} cores, {sys.platform}")
    for part in chosen:
        PARTS[part]()
