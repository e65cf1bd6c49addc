"""What the checkers of one kind of exercise have in common: numbers, statements, functions, groupings.

All of them say *which* part of an answer is not right, and name the mistake where it is a known one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from helpers.exercises.machinery import NotYetError, Verdict, not_yet, right


def number(answer: Any) -> float:
    """Read an answer as one number; anything else is not an answer of the right kind."""
    value = np.asarray(answer)
    if value.size != 1 or value.dtype.kind not in "iuf":
        raise TypeError("give one number, without quotes; to count True values, use np.sum")
    return float(value.reshape(()))


def numbers(
    answer: Any,
    names: Sequence[str],
    expected: Sequence[float],
    mistakes: Sequence[Mapping[str, float]],
    why: str,
    within: float | Sequence[float] = 1e-6,
) -> Verdict:
    """Compare a list of numbers with those expected, each with the mistakes that lead to another.

    Parameters
    ----------
    answer : object
        What the learner gave.
    names : sequence of str
        What each number is.
    expected, within : sequence of float
        The right numbers, and how far from each a rounded one may be.
    mistakes : sequence of mapping
        For each number: the hint, and the number to which that mistake leads.
    why : str
        What a right answer is told.
    """
    value = np.asarray(answer)
    if value.dtype.kind not in "iuf" or value.shape != (len(expected),):
        raise NotYetError(f"give a list of {len(expected)} numbers: {', '.join(names)}.")
    bounds = np.broadcast_to(within, len(expected))
    for name, found, goal, bound, known in zip(names, value, expected, bounds, mistakes, strict=True):
        if abs(found - goal) <= bound:
            continue
        for hint, wrong in known.items():
            if abs(found - wrong) <= max(bound, 0.005 * abs(wrong)):
                return not_yet(f"{name}: {hint}")
        return not_yet(f"{name}: {found:g} is not it; the others are judged when this one is right.")
    return right(why)


def statements(answer: Any, verdicts: Mapping[str, tuple[bool, str]], why: str) -> Verdict:
    """Compare the letters of the statements that a learner takes for true with those that are.

    Parameters
    ----------
    answer : object
        Letters, in a list or in one string, in any order.
    verdicts : mapping
        For each letter: whether the statement is true, and what to think of again if it was misjudged.
    why : str
        What a right answer is told.
    """
    given = list(answer.replace(",", " ").replace(" ", "")) if isinstance(answer, str) else answer
    if not isinstance(given, list | tuple | set | np.ndarray) or not all(
        isinstance(letter, str) for letter in given
    ):
        raise NotYetError('give the letters in a list, for example ["a", "b"].')
    chosen = {letter.strip().lower() for letter in given}
    if not chosen <= set(verdicts):
        raise NotYetError(f"there are the statements {', '.join(verdicts)}.")
    true = {letter for letter, (holds, _) in verdicts.items() if holds}
    if chosen == true:
        return right(why)
    for letter, (holds, hint) in verdicts.items():
        if (letter in chosen) != holds:
            number_wrong = len(chosen ^ true)
            more = f" ({number_wrong - 1} more misjudged)" if number_wrong > 1 else ""
            return not_yet(f"{letter} is {'true' if holds else 'not true'}: {hint}{more}")
    raise AssertionError("two different sets differ in some letter")


def choices(
    answer: Any,
    names: Sequence[str],
    options: str,
    expected: Sequence[str],
    mistakes: Sequence[Mapping[str, str]],
    why: str,
) -> Verdict:
    """Compare one letter for each of several cases with those expected.

    Parameters
    ----------
    answer : object
        Letters in the order of the cases, in a list or in one string.
    names : sequence of str
        What each case is.
    options : str
        The letters that there are.
    expected : sequence of str
        For each case the letter that is right.
    mistakes : sequence of mapping
        For each case: the letter, and what to think of again for whoever gave it; "" is for all others.
    why : str
        What a right answer is told.
    """
    given = list(answer.replace(",", " ").replace(" ", "")) if isinstance(answer, str) else answer
    if not isinstance(given, list | tuple | np.ndarray) or len(given) != len(expected):
        raise NotYetError(f"give {len(expected)} letters in a list, one for each: {', '.join(names)}.")
    letters = [letter.strip().lower() if isinstance(letter, str) else "" for letter in given]
    if not all(letter and letter in options for letter in letters):
        raise NotYetError(f"the letters are {', '.join(options)}, each in quotes.")
    wrong = [place for place, letter in enumerate(letters) if letter != expected[place]]
    if not wrong:
        return right(why)
    first = wrong[0]
    hint = mistakes[first].get(letters[first]) or mistakes[first][""]
    more = f" ({len(wrong) - 1} more to think of)" if len(wrong) > 1 else ""
    return not_yet(f"{names[first]}: {hint}{more}")


def called(function: Callable[..., Any], *arguments: Any, case: str = "the case tried") -> Any:
    """Call a learner's function on copies, and say so if it fails, gives nothing, or changes what it got."""
    given = copy.deepcopy(arguments)
    try:
        result = function(*given)
    except Exception as error:  # of whatever kind: the learner is told which, and where
        raise NotYetError(f"it fails on {case} ({type(error).__name__}: {error}).") from error
    if result is None:
        raise NotYetError("the function returned nothing; does it end with return ...?")
    for before, after in zip(arguments, given, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            raise NotYetError(f"the input was changed ({case}); write into a new array.")
    return result


def build(
    answer: Any,
    signature: str,
    cases: Sequence[tuple[str, tuple]],
    solution: Callable[..., Any],
    mistakes: Iterable[tuple[str, Callable[..., Any]]],
    why: str,
    tidy: Callable[[Any], Any] = lambda result: result,
) -> Verdict:
    """Compare a learner's function with the right one on every case.

    Parameters
    ----------
    answer : object
        What the learner gave.
    signature : str
        Its name and arguments, for who has given no function.
    cases : sequence of (str, tuple)
        Words for a case, and the arguments of the call. Each mistake must differ on one of them.
    solution : callable
        The right function; its result is a number, a truth value, an array, or a tuple of such.
    mistakes : iterable of (str, callable)
        The hint, and the function of whoever makes that mistake, in every case.
    why : str
        What a right answer is told.
    tidy : callable
        Applied to every result before it is compared, for example so that names of clusters do not matter.
    """
    if not callable(answer):
        raise NotYetError(f"write a function: def {signature}: ... and pass the function itself.")
    expected = [solution(*arguments) for _, arguments in cases]
    found = [called(answer, *arguments, case=words) for words, arguments in cases]
    for (words, _), goal, result in zip(cases, expected, found, strict=True):
        _require_form(words, goal, result)
    expected, found = list(map(tidy, expected)), list(map(tidy, found))
    if all(_equal(goal, result) for goal, result in zip(expected, found, strict=True)):
        return right(why)
    for hint, wrong in mistakes:
        with np.errstate(all="ignore"):
            results = [tidy(wrong(*copy.deepcopy(arguments))) for _, arguments in cases]
        if all(_equal(goal, result) for goal, result in zip(results, found, strict=True)):
            return not_yet(hint)
    for (words, _), goal, result in zip(cases, expected, found, strict=True):
        if not _equal(goal, result):
            return not_yet(f"not right on {words}: {_difference(goal, result)}")
    raise AssertionError("some case differs")


def _parts(result: Any) -> tuple:
    return tuple(result) if isinstance(result, tuple) else (result,)


def _require_form(words: str, expected: Any, found: Any) -> None:
    """Raise the hint if a result is not of the kind and shape that is asked for."""
    if len(_parts(expected)) > 1 and (
        not isinstance(found, tuple | list) or len(found) != len(_parts(expected))
    ):
        raise NotYetError(f"return {len(_parts(expected))} things: return a, b, ...")
    for goal, part in zip(
        _parts(expected), tuple(found) if len(_parts(expected)) > 1 else (found,), strict=True
    ):
        goal, shape = np.asarray(goal), np.shape(part)
        if shape != goal.shape:
            wanted = f"an array of shape {goal.shape}" if goal.ndim else "one number"
            if goal.dtype == bool and not goal.ndim:
                wanted = "one True or False"
            raise NotYetError(f"on {words} the result should be {wanted}; got the shape {shape}.")
        kind = np.asarray(part).dtype.kind
        if goal.dtype.kind in "biuf" and kind not in "biuf":
            raise NotYetError(f"on {words} the result should hold numbers; got {np.asarray(part).dtype}.")


def _equal(expected: Any, found: Any) -> bool:
    """Whether two results are the same, up to rounding."""
    if isinstance(expected, tuple):
        return len(expected) == len(found) and all(map(_equal, expected, tuple(found)))
    goal, result = np.asarray(expected), np.asarray(found)
    if goal.shape != result.shape:
        return False
    if goal.dtype.kind in "biuf":
        return bool(np.allclose(goal.astype(float), result.astype(float), equal_nan=True))
    return bool(np.all(goal == result))


def _difference(expected: Any, found: Any) -> str:
    """Say where two results of one form differ: both if they are short, else the first entry that does."""
    for number_, (goal, part) in enumerate(zip(_parts(expected), _parts(found), strict=True)):
        if _equal(goal, part):
            continue
        which = (
            ("first", "second", "third", "fourth")[number_] + " result: "
            if isinstance(expected, tuple)
            else ""
        )
        goal, part = np.asarray(goal), np.asarray(part)
        if goal.size <= 6:
            return f"{which}expected {_shown(goal)}, got {_shown(part)}."
        if goal.dtype.kind in "biuf":
            differs = ~np.isclose(goal.astype(float), part.astype(float), equal_nan=True)
        else:
            differs = goal != part
        place = tuple(int(i) for i in np.argwhere(differs)[0])
        return (
            f"{which}{int(differs.sum())} of {goal.size} entries differ, the first at "
            f"{list(place) if len(place) > 1 else place[0]}: expected {_shown(goal[place])}, got "
            f"{_shown(part[place])}."
        )
    raise AssertionError("some part differs")


def _shown(value: Any) -> str:
    value = np.asarray(value)
    return str(np.round(value, 3).tolist() if value.dtype.kind == "f" else value.tolist())


def labels_and_reason(answer: Any, n_samples: int, reasons: Mapping[str, str]) -> tuple[np.ndarray, str]:
    """Read the answer of a *choose* exercise: a label for each point, and one of the reasons."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise NotYetError('give two things: answer = labels, "a" (the labels, and the letter of a reason).')
    labels, reason = np.asarray(answer[0]), answer[1]
    if labels.shape != (n_samples,) or labels.dtype.kind not in "iu":
        raise NotYetError(
            f"the labels are {n_samples} whole numbers, one for each; got {labels.dtype} of "
            f"shape {labels.shape}."
        )
    letter = reason.strip().lower() if isinstance(reason, str) else reason
    if letter not in reasons:
        raise NotYetError(f"the reason is one of the letters {', '.join(reasons)}, in quotes.")
    return labels, letter


def agreement(labels: np.ndarray, truth: np.ndarray) -> float:
    """Return the adjusted Rand index with the truth that was held back; noise counts as one more group."""
    from sklearn.metrics import adjusted_rand_score  # here, so that loading the machinery is quick

    return float(adjusted_rand_score(truth, labels))


def scored(
    labels: np.ndarray,
    truth: np.ndarray,
    needed: float,
    known: Callable[[], Iterable[tuple[str, np.ndarray]]],
) -> float:
    """Score a grouping against the truth; raise a hint if it is not good enough.

    Parameters
    ----------
    labels, truth : int array (n_samples,)
        The learner's grouping, and what the data were drawn from.
    needed : float
        The agreement (adjusted Rand index) from which on the grouping is good enough.
    known : callable
        Returns hints, and the groupings that a known mistake leads to; a grouping near to one gets its hint.
        (Called only if it is needed: working them out takes a second or two.)

    Returns
    -------
    float
        The agreement.
    """
    score = agreement(labels, truth)
    if score >= needed:
        return score
    if len(set(labels.tolist())) == 1:
        raise NotYetError("everything is in one group; is it?")
    from threadpoolctl import threadpool_limits

    best, hint = 0.9, ""
    with threadpool_limits(1):  # the data are small: a second thread would mostly wait
        for words, grouping in known():
            if (near := agreement(labels, np.asarray(grouping))) > best:
                best, hint = near, words
    raise NotYetError(f"agreement with the truth held back (ARI): {score:.2f}, needed {needed:g}. {hint}")
