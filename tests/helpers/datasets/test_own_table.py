"""load_table and table_pieces: any table is read, or refused with the line and the reason."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.datasets import DataError, load_table, table_pieces

HEADER = "id,age,channel,joined,note,gap,same"
ROWS = [
    f"{i},{20 + i % 37},{['web', 'shop', 'app'][i % 3]},2025-{1 + i % 12:02d}-03,free text {i},,x"
    for i in range(1, 61)
]


@pytest.fixture
def file(tmp_path):
    def write(*lines, encoding="utf-8", end="\n"):
        path = tmp_path / "mine.csv"
        path.write_bytes((end.join(lines) + end).encode(encoding))
        return path

    return write


def refused(path, **options):
    with pytest.raises(DataError) as info:
        load_table(path, **options)
    assert str(path) in str(info.value) or "column" in str(info.value)
    return str(info.value)


def test_kinds_are_guessed_and_shown(file):
    table = load_table(file(HEADER, *ROWS))
    assert list(table) == ["age", "channel", "joined"]
    assert [table[name].dtype.name for name in table] == ["float64", "category", "float64"]
    kinds = table.attrs["kinds"]
    assert {name: row["kind"] for name, row in kinds.items()} == {
        "id": "leave out",
        "age": "number",
        "channel": "category",
        "joined": "number",
        "note": "leave out",
        "gap": "leave out",
        "same": "leave out",
    }
    why = {name: row["why"] for name, row in kinds.items()}
    assert why["id"] == "numbers the rows"
    assert why["joined"] == "dates, as days"
    assert why["gap"] == "all gaps"
    assert why["same"] == "one value"
    assert table.index[0] == 2  # the line in the file
    assert table["age"].iloc[0] == 21
    assert table["joined"].iloc[0] == (pd.Timestamp("2025-02-03") - pd.Timestamp(0)).days
    assert table.attrs["rows"] == 60
    assert pd.concat([table, table]).shape == (120, 3)  # pandas compares attrs there
    assert table.attrs["notes"] == []


def test_a_wrong_guess_is_corrected(file):
    path = file(HEADER, *ROWS)
    table = load_table(path, kinds={"age": "category", "id": "number", "channel": "leave out"})
    assert list(table) == ["id", "age", "joined"]
    assert table["age"].dtype == "category"
    assert table.attrs["kinds"]["age"]["why"] == "as you say"
    assert "has no column 'agee'" in refused(path, kinds={"agee": "number"})
    assert "expected one of number, category, leave out" in refused(path, kinds={"age": "text"})
    assert "no value is a number" in refused(path, kinds={"channel": "number"})


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "the file is empty"),
        ([""], "the file is empty"),
        (["a,b"], "0 rows, fewer than 30"),
        (["a,b", *["1,2"] * 29], "29 rows, fewer than 30"),
        (["a,b", *["1,2"] * 40, "1,2,3"], "line 42: expected 2 values as in the header, found 3"),
        (["a,b", "1,2", "", '"1,2', *["1,2"] * 40], "line 4: expected separated values"),
        (["a,,b", *["1,2,3"] * 40], "line 1: column 2 has no name"),
        (["a,b,a", *["1,2,3"] * 40], "line 1: a more than once"),
        (["1,2,3", *["1,2,3"] * 40], "line 1: expected names of columns, found only numbers"),
        (["a", *map(str, range(40))], "fewer than two columns can be used"),
        (["a,b", *[",n/a"] * 40], "a: leave out (all gaps); b: leave out (all gaps)"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_line_and_the_reason(file, lines, words):
    assert words in refused(file(*lines))


def test_files_that_are_none(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"TABLE=table\.csv make lab"):
        load_table(tmp_path / "none.csv")
    with pytest.raises(IsADirectoryError):
        load_table(tmp_path)
    for name, data, words in (("a.xlsx", b"PK\x03\x04rest", "spreadsheet"), ("b.bin", b"a,b\n\0", "binary")):
        (tmp_path / name).write_bytes(data)
        assert words in refused(tmp_path / name)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_other_forms_are_read_and_noted(file, delimiter, encoding):
    rows = [f"{i / 4}{delimiter}{['süd', 'nord'][i % 2]}" for i in range(50)]
    table = load_table(file(f"height{delimiter}place", *rows, encoding=encoding, end="\r\n"))
    assert table["height"].tolist() == [i / 4 for i in range(50)]
    assert set(table["place"]) == {"süd", "nord"}
    notes = " ".join(table.attrs["notes"])
    assert ("separated by" in notes) == (delimiter != ",")
    assert ("Windows-1252" in notes) == (encoding == "cp1252")
    assert ("UTF-16" in notes) == (encoding == "utf-16")


def test_numbers_as_people_write_them(file):
    rows = [f"{7 * i % 40},5;{1000 + i % 9}" for i in range(40)]
    table = load_table(file("a;b", *rows))
    assert table["a"].tolist() == [7 * i % 40 + 0.5 for i in range(40)]
    grouped = load_table(file("a,b", *[f'"{41 - i},000",{i % 7}' for i in range(1, 41)]))
    assert grouped["a"].tolist() == [1000.0 * (41 - i) for i in range(1, 41)]


def test_cells_that_are_no_number_are_gaps_and_counted(file):
    rows = [f"{i % 19},{i % 3}" for i in range(60)]
    rows[7] = "unknown,1"
    rows[9] = "?,1"
    table = load_table(file("a,b", *rows))
    assert table["a"].isna().sum() == 2
    (note,) = table.attrs["notes"]
    assert note == "column a: 2 values are no numbers and were read as gaps, the first on line 9: 'unknown'"


def test_a_code_is_told_from_a_number_only_by_the_reader(file):
    table = load_table(file("code,x,flag", *[f"{i % 5},{i / 7},{i % 2}" for i in range(40)]))
    kinds = table.attrs["kinds"]
    assert kinds["code"]["kind"] == "number"
    assert kinds["code"]["why"] == "5 whole numbers: a code?"
    assert kinds["flag"]["kind"] == "category"  # two values


def test_only_numbers_that_count_the_rows_are_left_out(file):
    rng = np.random.default_rng(0)
    money = rng.permutation(10_000)[:50]
    table = load_table(file("price,hybrid,user_id", *[f"{m},{m + 3},{m * 7}" for m in money]))
    assert {name: row["kind"] for name, row in table.attrs["kinds"].items()} == {
        "price": "number",
        "hybrid": "number",
        "user_id": "leave out",
    }


def test_a_long_file_is_sampled_and_said_to_be(file):
    path = file("a,b", *[f"{i},{i % 3}.5" for i in range(5000)])
    table = load_table(path, kinds={"a": "number"}, most=300, seed=1)
    assert len(table) == 300
    assert table.index.is_monotonic_increasing
    assert table.index.is_unique
    assert (table["a"] == table.index - 2).all()
    assert abs(table["a"].mean() - 2500) < 4 * 1443 / np.sqrt(300)
    assert table.attrs["notes"] == ["5,000 rows: 300 of them, drawn at random, are looked at"]
    again = load_table(path, kinds={"a": "number"}, most=300, seed=1)
    pd.testing.assert_frame_equal(table, again)
    assert not load_table(path, kinds={"a": "number"}, most=300, seed=2).equals(table)


def test_every_row_has_the_same_chance(file):
    path = file("a,b", *[f"{i},{i % 7}" for i in range(60)])
    counts = np.zeros(60)
    for seed in range(200):
        counts[load_table(path, kinds={"a": "number"}, most=30, seed=seed)["a"].astype(int)] += 1
    assert counts.sum() == 200 * 30
    assert counts.min() > 100 - 5 * np.sqrt(50)
    assert counts.max() < 100 + 5 * np.sqrt(50)


def test_memory_does_not_grow_with_the_file(file):
    path = file("a,b,c", *[f"{i % 997},{i % 11}.25,{'xyz'[i % 3]}" for i in range(200_000)])
    tracemalloc.start()
    table = load_table(path)
    n_rows = sum(len(piece) for piece in table_pieces(path, like=table, size=10_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_rows == 200_000
    assert peak < 20e6


def test_pieces_have_the_kinds_of_the_table(file):
    path = file(HEADER, *ROWS)
    table = load_table(path)
    pieces = list(table_pieces(path, like=table, size=25))
    assert [len(piece) for piece in pieces] == [25, 25, 10]
    whole = pd.concat(pieces)
    pd.testing.assert_frame_equal(whole, table, check_flags=False)
    assert whole.index.tolist() == list(range(2, 62))


def test_pieces_of_another_file(file):
    table = load_table(file("x,kind", *[f"{i / 3},{'ab'[i % 2]}" for i in range(40)]))
    (piece,) = table_pieces(file("kind,more,x", "c,1,2.5", "a,1,none", "b,1,oops"), like=table)
    assert list(piece) == ["x", "kind"]
    assert piece["x"].isna().tolist() == [False, True, True]
    assert piece["kind"].isna().tolist() == [True, False, False]  # a value that the table did not have
    assert list(piece["kind"].cat.categories) == ["a", "b"]
    with pytest.raises(DataError, match="missing kind"):
        list(table_pieces(file("x", "1"), like=table))
    with pytest.raises(DataError, match="line 3: expected 2 values"):
        list(table_pieces(file("x,kind", "1,a", "2"), like=table))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8),
            st.floats(allow_nan=False, allow_infinity=False, width=32),
        ),
        min_size=30,
        max_size=60,
    )
)
def test_whatever_is_written_by_pandas_is_read_or_refused(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    pd.DataFrame(rows, columns=["words", "number"]).to_csv(path, index=False, lineterminator="\n")
    try:
        table = load_table(path, kinds={"number": "number", "words": "category"})
    except DataError:
        return
    assert table["number"].dropna().tolist() == pytest.approx([value for _, value in rows])


def test_the_courses_own_tables_are_read():
    for name in ("customers", "airports", "purchases", "shop_customers"):
        table = load_table(ROOT / "data" / f"{name}.csv")
        assert table.shape[1] >= 2
