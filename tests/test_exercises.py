"""Every exercise answers: solutions pass, a blank is not attempted, and mistakes get their own hints."""

from __future__ import annotations

import re

import numpy as np
import pytest
from conftest import NOTEBOOKS, read_notebook
from scipy.stats import multivariate_normal

from helpers.exercises import CHECKERS, check


def same_names(a, b):
    return np.array_equal(a, b)


def one_way(a, b):
    return len(set(zip(a, b, strict=True))) == len(set(a))


def same_sizes(a, b):
    return sorted(np.unique(a, return_counts=True)[1]) == sorted(np.unique(b, return_counts=True)[1])


def always_zero(train_ids, train_digits, test_ids):
    return np.zeros(len(test_ids), dtype=int)


def wrong_index(train_ids, train_digits, test_ids):
    names, predicted = (
        too_few_names(train_ids, train_digits, np.arange(20)),
        np.zeros(len(test_ids), dtype=int),
    )
    for cluster in test_ids:
        predicted[cluster] = names[cluster]
    return predicted


def counted_once(train_ids, train_digits, test_ids):
    counts = np.zeros((20, 10), dtype=int)
    counts[train_ids, train_digits] += 1
    return counts.argmax(axis=1)[test_ids]


def too_few_names(train_ids, train_digits, test_ids):
    counts = np.zeros((train_ids.max() + 1, 10), dtype=int)
    np.add.at(counts, (train_ids, train_digits), 1)
    return counts.argmax(axis=1)[test_ids]


def nearest(points, centers):
    return np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)


def colors_at(pixels, palette):
    return nearest(pixels.astype(int), palette.astype(int))


def first(over):
    return int(np.argmax(over)) if over.any() else -1


def after(window, over):
    return first(np.where(np.arange(len(over)) < window, False, over))


def rolled(images, down, right):
    return np.roll(images, (down, right), axis=(1, 2))


def in_place(images, down, right):
    images[:] = 0
    return images


def framed(images, down, right):
    padded = np.pad(images, ((0, 0), (9, 9), (9, 9)))
    height, width = images.shape[1:]
    return padded[:, 9 - down : 9 - down + height, 9 - right : 9 - right + width]


def per_cluster(X, labels, cost):
    return sum(cost(X[labels == k] - X[labels == k].mean(axis=0)) for k in np.unique(labels))


def by_position(X, labels):
    means = np.array([X[labels == k].mean(axis=0) for k in np.unique(labels)])
    return ((X - means[labels]) ** 2).sum()


def distances_by_row(X):
    return np.sort(np.linalg.norm(X[:, None] - X[None], axis=2), axis=1)


def densities(X, weights, means, covariances):
    parts = np.array([multivariate_normal(m, c).pdf(X) for m, c in zip(means, covariances, strict=True)])
    return weights @ parts, parts


def table(classes, clusters):
    counts = np.zeros((4, 3), dtype=int)
    np.add.at(counts, (classes, clusters), 1)
    return counts


