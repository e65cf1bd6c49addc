"""The envelope that a learner holds: look at the table, commit an answer, then open it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.envelopes.calibration import brier_score
from helpers.exercises.progress import append, progress_file, read_lines

NEEDED = 0.9  # of the rows that are in a group
CODES = "0123456789abcdefghijklmnopqrstuvwxyz."  # of a label in the file; the last is -1, no group


def envelope(seed: int, own: bool = True) -> Envelope:
    """Take the sealed envelope with this number.

    Parameters
    ----------
    seed : int
        Its number, from 0 on; the same number has the same table on every machine.
    own : bool
        Whether it is your own: what the lesson opens for you is kept in no file.

    Returns
    -------
    Envelope

    Raises
    ------
    ValueError
        If the number is none.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"the number of an envelope is a whole number from 0 on; got {seed!r}")
    return Envelope(int(seed), own)


class Answer(NamedTuple):
    """What somebody says is in an envelope: groups, a label from 0 on (or -1) for each row, and how sure."""

    n_clusters: int
    labels: np.ndarray
    confidence: float


class Envelope:
    """A table whose groups, if it has any, are told only after an answer.

    Attributes
    ----------
    seed : int
        Its number.
    table : DataFrame, shape (n_rows, n_columns)
        Numbers and categories, perhaps with gaps. A copy: what you do to it harms nothing.
    """

    def __init__(self, seed: int, own: bool = True) -> None:
        from helpers.envelopes.contents import contents

        self.seed = seed
        self.table = contents(seed).table
        self._n_rows = len(self.table)
        self._own = own
        mine = answers_in(read_lines()[0])[0] if own else {}
        self._answer, self._is_open = mine.get(seed, (None, False))

    def __repr__(self) -> str:
        state = "opened" if self._is_open else "answered, not yet opened" if self._answer else "sealed"
        return f"Envelope {self.seed} ({state}): {self._n_rows} rows, {self.table.shape[1]} columns"

    def commit(self, n_clusters: int, labels: ArrayLike, confidence: float) -> None:
        """Say what is in it; until it is opened you may say so again, and the last word counts.

        Parameters
        ----------
        n_clusters : int
            How many groups there are; 1 where there are none to tell apart.
        labels : array-like of int, shape (n_rows,)
            The group of each row, any whole numbers; -1 for a row in none.
        confidence : float
            How sure you are that the answer is *right*, from 0 to 1. It is right if the number is, and if at
            least nine in ten of the rows that are in a group are in theirs.

        Raises
        ------
        ValueError
            If these do not fit together; nothing is kept then.
        """
        answer = _checked(n_clusters, labels, confidence, self._n_rows)
        self._read_again()
        if self._is_open:
            print(f"Envelope {self.seed} is open already; what you said before counts.")
            return
        self._answer = answer
        if self._own:
            codes = "".join(CODES[label] for label in answer.labels)
            append({"envelope": self.seed, **answer._asdict(), "labels": codes})
        print(f"Envelope {self.seed}: {_said(answer.n_clusters)}, {answer.confidence:.0%} sure. Now open it.")

    def open(self) -> Opened:
        """Open it: what was inside, and how your answer did.

        Returns
        -------
        Opened
            Show it as the last line of a cell, print it, or `plot` it.

        Raises
        ------
        ValueError
            If you have not committed an answer.
        """
        self._read_again()
        if self._answer is None:
            raise ValueError(f"envelope {self.seed} is sealed: commit(n_clusters, labels, confidence) first")
        if self._own and not self._is_open:
            append({"envelope": self.seed, "opened": True})
        self._is_open = True
        return judged(self.seed, self._answer)

    def _read_again(self) -> None:
        """Look into the file: the same envelope may have been answered or opened in another notebook."""
        if self._own:
            mine = answers_in(read_lines()[0])[0]
            self._answer, self._is_open = mine.get(self.seed, (self._answer, self._is_open))


