"""Cargo queries, and questions about the e-ledger and the stock statement, from the first word to the last (SHP-18, FIN-16, FIN-17)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Office, Shipment
from rules import numbering, queries, shipments
from rules.store import system, write_tx
from rules.words import Refused
from tests import factories as make

TOLD = {"to": "shipper", "channel": "phone", "text": "今晚到"}
LEDGER = {"topic": "ledger", "asked": "电子账型号颜色不对"}
STATEMENT = {"topic": "statement", "asked": "没有收到库存表"}


def note(who, ref: str, **rows: str) -> None:
    ticks = [code for code, value in rows.items() if value is True]
    lines = {code: value for code, value in rows.items() if value is not True}
    make.do(who, ref, "step", tick=ticks, shown=ticks, codes=list(lines), values=list(lines.values()))


def why_open(who, ref: str) -> str:
    with pytest.raises(Refused) as no:
        make.do(who, ref, "close")
    return str(no.value.why)


def figures(ref: str) -> list[tuple[str, str | None, int]]:
    return [(c.name, c.figure, c.minutes) for c in make.clocks_of(ref)]


# ------------------------------------------------------------------------------------------ the shipper gets the answer


@pytest.mark.rule("SHP-18")
def test_telling_the_consignee_neither_answers_nor_closes_a_shippers_cargo_query(desk):
    ref = make.inquiry(desk.agent, desk, topic="cargo", asked="货到哪了", shipment_id=desk.shipment)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "answer", **TOLD | {"to": "consignee"})
    assert "shipper asked" in str(no.value.why)
    make.do(desk.agent, ref, "message", **TOLD | {"to": "consignee"})
    assert make.matter(ref).state == "open" and make.matter(ref).due_at is not None
    make.do(desk.agent, ref, "answer", **TOLD)
    make.do(desk.agent, ref, "close", satisfied="yes", outcome="answered")
    assert make.matter(ref).state == "closed"


@pytest.mark.rule("SHP-18")
def test_the_consignees_own_question_is_answered_to_him(desk):
    own = {"customer_id": None, "contact_id": None, "caller_name": "王五", "caller_phone": "13810202290"}
    ref = make.inquiry(desk.agent, desk, topic="cargo", asked="货到哪了", shipment_id=desk.shipment, **own)
    make.do(desk.agent, ref, "answer", **TOLD | {"to": "consignee"})
    assert make.matter(ref).state == "answered"


@pytest.mark.rule("SHP-18")
def test_a_query_that_turns_out_to_be_the_shippers_is_not_closed_before_he_has_his_answer(desk):
    own = {"customer_id": None, "contact_id": None, "caller_name": "王五", "caller_phone": "13810202290"}
    ref = make.inquiry(desk.agent, desk, topic="cargo", asked="货到哪了", shipment_id=desk.shipment, **own)
    make.do(desk.agent, ref, "answer", **TOLD | {"to": "consignee"})
    with make.writing():
        make.matter(ref).customer_id = desk.customer
    assert "shipper has not been answered" in why_open(desk.agent, ref)
    make.do(desk.agent, ref, "message", **TOLD)
    make.do(desk.agent, ref, "close", satisfied="yes", outcome="answered")


@pytest.mark.rule("SHP-18")
def test_a_consignee_who_is_a_customer_himself_is_answered_as_such(desk):
    with make.writing() as tx:
        office = tx.session.get_one(Office, desk.office)
        other = make.make_customer(tx, office, "王五商行", "13810202290").id
    ref = make.inquiry(desk.agent, desk, topic="cargo", asked="货到哪了", shipment_id=desk.shipment, customer_id=other)
    make.do(desk.agent, ref, "answer", **TOLD | {"to": "consignee"})
    make.do(desk.agent, ref, "close", satisfied="yes", outcome="answered")


@pytest.mark.rule("SHP-18")
def test_a_promised_time_that_passes_is_late_and_stands_first(desk, clock):
    at = make.now() + timedelta(minutes=20)
    ref = make.inquiry(desk.agent, desk, topic="cargo", asked="货到哪了", promised_at=at)
    assert make.matter(ref).due_at == at and make.open_turns(ref)[0].queue_at == at
    clock.forward(21)
    assert make.matter(ref).due_at < make.now()


# ------------------------------------------------------------------------------------------ the number joins


@pytest.mark.rule("SHP-19")
def test_the_notice_goes_to_whoever_works_on_the_matter_when_the_number_joins(desk):
    goods = make.goods(desk, "A0", number=None)
    ref = make.inquiry(desk.agent, desk, topic="cargo", asked="单号呢", shipment_id=goods)
    quiet = make.inquiry(desk.agent, desk, topic="cargo", asked="单号呢", shipment_id=goods)
    make.do(desk.agent, ref, "watch_number")
    make.do(desk.agent, ref, "assign", person=desk.colleague.user_id, reason="休假")
    with write_tx(desk.agent, "shipment.edit") as tx:
        row = queries.shipment_by_id(tx.session, system(), goods)
        assert isinstance(row, Shipment)
        shipments.edit(tx, row, {"number": "8120001"})
    reminded = [t for t in make.open_turns(ref) if t.what == "remind"]
    assert [(t.user_id, t.queue_at) for t in reminded] == [(desk.colleague.user_id, make.now())]
    assert not [t for t in make.open_turns(quiet) if t.what == "remind"]
    make.do(desk.agent, ref, "tell_number", **TOLD)
    assert not [t for t in make.open_turns(ref) if t.what == "remind"]


@pytest.mark.rule("SHP-19")
@pytest.mark.parametrize(
    ("changed", "many", "due"),
    [({}, 1, True), ({"pieces": 5}, 1, False), ({"destination": "天津"}, 1, False), ({}, 2, False)],
)
def test_a_file_that_brings_the_number_gives_the_notice_where_it_is_sure_whose_it_is(desk, clock, changed, many, due):
    note = make.goods(desk, "A0", number=None)
    ref = make.inquiry(desk.agent, desk, topic="cargo", asked="单号呢", shipment_id=note)
    make.do(desk.agent, ref, "watch_number")
    make.goods(desk, "A2")  # an older one of the same customer to the same consignee
    since = clock.forward(1)
    came = [make.goods(desk, "A2", **changed) for _ in range(many)]
    with make.writing() as tx:
        numbering.came_by_file(tx, since)
    assert [t.what for t in make.open_turns(ref) if t.what == "remind"] == (["remind"] if due else [])
    assert make.matter(ref).shipment_id == (came[0] if due else note)


# ------------------------------------------------------------------------------------------ ledger and statement


@pytest.mark.rule("FIN-16", "FIN-17")
@pytest.mark.parametrize(
    ("asked", "figure", "minutes"), [(LEDGER, "ledger.answer", 30), (STATEMENT, "statement.promise", 10)]
)
def test_ledger_and_statement_have_clocks_of_their_own(desk, asked, figure, minutes):
    ref = make.inquiry(desk.agent, desk, **asked)
    assert ("answer", figure, minutes) in figures(ref)


@pytest.mark.rule("FIN-16")
def test_a_wrong_ledger_is_closed_only_with_its_cause_and_sent_again(desk):
    ref = make.inquiry(desk.agent, desk, **LEDGER)
    make.do(desk.agent, ref, "answer", **TOLD)
    assert "Cause" in why_open(desk.agent, ref) and "sent again" in why_open(desk.agent, ref)
    note(desk.agent, ref, cause="stock")
    assert "Cause" not in why_open(desk.agent, ref) and "sent again" in why_open(desk.agent, ref)
    note(desk.agent, ref, sent_again="15:20 邮件")
    make.do(desk.agent, ref, "close", satisfied="yes", outcome="answered")


@pytest.mark.rule("FIN-16")
def test_a_ledger_that_was_right_is_not_sent_again(desk):
    ref = make.inquiry(desk.agent, desk, **LEDGER)
    make.do(desk.agent, ref, "answer", **TOLD)
    note(desk.agent, ref, cause="right")
    make.do(desk.agent, ref, "close", satisfied="yes", outcome="answered")
    assert make.matter(ref).state == "closed"


@pytest.mark.rule("FIN-17")
def test_a_statement_is_closed_only_when_it_was_sent(desk):
    ref = make.inquiry(desk.agent, desk, **STATEMENT)
    make.do(desk.agent, ref, "answer", **TOLD)
    assert "Statement sent" in why_open(desk.agent, ref)
    note(desk.agent, ref, sent_again="15:20 邮件")
    make.do(desk.agent, ref, "close", satisfied="yes", outcome="answered")


@pytest.mark.rule("FIN-16", "FIN-17")
@pytest.mark.parametrize("asked", [LEDGER, STATEMENT])
def test_not_solved_in_time_the_customer_is_called_with_progress_and_a_new_time_runs(desk, clock, asked):
    ref = make.inquiry(desk.agent, desk, **asked)
    clock.forward(9)
    at = make.now() + timedelta(minutes=45)
    make.do(desk.agent, ref, "acknowledge", **TOLD | {"text": "库存还在盘点"}, promised_at=at, accepted=True)
    found = make.matter(ref)
    assert (found.state, found.due_at, found.due_name) == ("open", at, "promised")
    make.do(desk.agent, ref, "answer", **TOLD)
    assert make.matter(ref).state == "answered"
