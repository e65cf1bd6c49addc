"""What nbval does not see: that stored notebooks are complete, clean, connected and shaped like a lesson."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import NOTEBOOKS, ROOT, read_notebook

SECTIONS = [
    "you will learn",
    "before you start",
    "when it fails",
    "common claims, checked",
    "your turn",
    "key points",
    "next",
    "references",
]
NBVAL_WORDS = re.compile(r"nbval|raises-exception", re.IGNORECASE)
MAX_EXEMPT = 7  # cells a notebook may exempt from comparison: timings, and training that varies by machine
MACHINE = re.compile(r"/home/|/root/|/Users/|/tmp/|[A-Z]:\\\\|site-packages|0x[0-9a-fA-F]{6,}")
# What a reader sees of a cell: an algorithm, which stays in one piece, may be longer than the rest.
MAX_LINES, MAX_TAUGHT_LINES, MAX_PLOT_LINES = 31, 37, 10
DRAWS = re.compile(r"\b(ax|axes|fig|plt|sns|plot_\w+)\b")
EXPLORERS = ("confidence", "dbscan", "em", "k", "kmeans", "map", "palette", "scaling", "scores", "tree")
EXPLORERS += ("weight",)
MAX_BYTES = 2_000_000  # photos in lesson 08; the others stay far below

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read_notebook(path).cells if cell.cell_type == "code"]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def prose(path: Path) -> str:
    return "\n".join(cell.source for cell in read_notebook(path).cells if cell.cell_type == "markdown")


def output_text(output: nbformat.NotebookNode) -> str:
    data = output.get("data", {})
    return "".join([output.get("text", ""), *(str(v) for k, v in data.items() if not k.startswith("image/"))])


def test_there_are_notebooks():
    assert NOTEBOOKS, "no notebooks found: every parametrised test below would pass for nothing"


@each_notebook
def test_was_run_once_from_top_to_bottom(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "run `make refresh`"


@each_notebook
def test_outputs_are_clean(path):
    for number, cell in enumerate(code_cells(path), 1):
        # A semicolon hides the value of the last line in JupyterLab and not in nbval: write `ax = plot(...)`.
        assert not cell.source.rstrip().endswith(";"), f"code cell {number} ends with a semicolon"
        for output in cell.outputs:
            assert output.output_type != "error", f"code cell {number} stored an error"
            assert output.get("name") != "stderr", f"code cell {number} wrote to stderr: {output.text}"
            found = MACHINE.search(output_text(output))
            assert not found, f"code cell {number} shows where it was run: {found.group()}"


@each_notebook
def test_few_cells_are_exempt_and_each_says_why(path):
    exempt = []
    for cell in code_cells(path):
        assert not NBVAL_WORDS.search(cell.source), "exempt a cell by its tag, not by a comment"
        marks = [tag for tag in tags(cell) if NBVAL_WORDS.search(tag)]
        assert set(marks) <= {"nbval-ignore-output"}, f"no other exemption is allowed: {marks}"
        if marks:
            exempt.append(cell)
            assert len(cell.metadata.get("reason", "")) > 20, f"no reason in the metadata of:\n{cell.source}"
    assert len(exempt) <= MAX_EXEMPT


@each_notebook
def test_has_the_sections_of_a_lesson_in_order(path):
    # A section is a heading, or a paragraph that opens with its bold name.
    text = prose(path).lower()
    places = []
    for section in SECTIONS:
        match = re.search(rf"^(#+ |\*\*){re.escape(section)}", text, re.MULTILINE)
        assert match, f"section not found: {section}"
        places.append(match.start())
    assert places == sorted(places), "sections are not in the order of the other lessons"
    assert re.match(r"# \d+\. ", prose(path)), "the title is a heading with the lesson's number"
    assert re.search(r"^\*\*Time\*\*", prose(path), re.MULTILINE), "the lesson says how long it takes"


@each_notebook
def test_every_figure_is_followed_by_a_sentence(path):
    cells = read_notebook(path).cells
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        drew = any(
            re.search(r"image/", " ".join(output.get("data", {}))) for output in cell.get("outputs", [])
        )
        if drew and "exercise" not in tags(cell) and "solution" not in tags(cell):
            assert following is not None, f"no sentence after the figure of:\n{cell.source}"
            assert following.cell_type == "markdown", f"no sentence after the figure of:\n{cell.source}"


def test_every_interactive_figure_is_one_call_with_a_still_and_questions():
    used = []
    for path in NOTEBOOKS:
        for cell, following in itertools.pairwise(read_notebook(path).cells):
            calls = re.findall(r"^(explore_\w+)\(", cell.source, re.MULTILINE)
            if not calls:
                continue
            used += calls
            assert len(calls) == 1
            (output,) = cell.outputs
            assert "application/vnd.jupyter.widget-view+json" not in output.data, "run `make refresh`"
            assert {kind.split("/")[0] for kind in output.data} == {"image", "text"}
            questions = re.findall(r"^\d\. .*\?", following.source, re.MULTILINE)
            assert len(questions) >= 2, f"{path.stem}: ask what only moving it answers"
    assert sorted(used) == [f"explore_{name}" for name in EXPLORERS]


def visible(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in code_cells(path) if not {"solution", "hide-input"} & set(tags(cell))]


def lines_of(source: str) -> int:
    return sum(bool(line.strip()) for line in source.splitlines())


@each_notebook
def test_cells_are_short(path):
    for cell in visible(path):
        most = MAX_TAUGHT_LINES if "taught" in tags(cell) else MAX_LINES
        assert lines_of(cell.source) <= most, f"{lines_of(cell.source)} lines:\n{cell.source}"


@each_notebook
def test_long_drawing_code_is_folded(path):
    for cell in visible(path):
        statements = [ast.get_source_segment(cell.source, part) for part in ast.parse(cell.source).body]
        imports = ("import ", "from ")
        drawing = [text for text in statements if DRAWS.search(text) and not text.startswith(imports)]
        assert sum(map(lines_of, drawing)) <= MAX_PLOT_LINES, f"fold the drawing of:\n{cell.source}"


def only_checks(statement: ast.stmt) -> bool:
    """Whether a statement asserts or prints a fixed text, and nothing else."""
    if isinstance(statement, ast.If | ast.For | ast.With):
        return all(map(only_checks, [*statement.body, *getattr(statement, "orelse", [])]))
    return isinstance(statement, ast.Assert) or bool(
        re.fullmatch(r"print\('[^']*'\)", ast.unparse(statement))
    )


@each_notebook
def test_cells_that_only_check_are_folded_and_say_for_whom_they_are(path):
    for cell in code_cells(path):
        if "solution" not in tags(cell) and all(map(only_checks, ast.parse(cell.source).body)):
            assert "hide-input" in tags(cell), f"fold:\n{cell.source}"
            assert "checks for maintainers" in cell.source, f"say for whom it is:\n{cell.source}"


def alt_texts(path: Path) -> list[str]:
    """Return the alternative text of every stored picture; an empty one where there is none."""
    found = []
    for cell in code_cells(path):
        for output in cell.outputs:
            for kind in output.get("data", {}):
                if kind.startswith("image/"):
                    found.append(output.metadata.get(kind, {}).get("alt", ""))
    return found


@each_notebook
def test_stored_figures_say_what_is_seen(path):
    texts = alt_texts(path)
    assert "" not in texts, "write an `alt_text` below the figure, then `make refresh`"
    for text in texts:
        assert len(text) > 60, f"what is seen, not: {text}"
        assert not re.match(r"Figure with|(A |The )?(plot|chart|figure) of", text), (
            f"what is seen, not: {text}"
        )


@each_notebook
def test_folded_cells_are_folded(path):
    for cell in code_cells(path):
        folded = bool({"solution", "hide-input"} & set(tags(cell)))
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == folded, cell.source


@each_notebook
def test_is_not_too_large_to_open_in_a_browser(path):
    assert path.stat().st_size <= MAX_BYTES


def test_lessons_in_the_course_map_are_those_that_exist():
    mapped = set(
        re.findall(r"\(notebooks/(\d\d_\w+\.ipynb)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    )
    assert mapped == {path.name for path in NOTEBOOKS}


@pytest.fixture(scope="module")
def validate(tmp_path_factory):
    """Return a function that runs nbval on a notebook of one printing cell, with the course's own rules."""

    def run(source: str, stored: str) -> subprocess.CompletedProcess[str]:
        folder = tmp_path_factory.mktemp("nbval")
        output = nbformat.v4.new_output("stream", name="stdout", text=stored)
        cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=[output])
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "one_cell.ipynb")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--nbval",
            "--nbval-current-env",
            "-q",
            "-p",
            "no:cacheprovider",
        ]
        rules = f"--nbval-sanitize-with={ROOT / 'tests' / 'nbval.cfg'}"
        return subprocess.run(
            [*command, rules, "--rootdir", str(folder), str(folder)],
            capture_output=True,
            text=True,
            timeout=600,
        )

    return run


def test_a_changed_digit_in_a_stored_output_fails_the_run(validate):
    honest = validate("print('ARI', round(0.98399, 3))", "ARI 0.984\n")
    assert honest.returncode == 0, honest.stdout
    altered = validate("print('ARI', round(0.98399, 3))", "ARI 0.985\n")
    assert altered.returncode == 1, altered.stdout
    assert "0.985" in altered.stdout


def test_a_changed_sign_of_zero_does_not(validate):
    assert validate("print('-0.00')", "0.00\n").returncode == 0
    assert validate("print('-0.01')", "0.01\n").returncode == 1


def test_outputs_from_stand_in_data_are_not_compared(request):
    # pytest hides a conftest's hooks from what lies outside its folder, as the notebooks do.
    hooks = request.session.gethookproxy(NOTEBOOKS[0]).pytest_runtest_setup.get_hookimpls()
    assert "course-stand-in" in [hook.plugin_name for hook in hooks]
