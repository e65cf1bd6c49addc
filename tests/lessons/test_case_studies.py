"""The case studies run on other people's data: the cells that depend on the data, on a file of your own."""

from __future__ import annotations

import ast
import os
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image
from plotly.data import tips

from helpers.datasets import load_customers

SHARED = os.environ.get("CLUSTERING_COURSE_DATA", "")
# Where the data of each lesson come in.
SOURCE = {
    "07_customer_segmentation": "OWN_TABLE",
    "08_image_compression": "OWN_PHOTO",
    "13_own_table": "OWN_TABLE",
}


def names(source):
    """Return the names that a cell uses, those that it changes (also by an index), and those it imports."""
    used, changed, imported = set(), set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else changed).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            changed.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Subscript | ast.Attribute):
            inner = node
            while isinstance(inner, ast.Subscript | ast.Attribute):
                inner = inner.value
            if isinstance(inner, ast.Name) and not isinstance(node.ctx, ast.Load):
                changed.add(inner.id)
    return used, changed, imported


def depending(sources, start):
    """Return which cells depend on the name `start`, with those that they need: True or False for each."""
    cells = [names(source) for source in sources]
    reached, wanted = {start}, []
    for used, changed, _ in cells:
        wanted.append(bool((used | changed) & reached))
        if wanted[-1]:
            reached |= changed
    needed: set[str] = set()
    known = -1
    while known < len(needed):  # a function may need what is defined after it
        known = len(needed)
        for place, (used, changed, imported) in enumerate(cells):
            wanted[place] = wanted[place] or bool((changed | imported) & needed)
            needed |= used if wanted[place] else set()
    return wanted


def test_what_depends_on_a_name_is_found():
    sources = [
        "import numpy as np",
        "from somewhere import load, unused",
        "mine = load()",
        "other = np.ones(3)",
        "def double(x): return factor * x",
        "factor = 2",
        "result = {}",
        "result['a'] = double(mine)",
        "print(other)",
        "print(result)",
    ]
    assert [s for s, w in zip(sources, depending(sources, "mine"), strict=True) if w] == [
        "from somewhere import load, unused",
        "mine = load()",
        "def double(x): return factor * x",
        "factor = 2",
        "result = {}",
        "result['a'] = double(mine)",
        "print(result)",
    ]


def run(name, monkeypatch, **environment):
    """Execute what depends on the data with these environment variables; return all that it printed."""
    for variable, value in environment.items():
        monkeypatch.setenv(variable, str(value))
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    wanted = depending([cell.source for cell in code], SOURCE[name])
    assert 10 < sum(wanted) < len(code)
    notebook.cells = [cell for cell, chosen in zip(code, wanted, strict=True) if chosen]
    NotebookClient(
        notebook, timeout=1800, resources={"metadata": {"path": str(ROOT / "notebooks")}}
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [o for o in outputs if o.get("name") == "stderr"], "a warning on other data"
    return "".join(output.get("text", "") for output in outputs)


def test_customers_runs_on_the_real_table(monkeypatch):
    path = os.path.join(SHARED, "Customers.csv")
    if not os.path.isfile(path):
        pytest.skip("needs the real customers table in CLUSTERING_COURSE_DATA")
    printed = run("07_customer_segmentation", monkeypatch, CUSTOMERS=path)
    age_x_score = next(line for line in printed.splitlines() if line.startswith("Age x Score"))
    assert age_x_score.split()[6:9] == ["0.469", "0.453", "0.500"]  # k = 2, 3, 4
    assert "'the silhouette for k = 4' 0.402, but the model has 11 clusters" in printed
    assert "sum: 201 of 200" in printed or "sum: 200 of 200" in printed
    assert " 0.554 " in next(line for line in printed.splitlines() if line.startswith("Income x Score"))
    assert " 0.452 " in next(line for line in printed.splitlines() if line.startswith("all three"))
    assert "were not checked" in printed


def test_customers_runs_on_a_small_table_of_another_shape(monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    table = load_customers().sample(60, random_state=0)
    table = table.assign(Gender="not given", Age=rng.integers(0, 100, size=60), Remark="x")
    table[table.columns[::-1]].to_csv(tmp_path / "mine.csv", index=False)
    printed = run("07_customer_segmentation", monkeypatch, CUSTOMERS=tmp_path / "mine.csv")
    assert "60 customers: {'not given': 60}" in printed
    assert "your own table: nobody knows the true segments." in printed


def test_customers_says_what_a_large_table_costs_and_labels_all_of_it(monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    table = load_customers().sample(5000, replace=True, random_state=0).reset_index(drop=True)
    table["AnnualIncome"] += rng.normal(size=5000).round(1) + 3
    table["CustomerID"] = [f"C{i}" for i in range(5000)]
    table.to_csv(tmp_path / "large.csv", index=False, sep=";", decimal=",")
    printed = run("07_customer_segmentation", monkeypatch, CUSTOMERS=tmp_path / "large.csv")
    assert "note: separated by semicolons" in printed
    assert "5,000 customers. The analysis looks at 2,000 of them" in printed
    assert "25,000,000" in printed
    assert "written: 5000 rows" in printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CustomerID,Gender,Age\n1,Female,20\n", "AnnualIncome"),
        (pd.DataFrame(load_customers().head(20)).to_csv(index=False), "20 customers, fewer than 30"),
    ],
    ids=["missing column", "too few customers"],
)
def test_customers_refuses_a_bad_table(monkeypatch, tmp_path, text, message):
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CellExecutionError, match=message):
        run("07_customer_segmentation", monkeypatch, CUSTOMERS=tmp_path / "bad.csv")


