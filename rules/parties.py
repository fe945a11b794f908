"""Whom the desk may ask about a matter: other desks, partners on file, and whoever else knows (ORG-02, SHP-20, CMP-24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from models import Department, Partner
from rules.words import N_, Refused, Words

DEPARTMENT, PARTNER, HEAD, MANAGER = "department", "partner", "head", "manager"
NAMES = {
    DEPARTMENT: N_("Another desk"), PARTNER: N_("Partner"), "fleet": N_("Fleet"), "carrier": N_("Carrier"),
    "clerk": N_("Clerk concerned"), "consignee": N_("Consignee"), "shipper": N_("Shipper"),
    HEAD: N_("Head of another department"), MANAGER: N_("Manager of a partner"),
}  # fmt: skip
SENIOR = (HEAD, MANAGER)  # only after attempts among peers and with the team leader's permission (CMP-24)
INSIDE = (DEPARTMENT, "clerk", HEAD)
CUSTOMERS = ("shipper", "consignee")
LISTED = (DEPARTMENT, PARTNER)
PRICES = {"special": "HX", "break_bulk": "SZH"}  # the desk that prices such goods gets the full set (INQ-03, INQ-04)
PRICING = frozenset(PRICES.values())


@dataclass(frozen=True, slots=True)
class Party:
    """One who is asked: what he is, his name, and the row he stands for."""

    kind: str
    name: str
    department_id: int | None = None
    partner_id: int | None = None
    code: str | None = None


def choices(session: Session) -> dict[Any, list[tuple[str, Any]]]:
    """All who can be asked, in groups for one choice: desks and partners by name, then everybody else. One select."""
    desks = select(literal(DEPARTMENT).label("kind"), Department.id, Department.name).where(Department.active)
    partners = select(literal(PARTNER), Partner.id, Partner.name).where(Partner.status == "active")
    rows = session.execute(union_all(desks, partners)).all()
    found: dict[Any, list[tuple[str, Any]]] = {"": [("", N_("Choose"))]}
    for kind, label in ((DEPARTMENT, N_("Our desks")), (PARTNER, N_("Partners"))):
        listed = sorted((name, str(key)) for one, key, name in rows if one == kind)
        if listed:
            found[label] = [(f"{kind}:{key}", name) for name, key in listed]
    found[N_("Others")] = [(kind, label) for kind, label in NAMES.items() if kind not in LISTED]
    return found


def desk(session: Session, code: str) -> str | None:
    """The choice that stands for the desk with a code, or None where the office has none."""
    key = session.scalar(select(Department.id).where(Department.code == code, Department.active))
    return f"{DEPARTMENT}:{key}" if key else None


def party(session: Session, to: str | None, name: str | None) -> Party:
    """The one who was chosen: `to` is a kind, or `department:3`, `partner:7`; `name` goes before the name on file.

    Raises Refused (422) for a choice that is none, and where a name is missing.
    """
    kind, _, key = (to or "").partition(":")
    if kind not in NAMES or bool(key) != (kind in LISTED) or (key and not (key.isascii() and key.isdigit())):
        raise Refused(Words(N_("Choose whom to ask.")), 422, "to")
    if not key:
        if not name:
            raise Refused(Words(N_("Name whom you ask.")), 422, "whom")
        return Party(kind, name)
    row: Any = session.get(Department if kind == DEPARTMENT else Partner, int(key))
    if row is None:
        raise Refused(Words(N_("Choose whom to ask.")), 422, "to")
    called = f"{row.name} {name}" if name else row.name
    return Party(kind, called[:120], code=row.code, **{f"{kind}_id": row.id})
