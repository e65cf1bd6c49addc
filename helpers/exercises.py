"""Answer the learner: `check("01-2", answer)` prints one line that says whether it is right, and why.

An exercise is a function that takes an answer and returns `right(why)` or `not_yet(hint)`; the decorator
gives it its id. Hints name the mistake that leads to *that* answer. Expected values are worked out here
from the data, never typed in, so that they cannot go stale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Verdict(NamedTuple):
    """What a checker says: is the answer right, and the sentence that goes with it."""

    correct: bool
    reason: str


CHECKERS: dict[str, Callable[[Any], Verdict]] = {}


def check(exercise_id: str, answer: Any) -> None:
    """Print one line on an answer: not attempted yet, correct (and why), or not yet (and a hint).

    Parameters
    ----------
    exercise_id : str
        Lesson and number, for example "03-2".
    answer : object
        Your answer; `...` means that you have not tried yet.

    Raises
    ------
    KeyError
        If there is no exercise with this id. A wrong answer never raises, whatever it is.
    """
    if exercise_id not in CHECKERS:
        raise KeyError(f"no exercise {exercise_id!r}; there are: {', '.join(sorted(CHECKERS))}")
    if answer is ...:
        print(f"{exercise_id}: not attempted yet - replace the ... above and run this cell again.")
        return
    try:
        verdict = CHECKERS[exercise_id](answer)
    except Exception as error:  # a learner's answer can be anything, and must never stop the notebook
        shown = repr(answer)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        verdict = not_yet(
            f"an answer of this kind cannot be read ({type(error).__name__}: {error}). "
            f"Look again at what is asked for; you gave {type(answer).__name__} {shown}."
        )
    print(
        f"{exercise_id}: {'correct' if verdict.correct else 'not yet'} - {' '.join(verdict.reason.split())}"
    )


def right(why: str) -> Verdict:
    """Say that the answer is right, and why."""
    return Verdict(True, why)


def not_yet(hint: str) -> Verdict:
    """Say that the answer is not right yet, with a hint for this mistake."""
    return Verdict(False, hint)


def exercise(exercise_id: str) -> Callable[[Callable[[Any], Verdict]], Callable[[Any], Verdict]]:
    """Register a checker under an id of the form "LL-N" (lesson and number)."""

    def register(checker: Callable[[Any], Verdict]) -> Callable[[Any], Verdict]:
        if exercise_id in CHECKERS:
            raise ValueError(f"exercise {exercise_id!r} is defined twice")
        CHECKERS[exercise_id] = checker
        return checker

    return register


def number(answer: Any) -> float:
    """Read an answer as one number; anything else is not an answer of the right kind."""
    value = np.asarray(answer)
    if value.size != 1 or value.dtype.kind not in "iuf":
        raise TypeError("give one number, without quotes; to count True values, use np.sum")
    return float(value.reshape(()))


def called(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a learner's function, and say so if it forgot to return anything."""
    result = function(*arguments)
    if result is None:
        raise ValueError("the function returned nothing; does it end with return ...?")
    return result


# Lesson 01: what clustering is


def _arms() -> np.ndarray:
    from sklearn.datasets import make_classification

    return make_classification(
        n_samples=1000, n_features=2, n_informative=2, n_redundant=0, n_clusters_per_class=1, random_state=4
    )[0]


@exercise("01-1")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 1) < 1e-6:
        return right(
            "the same points stand together in both; only the names differ, and the ARI ignores names."
        )
    if value == 0:
        return not_yet("no label is equal, but compare which points share a label, not what the label is.")
    if 0 < value < 1:
        return not_yet(
            "for each pair of points: are they together in the first? in the second? Is any pair split?"
        )
    return not_yet("the adjusted Rand index is 1 at best, about 0 for chance, and never below -0.5.")


@exercise("01-2")
def _(answer: Any) -> Verdict:
    from sklearn.cluster import DBSCAN

    X, value = _arms(), number(answer)
    labels = DBSCAN(eps=0.35, min_samples=9).fit_predict(X)
    before = int(np.sum(DBSCAN(eps=0.25, min_samples=9).fit_predict(X) == -1))
    noise, clusters = int(np.sum(labels == -1)), len(set(labels) - {-1})
    if value == noise:
        return right(
            f"{before} noise points became {noise}: in a larger disc fewer points are alone. The price: "
            f"the two arms are now {'one cluster' if clusters == 1 else f'{clusters} clusters'}."
        )
    if value == before:
        return not_yet("that is the count for eps=0.25; was the new eps passed on?")
    if value == clusters:
        return not_yet("that is the number of clusters; noise points are those with the label -1.")
    if value == len(X) - noise:
        return not_yet("those are the points in clusters; count the others.")
    if value > before:
        return not_yet("a larger eps reaches more neighbours, so noise can only shrink.")
    return not_yet("count the labels equal to -1 after DBSCAN(eps=0.35, min_samples=9).fit_predict(X).")


