"""An envelope is answered before it is opened, bad input loses nothing, and the file keeps what was said."""

from __future__ import annotations

import json

import numpy as np
import pytest

from helpers.envelopes import envelope, opened_envelopes
from helpers.envelopes.contents import contents
from helpers.envelopes.sealed import answers_in, share_matched
from helpers.exercises.progress import VARIABLE, answers, read_lines

GROUPS = next(seed for seed in range(100) if contents(seed).n_clusters == 3 and not contents(seed).extras)
STRAYS = next(seed for seed in range(100) if "stray rows" in contents(seed).extras)
CROWD = next(seed for seed in range(100) if contents(seed).n_clusters == 1)


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    path = tmp_path / "own" / "progress.jsonl"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def test_what_is_inside_is_not_seen_before_it_is_open():
    sealed = envelope(GROUPS)
    shown = repr(sealed) + repr({k: v for k, v in vars(sealed).items() if k != "table"})
    for word in (contents(GROUPS).kind, "truth", "inside"):
        assert word not in shown
    assert not any("truth" in name or "kind" in name for name in dir(sealed))
    with pytest.raises(ValueError, match="is sealed: commit"):
        sealed.open()


def test_a_right_answer():
    truth = contents(GROUPS).truth
    sealed = envelope(GROUPS)
    sealed.commit(3, 2 - truth, 0.8)
    opened = sealed.open()
    assert opened.right
    assert opened.matched == 1
    assert opened.brier == pytest.approx(0.04)
    for words in ("held 3 ", "80% sure", "The number is right", "Brier score 0.04", "a: a number"):
        assert words in repr(opened)


@pytest.mark.parametrize(
    ("change", "right", "words"),
    [
        (
            lambda truth: np.where(np.arange(len(truth)) < 0.08 * len(truth), (truth + 1) % 3, truth),
            True,
            "92%",
        ),
        (
            lambda truth: np.where(np.arange(len(truth)) < 0.12 * len(truth), (truth + 1) % 3, truth),
            False,
            "88%",
        ),
        (lambda truth: np.where(np.arange(len(truth)) < 0.12 * len(truth), -1, truth), False, "88%"),
        (lambda truth: np.minimum(truth, 1), False, "The number is not right"),
        (lambda truth: np.where(np.arange(len(truth)) == 0, 3, truth), False, "The number is not right"),
    ],
    ids=["a few wrong", "too many wrong", "too many left out", "joined", "one more"],
)
def test_the_number_and_nine_in_ten_are_needed(change, right, words):
    sealed = envelope(GROUPS)
    labels = change(contents(GROUPS).truth)
    sealed.commit(len(set(labels[labels >= 0])), labels, 0.6)
    opened = sealed.open()
    assert opened.right == right
    assert words in repr(opened)


def test_stray_rows_may_be_anywhere():
    inside = contents(STRAYS)
    for elsewhere in (-1, 0):
        assert share_matched(np.where(inside.truth < 0, elsewhere, inside.truth), inside.truth) == 1


def test_one_crowd_is_an_answer():
    sealed = envelope(CROWD)
    sealed.commit(1, np.zeros(len(sealed.table), dtype=int), 1)
    opened = sealed.open()
    assert (opened.right, opened.brier) == (True, 0)
    assert "held one crowd" in repr(opened)
    assert "said one crowd" in repr(opened)


def test_labels_of_noise_alone_match_nothing():
    assert share_matched(np.full(4, -1), np.array([0, 0, 1, 1])) == 0


