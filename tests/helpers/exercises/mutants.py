"""Small mistakes, made by machine in the solution of a *build* exercise: which does a checker let pass?

A mutant is the solution with one change that a tired learner might make: another operator, axis, comparison
or constant, a function's near relative, a root or a line left out, two arguments exchanged. One that gives
the same as the solution on every valid input tried is no mistake; all others should be refused.
(DeMillo, Lipton and Sayward 1978, "Hints on test data selection".)
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from helpers.exercises.kinds import in_time

OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Div],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
RELATIVES = {
    "min": ["max"],
    "max": ["min", "sum", "mean"],
    "argmin": ["argmax"],
    "argmax": ["argmin"],
    "sum": ["mean", "max"],
    "mean": ["sum", "median"],
    "median": ["mean"],
    "std": ["var"],
    "minimum": ["maximum"],
    "maximum": ["minimum"],
    "any": ["all"],
    "all": ["any"],
    "log": ["log2", "log1p"],
    "ceil": ["floor"],
    "floor": ["ceil"],
    "sort": ["unique"],
    "argsort": ["sort"],
    "zeros": ["ones"],
    "append": ["remove"],
}
LEFT_OUT = {
    "sqrt",
    "log",
    "exp",
    "abs",
    "sort",
    "argsort",
    "unique",
    "cumsum",
    "reversed",
    "sorted",
    "square",
}
SECONDS = 1  # for one call of a mutant: one whose loop does not end is refused


class Mutant(NamedTuple):
    """What was changed, and the source with the change."""

    change: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """List every mutant of the functions in a piece of source, each once, without the source itself."""
    tree = ast.parse(source)
    tree.body = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
    original = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for place, node in enumerate(ast.walk(tree)):
        for make in (_operators, _constants, _calls, _keywords, _names, _statements, _others):
            for number in range(len(list(make(node, tree)))):
                changed = copy.deepcopy(tree)
                twin = next(n for i, n in enumerate(ast.walk(changed)) if i == place)
                change = list(make(twin, changed))[number]
                change()
                text = ast.unparse(ast.fix_missing_locations(changed))
                if text != original and text not in found:
                    found[text] = Mutant(_difference(original, text), text)
    return list(found.values())


def _difference(before: str, after: str) -> str:
    """Show the line that differs, before and after."""
    old, new = before.splitlines(), after.splitlines()
    for a, b in zip(old, new, strict=False):
        if a != b:
            return f"{a.strip()}  ->  {b.strip() if len(old) == len(new) else '(left out)'}"
    return "(last line left out)"


Change = Callable[[], None]


def _set(node: ast.AST, field: str, value: Any) -> Change:
    return lambda: setattr(node, field, value)


def _operators(node: ast.AST, tree: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        for other in OPERATORS.get(type(node.op), []):
            yield _set(node, "op", other())
    if isinstance(node, ast.Compare):
        for other in OPERATORS.get(type(node.ops[0]), []):
            yield _set(node, "ops", [other(), *node.ops[1:]])


def _constants(node: ast.AST, tree: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield _set(node, "value", not node.value)
        elif isinstance(node.value, int | float):
            for other in (node.value + 1, node.value - 1):
                yield _set(node, "value", other)
            if isinstance(node.value, float):
                yield _set(node, "value", 2 * node.value)


def _calls(node: ast.AST, tree: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    function = node.func
    if isinstance(function, ast.Attribute):
        for other in RELATIVES.get(function.attr, []):
            yield _set(function, "attr", other)
    if isinstance(function, ast.Name):
        for other in RELATIVES.get(function.id, []):
            yield _set(function, "id", other)
    if len(node.args) >= 2:
        yield _set(node, "args", [node.args[1], node.args[0], *node.args[2:]])


def _keywords(node: ast.AST, tree: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            yield _set(node, "keywords", [other for other in node.keywords if other is not keyword])
            if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant):
                yield _set(
                    keyword,
                    "value",
                    ast.Constant(1 - keyword.value.value if keyword.value.value in (0, 1) else 0),
                )


def _names(node: ast.AST, tree: ast.AST) -> Iterator[Change]:
    """Exchange an argument of the function, where it is used, for another."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                arguments = [argument.arg for argument in function.args.args]
                if node.id in arguments:
                    for other in arguments:
                        if other != node.id:
                            yield _set(node, "id", other)


