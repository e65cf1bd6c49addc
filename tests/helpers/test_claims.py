"""The table of claims shows what was measured, and nothing else."""

from __future__ import annotations

import pytest

from helpers.claims import claims_table

HEAD = "id,says,where,held,without,false,versions,date\n"


@pytest.fixture
def held(tmp_path):
    path = tmp_path / "held.csv"
    path.write_text(
        HEAD
        + '02-cut,"k is ""wrong"", <the> tree, right",Cut it,1101,0001,,numpy 2,2026-01-01\n'
        + "02-tall,A tree is tall,When `it` fails,1111,,0000,numpy 2,2026-01-01\n"
        + "03-other,Another lesson,There,1111,,0000,numpy 2,2026-01-01\n",
        encoding="utf-8",
    )
    return path


def test_counts_are_those_of_the_file(held):
    assert claims_table("02", held).rows == [
        ('k is "wrong", <the> tree, right', "3 of 4", "1 of 4", "Cut it"),
        ("A tree is tall", "4 of 4", "", "When it fails"),
    ]


def test_html_is_escaped_and_leads_to_the_heading(held):
    shown = claims_table("02", held)._repr_html_()
    assert "&lt;the&gt;" in shown
    assert '<a href="#When-it-fails">' in shown
    assert shown.count("<tr>") == 3


def test_the_text_says_the_same(held):
    assert repr(claims_table("02", held)).splitlines() == [
        'k is "wrong", <the> tree, right: held in 3 of 4, without the cause 1 of 4 (Cut it)',
        "A tree is tall: held in 4 of 4 (When it fails)",
    ]


def test_a_lesson_without_claims_is_an_error(held):
    with pytest.raises(ValueError, match="no claims of a lesson '04'"):
        claims_table("04", held)
    with pytest.raises(FileNotFoundError):
        claims_table("02", held.with_name("gone.csv"))
