"""Four eyes (E-15, D-01, D-06, D-13): nobody decides what he asked for or last edited, nobody signs twice. What the
database refuses when somebody goes round the rules: `test_four_eyes_database.py`."""

from __future__ import annotations

import pytest

from models import Partner
from rules.words import Refused
from tests import factories as make

OWN = "You asked for this change yourself; another person decides."
TWICE = "You have signed already; another person signs this step."
CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}
EVERYTHING = ("agent", "supervisor", "finance")
LEDGER = {"proof_items": ["number", "content"]}
ASKS = {  # what a kind asks beyond the shipment's columns
    "K10": {"destination": "天津"}, "K14": {"bl_number": "COSU612", "bl_date": "2026-11-10", **LEDGER},
    "K15": {"bl_number": "COSU612", **LEDGER}, "K16": {"fee_kind": "telex", **LEDGER}, "K17": LEDGER,
}  # fmt: skip


def waiting(desk, who=None, code="K10", shipment=None, **data):
    """A change that waits for its first signature, asked and sent by `who`."""
    ref = make.change(who or desk.agent, desk, code, shipment, **ASKS[code] | data)
    make.do(who or desk.agent, ref, "submit")
    return ref


def refused(who, ref, move="approve", **data):
    with pytest.raises(Refused) as no:
        make.do(who, ref, move, **{"reason": "x"} | data)
    assert no.value.code == 403
    return no.value.why.msgid


# ------------------------------------------------------------------------------------------ by the rules


@pytest.mark.parametrize("move", ["approve", "refuse", "send_back"])
def test_the_one_who_asked_decides_nothing_whatever_his_roles_and_grade(desk, move):
    chief = make.person(desk, *EVERYTHING, grade=4)
    assert refused(chief, waiting(desk, chief), move) == OWN


def test_the_one_who_last_edited_decides_nothing(desk):
    editor = make.person(desk, "agent", "supervisor", grade=4)
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    make.do(editor, ref, "submit")
    assert make.matter(ref).last_editor_id == editor.user_id
    assert refused(editor, ref) == OWN
    make.do(desk.supervisor, ref, "approve")


def test_the_one_who_asked_stays_barred_after_somebody_else_has_edited(desk):
    chief = make.person(desk, *EVERYTHING, grade=4)
    ref = make.change(chief, desk, "K10", destination="天津")
    make.do(desk.agent, ref, "submit")
    assert refused(chief, ref) == OWN


def test_taking_the_matter_over_does_not_make_the_asker_a_decider(desk):
    chief = make.person(desk, *EVERYTHING, grade=4)
    ref = waiting(desk, chief)
    make.do(chief, ref, "hand_over", person=desk.colleague.user_id, reason="x")
    make.do(desk.colleague, ref, "accept_hand_over")
    assert refused(chief, ref) == OWN


def test_nobody_signs_twice_even_with_both_roles(desk):
    both = make.person(desk, "supervisor", "finance", grade=4)
    ref = waiting(desk, **CHARGED)
    make.do(both, ref, "approve")
    for move in ("approve", "refuse", "send_back"):
        assert refused(both, ref, move) == TWICE
    make.do(desk.finance, ref, "approve")
    assert make.matter(ref).state == "approved"


def test_a_finance_clerk_who_also_serves_signs_the_charge_of_a_colleague_but_not_his_own(desk):
    clerk = make.person(desk, "agent", "finance")
    for who, allowed in ((desk.agent, True), (clerk, False)):
        ref = waiting(desk, who, shipment=make.goods(desk), **CHARGED)
        make.do(desk.supervisor, ref, "approve")
        if allowed:
            make.do(clerk, ref, "approve")
            assert make.matter(ref).state == "approved"
        else:
            assert refused(clerk, ref) == OWN


@pytest.mark.parametrize(
    ("code", "stage", "grade"),
    [("K10", "A5", 2), ("K14", "S4", 3), ("K15", "S2", 3), ("K16", "A5", 4), ("K17", "S1", 3)],
)
@pytest.mark.rule("CHG-17", "CHG-19", "CHG-20")
def test_the_grade_of_the_signer_counts(desk, code, stage, grade):
    more = {"partner_id": agent_in_beijing(published=True)} if code == "K17" else {}
    ref = waiting(desk, code=code, shipment=make.goods(desk, stage), **more)
    lower = make.person(desk, "supervisor", grade=grade - 1)
    assert refused(lower, ref) == "This needs grade %(grade)s or higher."
    make.do(make.person(desk, "supervisor", grade=grade), ref, "approve")


