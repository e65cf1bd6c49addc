"""The parts of a room that need no hub: what it bears, who is who, what a vote and a mistake look like."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from answers import all_answers
from rooms import ROOT

from helpers.exercises.machinery import judge

# isort: split
import learners
from capacity import Need, learners_at_once, minutes_for_all, read_needs, report
from limits import FIRST_UID
from shared import by_exercise, kind_of_mistake
from votes import Votes, histogram, plain, read_prompts

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_every_lesson_was_measured():
    needs = read_needs()
    assert list(needs) == LESSONS
    for need in needs.values():
        assert 200 < need.own < 4000
        assert need.seconds > 1


def test_what_fits_fits_and_one_more_does_not():
    need = Need(own=500, shared=100, seconds=60)
    fit = learners_at_once(need, 10_000)
    used = 400 + need.shared
    assert used + fit * need.own <= 9_000 < used + (fit + 1) * need.own
    assert learners_at_once(need, 300) == 0
    assert minutes_for_all(need, 30, cores=2) == pytest.approx(15)
    assert minutes_for_all(need, 1, cores=2) == pytest.approx(1)


def test_the_report_names_what_does_not_fit():
    needs = {"01_small": Need(300, 100, 10), "02_large": Need(5000, 100, 100)}
    said = report(needs, 16_000, cores=4, learners=10)
    assert "Not for 10 at once: 02" in said
    assert "(!)" not in report(needs, 160_000, cores=4, learners=10)


def opened(folder):
    """Who is in a room whose folder this is, as after a new start."""
    for name in ("homes", "forgotten"):
        (folder / name).mkdir(exist_ok=True)
    return learners.Learners(
        folder / "learners.json", folder / "homes", folder / "forgotten"
    ), folder / "homes"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a home to somebody")
def test_whose_a_home_is_its_owner_says(tmp_path):
    """A list of names that was saved over by an old one must give nobody another's number."""
    known, homes = opened(tmp_path)
    old = (known.uid("ada"), (tmp_path / "learners.json").read_text())[1]
    number = known.uid("cleo")
    (homes / "cleo").mkdir()
    os.chown(homes / "cleo", number, number)
    (tmp_path / "learners.json").write_text(old)
    assert known.uid("dora") not in {number, known.uid("ada")}
    assert known.uid("cleo") == number


def test_a_list_of_names_that_is_broken_is_named(tmp_path):
    known, _ = opened(tmp_path)
    for text in ("{", "[]", '{"eve": null}'):
        (tmp_path / "learners.json").write_text(text)
        with pytest.raises(ValueError):
            known.word_is_right("eve", "x")


def test_the_same_name_in_another_form_is_the_same():
    assert learners.normalize("\uff49nstructor") == "instructor"
    assert learners.normalize("Zoe\u0308") == learners.normalize("Zo\xeb") == "zo\xeb"


def test_a_learner_keeps_number_and_word(tmp_path):
    known, _ = opened(tmp_path)
    assert [known.uid("ada"), known.uid("ben"), known.uid("ada")] == [FIRST_UID, FIRST_UID + 1, FIRST_UID]
    assert known.word_is_right("ada", "one")
    again, _ = opened(tmp_path)
    assert again.uid("ben") == FIRST_UID + 1
    assert again.word_is_right("ada", "one")
    assert not again.word_is_right("ada", "two")
    assert "one" not in json.dumps(json.loads((tmp_path / "learners.json").read_text())["ada"]["word"])
    (tmp_path / "forgotten" / "ada").touch()  # what an instructor does for who has forgotten it
    assert again.word_is_right("ada", "two")
    assert not again.word_is_right("ada", "one")


def test_thirty_who_sign_in_at_once_have_thirty_numbers_and_words(tmp_path):
    known, _ = opened(tmp_path)
    names = [f"learner-{number}" for number in range(30)]
    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(known.word_is_right, names, names))
        assert len(set(pool.map(known.uid, names))) == 30
    again, _ = opened(tmp_path)
    assert all(again.word_is_right(name, name) for name in names)
    assert not any(again.word_is_right(name, "another") for name in names)


