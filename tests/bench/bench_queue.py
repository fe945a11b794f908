"""What a page costs beside a bare Flask page, in one run: milliseconds in turns, selects, bytes; at 10 and at 5,000 matters.

In turns, and in milliseconds of this thread's own processor time, so that a busy machine changes little; the ratio is
what can be compared from day to day.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, text

from app import create_app
from models import Case, Clock, Inquiry, Office, Turn, db
from rules import accounts
from rules.store import Actor, now, system, write_tx
from rules.workflow import open_case

ROUNDS = 150
PASSWORD = "correct horse battery"
NEWEST = {"Accept-Encoding": "gzip, br, zstd"}
FEW, MANY, FIRST = 10, 5_000, 50


@pytest.fixture(scope="module")
def bare() -> FlaskClient:
    """The least that Flask can do."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "ok")
    return app.test_client()


@contextmanager
def desk(folder: Path, matters: int) -> Iterator[tuple[FlaskClient, str]]:
    """A desk with one agent, signed in, who owns `matters`; yields the browser and one ref."""
    app = create_app(FIRSTHAND_DATA=str(folder), FIRSTHAND_INSECURE_HTTP="1")
    with app.app_context():
        upgrade()
        ref = fill(matters)
        db.session.remove()
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text)
    assert token
    told = client.post("/login", data={"csrf_token": token[1], "username": "lin", "password": PASSWORD})
    assert told.status_code == 303
    yield client, ref
    with app.app_context():
        db.engine.dispose()


def fill(matters: int) -> str:
    """Register questions due at all times of the coming hour, the first ones through the rules; returns one ref."""
    with write_tx(system("bench"), "setup") as tx:
        office = tx.add(Office(code="SZ", name="深圳", created_at=tx.at))
        user = accounts.add(tx, "lin", PASSWORD, ["agent"], display="林晓雯", office=office)
        who = Actor(user.id, "lin", "林晓雯", frozenset({"agent"}), 1, office.id)
    start, ref = now(), ""
    for number in range(min(matters, FIRST)):
        with write_tx(who, "register") as tx:
            asked = {
                "office_id": who.office_id, "channel": "phone", "topic": "cargo", "asked": f"第 {number} 票到了没有",
                "caller_name": "韩女士", "caller_phone": "13800130877", "called_at": start - timedelta(minutes=number % 40),
            }  # fmt: skip
            ref = str(open_case(tx, "inquiry", asked).ref)
    for step in range(1, matters // FIRST):
        multiply(step * 1000)
    return ref


def multiply(offset: int) -> None:
    """Copy the first matters as they stand, `offset` added to every id: what the queue reads does not ask how they came."""
    first_case = 20_000
    with db.engine.connect().execution_options(w=True) as connection:
        for table in (Case.__table__, Inquiry.__table__, Clock.__table__, Turn.__table__):
            of_case = "id" if table.name in ("cases", "inquiries") else "case_id"
            columns = [f'"{column.name}"' for column in table.columns]
            moved = {
                '"id"': f"id + {offset}",
                '"case_id"': f"case_id + {offset}",
                '"ref"': f"'INQ-' || (id + {offset})",
            }
            values = [moved.get(column, column) for column in columns]
            connection.execute(text(
                f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table.name}"
                f" WHERE {of_case} BETWEEN {first_case + 1} AND {first_case + FIRST}"
            ).execution_options(visible="system"))  # fmt: skip
        connection.commit()


class Measured:
    """Selects and bytes of one page, and its time beside the bare page's."""

    def __init__(self, client: FlaskClient, bare: FlaskClient, path: str, **headers: str) -> None:
        self.client, self.bare, self.path, self.headers = client, bare, path, NEWEST | headers
        self.get()  # warm
        with counted(client.application) as statements:
            answer = self.get()
        self.selects = len(statements)
        self.bytes = len(answer.data)
        self.page, self.floor = self.in_turns()

    def get(self) -> Any:
        answer = self.client.get(self.path, headers=self.headers)
        assert answer.status_code == 200, answer.status_code
        return answer

    def in_turns(self) -> tuple[list[float], list[float]]:
        """Milliseconds of processor time of the page and of the bare page, one after the other."""
        page, floor = [], []
        for _ in range(ROUNDS):
            page.append(milliseconds(self.get))
            floor.append(milliseconds(lambda: self.bare.get("/")))
        return sorted(page), sorted(floor)

    def __str__(self) -> str:
        p50, p95, floor = statistics.median(self.page), self.page[ROUNDS * 95 // 100], statistics.median(self.floor)
        return (f"p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  bare {floor:5.2f} ms  ratio {p50 / floor:5.1f}  "
                f"{self.selects:2} selects  {self.bytes / 1024:5.1f} KB")  # fmt: skip


def milliseconds(act: Callable[[], Any]) -> float:
    began = time.thread_time()
    act()
    return (time.thread_time() - began) * 1000


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that read, as they are made."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def linked(client: FlaskClient) -> int:
    """Compressed bytes of the queue with its style sheet and scripts: a first visit."""
    page = client.get("/queue")
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert any("css" in path for path in paths) and any("js" in path for path in paths)
    answers = [client.get(path, headers=NEWEST) for path in ("/queue", *sorted(paths))]
    return sum(len(answer.data) for answer in answers)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, bare: FlaskClient) -> dict[int, dict[str, Any]]:
    """Everything measured, at both sizes."""
    results: dict[int, dict[str, Any]] = {}
    for matters in (FEW, MANY):
        with desk(tmp_path_factory.mktemp("bench"), matters) as (client, ref):
            results[matters] = {
                "queue": Measured(client, bare, "/queue"),
                "case page": Measured(client, bare, f"/cases/{ref}"),
                "opened row": Measured(client, bare, f"/cases/{ref}/row?open=1", **{"HX-Request": "true"}),
                "poll": Measured(client, bare, f"/fresh?since={now().isoformat()}".replace("+", "%2B"), **{"HX-Request": "true"}),
                "first visit": linked(client),
            }  # fmt: skip
        print(f"\n{matters} matters")
        for name, value in results[matters].items():
            print(
                f"  {name:12} {value if isinstance(value, Measured) else f'{value / 1024:.1f} KB with style and scripts'}"
            )
    return results


def test_the_queue_makes_at_most_six_selects_however_long_it_is(found: dict[int, dict[str, Any]]) -> None:
    assert found[FEW]["queue"].selects == found[MANY]["queue"].selects <= 6


@pytest.mark.parametrize("page", ["case page", "opened row"])
def test_a_matter_makes_at_most_twelve_selects_however_many_there_are(
    found: dict[int, dict[str, Any]], page: str
) -> None:
    assert found[FEW][page].selects == found[MANY][page].selects <= 12


def test_a_first_visit_is_at_most_forty_kilobytes(found: dict[int, dict[str, Any]]) -> None:
    assert found[MANY]["first visit"] <= 40 * 1024


@pytest.mark.parametrize("part", ["opened row", "poll"])
def test_a_part_is_at_most_four_kilobytes(found: dict[int, dict[str, Any]], part: str) -> None:
    assert found[MANY][part].bytes <= 4 * 1024
