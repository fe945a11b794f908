"""What an import will do and did: the plan of a file that was read, its comparison with the desk, the report (E-19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ImportedRow
from rules import merging
from rules.merging import Home, Known, Place
from rules.records import Kind, Problem, Record, Values
from rules.sheets import Sheet
from rules.words import N_, Words

_DIFFERS = Words(N_("An executed change set another value on the desk; that stays until the file agrees"))


@dataclass
class Report:
    """What an import did: counts, refused rows (first problem each) and doubts."""

    good: int = 0
    created: int = 0
    updated: int = 0
    refused: list[Problem] = field(default_factory=list)
    warned: list[Problem] = field(default_factory=list)

    def to_json(self, say: Callable[[Words], str] = str) -> dict[str, Any]:
        """The documented form of `flask import --json`; `say` puts Words into a language."""

        def told(problems: list[Problem]) -> list[dict[str, Any]]:
            ordered = sorted(problems, key=lambda problem: problem.line)
            return [{"line": each.line, "field": each.field, "why": say(each.why)} for each in ordered]

        return {
            "good": self.good,
            "created": self.created,
            "updated": self.updated,
            "refused": told(self.refused),
            "warned": told(self.warned),
        }


@dataclass
class Plan:
    """A file that was read and checked. `report` is what applying it would do now, `todo` the records it would write,
    `settled` the doubts about those that stay as they are."""

    home: Home
    place: Place | None
    filename: str
    sheet: Sheet
    records: list[Record]
    report: Report = field(default_factory=Report)
    todo: list[Record] = field(default_factory=list)
    settled: list[Problem] = field(default_factory=list)

    @property
    def good(self) -> list[Record]:
        """The records that are not refused."""
        return [record for record in self.records if not record.problems]

    @property
    def refused(self) -> list[Record]:
        """The records that are, each with all its problems."""
        return [record for record in self.records if record.problems]


def opening(plan: Plan) -> Report:
    """A report with what reading the file has shown; nothing written yet."""
    doubts = plan.sheet.doubts + [doubt for record in plan.good for doubt in record.doubts]
    return Report(len(plan.good), 0, 0, [record.problems[0] for record in plan.refused], list(doubts))


@dataclass
class Outcome:
    """What one record comes to, compared with the desk."""

    kind: Kind
    record: Record
    known: Known
    values: Values
    merge: merging.Merge
    derived: dict[str, Any]
    doubts: list[Problem]

    @property
    def row(self) -> Values:
        """What the next import will compare with."""
        return merging.row(self.kind, self.known, self.values)

    @property
    def new(self) -> bool:
        """Whether the desk does not have the record yet."""
        return self.known.main is None

    @property
    def changes(self) -> bool:
        """Whether anything of a record that the desk has is to be changed."""
        return not self.new and bool(self.merge.steps or self.derived)


def outcomes(session: Session, plan: Plan, part: list[Record], refs: Any, at: datetime) -> Iterator[Outcome]:
    """Compare a part of a plan's good rows with the desk at the moment `at`; `refs` from the plan's home."""
    home = plan.home
    values = {record.key: home.resolve(record.values, refs, plan.place) for record in part}
    known = home.load(session, plan.place, list(values.values()), _last(session, plan, list(values)))
    for record in part:
        mine, stored = known[record.key], values[record.key]
        merged = merging.merge(home.kind, mine, stored, home.ordered)
        derived, findings = home.derive(mine, stored, refs, at)
        doubts = [plan.sheet.problem(record.line, *finding) for finding in findings]
        doubts += [plan.sheet.problem(record.line, each.name, _DIFFERS) for each in merged.differing]
        yield Outcome(home.kind, record, mine, stored, merged, derived, doubts)


def _last(session: Session, plan: Plan, keys: list[str]) -> dict[str, ImportedRow]:
    """The last imported rows by key."""
    office = plan.place and plan.place.id
    found = select(ImportedRow).where(ImportedRow.kind == plan.home.kind.name, ImportedRow.key.in_(keys))
    rows = session.scalars(
        found.where(ImportedRow.office_id.is_(None) if office is None else ImportedRow.office_id == office)
    )
    return {row.key: row for row in rows}
