"""Who may do and see what (E-05, E-29, D-13)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models import (
    Attachment,
    Case,
    Change,
    Complaint,
    Contact,
    Customer,
    CustomerLink,
    HandOver,
    Hold,
    Idea,
    Inquiry,
    Message,
    Outbox,
    Payment,
    Phrase,
    PhraseHit,
    Pickup,
    Preventive,
    Promise,
    Shipment,
    Tariff,
    TransportEvent,
    TransportNotice,
    Turn,
    User,
    db,
)
from rules import answering, handover, policy, queries
from rules.policy import PERMISSIONS, ROLES, can, check_roles, require, visible
from rules.store import Actor, system, write_tx
from rules.words import Refused
from tests import factories as make

# What the roles of the rulebook (1.3) may do beyond making moves: agent, supervisor, finance, auditor, admin.
MAY = """
queue.read           yes yes yes yes no
case.read            yes yes yes yes no
case.register        yes yes yes no  no
case.write           yes yes yes no  no
customer.read        yes yes yes yes no
customer.write       yes yes yes no  no
customer.stop        no  no  yes no  no
finance.read         no  yes yes yes no
payment.state        yes yes yes no  no
payment.confirm      no  no  yes no  no
hold.drop            no  yes yes no  no
hold.override        no  yes no  no  no
shipment.read        yes yes yes yes no
shipment.write       yes yes yes no  no
shipment.hold.finance no no  yes no  no
find                 yes yes yes yes no
history.read         no  yes no  yes no
account.admin        no  no  no  no  yes
office.admin         no  no  no  no  yes
settings.admin       no  no  no  no  yes
settings.second      no  yes no  no  no
calendar.read        no  yes no  no  yes
calendar.admin       no  no  no  no  yes
calendar.close       no  yes no  no  yes
cover.write          yes yes yes no  no
board.read           no  yes no  no  no
change.look          no  yes no  no  no
grant.second         no  yes no  no  yes
own.settings         yes yes yes yes yes
"""
HOLDERS = ("agent", "supervisor", "finance", "auditor", "admin")
EVERYTHING_PROTECTED = (
    Case,
    Inquiry,
    Complaint,
    Change,
    Customer,
    Shipment,
    Turn,
    Message,
    Attachment,
    HandOver,
    CustomerLink,
    Hold,
    Payment,
    Pickup,
    Preventive,
    Promise,
    Tariff,
    TransportEvent,
    TransportNotice,
    Idea,
    Outbox,
    PhraseHit,
)


def someone(*roles, office=None):
    return Actor(1, "1882", "林晓雯", frozenset(roles), 1, office)


@pytest.mark.parametrize("line", MAY.strip().splitlines(), ids=lambda line: line.split()[0])
def test_what_each_role_may(line):
    permission, *expected = line.split()
    assert [("yes" if can(someone(role), permission) else "no") for role in HOLDERS] == expected


def test_the_release_officers_right_is_to_sign_and_nothing_else():
    assert set(ROLES) - set(HOLDERS) == {"release"}
    assert not any("release" in roles for roles in PERMISSIONS.values())


def test_a_person_of_several_roles_may_what_one_of_them_may():
    both = someone("agent", "finance")
    assert can(both, "customer.stop")
    assert can(both, "case.register")
    assert not can(both, "account.admin")
    with pytest.raises(Refused) as no:
        require(both, "account.admin")
    assert no.value.code == 403


def test_the_auditor_writes_nothing_and_the_administrator_decides_nothing():
    writing = {name for name in PERMISSIONS if can(someone("auditor"), name)}
    assert writing <= {name for name in PERMISSIONS if name.endswith(".read")} | {"find", "own.settings"}
    assert not any(
        can(someone("admin"), name) for name in ("case.read", "customer.read", "settings.second", "customer.stop")
    )


def test_a_permission_that_does_not_exist_is_a_mistake_and_not_a_no():
    with pytest.raises(KeyError):
        can(someone("agent"), "case.delete")


def test_every_permission_belongs_to_roles_that_exist():
    assert all(roles and roles <= set(ROLES) for roles in PERMISSIONS.values())


@pytest.mark.parametrize(("roles", "fine"), [
    ({"agent"}, True), ({"agent", "finance"}, True), ({"agent", "supervisor", "finance", "admin"}, True), ({"auditor"}, True),
    ({"auditor", "agent"}, False), ({"auditor", "admin"}, False), (set(), False), ({"boss"}, False), ({"agent", "system"}, False),
])  # fmt: skip
def test_the_auditor_role_is_held_alone_and_only_known_roles_are_held(roles, fine):
    if fine:
        assert check_roles(frozenset(roles)) is None
        return
    with pytest.raises(Refused) as no:
        check_roles(frozenset(roles))
    assert (no.value.code, no.value.field) == (422, "roles")


# ------------------------------------------------------------------------------------------ seeing


@pytest.fixture
def full(desk):
    """Something of every protected sort in the desk's office."""
    ref = make.inquiry(desk.agent, desk, shipment_id=desk.shipment)
    make.do(desk.agent, ref, "message", to="shipper", channel="phone", text="好", papers=[make.PAPER_FILE])
    complained = make.complaint(desk.agent, desk)
    changed = make.change(desk.agent, desk)
    with write_tx(desk.agent, "link.make") as tx:
        answering.offer(tx, "k" * 40, make.matter(changed), "zh")
    with write_tx(desk.agent, "hand_over.offer") as tx:
        people = [tx.session.get_one(User, who.user_id) for who in (desk.agent, desk.colleague)]
        handover.offer(tx, *people, "交班", {make.matter(ref).id: "回电"})
    with write_tx(desk.agent, "payment.state") as tx:
        tx.session.get_one(Shipment, desk.shipment, execution_options={"visible": "system"}).hold_service = "发错货"
        tx.add(Payment(office_id=desk.office, customer_id=desk.customer, amount_minor=1, paid_on=tx.at.date(), purpose="10 月",
                       stated_by_id=desk.agent.user_id, stated_at=tx.at, due_at=tx.at))  # fmt: skip
    with write_tx(desk.agent, "transport.event") as tx:
        _lesser(tx, desk, make.matter(ref).id, make.matter(complained).id)
    return ref


