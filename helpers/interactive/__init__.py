"""Figures to move: controls, a picture, and a line of text that says what it shows.

Each `explore_*` function takes data and the functions that its lesson has written: what moves is the
lesson's own algorithm. The pictures are drawn by Matplotlib like all others of the course, and sent to the
page as a whole; that takes some 50 ms, needs no second drawing library, and gives the still picture for
everyone without a kernel from the same code. In the page, a few lines of JavaScript (`picture.js`) put the
picture in place without a flicker, give it its description, and report clicks and drags.

What all figures share is in `explorer`; each figure has a module of its own, which is imported when its
function is asked for: a lesson waits for no other figure.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "OWN": "kmeans",
    "Explorer": "explorer",
    "cut_tree": "tree",
    "explore_confidence": "confidence",
    "explore_dbscan": "dbscan",
    "explore_em": "em",
    "explore_k": "choose_k",
    "explore_kmeans": "kmeans",
    "explore_map": "embedding",
    "explore_palette": "palette",
    "explore_scaling": "scale",
    "explore_scores": "scores",
    "explore_tree": "tree",
    "explore_weight": "mixed",
}
__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
