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


# Lesson 03: centroid-based clustering


@exercise("03-1")
def _(answer: Any) -> Verdict:
    found = np.sort(np.asarray(answer, dtype=float).ravel())
    if found.shape != (2,):
        return not_yet("give a list of two numbers, one for each centroid.")
    if np.allclose(found, [1, 11]):
        return right("0 | 7.2 after the first step, 1 | 11 after the second: a bad start, and a good end.")
    if np.allclose(found, [0, 7.2]):
        return not_yet("that is after one step; assign the points again, and move again.")
    if np.allclose(found, [0, 1]):
        return not_yet(
            "that is the start; give every point to the nearer centroid, then move both to their means."
        )
    if np.allclose(found, [2, 12]) or np.allclose(found, [0, 12]):
        return not_yet("a centroid is the mean of its points, and need not be one of them or at an end.")
    return not_yet("first 0 keeps the point 0, and 1 gets all the others: where do the two means lie?")


@exercise("03-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 2 / 3) < 0.007:
        return right("a = 2, b = 6, and (6 - 2) / 6 = 0.67.")
    if abs(value + 2 / 3) < 0.007:
        return not_yet("it is b - a, not a - b: this point is nearer to its own cluster.")
    if abs(value - 2) < 1e-6:
        return not_yet("divide by the larger of a and b, not the smaller; a silhouette is at most 1.")
    if abs(value - 0.75) < 1e-6 or abs(value - 0.5) < 1e-6:
        return not_yet("use mean distances for both a and b, not the nearest points.")
    if value == 4:
        return not_yet("that is b - a; divide it by the larger of the two.")
    return not_yet("a is the mean of 1, 2, 3; b the mean of 4, 6, 8; then (b - a) / max(a, b).")


@exercise("03-3")
def _(answer: Any) -> Verdict:
    needed = int(np.ceil(np.log(0.05) / np.log(0.98)))
    value = number(answer)
    if value == needed:
        return right(f"0.98 to the power {needed} is just below 0.05. k-means++ is cheaper.")
    if value > needed:
        return not_yet("that is enough, but fewer starts suffice; look for the smallest number.")
    if value == needed - 1 or (needed - 1 < value < needed):
        return not_yet("nearly: a whole number of starts, rounded up, so that 0.98 ** n is at most 0.05.")
    if value == 50:
        return not_yet("50 starts find one on average; but 0.98 ** 50 = 0.36, so often none.")
    if value == 48 or value == 3:
        return not_yet("chances do not add up: multiply the chances that each start fails.")
    return not_yet("all n starts fail with probability 0.98 ** n; for which n is that at most 0.05?")


@exercise("03-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def inertia(X, labels): ...")
    rng = np.random.default_rng(3)
    X, labels = rng.normal(size=(40, 3)), rng.integers(3, size=40)
    squares = np.array([((X[labels == k] - X[labels == k].mean(axis=0)) ** 2).sum() for k in range(3)])
    distances = [np.linalg.norm(X[labels == k] - X[labels == k].mean(axis=0), axis=1).sum() for k in range(3)]
    found = float(called(answer, X, labels))
    if np.isclose(found, squares.sum()):
        try:
            renamed = float(called(answer, X, labels + 5))
        except IndexError:
            renamed = np.nan
        if not np.isclose(renamed, squares.sum()):
            return not_yet("it should not matter what the clusters are called: loop over np.unique(labels).")
        return right("squared distances, to the own mean, summed over everything.")
    if np.isclose(found, np.sum(distances)):
        return not_yet("those are distances; square them before you sum.")
    if np.isclose(found, ((X - X.mean(axis=0)) ** 2).sum()):
        return not_yet("that is the distance to the mean of all points; use the mean of each cluster.")
    if np.isclose(found, squares.sum() / len(X)) or np.isclose(found, squares.sum() / X.size):
        return not_yet("inertia is a sum over points, not a mean.")
    return not_yet(f"expected {squares.sum():.3f} for 40 points in three clusters, got {found:.3f}.")


# Lesson 04: density-based clustering


@exercise("04-1")
def _(answer: Any) -> Verdict:
    found = np.asarray(answer, dtype=float).ravel().tolist()
    if len(found) != 3:
        return not_yet("give a list of three numbers: core, border, noise.")
    if found == [2, 2, 1]:
        return right("1 and 2 are core, 0 and 3 hang on to them, and 10 is alone.")
    if found == [0, 0, 5]:
        return not_yet("a point counts itself: 1 has three points within 1, namely 0, 1 and 2.")
    if found == [4, 0, 1]:
        return not_yet(
            "0 and 3 have only two points within 1, themselves included: they belong, but are not core."
        )
    if found == [2, 0, 3]:
        return not_yet("0 and 3 are not core, but they lie within eps of a core point.")
    if sum(found) != 5:
        return not_yet("the three kinds together are all five points.")
    return not_yet(
        "for each point, count the points within a distance of 1, itself included; three make a core."
    )


@exercise("04-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 0.5) < 1e-9:
        return right(
            "all distances doubled, so the radius must as well; min_samples counts points and stays."
        )
    if abs(value - 0.25) < 1e-9:
        return not_yet("the same radius now holds fewer points: the cloud has grown.")
    if abs(value - 0.125) < 1e-9:
        return not_yet("the points moved apart, so the radius must grow, not shrink.")
    if abs(value - 1) < 1e-9:
        return not_yet("areas grow by 4, but eps is a distance.")
    return not_yet("by which factor did the distance between two points change?")


@exercise("04-3")
def _(answer: Any) -> Verdict:
    from sklearn.cluster import DBSCAN
    from sklearn.datasets import make_moons

    moons, _ = make_moons(n_samples=400, noise=0.06, random_state=0)

    def clusters(eps: float) -> int:
        return len(set(DBSCAN(eps=eps, min_samples=5).fit_predict(moons)) - {-1})

    value = number(answer)
    smallest = next(eps for eps in np.arange(5, 40) / 100 if clusters(eps) == 2)
    if abs(value - smallest) < 1e-6:
        return right(
            f"eps = {smallest:.2f}; just below, a moon still falls into pieces ({clusters(value - 0.01)})."
        )
    if not 0.05 <= value < 0.4:
        return not_yet("start at 0.05 and go up in steps of 0.01; the first that gives two clusters is it.")
    if clusters(value) == 2:
        return not_yet(f"eps = {value:g} gives two clusters, but a smaller value does, too.")
    return not_yet(
        f"eps = {value:g} gives {clusters(value)} clusters; remember that the label -1 is not a cluster."
    )


@exercise("04-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def kth_distance(X, k): ...")
    X = np.random.default_rng(4).normal(size=(30, 2))
    every = np.sort(np.linalg.norm(X[:, None] - X[None], axis=2), axis=1)
    found = np.asarray(called(answer, X, 3))
    if found.shape != (30,):
        return not_yet(f"return one distance for each of the 30 points, shape (30,); got {found.shape}.")
    if np.allclose(found, np.sort(every[:, 3])):
        if not np.allclose(called(answer, X, 5), np.sort(every[:, 5])):
            return not_yet("right for k = 3, but not for k = 5: use k itself.")
        return right("in each sorted row, column 0 is the point itself and column k the k-th other point.")
    if np.allclose(found, np.sort(every[:, 2])):
        return not_yet("one too near: the nearest point of all is the point itself, at distance 0.")
    if np.allclose(found, every[:, 3]):
        return not_yet("the right distances, but not sorted.")
    if np.allclose(found, np.sort(every[:, 3])[::-1]):
        return not_yet("sorted from large to small; the other way round, please.")
    return not_yet("sort every row of the table of distances, take column k, and sort that.")


# Lesson 05: distribution-based clustering


@exercise("05-1")
def _(answer: Any) -> Verdict:
    value = number(answer)
    near, far = np.exp(-0.5), np.exp(-4.5)
    if abs(value - near / (near + far)) < 0.0051:
        return right("1 / (1 + exp(-4)) = 0.98: three times as far is much less than a third as likely.")
    if abs(value - far / (near + far)) < 0.0051:
        return not_yet("that is the responsibility of the second component.")
    if abs(value - 0.75) < 1e-6:
        return not_yet("shares do not go by distance, but by the height of the bell curve, exp(-d**2 / 2).")
    if abs(value - 0.9) < 1e-6:
        return not_yet("nor by squared distance: take exp(-d**2 / 2) of each.")
    if abs(value - near) < 0.0051:
        return not_yet("that is the height of the first curve; divide it by the sum of both.")
    return not_yet("the distances are 1 and 3; compare exp(-1/2) with exp(-9/2).")


@exercise("05-2")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if value == 17:
        return right("3 means of 2, 3 covariances of 3, and 2 weights, because the third follows: 6 + 9 + 2.")
    if value == 18:
        return not_yet("one too many: the last weight is what is missing to 1.")
    if value in (20, 21):
        return not_yet("a symmetric 2 x 2 matrix has three different numbers, not four.")
    if value == 15:
        return not_yet("the weights are missing.")
    if value == 11:
        return not_yet("that is for two components.")
    return not_yet("for each component a mean (2 numbers) and a covariance; then the weights.")


@exercise("05-3")
def _(answer: Any) -> Verdict:
    from sklearn.datasets import make_classification
    from sklearn.mixture import GaussianMixture

    X, _ = make_classification(
        n_samples=1200, n_features=3, n_informative=2, n_redundant=0, n_clusters_per_class=1, random_state=4
    )

    def bic(kind: str) -> list[float]:
        model = GaussianMixture(covariance_type=kind, n_init=3, random_state=0)
        return [model.set_params(n_components=k).fit(X).bic(X) for k in range(1, 6)]

    value, diagonal, full = number(answer), bic("diag"), bic("full")
    best = 1 + int(np.argmin(diagonal))
    if value == best:
        return right(
            f"components that cannot slant need more of themselves: {best}. Their BIC of {min(diagonal):.0f} "
            f"is still worse than the {min(full):.0f} of {1 + int(np.argmin(full))} full ones."
        )
    if value == 1 + int(np.argmin(full)):
        return not_yet("that is the answer for full covariances; pass covariance_type='diag'.")
    if value == 1 + int(np.argmax(diagonal)):
        return not_yet("that is the highest BIC; lower is better.")
    return not_yet("fit k = 1, ..., 5, collect model.bic(X3), and take the k of the smallest.")


@exercise("05-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def log_likelihood(X, weights, means, covariances): ...")
    from scipy.stats import multivariate_normal

    X = np.random.default_rng(5).normal(size=(50, 2))
    weights, means = np.array([0.8, 0.2]), np.array([[0.0, 0.0], [1.0, 2.0]])
    covariances = np.array([[[1.0, 0.3], [0.3, 1.0]], [[2.0, 0.0], [0.0, 0.5]]])
    parts = np.array([multivariate_normal(m, c).pdf(X) for m, c in zip(means, covariances, strict=True)])
    density = weights @ parts
    found = np.squeeze(np.asarray(called(answer, X, weights, means, covariances), dtype=float))
    if found.shape == (50,):
        return not_yet("one number is asked for: the mean over the points.")
    found = float(found)
    if np.isclose(found, np.log(density).mean()):
        return right("add up the weighted densities, then take the logarithm, then the mean.")
    if np.isclose(found, -np.log(density).mean()):
        return not_yet("the sign is wrong: no minus here.")
    if np.isclose(found, np.log(density).sum()):
        return not_yet("that is the sum over the points; take the mean.")
    if np.isclose(found, np.log(parts.sum(axis=0)).mean()):
        return not_yet("the weights are missing.")
    if np.isclose(found, np.log(density.mean())):
        return not_yet("first the logarithm of each point's density, then the mean.")
    if np.isclose(found, (weights @ np.log(parts)).mean()):
        return not_yet("first add the densities of the components, then take the logarithm.")
    return not_yet(f"expected {np.log(density).mean():.3f} for the 50 points tried, got {found:.3f}.")


# Lesson 06: metrics


@exercise("06-1")
def _(answer: Any) -> Verdict:
    classes, clusters = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 1, 1])
    above = np.triu_indices(6, 1)
    same = [(labels[:, None] == labels)[above] for labels in (classes, clusters)]
    agree, together = int(np.sum(same[0] == same[1])), int(np.sum(same[0] & same[1]))
    value = number(answer)
    if abs(value - agree / 15) < 0.006:
        return right(
            f"{together} pairs are together in both and {agree - together} apart in both: {agree} of 15."
        )
    if value == agree:
        return not_yet("that many pairs agree; which share of the 15 is it?")
    if abs(value - together / 15) < 0.006:
        return not_yet("those are together in both; pairs that are apart in both agree as well.")
    if abs(value - 5 / 6) < 0.006:
        return not_yet("that is purity, a share of points; count pairs of points.")
    return not_yet(
        "list the 15 pairs: are the two together in the classes? in the clusters? Count where both agree."
    )