N = len(contents(GROUPS).table)
FINE = np.arange(N) % 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((3, FINE[:-1], 0.5), f"one label for each of the {N} rows; got the shape .{N - 1},"),
        ((3, FINE[:, None], 0.5), "got the shape"),
        ((2, FINE, 0.5), "you say 2 groups, and your labels have 3"),
        ((4, FINE - 1, 0.5), "you say 4 groups, and your labels have 2"),
        ((3, FINE + 0.5, 0.5), "whole numbers"),
        ((3, FINE.astype(str), 0.5), "whole numbers"),
        ((3, FINE - 2, 0.5), "from 0 on"),
        ((2.5, FINE, 0.5), "n_clusters is a whole number"),
        ((0, np.full(N, -1), 0.5), "1 where there are no groups"),
        ((True, np.zeros(N), 0.5), "n_clusters is a whole number"),
        ((50, np.arange(N) % 50, 0.5), "at most 36 groups"),
        ((3, FINE, 80), "80 % is 0.8"),
        ((3, FINE, -0.1), "from 0 to 1"),
        ((3, FINE, float("nan")), "from 0 to 1"),
        ((3, FINE, "sure"), "a number from 0 to 1; got 'sure'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(file, answer, words):
    sealed = envelope(GROUPS)
    sealed.commit(3, FINE, 0.7)
    with pytest.raises(ValueError, match=words):
        sealed.commit(*answer)
    assert len(file.read_text().splitlines()) == 1
    assert sealed.open().confidence == 0.7


@pytest.mark.parametrize("seed", [-1, 1.0, "3", True, None])
def test_what_is_no_number_of_an_envelope(seed):
    with pytest.raises(ValueError, match="whole number from 0 on"):
        envelope(seed)


def test_labels_may_have_any_numbers_and_be_floats():
    sealed = envelope(GROUPS)
    sealed.commit(np.int64(3), 10.0 * contents(GROUPS).truth + 7, np.float64(0.5))
    assert sealed.open().matched == 1


def test_the_last_word_before_it_is_open_counts(capsys):
    sealed = envelope(GROUPS)
    sealed.commit(3, FINE, 0.9)
    envelope(GROUPS).commit(1, np.zeros(N), 0.4)  # another day
    again = envelope(GROUPS)
    assert "answered, not yet opened" in repr(again)
    assert again.open().confidence == 0.4
    capsys.readouterr()
    again.commit(3, contents(GROUPS).truth, 1)
    assert "open already" in capsys.readouterr().out
    assert envelope(GROUPS).open().n_clusters == 1
    assert "(opened)" in repr(envelope(GROUPS))
    assert len(opened_envelopes()) == 1


def test_what_the_lesson_opens_is_kept_nowhere(file):
    sealed = envelope(GROUPS, own=False)
    sealed.commit(3, FINE, 0.9)
    sealed.open()
    assert not file.exists()
    assert opened_envelopes().empty


def test_opened_envelopes_are_listed_and_exercises_are_counted_beside_them(file):
    for seed in (CROWD, GROUPS):
        sealed = envelope(seed)
        sealed.commit(1, np.zeros(len(sealed.table)), 0.75)
        sealed.open()
    envelope(STRAYS).commit(1, np.zeros(len(contents(STRAYS).table)), 0.2)
    table = opened_envelopes()
    assert table["envelope"].tolist() == sorted([CROWD, GROUPS])
    assert table.set_index("envelope")["right"].to_dict() == {CROWD: True, GROUPS: False}
    assert answers() == ({}, 0), "lines of envelopes are no exercises, and no rubbish"


def test_a_file_that_somebody_changed_is_read_as_far_as_it_goes(file):
    sealed = envelope(GROUPS)
    sealed.commit(3, FINE, 0.7)
    good = json.loads(file.read_text())
    lines = [
        {"envelope": GROUPS, "opened": True},  # before it was answered
        good | {"labels": "012"},
        good | {"labels": "~" * N},
        good | {"labels": None},
        good | {"confidence": 7},
        good | {"envelope": "x"},
        good | {"envelope": -4},
        good | {"envelope": [1]},
        {"envelope": GROUPS},
        good,
        {"envelope": GROUPS, "opened": True},
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    found, wrong = answers_in(read_lines()[0])
    assert wrong == 9
    assert list(found) == [GROUPS]
    assert envelope(GROUPS).open().confidence == 0.7


def test_an_envelope_that_is_held_twice_has_one_answer():
    first, second = envelope(GROUPS), envelope(GROUPS)
    first.commit(3, FINE, 0.2)
    second.commit(3, FINE, 0.9)
    assert first.open().confidence == 0.9
    second.commit(1, np.zeros(N), 0.1)
    assert second.open().confidence == 0.9
    assert opened_envelopes()["confidence"].tolist() == [0.9]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_editor_saved_in_its_way_is_read(file, encoding):
    sealed = envelope(GROUPS)
    sealed.commit(3, FINE, 0.7)
    sealed.open()
    file.write_bytes(file.read_text(encoding="utf-8").replace("\n", "\r\n\r\n").encode(encoding))
    assert "(opened)" in repr(envelope(GROUPS))
    assert read_lines()[1] == 0


def test_lines_that_make_no_sense_are_counted(file, capsys):
    envelope(GROUPS).commit(3, FINE, 0.7)
    with file.open("a") as lines:
        lines.write(
            "[" * 100_000 + '\n{"envelope": "301", "opened": true}\n{"envelope": true, "opened": true}\n'
        )
    assert opened_envelopes().empty
    assert "(3 lines of " in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(VARIABLE, str(tmp_path))  # a folder
    sealed = envelope(GROUPS)
    sealed.commit(3, FINE, 0.7)
    assert sealed.open().confidence == 0.7
    out = capsys.readouterr().out
    assert "cannot be read" in out
    assert "cannot be written" in out


@pytest.mark.parametrize(
    ("labels", "words"),
    [(np.where(FINE == 1, np.nan, FINE), "missing .nan."), ([[1, 2], [3]], "one label for each")],
    ids=["gaps", "ragged"],
)
def test_labels_with_gaps_or_of_unequal_length_are_named(labels, words):
    with pytest.raises(ValueError, match=words):
        envelope(GROUPS).commit(3, labels, 0.5)


def test_both_pictures_show_the_same_points():
    sealed = envelope(STRAYS, own=False)
    sealed.commit(1, np.zeros(len(sealed.table)), 0.5)
    left, right = sealed.open().plot()
    titles = [ax.get_title() or ax.get_title("left") for ax in (left, right)]  # a style may move it
    assert titles[0].startswith("inside: ")
    assert titles[1] == "you said: 1"
    counts = [sum(len(mark.get_offsets()) for mark in ax.collections) for ax in (left, right)]
    assert counts == [len(sealed.table)] * 2
