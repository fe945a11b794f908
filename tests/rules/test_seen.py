"""What a decider opened before he decided (E-28): noted by reading, at most every five minutes, never in the history."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from models import Event, Seen, db
from rules import seen, store
from rules.papers import Paper
from rules.store import Actor
from tests import factories as make
from tests.factories import Desk

PICTURE = Paper("cd" * 32, "证明.jpg", "image/jpeg", 1234, "ef" * 32)
AGREED = {"destination": "天津", "charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}


def waits(desk: Desk, *papers: Paper) -> str:
    """A change that waits for a supervisor and then for finance, with these papers."""
    ref = make.change(desk.agent, desk, "K10", **AGREED)
    if papers:
        make.do(desk.agent, ref, "attach", papers=list(papers))
    make.do(desk.agent, ref, "submit")
    return ref


def opens(who: Actor, ref: str) -> None:
    seen.opening(db.session(), who, make.matter(ref).id)


def rows() -> list[tuple[int, str, datetime, datetime]]:
    found = select(Seen.user_id, Seen.what, Seen.first_at, Seen.at).order_by(Seen.user_id, Seen.what, Seen.object_id)
    return [tuple(row) for row in db.session.execute(found)]


def what() -> list[str]:
    return [row[1] for row in rows()]


@pytest.mark.parametrize(
    ("name", "noted"), [("supervisor", 1), ("finance", 1), ("agent", 0), ("colleague", 0), ("auditor", 0)]
)
def test_who_could_decide_is_noted_and_nobody_else(desk: Desk, name: str, noted: int) -> None:
    opens(desk.people[name], waits(desk))
    assert len(rows()) == noted


def test_the_second_decider_is_noted_too(desk: Desk) -> None:
    make.set_figure("change.second_decider", desk.colleague.login, desk.office, agreed=desk.supervisor.user_id)
    opens(desk.colleague, waits(desk))
    assert what() == ["case"]


def test_nothing_is_noted_where_nothing_waits_for_a_decision(desk: Desk) -> None:
    for ref in (make.inquiry(desk.agent, desk), make.change(desk.agent, desk, "K10", **AGREED)):
        opens(desk.supervisor, ref)
    decided = waits(desk)
    make.do(desk.supervisor, decided, "refuse", reason="x")
    opens(desk.finance, decided)
    assert rows() == []


def test_pictures_are_seen_with_the_row_and_other_papers_when_opened(desk: Desk) -> None:
    ref = waits(desk, PICTURE, make.PAPER_FILE)
    opens(desk.supervisor, ref)
    assert what() == ["case", "proof"]
    other = waits(desk, make.PAPER_FILE)
    opens(desk.supervisor, other)
    assert what() == ["case", "case", "proof"]
    (paper,) = make.events(object_type="attachments", case_id=make.matter(other).id)
    seen.proof(db.session(), desk.supervisor, paper.object_id)
    assert what() == ["case", "case", "proof", "proof"]


def test_one_write_in_five_minutes_and_the_first_time_stays(desk: Desk, clock) -> None:
    ref, first = waits(desk), clock.at
    opens(desk.supervisor, ref)
    clock.forward(4.9)
    opens(desk.supervisor, ref)
    assert rows()[0][2:] == (first, first)
    clock.forward(0.1)
    opens(desk.supervisor, ref)
    assert rows()[0][2:] == (first, first + timedelta(minutes=5))


def test_asked_anew_it_is_noted_anew(desk: Desk, clock) -> None:
    """Finance looked before it was asked: that is not looking at what it is asked now."""
    ref = waits(desk)
    opens(desk.finance, ref)
    clock.forward(1)
    make.do(desk.supervisor, ref, "approve")
    clock.forward(1)
    opens(desk.finance, ref)
    assert rows()[0][3] == clock.at


def test_reading_leaves_no_trace_in_the_history(desk: Desk) -> None:
    ref = waits(desk, PICTURE)
    before = db.session.scalar(select(func.count()).select_from(Event))
    opens(desk.supervisor, ref)
    assert db.session.scalar(select(func.count()).select_from(Event)) == before and rows()


def test_a_busy_desk_does_not_keep_anybody_from_reading(desk: Desk, monkeypatch) -> None:
    ref = waits(desk)
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.01)
    with store._write_lock:
        opens(desk.supervisor, ref)
        seen.note(desk.supervisor, "proof", 7)
    assert rows() == []
    opens(desk.supervisor, ref)
    assert what() == ["case"]


def test_the_signature_keeps_how_the_signer_came_to_it(desk: Desk, clock) -> None:
    ref = waits(desk, PICTURE)
    opens(desk.supervisor, ref)
    opened = clock.at
    clock.forward(7)
    opens(desk.supervisor, ref)
    clock.forward(1)
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "approve")
    first, second = make.approvals_of(ref)
    assert (first.opened_at, first.proof_opened) == (opened, True)
    assert (second.opened_at, second.proof_opened) == (None, False)


def test_a_proof_not_opened_and_a_proof_that_is_not_there_are_two_things(desk: Desk) -> None:
    for papers, told in (((make.PAPER_FILE,), False), ((), None)):
        ref = waits(desk, *papers)
        opens(desk.supervisor, ref)
        make.do(desk.supervisor, ref, "refuse", reason="x")
        assert make.approvals_of(ref)[0].proof_opened is told


def test_opened_tells_the_first_time_since_it_was_asked_else_the_last(desk: Desk, clock) -> None:
    ref = waits(desk)
    case_id = make.matter(ref).id
    assert seen.opened(db.session(), desk.supervisor.user_id, case_id) == (None, False)
    opens(desk.supervisor, ref)
    asked = clock.at
    clock.forward(10)
    opens(desk.supervisor, ref)
    assert seen.opened(db.session(), desk.supervisor.user_id, case_id) == (asked, False)
    make.do(desk.supervisor, ref, "send_back", reason="x")
    clock.forward(1)
    make.do(desk.agent, ref, "submit")
    clock.forward(1)
    opens(desk.supervisor, ref)
    assert seen.opened(db.session(), desk.supervisor.user_id, case_id) == (clock.at, False)
    assert seen.opened(db.session(), None, case_id) == (None, False)
