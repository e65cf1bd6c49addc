"""The parts of a room that need no hub: what it bears, who is who, what a vote and a mistake look like."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from answers import all_answers
from hypothesis import example, given
from hypothesis import strategies as st
from rooms import ROOT

from helpers.exercises.machinery import judge

# isort: split
import learners
from capacity import Need, learners_at_once, minutes_for_all, read_needs, report
from gate import MOST_WAITING, CrowdedError, Gate, place_of
from kept import keep
from limits import FEW, MANY, is_learners_number, learner_numbers, others_at_port, who_listens
from shared import by_exercise, kind_of_mistake
from votes import Votes, histogram, plain, read_prompts

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def alone_in_a_loop(wanted):
    """Run a coroutine in a thread: in this one, a browser's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, wanted).result()


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
def test_whose_a_home_is_its_owner_says(tmp_path, monkeypatch):
    """A list of names that was saved over by an old one must give nobody another's number."""
    monkeypatch.setattr(learners, "learner_numbers", lambda: FEW[:4])  # three to draw, of which two are taken
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
    number = '{"eve": {"uid": %s}}'
    broken = ["{", "[]", '{"eve": null}', *(number % one for one in ("null", "0", "1000", '"1"', "true"))]
    for text in (*broken, '{"eve": {"word": null}}', '{"eve": {"word": [1, 2]}}', '{"eve": {"word": ["a"]}}'):
        (tmp_path / "learners.json").write_text(text)
        with pytest.raises(ValueError):
            known.word_is_right("eve", "x")


def test_the_same_name_in_another_form_is_the_same():
    assert learners.normalize("\uff49nstructor") == "instructor"
    assert learners.normalize("Zoe\u0308") == learners.normalize("Zo\xeb") == "zo\xeb"


def test_a_learner_keeps_number_and_word(tmp_path):
    known, _ = opened(tmp_path)
    numbers = {name: known.uid(name) for name in ("ada", "ben")}
    assert len(set(numbers.values())) == 2
    assert all(is_learners_number(number) for number in numbers.values())
    assert known.uid("ada") == numbers["ada"]
    assert known.word_is_right("ada", "one")
    again, _ = opened(tmp_path)
    assert again.uid("ben") == numbers["ben"]
    assert again.word_is_right("ada", "one")
    assert not again.word_is_right("ada", "two")
    assert "one" not in json.dumps(json.loads((tmp_path / "learners.json").read_text())["ada"]["word"])
    (tmp_path / "forgotten" / " Ada").touch()  # what an instructor does for who has forgotten it
    assert again.word_is_right("ada", "two")
    assert not again.word_is_right("ada", "one")


@pytest.mark.skipif(learner_numbers() == FEW, reason="this system knows few numbers of users")
def test_no_room_has_the_numbers_of_another(tmp_path):
    rooms = [tmp_path / name for name in ("one", "two")]
    for folder in rooms:
        folder.mkdir()
    one, two = (opened(folder)[0] for folder in rooms)
    names = [f"learner-{number}" for number in range(30)]
    assert not {one.uid(name) for name in names} & {two.uid(name) for name in names}