@exercise("06-2")
def _(answer: Any) -> Verdict:
    word = str(answer).strip().lower() if isinstance(answer, str) else None
    if word == "homogeneity":
        return right("each cluster holds one class only, because it holds one point only.")
    if word == "completeness":
        return not_yet("completeness asks whether a class stays together; here every class is scattered.")
    if word in ("ari", "adjusted rand index"):
        return not_yet("the ARI is adjusted for chance, and gives nothing for splitting everything.")
    return not_yet("answer with one of the words homogeneity, completeness, ARI, in quotes.")


@exercise("06-3")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 4 / 8) < 0.006:
        return right(
            "either way of matching names 4 of 8; by majority vote it would be 4 of 8, too: pure chance."
        )
    if abs(value - 6 / 8) < 0.006:
        return not_yet("cluster 0 cannot have both classes: each class gets one cluster.")
    if value == 4:
        return not_yet("four points, yes; which share of the eight?")
    return not_yet(
        "there are two ways to give each cluster a class of its own; count the points for each way."
    )


@exercise("06-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def purity_of(classes, clusters): ...")
    rng = np.random.default_rng(6)
    classes, clusters = rng.integers(4, size=60), rng.integers(3, size=60)
    counts = np.zeros((4, 3), dtype=int)
    np.add.at(counts, (classes, clusters), 1)
    found = float(called(answer, classes.tolist(), clusters.tolist()))
    if np.isclose(found, counts.max(axis=0).sum() / 60):
        return right("the majority of each cluster, added up, over all points.")
    if np.isclose(found, counts.max(axis=1).sum() / 60):
        return not_yet("the majority of each *class*; take that of each cluster.")
    if np.isclose(found, (counts.max(axis=0) / counts.sum(axis=0)).mean()):
        return not_yet("that is the mean over clusters; a large cluster should count more.")
    if np.isclose(found, counts.max(axis=0).sum()):
        return not_yet("divide by the number of points.")
    return not_yet(f"expected {counts.max(axis=0).sum() / 60:.3f} for the 60 points tried, got {found:.3f}.")


