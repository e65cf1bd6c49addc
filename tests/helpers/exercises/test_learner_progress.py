"""What a learner has answered is kept in one file of their own, shown by lesson and objective, and may go."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from conftest import ROOT

from helpers.exercises import check, progress
from helpers.exercises.objectives import OBJECTIVES
from helpers.exercises.progress import VARIABLE, answers, progress_file


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "own" / "progress.jsonl"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def shown(capsys, lesson=None):
    capsys.readouterr()
    progress(lesson)
    return capsys.readouterr().out


def test_without_a_file_nothing_is_done_and_none_is_made(file, capsys):
    out = shown(capsys)
    for lesson, objectives in OBJECTIVES.items():
        n = len({each for ids in objectives.values() for each in ids})
        assert n == (11 if lesson == "15" else 5)
        assert f"{lesson}  {'□' * n}  0 of {n}" in out
    assert str(file) in out, "the learner is told where it is kept"
    assert not file.exists()


def test_tries_are_counted_until_one_is_right(file, capsys):
    for answer in ([0, -0.5], [1, 0], [1, -0.5], [1, -0.5]):
        check("01-1", answer)
    check("01-2", ["a"])
    found, unread = answers()
    assert (found["01-1"]["tries"], found["01-1"]["correct"], unread) == (3, True, 0)
    assert not found["01-2"]["correct"]
    out = shown(capsys, "01")
    assert "01  ■□□□□  1 of 5" in out
    assert "✓ with a score that you have computed by hand  (01-1 right, 3 tries)" in out
    assert "· hard assignment from soft  (01-2 not yet, 1 try)" in out
    assert "· say what each of five families of algorithms believes a cluster to be  (01-5 not tried)" in out
    assert "02  " not in out
    whole = shown(capsys)
    assert "    ✓ with a score" in whole, "of lessons that were begun all objectives are shown"
    assert "merge by merge" not in whole, "of the others none"


def test_a_wrong_answer_after_the_right_one_takes_nothing_away(file):
    for answer in ([1, -0.5], [0, 0]):
        check("01-1", answer)
    assert answers()[0]["01-1"] == {"tries": 1, "correct": True, "said": answers()[0]["01-1"]["said"]}


def test_blanks_and_solutions_are_not_counted(file):
    check("01-1", ...)
    check("01-1", [1, -0.5], own=False)
    assert not file.exists()


def test_deleting_the_file_loses_nothing_else(file, capsys):
    check("01-1", [1, -0.5])
    file.unlink()
    assert "01  □□□□□  0 of 5" in shown(capsys, "01")
    check("01-1", [1, -0.5])
    assert "01  ■□□□□  1 of 5" in shown(capsys, "01")


def test_the_file_holds_what_was_said_and_not_what_was_answered(file):
    check("01-1", [1, -0.5])
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert set(json.loads(line)) == {"exercise", "correct", "said", "when"}
    assert file.stat().st_size < 400


def test_lines_that_cannot_be_read_are_left_out_and_counted(file, capsys):
    check("01-1", [1, -0.5])
    with file.open("a", encoding="utf-8") as lines:
        lines.write('half a line {"exercise"\n[]\n{"exercise": "01-2"}\n"text"\n')
    with file.open("ab") as lines:
        lines.write(b"\xff\xfe\n")
    check("01-2", ["a", "b", "d", "f"])
    out = shown(capsys, "01")
    assert "2 of 5" in out
    assert "(5 lines of" in out


def test_exercises_of_another_version_of_the_course_do_no_harm(file, capsys):
    file.parent.mkdir()
    old = {"exercise": "01-9", "correct": True, "said": "", "when": ""}
    file.write_text(json.dumps(old) + "\n", encoding="utf-8")
    assert "01  □□□□□  0 of 5" in shown(capsys)


def test_a_folder_that_cannot_be_written_is_said_and_stops_nobody(tmp_path, monkeypatch, capsys):
    (tmp_path / "in the way").write_text("a file")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "in the way" / "progress.jsonl"))
    check("01-1", [1, -0.5])
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("01-1: correct - ")
    assert "progress is not kept" in second
    assert "in the way" in second


def test_two_notebooks_may_write_at_once(file):
    code = "from helpers.exercises import check\nfor _ in range(40): check('01-1', [0, 0])"
    running = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(3)
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    found, unread = answers()
    assert (found["01-1"]["tries"], unread) == (120, 0)


def test_a_lesson_that_does_not_exist_is_said():
    with pytest.raises(KeyError, match="no lesson '99'; there are 01, 02"):
        progress("99")


def test_by_default_it_is_in_the_home_of_the_learner(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    assert progress_file() == tmp_path / ".clustering-course" / "progress.jsonl"
