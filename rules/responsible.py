"""The responsible party of a complaint: proposed with the reason by the one who found out, confirmed by a supervisor who is
another person (CMP-23, D-08)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session, joinedload

from models import Carrier, Complaint, Department, Partner, Question
from rules import effects
from rules.needs import personal
from rules.policy import visible
from rules.store import Actor
from rules.words import N_, Refused, Words
from rules.workflow import Act

MOST = 100  # complaints of one list
PARTNER, LOSS = "partner", "loss"
INCIDENT, SLIP = "incident_statement", "outbound_slip"
PAPERS = ((INCIDENT, N_("Incident statement sent")), (SLIP, N_("Outbound slip sent")))
LISTS: tuple[tuple[str, Any, str], ...] = (
    ("department", Department, N_("Our departments")), (PARTNER, Partner, N_("Partners")), ("carrier", Carrier, N_("Carriers")),
)  # fmt: skip
OTHERS = {"fleet": N_("Our fleet"), "customer": N_("The customer"), "nobody": N_("Nobody")}
KINDS = {"department": N_("Department"), PARTNER: N_("Partner"), "carrier": N_("Carrier"), **OTHERS}


# ------------------------------------------------------------------------------------------ the list


def choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Who may be responsible, in groups for one choice: those in use on the reference lists, then the others. One select."""
    in_use = {Department: Department.active, Partner: Partner.status == "active", Carrier: Carrier.active}
    listed = [
        select(literal(kind).label("kind"), m.id.label("key"), m.name.label("name")).where(in_use[m])
        for kind, m, _ in LISTS
    ]
    whole = union_all(*listed).subquery()
    rows = session.execute(select(whole).order_by(whole.c.name, whole.c.key)).all()
    found: dict[str, list[tuple[str, str]]] = {"": [("", N_("Choose"))]}
    for kind, _, label in LISTS:
        if group := [(f"{kind}:{key}", name) for one, key, name in rows if one == kind]:
            found[label] = group
    found[N_("Others")] = list(OTHERS.items())
    return found


def named(session: Session, code: str | None) -> tuple[str, str | None]:
    """The kind and name that a code of `choices` stands for; OTHERS have no name of their own. Raises Refused (422)."""
    kind, _, key = (code or "").partition(":")
    if kind in OTHERS and not key:
        return kind, None
    model = next((model for one, model, _ in LISTS if one == kind), None)
    row = session.get(model, int(key)) if model is not None and re.fullmatch("[0-9]{1,12}", key) else None
    if row is None:
        raise Refused(Words(N_("Choose the responsible party from the list.")), 422, "party")
    return kind, row.name


def suspect(case: Any, questions: Iterable[Question]) -> str | None:
    """Who the evidence points to, as a code of `choices`: the partner who was asked, where the desk has let the goods go
    (CMP-12)."""
    asked = [q.partner_id for q in questions if q.partner_id and q.answer]
    let_go = case.shipment is not None and not case.shipment.hold_shipper
    return f"{PARTNER}:{asked[-1]}" if case.topic == PARTNER and asked and let_go else None


def shown(case: Any) -> Words | str:
    """The responsible party in words, empty while nobody is named."""
    if not case.responsible_kind or not case.responsible:
        return Words(KINDS[case.responsible_kind]) if case.responsible_kind else case.responsible or ""
    return Words(N_("%(kind)s: %(name)s"), kind=Words(KINDS[case.responsible_kind]), name=case.responsible)


def with_papers(case: Any) -> bool:
    """Whether the agency-contract department needs incident statement and outbound slip: a partner has lost goods (CMP-23)."""
    return (case.topic, case.responsible_kind) == (LOSS, PARTNER)


# ------------------------------------------------------------------------------------------ needs and effects


def proposed(act: Act) -> Words | None:
    """Somebody is named with the reason, and the supervisor has not said yes or no yet."""
    if act.case.responsible_by_id is None or act.case.confirmed_at is not None:
        return Words(N_("No responsible party waits for the supervisor."))
    return None


@personal
def another_person(act: Act) -> Words | None:
    """The one who proposed the responsible party does not confirm it (D-08, D-13)."""
    if act.case.responsible_by_id != act.who.user_id:
        return None
    return Words(N_("You proposed the responsible party; another supervisor confirms it."))


def propose(act: Act) -> None:
    """Note what was found, who is responsible and why; a supervisor confirms it anew (CMP-23)."""
    case, data = act.case, act.data
    case.finding, case.responsible_reason = data["finding"], data["responsible_reason"]
    case.responsible_kind, case.responsible = named(act.write.session, data.get("party"))
    case.responsible_by_id, case.confirmed_at, case.confirmed_by_id = act.who.user_id, None, None
    noted = {"value": True, "at": act.at.isoformat(), "by": act.who.name}
    ticked = {key: case.steps.get(key, noted) for key, _ in PAPERS if data.get(key)}
    case.steps = {key: value for key, value in case.steps.items() if key not in dict(PAPERS)} | ticked


def confirm(act: Act) -> None:
    """The supervisor agrees to the responsible party (D-08)."""
    act.case.confirmed_at, act.case.confirmed_by_id = act.at, act.who.user_id


def send_back(act: Act) -> None:
    """The supervisor does not agree and says why; the agent proposes anew (D-08)."""
    act.case.responsible_by_id = None
    effects.note(act)


# ------------------------------------------------------------------------------------------ several at once


def waiting(session: Session, who: Actor) -> list[Any]:
    """Complaints whose responsible party this supervisor can confirm, the oldest first (D-08)."""
    found = select(Complaint).where(
        Complaint.responsible_by_id.is_not(None), Complaint.responsible_by_id != who.user_id,
        Complaint.confirmed_at.is_(None), Complaint.closed_at.is_(None),
    )  # fmt: skip
    loads = joinedload(Complaint.customer), joinedload(Complaint.owner), joinedload(Complaint.shipment)
    return list(session.scalars(visible(who, found, Complaint).options(*loads).order_by(Complaint.id).limit(MOST)))