# Lesson 07: customer segmentation


@exercise("07-1")
def _(answer: Any) -> Verdict:
    ages, value = np.array([18, 25, 30, 30, 45, 52, 70]), number(answer)
    counts = [np.sum((ages >= low) & (ages <= high)) for low, high in ((18, 30), (30, 45), (45, 70))]
    if value == sum(counts):
        return right("seven customers, and two aged 30 and one aged 45 counted twice.")
    if value == len(ages):
        return not_yet("that is how many there are; the groups overlap at 30 and at 45.")
    if value == len(ages) + 2:
        return not_yet("two borders, but how many customers stand on them? One of them twice.")
    return not_yet("count each group by itself, both ends included, and add.")


@exercise("07-2")
def _(answer: Any) -> Verdict:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    from helpers.datasets import load_customers

    value, table = number(answer), load_customers()

    def score(k: int, *features: str) -> float:
        X = table[list(features)].to_numpy(dtype=float)
        return silhouette_score(X, KMeans(n_clusters=k, n_init=10, random_state=0).fit_predict(X))

    if abs(value - score(4, "AnnualIncome", "SpendingScore")) < 0.0006:
        return right("0.06 less than with five, and far above the 0.41 of the last model of a loop to 11.")
    if abs(value - score(11, "AnnualIncome", "SpendingScore")) < 0.0006:
        return not_yet("that is the model with 11 clusters, left over from a loop; fit k = 4 again.")
    if abs(value - score(5, "AnnualIncome", "SpendingScore")) < 0.0006:
        return not_yet("that is k = 5, the best; the question is k = 4.")
    if abs(value - score(4, "Age", "SpendingScore")) < 0.0006:
        return not_yet("that is age and score; the question is income and score.")
    if abs(value - score(4, "Age", "AnnualIncome", "SpendingScore")) < 0.0006:
        return not_yet("that is all three features; take two.")
    return not_yet(
        "fit KMeans(n_clusters=4, n_init=10, random_state=0) on the two columns, then silhouette_score."
    )


