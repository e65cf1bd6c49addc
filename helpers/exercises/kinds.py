"""What the checkers of one kind of exercise have in common: numbers, statements, functions, groupings.

All of them say *which* part of an answer is not right, and name the mistake where it is a known one.
"""

from __future__ import annotations

import copy
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from helpers.exercises.machinery import NotYetError, Verdict, not_yet, right

SECONDS = 20  # after which a function is said not to end


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
    roughly: float = 1e-4,
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
    roughly : float
        How far a mistake's number may be off, as a share of it.
    """
    try:
        value = np.asarray(answer)
    except ValueError:  # lists of unequal length
        value = np.array("")
    if value.dtype.kind not in "iuf" or value.shape != (len(expected),):
        raise NotYetError(f"give a list of {len(expected)} numbers: {'; '.join(names)}.")
    bounds = np.broadcast_to(within, len(expected))
    for place, (name, found, goal, bound) in enumerate(zip(names, value, expected, bounds, strict=True)):
        if abs(found - goal) <= bound:
            continue
        for hint, wrong in mistakes[place].items():
            # The number that a mistake leads to may be rounded in its own way.
            if abs(found - wrong) <= max(bound, min(0.0051, 0.01 * abs(wrong)), roughly * abs(wrong)):
                return not_yet(f"{name}: {hint}")
        last = place == len(expected) - 1
        return not_yet(
            f"{name}: {found:g} is not it{'.' if last else '; what follows is judged when it is.'}"
        )
    return right(why)


def statements(answer: Any, verdicts: Mapping[str, tuple[bool, str]], why: str) -> Verdict:
    """Compare the letters of the statements that a learner takes for true with those that are.

    Parameters
    ----------
    answer : object
        Letters, in a list or in one string, in any order.
    verdicts : mapping
        For each letter: whether the statement is true, and what to think of if it was misjudged (in words
        that do not say which it is).
    why : str
        What a right answer is told.
    """
    given = list(answer.replace(",", " ").replace(" ", "")) if isinstance(answer, str) else answer
    if not isinstance(given, list | tuple | set | np.ndarray) or not all(
        isinstance(letter, str) for letter in given
    ):
        raise NotYetError('give the letters in a list, for example ["a", "b"].')
    chosen = {letter.strip(" ()").lower() for letter in given}
    if not chosen <= set(verdicts):
        raise NotYetError(f"there are the statements {', '.join(verdicts)}.")
    true = {letter for letter, (holds, _) in verdicts.items() if holds}
    if chosen == true:
        return right(why)
    # Not which letter: the reason is to be thought of, and not the key to be read off.
    misjudged = [hint for letter, (holds, hint) in verdicts.items() if (letter in chosen) != holds]
    return not_yet(f"{len(misjudged)} of {len(verdicts)} misjudged. Think of this: {misjudged[0]}")


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
        For each case the letter that is right, or the letters.
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
    wrong = [place for place, letter in enumerate(letters) if letter not in expected[place]]
    if not wrong:
        return right(why)
    first = wrong[0]
    hint = mistakes[first].get(letters[first]) or mistakes[first][""]
    more = f" ({len(wrong) - 1} more to think of)" if len(wrong) > 1 else ""
    return not_yet(f"{names[first]}: {hint}{more}")


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what takes longer, where there is a timer (not on Windows, nor in a thread)."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: Any) -> None:
        raise TimeoutError(
            f"no result after {seconds} seconds; does the loop end? nan equals nothing, not even nan"
        )

    before = signal.signal(signal.SIGALRM, stop)
    # Again and again: an exception raised within a callback, such as the garbage collector's, is lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def called(function: Callable[..., Any], *arguments: Any, case: str = "the case tried") -> Any:
    """Call a learner's function on copies, and say so if it fails, gives nothing, or changes what it got."""
    given = copy.deepcopy(arguments)
    try:
        with in_time(SECONDS):
            result = function(*given)
            result = result.to_numpy() if hasattr(result, "to_numpy") else result  # pandas
    except Exception as error:  # of whatever kind: the learner is told which, and where
        raise NotYetError(f"it fails on {case} ({type(error).__name__}: {error}).") from error
    if result is None:
        raise NotYetError(
            f"on {case} the function returned nothing (None); does it always end with return ...?"
        )
    for before, after in zip(arguments, given, strict=True):
        gaps = isinstance(before, np.ndarray) and before.dtype.kind == "f"  # a nan is not equal to itself
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=gaps):
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
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # of our own mistakes; those of the learner's function are shown
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
        not isinstance(found, tuple | list | np.ndarray) or len(found) != len(_parts(expected))
    ):
        raise NotYetError(f"return {len(_parts(expected))} things: return a, b, ...")
    for goal, part in zip(
        _parts(expected), tuple(found) if len(_parts(expected)) > 1 else (found,), strict=True
    ):
        goal = np.asarray(goal)
        try:
            shape = np.shape(part)
        except ValueError:  # parts of unequal length
            raise NotYetError(
                f"on {words} the result has parts of unequal shapes; return what was asked, and no more."
            ) from None
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
        return bool(_close(goal, result).all())
    return bool(np.all(goal == result))


