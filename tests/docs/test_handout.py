"""The handout: pages that are whole without a network and a script, and that nothing is cut off from."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote

import bs4
import nbformat
import pytest
from conftest import NOTEBOOKS, ROOT, read_notebook

sys.path.append(str(ROOT / "docs"))
import handout

EXERCISE = re.compile(r'check\("(\d\d-\d+)"')
ARGUMENTS = {
    "mfrac": 2,
    "msub": 2,
    "msup": 2,
    "msubsup": 3,
    "munder": 2,
    "mover": 2,
    "munderover": 3,
    "mroot": 2,
}
lesson = pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])


@pytest.fixture(scope="module")
def notebooks() -> dict[str, nbformat.NotebookNode]:
    return {path.stem: read_notebook(path) for path in NOTEBOOKS}


@pytest.fixture(scope="module")
def pages(notebooks) -> dict[str, str]:
    return {name: handout.page(notebook) for name, notebook in notebooks.items()}


@pytest.fixture(scope="module")
def trees(pages) -> dict[str, bs4.BeautifulSoup]:
    """The pages, read; of pictures only the beginning, which is quicker."""
    short = {name: re.sub(r"(;base64,.{20})[^\"]+", r"\1", page) for name, page in pages.items()}
    return {name: bs4.BeautifulSoup(page, "html.parser") for name, page in short.items()}


def cells(notebook: nbformat.NotebookNode, kind: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def one_page(*cells: nbformat.NotebookNode) -> bs4.BeautifulSoup:
    title = nbformat.v4.new_markdown_cell("# A title")
    return bs4.BeautifulSoup(handout.page(nbformat.v4.new_notebook(cells=[title, *cells])), "html.parser")


@lesson
def test_page_needs_nothing_from_elsewhere_and_runs_nothing(name, pages, trees):
    tree = trees[name]
    assert not tree.find_all(["script", "link", "iframe", "object", "embed", "base"])
    assert not [tag for tag in tree.find_all(True) if any(key.startswith("on") for key in tag.attrs)]
    assert all(tag["src"].startswith("data:image/") for tag in tree.find_all(src=True))
    assert not re.search(r"url\(|@import", "".join(style.text for style in tree.find_all("style")))
    assert tree.html["lang"] == "en"
    assert tree.title.text.startswith(tree.h1.text)
    assert handout.COURSE in tree.footer.text


@lesson
def test_every_formula_is_mathml(name, notebooks, trees):
    prose = [
        re.sub(r"(?s)```.*?```|`[^`\n]*`", "", cell.source) for cell in cells(notebooks[name], "markdown")
    ]
    # As in JupyterLab, a pair of dollar signs makes a formula: "40 k$" is fine once in a paragraph.
    formulas = [
        len(re.findall(r"(?s)\$\$.+?\$\$|\$.+?\$", part)) for text in prose for part in text.split("\n\n")
    ]
    maths = trees[name].find_all("math")
    assert len(maths) == sum(formulas)
    for math in maths:
        assert "\\" not in math.text
        assert not math.find("merror")
        for part in math.find_all(ARGUMENTS):
            assert len(part.find_all(True, recursive=False)) == ARGUMENTS[part.name], part
    rest = bs4.BeautifulSoup(str(trees[name].main), "html.parser")
    for tag in rest.find_all(["pre", "code"]):
        tag.decompose()
    assert not re.search(r"(?<!k)\$", rest.text)


@lesson
def test_every_picture_is_there_with_its_alternative_text(name, notebooks, trees):
    stored = [
        (mime, output.metadata.get(mime, {}).get("alt"))
        for cell in cells(notebooks[name], "code")
        for output in cell.outputs
        for mime in handout.IMAGES
        if mime in output.get("data", {})
    ]
    shown = trees[name].find_all("img")
    # Sorted, since those of solutions move to the end.
    assert sorted(img["src"].split(";")[0] for img in shown) == sorted(f"data:{mime}" for mime, _ in stored)
    assert {alt for _, alt in stored if alt} <= {img.get("alt") for img in shown}


@lesson
def test_solutions_are_at_the_end_and_folded_code_is_not_shown(name, notebooks, trees):
    code = cells(notebooks[name], "code")
    solutions = [cell.source for cell in code if "solution" in cell.metadata.get("tags", [])]
    ids = [match[1] for source in solutions if (match := EXERCISE.search(source))]
    assert ids
    start = trees[name].find(id="solutions")
    after = [pre.text.rstrip("\n") for pre in start.find_all_next("pre", class_="code")]
    assert after == [source.rstrip("\n") for source in solutions]
    assert [h.text for h in start.find_all_next("h3") if re.fullmatch(r"\d\d-\d+", h.text)] == ids
    before = [pre.text for pre in start.find_all_previous("pre")]
    folded = [cell.source for cell in code if "hide-input" in cell.metadata.get("tags", [])]
    for source in solutions + folded:
        assert f"{source}\n" not in before
    assert not any("not attempted yet" in text for text in before)


@lesson
def test_links_lead_somewhere(name, trees):
    for link in (tag["href"] for tag in trees[name].find_all("a")):
        if re.match(r"https?://|mailto:", link):
            continue
        file, _, anchor = unquote(link).partition("#")
        assert (file.removesuffix(".html") if file else name) in trees, link
        if anchor:
            assert trees[file.removesuffix(".html") or name].find(id=anchor), link
    ids = [tag["id"] for tag in trees[name].find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_dollars_in_code_stay_and_formulas_that_cannot_be_read_are_named():
    tree = one_page(nbformat.v4.new_markdown_cell("`$HOME` and `a$b`, $x_1$\n\n$$\\sum_i \\frac{1}{i}$$"))
    assert [code.text for code in tree.find_all("code")] == ["$HOME", "a$b"]
    assert [math["display"] for math in tree.find_all("math")] == ["inline", "block"]
    for wrong in (r"\frac{1}{n", r"\nosuchthing{x}", r"\left( x"):
        with pytest.raises(ValueError, match="formula"):
            handout.formula(wrong)


def test_outputs_of_every_kind():
    def shown(alt=None, **data):
        data = {kind.replace("__", "/"): value for kind, value in data.items()}
        output = nbformat.v4.new_output(
            "display_data", data, metadata={"image/png": {"alt": alt}} if alt else {}
        )
        return str(one_page(nbformat.v4.new_code_cell("1", outputs=[output])).main)

    assert '<img alt="two &lt; three" src="data:image/png;base64,QUI="/>' in shown(
        "two < three", image__png="QU\nI="
    )
    assert '<img src="data:' in shown(image__png="QUI=", text__plain="<Figure size 1x1>")
    assert '<img alt="a curve" src="data:' in shown(image__png="QUI=", text__plain="a curve")
    assert "only in JupyterLab" in shown(**{handout.PLOTLY: {"data": []}})
    assert "<img" in shown(image__png="QUI=", **{handout.PLOTLY: {"data": []}})
    html = shown(text__html="<script>alert(1)</script><table><tr><td>7</td></tr></table>")
    assert "<td>7</td>" in html and "script" not in html
    assert "1 &lt; 2" in shown(text__plain="1 < 2")


def test_command_writes_pages_and_says_what_is_wrong(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(handout, "ROOT", tmp_path)
    assert handout.main([str(NOTEBOOKS[5])]) is None
    written = tmp_path / "build" / "handout" / f"{NOTEBOOKS[5].stem}.html"
    assert written.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert capsys.readouterr().out.count("\n") == 1
    assert "nowhere.ipynb: " in handout.main(["nowhere.ipynb"])
    (tmp_path / "broken.ipynb").write_text("{")
    assert "broken.ipynb: " in handout.main([str(tmp_path / "broken.ipynb")])


TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        || (["HTML", "PRE", "TD", "P"].includes(e.tagName) && e.scrollWidth > e.clientWidth + 1))
    .map((e) => `${e.tagName}: ${e.textContent.slice(0, 60)}`)"""


@lesson
def test_nothing_is_cut_off_and_nothing_is_fetched(name, pages, browser, tmp_path: Path):
    file = tmp_path / "page.html"
    file.write_text(pages[name], encoding="utf-8")
    requests = []
    context = browser.new_context()
    context.route(re.compile("^(?!data:)(?!file:)"), lambda route: route.abort())
    page = context.new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    for media, width in (("screen", 390), ("screen", 794), ("print", 794 - 114)):  # 114: the margins of @page
        page.emulate_media(media=media)
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate(TOO_WIDE) == [], f"{media}, {width} px"
    assert [url for url in requests if not url.startswith("data:")] == [file.as_uri()]
    context.close()