# What a learner may answer by mistake, and words of the hint that this mistake must get.
MISTAKES = {
    "01-1": [(0, "no label is equal"), (0.5, "for each pair of points"), (3, "1 at best")],
    "01-2": [
        (74, "that is the count for eps=0.25"),
        (1, "number of clusters"),
        (977, "count the others"),
        (100, "noise can only shrink"),
        (30, "count the labels equal to -1"),
    ],
    "01-3": [(0.4, "the number above"), (1.0, "A common factor"), (0.1, "as they are and scaled")],
    "01-4": [
        (True, "write a function"),
        (same_names, "differ only in names"),
        (one_way, "check both ways"),
        (same_sizes, "is split in the second"),
    ],
    "02-1": [(43, "off by one"), (8, "clusters left"), (49, "leave one cluster"), (50, "after one merge")],
    "02-2": [(4, "below the cut"), (2, "above the cut"), (7, "which of the merges")],
    "02-3": [
        (201, "Ward's smallest"),
        (314, "with two clusters"),
        (39, "not the smallest"),
        (1, "np.bincount"),
    ],
    "02-4": [
        (1.5, "write a function"),
        (
            lambda A, B, linkage: np.linalg.norm(A.mean(axis=0) - B.mean(axis=0)),
            "distance between the two means",
        ),
        (lambda A, B, linkage: ((A[:, None] - B) ** 2).sum(axis=2).min(), "squared distances"),
        (lambda A, B, linkage: np.linalg.norm(A[:, None] - B, axis=2).min(), "what single linkage gives"),
        (lambda A, B, linkage: 0, "got 0.000"),
    ],
    "03-1": [
        ([0, 7.2], "after one step"),
        ([0, 1], "that is the start"),
        ([0, 12], "need not be one of them"),
        ([1, 2, 3], "list of two numbers"),
        ([3, 4], "0 keeps the point 0"),
    ],
    "03-2": [
        (-2 / 3, "not a - b"),
        (2, "divide by the larger"),
        (0.75, "use mean distances"),
        (4, "that is b - a"),
        (0.1, "a is the mean of"),
    ],
    "03-3": [
        (148, "rounded up"),
        (200, "fewer starts suffice"),
        (50, "on average"),
        (48, "do not add up"),
        (10, "all n starts fail"),
    ],
    "03-4": [
        (12, "write a function"),
        (lambda X, labels: per_cluster(X, labels, lambda d: np.linalg.norm(d, axis=1).sum()), "square them"),
        (lambda X, labels: ((X - X.mean(axis=0)) ** 2).sum(), "the mean of each cluster"),
        (lambda X, labels: per_cluster(X, labels, lambda d: (d**2).sum()) / len(X), "not a mean"),
        (by_position, "what the clusters are called"),
        (lambda X, labels: 1.0, "got 1.000"),
    ],
    "04-1": [
        ([0, 0, 5], "counts itself"),
        ([4, 0, 1], "not core"),
        ([2, 0, 3], "within eps of a core point"),
        ([2, 2, 2], "all five points"),
        ([1, 3, 1], "for each point, count"),
        (2, "list of three numbers"),
    ],
    "04-2": [
        (0.25, "holds fewer points"),
        (0.125, "must grow"),
        (1, "is a distance"),
        (3, "by which factor"),
    ],
    "04-3": [(0.15, "a smaller value does"), (0.05, "is not a cluster"), (5, "start at 0.05")],
    "04-4": [
        (0.3, "write a function"),
        (lambda X, k: np.sort(distances_by_row(X)[:, k - 1]), "the point itself, at distance 0"),
        (lambda X, k: distances_by_row(X)[:, k], "not sorted"),
        (lambda X, k: np.sort(distances_by_row(X)[:, k])[::-1], "from large to small"),
        (lambda X, k: distances_by_row(X), "shape (30,)"),
        (lambda X, k: np.zeros(30), "sort every row"),
        (lambda X, k: np.sort(distances_by_row(X)[:, 3]), "use k itself"),
    ],
    "05-1": [
        (0.018, "the second component"),
        (0.75, "do not go by distance"),
        (0.9, "squared distance"),
        (0.61, "the sum of both"),
        (0.5, "the distances are"),
    ],
    "05-2": [
        (18, "one too many"),
        (20, "three different numbers"),
        (15, "the weights are missing"),
        (11, "for two components"),
        (3, "for each component"),
    ],
    "05-3": [(2, "for full covariances"), (1, "lower is better"), (4, "collect model.bic")],
    "05-4": [
        (0, "write a function"),
        (lambda *mixture: np.log(densities(*mixture)[0]), "the mean over the points"),
        (lambda *mixture: np.log(densities(*mixture)[0]).sum(), "the sum over the points"),
        (lambda *mixture: -np.log(densities(*mixture)[0]).mean(), "the sign is wrong"),
        (lambda *mixture: np.log(densities(*mixture)[1].sum(axis=0)).mean(), "weights are missing"),
        (lambda *mixture: np.log(densities(*mixture)[0].mean()), "the logarithm of each point"),
        (lambda *mixture: 0.0, "got 0.000"),
    ],
    "06-1": [
        (10, "which share of the 15"),
        (0.27, "apart in both"),
        (5 / 6, "that is purity"),
        (0.1, "list the 15"),
    ],
    "06-2": [("completeness", "scattered"), ("ARI", "adjusted for chance"), (1, "in quotes")],
    "06-3": [(6 / 8, "cannot have both"), (4, "of the eight"), (0.9, "two ways")],
    "06-4": [
        (0.5, "write a function"),
        (lambda classes, clusters: table(classes, clusters).max(axis=1).sum() / 60, "each *class*"),
        (lambda classes, clusters: table(classes, clusters).max(axis=0).sum(), "divide by the number"),
        (
            lambda classes, clusters: np.mean(
                table(classes, clusters).max(axis=0) / table(classes, clusters).sum(axis=0)
            ),
            "mean over clusters",
        ),
        (lambda classes, clusters: 0.0, "got 0.000"),
    ],
    "07-1": [(7, "overlap at 30"), (9, "stand on them"), (8, "both ends included")],
    "07-2": [
        (0.407, "11 clusters"),
        (0.551, "that is k = 5"),
        (0.499, "age and score"),
        (0.409, "all three features"),
        (0.9, "n_init=10"),
    ],
    "07-3": [(52, "the sign"), (12, "where is the mean"), (39.2, "how many years"), (0, "solve it")],
    "07-4": [
        (0, "write a function"),
        (lambda new, centers, means, sd: nearest(new, centers), "the customers are not"),
        (lambda new, centers, means, sd: nearest(new - means, centers), "divide by the deviations"),
        (
            lambda new, centers, means, sd: nearest((new - new.mean(axis=0)) / new.std(axis=0), centers),
            "the *old* means",
        ),
        (lambda new, centers, means, sd: new, "one segment for each"),
        (lambda new, centers, means, sd: np.zeros(30, dtype=int), "in another segment"),
    ],
    "08-1": [(6, "to 64 only"), (8, "PNG-8"), (6.64, "round up"), (100, "count to 100")],
    "08-2": [
        (-30.1, "the sign"),
        (39.1, "8 x 8"),
        (69.2, "base 10"),
        (15.0, "255 is squared"),
        (0, "every error is 8"),
    ],
    "08-3": [
        (140, "three times the pixels"),
        (100, "*squared* error"),
        (160, "exchanged"),
        (0, "all 40 pixels"),
    ],
    "08-4": [
        (0, "write a function"),
        (lambda pixels, palette: palette[colors_at(pixels, palette)], "not the colour itself"),
        (
            lambda pixels, palette: ((pixels[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1),
            "3 - 5 is 254",
        ),
        (
            lambda pixels, palette: (pixels[:, None] - palette.astype(int)).sum(axis=2).argmin(axis=1),
            "cancel",
        ),
        (lambda pixels, palette: nearest(-pixels.astype(int), palette), "another colour"),
        (lambda pixels, palette: colors_at(pixels, palette)[:3], "one number for each pixel"),
    ],
    "09-1": [
        (0.098, "always answering 0"),
        (0.1, "not equally frequent"),
        (1135, "an accuracy is a share"),
        (11.35, "that is a percentage"),
        (0.5, "which digit is most frequent"),
    ],
    "09-2": [
        (3 / 9, "that is misnamed"),
        (0.722, "mean over clusters"),
        (6, "which share"),
        (0.9, "write the digits"),
    ],
    "09-3": [
        (np.arange(3), "write a function"),
        (lambda train_ids, train_digits, test_ids: test_ids, "those are the cluster ids"),
        (always_zero, "written at its image's place"),
        (wrong_index, "written at its image's place"),
        (counted_once, "only once; use np.add.at"),
        (lambda train_ids, train_digits, test_ids: test_ids[:3], "one name for each test image"),
        (lambda train_ids, train_digits, test_ids: train_digits[:80], "differ from the majority vote"),
        (too_few_names, "without any training image"),
    ],
    "09-4": [
        (0, "write a function"),
        (
            lambda images, down, right: None,
            "shift(images, 0, 1) fails (ValueError: the function returned nothing",
        ),
        (rolled, "comes back on the other"),
        (in_place, "the input was changed"),
        (lambda images, down, right: framed(images, -down, -right), "moves the wrong way"),
        (lambda images, down, right: framed(images, right, down), "rows and columns are exchanged"),
        (lambda images, down, right: images + 1, "not right yet"),
    ],
    "10-1": [
        (80, "each pair twice"),
        (5, "takes 8 bytes"),
        (40e9, "by 10**9"),
        (0.8, "n (n - 1) / 2"),
    ],
    "10-2": [
        (277, "in seconds"),
        (1.25, "proportional to n"),
        (20.8, "exponent of 2"),
        (1.465, "that is the exponent"),
        (9, "log(3)"),
    ],
    "10-3": [
        ("DBSCAN", "city and country"),
        ("k-means", "most belong to none"),
        ("mini-batch", "comes earlier"),
        ("Ward", "90 GB"),
        ("agglomerative", "from the top"),
    ],
    "10-4": [
        (4, "write a function"),
        (lambda d, window, factor: first(d[window:] > factor * d[:window].mean()), "add the window"),
        (lambda d, window, factor: first(d > factor * d[:window].mean()), "never raise the alarm"),
        (lambda d, window, factor: after(window, d >= factor * d[:window].mean()), "not equal to it"),
        (lambda d, window, factor: max(after(window, d > factor * d[:window].mean()), 0), "the answer is -1"),
        (lambda d, window, factor: after(window, d > factor * d[0]), "the mean of the first"),
    ],
}


def say(capsys, exercise_id, answer):
    check(exercise_id, answer)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1, "a check prints one line"
    assert lines[0].startswith(f"{exercise_id}: ")
    return lines[0].removeprefix(f"{exercise_id}: ")


each_exercise = pytest.mark.parametrize("exercise_id", sorted(CHECKERS))


@each_exercise
def test_the_blank_is_not_attempted(capsys, exercise_id):
    assert say(capsys, exercise_id, ...).startswith("not attempted yet")


@each_exercise
def test_typical_mistakes_get_their_own_hint(capsys, exercise_id):
    hints = []
    for answer, words in MISTAKES[exercise_id]:
        line = say(capsys, exercise_id, answer)
        assert line.startswith("not yet - "), f"{answer!r}: {line}"
        assert words in line, f"{answer!r}: {line}"
        hints.append(line)
    assert len(set(hints)) >= 2, "at least two different mistakes have hints of their own"


@each_exercise
@pytest.mark.parametrize("answer", [None, "a text", object(), [[1, 2], [3]], np.nan, lambda: 1 / 0], ids=repr)
def test_any_other_answer_is_answered_without_an_exception(capsys, exercise_id, answer):
    assert say(capsys, exercise_id, answer).startswith("not yet")


def test_an_unknown_exercise_raises_and_names_those_that_exist():
    with pytest.raises(KeyError, match="no exercise '99-1'; there are: 01-1"):
        check("99-1", 0)


def cells_by_exercise():
    """Collect from the notebooks: exercise id -> the (exercise, check, solution) cells around its check."""
    found = {}
    for path in NOTEBOOKS:
        code = [cell for cell in read_notebook(path).cells if cell.cell_type == "code"]
        for before, cell, after in zip(code, code[1:], code[2:], strict=False):
            match = re.fullmatch(r'check\("(\d\d-\d)", \w+\)', cell.source)
            if match:
                assert path.name.startswith(match.group(1)[:2])
                assert match.group(1) not in found, "an exercise is asked once"
                found[match.group(1)] = before, cell, after
    return found


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)  # a stream may come in pieces


def test_every_exercise_is_asked_and_solved_in_its_notebook():
    cells = cells_by_exercise()
    assert set(cells) == set(CHECKERS) == set(MISTAKES)
    for exercise_id, (task, checked, solution) in cells.items():
        assert task.metadata.get("tags") == ["exercise"]
        assert re.fullmatch(r"\w+ = \.\.\.", task.source.splitlines()[-1])
        assert "not attempted yet" in printed(checked)
        assert solution.metadata.get("tags") == ["solution"]
        # nbval compares this output with a fresh run, so the solution passes today as well.
        assert re.search(rf"^{exercise_id}: correct - ", printed(solution), re.MULTILINE), printed(solution)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_has_three_to_five_exercises(path):
    assert 3 <= sum(exercise_id.startswith(path.name[:2]) for exercise_id in CHECKERS) <= 5