@dataclass(frozen=True, repr=False)
class Opened:
    """What was in an envelope, and how an answer did.

    Attributes
    ----------
    seed : int
    n_clusters, confidence : int, float
        As they were answered.
    labels : int ndarray, shape (n_rows,)
        As they were answered, -1 for no group.
    right : bool
        Whether the number is right and nine in ten of the rows are in their group.
    matched : float
        The share of those rows, each group matched with one answer.
    brier : float
        (confidence - right)²: 0 is best, 1 worst.
    truth : int ndarray, shape (n_rows,)
        The group of each row; -1 for rows that were drawn in none.
    inside : int
        How many groups there were.
    kind, extras, columns : str, tuple of str, dict
        What the rows were drawn from, what came on top, and what each column is.
    table : DataFrame
        The table of the envelope.
    """

    seed: int
    n_clusters: int
    confidence: float
    labels: np.ndarray
    right: bool
    matched: float
    brier: float
    truth: np.ndarray
    inside: int
    kind: str
    extras: tuple[str, ...]
    columns: dict[str, str]
    table: pd.DataFrame = field(compare=False)

    def __repr__(self) -> str:
        what = f"one crowd ({self.kind})" if self.inside == 1 else f"{self.inside} {self.kind}"
        extras = f", with {', '.join(self.extras)}" if self.extras else ""
        number = "The number is right" if self.n_clusters == self.inside else "The number is not right"
        return "\n".join(
            [
                f"Envelope {self.seed} held {what}{extras}.",
                "Columns: " + "; ".join(f"{name}: {column}" for name, column in self.columns.items()) + ".",
                f"You said {_said(self.n_clusters)}, {self.confidence:.0%} sure. {number}; "
                f"{self.matched:.0%} of the rows are in their group, needed {NEEDED:.0%}.",
                f"That is {'right' if self.right else 'not right'}: Brier score {self.brier:.2f} (0 is best; "
                "who always says 50 % gets 0.25).",
            ]
        )

    def plot(self) -> Any:
        """Draw the table's two main directions twice: by what was inside, and by your labels.

        Returns
        -------
        ndarray of two Axes
        """
        import matplotlib.pyplot as plt

        from helpers.plotting import plot_clusters

        _, axes = plt.subplots(1, 2, figsize=(10, 4.4), sharex=True, sharey=True)
        points = main_directions(self.table)
        for ax, labels, title in (
            (axes[0], self.truth, f"inside: {self.inside}"),
            (axes[1], self.labels, f"you said: {self.n_clusters}"),
        ):
            plot_clusters(points, labels, ax=ax, title=title)
            ax.set(xlabel="first direction", ylabel="second direction")
        return axes


def judged(seed: int, answer: Answer) -> Opened:
    """Compare an answer with what is in the envelope of that number."""
    from helpers.envelopes.contents import contents

    inside = contents(seed)
    matched = share_matched(answer.labels, inside.truth)
    right = answer.n_clusters == inside.n_clusters and matched >= NEEDED
    return Opened(
        seed=seed,
        n_clusters=answer.n_clusters,
        confidence=answer.confidence,
        labels=answer.labels,
        right=bool(right),
        matched=matched,
        brier=brier_score([answer.confidence], [right]),
        truth=inside.truth,
        inside=inside.n_clusters,
        kind=inside.kind,
        extras=inside.extras,
        columns=inside.columns,
        table=inside.table,
    )


def share_matched(labels: np.ndarray, truth: np.ndarray) -> float:
    """Return the share of rows in their group, each true group matched with another label, as best one can.

    Parameters
    ----------
    labels, truth : int ndarray, shape (n_rows,)
        -1 is for no group; rows without a true group are left out, and rows without a label are wrong.

    Returns
    -------
    float
        0 to 1; the matching is that of Kuhn (1955), as SciPy has it.
    """
    from scipy.optimize import linear_sum_assignment

    grouped = truth >= 0
    both = pd.crosstab(truth[grouped], labels[grouped])
    both = both.drop(columns=-1, errors="ignore").to_numpy()
    rows, columns = linear_sum_assignment(both, maximize=True)
    return float(both[rows, columns].sum() / grouped.sum())


def main_directions(table: pd.DataFrame) -> np.ndarray:
    """Return the two main directions of a table: gaps filled, categories as columns of 0 and 1, standardised.

    Parameters
    ----------
    table : DataFrame, shape (n_rows, n_columns)

    Returns
    -------
    ndarray, shape (n_rows, 2)
    """
    numbers = table.select_dtypes("number")
    columns = [numbers.fillna(numbers.median())]
    if numbers.shape[1] < table.shape[1]:
        columns.append(pd.get_dummies(table.select_dtypes(exclude="number"), dtype=float))
    X = pd.concat(columns, axis=1).to_numpy(dtype=float)
    X = (X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-12)
    return X @ np.linalg.svd(X, full_matrices=False)[2][:2].T


