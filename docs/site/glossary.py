"""The glossary: read from `docs/glossary.md`, and linked where a lesson first uses one of its words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary.md"
ENTRY = re.compile(r"^- \*\*(.+?)\*\*(?: \((.+?)\))?: (.+)$", re.MULTILINE)
# Where a word is a name, a heading, a formula or a link already.
NOT_IN = (
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.title,
    nodes.math,
    nodes.math_block,
    nodes.raw,
)


class Entry(NamedTuple):
    """A word, other forms in which lessons use it, and what it means."""

    term: str
    forms: tuple[str, ...]
    meaning: str


def entries(text: str | None = None) -> list[Entry]:
    """Read the glossary: lines like `- **term** (other form; another): meaning.`"""
    text = GLOSSARY.read_text(encoding="utf-8") if text is None else text
    return [
        Entry(term, tuple(form.strip() for form in forms.split(";")) if forms else (), meaning)
        for term, forms, meaning in ENTRY.findall(text)
    ]


def anchor(term: str) -> str:
    """Return the address of a word in the glossary's page."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def glossary_page(text: str) -> str:
    """Return the glossary as its page shows it: a list of definitions with addresses."""
    head = text[: ENTRY.search(text).start()]
    parts = [head.strip(), ""]
    for entry in entries(text):
        also = f" ({', '.join(entry.forms)})" if entry.forms else ""
        meaning = re.sub(r"\(\.\./notebooks/", "(", entry.meaning)
        parts += [f"({anchor(entry.term)})=", f"**{entry.term}**{also}", f": {meaning}", ""]
    return "\n".join(parts)


def link_first_uses(app: Any, doctree: nodes.document, name: str) -> None:
    """Link each of the glossary's words where a lesson first uses it."""
    if not re.match(r"\d\d_", name):
        return
    target = app.builder.get_relative_uri(name, "glossary")
    for entry in entries():
        pattern = _pattern(entry)
        for text in list(doctree.findall(nodes.Text)):
            if _inside(text, NOT_IN):
                continue
            found = pattern.search(text.astext())
            if found is None:
                continue
            whole = text.astext()
            link = nodes.reference(
                "", found[0], refuri=f"{target}#{anchor(entry.term)}", classes=["course-term"]
            )
            pieces = [nodes.Text(whole[: found.start()]), link, nodes.Text(whole[found.end() :])]
            text.parent.replace(text, [piece for piece in pieces if piece.astext()])
            break


def _pattern(entry: Entry) -> re.Pattern[str]:
    forms = "|".join(re.escape(form) for form in sorted((entry.term, *entry.forms), key=len, reverse=True))
    flags = 0 if entry.term.isupper() else re.IGNORECASE
    return re.compile(rf"(?<![\w-])(?:{forms})(?:e?s)?(?![\w-])", flags)


def _inside(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False
