"""Files as offices bring them, read into rows with the numbers that a spreadsheet shows."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rules import tables, tabular
from rules.tables import Unreadable


def book(*rows: list[Any], far: str = "", hidden: bool = False) -> bytes:
    """A workbook with `rows`, a value in the cell `far`, and a hidden sheet before it."""
    made = openpyxl.Workbook()
    if hidden:
        made.active.append(["secret"])
        made.active.sheet_state = "hidden"
        made.create_sheet("data")
    sheet = made.worksheets[-1]
    for row in rows:
        sheet.append(row)
    if far:
        sheet[far] = "x"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rows(source: bytes | str) -> list[tuple[int, list[Any]]]:
    found = tabular.read(source if isinstance(source, bytes) else source.encode())
    return [(row.line, row.cells) for row in found[0].rows]


def why(source: bytes | Path) -> str:
    with pytest.raises(Unreadable) as caught:
        tabular.read(source)
    return str(caught.value)


TEXT = '标题\r\n编号,地址\r\nC1,"某路311号\n后门卸货"\r\n\r\nC2,某路\r\n'
READ = [(1, ["标题"]), (2, ["编号", "地址"]), (3, ["C1", "某路311号\n后门卸货"]), (5, ["C2", "某路"])]


@pytest.mark.parametrize("coding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_text_file_is_read_in_every_coding_an_office_uses(coding: str) -> None:
    assert rows(TEXT.encode(coding)) == READ


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_separate_too(mark: str) -> None:
    assert rows(TEXT.replace(",", mark)) == READ


def test_a_line_break_in_a_cell_does_not_count_as_a_row_and_a_blank_line_does() -> None:
    assert [line for line, _ in rows(TEXT)] == [1, 2, 3, 5]


def test_the_note_that_names_the_separator_is_no_row() -> None:
    assert rows("sep=;\r\na;b,c\r\n") == [(1, ["a", "b,c"])]


def test_a_workbook_keeps_its_row_numbers_dates_and_line_breaks() -> None:
    data = book(["标题"], [], ["编号", "起", "址"], ["C1", datetime(2025, 9, 24, 8, 5), "甲\n乙"])
    assert rows(data) == [
        (1, ["标题", None, None]),
        (3, ["编号", "起", "址"]),
        (4, ["C1", datetime(2025, 9, 24, 8, 5), "甲\n乙"]),
    ]


def test_hidden_sheets_are_not_read() -> None:
    assert rows(book(["a", "b"], hidden=True)) == [(1, ["a", "b"])]


def test_a_formula_that_fails_is_not_taken_for_a_blank() -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", "#N/A", "c"])
    made.active["B1"].data_type = "e"
    out = io.BytesIO()
    made.save(out)
    assert rows(out.getvalue()) == [(1, ["a", "#VALUE!", "c"])]


@pytest.mark.parametrize("size", [len('a,b\r\nC1,"某路311号\n后'.encode()), len('a,b\r\nC1,"某'.encode()) - 1])
def test_a_text_file_that_ends_inside_a_cell_says_so(size: int) -> None:
    table = tabular.read('a,b\r\nC1,"某路311号\n后门"\r\n'.encode()[:size])[0]
    assert table.cut
    assert table.rows[-1].line == 2


def test_a_stray_quotation_mark_inside_a_cell_is_no_cut() -> None:
    table = tabular.read('a,b\n5" 屏,x\n'.encode())[0]
    assert not table.cut
    assert table.rows[-1].cells == ['5" 屏', "x"]


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"\r\n \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(data: bytes) -> None:
    assert "is empty" in why(data)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n0000", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF0000WEBPVP8 ", b"0000ftypheic"]
)
def test_a_picture_is_known_whatever_its_name(data: bytes, tmp_path: Path) -> None:
    named = tmp_path / "customers.xlsx"
    named.write_bytes(data)
    assert "This is a picture" in why(named)


def test_other_files_are_named_for_what_they_are() -> None:
    assert "PDF" in why(b"%PDF-1.7")
    assert "old .xls" in why(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert "web page" in why(b"\r\n<html><table><tr>")
    assert "no workbook" in why(packed(**{"photo.txt": b"x"}))
    assert "neither a workbook nor a text" in why(b"\x00\x01\x02\x03" * 9)
    assert "no file" in why(Path("nowhere.csv"))


def test_a_workbook_that_was_cut_off_is_said_to_be_damaged() -> None:
    whole = book(["编号", "名称"], ["C1", "甲"])
    assert "damaged" in why(whole[: len(whole) // 2])
    assert "damaged" in why(whole[:30])


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert "larger than 20 MB" in why(large)
    assert "larger than 20 MB" in why(b"x" * (tables.MAX_BYTES + 1))


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.workbooks.MAX_UNPACKED", 1_000_000)
    assert "unpacks to more" in why(packed(xl__workbook_xml=b"", **{"xl/workbook.xml": b"0" * 2_000_000}))


def test_a_cell_far_outside_is_named_before_it_fills_the_memory() -> None:
    assert "Cell XFD3000 lies far outside" in why(book(["编号"], far="XFD3000"))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.tabular.MAX_ROWS", 2)
    assert "rows: split it" in why(b"a\nb\nc\n")
