"""The pages of the site, made of the stored notebooks: what Sphinx reads.

Nothing is written here that a notebook has not: a page gets a button that runs the lesson, figures that play,
fields for answers, and folds over solutions and over what only maintainers need.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import nbformat
from figures import RECIPES, find_figure
from glossary import glossary_page
from lite import pyodide_version
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PLOTLY = "application/vnd.plotly.v1+json"
# What a page cannot run, by lesson, and why; all others run to their end (tests/browser/test_site_runs.py).
CANNOT_RUN = {
    "12": "it trains a network with TensorFlow, for which there is no build for browsers",
    "14": "it hands work to other processes, and a page has one",
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
NUMBERS += ("twelve", "thirteen", "fourteen", "fifteen")
PARTS = {"Ideas": range(1, 7), "Cases": range(7, 11), "Practice": range(11, 100)}
IN_PAGE = (
    "predict",
    "judge",
    "measure",
)  # kinds of exercises whose answer is a number, a letter or a short list


class Row(NamedTuple):
    """A lesson, as the README's table has it."""

    name: str  # of the notebook, without its ending
    title: str
    learn: str
    time: str


def lessons() -> list[Row]:
    """Read the table of lessons from the README, so that there is one."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| \[(.+?)\]\(notebooks/(\w+)\.ipynb\) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    return [Row(name, title, learn, time) for title, name, learn, time in found]


def write_sources(folder: Path, repository: str | None) -> None:
    """Write what Sphinx reads into an empty folder.

    Parameters
    ----------
    folder : Path
        Where to.
    repository : str, optional
        OWNER/NAME on GitHub, for the way to Binder.
    """
    table = lessons()
    for row in table:
        notebook = nbformat.read(ROOT / "notebooks" / f"{row.name}.ipynb", as_version=4)
        nbformat.write(lesson_page(notebook, row.name, repository), folder / f"{row.name}.ipynb")
    (folder / "index.md").write_text(_front(table, repository), encoding="utf-8")
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    (folder / "glossary.md").write_text(glossary_page(glossary), encoding="utf-8")
    shutil.copy(ROOT / "docs" / "instructors.md", folder)
    data = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    (folder / "data.md").write_text("# The data\n\n" + re.sub("^#", "##", data, flags=re.M), encoding="utf-8")
    shutil.copytree(HERE / "static", folder / "_static", dirs_exist_ok=True)
    shutil.copy(ROOT / "helpers" / "interactive" / "picture.js", folder / "_static")


# What lessons say of how they are run, as it is in a page; each must be there, by the lesson's number.
SAID_IN_PAGE = {
    "01": {
        "run each cell with Shift+Enter.": "read each cell with what it printed, or run the lesson.",
        "before you run the cell.": "before you read on.",
        "Replace the `...`, run the cell, then run the check below it: it says": (
            "Write an answer into the field and check it (where code is asked for, run the lesson): that says"
        ),
    },
    "02": {"Run the cell, then drag the cut (until then you see three of its pictures).": "Move the cut."},
    "06": {
        "Run the cell, then drag points from box to box (until you run it, you see two of its states).": (
            "Move points from box to box, by the controls."
        ),
    },
}


def lesson_page(notebook: NotebookNode, name: str, repository: str | None) -> NotebookNode:
    """Return a lesson as its page shows it.

    Raises
    ------
    ValueError
        If the lesson no longer says what is to be said otherwise in a page.
    """
    for said, instead in SAID_IN_PAGE.get(name[:2], {}).items():
        where = [cell for cell in notebook.cells if cell.cell_type == "markdown" and said in cell.source]
        if not where:
            raise ValueError(f"{name}: no longer says {said!r}")
        where[0].source = where[0].source.replace(said, instead)
    figure = find_figure(notebook)
    kinds = _kinds(notebook)
    cells: list[NotebookNode] = []
    waiting = ""  # the exercise whose check is to come
    for place, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        match = re.fullmatch(r'check\("(\d\d-\d+)", \w+\)', cell.source)
        if "exercise" in tags:
            waiting = re.match(r'check\("(\d\d-\d+)"', notebook.cells[place + 1].source)[1]
            if kinds[waiting] not in IN_PAGE:
                cells.append(cell)
        elif match and match[1] == waiting:
            if kinds[waiting] in IN_PAGE:
                cells.append(_markdown(_field(waiting)))
            if kinds[waiting] not in ("predict", "judge"):
                cells.append(_markdown(_to_run(kinds[waiting], name)))
        elif cell.cell_type == "code" and cell.source.startswith("progress("):
            cells.append(_markdown(_to_run("progress", name)))
        else:
            cells.append(_shown(cell))
        if place == 0:
            cells.append(_markdown(run_box(name, repository)))
        if place == figure:
            cells.append(_markdown(_player(cell, name)))
    notebook.cells = cells
    return notebook


def _markdown(text: str) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(text)


def _kinds(notebook: NotebookNode) -> dict[str, str]:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return dict(re.findall(r"\*\*Exercise (\d\d-\d+), (\w+)\.\*\*", text))


def _shown(cell: NotebookNode) -> NotebookNode:
    """Fold what is to be folded, and give a picture its description."""
    if cell.cell_type != "code":
        cell.source = cell.source.replace("(../data/README.md", "(data.md")
        cell.source = cell.source.replace("`data/README.md`", "[the data](data.md)")
        return cell
    tags = cell.metadata.get("tags", [])
    said = {}
    if "solution" in tags:
        tags = [*tags, "hide-cell"]
        said = {"code_prompt_show": "Show a solution", "code_prompt_hide": "Hide the solution"}
    elif "checks for maintainers" in "".join(output.get("text", "") for output in cell.outputs):
        tags = [*(tag for tag in tags if tag != "hide-input"), "hide-cell"]
        said = {"code_prompt_show": "Show a check for maintainers", "code_prompt_hide": "Hide the check"}
    elif "hide-input" in tags:
        said = {"code_prompt_show": "Show the code", "code_prompt_hide": "Hide the code"}
    cell.metadata["tags"] = tags
    if said:
        cell.metadata["mystnb"] = said
    for place, output in enumerate(cell.outputs):
        data = output.get("data", {})
        for mime in ("image/png", "image/jpeg"):
            alt = output.get("metadata", {}).get(mime, {}).get("alt")
            if mime in data and alt:
                cell.metadata["mystnb"] = said | {"image": {"alt": alt}}
        if PLOTLY in data:
            note = "The figure here can be turned, and that only in a lesson that runs."
            note = f'<p class="course-note">{note}</p>'
            cell.outputs[place] = nbformat.v4.new_output("display_data", {"text/html": note})
        elif "text/html" in data:
            data["text/html"] = f'<div class="course-table" tabindex="0">{data["text/html"]}</div>'
    return cell


def run_address(name: str) -> str:
    """Return the address at which JupyterLite opens a lesson, seen from a page."""
    return f"lite/lab/index.html?path=notebooks/{name}.ipynb"


def _elsewhere(name: str, repository: str | None) -> str:
    """Say where a lesson runs as well."""
    if not repository:
        return "on Binder, or by <code>make lab</code> on a machine of your own (the README says how)"
    binder = f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/notebooks/{name}.ipynb"
    code = f'<a href="https://github.com/{repository}">the repository</a>'
    slow = "some minutes the first time"
    return f'on <a href="{binder}">Binder</a> ({slow}), or by <code>make lab</code> in {code}'


def run_box(name: str, repository: str | None) -> str:
    """Return the button that runs a lesson, with what it costs and what differs; or why it cannot."""
    elsewhere = _elsewhere(name, repository)
    if name[:2] in CANNOT_RUN:
        return (
            '<div class="run-box"><p><strong>This lesson does not run in a page</strong>: '
            f"{CANNOT_RUN[name[:2]]}. "
            f"Read it here, with all that it printed; run it {elsewhere}.</p></div>"
        )
    versions = json.loads((HERE / "pyodide-lock.json").read_text())["packages"]
    return (
        f'<div class="run-box"><p><a class="run-button" href="{run_address(name)}">Run this lesson here</a> '
        "It opens in JupyterLab, in this browser; nothing is installed. The first time some 70 MB are "
        "fetched, and half a minute or more passes before the first cell runs; calculations take several "
        f"times as long as on your own machine. Python is Pyodide {pyodide_version()}, with scikit-learn "
        f"{versions['scikit-learn']['version']}, not the versions that printed what is on this page, so "
        f"a few digits differ. What you change stays in this browser. It also runs {elsewhere}.</p></div>"
    )


def _player(cell: NotebookNode, name: str) -> str:
    """Return the place in which `figure.js` plays a figure; until then the stored picture is shown."""
    function = next(function for function in RECIPES if f"{function}(" in cell.source)
    if name[:2] in CANNOT_RUN:
        way = "In a lesson that runs you have more"
    else:
        way = f'<a href="{run_address(name)}">Run the lesson</a> to have more'
    return (
        f'<div class="course-figure" data-figure="{name[:2]}"></div>\n'
        '<p class="course-note">Above are states that were drawn beforehand, by the code of this lesson. '
        f"{way}: {RECIPES[function].only_running}.</p>"
    )


def _field(exercise: str) -> str:
    """Return a field that takes an answer and says what the lesson's own checker says."""
    answer, tips = f"answer-{exercise}", f"help-{exercise}"
    return (
        f'<form class="course-exercise" data-exercise="{exercise}">'
        f'<label for="{answer}">Your answer to {exercise}</label>'
        f'<input id="{answer}" autocomplete="off" spellcheck="false" aria-describedby="{tips}" disabled>'
        f'<button autocomplete="off" disabled>Check</button><p class="course-note" id="{tips}">A number, '
        "letters, or a list such as <code>[1, 2.5]</code> or <code>a, c</code>. The first check fetches "
        "Python (some 45 MB) and takes half a minute or more; the next are quick. Your answer stays in this "
        "browser, and is not counted by <code>progress()</code>.</p><noscript><p>Without scripts nothing can "
        'be checked here.</p></noscript><p role="status"></p></form>'
    )


