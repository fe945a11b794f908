"""The header of an office's table, and its rows read into records and checked within the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rules.cells import Cell, lines
from rules.records import Field, Kind, Problem, Record
from rules.tables import Row, Table, Unreadable
from rules.words import N_, Refused, Words

HEADER_WITHIN = 30  # rows above the header that may hold titles
_SUMS = "合计|总计|小计|共计|累计|total|subtotal|sum"
_TOTAL = re.compile(rf"(?:{_SUMS}):?", re.IGNORECASE)
_FOOT = re.compile("合计|总计|小计|共计|累计|制表|审核|打印|注:|备注:")
_TWICE = N_("The columns %(first)s and %(second)s mean the same; only %(first)s is read")
_REPEATED = N_("The same number stands in row %(line)s; that one counts")
_REPEATED_REFUSED = N_("The same number stands in row %(line)s, which is refused; keep one of them")
_TOO_WIDE = N_("The row has %(count)s cells, the header %(columns)s: text with a separator needs quotation marks")
_TOO_LONG = N_("This text has %(count)s characters; %(longest)s fit")
IGNORED = ("序号", "编号序", "no.", "#", "lineandreason", "行号与原因")


@dataclass(frozen=True)
class Column:
    """A column of the file that is read: its place, its header as written, the unit its header names."""

    index: int
    header: str
    unit: str
    field: Field


@dataclass
class Sheet:
    """A table whose header was found."""

    kind: Kind
    table: Table
    header: Row
    columns: list[Column]
    doubts: list[Problem]

    def header_of(self, name: str) -> str:
        """The header of a field as it stands in the file, else its first alias."""
        found = (column.header for column in self.columns if column.field.name == name)
        return next(found, self.kind.named[name].header)

    def problem(self, line: int, name: str, why: Words) -> Problem:
        """A problem of field `name`."""
        return Problem(line, self.header_of(name), why, self.kind.named[name].label)


# ------------------------------------------------------------------------------------------ the header


def folded(header: Cell) -> str:
    """A header as headers are compared: half width, lower case, no blanks, marks or bracketed units."""
    text = unicodedata.normalize("NFKC", str(header or "")).lower()
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[\s*:/_·-]+", "", text)


def find(kind: Kind, kinds: Iterable[Kind], tables: list[Table]) -> Sheet:
    """The first table with a header of `kind`. Raises Unreadable: none, columns missing, another kind's file."""
    best: tuple[int, Table, Row] | None = None
    for table in tables:
        for row in table.rows[:HEADER_WITHIN]:
            count = len(_fields(kind, row))
            if best is None or count > best[0]:
                best = (count, table, row)
    if best is None:
        raise Unreadable(Words(N_("There is no row in the file: export it again")))
    count, table, header = best
    _right_kind(kind, kinds, tables, count)
    missing = [each for each in kind.fields if each.required and each not in _fields(kind, header)]
    if count < 2 or len(missing) == sum(each.required for each in kind.fields):
        raise Unreadable(
            Words(
                N_("No header row was found: the first rows need column names such as %(names)s"),
                names="、".join(each.header for each in kind.fields if each.required),
            )
        )
    if missing:
        raise Unreadable(
            Words(
                N_("The column %(name)s is missing in row %(line)s: add it, or correct its name"),
                name="、".join(each.header for each in missing),
                line=header.line,
            )
        )
    return _sheet(kind, table, header)


def _fields(kind: Kind, row: Row) -> list[Field]:
    names = {folded(cell) for cell in row.cells if isinstance(cell, str)}
    return [each for each in kind.fields if names & _aliases(each)]


def _aliases(each: Field) -> set[str]:
    return {folded(alias) for alias in (*each.aliases.split(), each.label)}


def _right_kind(kind: Kind, kinds: Iterable[Kind], tables: list[Table], count: int) -> None:
    rows = [row for table in tables for row in table.rows[:HEADER_WITHIN]]
    for other in kinds:
        if other is not kind and any(len(_fields(other, row)) > max(count, 3) for row in rows):
            raise Unreadable(
                Words(
                    N_("This is a file of %(other)s, not of %(kind)s: import it as %(other)s"),
                    other=Words(other.label),
                    kind=Words(kind.label),
                )
            )


def _sheet(kind: Kind, table: Table, header: Row) -> Sheet:
    sheet = Sheet(kind, table, header, [], [])
    by_name = {alias: each for each in kind.fields for alias in _aliases(each)}
    taken: dict[str, str] = {}
    for index, cell in enumerate(header.cells):
        name, found = str(cell or "").strip(), by_name.get(folded(cell))
        if found and found.name not in taken:
            taken[found.name] = name
            sheet.columns.append(Column(index, name, _unit(name), found))
        elif found:
            why = Words(_TWICE, first=taken[found.name], second=name)
            sheet.doubts.append(Problem(header.line, name, why))
        elif folded(name) and folded(name) not in IGNORED:
            why = Words(N_("The column %(name)s is not known and was not read"), name=name)
            sheet.doubts.append(Problem(header.line, name, why))
    return sheet


