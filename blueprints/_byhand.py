"""What the pages of customers and shipments share: open work as slips, people to choose, refusals at their field."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import exists, or_, select, tuple_
from sqlalchemy.orm import Session

from blueprints import _case_view, _rows
from blueprints._words import words
from models import Case, Customer, Partner, Shipment, Turn, User, UserRole, db
from rules import queue
from rules.policy import visible
from rules.store import Actor
from rules.words import N_, Refused, Words

PAGE = 50
Option = tuple[str, Any]


def open_slips(who: Actor, list_url: str, where: Any) -> list[_rows.Row]:
    """The open matters of a customer or shipment as slips, first due first, with the owner where a customer stands
    in the queue; `?open=` opens one in place."""
    found = select(*queue.COLUMNS).select_from(Case).join(Turn, Turn.case_id == Case.id)
    found = found.outerjoin(Customer, Customer.id == Case.customer_id).outerjoin(
        Shipment, Shipment.id == Case.shipment_id
    )
    found = found.outerjoin(queue.Owner, queue.Owner.id == Case.owner_id)
    found = visible(who, found, Case).where(where, Case.closed_at.is_(None), Turn.leading, Turn.closed_at.is_(None))
    order = (Turn.queue_at, Turn.since, Turn.id)
    rows = [_owned(r, who, list_url) for r in db.session().execute(found.order_by(*order).limit(PAGE))]
    for row in rows:
        if request.args.get("open") == str(row.id):
            _case_view.open_row(row, who)
    return rows


def _owned(r: Any, who: Actor, list_url: str) -> _rows.Row:
    row = _rows.build(r, who, list_url)
    row.customer, row.customer_href, row.grade = f"{r.owner} {r.owner_login}", None, None
    row.group = Words(N_("owns it"))
    return row


def after_name(session: Session, who: Actor, statement: Any, after: int | None) -> Any:
    """The page of a list ordered by name that begins after customer `after` (keyset)."""
    if after is None:
        return statement
    last = select(Customer.name, Customer.id).where(Customer.id == after)
    found = session.execute(visible(who, last, Customer)).first()
    return statement if found is None else statement.where(tuple_(Customer.name, Customer.id) > tuple(found))


def writers(session: Session, who: Actor) -> list[Option]:
    """People of the reader's office who write, as choices for an own agent."""
    writes = exists().where(UserRole.user_id == User.id, UserRole.role.in_(("agent", "supervisor")))
    found = select(User.id, User.display, User.name).where(writes, User.disabled_at.is_(None)).order_by(User.display)
    if who.office_id is not None:
        found = found.where(or_(User.office_id == who.office_id, User.office_id.is_(None)))
    return [(str(key), f"{display} {name}") for key, display, name in session.execute(found)]


def partners(session: Session, chosen: int | None = None) -> list[Option]:
    """Destination partners as choices: the active ones and the one already chosen."""
    found = select(Partner.id, Partner.name, Partner.city).where(or_(Partner.status == "active", Partner.id == chosen))
    return [
        (str(key), f"{name} {city or ''}".strip()) for key, name, city in session.execute(found.order_by(Partner.name))
    ]


def number(name: str, source: Any = None) -> int | None:
    """A whole number from the address or the form (`version`, `after`), None for anything else."""
    typed = (request.values if source is None else source).get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) <= 15 else None


def values_of(form: Any) -> dict[str, Any]:
    """The checked values of a form's fields."""
    return {field.name: field.data for field in form}


def refused(form: Any, no: Refused) -> Any:
    """Put a rule's refusal at its field, else above the form; a 404 goes on."""
    if no.code == 404:
        raise no
    if no.field and no.field in form:
        form[no.field].errors = [*form[no.field].errors, no.why]
    else:
        form.form_errors.append(no.why)
    return form


def clash(form: Any, row: Any) -> list[tuple[Any, str, str]]:
    """What differs between a form and the row as it stands now: (label, theirs, mine), in words."""
    found = []
    for field in form:
        if not hasattr(row, field.name):
            continue
        theirs = getattr(row, field.name)
        if (theirs or None) != (_typed(field, theirs) or None):
            found.append((field.label.text, _said(field, theirs), _said(field, field.data)))
    return found


def _typed(field: Any, theirs: Any) -> Any:
    return (
        int(field.data)
        if isinstance(theirs, int) and isinstance(field.data, str) and field.data.isdecimal()
        else field.data
    )


def _said(field: Any, value: Any) -> str:
    if hasattr(field, "iter_choices"):
        named = {code: label for code, label, *_ in field.iter_choices()}
        return words(named.get(str(value), "")) if value else ""
    if isinstance(value, bool):
        return words(N_("yes") if value else N_("no"))
    return words(value)