def test_where_few_numbers_are_known_they_are_used_up_and_then_named(tmp_path, monkeypatch):
    mapped = tmp_path / "uid_map"
    mapped.write_text("         0     100000      65536\n")
    assert learner_numbers(mapped) == FEW
    mapped.write_text("         0          0 4294967295\n")
    assert learner_numbers(mapped) == learner_numbers(tmp_path / "missing") == MANY
    assert not any(is_learners_number(number) for number in (0, 1000, 65534, FEW.start - 1, MANY.stop))
    monkeypatch.setattr(learners, "learner_numbers", lambda: FEW[:4])
    known, _ = opened(tmp_path)
    assert {known.uid(name) for name in "abc"} == set(FEW[:3])
    with pytest.raises(ValueError, match="there have been 3 names"):
        known.uid("d")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ada  O'Neil", "ada-oneil"),
        ("O\u2019Neil", "oneil"),
        ("\u0130pek", "i\u0307pek"),
        ("राम", "राम"),
        ("ยุพิน", "ยุพิน"),
        ("J\u030c", "\u01f0"),
        ("H\u0331", "\u1e96"),
    ],
)
def test_a_name_of_any_script_is_allowed(typed, name):
    assert learners.normalize(typed) == unicodedata.normalize("NFKC", name) == learners.normalize(name)
    assert learners.fault_of_name(learners.normalize(typed)) is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type your name"),
        ("   ", "Type your name"),
        ("a/b", "not “/”"),
        ("a\u202eb", "not the sign U\\+202E"),
        ("\ud800", "not the sign U\\+D800"),
        ("ada\ufe0f", "not the sign U\\+FE0F"),
        ("ada\u3164", "not the sign U\\+1160"),
        (".ada", "begins with"),
        ("\u0301a", "begins with"),
        ("a" * 33, "33 letters"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(typed, told):
    assert re.search(told, learners.fault_of_name(learners.normalize(typed)))


@given(
    st.text(
        st.sampled_from("eEJj'\u2019\u0301\u030c\u0308 \u0130\u1100\u1161-") | st.characters(), max_size=8
    )
)
@example("rene'\u0301")
def test_a_name_that_is_normalized_stays_as_it_is(typed):
    """Else a word is asked for under one name, and another's home is opened."""
    name = learners.normalize(typed)
    assert learners.normalize(name) == name


def test_a_gate_lets_one_through_at_a_time():
    async def come():
        gate, inside, most = Gate(), 0, 0

        async def one(key):
            nonlocal inside, most
            async with gate.alone(key):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.001)
                inside -= 1

        await asyncio.gather(*(one("same") for _ in range(20)))
        alone, most = most, 0
        await asyncio.gather(*(one(f"key {number}") for number in range(20)))
        together = most
        outcomes = await asyncio.gather(
            *(one("same") for _ in range(MOST_WAITING + 5)), one("else"), return_exceptions=True
        )
        await one("same")  # afterwards it is open again
        return alone, together, [type(each) for each in outcomes if each]

    alone, together, refused = alone_in_a_loop(come())
    assert alone == 1
    assert together > 1
    assert refused == [CrowdedError] * 5
    assert place_of("127.0.0.1") == place_of("127.9.9.9") == place_of("::1") == place_of("") == place_of("?")
    assert place_of("192.0.2.1") == place_of("192.0.2.9, 192.0.2.1") != place_of("192.0.2.1, 192.0.2.9")


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux says who listens")
def test_who_sits_in_a_servers_place_is_found():
    me = os.getuid()
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        port = here.getsockname()[1]
        assert who_listens(port) == set(), "bound, and not listening yet"
        here.listen()
        assert who_listens(port) == {me}

        async def runs():
            return False

        async def ended():
            return True

        assert alone_in_a_loop(others_at_port(port, me, runs)) == set()
        assert alone_in_a_loop(others_at_port(port, me + 1, runs)) == {me}
    later = iter([set(), set(), {7}])
    assert alone_in_a_loop(others_at_port(port, 7, runs, lambda _: next(later))) == set()
    assert alone_in_a_loop(others_at_port(port, me, ended)) == set()
    assert alone_in_a_loop(others_at_port(port, me, runs, lambda _: None)) == set()


def test_thirty_who_sign_in_at_once_have_thirty_numbers_and_words(tmp_path):
    known, _ = opened(tmp_path)
    names = [f"learner-{number}" for number in range(30)]
    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(known.word_is_right, names, names))
        kept = json.loads((tmp_path / "learners.json").read_text())
        assert sum("word" in kept[name] for name in names) == 30
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


def no_place(*_):
    raise OSError(28, "No space left on device")


def test_a_file_that_cannot_be_replaced_is_as_it_was(tmp_path, monkeypatch):
    place = tmp_path / "kept.json"
    keep(place, "old")
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_place)
        with pytest.raises(OSError):
            keep(place, "new")
    assert place.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]
    keep(place, b"new")
    assert place.read_text() == "new"


def test_a_forgotten_word_stays_forgotten_if_the_new_one_cannot_be_kept(tmp_path, monkeypatch):
    known, _ = opened(tmp_path)
    assert known.word_is_right("ada", "old")
    (tmp_path / "forgotten" / "ada").touch()
    with monkeypatch.context() as full:
        full.setattr(learners, "keep", no_place)
        with pytest.raises(OSError):
            known.word_is_right("ada", "new")
    assert known.word_is_right("ada", "new")
    assert not known.word_is_right("ada", "old")


def test_votes_are_there_after_a_new_start(tmp_path, monkeypatch):
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
    with monkeypatch.context() as full:
        full.setattr("votes.keep", no_place)
        for step in (lambda: again.commit("late", "5"), again.close):
            with pytest.raises(OSError):
                step()
    assert "late" not in again.last["answers"], "what could not be kept was not said"
    assert again.last["open"]
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
