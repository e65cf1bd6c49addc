"""The copies of lessons for a class, made by the command that instructors use."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from lesson_code import ROOT


def copy_for_learners(folder: Path, *lessons: str) -> Path:
    """Run `make learner` for some lessons in an empty folder with what it needs; return what it has made."""
    if shutil.which("make") is None or not (ROOT / ".venv" / ".installed").exists():
        pytest.skip("make learner is for the environment that make has made")
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    shutil.copytree(ROOT / "data", folder / "data")
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder)
    wanted = " ".join(f"notebooks/{lesson}.ipynb" for lesson in lessons)
    # The stamp of the environment is newer than the lists, so nothing is installed.
    command = ["make", "learner", f"VENV={ROOT / '.venv'}", f"NOTEBOOKS={wanted}"]
    done = subprocess.run([*command, "-o", f"{ROOT / '.venv'}/.installed"], cwd=folder, capture_output=True)
    assert done.returncode == 0, done.stderr
    return folder / "learner"
