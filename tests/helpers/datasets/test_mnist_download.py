"""The download of MNIST. None of these tests uses the network, and nearly all do without Keras."""

import os
import socket
import subprocess
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.datasets import mnist_download
from helpers.datasets.mnist_download import download_mnist

# What takes the place of Keras; `target` is the file that Keras would write.
KERAS = """
import os, pathlib, time
target = pathlib.Path(os.environ["KERAS_HOME"], "datasets", "mnist.npz")
target.parent.mkdir()
"""


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "mnist.npz"


@pytest.fixture
def download(tmp_path, monkeypatch, cache):
    """Download with a Keras that runs `code`; afterwards no temporary file may be left."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr(mnist_download, "find_spec", lambda name: object())

    def run(code):
        monkeypatch.setattr(mnist_download, "_DOWNLOAD_CODE", code)
        return download_mnist(Path.read_bytes, cache)

    yield run
    assert os.listdir(temporary) == []


def test_file_is_read_and_kept(download, cache, capfd):
    assert download(KERAS + "print('noise'); target.write_bytes(b'digits')") == b"digits"
    assert cache.read_bytes() == b"digits"
    assert os.listdir(cache.parent) == [cache.name]
    output = capfd.readouterr()
    assert "Downloading MNIST" in output.out
    assert "noise" not in output.out
    assert output.err == ""


def test_file_that_cannot_be_kept(download, cache):
    cache.parent.write_text("not a folder")
    assert download(KERAS + "target.write_bytes(b'digits')") == b"digits"


def test_progress_is_shown(download, monkeypatch, tmp_path, capsys):
    seen = tmp_path / "seen"
    bytes_so_far = mnist_download._bytes_so_far

    def watched(target):
        size = bytes_so_far(target)
        if size == 3_000_000:
            seen.touch()
        return size

    monkeypatch.setattr(mnist_download, "_bytes_so_far", watched)
    wait = f"target.write_bytes(bytes(3_000_000))\nwhile not os.path.exists({str(seen)!r}): time.sleep(0.01)"
    download(KERAS + wait)
    assert "3.0 MB\r" in capsys.readouterr().out


def test_starting_connecting_and_moving_are_told_apart(tmp_path):
    target = tmp_path / "datasets" / "mnist.npz"
    assert mnist_download._bytes_so_far(target) == -1
    target.parent.mkdir()
    assert mnist_download._bytes_so_far(target) == 0
    target.write_bytes(bytes(7))
    assert mnist_download._bytes_so_far(target) == 7


@pytest.mark.parametrize(
    ("end", "reason"), [("raise OSError('no network here')", "no network here"), ("os._exit(3)", "exit 3")]
)
def test_failure_says_why(download, cache, capfd, end, reason):
    with pytest.raises(ConnectionError, match=rf"found that it failed: .*{reason}\. Check .*stand-in"):
        download(KERAS + "target.write_bytes(b'half')\n" + end)
    assert not cache.exists()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("size_at", "found"),
    [
        (lambda t: -1, "Keras still starting after 60 s"),
        (lambda t: -1 if t < 10 else 0, "0.0 MB after 18 s"),
        (lambda t: -1 if t < 10 else 3_000_000, "3.0 MB after 18 s"),
        (lambda t: -1 if t < 10 else int(t) * 1000, "0.1 MB after 120 s"),
    ],
    ids=["slow start", "no answer", "stalls", "trickles"],
)
def test_patience_ends(monkeypatch, size_at, found):
    """A clock that runs only while the code sleeps: nobody waits, and the limits are the real ones."""
    clock = SimpleNamespace(now=0.0)
    clock.sleep = lambda seconds: setattr(clock, "now", clock.now + seconds)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(mnist_download, "time", clock)
    monkeypatch.setattr(mnist_download, "_bytes_so_far", lambda target: size_at(clock.now))
    with pytest.raises(TimeoutError, match=rf"expected a download of 11 MB, found {found}\. Check"):
        mnist_download._wait(SimpleNamespace(poll=lambda: None), Path("mnist.npz"))


@pytest.mark.parametrize("stop", [TimeoutError, KeyboardInterrupt])
def test_process_is_ended(download, monkeypatch, cache, stop):
    started = []
    popen = subprocess.Popen

    def give_up(process, target):
        while not target.exists():
            assert process.poll() is None
            time.sleep(0.01)
        raise stop

    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    monkeypatch.setattr(mnist_download, "_wait", give_up)
    with pytest.raises(stop):
        download(KERAS + "target.write_bytes(b'half'); time.sleep(600)")
    assert started[0].returncode is not None
    assert not cache.exists()


def test_files_beside_the_notebook_are_not_imported(download, monkeypatch, tmp_path):
    # As Keras would be: from the folder the kernel runs in.
    (tmp_path / "keras_of_the_learner.py").write_text("raise SystemExit('executed')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConnectionError, match="No module named"):
        download("import keras_of_the_learner")


@pytest.mark.skipif(mnist_download.find_spec("keras") is None, reason="Keras is not installed")
def test_the_real_keras(download, monkeypatch, cache):
    """Keras itself, behind a proxy that answers nothing: the code that the tests above replace."""
    for name in ("_IMPORT_SECONDS", "_STALL_SECONDS", "_TOTAL_SECONDS"):
        monkeypatch.setattr(mnist_download, name, 600)  # on a busy machine, too
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(200))

        threading.Thread(target=hang_up, daemon=True).start()
        for name in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.getsockname()[1]}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "")
        with pytest.raises(ConnectionError, match=r"URL fetch failure on .*/mnist\.npz"):
            download(mnist_download._DOWNLOAD_CODE)
    assert asked[0].startswith(b"CONNECT ")
    assert not cache.exists()
