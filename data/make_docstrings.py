"""Make `docstrings.csv`: how five libraries of this course describe their own functions and classes.

Run `python data/make_docstrings.py` to write the file beside this script. With the versions that `README.md`
in this folder names, the result is always the same; lesson 11 reads the file, and needs no library's own.
"""

import importlib
import inspect
import pkgutil
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import numpy as np
import pandas as pd

LIBRARIES = ("matplotlib", "numpy", "pandas", "scipy", "sklearn")
PRIVATE = re.compile(r"\.(_|tests?\b|testing|conftest|f2py|distutils|backends|externals|typing|pylab)")
# Roles and directives of reStructuredText, references, examples: marks, not words.
MARKS = (
    (r"(?m)^\s*(>>>|\.\.\.).*$", " "),
    (r"(?s)\.\. math::.*?\n\n", " "),
    (r"(?m)^\s*\.\. .*$", " "),
    (r":[a-z:]+:`~?([^`<]*)(<[^>]*>)?`", r"\1"),
    (r"\[[\w-]+\]_", " "),
    (r"[=+-]{3,}", " "),
)
LEAST_WORDS, MOST_WORDS = 20, 60
LEAST_TEXTS, MOST_TEXTS = 40, 150  # of a part


def modules(name: str) -> Iterator[ModuleType]:
    """Import a module and all public ones below it."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        return  # it needs a package that the course does without
    yield module
    for below in pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}."):
        if not PRIVATE.search(below.name):
            yield from modules(below.name)


def described(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield the public functions and classes of a module, and the classes' methods, each with its name."""
    library = module.__name__.split(".")[0]
    for name, thing in sorted(vars(module).items()):
        kind = type(thing).__name__
        if name.startswith("_") or not (
            inspect.isroutine(thing) or inspect.isclass(thing) or kind == "ufunc"
        ):
            continue
        if kind != "ufunc" and not (getattr(thing, "__module__", None) or "").startswith(library):
            continue  # borrowed from another library
        yield f"{module.__name__}.{name}", thing
        if inspect.isclass(thing):
            for inner, part in sorted(vars(thing).items()):
                if not inner.startswith("_") and (inspect.isfunction(part) or isinstance(part, property)):
                    yield f"{module.__name__}.{name}.{inner}", part


def plain(docstring: str) -> str:
    """Return what stands before the first section, as plain words, cut to `MOST_WORDS`."""
    text = re.split(r"\n[^\n]*\n\s*-{3,}", f"\n{docstring}")[0]
    text = re.sub(r"^\s*\w+\([^)]*\)\s*(->.*)?\n", "", text)  # a signature
    for mark, instead in MARKS:
        text = re.sub(mark, instead, text)
    return " ".join(text.split()[:MOST_WORDS])


def part_of(library: str, name: str) -> str:
    """Return the part of a library that a name belongs to: `scipy.stats`, but `pandas` as a whole."""
    if library == "pandas":
        return library
    first = name.split(".")[1]
    return (
        f"{library}.{first}"
        if isinstance(getattr(importlib.import_module(library), first, None), ModuleType)
        else library
    )


def collect() -> pd.DataFrame:
    """Return a table of library, part, name and text, each text once."""
    rows, seen = [], set()
    for library in LIBRARIES:
        for module in modules(library):
            for name, thing in described(module):
                text = plain(inspect.getdoc(thing) or "")
                if len(re.findall(r"[A-Za-z]{2,}", text)) < LEAST_WORDS or text in seen:
                    continue
                seen.add(text)
                rows.append((library, part_of(library, name), name, text))
    table = pd.DataFrame(rows, columns=["library", "part", "name", "text"])
    rng, kept = np.random.default_rng(0), []
    for _, part in table.sort_values("name").groupby("part"):
        if len(part) >= LEAST_TEXTS:
            kept.append(part.iloc[rng.permutation(len(part))[:MOST_TEXTS]].sort_values("name"))
    return pd.concat(kept, ignore_index=True)


def main(folder: Path) -> None:
    mpl.use("agg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some modules say that they are old
        table = collect()
    table.to_csv(folder / "docstrings.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(__file__).parent)
