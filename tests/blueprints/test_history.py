"""The history as auditors and supervisors read it: filters, one entry in words, masked phones, nothing to write (E-13, D-20)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from blueprints import _history_words
from models import Contact, Customer, Event, User, db
from rules.history import TRACKED
from rules.workflow import KINDS
from tests.blueprints import world as making
from tests.blueprints.world import NUMBERS, PHONE, World
from tests.factories import events

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def decided(world: World) -> str:
    """A change with a charge that a supervisor and finance have signed."""
    ref = making.log(world, "change", code="K11", consignee="王建平", consignee_phone="13512349999", destination=None)
    making.move(world, ref, "approve", "supervisor")
    making.move(world, ref, "approve", "finance")
    return ref


def entries(page) -> list[int]:
    return [int(link.split("pick=")[1].split("#")[0].split("&")[0]) for link in page.links if "pick=" in link]


# ------------------------------------------------------------------------------------------ the list


def test_the_auditor_reads_every_step_of_every_office_newest_first(enter, world, decided):
    numbers = entries(enter("auditor").page("/history"))
    assert len(numbers) == 50 and numbers == sorted(numbers, reverse=True)


def test_pages_go_on_by_number_without_a_gap(enter, world, decided):
    auditor = enter("auditor")
    first = auditor.page("/history")
    second = auditor.page(next(link for link in first.links if "before=" in link and "pick=" not in link))
    assert entries(first)[-1] - 1 == entries(second)[0]


def test_a_supervisor_reads_his_own_offices_history_only(enter, world):
    lead = enter("supervisor")
    theirs = events(object_type="customers", object_id=world.customers["foreign"])[0]
    assert (
        lead.get(f"/history/{theirs.seq}").status_code == 404
        and enter("auditor").get(f"/history/{theirs.seq}").status_code == 200
    )
    assert theirs.seq not in entries(lead.page("/history?kind=customers"))
    assert lead.get(f"/history?of=customers-{world.customers['foreign']}").status_code == 200
    assert not entries(lead.page(f"/history?of=customers-{world.customers['foreign']}"))


@pytest.mark.parametrize("name", ["agent", "finance", "admin"])
def test_others_do_not_read_the_history(enter, world, name):
    assert enter(name).get("/history").status_code == 403
    assert enter(name).get("/history/1").status_code == 403


def test_the_list_is_narrowed_by_person_action_record_day_and_matter(enter, world, decided):
    auditor = enter("auditor")
    by_lead = events(actor_id=world.users["supervisor"])
    assert entries(auditor.page(f"/history?who={world.users['supervisor']}")) == [e.seq for e in reversed(by_lead)]
    signed = events(action="change.approve", object_type="change")
    assert entries(auditor.page("/history?action=change.approve&kind=change")) == [e.seq for e in reversed(signed)]
    assert entries(auditor.page("/history?from=2026-11-18&to=2026-11-18")) and not entries(
        auditor.page("/history?to=2026-11-17")
    )
    of_case = entries(auditor.page(f"/history?ref={decided}"))
    assert set(of_case) == {e.seq for e in events() if e.case_id == int(decided.split("-")[1])}
    assert not entries(auditor.page("/history?who=0&action=change.approve"))


def test_a_number_or_a_name_brings_what_happened_to_the_thing_and_its_matters(enter, world, decided):
    auditor = enter("auditor")
    of_goods = entries(auditor.page(f"/history?ref={NUMBERS['A5']}"))
    approvals = {e.seq for e in events(object_type="approvals")}
    assert (
        approvals <= set(of_goods)
        and events(object_type="shipments", object_id=world.shipments["A5"])[0].seq in of_goods
    )
    assert set(entries(auditor.page(f"/history?of=shipments-{world.shipments['A5']}"))) == set(of_goods)
    assert not entries(auditor.page("/history?ref=没有这回事"))


@pytest.mark.parametrize(
    "query", ["from=x", "who=abc", "of=users-1", "of=customers-x", "before=x", "pick=999999", "ref=CHG-0", "kind='"]
)
def test_an_address_that_makes_no_sense_harms_nothing(enter, world, query):
    assert enter("auditor").get(f"/history?{query}").status_code == 200


# ------------------------------------------------------------------------------------------ one entry


def test_an_entry_says_who_what_when_before_and_after_in_words(enter, world, decided):
    auditor = enter("auditor")
    moved = events(object_type="shipments", object_id=world.shipments["A5"])[-1]
    text = auditor.page(f"/history/{moved.seq}").text()
    for part in ("同事finance finance", "王强", "王建平", "2026-11-18 10:00:00", moved.hash, moved.prev, NUMBERS["A5"]):
        assert part in text, part


def test_links_money_and_codes_are_words(enter, world, decided):
    auditor = enter("auditor")
    made, charge = events(object_type="change")[0], events(object_type="charge_lines")[0]
    for event, parts in (
        (made, ("同事agent agent", NUMBERS["A5"], "good贸易有限公司")), (charge, ("¥120.00", "发货方", "同事agent agent", "改单费")),
    ):  # fmt: skip
        text = auditor.page(f"/history/{event.seq}").text()
        for part in parts:
            assert part in text, part
        assert '"t":' not in text


def test_what_the_same_step_did_besides_is_linked(enter, world):
    agent, auditor = enter("agent"), enter("auditor")
    agent.send(
        agent.form("/customers/new", "/customers"), name="南山科技", starts_on="2026-01-01", ends_on="2026-12-31"
    )
    customer, agreement = events(request_id=events()[-1].request_id)
    page = auditor.page(f"/history/{customer.seq}")
    assert (
        f"/history/{agreement.seq}" in page.links and "2026-12-31" in auditor.page(f"/history/{agreement.seq}").text()
    )


def test_neighbours_are_those_of_the_list_that_one_came_from(enter, world, decided):
    auditor = enter("auditor")
    seqs = [e.seq for e in events(object_type="approvals")]
    page = auditor.page(f"/history/{seqs[1]}?kind=approvals")
    assert f"/history/{seqs[0]}?kind=approvals" in page.links
    beside = auditor.page(f"/history?kind=approvals&pick={seqs[1]}")
    assert f"/history/{seqs[1]}?kind=approvals" in beside.links


def test_an_auditor_sees_phones_masked_alike_everywhere_and_a_supervisor_whole(enter, world, decided):
    auditor, lead = enter("auditor"), enter("supervisor")
    with making.acting(world, "agent", "contact.edit") as tx:
        person = tx.session.scalars(
            select(Contact).where(Contact.phone == PHONE).execution_options(visible="system")
        ).one()
        person.phone, person.remark = "13912340002", f"原号 {PHONE}"
    for event in db.session.scalars(select(Event).where(Event.diff.contains("13"))).all():
        text = auditor.page(f"/history/{event.seq}").text()
        assert PHONE not in text and "138 1234 5678" not in text and "13512349999" not in text, event.seq
    edit = events(action="contact.edit")[0]
    masked, whole = auditor.page(f"/history/{edit.seq}").text(), lead.page(f"/history/{edit.seq}").text()
    assert masked.count("138 **** 5678") == 2 and "138 1234 5678" in whole and PHONE in whole


def test_a_password_is_never_shown(enter, world):
    with making.acting(world, "admin", "user.password") as tx:
        user = tx.session.get_one(User, world.users["agent"])
        user.password_hash, user.password_version = "argon2-of-something", 2
    event = events(action="user.password")[0]
    assert "argon2" not in event.diff and "argon2" not in enter("auditor").page(f"/history/{event.seq}").text()


def test_the_history_holds_no_control_that_writes(enter, world, decided):
    auditor = enter("auditor")
    seq = events()[-1].seq
    for address in ("/history", f"/history?pick={seq}", f"/history/{seq}", f"/history/{seq}?print=1"):
        forms = auditor.page(address).forms
        assert {form.action for form in forms if form.method == "post"} == {"/language"}, address


def test_a_printed_entry_is_unfolded(enter, world):
    auditor = enter("auditor")
    assert '<details class="pad" open>' in auditor.get("/history/1?print=1").text
    assert '<details class="pad" open>' not in auditor.get("/history/1").text
    assert auditor.get("/history/999999").status_code == 404


# ------------------------------------------------------------------------------------------ words for everything


def test_every_column_that_the_history_keeps_has_a_name(app):
    models = {**{model.__tablename__: model for model in TRACKED}, **{kind: flow.model for kind, flow in KINDS.items()}}
    unnamed = [
        f"{name}.{each.key}"
        for name, model in models.items()
        for each in inspect(model).column_attrs
        if each.key != "version" and _history_words.column_name(name, each.key) == each.key.replace("_", " ")
    ]
    assert not [one for one in unnamed if not one.endswith((".gist", ".due_name", ".chases"))], unnamed


def test_every_action_that_a_page_writes_has_a_name(app):
    found = set()
    for path in [*ROOT.glob("blueprints/*.py"), *ROOT.glob("rules/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "writing":
                found |= {
                    c.value for c in ast.walk(node.args[0]) if isinstance(c, ast.Constant) and isinstance(c.value, str)
                }
    named = {action for action in found if "." in action and _history_words.action_name(action) != action}
    assert {action for action in found if "." in action} == named


def test_a_customers_link_leads_to_its_events(enter, world):
    page = enter("supervisor").page(f"/customers/{world.customers['good']}")
    link = next(link for link in page.links if link.startswith("/history?"))
    made = events(object_type="customers", object_id=world.customers["good"])[0]
    assert made.seq in entries(enter("supervisor").page(link))
    assert db.session.scalars(
        select(Customer.name).where(Customer.id == made.object_id).execution_options(visible="system")
    ).one()
