"""Makers of offices, people, customers, shipments and matters for all tests; everything goes through the rules.

Nobody gets a real password: tests that sign in insert session rows. Ids, not rows, are kept between writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import (
    Approval,
    Case,
    Clock,
    ClockPause,
    Contact,
    Customer,
    Department,
    Event,
    Office,
    Setting,
    Shipment,
    Turn,
    User,
    UserRole,
    UserSession,
    db,
)
from rules import queries, search, store
from rules.papers import Paper
from rules.policy import unseen
from rules.store import Actor, Tx, system, write_tx
from rules.workflow import Act, open_case, perform

TEN = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # Wednesday, ten in the morning in Shenzhen
PAPER = ["number", "destination", "consignee", "content"]  # what the proof of most changes shows
PROOF = {"proof_note": "传真，赵敏签字", "proof_items": PAPER}
READ_BACK = {"read_back": "赵敏 10:05"}
PAPER_FILE = Paper("ab" * 32, "更改证明.pdf", "application/pdf", 1234, None)
_number = count(8_120_000)  # far from the numbers that tests and their office name themselves


@dataclass
class Desk:
    """One office at work, and a second one that must not see anything of it. All values are ids or actors."""

    office: int
    other_office: int
    agent: Actor
    colleague: Actor
    supervisor: Actor
    finance: Actor
    auditor: Actor
    admin: Actor
    stranger: Actor
    customer: int
    shipment: int
    people: dict[str, Actor] = field(default_factory=dict)


def desk() -> Desk:
    """Two offices, one person per role (supervisor of grade 2), a second agent, a customer and goods at A5."""
    with writing() as tx:
        office, other = make_office(tx, "SZ"), make_office(tx, "GZ")
        people = {
            "agent": make_user(tx, office, "agent"),
            "colleague": make_user(tx, office, "agent"),
            "supervisor": make_user(tx, office, "supervisor", grade=2),
            "finance": make_user(tx, office, "finance"),
            "auditor": make_user(tx, None, "auditor"),
            "admin": make_user(tx, None, "admin"),
            "stranger": make_user(tx, other, "agent"),
        }
        customer = make_customer(tx, office)
        shipment = make_shipment(tx, office, customer)
        actors = {name: actor_of(user) for name, user in people.items()}
        return Desk(office.id, other.id, **actors, customer=customer.id, shipment=shipment.id, people=actors)


@contextmanager
def writing(action: str = "test") -> Iterator[Tx]:
    """A write by the desk itself."""
    with write_tx(system("test"), action) as tx:
        yield tx


# ------------------------------------------------------------------------------------------ offices and people


def make_office(tx: Tx, code: str, zone: str = "Asia/Shanghai") -> Office:
    """An office with default desk hours and no holidays (`rules.offices.add` brings those)."""
    return tx.add(Office(code=code, name=f"{code} 营业部", zone=zone, created_at=tx.at))


def make_user(tx: Tx, office: Office | None, *roles: str, grade: int = 1, name: str | None = None) -> User:
    """An account that holds `roles`; its password is none."""
    user = User(
        name=name or f"u{next(_number)}", display="林晓雯", office_id=office.id if office else None, grade=grade,
        password_hash="none", created_at=tx.at, roles=[UserRole(role=role) for role in roles],
    )  # fmt: skip
    return tx.add(user)


def actor_of(user: User, request_id: str = "req") -> Actor:
    """The actor that a signed-in `user` is."""
    roles = frozenset(held.role for held in user.roles)
    return Actor(user.id, user.name, user.display, roles, user.grade, user.office_id, request_id=request_id)


def person(desk: Desk, *roles: str, grade: int = 1, office: int | None = None) -> Actor:
    """One more colleague of the desk's office (or of `office`)."""
    with writing() as tx:
        return actor_of(make_user(tx, tx.session.get_one(Office, office or desk.office), *roles, grade=grade))


def on_duty(tx: Tx, user: User) -> None:
    """Sign a person in, seen just now."""
    tx.add(UserSession(
        user_id=user.id, token_hash=f"{user.id:064d}", password_version=1, created_at=tx.at, seen_at=tx.at, address="", browser="",
    ))  # fmt: skip


def make_department(tx: Tx, code: str = "ROUTE") -> Department:
    """Another desk that questions go to."""
    return tx.add(Department(code=code, name=f"{code} 航线部"))


# ------------------------------------------------------------------------------------------ customers and goods


def make_customer(
    tx: Tx, office: Office, name: str = "启明通讯设备", phone: str = "13622150418", **values: Any
) -> Customer:
    """A customer with one contact, found by search."""
    values = {"code": f"C{next(_number)}", "grade": "A", **values}
    customer = tx.add(Customer(office_id=office.id, name=name, created_at=tx.at, **values))
    tx.add(Contact(customer_id=customer.id, name="赵敏", phone=phone))
    search.index(tx.session, customer)
    return customer


def make_shipment(
    tx: Tx, office: Office, customer: Customer | None = None, stage: str = "A5", **values: Any
) -> Shipment:
    """Goods at `stage` (mode from its letter), with a number of their own."""
    mode = {"A": "air", "S": "sea", "R": "road"}[stage[0]]
    values = {
        "number": str(next(_number)), "consignee": "王五", "consignee_phone": "13810202290", "address": "北京朝阳建国路 88 号",
        "origin": "深圳", "destination": "北京", "pieces": 4, "weight_g": 86_000, "shipper": "启明通讯设备", **values,
    }  # fmt: skip
    row = Shipment(
        office_id=office.id, mode=mode, stage=stage, stage_at=tx.at, stage_source="test", created_at=tx.at,
        customer_id=customer.id if customer else None, **values,
    )  # fmt: skip
    shipment = tx.add(row)
    search.index(tx.session, shipment)
    return shipment


