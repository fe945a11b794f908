"""Import of an office's files: read and check, show, then apply in short writes (E-12, E-19).

`check` reads a file and says what would happen; `apply` does it, 50 rows per write with a pause between, so that the
desk beside it goes on; running the same file again creates and changes nothing. `refused_csv` gives the refused rows
back as a file that can be mended and imported.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Customer, ImportedRow, Office, Shipment
from rules import (
    csv_out,
    import_customers,
    import_pickups,
    import_reference,
    import_tariffs,
    import_waybills,
    merging,
    search,
    sheets,
    store,
    tabular,
)
from rules.merging import Home, Place
from rules.plans import Outcome, Plan, Report, opening, outcomes
from rules.records import NOTE_COLUMN, Problem, Record
from rules.store import Tx
from rules.words import N_, Words

CHUNK = 50  # rows per write (E-12)
PAUSE = 0.02  # seconds between writes (E-12)
READ = 500  # rows per read when counting
HOMES: dict[str, Home] = {
    home.kind.name: home
    for home in (
        import_customers.HOME,
        import_waybills.HOME,
        import_reference.PARTNERS,
        import_reference.CARRIERS,
        import_tariffs.HOME,
        import_pickups.HOME,
    )
}
Writer = Callable[[], AbstractContextManager[Tx]]


# ------------------------------------------------------------------------------------------ checking


def check(session: Session, kind: str, source: Path | str | bytes, filename: str, office: Office | None) -> Plan:
    """Read a file of `kind` (a key of HOMES) and compare it with the desk; writes nothing.

    Raises Unreadable when the file as a whole is no such file. `office` is needed for all but partners and carriers.
    """
    home = HOMES[kind]
    sheet = sheets.find(home.kind, [each.kind for each in HOMES.values()], tabular.read(source))
    found = sheets.records(sheet)
    place = Place(office.id, office.zone) if office is not None and not home.shared else None
    refs = home.refs(session, place)
    for record in found:
        if not record.problems:
            record.problems += [sheet.problem(record.line, *finding) for finding in home.misfits(record.values, refs)]
        if not record.problems:
            record.doubts += [sheet.problem(record.line, *finding) for finding in home.doubts(record.values, refs)]
    plan = Plan(home, place, filename, sheet, found)
    _foretell(session, plan, refs)
    return plan


def _foretell(session: Session, plan: Plan, refs: Any) -> None:
    plan.report = opening(plan)
    for part in _parts(plan.good, READ):
        for outcome in outcomes(session, plan, part, refs, store.now()):
            plan.report.created += outcome.new
            plan.report.updated += outcome.changes
            plan.report.warned += outcome.doubts
            if outcome.new or outcome.changes or outcome.known.last is None or outcome.known.last.row != outcome.row:
                plan.todo.append(outcome.record)
            else:
                plan.settled += outcome.doubts


def _parts(records: list[Record], size: int) -> Iterator[list[Record]]:
    return (records[start : start + size] for start in range(0, len(records), size))


# ------------------------------------------------------------------------------------------ applying


def apply(plan: Plan, write: Writer, progress: Callable[[int, int], None] | None = None) -> Report:
    """Write the good rows of a plan, `write()` opening each short write; the state is compared anew inside.

    `progress(done, total)` is called after each. A row that clashes with another record is refused, alone.
    """
    report, began = opening(plan), store.now()
    report.warned += plan.settled
    for number, part in enumerate(_parts(plan.todo, CHUNK), 1):
        if number > 1:
            time.sleep(PAUSE)
        _write(plan, part, write, report)
        if progress:
            progress(min(number * CHUNK, len(plan.todo)), len(plan.todo))
    if plan.home.after and report.created + report.updated:
        with write() as tx:
            plan.home.after(tx, began)
    report.good, report.refused = len(plan.good), [record.problems[0] for record in plan.refused]
    return report


def _write(plan: Plan, part: list[Record], write: Writer, report: Report) -> None:
    try:
        with write() as tx:
            done = _put(tx, plan, part)
    except IntegrityError:
        if len(part) > 1:
            for record in part:
                _write(plan, [record], write, report)
            return
        clash = Words(N_("The row clashes with another record on the desk: compare its numbers with that one"))
        part[0].problems.append(plan.sheet.problem(part[0].line, plan.home.kind.key, clash))
        return
    report.created += done.created
    report.updated += done.updated
    report.warned += done.warned


def _put(tx: Tx, plan: Plan, part: list[Record]) -> Report:
    """Write a part of the rows inside one write: records, then the rows beside them, then what was imported."""
    done, home = Report(), plan.home
    refs = home.refs(tx.session, plan.place)
    for record in part:
        record.problems += [plan.sheet.problem(record.line, *finding) for finding in home.misfits(record.values, refs)]
    found = list(outcomes(tx.session, plan, [record for record in part if not record.problems], refs, tx.at))
    written = [outcome for outcome in found if outcome.new or outcome.changes]
    for outcome in found:
        done.created += outcome.new
        done.updated += outcome.changes
        done.warned += outcome.doubts
    for outcome in written:
        _put_record(tx, plan, outcome)
    tx.session.flush()
    for outcome in written:
        _put_beside(tx, plan, outcome)
    tx.session.flush()
    for outcome in found:
        _remember(tx, plan, outcome)
    mains = [outcome.known.main for outcome in written]
    search.index_many(tx.session, [main for main in mains if isinstance(main, Customer | Shipment)])
    return done


def _put_record(tx: Tx, plan: Plan, outcome: Outcome) -> None:
    main = outcome.known.main or plan.home.create(plan.place, outcome.values, tx.at)
    outcome.known.parts[""] = main
    for column, value in outcome.derived.items():
        setattr(main, column, value)
    _put_steps(outcome, "", tx.at)
    tx.session.add(main)


def _put_beside(tx: Tx, plan: Plan, outcome: Outcome) -> None:
    parts = outcome.known.parts
    for name in dict.fromkeys(each.part for each, _ in outcome.merge.steps if each.part):
        parts[name] = parts.get(name) or plan.home.part(name, parts[""], outcome.values)
        if parts[name] is not None:
            _put_steps(outcome, name, tx.at)
            tx.session.add(parts[name])


def _put_steps(outcome: Outcome, part: str, at: datetime) -> None:
    for each, value in outcome.merge.steps:
        if each.part == part:
            merging.write(each, outcome.known.parts[part], value, at)


def _remember(tx: Tx, plan: Plan, outcome: Outcome) -> None:
    """Keep the row for the next merge."""
    row, last = outcome.row, outcome.known.last
    if last is None:
        tx.session.add(
            ImportedRow(
                office_id=plan.place and plan.place.id,
                kind=plan.home.kind.name,
                key=outcome.record.key,
                row=row,
                object_id=outcome.known.main.id,
                at=tx.at,
            )
        )
    elif last.row != row:
        last.row, last.at = row, tx.at


# ------------------------------------------------------------------------------------------ refused rows


def refused_csv(plan: Plan, say: Callable[[Words], str] = str) -> bytes:
    """The refused rows as they stood, with line and reasons in a last column, for mending and importing again.

    UTF-8 with BOM. No cell can be taken for a formula; the guarding apostrophe is dropped when the file comes back. Of a kind
    with a secret field only what certainly is not that field goes out (INQ-16).
    """
    known = [(column.index, column.field) for column in plan.sheet.columns]
    secret = next((index for index, field in known if field.secret), None)
    guarded = any(field.secret for field in plan.home.kind.fields)
    wanted = [i for i, field in known if not field.secret] if guarded else list(range(len(plan.sheet.header.cells)))
    rows = [[_safe(plan.sheet.header.cells[index]) for index in wanted] + [say(Words(NOTE_COLUMN))]]
    for record in plan.refused:
        unread = _unread(plan, record) if secret is not None else []
        end = min([len(record.cells), *unread, *((secret or 1) - 1 for _ in unread[:1])])
        cells = [_safe(record.cells[index]) if index < end else "" for index in wanted]
        problems = [Problem(p.line, p.field, _UNREAD) for p in record.problems] if unread else record.problems
        rows.append([*cells, _safe(_note(problems, say))])
    return csv_out.written(rows)


_UNREAD = Words(N_("cannot be read here; take the row from your own file"))


def _unread(plan: Plan, record: Record) -> list[int]:
    """The columns that could not be read: from the first of them on, cells may stand in another column than their own."""
    wide = [0] if any(record.cells[len(plan.sheet.header.cells) :]) else []
    return [*wide, *(column.index for column in plan.sheet.columns if column.field.name not in record.values)]


def _note(problems: Iterable[Problem], say: Callable[[Words], str]) -> str:
    problems = list(problems)
    return f"{problems[0].line}: " + "; ".join(f"{each.field}: {say(each.why)}" for each in problems)


def _safe(cell: Any) -> str:
    text = sheets.shown(cell)
    return text if re.fullmatch(r"[+-]?[0-9.,]+", text) else csv_out.guarded(text)  # a number is no formula
