"""Four people decide on one change at the same moment, a hundred times: one wins, the others learn it, one effect is left.

Over HTTP on a real server: SQLite with one, PostgreSQL with two processes on the same database. Either all four approve,
or one approves, one refuses, the asker withdraws, and a colleague corrects it. Afterwards state, signatures, history and
goods of every change agree, and the chain holds.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from models import Approval, Change, Event, Office, Shipment, db
from rules import accounts, history, queries
from rules.policy import unseen
from rules.store import Actor, system, write_tx
from rules.workflow import open_case, perform
from tests import databases
from tests.served import Browser, serving

RACES = 100
PASSWORD = "correct horse battery"
KEY = secrets.token_hex(32)  # both processes read the same cookies
PEOPLE = {
    "asker": "agent",
    "colleague": "agent",
    "s1": "supervisor",
    "s2": "supervisor",
    "s3": "supervisor",
    "s4": "supervisor",
}
Entry = tuple[str, str, dict[str, str]]  # who sends which form
ENTRIES: dict[str, list[Entry]] = {
    "four approve": [(name, "approve", {}) for name in ("s1", "s2", "s3", "s4")],
    "approve, refuse, withdraw, edit": [
        ("s1", "approve", {}), ("s2", "refuse", {"reason": "证明上没有目的地"}), ("asker", "withdraw", {"reason": "客户不要了"}),
        ("colleague", "edit", {"destination": "济南"}),
    ],
}  # fmt: skip
COMES_TO = {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn", "edit": "asked"}
SIGNED = {"approve": ["approved"], "refuse": ["refused"], "withdraw": ["dropped"], "edit": ["dropped"]}


@dataclass
class Race:
    """One change that waits for a decision, and what everybody was told who tried something on it."""

    ref: str
    version: int
    told: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def winners(self) -> list[str]:
        """Moves that were made."""
        return [move for (_name, move), code in self.told.items() if code == 303]


class Runner(threading.Thread):
    """One person, who sends on each change when all four stand at the line."""

    def __init__(self, entry: Entry, port: int, races: list[Race], line: threading.Barrier) -> None:
        super().__init__()
        self.entry, self.races, self.line, self.dice = entry, races, line, random.Random(entry[0])
        self.waits: list[float] = []
        self.browser = Browser(port)
        self.browser.sign_in(entry[0], PASSWORD)

    def run(self) -> None:
        name, move, values = self.entry
        try:
            for race in self.races:
                self.line.wait(30)
                time.sleep(self.dice.random() / 300)  # whoever is first is so by a hair
                began = time.monotonic()
                code, _ = self.browser.post(f"/cases/{race.ref}/{move}", version=str(race.version), **values)
                self.waits.append(time.monotonic() - began)
                race.told[name, move] = code
        finally:
            self.line.abort() if len(self.waits) < len(self.races) else None


def set_up(data: Path, url: str) -> list[Race]:
    """An office with two agents and four supervisors, and changes of goods of their own that wait for one signature."""
    app = create_app(FIRSTHAND_DATA=str(data), DATABASE_URL=url, FIRSTHAND_INSECURE_HTTP="1")
    with app.app_context():
        upgrade()
        with write_tx(system("drill"), "setup") as tx:
            office = tx.add(Office(code="SZ", name="深圳", created_at=tx.at))
            ids = {
                name: accounts.add(tx, name, PASSWORD, [role], office=office, grade=2).id
                for name, role in PEOPLE.items()
            }
            where = office.id
        asker = Actor(ids["asker"], "asker", "asker", frozenset({"agent"}), 2, where)
        races = [Race(*asked(asker, where, n)) for n in range(RACES)]
        db.session.remove()
        db.engine.dispose()
    return races


def asked(asker: Actor, office_id: int, number: int) -> tuple[str, int]:
    """A redirection at our own cost, sent for a supervisor's signature; its ref and version."""
    with write_tx(asker, "register") as tx:
        goods = Shipment(
            office_id=office_id, mode="air", stage="A5", stage_at=tx.at, stage_source="drill", created_at=tx.at,
            number=str(7_000_000 + number), destination="北京", consignee="王五",
        )  # fmt: skip
        tx.add(goods)
        shipment = queries.shipment_by_id(tx.session, system(), goods.id)
        wanted = {
            "office_id": office_id, "channel": "fax", "caller_name": "韩女士", "caller_phone": "13800130877", "code": "K10",
            "shipment_id": goods.id, "shipment": shipment, "destination": "天津", "payer": "company", "proof_note": "传真",
            "proof_items": ["number", "destination", "consignee", "content"],
        }  # fmt: skip
        ref = open_case(tx, "change", wanted).ref
    with write_tx(asker, "submit") as tx:
        case = whole(ref)
        perform(tx, case, "submit")
        tx.session.flush()
        return ref, case.version


