"""The copies for a class: without solutions and outputs, with the tables that they read beside them."""

from __future__ import annotations

import shutil
import subprocess

import nbformat
import pytest
from conftest import ROOT

LESSON = "15_clinic"


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """Run the command in a copy of what it needs."""
    if shutil.which("make") is None or not (ROOT / ".venv" / ".installed").exists():
        pytest.skip("make learner is for the environment that make has made")
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "data"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder)
    lesson = f"notebooks/{LESSON}.ipynb"
    # The stamp of the environment is newer than the lists, so nothing is installed.
    command = ["make", "learner", f"VENV={ROOT / '.venv'}", f"NOTEBOOKS={lesson}"]
    done = subprocess.run([*command, "-o", f"{ROOT / '.venv'}/.installed"], cwd=folder, capture_output=True)
    assert done.returncode == 0, done.stderr
    return folder / "learner"


def test_solutions_and_outputs_are_gone_and_tasks_are_not(learner):
    cells = nbformat.read(learner / "notebooks" / f"{LESSON}.ipynb", as_version=4).cells
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", [])]
    assert "solution" not in tags
    assert tags.count("exercise") == 11
    assert not any(cell.get("outputs") for cell in cells)


def test_what_a_lesson_reads_is_beside_it(learner):
    text = (learner / "notebooks" / f"{LESSON}.ipynb").read_text(encoding="utf-8")
    assert "../data/airports.csv" in text
    assert (learner / "notebooks" / "../data/airports.csv").exists()
