"""A cargo query answered in the call, and goods whose number is not out yet (SHP-16, SHP-19, D-12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Inquiry, Message, Shipment, db
from rules.numbering import OUT
from rules.policy import unseen
from rules.store import now
from tests.blueprints import world as making
from tests.blueprints.desk import Person
from tests.blueprints.world import World, acting
from tests.factories import events, open_turns

WRITERS = ("agent", "supervisor", "finance")


def url(world: World, key: str = "A5") -> str:
    return f"/shipments/{world.shipments[key]}"


def last(model):
    db.session.rollback()
    return db.session.scalars(unseen(select(model).order_by(model.id.desc()))).first()


def change(world: World, key: str, **values) -> None:
    with acting(world, "agent") as tx:
        row = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == world.shipments[key]))).one()
        for name, value in values.items():
            setattr(row, name, value)


def tell(who: Person, at: str, do: str = "log", **typed: str):
    return who.send(who.form(at, "/spot"), do, **typed)


def notes(ref: str) -> list[str | None]:
    """What the open turns of a matter say."""
    db.session.rollback()
    return [t.note for t in open_turns(ref)]


# ------------------------------------------------------------------------------------------ answered in the call


@pytest.mark.rule("SHP-16")
@pytest.mark.parametrize("name", WRITERS)
def test_the_computed_answer_stands_ready_and_is_logged_without_a_matter(enter, world, name):
    change(world, "A1", stage="A4", vehicle="CZ3101", arrives_at=now() + timedelta(hours=4))
    who = enter(name)
    answer = tell(who, url(world, "A1"), said="货到哪了", party="刘玲")
    kept = last(Message)
    assert answer.status_code == 303 and last(Inquiry) is None
    assert (kept.shipment_id, kept.customer_id, kept.case_id) == (world.shipments["A1"], world.customers["good"], None)
    assert (kept.direction, kept.audience, kept.channel, kept.said, kept.party) == (
        "out",
        "shipper",
        "phone",
        "货到哪了",
        "刘玲",
    )
    for piece in ("6621890", "CZ3101", "14:00", "16:00", "18:00", "19:00"):
        assert piece in kept.text, (piece, kept.text)
    assert events(action="shipment.answer")


@pytest.mark.rule("SHP-16")
def test_what_was_told_stands_on_the_shipments_and_the_customers_page(enter, world):
    agent = enter("agent")
    tell(agent, url(world), text="今天下午派送", said="到了没有")
    for page in (url(world), f"/customers/{world.customers['good']}"):
        text = agent.page(page).text()
        assert "今天下午派送" in text and "到了没有" in text, page


def test_an_empty_answer_is_refused_at_its_box_with_the_rest_kept(enter, world):
    answer = tell(enter("agent"), url(world), text="", said="到了没有", party="刘玲")
    assert answer.status_code == 422 and 'aria-describedby="text-sp-e"' in answer.text
    assert "到了没有" in answer.text and "刘玲" in answer.text and last(Message) is None


def test_goods_without_a_customer_need_the_name_of_who_asked(enter, world):
    change(world, "A5", customer_id=None)
    agent = enter("agent")
    assert tell(agent, url(world), party="").status_code == 422 and last(Message) is None
    tell(agent, url(world), party="收货人王强")
    assert (last(Message).party, last(Message).customer_id) == ("收货人王强", None)


def test_the_same_form_sent_twice_is_logged_once(enter, world):
    agent = enter("agent")
    form = agent.form(url(world), "/spot")
    first, second = agent.send(form), agent.send(form)
    assert first.headers["Location"] == second.headers["Location"] and len(events(action="shipment.answer")) == 1


def test_auditors_read_what_was_told_and_have_no_form_and_strangers_find_nothing(enter, world):
    tell(enter("agent"), url(world), party="刘玲 13812345678")
    page = enter("auditor").page(url(world))
    assert not [f for f in page.forms if f.action.endswith("/spot")]
    assert "刘玲" in page.text() and "13812345678" not in page.text()
    assert enter("guest").post(url(world) + "/spot", {"text": "x"}).status_code == 404


# ------------------------------------------------------------------------------------------ the number comes later


@pytest.mark.rule("SHP-19")
def test_goods_without_number_are_being_scanned_weighed_or_billed(enter, world):
    change(world, "A1", number=None, booking="B-1")
    agent = enter("agent")
    for code, word in (("scanning", "正在扫描"), ("weighing", "正在过磅"), ("billing", "正在开单")):
        agent.send(agent.form(url(world, "A1"), "/progress"), progress=code)
        page = agent.page(url(world, "A1"))
        answers = next(f for f in page.forms if f.action.endswith("/spot")).data()["text"]
        assert word in page.text() and word in "".join(answers).replace("货物正在", "正在"), code
    assert "正在开单" in agent.page("/shipments").text()
    assert "/progress" not in " ".join(f.action for f in agent.page(url(world)).forms)
    assert agent.post(url(world) + "/progress", {"progress": "billing"}).status_code == 409


@pytest.mark.rule("SHP-19")
def test_who_was_promised_a_notice_has_it_in_his_list_the_moment_the_number_is_out(enter, world):
    change(world, "A1", number=None, booking="B-1", progress="billing")
    agent = enter("agent")
    tell(agent, url(world, "A1"), "watch", said="单号出来了吗")
    case = last(Inquiry)
    ref = case.ref
    assert (case.topic, case.shipment_id, case.state) == ("cargo", world.shipments["A1"], "answered")
    assert events(action="inquiry.register") and OUT not in notes(ref)
    agent.send(agent.form(url(world, "A1") + "/edit", "/edit"), number="6621955")
    assert OUT in notes(ref)
    due = next(t for t in open_turns(ref) if t.note == OUT)
    assert due.queue_at == now() and due.user_id == world.users["agent"]
    assert db.session.scalars(unseen(select(Shipment.progress).where(Shipment.number == "6621955"))).one() is None
    assert "单号出来了，通知客户" in agent.page("/queue").text()


@pytest.mark.rule("SHP-19")
def test_the_matter_is_not_closed_before_the_number_was_told(enter, world):
    change(world, "A1", number=None, booking="B-1")
    agent = enter("agent")
    tell(agent, url(world, "A1"), "watch")
    ref = last(Inquiry).ref
    blocked = agent.page(f"/cases/{ref}").text()
    assert "先把单号告诉客户" in blocked and "单号已告知" not in blocked
    agent.send(agent.form(url(world, "A1") + "/edit", "/edit"), number="6621955")
    agent.send(agent.form(f"/cases/{ref}", "/tell_number"), text="单号 6621955", to="shipper", channel="phone")
    assert OUT not in notes(ref) and "先把单号告诉客户" not in agent.page(f"/cases/{ref}").text()
    assert last(Message).text == "单号 6621955"


@pytest.mark.rule("SHP-19")
def test_a_notice_is_offered_on_an_open_cargo_query_once_and_only_while_there_is_no_number(enter, world):
    change(world, "A1", number=None, booking="B-1")
    without = making.log(world, "inquiry", topic="cargo", number=None, note_id=world.shipments["A1"])
    having = making.log(world, "inquiry", topic="cargo", number="6621912")
    agent = enter("agent")

    def offered(ref: str) -> bool:
        return any(f.action.endswith("/watch_number") for f in agent.page(f"/cases/{ref}").forms)

    assert offered(without) and not offered(having)
    agent.send(agent.form(f"/cases/{without}", "/watch_number"))
    assert not offered(without)


@pytest.mark.rule("CMP-08")
def test_money_is_not_promised_in_the_call_either_but_by_a_supervisor(enter, world):
    stopped = tell(enter("agent"), url(world), text="我们赔您500元", party="刘玲")
    assert (stopped.status_code, last(Message)) == (422, None) and "我们赔您500元" in stopped.text
    assert tell(enter("supervisor"), url(world), text="我们赔您500元", party="刘玲").status_code == 303