@exercise("07-3")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 28) < 1e-6:
        return right("40 - 0.8 x 15: first the deviation, then the mean.")
    if abs(value - 52) < 1e-6:
        return not_yet("the sign: below zero is younger than the mean.")
    if abs(value - 12) < 1e-6 or abs(value + 12) < 1e-6:
        return not_yet("that is how far from the mean, in years; where is the mean?")
    if abs(value - 39.2) < 1e-6:
        return not_yet("0.8 is in standard deviations; how many years are that?")
    return not_yet("standardising is (age - mean) / deviation; solve it for the age.")


@exercise("07-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def place(new, centers, means, deviations): ...")
    rng = np.random.default_rng(7)
    means, deviations = np.array([39.0, 60.0, 50.0]), np.array([14.0, 26.0, 5.0])
    centers, new = rng.normal(size=(4, 3)), means + deviations * rng.normal(1.0, 1.0, size=(30, 3))

    def nearest(points: np.ndarray) -> np.ndarray:
        return np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)

    expected = nearest((new - means) / deviations)
    found = np.asarray(called(answer, new, centers, means, deviations))
    if found.shape != expected.shape:
        return not_yet(f"return one segment for each new customer, shape (30,); got shape {found.shape}.")
    if np.array_equal(found, expected):
        return right("their units first, with the old table's mean and deviation, then the nearest center.")
    if np.array_equal(found, nearest(new)):
        return not_yet("the centers are in standardised units and the customers are not.")
    if np.array_equal(found, nearest((new - new.mean(axis=0)) / new.std(axis=0))):
        return not_yet("standardise with the *old* means and deviations; these new customers differ.")
    if np.array_equal(found, nearest(new - means)):
        return not_yet("divide by the deviations as well.")
    return not_yet(f"{np.sum(found != expected)} of 30 customers are in another segment than expected.")


