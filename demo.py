"""The demo: an invented office in a data directory of its own, filled in time order through the rules (E-33).

The first event of its history says that it is a demo, so no other database is ever touched. The desk of the demo is
open round the clock, so that its queue looks alive at whatever hour it is made.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect, select
from stdnum import iso6346

import demo_data as data
import demo_more
import serving
from models import CalendarDay, Customer, Event, Office, Seen, Shipment, db
from rules import accounts, customers, fees, library, offices, payments, queries, reference, setup, shipments, stages
from rules.holidays_cn import known_days
from rules.policy import ROLE_NAMES, unseen
from rules.store import Actor, Tx, now, set_clock, system, write_tx
from rules.words import N_, Refused, Words
from rules.workflow import open_case, perform

FOLDER = Path(__file__).parent / "instance-demo"
BEGIN, READY = "demo.begin", "demo.ready"
OPEN = {"desk.hours": "00:00-24:00", "desk.days": list(range(7)), "desk.duty_24h": True}
MATTERS = (*data.MATTERS, *demo_more.MATTERS)
DAYS = 9  # how long ago the office began
Tell = Callable[..., None]


def settings() -> dict[str, str]:
    """The environment of the demo: its own directory, plain http on this machine, the banner, mail into the log only."""
    folder = os.environ.get("FIRSTHAND_DATA") or str(FOLDER)
    return {"FIRSTHAND_DEMO": "1", "FIRSTHAND_INSECURE_HTTP": "1", "FIRSTHAND_DATA": folder,
            "FIRSTHAND_SMTP_URL": "log"}  # fmt: skip


def run(app: Flask, tell: Tell, port: int | None) -> None:
    """Make the office unless it is there, give every account a new password, say them, and serve unless `port` is None.

    Raises Refused for a database that is not a demo's, or one whose making was interrupted.
    """
    if not is_demo():
        tell(N_("Making the demo office in %(folder)s …"), folder=str(app.config["DATA"]))
        upgrade()
        Maker(random.Random(7)).make()  # the same office every time
    _print(tell, renew_passwords())
    if port is not None:
        serving.serve(app, "127.0.0.1", port, tell)


def is_demo() -> bool:
    """Whether the database is a complete demo; False when it is empty. Raises Refused for anything else."""
    if not inspect(db.engine).has_table("events"):
        return False
    serving.need_tables(db.engine)
    actions = select(Event.action).where(Event.action.in_((BEGIN, READY))).distinct()
    found = set(db.session.scalars(actions))
    used = db.session.scalar(select(Event.seq).limit(1)) is not None or not setup.empty(db.session())
    if used and BEGIN not in found:
        raise Refused(
            Words(N_("This database is not a demo; it stays untouched. Leave FIRSTHAND_DATA and DATABASE_URL unset."))
        )
    if used and READY not in found:
        raise Refused(Words(N_("The making of this demo was interrupted: delete its directory and start again.")))
    return used


def renew_passwords() -> list[tuple[str, ...]]:
    """A fresh password for every account: (sign-in name, person, role, office, password)."""
    rows: list[tuple[str, ...]] = []
    for login, display, role, office, _grade in data.PEOPLE:
        password = accounts.one_time_password()
        with write_tx(system("flask demo"), "user.password") as tx:
            user = accounts.by_name(tx.session, login)
            assert user is not None
            accounts.set_password(tx, user, password)
        rows.append((login, display, ROLE_NAMES[role], office or "*", password))
    return rows


def _print(tell: Tell, rows: list[tuple[str, ...]]) -> None:
    tell(N_("Accounts, with passwords made just now:"))
    for login, display, role, office, password in rows:
        tell("%(login)s %(password)s %(office)s %(role)s %(display)s", login=f"{login:7}", password=password,
             office=f"{office:3}", role=Words(role), display=display)  # fmt: skip


# ------------------------------------------------------------------------------------------ making it


@dataclass
class Maker:
    """Everything that happened, gathered as (moment, what to do), then done in order of time under that time."""

    dice: random.Random
    start: datetime = field(default_factory=now)
    agenda: list[tuple[datetime, Callable[[datetime], None]]] = field(default_factory=list)
    offices: dict[str, int] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    goods: dict[str, int] = field(default_factory=dict)
    cases: dict[int, str] = field(default_factory=dict)
    opening: int = DAYS * 1440

    def make(self) -> None:
        """Plan it all, then live through it."""
        self._plan()
        try:
            for at, act in sorted(self.agenda, key=lambda entry: entry[0]):
                set_clock(lambda at=at: at)  # type: ignore[misc]
                act(at)
        finally:
            set_clock(None)

    def _plan(self) -> None:
        opening = self.opening
        self._at(opening, self._open_offices)
        for number, person in enumerate(data.PEOPLE[:-1]):
            self._at(opening - 5 - number, partial(self._hire, person, "user.add"))
        for number, row in enumerate(data.CUSTOMERS):
            self._at(opening - 30 - number, partial(self._win, row))
        for number, values in enumerate([*self._told_goods(), *self._other_goods(), *demo_more.goods(self)]):
            self._at(opening - 100 - 2 * number, partial(self._ship, *values))
        self._at(2100, self._price)
        self._at(2000, self._stop)
        for paid in data.PAYMENTS:
            self._at(paid[0], partial(self._pay, *paid[1:]))
        demo_more.plan(self)
        for number, matter in enumerate(MATTERS):
            self._at(matter.ago, partial(self._call, number, matter))
            for step in matter.then:
                self._at(step.ago, partial(self._step, number, step))
        self._at(0, partial(self._hire, data.PEOPLE[-1], READY))

    def _at(self, ago: int, act: Callable[[datetime], None]) -> None:
        self.agenda.append((self.start - timedelta(minutes=ago), act))

    def _open_offices(self, at: datetime) -> None:
        with write_tx(system("flask demo"), BEGIN, at) as tx:
            for code, name in data.OFFICES:
                office = offices.add(tx, code, name)
                offices.edit(tx, office, name, office.zone, OPEN)
                self._never_closed(tx, office)
                self.offices[code] = office.id
            reference.seed(tx)
            library.install(tx)

    def _never_closed(self, tx: Tx, office: Office) -> None:
        years = {self.start.year - 1, self.start.year, self.start.year + 1}
        for day in sorted({row.day for year in years for row in known_days(year)}):
            tx.add(
                CalendarDay(office_id=office.id, day=day, kind="extra", name="24 h", source="demo", spans=[[0, 1440]])
            )

    def _hire(self, person: tuple[str, str, str, str | None, int], action: str, at: datetime) -> None:
        login, display, role, code, grade = person
        roles = [role, "release"] if login in data.RELEASE_OFFICERS else [role]
        with write_tx(system("flask demo"), action, at) as tx:
            home = tx.session.get_one(Office, self.offices[code]) if code else None
            user = accounts.add(
                tx, login, accounts.one_time_password(), roles, display=display, office=home, grade=grade
            )
            user_id = user.id
        office_id = self.offices.get(code or "")
        self.people[login] = Actor(
            user_id,
            login,
            display,
            frozenset(roles),
            grade,
            office_id,
            newcomer=login == demo_more.NEWCOMER,
            route="flask demo",
        )

    def _win(self, row: tuple[Any, ...], at: datetime) -> None:
        key, name, code, grade, grouping, agent, contact, post, settlement, warning = row
        number = 101 + len(self.customers)
        values = {
            "code": f"{code}{number}", "name": name, "grade": grade, "grouping": grouping, "settlement": settlement,
            "agent_id": self.people[agent].user_id, "warning": warning, "office_id": self.offices[code],
            "term_days": 30 if settlement == "monthly" else None,
        }  # fmt: skip
        with write_tx(system("flask demo"), "customer.add", at) as tx:
            customer = customers.make(tx, values)
            person = customers.add_contact(
                tx, customer, {"name": contact, "post": post, "phone": f"1380013{number:04}"}
            )
            self.customers[key], self.contacts[key] = customer.id, person.id

    def _price(self, at: datetime) -> None:
        names = ("code", "carrier", "stage", "item", "receivable_minor", "payable_minor", "currency")
        with write_tx(self.people["zhou"], "fee.add", at) as tx:
            for row in data.FEES:
                fees.add(tx, dict(zip(names, row, strict=True)) | {"valid_from": at.date()})

    def _pay(self, who: str, customer: str, minor: int, purpose: str, slip: str | None, at: datetime) -> None:
        values = {
            "amount_minor": minor,
            "purpose": purpose,
            "slip": slip,
            "paid_on": at.date(),
            "payer": self._name_of(customer),
        }
        with write_tx(self.people[who], "payment.state", at) as tx:
            payments.state(tx, self._row(tx, Customer, self.customers[customer]), values)

    def _stop(self, at: datetime) -> None:
        key, why = data.STOPPED
        with write_tx(self.people["zhou"], "customer.stop", at) as tx:
            customers.stop(tx, self._row(tx, Customer, self.customers[key]), why)

    # -------------------------------------------------------------------------------------- goods

    def _told_goods(self) -> Iterator[tuple[str, str, str, str, dict[str, Any]]]:
        for key, customer, mode, stage, values in data.GOODS:
            yield key, customer, mode, stage, self._invented(mode, customer) | values

    def _other_goods(self) -> Iterator[tuple[str, str, str, str, dict[str, Any]]]:
        office = {row[0]: row[2] for row in data.CUSTOMERS}
        here = [key for key in office if office[key] == "SZ"]
        wanted = [("SZ", mode) for mode, count in data.AMOUNT.items() for _ in range(count)] + [("SH", "air")] * 6
        for number, (code, mode) in enumerate(wanted):
            customer = self.dice.choice(here if code == "SZ" else [key for key in office if office[key] == code])
            yield f"more{number}", customer, mode, self.dice.choice(data.STAGES[mode]), self._invented(mode, customer)

    def _invented(self, mode: str, customer: str) -> dict[str, Any]:
        """Goods that nobody ever sent, with numbers whose check digits are right."""
        dice, origin = self.dice, "上海" if customer in ("puyuan", "xinhe") else "深圳"
        pieces = dice.randint(2, 60)
        left = self.start - timedelta(hours=dice.randint(20, 120))
        values = {
            "mode": mode, "origin": origin, "destination": dice.choice(data.DESTINATIONS[mode]), "pieces": pieces,
            "consignee": dice.choice(data.CONSIGNEES), "consignee_phone": f"1380013{dice.randint(2000, 6999)}",
            "cargo": dice.choice(data.CARGO), "weight_g": pieces * dice.randint(6, 24) * 1000, "departs_at": left,
            "volume_l": pieces * dice.randint(20, 90), "arrives_at": left + timedelta(hours=dice.randint(5, 40)),
            "payment": "monthly", "freight_minor": pieces * dice.randint(2000, 9000), "shipper": self._name_of(customer),
        }  # fmt: skip
        return values | getattr(self, f"_{mode}_numbers")()

    def _name_of(self, customer: str) -> str:
        return next(row[1] for row in data.CUSTOMERS if row[0] == customer)

    def _air_numbers(self) -> dict[str, Any]:
        carrier, prefix = self.dice.choice(data.CARRIERS["air"])
        serial = self.dice.randint(1_000_000, 9_999_999)
        vehicle = f"{carrier}{self.dice.randint(3000, 6999)}"
        return {"carrier": carrier, "number": f"{prefix}-{serial}{serial % 7}", "vehicle": vehicle}

    def _sea_numbers(self) -> dict[str, Any]:
        carrier, front = self.dice.choice(data.CARRIERS["sea"]), f"FHDU{self.dice.randint(100_000, 999_999)}"
        return {"carrier": carrier, "number": f"FHD{self.dice.randint(10_000_000, 99_999_999)}",
                "container": front + iso6346.calc_check_digit(front)}  # fmt: skip

    def _road_numbers(self) -> dict[str, Any]:
        return {
            "number": f"FHR{self.dice.randint(100_000, 999_999)}",
            "vehicle": f"粤B{self.dice.randint(10_000, 99_999)}",
        }

    def _ship(self, key: str, customer: str, mode: str, stage: str, values: dict[str, Any], at: datetime) -> None:
        with write_tx(system("flask demo"), "shipment.add", at) as tx:
            office = self._row(tx, Customer, self.customers[customer]).office_id
            shipment = shipments.make(tx, values | {"office_id": office}, self.customers[customer])
            self.goods[key] = shipment.id
        if stage != stages.first(mode):
            with write_tx(system("flask demo"), "shipment.stage", at) as tx:
                shipments.set_stage(tx, self._row(tx, Shipment, self.goods[key]), stage, at, "carrier")

    # -------------------------------------------------------------------------------------- matters

    def _call(self, number: int, matter: data.Matter, at: datetime) -> None:
        who = self.people[matter.who]
        with write_tx(who, f"{matter.kind}.register", at) as tx:
            about = self._row(tx, Shipment, self.goods[matter.about]) if matter.about else None
            told = {
                "office_id": who.office_id, "channel": matter.channel, "customer_id": self.customers.get(matter.customer or ""),
                "contact_id": self.contacts.get(matter.customer or ""), "shipment": about, "called_at": at,
                "shipment_id": about.id if about else None,
            }  # fmt: skip
            self.cases[number] = open_case(tx, matter.kind, told | matter.data).ref

    def _step(self, number: int, step: data.Step, at: datetime) -> None:
        sent = dict(step.data)
        if "person" in sent:
            sent["person"] = self.people[sent["person"]].user_id
        if "in_minutes" in sent:
            later = "by_at" if step.move == "promise" else "at"
            sent[later] = self.start + timedelta(minutes=sent.pop("in_minutes"))
        kind = MATTERS[number].kind
        who = self.people[step.who]
        with write_tx(who, f"{kind}.{step.move}", at) as tx:
            case: Any = queries.case_by_ref(tx.session, who, self.cases[number], fresh=True)
            if step.move == "approve":  # opened first; what is refused without a look stands in the auditor's list
                looked = at - timedelta(seconds=40)
                tx.add(Seen(user_id=who.user_id, what="case", object_id=case.id, first_at=looked, at=looked))
            if step.move == "send_quote":
                sent["words"] = demo_more.quotation_words(tx.session, case)
            perform(tx, case, step.move, sent)

    def _row(self, tx: Tx, model: Any, key: int) -> Any:
        return tx.session.scalars(unseen(select(model).where(model.id == key))).one()
