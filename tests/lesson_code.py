"""What the lessons write out: the cells tagged `taught`, executed, not copied."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent


def taught(lesson: str) -> dict:
    """Run the imports and the `taught` cells of a lesson, and return what they define."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    chosen = [cell.source for cell in code if "taught" in cell.metadata.get("tags", [])]
    assert chosen, f"{lesson} has no cell tagged 'taught'"
    # As in a notebook; a function that is of no module takes long to be sent to another process.
    space: dict = {"__name__": "__main__"}
    lines = [line for cell in code for line in ast.parse(cell.source).body]
    imports = [ast.unparse(line) for line in lines if isinstance(line, ast.Import | ast.ImportFrom)]
    exec("\n".join([*imports, *chosen]), space)
    return space
