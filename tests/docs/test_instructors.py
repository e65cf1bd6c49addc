"""What instructors are told is so: minutes are those counted, and headings and votes are in the lessons."""

from __future__ import annotations

import importlib.util
import re

import pytest
from conftest import NOTEBOOKS, ROOT, read_notebook

from helpers.exercises.objectives import OBJECTIVES

SPEC = importlib.util.spec_from_file_location("plan", ROOT / "docs" / "plan.py")
plan = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(plan)

TEXT = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
COUNTED = {path.name[:2]: plan.minutes(path) for path in NOTEBOOKS}
KINDS = {
    exercise: kind
    for path in NOTEBOOKS
    for cell in read_notebook(path).cells
    for exercise, kind in re.findall(r"\*\*Exercise (\d\d-\d+), (\w+)\.\*\*", cell.source)
}
PART = TEXT[TEXT.index("## Plans") : TEXT.index("## Each lesson")]
PLANS = re.split(r"^### ", PART, flags=re.MULTILINE)[1:]


def rows(block):
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in block.splitlines()
        if line.startswith("| ") and not line.startswith("| lesson") and "---" not in line
    ]


def test_there_are_three_plans():
    assert [block.splitlines()[0].split(":")[0] for block in PLANS] == ["Half a day", "A day", "Two days"]


@pytest.mark.parametrize("block", PLANS, ids=lambda block: block.splitlines()[0])
def test_a_plan_has_the_minutes_that_are_counted(block):
    *parts, last = rows(block)
    assert last[1] == "**sum**"
    assert sum(int(part[2]) for part in parts) == int(last[2].strip("*"))
    for lesson, what, minutes in parts:
        if single := re.fullmatch(r"exercise (\d\d-\d+)", what):
            assert int(minutes) == plan.EXERCISE[KINDS[single[1]]], what
            assert single[1][:2] == lesson
        elif several := re.fullmatch(r"exercises (\d\d)-(\d+) to \d\d-(\d+), in pairs", what):
            numbers = range(int(several[2]), int(several[3]) + 1)
            kinds = [KINDS[f"{several[1]}-{number}"] for number in numbers]
            assert int(minutes) == sum(plan.EXERCISE[kind] for kind in kinds)
        elif lesson and not re.search("envelopes? each|your own table", what):  # as long as one likes
            assert int(minutes) == COUNTED[lesson][what], f"{lesson} {what}: run `make plan`"


def test_every_lesson_has_its_idea_and_votes_that_it_asks_for():
    part = TEXT[TEXT.index("## Each lesson") : TEXT.index("## To hand out")]
    told = re.findall(r"^\*\*(\d\d) .+?\*\* \*Idea\*: (.+?)(?=\n\n)", part, re.MULTILINE | re.DOTALL)
    assert [lesson for lesson, _ in told] == list(OBJECTIVES)
    for (lesson, about), path in zip(told, NOTEBOOKS, strict=True):
        assert all(word in about for word in ("*Goes wrong*", "*Ask*:", "*Vote*:")), lesson
        votes = re.findall(r'"([^"]+)"', " ".join(about[about.index("*Vote*:") :].split()))
        assert votes, lesson
        prose = " ".join(cell.source for cell in read_notebook(path).cells if cell.cell_type == "markdown")
        for vote in votes:
            assert vote in " ".join(prose.split()), f"{lesson}: {vote}"


def test_the_minutes_of_a_section_are_counted(tmp_path):
    import nbformat

    words = " ".join(["word"] * 357)
    cells = [
        nbformat.v4.new_markdown_cell(f"# 1. A lesson\n\nhello\n\n## How?\n\n{words} **Predict** it"),
        nbformat.v4.new_code_cell("x = 1\n\ny = 2\n" * 6),
        nbformat.v4.new_code_cell("hidden = 0\n" * 99, metadata={"tags": ["hide-input"]}),
        nbformat.v4.new_markdown_cell("## Your turn\n\n" + words),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "01_a.ipynb")
    assert plan.minutes(tmp_path / "01_a.ipynb") == {"How?": 4}
