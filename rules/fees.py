"""The fee table: what a kind of change costs with a carrier at a stage, and from when until when (CHG-15, freight 3.3).

A fee that is in force is never rewritten: another amount ends it and begins the next one on a day, so that every charge that
was proposed from it can be explained later. Amounts are minor units; days are the office's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models import Carrier, Fee
from rules.byhand import check_version
from rules.policy import require
from rules.store import Actor, Tx
from rules.words import N_, Refused, Words

KEY = ("office_id", "code", "carrier", "stage", "item")
NOW, COMING, ENDED = "now", "coming", "ended"
STANDINGS = {NOW: N_("in force"), COMING: N_("to come"), ENDED: N_("ended")}


# ------------------------------------------------------------------------------------------ finding


def fee_for(
    session: Session, office_id: int | None, code: str, carrier: str | None, stage: str | None, on_day: date
) -> Fee | None:
    """The fee of a kind of change on a day: the office's own before the common one, the carrier's before any carrier's, the
    stage's before any stage's, then the one that began last. None when the table has none."""
    return next(iter(fees_for(session, office_id, code, carrier, stage, on_day)), None)


def fees_for(
    session: Session, office_id: int | None, code: str, carrier: str | None, stage: str | None, on_day: date
) -> list[Fee]:
    """As `fee_for`, one fee for each item that the table has for the kind (a redirection may cost carriage and storage),
    the most specific first."""
    return fees_by_kind(session, office_id, (code,), carrier, stage, on_day)[code]


def fees_by_kind(
    session: Session,
    office_id: int | None,
    codes: Collection[str],
    carrier: str | None,
    stage: str | None,
    on_day: date,
) -> dict[str, list[Fee]]:
    """As `fees_for`, of several kinds of change at once: the form for a new change shows them all."""
    held = select(Fee).where(
        Fee.code.in_(codes), _or_any(Fee.office_id, office_id), _or_any(Fee.carrier, carrier_code(session, carrier)),
        _or_any(Fee.stage, stage), in_force(on_day),
    )  # fmt: skip
    best: dict[str, dict[str, Fee]] = {code: {} for code in codes}
    for fee in sorted(session.scalars(held), key=_rank, reverse=True):
        best[fee.code].setdefault(fee.item, fee)
    return {code: list(found.values()) for code, found in best.items()}


def _or_any(column: Any, value: Any) -> ColumnElement[bool]:
    return or_(column.is_(None), column == value) if value is not None else column.is_(None)


def _rank(fee: Fee) -> tuple[bool, bool, bool, date, int]:
    return fee.office_id is not None, fee.carrier is not None, fee.stage is not None, fee.valid_from, fee.id


def carrier_code(session: Session, written: str | None) -> str | None:
    """The code of the carrier that is written by its code or name; what the list does not know stays as written."""
    text = (written or "").strip()
    if not text:
        return None
    known = select(Carrier.code).where(
        or_(func.lower(Carrier.code) == text.lower(), func.lower(Carrier.name) == text.lower())
    )
    return session.scalar(known.order_by(Carrier.id)) or text


def in_force(day: date) -> ColumnElement[bool]:
    """Fees that are valid on `day`, both ends counted."""
    return and_(Fee.valid_from <= day, or_(Fee.valid_until.is_(None), Fee.valid_until >= day))


def standing(fee: Fee, day: date) -> str:
    """now, coming or ended, as seen on `day`."""
    if fee.valid_from > day:
        return COMING
    return ENDED if fee.valid_until is not None and fee.valid_until < day else NOW


def listed(
    who: Actor, wanted: str, day: date, code: str | None = None, after: tuple[str, int] | None = None
) -> Select[Any]:
    """The fees that `who` may see, of one standing and kind, by kind and number, after the one that was seen last."""
    when = {NOW: in_force(day), COMING: Fee.valid_from > day, ENDED: Fee.valid_until < day}[wanted]
    found = select(Fee).where(when, seen_by(who)).order_by(Fee.code, Fee.id)
    if code:
        found = found.where(Fee.code == code)
    return found.where(or_(Fee.code > after[0], and_(Fee.code == after[0], Fee.id > after[1]))) if after else found


def seen_by(who: Actor) -> ColumnElement[bool]:
    """Common fees and those of one's own office; people without an office see all."""
    return _or_any(Fee.office_id, who.office_id) if who.office_id is not None else Fee.id.is_not(None)


def may_write(who: Actor, fee: Fee) -> bool:
    """Whether the fee is his to change: an office's finance keeps its own, the common ones those without an office."""
    return who.office_id is None or fee.office_id == who.office_id


def today(who: Actor, at: Any) -> date:
    """The day in the actor's office."""
    return at.astimezone(ZoneInfo(who.zone)).date()  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------------ keeping


