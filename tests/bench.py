"""Measure what the course claims about itself: `make bench`.

Timings depend on the machine and on what else it does; read the ratios, which come from one run.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import psutil
import sklearn
from lesson_code import ROOT, taught
from nbclient import NotebookClient
from rich.progress import track
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from helpers.cost import peak_memory
from helpers.datasets import load_mnist, make_letters
from helpers.envelopes import brier_score, calibration_table, envelope
from helpers.envelopes.contents import contents
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


def bench_site():
    """How long a first visit to the site waits, and what it fetches, in an installed browser."""
    sys.path.append(str(ROOT / "tests" / "browser"))
    from installed_browser import find_browser, start_browser
    from lab_page import NOTEBOOK, Lesson
    from playwright.sync_api import sync_playwright
    from site_build import served

    site = ROOT / "build" / "site"
    if (path := find_browser()) is None:
        sys.exit("site: needs an installed Chromium, Chrome or Edge")
    if not (site / "lite" / "static" / "pyodide").exists():
        sys.exit("site: build it first, with its Python: CLUSTERING_COURSE_PYODIDE=DIR make site")
    fetched = []

    def moved(page, address):
        page.goto(f"{address}/index.html")
        figure = page.locator(".course-figure[data-ready]")
        line = figure.locator("[role=status]")
        line.filter(has_text="Start:").wait_for()
        said = line.inner_text()
        figure.locator("input[type=range]").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "(said) => document.querySelector('.course-figure [role=status]').textContent !== said", arg=said
        )

    def answered(page, address):
        page.goto(f"{address}/03_centroid.html")
        form = page.locator('[data-exercise="03-3"]')
        form.locator("input").fill("c b d a e f g")
        page.keyboard.press("Enter")
        form.locator('[data-correct="true"]').wait_for()

    def executed(page, address):
        lesson = Lesson(page, address, Path(), "01_introduction")
        lesson.address = f"{address}/lite/lab/index.html?path=notebooks/01_introduction.ipynb"
        lesson.open()
        first = next(i for i, cell in enumerate(lesson.cells()) if cell["cell_type"] == "code")
        lesson.show(first).locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(f"{NOTEBOOK}.content.model.cells.get({first}).executionCount === 1")

    print("\nThe site on this machine, with an empty cache: seconds (median of 3) and megabytes fetched")
    with (
        served(site, lambda _, size: fetched.append(size)) as address,
        sync_playwright() as playwright,
    ):
        for what, visit in (
            ("front page, first figure moved", moved),
            ("lesson 03, first exercise answered", answered),
            ("JupyterLite, first cell of lesson 01 executed", executed),
        ):
            times = []
            for _ in range(3):
                fetched.clear()
                browser = start_browser(
                    playwright, path
                )  # each time a new one, which has nothing in its cache
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.set_default_timeout(300_000)
                start = time.perf_counter()
                visit(page, address)
                times.append(time.perf_counter() - start)
                browser.close()
            print(f"  {what:<48}{statistics.median(times):>6.1f} s {sum(fetched) / 1e6:>6.1f} MB", flush=True)


# The network of lesson 12: as taught, without one of its remedies, and on images that it was not tuned on.
VARIANTS = {
    "network, as taught": {},
    "network, ten at once": {"k": 10},
    "network, no pens": {"pen": 0.0},
    "network, letters": {"data": "letters"},
}
RIVALS = {"k-means and spectral clustering": "digits", "the same, letters": "letters"}
SEEDS = range(5)


def images_of(data):
    """Training images, test images and their classes: digits, or the letters of lesson 12's trial."""
    if data == "letters":
        images, classes = make_letters(24_000, seed=0)
        return images[:20_000], images[20_000:], classes[20_000:]
    mnist = load_mnist()
    return mnist.x_train, mnist.x_test, mnist.y_test.astype(int)


