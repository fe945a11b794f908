"""An office's file, .xlsx or text, as tables of cells with the row numbers that a spreadsheet shows.

What a file is, is seen from its bytes, never from its name. Text: GBK (GB18030), UTF-8 or UTF-16, separated by
comma, semicolon or tab; a record with a line break inside a cell is one row.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from rules.tables import MAX_BYTES, MAX_ROWS, Row, Table, Unreadable, filled
from rules.words import N_, Words
from rules.workbooks import workbook

csv.field_size_limit(MAX_BYTES)


def read(source: Path | str | bytes) -> list[Table]:
    """The tables of a file (a path or its bytes), without rows that are blank. Raises Unreadable."""
    data = _bytes(source)
    for magic, refusal in _FOREIGN:
        if re.match(magic, data, re.DOTALL | re.IGNORECASE):
            raise Unreadable(refusal)
    tables = workbook(data) if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else [_text(data)]
    if sum(len(table.rows) for table in tables) > MAX_ROWS:
        raise Unreadable(_TOO_MANY_ROWS)
    return tables


# ------------------------------------------------------------------------------------------ what it is

_FOREIGN = (
    (
        rb"\xd0\xcf\x11\xe0",
        Words(N_("This is an old .xls workbook or one with a password: save it as .xlsx without one")),
    ),
    (
        rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\x00\x00\x00\x00|II\*\x00|MM\x00\*|RIFF.{4}WEBP|.{4}ftyp(?:heic|heix|mif1)",
        Words(N_("This is a picture, whatever its name says: export the table itself as .xlsx or .csv")),
    ),
    (rb"%PDF", Words(N_("This is a PDF: export the table itself as .xlsx or .csv"))),
    (
        rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|meta)",
        Words(N_("This is a web page, whatever its name says: open it in a spreadsheet and save it as .xlsx")),
    ),
)
_EMPTY = Words(N_("The file is empty: export it again"))
_TOO_LARGE = Words(
    N_("The file is larger than %(limit)s MB: split it, or export fewer months"), limit=MAX_BYTES // 2**20
)
_TOO_MANY_ROWS = Words(N_("The file has more than %(limit)s rows: split it, or export fewer months"), limit=MAX_ROWS)
_NO_TEXT = Words(N_("This is neither a workbook nor a text table: save it as .xlsx or .csv and upload that"))


def _bytes(source: Path | str | bytes) -> bytes:
    """The file's bytes; its size is looked at first."""
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = Path(source).stat().st_size
        except OSError:
            raise Unreadable(Words(N_("There is no file “%(name)s”"), name=Path(source).name)) from None
    if size > MAX_BYTES:
        raise Unreadable(_TOO_LARGE)
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError:
        raise Unreadable(Words(N_("The file “%(name)s” cannot be opened"), name=Path(str(source)).name)) from None
    if not data.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise Unreadable(_EMPTY)
    return data


# ------------------------------------------------------------------------------------------ text

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def _text(data: bytes) -> Table:
    text, cut = _decoded(data)
    if "\x00" in text:
        raise Unreadable(_NO_TEXT)
    lines = list(io.StringIO(text, newline=""))
    if not lines:
        raise Unreadable(_EMPTY)
    delimiter = _delimiter(lines[:30])
    if named := re.fullmatch(r"sep=(.)\s*", lines[0], re.IGNORECASE):  # a note to the spreadsheet, not a row of it
        delimiter, lines = named.group(1), lines[1:]
    table = Table("", cut=cut, unended=not text.endswith(("\n", "\r")))
    last = 0
    for number, (cells, start) in enumerate(_records(lines, delimiter), 1):
        last = start
        if any(filled(cell) for cell in cells):
            table.rows.append(Row(number, [cell or None for cell in cells]))
    table.cut = cut or _open_quote(lines[last:], delimiter)
    return table


def _decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether it ends in the middle of a letter. UTF-8 first: Chinese GBK is never valid UTF-8."""
    marked = next(((name, len(bom)) for bom, name in _BOMS if data.startswith(bom)), None)
    for name in (marked[0],) if marked else ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            return decoder.decode(data[marked[1] if marked else 0 :]), bool(decoder.getstate()[0])
        except UnicodeDecodeError:
            continue
    raise Unreadable(_NO_TEXT)


def _delimiter(lines: list[str]) -> str:
    """The separator that occurs most often in one line; titles have few."""
    return max(",;\t", key=lambda mark: max((line.count(mark) for line in lines), default=0))


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Each record with the index of the line in which it starts; a line break inside quotes does not end it."""
    reader = csv.reader(lines, delimiter=delimiter)
    start = 0
    for cells in reader:
        yield cells, start
        start = reader.line_num


def _open_quote(lines: list[str], delimiter: str) -> bool:
    """Whether the last record opens a quotation mark that is never closed."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False
