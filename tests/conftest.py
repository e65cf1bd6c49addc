"""What all tests share. Each folder answers one question:

- `helpers/`: does each helper do what its docstring says? One file for each module, in the same places.
- `data/`: are the shipped tables what `data/README.md` says?
- `lessons/`: are the notebooks complete, shaped like lessons, and is what they teach right? Do they run on
  other people's data? (nbval, on `../notebooks`, runs every cell and compares its output.)
- `claims/`: does what a lesson says in general hold when somebody tries to break it? `held.csv` has how
  often each claim held, `make claims` runs all draws again, the tests a few.
- `browser/`: does every lesson work in JupyterLab, in a real browser, for every reader? Can the site be read,
  and do its figures and exercises answer? Do lessons run in its pages?
- `room/`: does a room keep learners apart, and what they have saved, whatever happens? Is its page right?
- `docs/`: can the handouts and the site be read, and do links and addresses lead somewhere?
- `test_environment.py`: does every way of installing give the same versions?
- `test_progress.py`: does a test run say how far it is?

`bench.py` is no test: it measures what differs from one machine to the next. No test asserts how
fast anything is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest
from hypothesis import HealthCheck, settings
from installed_browser import MISSING, find_browser, start_browser
from nbval.plugin import IPyNbCell
from playwright.sync_api import sync_playwright
from progress import Progress
from site_build import NO_PYODIDE, build_once
from xdist.scheduler import LoadScopeScheduling

# Not by an environment variable: the notebooks' kernels would inherit it and draw nothing.
mpl.use("agg")
# nbval compares with stored outputs, which are still pictures; tests/browser runs the notebooks as they are.
os.environ["CLUSTERING_COURSE_STATIC"] = "1"
# What tests answer is nobody's progress, and none shows in what a notebook prints.
os.environ["CLUSTERING_COURSE_PROGRESS"] = os.devnull

# No limits of time: a busy machine would break them. In CI the same examples in every run: a new one that
# fails belongs to who is at work, not to who merges.
settings.register_profile(
    "course",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=60,
    derandomize="CI" in os.environ,
)
settings.load_profile("course")

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

MAX_WORKERS = 4  # a lesson takes up to 1.6 GB, a browser another half
# What takes longest is begun first, so that no core is left alone with it at the end.
FIRST = ("12_network", "09_digits", "11_embedding", "10_choosing", "08_image_compression", "13_own_table")
FIRST += ("test_case_studies", "14_scale")

# The outputs of these lessons come from real MNIST. On the stand-in they must still run to their end,
# but there is nothing to compare.
MNIST_LESSONS = {"09_digits.ipynb", "11_embedding.ipynb", "12_network.ipynb"}
NOT_COMPARED = "run, outputs not compared (stand-in data)"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    # One more than cores: a test in the browser waits most of its time.
    return min(MAX_WORKERS, (os.cpu_count() or 1) + 1)


class StandIn:
    """Compare no outputs of lessons on real MNIST where it cannot be had.

    A plugin: pytest calls a conftest's own hook of this name only for what lies below its folder, which the
    notebooks do not.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if isinstance(item, IPyNbCell) and item.path.name in MNIST_LESSONS and not _mnist_is_real():
            item.options["check"] = False
            item.user_properties.append((NOT_COMPARED, item.path.stem))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(StandIn(), "course-stand-in")
    if hasattr(config, "workerinput"):
        return
    workers, cores = config.getoption("numprocesses", 0), os.cpu_count() or 1
    if workers:
        # Side by side, each process has its share of the cores: more threads would only wait for each other.
        # TensorFlow's do not, and with one alone the longest lesson would be the last to end.
        # Whoever sets a number gets it.
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", os.environ.get("OMP_NUM_THREADS", str(cores)))
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, cores // workers)))
        config.pluginmanager.register(Progress(config, part_of), "course-progress")


