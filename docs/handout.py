"""Write each lesson as one HTML file that can be read without a machine: `make handout`.

    python docs/handout.py [NOTEBOOK ...]

The pages hold everything they show and no script: pictures are inside, and formulas are MathML, which
browsers draw themselves. Of code that is folded in JupyterLab only the output is there, and the solutions
are at the end.
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
COURSE = "Clustering, by running it"
IMAGES = ("image/png", "image/jpeg")
PLOTLY = "application/vnd.plotly.v1+json"
NOT_TRIED = re.compile(r".*: not attempted yet - .*\n?")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - {course}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{body}
</main>
<footer>{course}: {title}</footer>
</body>
</html>
"""


def formula(tex: str, display: str = "inline") -> str:
    """Turn TeX into MathML, with the spaces that TeX would set."""
    braces = re.sub(r"\\[{}]", "", tex)
    if braces.count("{") != braces.count("}"):  # latex2mathml passes over it
        raise ValueError(f"the formula {tex!r} does not close what it opens")
    try:
        mathml = convert(tex, display=display)
    except Exception as error:  # a dozen kinds that have nothing in common
        raise ValueError(f"cannot read the formula {tex!r} ({type(error).__name__})") from error
    if "\\" in mathml:  # an unknown command is passed on as it is
        raise ValueError(f"the formula {tex!r} has a command that latex2mathml does not know")
    mathml = re.sub(r"<mo([^>]*)>(&#x0007C;|&#x0002F;)</mo>", r'<mo\1 lspace="0" rspace="0">\2</mo>', mathml)
    # A function's name keeps its distance, but not from a parenthesis.
    mathml = re.sub(r"<m[io]>([a-z]{2,})</m[io]>", r'<mo lspace="0" rspace="0.17em">\1</mo>', mathml)
    return re.sub(r'rspace="0.17em">(\w+</mo><mo[^>]*>&#x00028;)', r'rspace="0">\1', mathml)


class Renderer(IPythonRenderer):
    """Markdown as JupyterLab shows it, but for formulas, and for links to what the reader may not have."""

    def inline_math(self, body: str) -> str:
        return formula(body)

    def block_math(self, body: str) -> str:
        return formula(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        return formula(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")

    def heading(self, text: str, level: int, **_) -> str:
        anchor = html.unescape(re.sub("<[^>]+>", "", text)).strip().replace(" ", "-")
        return f'<h{level} id="{html.escape(anchor)}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        lesson = re.fullmatch(r"(\d\d_\w+)\.ipynb(#.*)?", url)
        if lesson:
            url = f"{lesson[1]}.html{lesson[2] or ''}"
        elif not re.match(r"https?://|mailto:|#", url):
            return text
        return super().link(text, url, title)


def lines(text: str, shown: str, kind: str, columns: int) -> str:
    """Return a `pre`, in which a line that is too long goes on below its own start, a little indented.

    `shown` is `text` as HTML, line by line. The style sheet makes letters smaller to hold so many `columns`.
    """
    out = []
    for plain, line in zip(text.split("\n"), shown.split("\n"), strict=True):
        indent = len(plain) - len(plain.lstrip())
        style = f' style="--in:{indent}"' if indent else ""
        out.append(f"<span{style}>{line}\n</span>")
    return f'<pre class="{kind}" style="--columns:{columns}">{"".join(out)}</pre>\n'


def code(source: str) -> str:
    shown = highlight(source, PythonLexer(stripnl=False, ensurenl=False), HtmlFormatter(nowrap=True))
    return lines(source, shown.removesuffix("\n"), "code", max(map(len, source.split("\n"))))


def plain(text: str) -> str:
    text = strip_ansi(text).rstrip()
    # Tables must keep their columns; sentences may as well wrap.
    aligned = [len(line) for line in text.split("\n") if "  " in line.strip()]
    return lines(text, html.escape(text), "text", max(aligned, default=0)) if text else ""


def result(output: NotebookNode) -> str:
    """Return one output as HTML: its picture where it has one."""
    if output.output_type == "error":
        return plain("\n".join(output.traceback))
    data = output.data
    for mime in IMAGES:
        if mime in data:
            alt = output.metadata.get(mime, {}).get("alt")
            if alt is None and not data.get("text/plain", "<").startswith("<"):  # words, not a repr
                alt = data["text/plain"]
            described = f' alt="{html.escape(alt)}"' if alt else ""
            return (
                f'<figure><img{described} src="data:{mime};base64,{"".join(data[mime].split())}"></figure>\n'
            )
    if PLOTLY in data:
        return '<p class="note">The figure here can be turned, and that only in JupyterLab.</p>\n'
    if "text/html" in data:
        return re.sub(r"(?s)<(script|style)\b.*?</\1>", "", data["text/html"]) + "\n"
    return plain(data.get("text/plain", ""))


def outputs(cell: NotebookNode) -> str:
    parts, streams = [], ""
    for output in cell.outputs:
        if output.output_type == "stream":
            streams += NOT_TRIED.sub("", output.text)  # what is printed in pieces is one text
        else:
            parts += [plain(streams), result(output)]
            streams = ""
    return "".join([*parts, plain(streams)])


def page(notebook: NotebookNode) -> str:
    """Return a lesson as a whole HTML page."""
    body, solutions, section = [], [], ""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            shown = MarkdownWithMath(renderer=Renderer(escape=False)).render(cell.source)
            section = (re.findall(r"<h\d[^>]*>(.*?)</h\d>", shown) or [section])[-1]
            body.append(shown)
        elif cell.cell_type == "code" and "solution" in tags:
            exercise = re.search(r'check\("(\d\d-\d+)"', cell.source)
            name = exercise[1] if exercise else section  # not of an exercise: of a figure that moves
            anchor = f"solution-{exercise[1] if exercise else len(solutions)}"
            body.append(f'<p class="note"><a href="#{anchor}">Solution at the end: {name}</a></p>\n')
            solutions.append(f'<h3 id="{anchor}">{name}</h3>\n{code(cell.source)}{outputs(cell)}')
        elif cell.cell_type == "code":
            body.append(
                ("" if "hide-input" in tags or not cell.source else code(cell.source)) + outputs(cell)
            )
    if solutions:
        body += ['<h2 id="solutions">Solutions</h2>\n', *solutions]
    title = re.search(r"<h1[^>]*>(.*?)</h1>", "".join(body))
    if not title:
        raise ValueError("no heading of the first level, so no title")
    style = (HERE / "handout.css").read_text(encoding="utf-8") + HtmlFormatter().get_style_defs("pre.code")
    return PAGE.format(title=re.sub("<[^>]+>", "", title[1]), course=COURSE, style=style, body="".join(body))


def main(arguments: list[str]) -> str | None:
    """Write the pages; return what went wrong."""
    target = ROOT / "build" / "handout"
    target.mkdir(parents=True, exist_ok=True)
    for path in map(Path, arguments) if arguments else sorted((ROOT / "notebooks").glob("*.ipynb")):
        try:
            text = page(nbformat.read(path, as_version=4))
        except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
            return f"{path}: {error}"
        written = target / f"{path.stem}.html"
        written.write_text(text, encoding="utf-8")
        print(f"{written.relative_to(ROOT)}  {len(text) / 1e6:.1f} MB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
