"""Measure what code costs: seconds and peak memory of a fit as data grow, and one call against another."""

from __future__ import annotations

import ctypes
import itertools
import multiprocessing
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from threadpoolctl import threadpool_limits

SHORTEST_TURN = 0.05  # seconds; below, what the machine does at that moment is most of what is measured
IN_A_PAGE = sys.platform == "emscripten"  # Python compiled for a browser
_clock = time.perf_counter


def peak_memory() -> int:
    """Return the most memory that this process has ever used, in bytes."""
    if sys.platform == "linux":  # getrusage would count what the parent process used before the start, too
        line = next(s for s in Path("/proc/self/status").read_text().splitlines() if s.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        import psutil  # comes with ipykernel

        return psutil.Process().memory_info().peak_wset
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure_fit(
    estimator: Any | Sequence[Any],
    draw: Callable[..., tuple[np.ndarray, np.ndarray]],
    sizes: Sequence[int],
    repeats: int = 3,
) -> pd.DataFrame:
    """Fit an estimator on data of growing size, in a process of its own, and measure each size.

    Parameters
    ----------
    estimator : scikit-learn estimator, or a sequence of them
        What to fit; a sequence has one for each size (an `eps` that shrinks as points are added, say).
    draw : callable
        `draw(n_samples=n)` returns `X, y`, like `sklearn.datasets.make_blobs`. Its own memory is not counted:
        the other process reads `X` from a file.
    sizes : sequence of int
        Numbers of samples, increasing: what is measured is the highest use so far, and that never falls.
    repeats : int
        Fits of each size. The fastest counts, since other programs can only slow a fit down.

    Returns
    -------
    pandas.DataFrame
        One row per size: `n`; `seconds`, the wall time of the fastest fit, on one thread; `bytes`, how far
        the peak memory of the process has risen above what it was after a fit of 100 samples. That includes
        the data themselves (8 bytes a number, or what `X` has), once.

    Raises
    ------
    ValueError
        If the sizes do not increase, or there are not as many estimators as sizes.

    Notes
    -----
    Where Python runs in a page there is no other process. There the fits are made in this one, and the memory
    is how far its heap grows in the first of them, while all that is free in the heap is held back.
    """
    sizes = list(sizes)
    if not sizes or any(a >= b for a, b in itertools.pairwise(sizes)):
        raise ValueError(f"sizes must increase, so that each peak is its own; got {sizes}.")
    estimators = list(estimator) if isinstance(estimator, Sequence) else [estimator] * len(sizes)
    if len(estimators) != len(sizes):
        raise ValueError(f"one estimator for each size: got {len(estimators)} for {len(sizes)} sizes.")
    if IN_A_PAGE:
        return _measure_here(estimators, draw, sizes, repeats)
    with tempfile.TemporaryDirectory() as folder, _fresh_process() as pool:
        files = []
        for n in (min(sizes[0], 100), *sizes):
            files.append(Path(folder, f"{n}.npy"))
            np.save(files[-1], draw(n_samples=n)[0])
        return pool.submit(_measure, estimators, files, sizes, repeats).result()


def _fresh_process() -> ProcessPoolExecutor:
    """Return a process whose memory is not mixed up with this one's."""
    if sys.platform != "linux":
        return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    # Forks of a small process that has done nothing but import: seconds of importing are saved each time.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["helpers.cost", "sklearn.cluster"])
    return ProcessPoolExecutor(1, mp_context=context)


def _measure(estimators: list[Any], files: list[Path], sizes: list[int], repeats: int) -> pd.DataFrame:
    rows = []
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what an estimator says about these data is not measured here
        clone(estimators[0]).fit(np.load(files[0]))  # what is loaded once is not the cost
        before = peak_memory()
        for estimator, file, n in zip(estimators, files[1:], sizes, strict=True):
            X, seconds = np.load(file), []
            for _ in range(repeats):
                start = _clock()
                clone(estimator).fit(X)
                seconds.append(_clock() - start)
            rows.append({"n": n, "seconds": min(seconds), "bytes": peak_memory() - before})
    return pd.DataFrame(rows)


def _measure_here(
    estimators: list[Any], draw: Callable[..., Any], sizes: list[int], repeats: int
) -> pd.DataFrame:
    rows, most = [], 0
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clone(estimators[0]).fit(draw(n_samples=min(sizes[0], 100))[0])
        for estimator, n in zip(estimators, sizes, strict=True):
            X, seconds = draw(n_samples=n)[0], []
            with _full_heap() as end:
                before = end()
                for _ in range(repeats):
                    start = _clock()
                    clone(estimator).fit(X)
                    seconds.append(_clock() - start)
                most = max(most, X.nbytes + end() - before)
            rows.append({"n": n, "seconds": min(seconds), "bytes": most})
    return pd.DataFrame(rows)


@contextmanager
def _full_heap() -> Iterator[Callable[[], int]]:
    """Hold all that is free in the heap of a page's Python, so that whatever is taken makes it grow.

    Gives a function that returns where the heap ends. Like the peak of a process, that does not fall. What
    Python itself keeps for small objects is not seen.
    """
    libc = ctypes.CDLL(None)
    libc.sbrk.restype = libc.malloc.restype = ctypes.c_size_t
    libc.malloc.argtypes = libc.free.argtypes = [ctypes.c_size_t]
    held = []
    try:
        size = 1 << 22  # not larger: the first block for which there is no room makes the heap grow
        while size >= 1 << 12:
            end = libc.sbrk(0)
            held.append(libc.malloc(size))
            if not held[-1]:
                raise MemoryError("a page's Python has no more memory")
            if libc.sbrk(0) != end:
                libc.free(held.pop())
                size //= 2
        yield lambda: libc.sbrk(0)
    finally:
        for block in held:
            libc.free(block)


def race(contenders: Mapping[str, Callable[[], Any]], rounds: int = 5) -> pd.DataFrame:
    """Time some calls against each other, so that other work on the machine meets them all alike.

    Parameters
    ----------
    contenders : dict of callables without arguments
        What to time, by name; names that are tuples become the levels of the columns.
    rounds : int
        In each round all take their turn, one after the other, on one thread.

    Returns
    -------
    pandas.DataFrame, shape (rounds, n_contenders)
        Seconds a call. In a turn a quick call is repeated until 50 ms have passed, so that the clock can see
        it. Compare within a round, then take the median: `(t["slow"] / t["fast"]).median()`.

    Raises
    ------
    ValueError
        If there are no contenders, or fewer than one round.
    """
    if not contenders or rounds < 1:
        raise ValueError(f"got {len(contenders)} contenders and {rounds} rounds; there must be some of each.")
    seconds: dict[Any, list[float]] = {name: [] for name in contenders}
    with threadpool_limits(1):
        for _ in range(rounds):
            for name, call in contenders.items():
                start, calls = _clock(), 0
                while calls == 0 or _clock() - start < SHORTEST_TURN:
                    call()
                    calls += 1
                seconds[name].append((_clock() - start) / calls)
    return pd.DataFrame(seconds).rename_axis("round")
