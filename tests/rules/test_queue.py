"""The queue (E-01 to E-04, E-42): order, what comes back, pool, pages, and numbers that are what the list holds."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import insert

from models import FAR, Case, Inquiry, Shipment, Turn, db
from rules import queue
from rules.queue import Filter
from rules.store import write_tx
from tests import factories as make
from tests import nets

KINDS = ("inquiry", "complaint", "change")
WORDS = {"to": "shipper", "channel": "phone", "text": "好"}
CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "x", "destination": "天津"}


def filtered(view="mine", **values):
    """A list as it is asked for now; the day ends at midnight in Shenzhen."""
    return Filter(view, make.now(), make.TEN.replace(hour=16), **values)


def listed(who, view="mine", **values):
    """Refs of all pages of a list, in order."""
    found, after = [], None
    while True:
        rows, after = queue.rows(db.session(), who, filtered(view, **values), after)
        found += rows
        if after is None:
            return [row.ref for row in found]


def counts(who, view="mine", **values):
    return queue.counts(db.session(), who, filtered(view, **values), KINDS)


# ------------------------------------------------------------------------------------------ order and views


def test_the_earliest_clock_comes_first_then_who_waits_longest(desk, clock):
    slow = make.inquiry(desk.agent, desk, topic="other")
    quick = make.inquiry(desk.agent, desk)
    paused = make.inquiry(desk.agent, desk)
    make.do(desk.agent, paused, "answer", **WORDS)  # answered: no clock runs any more
    clock.forward(1)
    late = make.inquiry(desk.agent, desk, called_at=make.TEN - timedelta(minutes=30))
    same = make.inquiry(desk.agent, desk, called_at=make.TEN)
    assert listed(desk.agent) == [late, quick, same, slow, paused]


def test_everybody_sees_his_own_turns_and_those_of_his_roles(desk):
    own, others = make.inquiry(desk.agent, desk), make.inquiry(desk.colleague, desk)
    change = make.change(desk.agent, desk, "K10", **CHARGED)
    make.do(desk.agent, change, "submit")
    assert listed(desk.agent) == [own]
    assert listed(desk.colleague) == [others]
    assert listed(desk.supervisor) == [change]
    assert listed(desk.finance) == []
    make.do(desk.supervisor, change, "approve")
    assert (listed(desk.supervisor), listed(desk.finance)) == ([], [change])


def test_nobody_is_shown_a_decision_that_he_may_not_take(desk):
    chief = make.person(desk, "agent", "supervisor", "finance", grade=4)
    own = make.change(chief, desk, "K10", **CHARGED)
    make.do(chief, own, "submit")
    signed = make.change(desk.agent, desk, "K10", make.goods(desk), **CHARGED)
    make.do(desk.agent, signed, "submit")
    assert listed(chief) == [signed]
    make.do(chief, signed, "approve")
    assert listed(chief) == []
    assert counts(chief)["total"] == 0


@pytest.mark.parametrize(("code", "stage", "grade"), [("K10", "A5", 2), ("K14", "S4", 3), ("K16", "S1", 4)])
def test_a_decision_is_shown_from_its_grade_on(desk, code, stage, grade):
    bill = {"proof_items": ["number", "content"], "bl_number": "COSU612", "bl_date": "2026-11-10", "fee_kind": "telex"}
    data = {"destination": "天津"} if code == "K10" else bill
    ref = make.change(desk.agent, desk, code, make.goods(desk, stage), **data)
    make.do(desk.agent, ref, "submit")
    for held in (1, 2, 3, 4):
        assert listed(make.person(desk, "supervisor", grade=held)) == ([ref] if held >= grade else [])


def test_a_bill_of_lading_comes_to_the_release_officer_after_the_leader_and_to_no_other_finance_clerk(desk):
    """D-06."""
    leader, officer = make.person(desk, "supervisor", grade=3), make.person(desk, "finance", "release")
    ref = make.change(
        desk.agent, desk, "K15", make.goods(desk, "S4"), bl_number="COSU612", proof_items=["number", "content"]
    )
    make.do(desk.agent, ref, "submit")
    assert (listed(leader), listed(officer)) == ([ref], [])
    make.do(leader, ref, "approve")
    assert (listed(leader), listed(officer), listed(desk.finance)) == ([], [ref], [])


def test_what_waits_for_others_comes_back_ten_minutes_before_it_is_due(desk, clock):
    ref = make.inquiry(desk.agent, desk, topic="other")  # due in thirty minutes
    make.do(
        desk.agent, ref, "ask_party", to="fleet", whom="车队", question="请报价", follow_up_at=clock.at.replace(hour=8)
    )
    assert (listed(desk.agent), listed(desk.agent, "waiting")) == ([], [ref])
    clock.forward(19, seconds=59)
    assert listed(desk.agent) == []
    assert queue.next_due(db.session(), desk.agent, filtered()) == make.matter(ref).due_at
    clock.forward(seconds=1)
    assert listed(desk.agent) == [ref] == listed(desk.agent, "waiting")
    assert counts(desk.agent)["total"] == 1
    clock.forward(60)
    assert (listed(desk.agent), counts(desk.agent)["late"]) == ([ref], 1)


def test_what_waits_for_the_customer_does_not_come_back_by_itself(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    clock.forward(hours=5)
    assert (listed(desk.agent), listed(desk.agent, "waiting")) == ([], [ref])


def test_the_pool_is_open_to_the_office_until_somebody_claims(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "return_to_pool", reason="x")
    for who in (desk.agent, desk.colleague, desk.supervisor, desk.finance):
        assert (listed(who, "pool"), counts(who)["view-pool"]) == ([ref], 1)
    assert listed(desk.stranger, "pool") == []
    assert ref in listed(desk.colleague)  # an agent's own list brings it up too
    make.do(desk.colleague, ref, "claim")
    assert listed(desk.agent, "pool") == []
    assert listed(desk.colleague) == [ref]


def test_the_whole_office_counts_every_open_matter_once(desk):
    refs = [
        make.inquiry(desk.agent, desk),
        make.complaint(desk.colleague, desk),
        make.change(desk.agent, desk, "K10", **CHARGED),
    ]
    make.do(desk.agent, refs[2], "submit")
    make.do(desk.agent, refs[0], "assign", person=desk.colleague.user_id, reason="x")
    make.do(desk.agent, refs[0], "remind", at=make.now() + timedelta(hours=1), text="x")
    assert sorted(listed(desk.finance, "office")) == sorted(refs)
    assert counts(desk.finance)["view-office"] == 3


def test_another_office_sees_nothing_an_auditor_all_and_an_administrator_none(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "return_to_pool", reason="x")
    for who, seen in ((desk.stranger, []), (desk.auditor, [ref]), (desk.admin, [])):
        assert (listed(who, "office"), counts(who)["view-office"]) == (seen, len(seen))
        row = queue.row_of(db.session(), who, make.matter(ref).id)
        assert (row is not None) is bool(seen)


def test_a_supervisor_of_all_offices_sees_the_decisions_of_all(desk):
    chief = make.person(desk, "supervisor", grade=4)
    chief = make.Actor(chief.user_id, chief.login, chief.display, chief.roles, 4, None)
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    make.do(desk.agent, ref, "submit")
    assert listed(chief) == [ref]


def test_done_today_shows_each_closed_matter_once(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    for move in ("answer", "close", "reopen", "answer", "close"):
        clock.forward(1)
        make.do(desk.agent, ref, move, **WORDS, reason="x")
    assert listed(desk.agent, "done") == [ref]
    assert counts(desk.agent)["view-done"] == 1
    assert listed(desk.colleague, "done") == []
    clock.forward(hours=24)
    assert (
        queue.rows(db.session(), desk.agent, Filter("done", make.now(), make.TEN.replace(hour=16) + timedelta(days=1)))[
            0
        ]
        == []
    )


def test_a_matter_reopened_is_not_done(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    for move in ("answer", "close", "reopen"):
        clock.forward(1)
        make.do(desk.agent, ref, move, **WORDS, reason="x")
    assert (listed(desk.agent, "done"), listed(desk.agent)) == ([], [ref])


def test_a_matter_offered_shows_up_where_it_was_offered(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "hand_over", person=desk.colleague.user_id, reason="x")
    (row,), _ = queue.rows(db.session(), desk.colleague, filtered())
    assert (row.ref, row.what) == (ref, "accept")


def test_a_row_shows_the_matter_with_customer_and_goods(desk):
    ref = make.inquiry(desk.agent, desk, shipment_id=desk.shipment)
    (row,), following = queue.rows(db.session(), desk.agent, filtered())
    assert (row.ref, row.customer, row.grade, row.destination, row.owner, following) == (
        ref,
        "启明通讯设备",
        "A",
        "北京",
        "林晓雯",
        None,
    )
    assert queue.row_of(db.session(), desk.agent, row.case_id).id == row.id


# ------------------------------------------------------------------------------------------ numbers


def test_a_counter_never_lies(desk, clock):
    """Whatever the day brought, each number is the length of the list that it stands above."""
    chance = random.Random(20261118)
    people = [desk.agent, desk.colleague, make.person(desk, "agent", "supervisor", grade=3)]
    _a_day(desk, clock, people, chance)
    for who in (*people, desk.supervisor, desk.finance, desk.auditor, desk.stranger):
        for view in queue.VIEWS:
            _compare(who, view)
    assert (
        sum(counts(desk.agent, "office")[f"kind-{kind}"] for kind in KINDS)
        == counts(desk.agent, "office")["kind-all"]
        > 20
    )


def _a_day(desk, clock, people, chance):
    steps = {
        "inquiry": ("answer", "ask_info", "ask_party", "return_to_pool", "remind", "chase", "hand_over"),
        "complaint": ("accept", "answer", "return_to_pool", "assign"),
        "change": ("submit", "withdraw", "return_to_pool"),
    }
    for number in range(40):
        who, kind = chance.choice(people), chance.choice(KINDS)
        if kind == "change":
            ref = make.change(who, desk, "K10", **CHARGED)
        else:
            topic = {"topic": chance.choice(("price", "other"))} if kind == "inquiry" else {}
            ref = getattr(make, kind)(who, desk, called_at=clock.at - timedelta(minutes=chance.randrange(40)), **topic)
        if number % 3:
            data = {**WORDS, "reason": "x", "said": "x", "weight": "simple", "whom": "x", "question": "x", "at": clock.at + timedelta(minutes=chance.randrange(300)),
                    "person": next(p.user_id for p in people if p != who)}  # fmt: skip
            make.do(who, ref, chance.choice(steps[kind]), **data)
        clock.forward(chance.randrange(4))


def _compare(who, view):
    numbers, now = counts(who, view), make.now()
    rows = [r for after in (None,) for r in _all_rows(who, view)]
    end = make.TEN.replace(hour=16)
    assert numbers["total"] == numbers[f"view-{view}"] == len(rows), (who.login, view)
    assert numbers["late"] == len(listed(who, view, late=True)) == sum(r.queue_at < now for r in rows)
    assert numbers["soon"] == sum(now <= r.queue_at <= now + queue.SOON for r in rows)
    assert numbers["today"] == sum(now + queue.SOON < r.queue_at < end for r in rows)
    for kind in KINDS:
        assert numbers[f"kind-{kind}"] == len(listed(who, view, kind=kind)) == sum(r.kind == kind for r in rows)
        assert numbers[f"late-{kind}"] == len(listed(who, view, kind=kind, late=True))


def _all_rows(who, view):
    found, after = [], None
    while True:
        rows, after = queue.rows(db.session(), who, filtered(view), after)
        found += rows
        if after is None:
            assert found == sorted(found, key=lambda r: (r.queue_at, r.since, r.id))
            assert len({r.id for r in found}) == len(found)
            return found


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [({"grade": "A"}, 2), ({"grade": "C"}, 1), ({"grouping": "coloader"}, 1), ({"grouping": "direct"}, 2)],
)
def test_the_list_is_narrowed_by_class_and_group_of_the_customer(desk, wanted, seen):
    with make.writing() as tx:
        other = make.make_customer(
            tx, tx.session.get_one(make.Office, desk.office), "同行", "13622150499", grade="C", grouping="coloader"
        ).id
    make.inquiry(desk.agent, desk, customer_id=other)
    make.inquiry(desk.agent, desk)
    make.complaint(desk.agent, desk)
    assert (len(listed(desk.agent, **wanted)), counts(desk.agent, **wanted)["total"]) == (seen, seen)


def test_what_is_new_since_the_last_look(desk, clock):
    make.inquiry(desk.agent, desk)
    looked = clock.at
    assert queue.fresh(db.session(), desk.agent, filtered(), looked) == (0, 1)
    clock.forward(1)
    make.inquiry(desk.agent, desk, topic="other")
    make.inquiry(desk.colleague, desk)
    assert queue.fresh(db.session(), desk.agent, filtered(), looked) == (1, 1)


# ------------------------------------------------------------------------------------------ many


def many(desk, count, same_time=True):
    """A full desk, put in directly: `count` inquiries of the agent with their leading turns."""
    first = 30_000
    with write_tx(desk.agent, "many") as tx:
        common = {"kind": "inquiry", "state": "open", "office_id": desk.office, "customer_id": desk.customer, "owner_id": desk.agent.user_id,
                  "assignee_id": desk.agent.user_id, "title": "x", "channel": "phone", "waiting_since": tx.at, "created_at": tx.at,
                  "created_by_id": desk.agent.user_id, "shipment_id": desk.shipment, "pooled": False, "chases": 0, "gist": {}, "version": 1}  # fmt: skip
        numbers = range(first, first + count)
        tx.session.execute(insert(Case.__table__), [common | {"id": n, "ref": f"INQ-{n}"} for n in numbers])
        tx.session.execute(insert(Inquiry.__table__), [{"id": n, "topic": "price", "asked": "x"} for n in numbers])
        turn = {"office_id": desk.office, "kind": "inquiry", "what": "answer", "user_id": desk.agent.user_id, "grade": 1, "leading": True,
                "waiting": False, "since": tx.at, "opened_at": tx.at, "queue_at": FAR, "customer_id": desk.customer}  # fmt: skip
        tx.session.execute(insert(Turn.__table__), [turn | {"case_id": n} for n in numbers])


def test_pages_are_complete_and_without_repeats_over_120_rows_of_one_time(desk):
    many(desk, 120)
    pages, after = [], None
    while True:
        rows, after = queue.rows(db.session(), desk.agent, filtered(), after)
        pages.append([row.ref for row in rows])
        if after is None:
            break
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sorted(ref for page in pages for ref in page) == [f"INQ-{n}" for n in range(30_000, 30_120)]


@pytest.mark.parametrize(("count", "pages"), [(50, [50]), (51, [50, 1]), (100, [50, 50])])
def test_a_page_that_is_just_full_has_no_empty_one_behind_it(desk, count, pages):
    many(desk, count)
    found, after = [], None
    while True:
        rows, after = queue.rows(db.session(), desk.agent, filtered(), after)
        found.append(len(rows))
        if after is None:
            break
    assert found == pages


def test_counting_stops_at_a_thousand(desk):
    many(desk, 1_003)
    numbers = counts(desk.agent)
    assert (numbers["total"], numbers["kind-inquiry"], numbers["view-office"], numbers["kind-complaint"]) == (
        1000,
        1000,
        1000,
        0,
    )


def test_the_list_costs_the_same_selects_with_ten_rows_and_with_five_hundred(desk):
    taken = []
    for more in (10, 490):
        with write_tx(desk.agent, "clear") as tx:
            for table in (Turn, Inquiry, Case):
                tx.session.execute(table.__table__.delete())
        many(desk, more)
        db.session.rollback()
        with nets.selects(db.engine) as statements:
            queue.rows(db.session(), desk.agent, filtered())
            counts(desk.agent)
        taken.append(len(statements))
    assert taken == [2, 2]


def test_the_goods_of_a_row_are_those_of_its_matter(desk):
    many(desk, 2)
    rows, _ = queue.rows(db.session(), desk.agent, filtered())
    assert {row.shipment_id for row in rows} == {desk.shipment}
    assert make.goods_of(desk.shipment).number == rows[0].number
    assert isinstance(make.goods_of(desk.shipment), Shipment)