def network_run(seed, k=None, pen=1.0, data="digits"):
    """Train the network once as its lesson does; accuracy on the test images right after
    the merging and at the end, seconds, bytes."""
    lesson, (x_train, x_test, classes) = taught("12_network"), images_of(data)
    keras, train, loss = lesson["keras"], lesson["train"], lesson["lost_information"]
    k = k or lesson["SPARE"]
    start = time.perf_counter()
    keras.utils.set_random_seed(seed)
    pairs = lesson["stream_of_pairs"](x_train, seed, pen)
    spare = lesson["network"](k, lesson["HEADS"])
    train(spare, loss(k), pairs, epochs=4, rate=1e-3)
    model = lesson["with_merged_head"](spare, k, lesson["tables_of_copies"](spare, k, pairs))
    fading = keras.optimizers.schedules.CosineDecay(1e-3, 8 * lesson["STEPS"])

    def accuracy():
        ids = lesson["answers_of"](model, x_test).argmax(axis=1)
        return lesson["one_to_one"](ids, classes)[1]

    merged = accuracy()
    train(model, loss(10), pairs, epochs=8, rate=fading)
    spent = time.perf_counter() - start
    return merged, accuracy(), spent, peak_memory()


def rivals_run(seed, data):
    """The accuracy of k-means and spectral clustering with the chances that lesson 12 gives them, by name."""
    lesson, (x_train, x_test, classes) = taught("12_network"), images_of(data)
    k, X, T = lesson["SPARE"], x_train[:10_000], x_test
    X, T = (lesson["as_rows"](images) / np.float32(255) for images in (X, T))
    lesson["keras"].utils.set_random_seed(seed)
    pairs = [images.numpy()[..., 0] for images, _ in lesson["stream_of_pairs"](x_train, seed).take(10)]
    pairs = np.stack(pairs).reshape(10, 2, lesson["BATCH"], -1).swapaxes(0, 1).reshape(2, -1, X.shape[1])
    seeds, scores = [3 * seed + i for i in range(3)], {}
    ways = {
        "k-means": lesson["kmeans_clusterings"],
        "spectral": partial(lesson["spectral_clusterings"], size=len(X)),  # the lesson gives it fewer
    }
    for name, clusterings in ways.items():
        scores[f"{name}, ten clusters"] = clusterings(X, 10, seeds[:1])[0](T)
        scores[f"{name}, {k} merged by copies"] = lesson["best_merged"](clusterings(X, k, seeds), *pairs)(T)
    return {name: lesson["one_to_one"](ids, classes)[1] for name, ids in scores.items()}