def whole(ref: str) -> Any:
    """A change with all that its moves use."""
    return queries.case_by_ref(db.session(), system(), ref, fresh=True)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.db'}"
    return databases.PostgresDatabase(f"drill_{secrets.token_hex(3)}", lambda _url: None).url


@pytest.mark.parametrize("entries", ENTRIES)
@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_a_hundred_times_four_people_decide_on_one_change_at_once(url: str, entries: str, tmp_path: Path) -> None:
    data = tmp_path / "desk"
    data.mkdir()
    races = set_up(data, url)
    processes = 2 if url.startswith("postgresql") else 1
    with ExitStack() as stack:
        more = {"DATABASE_URL": url, "FIRSTHAND_SECRET_KEY": KEY}
        ports = [stack.enter_context(serving(data, **more)) for _ in range(processes)]
        line = threading.Barrier(4)
        runners = [Runner(entry, ports[n % processes], races, line) for n, entry in enumerate(ENTRIES[entries])]
        began = time.monotonic()
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join()
        took = time.monotonic() - began
    waits = sorted(wait for runner in runners for wait in runner.waits)
    codes = Counter(code for race in races for code in race.told.values())
    won = Counter(name for race in races for (name, _move), code in race.told.items() if code == 303)
    print(f"\n{url.partition(':')[0]}, {processes} server(s), {entries}: {len(waits)} attempts on {len(races)} changes in {took:.0f} s,"
          f" {dict(codes)}, p50 {waits[len(waits) // 2]:.3f} s, slowest {waits[-1]:.3f} s; won by {dict(won)}")  # fmt: skip
    assert [race.ref for race in races if len(race.winners) != 1] == [], "not exactly one winner"
    assert codes == {303: len(races), 409: 3 * len(races)}
    assert len(won) > 1, "always the same one wins: that was no race"
    compare(data, url, races)


def compare(data: Path, url: str, races: list[Race]) -> None:
    """State, signatures, history and goods tell the same of every race as those who took part were told."""
    app = create_app(FIRSTHAND_DATA=str(data), DATABASE_URL=url, FIRSTHAND_INSECURE_HTTP="1")
    with app.app_context():
        wrong = [
            f"{race.ref}: {came} instead of {should}"
            for race in races
            for came, should in [left(race)]
            if came != should
        ]
        assert wrong == []
        verdict = history.verify(db.session())
        assert verdict.bad is None, verdict
        print(f"{verdict.count} events, the chain is whole; every change has one effect")
        db.session.remove()
        db.engine.dispose()


def left(race: Race) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What a race has left behind, and what its winner should have."""
    (move,) = race.winners
    case = rows(select(Change).where(Change.ref == race.ref))[0]
    goods = rows(select(Shipment).where(Shipment.id == case.shipment_id))[0]
    signed = rows(select(Approval.status).where(Approval.case_id == case.id).order_by(Approval.id))
    tried = Event.action.in_([f"change.{name}" for name in COMES_TO])
    made = rows(select(Event).where(Event.case_id == case.id, tried))
    on_goods = rows(select(Event).where(Event.object_type == "shipments", Event.object_id == goods.id, tried))
    done = (case.state, goods.destination, goods.standing, goods.version, signed, {e.action for e in made},
            len({e.request_id for e in made}), len(on_goods))  # fmt: skip
    applied = move == "approve"
    should = (COMES_TO[move], "天津" if applied else "北京", "redirected" if applied else "active", 2 if applied else 1, SIGNED[move],
              {f"change.{move}"}, 1, int(applied))  # fmt: skip
    return done, should


def rows(statement: Any) -> list[Any]:
    """What a statement finds, past the visibility filter."""
    return list(db.session.scalars(unseen(statement)))