def _unit(header: str) -> str:
    """The unit in brackets: 重量(吨) → 吨."""
    found = re.search(r"\(([^)]*)\)", unicodedata.normalize("NFKC", header))
    return found.group(1).strip().lower() if found else ""


# ------------------------------------------------------------------------------------------ the rows


def records(sheet: Sheet) -> list[Record]:
    """Every row below the header but totals, notes and repeated headers, read and checked within the file."""
    below = [row for row in sheet.table.rows if row.line > sheet.header.line and not _foot(row, sheet)]
    usual = max([len(sheet.header.cells), min((len(row.cells) for row in below), default=0)])
    found: list[Record] = []
    seen: dict[str, Record] = {}
    for row in below:
        record = _record(sheet, row)
        _not_wider(sheet, row, usual, record)
        found.append(record)
        if first := seen.get(record.key):
            why = Words(_REPEATED_REFUSED if first.problems else _REPEATED, line=first.line)
            record.problems.append(sheet.problem(row.line, sheet.kind.key, why))
        elif record.key:
            seen[record.key] = record
    if found:
        _last(sheet, below, found[-1])
    return found


def _foot(row: Row, sheet: Sheet) -> bool:
    """A totals or signature row, or the header once more (exports repeat it on every page)."""
    first = unicodedata.normalize("NFKC", str(row.filled[0]) if row.filled else "")
    if row.cells[: len(sheet.header.cells)] == sheet.header.cells:
        return True
    first = re.sub(r"\s+", "", first)
    return bool(_TOTAL.fullmatch(first) or (_FOOT.match(first) and len(row.filled) <= len(sheet.columns) // 2))


def _record(sheet: Sheet, row: Row) -> Record:
    record = Record(row.line, row.cells, {})
    for column in sheet.columns:
        cell = row.cells[column.index] if column.index < len(row.cells) else None
        try:
            record.values[column.field.name] = _value(column, cell)
        except Refused as no:
            record.problems.append(Problem(row.line, column.header, no.why, column.field.label))
    kind = sheet.kind
    if not record.problems:
        record.problems += [sheet.problem(row.line, *finding) for finding in kind.check(record.values)]
    record.doubts += [sheet.problem(row.line, *finding) for finding in kind.doubt(record.values)]
    if record.values.get(kind.key):
        record.key = kind.key_of(record.values) if kind.key_of else record.values[kind.key]
    return record


def _not_wider(sheet: Sheet, row: Row, usual: int, record: Record) -> None:
    """Refuse a row with more cells than the others: everything behind the surplus separator stands in the wrong column."""
    width = len(sheet.header.cells)
    if len(row.cells) > usual or any(row.cells[width:]):
        why = Words(_TOO_WIDE, count=len(row.cells), columns=width)
        record.problems.insert(0, Problem(row.line, sheet.columns[-1].header, why))


def _value(column: Column, cell: Cell) -> Any:
    each = column.field
    value = each.parse(cell, each.units, column.unit) if each.units else each.parse(cell)
    if value is None and each.required:
        raise Refused(Words(N_("%(label)s is missing; fill it in"), label=Words(each.label)), 422)
    if isinstance(value, str) and len(value) > each.longest:
        raise Refused(Words(_TOO_LONG, count=len(value), longest=each.longest), 422)
    return value


def _last(sheet: Sheet, below: list[Row], record: Record) -> None:
    """Refuse the last row if the file was cut off within it; doubt it if its last cell may have been."""
    if sheet.table.rows[-1] is not below[-1]:
        return
    width, cells = len(sheet.header.cells), below[-1].cells
    others_full = len(below) > 1 and all(len(row.cells) >= width for row in below[:-1])
    short = len(cells) < width and (sheet.table.unended or others_full)
    header = str(sheet.header.cells[min(len(cells), width) - 1] or "")
    if sheet.table.cut or short:
        why = Words(N_("The row is incomplete: the file was cut off here; export it again"))
        record.problems.insert(0, Problem(record.line, header, why))
    elif sheet.table.unended and cells[-1] is not None:
        why = Words(N_("The file ends without a line end: check that the last cell is whole"))
        record.doubts.append(Problem(record.line, header, why))


def shown(cell: Cell) -> str:
    """A cell as text for a file that goes back to the office; what cannot be read stays as it was."""
    try:
        return lines(cell) or ""
    except Refused:
        return str(cell)