def agent_in_beijing(published):
    with make.writing() as tx:
        return tx.add(Partner(code="BJ1", name="北京代理", published=published)).id


@pytest.mark.rule("CHG-20")
def test_a_destination_agent_off_the_published_list_is_decided_by_a_company_leader(desk):
    """CHG-20, CF-08."""
    ref = waiting(desk, code="K17", shipment=make.goods(desk, "S1"), partner_id=agent_in_beijing(published=False))
    assert [(a.role, a.grade) for a in make.approvals_of(ref)] == [("supervisor", 4)]
    assert refused(make.person(desk, "supervisor", grade=3), ref) == "This needs grade %(grade)s or higher."
    make.do(make.person(desk, "supervisor", grade=4), ref, "approve")


@pytest.mark.parametrize("code", ["K14", "K15"])
@pytest.mark.rule("CHG-17", "CHG-18")
def test_a_bill_of_lading_needs_grade_three_and_then_another_person_as_release_officer(desk, code):
    """D-06: finance without the release officer's right does not do; nor does one who has signed already."""
    leader = make.person(desk, "supervisor", "finance", "release", grade=3)
    officer = make.person(desk, "finance", "release")
    ref = waiting(desk, code=code, shipment=make.goods(desk, "S4"))
    assert [(a.role, a.grade) for a in make.approvals_of(ref)] == [("supervisor", 3), ("release", 1)]
    assert refused(officer, ref) == "Waiting for %(role)s."
    assert refused(desk.supervisor, ref) == "This needs grade %(grade)s or higher."
    make.do(leader, ref, "approve")
    assert refused(leader, ref) == TWICE
    assert refused(desk.finance, ref) == "Waiting for %(role)s."
    make.do(officer, ref, "approve")
    assert make.matter(ref).state == "approved"


def test_a_bill_of_lading_that_costs_money_passes_finance_before_the_release_officer(desk):
    officer = make.person(desk, "finance", "release")
    ref = waiting(desk, code="K15", shipment=make.goods(desk, "S4"), **CHARGED)
    assert [a.role for a in make.approvals_of(ref)] == ["supervisor", "finance", "release"]
    make.do(make.person(desk, "supervisor", grade=3), ref, "approve")
    make.do(officer, ref, "approve")  # as finance: then he is not the other person any more
    assert refused(officer, ref) == TWICE
    make.do(make.person(desk, "finance", "release"), ref, "approve")
    assert make.matter(ref).state == "approved"


@pytest.mark.rule("CHG-19")
def test_a_waived_fee_is_signed_by_a_leader_and_then_by_finance(desk):
    ref = waiting(desk, code="K16", shipment=make.goods(desk, "S4"))
    assert [(a.role, a.grade) for a in make.approvals_of(ref)] == [("supervisor", 4), ("finance", 1)]


def test_finance_needs_no_grade(desk):
    ref = waiting(desk, **CHARGED)
    make.do(desk.supervisor, ref, "approve")
    make.do(make.person(desk, "finance", grade=1), ref, "approve")


@pytest.mark.parametrize("roles", [("agent",), ("auditor",), ("admin",), ("admin", "agent")])
def test_who_holds_no_deciding_role_decides_nothing(desk, roles):
    who = make.person(desk, *roles, grade=4)
    assert refused(who, waiting(desk)) == "Your role does not allow this."


@pytest.mark.rule("CHG-24")
def test_the_signature_keeps_who_when_and_why(desk, clock):
    ref = waiting(desk)
    at = clock.forward(3)
    make.do(desk.supervisor, ref, "approve", reason="有证明")
    (signed,) = make.approvals_of(ref)
    assert (signed.decided_by_id, signed.decided_at, signed.reason, signed.requested_by_id) == (
        desk.supervisor.user_id, at, "有证明", desk.agent.user_id,
    )  # fmt: skip
