"""Two matters that belong together are linked; two that are one are merged: no time is bought, both histories stay."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models import CaseLink, Department, Office, Promise, Question, db
from rules import joining, search
from rules.clocks import PLEDGE
from rules.facts import Facts
from rules.policy import unseen
from rules.words import Refused
from tests import factories as make

WHY = {"reason": "同一票货，客户打了两次"}
SAID = {"text": "已告知", "to": "shipper", "channel": "phone"}


def due(ref: str) -> dict[str, Any]:
    """When the running clocks of a matter fall due, by name."""
    return {c.name: c.due_at for c in make.clocks_of(ref) if c.stopped_at is None}


def links(ref: str) -> list[CaseLink]:
    return Facts(db.session(), make.matter(ref)).links


def test_linked_matters_show_each_other_until_the_link_is_taken_off(desk):
    one, two = make.inquiry(desk.agent, desk), make.complaint(desk.agent, desk)
    make.do(desk.agent, one, "relate", into=two.lower().removeprefix("cmp-"), reason="同一票货")
    for here, there in ((one, two), (two, one)):
        assert [case.ref for case in joining.near(links(here), make.matter(here))] == [there]
    with pytest.raises(Refused) as no:
        make.do(desk.agent, two, "relate", into=one)
    assert (no.value.code, no.value.field) == (422, "into")
    make.do(desk.agent, two, "unrelate", other_id=make.matter(one).id)
    assert links(one) == links(two) == []


def test_only_a_matter_of_this_office_is_linked(desk):
    here, there = make.inquiry(desk.agent, desk), foreign(desk)
    for typed in (there, "INQ-99999", here, ""):
        with pytest.raises(Refused) as no:
            make.do(desk.agent, here, "relate", into=typed)
        assert (no.value.code, no.value.field) == (422, "into"), typed


def foreign(desk: make.Desk) -> str:
    """An inquiry of the other office."""
    with make.writing() as tx:
        customer = make.make_customer(tx, tx.session.get_one(Office, desk.other_office), "广州客户", "13711112222").id
    return make.inquiry(desk.stranger, desk, office_id=desk.other_office, customer_id=customer)


@pytest.mark.rule("ORG-01")
def test_merging_never_buys_time_whichever_of_the_two_goes_on(desk, clock):
    refs = []
    for _ in range(2):
        early = make.complaint(desk.agent, desk)
        at = due(early)["answer"]
        clock.forward(9)
        late = make.complaint(desk.colleague, desk)
        refs.append((early, late, at, make.matter(early).waiting_since))
        clock.forward(1)
    (early, late, at, since), (other, again, at_too, since_too) = refs
    make.do(desk.colleague, late, "merge", into=early, **WHY)
    make.do(desk.agent, other, "merge", into=again, **WHY)
    for stays, until, began in ((early, at, since), (again, at_too, since_too)):
        case = make.matter(stays)
        answer = next(c for c in make.clocks_of(stays) if c.name == "answer")
        assert (answer.started_at, answer.promised_at) == (began, None), (
            "it runs from the first call; nobody named a time"
        )
        assert (due(stays)["answer"], case.due_at, case.waiting_since, case.chases) == (until, until, began, 1)


@pytest.mark.rule("ORG-01")
def test_the_merged_one_waits_for_nobody_and_its_calls_count_with_the_other(desk, clock):
    stays, goes = make.inquiry(desk.agent, desk), make.inquiry(desk.colleague, desk)
    make.do(desk.colleague, goes, "chase", said="价格呢")
    make.do(desk.colleague, goes, "message", text="在问", to="shipper", channel="phone")
    make.do(desk.colleague, goes, "merge", into=stays, **WHY)
    case = make.matter(goes)
    assert (case.state, case.closed_at, due(goes), make.open_turns(goes)) == ("merged", clock.at, {}, [])
    assert (make.matter(stays).state, make.matter(stays).chases) == ("open", 2)
    told = joining.contacts(db.session(), joining.swallowed(links(stays), make.matter(stays)))
    assert {(row.said or row.text, ref) for row, ref in told} == {("价格呢", goes), ("在问", goes)}
    assert {e.case_id for e in make.events(action="inquiry.merge")} == {case.id, make.matter(stays).id}
    assert [hit.label for hit in search.find(db.session(), desk.agent, goes).hits] == [goes], "it is found all the same"


def test_what_others_owe_and_what_was_promised_goes_over_to_the_one_that_stays(desk, clock):
    stays, goes = make.inquiry(desk.agent, desk), make.inquiry(desk.agent, desk)
    with make.writing() as tx:
        to = f"department:{tx.add(Department(code='CZ', name='操作部')).id}"
    make.do(desk.agent, goes, "ask_party", to=to, question="几点截载")
    make.do(desk.agent, goes, "promise", promised="下午回电", by_at=clock.at.replace(hour=7))
    make.do(desk.agent, goes, "merge", into=stays, **WHY)
    home = make.matter(stays).id
    assert [q.case_id for q in db.session.scalars(unseen(select(Question)))] == [home]
    assert [p.case_id for p in db.session.scalars(unseen(select(Promise)))] == [home]
    assert {"question", PLEDGE, "answer"} <= set(due(stays))
    assert [t.what for t in make.open_turns(stays)].count("remind") == 1


def test_a_call_merged_into_an_answered_matter_opens_it_again_and_waits_since_its_own_time(desk, clock):
    stays = make.inquiry(desk.agent, desk)
    make.do(desk.agent, stays, "answer", **SAID)
    clock.forward(30)
    goes = make.inquiry(desk.agent, desk)
    until = due(goes)["answer"]
    clock.forward(2)
    make.do(desk.agent, goes, "merge", into=stays, **WHY)
    case = make.matter(stays)
    assert (case.state, case.due_at) == ("reopened", until)
    assert case.waiting_since == make.matter(goes).waiting_since


def test_only_a_matter_of_the_same_kind_and_customer_or_goods_that_is_open_takes_another_in(desk):
    one = make.inquiry(desk.agent, desk)
    with make.writing() as tx:
        other = make.make_customer(tx, tx.session.get_one(Office, desk.office), "恒昌贸易", "13622150419").id
    closed = make.inquiry(desk.agent, desk)
    make.do(desk.agent, closed, "void", reason="记错了")
    for into in (make.complaint(desk.agent, desk), make.inquiry(desk.agent, desk, customer_id=other), closed, one):
        with pytest.raises(Refused) as no:
            make.do(desk.agent, one, "merge", into=into, **WHY)
        assert (no.value.code, no.value.field) == (422, "into"), into
    same_goods = make.inquiry(desk.agent, desk, customer_id=other, shipment_id=desk.shipment)
    mine = make.inquiry(desk.agent, desk, shipment_id=desk.shipment)
    make.do(desk.agent, mine, "merge", into=same_goods, **WHY)
    assert make.matter(mine).state == "merged"


def test_a_merged_matter_is_taken_out_again_by_its_owner_or_a_supervisor_with_the_time_it_had_left(desk, clock):
    stays, goes = make.complaint(desk.agent, desk), make.complaint(desk.agent, desk)
    until, since = due(goes)["answer"], make.matter(goes).waiting_since
    make.do(desk.agent, goes, "merge", into=stays, **WHY)
    clock.forward(8)
    with pytest.raises(Refused) as no:
        make.do(desk.colleague, goes, "unmerge", reason="是两票货")
    assert no.value.code == 403
    make.do(desk.supervisor, goes, "unmerge", reason="是两票货")
    case = make.matter(goes)
    assert (case.state, due(goes)["answer"], case.waiting_since, case.closed_at) == ("reopened", until, since, None)
    assert links(goes) == [] and len([t for t in make.open_turns(goes) if t.leading]) == 1


def test_a_person_without_part_in_it_does_not_merge_it(desk):
    stays, goes = make.inquiry(desk.agent, desk), make.inquiry(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.colleague, goes, "merge", into=stays, **WHY)
    assert no.value.code == 403


@pytest.mark.rule("CMP-08")
def test_what_a_supervisor_has_to_decide_is_not_buried_by_merging(desk):
    stays, goes = make.complaint(desk.agent, desk), make.complaint(desk.agent, desk)
    make.do(desk.agent, goes, "accept", weight="simple")
    make.do(desk.agent, goes, "consult", text="客户要赔 500")
    with pytest.raises(Refused) as no:
        make.do(desk.agent, goes, "merge", into=stays, **WHY)
    assert (no.value.code, make.matter(goes).state) == (422, "with_supervisor")
    make.do(desk.agent, stays, "merge", into=goes, **WHY)
    assert make.matter(goes).state == "with_supervisor", "the other way round it stays with the supervisor"


def test_an_answered_matter_taken_out_again_owes_an_answer_anew(desk, clock):
    stays, goes = make.inquiry(desk.agent, desk), make.inquiry(desk.agent, desk)
    make.do(desk.agent, goes, "answer", **SAID)
    clock.forward(1)
    make.do(desk.agent, goes, "merge", into=stays, **WHY)
    clock.forward(8)
    make.do(desk.agent, goes, "unmerge", reason="是两票货")
    assert "answer" in due(goes) and make.matter(goes).waiting_since == clock.at


@pytest.mark.rule("CMP-16", "CMP-22")
def test_a_complaint_that_takes_another_persons_call_is_not_lost_in_one_that_takes_none(desk):
    about, plain = make.complaint(desk.agent, desk, topic="attitude"), make.complaint(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, about, "merge", into=plain, reason="同一件事")
    assert (no.value.code, no.value.field) == (422, "into")
    make.do(desk.agent, plain, "merge", into=about, reason="同一件事")
    assert (make.matter(about).state, make.matter(plain).state) == ("registered", "merged")