@pytest.mark.parametrize(
    ("answers", "bars"),
    [
        ([], []),
        (["3", "3.0", " 4 "], [("3", 2), ("4", 1)]),
        (["1,000", "20 %", "20%"], [("20", 2), ("1000", 1)]),
        (["Yes", "yes ", "no"], [("yes", 2), ("no", 1)]),
        (["3", "three"], [("3", 1), ("three", 1)]),
        (["nan", "nan"], [("nan", 2)]),
        (["0,5", "0.5", "12,25"], [("0.5", 2), ("12.25", 1)]),
        (["5e-324", "0"], [("5e-324", 1), ("0", 1)]),
        (["1e308", "-1e308"], [("1e308", 1), ("-1e308", 1)]),
        (["-1", "1e3"], [("-1", 1), ("1000", 1)]),
    ],
)
def test_answers_become_bars(answers, bars):
    assert [(bar["label"], bar["count"]) for bar in histogram(answers)] == bars


@pytest.mark.parametrize(
    "numbers", [range(100), [0, *range(1000, 1030)], [i / 100 for i in range(40)], range(-20, 3)]
)
def test_many_numbers_become_at_most_twelve_bars_of_one_width(numbers):
    bars = histogram([str(number) for number in numbers])
    assert 2 <= len(bars) <= 12
    assert sum(bar["count"] for bar in bars) == len(numbers)
    edges = [tuple(map(float, bar["label"].split(" to under "))) for bar in bars]
    for (low, high), bar in zip(edges, bars, strict=True):
        inside = sum(low - 1e-9 <= number < high - 1e-9 for number in numbers)
        assert inside == bar["count"]
    assert len({round(high - low, 9) for low, high in edges}) == 1


def test_votes_are_there_after_a_new_start(tmp_path):
    votes = Votes(tmp_path / "votes.json")
    votes.open("how many?")
    votes.commit("a", "3")
    again = Votes(tmp_path / "votes.json")
    assert again.last == {"prompt": "how many?", "open": True, "answers": {"a": "3"}}
    with pytest.raises(ValueError, match="close it first"):
        again.open("and now?")
    again.close()
    again.open("and now?")
    with pytest.raises(ValueError, match="the question has changed"):
        again.commit("b", "3", "how many?")
    assert again.last["answers"] == {}
    assert [vote["open"] for vote in again.all] == [False, True]
    for answer in ("", "  ", "x" * 81):
        with pytest.raises(ValueError, match="1 to 80"):
            again.commit("b", answer)
    again.commit("odd", "\ud800")
    assert Votes(tmp_path / "votes.json").last["answers"]["odd"] == "\ud800", "what is odd stops no vote"
    with pytest.raises(ValueError, match="nothing to vote on"):
        again.open("  ")


def test_every_prompt_of_the_lessons_can_be_put_to_a_vote():
    found = read_prompts(ROOT / "notebooks")
    assert sorted({one["lesson"] for one in found}) == LESSONS
    assert len(found) > 100
    for one in found:
        assert "**" not in one["prompt"]
        assert "\n" not in one["prompt"]
    assert plain("- **Predict** [this](that.md): `k`?\n> more") == "Predict this: k? more"


def test_the_same_mistake_is_the_same_whatever_the_numbers():
    assert kind_of_mistake("12 of 1,500, not 0.25") == kind_of_mistake("7 of 20, not -3.5e-2")
    assert kind_of_mistake("you gave 12") == kind_of_mistake("you gave -0.5")
    assert kind_of_mistake("one thing") != kind_of_mistake("another")


def test_the_most_common_mistake_is_found_among_those_not_right_yet():
    def line(correct, said):
        return {"exercise": "03-10", "correct": correct, "said": said}

    shown = [
        {"name": None, "lines": [line(False, "you forgot the 3 rows"), line(True, "yes")]},
        {"name": None, "lines": [line(False, "else"), line(False, "off by 7")]},
        {
            "name": None,
            "lines": [line(False, "off by 9"), {"exercise": "03-2", "correct": True, "said": "yes"}],
        },
        {"name": None, "lines": [line(False, "you forgot the 5 rows")]},
    ]
    rows = by_exercise(shown)
    assert [row["exercise"] for row in rows] == ["03-2", "03-10"]
    assert rows[0] == {"exercise": "03-2", "tried": 1, "right": 1, "mistake": None, "stuck": 0}
    assert rows[1] == {"exercise": "03-10", "tried": 4, "right": 1, "mistake": "off by 7", "stuck": 2}


@pytest.mark.parametrize("exercise", ["03-1", "04-2", "15-11"])
def test_hints_to_different_mistakes_stay_apart(exercise):
    """Without their numbers, hints that differ in words still differ."""
    wrong = all_answers("WRONG", exercise[:2])[exercise]
    said = {" ".join(judge(exercise, answer).reason.split()) for answer, _ in wrong}
    kinds = {kind_of_mistake(each) for each in said}
    assert len(kinds) >= 3, kinds
