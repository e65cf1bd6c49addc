"""TensorFlow loads silently where it works, and says what it has to say where it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest


def python(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=600)


def test_loading_writes_nothing_and_stderr_works_afterwards():
    pytest.importorskip("tensorflow")
    run = python(
        "import os; from helpers.quiet import keras, tf; print(tf.zeros(2).shape); os.write(2, b'after')"
    )
    assert run.stdout == "(2,)\n"
    assert run.stderr == "after"


def test_a_failing_import_raises_and_shows_its_messages():
    run = python(
        "import os, sys\n"
        "class Broken:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'keras':\n"
        "            os.write(2, b'library not found')\n"
        "            raise ImportError('no keras here')\n"
        "sys.meta_path.insert(0, Broken())\n"
        "import helpers.quiet"
    )
    assert run.returncode == 1
    assert "library not found" in run.stderr
    assert "ImportError: no keras here" in run.stderr
