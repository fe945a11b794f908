"""Several plain zero-cost changes are approved at once, each in a write of its own (E-06)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models import Change, Shipment, db
from rules import search
from rules.policy import unseen
from tests.blueprints.desk import Person
from tests.blueprints.reading import read
from tests.blueprints.test_selects import selects
from tests.blueprints.world import World, acting, load, log, move
from tests.factories import approvals_of, events, set_figure

ZERO = {"code": "K07", "charge_minor": 0, "payer": "", "charge_agreed": None, "destination": None}
LOOK = "change.zero_cost.second_look"


def change(ref: str) -> Change:
    db.session.rollback()
    return load(ref)


def goods(world: World, number: str, **values: Any) -> str:
    """More goods like those at A5, so that requests do not get into each other's way."""
    with acting(world, "agent") as tx:
        like = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == world.shipments["A5"]))).one()
        columns = {c.key: getattr(like, c.key) for c in Shipment.__table__.columns if c.key not in ("id", "version")}
        search.index(tx.session, tx.add(Shipment(**columns | {"number": number} | values)))
    return number


@pytest.fixture
def asked(world: World) -> list[str]:
    """Three zero-cost changes of an office with a second look, and one with a charge."""
    set_figure(LOOK, True, world.offices["SZ"], agreed=world.users["supervisor2"])
    refs = [log(world, "change", **ZERO, number=goods(world, f"662200{n}"), consignee=f"收货人{n}") for n in range(3)]
    for ref in refs:
        assert change(ref).state == "waiting"
    return refs


def sent(person: Person, *refs: str) -> dict[str, Any]:
    """The form of the list with these ticked."""
    return person.form("/changes/waiting", "/approve").data() | {"change": list(refs)}


def test_the_plain_ones_are_offered_and_the_others_are_in_the_queue_only(enter, world: World, asked) -> None:
    charged = log(world, "change")
    page = enter("supervisor").get("/changes/waiting").text
    assert all(ref in page for ref in asked) and charged not in page
    assert 'href="/queue?kind=change"' in page


def test_all_that_are_ticked_are_approved_each_by_itself(enter, world: World, asked) -> None:
    lead = enter("supervisor")
    answer = lead.post("/changes/approve", sent(lead, *asked[:2]))
    assert answer.status_code == 200
    for ref in asked[:2]:
        db.session.rollback()
        (step,) = approvals_of(ref)
        assert (step.status, step.decided_by_id) == ("approved", world.users["supervisor"])
        assert change(ref).state == "approved"
    assert change(asked[2]).state == "waiting"
    requests = {e.seq for e in events(action="change.approve", object_type="change")}
    assert len(requests) == 2


def test_one_that_cannot_be_is_named_and_the_others_go_through(enter, world: World, asked) -> None:
    lead = enter("supervisor")
    form = sent(lead, *asked)
    move(world, asked[1], "refuse", "supervisor2", reason="不同意")
    page = read(lead.post("/changes/approve", form).text).text()
    assert [change(ref).state for ref in asked] == ["approved", "refused", "approved"]
    assert page.count("未改动") == 1


def test_what_moved_on_meanwhile_waits_in_its_row(enter, world: World, asked) -> None:
    lead = enter("supervisor")
    form = sent(lead, *asked)
    for ref, column, value in ((asked[0], "stage", "A6"), (asked[1], "consignee", "第三人")):
        goods_id = change(ref).shipment_id
        with acting(world, "agent") as tx:
            shipment = tx.session.scalars(unseen(select(Shipment).where(Shipment.id == goods_id))).one()
            setattr(shipment, column, value)
    assert [ref in lead.page("/changes/waiting").text() for ref in asked] == [False, False, True]
    lead.post("/changes/approve", form)
    assert [change(ref).state for ref in asked] == ["waiting", "waiting", "approved"]


def test_the_same_form_again_approves_nothing_more(enter, world: World, asked) -> None:
    lead = enter("supervisor")
    form = sent(lead, *asked[:2])
    lead.post("/changes/approve", form)
    before = len(events(action="change.approve"))
    assert lead.post("/changes/approve", form).status_code == 200
    assert len(events(action="change.approve")) == before


def test_an_old_version_is_refused(enter, world: World, asked) -> None:
    lead = enter("supervisor")
    for version in ("", "x", "0", "999"):
        form = sent(lead, asked[0]) | {f"version-{asked[0]}": version}
        lead.post("/changes/approve", form)
        assert change(asked[0]).state == "waiting"


def test_nobody_approves_his_own_in_a_list(enter, world: World, asked) -> None:
    own = log(world, "change", "both", **ZERO, number=goods(world, "6622009"), consignee="丙")
    both = enter("both")
    assert own not in both.page("/changes/waiting").text()
    form = sent(both, own) | {f"version-{own}": str(change(own).version)}
    both.post("/changes/approve", form)
    assert change(own).state == "waiting"


def test_without_the_second_look_nothing_is_approved_together(enter, world: World, asked) -> None:
    lead = enter("supervisor")
    form = sent(lead, asked[0])
    set_figure(LOOK, False, world.offices["SZ"], agreed=world.users["supervisor2"])
    assert asked[0] not in lead.page("/changes/waiting").text()
    lead.post("/changes/approve", form)
    assert change(asked[0]).state == "waiting"


def test_the_other_office_and_other_kinds_are_not_touched(enter, world: World, asked) -> None:
    inquiry = log(world, "inquiry")
    form = sent(enter("supervisor"), inquiry, "CHG-1", "x") | {f"version-{inquiry}": "1"}
    assert enter("supervisor").post("/changes/approve", form).status_code == 200
    far = {"change": [asked[0]], f"version-{asked[0]}": str(change(asked[0]).version)}
    enter("guest_lead").post("/changes/approve", far)
    assert change(asked[0]).state == "waiting" and load(inquiry).state != "approved"


def test_the_waiting_list_asks_as_little_for_many_as_for_few(enter, world: World, asked) -> None:
    lead = enter("supervisor")
    lead.get("/changes/waiting")
    with selects() as few:
        lead.get("/changes/waiting")
    for n in range(5):
        log(world, "change", **ZERO, number=goods(world, f"662300{n}"), consignee=f"又一位{n}")
    with selects() as many:
        assert "又一位4" in lead.get("/changes/waiting").text
    assert len(few) == len(many) <= 10