def goods(desk: Desk, stage: str = "A5", stopped: str | None = None, **values: Any) -> int:
    """Another shipment of the desk's customer, or of a new one that finance has stopped for the reason `stopped`."""
    with writing() as tx:
        office = tx.session.get_one(Office, desk.office)
        if stopped is None:
            owner = tx.session.get_one(Customer, desk.customer, execution_options={"visible": "system"})
        else:
            owner = make_customer(tx, office, "恒昌贸易", "13622150419", stopped_at=tx.at, stopped_reason=stopped)
        return make_shipment(tx, office, owner, stage, **values).id


# ------------------------------------------------------------------------------------------ matters


def inquiry(who: Actor, desk: Desk, **data: Any) -> str:
    """Register an inquiry, its goods known as far as a quotation needs; returns its ref."""
    goods = {"cargo_name": "灯具", "weight_g": 3_000_000}
    return log(who, desk, "inquiry", {"topic": "price", "asked": "深圳到上海 3 吨多少钱", "piece": goods, **data})


def complaint(who: Actor, desk: Desk, **data: Any) -> str:
    """Register a complaint; returns its ref."""
    return log(
        who, desk, "complaint", {"topic": "partner", "weight": "simple", "content": "已放货一天仍未派送", **data}
    )


def change(who: Actor, desk: Desk, code: str = "K07", shipment: int | None = None, **data: Any) -> str:
    """Ask for a change of the desk's shipment (or of `shipment`), with proof; returns its ref."""
    with_proof = {"code": code, **PROOF, **data}
    if code in ("K07", "K10", "K11") and "consignee" not in data:
        with_proof["consignee"] = "王建平"
    if code in ("K10", "K10-return") and not data.get("charge_minor"):
        with_proof.setdefault("payer", "company")  # our own mistake: no charge
    return log(who, desk, "change", {"shipment_id": shipment or desk.shipment, **with_proof})


def log(who: Actor, desk: Desk, kind: str, data: dict[str, Any]) -> str:
    """Register a matter of `kind` as `who`, by phone, for the desk's customer unless `data` says otherwise."""
    data = {"office_id": desk.office, "channel": "phone", "customer_id": desk.customer, **data}
    with write_tx(who, "register") as tx:
        data.setdefault("contact_id", contact_of(data["customer_id"]))
        if data.get("shipment_id"):
            data["shipment"] = queries.shipment_by_id(tx.session, system(), data["shipment_id"])
        return str(open_case(tx, kind, data).ref)


def contact_of(customer_id: int | None) -> int | None:
    """The first contact of a customer."""
    return db.session.scalar(unseen(select(Contact.id).where(Contact.customer_id == customer_id).order_by(Contact.id)))


def do(who: Actor, ref: str, move: str, version: int | None = None, **data: Any) -> Act:
    """Make a move as `who`, in a write of its own; raises Refused as the rules do."""
    with write_tx(who, move) as tx:
        return perform(tx, matter(ref), move, data, version)


def matter(ref: str) -> Any:
    """A case as it stands, with what its moves use."""
    found = queries.case_by_ref(db.session(), system(), ref, fresh=True)
    assert found is not None, ref
    return found


# ------------------------------------------------------------------------------------------ looking


def open_turns(ref: str) -> list[Turn]:
    """The open turns of a case, in order of making."""
    return _rows(
        select(Turn)
        .join(Case, Case.id == Turn.case_id)
        .where(Case.ref == ref, Turn.closed_at.is_(None))
        .order_by(Turn.id)
    )


def clocks_of(ref: str) -> list[Clock]:
    """The clocks of a case, the newest last."""
    return _rows(select(Clock).join(Case, Case.id == Clock.case_id).where(Case.ref == ref).order_by(Clock.id))


def pauses_of(ref: str) -> list[ClockPause]:
    """The pauses of a case's clocks, in order."""
    found = select(ClockPause).join(Clock, Clock.id == ClockPause.clock_id).join(Case, Case.id == Clock.case_id)
    return _rows(found.where(Case.ref == ref).order_by(ClockPause.id))


def approvals_of(ref: str) -> list[Approval]:
    """The approvals of a case in order of asking."""
    found = select(Approval).join(Case, Case.id == Approval.case_id).where(Case.ref == ref)
    return _rows(found.order_by(Approval.round, Approval.step))


def goods_of(shipment_id: int) -> Shipment:
    """A shipment as it stands, with its customer."""
    found = select(Shipment).where(Shipment.id == shipment_id).options(joinedload(Shipment.customer))
    return _rows(found)[0]


def events(**where: Any) -> list[Event]:
    """Events with these values, oldest first."""
    found = select(Event).filter_by(**where).order_by(Event.seq)
    return list(db.session.scalars(found))


def set_figure(
    key: str, value: Any, office_id: int | None = None, by: int | None = None, agreed: int | None = None
) -> int:
    """Put a figure in force from now on, agreed to by `agreed`."""
    with writing("setting") as tx:
        row = Setting(key=key, office_id=office_id, value=value, valid_from=tx.at, by_id=by, approved_by_id=agreed)
        return tx.add(row).id


def _rows(statement: Any) -> list[Any]:
    return list(db.session.scalars(unseen(statement).execution_options(populate_existing=True)))


def now() -> datetime:
    """The moment of the desk's clock."""
    return store.now()
