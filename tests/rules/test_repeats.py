"""Complaints that come again: on the same waybill, of the same customer, about the same partner (CMP-01, ORG-01)."""

from __future__ import annotations

from sqlalchemy import select

from models import Partner, Shipment, db
from rules import queries, repeats
from rules.policy import unseen
from rules.store import Actor
from tests.factories import Desk, complaint, do, goods, matter, writing


def with_partner(desk: Desk) -> tuple[int, int]:
    """The desk's goods and goods of another customer, both with one partner."""
    other = goods(desk, stopped="欠款")
    with writing() as tx:
        partner = tx.add(Partner(code="P77", name="北京速达", city="北京", status="active"))
        for key in (desk.shipment, other):
            tx.session.get_one(Shipment, key, execution_options={"visible": "system"}).partner_id = partner.id
    return desk.shipment, other


def asked(who: Actor, shipment_id: int | None, customer: bool = True) -> repeats.Repeats:
    db.session.rollback()
    found = queries.shipment_by_id(db.session(), who, shipment_id) if shipment_id else None
    customer_id = (
        db.session.scalar(unseen(select(Shipment.customer_id).where(Shipment.id == shipment_id))) if customer else None
    )
    return repeats.repeats(db.session(), who, customer_id, found)


def test_complaints_on_waybill_customer_and_partner_are_found_and_counted(desk: Desk):
    own, other = with_partner(desk)
    second = goods(desk)
    first = complaint(desk.agent, desk, shipment_id=own)
    about_partner = complaint(
        desk.agent, desk, shipment_id=other, customer_id=None, caller_name="李", caller_phone="13512340000"
    )
    of_customer = complaint(desk.agent, desk, shipment_id=second)
    found = asked(desk.agent, own)
    assert [(r.row.ref, r.same, r.joins) for r in found.found] == [
        (first, "waybill", True), (of_customer, "customer", True), (about_partner, "partner", False)]  # fmt: skip
    assert [str(said) for said in found.counted] == [
        "Complaint no. 2 about this waybill in 90 days", "Complaint no. 3 of this customer in 90 days",
        "Complaint no. 3 about this partner (北京速达) in 90 days"]  # fmt: skip
    assert asked(desk.stranger, own).found == [] and asked(desk.agent, None, customer=False).found == []


def test_old_and_void_complaints_do_not_count_and_closed_ones_stand_below_open_ones(desk: Desk, clock):
    complaint(desk.agent, desk, shipment_id=desk.shipment)
    clock.forward(hours=24 * 91)
    void = complaint(desk.agent, desk, shipment_id=desk.shipment)
    do(desk.agent, void, "void", reason="重复登记")
    assert asked(desk.agent, desk.shipment).found == []
    open_one = complaint(desk.agent, desk, shipment_id=desk.shipment)
    later = complaint(desk.agent, desk, shipment_id=desk.shipment)
    with writing() as tx:
        matter(later).closed_at = tx.at
    assert [r.row.ref for r in asked(desk.agent, desk.shipment).found] == [open_one, later]


def test_what_another_customer_complained_of_is_never_offered_to_join(desk: Desk):
    own, other = with_partner(desk)
    complaint(desk.agent, desk, shipment_id=other, customer_id=None, caller_name="李", caller_phone="13512340000")
    assert [r.joins for r in asked(desk.agent, own).found] == [False]
