"""Which festival a day is, as the calendar of the desk has it (KNO-01)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import CalendarDay
from rules.calendar import HOLIDAY
from rules.holidays_cn import NAMES

WISHED = frozenset(NAMES.values()) - {NAMES["清明"]}  # nobody is wished a happy Tomb-sweeping Day


def today(session: Session, office_id: int | None, day: date) -> str | None:
    """The festival of `day` as a message id, None on any other day; the office's own calendar goes before the common one."""
    found = select(CalendarDay.kind, CalendarDay.name).where(
        CalendarDay.day == day, or_(CalendarDay.office_id == office_id, CalendarDay.office_id.is_(None))
    )
    row = session.execute(found.order_by(CalendarDay.office_id.is_(None))).first()
    return str(row.name) if row is not None and row.kind == HOLIDAY and row.name in WISHED else None