def _close(expected: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Say of each entry whether it is the same when rounded to three digits."""
    return np.isclose(found.astype(float), expected.astype(float), rtol=6e-4, atol=6e-4, equal_nan=True)


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
        differs = ~_close(goal, part) if goal.dtype.kind in "biuf" else goal != part
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


def letter_of(answer: Any, letters: Iterable[str]) -> str:
    """Read one letter, also from a list of one or in brackets."""
    if isinstance(answer, list | tuple | set) and len(answer) == 1:
        (answer,) = answer
    letter = answer.strip(" ().").lower() if isinstance(answer, str) else None
    if letter not in letters:
        raise NotYetError(f"the sentence is one of the letters {', '.join(letters)}, in quotes.")
    return letter


def whole_numbers(answer: Any, n: int, of_what: str) -> np.ndarray:
    """Read one whole number for each of n things; names of another kind are numbered."""
    try:
        values = np.asarray(answer)
    except ValueError:  # parts of unequal length
        raise NotYetError(f"give {n} whole numbers in one array, one for each {of_what}.") from None
    values = values.ravel() if values.size == n else values
    if values.dtype.kind == "b":
        raise NotYetError(f"give whole numbers, one for each {of_what}; yours are True and False.")
    if values.shape != (n,) or values.dtype.kind not in "iufUO":
        raise NotYetError(f"give {n} whole numbers, one for each {of_what}; got the shape {values.shape}.")
    if values.dtype.kind in "UO":
        names = values.astype(str)
        return np.where(np.isin(names, ("-1", "-1.0")), -1, np.unique(names, return_inverse=True)[1])
    if values.dtype.kind == "f" and not (
        np.isfinite(values).all() and np.array_equal(values, np.rint(values))
    ):
        raise NotYetError(f"give *whole* numbers, one for each {of_what}; some of yours are not.")
    return values.astype(int)


def labels_and_reason(answer: Any, n_samples: int, reasons: Mapping[str, str]) -> tuple[np.ndarray, str]:
    """Read the answer of a *choose* exercise: a label for each row, and the letter of a sentence."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise NotYetError('give two things: answer = labels, "a" (the labels, and the letter of a sentence).')
    if isinstance(answer[0], str) and not isinstance(answer[1], str):
        raise NotYetError("the labels first, then the letter.")
    return whole_numbers(answer[0], n_samples, "row"), letter_of(answer[1], reasons)


def defended(told: str, letter: str, reasons: Mapping[str, str], why: str) -> Verdict:
    """Judge the sentence that goes with an answer which is right.

    Parameters
    ----------
    told : str
        What is right about the answer.
    letter : str
        The sentence that the learner takes for true.
    reasons : mapping
        For each letter why its sentence is not true; "" for one that is.
    why : str
        What a right answer is told.
    """
    return (
        not_yet(f"{told}, but the sentence is not true here: {reasons[letter]}")
        if reasons[letter]
        else right(why)
    )


def agreement(labels: np.ndarray, truth: np.ndarray) -> float:
    """Return the adjusted Rand index with the truth that was held back; noise counts as one more group."""
    from sklearn.metrics import adjusted_rand_score  # here, so that loading the machinery is quick

    return float(adjusted_rand_score(truth, labels))


def faults(labels: np.ndarray, truth: np.ndarray) -> str:
    """Say what is wrong with a grouping: groups joined or cut, strays in groups, members left out.

    Parameters
    ----------
    labels, truth : int array (n_samples,)
        The learner's grouping and the true one; -1 is for rows in no group.

    Returns
    -------
    str
        A sentence for each fault, or "".
    """
    groups, found = np.unique(truth[truth >= 0]), np.unique(labels[labels >= 0])
    # Which share of each true group is in each of the learner's; a third or more is no accident.
    shares = np.array([[np.mean(labels[truth == g] == f) for f in found] for g in groups])
    shares = shares.reshape(len(groups), len(found))
    told = []
    if np.any((shares > 0.3).sum(axis=0) > 1):
        told.append("Groups went together.")
    if np.any((shares > 0.2).sum(axis=1) > 1) or np.any(
        (shares.max(axis=1, initial=0) < 0.6) & (shares.sum(axis=1) > 0.8)
    ):
        told.append("A group was cut.")
    if np.any(truth < 0) and (strays := int(np.sum((truth < 0) & (labels >= 0)))):
        told.append(f"Rows of no group that are in one: {strays} of {np.sum(truth < 0)}.")
    if lost := int(np.sum((truth >= 0) & (labels < 0))):
        told.append(f"Members that were left out: {lost}.")
    return " ".join(told)


def scored(
    labels: np.ndarray,
    truth: np.ndarray,
    needed: float,
    known: Callable[[], Iterable[tuple[str, np.ndarray]]],
    good: bool = True,
) -> float:
    """Score a grouping against the truth; raise a hint if it is not good enough.

    Parameters
    ----------
    labels, truth : int array (n_samples,)
        The learner's grouping, and what the data were drawn from.
    needed : float
        The agreement (adjusted Rand index) from which on the grouping is good enough.
    known : callable
        Returns hints, and the groupings that a known mistake leads to; a grouping near to one gets its hint,
        with a "perhaps", since other ways may lead there. (Called only if it is needed.)
    good : bool
        Whether what else is asked of the grouping is met.

    Returns
    -------
    float
        The agreement.
    """
    score = agreement(labels, truth)
    if score >= needed and good:
        return score
    if np.all(labels < 0):
        raise NotYetError("-1 is for rows in no group, and you have put all rows there.")
    if len(set(labels.tolist())) == 1:
        raise NotYetError("everything is in one group; is it?")
    from threadpoolctl import threadpool_limits

    best, hint = max(0.93, score), ""  # nearer to the mistake than to the truth
    with (
        threadpool_limits(1),
        warnings.catch_warnings(),
    ):  # the data are small: a second thread would mostly wait
        warnings.simplefilter("ignore")
        for words, grouping in known():
            if (near := agreement(labels, np.asarray(grouping))) > best:
                best, hint = near, f"Perhaps: {words}"
    told = f"agreement with the truth held back (ARI): {np.floor(100 * score) / 100:.2f}, "
    told += f"needed {needed:g}." if score < needed else "which is enough; but that is not all."
    what = faults(labels, truth) or ("" if good else "How many groups are there, and how large is each?")
    raise NotYetError(" ".join(part for part in (told, what, hint) if part))
