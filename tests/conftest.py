"""What all tests share: where things are, and how notebooks behave when their data cannot be had."""

from __future__ import annotations

import os
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest
from nbval.plugin import IPyNbCell

# Not by an environment variable: the notebooks' kernels would inherit it and draw nothing.
mpl.use("agg")
# nbval compares with stored outputs, which are still pictures; tests/browser runs the notebooks as they are.
os.environ["CLUSTERING_COURSE_STATIC"] = "1"

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# The outputs of these lessons come from real MNIST. On the stand-in they must still run to their end,
# but there is nothing to compare.
MNIST_LESSONS = {"09_digits.ipynb"}
_not_compared: set[str] = set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    cells = [item for item in items if isinstance(item, IPyNbCell) and item.path.name in MNIST_LESSONS]
    if not cells:
        return
    from helpers.datasets import load_mnist

    if load_mnist().is_standin:
        for cell in cells:
            cell.options["check"] = False
            _not_compared.add(cell.path.name)


def pytest_terminal_summary(terminalreporter) -> None:
    if any(
        "NO BROWSER TESTS" in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])
    ):
        terminalreporter.write_line("lessons: not opened in a browser, since none was found", yellow=True)
    for name in sorted(_not_compared):
        terminalreporter.write_line(f"{name[:2]}: run, outputs not compared (stand-in data)", yellow=True)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def read_notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)