def apart(function, *arguments, **options):
    """Run in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments, **options).result()


def bench_network():
    import tensorflow as tf

    print(f"\nThe network of lesson 12, TensorFlow {tf.__version__}, {load_mnist().source} digits")
    print(f"  {'row':<36}{'median':>8}{'  five runs':<42}{'seconds':>8}{'peak memory':>13}")

    def line(name, scores, rest=""):
        runs = " ".join(f"{score:.3f}" for score in scores)
        print(f"  {name:<36}{np.median(scores):>8.3f}  {runs:<40}{rest}", flush=True)

    for name, options in VARIANTS.items():
        runs = (apart(network_run, seed, **options) for seed in SEEDS)
        merged, scores, spent, peaks = zip(*runs, strict=True)
        line(name, scores, f"{np.median(spent):>8.0f}{max(peaks) / 1e9:>10.2f} GB")
        if "k" not in options:
            line("  right after the merging", merged)
    for title, data in RIVALS.items():
        runs = [apart(rivals_run, seed, data) for seed in SEEDS]
        print(f"  {title}")
        for name in runs[0]:
            line(f"  {name}", [run[name] for run in runs])


def million_neighbors(n=1_000_000):
    """A graph of 15 approximate neighbours for a million rows of lesson 14's table."""
    from pynndescent import NNDescent

    make_piece = taught("14_scale")["make_piece"]
    X = np.vstack([make_piece(i, 20, n // 20)[0].astype("float32") for i in range(20)])
    NNDescent(X[:1000], n_neighbors=15, random_state=0).neighbor_graph  # compiles  # noqa: B018
    start = time.perf_counter()
    found, distances = NNDescent(X, n_neighbors=15, random_state=0).neighbor_graph
    spent = time.perf_counter() - start
    some = np.random.default_rng(0).choice(n, 1000, replace=False)
    start = time.perf_counter()
    true = NearestNeighbors(n_neighbors=15).fit(X).kneighbors(X[some], return_distance=False)
    exactly = (time.perf_counter() - start) * n / 1000
    recall = np.mean([len(set(a) & set(b)) for a, b in zip(true, found[some], strict=True)]) / 15
    return spent, exactly, recall, found.nbytes + distances.nbytes, peak_memory()


def bench_scale():
    """Lesson 14 with many rows (ROWS=20000000): pieces, k-means on two workers, scaling, a death, a graph."""
    from dask.distributed import Client, LocalCluster, as_completed

    lesson, rows = taught("14_scale"), int(os.environ.get("ROWS", 20_000_000))
    n_pieces, sums_of, add_up = 200, lesson["sums_of"], lesson["add_up"]
    print(f"\nLesson 14 with {rows:,} rows of eight columns in {n_pieces} pieces")
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=2, threads_per_worker=1, memory_limit="1GiB", dashboard_address=":0", silence_logs=50
        ) as machines,
        Client(machines) as client,
    ):
        paths = [Path(folder) / f"{number:04d}.parquet" for number in range(n_pieces)]
        start = time.perf_counter()
        for number, path in enumerate(track(paths, "pieces")):
            lesson["write_piece"](path, lesson["make_piece"](number, n_pieces, rows // n_pieces)[0])
        size = sum(path.stat().st_size for path in paths)
        print(f"  made in {time.perf_counter() - start:.0f} s, {size / 1e9:.2f} GB on disk", flush=True)
        work = lesson["Ledger"](client, paths)
        start = time.perf_counter()
        begin = lesson["kmeans_parallel"](work, 12)
        started = time.perf_counter() - start
        centers, inertia, n_rounds = lesson["lloyd"](lambda C: work.each(sums_of, C), begin, 0.01, 100)
        spent = time.perf_counter() - start
        print(f"  k-means|| {started:.0f} s, with {n_rounds} rounds {spent:.0f} s", end=", ")
        print(f"{work.passes} passes", end="; ")
        print(f"sent {work.sent / 1e6:.1f} MB, received {work.received / 1e6:.1f} MB", end="; ")
        print(f"inertia {inertia / rows:.4f} a row", flush=True)
        workers = list(client.scheduler_info()["workers"])
        print(f"  {'tasks':>7}{'half on 1':>11}{'all on 1':>10}{'all on 2':>10}{'strong':>8}{'weak':>7}")
        for n_tasks in (200, 20, 2):
            groups = [list(group) for group in np.array_split(paths, n_tasks)]
            one, two = (lesson["seconds"](client, groups, centers, workers[:n]) for n in (1, 2))
            half = lesson["seconds"](client, groups[: n_tasks // 2], centers, workers[:1])
            times = f"{half:>11.2f}{one:>10.2f}{two:>10.2f}"
            print(f"  {n_tasks:>7}{times}{one / two / 2:>8.2f}{half / two:>7.2f}", flush=True)
        peaks = client.run(peak_memory)
        print(f"  most memory: this process {peak_memory() / 1e9:.2f} GB", end=", ")
        print("workers " + ", ".join(f"{peak / 1e9:.2f} GB" for peak in peaks.values()))
        expected, _ = add_up(work.each(sums_of, centers), centers)
        start = time.perf_counter()
        calls = [client.submit(sums_of, path, centers, pure=False) for path in paths]
        for done, _ in enumerate(as_completed(calls), 1):
            if done == n_pieces // 4:
                psutil.Process(next(iter(client.run(os.getpid).values()))).kill()
                break
        found, _ = add_up(client.gather(calls), centers)
        print(f"  a worker killed after {done} pieces: {time.perf_counter() - start:.1f} s", end=", ")
        print(f"the same centers to the last bit: {np.array_equal(expected, found)}", flush=True)
    spent, exactly, recall, size, peak = apart(million_neighbors)
    print(f"  15 neighbours of a million rows: {spent:.0f} s, recall {recall:.3f}", end="; ")
    print(f"exactly, from 1,000 rows: {exactly:.0f} s")
    print(f"  the graph {size / 1e9:.2f} GB, its process {peak / 1e9:.2f} GB")


def opened(player, seeds, sure):
    """Answer envelopes as the lesson's player does: way, confidence and outcome of each."""
    rows = []
    for seed in seeds:
        sealed = envelope(seed, own=False)
        with threadpool_limits(1):
            k, labels, way = player(sealed.table)
        with redirect_stdout(io.StringIO()):
            sealed.commit(k, labels, sure.get(way, 0.5))
        rows.append((way, sealed.open()))
    return rows


def share_found(seed):
    """How much of an envelope the best of what is taught finds; nan where there is one crowd."""
    from finders import best_match

    inside = contents(seed)
    return best_match(inside) if inside.n_clusters > 1 else np.nan


def bench_envelopes(n=200):
    sys.path.append(str(ROOT / "tests" / "helpers" / "envelopes"))
    lesson = taught("15_clinic")
    by_the_gate, always_three = lesson["by_the_gate"], lesson["always_three"]
    print(f"\nSealed envelopes: {n} to learn from, {n} others for both players")
    with ProcessPoolExecutor() as pool:
        found = [share for share in pool.map(share_found, range(400), chunksize=20) if share == share]
    enough = np.mean(np.array(found) >= 0.9)
    print(f"  of {len(found)} with groups, {enough:.1%} are found by the best of what is taught, if told the")
    print("  number of groups and the idle columns")
    ways = pd.DataFrame(
        [(way, o.right) for way, o in opened(by_the_gate, range(1_000_000, 1_000_000 + n), {})],
        columns=["way", "right"],
    ).groupby("way")["right"]
    sure = (ways.sum() + 1) / (ways.count() + 2)
    print(ways.agg(["count", "sum"]).assign(confidence=sure.round(2)).to_string())
    seeds = range(2_000_000, 2_000_000 + n)
    for name, player, says in (
        ("by the gate", by_the_gate, sure.to_dict()),
        ("three, sure", always_three, {"three": 1.0}),
    ):
        answers = [o for _, o in opened(player, seeds, says)]
        confidence, right = [o.confidence for o in answers], [o.right for o in answers]
        print(
            f"\n  {name}: {sum(right)} of {n} right, Brier score {brier_score(confidence, right):.3f}",
            end="; ",
        )
        print(f"always the mean of all, {brier_score([np.mean(right)] * n, right):.3f}")
        print(calibration_table(confidence, right).round(2).to_string())
        inside = pd.DataFrame({"kind": [o.kind for o in answers], "right": right}).groupby("kind")["right"]
        print(inside.agg(["count", "mean"]).round(2).to_string())


def bench_room():
    """Let 4, 8 and 16 learners do a lesson at once (ROOM_LESSON, ROOM_LEARNERS)."""
    sys.path.insert(0, str(Path(__file__).parent / "room"))
    from measure import load

    for learners in os.environ.get("ROOM_LEARNERS", "4 8 16").split():
        load(int(learners), os.environ.get("ROOM_LESSON", "03_centroid"))


def bench_memory():
    """Measure what a learner of each lesson needs, and write it to docs/room/memory.csv (LESSONS)."""
    sys.path.insert(0, str(Path(__file__).parent / "room"))
    from measure import memory

    memory(os.environ.get("LESSONS", "").split())


PARTS = {
    "labels": bench_labels,
    "minibatch": bench_minibatch,
    "palette": bench_palette,
    "notebooks": bench_notebooks,
    "figures": bench_figures,
    "site": bench_site,
    "network": bench_network,
    "scale": bench_scale,
    "envelopes": bench_envelopes,
    "memory": bench_memory,
    "room": bench_room,
}
ON_REQUEST = {"envelopes", "figures", "memory", "network", "room", "scale", "site"}  # need a browser, or long

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"any of {', '.join(PARTS)}; default: all but {', '.join(sorted(ON_REQUEST))}",
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
