"""Forty changes asked over HTTP, each at a stage of its own: what the desk is told, and where the request stands then. Written
by hand from the rulebook (2.3), like the whole truth in tests/workflows/change_table.py, of which this is a sample."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import func, select

from models import Case, Customer, Office, Partner, Shipment, User, db
from rules.policy import unseen
from tests import factories as make
from tests.blueprints.reading import read
from tests.blueprints.world import last_ref, load
from tests.workflows.change_table import ITEMS, MATRIX, OVER
from tests.workflows.change_table import SAMPLED as ROWS
from tests.workflows.playing import ASKING

AGREED = {"charge_minor": "120.00", "payer": "shipper", "charge_agreed": "刘玲 10:02"}
MONEY = {"K10 A6": AGREED, "K19 S2": AGREED, "K10 A4": {"payer": "company"}, "K10-return A4": {"payer": "company"}}


@pytest.fixture
def agent(enter, world):
    """An agent who reads English, so that the sentences are those of the rules."""
    with make.writing() as tx:
        tx.session.get_one(User, world.users["agent"]).language = "en"
    return enter("agent")


def goods(world, code, stage):
    """The number of goods of the world's good customer at a stage, on the shipper's hold where the change is a release."""
    with make.writing() as tx:
        office = tx.session.get_one(Office, world.offices["SZ"])
        owner = tx.session.get_one(Customer, world.customers["good"], execution_options={"visible": "system"})
        held = {"hold_shipper": "等付款"} if code in ("K02", "K06") else {}
        return make.make_shipment(tx, office, owner, stage, **held).number


def ask(agent, form, world, code, stage, **data):
    """Send the form of a new change with everything that its kind asks."""
    wanted = {"proof_note": "传真，刘玲签字", "proof_items": list(ITEMS), "read_back": "刘玲 10:05"} | ASKING.get(
        code, {}
    )
    if code == "K17":
        with make.writing() as tx:
            wanted["partner_id"] = tx.add(Partner(code="BJ01", name="北京代理", published=True)).id
    sent = {"code": code, "number": goods(world, code, stage), "once": secrets.token_urlsafe(12)}
    return sent["number"], agent.send(form, "both", **sent | wanted | MONEY.get(f"{code} {stage}", {}) | data)


def count():
    db.session.rollback()
    return db.session.scalar(unseen(select(func.count()).select_from(Case)))


def test_the_sample_agrees_with_the_whole_truth():
    begun = {"executed": "a", "approved": "a~partner"}
    for what, state, _said in ROWS:
        cell = MATRIX[*what.split()]
        if state in begun:
            assert cell == begun[state], what
        elif state == "refused":
            assert cell.isalpha() and cell != "a", (what, cell)
        else:
            assert cell[0].isdigit() if state == "waiting" else ">" in cell, (what, cell)
    assert len(ROWS) >= 40 and len({what.split()[0] for what, *_ in ROWS}) == 23


@pytest.mark.parametrize("part", range(4))
@pytest.mark.rule("CHG-06", "CHG-11")
def test_a_change_goes_over_http_as_the_rulebook_has_it(agent, world, part):
    form = agent.form("/register?kind=change", "/cases")
    for what, state, said in ROWS[part::4]:
        code, stage = what.split()
        before = count()
        number, answer = ask(agent, form, world, code, stage)
        if state == "refused":
            _refused(answer, what, said)
            assert count() == before, what
        else:
            _stands(agent, answer, what, state, said, number)


def _refused(answer, what, said):
    """422 with the reason at the kind, what was typed kept, and what is possible instead where there is something."""
    page = read(answer.text)
    assert answer.status_code == 422, (what, answer.status_code, answer.headers.get("Location"))
    assert said in page.text(), what
    assert "传真，刘玲签字" in answer.text, what


def _stands(agent, answer, what, state, said, number):
    """It is logged, stands in its state, and its page says what the stage asks."""
    assert answer.status_code == 303, (what, read(answer.text).text()[:3000])
    case = load(last_ref())
    code, stage = what.split()
    assert (case.code, case.stage_asked, case.state) == (code, stage, state), what
    text = agent.page(answer.location).text()
    assert said in text and number in text, what
    done = case.executed_at is not None
    assert done == (state in ("executed", "approved")), what
    assert done == all(getattr(case.shipment, f.path) == f.new for f in case.fields) or not case.fields, what


def test_what_the_stage_refuses_is_logged_with_its_reason_when_the_desk_wants_that(agent, world):
    form = agent.form("/register?kind=change", "/cases")
    number, answer = ask(agent, form, world, "K05", "A4", log_refused="y")
    case = load(last_ref())
    assert (answer.status_code, case.state, case.refusal) == (303, "refused", OVER)
    assert OVER in agent.page(answer.location).text()
    db.session.rollback()
    left = db.session.scalars(unseen(select(Shipment).where(Shipment.number == number))).one()
    assert left.standing == "active"


@pytest.mark.parametrize(("code", "stage", "goes_on"), [("K07", "A2", "A6"), ("K10", "A4", "A6"), ("K03", "A0", "A4")])
def test_a_move_that_the_stage_no_longer_allows_is_refused_on_the_page(agent, enter, world, code, stage, goes_on):
    """Carried out, or approved, too late: 409 with the reason, and nothing is written."""
    form = agent.form("/register?kind=change", "/cases")
    ask(agent, form, world, code, stage, read_back="")
    case = load(last_ref())
    ref, shipment = case.ref, case.shipment_id
    with make.writing():
        make.goods_of(shipment).stage = goes_on
    if code == "K07":
        move, who = "carry_out", agent
        sent = {"read_back": "刘玲 10:09", "proof_note": "传真，刘玲签字", "proof_items": list(ITEMS)}
    else:
        move, who, sent = "approve", enter("junior"), {"stage_seen": goes_on}
    answer = who.post(f"/cases/{ref}/{move}", sent | {"version": str(load(ref).version)})
    assert answer.status_code == 409
    assert load(ref).executed_at is None and make.goods_of(shipment).standing == "active"
