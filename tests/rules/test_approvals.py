"""Four eyes (E-15, D-01, D-06, D-13): nobody decides what he asked for or last edited, nobody signs twice; by the rules,
and by the database when somebody goes round the rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DatabaseError

from models import Partner, db
from rules.words import Refused
from tests import factories as make

OWN = "You asked for this change yourself; another person decides."
TWICE = "You have signed already; another person signs this step."
CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}
EVERYTHING = ("agent", "supervisor", "finance")


def waiting(desk, who=None, code="K10", shipment=None, **data):
    """A change that waits for its first signature, asked and sent by `who`."""
    data = {"destination": "天津"} | data if code == "K10" else data
    if code in ("K14", "K15"):
        data["proof_items"] = ["number", "content"]
    ref = make.change(who or desk.agent, desk, code, shipment, **data)
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
def test_the_grade_of_the_signer_counts(desk, code, stage, grade):
    shipment = make.goods(desk, stage)
    data = {"proof_items": ["number", "content"]} if code != "K10" else {}
    if code == "K17":
        with make.writing() as tx:
            data["partner_id"] = tx.add(Partner(code="BJ1", name="北京代理")).id
    ref = waiting(desk, code=code, shipment=shipment, **data)
    if grade > 1:
        lower = make.person(desk, "supervisor", grade=grade - 1)
        assert refused(lower, ref) == "This needs grade %(grade)s or higher."
    make.do(make.person(desk, "supervisor", grade=grade), ref, "approve")


@pytest.mark.parametrize("code", ["K14", "K15"])
def test_a_bill_of_lading_needs_grade_three_and_then_another_person_as_release_officer(desk, code):
    leader = make.person(desk, "supervisor", "finance", grade=3)
    ref = waiting(desk, code=code, shipment=make.goods(desk, "S4"))
    assert [(a.role, a.grade) for a in make.approvals_of(ref)] == [("supervisor", 3), ("finance", 1)]
    assert refused(desk.finance, ref) == "Waiting for %(role)s."
    assert refused(desk.supervisor, ref) == "This needs grade %(grade)s or higher."
    make.do(leader, ref, "approve")
    assert refused(leader, ref) == TWICE
    make.do(desk.finance, ref, "approve")
    assert make.matter(ref).state == "approved"


def test_finance_needs_no_grade(desk):
    ref = waiting(desk, **CHARGED)
    make.do(desk.supervisor, ref, "approve")
    make.do(make.person(desk, "finance", grade=1), ref, "approve")


@pytest.mark.parametrize("roles", [("agent",), ("auditor",), ("admin",), ("admin", "agent")])
def test_who_holds_no_deciding_role_decides_nothing(desk, roles):
    who = make.person(desk, *roles, grade=4)
    assert refused(who, waiting(desk)) == "Your role does not allow this."


def test_the_signature_keeps_who_when_and_why(desk, clock):
    ref = waiting(desk)
    at = clock.forward(3)
    make.do(desk.supervisor, ref, "approve", reason="有证明")
    (signed,) = make.approvals_of(ref)
    assert (signed.decided_by_id, signed.decided_at, signed.reason, signed.requested_by_id) == (
        desk.supervisor.user_id, at, "有证明", desk.agent.user_id,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ by the database


def sign(ref, step=1, by=None, behalf=None):
    """Sign a step past the rules, as somebody with access to the database would."""
    row = next(a for a in make.approvals_of(ref) if a.step == step)
    values = {
        "now": datetime(2026, 11, 18, 3, tzinfo=UTC).isoformat(" "),
        "by": by,
        "behalf": behalf or "NULL",
        "id": row.id,
    }
    db.session.rollback()
    with db.engine.connect().execution_options(w=True) as connection:
        connection.exec_driver_sql(
            "UPDATE approvals SET status = 'approved', decided_by_id = {by}, on_behalf_of_id = {behalf},"
            " decided_at = '{now}' WHERE id = {id}".format(**values)
        )
        connection.commit()


FOUR_EYES = "nobody decides what he asked for, or twice|four_eyes"


def test_the_database_refuses_the_one_who_asked(desk):
    with pytest.raises(DatabaseError, match=FOUR_EYES):
        sign(waiting(desk), by=desk.agent.user_id)


def test_the_database_refuses_the_last_editor(desk):
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    make.do(desk.colleague, ref, "submit")
    with pytest.raises(DatabaseError, match=FOUR_EYES):
        sign(ref, by=desk.colleague.user_id)


def test_the_database_refuses_a_decision_on_behalf_of_the_one_who_asked_or_edited(desk):
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    make.do(desk.colleague, ref, "submit")
    for whose in (desk.agent, desk.colleague):
        with pytest.raises(DatabaseError, match=FOUR_EYES):
            sign(ref, by=desk.supervisor.user_id, behalf=whose.user_id)
    sign(ref, by=desk.supervisor.user_id, behalf=desk.finance.user_id)


def test_the_database_refuses_a_second_signature_of_the_same_person(desk):
    ref = waiting(desk, **CHARGED)
    make.do(desk.supervisor, ref, "approve")
    with pytest.raises(DatabaseError, match=FOUR_EYES):
        sign(ref, step=2, by=desk.supervisor.user_id)
    with pytest.raises(DatabaseError, match=FOUR_EYES):
        sign(ref, step=2, by=desk.finance.user_id, behalf=desk.supervisor.user_id)
    sign(ref, step=2, by=desk.finance.user_id)


def test_the_database_refuses_a_signature_put_in_with_a_new_row(desk):
    ref = waiting(desk)
    case = make.matter(ref)
    case_id, asker = case.id, desk.agent.user_id
    false_asker = desk.colleague.user_id  # a false requester on the row itself helps nothing
    db.session.rollback()
    with db.engine.connect().execution_options(w=True) as connection, pytest.raises(DatabaseError, match=FOUR_EYES):
        connection.exec_driver_sql(
            "INSERT INTO approvals (id, case_id, round, step, role, grade, status, requested_by_id, asked_at, decided_by_id,"
            f" version) VALUES (999, {case_id}, 7, 1, 'supervisor', 2, 'approved', {false_asker}, '2026-11-18 03:00:00', {asker}, 1)"
        )


def test_the_database_refuses_to_change_who_asked(desk):
    case = make.matter(waiting(desk))
    case_id = case.id
    db.session.rollback()
    with (
        db.engine.connect().execution_options(w=True) as connection,
        pytest.raises(DatabaseError, match="the requester of a change stays"),
    ):
        connection.exec_driver_sql(
            f"UPDATE changes SET requested_by_id = {desk.colleague.user_id} WHERE id = {case_id}"
        )


def test_the_database_refuses_to_make_a_signer_the_editor(desk):
    ref = waiting(desk, **CHARGED)
    make.do(desk.supervisor, ref, "approve")
    case_id = make.matter(ref).id
    db.session.rollback()
    with (
        db.engine.connect().execution_options(w=True) as connection,
        pytest.raises(DatabaseError, match="the requester of a change stays"),
    ):
        connection.exec_driver_sql(
            f"UPDATE changes SET last_editor_id = {desk.supervisor.user_id} WHERE id = {case_id}"
        )


@pytest.mark.parametrize("status", ["approved", "refused", "returned"])
def test_the_database_refuses_a_decision_without_a_decider(desk, status):
    row = make.approvals_of(waiting(desk))[0].id
    db.session.rollback()
    with (
        db.engine.connect().execution_options(w=True) as connection,
        pytest.raises(DatabaseError, match="decider_known"),
    ):
        connection.exec_driver_sql(f"UPDATE approvals SET status = '{status}' WHERE id = {row}")
