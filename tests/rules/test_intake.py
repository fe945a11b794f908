"""Who calls and about what (E-09, D-17): found by number and phone, always within one office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Contact, Customer, Shipment, User, db
from rules import intake, search
from rules.policy import unseen
from rules.recognise import read
from rules.store import Actor
from rules.words import Refused
from tests import factories as make

CALLER = {"caller_name": "周先生", "caller_phone": "13900001111"}


def resolved(who, **data):
    return intake.resolve(db.session(), who, {"channel": "phone", **data})


def refused(who, **data):
    with pytest.raises(Refused) as no:
        resolved(who, **data)
    assert no.value.code == 422
    return no.value.field, no.value.why.msgid


def number(shipment_id):
    return make.goods_of(shipment_id).number


def foreign(desk):
    """A customer, his goods and a person of the other office."""
    with make.writing() as tx:
        office = tx.session.get_one(make.Office, desk.other_office)
        customer = make.make_customer(tx, office, "外省客户", "13700002222")
        return customer.id, make.make_shipment(tx, office, customer).id


def test_a_known_customer_brings_his_first_contact_and_his_office(desk):
    data = resolved(desk.agent, customer=desk.customer)
    assert (data["customer_id"], data["office_id"], data["contact_id"]) == (
        desk.customer,
        desk.office,
        make.contact_of(desk.customer),
    )


def test_a_number_brings_the_goods_and_their_customer(desk):
    data = resolved(desk.agent, number=number(desk.shipment))
    assert (data["shipment_id"], data["customer_id"]) == (desk.shipment, desk.customer)
    assert data["shipment"].id == desk.shipment


@pytest.mark.parametrize("kept", ["number", "master"])
@pytest.mark.parametrize("typed", ["784-12345675", "78412345675", "784 1234 5675"])
def test_an_air_waybill_kept_with_its_hyphen_is_found_however_it_is_typed(desk, kept, typed):
    with make.writing() as tx:
        goods = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == desk.shipment))).one()
        setattr(goods, kept, "784-12345675")
        search.index(tx.session, goods)
    assert resolved(desk.agent, number=typed)["shipment_id"] == desk.shipment


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}-{}"])
def test_a_number_is_found_however_it_is_spaced(desk, typed):
    found = number(desk.shipment)
    typed = typed.format(*((found[:3], found[3:]) if "-" in typed else (found,)))
    assert resolved(desk.agent, number=typed)["shipment_id"] == desk.shipment


def test_a_stranger_who_gives_name_and_phone_stays_a_stranger_even_with_a_customers_number(desk):
    data = resolved(desk.agent, number=number(desk.shipment), **CALLER)
    assert (data["customer_id"], data["shipment_id"], data["office_id"]) == (None, desk.shipment, desk.office)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "caller_name"),
        ({"caller_name": "周先生"}, "caller_phone"),
        ({"caller_phone": "13900001111"}, "caller_name"),
    ],
)
def test_a_caller_who_is_no_customer_is_logged_with_name_and_phone(desk, given, field):
    assert refused(desk.agent, **given) == (field, "A caller who is no customer is logged with name and phone.")


def test_a_stranger_is_logged_in_the_receivers_office(desk):
    assert resolved(desk.agent, **CALLER)["office_id"] == desk.office


def test_who_works_for_all_offices_says_for_which(desk):
    chief = Actor(desk.supervisor.user_id, "chief", "chief", frozenset({"supervisor"}), 4, None)
    assert refused(chief, **CALLER) == ("customer", "Say for which office: choose a customer or a shipment.")
    assert resolved(chief, customer=desk.customer)["office_id"] == desk.office
    assert resolved(chief, number=number(desk.shipment), **CALLER)["office_id"] == desk.office


def test_customers_and_goods_of_another_office_do_not_exist_here(desk):
    customer, shipment = foreign(desk)
    assert refused(desk.agent, customer=customer) == ("customer", "There is no such customer here.")
    assert refused(desk.agent, number=number(shipment))[0] == "number"
    assert refused(desk.agent, customer=desk.customer, contact=make.contact_of(customer))[0] == "contact"
    assert refused(desk.agent, customer=999_999)[0] == "customer"


def test_goods_and_customer_of_two_offices_do_not_go_into_one_matter(desk):
    customer, _ = foreign(desk)
    chief = Actor(desk.supervisor.user_id, "chief", "chief", frozenset({"supervisor"}), 4, None)
    assert refused(chief, customer=customer, number=number(desk.shipment)) == (
        "number", "The shipment belongs to another office than the customer.",
    )  # fmt: skip


def test_an_unknown_number_is_refused_at_its_field(desk):
    assert refused(desk.agent, customer=desk.customer, number="0000001") == (
        "number",
        "There is no shipment “%(number)s” here.",
    )


def test_a_call_cannot_lie_in_the_future(desk, clock):
    assert refused(desk.agent, customer=desk.customer, called_at=clock.at + timedelta(hours=1)) == (
        "called_at",
        "The call lies in the future.",
    )
    assert resolved(desk.agent, customer=desk.customer, called_at=clock.at)["called_at"] == clock.at


def test_the_work_goes_to_the_customers_own_agent_when_he_is_on_duty(desk, clock):
    _own_agent(desk, desk.colleague)
    assert resolved(desk.agent, customer=desk.customer)["assignee_id"] is None  # not signed in
    with make.writing() as tx:
        make.on_duty(tx, tx.session.get(User, desk.colleague.user_id))
    assert resolved(desk.agent, customer=desk.customer)["assignee_id"] == desk.colleague.user_id
    clock.forward(21)
    assert resolved(desk.agent, customer=desk.customer)["assignee_id"] is None  # has not been seen for long


@pytest.mark.parametrize("how", ["disabled", "of another office"])
def test_the_work_does_not_go_to_somebody_who_cannot_do_it(desk, how):
    target = desk.stranger if how == "of another office" else desk.colleague
    _own_agent(desk, target)
    with make.writing() as tx:
        user = tx.session.get(User, target.user_id)
        make.on_duty(tx, user)
        user.disabled_at = tx.at if how == "disabled" else None
    assert resolved(desk.agent, customer=desk.customer)["assignee_id"] is None


def _own_agent(desk, who):
    with make.writing() as tx:
        tx.session.get_one(Customer, desk.customer, execution_options={"visible": "system"}).agent_id = who.user_id


# ------------------------------------------------------------------------------------------ recognising


def test_a_pasted_phone_finds_the_customer_and_the_person(desk):
    party = intake.recognise(db.session(), desk.agent, read("我是赵敏 136-2215-0418"))
    assert (party.customer.id, party.contact.name, party.shipment, party.choices) == (desk.customer, "赵敏", None, ())


def test_a_pasted_number_finds_goods_and_customer(desk):
    party = intake.recognise(db.session(), desk.agent, read(f"{number(desk.shipment)} 到哪了"))
    assert (party.shipment.id, party.customer.id) == (desk.shipment, desk.customer)


def test_a_phone_that_several_customers_share_leaves_the_choice(desk):
    with make.writing() as tx:
        make.make_customer(tx, tx.session.get_one(make.Office, desk.office), "同电话公司")
    party = intake.recognise(db.session(), desk.agent, read("13622150418"))
    assert (party.customer, party.contact) == (None, None)
    assert {c.name for c in party.choices} == {"启明通讯设备", "同电话公司"}


def test_nothing_of_another_office_is_recognised(desk):
    _, shipment = foreign(desk)
    party = intake.recognise(db.session(), desk.agent, read(f"13700002222 {number(shipment)}"))
    assert (party.customer, party.shipment, party.choices) == (None, None, ())


def test_a_contact_who_has_left_is_not_called_any_more(desk):
    with make.writing() as tx:
        gone = tx.session.scalars(unseen(make.select(Contact).where(Contact.customer_id == desk.customer))).one()
        gone.left_at = tx.at
        tx.add(Contact(customer_id=desk.customer, name="钱进", phone="13600009999"))
    data = resolved(desk.agent, customer=desk.customer)
    assert data["contact_id"] != make.contact_of(desk.customer)
