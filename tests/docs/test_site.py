"""The pages of the site: whole, folded, described, and asking nothing of another host."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
import urllib.request
import zlib
from urllib.parse import unquote

import bs4
import nbformat
import numpy as np
import pytest
from answers import exercise_cells
from conftest import NOTEBOOKS, ROOT, read_notebook

sys.path.append(str(ROOT / "docs" / "site"))
import figures
import glossary
import lite
import make_site
import pages

NAMES = [path.stem for path in NOTEBOOKS]
lesson = pytest.mark.parametrize("name", NAMES)
WITH_FIGURE = [path.stem for path in NOTEBOOKS if figures.find_figure(read_notebook(path)) is not None]


@pytest.fixture(scope="module")
def trees(site) -> dict[str, bs4.BeautifulSoup]:
    return {
        path.stem: bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in site.glob("*.html")
    }


def main(tree: bs4.BeautifulSoup) -> bs4.Tag:
    return tree.find("article")


def test_every_lesson_has_a_row_in_the_readme_and_so_a_page(trees):
    assert [row.name for row in pages.lessons()] == NAMES
    assert set(NAMES) <= set(trees)
    cards = [link["href"] for link in trees["index"].select(".course-cards a")]
    assert cards == [f"{name}.html" for name in NAMES]


def test_pages_load_nothing_from_another_host(trees, site):
    for name, tree in trees.items():
        loaded = [tag["src"] for tag in tree.find_all(src=True)]
        loaded += [tag["href"] for tag in tree.find_all("link", href=True)]
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)], name
        for address in loaded:
            if not address.startswith(("data:", "#")):
                assert (site / unquote(address).partition("?")[0]).exists(), f"{name}: {address}"
    ours = [file.read_text() for file in (ROOT / "docs" / "site" / "static").glob("*.[jc]s*")]
    assert not re.search(r"https?://|@import", "".join(ours))


def test_links_and_anchors_lead_somewhere(trees, site):
    for name, tree in trees.items():
        for link in tree.find_all("a", href=True):
            address = unquote(link["href"])
            if re.match(r"https?://|mailto:", address) or address == "#":
                continue
            file, _, anchor = address.partition("#")
            file = file.partition("?")[0]
            assert not file or (site / file).exists(), f"{name}: {address}"
            target = trees.get(file.removesuffix(".html") or name)
            if anchor and target is not None:
                assert target.find(id=anchor) or target.find(attrs={"name": anchor}), f"{name}: {address}"


@lesson
def test_headings_keep_the_addresses_of_the_notebook(name, trees):
    prose = "\n".join(c.source for c in read_notebook(path_of(name)).cells if c.cell_type == "markdown")
    for heading in re.findall(r"^##+ (.+)$", prose, re.MULTILINE):
        assert trees[name].find(id=pages.slug(heading)), heading


def path_of(name: str):
    return ROOT / "notebooks" / f"{name}.ipynb"


@lesson
def test_every_picture_says_what_is_seen(name, trees):
    pictures = main(trees[name]).find_all("img")
    assert len(pictures) >= 4
    for picture in pictures:
        assert len(picture.get("alt", "")) > 20, picture.get("src")
    stored = {
        output.metadata[mime]["alt"]
        for cell in read_notebook(path_of(name)).cells
        for output in cell.get("outputs", [])
        for mime in output.get("metadata", {})
        if mime.startswith("image/")
    }
    assert {picture["alt"] for picture in pictures} == stored


@lesson
def test_solutions_and_checks_are_folded_and_what_is_taught_is_not(name, trees):
    folded = {fold.find("pre").text for fold in main(trees[name]).select("details") if fold.find("pre")}
    shown = {pre.text for pre in main(trees[name]).find_all("pre") if not pre.find_parent("details")}
    for cell in read_notebook(path_of(name)).cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source:
            continue
        code = cell.source.rstrip("\n")
        if "solution" in tags or "hide-input" in tags:
            assert any(code == text.rstrip("\n") for text in folded), code
            assert not any(code == text.rstrip("\n") for text in shown)
        if "taught" in tags:
            assert any(code == text.rstrip("\n") for text in shown), code
    for output in main(trees[name]).select(".cell_output"):
        if "checks for maintainers" in output.text:
            assert output.find_parent("details")
    assert "not attempted yet" not in main(trees[name]).text


@lesson
def test_exercises_answer_in_the_page_or_say_where_they_do(name, trees):
    mine = {key: each for key, each in exercise_cells().items() if each.lesson == name}
    fields = {form["data-exercise"] for form in trees[name].select("form.course-exercise")}
    assert fields == {key for key, each in mine.items() if each.kind in pages.IN_PAGE}
    assert fields, "each lesson has some that answer in the page"
    for key in fields:  # what is asked for can be typed into one line
        form = trees[name].find("form", {"data-exercise": key})
        assert form.find("label")["for"] == form.find("input")["id"]
    notes = [note.text for note in main(trees[name]).select(".course-note")]
    assert sum(note.startswith("Code is checked where") for note in notes) == len(mine) - len(fields)


@lesson
def test_the_way_to_run_says_what_it_costs_or_why_there_is_none(name, trees):
    box = trees[name].select_one(".run-box").text
    assert "make lab" in box
    button = trees[name].select_one(".run-box .run-button")
    if name[:2] in pages.CANNOT_RUN:
        assert button is None
        assert pages.CANNOT_RUN[name[:2]] in box
    else:
        assert button["href"] == pages.run_address(name)
        assert re.search(r"\d+ MB", box)
        assert lite.pyodide_version() in box


def test_lessons_that_cannot_run_in_a_page_are_those_that_import_what_it_has_not():
    """A lesson that lands later runs in a page, or is named with a reason."""
    lock = json.loads(lite.LOCK.read_text())["packages"]
    offered = {module for entry in lock.values() for module in entry["imports"]}
    offered |= {name.replace("-", "_") for name in lite.OURS} | {"helpers", "IPython"}
    for path in NOTEBOOKS:
        code = "\n".join(c.source for c in read_notebook(path).cells if c.cell_type == "code")
        imported = set()
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module.split(".")[0])
        missing = {name for name in imported if name not in offered and name not in sys.stdlib_module_names}
        trains = "helpers.quiet" in code
        assert bool(missing or trains) == (path.name[:2] in pages.CANNOT_RUN), f"{path.name}: {missing}"


def test_the_page_has_the_versions_that_the_course_has_where_both_are_plain(site):
    lock = json.loads((site / "lite" / "static" / "packages" / "pyodide-lock.json").read_text())["packages"]
    for name, needs in lite.OURS.items():
        assert lock[name]["depends"] == list(needs)
    for name, entry in lock.items():
        if "//" not in entry["file_name"] and not entry["file_name"].startswith(".."):
            file = site / "lite" / "static" / "packages" / entry["file_name"]
            assert hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"], name
        assert all(need in lock or pages.re.sub(r"[-_.]+", "-", need) in lock for need in entry["depends"]), (
            name
        )
    config = json.loads((site / "lite" / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = config["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["disablePyPIFallback"] is True
    local = (site / "lite" / "static" / "pyodide").exists()
    folder = "./static/packages/" + lite.LOCAL if local else lite.public_host()
    assert kernel["pyodideUrl"] == folder + "pyodide.mjs"
    assert f"/v{lite.pyodide_version()}/" in lite.public_host()


# --- figures ----------------------------------------------------------------------------------------------


def test_picture_js_is_the_same_file(site):
    mine = ROOT / "helpers" / "interactive" / "picture.js"
    assert (site / "_static" / "picture.js").read_bytes() == mine.read_bytes()


def test_every_figure_to_move_has_its_states_and_no_lesson_pays_too_much(site, trees):
    folder = site / "_static" / "figures"
    for name in NAMES:
        number = name[:2]
        assert (folder / f"{number}.json").exists() == (name in WITH_FIGURE)
        size = sum(file.stat().st_size for file in folder.glob(f"{number}*"))
        assert size <= 600_000, f"{name}: {size} bytes"
        assert bool(trees[name].select(f'.course-figure[data-figure="{number}"]')) == (name in WITH_FIGURE)
    calls = [name for name in NAMES if "\nexplore_" in "\n".join(["", *code_of(name)])]
    assert calls == WITH_FIGURE


def code_of(name: str) -> list[str]:
    return [c.source for c in read_notebook(path_of(name)).cells if c.cell_type == "code"]


@pytest.mark.parametrize("name", WITH_FIGURE)
def test_states_are_what_they_say(name, site):
    folder = site / "_static" / "figures"
    about = json.loads((folder / f"{name[:2]}.json").read_text(encoding="utf-8"))
    size = about["width"] * about["height"]
    assert about["onlyRunning"]
    for scene in about["scenes"]:
        states = int(np.prod([len(control["values"]) for control in scene["controls"]]))
        assert len(scene["order"]) == len(scene["texts"]) == states >= 4
        pictures = max(scene["order"]) + 1
        if "file" in scene:
            assert len(zlib.decompress((folder / scene["file"]).read_bytes())) == pictures * size
        else:
            assert len(scene["files"]) == pictures
        assert len(set(scene["texts"])) > 1


def test_states_answer_the_questions_under_the_figures(site):
    def texts(number: str, scene: int) -> str:
        about = json.loads((site / "_static" / "figures" / f"{number}.json").read_text(encoding="utf-8"))
        return "\n".join(about["scenes"][scene]["texts"])

    # 02: the narrow range in which single linkage has three clusters, and what it makes of a cut at 0.60
    assert re.search(r"single.*: 3 clusters.*from 0\.929 to 0\.932", texts("02", 1))
    assert re.search(r"single linkage, cut at 0\.60.*: 9 clusters", texts("02", 1))
    # 03: how little star 1 has to move, and all stars on one place
    assert re.search(r"your own; the end.*the best known", texts("03", 3))
    assert "4 clusters of 400, 0, 0, 0 points" in texts("03", 4)
    # 04: where the moons become one, where min_samples parts them, and what lies in a border point's circle
    assert re.search(r"eps 0\.19, min_samples 5: 1 cluster ", texts("04", 0))
    assert re.search(r"eps 0\.30, min_samples 24: 2 clusters.* 20 noise", texts("04", 0))
    assert "itself included: border" in texts("04", 1)
    # 05: where a rule of 0.001 would stop, and the points that no component takes half of
    assert "step 13 of 62: mean log-likelihood -4.726" in texts("05", 2)
    assert "point 200 are 0.45" in texts("05", 3)
    # 06: the one move that makes the purity 1, and the b's and a's of the rare class
    assert "purity 1.00" in texts("06", 0)
    assert re.search(r"purity 1\.00.*ARI 0\.34", texts("06", 1))
    # 11: where the bell in a plane is in pieces and where it is one, and what no map shows of widths and gaps
    assert re.search(r"perplexity 5, start: the p.* the map has [2-9] islands", texts("11", 0))
    assert re.search(r"perplexity 30, start: the p.* the map has 1 island\.", texts("11", 0))
    assert re.search(r"perplexity 30.*10\.0 in the data, 1\.0 on the map", texts("11", 2))
    assert re.search(r"perplexity 30.*: 5\.0 and 1\.0\.", texts("11", 3))
    # 13: the weights from which clusters are of one sex, and that at the largest all six are
    assert re.search(r"5 clusters, a mismatch weighs 0\.5: 0 of 5", texts("13", 0))
    assert re.search(r"6 clusters, a mismatch weighs 8: 6 of 6", texts("13", 0))
    # 14: that more workers than pieces do not help, and what a billion rows are spent on
    of_ten = set(
        re.findall(r"^1,000,000 rows in 10 pieces on (?:10|20|1,000) workers: (\S+ s)", texts("14", 0), re.M)
    )
    assert len(of_ten) == 1
    assert re.search(
        r"1,000,000,000 rows in 100,000 pieces on 1,000 .*words 400 s, disk 64 s", texts("14", 0)
    )
    assert re.search(r"1,000,000,000 rows in 100 pieces on 1,000 .*words 0\.41 s, disk 64 s", texts("14", 0))


NOTEBOOK = """
import numpy as np
from helpers.interactive import explore_k
unused = 1 / 0
values = {}
values["a"] = np.arange(6.0)
rows = []
rows.append(values["a"])
def fit(X, k):
    return np.arange(len(X)) * k // len(X)
