"""A small office for the tests of the pages: two branches, one person per role, goods at every stage, one case per state.

Everything is made through the rules themselves, so that turns, clocks, approvals and history stand as in real work.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from blueprints._guard import hashed
from models import (
    Base,
    Case,
    Clock,
    Contact,
    Customer,
    Department,
    Inquiry,
    Office,
    Shipment,
    Turn,
    User,
    UserRole,
    UserSession,
    db,
)
from rules import intake, search
from rules.policy import unseen
from rules.store import Actor, Tx, now, system, write_tx
from rules.workflow import open_case, perform, proceed
from tests.factories import matter as load

PEOPLE = {  # name: (roles, office, grade)
    "agent": ("agent", "SZ", 1), "agent2": ("agent", "SZ", 1), "supervisor": ("supervisor", "SZ", 4),
    "supervisor2": ("supervisor", "SZ", 4), "finance": ("finance", "SZ", 1), "auditor": ("auditor", None, 1),
    "admin": ("admin", None, 1), "both": ("agent supervisor finance", "SZ", 4), "guest": ("agent", "GZ", 1),
    "guest_lead": ("supervisor finance", "GZ", 4), "junior": ("supervisor", "SZ", 2),
}  # fmt: skip
PHONE = "13812345678"
NUMBERS = {"A1": "6621890", "A2": "6621901", "A5": "6621912", "A6": "6621923", "GZ": "7721934"}
PROOF = {"proof_note": "传真件 11-18，深圳华强", "proof_items": ["number", "destination", "consignee", "content"]}


@dataclass
class World:
    """Ids and references of what was made."""

    users: dict[str, int] = field(default_factory=dict)
    offices: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    shipments: dict[str, int] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)


def build() -> World:
    """Offices, people, customers and shipments; no cases yet. `GZ` is the other branch."""
    world, at = World(), now()
    with write_tx(system("setup"), "setup") as tx:
        for code, name in (("SZ", "深圳华强营业部"), ("GZ", "广州白云营业部")):
            world.offices[code] = tx.add(Office(code=code, name=name, created_at=at)).id
        for name, (roles, office, grade) in PEOPLE.items():
            made = User(name=name, display=f"同事{name}", office_id=world.offices.get(office or ""), grade=grade,
                        password_hash="x", created_at=at, language="zh",
                        roles=[UserRole(role=role) for role in roles.split()])  # fmt: skip
            world.users[name] = tx.add(made).id
        for code in ("ROUTE", "OPS"):
            tx.add(Department(code=code, name=f"部门{code}"))
        for code, office, stopped in (("good", "SZ", False), ("stopped", "SZ", True), ("foreign", "GZ", False)):
            _customer(tx, world, code, office, stopped)
        for stage, number in NUMBERS.items():
            _shipment(tx, world, stage, number, "good" if stage != "GZ" else "foreign")
        _shipment(tx, world, "held", "8821945", "good", hold_shipper="等发货人指令")
        _shipment(tx, world, "stopped", "8821956", "stopped", hold_shipper="等发货人指令")
    return world


def _customer(tx: Tx, world: World, code: str, office: str, stopped: bool) -> None:
    made = tx.add(Customer(
        office_id=world.offices[office], code=f"C-{code}", name=f"{code}贸易有限公司", grade="A", created_at=tx.at,
        stopped_at=tx.at if stopped else None, stopped_reason="欠款未付" if stopped else None,
    ))  # fmt: skip
    phone = {"good": PHONE, "stopped": "13912345679", "foreign": "13712345670"}[code]
    person = tx.add(Contact(customer_id=made.id, name="刘玲", phone=phone))
    world.customers[code], world.contacts[code] = made.id, person.id
    search.index(tx.session, made)


def _shipment(tx: Tx, world: World, key: str, number: str, customer: str, **other: Any) -> None:
    made = tx.add(Shipment(
        office_id=world.offices["GZ" if customer == "foreign" else "SZ"], mode="air", number=number,
        stage=key if key in ("A1", "A2", "A5", "A6") else "A5", customer_id=world.customers[customer],
        shipper="深圳华强电子", consignee="王强", consignee_phone="13512340000", address="朝阳区1号", origin="深圳",
        destination="北京", cargo="电子元件", pieces=3, weight_g=42000, volume_l=300, stage_at=tx.at, stage_source="import",
        created_at=tx.at, **other,
    ))  # fmt: skip
    world.shipments[key] = made.id
    search.index(tx.session, made)


def actor(world: World, name: str) -> Actor:
    """A person of the world as the rules see him."""
    roles, office, grade = PEOPLE[name]
    return Actor(world.users[name], name, f"同事{name}", frozenset(roles.split()), grade, world.offices.get(office or ""),
                 request_id="test", route="test")  # fmt: skip


@contextmanager
def acting(world: World, name: str, action: str = "test") -> Iterator[Tx]:
    """A write by a person of the world."""
    with write_tx(actor(world, name), action) as tx:
        yield tx


def log(world: World, kind: str, by: str = "agent", **data: Any) -> str:
    """Log a matter as the desk does; returns its reference."""
    filled = {"channel": "phone", "called_at": now() - timedelta(minutes=2), "papers": []} | DEFAULTS[kind] | data
    with acting(world, by) as tx:
        ready = intake.resolve(tx.session, tx.actor, filled)
        case = open_case(tx, kind, ready)
        proceed(tx, load(case.ref), ready)
        return str(case.ref)


DEFAULTS: dict[str, dict[str, Any]] = {
    "inquiry": {"topic": "price", "asked": "到北京什么价", "number": NUMBERS["A1"]},
    "complaint": {"topic": "partner", "weight": "simple", "content": "代理迟迟不放货", "number": NUMBERS["A5"],
                  "caller_name": "刘玲", "caller_phone": PHONE},
    "change": {"code": "K10", "consignee": "刘玲", "destination": "天津", "number": NUMBERS["A5"], "charge_minor": 12000,
               "payer": "shipper", "charge_agreed": "刘玲 10:02", **PROOF},
}  # fmt: skip


def move(world: World, ref: str, name: str, by: str = "agent", **data: Any) -> None:
    """Make a move as a person of the world."""
    with acting(world, by):
        perform(db.session.info["tx"], load(ref), name, data | {"papers": []})


def every_state(world: World) -> dict[str, str]:
    """One case in each state of each kind, by `kind.state`; void ones are kept once."""
    refs = {"inquiry.open": log(world, "inquiry"), "complaint.registered": log(world, "complaint")}
    for state, moves in INQUIRIES.items():
        refs[f"inquiry.{state}"] = _made(world, "inquiry", moves)
    for state, moves in COMPLAINTS.items():
        refs[f"complaint.{state}"] = _made(world, "complaint", moves)
    for kind in ("inquiry", "complaint"):
        refs[f"{kind}.merged"] = log(world, kind)
        move(world, refs[f"{kind}.merged"], "merge", into=refs[f"{kind}.reopened"], **WHY)
    refs["change.waiting"] = log(world, "change")
    refs["change.proof_missing"] = log(world, "change", proof_note=None, proof_items=[])
    for state, moves in CHANGES.items():
        refs[f"change.{state}"] = _made(world, "change", moves)
    refs["change.asked"] = log(world, "change", code="K07", consignee="赵敏", charge_minor=0)
    world.cases.update(refs)
    return refs


def _made(world: World, kind: str, moves: tuple[tuple[str, str, dict[str, Any]], ...]) -> str:
    own = {
        "change": {"consignee": f"收货人{secrets.token_hex(2)}"},
        "complaint": {"topic": "hotline"},
    }  # no list of its own
    ref = log(world, kind, **own.get(kind, {}))
    for name, by, data in moves:
        move(world, ref, name, by, **data)
    return ref


SAID = {"text": "已告知客户", "to": "shipper", "channel": "phone"}
WHY = {"reason": "核对过了"}
ANSWER = ("answer", "agent", SAID)
ACCEPT = ("accept", "agent", {"weight": "simple"})
CONSULT = ("consult", "agent", {"text": "客户要求赔偿，可以答应吗"})
AIR = {"item": "air_freight", "amount": 520, "currency": "CNY", "unit": "kg", "quantity": 42_000}
REDUCED = ("quote_draft", "agent", {"lines": [AIR], "competitor_price": 20_000, "reduction": "老客户"})
INQUIRIES = {
    "info_missing": (("ask_info", "agent", SAID),), "with_desk": (("ask_party", "agent", {"to": "fleet", "whom": "车队", "question": "请查价"}),),
    "with_supervisor": (CONSULT,), "in_review": (REDUCED, ("submit_quote", "agent", {})),
    "answered": (ANSWER,), "booked": (ANSWER, ("booking_came", "agent", {})), "closed": (ANSWER, ("close", "agent", {})),
    "reopened": (ANSWER, ("reopen", "agent", WHY)), "void": (("void", "agent", WHY),),
}  # fmt: skip
FOUND = {"finding": "热线占线", "party": "fleet", "responsible_reason": "通话记录"}
SETTLE = (("find", "agent", FOUND), ("confirm_party", "supervisor", {}), ("feedback", "agent", SAID))
COMPLAINTS = {
    "accepted": (ACCEPT,), "investigating": (ACCEPT, ("investigate", "agent", {"text": "已问代理"})),
    "with_supervisor": (ACCEPT, CONSULT), "answered": (ANSWER, SETTLE[0]),
    "closed": (ANSWER, *SETTLE, ("close", "agent", {})),
    "reopened": (ANSWER, ("reopen", "agent", WHY)), "void": (("void", "agent", WHY),),
}  # fmt: skip
SIGNED = (("approve", "supervisor", {}), ("approve", "finance", {}))
CHANGES = {
    "approved": SIGNED, "executed": (*SIGNED, ("execute", "agent", {"own_system": True, "told": "刘玲 10:20"})),
    "refused": (("refuse", "supervisor", WHY),), "withdrawn": (("withdraw", "agent", WHY),), "void": (("void", "agent", WHY),),
}  # fmt: skip


def signed_in(world: World, name: str) -> tuple[str, int, int]:
    """A new session row for a person: its token, his id and password version. No password is hashed (E-35)."""
    token = secrets.token_urlsafe(16)
    with write_tx(system("sign in"), "sign_in") as tx:
        tx.add(UserSession(user_id=world.users[name], token_hash=hashed(token), password_version=1, created_at=tx.at,
                           seen_at=tx.at, address="127.0.0.1", browser="test"))  # fmt: skip
    return token, world.users[name], 1


def last_ref() -> str:
    """The newest case."""
    db.session.rollback()
    return str(db.session.scalar(unseen(select(Case.ref).order_by(Case.id.desc()).limit(1))))


def fill(world: World, ref: str, many: int, hours: int = 30) -> None:
    """Copy the inquiry `ref` with its turns and clocks until there are `many`, due `hours` later, three at a time."""
    db.session.rollback()
    case = db.session.scalars(unseen(select(Inquiry).where(Inquiry.ref == ref))).one()
    rows: dict[type[Base], list[dict[str, Any]]] = {Case: [], Inquiry: [], Turn: [], Clock: []}
    models = (Turn, Clock)
    parts = {m: db.session.scalars(unseen(select(m).where(m.case_id == case.id))).all() for m in models}
    for n in range(1, many):
        number = case.id + n
        rows[Case].append(columns(Case, case) | {"id": number, "ref": f"INQ-{number}"})
        rows[Inquiry].append(columns(Inquiry, case) | {"id": number})
        for model, found in parts.items():
            for part in found:
                row = columns(model, part) | {"case_id": number}
                row.pop("id")
                due = part.due_at + timedelta(hours=hours, seconds=n // 3)
                rows[model].append(row | {"due_at": due} | ({"queue_at": due} if model is Turn else {}))
    with acting(world, "agent") as tx:
        for model, listed in rows.items():
            tx.session.execute(insert(model.__table__), listed)


def columns(model: type[Base], row: Any) -> dict[str, Any]:
    return {c.key: getattr(row, c.key) for c in model.__table__.columns}
