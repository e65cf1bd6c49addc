"""What checkers of one kind share: which forms of an answer are read, and what is said of a wrong one."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.exercises import kinds
from helpers.exercises.kinds import (
    agreement,
    build,
    called,
    choices,
    faults,
    labels_and_reason,
    number,
    numbers,
    scored,
    statements,
)
from helpers.exercises.machinery import NotYetError

TWO = {"names": ("first", "second"), "expected": (1.0, 200.0), "why": "yes", "within": (0.01, 0.01)}


def test_numbers_are_judged_one_after_the_other_each_with_its_own_mistakes():
    mistakes = ({"the sign": -1}, {"in grams": 200_000})
    assert numbers([1.005, 200], mistakes=mistakes, **TWO).correct
    assert numbers((-1, 200_000), mistakes=mistakes, **TWO).reason == "first: the sign"
    assert numbers([1, 200_010], mistakes=mistakes, **TWO).reason == "second: in grams"
    assert numbers([5, 200], mistakes=mistakes, **TWO).reason.endswith(
        "5 is not it; what follows is judged when it is."
    )
    assert numbers([1, 7], mistakes=mistakes, **TWO).reason == "second: 7 is not it."
    rounded = numbers([-0.997, 200], mistakes=mistakes, **TWO)
    assert rounded.reason == "first: the sign", "what a mistake leads to may be rounded"
    assert "nan is not it" in numbers([np.nan, 200], mistakes=mistakes, **TWO).reason
    for answer in (1, [1], [1, 2, 3], "12", None, [[1, 200]], [[1, 2], [3]]):
        with pytest.raises(NotYetError, match="a list of 2 numbers: first; second"):
            numbers(answer, mistakes=mistakes, **TWO)


@pytest.mark.parametrize("answer", [2, 2.0, np.int64(2), np.array([2.0]), [2]])
def test_a_number_is_read_in_any_form(answer):
    assert number(answer) == 2


@pytest.mark.parametrize("answer", ["2", [1, 2], None, True])
def test_what_is_no_number_is_refused(answer):
    with pytest.raises(TypeError, match="give one number"):
        number(answer)


def test_statements_give_the_reason_of_the_first_that_was_misjudged():
    verdicts = {"a": (True, "because"), "b": (False, "although"), "c": (True, "since")}
    for answer in (["a", "c"], "ca", "A, C", ["(a)", "c"], {"a", "c"}, np.array(["a", "c"])):
        assert statements(answer, verdicts, "yes").correct
    # The reason, and neither the letter nor the verdict: the key is not to be read off.
    assert statements("a", verdicts, "yes").reason == "1 of 3 misjudged. Think of this: since"
    assert statements("abc", verdicts, "yes").reason == "1 of 3 misjudged. Think of this: although"
    assert statements("b", verdicts, "yes").reason == "3 of 3 misjudged. Think of this: because"
    assert not statements([], verdicts, "yes").correct
    with pytest.raises(NotYetError, match="there are the statements a, b, c"):
        statements("ad", verdicts, "yes")
    for answer in (1, None, [1, 2]):
        with pytest.raises(NotYetError, match="letters in a list"):
            statements(answer, verdicts, "yes")


def test_choices_hint_at_the_first_wrong_one():
    mistakes = ({"": "think", "b": "not b"}, {"": "again"})
    case = {"names": ("one", "two"), "options": "abc", "expected": "ac", "mistakes": mistakes, "why": "yes"}
    for answer in ("ac", ["a", "c"], "A C", ("a", "C")):
        assert choices(answer, **case).correct
    assert choices("bc", **case).reason == "one: not b"
    assert choices("ca", **case).reason == "one: think (1 more to think of)"
    assert choices("ab", **case).reason == "two: again"
    with pytest.raises(NotYetError, match="give 2 letters"):
        choices("a", **case)
    with pytest.raises(NotYetError, match="the letters are a, b, c"):
        choices("ax", **case)


CASES = [("two numbers", (np.array([1.0, 2]),)), ("three numbers", (np.array([1.0, 2, 6]),))]
MISTAKES = [("the mean, not the sum", np.mean), ("the largest, not the sum", np.max)]


def total(answer):
    return build(answer, "total(x)", CASES, np.sum, MISTAKES, "added up")


def test_a_function_is_compared_on_every_case_and_a_known_mistake_is_named():
    assert total(sum).correct
    assert total(lambda x: float(np.sum(x)) + 1e-12).correct
    assert total(np.mean).reason == "the mean, not the sum"
    assert total(np.max).reason == "the largest, not the sum"
    assert total(lambda x: x[0] + x[1]).reason == "not right on three numbers: expected 9.0, got 3.0."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (3, "write a function: def total"),
        (lambda x: None, "returned nothing"),
        (lambda x: x[5], "it fails on two numbers .IndexError: index 5 is out of bounds"),
        (lambda: 0, "it fails on two numbers .TypeError"),
        (lambda x: x, "on two numbers the result should be one number; got the shape .2,."),
        (lambda x: "3", "should hold numbers"),
        (lambda x: x.sort(), "returned nothing"),
        (lambda x: x.__imul__(2).sum(), "the input was changed .two numbers."),
    ],
)
def test_what_went_wrong_in_a_function_is_said(answer, words):
    with pytest.raises(NotYetError, match=words):
        total(answer)


def test_a_function_gets_copies_and_the_caller_keeps_the_arguments():
    given = np.array([3.0, 1.0])
    with pytest.raises(NotYetError, match="was changed"):
        called(lambda x: x.sort() or 1, given)
    assert given.tolist() == [3, 1]


def test_results_of_several_parts_are_compared_part_by_part():
    def both(x):
        return x.min(), 2 * x

    def judged(answer):
        return build(answer, "both(x)", CASES, both, [], "both")

    assert judged(lambda x: [x.min(), (2 * x).tolist()]).correct
    assert judged(lambda x: (x.min(), 2 * x + (x > 5))).reason.startswith(
        "not right on three numbers: second result: expected [2.0, 4.0, 12.0], got [2.0, 4.0, 13.0]"
    )
    with pytest.raises(NotYetError, match="return 2 things"):
        judged(lambda x: x.min())


def test_of_long_results_the_first_difference_is_shown():
    cases = [("ten rows", (np.arange(20.0).reshape(10, 2),))]
    verdict = build(lambda X: X + (X == 7), "f(X)", cases, lambda X: X, [], "")
    assert verdict.reason == (
        "not right on ten rows: 1 of 20 entries differ, the first at [3, 1]: expected 7.0, got 8.0."
    )


def test_names_of_groups_do_not_matter_where_they_are_tidied():
    def renamed(labels):
        return np.unique(labels, return_inverse=True)[1]

    cases = [("labels", (np.array([0, 0, 1]),))]
    assert build(lambda x: 5 + 2 * x, "f(x)", cases, lambda x: x, [], "", tidy=renamed).correct


def test_a_grouping_is_scored_and_a_known_mistake_named_only_if_it_is_near():
    truth = np.repeat([0, 1, 2], 20)
    halves = np.repeat([0, 1], 30)
    known = lambda: [("in halves", halves)]  # noqa: E731
    assert scored(truth + 4, truth, 0.9, known) == 1
    with pytest.raises(NotYetError, match=r"needed 0.9. Groups went together. .*Perhaps: in halves"):
        scored(1 - halves, truth, 0.9, known)
    with pytest.raises(NotYetError, match=r"\(ARI\): 0.8\d, needed 0.9\. A group was cut\.$"):
        scored(np.where(np.arange(60) % 20 < 10, truth, truth + 3 * (truth == 0)), truth, 0.9, known)
    with pytest.raises(NotYetError, match="everything is in one group"):
        scored(np.zeros(60, dtype=int), truth, 0.9, known)
    with pytest.raises(NotYetError, match="put all rows there"):
        scored(np.full(60, -1), truth, 0.9, known)
    with pytest.raises(NotYetError, match=r"\(ARI\): 1.00, which is enough; but that is not all"):
        scored(truth, truth, 0.9, known, good=False)


def test_an_agreement_just_below_what_is_needed_does_not_look_like_it():
    truth = np.repeat([0, 1], 500)
    nearly = truth.copy()
    nearly[:13] = 1
    assert 0.948 < agreement(nearly, truth) < 0.95
    with pytest.raises(NotYetError, match=r"\(ARI\): 0.94, needed 0.95"):
        scored(nearly, truth, 0.95, list)


def test_what_is_wrong_with_a_grouping_is_counted():
    truth = np.r_[np.repeat([0, 1, 2], 20), [-1] * 5]
    assert faults(truth, truth) == ""
    assert faults(np.where(truth == 2, 1, truth), truth) == "Groups went together."
    assert faults(np.where(np.arange(65) < 10, 7, truth), truth) == "A group was cut."
    assert faults(np.arange(65) % 13, truth).startswith("A group was cut.")
    strays = np.where(truth < 0, 2, truth)
    assert faults(strays, truth) == "Rows of no group that are in one: 5 of 5."
    assert faults(np.where(np.arange(65) < 3, -1, truth), truth) == "Members that were left out: 3."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (np.zeros(3), "give two things"),
        ((np.zeros(2, dtype=int), "a"), "give 3 whole numbers, one for each row; got the shape .2,."),
        ((np.full(3, 0.5), "a"), "give .whole. numbers"),
        ((np.zeros(3, dtype=int), "c"), "one of the letters a, b"),
        ((np.zeros(3, dtype=int), 5), "one of the letters a, b"),
    ],
)
def test_an_answer_of_labels_and_a_reason_is_read_or_refused(answer, words):
    with pytest.raises(NotYetError, match=words):
        labels_and_reason(answer, 3, {"a": "", "b": ""})


@pytest.mark.parametrize(
    "labels",
    [
        [0, 0, 1],
        np.array([0.0, 0.0, 1.0]),
        np.array([[0], [0], [1]]),
        ["x", "x", "y"],
        np.array(["n", "n", "w"]),
    ],
)
@pytest.mark.parametrize("letter", ["a", "A", "(a)", ["a"], " a."])
def test_labels_and_letters_are_read_in_any_form(labels, letter):
    found, reason = labels_and_reason((labels, letter), 3, {"a": "", "b": ""})
    assert (found.tolist(), reason) == ([0, 0, 1], "a")


def test_a_function_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(kinds, "SECONDS", 0.2)

    def forever(x):
        while True:
            pass

    with pytest.raises(
        NotYetError, match="it fails on two numbers .TimeoutError: no result after 0.2 seconds; does the loop"
    ):
        total(forever)


def test_results_rounded_to_three_digits_pass_and_to_two_do_not():
    cases = [("a share", (np.array([0.12345, 0.5]),))]
    for digits, passes in ((4, True), (3, True), (2, False)):
        verdict = build(lambda x, d=digits: x.round(d), "f(x)", cases, lambda x: x, [], "")
        assert verdict.correct == passes
