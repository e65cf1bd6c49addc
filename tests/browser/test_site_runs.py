"""Lessons run in a page: JupyterLite with Python for browsers, from the built site, on this machine alone.

`make test` runs two of them to their end, `make test SITE=all` all. What they print is compared with what is
stored; what differs is listed, with its cause, in `differences.toml`.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NOTEBOOKS, ROOT, read_notebook
from lab_page import NOTEBOOK, Lesson, controls, explorers, move
from site_build import alone, served

sys.path.append(str(ROOT / "docs" / "site"))
import lite
from pages import CANNOT_RUN

LEFT_BEHIND = ROOT / "build" / "browser"
ALWAYS = ("01", "07")  # the smallest, and the one that reads a file, draws with seaborn and turns with Plotly
SOME = [
    path.stem
    for path in NOTEBOOKS
    if path.name[:2] not in CANNOT_RUN and (os.environ.get("SITE") == "all" or path.name[:2] in ALWAYS)
]
DIFFERENCES = tomllib.loads(Path(__file__).with_name("differences.toml").read_text(encoding="utf-8"))[
    "difference"
]


def rules() -> list[tuple[str, str]]:
    """Read what nbval makes alike before it compares."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "tests" / "nbval.cfg")
    return [(parser[name]["regex"], parser[name]["replace"]) for name in parser.sections()]


def printed(cell: dict[str, Any]) -> str:
    """Return what a cell has printed, and shown as plain text alone."""
    parts = []
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream":
            parts.append("".join(output["text"]))
        elif list(output.get("data", {})) == ["text/plain"]:
            parts.append("".join(output["data"]["text/plain"]))
    text = "".join(parts)
    for pattern, replacement in rules():
        text = re.sub(pattern, replacement, text)
    return text


@pytest.fixture(scope="module")
def address(site, pyodide) -> Iterator[str]:
    LEFT_BEHIND.mkdir(parents=True, exist_ok=True)
    with served(site / "lite") as address:
        yield address


class InPage(Lesson):
    """A lesson that is open in JupyterLite."""

    def __init__(self, page, address: str, name: str) -> None:
        super().__init__(page, address, Path(), name)
        self.address = f"{address}/lab/index.html?path=notebooks/{name}.ipynb"


def in_page(browser, address: str, name: str):
    """Open a lesson in a browser that has never seen the site; return it, and what it asks of others."""
    context, elsewhere = alone(browser, address)
    lesson = InPage(context.new_page(), address, name)
    lesson.open()
    return lesson, elsewhere


@pytest.fixture(scope="module", params=SOME)
def lesson(request, browser, address) -> Iterator[tuple[Lesson, list[str]]]:
    """Open and run a lesson; the tests below continue on it, in their order."""
    lesson, elsewhere = in_page(browser, address, request.param)
    lesson.run_all()
    yield lesson, elsewhere
    lesson.page.context.close()


def test_runs_to_its_end_and_asks_nothing_of_another_machine(lesson):
    lesson, elsewhere = lesson
    lesson.has_run_to_its_end()
    assert elsewhere == []


def test_prints_what_is_stored_but_for_what_is_listed(lesson):
    lesson, _ = lesson
    stored = read_notebook(ROOT / "notebooks" / f"{lesson.name}.ipynb").cells
    mine = [each for each in DIFFERENCES if each["lesson"] == lesson.name[:2]]
    listed = [words for each in mine for words in each["cells"]]
    always = {words for each in mine if not each.get("sometimes") for words in each["cells"]}
    unlisted, found, compared = [], set(), 0
    for before, now in zip(stored, lesson.cells(), strict=True):
        if before.cell_type != "code" or "nbval-ignore-output" in before.metadata.get("tags", []):
            continue
        compared += bool(printed(before))
        if printed(before) == printed(now):
            continue
        names = {words for words in listed if words == "*" or words in before.source}
        found |= names
        if not names:
            unlisted.append(f"{before.source[:80]}\n< {printed(before)}\n> {printed(now)}")
    assert compared > 10
    assert not unlisted, "\n".join(unlisted)
    assert always <= found, "listed, and no longer different"


