"""`flask search rebuild`: the index of an older desk, in small writes."""

from __future__ import annotations

from sqlalchemy import text

from models import Message, db
from rules import reindexing, search
from rules.store import Actor, system, write_tx
from tests.factories import Desk
from tests.test_cli import Run, run  # noqa: F401 - a fixture among them


def test_the_search_is_made_anew_in_small_writes_and_goes_on_where_it_stopped(run: Run, desk: Desk) -> None:  # noqa: F811
    with write_tx(system("test"), "test") as tx:
        rows = [
            Message(office_id=desk.office, customer_id=desk.customer, direction="out", text=f"第{n}次拉货", at=tx.at)
            for n in range(3)
        ]
        tx.session.add_all(rows)
        tx.session.flush()
        search.index(tx.session, rows[2])
    assert found(desk.agent, "拉货") == 1
    steps = reindexing.rebuild(db.session(), lambda: write_tx(system("test"), "test"))
    assert next(steps) == ("message", 2) and found(desk.agent, "拉货") == 3
    steps.close()
    with write_tx(system("test"), "test") as tx:
        for table in ("search_refs", "search_texts"):
            tx.session.execute(text(f"DELETE FROM {table} WHERE what = 'customer'"))
        if db.engine.dialect.name == "sqlite":
            tx.session.execute(text("INSERT INTO search_fts(search_fts) VALUES ('rebuild')"))
    assert found(desk.agent, "赵敏") == 0
    assert " 1 " in run("search", "rebuild").output and found(desk.agent, "赵敏") == 1
    assert " 0 " in run("search", "rebuild").output
    assert run("search", "rebuild", "--all").exit_code == 0 and found(desk.agent, "拉货") == 3


def found(who: Actor, typed: str) -> int:
    db.session.rollback()
    return len(search.find(db.session(), who, typed, 30).hits)