# Lesson 08: image compression


@exercise("08-1")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if value == 7:
        return right("6 bits count to 64, 7 to 128.")
    if value == 6:
        return not_yet("6 bits count to 64 only.")
    if value == 8:
        return not_yet("8 bits count to 256: that is what a PNG-8 sets aside, and more than needed.")
    if 6 < value < 7:
        return not_yet("the logarithm, yes; but bits come whole, so round up.")
    return not_yet("how many bits do you need to count to 100?")


@exercise("08-2")
def _(answer: Any) -> Verdict:
    value, decibels = number(answer), 10 * np.log10(255**2 / 64)
    if abs(value - decibels) < 0.06:
        return right("the mean squared error is 64, whatever the signs.")
    if abs(value + decibels) < 0.06:
        return not_yet("the sign: a good image has a positive PSNR; 255² stands above the error.")
    if abs(value - 10 * np.log10(255**2 / 8)) < 0.06:
        return not_yet("the error is squared: 8 x 8.")
    if abs(value - 10 * np.log(255**2 / 64)) < 0.1:
        return not_yet("decibels use the logarithm to base 10.")
    if abs(value - 10 * np.log10(255 / 8)) < 0.06:
        return not_yet("255 is squared as well.")
    return not_yet("10 log10(255² / mean squared error), and every error is 8.")


@exercise("08-3")
def _(answer: Any) -> Verdict:
    value = number(answer)
    if abs(value - 120) < 1e-6:
        return right("the weighted mean: (30 x 100 + 10 x 180) / 40.")
    if abs(value - 140) < 1e-6:
        return not_yet("that is the mean of the two values; but one of them has three times the pixels.")
    if value == 100:
        return not_yet("that is the most frequent value; what minimises the *squared* error?")
    if abs(value - 160) < 1e-6:
        return not_yet("the weights are exchanged: 30 pixels have the value 100.")
    return not_yet("the mean of all 40 pixels minimises the squared error.")


@exercise("08-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def nearest_color(pixels, palette): ...")
    rng = np.random.default_rng(8)
    pixels = rng.integers(256, size=(50, 3)).astype(np.uint8)
    palette = rng.integers(256, size=(6, 3)).astype(np.uint8)
    exact = pixels[:, None].astype(int) - palette.astype(int)
    wrapped = pixels[:, None] - palette
    expected = (exact**2).sum(axis=2).argmin(axis=1)
    found = np.asarray(called(answer, pixels.copy(), palette.copy()))
    if found.shape == (50, 3):
        return not_yet("return the number of the colour, not the colour itself.")
    if found.shape != (50,):
        return not_yet(f"return one number for each pixel, shape (50,); got shape {found.shape}.")
    if np.array_equal(found, expected):
        return right("signed numbers first, then squares, a sum over the channels, and the smallest.")
    overflows = [
        wrapped.astype(int) ** 2,
        wrapped**2,
        (wrapped**2).astype(int),
        np.square(exact).astype(np.uint8),
    ]
    if any(np.array_equal(found, o.sum(axis=2).argmin(axis=1)) for o in overflows):
        return not_yet("in uint8, 3 - 5 is 254, and 20 squared is 144: convert to int first.")
    if np.array_equal(found, exact.sum(axis=2).argmin(axis=1)):
        return not_yet("differences with opposite signs cancel; square them.")
    if np.array_equal(found, (exact**2).sum(axis=2).argmax(axis=1)):
        return not_yet("that is the farthest colour.")
    return not_yet(f"{np.sum(found != expected)} of 50 pixels have another colour than the nearest.")


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