@exercise("01-3")
def _(answer: Any) -> Verdict:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    from helpers.datasets import load_customers

    value = number(answer)
    features = load_customers()[["Age", "AnnualIncome", "SpendingScore"]].to_numpy(dtype=float)

    def segments(X: np.ndarray) -> np.ndarray:
        return KMeans(n_clusters=5, n_init=10, random_state=0).fit_predict(X)

    score = adjusted_rand_score(segments(features), segments(features / features.std(axis=0)))
    if abs(value - score) < 0.006:
        return right("scaled, age counts as much as income does, and many customers change their segment.")
    two = features[:, 1:]
    if abs(value - adjusted_rand_score(segments(two), segments(two * [1000, 1]))) < 0.006:
        return not_yet("that is the number above, k$ against $; here are three features and another scaling.")
    if value == 1:
        return not_yet(
            "the same answer twice? A common factor changes nothing: divide each column by its own standard "
            "deviation, features.std(axis=0). Or is Age missing? With two columns nothing changes either."
        )
    return not_yet("cluster all three columns as they are and scaled, and compare the two with the ARI.")


@exercise("01-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def same_grouping(a, b): ... and pass the function itself.")
    cases = [
        ([0, 0, 1], [0, 0, 1], True, "equal labels are the same grouping"),
        ([0, 0, 1, 1], [1, 1, 0, 0], True, "these differ only in names"),
        ([0, 1, 2, 2], [1, 2, 0, 0], True, "names may also be exchanged in a circle"),
        ([0, 0, 1, 1], [0, 1, 0, 1], False, "every pair of the first is split in the second"),
        ([0, 0, 1, 1], [5, 5, 5, 5], False, "two groups were merged; check both ways"),
        ([5, 5, 5, 5], [0, 0, 1, 1], False, "one group was split; check both ways"),
        ([0, 0, 0, 1], [0, 1, 1, 1], False, "equal group sizes are not enough"),
    ]
    for a, b, expected, why in cases:
        if bool(called(answer, np.array(a), np.array(b))) != expected:
            return not_yet(f"{a} and {b} should give {expected}: {why}.")
    return right("every name on one side goes with exactly one name on the other.")


# Lesson 02: hierarchical clustering


@exercise("02-1")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if value == 42:
        return right("every merge leaves one cluster less: 50 - 42 = 8. After 49 merges one would be left.")
    if value in (41, 43):
        return not_yet("off by one: after 1 merge there are 49 clusters, after 2 merges 48, ...")
    if value == 8:
        return not_yet("that is the number of clusters left; how many merges were needed?")
    if value == 49:
        return not_yet("that many merges leave one cluster; stop at 8.")
    return not_yet("start with 50 clusters; how many are there after one merge?")