def test_own_table_runs_on_a_table_that_it_was_not_written_for(monkeypatch, tmp_path):
    tips().to_csv(tmp_path / "tips.csv", index=False)
    printed = run("13_own_table", monkeypatch, TABLE=tmp_path / "tips.csv", QUICK="1")
    assert re.search(r"size +number +6 whole numbers: a code\?", printed)
    assert re.search(r"day +category +4 values", printed)
    assert "table_with_clusters.csv: 244 rows" in printed
    assert "were not checked" in printed


def test_own_table_runs_on_many_rows_of_categories_without_groups(monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    drawn = {name: rng.choice(["p", "q", "r"], size=20_000) for name in "abc"}
    drawn["d"] = rng.choice(["p", "q", ""], size=20_000)
    pd.DataFrame(drawn).to_csv(tmp_path / "many.csv", index=False, sep=";")
    printed = run("13_own_table", monkeypatch, TABLE=tmp_path / "many.csv", QUICK="1")
    assert "note: separated by semicolons" in printed
    assert "note: 20,000 rows: 2,000 of them, drawn at random, are looked at" in printed
    assert "The BIC sees one group. Two are made all the same" in printed
    assert "table_with_clusters.csv: 20,000 rows" in printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("a\n" + "1\n2\n3\n" * 20, "fewer than two columns can be used"),
        ("a,b\n" + ",n/a\n" * 40, "all gaps"),
        ("a,b\n" + "1,2\n" * 40 + "1,2,3\n", "line 42: expected 2 values"),
    ],
    ids=["empty", "one column", "all gaps", "a long line"],
)
def test_own_table_refuses_a_bad_table(monkeypatch, tmp_path, text, message):
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CellExecutionError, match=message):
        run("13_own_table", monkeypatch, TABLE=tmp_path / "bad.csv", QUICK="1")


def picture(mode):
    """A small picture with a gradient and some noise, in one of Pillow's modes."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:96, :128]
    channels = [x, y, x + y, rng.integers(40, size=x.shape)]
    array = np.stack([c * 255 // max(c.max(), 1) for c in channels], axis=-1).astype(np.uint8)
    image = Image.fromarray(array[..., :3])
    if mode == "RGBA":
        image.putalpha(Image.fromarray(array[..., 0]))
        return image
    return image.convert(mode)


# Every kind of file is the loader's matter, and tested there; here, pictures with many, few and two colours.
@pytest.mark.parametrize("mode", ["RGBA", "L", "1"])
def test_image_compression_runs_on_other_pictures(monkeypatch, tmp_path, mode):
    path = tmp_path / "mine.png"
    picture(mode).save(path)
    printed = run("08_image_compression", monkeypatch, PHOTO=path)
    assert "96 x 128 = 12,288 pixels" in printed
    assert "were not checked" in printed


def test_the_fast_palette_is_as_good_on_a_real_photo(monkeypatch, tmp_path):
    path = os.path.join(SHARED, "palace.jpg")
    if not os.path.isfile(path):
        pytest.skip("needs the photo palace.jpg in CLUSTERING_COURSE_DATA")
    # An eighth as wide and high: ten starts of plain k-means would be most of a run of all tests.
    small = Image.open(path).reduce(8)
    small.save(tmp_path / "palace.png")
    printed = run("08_image_compression", monkeypatch, PHOTO=tmp_path / "palace.png")
    assert f"{small.height} x {small.width} = {small.height * small.width:,} pixels" in printed
    table = printed[printed.index("times faster") :].splitlines()
    # route, starts, points looked at (for one start), seconds, decibels, times faster
    row = re.compile(r" *(.*?) +(1|10) +(?:[\d.]+ +)?[\d.]+ +([\d.]+) +[\d.]+$")
    decibels = {(found[1], int(found[2])): float(found[3]) for found in map(row.match, table[1:13])}
    assert decibels["sample of 20,000", 10] >= decibels["plain k-means", 10] - 0.1


def test_image_compression_refuses_a_text_file(monkeypatch, tmp_path):
    (tmp_path / "text.jpg").write_text("not a picture", encoding="utf-8")
    with pytest.raises(CellExecutionError, match=r"text\.jpg: expected an image"):
        run("08_image_compression", monkeypatch, PHOTO=tmp_path / "text.jpg")
