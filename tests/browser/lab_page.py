"""JupyterLab in a real browser: start both, open a lesson, run it, and read what the learner sees."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from lesson_code import ROOT
from playwright.sync_api import Locator, Page

# When to give up: long enough for a machine that is busy with something else. No bound on anything's speed.
PATIENCE_MS = 300_000
# One notebook is open; `model` is what JupyterLab knows about it, whatever is scrolled into view.
NOTEBOOK = "window.jupyterapp?.shell.currentWidget"
CELLS = f"""() => Array.from({NOTEBOOK}.content.model.cells).map((cell) => ({{
    ...cell.toJSON(), state: cell.type === "code" ? cell.executionState : "idle" }}))"""
KERNEL = f"{NOTEBOOK}?.sessionContext?.session?.kernel?.status"


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Start JupyterLab on a copy of the lessons in `folder`, as `make lab` does; give its address."""
    for part in ("notebooks", "data"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    # Imported, not run there: the names of a start-up file would be the lesson's as well.
    here = str(Path(__file__).parent)
    (startup / "measure.py").write_text(
        f"__import__('sys').path.append({here!r}); __import__('measure_figures').record()"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),  # not the settings of whoever runs the tests
        "JUPYTER_DATA_DIR": str(folder / "data_dir"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "COURSE_FIGURES": str(folder / "figures.jsonl"),
        "QUICK": "1",  # the network of lesson 12 is trained in full elsewhere
    }
    environment.pop("CLUSTERING_COURSE_STATIC", None)  # here everything is alive
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--allow-root", "--ServerApp.root_dir=.", "--IdentityProvider.token="]
    command += ["--LabApp.expose_app_in_browser=True"]
    log = (folder / "jupyterlab.log").open("w")
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):  # a busy machine takes its time
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5)
                break
            except (urllib.error.URLError, TimeoutError):
                assert server.poll() is None, (folder / "jupyterlab.log").read_text()
                time.sleep(0.5)
        else:
            raise TimeoutError((folder / "jupyterlab.log").read_text())
        yield address
    finally:
        server.terminate()
        server.wait(timeout=300)
        log.close()


