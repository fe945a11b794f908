"""What the system proposes to hold, and what it does not: monthly accounts only, once, until finance has answered (D-16)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import Agreement, Customer, Hold, Payment, db
from rules import holding, proposals
from rules.policy import unseen
from rules.store import write_tx
from tests import factories as make

TODAY = date(2026, 11, 18)


def account(desk: Any, ends: int | None = -1, **columns: Any) -> None:
    """Make the desk's customer a monthly account whose agreement ends so many days from today."""
    with make.writing() as tx:
        row = load(tx.session, desk)
        for name, value in {"settlement": "monthly", **columns}.items():
            setattr(row, name, value)
        if ends is not None:
            tx.add(Agreement(customer_id=row.id, starts_on=TODAY - timedelta(400), ends_on=TODAY + timedelta(ends)))


def load(session: Any, desk: Any) -> Customer:
    return session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()


def night() -> list[tuple[str, str, str]]:
    """One night's work; the holds there are then."""
    db.session.rollback()
    proposals.nightly(lambda: None)
    db.session.rollback()
    return [(h.what, h.status, h.reason) for h in db.session.scalars(unseen(select(Hold).order_by(Hold.id)))]


def sent(
    desk: Any, days_ago: int, freight: int | None = 500_000, payment: str | None = "monthly", currency: str = "CNY"
) -> None:
    make.goods(
        desk, departs_at=make.TEN - timedelta(days=days_ago), freight_minor=freight, payment=payment, currency=currency
    )


def answer(desk: Any, rule: Any, *args: Any) -> None:
    with write_tx(desk.finance, "hold.drop") as tx:
        rule(tx, tx.session.scalars(unseen(select(Hold).order_by(Hold.id.desc()))).first(), *args)


EXPIRED = [("documents", "proposed", f"agreement:{TODAY - timedelta(1)}")]


@pytest.mark.rule("FIN-07")
def test_an_expired_agreement_is_proposed_once(desk):
    account(desk)
    assert night() == EXPIRED
    assert night() == EXPIRED
    found = db.session.scalars(unseen(select(Hold))).one()
    assert str(proposals.reason_words(found)) == "the agreement ended on 2026-11-17"
    assert found.placed_by_id is None and found.proposed_at == make.now()


def test_a_proposal_holds_nothing(desk):
    account(desk)
    night()
    assert load(db.session, desk).documents_held is None


@pytest.mark.parametrize(("ends", "columns"), [
    (0, {}), (30, {}), (None, {}), (-1, {"settlement": "prepaid"}), (-1, {"settlement": None}),
    (-1, {"stopped_at": make.TEN, "stopped_reason": "欠款"}), (-1, {"documents_held": "账期"}),
])  # fmt: skip
def test_no_cause_no_proposal(desk, ends, columns):
    account(desk, ends, **columns)
    assert [row for row in night() if row[1] == "proposed"] == []


def test_the_last_agreement_counts(desk):
    account(desk, -1)
    with make.writing() as tx:
        tx.add(Agreement(customer_id=desk.customer, starts_on=TODAY, ends_on=TODAY + timedelta(365)))
    assert night() == []


def test_what_finance_dropped_is_not_proposed_again_until_a_new_cause(desk, clock):
    account(desk)
    night()
    answer(desk, holding.drop, "老客户，续签中")
    dropped = [("documents", "dropped", EXPIRED[0][2])]
    assert night() == dropped
    clock.forward(days=40)
    assert night() == dropped
    with make.writing() as tx:
        tx.add(Agreement(customer_id=desk.customer, starts_on=TODAY, ends_on=TODAY + timedelta(45)))
    assert night() == dropped
    clock.forward(days=10)
    assert [row[1] for row in night()] == ["dropped", "proposed"]


@pytest.mark.rule("FIN-07")
def test_confirmed_by_finance_it_holds(desk):
    account(desk)
    night()
    answer(desk, holding.confirm, "协议已到期", True)
    assert night() == [("documents", "active", "协议已到期")]
    assert load(db.session, desk).documents_held == "协议已到期"
    assert proposals.reason_words(db.session.scalars(unseen(select(Hold))).one()) == "协议已到期"


# ------------------------------------------------------------------ the term


@pytest.mark.rule("FIN-02")
def test_freight_whose_term_ended_lately_is_proposed_with_what_is_open(desk):
    account(desk, 30, term_days=30)
    sent(desk, 31)
    sent(desk, 40, 300_000)
    (row,) = night()
    assert row == ("documents", "proposed", f"term:{TODAY - timedelta(10)}:800000")
    said = str(proposals.reason_words(db.session.scalars(unseen(select(Hold))).one()))
    assert said == "term passed on 2026-11-08, ¥8,000.00 not known as paid"


@pytest.mark.parametrize("goods", [
    {"days_ago": 29}, {"days_ago": 61}, {"days_ago": 35, "freight": None}, {"days_ago": 35, "payment": "collect"},
    {"days_ago": 35, "currency": "USD"},
])  # fmt: skip
def test_freight_that_is_not_due_long_gone_or_not_on_account_is_no_cause(desk, goods):
    account(desk, 30, term_days=30)
    sent(desk, **goods)
    assert night() == []


@pytest.mark.parametrize(("paid", "wanted"), [(500_000, 0), (600_000, 0), (499_999, 1)])
def test_money_confirmed_here_counts(desk, paid, wanted):
    account(desk, 30, term_days=30)
    sent(desk, 35)
    with make.writing() as tx:
        tx.add(Payment(office_id=desk.office, customer_id=desk.customer, amount_minor=paid, confirmed_minor=paid,
                       paid_on=TODAY, purpose="10 月", stated_by_id=desk.agent.user_id, stated_at=tx.at, due_at=tx.at,
                       status="confirmed", decided_by_id=desk.finance.user_id, decided_at=tx.at))  # fmt: skip
    assert len(night()) == wanted


def test_without_a_term_nothing_can_pass(desk):
    account(desk, 30)
    sent(desk, 35)
    assert night() == []


def test_a_proposal_whose_cause_is_gone_when_written_is_not_made(desk):
    account(desk)
    with make.writing() as tx:
        load(tx.session, desk).settlement = "prepaid"
        tx.session.flush()
        assert proposals.propose(tx, desk.customer) is False
