"""How much a page asks of the database and of the line: as much at 5,000 cases as at 10 (must show 6)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from models import db
from tests.blueprints.desk import Person
from tests.blueprints.world import World, fill, last_ref, log

SESSION = "user_sessions"  # who is asking: one select on every page
QUEUE, CASE, ROW = 6, 12, 12
KB = 1024


@contextmanager
def selects() -> Iterator[list[str]]:
    """The selects that run meanwhile."""
    found: list[str] = []

    def watch(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", watch)
    yield found
    event.remove(db.engine, "before_cursor_execute", watch)


def figures(person: Person, ref: str) -> dict[str, int]:
    """Selects of the queue, an opened row, and the page of a case."""
    found = {}
    for name, url, htmx in (
        ("queue", "/queue", False), ("office", "/queue?view=office", False), ("late", "/queue?late=1&kind=inquiry&grade=A", False),
        ("opened", f"/queue?open={ref[4:]}", False), ("row", f"/cases/{ref}/row?open=1", True), ("case", f"/cases/{ref}", False),
        ("fresh", "/fresh?since=2026-11-18T01:00:00%2B00:00", True),
    ):  # fmt: skip
        person.get(url, htmx)
        with selects() as seen:
            assert person.get(url, htmx).status_code in (200, 204)
        found[name] = len(seen)
    return found


@pytest.mark.parametrize("kind", ["inquiry", "complaint", "change"])
def test_pages_ask_few_questions_and_no_more_of_them_at_5000_cases(enter, world: World, kind, record_property):
    ref = log(world, kind)
    seed = log(world, "inquiry")
    for _ in range(8):
        log(world, "inquiry")
    name = "supervisor" if kind == "change" else "agent"
    few = figures(enter(name), ref)
    fill(world, last_ref(), 4990)
    many = figures(enter(name), ref)
    record_property("selects", str(few))
    assert few == many, (few, many, seed)
    assert max(few["queue"], few["office"], few["late"]) <= QUEUE, few
    assert few["case"] <= CASE and few["row"] <= ROW and few["opened"] <= QUEUE + ROW, few


def test_a_counter_shows_999_plus_and_the_list_its_first_page(enter, world: World):
    log(world, "inquiry")
    fill(world, last_ref(), 1200)
    html = enter("agent").get("/queue").text
    assert "999+" in html and html.count('id="w-') == 50


def weight(person: Person, url: str, htmx: bool = False) -> int:
    """Bytes of an answer, compressed."""
    return len(gzip.compress(person.get(url, htmx).data, 6))


def test_the_first_load_is_light_and_an_opened_row_lighter(enter, world: World, record_property):
    refs = [log(world, kind) for kind in ("inquiry", "complaint", "change") for _ in range(9)]
    agent, supervisor = enter("agent"), enter("supervisor")
    page = agent.page("/queue")
    files = ("firsthand.css", "desk.js", "htmx-2.0.11.min.js", "favicon.svg")
    folder = Path(str(agent.app.static_folder))
    parts = {name: len(gzip.compress((folder / name).read_bytes(), 6)) for name in files}
    parts["page"] = weight(agent, "/queue")
    rows = {ref[:3]: weight(p, f"/cases/{ref}/row?open=1", True) for ref in refs for p in (agent, supervisor)}
    record_property("bytes", f"{parts} {rows}")
    assert page.whole and sum(parts.values()) <= 40 * KB, parts
    assert max(rows.values()) <= 4 * KB, rows