def _to_run(kind: str, name: str) -> str:
    """Say where something can be done that needs the lesson's own Python: by the kind of exercise."""
    what = {
        "progress": "What you have done so far is kept where",
        "measure": "What is asked for is computed where",
    }.get(kind, "Code is checked where")
    if name[:2] in CANNOT_RUN:
        return f'<p class="course-note">{what} the lesson runs: not in a page, see the top.</p>'
    return (
        f'<p class="course-note">{what} the lesson runs: <a href="{run_address(name)}">run it</a> to try.</p>'
    )


def _front(table: list[Row], repository: str | None) -> str:
    """Return the front page: what this is, a figure to begin with, and the lessons."""
    text = (HERE / "front.md").read_text(encoding="utf-8")
    figure = next(row for row in table if row.name.startswith("03"))
    still = _first_picture(ROOT / "notebooks" / f"{figure.name}.ipynb")
    cards = []
    for part, numbers in PARTS.items():
        rows = [row for row in table if int(row.name[:2]) in numbers]
        items = "".join(
            f'<li><a href="{row.name}.html">{html.escape(row.title)}</a>'
            f"<p>{html.escape(row.learn)}</p><p class='course-note'>{html.escape(row.time)}</p></li>"
            for row in rows
        )
        cards.append(f'<h3>{part}</h3><ul class="course-cards">{items}</ul>')
    trees = []
    for part, numbers in PARTS.items():
        entries = [f"{row.title} <{row.name}>" for row in table if int(row.name[:2]) in numbers]
        trees.append(f"```{{toctree}}\n:hidden:\n:caption: {part}\n\n" + "\n".join(entries) + "\n```")
    beside = ["glossary", "data", "instructors"]
    trees.append("```{toctree}\n:hidden:\n:caption: Beside the lessons\n\n" + "\n".join(beside) + "\n```")
    values = {
        "FIGURE": f'<div class="course-figure" data-figure="03">{still}</div>',
        "LESSONS": "\n".join(cards),
        "TREES": "\n\n".join(trees),
        "LESSONS_IN_ALL": NUMBERS[len(table)].capitalize(),
        "OTHER_FIGURES": NUMBERS[_figures(table) - 1],
        "ELSEWHERE": _elsewhere("01_introduction", repository),
        "RUN": run_address("01_introduction"),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _figures(table: list[Row]) -> int:
    """Count the lessons with a figure to move."""
    notebooks = (nbformat.read(ROOT / "notebooks" / f"{row.name}.ipynb", as_version=4) for row in table)
    return sum(find_figure(notebook) is not None for notebook in notebooks)


def _first_picture(path: Path) -> str:
    """Return the stored picture of a lesson's figure, for who waits for its player or has no script."""
    notebook = nbformat.read(path, as_version=4)
    for output in notebook.cells[find_figure(notebook)].outputs:
        if "image/png" in output.get("data", {}):
            alt = html.escape(output.metadata["image/png"]["alt"])
            data = "".join(output.data["image/png"].split())
            return f'<img alt="{alt}" src="data:image/png;base64,{data}">'
    raise ValueError(f"{path}: the figure has no stored picture")


def slug(title: str) -> str:
    """Return the address of a heading as notebooks have it: the text, with a dash for each space."""
    return title.replace("`", "").strip().replace(" ", "-")