# Lesson 10: choosing an algorithm


@exercise("10-1")
def _(answer: Any) -> Verdict:
    value, gigabytes = number(answer), 100_000 * 99_999 / 2 * 8 / 1e9
    if abs(value - gigabytes) < 0.5:
        return right("5 billion pairs of 8 bytes: about 40 GB, for a table of a few megabytes.")
    if abs(value - 2 * gigabytes) < 1:
        return not_yet("that counts each pair twice; the distance from a to b is that from b to a.")
    if abs(value - gigabytes / 8) < 0.1:
        return not_yet("five billion pairs, yes; each takes 8 bytes.")
    if value > 1000:
        return not_yet("divide the bytes by 10**9.")
    return not_yet("n (n - 1) / 2 pairs, 8 bytes each; there are nearly 5 billion pairs.")


@exercise("10-2")
def _(answer: Any) -> Verdict:
    value, exponent, factor = number(answer), np.log(4.5 / 0.9) / np.log(60 / 20), 1000 / 60
    minutes = 4.5 * factor**exponent / 60
    if abs(value - minutes) < 0.05 * minutes:
        return right(f"the exponent is {exponent:.2f}, and {factor:.1f} to that power times 4.5 s.")
    if abs(value - minutes * 60) < 0.05 * minutes * 60:
        return not_yet("that is in seconds.")
    if abs(value - 4.5 * factor / 60) < 0.05:
        return not_yet("that takes cost for proportional to n; but three times the points took five times.")
    if abs(value - 4.5 * factor**2 / 60) < 0.5:
        return not_yet("that is with an exponent of 2; work it out from the two fits.")
    if abs(value - exponent) < 0.01:
        return not_yet("that is the exponent; now go from 60,000 to a million points with it.")
    return not_yet("the exponent is log(4.5 / 0.9) / log(3); then 4.5 s times (1,000,000 / 60,000) to it.")


@exercise("10-3")
def _(answer: Any) -> Verdict:
    hints = {
        "dbscan": "near: but one eps for city and country? The flow names its relative for mixed densities.",
        "k-means": "k-means puts every accident into a black spot; most belong to none.",
        "mini-batch": "there are many points, but the first yes decides, and it comes earlier.",
        "mixture": "an ellipse does not follow a bend, and every accident would belong to some spot.",
        "ward": "150,000 points are about 90 GB of distances, and every accident would belong to a spot.",
        "spectral": "these are places, not links, and every accident would belong to some spot.",
        "stop": "accidents are not spread evenly: uniform noise would not look the same.",
    }
    word = answer.strip().lower() if isinstance(answer, str) else ""
    if word == "hdbscan":
        return right(
            "odd shapes, unknown number, stray points: that question comes before the one on millions."
        )
    if word in hints:
        return not_yet(hints[word])
    return not_yet("go through the flow from the top, and answer with a name in quotes.")


@exercise("10-4")
def _(answer: Any) -> Verdict:
    if not callable(answer):
        return not_yet("write a function: def drifting(distances, window, factor): ...")
    cases = [
        ([1.0, 1.1, 0.9, 1.2, 1.6, 2.0], 3, 1.5, 4),
        ([1.0, 2.0, 3.0, 2.5, 3.2, 5.0], 3, 1.5, 4),
        ([1.0, 3.0, 1.0, 1.0, 1.0, 4.0], 3, 1.5, 5),
        ([1.0, 1.0, 1.0, 1.5, 1.5], 3, 1.5, -1),
        ([2.0, 2.0, 1.0, 1.0, 1.0], 2, 1.2, -1),
    ]
    for distances, window, factor, expected in cases:
        found = called(answer, np.array(distances), window, factor)
        case = f"drifting({distances}, {window}, {factor}) gave {found}, expected {expected}"
        if found == expected:
            continue
        if expected >= 0 and found == expected - window:
            return not_yet(f"{case}: add the window; count from the first batch of all.")
        if expected == -1 and found >= 0 and distances[found] == factor * np.mean(distances[:window]):
            return not_yet(f"{case}: more than the limit, not equal to it.")
        if expected == -1:
            return not_yet(f"{case}: where no batch is over the limit, the answer is -1.")
        if 0 <= found < window:
            return not_yet(f"{case}: the first {window} batches never raise the alarm.")
        return not_yet(f"{case}: the limit is {factor} times the mean of the first {window}.")
    return right("a mean, a limit, and the first batch beyond it.")
