"""Which scripts fit a matter, what they say there, and how often they are used (KNO-01, KNO-02, KNO-04, KNO-05).

Only approved scripts in force are ever seen here (SYS-03).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Document, DocumentVersion, Message, ScriptUse
from rules import documents, festivals, slot_values, slots
from rules.phrases import SPOKEN
from rules.policy import unseen
from rules.script_fit import Asked, Fit, Scene, ranked
from rules.slot_about import About
from rules.store import Tx
from rules.transport_reasons import CODES
from rules.words import N_, Refused, Words

COUNTED = timedelta(days=90)
ENDED = frozenset(
    ("answered", "approved", "executed", "booked")
)  # the matter is about to be closed: ask “anything else?”
# What happened to the flight, and whether a new one is known: the script that says just that, among those that tell of it.
TELLS = {("AIR-OFF", True): "SCR-17", ("AIR-OFF", False): "SCR-17B", ("AIR-OFF-END", True): "SCR-17"}


def fitting(session: Session, about: About, asked: Asked) -> list[Fit]:
    """The scripts that fit a matter, or goods without one, best first, at most 12 (KNO-04)."""
    in_force, used = _in_force(session, today(about)), _uses(session, today(about))
    return ranked(in_force, scene(session, about, asked), asked, used)


# ------------------------------------------------------------------------------------------ the matter


def scene(session: Session, about: About, asked: Asked) -> Scene:
    """What the matter asks for just now."""
    case, spoken = about.case, asked.channel in SPOKEN
    customer = asked.to in ("shipper", "customer", "consignee")
    silent = spoken and customer and case is not None and not _spoken(session, case.id)
    events = [about.events[0].code, CODES.get(about.events[0].code, "")] if about.events else []
    return Scene(
        tags=frozenset(_tags(case) + events) - {""}, tells=_tells(about),
        opens=silent and case.state not in ENDED, closes=case is not None and case.state in ENDED,
        calls_out=spoken and case is not None and case.channel not in SPOKEN,
        festival=festivals.today(session, about.office_id, today(about)) is not None, newcomer=about.who.newcomer,
    )  # fmt: skip


def _tags(case: Any) -> list[str]:
    """The names under which scripts may be kept for a matter: kind, kind and topic, code of the change."""
    if case is None:
        return ["inquiry", "inquiry.cargo"]
    parts = [case.kind, getattr(case, "code", None) or "", f"change.{case.code}" if case.kind == "change" else ""]
    topic = getattr(case, "topic", None)
    return parts + ([f"{case.kind}.{topic}"] if topic else [])


def _tells(about: About) -> str | None:
    if not about.events:
        return None
    return TELLS.get((CODES.get(about.events[0].code, ""), bool(about.event("new_vehicle"))))


def _spoken(session: Session, case_id: int) -> bool:
    """Whether the desk has spoken to somebody about the matter already."""
    out = Message.direction == "out"
    found = select(Message.id).where(Message.case_id == case_id, out, Message.channel.in_(SPOKEN)).limit(1)
    return session.scalar(unseen(found)) is not None


def today(about: About) -> date:
    return about.at.astimezone(about.zone).date()


def _in_force(session: Session, today: date) -> list[DocumentVersion]:
    found = documents.in_force(session, "script")
    return [version for version in found if _begun(version, today)]


def _begun(version: DocumentVersion, today: date) -> bool:
    return version.starts_on is None or version.starts_on <= today


def _uses(session: Session, today: date) -> dict[int, int]:
    found = select(ScriptUse.document_id, func.sum(ScriptUse.count)).where(ScriptUse.day > today - COUNTED)
    return {key: int(n) for key, n in session.execute(found.group_by(ScriptUse.document_id))}


# ------------------------------------------------------------------------------------------ inserting it


def chosen(session: Session, about: About, number: str) -> Fit:
    """The script in force under a number. Raises Refused (404) for one that is not approved, not in force or not there."""
    found = documents.current(session, number)
    if found is None or found.document.what != "script" or not _begun(found, today(about)):
        raise Refused(Words(N_("This script is not in force.")), 404)
    return Fit(found, 0, 0, 0)


def text(about: About, fit: Fit) -> str:
    """What a script says in this matter; slots that nobody can fill stand open, by name."""
    body, group = fit.body(about.language).strip(), fit.version.document.grouped
    about.days = "complaint.pickup_lookback" if group == "CMP" else "claim.payment"
    return slots.fill(body, slot_values.values(about, slots.codes(body)), about.language)


def after(written: str, said: str) -> str:
    """What was written with a script after it, on a line of its own; nothing that was written is replaced."""
    kept = written.rstrip()
    return f"{kept}\n{said}" if kept else said


def used(tx: Tx, fit: Fit, today: date) -> None:
    """Count that this person inserted the script; by day, no history."""
    key = (tx.actor.user_id, fit.version.document_id, today)
    found = tx.session.get(ScriptUse, key)
    if found is None:
        tx.add(ScriptUse(user_id=key[0], document_id=key[1], day=key[2]))
    else:
        found.count += 1


def remembered(session: Session, stamp: str | None) -> str | None:
    """Number and version as a message keeps them, "SCR-17/3", when that version was ever in force; else None."""
    number, _, version = (stamp or "").partition("/")
    if not version.isdecimal() or len(version) > 6:
        return None
    found = select(DocumentVersion.id).join(Document, Document.id == DocumentVersion.document_id).where(
        Document.number == number, DocumentVersion.number == int(version), Document.what == "script",
        DocumentVersion.state.in_(("approved", "replaced", "withdrawn")), DocumentVersion.approved_at.is_not(None),
    )  # fmt: skip
    return stamp if session.scalar(found) is not None else None


def speaks_to(customer: Any) -> str:
    """The language of the words: a customer overseas reads English, everybody else Chinese."""
    return "en" if customer is not None and customer.overseas else "zh"
