"""The glossary: read from `docs/glossary.md`, and linked where a lesson first uses one of its words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary.md"
ENTRY = re.compile(r"^- \*\*(.+?)\*\*(?: \((.+?)\))?: (.+)$", re.MULTILINE)
# Where a lesson uses a word in another sense: a photo in two colours is a silhouette, too.
OTHER_SENSE = {("08", "silhouette")}
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
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower().replace("+", " plus")).strip("-")


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
    by_form, pattern = _forms()
    done = {term for lesson, term in OTHER_SENSE if name.startswith(lesson)}
    for text in list(doctree.findall(nodes.Text)):
        if _inside(text, NOT_IN) or _among_references(text):
            continue
        whole, pieces, end = text.astext(), [], 0
        for found in pattern.finditer(whole):
            entry = by_form[_plain(found["form"])]
            if entry.term in done or (entry.term.isupper() and found["form"].islower()):
                continue
            done.add(entry.term)
            address = f"{target}#{anchor(entry.term)}"
            link = nodes.reference("", found[0], refuri=address, classes=["course-term"])
            pieces += [nodes.Text(whole[end : found.start()]), link]
            end = found.end()
        if pieces:
            pieces.append(nodes.Text(whole[end:]))
            text.parent.replace(text, [piece for piece in pieces if piece.astext()])


def _plain(form: str) -> str:
    return " ".join(form.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _forms() -> tuple[dict[str, Entry], re.Pattern[str]]:
    """Return whose each form is, and a pattern for all of them, of which the longest is taken."""
    by_form = {_plain(form): entry for entry in entries() for form in (entry.term, *entry.forms)}
    parts = []
    for form in sorted(by_form, key=len, reverse=True):
        part = re.escape(form).replace(r"\ ", r"\s+")
        parts.append(part.replace("'", "['\N{RIGHT SINGLE QUOTATION MARK}]"))
    # A name with a year is a reference, not a word.
    return by_form, re.compile(rf"(?i)(?<![\w-])(?P<form>{'|'.join(parts)})(?:e?s)?(?![\w+-])(?!\s\d{{4}})")


def _among_references(node: nodes.Node) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, nodes.section) and parent.next_node(nodes.title).astext() == "References":
            return True
        parent = parent.parent
    return False


def _inside(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False
