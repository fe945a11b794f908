"""Customers by hand, by the rules alone: who may set what, agreements, contacts, and a caller who becomes a prospect."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models import Agreement, Contact, Customer, Message, Turn, db
from rules import customers, search
from rules.customer_forms import CustomerForm
from rules.policy import unseen
from rules.store import Actor, write_tx
from rules.words import Refused
from tests import factories
from tests.factories import Desk


def act(who: Actor, rule: Any, *args: Any, **options: Any) -> Any:
    """Carry a rule out on the desk's rows; returns what it gives."""
    with write_tx(who, "customer.test") as tx:
        rows = [one(tx.session, arg) if isinstance(arg, tuple) else arg for arg in args]
        return rule(tx, *rows, **options)


def one(session: Any, what: tuple[Any, int]) -> Any:
    model, key = what
    return session.scalars(unseen(select(model).where(model.id == key))).one()


def kept(desk: Desk) -> Customer:
    db.session.rollback()
    return one(db.session(), (Customer, desk.customer))


def the(desk: Desk) -> tuple[Any, int]:
    return Customer, desk.customer


def refusal(who: Actor, rule: Any, *args: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as no:
        act(who, rule, *args, **options)
    return no.value


def test_a_new_customer_belongs_to_the_makers_office_and_is_found_at_once(desk):
    act(desk.agent, customers.make, {"name": "南山科技", "code": "N-1"})
    found = search.find(db.session(), desk.agent, "南山").only
    assert found is not None and found.label == "南山科技"
    assert search.find(db.session(), desk.stranger, "南山").hits == []


def test_who_has_no_office_says_for_which_one_a_customer_is_made(desk):
    nobody = Actor(desk.agent.user_id, "roving", "代班", frozenset({"agent"}))
    assert refusal(nobody, customers.make, {"name": "南山科技"}).field == "office_id"
    act(nobody, customers.make, {"name": "南山科技", "office_id": str(desk.other_office)})
    assert db.session.scalar(unseen(select(Customer.office_id).where(Customer.name == "南山科技"))) == desk.other_office


def test_the_same_name_may_stand_in_two_offices_but_not_twice_in_one(desk):
    name = kept(desk).name
    assert refusal(desk.agent, customers.make, {"name": name}).field == "name"
    act(desk.stranger, customers.make, {"name": name})
    act(desk.agent, customers.edit, the(desk), {"name": name, "lanes": "深圳→北京"})
    assert kept(desk).lanes == "深圳→北京"


@pytest.mark.rule("CUS-07")
def test_flags_of_a_customer_are_kept_when_an_agent_edits(desk):
    act(desk.supervisor, customers.edit, the(desk), {"vip": True, "warning": "易投诉"})
    act(desk.agent, customers.edit, the(desk), {"vip": False, "warning": None, "lanes": "深圳→北京"})
    found = kept(desk)
    assert (found.vip, found.warning, found.lanes) == (True, "易投诉", "深圳→北京")


def test_an_edit_against_an_old_version_changes_nothing(desk):
    version = kept(desk).version
    act(desk.agent, customers.edit, the(desk), {"lanes": "一"}, version)
    no = refusal(desk.colleague, customers.edit, the(desk), {"lanes": "二"}, version)
    assert no.code == 409 and kept(desk).lanes == "一"


def test_corrected_days_stay_one_agreement_and_the_next_period_is_a_new_one(desk):
    def agree(start: date, end: date) -> list[tuple[date, date]]:
        act(desk.agent, customers.edit, the(desk), {"starts_on": start, "ends_on": end})
        return [
            tuple(row)
            for row in db.session.execute(select(Agreement.starts_on, Agreement.ends_on).order_by(Agreement.id))
        ]

    first = agree(date(2025, 1, 1), date(2025, 12, 31))
    assert agree(date(2025, 1, 1), date(2026, 1, 31)) == [(date(2025, 1, 1), date(2026, 1, 31))] and len(first) == 1
    assert len(agree(date(2026, 2, 1), date(2027, 1, 31))) == 2


@pytest.mark.parametrize(
    "days", [(date(2026, 2, 1), date(2026, 1, 1)), (date(2026, 2, 1), None), (None, date(2026, 2, 1))]
)
def test_half_or_backward_agreements_are_refused_by_form_and_rule(desk, days):
    assert refusal(desk.agent, customers.edit, the(desk), {"starts_on": days[0], "ends_on": days[1]}).field == "ends_on"
    form = CustomerForm(data={"name": "某某", "starts_on": days[0], "ends_on": days[1]})
    assert not form.validate() and list(form.errors) == ["ends_on"]


def test_class_and_stop_ask_for_the_role_and_a_reason(desk):
    assert refusal(desk.finance, customers.set_class, the(desk), "B", "x").code == 403
    assert refusal(desk.agent, customers.set_class, the(desk), "B", " ").field == "reason"
    assert refusal(desk.agent, customers.set_class, the(desk), "E", "x").code == 422
    assert refusal(desk.agent, customers.set_class, the(desk), "A", "x").code == 409
    for who in (desk.agent, desk.supervisor, desk.auditor, desk.admin):
        assert refusal(who, customers.stop, the(desk), "x").code == 403
    assert refusal(desk.finance, customers.stop, the(desk), None).field == "reason"
    assert refusal(desk.finance, customers.lift_stop, the(desk), "x").code == 409


def test_a_stop_keeps_who_when_and_why_until_it_is_lifted(desk, clock):
    act(desk.finance, customers.stop, the(desk), "十月账单未付")
    found = kept(desk)
    assert (found.stopped_at, found.stopped_by_id, found.stopped_reason) == (
        clock.at,
        desk.finance.user_id,
        "十月账单未付",
    )
    assert refusal(desk.finance, customers.stop, the(desk), "再停").code == 409
    act(desk.finance, customers.lift_stop, the(desk), "已付清")
    assert kept(desk).stopped_at is None and factories.events()[-1].reason == "已付清"


def test_a_contact_is_found_by_the_end_of_his_number_and_needs_one_way_to_reach_him(desk):
    assert refusal(desk.agent, customers.add_contact, the(desk), {"name": "刘会计"}).field == "phone"
    act(desk.agent, customers.add_contact, the(desk), {"name": "刘会计", "landline": "0755-82619931"})
    found = search.find(db.session(), desk.agent, "9931").only
    assert found is not None and (found.what, found.id) == ("customer", desk.customer)


def test_a_contact_log_needs_words_and_says_in_which_direction_they_went(desk):
    assert refusal(desk.agent, customers.log_contact, the(desk), {"channel": "phone"}).field == "said"
    act(desk.agent, customers.log_contact, the(desk), {"channel": "phone", "said": "问价"})
    act(desk.agent, customers.log_contact, the(desk), {"channel": "wechat", "said": "问价", "text": "已报"})
    found = db.session.execute(unseen(select(Message.direction, Message.case_id).order_by(Message.id))).all()
    assert [tuple(row) for row in found] == [("in", None), ("out", None)]


def test_a_caller_becomes_a_prospect_with_his_matter_turns_and_words(desk):
    ref = factories.inquiry(desk.agent, desk, customer_id=None, caller_name="钱多多", caller_phone="13900001111")
    factories.do(desk.agent, ref, "message", said="想发一票到兰州", channel="phone")
    with write_tx(desk.agent, "customer.promote") as tx:
        made = customers.promote(tx, factories.matter(ref), "多多商行").id
    case = factories.matter(ref)
    assert (case.customer_id, case.contact.name, case.customer.status, case.customer.name) == (
        made,
        "钱多多",
        "prospect",
        "多多商行",
    )
    turns = db.session.scalars(unseen(select(Turn.customer_id).where(Turn.case_id == case.id))).all()
    words = db.session.scalars(unseen(select(Message.customer_id).where(Message.case_id == case.id))).all()
    assert set(turns) == {made} and set(words) == {made}
    assert db.session.scalar(unseen(select(Contact.phone).where(Contact.customer_id == made))) == "13900001111"
    found = search.find(db.session(), desk.agent, "1111").hits
    assert ("customer", made) in {(hit.what, hit.id) for hit in found}


def test_a_matter_with_a_customer_and_a_name_already_known_are_not_promoted(desk):
    known = factories.inquiry(desk.agent, desk)
    with pytest.raises(Refused) as no, write_tx(desk.agent, "customer.promote") as tx:
        customers.promote(tx, factories.matter(known))
    assert no.value.code == 409
    caller = factories.inquiry(desk.agent, desk, customer_id=None, caller_name="钱多多", caller_phone="13900001111")
    with pytest.raises(Refused) as no, write_tx(desk.agent, "customer.promote") as tx:
        customers.promote(tx, factories.matter(caller), kept(desk).name)
    assert no.value.field == "name" and factories.matter(caller).customer_id is None