class Lesson:
    """A lesson that is open in JupyterLab."""

    def __init__(self, page: Page, address: str, folder: Path, name: str) -> None:
        self.page, self.name, self.folder = page, name, folder
        self.file = folder / "notebooks" / f"{name}.ipynb"
        self.address = f"{address}/lab/tree/notebooks/{name}.ipynb?reset"  # not what was open before
        page.set_default_timeout(PATIENCE_MS)
        self.broken: list[str] = []
        page.on("pageerror", lambda error: self.broken.append(str(error)))

    def open(self) -> None:
        """Open the lesson, or open it again; wait until its kernel is ready."""
        self.page.goto(self.address)
        self.page.wait_for_function(f"{KERNEL} === 'idle'", timeout=PATIENCE_MS)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")

    def run_all(self) -> None:
        """Run all cells from the menu; wait until the last is done, or one has failed."""
        self.page.get_by_role("menuitem", name="Edit", exact=True).click()
        self.page.get_by_role("menuitem", name="Clear Outputs of All Cells", exact=True).click()
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        # A cell that fails keeps those after it from being run: then there is no more to wait for.
        self.page.wait_for_function(
            f"""() => {{
                const cells = Array.from({NOTEBOOK}.content.model.cells);
                const code = cells.filter((cell) => cell.type === "code");
                const wrong = (output) => output.output_type === "error";
                const failed = (cell) => cell.toJSON().outputs.some(wrong);
                return document.querySelector(".jp-Dialog") || ({KERNEL} === "idle" &&
                    code.every((cell) => cell.executionState === "idle") &&
                    (code.every((cell) => cell.executionCount !== null) || code.some(failed))); }}""",
            timeout=1_800_000,
            polling=500,
        )

    def cells(self) -> list[dict[str, Any]]:
        """Return all cells as they are in the page, with their outputs."""
        return self.page.evaluate(CELLS)

    def has_run_to_its_end(self) -> None:
        """Fail if a cell did not run, raised, or wrote to stderr."""
        code = [cell for cell in self.cells() if cell["cell_type"] == "code"]
        for cell in code:
            for output in cell["outputs"]:
                assert output["output_type"] != "error", f"{cell['source']}\n{output.get('evalue')}"
                assert output.get("name") != "stderr", f"{cell['source']}\n{output.get('text')}"
        assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))

    def show(self, index: int) -> Locator:
        """Scroll a cell into view and return it."""
        self.page.evaluate(
            f"(index) => {NOTEBOOK}.content.scrollToItem(index, 'start')",
            index,
        )
        cell = self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')
        cell.scroll_into_view_if_needed()
        return cell

    def rewrite(self, index: int, source: str) -> None:
        """Replace the source of a cell by typing, and run it and the next with Shift+Enter."""
        self.show(index).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        before = self.cells()[index + 1]["execution_count"]
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            f"""([index, before]) => {{ const cell = {NOTEBOOK}.content.model.cells.get(index);
                return cell.executionCount > before && cell.executionState === "idle"; }}""",
            arg=[index + 1, before],
        )

    def toggle_file_browser(self) -> None:
        """Hide or show the panel on the left."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")

    def save(self) -> None:
        """Save with the keyboard, and wait until it is on the disk.

        JupyterLab saves every two minutes of itself. What is typed meanwhile is not saved, a request to save
        is ignored, and then the notebook counts as saved: who would lose nothing must ask again.
        """
        for _ in range(10):
            self.page.keyboard.press("ControlOrMeta+s")
            self.page.wait_for_function(f"!{NOTEBOOK}.content.model.dirty")
            stored = nbformat.read(self.file, as_version=4).cells
            if [cell.source for cell in stored] == [cell["source"] for cell in self.cells()]:
                return
            self.page.wait_for_timeout(1000)
        raise TimeoutError(f"{self.file} is not what is in the page")

    def close(self) -> None:
        """Shut the kernel down: lessons are big, and there are ten."""
        self.page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
        self.page.close()


def explorers(lesson: Lesson) -> list[int]:
    """Return the places of the cells that show an interactive figure."""
    view = "application/vnd.jupyter.widget-view+json"
    return [
        index
        for index, cell in enumerate(lesson.cells())
        if any(view in output.get("data", {}) for output in cell.get("outputs", []))
    ]


def controls(output: Locator) -> dict[str, Locator]:
    """Return what takes the focus of each control of an interactive figure, by the control's name."""
    found = {}
    for kind, part in ((".widget-slider", "[role=slider]"), (".widget-dropdown", "select")):
        for control in output.locator(kind).all():
            found[control.locator(".widget-label").inner_text()] = control.locator(part)
    for group in output.locator(".widget-toggle-buttons").all():
        name = " | ".join(group.locator("button").all_inner_texts())
        found[name] = group.locator("button:not(.mod-active)").first  # whichever is not chosen at the time
    return found


def move(page: Page, picture: Locator, control: Locator) -> float:
    """Move a control by keyboard; return the milliseconds from the key to the new picture."""
    control.focus()
    kind = control.evaluate("(element) => element.tagName")
    picture.evaluate(
        """(image) => { window.answered = null; let pressed;
        for (const kind of ["keydown", "change"])
            addEventListener(kind, () => { pressed ??= performance.now(); }, { capture: true, once: true });
        new MutationObserver((_, observer) => { observer.disconnect();
            image.decode().then(() => requestAnimationFrame(() => {
                window.answered = performance.now() - pressed; })); })
            .observe(image, { attributes: true, attributeFilter: ["src"] }); }"""
    )
    if kind == "SELECT":
        page.keyboard.press("ArrowUp" if control.evaluate("(list) => list.selectedIndex") else "ArrowDown")
    else:
        page.keyboard.press("Enter" if kind == "BUTTON" else "ArrowRight")
    page.wait_for_function("window.answered !== null", timeout=PATIENCE_MS)
    return page.evaluate("window.answered")
