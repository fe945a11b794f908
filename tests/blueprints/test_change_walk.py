"""An auditor follows one change with a charge from asked to carried out, and prints it (CHG-24)."""

from __future__ import annotations

import re
import secrets
from io import BytesIO

import pytest
from sqlalchemy import select

from models import Customer, Event, Office, db
from tests import factories as make
from tests.blueprints.reading import read
from tests.blueprints.world import last_ref, load
from tests.workflows.change_table import ITEMS

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
STEPS = (
    "change.register",
    "change.approve",
    "change.ask_confirmation",
    "change.chase_confirmation",
    "change.confirmation",
    "change.execute",
)


@pytest.fixture
def done(enter, world, clock):
    """A redirection on the road with a charge: asked by the agent, signed by supervisor and finance, seen by the partner, told
    to the customer. Returns its reference and the goods' number."""
    with make.writing() as tx:
        office = tx.session.get_one(Office, world.offices["SZ"])
        owner = tx.session.get_one(Customer, world.customers["good"], execution_options={"visible": "system"})
        number = make.make_shipment(tx, office, owner, "R2").number
    agent = enter("agent")
    asked = {
        "code": "K10", "number": number, "destination": "天津", "consignee": "刘玲", "charge_minor": "120.00", "payer": "shipper",
        "charge_agreed": "刘玲 10:02", "proof_note": "传真，刘玲签字", "proof_items": list(ITEMS), "reason": "买方换人", "said": "请改送天津",
        "files": (BytesIO(PDF), "更改证明.pdf"), "once": secrets.token_urlsafe(12),
    }  # fmt: skip
    assert agent.send(agent.form("/register?kind=change", "/cases"), "both", **asked).status_code == 303
    ref = last_ref()
    clock.forward(6)
    press(enter("junior"), ref, "approve", reason="单据齐全")
    clock.forward(5)
    press(enter("finance"), ref, "approve")
    clock.forward(2)
    press(agent, ref, "ask_confirmation", what="partner", whom="天津代理，微信")
    clock.forward(40)
    press(agent, ref, "chase_confirmation", what="partner")
    clock.forward(3)
    press(agent, ref, "confirmation", what="partner", answer="yes", answered_by="天津代理老何", text="已看到")
    clock.forward(4)
    press(agent, ref, "execute", own_system="y", told="已改天津，运费到付", channel="phone")
    assert load(ref).state == "executed"
    return ref, number


def press(person, ref, move, **data):
    answer = person.post(
        f"/cases/{ref}/{move}", data | {"version": str(load(ref).version), "once": secrets.token_urlsafe(12)}
    )
    assert answer.status_code == 303, (move, read(answer.text).text()[:2000])
    db.session.rollback()


@pytest.mark.rule("CHG-24")
def test_the_page_of_the_change_shows_everything_from_asked_to_done(enter, done):
    ref, number = done
    html = enter("auditor").get(f"/cases/{ref}").text
    text = read(html).text()
    for before, after in (("北京", "天津"), ("王五", "刘玲")):
        assert re.search(f"<del>{before}</del>.*?<ins>{after}</ins>", html), before
    for said in (
        number, "买方换人", "传真，刘玲签字", "更改证明.pdf", "请改送天津",  # what was asked, and its proof
        "¥120.00", "发货方付；已确认：刘玲 10:02",  # what it costs, and who agreed
        "同事agent", "同事junior", "10:06", "单据齐全", "同事finance", "10:11",  # who asked, who signed when
        "天津代理老何", "已看到", "10:56",  # who confirmed
        "已改天津，运费到付", "11:00", "已执行",  # what the customer was told, and how it ended
    ):  # fmt: skip
        assert said in text, said
    assert not [f for f in read(html).forms if f.method == "post" and "/cases/" in f.action], (
        "an auditor changes nothing"
    )


@pytest.mark.rule("CHG-24", "SYS-02")
def test_the_history_of_the_change_shows_every_step_with_before_and_after(enter, done):
    ref, _ = done
    auditor = enter("auditor")
    page = auditor.page(f"/history?ref={ref}")
    shown = {int(m) for link in page.links for m in re.findall(r"pick=(\d+)", link)}
    rows = list(db.session.scalars(select(Event).where(Event.seq.in_(shown)).order_by(Event.seq)))
    actions = [e.action for e in rows]
    assert [name for name in STEPS if name not in actions] == []
    for table in ("change", "changes", "charge_lines", "approvals", "confirmations", "shipments", "messages"):
        assert any(e.object_type in (table, table.rstrip("s")) for e in rows), (table, {e.object_type for e in rows})
    own = next(e for e in rows if e.object_type == "shipments")
    text = auditor.get(f"/history/{own.seq}").text
    for before, after in (("北京", "天津"), ("王五", "刘玲")):
        assert re.search(f"<del>{before}</del>.*?<ins>{after}</ins>", text), before
    assert "同事finance" in read(text).text(), "the last signature wrote it"
    for e in rows:
        assert auditor.get(f"/history/{e.seq}").status_code == 200, e.action


def test_the_change_is_printed_with_number_values_and_signatures(enter, done):
    ref, number = done
    auditor = enter("auditor")
    sheet = next(link for link in auditor.page(f"/cases/{ref}").links if link.endswith("/print/notice"))
    text = auditor.page(sheet).text()
    for said in (ref, number, "北京", "天津", "王五", "刘玲", "同事junior", "同事finance", "¥120.00", "天津代理老何"):
        assert said in text, said
