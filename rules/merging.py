"""Three-way merge of an imported row with the record that the desk has (E-19). Nothing is written here.

A value of the file is applied only where it differs from the file before. What an executed change has set stays until
a file agrees with it; from then on the file leads again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from models import ImportedRow
from rules.records import Field, Finding, Kind, Values


@dataclass(frozen=True)
class Place:
    """The office that a file belongs to: its id and time zone."""

    id: int
    zone: str


@dataclass
class Known:
    """A record as the desk has it: its rows by part ("" is the record itself), the last imported row, and the
    columns that executed changes have set."""

    parts: dict[str, Any] = field(default_factory=dict)
    last: ImportedRow | None = None
    kept: frozenset[str] = frozenset()

    @property
    def main(self) -> Any:
        """The record itself, None if there is none yet."""
        return self.parts.get("")


@dataclass
class Merge:
    """What to write, and the fields whose value on the desk stays although the file differs."""

    steps: list[tuple[Field, Any]] = field(default_factory=list)
    differing: list[Field] = field(default_factory=list)


Pairs = tuple[tuple[str, str], ...]
Derived = tuple[dict[str, Any], list[Finding]]


@dataclass(frozen=True)
class Home:
    """Where the records of a kind live, and how a row reaches them.

    refs(session, place): what rows may name. load(session, place, rows, last): key → Known. create(place, values, at):
    a new record. ordered: pairs of fields in time. resolve(values, refs, place): values as stored. misfits, doubts
    (values, refs): findings that refuse, or warn. part(name, record, values): a new row beside the record, or None.
    derive(known, values, refs, at): columns that follow, and doubts. shared: the same for all offices (no place). after(tx,
    since): done once when rows were written, `since` the moment before the first of them.
    """

    kind: Kind
    refs: Callable[[Session, Any], Any]
    load: Callable[[Session, Any, list[Values], dict[str, ImportedRow]], dict[str, Known]]
    create: Callable[[Any, Values, datetime], Any]
    ordered: Pairs = ()
    resolve: Callable[[Values, Any, Any], Values] = lambda values, refs, place: values
    misfits: Callable[[Values, Any], Iterable[Finding]] = lambda values, refs: ()
    doubts: Callable[[Values, Any], Iterable[Finding]] = lambda values, refs: ()
    part: Callable[[str, Any, Values], Any] = lambda name, main, values: None
    derive: Callable[[Known, Values, Any, datetime], Derived] = lambda *_: ({}, [])
    shared: bool = False
    after: Callable[[Any, datetime], None] | None = None


def merge(kind: Kind, known: Known, values: Values, ordered: Pairs = ()) -> Merge:
    """Compare `values` (as they would be stored) with the last row and the record.

    `ordered` names pairs of fields whose first may not lie after the second: a pair that would is left alone.
    """
    found = Merge()
    before = known.last.row if known.last else {}
    for name, value in values.items():
        each = kind.named[name]
        if not column(each):
            continue
        current = read(each, known.parts.get(each.part))
        new = each.blank if value is None else value
        if same(current, new) or not _may_hold(known, each, new):
            continue
        if each.name in before:
            changed, agreed = not same(plain(new), before[each.name]), same(plain(current), before[each.name])
        else:
            changed, agreed = value is not None, False
        if column(each) in known.kept and not agreed:
            found.differing.append(each)
        elif changed:
            found.steps.append((each, new))
    for pair in ordered:
        _keep_order(kind, known, found, pair)
    return found


def plain(value: Any) -> Any:
    """A value as the last row keeps it: days and times in ISO form."""
    return value.isoformat() if isinstance(value, date) else value


def row(kind: Kind, known: Known, values: Values) -> Values:
    """What is kept of this import for the next one: columns that this file lacks stay, rows beside the record by id."""
    kept = dict(known.last.row) if known.last else {}
    kept |= {name: plain(kind.named[name].blank if value is None else value) for name, value in values.items()}
    return kept | {f"#{part}": held.id for part, held in known.parts.items() if part and held is not None}


def read(each: Field, held: Any) -> Any:
    """The value of a field on the desk, None without a row."""
    if held is None:
        return None
    return each.read(held) if each.read else getattr(held, column(each))


def write(each: Field, held: Any, value: Any, at: datetime) -> None:
    """Put the value of a field where it lives."""
    if each.write:
        each.write(held, value, at)
    else:
        setattr(held, column(each), value)


def column(each: Field) -> str:
    """The column in which a field lives; "" if it has none, like the status word, from which the stage follows."""
    return each.name if each.column is None else each.column


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: text by its normal form, blank is blank."""
    return bool(_folded(one) == _folded(other))


def _folded(value: Any) -> Any:
    return unicodedata.normalize("NFKC", value).strip() or None if isinstance(value, str) else value


def _may_hold(known: Known, each: Field, value: Any) -> bool:
    """A blank cell cannot clear a column that must hold something; a blank part need not exist."""
    held = known.parts.get(each.part)
    if value is not None or each.write:
        return True
    return held is not None and bool(inspect(type(held)).columns[column(each)].nullable)


def _keep_order(kind: Kind, known: Known, found: Merge, pair: tuple[str, str]) -> None:
    fields = [kind.named[name] for name in pair]
    planned = {each.name: value for each, value in found.steps}
    first, second = (planned.get(each.name, read(each, known.parts.get(each.part))) for each in fields)
    if first is not None and second is not None and second < first:
        found.differing += [each for each in fields if each.name in planned]
        found.steps = [step for step in found.steps if step[0].name not in pair]
