"""Eight people write on the same matters for twenty seconds: nothing fails, nothing is lost, the chain stays whole.

Over HTTP on a real server. A note and a chase never conflict, so every one that was acknowledged must be there
afterwards; an answer and a reopening carry the version they were made against, so each one either happened or its
sender was told that somebody was faster.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from models import Case, Event, Message, Office, db
from rules import accounts, history
from rules.policy import unseen
from rules.store import Actor, system, write_tx
from rules.workflow import open_case
from tests.served import Browser, serving

SECONDS, WRITERS, MATTERS = 20.0, 8, 4
PASSWORD = "correct horse battery"
VERSION = re.compile(r'name="version"[^>]*value="(\d+)"')
ANSWER = {"to": "shipper", "channel": "wechat", "do": "send", "answered": "1"}


@dataclass
class Tally:
    """What a writer was told: its notes, chases and moves by matter, every status, every wait in seconds."""

    notes: list[str] = field(default_factory=list)
    chases: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)


class Writer(threading.Thread):
    """One person who never stops for breath."""

    def __init__(self, number: int, port: int, refs: list[str], until: float) -> None:
        super().__init__()
        self.number, self.refs, self.until = number, refs, until
        self.browser, self.told, self.dice = Browser(port), Tally(), random.Random(number)
        self.browser.sign_in(f"agent{number}", PASSWORD)

    def run(self) -> None:
        while time.monotonic() < self.until:
            ref = self.dice.choice(self.refs)
            self.dice.choices((self.note, self.chase, self.move), (5, 3, 2))[0](ref)

    def note(self, ref: str) -> None:
        text = f"{self.number}/{len(self.told.notes)}/{ref}"
        if self.send(f"/cases/{ref}/note", text=text) == 303:
            self.told.notes.append(text)

    def chase(self, ref: str) -> None:
        if self.send(f"/cases/{ref}/chase", channel="phone", said="怎么还没有回复") == 303:
            self.told.chases[ref] += 1

    def move(self, ref: str) -> None:
        code, page = self.browser.get(f"/cases/{ref}")
        found = VERSION.search(page)
        assert code == 200 and found, (code, page[:200])
        name, data = (
            ("reopen", {"reason": "客户又问"})
            if f"/cases/{ref}/reopen" in page
            else ("answer", ANSWER | {"text": "已回价"})
        )
        if self.send(f"/cases/{ref}/{name}", version=found[1], **data) == 303:
            self.told.moves[ref, name] += 1

    def send(self, path: str, **values: str) -> int:
        began = time.monotonic()
        code, _text = self.browser.post(path, **values)
        self.told.waits.append(time.monotonic() - began)
        self.told.codes[code] += 1
        return code


def set_up(data: Path) -> list[str]:
    """An office with eight agents and four matters; returns their refs."""
    app = create_app(FIRSTHAND_DATA=str(data), FIRSTHAND_INSECURE_HTTP="1")
    with app.app_context():
        upgrade()
        with write_tx(system("drill"), "setup") as tx:
            office = tx.add(Office(code="SZ", name="深圳", created_at=tx.at))
            ids = [accounts.add(tx, f"agent{n}", PASSWORD, ["agent"], office=office).id for n in range(WRITERS)]
            office_id = office.id
        refs = [
            matter(office_id, Actor(ids[n], f"agent{n}", f"agent{n}", frozenset({"agent"}), 1, office_id))
            for n in range(MATTERS)
        ]
        db.session.remove()
        db.engine.dispose()
    return refs


def matter(office_id: int, owner: Actor) -> str:
    """A question of a caller."""
    with write_tx(owner, "register") as tx:
        asked = {"office_id": office_id, "channel": "phone", "topic": "price", "asked": "深圳到昆明多少钱"}
        return str(open_case(tx, "inquiry", asked | {"caller_name": "韩女士", "caller_phone": "13800130877"}).ref)


def test_eight_writers_lose_nothing(tmp_path: Path) -> None:
    data = tmp_path / "desk"
    refs = set_up(data)
    with serving(data) as port:
        until = time.monotonic() + SECONDS + 3
        writers = [Writer(number, port, refs, until) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    codes = sum((writer.told.codes for writer in writers), Counter())
    waits = sorted(wait for writer in writers for wait in writer.told.waits)
    print(
        f"\n{len(waits)} writes, {dict(codes)}, p50 {waits[len(waits) // 2]:.3f} s, p99 {waits[len(waits) * 99 // 100]:.3f} s"
    )
    assert set(codes) <= {303, 409} and codes[303] > 500, codes
    assert sum(sum(writer.told.moves.values()) for writer in writers) > 20
    compare(data, refs, [writer.told for writer in writers])


def compare(data: Path, refs: list[str], told: list[Tally]) -> None:
    """What was acknowledged is what there is."""
    app = create_app(FIRSTHAND_DATA=str(data), FIRSTHAND_INSECURE_HTTP="1")
    with app.app_context():
        kept = Counter(
            db.session.scalars(
                unseen(select(Message.text).where(Message.direction == "note", Message.text.contains("/")))
            )
        )
        assert kept == Counter(text for tally in told for text in tally.notes)
        ids = dict(db.session.execute(unseen(select(Case.ref, Case.id))).all())
        chased = dict(db.session.execute(unseen(select(Case.ref, Case.chases))).all())
        assert chased == {ref: sum(tally.chases[ref] for tally in told) for ref in refs}
        for ref in refs:
            for name in ("answer", "reopen"):
                happened = select(func.count(func.distinct(Event.request_id))).where(
                    Event.case_id == ids[ref], Event.action == f"inquiry.{name}", Event.object_type == "inquiry"
                )
                assert db.session.scalar(happened) == sum(tally.moves[ref, name] for tally in told), (ref, name)
        verdict = history.verify(db.session())
        assert verdict.bad is None, verdict
        print(f"{verdict.count} events, the chain is whole; {sum(kept.values())} notes, {sum(chased.values())} chases")
        db.engine.dispose()
