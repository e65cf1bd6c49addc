"""load_customers: what it accepts and how it refuses the rest."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from helpers.datasets import DataError, customers, load_customers

HEADER = "CustomerID,Gender,Age,AnnualIncome,SpendingScore"
COLUMNS = HEADER.split(",")
GOOD = ["1,Female,23,15,39", "2,Male,45,16.5,81"]


@pytest.fixture
def table(tmp_path):
    def write(*lines, header=HEADER, encoding="utf-8", end="\n"):
        path = tmp_path / "table.csv"
        path.write_bytes((end.join([header, *lines]) + end).encode(encoding))
        return path

    return write


def customers_error(path):
    with pytest.raises(DataError) as info:
        load_customers(path)
    message = str(info.value)
    assert str(path) in message
    return message


def test_values_and_types(table):
    frame = load_customers(table(*GOOD))
    assert list(frame.columns) == COLUMNS
    assert frame.to_dict("records") == [
        dict(zip(COLUMNS, [1, "Female", 23, 15.0, 39], strict=True)),
        dict(zip(COLUMNS, [2, "Male", 45, 16.5, 81], strict=True)),
    ]
    assert [frame[c].dtype for c in ("CustomerID", "Age", "SpendingScore")] == [np.dtype("int64")] * 3
    assert frame["AnnualIncome"].dtype == np.dtype("float64")
    assert isinstance(frame.index, pd.RangeIndex)


def test_whole_incomes_are_integers(table):
    assert load_customers(table("1,Male,20,15.0,39"))["AnnualIncome"].dtype == np.dtype("int64")


def test_shipped_table(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # it does not depend on the working folder
    frame = load_customers()
    pd.testing.assert_frame_equal(frame, load_customers(ROOT / "data" / "customers.csv"))
    assert frame.shape == (200, 5)
    assert set(frame.select_dtypes("int64")) == set(COLUMNS) - {"Gender"}


@pytest.mark.parametrize(
    ("lines", "header", "options"),
    [
        (GOOD, HEADER, {"encoding": "utf-8-sig"}),
        (GOOD, HEADER, {"end": "\r\n"}),
        (GOOD, HEADER, {"end": "\r"}),
        ([GOOD[0], "", " , ,,,", GOOD[1], ""], HEADER, {}),
        (['1 , "Female",23, 15,39', "2,Male,45,16.5,81,,"], HEADER.replace(",", " , "), {}),
        (['"1","Female","23","15","39"', "2.0,Male,45,1.65e1,81"], HEADER.replace("Age", '"Age"'), {}),
        (["x,39,15,23,Female,1", "y,81,16.5,45,Male,2"], "City," + ",".join(reversed(COLUMNS)), {}),
    ],
    ids=["bom", "crlf", "cr", "blank lines", "spaces", "quotes and floats", "order and extra column"],
)
def test_layouts(table, lines, header, options):
    expected = load_customers(table(*GOOD))
    pd.testing.assert_frame_equal(load_customers(table(*lines, header=header, **options)), expected)


def test_other_genders_are_kept(table):
    frame = load_customers(table("1,non-binary,23,15,39", "2,Ж,45,16,81"))
    assert list(frame["Gender"]) == ["non-binary", "Ж"]


def test_range_limits_are_inside(table):
    frame = load_customers(table("0,Male,0,0,1", "9007199254740993,Male,120,1000000,100"))
    assert list(frame["CustomerID"]) == [0, 9007199254740993]
    assert list(frame["AnnualIncome"]) == [0, 1000000]


def test_ids_are_any_text_and_stay_as_they_are(table):
    frame = load_customers(table("C1,Male,20,15,39", "0x7,Male,20,15,39", "7,Male,20,15,39"))
    assert list(frame["CustomerID"]) == ["C1", "0x7", "7"]
    assert list(load_customers(table("7,Male,20,15,39", "07,Male,20,15,39"))["CustomerID"]) == ["7", "07"]


@pytest.mark.parametrize(
    ("lines", "separator", "income"),
    [
        (['1,Male,20,"15,000",39'], ",", [15000]),
        (['1,Male,20,"16,5",39', '2,Male,20,"15,25",39'], ",", [16.5, 15.25]),
        (["1,Male,20,15'000,39", "2,Male,20,15 000,39"], ",", [15000, 15000]),
        (["1;Male;20;16,5;39", "2;Male;20;15;39"], ";", [16.5, 15]),
        (["1;Male;20;1.234,5;39,5", "2;Male;20;15,000;39", "3;Male;20;15.000;39"], ";", [1234.5, 15, 15000]),
        (["1;Male;20;16.5;39"], ";", [16.5]),
        (["1;Male;20;1,234.5;39"], ";", [1234.5]),
        (["1\tMale\t20\t16,5\t39"], "\t", [16.5]),
        (["1|Male|20|16.5|39"], "|", [16.5]),
    ],
)
def test_numbers_as_people_write_them(table, lines, separator, income):
    frame = load_customers(table(*lines, header=HEADER.replace(",", separator)))
    assert list(frame["AnnualIncome"]) == income


def test_a_number_of_two_meanings_is_refused(table):
    message = customers_error(table("1;Male;20;15,000;39", header=HEADER.replace(",", ";")))
    assert "15,000 can be 15.000 or 15000" in message


def test_it_says_what_a_reader_should_know(table):
    assert load_customers(table(*GOOD)).attrs["notes"] == []
    header = (HEADER + ",City,Remark").replace(",", ";")
    notes = load_customers(table("1;Male;20;16,5;39;Zürich;x", header=header, encoding="latin-1")).attrs[
        "notes"
    ]
    assert "byte 0xfc on line 2" in notes[0]
    assert "Windows-1252" in notes[0]
    assert notes[1:] == [
        "separated by semicolons",
        "left out: 'City', 'Remark'",
        "commas read as decimal signs: 16,5 is 16.5",
    ]
    (dollars,) = load_customers(table("1,Male,20,52000,39", "2,Male,20,48000,39")).attrs["notes"]
    assert "above 50,000 thousand dollars: are they in dollars?" in dollars


def test_other_encodings_keep_their_letters(table):
    for encoding in ("latin-1", "utf-16"):
        frame = load_customers(table("1,Männlich,23,15,39", encoding=encoding))
        assert list(frame["Gender"]) == ["Männlich"]


@pytest.mark.parametrize(
    ("row", "column", "expected", "found"),
    [
        (",Male,45,16,81", "CustomerID", "an id", "nothing"),
        ("2,,45,16,81", "Gender", "text", "nothing"),
        ("2,NaN,45,16,81", "Gender", "text", "'NaN'"),
        ("2,Male,thirty,16,81", "Age", "a whole number from 0 to 120", "'thirty'"),
        ("2,Male,,16,81", "Age", "a whole number from 0 to 120", "nothing"),
        ("2,Male,121,16,81", "Age", "a whole number from 0 to 120", "'121'"),
        ("2,Male,-1,16,81", "Age", "a whole number from 0 to 120", "'-1'"),
        ("2,Male,30.5,16,81", "Age", "a whole number from 0 to 120", "'30.5'"),
        ("2,Male,4_5,16,81", "Age", "a whole number from 0 to 120", "'4_5'"),
        ("2,Male,45,-0.1,81", "AnnualIncome", "a number from 0 to 1000000", "'-0.1'"),
        ("2,Male,45,nan,81", "AnnualIncome", "a number from 0 to 1000000", "'nan'"),
        ("2,Male,45,1e999,81", "AnnualIncome", "a number from 0 to 1000000", "'1e999'"),
        ('2,Male,45,"16,5,1",81', "AnnualIncome", "a number from 0 to 1000000", "'16,5,1'"),
        ("2,Male,45,$16,81", "AnnualIncome", "a number from 0 to 1000000", "'$16'"),
        ("2,Male,45,16,0", "SpendingScore", "a number from 1 to 100", "'0'"),
        ("2,Male,45,16,101", "SpendingScore", "a number from 1 to 100", "'101'"),
        ("1,Male,45,16,81", "CustomerID", "each id once", "'1' again (see line 2)"),
        ("2,Male,45," + "9" * 500 + ",81", "AnnualIncome", "a number", "'" + "9" * 40 + "...'"),
    ],
)
def test_bad_cell(table, row, column, expected, found):
    message = customers_error(table(GOOD[0], row))
    assert "1 problem\n" in message
    assert f"line 3, column {column}: expected {expected}" in message
    assert f"found {found}\n" in message
    assert "Correct" in message


def test_line_numbers_count_blank_and_continued_lines(table):
    message = customers_error(table("", '1,"Fe\nmale",23,15,39', "", "2,Male,old,16,81"))
    assert "line 6, column Age" in message


@pytest.mark.parametrize(("row", "found"), [("2,Male,45", 3), ("2,Male,45,16,5,81", 6)])
def test_uneven_row(table, row, found):
    message = customers_error(table(GOOD[0], row))
    assert f"line 3: expected 5 values as in the header, found {found}" in message


def test_reports_five_problems_and_counts_the_rest(table):
    message = customers_error(table(",Male,old,15,0", *(f"{i},Male,old,15,39" for i in range(5))))
    assert "8 problems" in message
    assert all(f"line 2, column {name}" in message for name in ("CustomerID", "Age", "SpendingScore"))
    assert "line 4, column Age" in message
    assert "line 5" not in message
    assert "and 3 more" in message


def test_missing_columns_suggest_the_near_match(table):
    header = "CustomerID,Genre,Age,Annual Income (k$),Spending Score (1-100)"
    message = customers_error(table(*GOOD, header=header))
    assert "missing Gender, AnnualIncome, SpendingScore" in message
    assert "found 'CustomerID', 'Genre'" in message
    assert "Rename 'Annual Income (k$)' to 'AnnualIncome'." in message
    assert "Rename 'Spending Score (1-100)' to 'SpendingScore'." in message
    assert "Rename 'Genre' to 'Gender'." in message


def test_without_a_header(table):
    message = customers_error(table(GOOD[1], header=GOOD[0]))
    assert "line 1: expected the columns CustomerID" in message
    assert "Name the columns on the first line" in message


def test_repeated_column(table):
    assert "Age more than once" in customers_error(table("1,Male,2,3,4,5", header=HEADER + ",Age"))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_missing_column_is_named_whatever_separates_them(table, delimiter):
    header = HEADER.replace("Age,", "").replace(",", delimiter)
    assert "missing Age" in customers_error(table(*GOOD, header=header))


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_empty_file(tmp_path, content):
    path = tmp_path / "empty.csv"
    path.write_bytes(content)
    assert "found an empty file" in customers_error(path)


def test_header_only(table):
    assert "found only the header" in customers_error(table())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
        (b"PK\x03\x04\x14\0\x06\0", "a spreadsheet or zip file"),
        ((HEADER + "\n1,Weibl").encode() + b"\x81ch,2,3,4\n", "byte 0x81 on line 2"),
    ],
)
def test_not_text(tmp_path, content, found):
    path = tmp_path / "strange.csv"
    path.write_bytes(content)
    message = customers_error(path)
    assert f"found {found}" in message
    assert "CSV UTF-8" in message


@pytest.mark.parametrize("row", ['2,"Male,45,16,81', "2,Male," + "9" * 200_000 + ",16,81"])
def test_row_that_cannot_be_split(table, row):
    assert "line 3: expected separated values" in customers_error(table(GOOD[0], row))


def test_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv: expected a file, found none\. Give"):
        load_customers(tmp_path / "nowhere.csv")
    with pytest.raises(IsADirectoryError, match="found a folder"):
        load_customers(tmp_path)


def test_course_table_gone(monkeypatch, tmp_path):
    monkeypatch.setattr(customers, "_COURSE_TABLE", tmp_path / "customers.csv")
    with pytest.raises(FileNotFoundError, match="restore it"):
        load_customers()
