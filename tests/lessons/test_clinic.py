"""The clinic: its alarms ring for the mistakes and not for the repairs, and nothing hangs on a solution."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import nbformat
import pytest
from conftest import ROOT

from helpers.envelopes.contents import contents

CELLS = [
    cell
    for cell in nbformat.read(ROOT / "notebooks" / "15_clinic.ipynb", as_version=4).cells
    if cell.cell_type == "code"
]
REPORTS = ("box_counts", "best_k", "with_segments", "compare", "dense_groups", "groups_within", "p_value")
REPORTS += ("found_again", "clearer", "accuracy")
ALARM = re.compile(r"^alarms\b", re.MULTILINE)


def solutions():
    """For each case, the name of the function that its solution gives to the checker."""
    text = "\n".join(cell.source for cell in CELLS)
    found = dict(re.findall(r'^solution_(\d+) = "(?:stands|falls)", (\w+)$', text, re.MULTILINE))
    return [found[str(number)] for number in range(1, 11)]


def run(monkeypatch, wanted):
    """Run the cells that are wanted, where the lesson is run, and return what they define."""
    monkeypatch.chdir(ROOT / "notebooks")
    monkeypatch.setenv("QUICK", "1")
    space = {"__name__": "__main__"}
    for cell in CELLS:
        if wanted(cell):
            exec(cell.source, space)
            plt.close("all")
    return space


def is_solution(cell):
    return "solution" in cell.metadata.get("tags", [])


def before_alarms(cell):
    return CELLS.index(cell) < next(i for i, each in enumerate(CELLS) if ALARM.search(each.source))


@pytest.fixture(autouse=True)
def _leave_no_style():
    with plt.rc_context():  # the lesson sets the course's style, for itself only
        yield


@pytest.fixture(scope="module")
def alarm_cells():
    cells = [cell for cell in CELLS if ALARM.search(cell.source)]
    assert len(cells) == 3
    return cells


def test_every_alarm_rings_for_the_mistake_and_none_for_the_repair(monkeypatch, alarm_cells):
    space = run(monkeypatch, before_alarms)
    for cell in alarm_cells:
        exec(cell.source, space)
    assert len(space["ringing"]) == len(space["alarms"]) == 10
    for report, repaired in zip(REPORTS, solutions(), strict=True):
        space[report] = space[repaired]
        for cell in alarm_cells:
            exec(cell.source, space)
        number = REPORTS.index(report) + 1
        assert f"{number} " not in {name[: len(str(number)) + 1] for name in space["ringing"]}, report
    assert space["ringing"] == []


def test_the_lesson_runs_without_its_solutions(monkeypatch):
    space = run(monkeypatch, lambda cell: not is_solution(cell))
    assert space["mine"].empty


def test_every_case_has_a_report_a_sentence_and_a_habit():
    nb = nbformat.read(ROOT / "notebooks" / "15_clinic.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
    cases = re.split(r"^## Case \d+: ", text, flags=re.MULTILINE)[1:]
    assert len(cases) == 10
    for case in cases:
        assert case.splitlines()[0].endswith("?"), "a question in the heading"
        assert re.search(r"^\*[^*].*\*$", case, re.MULTILINE), "the report in italics"
        assert re.search(r"^\*\*[^*]+\.\*\*", case, re.MULTILINE), "the sentence in bold"
    checked = [output.get("text", "") for cell in CELLS if is_solution(cell) for output in cell.outputs]
    assert sum("The habit: " in text for text in checked) == 10


def test_the_envelopes_of_the_lesson_are_not_those_of_a_learner():
    text = "\n".join(cell.source for cell in CELLS)
    opened = {int(seed) for seed in re.findall(r"envelope\((\d+), own=False\)", text)}
    assert opened == {14}
    assert contents(14).n_clusters == 3
    played = [int(seed.replace("_", "")) for seed in re.findall(r"range\(([\d_]{5,}), ", text)]
    assert played == [1_000_000, 2_000_000], "no learner's number leads there"
