"""Scripts and articles as a spreadsheet: out as CSV, in again as drafts, row by row; never as text in force (SYS-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from models import DocumentVersion
from rules import csv_out, document_moves, documents, sheets, tabular
from rules.cells import Cell, choice, code, line, lines, plain, yes_no
from rules.document_forms import AUDIENCES
from rules.records import Field, Kind, Problem, Record
from rules.store import Tx
from rules.words import N_, Refused, Words

LONGEST = 20_000
WHATS = {"话术": "script", "script": "script", "知识": "article", "article": "article"}
TO = {"客户": "customer", "收货方": "consignee", "代理": "partner", "同事": "colleague"} | {
    code_: code_ for code_ in AUDIENCES
}
GROUPS = {code_: code_ for code_ in documents.GROUPS}


def _codes(cell: Cell) -> list[str]:
    """Codes with blanks between: “inquiry.cargo complaint”."""
    return (plain(cell) or "").split()


KIND = Kind("texts", N_("scripts and articles"), (
    Field("number", N_("Number"), "编号 number", code, longest=40),
    Field("what", N_("Kind of text"), "类别 what", choice(WHATS), True),
    Field("group", N_("Group"), "分组 group", choice(GROUPS), True),
    Field("audience", N_("Said to"), "对谁 audience", choice(TO)),
    Field("kinds", N_("Kinds of work"), "适用 kinds", _codes, longest=2000),
    Field("title_zh", N_("Title in Chinese"), "中文标题 title_zh", line, True),
    Field("title_en", N_("Title in English"), "英文标题 title_en", line, True),
    Field("body_zh", N_("Text in Chinese"), "中文正文 body_zh", lines, longest=LONGEST),
    Field("body_en", N_("Text in English"), "英文正文 body_en", lines, longest=LONGEST),
    Field("to_write", N_("Still to be written"), "待写 to_write", yes_no, blank=False),
    Field("reason", N_("What was changed and why"), "修改原因 reason", line, longest=300),
), "title_zh", key_of=lambda values: values.get("number") or f"{values['title_zh']}")  # fmt: skip
TEXT = ("title_zh", "title_en", "body_zh", "body_en", "to_write")


def written(rows: Sequence[DocumentVersion]) -> bytes:
    """Texts in force as CSV (see `csv_out`)."""
    texts = ([csv_out.cell(value) for value in _values(row)] for row in rows)
    return csv_out.written([[each.header for each in KIND.fields], *texts])


def _values(row: DocumentVersion) -> list[Any]:
    it = row.document
    return [
        it.number,
        it.what,
        it.grouped,
        it.audience or "",
        " ".join(it.kinds),
        *(getattr(row, name) for name in TEXT),
        "",
    ]


def read(session: Session, data: bytes) -> tuple[list[Record], list[Problem]]:
    """The rows of a file, and everything that is wrong with them line by line. Raises Unreadable."""
    found = sheets.records(sheets.find(KIND, (KIND,), tabular.read(data)))
    standing = {version.document.number: version for version in documents.in_force(session)}
    drafted = {version.document.number for version in documents.open_versions(session)}
    problems = [problem for record in found for problem in record.problems]
    for record in found:
        number = record.values.get("number")
        if not record.problems and number and (why := _unfit(number, record, standing, drafted)):
            problems.append(Problem(record.line, KIND.fields[0].header, why))
    return found, sorted(problems, key=lambda problem: problem.line)


def _unfit(number: str, record: Record, standing: dict[str, DocumentVersion], drafted: set[str]) -> Words | None:
    version = standing.get(number)
    if version is None:
        return Words(N_("There is no text %(number)s in force; leave the number empty for a new one"), number=number)
    if version.document.what != record.values["what"]:
        return Words(N_("%(number)s is a text of another kind"), number=number)
    if number in drafted and _changed(record, version):
        return Words(N_("Another version of %(number)s is being drafted; finish or drop it first"), number=number)
    return None


def _changed(record: Record, version: DocumentVersion) -> bool:
    return any((record.values.get(name) or "") != (getattr(version, name) or "") for name in TEXT)


def draft(tx: Tx, data: bytes) -> int:
    """Draft every row that says something else than the text in force, and every new one. Returns how many drafts.

    All rows or none: raises Refused (422) while any row has a problem, Unreadable for what is no table.
    """
    found, problems = read(tx.session, data)
    if problems:
        raise Refused(Words(N_("Nothing was taken: put these rows right first.")), 422, "file")
    standing = {version.document.number: version for version in documents.in_force(tx.session)}
    return sum(_draft(tx, record, standing.get(record.values.get("number") or "")) for record in found)


def _draft(tx: Tx, record: Record, version: DocumentVersion | None) -> bool:
    said = record.values
    text = {name: said.get(name) for name in (*TEXT, "reason")}
    if version is None:
        place = {"grouped": said["group"], "kinds": said.get("kinds") or [], "audience": said.get("audience"), "channels": [],
                 "variant": ""}  # fmt: skip
        document_moves.begin(tx, said["what"], place, text)
        return True
    if not _changed(record, version):
        return False
    document_moves.renew(tx, version.document.number, text)
    return True