X = np.c_[rows[0], rows[0]]
explore_k(X, fit, [2, 3], X, ("one", "two"))
"""


def test_a_figure_is_made_by_what_it_depends_on_and_by_nothing_else():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOTEBOOK.strip())])
    with pytest.raises(ValueError, match="make refresh"):
        figures.run_figure(notebook)  # nothing is stored
    figure = notebook.cells[0]
    figure.outputs = [nbformat.v4.new_output("display_data", {"text/plain": "Something else."})]
    with pytest.raises(ValueError, match="make refresh"):
        figures.run_figure(notebook)
    space: dict = {}
    exec(figure.source.replace("unused = 1 / 0", ""), space)
    explorer = space["explore_k"](space["X"], space["fit"], [2, 3], space["X"], ("one", "two"))
    figure.outputs = [nbformat.v4.new_output("display_data", {"text/plain": explorer.poster()[1]})]
    function, again = figures.run_figure(notebook)
    assert function == "explore_k"
    assert again.text == explorer.text


# --- the glossary -----------------------------------------------------------------------------------------


def test_every_word_of_the_glossary_is_used_and_linked_where_it_is_first(trees):
    entries = glossary.entries()
    assert len(entries) >= 50
    terms = [entry.term for entry in entries]
    assert terms == sorted(terms, key=str.lower)
    addresses = {glossary.anchor(term) for term in terms}
    assert len(addresses) == len(terms)
    linked: dict[str, set[str]] = {}
    for name in NAMES:
        links = [link["href"] for link in trees[name].select("a.course-term")]
        assert len(links) == len(set(links)), f"{name}: once is enough"
        assert len(links) >= 5
        for link in links:
            linked.setdefault(link.removeprefix("glossary.html#"), set()).add(name)
    assert set(linked) == addresses, "words that no lesson uses"
    for address in addresses:
        assert trees["glossary"].find(id=address), address
    for entry in entries:  # the lessons to which it leads use it
        lessons = re.findall(r"\.\./notebooks/(\w+)\.ipynb", entry.meaning)
        assert lessons
        for name in lessons:
            said = main(trees[name]).text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
            said = " ".join(said.split())
            assert any(form.lower() in said for form in (entry.term, *entry.forms)), f"{name}: {entry.term}"


def test_longer_words_are_linked_whole_and_other_senses_not_at_all(trees):
    def linked(name: str) -> list[str]:
        return [link.text.lower() for link in trees[name].select("a.course-term")]

    assert "single linkage" in linked("04_density")
    assert not [text for text in linked("12_network") if text == "component"]
    assert "silhouette" not in linked("08_image_compression")
    for name in NAMES:
        references = trees[name].find(id="References").parent
        assert not references.select("a.course-term")


def test_from_the_archive_it_is_shown_by_one_command(site, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "site"), "zip", site.parent, site.name)
    shutil.unpack_archive(archive, tmp_path / "stick")
    command = [sys.executable, str(tmp_path / "stick" / site.name / "serve.py"), "--port=0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r"http://\S+", server.stdout.readline())[0]
            for file, kind in (
                ("index.html", "text/html"),
                ("_static/figure.js", "text/javascript"),
                ("lite/lab/index.html", "text/html"),
                ("lite/static/packages/pyodide-lock.json", "application/json"),
            ):
                with urllib.request.urlopen(address + file, timeout=60) as answer:
                    assert answer.headers["content-type"].startswith(kind), file
                    assert answer.read() == (site / file).read_bytes()
        finally:
            server.terminate()


def test_an_archive_needs_python_inside(monkeypatch):
    monkeypatch.delenv("CLUSTERING_COURSE_PYODIDE", raising=False)
    assert "CLUSTERING_COURSE_PYODIDE" in make_site.main(["--archive"])
    monkeypatch.setenv("CLUSTERING_COURSE_PYODIDE", "/no/such/folder")
    assert "expected a folder with Pyodide, found none at /no/such/folder" in make_site.main([])


# --- building ---------------------------------------------------------------------------------------------


def test_a_copy_of_pyodide_is_compared_with_its_lock(tmp_path):
    lock = json.loads(lite.LOCK.read_text())
    with pytest.raises(FileNotFoundError, match="pyodide.mjs: expected the file of Pyodide"):
        lite.copy_pyodide(tmp_path, tmp_path / "target", lock)
    (tmp_path / "pyodide.mjs").write_text("another")
    with pytest.raises(ValueError, match="found another"):
        lite.copy_pyodide(tmp_path, tmp_path / "target", lock)


def test_pyodide_is_fetched_whole_or_not_at_all(tmp_path):
    content = b"a file"
    good = hashlib.sha256(content).hexdigest()
    lock = {"info": {"version": "1.2.3", "runtime": dict.fromkeys(lite.RUNTIME, good)}, "packages": {}}
    fetched = []

    def fetch(address: str) -> bytes:
        fetched.append(address)
        return content

    lite.fetch_pyodide(tmp_path, lock, fetch)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(lite.RUNTIME)
    assert all(address.startswith("https://") and "/v1.2.3/" in address for address in fetched)
    lite.fetch_pyodide(tmp_path, lock, fetch)
    assert len(fetched) == len(lite.RUNTIME), "what is there is not fetched again"
    lock["info"]["runtime"]["pyodide.js"] = "0" * 64
    (tmp_path / "pyodide.js").unlink()
    with pytest.raises(ValueError, match="pyodide.js"):
        lite.fetch_pyodide(tmp_path, lock, fetch)
    assert not (tmp_path / "pyodide.js").exists()
