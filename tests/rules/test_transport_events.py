"""One flight, many customers: found by flight and day, recorded once, told to each once (EXC-04 to EXC-06, CMP-15, CF-15)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from models import Customer, Event, Message, Office, Shipment, TransportEvent, db
from rules import transport_events as events
from rules.policy import unseen
from rules.store import write_tx
from rules.transport_reasons import ASKED, CAUSES, CODES, HAPPENINGS, following, happening
from rules.words import Refused, Words
from tests.factories import Desk, make_customer, make_shipment, writing

ZONE, DAY = "Asia/Shanghai", date(2026, 11, 18)
LEAVES = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)  # 16:00 in Shenzhen


def boxes(desk: Desk) -> dict[str, int]:
    """Goods on CA1301 of two customers and of nobody, and goods that are not on it."""
    with writing() as tx:
        office, other = tx.session.get_one(Office, desk.office), tx.session.get_one(Office, desk.other_office)
        own = tx.session.scalars(unseen(select(Customer).where(Customer.id == desk.customer))).one()
        second = make_customer(tx, office, "顺达电子", "13622150420")
        on = {"vehicle": "CA-1301", "departs_at": LEAVES}
        made = {
            "a": make_shipment(tx, office, own, "A3", number="6620001", **on),
            "b": make_shipment(tx, office, own, "A3", number="6620002", vehicle="ca 1301", departs_at=LEAVES),
            "c": make_shipment(tx, office, second, "A3", number="6620003", **on),
            "d": make_shipment(tx, office, None, "A3", number="6620004", **on),
            "unknown": make_shipment(tx, office, own, "A2", number="6620005", vehicle="CA1301"),
            "night": make_shipment(tx, office, own, "A3", vehicle="CA1301", departs_at=datetime(2026, 11, 18, 16, 30, tzinfo=UTC)),
            "other flight": make_shipment(tx, office, own, "A3", vehicle="CA1303", departs_at=LEAVES),
            "void": make_shipment(tx, office, own, "A3", standing="void", **on),
            "foreign": make_shipment(tx, other, None, "A3", **on),
            "arrived": make_shipment(tx, office, own, "A5", number="6620008", **on),
            "delivered": make_shipment(tx, office, own, "A6", number="6620009", **on),
        }  # fmt: skip
        return {name: s.id for name, s in made.items()}


def found(desk: Desk, vehicle: str = "ca1301", who: str = "agent") -> list[Shipment]:
    db.session.rollback()
    return events.aboard(db.session(), desk.people[who], "air", vehicle, DAY, ZONE)


def record(
    desk: Desk,
    goods: list[Shipment],
    code: str = "AIR-OFF-1",
    who: str = "agent",
    follows: int | None = None,
    **data: Any,
) -> int:
    ids = [s.id for s in goods]
    with write_tx(desk.people[who], "transport.record") as tx:
        first = events.event_by_id(tx.session, tx.actor, follows) if follows else None
        given = {"code": code, "vehicle": "CA1301", "day": DAY, **data}
        return events.record(tx, given, events.by_ids(tx.session, desk.agent, ids), ZONE, str, first).id


def event(desk: Desk, event_id: int) -> TransportEvent:
    db.session.rollback()
    made = events.event_by_id(db.session(), desk.agent, event_id)
    assert made is not None
    return made


@pytest.mark.rule("EXC-04")
def test_a_flight_and_a_day_give_all_its_waybills_by_customer(desk):
    made = boxes(desk)
    for written in ("CA1301", "ca 1301", "Ca-1301 "):
        listed = found(desk, written)
        assert {s.id for s in listed} == {made[n] for n in ("a", "b", "c", "d", "unknown", "arrived", "delivered")}, (
            written
        )
    assert {s.id for s in found(desk) if events.likely(s, "AIR-OFF-1")} == {made[n] for n in "abcd"}
    assert {s.id for s in found(desk) if events.likely(s, "AIR-SHORT")} == {
        made[n] for n in ("a", "b", "c", "d", "arrived")
    }
    groups = [{s.id for s in group} for group in events.by_customer(found(desk))]
    assert {made["a"], made["b"], made["unknown"], made["arrived"], made["delivered"]} in groups and {
        made["d"]
    } == groups[-1]
    assert found(desk, "") == [] and found(desk, who="stranger")[0].id == made["foreign"]


@pytest.mark.rule("EXC-04")
def test_each_customer_has_one_message_with_the_true_reason_and_only_his_waybills(desk):
    made = boxes(desk)
    arrives = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
    goods = [s for s in found(desk) if events.likely(s, "AIR-OFF-1")]
    told = event(desk, record(desk, goods, new_vehicle="CA1305", arrives_at=arrives, delivery="19 日下午")).notices
    assert sorted(sorted(n.shipments) for n in told) == sorted([[made["c"]], [made["a"], made["b"]], [made["d"]]])
    both = next(n for n in told if n.customer_id == desk.customer)
    for part in (
        "6620001",
        "6620002",
        "CA1301",
        "CA1305",
        "19 Nov 12:00",
        "19 日下午",
        CAUSES["AIR-OFF-1"],
        "consignee",
    ):
        assert part in both.text, part
    assert "6620003" not in both.text and "启明通讯设备" in both.text
    nobodys = next(n for n in told if n.customer_id is None)
    assert "6620004" in nobodys.text and nobodys.sent_at is None


@pytest.mark.rule("EXC-04")
def test_every_reason_names_its_own_cause_and_every_field_it_asks():
    at = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
    for code in CODES:
        what = happening(code)
        filled = dict.fromkeys(("new_vehicle", "place", "note", "delivery"), "某处")
        made = TransportEvent(code=code, mode=what.mode, vehicle="X1", day=DAY, departs_at=at, arrives_at=at, **filled)
        said = str(events.notice(made, [Shipment(number="6620001", mode=what.mode)], ZONE, at))
        others = [cause for other, cause in CAUSES.items() if other != code and cause in said]
        assert "6620001" in said and "%(" not in said and not others, code
        sentences = dict(what.told)
        assert set(sentences) == set(what.asks) <= set(ASKED) and set(what.needs) <= set(what.asks), code
        assert "%(cause)s" in what.opening or code in ("AIR-SHORT", "SEA-RATE", "CB-INSP") or code not in CAUSES, code
    assert {"AIR-OFF-5", "AIR-DLY-4", "AIR-DIV", "AIR-IRR-2", "AIR-SHORT", "ROAD-DLY-2", "CB-INSP", "SEA-ROLL-3", "SEA-RATE",
            "SEA-LATE-2"} <= set(CAUSES)  # fmt: skip


@pytest.mark.rule("EXC-04")
@pytest.mark.rule("EXC-05")
@pytest.mark.rule("EXC-06")
def test_a_delay_a_diversion_and_an_unbooked_flight_stay_open_until_the_second_notice(desk):
    boxes(desk)
    goods = [s for s in found(desk) if events.likely(s, "AIR-OFF-1")]

    def opened() -> dict[int, bool]:
        db.session.rollback()
        return {e.id: more for e, more in events.listed(db.session(), desk.agent)}

    for code, given in (("AIR-DLY-1", {}), ("AIR-DIV", {"place": "武汉"}), ("AIR-OFF-1", {})):
        first = record(desk, goods, code, **given)
        assert opened()[first], code
        ends = following(code)[0]
        second = record(desk, goods, ends, follows=first, new_vehicle="CA1305", arrives_at=LEAVES, departs_at=LEAVES)
        assert not opened()[first] and not opened()[second], code
        with pytest.raises(Refused) as no:
            record(desk, goods, ends, follows=first, new_vehicle="CA1305", arrives_at=LEAVES)
        assert no.value.code == 409
    booked = record(desk, goods, "AIR-OFF-2", new_vehicle="CA1305")
    assert not opened()[booked]


def test_what_cannot_be_told_is_refused_at_its_field(desk):
    boxes(desk)
    goods = [s for s in found(desk) if events.likely(s, "AIR-OFF-1")]
    cases = [
        (goods, {"code": "AIR-DIV"}, "place", 422), (goods, {"code": "AIR-DLY-END"}, "code", 422), (goods, {"code": "X"}, "code", 422),
        ([], {}, "goods", 422),
    ]  # fmt: skip
    for listed, data, field, code in cases:
        with pytest.raises(Refused) as no:
            record(desk, listed, **data)
        assert (no.value.code, no.value.field) == (code, field), data
    for who in ("finance", "auditor"):
        with pytest.raises(Refused) as no:
            record(desk, goods, who=who)
        assert no.value.code == 403


@pytest.mark.rule("CMP-15")
def test_new_flight_and_times_reach_the_shipments_only_when_ticked_and_stand_in_their_history(desk):
    made = boxes(desk)
    goods = [s for s in found(desk) if events.likely(s, "AIR-OFF-1")]
    with writing() as tx:
        row = tx.session.get_one(Shipment, made["a"], execution_options={"visible": "system"})
        row.arrives_at = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    later = {"new_vehicle": "CA1305", "departs_at": datetime(2026, 11, 19, 0, 0, tzinfo=UTC)}
    record(desk, goods, **later)

    def a() -> Shipment:
        db.session.rollback()
        return db.session.get_one(Shipment, made["a"], execution_options={"visible": "system"})

    assert (a().vehicle, a().tracked) == ("CA-1301", False)
    record(desk, [s for s in found(desk) if events.likely(s, "AIR-OFF-1")], update=True, track=True, **later)
    assert (a().vehicle, a().departs_at, a().arrives_at, a().tracked) == ("CA1305", later["departs_at"], None, True)
    acts = db.session.scalars(
        unseen(select(Event.action).where(Event.object_type == "shipments", Event.object_id == made["a"]))
    )
    assert "transport.record" in set(acts)
    with pytest.raises(Refused) as no:
        record(
            desk,
            [a()],
            update=True,
            new_vehicle="CA1307",
            departs_at=LEAVES,
            arrives_at=datetime(2026, 11, 17, tzinfo=UTC),
        )
    assert no.value.field == "arrives_at" and a().vehicle == "CA1305"


@pytest.mark.rule("EXC-04")
def test_one_customer_is_told_once_and_the_contact_stands_on_record(desk):
    made = boxes(desk)
    goods = [s for s in found(desk) if events.likely(s, "AIR-OFF-1")]
    first = event(desk, record(desk, goods))
    told = next(n for n in first.notices if n.customer_id == desk.customer)
    said = {"channel": "wechat", "party": "赵敏", "text": "您的货被拉下", "said": "请你们通知收货人"}

    def mark(who: str, **data: Any) -> None:
        with write_tx(desk.people[who], "transport.sent") as tx:
            kept = events.notice_by_id(tx.session, tx.actor, told.id)
            assert kept is not None
            events.mark_sent(tx, kept, said | data)

    with pytest.raises(Refused) as no:
        mark("agent", text="  ")
    assert no.value.code == 422
    mark("agent")
    with pytest.raises(Refused) as no:
        mark("colleague")
    assert no.value.code == 409
    db.session.rollback()
    kept = db.session.scalars(unseen(select(Message).where(Message.customer_id == desk.customer))).all()
    assert [(m.direction, m.channel, m.said, m.text) for m in kept] == [
        ("out", "wechat", "请你们通知收货人", "您的货被拉下")
    ]
    assert events.notice_by_id(db.session(), desk.stranger, told.id) is None
    row = db.session.get_one(Shipment, made["a"], execution_options={"visible": "system"})
    assert [(e.id, n.sent_at is not None) for e, n in events.of_shipment(db.session(), desk.agent, row)] == [
        (first.id, True)
    ]
    assert isinstance(events.notice(first, goods[:1], ZONE, first.at), Words) and HAPPENINGS