def opened_envelopes() -> pd.DataFrame:
    """List the envelopes that you have opened, in the order of their numbers.

    Returns
    -------
    DataFrame, a row for each
        `envelope`, `inside` and `said` (numbers of groups), `matched`, `confidence`, `right`, `brier`. Empty
        where none is open; the file of your progress keeps them.
    """
    lines, unread = read_lines()
    answers, wrong = answers_in(lines)
    if unread + wrong:
        print(f"({unread + wrong} lines of {progress_file()} make no sense, and were left out.)")
    return as_table(answers)


def as_table(answers: Mapping[int, tuple[Answer, bool]]) -> pd.DataFrame:
    """Judge those answers whose envelopes are open; see `opened_envelopes`."""
    found = [judged(seed, answer) for seed, (answer, is_open) in sorted(answers.items()) if is_open]
    rows = [(o.seed, o.inside, o.n_clusters, o.matched, o.confidence, o.right, o.brier) for o in found]
    columns = ["envelope", "inside", "said", "matched", "confidence", "right", "brier"]
    return pd.DataFrame(rows, columns=columns)


def answers_in(lines: Iterable[dict[str, Any]]) -> tuple[dict[int, tuple[Answer, bool]], int]:
    """Read what the lines of a file of progress say of envelopes.

    Parameters
    ----------
    lines : iterable of dict
        In their order; those about other things are passed over.

    Returns
    -------
    dict
        Number of an envelope -> the last answer before it was opened, and whether it was.
    int
        How many lines make no sense, for example because an editor has changed them.
    """
    from helpers.envelopes.contents import contents

    found: dict[int, tuple[Answer, bool]] = {}
    wrong = 0
    for line in lines:
        if "envelope" not in line:
            continue
        try:
            seed = line["envelope"]
            if type(seed) is not int or seed < 0:
                raise ValueError("no number of an envelope")
            answer, is_open = found.get(seed, (None, False))
            if line.get("opened"):
                if answer is None:
                    raise ValueError("opened without an answer")
                found[seed] = answer, True
            elif not is_open:  # what is said after that does not count
                labels = [-1 if code == CODES[-1] else CODES.index(code) for code in line["labels"]]
                n_rows = len(contents(seed).table)
                found[seed] = _checked(line["n_clusters"], labels, line["confidence"], n_rows), False
        except (KeyError, TypeError, ValueError):
            wrong += 1
    return found, wrong


def _said(n_clusters: int) -> str:
    return "one crowd" if n_clusters == 1 else f"{n_clusters} groups"


def _checked(n_clusters: Any, labels: Any, confidence: Any, n_rows: int) -> Answer:
    """Return an answer in one form, or raise."""
    if isinstance(n_clusters, float | np.floating) and float(n_clusters).is_integer():
        n_clusters = int(n_clusters)
    if isinstance(n_clusters, bool) or not isinstance(n_clusters, int | np.integer) or n_clusters < 1:
        raise ValueError(f"n_clusters is a whole number, 1 where there are no groups; got {n_clusters!r}")
    if n_clusters >= len(CODES):
        raise ValueError(f"at most {len(CODES) - 1} groups; got {n_clusters}")
    try:
        values = np.asarray(labels)
    except ValueError:  # parts of unequal length
        raise ValueError(f"give one label for each of the {n_rows} rows") from None
    if values.shape != (n_rows,):
        raise ValueError(f"give one label for each of the {n_rows} rows; got the shape {values.shape}")
    if values.dtype.kind == "f":
        if not np.isfinite(values).all():
            raise ValueError("some labels are missing (nan); a row in no group has the label -1")
        if np.array_equal(values, np.rint(values)):
            values = values.astype(int)
    if values.dtype.kind not in "iu" or values.min() < -1:
        raise ValueError("labels are whole numbers from 0 on, and -1 for a row in no group")
    ids = np.unique(values[values >= 0])
    if len(ids) != n_clusters:
        raise ValueError(f"you say {n_clusters} groups, and your labels have {len(ids)} (-1 is no group)")
    if isinstance(confidence, bool) or not isinstance(confidence, int | float | np.integer | np.floating):
        raise ValueError(f"the confidence is a number from 0 to 1; got {confidence!r}")
    if not 0 <= confidence <= 1:
        raise ValueError(f"the confidence is a number from 0 to 1 (80 % is 0.8); got {confidence}")
    own = np.where(values < 0, -1, np.searchsorted(ids, values))
    return Answer(int(n_clusters), own, float(confidence))
