"""Links lead somewhere: within and between the lessons, and from the pages around them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import NOTEBOOKS, ROOT, read_notebook

PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted(ROOT.glob("docs/*.md")),
    ROOT / "data" / "README.md",
]


def words(path: Path) -> str:
    """Return the prose of a lesson or a page."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    return "\n".join(cell.source for cell in read_notebook(path).cells if cell.cell_type == "markdown")


def heading_anchors(path: Path) -> set[str]:
    headings = re.finditer(r"^#+ (.+)$", words(path), re.MULTILINE)
    return {match.group(1).strip().replace(" ", "-") for match in headings}


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_links_within_the_course_resolve(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", words(path)):
        if re.match(r"https?://|mailto:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), f"{link} leads nowhere"
        if anchor and file.suffix in {".ipynb", ".md"}:
            assert anchor in heading_anchors(file), f"{link}: no such heading"


def test_files_named_in_the_pages_exist():
    named = re.compile(r"`((?:helpers|tests|data|docs|notebooks|binder|\.ci)/[\w./]*)`")
    found = {name for page in PAGES for name in named.findall(words(page))}
    assert len(found) > 10
    # LL stands for the number of any lesson
    missing = [name for name in found if not (ROOT / name.replace("LL", "01")).exists()]
    assert not missing


def test_the_readme_is_one_screen():
    text = words(ROOT / "README.md")
    folded = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    assert len(folded.splitlines()) <= 50, "what more there is to say goes into docs/"
    assert re.search(r"!\[[^\]]{40,}\]\(docs/", text), "a picture of the course, with what is seen in it"
