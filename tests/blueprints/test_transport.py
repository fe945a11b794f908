"""One flight, many customers, on the page: recorded, told one by one, never twice, never by the wrong office (EXC-04 to EXC-06)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import Shipment, TransportEvent, TransportNotice, db
from rules import search
from rules.policy import unseen
from rules.store import now
from tests.blueprints.desk import Person
from tests.blueprints.reading import read
from tests.blueprints.world import NUMBERS, World, acting

FLIGHT = {"code": "AIR-OFF-1", "vehicle": "ca1301", "day": "2026-11-18"}
AGREED = {"new_vehicle": "CA1305", "arrives_at": "2026-11-19T12:00", "delivery": "19 日下午", "speak": "zh"}


def board(world: World) -> None:
    """Put the goods of two customers and of another office on CA1301."""
    with acting(world, "agent") as tx:
        for key in ("A2", "A5", "stopped", "GZ"):
            row = tx.session.get_one(Shipment, world.shipments[key], execution_options={"visible": "system"})
            row.vehicle, row.departs_at, row.stage = "CA-1301", now() + timedelta(hours=6), "A3"
            search.index(tx.session, row)


def recorded(agent: Person, world: World, **data: str) -> str:
    """Record an event of the flight as a person does; the address of its page."""
    form = agent.form("/transport/new?code=AIR-OFF-1&vehicle=ca1301&day=2026-11-18", "/transport")
    answer = agent.send(form, **{**FLIGHT, **AGREED, **data})
    assert answer.status_code == 303, answer.text[:600]
    return str(answer.location)


def notices() -> list[TransportNotice]:
    db.session.rollback()
    return list(db.session.scalars(unseen(select(TransportNotice).order_by(TransportNotice.id))))


@pytest.mark.rule("EXC-04")
def test_one_event_gives_each_customer_one_message_in_his_language_and_counts_who_was_told(enter, world: World):
    board(world)
    agent = enter("agent")
    shown = agent.page("/transport/new?code=AIR-OFF-1&vehicle=ca1301&day=2026-11-18").text()
    assert "6621901" in shown and "6621912" in shown and "8821956" in shown and "7721934" not in shown
    here = recorded(agent, world)
    page = agent.page(here)
    assert "2 家未通知" in page.text() and "载量" in agent.get(here).text and "CA1305" in agent.get(here).text
    form = next(f for f in page.forms if f.action.endswith(f"/notices/{notices()[0].id}"))
    part = agent.send(form, htmx=True, channel="phone")
    assert part.status_code == 200 and "1 家未通知" in part.text and not read(part.text).whole
    assert "1 家未通知" in agent.page("/transport").text() and "1 家已通知" in agent.page(here).text()
    in_english = recorded(agent, world, speak="en")
    assert "Dear customer" in agent.get(in_english).text


@pytest.mark.rule("EXC-04")
def test_marking_twice_at_once_counts_once_and_keeps_what_was_typed(enter, world: World):
    board(world)
    first, second = enter("agent"), enter("agent2")
    here = recorded(first, world)
    target = f"/notices/{notices()[0].id}"
    forms = [next(f for f in p.page(here).forms if f.action.endswith(target)) for p in (first, second)]
    assert first.send(forms[0], channel="wechat").status_code == 303
    late = second.send(forms[1], htmx=True, channel="wechat", text="我也写好了通知")
    assert late.status_code == 409 and "同事agent" in late.text and "我也写好了通知" in late.text
    assert [n.sent_at is not None for n in notices()] == [True, False] and notices()[0].sent_by_id == world.users[
        "agent"
    ]
    empty = first.send(next(f for f in first.page(here).forms if "/notices/" in f.action), text=" ")
    assert empty.status_code == 422 and read(empty.text).whole


@pytest.mark.rule("EXC-05")
def test_a_delay_stays_open_until_the_second_notice_and_the_unsent_stand_on_top(enter, world: World):
    board(world)
    agent = enter("agent")
    form = agent.form("/transport/new?code=AIR-DLY-2&vehicle=CA1301&day=2026-11-18", "/transport")
    here = str(agent.send(form, departs_at="2026-11-18T18:00").location)
    assert "待后续通知" in agent.page(here).text()
    for n in notices():
        agent.send(next(f for f in agent.page(here).forms if f.action.endswith(f"/notices/{n.id}")), channel="phone")
    assert "待后续通知" in agent.page("/transport").text(), "told, and still open"
    second = agent.page(f"{here}/next").forms[-1]
    answer = agent.send(second, departs_at="2026-11-18T18:10", arrives_at="2026-11-18T21:00")
    assert answer.status_code == 303, answer.text[:500]
    assert "已经起飞" in agent.get(str(answer.location)).text and "待后续通知" not in agent.page(here).text()
    again = agent.send(second, departs_at="2026-11-18T18:20")
    assert again.status_code == 409


def test_what_is_missing_is_said_at_its_field_and_everything_typed_stays(enter, world: World):
    board(world)
    agent = enter("agent")
    assert agent.get("/transport/new?code=AIR-OFF-1&vehicle=&day=x").status_code == 422
    assert "没有运单" in agent.page("/transport/new?code=AIR-OFF-1&vehicle=MU5100&day=2026-11-18").text()
    form = agent.form("/transport/new?code=AIR-DIV&vehicle=CA1301&day=2026-11-18", "/transport")
    answer = agent.send(form, arrives_at="2026-11-18T23:00")
    assert (
        answer.status_code == 422 and 'aria-describedby="place-e"' in answer.text and "2026-11-18T23:00" in answer.text
    )
    data = form.data(place="武汉") | {"goods": [str(world.shipments["GZ"])]}
    assert agent.post("/transport", data).status_code == 422, "goods of another office are no goods here"
    db.session.rollback()
    assert db.session.scalar(unseen(select(func.count()).select_from(TransportEvent))) == 0


@pytest.mark.rule("CMP-15")
def test_other_offices_see_nothing_and_the_shipment_shows_its_flight(enter, world: World):
    board(world)
    agent, guest = enter("agent"), enter("guest")
    here = recorded(agent, world, update="y")
    target = f"/transport/notices/{notices()[0].id}"
    assert (
        guest.get(here).status_code == 404 and guest.post(target, {"text": "x", "channel": "phone"}).status_code == 404
    )
    assert "ca1301" not in guest.get("/transport").text
    asked = agent.send(agent.form("/register?kind=complaint", "/cases"), "read", htmx=True, src=NUMBERS["A5"])
    assert here in asked.text and "载量已满" in asked.text, "who complains about the flight hears the true reason"
    shown = agent.page(f"/shipments/{world.shipments['A5']}")
    assert "拉货" in shown.text() and here in shown.links, "the shipment shows what happened"
    db.session.rollback()
    assert (
        db.session.get_one(Shipment, world.shipments["A5"], execution_options={"visible": "system"}).vehicle == "CA1305"
    )
    assert "拉货" not in agent.page(f"/shipments/{world.shipments['A6']}").text()