def part_of(nodeid: str) -> str:
    """Return the part of the suite that a test belongs to: a file, or one lesson in the browser."""
    path, _, name = nodeid.partition("::")
    if path.startswith("tests/browser") and "[" in name:
        return f"browser {name[name.index('[') + 1 : -1]}"
    return path.removeprefix("tests/").removeprefix("notebooks/")


class ByPart(LoadScopeScheduling):
    """Run what belongs to one part in one process, in its order."""

    def _split_scope(self, nodeid: str) -> str:
        return part_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> ByPart:
    return ByPart(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        part = part_of(item.nodeid)
        return next((place for place, name in enumerate(FIRST) if name in part), len(FIRST))

    items.sort(key=rank)  # stable: within a part, and among the others, the order stays


@cache
def _mnist_is_real() -> bool:
    from helpers.datasets import load_mnist

    return load_mnist().is_real


def pytest_terminal_summary(terminalreporter) -> None:
    reports = [report for kind in terminalreporter.stats.values() for report in kind]
    reports = [report for report in reports if isinstance(report, pytest.TestReport)]
    if any(MISSING in str(report.longrepr) for report in reports if report.skipped):
        terminalreporter.write_line("lessons: not opened in a browser, since none was found", yellow=True)
    if any(NO_PYODIDE in str(report.longrepr) for report in reports if report.skipped):
        terminalreporter.write_line(
            "site: no lesson was run in a page, since there is no Pyodide", yellow=True
        )
    if any("NO ROOM" in str(report.longrepr) for report in reports if report.skipped):
        terminalreporter.write_line("room: none was opened", yellow=True)
    told = {(lesson, what) for report in reports for what, lesson in report.user_properties}
    for lesson, what in sorted(told):
        terminalreporter.write_line(f"{lesson}: {what}", yellow=True)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of the site, built once for all processes."""
    base = tmp_path_factory.getbasetemp()
    return build_once(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture(scope="session")
def pyodide() -> Path:
    """The folder with Python for pages; what needs it is skipped where there is none."""
    folder = os.environ.get("CLUSTERING_COURSE_PYODIDE")
    if not folder:
        pytest.skip(NO_PYODIDE)
    return Path(folder)


@pytest.fixture(scope="session")
def browser():
    """The installed browser, one for all tests of a process: Playwright runs only once in each."""
    path = find_browser()
    if path is None:
        if os.environ.get("CI"):
            raise RuntimeError(MISSING)  # in CI they must not go missing unnoticed
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = start_browser(playwright, path)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def room_is_installed() -> None:
    """Skip what needs a room where none can be opened."""
    from rooms import what_is_missing

    if missing := what_is_missing(ROOT / ".venv"):
        if os.environ.get("CI"):
            raise RuntimeError(missing)  # in CI they must not go missing unnoticed
        pytest.skip(missing)


@pytest.fixture(scope="module")
def place(room_is_installed) -> Iterator[tuple[Path, Path]]:
    """A folder for a room with one lesson, and the folder of that lesson."""
    from learner_copy import copy_for_learners
    from rooms import LESSON, room_folder

    with room_folder() as folder:
        (folder.parent / "course").mkdir(mode=0o755)
        yield folder, copy_for_learners(folder.parent / "course", LESSON)


@pytest.fixture(scope="module")
def room(place):
    """A room for two that is open, from a terminal as an instructor's."""
    import pty  # not on every system

    from rooms import PASSWORD, Room

    folder, lessons = place
    options = ("--learners", "2", "--memory", "1.5", "--lessons", str(lessons))
    ours, theirs = pty.openpty()
    with Room(folder, *options, password=PASSWORD, terminal=theirs) as room:
        yield room
    os.close(ours)
    os.close(theirs)


@pytest.fixture(scope="module")
def ada(room):
    return room.learner("ada")


@pytest.fixture(scope="module")
def ben(room):
    return room.learner("ben")


def read_notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)