def _statements(node: ast.AST, tree: ast.AST) -> Iterator[Change]:
    """Leave out a line, or a whole loop or condition."""
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        if isinstance(block, list) and not isinstance(node, ast.Module):
            for part in block:
                if isinstance(part, ast.Return) and len(block) == 1:
                    continue
                rest = [other for other in block if other is not part]
                yield _set(node, field, rest or [ast.Pass()])


def _others(node: ast.AST, tree: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _set(node, "test", ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.Break):
        yield lambda: _replace(tree, node, ast.Continue())
    if isinstance(node, ast.UnaryOp):
        yield lambda: _replace(tree, node, node.operand)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield lambda: _replace(tree, node, node.value)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in LEFT_OUT:
            of_module = isinstance(node.func, ast.Name) or (
                isinstance(node.func.value, ast.Name) and node.func.value.id == "np"
            )
            inside = node.args[0] if of_module else node.func.value
            yield lambda: _replace(tree, node, inside)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield _set(node.value, "elts", node.value.elts[::-1])


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(part is old for part in value):
                setattr(parent, field, [new if part is old else part for part in value])


def outcome(function: Callable[..., Any], arguments: tuple) -> Any:
    """Call a function on copies of its arguments; return what it gives, or the kind of error it raises."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            with in_time(SECONDS):
                given = copy.deepcopy(arguments)
                result = function(*given)
                return ("changed its input",) if not same(given, arguments) else result
        except Exception as error:  # a mutant may fail in any way: that is what it is for
            return type(error)


def same(a: Any, b: Any) -> bool:
    """Whether two results are equal, up to rounding."""
    if isinstance(a, type) or isinstance(b, type):
        return a is b
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if callable(a) and callable(b):
        return a is b
    try:
        a, b = np.asarray(a), np.asarray(b)
    except ValueError:  # rows of unequal length
        return False
    if a.dtype.kind in "biuf" and b.dtype.kind in "biuf":
        return a.shape == b.shape and np.allclose(a, b, equal_nan=True)
    return a.shape == b.shape and bool(np.all(a == b))


class Trial(NamedTuple):
    """How many mutants an exercise has, how many are mistakes, and those that the checker let pass."""

    made: int
    mistakes: int
    survivors: list[str]


def put_to_the_test(
    source: str,
    name: str,
    space: dict[str, Any],
    inputs: list[tuple],
    refuses: Callable[[Callable[..., Any]], bool],
    tidy: Callable[[Any], Any] = lambda result: result,
) -> Trial:
    """Make all mutants of a solution, and let the checker judge those that differ on some valid input.

    Parameters
    ----------
    source : str
        The solution, and what it needs beside `space`.
    name : str
        The function in it that is the answer.
    space : dict
        What the lesson has imported.
    inputs : list of tuple
        Valid arguments; the more, the fewer mistakes are taken for no mistake.
    refuses : callable
        Whether the checker refuses an answer.
    tidy : callable
        Makes one of all results that are equally right.
    """

    def build(text: str) -> Callable[..., Any]:
        own = dict(space)
        exec(text, own)
        return own[name]

    tree = ast.parse(source)
    tree.body = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
    solution = build(ast.unparse(tree))

    def tidied(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: tidy(function(*arguments))

    expected = [outcome(tidied(solution), arguments) for arguments in inputs]
    assert not any(isinstance(value, type) for value in expected), f"the solution fails: {expected}"
    assert not refuses(solution), "the solution is refused"
    made, mistakes, survivors = 0, 0, []
    for mutant in mutants(source):
        made += 1
        function = build(mutant.source)
        results = zip(expected, inputs, strict=True)
        if all(same(value, outcome(tidied(function), arguments)) for value, arguments in results):
            continue
        mistakes += 1
        if not refuses(function):
            survivors.append(mutant.change)
    return Trial(made, mistakes, survivors)
