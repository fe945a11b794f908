"""The second decider of an office signs a supervisor's step when no supervisor can, and nothing else (D-13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Absence, ChargeLine, User, db
from rules import deputies
from rules.store import Actor
from tests import factories as make
from tests.factories import Desk


def named(desk: Desk, login: str, limit: int | None = None) -> None:
    make.set_figure(deputies.DECIDER, login, desk.office, by=desk.admin.user_id, agreed=desk.supervisor.user_id)
    if limit is not None:
        make.set_figure(deputies.LIMIT, limit, desk.office, by=desk.admin.user_id, agreed=desk.supervisor.user_id)


def away(desk: Desk, who: Actor, begins: int = -1, ends: int = 8) -> None:
    with make.writing() as tx:
        tx.add(Absence(user_id=who.user_id, cover_id=desk.agent.user_id, from_at=tx.at + timedelta(hours=begins),
                       until_at=tx.at + timedelta(hours=ends), reason="休假", by_id=who.user_id, made_at=tx.at))  # fmt: skip


def waits(desk: Desk, by: Actor | None = None, code: str = "K10", charge: int = 12_000, **data: object) -> str:
    """A change that waits for a supervisor's signature."""
    by = by or desk.agent
    stage = {"K14": "S4", "K15": "S2", "K17": "S1"}.get(code)
    more = {"destination": "天津", "charge_minor": charge, "payer": "shipper", "charge_agreed": "赵敏 13:50"}
    if stage:
        more = {"proof_items": ["number", "content"], "bl_number": "COSU123", "bl_date": "2026-11-01"}
    ref = make.change(by, desk, code, make.goods(desk, stage) if stage else None, **more | data)
    make.do(by, ref, "submit")
    return ref


def may(ref: str, who: Actor) -> tuple[bool, int | None]:
    case = make.matter(ref)
    return deputies.stands_in(db.session(), case, make.approvals_of(ref), who.user_id)


NO = (False, None)


@pytest.fixture
def second(desk: Desk) -> Actor:
    """The colleague whom the office has named, its one supervisor being away."""
    named(desk, desk.colleague.login)
    away(desk, desk.supervisor)
    return desk.colleague


def test_he_signs_for_the_supervisor_who_is_away(desk: Desk, second: Actor) -> None:
    assert may(waits(desk), second) == (True, desk.supervisor.user_id)


def test_nobody_else_does(desk: Desk, second: Actor) -> None:
    ref = waits(desk)
    for who in (desk.agent, desk.finance, desk.admin, desk.auditor, desk.stranger):
        assert may(ref, who) == NO
    case, approvals = make.matter(ref), make.approvals_of(ref)
    assert deputies.stands_in(db.session(), case, approvals, None) == NO


def test_not_while_a_supervisor_is_there(desk: Desk) -> None:
    named(desk, desk.colleague.login)
    ref = waits(desk)
    assert may(ref, desk.colleague) == NO
    away(desk, desk.supervisor)
    other = make.person(desk, "supervisor", grade=2)
    assert may(ref, desk.colleague) == NO
    away(desk, other)
    assert may(ref, desk.colleague) == (True, desk.supervisor.user_id)


@pytest.mark.parametrize(("begins", "ends"), [(1, 8), (-8, 0), (-8, -1)])
def test_an_absence_counts_only_while_it_lasts(desk: Desk, begins: int, ends: int) -> None:
    named(desk, desk.colleague.login)
    away(desk, desk.supervisor, begins, ends)
    assert may(waits(desk), desk.colleague) == NO


def test_an_absence_taken_back_does_not_count(desk: Desk, second: Actor) -> None:
    with make.writing() as tx:
        tx.session.query(Absence).one().revoked_at = tx.at
    assert may(waits(desk), second) == NO


def test_the_highest_grade_among_the_absent_is_signed_for(desk: Desk, second: Actor) -> None:
    chief = make.person(desk, "supervisor", grade=4)
    away(desk, chief)
    assert may(waits(desk), second) == (True, chief.user_id)


def test_supervisors_of_other_offices_and_of_too_low_a_grade_do_not_count(desk: Desk, second: Actor) -> None:
    make.person(desk, "supervisor", grade=4, office=desk.other_office)
    make.person(desk, "supervisor", grade=1)
    assert may(waits(desk), second) == (True, desk.supervisor.user_id)


def test_a_supervisor_without_an_office_counts_everywhere(desk: Desk, second: Actor) -> None:
    with make.writing() as tx:
        make.make_user(tx, None, "supervisor", grade=3)
    assert may(waits(desk), second) == NO


@pytest.mark.parametrize("column", ["disabled_at", "expires_on"])
def test_an_account_that_has_ended_is_neither_waited_for_nor_named(desk: Desk, second: Actor, column: str) -> None:
    other = make.person(desk, "supervisor", grade=3)
    ref = waits(desk)
    assert may(ref, second) == NO

    def end(who: Actor) -> None:
        with make.writing() as tx:
            value = tx.at if column == "disabled_at" else (tx.at - timedelta(days=1)).date()
            setattr(tx.session.get_one(User, who.user_id), column, value)

    end(other)
    assert may(ref, second) == (True, desk.supervisor.user_id)
    end(second)
    assert may(ref, second) == NO


