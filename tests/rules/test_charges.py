"""Charge lines of a change: proposed, agreed, waived, added up and told (CHG-15, CHG-19)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models import Change, ChargeLine, db
from rules import charges, fees
from rules.policy import unseen
from rules.store import Actor, write_tx
from rules.words import Refused, Words
from tests import factories
from tests.rules.test_fees import LINE

DAY = date(2026, 11, 18)


def line(
    side="receivable", minor=8000, currency="CNY", payer="shipper", agreed=None, waived=False, **more
) -> ChargeLine:
    """A line as it stands in the table."""
    return ChargeLine(side=side, amount_minor=minor, currency=currency, payer=payer if side == "receivable" else None, agreed=agreed,
                      waived_at=factories.TEN if waived else None, item=more.pop("item", "redelivery"), **more)  # fmt: skip


@pytest.fixture
def case(desk) -> int:
    """A change of the desk's goods without any money yet; its id."""
    with factories.writing() as tx:
        row = Change(
            id=90001, ref="CHG-90001", kind="change", office_id=desk.office, owner_id=desk.agent.user_id, assignee_id=desk.agent.user_id,
            created_by_id=desk.agent.user_id, created_at=tx.at, waiting_since=tx.at, channel="phone", shipment_id=desk.shipment,
            customer_id=desk.customer, state="waiting", code="K10", requested_by_id=desk.agent.user_id,
            last_editor_id=desk.agent.user_id, shipment_version=1, stage_asked="A5", title="", gist={},
        )  # fmt: skip
        return tx.add(row).id


def work(who: Actor, case: int, do: Any) -> Any:
    with write_tx(who, "test") as tx:
        return do(tx, tx.session.scalars(unseen(db.select(Change).where(Change.id == case))).one())


def kept(case: int) -> list[ChargeLine]:
    db.session.rollback()
    return list(db.session.scalars(db.select(ChargeLine).where(ChargeLine.case_id == case).order_by(ChargeLine.id)))


def fee(desk, **values) -> int:
    with write_tx(desk.finance, "fee.add") as tx:
        return fees.add(tx, {**LINE, **values}).id


# ------------------------------------------------------------------ asking


def test_any_line_is_money_even_a_waived_one():
    assert not charges.has_money([])
    assert charges.has_money([line(waived=True)]) and charges.has_money([line("payable")])


@pytest.mark.parametrize(
    ("one", "asked"),
    [
        (line(), True), (line(payer="consignee"), True), (line(agreed="赵敏 10:05"), False), (line(waived=True), False),
        (line(payer="company"), False), (line("payable"), False),
    ],
)  # fmt: skip
def test_who_pays_must_have_agreed_except_for_our_own_mistake(one, asked):
    assert charges.unagreed([one]) == ([one] if asked else [])


@pytest.mark.rule("FIN-13")
def test_totals_keep_sides_and_currencies_apart_and_leave_waived_out():
    lines = [line("payable", 300, "USD"), line(minor=1), line(minor=2), line(minor=50, waived=True), line(minor=7, currency="HKD"),
             line("payable", 4), line(minor=9, currency="EUR")]  # fmt: skip
    assert charges.totals(lines) == [
        ("receivable", "CNY", 3), ("receivable", "EUR", 9), ("receivable", "HKD", 7), ("payable", "CNY", 4), ("payable", "USD", 300),
    ]  # fmt: skip
    assert charges.totals([line(waived=True)]) == [] and charges.total_words([]) == []
    assert [str(said) for said in charges.total_words(lines[:2])] == [
        "Receivable in total ¥0.01",
        "Payable in total USD 3.00",
    ]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (line(agreed="赵敏 10:05"), "Re-delivery ¥80.00, paid by Shipper; agreed: 赵敏 10:05"),
        (line(payer="consignee"), "Re-delivery ¥80.00, paid by Consignee; not agreed yet"),
        (line(payer="company"), "Re-delivery ¥80.00, paid by Our company; our own mistake"),
        (line(waived=True, waived_reason="老客户"), "Re-delivery ¥80.00, paid by Shipper; waived: 老客户"),
        (line("payable", 6200, "JPY", item="carrier", party="NH"), "Carrier's fee JPY 6,200, payable to NH"),
        (line("payable", item="carrier"), "Carrier's fee ¥80.00, payable"),
    ],
)  # fmt: skip
def test_a_line_says_what_how_much_who_and_whether_agreed(one, said):
    assert str(charges.line_words(one)) == said


# ------------------------------------------------------------------ writing