def add(tx: Tx, data: Mapping[str, Any]) -> Fee:
    """A new line of the table. Raises Refused: 403, 422 at the field when the days or amounts cannot be or a line of the
    same office, kind, carrier, stage and item is valid at the same time."""
    require(tx.actor, "fee.write")
    values = dict(data) | {"carrier": carrier_code(tx.session, data.get("carrier"))}
    values["office_id"] = tx.actor.office_id if tx.actor.office_id is not None else data.get("office_id")
    fee = Fee(**values, by_id=tx.actor.user_id, made_at=tx.at)
    _check(tx, fee)
    return tx.add(fee)  # type: ignore[no-any-return]


def change(tx: Tx, fee_id: int, data: Mapping[str, Any], from_day: date, version: int | None = None) -> Fee:
    """Other amounts (`receivable_minor`, `payable_minor`, `currency`) from a day on: the fee ends the day before and the
    next one begins; one that has not begun yet is corrected in place. Returns the fee that holds from that day.

    Raises Refused: 403, 404, 409 when it has ended or was changed meanwhile, 422 for a day that has passed or comes too late.
    """
    fee = _own(tx, fee_id, version)
    day = today(tx.actor, tx.at)
    if from_day < day:
        raise Refused(Words(N_("A fee changes from today or a later day on; what was charged stays.")), 422, "from_day")
    if fee.valid_until is not None and from_day > fee.valid_until:
        raise Refused(Words(N_("This fee ends before that day; add a new one.")), 422, "from_day")
    if standing(fee, day) == COMING:
        for name, value in {**data, "valid_from": from_day}.items():
            setattr(fee, name, value)
        _check(tx, fee)
        tx.session.flush()
        return fee
    if from_day <= fee.valid_from:
        raise Refused(
            Words(N_("This fee has been in force since %(day)s; it can change from the day after on."),
                  day=fee.valid_from), 422, "from_day")  # fmt: skip
    kept = {name: getattr(fee, name) for name in (*KEY, "valid_until")}
    fee.valid_until = from_day - timedelta(days=1)
    tx.session.flush()
    return add(tx, {**kept, **data, "valid_from": from_day})


def end(tx: Tx, fee_id: int, last: date | None, version: int | None = None) -> Fee:
    """The last day of a fee, or none: it goes on. Raises Refused: 403, 404, 409 when it has ended already or was changed
    meanwhile, 422 for a day that has passed, lies before its first, or runs into the next fee."""
    fee = _own(tx, fee_id, version)
    if last is not None and last < max(fee.valid_from, today(tx.actor, tx.at)):
        raise Refused(Words(N_("The last day is today or later, and not before the first day.")), 422, "last")
    fee.valid_until = last
    with tx.session.no_autoflush:
        _alone(tx, fee, "last")
    tx.session.flush()
    return fee


def _own(tx: Tx, fee_id: int, version: int | None) -> Fee:
    require(tx.actor, "fee.write")
    fee = tx.session.scalar(select(Fee).where(Fee.id == fee_id, seen_by(tx.actor)))
    if fee is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    if not may_write(tx.actor, fee):
        raise Refused(Words(N_("This fee holds for all offices. Add your own office's; it goes before this one.")), 403)
    check_version(fee, version)
    if standing(fee, today(tx.actor, tx.at)) == ENDED:
        raise Refused(Words(N_("This fee has ended; add a new one.")), 409)
    return fee


def _check(tx: Tx, fee: Fee) -> None:
    if not (fee.receivable_minor or fee.payable_minor):
        raise Refused(Words(N_("Write what the customer pays, what we pay, or both.")), 422, "receivable_minor")
    if fee.valid_until is not None and fee.valid_until < fee.valid_from:
        raise Refused(Words(N_("The last day lies before the first.")), 422, "valid_until")
    with tx.session.no_autoflush:
        _alone(tx, fee, "valid_from")


def _alone(tx: Tx, fee: Fee, field: str) -> None:
    """Refuse (422) when another line of the same key is valid on one of the fee's days."""
    same = [getattr(Fee, name) == value if (value := getattr(fee, name)) is not None else getattr(Fee, name).is_(None)
            for name in KEY]  # fmt: skip
    twin = select(Fee).where(*same, or_(Fee.valid_until.is_(None), Fee.valid_until >= fee.valid_from))
    if fee.valid_until is not None:
        twin = twin.where(Fee.valid_from <= fee.valid_until)
    if fee.id is not None:
        twin = twin.where(Fee.id != fee.id)
    found = tx.session.scalar(twin.order_by(Fee.valid_from))
    if found is not None:
        raise Refused(Words(N_("The table has a fee for the same kind, carrier, stage and item from %(day)s on. Change or end"
                               " that one."), day=found.valid_from), 422, field)  # fmt: skip