def test_he_signs_for_nobody_when_the_supervisor_asked_himself(desk: Desk) -> None:
    named(desk, desk.colleague.login)
    both = make.person(desk, "agent", "supervisor", grade=2)
    away(desk, desk.supervisor)
    ref = waits(desk, both)
    assert may(ref, desk.colleague) == (True, desk.supervisor.user_id)  # the other one is away: for him
    with make.writing() as tx:
        tx.session.get_one(User, desk.supervisor.user_id).disabled_at = tx.at
    assert may(ref, desk.colleague) == (True, None)  # nobody is away: the one there is asked himself


def test_never_on_behalf_of_the_one_who_asked(desk: Desk) -> None:
    named(desk, desk.colleague.login)
    asker = make.person(desk, "agent", "supervisor", grade=4)
    with make.writing() as tx:
        tx.session.get_one(User, desk.supervisor.user_id).disabled_at = tx.at
    ref = waits(desk, asker)
    away(desk, asker)
    assert may(ref, desk.colleague) == (True, None)


def test_an_office_without_any_supervisor_has_nobody_to_stand_in_for(desk: Desk) -> None:
    named(desk, desk.colleague.login)
    with make.writing() as tx:
        tx.session.get_one(User, desk.supervisor.user_id).disabled_at = tx.at
    assert may(waits(desk), desk.colleague) == NO


def test_never_his_own_request_nor_what_he_edited(desk: Desk, second: Actor) -> None:
    assert may(waits(desk, second), second) == NO
    edited = make.change(desk.agent, desk, "K10", make.goods(desk), destination="天津", charge_minor=100, payer="shipper",
                         charge_agreed="赵敏")  # fmt: skip
    make.do(second, edited, "submit")
    assert may(edited, second) == NO


@pytest.mark.parametrize("code", ["K14", "K15"])
def test_never_a_back_dated_or_advance_bill_of_lading(desk: Desk, second: Actor, code: str) -> None:
    ref = waits(desk, code=code)
    assert make.approvals_of(ref)[0].role == "supervisor"
    assert may(ref, second) == NO


def test_never_a_waived_fee_whose_amount_no_limit_sees(desk: Desk, second: Actor) -> None:
    """K16 is the company leader's (CHG-19), as is waiving a charge."""
    away(desk, make.person(desk, "supervisor", grade=4))
    ref = waits(desk, code="K16", fee_kind="document")
    assert make.approvals_of(ref)[0].grade == 4
    assert may(ref, second) == NO


@pytest.mark.parametrize(
    ("charge", "limit", "allowed"),
    [(50_000, None, True), (50_001, None, False), (50_000, 49_999, False), (1, 0, False), (90_000, 90_000, True)],
)
def test_up_to_the_charge_the_office_has_set(desk: Desk, charge: int, limit: int | None, allowed: bool) -> None:
    named(desk, desk.colleague.login, limit)
    away(desk, desk.supervisor)
    assert may(waits(desk, charge=charge), desk.colleague)[0] is allowed


@pytest.mark.parametrize(("side", "currency", "allowed"), [
    ("receivable", "CNY", False), ("payable", "CNY", True), ("payable", "USD", False),
])  # fmt: skip
def test_both_sides_count_and_foreign_money_never(
    desk: Desk, second: Actor, side: str, currency: str, allowed: bool
) -> None:
    """40,000 are owed to us already; the larger side decides."""
    ref = waits(desk, charge=40_000)
    with make.writing() as tx:
        tx.add(ChargeLine(case_id=make.matter(ref).id, side=side, amount_minor=20_000, currency=currency, by_id=desk.agent.user_id,
                          payer="shipper" if side == "receivable" else None, at=tx.at))  # fmt: skip
    assert may(ref, second)[0] is allowed


def test_the_steps_of_finance_are_not_his(desk: Desk, second: Actor) -> None:
    ref = waits(desk)
    make.do(make.person(desk, "supervisor", grade=2), ref, "approve")
    assert [a.status for a in make.approvals_of(ref)] == ["approved", "waiting"]
    assert may(ref, second) == NO


def test_a_name_without_a_second_person_or_of_another_office_counts_for_nothing(desk: Desk) -> None:
    away(desk, desk.supervisor)
    ref = waits(desk)
    make.set_figure(deputies.DECIDER, desk.colleague.login, desk.office, by=desk.admin.user_id)
    assert may(ref, desk.colleague) == NO
    for login in (desk.stranger.login, desk.auditor.login, desk.admin.login, "nobody"):
        named(desk, login)
        assert deputies.deputy(db.session(), make.matter(ref)) is None


def test_the_second_decider_approves_in_the_name_of_the_absent_one(desk: Desk, second: Actor) -> None:
    ref = waits(desk)
    make.do(second, ref, "approve")
    signed = make.approvals_of(ref)[0]
    assert (signed.decided_by_id, signed.on_behalf_of_id) == (second.user_id, desk.supervisor.user_id)