def _lesser(tx, desk, case_id, complaint_id):
    """A promise, a measure, a tariff line, a pick-up, a flight with a notice."""
    own, day = {"office_id": desk.office, "customer_id": desk.customer}, tx.at.date()
    tx.add(Promise(**own, case_id=case_id, what="回电", to_whom="李总", due_at=tx.at, owner_id=desk.agent.user_id,
                   made_at=tx.at, made_by_id=desk.agent.user_id))  # fmt: skip
    tx.add(Preventive(office_id=desk.office, case_id=complaint_id, cause="漏看", action="双人核对", owner_id=desk.agent.user_id,
                      due_on=day, made_at=tx.at, made_by_id=desk.agent.user_id))  # fmt: skip
    tx.add(Tariff(office_id=desk.office, key="t", mode="air", origin="上海", destination="北京", item="freight", unit="kg",
                  selling_minor=650, valid_from=day, made_at=tx.at))  # fmt: skip
    tx.add(Pickup(**own, key="p", planned_at=tx.at))
    flown = tx.add(TransportEvent(office_id=desk.office, mode="air", vehicle="CA1501", day=day, code="AIR-OFF-1", at=tx.at,
                                  by_id=desk.agent.user_id))  # fmt: skip
    tx.session.flush()
    tx.add(TransportNotice(**own, event_id=flown.id, text="拉货"))
    tx.add(Idea(office_id=desk.office, words="改短些", at=tx.at, by_id=desk.agent.user_id))
    told = tx.session.scalars(select(Message.id).execution_options(visible="system")).first()
    tx.add(Outbox(office_id=desk.office, message_id=told, channel="mail", address="a@b.cn", subject="拉货", body="…",
                  ident="<1@desk>", next_at=tx.at))  # fmt: skip
    phrase = tx.add(Phrase(number="X-1", audience="customer", phrase_zh="没办法", phrase_en="no way", instead_zh="我来问",
                           instead_en="I ask"))  # fmt: skip
    tx.session.flush()
    tx.add(PhraseHit(phrase_id=phrase.id, office_id=desk.office, user_id=desk.agent.user_id, audience="customer", words="没办法",
                     digest="0" * 64, outcome="blocked", at=tx.at))  # fmt: skip


def seen(who, model):
    statement = select(func.count()).select_from(model)
    if model is Contact:
        statement = select(func.count()).select_from(Contact).join(Customer, Customer.id == Contact.customer_id)
    return db.session.scalar(visible(who, statement, model))


@pytest.mark.parametrize("model", [*EVERYTHING_PROTECTED, Contact], ids=lambda model: model.__tablename__)
@pytest.mark.rule("ORG-09")
def test_rows_are_seen_by_their_office_by_auditors_and_by_people_of_all_offices_only(desk, full, model):
    nowhere = Actor(9, "x", "x", frozenset({"supervisor"}), 4, None)
    for who in (desk.agent, desk.supervisor, desk.finance, desk.auditor, nowhere, system()):
        assert seen(who, model) >= 1
    for who in (desk.stranger, desk.admin, Actor(9, "x", "x", frozenset(), 4, desk.office)):
        assert seen(who, model) == 0


def test_an_administrator_who_also_serves_sees_his_office(desk, full):
    assert seen(Actor(9, "x", "x", frozenset({"admin", "agent"}), 1, desk.office), Case) == 3
    assert seen(Actor(9, "x", "x", frozenset({"admin", "agent"}), 1, desk.other_office), Case) == 0


@pytest.mark.rule("SYS-02")
def test_an_auditor_of_one_office_reads_all(desk, full):
    assert seen(Actor(9, "x", "x", frozenset({"auditor"}), 1, desk.other_office), Case) == 3


def test_a_matter_is_found_by_its_ref_by_those_who_may_see_it(desk, full):
    session = db.session()
    assert queries.case_by_ref(session, desk.colleague, full).ref == full
    for who in (desk.stranger, desk.admin):
        assert queries.case_by_ref(session, who, full) is None
    for ref in ("INQ-0", "CMP-20001", "XXX-20001", "INQ-", "INQ-２０００１", "", "INQ-20001 OR 1=1", "inq-20001"):
        assert queries.case_by_ref(session, desk.agent, ref) is None


def test_every_table_with_an_office_and_content_is_protected():
    assert {model.__tablename__ for model in EVERYTHING_PROTECTED} | {"contacts"} == policy.PROTECTED
