"""A promise has an owner and a time that runs, until it is kept or dropped (CUS-15, D-05)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Promise, db
from rules.clocks import PLEDGE
from rules.policy import unseen
from rules.words import Refused
from tests import factories as make

SAID = {"text": "已告知", "to": "shipper", "channel": "phone"}


def promised(ref: str) -> list[Promise]:
    """The promises of a matter as they stand."""
    found = select(Promise).where(Promise.case_id == make.matter(ref).id).order_by(Promise.id)
    return list(db.session.scalars(unseen(found).execution_options(populate_existing=True)))


def pledges(ref: str) -> list[object]:
    return [c.due_at for c in make.clocks_of(ref) if c.name == PLEDGE and c.stopped_at is None]


@pytest.mark.rule("CUS-15")
def test_each_promise_runs_a_time_of_its_own_and_stops_it_when_kept(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    five, six = clock.at.replace(minute=5), clock.at.replace(hour=6)
    make.do(desk.agent, ref, "promise", promised="先报订舱号", by_at=six)
    make.do(desk.colleague, ref, "promise", promised="回电", to_whom="刘经理", by_at=five)
    first, second = promised(ref)
    assert [(p.what, p.to_whom, p.owner_id, p.made_by_id) for p in (first, second)] == [
        ("先报订舱号", "赵敏", desk.agent.user_id, desk.agent.user_id), ("回电", "刘经理", desk.agent.user_id, desk.colleague.user_id),
    ]  # fmt: skip
    assert pledges(ref) == [six, five] and make.matter(ref).due_at == five, "the earliest promise is due first"
    make.do(desk.agent, ref, "promise_kept", promise_id=second.id, text="10:04 已回电")
    assert pledges(ref) == [six] and promised(ref)[1].kept_note == "10:04 已回电"
    make.do(desk.agent, ref, "promise_dropped", promise_id=first.id, reason="客户改走海运")
    assert pledges(ref) == [] and promised(ref)[0].dropped_reason == "客户改走海运"
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "promise_kept", promise_id=first.id)
    assert no.value.code == 409


def test_a_time_that_has_passed_is_no_promise(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "promise", promised="回电", by_at=clock.at)
    assert (no.value.code, no.value.field) == (422, "by_at")


@pytest.mark.rule("CUS-15", "INQ-09")
def test_a_time_named_for_the_answer_is_a_promise_kept_when_the_answer_goes_out(desk, clock):
    ref = make.inquiry(desk.agent, desk, topic="callback")
    make.do(desk.agent, ref, "acknowledge", promised_at=clock.at.replace(minute=30), **SAID)
    line = promised(ref)[0]
    assert (line.what, line.to_whom, line.due_at, line.kept_at) == ("answer", "赵敏", clock.at.replace(minute=30), None)
    make.do(desk.agent, ref, "message", promised_at=clock.at.replace(minute=20), **SAID)
    assert [p.due_at for p in promised(ref)] == [clock.at.replace(minute=20)], "named anew it is the same promise"
    clock.forward(12)
    make.do(desk.agent, ref, "answer", **SAID)
    line = promised(ref)[0]
    assert (line.kept_at, line.kept_by_id) == (clock.at, desk.agent.user_id)


@pytest.mark.rule("CUS-15")
def test_a_time_named_while_logging_is_a_promise_too(desk, clock):
    ref = make.inquiry(desk.agent, desk, promised_at=clock.at.replace(minute=4))
    assert [(p.what, p.due_at) for p in promised(ref)] == [("answer", clock.at.replace(minute=4))]


@pytest.mark.rule("CUS-15")
def test_a_time_named_for_the_answer_leaves_other_promises_alone(desk, clock):
    ref = make.complaint(desk.agent, desk)
    noon = clock.at.replace(hour=9)
    make.do(desk.agent, ref, "promise", promised="送到后回电", by_at=noon)
    make.do(desk.agent, ref, "message", promised_at=clock.at.replace(minute=40), **SAID)
    assert pledges(ref) == [noon]
    make.do(desk.agent, ref, "answer", **SAID)
    assert pledges(ref) == [noon] and make.matter(ref).due_at == noon, "it runs on when the matter is answered"


@pytest.mark.rule("CUS-15")
@pytest.mark.parametrize("kind", ["inquiry", "complaint"])
def test_no_matter_is_closed_over_an_open_promise(desk, clock, kind):
    ref = getattr(make, kind)(desk.agent, desk)
    make.do(desk.agent, ref, "promise", promised="寄回签收单", by_at=clock.at.replace(hour=9))
    make.do(desk.agent, ref, "answer", **SAID)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "close", outcome="answered")
    assert "A promise is open" in str(no.value.why.msgid)