@exercise("02-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if value == 3:
        return right("four merges lie below 2.0, and 7 - 4 = 3.")
    if value == 4:
        return not_yet("that many merges lie below the cut; each of them has left one cluster less than 7.")
    if value == 2:
        return not_yet("that many merges lie above the cut; undoing both of them gives one cluster more.")
    return not_yet("which of the merges have happened at distance 2.0? Start from 7 clusters and do those.")


@exercise("02-3")
def _(answer: Any) -> Verdict:
    from sklearn.cluster import AgglomerativeClustering

    X, value = _arms(), number(answer)

    def sizes(linkage: str, n_clusters: int = 4) -> np.ndarray:
        return np.bincount(AgglomerativeClustering(n_clusters=n_clusters, linkage=linkage).fit_predict(X))

    complete = sizes("complete")
    if value == complete.min():
        return right(f"the sizes are {', '.join(map(str, np.sort(complete)))}: nothing like Ward's.")
    if value == sizes("ward").min():
        return not_yet("that is Ward's smallest cluster; pass linkage='complete'.")
    if value == sizes("complete", 2).min():
        return not_yet("that is with two clusters, which is the default; pass n_clusters=4.")
    if value in complete:
        return not_yet("that is one of its clusters, and not the smallest.")
    return not_yet("np.bincount of the labels gives the four sizes; take the smallest.")


@exercise("02-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def cluster_distance(A, B, linkage): ...")
    rng = np.random.default_rng(2)
    A, B = rng.normal(size=(4, 3)), rng.normal(loc=2, size=(6, 3))
    every = np.linalg.norm(A[:, None] - B[None], axis=2)
    means = np.linalg.norm(A.mean(axis=0) - B.mean(axis=0))
    expected = {"single": every.min(), "complete": every.max(), "average": every.mean()}
    for linkage, distance in expected.items():
        found = float(called(answer, A, B, linkage))
        if np.isclose(found, distance):
            continue
        if np.isclose(found, means):
            return not_yet(f"{linkage}: that is the distance between the two means; use all pairs of points.")
        if np.isclose(found, distance**2) or np.isclose(found, (every**2).mean()):
            return not_yet(f"{linkage}: those are squared distances; take the root of each.")
        others = [name for name, value in expected.items() if np.isclose(found, value)]
        if others:
            return not_yet(f"{linkage}: that is what {others[0]} linkage gives.")
        return not_yet(f"{linkage}: expected {distance:.3f} for the two clusters tried, got {found:.3f}.")
    return right("one table with the distance of every pair, and its smallest, largest or mean entry.")


# Lesson 09: digits


@exercise("09-1")
def _(answer: Any) -> Verdict:
    counts = np.array([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    value = number(answer)
    if abs(value - counts.max() / counts.sum()) < 0.0006:
        return right(
            "always answer 1, the most frequent digit; anything that learned something must beat that."
        )
    if value == counts[0] / counts.sum():
        return not_yet("that is what always answering 0 scores; is 0 the most frequent digit?")
    if value == 0.1:
        return not_yet("the ten digits are not equally frequent; look at the counts.")
    if 11 < value < 12:
        return not_yet("that is a percentage; give the share, between 0 and 1.")
    if value > 1:
        return not_yet("an accuracy is a share, between 0 and 1: divide by the number of images.")
    return not_yet("which digit is most frequent, and which share of all images is it?")


@exercise("09-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 6 / 9) < 0.007:
        return right("the names are 3, 5 and 8, and each cluster has two images of its name: 6 of 9.")
    if abs(value - 3 / 9) < 0.006:
        return not_yet("that is the share that is misnamed.")
    if abs(value - np.mean([2 / 3, 1, 1 / 2])) < 0.006:
        return not_yet("that is the mean over clusters; count images, so that a large cluster counts more.")
    if 66 < value < 67:
        return not_yet("that is a percentage; give the share, between 0 and 1.")
    if value == 6:
        return not_yet("six images, yes; which share of the nine is that?")
    return not_yet("write the digits of each cluster in a row; its name is the most frequent one.")


@exercise("09-3")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def name_and_label(train_ids, train_digits, test_ids): ...")
    rng = np.random.default_rng(9)
    train_ids, train_digits = rng.integers(20, size=500), rng.integers(10, size=500)
    test_ids = rng.integers(20, size=80)
    counts = np.zeros((20, 10), dtype=int)
    np.add.at(counts, (train_ids, train_digits), 1)
    names = counts.argmax(axis=1)
    each_pair_once = (counts > 0).argmax(axis=1)
    found = np.asarray(called(answer, train_ids, train_digits, test_ids))
    if found.shape != test_ids.shape:
        return not_yet(
            f"return one name for each test image, shape {test_ids.shape}; got shape {found.shape}."
        )
    if np.array_equal(found, test_ids):
        return not_yet("those are the cluster ids; translate them: names[test_ids].")
    if np.array_equal(found, each_pair_once[test_ids]):
        return not_yet("counts[ids, digits] += 1 counts a repeated pair only once; use np.add.at.")
    if np.mean(found == 0) > 0.7 > np.mean(names[test_ids] == 0):
        return not_yet("most answers are 0: is each one written at its image's place, or at its cluster's?")
    if not np.array_equal(found, names[test_ids]):
        return not_yet(f"{np.sum(found != names[test_ids])} of 80 names differ from the majority vote.")
    try:
        answer(np.array([0, 0, 1]), np.array([4, 4, 7]), np.array([1, 2]))
    except Exception as error:  # of whatever kind: the learner is told which
        return not_yet(
            f"a test id without any training image makes it fail ({type(error).__name__}: {error})."
        )
    return right("a table of counts, an argmax, and the table of names indexed with the ids.")


@exercise("09-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def shift(images, down, right): ...")
    images = np.arange(1, 41, dtype=np.uint8).reshape(2, 4, 5)
    for down, to_right in ((0, 1), (1, 0), (0, -2), (-1, 0), (2, -1), (0, 0), (4, 5)):
        given = images.copy()
        case = f"shift(images, {down}, {to_right})"
        try:
            found = np.asarray(called(answer, given, down, to_right))
        except Exception as error:  # of whatever kind: the learner is told which, and where
            return not_yet(f"{case} fails ({type(error).__name__}: {error}).")
        if not np.array_equal(given, images):
            return not_yet("the input was changed; write into a new array.")
        framed = np.pad(images, ((0, 0), (4, 4), (5, 5)))
        expected = framed[:, 4 - down : 8 - down, 5 - to_right : 10 - to_right]
        if np.array_equal(found, expected):
            continue
        if np.array_equal(found, np.roll(images, (down, to_right), axis=(1, 2))):
            return not_yet(f"{case}: what leaves on one side comes back on the other; it should be lost.")
        if np.array_equal(found, framed[:, 4 + down : 8 + down, 5 + to_right : 10 + to_right]):
            return not_yet(f"{case} moves the wrong way: down and right are positive.")
        if np.array_equal(found, framed[:, 4 - to_right : 8 - to_right, 5 - down : 10 - down]):
            return not_yet(f"{case}: rows and columns are exchanged; the axes are (image, row, column).")
        return not_yet(f"{case} is not right yet; draw a 4 x 5 image before and after.")
    return right("a copy that has lost one edge and gained zeros at the other, and the input is unharmed.")
