"""The forbidden phrases as a spreadsheet: out as CSV that every spreadsheet opens, in again row by row (KNO-03)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models import Phrase
from rules import csv_out, phrase_keeping, sheets, tabular
from rules.cells import Cell, choice, code, line, lines, yes_no
from rules.phrase_forms import wordings
from rules.records import Field, Kind
from rules.store import Tx
from rules.words import N_, Refused, Words

TO = {
    "客户": "customer", "customer": "customer", "代理": "partner", "合作方": "partner", "partner": "partner",
    "同事": "colleague", "colleague": "colleague",
}  # fmt: skip


def _list(cell: Cell) -> list[str]:
    return wordings(lines(cell))


KIND = Kind("phrases", N_("forbidden phrases"), (
    Field("number", N_("Number"), "编号 number", code, longest=40),
    Field("audience", N_("Forbidden towards"), "对谁 audience", choice(TO), True),
    Field("phrase_zh", N_("Phrase in Chinese"), "禁用语 phrase_zh", line, True, 200),
    Field("phrase_en", N_("Phrase in English"), "禁用语英文 phrase_en", line, True, 200),
    Field("matches_zh", N_("Looked for in Chinese"), "识别词 matches_zh", _list, True, 2000),
    Field("matches_en", N_("Looked for in English"), "识别词英文 matches_en", _list, longest=2000, blank=[]),
    Field("instead_zh", N_("Say instead, in Chinese"), "改说 instead_zh", line, True, 300),
    Field("instead_en", N_("Say instead, in English"), "改说英文 instead_en", line, True, 300),
    Field("active", N_("In use"), "启用 active", yes_no, blank=True),
), "number")  # fmt: skip


def written(rows: list[Phrase]) -> bytes:
    """The phrases as CSV (see `csv_out`)."""
    texts = ([_cell(getattr(row, each.name)) for each in KIND.fields] for row in rows)
    return csv_out.written([[each.header for each in KIND.fields], *texts])


def _cell(value: Any) -> str:
    return csv_out.cell(" | ".join(value) if isinstance(value, list) else value)


def take(tx: Tx, data: bytes) -> int:
    """Put a file's phrases in, all or none: a known number is changed, a row without one is new. Returns how many rows.

    Raises Refused (403, 422 with the line), Unreadable.
    """
    read = sheets.records(sheets.find(KIND, (KIND,), tabular.read(data)))
    known = dict(tx.session.execute(select(Phrase.number, Phrase.id)).tuples().all())
    for record in read:
        if record.problems:
            raise _at(record.line, record.problems[0].why)
        values = {each.name: record.values.get(each.name) for each in KIND.fields if each.name != "number"}
        values |= {"matches_en": values["matches_en"] or [], "active": values["active"] is not False}
        try:
            row = phrase_keeping.save(tx, values, known.get(record.values.get("number") or ""))
        except Refused as no:
            if no.code != 422:
                raise
            raise _at(record.line, no.why) from None
        tx.session.flush()
        known[row.number] = row.id
    return len(read)


def _at(line_: int, why: Words) -> Refused:
    return Refused(Words(N_("Row %(line)s: %(why)s"), line=line_, why=why), 422, "file")