def test_figures_move(lesson):
    lesson, _ = lesson
    for index in explorers(lesson):
        output = lesson.show(index).locator(".jp-OutputArea-output")
        picture, line = output.locator("img"), output.locator("[role=status]")
        picture.wait_for()
        said = line.inner_text()
        for control in list(controls(output).values())[:1]:
            move(lesson.page, picture, control)
        assert line.inner_text() != said
        assert picture.get_attribute("alt") == line.inner_text()
    lesson.page.screenshot(path=LEFT_BEHIND / f"site_running_{lesson.name}.png")


def test_progress_is_kept_in_the_browser(lesson):
    lesson, _ = lesson
    if lesson.name[:2] != ALWAYS[0]:
        pytest.skip("tried in one lesson")
    place = next(i for i, c in enumerate(lesson.cells()) if "exercise" in c["metadata"].get("tags", []))
    lesson.rewrite(place, "answer_1 = [1, -0.5]")
    assert "correct" in lesson.show(place + 1).locator(".jp-OutputArea-output").inner_text()
    kept = lesson.page.evaluate(
        """async () => (await window.jupyterapp.serviceManager.contents.get("progress.jsonl",
            { content: true, format: "text", type: "file" })).content"""
    )
    assert '"exercise": "01-1"' in kept


MEASURED = """import numpy as np
from helpers.cost import measure_fit
from sklearn.base import BaseEstimator
class Pairs(BaseEstimator):
    def fit(self, X):
        self.sum_ = np.ones((len(X), len(X))).sum()
        return self
wanted = [8 * n**2 for n in (1000, 2000, 3000)]
for _ in range(3):  # what was free before must not matter
    found = measure_fit(Pairs(), lambda n_samples: (np.ones((n_samples, 1)), None), [1000, 2000, 3000])
    print([round(found / wanted, 1) for found, wanted in zip(found["bytes"], wanted)])"""


def test_memory_is_measured_in_the_heap_of_a_page(lesson):
    lesson, _ = lesson
    if lesson.name[:2] != ALWAYS[0]:
        pytest.skip("tried in one lesson")
    place = next(i for i, c in enumerate(lesson.cells()) if "exercise" in c["metadata"].get("tags", []))
    lesson.rewrite(place, MEASURED)
    assert printed(lesson.cells()[place]) == "[1.0, 1.0, 1.0]\n" * 3


@pytest.mark.parametrize("name", [p.stem for p in NOTEBOOKS if p.name[:2] in CANNOT_RUN])
def test_a_lesson_that_cannot_run_says_so_and_where_it_does(browser, address, name):
    lesson, elsewhere = in_page(browser, address, name)
    lesson.run_all()
    errors = [o for cell in lesson.cells() for o in cell.get("outputs", []) if o["output_type"] == "error"]
    assert len(errors) == 1
    assert "Binder" in errors[0]["evalue"] and "make lab" in errors[0]["evalue"]
    assert elsewhere == []
    lesson.page.context.close()


def test_the_public_form_runs_with_the_files_of_the_public_host(browser, site, pyodide, tmp_path):
    """Without a copy of Pyodide, pages name its public host: here its files stand in for that host."""
    copy = tmp_path / "lite"
    shutil.copytree(site / "lite", copy, ignore=shutil.ignore_patterns("pyodide"))
    lite.configure(copy, lite.public_host())
    files = []

    def public(route) -> None:
        file = pyodide / route.request.url.removeprefix(lite.public_host())
        files.append(file.name)
        kind = {".mjs": "text/javascript", ".wasm": "application/wasm"}.get(file.suffix, "application/zip")
        headers = {"access-control-allow-origin": "*", "content-type": kind}
        route.fulfill(body=file.read_bytes(), headers=headers)

    with served(copy) as address:
        context, elsewhere = alone(browser, address)
        context.route(f"{lite.public_host()}**", public)
        lesson = InPage(context.new_page(), address, "01_introduction")
        lesson.open()
        imports = next(i for i, cell in enumerate(lesson.cells()) if cell["cell_type"] == "code")
        lesson.show(imports).locator(".cm-content").click()
        lesson.page.keyboard.press("Shift+Enter")
        lesson.page.wait_for_function(
            f"""(index) => {{ const cell = {NOTEBOOK}.content.model.cells.get(index);
                return cell.executionCount === 1 && cell.executionState === "idle"; }}""",
            arg=imports,
        )
        assert lesson.cells()[imports]["outputs"] == []
        assert "pyodide.asm.wasm" in files
        assert elsewhere == []
        context.close()
