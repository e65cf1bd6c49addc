"""The download of MNIST: through Keras, in a process that can be ended whatever it hangs in."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

_Content = TypeVar("_Content")

# The socket timeout ends this process if ours is gone.
_DOWNLOAD_CODE = """
import socket
socket.setdefaulttimeout(20)
from keras.datasets import mnist
mnist.load_data()
"""
_IMPORT_SECONDS = 60  # for importing Keras: 5 to 10 s are normal, more on a small machine
_STALL_SECONDS = 8  # for the network to do anything at all
_TOTAL_SECONDS = 120
_WHAT_TO_DO = 'Check the network and try again, or use source="stand-in".'


def download_mnist(read: Callable[[Path], _Content], cache: Path) -> _Content:
    """Download ``mnist.npz``, and return what `read` makes of it.

    Keras downloads straight into its cache, so what a broken download leaves there would be found by the
    next program. Here its cache is a temporary folder; the file is kept, as `cache`, only when `read` has
    accepted it.
    """
    if find_spec("keras") is None:
        raise ModuleNotFoundError(
            'Keras: expected it for the download, found it not installed. Use source="stand-in", '
            "or put mnist.npz into a folder that CLUSTERING_COURSE_DATA names."
        )
    with tempfile.TemporaryDirectory(prefix="mnist-", ignore_cleanup_errors=True) as folder:
        fetched = Path(folder) / "datasets" / "mnist.npz"
        _run_keras(Path(folder), fetched)
        content = read(fetched)
        _keep(fetched, cache)
    return content


def _run_keras(home: Path, target: Path) -> None:
    """Let Keras, in a process of its own with `home` as its folder, download MNIST to `target`.

    Only a process can be ended whatever it hangs in, the look-up of a host's name included. It also keeps
    TensorFlow, its half gigabyte and its log messages out of the notebook.
    """
    print('Downloading MNIST (11 MB) through Keras; load_mnist("stand-in") does without.', flush=True)
    log = home / "log.txt"
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            # -P: a file keras.py or socket.py beside the notebook must not be taken for the library.
            [sys.executable, "-P", "-c", _DOWNLOAD_CODE],
            env=os.environ | {"KERAS_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows would open a console
        ) as process,
    ):
        try:
            _wait(process, target)
        finally:
            process.kill()
    if process.returncode != 0:
        last_line = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
        raise ConnectionError(
            "MNIST: expected Keras to download it, found that it failed: "
            f"{last_line or f'exit {process.returncode}'}. {_WHAT_TO_DO}"
        )


def _wait(process: subprocess.Popen, target: Path) -> None:
    """Show progress until `process` ends; raise TimeoutError when it no longer gets anywhere."""
    start = last_change = time.monotonic()
    size = -1
    while process.poll() is None:
        time.sleep(0.1)
        now = time.monotonic()
        new_size = _bytes_so_far(target)
        if new_size != size:
            size, last_change = new_size, now
            if size > 0:
                print(f"{size / 1e6:.1f} MB", end="\r", flush=True)
        patience = _IMPORT_SECONDS if size < 0 else _STALL_SECONDS
        if now - last_change > patience or now - start > _TOTAL_SECONDS:
            found = "Keras still starting" if size < 0 else f"{size / 1e6:.1f} MB"
            raise TimeoutError(
                f"MNIST: expected a download of 11 MB, found {found} after {now - start:.0f} s. {_WHAT_TO_DO}"
            )


def _bytes_so_far(target: Path) -> int:
    """Return how much of `target` is there: -1 before Keras has made its folder, 0 while it connects."""
    try:
        return target.stat().st_size
    except OSError:
        return 0 if target.parent.exists() else -1


def _keep(fetched: Path, cache: Path) -> None:
    part = cache.with_name(f"{cache.name}.{os.getpid()}.part")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fetched, part)
        os.replace(part, cache)  # At once: no other program ever sees half a file.
    except OSError:
        # The arrays are fine; a read-only or full disk only means that the next session downloads again.
        with contextlib.suppress(OSError):
            part.unlink()