def test_a_line_is_added_with_who_and_when(desk, case):
    work(desk.agent, case, lambda tx, row: charges.add(
        tx, row, side="receivable", amount_minor=8000, currency="CNY", item="redirect", payer="shipper", agreed="赵敏 10:05"))  # fmt: skip
    (made,) = kept(case)
    assert (made.side, made.amount_minor, made.payer, made.agreed, made.by_id, made.at) == (
        "receivable", 8000, "shipper", "赵敏 10:05", desk.agent.user_id, factories.TEN)  # fmt: skip
    assert [e.case_id for e in factories.events(object_type="charge_lines")] == [case]


def test_lines_in_hand_and_the_table_agree(desk, case):
    def do(tx, row):
        tx.session.refresh(row, ["charges"])
        made = charges.add(tx, row, side="payable", amount_minor=1, currency="CNY", item="carrier")
        return row.lines == [made]

    assert work(desk.agent, case, do) and len(kept(case)) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"), ({"amount_minor": -5}, "amount_minor"), ({"amount_minor": 10**11 + 1}, "amount_minor"),
        ({"currency": "XXX"}, "item"), ({"item": "gift"}, "item"), ({"side": "both"}, "item"), ({"payer": None}, "payer"),
        ({"payer": "agent"}, "payer"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused(desk, case, wrong, field):
    good = {"side": "receivable", "amount_minor": 8000, "currency": "CNY", "item": "change", "payer": "shipper"}
    with pytest.raises(Refused) as no:
        work(desk.agent, case, lambda tx, row: charges.add(tx, row, **{**good, **wrong}))
    assert (no.value.code, no.value.field) == (422, field) and kept(case) == []


@pytest.mark.rule("CHG-15")
def test_the_fee_table_proposes_both_sides_once(desk, case):
    both = fee(desk, carrier="CZ", receivable_minor=12000, payable_minor=9000, item="redirect")
    store = fee(desk, item="storage", receivable_minor=0, payable_minor=700)
    fee(desk, receivable_minor=1, item="redirect")  # for any carrier: the carrier's own goes before it

    def propose(tx, row):
        goods = factories.goods_of(desk.shipment)
        goods.carrier = "CZ"
        return charges.propose(tx, row, goods, DAY)

    assert len(work(desk.agent, case, propose)) == 3 and work(desk.agent, case, propose) == []
    assert [(x.side, x.item, x.amount_minor, x.payer, x.party, x.agreed, x.fee_id) for x in kept(case)] == [
        ("receivable", "redirect", 12000, "shipper", None, None, both), ("payable", "redirect", 9000, None, "CZ", None, both),
        ("payable", "storage", 700, None, "CZ", None, store),
    ]  # fmt: skip
    assert len(charges.unagreed(kept(case))) == 1


def test_without_a_fee_nothing_is_proposed(desk, case):
    assert (
        work(desk.agent, case, lambda tx, row: charges.propose(tx, row, factories.goods_of(desk.shipment), DAY)) == []
    )


@pytest.mark.rule("CHG-19")
def test_a_waived_line_stays_with_who_and_why(desk, case):
    work(desk.agent, case, lambda tx, row: charges.add(
        tx, row, side="receivable", amount_minor=8000, currency="CNY", item="document", payer="shipper"))  # fmt: skip
    work(
        desk.supervisor,
        case,
        lambda tx, row: charges.waive(tx, tx.session.get(ChargeLine, kept_id(tx, case)), "我方延误"),
    )
    (made,) = kept(case)
    assert (made.waived_by_id, made.waived_reason, made.waived_at) == (
        desk.supervisor.user_id,
        "我方延误",
        factories.TEN,
    )
    assert charges.totals([made]) == [] and charges.unagreed([made]) == [] and charges.has_money([made])


def kept_id(tx, case: int) -> int:
    return tx.session.scalar(db.select(ChargeLine.id).where(ChargeLine.case_id == case))


@pytest.mark.parametrize(
    ("one", "reason", "code"),
    [(line("payable"), "x", 409), (line(waived=True), "x", 409), (line(), None, 422), (line(), "", 422)],
)
@pytest.mark.rule("CHG-19")
def test_a_waiver_needs_a_reason_and_a_charge_to_the_customer(desk, one, reason, code):
    before = one.waived_at
    with pytest.raises(Refused) as no, write_tx(desk.supervisor, "test") as tx:
        charges.waive(tx, one, reason)
    assert no.value.code == code and one.waived_at == before


def test_every_item_has_a_name_of_its_own():
    assert len(set(charges.ITEMS.values())) == len(charges.ITEMS)
    assert isinstance(charges.line_words(line(item="telex")), Words)
