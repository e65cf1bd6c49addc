"""Write the site into build/site, from the stored notebooks: `make site`.

    python docs/site/make_site.py [--archive] [FOLDER]

The pages are made by Sphinx (`pages.py`, `conf.py`), the states of the figures by the lessons' own code
(`figures.py`), and JupyterLab in a page by JupyterLite (`lite.py`). With CLUSTERING_COURSE_PYODIDE=DIR the
Python of the pages is copied from DIR; without, pages load it from Pyodide's public host. `--archive` makes
one file of a site with its Python inside, which works without a network: unpack it, and run its serve.py.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lite import build_lite
from pages import lessons, write_sources
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MATHJAX = "sphinx-mathjax-offline"  # a package that cannot be imported by its name


def draw_figures(folder: Path, done) -> None:
    """Draw the states of all figures, a process for each lesson."""
    folder.mkdir(parents=True)
    # One thread each: several lessons are drawn at a time.
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MPLBACKEND": "agg", "PYTHONWARNINGS": "ignore"}

    def draw(name: str) -> None:
        notebook = ROOT / "notebooks" / f"{name}.ipynb"
        command = [sys.executable, str(HERE / "figures.py"), str(notebook), str(folder)]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True)
        if ran.returncode:
            raise RuntimeError(f"{name}: its figure was not drawn.\n{ran.stderr[-3000:]}")
        done(name)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        # The longest first, so that none is left alone at the end.
        names = sorted(
            (row.name for row in lessons()), key=lambda name: not name.startswith(("08", "04", "03"))
        )
        for _ in pool.map(draw, names):
            pass


def copy_mathjax(target: Path) -> None:
    """Copy of MathJax what pages fetch: the part for TeX, and its letters."""
    package = Path(importlib.util.find_spec(MATHJAX).origin).parent / "static" / "mathjax"
    fonts = Path("output", "chtml", "fonts", "woff-v2")
    shutil.copytree(package / fonts, target / fonts)
    shutil.copy(package / "tex-chtml.js", target)


def build_pages(source: Path, target: Path) -> None:
    """Let Sphinx write the pages; a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-c", str(HERE)]
    command += ["-D", f"html_static_path={source / '_static'}"]
    command += ["-d", str(source.parent / "doctrees"), str(source), str(target)]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"Sphinx:\n{ran.stdout[-2000:]}\n{ran.stderr[-6000:]}")


def main(arguments: list[str]) -> str | None:
    """Build the site; return what went wrong."""
    parser = argparse.ArgumentParser(description="Write the course as a web site.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "site")
    parser.add_argument("--archive", action="store_true", help="also as one file, beside the folder")
    given = parser.parse_args(arguments)
    target = given.folder.resolve()
    pyodide = os.environ.get("CLUSTERING_COURSE_PYODIDE")
    if given.archive and not pyodide:
        return "--archive: CLUSTERING_COURSE_PYODIDE must name a folder with Pyodide, to be put inside."
    if pyodide and not Path(pyodide).is_dir():
        return f"CLUSTERING_COURSE_PYODIDE: expected a folder with Pyodide, found none at {pyodide}."
    if target.exists() and any(target.iterdir()) and not (target / "lite").exists():
        return f"{target}: expected a folder that is not there or holds an earlier site, found another."
    shutil.rmtree(target, ignore_errors=True)  # what is left of an earlier site must not pass for this one's
    columns = (TextColumn("{task.description:36}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with tempfile.TemporaryDirectory() as folder, Progress(*columns, console=Console()) as bar:
        source = Path(folder, "source")
        source.mkdir()
        task = bar.add_task("figures", total=len(lessons()) + 2)

        def step(what: str) -> None:
            bar.update(task, advance=1, description=f"done: {what}")

        try:
            draw_figures(source / "_static" / "figures", step)
            write_sources(source, os.environ.get("GITHUB_REPOSITORY"))
            copy_mathjax(source / "_static" / "mathjax")
            build_pages(source, target)
            step("pages")
            build_lite(
                target / "lite", ROOT / "build" / "wheels", Path(pyodide).resolve() if pyodide else None
            )
            step("JupyterLite")
        except (OSError, RuntimeError, ValueError, subprocess.CalledProcessError) as error:
            return str(error)
    shutil.copy(HERE / "serve.py", target)
    if given.archive:
        print(shutil.make_archive(str(target), "zip", target.parent, target.name))
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    print(f"{target}  {size / 1e6:.0f} MB. To read it: python {target / 'serve.py'}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
