"""A test run says how far it is, what it is at, what has failed, and what took the time."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from conftest import ROOT, part_of

TESTS = """
import pytest

@pytest.mark.parametrize("i", range(6))
def test_good(i): pass

def test_bad(): assert 1 == 2

def test_left_out(): pytest.skip("not here")

@pytest.fixture
def broken(): raise OSError("no disk")

def test_never_begins(broken): pass
"""
CONFTEST = """
from progress import Progress
import progress
progress.EVERY = 0.01

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(config, lambda nodeid: nodeid.partition("::")[0]))
"""


def test_a_run_is_followed_to_its_end(tmp_path):
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", str(tmp_path)]
    environment = {"PYTHONPATH": str(ROOT / "tests"), "PATH": ""}
    run = subprocess.run(
        [*command, "--rootdir", str(tmp_path)], capture_output=True, text=True, env=environment, timeout=600
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert re.search(r"^\d of [09] tests", run.stdout, re.MULTILINE), run.stdout
    assert "FAILED test_some.py::test_bad" in run.stdout
    assert "FAILED test_some.py::test_never_begins" in run.stdout
    assert "slowest parts" in run.stdout
    assert re.search(r"^ +\d+\.\d  test_some\.py$", run.stdout, re.MULTILINE)
    assert "1 failed, 6 passed, 1 skipped, 1 error" in run.stdout
    assert "assert 1 == 2" in run.stdout, "why it failed is told as ever"


@pytest.mark.parametrize(
    ("nodeid", "part"),
    [
        ("tests/helpers/test_labels.py::test_x[1-2]", "helpers/test_labels.py"),
        ("notebooks/09_digits.ipynb::Cell 3", "09_digits.ipynb"),
        ("tests/browser/test_lessons_in_browser.py::test_runs[04_density]", "browser 04_density"),
    ],
)
def test_each_test_belongs_to_a_part(nodeid, part):
    assert part_of(nodeid) == part
