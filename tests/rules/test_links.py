"""Links for customers: what a token is, when it holds, what its one answer does, and what it can never do (CHG-03, CHG-15)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import Contact, Customer, CustomerLink, Message, Notice, Shipment, User, db
from rules import answering, asking, links
from rules.policy import unseen
from rules.store import Actor, write_tx
from rules.words import Refused
from tests import factories
from tests.factories import change, do, events, goods, matter, person, set_figure
from tests.nets import selects

KEY, OTHER_KEY = "k" * 40, "o" * 40
SAID = "赵敏 网上确认，11-18 10:05，203.0.113.5"


def offer(desk: Any, ref: str, language: str = "zh", key: str = KEY) -> str:
    with write_tx(desk.agent, "link.make") as tx:
        return answering.offer(tx, key, matter(ref), language)[1]


def read(token: str, key: str = KEY) -> CustomerLink | None:
    db.session.rollback()
    return links.read(db.session(), key, token)


def stands(token: str) -> str:
    link = read(token)
    assert link is not None
    if link.purpose == links.ASK:
        return asking.standing(db.session(), link, factories.now())
    return answering.standing(link, answering.case_of(db.session(), link), factories.now())


def customer(token: str, name: str = "赵敏") -> Actor:
    link = read(token)
    assert link is not None
    return links.customer(link, name, "req", "POST /c", "203.0.113.5")


def answer(token: str, yes: bool = True, name: str = "赵敏", remark: str | None = None, said: str = SAID) -> None:
    with write_tx(customer(token, name), "link.answer") as tx:
        link = links.read(tx.session, KEY, token)
        assert link is not None
        answering.answer(tx, link, yes, name, remark, said)


def refused(code: int = 409) -> Any:
    return pytest.raises(Refused, check=lambda no: no.code == code)


def paid(desk: Any, **data: Any) -> str:
    """A redirection that costs something, not agreed yet."""
    data = {
        "destination": "天津",
        "charge_minor": 12000,
        "payer": "shipper",
        "proof_note": None,
        "proof_items": [],
    } | data
    return change(desk.agent, desk, "K10", **data)


# ------------------------------------------------------------------ the token


def test_a_link_is_known_by_its_token_alone_and_the_secret_is_not_kept(desk):
    token = offer(desk, paid(desk))
    link = read(token)
    assert link is not None and stands(token) == links.OPEN
    row = db.session.execute(unseen(select(CustomerLink.__table__))).one()
    assert not any(
        isinstance(value, str) and (value in token or value[10:40] in token) for value in row if len(str(value)) > 40
    )


def test_a_token_cannot_be_guessed_changed_or_used_for_another_request(desk):
    one, two = paid(desk), change(desk.agent, desk, "K07")
    first, second = offer(desk, one), offer(desk, two)
    ours, theirs = links._signer(KEY).loads(first), links._signer(KEY).loads(second)
    assert read(links._signer(KEY).dumps([theirs[0], ours[1]])) is None  # ours for the other request, signed even
    assert read(links._signer(KEY).dumps([9999, ours[1]])) is None
    head, _, tail = first.rpartition(".")
    for forged in (
        first[:-1],
        first + "A",
        head,
        f"{second.rpartition('.')[0]}.{tail}",
        "",
        "x",
        "0" * 5000,
        "." * 40,
        "é",
    ):
        assert read(forged) is None, forged
    assert read(first, OTHER_KEY) is None and read(offer(desk, one, key=OTHER_KEY)) is None


def test_a_forged_token_costs_no_look_into_the_database(desk):
    with selects(db.engine) as seen:
        assert links.read(db.session(), KEY, "WzEsIngiXQ.bm90IGEgc2lnbmF0dXJl") is None
    assert not seen


# ------------------------------------------------------------------ how long it holds


def test_a_link_expires_after_the_hours_of_its_figure(desk, clock):
    token = offer(desk, paid(desk))
    clock.forward(2879)
    assert stands(token) == links.OPEN
    clock.forward(1)
    assert stands(token) == links.EXPIRED
    with refused():
        answer(token)


def test_the_office_says_how_long_a_link_is_valid(desk, clock):
    set_figure("link.confirm.valid", 60)
    token = offer(desk, paid(desk))
    clock.forward(60)
    assert stands(token) == links.EXPIRED


def test_a_revoked_link_is_over_and_is_not_revoked_twice(desk):
    token = offer(desk, paid(desk))
    for expected in (None, 409):
        with write_tx(desk.agent, "link.revoke") as tx:
            link = links.read(tx.session, KEY, token)
            assert link is not None
            if expected is None:
                links.revoke(tx, link)
            else:
                with refused():
                    links.revoke(tx, link)
    assert stands(token) == links.REVOKED
    with refused():
        answer(token)


def test_a_new_link_takes_the_place_of_the_open_one_for_the_same_change_only(desk):
    ref, other = paid(desk), change(desk.agent, desk, "K07")
    first, beside = offer(desk, ref), offer(desk, other)
    second = offer(desk, ref, "en")
    assert [stands(token) for token in (first, second, beside)] == [links.REVOKED, links.OPEN, links.OPEN]


@pytest.mark.parametrize("edit", [
    ("edit", {"destination": "大连"}),
    ("add_charge", {"charge_minor": 5000, "payer": "consignee", "currency": "CNY", "item": "storage"}),
])  # fmt: skip
def test_a_change_that_was_edited_since_cannot_be_confirmed_by_the_old_link(desk, edit):
    ref = paid(desk)
    token = offer(desk, ref)
    do(desk.agent, ref, edit[0], **edit[1])
    assert stands(token) == links.CHANGED
    with refused():
        answer(token)
    assert matter(ref).state == "proof_missing"


def test_a_shipment_that_moved_since_makes_the_link_void_because_the_page_would_show_something_else(desk):
    token = offer(desk, paid(desk))
    with factories.writing() as tx:
        goods = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == desk.shipment))).one()
        goods.destination = "上海"
    assert stands(token) == links.CHANGED


def test_a_settled_change_needs_no_confirmation_any_more_and_gets_no_link(desk):
    ref = paid(desk)
    token = offer(desk, ref)
    do(desk.agent, ref, "withdraw", reason="客户不改了")
    assert stands(token) == links.SETTLED
    with refused():
        answer(token)
    with refused():
        offer(desk, ref)


# ------------------------------------------------------------------ the answer to a confirmation


def test_a_confirmation_works_once_and_becomes_the_proof(desk):
    ref = paid(desk)
    token = offer(desk, ref)
    answer(token, remark="请尽快")
    case = matter(ref)
    assert case.state == "asked" and case.proof_note == SAID
    assert case.proof_items == ["number", "destination", "consignee", "content"]
    assert [line.agreed for line in case.lines] == [SAID]
    said = db.session.scalars(unseen(select(Message).where(Message.case_id == case.id))).one()
    assert (said.direction, said.channel, said.party, said.by_id) == ("in", "web", "赵敏", None)
    assert said.said == f"{SAID}\n请尽快"
    link = read(token)
    assert link is not None
    assert (link.answer, link.answered_by, link.address, link.remark) == ("confirmed", "赵敏", "203.0.113.5", "请尽快")
    for yes in (True, False):
        with refused():
            answer(token, yes, "别人")
    assert stands(token) == links.ANSWERED and matter(ref).proof_note == SAID


def test_the_history_says_that_the_customer_answered_from_where(desk):
    ref = paid(desk)
    answer(offer(desk, ref))
    found = events(action="change.customer_confirmed", object_type="change")
    assert [(e.actor_id, e.actor, e.role, e.address) for e in found] == [
        (None, "赵敏 customer", "customer+system", "203.0.113.5")
    ]
    kept = events(object_type="customer_links")
    assert len(kept) == 2 and all("secret" in e.diff for e in kept[:1]) and SAID not in "".join(e.diff for e in kept)


def test_a_note_from_before_stays_and_a_long_one_is_never_cut(desk):
    short = change(desk.agent, desk, "K07", proof_note="传真已到", proof_items=["number"])
    answer(offer(desk, short))
    assert matter(short).proof_note == f"传真已到; {SAID}"
    long = change(desk.agent, desk, "K07", proof_note="传" * 190, proof_items=["number"], consignee="孙丽")
    answer(offer(desk, long))
    case = matter(long)
    assert case.proof_note == "传" * 190 and "content" in case.proof_items


def test_only_what_the_page_has_shown_counts_as_proof(desk):
    bare = goods(desk, "A1", number=None, consignee=None, destination=None, model="T-800")
    ref = change(desk.agent, desk, "K01", bare, cargo="螺丝", proof_note=None, proof_items=[], consignee=None)
    answer(offer(desk, ref))
    assert matter(ref).proof_items == ["model", "quantity", "content"]


@pytest.mark.rule("CHG-10")
def test_a_withdrawal_shows_the_clause_that_freight_is_not_refunded(desk):
    ref = change(desk.agent, desk, "K05", goods(desk, "A3"), proof_note=None, proof_items=[])
    token = offer(desk, ref)
    link = read(token)
    assert link is not None and link.shown["clauses"] == ["return_to_stock", "no_refund"]
    answer(token)
    assert {"no_refund", "return_to_stock"} <= set(matter(ref).proof_items)


def test_a_typed_name_is_no_signature(desk):
    ref = change(desk.agent, desk, "K03", goods(desk, "A0"), proof_note=None, proof_items=[])
    answer(offer(desk, ref))
    assert matter(ref).proof_items == ["number", "content", "replaces", "time"]


def test_the_page_shows_what_the_payer_owes_and_nothing_of_our_own_costs(desk):
    ref = paid(desk)
    do(desk.agent, ref, "add_charge", charge_minor=7000, side="payable", party="南航", currency="CNY", item="carrier")
    link = read(offer(desk, ref))
    assert link is not None and link.shown["charges"] == [["change", "shipper", 12000, "CNY"]]
    assert set(link.shown) == {"code", "number", "facts", "rows", "extra", "charges", "clauses"}


def test_the_reason_of_a_hold_is_not_for_the_customers_page(desk):
    held = goods(desk, "A5", hold_shipper="客户口头投诉老板，先押着")
    link = read(offer(desk, change(desk.agent, desk, "K06", held, consignee=None)))
    assert link is not None and ["hold_shipper", True, False] in link.shown["rows"]
    assert "押着" not in str(link.shown)


def test_a_customer_who_declines_leaves_the_change_to_the_desk(desk):
    ref = paid(desk)
    token = offer(desk, ref)
    answer(token, False, remark="运费太贵", said="赵敏 网上不同意")
    case = matter(ref)
    assert case.state == "proof_missing" and not case.proof_note and case.lines[0].agreed is None
    said = db.session.scalars(unseen(select(Message).where(Message.case_id == case.id))).one()
    assert said.said == "赵敏 网上不同意\n运费太贵" and stands(token) == links.ANSWERED
    do(desk.agent, ref, "withdraw", reason="客户不同意")
    assert matter(ref).state == "withdrawn"


@pytest.mark.parametrize(("yes", "word"), [(True, "has confirmed"), (False, "has declined")])
def test_owner_and_worker_are_told_of_the_answer(desk, yes, word):
    ref = paid(desk)
    do(desk.agent, ref, "assign", person=desk.colleague.user_id, reason="请办")
    answer(offer(desk, ref), yes)
    told = db.session.execute(select(Notice.user_id, Notice.text, Notice.kind)).all()
    assert {row.user_id for row in told} == {desk.agent.user_id, desk.colleague.user_id}
    assert all(word in row.text["m"] and row.kind == "link" for row in told)


def test_a_confirmation_while_signers_decide_keeps_their_signatures(desk):
    boss = person(desk, "supervisor", grade=3)
    ref = change(
        desk.agent, desk, "K10", destination="天津", charge_minor=12000, payer="shipper", charge_agreed="赵敏 10:02"
    )
    do(desk.agent, ref, "submit")
    token = offer(desk, ref)
    do(boss, ref, "approve")
    answer(token)
    assert [a.status for a in factories.approvals_of(ref)] == ["approved", "waiting"] and matter(ref).state == "waiting"


def test_nobody_of_the_desk_can_make_the_customers_moves(desk):
    ref = paid(desk)
    for who in (desk.agent, desk.supervisor, desk.finance):
        for move in ("customer_confirmed", "customer_declined"):
            with refused(403):
                do(who, ref, move, shown={}, name="x", said="x", remark=None)


# ------------------------------------------------------------------ asking for a change


ASKED = {"destination": "北京市", "consignee": "王五", "name": "赵敏"}


def ask_link(desk: Any, contact_id: int | None = None) -> str:
    with write_tx(desk.agent, "link.make") as tx:
        buyer = tx.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()
        known = contact_id or factories.contact_of(desk.customer)
        contact = tx.session.scalars(unseen(select(Contact).where(Contact.id == known))).one()
        return asking.offer(tx, KEY, buyer, contact, "zh")[1]


def ask(token: str, **form: Any) -> Any:
    with write_tx(customer(token), "link.ask") as tx:
        link = links.read(tx.session, KEY, token)
        assert link is not None
        return asking.ask(tx, link, ASKED | {"value": None} | form, "赵敏 网上申请", "赵敏 网上申请：改电话").ref


def number(desk: Any) -> str:
    return str(factories.goods_of(desk.shipment).number)


def held(desk: Any) -> str:
    return str(factories.goods_of(goods(desk, "A5", hold_shipper="等指令")).number)


def own_agent(desk: Any, user_id: int | None) -> None:
    with factories.writing() as tx:
        tx.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one().agent_id = user_id


@pytest.mark.parametrize(("code", "value", "path", "new"), [
    ("K07", "王建平", "consignee", "王建平"), ("K08", "138 1234 5678", "consignee_phone", "13812345678"),
    ("K09", "海淀区中关村大街 1 号", "address", "海淀区中关村大街 1 号"), ("K06", None, "hold_shipper", None),
])  # fmt: skip
@pytest.mark.rule("SYS-06")
def test_a_contact_asks_for_each_of_the_four_changes_and_none_is_carried_out(desk, code, value, path, new):
    token, wanted = ask_link(desk), held(desk) if code == "K06" else number(desk)
    before = factories.goods_of(desk.shipment).version
    case = matter(ask(token, number=wanted, code=code, value=value))
    assert (case.state, case.channel, case.code, case.customer_id) == ("asked", "web", code, desk.customer)
    assert [(f.path, f.new) for f in case.fields] == [(path, new)] and case.executed_at is None
    assert case.proof_note == "赵敏 网上申请" and case.proof_items == ["number", "destination", "consignee", "content"]
    assert case.contact_id == factories.contact_of(desk.customer)
    assert factories.goods_of(desk.shipment).version == before
    assert stands(token) == links.ANSWERED
    with refused():
        ask(token, number=wanted, code=code, value=value)


def test_the_desk_carries_it_out_after_reading_it_back(desk):
    ref = ask(ask_link(desk), number=number(desk), code="K07", value="王建平")
    do(desk.agent, ref, "carry_out", read_back="赵敏 10:20", own_system=True)
    assert factories.goods_of(desk.shipment).consignee == "王建平"


def test_what_does_not_agree_with_the_waybill_is_no_part_of_the_proof(desk):
    ref = ask(ask_link(desk), number=number(desk), code="K07", value="王建平", destination="上海", consignee="李四")
    assert matter(ref).proof_items == ["number", "content"]


def test_goods_of_others_and_numbers_that_do_not_exist_get_the_same_sentence(desk):
    with factories.writing() as tx:
        office = tx.session.get_one(factories.Office, desk.office)
        rival = factories.make_customer(tx, office, "别家贸易", "13700000001")
        foreign = str(factories.make_shipment(tx, office, rival).number)
    token, said = ask_link(desk), []
    for wanted in (foreign, "9999999"):
        with pytest.raises(Refused) as no:
            ask(token, number=wanted, code="K07", value="王建平")
        said.append((no.value.code, no.value.field, no.value.why.msgid))
    assert said[0] == said[1] == (422, "number", said[0][2])
    assert stands(token) == links.OPEN


@pytest.mark.parametrize(
    ("stage", "code", "field"), [("A6", "K07", "code"), ("A5", "K06", "code"), ("S2", "K08", "code")]
)
def test_what_the_stage_does_not_allow_is_refused_with_its_reason(desk, stage, code, field):
    wanted = str(factories.goods_of(goods(desk, stage)).number)
    with pytest.raises(Refused) as no:
        ask(ask_link(desk), number=wanted, code=code, value="13812345678")
    assert no.value.code == 422 and no.value.field == field


@pytest.mark.parametrize(("code", "value"), [
    ("K07", ""), ("K07", "王" * 121), ("K08", "12"), ("K09", "上海市浦东新区 1 号"), ("K07", "王五"),
])  # fmt: skip
def test_a_value_that_cannot_be_is_refused_at_its_field(desk, code, value):
    with pytest.raises(Refused) as no:
        ask(ask_link(desk), number=number(desk), code=code, value=value)
    assert (no.value.code, no.value.field) == (422, "value")


@pytest.mark.rule("CHG-03", "SYS-06")
def test_only_the_four_kinds_can_be_chosen(desk):
    form = asking.AskForm(data=ASKED | {"number": "1", "code": "K10", "value": "x"})
    assert not form.validate() and set(form.errors) == {"code"}
    assert [code for code, *_ in form.code.iter_choices()] == ["K06", "K07", "K08", "K09"]


@pytest.mark.parametrize("change_of", [{"left_at": factories.TEN}, {"authority": False}])
@pytest.mark.rule("CHG-03")
def test_a_contact_who_left_or_gives_no_orders_any_more_gets_no_link_and_cannot_use_one(desk, change_of):
    token = ask_link(desk)
    with factories.writing() as tx:
        contact = tx.session.scalars(unseen(select(Contact).where(Contact.customer_id == desk.customer))).one()
        for name, value in change_of.items():
            setattr(contact, name, value)
    assert stands(token) == links.LEFT
    with refused():
        ask(token, number=number(desk), code="K07", value="王建平")
    with refused():
        ask_link(desk)


def test_an_ask_link_holds_a_week(desk, clock):
    token = ask_link(desk)
    clock.at += timedelta(days=7) - timedelta(minutes=1)
    assert stands(token) == links.OPEN
    clock.forward(1)
    assert stands(token) == links.EXPIRED


def test_the_customers_own_agent_owns_what_is_asked_else_who_made_the_link(desk):
    own_agent(desk, desk.colleague.user_id)
    first = matter(ask(ask_link(desk), number=number(desk), code="K07", value="王建平"))
    assert (first.owner_id, first.requested_by_id, first.pooled) == (desk.colleague.user_id,) * 2 + (False,)
    with factories.writing() as tx:
        tx.session.get_one(User, desk.colleague.user_id).disabled_at = tx.at
    second = matter(ask(ask_link(desk), number=number(desk), code="K07", value="孙丽"))
    assert (second.owner_id, second.pooled) == (desk.agent.user_id, False)
    token = ask_link(desk)
    with factories.writing() as tx:
        tx.session.get_one(User, desk.agent.user_id).disabled_at = tx.at
    assert matter(ask(token, number=number(desk), code="K07", value="周敏")).pooled


def test_the_history_says_that_the_customer_opened_it_himself(desk):
    ref = ask(ask_link(desk), number=number(desk), code="K07", value="王建平")
    found = events(action="change.register", object_type="change")
    assert [(e.object_ref, e.actor_id, e.actor) for e in found] == [(ref, None, "赵敏 customer")]
    assert [n.user_id for n in db.session.scalars(select(Notice))] == [desk.agent.user_id]
